/* The helper keccak: what the interpreter calls, and the rows of a call, as call.c, theta.c and
 * chi.c declare them. */
#include "machine/helpers/helpers.h"
#include "machine/helpers/keccak/keccak.h"
#include "machine/list.h"

#include <string.h>

enum {
    ROUNDS = ZKB_KECCAK_ROUNDS,
    LANES = ZKB_KECCAK_LANES,
    SIDE = ZKB_KECCAK_SIDE,
    BYTES = ZKB_KECCAK_BYTES
};

/* ---- Keccak ------------------------------------------------------------------------------ */

static uint64_t turned_left(uint64_t x, unsigned by) { return x << by | x >> ((64 - by) % 64); }

/* What a round makes of its state. Indices are x, or x + 5 y. */
typedef struct keccak_round {
    uint64_t before[LANES];
    uint64_t parity[SIDE], flip[SIDE];
    uint64_t flipped[LANES]; /* after theta */
    uint64_t moved[LANES];   /* after rho and pi */
    uint64_t chi[LANES];     /* after chi */
    uint64_t after[LANES];
} keccak_round;

/* NOT of the next lane, AND the one after that. */
static uint64_t and_of(const uint64_t moved[LANES], unsigned x, unsigned y)
{
    return ~moved[(x + 1) % SIDE + SIDE * y] & moved[(x + 2) % SIDE + SIDE * y];
}

static void make_round(keccak_round *r, const uint64_t state[LANES], unsigned t)
{
    memcpy(r->before, state, sizeof r->before);
    for (unsigned x = 0; x < SIDE; x++) {
        r->parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
    }
    for (unsigned x = 0; x < SIDE; x++) {
        r->flip[x] = r->parity[(x + 4) % SIDE] ^ turned_left(r->parity[(x + 1) % SIDE], 1);
    }
    for (unsigned i = 0; i < LANES; i++) {
        r->flipped[i] = state[i] ^ r->flip[i % SIDE];
    }
    for (unsigned i = 0; i < LANES; i++) {
        const zkb_keccak_move move = zkb_keccak_move_to(i % SIDE, i / SIDE);
        r->moved[i] = turned_left(r->flipped[move.from], move.turns);
    }
    for (unsigned i = 0; i < LANES; i++) {
        r->chi[i] = r->moved[i] ^ and_of(r->moved, i % SIDE, i / SIDE);
    }
    memcpy(r->after, r->chi, sizeof r->after);
    r->after[0] ^= zkb_keccak_constants[t];
}

uint64_t zkb_host_keccak(void *context, zkb_helper_call *call)
{
    (void)context;
    uint64_t *state = call->words[ZKB_KECCAK_STATE_RANGE];
    keccak_round round;
    for (unsigned t = 0; t < ROUNDS; t++) {
        make_round(&round, state, t);
        memcpy(state, round.after, sizeof round.after);
    }
    return call->arguments[0];
}

/* ---- Rows -------------------------------------------------------------------------------- */

static unsigned byte_of(uint64_t x, unsigned j) { return (unsigned)(x >> (8 * j) & 0xffu); }

static void put_bytes(zkb_row_writer *row, uint64_t x)
{
    for (unsigned j = 0; j < BYTES; j++) {
        zkb_put8(row, byte_of(x, j));
    }
}

static void put_and_byte(zkb_row_writer *row, unsigned x, unsigned y)
{
    row->counts->byte_and[x + 256 * y]++;
    zkb_put8(row, x & y);
}

static void put_and(zkb_row_writer *row, uint64_t x, uint64_t y)
{
    for (unsigned j = 0; j < BYTES; j++) {
        put_and_byte(row, byte_of(x, j), byte_of(y, j));
    }
}

static void fill_word(const zkb_row_writer *call, unsigned j, uint64_t after)
{
    zkb_row_writer row;
    zkb_auxiliary_row(&row, call, ZKB_CHIP_KECCAK_WORD);
    zkb_put32(&row, row.clock);
    zkb_put8(&row, j);
    zkb_put64(&row, zkb_argument(call, 1) / 8 + j);
    zkb_put_word(&row, j);
    zkb_put64(&row, after);
    zkb_row_end(&row);
}

