/* False calls of the helper mulmod: results that are not reduced, that hold modulo the prime of the
 * field alone or beyond 2^512 alone, of a modulus that is said to be zero or is another number's
 * words, of numbers read elsewhere or at another time. What follows from a false cell is made to
 * fit, the carries too. A call of clock c reads a at 4 c, b at 4 c + 1, c and m at 4 c + 2, and
 * writes at 4 c + 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"
#include "base/wide_inline.h"
#include "machine/helpers/mulmod/mulmod.h"

enum {
    DW = 0x18,
    MULMOD = ZKB_HELPER_NUMBER_MULMOD,
    COPY = ZKB_HELPER_NUMBER_COPY,
    WORDS = ZKB_MULMOD_WORDS,
    QUOTIENT = ZKB_MULMOD_QUOTIENT_WORDS
};

static const zkb_chip_id calls = ZKB_CHIP_HELPER_MULMOD;
static const uint64_t heap = ZKB_REGION_HEAP / 8; /* number of its first word */

/* Words of the heap. */
enum { A = 0, B = 4, C = 8, M = 12, RESULT = 16, OTHER_RESULT = 20 };
enum { COPIED = 4, CALL = 10, OTHER = 13 }; /* clocks */
static const zkb_instruction two[] = {
    /* 1 */ MOV_X(2, 1),
    /* 2 */ LDDW(1, 8 * A, 3),
    /* 3 */ MOV_K(3, 16),
    /* 4 */ HELPER(COPY),
    /* 5 */ LDDW(2, 8 * A, 3),
    /* 6 */ LDDW(3, 8 * B, 3),
    /* 7 */ LDDW(4, 8 * C, 3),
    /* 8 */ LDDW(5, 8 * M, 3),
    /* 9 */ LDDW(1, 8 * RESULT, 3),
    /* 10 */ HELPER(MULMOD),
    /* 11 */ MOV_X(2, 3), /* b b + c */
    /* 12 */ LDDW(1, 8 * OTHER_RESULT, 3),
    /* 13 */ HELPER(MULMOD),
    EXIT(),
};

/* The primes of BN254 (of its coordinates) and of secp256k1. */
static const uint64_t bn254[WORDS] = {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d,
                                      0x30644e72e131a029};
static const uint64_t secp256k1[WORDS] = {0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX};
static const uint64_t large[WORDS] = {UINT64_MAX - 8, UINT64_MAX, 7, UINT64_MAX};
static const uint64_t other[WORDS] = {5, 6, UINT64_MAX, UINT64_MAX / 3};
static const uint64_t ones[WORDS] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
static const uint64_t small[WORDS] = {11};
static const uint64_t none[WORDS] = {0};

/* A false call, row `row` of the chip. */
typedef struct attack {
    malicious m;
    uint64_t input[4 * WORDS];
    uint64_t row;
    uint64_t q[QUOTIENT], r[WORDS]; /* as they are, and then as set_quotient and set_result say */
    zkb_fr q_more;                  /* what is added to q, by this limb of this word */
    unsigned q_word, q_limb;
    unsigned beyond;     /* one more than the word of r that is 2^64 more, or 0 */
    unsigned carry_limb; /* that a carry which does not fit is in */
    zkb_fr r_more;       /* and to the highest word of r */
} attack;

static void put_input(attack *x, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                      const uint64_t *m)
{
    memset(x, 0, sizeof *x);
    memcpy(x->input + A, a, 8 * (size_t)WORDS);
    memcpy(x->input + B, b, 8 * (size_t)WORDS);
    memcpy(x->input + C, c, 8 * (size_t)WORDS);
    memcpy(x->input + M, m, 8 * (size_t)WORDS);
    zkb_mulmod_divide(x->q, x->r, a, b, c, m);
    x->q_more = ZKB_FR_ZERO;
    x->r_more = ZKB_FR_ZERO;
}

static void begin(attack *x, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                  const uint64_t *m)
{
    put_input(x, a, b, c, m);
    malicious_begin(&x->m, two, SLOTS(two), (const uint8_t *)x->input, sizeof x->input);
}

static void refused(attack *x, const char *expected, const char *also)
{
    malicious_refused_by(&x->m, expected, also);
    malicious_no_proof(&x->m);
    malicious_end(&x->m);
}

/* ---- Cells ------------------------------------------------------------------------------- */

static void set(attack *x, const char *format, unsigned number, uint64_t value)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    malicious_set(&x->m, calls, name, x->row, value);
}

static void set_fr(attack *x, const char *format, unsigned number, const zkb_fr *value)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    malicious_set_fr(&x->m, calls, name, x->row, value);
}

static uint64_t get(attack *x, const char *format, unsigned number)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    return malicious_get(&x->m, calls, name, x->row);
}

static void set_limbs(attack *x, const char *what, unsigned number, unsigned count,
                      const uint64_t *value)
{
    char format[64];
    (void)snprintf(format, sizeof format, "%s %u limb %%u", what, number);
    for (unsigned j = 0; j < count; j++) {
        set(x, format, j, value[j / 4] >> (16 * (j % 4)) & 0xffffu);
    }
}

/* What is left of a word of the heap at the end of the run. */
static void leave(attack *x, uint64_t word, uint64_t value, uint32_t time)
{
    zkb_touched_segment *s = malicious_segment(&x->m, ZKB_SPACE_READ_WRITE, heap);
    s->final[word] = value;
    s->time[word] = time;
}

static void set_quotient(attack *x, const uint64_t q[QUOTIENT])
{
    memcpy(x->q, q, sizeof x->q);
    for (unsigned j = 0; j < QUOTIENT; j++) {
        set_limbs(x, "q", j, 4, &q[j]);
    }
}

