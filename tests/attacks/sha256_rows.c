#include "attacks/sha256_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const zkb_chip_id calls = ZKB_CHIP_HELPER_SHA256;
static const zkb_chip_id rounds = ZKB_CHIP_SHA256_ROUND;
static const uint64_t heap = ZKB_REGION_HEAP / 8;

/* ---- Cells ------------------------------------------------------------------------------- */

void sha256_set_at(malicious *m, zkb_chip_id chip, const char *format, unsigned number,
                   uint64_t row, int64_t value)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    if (value < 0) {
        malicious_set_signed(m, chip, name, row, value);
    } else {
        malicious_set(m, chip, name, row, (uint64_t)value);
    }
}

void sha256_set_digits(malicious *m, zkb_chip_id chip, const char *format, unsigned count,
                       unsigned bits, uint64_t row, uint64_t value)
{
    for (unsigned j = 0; j < count; j++) {
        sha256_set_at(m, chip, format, j, row,
                      (int64_t)((value >> (bits * j)) & ((UINT64_C(1) << bits) - 1)));
    }
}

uint64_t sha256_get_bits(malicious *m, zkb_chip_id chip, const char *format, uint64_t row)
{
    uint64_t value = 0;
    for (unsigned j = 0; j < 32; j++) {
        char name[64];
        (void)snprintf(name, sizeof name, format, j);
        value |= malicious_get(m, chip, name, row) << j;
    }
    return value;
}

void sha256_leave(malicious *m, uint64_t word, uint64_t value, uint32_t time)
{
    zkb_touched_segment *s = malicious_segment(m, ZKB_SPACE_READ_WRITE, heap);
    s->final[word] = value;
    s->time[word] = time;
}

/* ---- SHA-256 of digits that need not be bits ---------------------------------------------- */

void sha256_bits_of(int64_t bits[32], uint64_t x)
{
    for (unsigned j = 0; j < 32; j++) {
        bits[j] = (int64_t)(x >> j & 1u);
    }
}

static int64_t xor_of(int64_t x, int64_t y) { return x + y - 2 * x * y; }

int64_t sha256_apply(int64_t two[32], const zkb_sha256_sigma *sigma, const int64_t bits[32])
{
    int64_t sum = 0;
    for (unsigned j = 0; j < 32; j++) {
        two[j] = xor_of(bits[(j + sigma->by[0]) % 32], bits[(j + sigma->by[1]) % 32]);
        const bool none = sigma->shifts && j + sigma->by[2] >= 32;
        sum += (none ? two[j] : xor_of(two[j], bits[(j + sigma->by[2]) % 32])) * (INT64_C(1) << j);
    }
    return sum;
}

void sha256_set_sigma(malicious *m, zkb_chip_id chip, uint64_t row, const zkb_sha256_sigma *sigma,
                      const int64_t two[32])
{
    char format[64];
    (void)snprintf(format, sizeof format, "%s of two bit %%u", sigma->name);
    for (unsigned j = 0; j < (sigma->shifts ? 32u - sigma->by[2] : 32u); j++) {
        sha256_set_at(m, chip, format, j, row, two[j]);
    }
}

