/* False calls of the helper inverse: results that are not reduced, that hold modulo the prime of
 * the field alone, or by words, quotients and carries that are no integers of their size; of
 * numbers read elsewhere or at another time, and results written elsewhere. What follows from a
 * false cell is made to fit, the carries too. A call of clock c reads a at 4 c, m at 4 c + 1, and
 * writes at 4 c + 2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"
#include "base/wide_inline.h"
#include "machine/helpers/inverse/inverse.h"

enum {
    DW = 0x18,
    INVERSE = ZKB_HELPER_NUMBER_INVERSE,
    COPY = ZKB_HELPER_NUMBER_COPY,
    WORDS = ZKB_INVERSE_WORDS
};

static const zkb_chip_id calls = ZKB_CHIP_HELPER_INVERSE;
static const uint64_t heap = ZKB_REGION_HEAP / 8; /* number of its first word */

/* Words of the heap. */
enum { A = 0, B = 4, M = 8, RESULT = 12, OTHER_RESULT = 16 };
enum { COPIED = 4, CALL = 8, OTHER = 11 }; /* clocks */
static const zkb_instruction two[] = {
    /* 1 */ MOV_X(2, 1),
    LDDW(1, 8 * A, 3),
    MOV_K(3, 12),
    /* 4 */ HELPER(COPY),
    LDDW(2, 8 * A, 3),
    LDDW(3, 8 * M, 3),
    LDDW(1, 8 * RESULT, 3),
    /* 8 */ HELPER(INVERSE),
    LDDW(2, 8 * B, 3),
    LDDW(1, 8 * OTHER_RESULT, 3),
    /* 11 */ HELPER(INVERSE),
    EXIT(),
};

/* The primes of BN254 (of its coordinates) and of secp256k1. */
static const uint64_t bn254[WORDS] = {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d,
                                      0x30644e72e131a029};
static const uint64_t secp256k1[WORDS] = {0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX};
static const uint64_t some[WORDS] = {UINT64_MAX - 8, UINT64_MAX, 7, 0x123456789abcdef0};
static const uint64_t other[WORDS] = {5, 6, UINT64_MAX, UINT64_MAX / 5};
static const uint64_t seven[WORDS] = {7};
static const uint64_t small[WORDS] = {1000003};
static const uint64_t one[WORDS] = {1};

/* A false first call. */
typedef struct attack {
    malicious m;
    uint64_t input[3 * WORDS];
    uint64_t x_words[WORDS], q_words[WORDS]; /* as they are in the honest row */
    zkb_fr x[WORDS], q[WORDS];               /* as the row has them */
    unsigned carry_limb;                     /* that a carry which does not fit is in */
} attack;

/* ---- Cells ------------------------------------------------------------------------------- */

static void set(attack *x, const char *format, unsigned number, uint64_t value)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    malicious_set(&x->m, calls, name, 0, value);
}

static void set_fr(attack *x, const char *format, unsigned number, const zkb_fr *value)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    malicious_set_fr(&x->m, calls, name, 0, value);
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

static void set_number(attack *x, zkb_fr words[WORDS], const char *what,
                       const uint64_t value[WORDS])
{
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_fr_from_u64(&words[j], value[j]);
        set_limbs(x, what, j, 4, &value[j]);
    }
}

static void set_quotient(attack *x, const uint64_t q[WORDS]) { set_number(x, x->q, "q", q); }

static void set_result(attack *x, const uint64_t value[WORDS])
{
    set_number(x, x->x, "x", value);
    for (unsigned j = 0; j < WORDS; j++) {
        malicious_segment(&x->m, ZKB_SPACE_READ_WRITE, heap)->final[RESULT + j] = value[j];
    }
}

/* Adds to a word, by one of its limbs alone. */
static void add_by_limb(attack *x, zkb_fr words[WORDS], const char *what, unsigned word,
                        unsigned limb, const zkb_fr *more)
{
    char name[64];
    zkb_fr cell;
    zkb_fr part;
    (void)snprintf(name, sizeof name, "%s %u limb %u", what, word, limb);
    zkb_fr_from_u64(&cell, malicious_get(&x->m, calls, name, 0));
    malicious_fraction(&part, 1, 16 * limb);
    zkb_fr_mul(&part, &part, more);
    zkb_fr_add(&cell, &cell, &part);
    malicious_set_fr(&x->m, calls, name, 0, &cell);
    zkb_fr_add(&words[word], &words[word], more);
}