/* One that is negative is all in limb `limb`. */
static void set_gap_in(attack *x, unsigned word, uint64_t m, uint64_t r, unsigned limb)
{
    zkb_fr gap;
    zkb_fr t;
    for (unsigned j = 0; j < WORDS; j++) {
        set(x, "r is less in word %u", j, j == word);
        set(x, "gap %u", j, 0);
    }
    if (m > r) {
        for (unsigned j = 0; j < 4; j++) {
            set(x, "gap %u", j, (m - r - 1) >> (16 * j) & 0xffffu);
        }
        return;
    }
    zkb_fr_from_u64(&gap, m);
    zkb_fr_from_u64(&t, r);
    zkb_fr_sub(&gap, &gap, &t);
    zkb_fr_sub(&gap, &gap, &zkb_fr_one);
    malicious_fraction(&t, 1, 16 * limb);
    zkb_fr_mul(&gap, &gap, &t);
    set_fr(x, "gap %u", limb, &gap);
}

static void set_gap(attack *x, unsigned word, uint64_t m, uint64_t r)
{
    set_gap_in(x, word, m, r, 0);
}

/* The result, written from `word` of the heap on. */
static void set_result(attack *x, const uint64_t r[WORDS], unsigned word)
{
    unsigned j = WORDS - 1;
    memcpy(x->r, r, sizeof x->r);
    while (j > 0 && r[j] == get(x, "m %u", j)) {
        j--;
    }
    set_gap(x, j, get(x, "m %u", j), r[j]);
    for (j = 0; j < WORDS; j++) {
        set_limbs(x, "r", j, 4, &r[j]);
        malicious_segment(&x->m, ZKB_SPACE_READ_WRITE, heap)->final[word + j] = r[j];
    }
}

/* Says that m is 2^256, so that no word of r is less. */
static void say_zero(attack *x)
{
    set(x, "m is zero", 0, 1);
    for (unsigned j = 0; j < WORDS; j++) {
        set(x, "r is less in word %u", j, 0);
        set(x, "gap %u", j, 0);
    }
}

/* ---- Carries ----------------------------------------------------------------------------- */

typedef struct elements {
    zkb_fr a[WORDS], b[WORDS], c[WORDS], m[WORDS + 1], q[QUOTIENT], r[WORDS];
} elements;

static void get_elements(elements *e, attack *x)
{
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_fr_from_u64(&e->a[j], get(x, "a %u", j));
        zkb_fr_from_u64(&e->b[j], get(x, "b %u", j));
        zkb_fr_from_u64(&e->c[j], get(x, "c %u", j));
        zkb_fr_from_u64(&e->m[j], get(x, "m %u", j));
        zkb_fr_from_u64(&e->r[j], x->r[j]);
    }
    zkb_fr_from_u64(&e->m[WORDS], get(x, "m is zero", 0));
    for (unsigned j = 0; j < QUOTIENT; j++) {
        zkb_fr_from_u64(&e->q[j], x->q[j]);
    }
    const uint64_t power[4] = {UINT64_C(1) << (16 * x->q_limb), 0, 0, 0};
    const uint64_t beyond[4] = {0, 1, 0, 0};
    zkb_fr more;
    zkb_fr_from_limbs(&more, power);
    zkb_fr_mul(&more, &more, &x->q_more);
    zkb_fr_add(&e->q[x->q_word], &e->q[x->q_word], &more);
    if (x->beyond != 0) {
        zkb_fr_from_limbs(&more, beyond);
        zkb_fr_add(&e->r[x->beyond - 1], &e->r[x->beyond - 1], &more);
    }
    zkb_fr_add(&e->r[WORDS - 1], &e->r[WORDS - 1], &x->r_more);
}

/* sum += or -= y z 2^(64 at) */
static void accumulate(zkb_fr *sum, const zkb_fr *y, const zkb_fr *z, unsigned at, bool minus)
{
    const uint64_t limbs[4] = {at == 0, at == 1, 0, 0};
    zkb_fr product;
    zkb_fr power;
    zkb_fr_from_limbs(&power, limbs);
    zkb_fr_mul(&product, y, z);
    zkb_fr_mul(&product, &product, &power);
    if (minus) {
        zkb_fr_sub(sum, sum, &product);
    } else {
        zkb_fr_add(sum, sum, &product);
    }
}

static void accumulate_column(zkb_fr *sum, const elements *e, unsigned k, unsigned at)
{
    for (unsigned j = 0; j <= k; j++) {
        if (j < WORDS && k - j < WORDS) {
            accumulate(sum, &e->a[j], &e->b[k - j], at, false);
        }
        if (j <= WORDS) {
            accumulate(sum, &e->m[j], &e->q[k - j], at, true);
        }
    }
    if (k < WORDS) {
        accumulate(sum, &e->c[k], &zkb_fr_one, at, false);
        accumulate(sum, &e->r[k], &zkb_fr_one, at, true);
    }
}

/* The carries that the numbers of the row have: in limbs, or where they do not fit, as elements of
 * the field. */
