/* The helper sha256: what the interpreter calls, and the rows of a call, as call.c, schedule.c and
 * round.c declare them. */
#include "machine/helpers/helpers.h"
#include "machine/helpers/sha256/sha256.h"
#include "machine/list.h"

enum {
    ROUNDS = ZKB_SHA256_ROUNDS,
    BLOCK = ZKB_SHA256_BLOCK_WORDS,
    STATE = ZKB_SHA256_STATE_WORDS,
    BLOCK_MEMORY = BLOCK / 2, /* words of memory */
    STATE_MEMORY = STATE / 2
};

/* ---- SHA-256 ----------------------------------------------------------------------------- */

static uint32_t rotate(uint32_t x, unsigned by) { return x >> by | x << (32 - by); }

static uint32_t apply(const zkb_sha256_sigma *sigma, uint32_t x)
{
    const unsigned last = sigma->by[2];
    return rotate(x, sigma->by[0]) ^ rotate(x, sigma->by[1]) ^
           (sigma->shifts ? x >> last : rotate(x, last));
}

/* The state before a round, and the round's sums. */
typedef struct hash_round {
    uint64_t a, e; /* not reduced mod 2^32 */
    uint32_t b, c, d, f, g, h;
    uint64_t summand; /* W + K */
    uint64_t t1, t2;
} hash_round;

typedef struct compression {
    uint32_t before[STATE];
    uint32_t w[ROUNDS];
    hash_round rounds[ROUNDS];
    uint64_t last[STATE]; /* the state after the last round; a and e are not reduced */
} compression;

static void make_schedule(uint32_t w[ROUNDS], const uint64_t block[BLOCK_MEMORY])
{
    for (unsigned t = 0; t < BLOCK; t++) {
        w[t] = __builtin_bswap32((uint32_t)(block[t / 2] >> (32 * (t % 2))));
    }
    for (unsigned t = BLOCK; t < ROUNDS; t++) {
        w[t] = apply(&zkb_sha256_small[1], w[t - 2]) + w[t - 7] +
               apply(&zkb_sha256_small[0], w[t - 15]) + w[t - 16];
    }
}

/* Fills in the round's sums. Returns the state before the next round. */
static hash_round make_round(hash_round *r)
{
    const uint32_t a = (uint32_t)r->a;
    const uint32_t e = (uint32_t)r->e;
    const uint32_t maj = (a & r->b) | (r->c & (a ^ r->b));
    const uint32_t ch = (e & r->f) | (~e & r->g);
    r->t1 = (uint64_t)r->h + apply(&zkb_sha256_big[1], e) + ch + r->summand;
    r->t2 = (uint64_t)apply(&zkb_sha256_big[0], a) + maj;
    return (hash_round){.a = r->t1 + r->t2,
                        .b = a,
                        .c = r->b,
                        .d = r->c,
                        .e = r->d + r->t1,
                        .f = e,
                        .g = r->f,
                        .h = r->g};
}

static void compress(compression *c, const uint64_t state[STATE_MEMORY],
                     const uint64_t block[BLOCK_MEMORY])
{
    for (unsigned j = 0; j < STATE; j++) {
        c->before[j] = (uint32_t)(state[j / 2] >> (32 * (j % 2)));
    }
    make_schedule(c->w, block);
    const uint32_t *s = c->before;
    hash_round next = {s[0], s[4], s[1], s[2], s[3], s[5], s[6], s[7], 0, 0, 0};
    for (unsigned t = 0; t < ROUNDS; t++) {
        c->rounds[t] = next;
        c->rounds[t].summand = (uint64_t)c->w[t] + zkb_sha256_constants[t];
        next = make_round(&c->rounds[t]);
    }
    const uint64_t last[STATE] = {next.a, next.b, next.c, next.d, next.e, next.f, next.g, next.h};
    for (unsigned j = 0; j < STATE; j++) {
        c->last[j] = last[j];
    }
}

uint64_t zkb_host_sha256(void *context, zkb_helper_call *call)
{
    (void)context;
    compression c;
    uint64_t *state = call->words[ZKB_SHA256_STATE_RANGE];
    compress(&c, state, call->words[ZKB_SHA256_BLOCK_RANGE]);
    for (unsigned j = 0; j < STATE_MEMORY; j++) {
        const uint32_t low = (uint32_t)(c.before[2 * j] + c.last[2 * j]);
        const uint32_t high = (uint32_t)(c.before[2 * j + 1] + c.last[2 * j + 1]);
        state[j] = low | (uint64_t)high << 32;
    }
    return call->arguments[0];
}

/* ---- Rows of the schedule ---------------------------------------------------------------- */

static void put_bits(zkb_row_writer *row, unsigned count, uint64_t value)
{
    for (unsigned j = 0; j < count; j++) {
        zkb_put8(row, value >> j & 1u);
    }
}

/* zkb_sha256_declare_sigma */
static void put_sigma(zkb_row_writer *row, const zkb_sha256_sigma *sigma, uint32_t x)
{
    put_bits(row, sigma->shifts ? 32u - sigma->by[2] : 32u,
             rotate(x, sigma->by[0]) ^ rotate(x, sigma->by[1]));
}

static void put_sum(zkb_row_writer *row, const uint32_t *w, unsigned t)
{
    const uint32_t s15 = apply(&zkb_sha256_small[0], w[t - 15]);
    const uint32_t s2 = apply(&zkb_sha256_small[1], w[t - 2]);
    put_bits(row, 2, ((uint64_t)w[t - 16] + w[t - 7] + s15 + s2) >> 32);
    zkb_put32(row, w[t - 16]);
    zkb_put32(row, w[t - 7]);
    zkb_put32(row, s15);
}