/* x is said to be less in this word, by `gap` + 1; all of the gap is in limb `limb` if it is not
 * below 2^64. */
static void set_gap(attack *x, unsigned word, unsigned limb)
{
    zkb_fr gap;
    uint64_t limbs[4];
    zkb_fr_from_u64(&gap, x->input[M + word]);
    zkb_fr_sub(&gap, &gap, &x->x[word]);
    zkb_fr_sub(&gap, &gap, &zkb_fr_one);
    zkb_fr_to_limbs(limbs, &gap);
    for (unsigned j = 0; j < WORDS; j++) {
        set(x, "x is less in word %u", j, j == word);
        set(x, "gap %u", j, limbs[0] >> (16 * j) & 0xffffu);
    }
    if ((limbs[1] | limbs[2] | limbs[3]) != 0) {
        zkb_fr part;
        for (unsigned j = 0; j < WORDS; j++) {
            set(x, "gap %u", j, 0);
        }
        malicious_fraction(&part, 1, 16 * limb);
        zkb_fr_mul(&gap, &gap, &part);
        set_fr(x, "gap %u", limb, &gap);
    }
}

/* ---- Carries ----------------------------------------------------------------------------- */

/* sum += y z 2^(64 at), or minus it */
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

static void accumulate_column(zkb_fr *sum, const attack *x, const uint64_t a[WORDS], unsigned k)
{
    for (unsigned j = 0; j < WORDS; j++) {
        if (k >= j && k - j < WORDS) {
            zkb_fr word;
            zkb_fr_from_u64(&word, a[j]);
            accumulate(sum, &word, &x->x[k - j], k % 2, false);
            zkb_fr_from_u64(&word, x->input[M + j]);
            accumulate(sum, &word, &x->q[k - j], k % 2, true);
        }
    }
    if (k == 0) {
        zkb_fr_sub(sum, sum, &zkb_fr_one);
    }
}

static void set_carry(attack *x, unsigned t, const zkb_fr *carry)
{
    static const uint64_t offset_limbs[4] = {0, 0x8000, 0, 0};
    static const uint64_t zeros[2] = {0, 0};
    uint64_t limbs[4];
    zkb_fr shifted;
    zkb_fr part;
    char format[64];
    zkb_fr_from_limbs(&shifted, offset_limbs);
    zkb_fr_add(&shifted, &shifted, carry);
    zkb_fr_to_limbs(limbs, &shifted);
    if (limbs[1] >> 16 == 0 && (limbs[2] | limbs[3]) == 0) {
        set_limbs(x, "carry", t, ZKB_INVERSE_CARRY_LIMBS, limbs);
        return;
    }
    set_limbs(x, "carry", t, ZKB_INVERSE_CARRY_LIMBS, zeros);
    malicious_fraction(&part, 1, 16);
    for (unsigned j = 0; j < x->carry_limb; j++) {
        zkb_fr_mul(&shifted, &shifted, &part);
    }
    (void)snprintf(format, sizeof format, "carry %u limb %%u", t);
    set_fr(x, format, x->carry_limb, &shifted);
}

/* The carries that the numbers of the row have: in limbs, or where they do not fit, as elements of
 * the field. */
static void fit_carries_of(attack *x, const uint64_t a[WORDS])
{
    zkb_fr carry = ZKB_FR_ZERO;
    zkb_fr part; /* 2^-128 */
    malicious_fraction(&part, 1, 64);
    zkb_fr_mul(&part, &part, &part);
    for (unsigned t = 0; t < ZKB_INVERSE_CARRIES; t++) {
        accumulate_column(&carry, x, a, 2 * t);
        accumulate_column(&carry, x, a, 2 * t + 1);
        zkb_fr_mul(&carry, &carry, &part);
        set_carry(x, t, &carry);
    }
}

static void fit_carries(attack *x) { fit_carries_of(x, x->input + A); }

/* ---- Numbers ----------------------------------------------------------------------------- */