static void fit_carries(attack *x)
{
    static const uint64_t offset_limbs[4] = {0, 0x8000, 0, 0};
    zkb_fr carry = ZKB_FR_ZERO;
    zkb_fr offset;
    zkb_fr part; /* 2^-128 */
    elements e;
    get_elements(&e, x);
    zkb_fr_from_limbs(&offset, offset_limbs);
    malicious_fraction(&part, 1, 64);
    zkb_fr_mul(&part, &part, &part);
    for (unsigned j = 0; j < QUOTIENT; j++) {
        set_limbs(x, "q", j, 4, &x->q[j]);
    }
    if (!zkb_fr_is_zero(&x->q_more)) {
        char format[64];
        zkb_fr limb;
        (void)snprintf(format, sizeof format, "q %u limb %%u", x->q_word);
        zkb_fr_from_u64(&limb, x->q[x->q_word] >> (16 * x->q_limb) & 0xffffu);
        zkb_fr_add(&limb, &limb, &x->q_more);
        set_fr(x, format, x->q_limb, &limb);
    }
    for (unsigned t = 0; t < ZKB_MULMOD_CARRIES; t++) {
        uint64_t limbs[4];
        zkb_fr shifted;
        accumulate_column(&carry, &e, 2 * t, 0);
        accumulate_column(&carry, &e, 2 * t + 1, 1);
        zkb_fr_mul(&carry, &carry, &part);
        zkb_fr_add(&shifted, &carry, &offset);
        zkb_fr_to_limbs(limbs, &shifted);
        if (limbs[1] >> 16 == 0 && (limbs[2] | limbs[3]) == 0) {
            set_limbs(x, "carry", t, ZKB_MULMOD_CARRY_LIMBS, limbs);
        } else {
            static const uint64_t zeros[2] = {0, 0};
            char format[64];
            set_limbs(x, "carry", t, ZKB_MULMOD_CARRY_LIMBS, zeros);
            (void)snprintf(format, sizeof format, "carry %u limb %%u", t);
            for (unsigned j = 0; j < x->carry_limb; j++) {
                zkb_fr sixteenth;
                malicious_fraction(&sixteenth, 1, 16);
                zkb_fr_mul(&shifted, &shifted, &sixteenth);
            }
            set_fr(x, format, x->carry_limb, &shifted);
        }
    }
}

static void honest_calls_are_accepted(void **state)
{
    (void)state;
    static const uint64_t *const moduli[] = {bn254, secp256k1, small, none, other};
    for (unsigned i = 0; i < sizeof moduli / sizeof moduli[0]; i++) {
        attack x;
        begin(&x, large, other, secp256k1, moduli[i]);
        /* What the attacks make of cells is what the machine makes of them. */
        const uint64_t *zero = none;
        if (moduli[i] != zero) {
            uint64_t r[WORDS];
            memcpy(r, x.r, sizeof r);
            set_result(&x, r, RESULT);
        }
        set_quotient(&x, x.q);
        fit_carries(&x);
        malicious_consistent(&x.m);
        malicious_proof(&x.m);
        malicious_end(&x.m);
    }
}

/* ---- Results ----------------------------------------------------------------------------- */

static void add(uint64_t *sum, const uint64_t *x, const uint64_t *y)
{
    uint64_t carry = 0;
    for (unsigned j = 0; j < WORDS; j++) {
        const uint64_t part = x[j] + y[j];
        const uint64_t all = part + carry;
        carry = (uint64_t)(part < y[j]) | (uint64_t)(all < carry);
        sum[j] = all;
    }
    assert_int_equal(carry, 0);
}

/* r + m, of q - 1. */
static void not_reduced(attack *x)
{
    uint64_t r[WORDS];
    uint64_t q[QUOTIENT];
    begin(x, large, other, secp256k1, bn254);
    add(r, x->r, bn254);
    memcpy(q, x->q, sizeof q);
    assert_true(q[0] > 0);
    q[0]--;
    set_quotient(x, q);
    set_result(x, r, RESULT);
    fit_carries(x);
}

static void a_result_that_is_not_reduced(void **state)
{
    (void)state;
    for (unsigned limb = 0; limb < 4; limb++) {
        attack x;
        not_reduced(&x);
        assert_true(x.r[3] >= bn254[3]);
        set_gap_in(&x, 3, bn254[3], x.r[3], limb);
        refused(&x, "range16", NULL);
    }
}

/* It is less by one in word i, and more by one in a word above: r + m = m + 2^(64 j) - 2^(64 i). */
static void a_result_that_is_less_in_a_low_word(void **state)
{
    (void)state;
    static const uint64_t one[WORDS] = {1};
    for (unsigned j = 1; j < WORDS; j++) {
        for (unsigned i = 0; i < j; i++) {
            attack x;
            char name[32];
            uint64_t r[WORDS] = {0};
            const uint64_t q[QUOTIENT] = {0};
            for (unsigned word = i; word < j; word++) {
                r[word] = UINT64_MAX;
            }
            begin(&x, bn254, one, r, bn254); /* q is 1 */
            assert_memory_equal(x.r, r, sizeof r);
            add(r, r, bn254);
            assert_true(r[i] == bn254[i] - 1 && r[j] == bn254[j] + 1);
            set_quotient(&x, q);
            set_result(&x, r, RESULT);
            set_gap(&x, i, bn254[i], r[i]);
            fit_carries(&x);
            (void)snprintf(name, sizeof name, "r is m in word %u", j);
            refused(&x, name, NULL);
        }
    }
}

/* It is said to be less in three words, minus once in one of them, so that the word above that one
 * need not be equal. r + m is m + 2^192 - 5, and m + 2^128 + 2. */
