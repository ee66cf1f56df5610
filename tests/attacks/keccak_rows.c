#include "attacks/keccak_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SIDE = KECCAK_SIDE, LANES = KECCAK_LANES };

static const zkb_chip_id words = ZKB_CHIP_KECCAK_WORD;
static const zkb_chip_id sheets = ZKB_CHIP_KECCAK_SHEET;
static const zkb_chip_id parities = ZKB_CHIP_KECCAK_PARITY;
static const uint64_t heap = ZKB_REGION_HEAP / 8;

void keccak_set_at(malicious *m, zkb_chip_id chip, const char *format, unsigned first,
                   unsigned second, uint64_t row, uint64_t value)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, first, second);
    malicious_set(m, chip, name, row, value);
}

void keccak_set_bytes(malicious *m, zkb_chip_id chip, const char *format, unsigned first,
                      uint64_t row, uint64_t value)
{
    for (unsigned j = 0; j < 8; j++) {
        keccak_set_at(m, chip, format, first, j, row, value >> (8 * j) & 0xffu);
    }
}

/* Bytes of a column's name with one number. */
static void set_flip(malicious *m, uint64_t row, uint64_t value)
{
    for (unsigned j = 0; j < 8; j++) {
        keccak_set_at(m, sheets, "flip byte %u", j, 0, row, value >> (8 * j) & 0xffu);
    }
}

uint64_t keccak_turned(uint64_t x, unsigned by) { return x << by | x >> ((64 - by) % 64); }

uint64_t keccak_sheet_row(const keccak_place *p, unsigned x)
{
    return ((uint64_t)p->call * KECCAK_ROUNDS + p->at) * SIDE + x;
}

uint64_t keccak_round_row(const keccak_place *p)
{
    return (uint64_t)p->call * KECCAK_ROUNDS + p->at;
}

static void set_place(malicious *m, zkb_chip_id chip, uint64_t row, const keccak_place *p)
{
    malicious_set(m, chip, "clock", row, p->clock);
    malicious_set(m, chip, "round", row, p->t);
}

uint64_t keccak_set_sheet(malicious *m, const keccak_place *p, unsigned x, uint64_t *state,
                          uint64_t flip)
{
    const uint64_t row = keccak_sheet_row(p, x);
    uint64_t parity = state[x];
    set_place(m, sheets, row, p);
    malicious_set(m, sheets, "x", row, x);
    set_flip(m, row, flip);
    for (unsigned y = 0; y < SIDE; y++) {
        uint64_t *lane = &state[x + SIDE * y];
        keccak_set_bytes(m, sheets, "lane %u byte %u", y, row, *lane);
        if (y != 0) {
            keccak_set_bytes(m, sheets, "parity AND lane %u byte %u", y, row, parity & *lane);
            parity ^= *lane;
        }
        keccak_set_bytes(m, sheets, "lane %u AND flip byte %u", y, row, *lane & flip);
        *lane ^= flip;
    }
    return parity;
}

void keccak_set_parity(malicious *m, const keccak_place *p, const uint64_t parity[5],
                       const uint64_t turned[5], uint64_t flip[5])
{
    const uint64_t row = keccak_round_row(p);
    set_place(m, parities, row, p);
    for (unsigned x = 0; x < SIDE; x++) {
        const uint64_t left = parity[(x + SIDE - 1) % SIDE];
        const uint64_t right = turned[(x + 1) % SIDE];
        keccak_set_bytes(m, parities, "parity %u byte %u", x, row, parity[x]);
        keccak_set_bytes(m, parities, "parity %u turned byte %u", x, row, turned[x]);
        keccak_set_at(m, parities, "parity %u high bit", x, 0, row, parity[x] >> 63);
        keccak_set_bytes(m, parities, "flip %u AND byte %u", x, row, left & right);
        flip[x] = left ^ right;
    }
}