static void divide(uint64_t q[WORDS], const uint64_t a[WORDS], const uint64_t x[WORDS],
                   const uint64_t m[WORDS])
{
    static const uint64_t none[WORDS] = {0};
    uint64_t quotient[ZKB_MULMOD_QUOTIENT_WORDS];
    uint64_t r[WORDS];
    zkb_mulmod_divide(quotient, r, a, x, none, m);
    assert_memory_equal(r, one, sizeof r);
    memcpy(q, quotient, WORDS * sizeof q[0]);
}

/* sum = x + y, below 2^256 */
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

static void begin(attack *x, const uint64_t *a, const uint64_t *b, const uint64_t *m)
{
    memset(x, 0, sizeof *x);
    memcpy(x->input + A, a, 8 * (size_t)WORDS);
    memcpy(x->input + B, b, 8 * (size_t)WORDS);
    memcpy(x->input + M, m, 8 * (size_t)WORDS);
    assert_true(zkb_inverse(x->x_words, a, m));
    divide(x->q_words, a, x->x_words, m);
    malicious_begin(&x->m, two, SLOTS(two), (const uint8_t *)x->input, sizeof x->input);
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_fr_from_u64(&x->x[j], x->x_words[j]);
        zkb_fr_from_u64(&x->q[j], x->q_words[j]);
    }
}

static void refused(attack *x, const char *expected, const char *also)
{
    malicious_refused_by(&x->m, expected, also);
    malicious_no_proof(&x->m);
    malicious_end(&x->m);
}

static void honest_calls_are_accepted(void **state)
{
    (void)state;
    static const uint64_t *const moduli[] = {bn254, secp256k1, small};
    for (unsigned i = 0; i < sizeof moduli / sizeof moduli[0]; i++) {
        attack x;
        unsigned word = WORDS - 1;
        begin(&x, some, other, moduli[i]);
        /* What the attacks make of cells is what the machine makes of them. */
        while (word > 0 && x.x_words[word] == moduli[i][word]) {
            word--;
        }
        set_result(&x, x.x_words);
        set_quotient(&x, x.q_words);
        set_gap(&x, word, 0);
        fit_carries(&x);
        malicious_consistent(&x.m);
        malicious_proof(&x.m);
        malicious_end(&x.m);
    }
}

/* ---- Results ----------------------------------------------------------------------------- */

/* x + m, of q + a. */
static void not_reduced(attack *x)
{
    uint64_t sum[WORDS];
    begin(x, some, other, bn254);
    add(sum, x->x_words, bn254);
    set_result(x, sum);
    add(sum, x->q_words, some);
    set_quotient(x, sum);
    fit_carries(x);
}

static void a_result_that_is_not_reduced(void **state)
{
    (void)state;
    for (unsigned limb = 0; limb < 4; limb++) {
        attack x;
        not_reduced(&x);
        set_gap(&x, 3, limb);
        refused(&x, "range16", NULL);
    }
}

/* It is said to be less nowhere. */
static void a_result_that_is_not_compared(void **state)
{
    (void)state;
    attack x;
    not_reduced(&x);
    for (unsigned j = 0; j < WORDS; j++) {
        set(&x, "x is less in word %u", j, 0);
        set(&x, "gap %u", j, 0);
    }
    refused(&x, "x is less in one word", NULL);
}

/* The gap is said to be another than it is. */
static void a_gap_of_another_number(void **state)
{
    (void)state;
    attack x;
    not_reduced(&x);
    for (unsigned j = 0; j < WORDS; j++) {
        set(&x, "x is less in word %u", j, j == 3);
        set(&x, "gap %u", j, 5);
    }
    refused(&x, "m - x - 1 in that word", NULL);
}

/* x + m is above m in word `above` and less in word `less`, where it is compared, and equal above
 * both. */
static void less_below(unsigned above, unsigned less)
{
    static const uint64_t m[WORDS] = {UINT64_MAX - 10, UINT64_MAX - 10, UINT64_MAX - 10, 9};
    attack x;
    uint64_t wanted[WORDS] = {0};
    uint64_t a[WORDS];
    uint64_t sum[WORDS];
    char name[32];
    for (unsigned j = less; j < above; j++) { /* carries from below make word `above` one more */
        wanted[j] = j == less ? 12 : 10;
    }
    while (!zkb_inverse(a, wanted, m)) {
        wanted[less]++;
    }
    begin(&x, a, other, m);
    assert_memory_equal(x.x_words, wanted, sizeof wanted);
    add(sum, x.x_words, m);
    assert_true(sum[above] > m[above] && sum[less] < m[less]);
    set_result(&x, sum);
    add(sum, x.q_words, a);
    set_quotient(&x, sum);
    fit_carries(&x);
    set_gap(&x, less, 0);
    (void)snprintf(name, sizeof name, "x is m in word %u", above);
    malicious_refused_by(&x.m, name, "x is m in word ?");
    malicious_no_proof(&x.m);
    malicious_end(&x.m);
}