static void a_result_that_is_less_minus_once(void **state)
{
    (void)state;
    static const uint64_t one[WORDS] = {1};
    static const struct {
        uint64_t result[WORDS];
        int8_t less[WORDS];
        uint64_t gap;
        const char *refused;
    } cases[] = {
        {{2, 0, 1, 0}, {-1, 1, 1, 0}, 0, "r is less in word 0"},
        {{UINT64_MAX - 4, UINT64_MAX, UINT64_MAX, 0}, {1, -1, 0, 1}, 3, "r is less in word 1"},
        {{UINT64_MAX - 4, UINT64_MAX, UINT64_MAX, 0}, {1, 0, -1, 1}, 3, "r is less in word 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attack x;
        uint64_t r[WORDS];
        uint64_t q[QUOTIENT] = {0};
        begin(&x, bn254, one, cases[i].result, bn254); /* q is 1 */
        assert_memory_equal(x.r, cases[i].result, sizeof x.r);
        add(r, x.r, bn254);
        set_quotient(&x, q);
        set_result(&x, r, RESULT);
        for (unsigned j = 0; j < WORDS; j++) {
            char name[32];
            (void)snprintf(name, sizeof name, "r is less in word %u", j);
            malicious_set_signed(&x.m, calls, name, 0, cases[i].less[j]);
            set(&x, "gap %u", j, j == 0 ? cases[i].gap : 0);
        }
        fit_carries(&x);
        refused(&x, cases[i].refused, NULL);
    }
}

/* It is said to be less nowhere. */
static void a_result_that_is_not_compared(void **state)
{
    (void)state;
    attack x;
    not_reduced(&x);
    for (unsigned j = 0; j < WORDS; j++) {
        set(&x, "r is less in word %u", j, 0);
        set(&x, "gap %u", j, 0);
    }
    refused(&x, "m is zero or r is less", NULL);
}

/* m itself where the result is 0. */
static void the_modulus_as_result(void **state)
{
    (void)state;
    attack x;
    uint64_t q[QUOTIENT];
    begin(&x, bn254, other, none, bn254);
    memcpy(q, x.q, sizeof q);
    q[0]--;
    set_quotient(&x, q);
    set_result(&x, bn254, RESULT);
    fit_carries(&x);
    refused(&x, "range16", NULL);
}

/* r - m, of q + 1: -2^256 is -2^64 in the highest word, by one of its limbs; memory at the end has
 * words alone. */
static void a_negative_result(void **state)
{
    (void)state;
    for (unsigned limb = 0; limb < 4; limb++) {
        attack x;
        char name[32];
        zkb_fr gap;
        zkb_fr cell;
        uint64_t q[QUOTIENT];
        const uint64_t limbs[4] = {0, 1, 0, 0};
        const uint64_t low[WORDS] = {132 + UINT64_C(0x1000003d1), 0, 0, 0};
        begin(&x, small, small, small, secp256k1); /* 132 - m = 132 + 2^32 + 977 - 2^256 */
        memcpy(q, x.q, sizeof q);
        q[0]++;
        set_quotient(&x, q);
        set_result(&x, low, RESULT);
        zkb_fr_from_limbs(&x.r_more, limbs);
        zkb_fr_from_u64(&gap, UINT64_MAX - 1);
        zkb_fr_add(&gap, &gap, &x.r_more);
        zkb_fr_neg(&x.r_more, &x.r_more);
        malicious_fraction(&cell, 1, 16 * limb);
        zkb_fr_mul(&cell, &cell, &x.r_more);
        (void)snprintf(name, sizeof name, "r 3 limb %u", limb);
        malicious_set_fr(&x.m, calls, name, 0, &cell);
        set_gap(&x, 3, 1, 0);
        set_fr(&x, "gap %u", 0, &gap);
        fit_carries(&x);
        malicious_refused_by(&x.m, "range16", "memory");
        malicious_end(&x.m);
    }
}

/* ---- Modulo the prime, and beyond 2^512 --------------------------------------------------- */

/* p 2^(128 t) more than a b + c: the identity holds in the field, by carry t alone, and of that by
 * one limb alone. */
static void a_result_modulo_the_prime(void **state)
{
    (void)state;
    static const uint64_t p[WORDS] = {0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d,
                                      0x30644e72e131a029};
    static const uint64_t sum[WORDS] = {132};
    for (unsigned t = 0; t < ZKB_MULMOD_CARRIES; t++) {
        for (unsigned limb = 0; limb < ZKB_MULMOD_CARRY_LIMBS; limb++) {
            attack x;
            uint64_t q[QUOTIENT];
            uint64_t r[WORDS];
            const uint64_t times[WORDS] = {t == 0, 0, t == 1, 0};
            begin(&x, small, small, small, secp256k1);
            zkb_mulmod_divide(q, r, p, times, sum, secp256k1);
            if (t == 2) { /* p (2^256 - 1) + (p + 132) */
                uint64_t more[WORDS];
                add(more, p, sum);
                zkb_mulmod_divide(q, r, p, ones, more, secp256k1);
            }
            x.carry_limb = limb;
            set_quotient(&x, q);
            set_result(&x, r, RESULT);
            fit_carries(&x);
            malicious_refused_by(&x.m, "range16", NULL);
            if (limb == 0) {
                malicious_no_proof(&x.m);
            }
            malicious_end(&x.m);
        }
    }
}

/* n -= x 2^(64 at) */
static void subtract_at(uint64_t n[QUOTIENT], unsigned at, uint64_t x)
{
    for (unsigned j = at; j < QUOTIENT; j++) {
        const uint64_t old = n[j];
        n[j] -= x;
        x = old < x;
    }
    assert_int_equal(x, 0);
}

/* r + 1, by a fraction in one limb of the quotient alone: the words below make what is left a
 * multiple of 2^(64 word). */
static void a_fraction_in_a_limb(unsigned word, unsigned limb)
{
    static const uint64_t m[WORDS] = {1000003};
    static const uint64_t one[WORDS] = {1};
    uint64_t n[QUOTIENT];
    uint64_t q[QUOTIENT] = {0};
    uint64_t r[WORDS];
    uint64_t inverse = m[0]; /* mod 2^64, by Newton */
    attack x;
    zkb_fr t;
    for (unsigned i = 0; i < 6; i++) {
        inverse *= 2 - m[0] * inverse;
    }
    begin(&x, ones, ones, none, m);
    zkb_mulmod_divide(n, r, ones, ones, none, one); /* n = a b */
    memcpy(r, x.r, sizeof r);
    r[0]++;
    subtract_at(n, 0, r[0]);
    for (unsigned i = 0; i < word; i++) {
        q[i] = n[i] * inverse;
        const zkb_u128 product = (zkb_u128)q[i] * m[0];
        subtract_at(n, i, (uint64_t)product);
        subtract_at(n, i + 1, (uint64_t)(product >> 64));
    }
    zkb_u128 rest = 0;
    for (unsigned i = QUOTIENT; i-- > word;) {
        rest = rest << 64 | n[i];
        q[i] = (uint64_t)(rest / m[0]);
        rest %= m[0];
    }
    assert_true(rest != 0);
    x.q_word = word;
    x.q_limb = limb;
    zkb_fr_from_u64(&x.q_more, m[0]);
    zkb_fr_inv(&x.q_more, &x.q_more);
    zkb_fr_from_u64(&t, (uint64_t)rest);
    zkb_fr_mul(&x.q_more, &x.q_more, &t);
    malicious_fraction(&t, 1, 16 * limb);
    zkb_fr_mul(&x.q_more, &x.q_more, &t);
    set_quotient(&x, q);
    set_result(&x, r, RESULT);
    fit_carries(&x);
    malicious_refused_by(&x.m, "range16", NULL);
    if (limb == 0) {
        malicious_no_proof(&x.m);
    }
    malicious_end(&x.m);
}

static void a_fraction_in_each_limb(void **state)
{
    (void)state;
    for (unsigned word = 0; word < QUOTIENT; word++) {
        for (unsigned limb = 0; limb < 4; limb++) {
            a_fraction_in_a_limb(word, limb);
        }
    }
}

/* A word is 2^64 more, by one of its limbs, and the word above is 1 less: the number is the same,
 * but memory would hold what is no word. */
static void a_word_beyond_64_bits(void **state)
{
    (void)state;
    const uint64_t limbs[4] = {0, 1, 0, 0};
    for (unsigned word = 0; word < WORDS - 1; word++) {
        for (unsigned limb = 0; limb < 4; limb++) {
            attack x;
            uint64_t r[WORDS];
            char name[32];
            zkb_fr cell;
            zkb_fr more;
            begin(&x, large, other, secp256k1, bn254);
            memcpy(r, x.r, sizeof r);
            assert_true(r[word + 1] > 0 && r[3] < bn254[3]);
            r[word + 1]--;
            set_result(&x, r, RESULT);
            zkb_fr_from_limbs(&more, limbs);
            malicious_fraction(&cell, 1, 16 * limb);
            zkb_fr_mul(&more, &more, &cell);
            zkb_fr_from_u64(&cell, r[word] >> (16 * limb) & 0xffffu);
            zkb_fr_add(&cell, &cell, &more);
            (void)snprintf(name, sizeof name, "r %u limb %u", word, limb);
            malicious_set_fr(&x.m, calls, name, 0, &cell);
            x.beyond = 1 + word;
            fit_carries(&x);
            malicious_refused_by(&x.m, "range16", "memory");
            malicious_end(&x.m);
        }
    }
}

/* r + 1: the quotient is a fraction, and so are the carries. */
static void a_fraction_as_quotient(void **state)
{
    (void)state;
    attack x;
    uint64_t r[WORDS];
    zkb_fr m;
    begin(&x, large, other, large, bn254);
    memcpy(r, x.r, sizeof r);
    r[0]++;
    zkb_fr_from_limbs(&m, bn254);
    zkb_fr_inv(&m, &m);
    zkb_fr_sub(&x.q_more, &x.q_more, &m);
    set_result(&x, r, RESULT);
    fit_carries(&x);
    refused(&x, "range16", NULL);
}

/* A carry that is a fraction alone: r + 1, and the other carries follow. */
static void a_fraction_as_carry(void **state)
{
    (void)state;
    attack x;
    uint64_t r[WORDS];
    begin(&x, large, other, large, bn254);
    memcpy(r, x.r, sizeof r);
    r[0]++;
    set_result(&x, r, RESULT);
    fit_carries(&x);
    malicious_refused_by(&x.m, "range16", "words 6 and 7 of a b + c = q M + r");
    malicious_no_proof(&x.m);
    malicious_end(&x.m);
}

/* m = 2^(64 j + 62) + 1 and a b + c = 2^510: (q + 2^(64 i)) m has a product in 2^512, that of words
 * i and j, without which it is 2^(64 i) more than q m. */
static void a_multiple_beyond_its_words(void **state)
{
    (void)state;
    static const uint64_t high[WORDS] = {0, 0, 0, UINT64_C(1) << 63};
    for (unsigned j = 1; j < WORDS; j++) {
        for (unsigned i = QUOTIENT - j; i < QUOTIENT; i++) {
            const unsigned bit = 64 * i - 255;
            uint64_t less[WORDS]; /* 2^255 - 2^bit */
            uint64_t m[WORDS] = {1};
            attack x;
            uint64_t q[QUOTIENT];
            uint64_t r[WORDS];
            for (unsigned word = 0; word < WORDS; word++) {
                less[word] = word < bit / 64    ? 0
                             : word == bit / 64 ? 0 - (UINT64_C(1) << bit % 64)
                                                : UINT64_MAX;
            }
            less[WORDS - 1] &= UINT64_MAX >> 1;
            m[j] = UINT64_C(1) << 62;
            begin(&x, high, high, none, m);
            zkb_mulmod_divide(q, r, high, less, none, m);
            assert_int_equal(q[i], 0);
            assert_memory_not_equal(r, x.r, sizeof r);
            q[i] = 1;
            set_quotient(&x, q);
            set_result(&x, r, RESULT);
            fit_carries(&x);
            refused(&x, "q M has no more words", NULL);
        }
    }
}

/* ---- A modulus that is zero, or not -------------------------------------------------------- */

/* The modulus is said to be 2^256 more, whichever of its words is not zero: a b + c = 2^254 + 11 is
 * not reduced. */
static void a_modulus_said_to_be_zero(void **state)
{
    (void)state;
    static const uint64_t one[WORDS] = {1};
    static const uint64_t high[WORDS] = {0, 0, 0, UINT64_C(1) << 62};
    static const uint64_t sum[WORDS] = {11, 0, 0, UINT64_C(1) << 62};
    for (unsigned word = 0; word < WORDS; word++) {
        attack x;
        uint64_t m[WORDS] = {0};
        m[word] = 7;
        begin(&x, high, one, small, m);
        set_quotient(&x, (const uint64_t[QUOTIENT]){0});
        set_result(&x, sum, RESULT);
        say_zero(&x);
        fit_carries(&x);
        refused(&x, "zero: no word of m", NULL);
    }
}

/* A modulus of zero is said to be none: anything is a multiple of it plus a b + c. */
static void a_zero_said_to_be_a_modulus(void **state)
{
    (void)state;
    attack x;
    begin(&x, small, small, small, none);
    set(&x, "m is zero", 0, 0);
    set_quotient(&x, (const uint64_t[QUOTIENT]){12345});
    set_gap(&x, 3, 0, 0);
    fit_carries(&x);
    refused(&x, "range16", NULL);
}

/* ---- c and m ------------------------------------------------------------------------------ */

/* Whether word k of m is one of c, where m is `place` words above. */
static bool is_of_c(int place, unsigned k) { return place + (int)k >= 0 && place + (int)k < WORDS; }

/* The modulus is said to be at a place of c, so that words of c are words of it. */
static void another_number_as_modulus(void **state)
{
    (void)state;
    for (int place = -ZKB_MULMOD_NEAR; place <= ZKB_MULMOD_NEAR; place++) {
        attack x;
        char name[32];
        uint64_t q[QUOTIENT];
        uint64_t r[WORDS];
        uint64_t m[WORDS];
        begin(&x, large, other, bn254, secp256k1);
        memcpy(m, secp256k1, sizeof m);
        for (unsigned k = 0; k < WORDS; k++) {
            if (is_of_c(place, k)) {
                m[k] = bn254[place + (int)k];
                set(&x, "m %u", k, m[k]);
                set(&x, "m %u: time difference", k, 0);
                /* the other call reads the word of the modulus first */
                (void)snprintf(name, sizeof name, "m %u: time difference", k);
                malicious_set(&x.m, calls, name, 1, 4 * OTHER + 2 - (4 * COPIED + 1) - 1);
            }
        }
        zkb_mulmod_divide(q, r, large, other, bn254, m);
        (void)snprintf(name, sizeof name, "m is at c %+d", place);
        malicious_set(&x.m, calls, name, 0, 1);
        set_quotient(&x, q);
        set_result(&x, r, RESULT);
        fit_carries(&x);
        malicious_refused_by(&x.m, "m is there", NULL);
        if (place == 0) {
            malicious_no_proof(&x.m);
        }
        malicious_end(&x.m);
    }
}

enum { SAME_PLACE = 12 }; /* slot */
static const zkb_instruction same[] = {
    /* 1 */ MOV_X(2, 1),
    LDDW(1, 8 * A, 3),
    MOV_K(3, 16),
    /* 4 */ HELPER(COPY),
    LDDW(2, 8 * A, 3),
    LDDW(3, 8 * B, 3),
    LDDW(4, 8 * C, 3),
    /* 8 */ MOV_X(5, 4),
    ALU64_K(0x00, 5, 0),
    HELPER(MULMOD), /* to A */
    EXIT(),
};

/* m is `place` words above c. */
static void begin_at(attack *x, int place)
{
    zkb_instruction code[SLOTS(same)];
    memcpy(code, same, sizeof same);
    code[SAME_PLACE].imm = 8 * place;
    put_input(x, large, other, bn254, none);
    zkb_mulmod_divide(x->q, x->r, large, other, bn254, x->input + C + place);
    malicious_begin(&x->m, code, SLOTS(code), (const uint8_t *)x->input, sizeof x->input);
    malicious_consistent(&x->m);
}

static void begin_same(attack *x) { begin_at(x, 0); }

static void fit_modulus(attack *x, const uint64_t m[WORDS])
{
    uint64_t q[QUOTIENT];
    uint64_t r[WORDS];
    zkb_mulmod_divide(q, r, large, other, bn254, m);
    for (unsigned j = 0; j < WORDS; j++) {
        set(x, "m %u", j, m[j]);
    }
    set_quotient(x, q);
    set_result(x, r, A);
    fit_carries(x);
}

/* It is said to be there, with another word: at each place, each that is one of c. */
static void other_words_than_those_of_c(void **state)
{
    (void)state;
    for (int place = -ZKB_MULMOD_NEAR; place <= ZKB_MULMOD_NEAR; place++) {
        for (unsigned k = 0; k < WORDS; k++) {
            attack x;
            char name[32];
            uint64_t m[WORDS];
            if (!is_of_c(place, k)) {
                continue;
            }
            begin_at(&x, place);
            memcpy(m, x.input + C + place, sizeof m);
            m[k]++;
            fit_modulus(&x, m);
            (void)snprintf(name, sizeof name, "m %u is c's", k);
            malicious_refused_by(&x.m, name, NULL);
            if (place == 0 && k == 0) {
                malicious_no_proof(&x.m);
            }
            malicious_end(&x.m);
        }
    }
}

/* It is read by accesses of its own, which take what they give. */
static void accesses_that_take_what_they_give(void **state)
{
    (void)state;
    attack x;
    begin_same(&x);
    fit_modulus(&x, secp256k1);
    malicious_set(&x.m, calls, "m is at c +0", 0, 0);
    for (unsigned j = 0; j < WORDS; j++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m %u: time difference", j);
        malicious_set_signed(&x.m, calls, name, 0, -1);
    }
    refused(&x, "range16", NULL);
}

/* It is said to be in two places, two words above and two below: its halves are exchanged. */
static void two_places_of_c(void **state)
{
    (void)state;
    attack x;
    const uint64_t exchanged[WORDS] = {bn254[2], bn254[3], bn254[0], bn254[1]};
    begin_same(&x);
    malicious_set(&x.m, calls, "m is at c +0", 0, 0);
    malicious_set(&x.m, calls, "m is at c +2", 0, 1);
    malicious_set(&x.m, calls, "m is at c -2", 0, 1);
    fit_modulus(&x, exchanged);
    refused(&x, "m is at one place of c", NULL);
}

/* Three places, one of them minus once, make the distance of m from c: its lowest word is made of
 * words of c, and the others are read, two slots after they were read as those of a. */
static void a_place_that_is_no_bit(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        /* 1 */ MOV_X(2, 1),
        LDDW(1, 8 * A, 3),
        MOV_K(3, 16),
        /* 4 */ HELPER(COPY),
        LDDW(2, 8 * M, 3),
        LDDW(3, 8 * B, 3),
        LDDW(4, 8 * C, 3),
        LDDW(5, 8 * M, 3),
        LDDW(1, 8 * RESULT, 3),
        /* 10 */ HELPER(MULMOD),
        EXIT(),
    };
    static const uint64_t c[WORDS] = {1, 2, 30, 30};
    static const uint64_t m[WORDS] = {7, UINT64_MAX, 30, 4};
    static const uint64_t false_m[WORDS] = {58, UINT64_MAX, 30, 4};
    attack x;
    uint64_t q[QUOTIENT];
    uint64_t r[WORDS];
    put_input(&x, none, other, c, m);
    malicious_begin(&x.m, code, SLOTS(code), (const uint8_t *)x.input, sizeof x.input);
    zkb_mulmod_divide(q, r, m, other, c, false_m);
    malicious_set(&x.m, calls, "m is at c +3", 0, 1);
    malicious_set(&x.m, calls, "m is at c +2", 0, 1);
    malicious_set_signed(&x.m, calls, "m is at c +1", 0, -1);
    set(&x, "m %u", 0, false_m[0]);
    set(&x, "m %u: time difference", 0, 0);
    set(&x, "m %u: time difference", 2, 0);
    leave(&x, M, m[0], 4 * CALL);
    set_quotient(&x, q);
    set_result(&x, r, RESULT);
    fit_carries(&x);
    refused(&x, "m is at c +1", NULL);
}