void keccak_set_plane(malicious *m, const keccak_place *p, unsigned y, const uint64_t flipped[25],
                      const uint64_t moved[25], uint64_t constant, uint64_t after[25])
{
    const zkb_chip_id chip = (zkb_chip_id)(ZKB_CHIP_KECCAK_PLANE0 + y);
    const uint64_t row = keccak_round_row(p);
    set_place(m, chip, row, p);
    for (unsigned x = 0; x < SIDE; x++) {
        const zkb_keccak_move move = zkb_keccak_move_to(x, y);
        const uint64_t lane = moved[x + SIDE * y];
        const uint64_t and = ~moved[(x + 1) % SIDE + SIDE * y] & moved[(x + 2) % SIDE + SIDE * y];
        keccak_set_bytes(m, chip, "lane %u byte %u", x, row, lane);
        keccak_set_bytes(m, chip, "lane %u: NOT next AND third byte %u", x, row, and);
        keccak_set_bytes(m, chip, "lane %u AND that byte %u", x, row, lane & and);
        after[x + SIDE * y] = lane ^ and;
        if (move.places != 0) {
            const uint64_t high = (move.back ? lane : flipped[move.from]) >> (64 - move.places);
            const unsigned low_bits = move.places > 16 ? move.places - 16 : move.places;
            keccak_set_at(m, chip, "lane %u: high bits", x, 0, row,
                          high & ((UINT64_C(1) << low_bits) - 1));
            if (move.places > 16) {
                keccak_set_at(m, chip, "lane %u: highest bits", x, 0, row, high >> low_bits);
            }
        }
    }
    for (unsigned j = 0; y == 0 && j < ZKB_KECCAK_CONSTANT_BYTES; j++) {
        const unsigned shift = 8u * zkb_keccak_constant_bytes[j];
        keccak_set_at(m, chip, "constant byte %u", j, 0, row, constant >> shift & 0xffu);
        keccak_set_at(m, chip, "lane 0 AND constant byte %u", j, 0, row,
                      (after[0] & constant) >> shift & 0xffu);
    }
    if (y == 0) {
        after[0] ^= constant;
    }
}

void keccak_theta(malicious *m, const keccak_place *p, uint64_t state[25])
{
    uint64_t parity[SIDE];
    uint64_t turned[SIDE];
    uint64_t flip[SIDE];
    for (unsigned x = 0; x < SIDE; x++) {
        parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        turned[x] = keccak_turned(parity[x], 1);
    }
    keccak_set_parity(m, p, parity, turned, flip);
    for (unsigned x = 0; x < SIDE; x++) {
        (void)keccak_set_sheet(m, p, x, state, flip[x]);
    }
}

void keccak_move(uint64_t moved[25], const uint64_t flipped[25])
{
    for (unsigned i = 0; i < LANES; i++) {
        const zkb_keccak_move move = zkb_keccak_move_to(i % SIDE, i / SIDE);
        moved[i] = keccak_turned(flipped[move.from], move.turns);
    }
}

void keccak_set_round(malicious *m, const keccak_place *p, uint64_t state[25])
{
    uint64_t moved[LANES];
    uint64_t after[LANES];
    keccak_theta(m, p, state);
    keccak_move(moved, state);
    for (unsigned y = 0; y < SIDE; y++) {
        keccak_set_plane(m, p, y, state, moved, zkb_keccak_constants[p->t], after);
    }
    memcpy(state, after, sizeof after);
}

void keccak_set_result(malicious *m, const keccak_place *p, const uint64_t state[25], uint64_t word)
{
    zkb_touched_segment *s = malicious_segment(m, ZKB_SPACE_READ_WRITE, heap);
    for (unsigned j = 0; j < LANES; j++) {
        malicious_set(m, words, "after", (uint64_t)p->call * LANES + j, state[j]);
        s->final[word + j] = state[j];
        s->time[word + j] = 4 * p->clock;
    }
}

void keccak_set_rest(malicious *m, keccak_place p, uint64_t state[25], uint64_t word)
{
    for (; p.t < KECCAK_ROUNDS; p.t++, p.at++) {
        keccak_set_round(m, &p, state);
    }
    keccak_set_result(m, &p, state, word);
}

void keccak_get_state(malicious *m, const keccak_place *p, uint64_t state[25])
{
    for (unsigned i = 0; i < LANES; i++) {
        state[i] = 0;
        for (unsigned j = 0; j < 8; j++) {
            char name[64];
            (void)snprintf(name, sizeof name, "lane %u byte %u", i / SIDE, j);
            state[i] |= malicious_get(m, sheets, name, keccak_sheet_row(p, i % SIDE)) << (8 * j);
        }
    }
}