static void a_result_that_is_less_in_a_low_word(void **state)
{
    (void)state;
    for (unsigned above = 1; above < WORDS; above++) {
        less_below(above, above - 1);
    }
}

/* A word of the result is another: one column alone is not 0. */
static void another_word_of_the_result(void **state)
{
    (void)state;
    static const uint64_t high[WORDS] = {0, 0, 0, 7};
    static const struct {
        const uint64_t *a;
        unsigned word;
        const char *refused;
    } cases[] = {{seven, 0, "words 0 and 1 of a x = q m + 1"},
                 {high, 0, "words 2 and 3 of a x = q m + 1"},
                 {high, 1, "words 4 and 5 of a x = q m + 1"},
                 {high, 3, "word 6 of a x = q m + 1"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attack x;
        uint64_t wrong[WORDS];
        begin(&x, cases[i].a, other, bn254);
        memcpy(wrong, x.x_words, sizeof wrong);
        wrong[cases[i].word] ^= 1u;
        assert_true(wrong[3] < bn254[3]);
        set_result(&x, wrong);
        set_gap(&x, 3, 0);
        refused(&x, cases[i].refused, NULL);
    }
}

/* x + m is said to be less in three words, minus once in one of them, so that the word above that
 * one need not be equal. It is m + 2^192 - 5, and m + 2^128 + 2. */
static void a_result_that_is_less_minus_once(void **state)
{
    (void)state;
    static const struct {
        uint64_t result[WORDS];
        int8_t less[WORDS];
        uint64_t gap;
        const char *refused;
    } cases[] = {
        {{2, 0, 1, 0}, {-1, 1, 1, 0}, 0, "x is less in word 0"},
        {{UINT64_MAX - 4, UINT64_MAX, UINT64_MAX, 0}, {1, -1, 0, 1}, 3, "x is less in word 1"},
        {{UINT64_MAX - 4, UINT64_MAX, UINT64_MAX, 0}, {1, 0, -1, 1}, 3, "x is less in word 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attack x;
        uint64_t a[WORDS];
        uint64_t sum[WORDS];
        assert_true(zkb_inverse(a, cases[i].result, bn254));
        begin(&x, a, other, bn254);
        assert_memory_equal(x.x_words, cases[i].result, sizeof x.x_words);
        add(sum, x.x_words, bn254);
        set_result(&x, sum);
        add(sum, x.q_words, a);
        set_quotient(&x, sum);
        for (unsigned j = 0; j < WORDS; j++) {
            char name[32];
            (void)snprintf(name, sizeof name, "x is less in word %u", j);
            malicious_set_signed(&x.m, calls, name, 0, cases[i].less[j]);
            set(&x, "gap %u", j, j == 0 ? cases[i].gap : 0);
        }
        fit_carries(&x);
        refused(&x, cases[i].refused, NULL);
    }
}

/* q wrong by 2^64 or by 1, and what follows. */
static void another_quotient(void **state)
{
    (void)state;
    for (unsigned word = 0; word < WORDS; word++) {
        attack x;
        uint64_t q[WORDS];
        begin(&x, some, other, bn254);
        memcpy(q, x.q_words, sizeof q);
        q[word]++;
        set_quotient(&x, q);
        fit_carries(&x);
        refused(&x, "range16", "word 6 of a x = q m + 1");
    }
}

/* One carry is 1 more, alone. */
static void another_carry(void **state)
{
    (void)state;
    for (unsigned t = 0; t < ZKB_INVERSE_CARRIES; t++) {
        static const char *const above[] = {"words 2 and 3 of a x = q m + 1",
                                            "words 4 and 5 of a x = q m + 1",
                                            "word 6 of a x = q m + 1"};
        static const char *const here[] = {"words 0 and 1 of a x = q m + 1",
                                           "words 2 and 3 of a x = q m + 1",
                                           "words 4 and 5 of a x = q m + 1"};
        attack x;
        char name[32];
        begin(&x, some, other, bn254);
        (void)snprintf(name, sizeof name, "carry %u limb 0", t);
        malicious_set(&x.m, calls, name, 0, malicious_get(&x.m, calls, name, 0) ^ 1u);
        refused(&x, here[t], above[t]);
    }
}

/* ---- Modulo the prime of the field ---------------------------------------------------------- */

/* n -= y 2^(64 at) */
static void subtract_at(uint64_t n[2 * WORDS], unsigned at, uint64_t y)
{
    for (unsigned j = at; j < 2 * WORDS; j++) {
        const uint64_t old = n[j];
        n[j] -= y;
        y = old < y;
    }
    assert_int_equal(y, 0);
}

/* Another result, by a fraction in one limb of the quotient alone: the words below make what is
 * left a multiple of 2^(64 word). */
static void a_fraction_in_a_limb(unsigned word, unsigned limb)
{
    static const uint64_t a[WORDS] = {UINT64_MAX - 2, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    static const uint64_t none[WORDS] = {0};
    const uint64_t wrong[WORDS] = {small[0] - 2};
    uint64_t n[2 * WORDS];
    uint64_t q[2 * WORDS] = {0};
    uint64_t r[WORDS];
    uint64_t inverse = small[0]; /* mod 2^64, by Newton */
    attack x;
    zkb_fr more;
    zkb_fr t;
    for (unsigned i = 0; i < 6; i++) {
        inverse *= 2 - small[0] * inverse;
    }
    begin(&x, a, other, small);
    assert_memory_not_equal(wrong, x.x_words, sizeof wrong);
    zkb_mulmod_divide(n, r, a, wrong, none, one); /* n = a x */
    subtract_at(n, 0, 1);
    for (unsigned i = 0; i < word; i++) {
        q[i] = n[i] * inverse;
        const zkb_u128 product = (zkb_u128)q[i] * small[0];
        subtract_at(n, i, (uint64_t)product);
        subtract_at(n, i + 1, (uint64_t)(product >> 64));
    }
    zkb_u128 rest = 0;
    for (unsigned i = 2 * WORDS; i-- > word;) {
        rest = rest << 64 | n[i];
        q[i] = (uint64_t)(rest / small[0]);
        rest %= small[0];
    }
    assert_true(rest != 0 && (q[4] | q[5] | q[6] | q[7]) == 0);
    set_result(&x, wrong);
    set_quotient(&x, q);
    zkb_fr_from_u64(&more, small[0]);
    zkb_fr_inv(&more, &more);
    zkb_fr_from_u64(&t, (uint64_t)rest);
    zkb_fr_mul(&more, &more, &t);
    add_by_limb(&x, x.q, "q", word, limb, &more);
    set_gap(&x, 0, 0);
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
    for (unsigned word = 0; word < WORDS; word++) {
        for (unsigned limb = 0; limb < 4; limb++) {
            a_fraction_in_a_limb(word, limb);
        }
    }
}

/* a x is p 2^(128 t) more than q m + 1: the identity holds in the field, by carry t alone, and of
 * that by one limb alone. */
static void a_result_modulo_the_prime(void **state)
{
    (void)state;
    static const uint64_t p[WORDS] = {0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d,
                                      0x30644e72e131a029};
    static const uint64_t ones[WORDS] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    static const uint64_t a[WORDS] = {UINT64_MAX - 10, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    static const uint64_t none[WORDS] = {0};
    for (unsigned t = 0; t < ZKB_INVERSE_CARRIES; t++) {
        for (unsigned limb = 0; limb < ZKB_INVERSE_CARRY_LIMBS; limb++) {
            attack x;
            uint64_t of_prime[2 * WORDS];
            uint64_t q[2 * WORDS];
            uint64_t r[WORDS];
            uint64_t wrong[WORDS];
            uint64_t same[WORDS];
            uint64_t summand[WORDS];
            const uint64_t times[WORDS] = {t == 0, 0, t == 1, 0};
            begin(&x, a, other, secp256k1);
            add(summand, p, one); /* p 2^256 + 1 = p (2^256 - 1) + p + 1 */
            zkb_mulmod_divide(of_prime, r, p, t == 2 ? ones : times, t == 2 ? summand : one,
                              secp256k1);
            zkb_mulmod_divide(q, wrong, x.x_words, r, none, secp256k1);
            zkb_mulmod_divide(q, same, a, wrong, none, secp256k1);
            assert_memory_equal(same, r, sizeof r);
            for (unsigned j = 0; j < WORDS; j++) {
                subtract_at(q, j, of_prime[j]);
            }
            assert_int_equal(of_prime[4] | q[4], 0);
            x.carry_limb = limb;
            set_result(&x, wrong);
            set_quotient(&x, q);
            set_gap(&x, 3, 0);
            fit_carries(&x);
            malicious_refused_by(&x.m, "range16", NULL);
            if (limb == 0) {
                malicious_no_proof(&x.m);
            }
            malicious_end(&x.m);
        }
    }
}

/* x + 1, and the carries alone make up for it: the last of them is what it cannot be. */
static void a_fraction_as_carry(void **state)
{
    (void)state;
    for (unsigned limb = 0; limb < ZKB_INVERSE_CARRY_LIMBS; limb++) {
        attack x;
        uint64_t wrong[WORDS];
        begin(&x, some, other, bn254);
        add(wrong, x.x_words, one);
        x.carry_limb = limb;
        set_result(&x, wrong);
        set_gap(&x, 3, 0);
        fit_carries(&x);
        malicious_refused_by(&x.m, "range16", "word 6 of a x = q m + 1");
        malicious_end(&x.m);
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
            zkb_fr more;
            begin(&x, some, other, bn254);
            memcpy(r, x.x_words, sizeof r);
            assert_true(r[word + 1] > 0 && r[3] < bn254[3]);
            r[word + 1]--;
            set_result(&x, r);
            zkb_fr_from_limbs(&more, limbs);
            add_by_limb(&x, x.x, "x", word, limb, &more);
            set_gap(&x, 3, 0);
            fit_carries(&x);
            malicious_refused_by(&x.m, "range16", "memory");
            malicious_end(&x.m);
        }
    }
}

/* ---- Memory ------------------------------------------------------------------------------- */

/* The first call has the number of the second, and its result. */
static void numbers_of_another_call(void **state)
{
    (void)state;
    attack x;
    uint64_t r[WORDS];
    uint64_t q[WORDS];
    begin(&x, some, other, bn254);
    assert_true(zkb_inverse(r, other, bn254));
    divide(q, other, r, bn254);
    for (unsigned j = 0; j < WORDS; j++) {
        set(&x, "a %u", j, other[j]);
    }
    set_result(&x, r);
    set_quotient(&x, q);
    set_gap(&x, 3, 0);
    fit_carries_of(&x, other);
    refused(&x, "memory", NULL);
}

/* The clocks of both calls are exchanged. */
static void rows_of_two_calls(void **state)
{
    (void)state;
    attack x;
    begin(&x, some, other, bn254);
    malicious_set(&x.m, calls, "clock", 0, OTHER);
    malicious_set(&x.m, calls, "clock", 1, CALL);
    refused(&x, "memory", "state");
}

/* The result is written to another place than r1 says, and so is what r0 becomes. */
static void written_elsewhere(void **state)
{
    (void)state;
    attack x;
    begin(&x, some, other, bn254);
    for (unsigned j = 0; j < WORDS; j++) {
        leave(&x, RESULT + j, 0, 0);
        leave(&x, 40 + j, x.x_words[j], 4 * CALL + 2);
    }
    malicious_set(&x.m, calls, "r1", 0, ZKB_REGION_HEAP + UINT64_C(320));
    refused(&x, "memory", NULL);
}

/* a is read where the number of the other call is. */
static void read_elsewhere(void **state)
{
    (void)state;
    attack x;
    begin(&x, some, some, bn254);
    malicious_set(&x.m, calls, "r2", 0, ZKB_REGION_HEAP + UINT64_C(8) * B);
    for (unsigned j = 0; j < WORDS; j++) {
        char name[32];
        (void)snprintf(name, sizeof name, "a %u: time difference", j);
        malicious_set(&x.m, calls, name, 1, 4 * OTHER - 4 * CALL - 1);
        leave(&x, A + j, some[j], 4 * COPIED + 1);
    }
    refused(&x, "memory", NULL);
}

/* A word of m is read before it was stored to again, and after. */
static void read_at_another_time(void **state)
{
    (void)state;
    enum { FIRST = 2, SECOND = 3, READ = 7, THIRD = 8, SLOT = 2 };
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(3, 0, 3),   STORE_K(DW, 3, 0, 5), STORE_K(DW, 3, 0, 7),
        /* 4 */ LDDW(2, 32, 3),  STORE_K(DW, 2, 0, 1), LDDW(1, 64, 3),
        /* 7 */ HELPER(INVERSE), STORE_K(DW, 3, 0, 9), EXIT(),
    };
    attack x;
    memset(&x, 0, sizeof x);
    malicious_begin(&x.m, code, SLOTS(code), NULL, 0);
    malicious_set(&x.m, calls, "m 0", 0, 5); /* 1 is its own inverse by any */
    malicious_set(&x.m, calls, "gap 0", 0, 3);
    malicious_set(&x.m, calls, "m 0: time difference", 0, 4 * READ + 1 - (4 * FIRST + SLOT) - 1);
    refused(&x, "memory", NULL);
    malicious_begin(&x.m, code, SLOTS(code), NULL, 0);
    malicious_set(&x.m, calls, "m 0", 0, 9);
    malicious_set(&x.m, calls, "gap 0", 0, 7);
    malicious_set_signed(&x.m, calls, "m 0: time difference", 0,
                         4 * READ + 1 - (4 * THIRD + SLOT) - 1);
    malicious_set(&x.m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 3,
                  4 * THIRD - 4 * SECOND - 1);
    leave(&x, 0, 9, 4 * READ + 1);
    refused(&x, "range16", NULL);
}

/* a is registers r6 to r9, whose space is that of read-write words plus 2. The heap has the same
 * words, so that nothing else differs. */
static void registers_are_no_number(void **state)
{
    (void)state;
    enum { STEPS = 9 };
    static const zkb_instruction code[] = {
        LDDW(1, 128, 3),
        LDDW(2, 0, 3),
        LDDW(3, 32, 3),
        STORE_K(DW, 2, 0, 1),
        STORE_K(DW, 3, 0, 7),
        MOV_K(6, 1),
        MOV_K(7, 0),
        MOV_K(8, 0),
        MOV_K(9, 0),
        /* chunk of clock 1 */ HELPER(INVERSE),
        EXIT(),
    };
    malicious chunks[2];
    malicious_begin_chunks(chunks, code, SLOTS(code), STEPS);
    malicious *m = &chunks[1];
    m->run.boundary.before.r[2] = 48;
    m->run.boundary.after.r[2] = 48;
    malicious_set(m, calls, "r2", 0, 48);
    for (unsigned j = 0; j < WORDS; j++) {
        char name[32];
        zkb_touched_segment *s = malicious_segment(m, ZKB_SPACE_READ_WRITE, heap);
        (void)snprintf(name, sizeof name, "a %u read-only", j);
        malicious_set(m, calls, name, 0, 2);
        m->run.boundary.register_time[6 + j] = 4;
        s->time[A + j] = 0;
    }
    malicious_refused_by(m, "a * read-only", NULL);
    malicious_end(&chunks[1]);
    malicious_end(&chunks[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_calls_are_accepted),
        cmocka_unit_test(a_result_that_is_not_reduced),
        cmocka_unit_test(a_result_that_is_not_compared),
        cmocka_unit_test(a_gap_of_another_number),
        cmocka_unit_test(a_result_that_is_less_in_a_low_word),
        cmocka_unit_test(a_result_that_is_less_minus_once),
        cmocka_unit_test(another_word_of_the_result),
        cmocka_unit_test(another_quotient),
        cmocka_unit_test(another_carry),
        cmocka_unit_test(a_result_modulo_the_prime),
        cmocka_unit_test(a_fraction_in_each_limb),
        cmocka_unit_test(a_fraction_as_carry),
        cmocka_unit_test(a_word_beyond_64_bits),
        cmocka_unit_test(numbers_of_another_call),
        cmocka_unit_test(rows_of_two_calls),
        cmocka_unit_test(written_elsewhere),
        cmocka_unit_test(read_elsewhere),
        cmocka_unit_test(read_at_another_time),
        cmocka_unit_test(registers_are_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