/* ---- Memory ------------------------------------------------------------------------------- */

/* The first call has the numbers of the second, and its result. */
static void numbers_of_another_call(void **state)
{
    (void)state;
    attack x;
    uint64_t q[QUOTIENT];
    uint64_t r[WORDS];
    begin(&x, large, other, small, bn254);
    for (unsigned j = 0; j < WORDS; j++) {
        set(&x, "a %u", j, other[j]);
    }
    zkb_mulmod_divide(q, r, other, other, small, bn254);
    set_quotient(&x, q);
    set_result(&x, r, RESULT);
    fit_carries(&x);
    refused(&x, "memory", NULL);
}

/* The result is written to another place than r1 says, and so is what r0 becomes. */
static void written_elsewhere(void **state)
{
    (void)state;
    attack x;
    begin(&x, large, other, small, bn254);
    for (unsigned j = 0; j < WORDS; j++) {
        leave(&x, RESULT + j, 0, 0);
        leave(&x, 40 + j, x.r[j], 4 * CALL + 3);
    }
    malicious_set(&x.m, calls, "r1", 0, ZKB_REGION_HEAP + UINT64_C(320));
    refused(&x, "memory", NULL);
}

/* m is read at b, which holds the same number. */
static void read_elsewhere(void **state)
{
    (void)state;
    attack x;
    begin(&x, large, bn254, small, bn254);
    malicious_set(&x.m, calls, "r5", 0, ZKB_REGION_HEAP + UINT64_C(8) * B);
    for (unsigned j = 0; j < WORDS; j++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m %u: time difference", j);
        malicious_set(&x.m, calls, name, 0, 0); /* after b */
        malicious_set(&x.m, calls, name, 1, 4 * OTHER + 2 - (4 * COPIED + 1) - 1);
        (void)snprintf(name, sizeof name, "a %u: time difference", j);
        malicious_set(&x.m, calls, name, 1, 4 * OTHER - (4 * CALL + 2) - 1);
    }
    refused(&x, "memory", NULL);
}