static void fill_sheet(const zkb_row_writer *call, const keccak_round *r, unsigned t, unsigned x)
{
    zkb_row_writer row;
    uint64_t parity = r->before[x];
    zkb_auxiliary_row(&row, call, ZKB_CHIP_KECCAK_SHEET);
    zkb_put32(&row, row.clock);
    zkb_put8(&row, t);
    zkb_put8(&row, x);
    for (unsigned y = 0; y < SIDE; y++) {
        put_bytes(&row, r->before[x + SIDE * y]);
    }
    for (unsigned y = 1; y < SIDE; y++) {
        put_and(&row, parity, r->before[x + SIDE * y]);
        parity ^= r->before[x + SIDE * y];
    }
    put_bytes(&row, r->flip[x]);
    for (unsigned y = 0; y < SIDE; y++) {
        put_and(&row, r->before[x + SIDE * y], r->flip[x]);
    }
    zkb_row_end(&row);
}

static void fill_parity(const zkb_row_writer *call, const keccak_round *r, unsigned t)
{
    zkb_row_writer row;
    zkb_auxiliary_row(&row, call, ZKB_CHIP_KECCAK_PARITY);
    zkb_put32(&row, row.clock);
    zkb_put8(&row, t);
    for (unsigned x = 0; x < SIDE; x++) {
        put_bytes(&row, r->parity[x]);
        put_bytes(&row, turned_left(r->parity[x], 1));
        zkb_put8(&row, r->parity[x] >> 63);
    }
    for (unsigned x = 0; x < SIDE; x++) {
        put_and(&row, r->parity[(x + SIDE - 1) % SIDE], turned_left(r->parity[(x + 1) % SIDE], 1));
    }
    zkb_row_end(&row);
}

/* The `places` highest bits of the lane that is turned. */
static void put_high(zkb_row_writer *row, const zkb_keccak_move *move, const keccak_round *r,
                     unsigned to)
{
    if (move->places == 0) {
        return;
    }
    const uint64_t high =
        (move->back ? r->moved[to] : r->flipped[move->from]) >> (64 - move->places);
    const unsigned low_bits = move->places > 16 ? move->places - 16 : move->places;
    const uint64_t low = high & ((UINT64_C(1) << low_bits) - 1);
    row->counts->range16[low << (16 - low_bits)]++;
    zkb_put16(row, low);
    if (move->places > 16) {
        zkb_put_range16(row, high >> low_bits);
    }
}

static void put_iota(zkb_row_writer *row, uint64_t lane, uint64_t constant)
{
    for (unsigned j = 0; j < ZKB_KECCAK_CONSTANT_BYTES; j++) {
        zkb_put8(row, byte_of(constant, zkb_keccak_constant_bytes[j]));
    }
    for (unsigned j = 0; j < ZKB_KECCAK_CONSTANT_BYTES; j++) {
        const unsigned at = zkb_keccak_constant_bytes[j];
        put_and_byte(row, byte_of(lane, at), byte_of(constant, at));
    }
}

static void fill_plane(const zkb_row_writer *call, const keccak_round *r, unsigned t, unsigned y)
{
    zkb_row_writer row;
    zkb_auxiliary_row(&row, call, ZKB_CHIP_KECCAK_PLANE0 + y);
    zkb_put32(&row, row.clock);
    zkb_put8(&row, t);
    for (unsigned x = 0; x < SIDE; x++) {
        const zkb_keccak_move move = zkb_keccak_move_to(x, y);
        put_bytes(&row, r->moved[x + SIDE * y]);
        put_high(&row, &move, r, x + SIDE * y);
    }
    for (unsigned x = 0; x < SIDE; x++) {
        const uint64_t and = and_of(r->moved, x, y);
        put_and(&row, ~r->moved[(x + 1) % SIDE + SIDE * y], r->moved[(x + 2) % SIDE + SIDE * y]);
        put_and(&row, r->moved[x + SIDE * y], and);
        if (x + y == 0) {
            put_iota(&row, r->chi[0], zkb_keccak_constants[t]);
        }
    }
    zkb_row_end(&row);
}

void zkb_fill_keccak(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    uint64_t state[LANES];
    keccak_round round;
    zkb_put_instruction(row);
    zkb_put_register(row, 1, 0, zkb_argument(row, 1));
    zkb_put_register(row, 0, 3, row->step->result_before);
    for (unsigned j = 0; j < LANES; j++) {
        state[j] = row->memory[j].before;
    }
    for (unsigned t = 0; t < ROUNDS; t++) {
        make_round(&round, state, t);
        fill_parity(row, &round, t);
        for (unsigned j = 0; j < SIDE; j++) {
            fill_sheet(row, &round, t, j);
            fill_plane(row, &round, t, j);
        }
        memcpy(state, round.after, sizeof state);
    }
    for (unsigned j = 0; j < LANES; j++) {
        fill_word(row, j, state[j]);
    }
}