static void fill_word(const zkb_row_writer *call, const uint32_t *w, unsigned t)
{
    static const unsigned ahead[] = {7, 15, 2};
    const bool later = t >= BLOCK;
    zkb_row_writer row;
    zkb_auxiliary_row(&row, call, later ? ZKB_CHIP_SHA256_LATER : ZKB_CHIP_SHA256_FIRST);
    zkb_put32(&row, row.clock);
    if (later) {
        put_bits(&row, 6, UINT64_C(1) << (t / 8 - 2));
    } else {
        zkb_put8(&row, t / 8);
    }
    put_bits(&row, 8, UINT64_C(1) << (t % 8));
    put_bits(&row, 32, w[t]);
    if (later) {
        put_sum(&row, w, t);
    }
    for (unsigned s = 0; s < 2; s++) {
        put_sigma(&row, &zkb_sha256_small[s], w[t]);
        zkb_put32(&row, apply(&zkb_sha256_small[s], w[t]));
    }
    zkb_put32(&row, zkb_sha256_constants[t]);
    if (later) {
        zkb_put8(&row, t + 16 < ROUNDS);
    }
    for (unsigned j = 0; j < sizeof ahead / sizeof ahead[0]; j++) {
        zkb_put8(&row, t + ahead[j] >= BLOCK && t + ahead[j] < ROUNDS);
    }
    zkb_row_end(&row);
}

/* ---- Rows of rounds ---------------------------------------------------------------------- */

static void put_bytes(zkb_row_writer *row, uint32_t x)
{
    for (unsigned j = 0; j < 4; j++) {
        zkb_put8(row, x >> (8 * j) & 0xffu);
    }
}

static void put_and(zkb_row_writer *row, uint32_t x, uint32_t y)
{
    for (unsigned j = 0; j < 4; j++) {
        row->counts->byte_and[(x >> (8 * j) & 0xffu) + 256 * (y >> (8 * j) & 0xffu)]++;
    }
    put_bytes(row, x & y);
}

static void fill_round(const zkb_row_writer *call, const hash_round *r, unsigned t)
{
    const uint32_t a = (uint32_t)r->a;
    const uint32_t e = (uint32_t)r->e;
    zkb_row_writer row;
    zkb_auxiliary_row(&row, call, ZKB_CHIP_SHA256_ROUND);
    zkb_put32(&row, row.clock);
    zkb_put8(&row, t);
    zkb_put32(&row, r->d);
    zkb_put32(&row, r->h);
    zkb_put64(&row, r->summand);
    put_bits(&row, 35, r->a); /* bits and carry */
    put_bits(&row, 35, r->e);
    put_bytes(&row, r->b);
    put_bytes(&row, r->c);
    put_bytes(&row, r->f);
    put_bytes(&row, r->g);
    put_and(&row, a, r->b);
    put_and(&row, a ^ r->b, r->c);
    put_and(&row, e, r->f);
    put_and(&row, e, r->g);
    put_sigma(&row, &zkb_sha256_big[0], a);
    put_sigma(&row, &zkb_sha256_big[1], e);
    zkb_put64(&row, r->t1);
    zkb_put64(&row, r->t2);
    zkb_row_end(&row);
}

/* ---- The row of the call, and of the block ----------------------------------------------- */

static void fill_block_word(const zkb_row_writer *call, unsigned j)
{
    const uint64_t address = zkb_argument(call, 2) / 8 + j;
    const uint64_t word = call->memory[j].before;
    zkb_row_writer row;
    zkb_auxiliary_row(&row, call, ZKB_CHIP_SHA256_BLOCK);
    zkb_put32(&row, row.clock);
    zkb_put8(&row, j);
    zkb_put64(&row, address);
    for (unsigned k = 0; k < 8; k++) {
        row.counts->byte_and[word >> (8 * k) & 0xffu]++;
        zkb_put8(&row, word >> (8 * k) & 0xffu);
    }
    zkb_put8(&row, zkb_memory_is_read_only(&row, address));
    zkb_put_range16(&row, zkb_word_difference(&row, j));
    zkb_row_end(&row);
}

static void put_state_word(zkb_row_writer *row, const compression *c, unsigned j)
{
    const zkb_memory_operation *word = &row->memory[BLOCK_MEMORY + j];
    zkb_put_limbs(row, 2, word->before);
    zkb_put32(row, word->before >> 32);
    zkb_put_range16(row, zkb_word_difference(row, BLOCK_MEMORY + j));
    for (unsigned i = 2 * j; i < 2 * j + 2; i++) {
        zkb_put_limbs(row, 2, word->after >> (32 * (i % 2)));
        put_bits(row, zkb_sha256_carry_bits(i), (c->before[i] + c->last[i]) >> 32);
    }
}

void zkb_fill_sha256(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    uint64_t block[BLOCK_MEMORY];
    uint64_t state[STATE_MEMORY];
    compression c;
    for (unsigned j = 0; j < BLOCK_MEMORY; j++) {
        block[j] = row->memory[j].before;
    }
    for (unsigned j = 0; j < STATE_MEMORY; j++) {
        state[j] = row->memory[BLOCK_MEMORY + j].before;
    }
    compress(&c, state, block);
    zkb_put_instruction(row);
    zkb_put_register(row, 1, 0, zkb_argument(row, 1));
    zkb_put_register(row, 2, 0, zkb_argument(row, 2));
    for (unsigned j = 0; j < STATE_MEMORY; j++) {
        put_state_word(row, &c, j);
    }
    zkb_put_register(row, 0, 3, row->step->result_before);
    for (unsigned j = 0; j < BLOCK_MEMORY; j++) {
        fill_block_word(row, j);
    }
    for (unsigned t = 0; t < ROUNDS; t++) {
        fill_word(row, c.w, t);
        fill_round(row, &c.rounds[t], t);
    }
}