/* A word of a is read before it was stored to again, and after. */
static void read_at_another_time(void **state)
{
    (void)state;
    enum { FIRST = 2, SECOND = 3, READ = 8, THIRD = 9, SLOT = 2 };
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(2, 0, 3),  STORE_K(DW, 2, 0, 5), STORE_K(DW, 2, 0, 6),
        /* 4 */ LDDW(3, 32, 3), LDDW(4, 64, 3),       LDDW(5, 96, 3),
        LDDW(1, 128, 3),
        /* 8 */ HELPER(MULMOD), STORE_K(DW, 2, 0, 7), EXIT(),
    };
    attack x;
    memset(&x, 0, sizeof x);
    malicious_begin(&x.m, code, SLOTS(code), NULL, 0);
    malicious_set(&x.m, calls, "a 0", 0, 5);
    malicious_set(&x.m, calls, "a 0: time difference", 0, 4 * READ - (4 * FIRST + SLOT) - 1);
    refused(&x, "memory", NULL);
    malicious_begin(&x.m, code, SLOTS(code), NULL, 0);
    malicious_set(&x.m, calls, "a 0", 0, 7);
    malicious_set_signed(&x.m, calls, "a 0: time difference", 0, 4 * READ - (4 * THIRD + SLOT) - 1);
    malicious_set(&x.m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 2,
                  4 * THIRD - 4 * SECOND - 1);
    leave(&x, 0, 7, 4 * READ);
    refused(&x, "range16", NULL);
}