hash_state sha256_set_round_of(malicious *m, uint64_t row, unsigned t, const hash_state *s,
                               const int64_t a_bits[32], const int64_t e_bits[32], uint64_t summand)
{
    const uint32_t a = (uint32_t)s->a;
    const uint32_t e = (uint32_t)s->e;
    const uint32_t maj[2] = {a & s->b, (a ^ s->b) & s->c};
    const uint32_t ch[2] = {e & s->f, e & s->g};
    int64_t two[2][32];
    const int64_t sums[2] = {sha256_apply(two[0], &zkb_sha256_big[0], a_bits),
                             sha256_apply(two[1], &zkb_sha256_big[1], e_bits)};
    const int64_t t1 = (int64_t)(s->h + (uint64_t)ch[0] + (s->g - ch[1]) + summand) + sums[1];
    const int64_t t2 = (int64_t)((uint64_t)maj[0] + maj[1]) + sums[0];
    assert_true(t1 >= 0 && t1 + t2 >= 0);
    malicious_set(m, rounds, "round", row, t);
    malicious_set(m, rounds, "d", row, s->d);
    malicious_set(m, rounds, "h", row, s->h);
    malicious_set(m, rounds, "W + K", row, summand);
    for (unsigned j = 0; j < 32; j++) {
        sha256_set_at(m, rounds, "a bit %u", j, row, a_bits[j]);
        sha256_set_at(m, rounds, "e bit %u", j, row, e_bits[j]);
    }
    sha256_set_digits(m, rounds, "a carry bit %u", 3, 1, row, s->a >> 32);
    sha256_set_digits(m, rounds, "e carry bit %u", 3, 1, row, s->e >> 32);
    sha256_set_digits(m, rounds, "b byte %u", 4, 8, row, s->b);
    sha256_set_digits(m, rounds, "c byte %u", 4, 8, row, s->c);
    sha256_set_digits(m, rounds, "f byte %u", 4, 8, row, s->f);
    sha256_set_digits(m, rounds, "g byte %u", 4, 8, row, s->g);
    sha256_set_digits(m, rounds, "a AND b byte %u", 4, 8, row, maj[0]);
    sha256_set_digits(m, rounds, "(a XOR b) AND c byte %u", 4, 8, row, maj[1]);
    sha256_set_digits(m, rounds, "e AND f byte %u", 4, 8, row, ch[0]);
    sha256_set_digits(m, rounds, "e AND g byte %u", 4, 8, row, ch[1]);
    sha256_set_sigma(m, rounds, row, &zkb_sha256_big[0], two[0]);
    sha256_set_sigma(m, rounds, row, &zkb_sha256_big[1], two[1]);
    malicious_set(m, rounds, "T1", row, (uint64_t)t1);
    sha256_set_at(m, rounds, "T2", 0, row, t2);
    return (hash_state){.a = (uint64_t)(t1 + t2),
                        .e = s->d + (uint64_t)t1,
                        .b = a,
                        .c = s->b,
                        .d = s->c,
                        .f = e,
                        .g = s->f,
                        .h = s->g};
}

hash_state sha256_set_round(malicious *m, uint64_t row, unsigned t, const hash_state *s,
                            uint64_t summand)
{
    int64_t a_bits[32];
    int64_t e_bits[32];
    sha256_bits_of(a_bits, s->a);
    sha256_bits_of(e_bits, s->e);
    return sha256_set_round_of(m, row, t, s, a_bits, e_bits, summand);
}

static uint32_t get_bytes(malicious *m, const char *name, uint64_t row)
{
    uint32_t value = 0;
    for (unsigned j = 0; j < 4; j++) {
        char column[64];
        (void)snprintf(column, sizeof column, "%s byte %u", name, j);
        value |= (uint32_t)malicious_get(m, rounds, column, row) << (8 * j);
    }
    return value;
}

hash_state sha256_get_round(malicious *m, uint64_t row)
{
    hash_state s = {.a = sha256_get_bits(m, rounds, "a bit %u", row),
                    .e = sha256_get_bits(m, rounds, "e bit %u", row),
                    .b = get_bytes(m, "b", row),
                    .c = get_bytes(m, "c", row),
                    .d = (uint32_t)malicious_get(m, rounds, "d", row),
                    .f = get_bytes(m, "f", row),
                    .g = get_bytes(m, "g", row),
                    .h = (uint32_t)malicious_get(m, rounds, "h", row)};
    for (unsigned j = 0; j < 3; j++) {
        char name[2][32];
        (void)snprintf(name[0], sizeof name[0], "a carry bit %u", j);
        (void)snprintf(name[1], sizeof name[1], "e carry bit %u", j);
        s.a |= malicious_get(m, rounds, name[0], row) << (32 + j);
        s.e |= malicious_get(m, rounds, name[1], row) << (32 + j);
    }
    return s;
}

void sha256_set_result(malicious *m, uint64_t row, const hash_state *last, uint64_t word,
                       uint32_t clock)
{
    const uint64_t words[8] = {last->a, last->b, last->c, last->d,
                               last->e, last->f, last->g, last->h};
    for (unsigned j = 0; j < 8; j++) {
        char format[2][64];
        (void)snprintf(format[0], sizeof format[0], "word %u after limb %%u", j);
        (void)snprintf(format[1], sizeof format[1], "word %u carry bit %%u", j);
        sha256_set_digits(m, calls, format[0], 2, 16, row, (uint32_t)words[j]);
        sha256_set_digits(m, calls, format[1], zkb_sha256_carry_bits(j), 1, row, words[j] >> 32);
    }
    for (unsigned j = 0; j < 4; j++) {
        sha256_leave(m, word + j, (uint32_t)words[2 * j] | (words[2 * j + 1] & UINT32_MAX) << 32,
                     4 * clock + 1);
    }
}

uint64_t sha256_summand_of(malicious *m, uint64_t row)
{
    return malicious_get(m, rounds, "W + K", row);
}