/* ---- Addresses: a chunk that begins with the call ---------------------------------------- */

enum { ADDRESSES = 9 }; /* steps before the call */
static const zkb_instruction addresses[] = {
    LDDW(1, 8 * RESULT, 3),
    LDDW(2, 8 * A, 3),
    LDDW(3, 8 * B, 3),
    LDDW(4, 8 * C, 3),
    LDDW(5, 8 * M, 3),
    MOV_K(6, 0),
    MOV_K(7, 0),
    MOV_K(8, 0),
    MOV_K(9, 0),
    /* chunk of clock 1 */ HELPER(MULMOD),
    EXIT(),
};

/* Register `argument` holds `address` when the chunk begins. */
static malicious *begin_with_address(malicious chunks[2], unsigned argument, uint64_t address)
{
    char name[16];
    malicious_begin_chunks(chunks, addresses, SLOTS(addresses), ADDRESSES);
    malicious *m = &chunks[1];
    (void)snprintf(name, sizeof name, "r%u", argument);
    malicious_set(m, calls, name, 0, address);
    m->run.boundary.before.r[argument] = address;
    m->run.boundary.after.r[argument] = address;
    if (argument == 1) {
        m->run.boundary.after.r[0] = address;
    }
    return m;
}

static void end_chunks(malicious chunks[2])
{
    malicious_end(&chunks[1]);
    malicious_end(&chunks[0]);
}

/* A number is registers r6 to r9, whose space is that of read-write words plus 2. The heap has the
 * same words, so that nothing else differs. */
static void registers_are_no_number(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned word, slot;
    } numbers[] = {{"a", A, 0}, {"b", B, 1}, {"c", C, 2}, {"m", M, 2}};
    for (unsigned n = 0; n < sizeof numbers / sizeof numbers[0]; n++) {
        malicious chunks[2];
        char name[32];
        malicious *m = begin_with_address(chunks, 2 + n, UINT64_C(8) * 6);
        for (unsigned j = 0; j < WORDS; j++) {
            (void)snprintf(name, sizeof name, "%s %u read-only", numbers[n].name, j);
            malicious_set(m, calls, name, 0, 2);
            m->run.boundary.register_time[6 + j] = 4 + numbers[n].slot;
            malicious_segment(m, ZKB_SPACE_READ_WRITE, heap)->time[numbers[n].word + j] = 0;
        }
        (void)snprintf(name, sizeof name, "%s * read-only", numbers[n].name);
        malicious_refused_by(m, name, NULL);
        end_chunks(chunks);
    }
}

/* Addresses beside a word's beginning, each of the five; and a result where nothing is written, in
 * a region that the run does not have. */
static void other_addresses(void **state)
{
    (void)state;
    static const uint64_t words[] = {RESULT, A, B, C, M};
    for (unsigned argument = 1; argument <= 5; argument++) {
        for (uint64_t beside = 1; beside < 8; beside++) {
            malicious chunks[2];
            malicious_refused_by(
                begin_with_address(chunks, argument,
                                   ZKB_REGION_HEAP + 8 * words[argument - 1] + beside),
                "memory", NULL);
            end_chunks(chunks);
        }
    }
    malicious chunks[2];
    malicious_refused_by(begin_with_address(chunks, 1, ZKB_REGION_PUBLIC_INPUT), "memory", NULL);
    end_chunks(chunks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_calls_are_accepted),
        cmocka_unit_test(a_result_that_is_not_reduced),
        cmocka_unit_test(a_result_that_is_less_in_a_low_word),
        cmocka_unit_test(a_result_that_is_less_minus_once),
        cmocka_unit_test(a_result_that_is_not_compared),
        cmocka_unit_test(the_modulus_as_result),
        cmocka_unit_test(a_negative_result),
        cmocka_unit_test(a_result_modulo_the_prime),
        cmocka_unit_test(a_fraction_in_each_limb),
        cmocka_unit_test(a_word_beyond_64_bits),
        cmocka_unit_test(a_fraction_as_quotient),
        cmocka_unit_test(a_fraction_as_carry),
        cmocka_unit_test(a_multiple_beyond_its_words),
        cmocka_unit_test(a_modulus_said_to_be_zero),
        cmocka_unit_test(a_zero_said_to_be_a_modulus),
        cmocka_unit_test(another_number_as_modulus),
        cmocka_unit_test(other_words_than_those_of_c),
        cmocka_unit_test(accesses_that_take_what_they_give),
        cmocka_unit_test(two_places_of_c),
        cmocka_unit_test(a_place_that_is_no_bit),
        cmocka_unit_test(numbers_of_another_call),
        cmocka_unit_test(written_elsewhere),
        cmocka_unit_test(read_elsewhere),
        cmocka_unit_test(read_at_another_time),
        cmocka_unit_test(registers_are_no_number),
        cmocka_unit_test(other_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
