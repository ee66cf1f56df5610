/* False calls of the helper mulmod: results that are not reduced, that hold modulo the prime of the
 * field alone or beyond 2^512 alone, of a modulus that is said to be zero. What it reads and where:
 * test_machine_mulmod_memory.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/mulmod_rows.h"
#include "base/wide_inline.h"

static const zkb_chip_id calls = ZKB_CHIP_HELPER_MULMOD;

static void honest_calls_are_accepted(void **state)
{
    (void)state;
    static const uint64_t *const moduli[] = {mulmod_bn254, mulmod_secp256k1, mulmod_small,
                                             mulmod_none, mulmod_other};
    for (unsigned i = 0; i < sizeof moduli / sizeof moduli[0]; i++) {
        mulmod_attack x;
        mulmod_begin(&x, mulmod_large, mulmod_other, mulmod_secp256k1, moduli[i]);
        /* What the attacks make of cells is what the machine makes of them. */
        const uint64_t *zero = mulmod_none;
        if (moduli[i] != zero) {
            uint64_t r[WORDS];
            memcpy(r, x.r, sizeof r);
            mulmod_set_result(&x, r, RESULT);
        }
        mulmod_set_quotient(&x, x.q);
        mulmod_fit_carries(&x);
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
static void not_reduced(mulmod_attack *x)
{
    uint64_t r[WORDS];
    uint64_t q[QUOTIENT];
    mulmod_begin(x, mulmod_large, mulmod_other, mulmod_secp256k1, mulmod_bn254);
    add(r, x->r, mulmod_bn254);
    memcpy(q, x->q, sizeof q);
    assert_true(q[0] > 0);
    q[0]--;
    mulmod_set_quotient(x, q);
    mulmod_set_result(x, r, RESULT);
    mulmod_fit_carries(x);
}

static void a_result_that_is_not_reduced(void **state)
{
    (void)state;
    for (unsigned limb = 0; limb < 4; limb++) {
        mulmod_attack x;
        not_reduced(&x);
        assert_true(x.r[3] >= mulmod_bn254[3]);
        mulmod_set_gap_in(&x, 3, mulmod_bn254[3], x.r[3], limb);
        mulmod_refused(&x, "range16", NULL);
    }
}

/* It is less by one in word i, and more by one in a word above: r + m = m + 2^(64 j) - 2^(64 i). */
static void a_result_that_is_less_in_a_low_word(void **state)
{
    (void)state;
    static const uint64_t one[WORDS] = {1};
    for (unsigned j = 1; j < WORDS; j++) {
        for (unsigned i = 0; i < j; i++) {
            mulmod_attack x;
            char name[32];
            uint64_t r[WORDS] = {0};
            const uint64_t q[QUOTIENT] = {0};
            for (unsigned word = i; word < j; word++) {
                r[word] = UINT64_MAX;
            }
            mulmod_begin(&x, mulmod_bn254, one, r, mulmod_bn254); /* q is 1 */
            assert_memory_equal(x.r, r, sizeof r);
            add(r, r, mulmod_bn254);
            assert_true(r[i] == mulmod_bn254[i] - 1 && r[j] == mulmod_bn254[j] + 1);
            mulmod_set_quotient(&x, q);
            mulmod_set_result(&x, r, RESULT);
            mulmod_set_gap(&x, i, mulmod_bn254[i], r[i]);
            mulmod_fit_carries(&x);
            (void)snprintf(name, sizeof name, "r is m in word %u", j);
            mulmod_refused(&x, name, NULL);
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
        mulmod_attack x;
        uint64_t r[WORDS];
        uint64_t q[QUOTIENT] = {0};
        mulmod_begin(&x, mulmod_bn254, one, cases[i].result, mulmod_bn254); /* q is 1 */
        assert_memory_equal(x.r, cases[i].result, sizeof x.r);
        add(r, x.r, mulmod_bn254);
        mulmod_set_quotient(&x, q);
        mulmod_set_result(&x, r, RESULT);
        for (unsigned j = 0; j < WORDS; j++) {
            char name[32];
            (void)snprintf(name, sizeof name, "r is less in word %u", j);
            malicious_set_signed(&x.m, calls, name, 0, cases[i].less[j]);
            mulmod_set(&x, "gap %u", j, j == 0 ? cases[i].gap : 0);
        }
        mulmod_fit_carries(&x);
        mulmod_refused(&x, cases[i].refused, NULL);
    }
}

/* It is said to be less nowhere. */
static void a_result_that_is_not_compared(void **state)
{
    (void)state;
    mulmod_attack x;
    not_reduced(&x);
    for (unsigned j = 0; j < WORDS; j++) {
        mulmod_set(&x, "r is less in word %u", j, 0);
        mulmod_set(&x, "gap %u", j, 0);
    }
    mulmod_refused(&x, "m is zero or r is less", NULL);
}

/* m itself where the result is 0. */
static void the_modulus_as_result(void **state)
{
    (void)state;
    mulmod_attack x;
    uint64_t q[QUOTIENT];
    mulmod_begin(&x, mulmod_bn254, mulmod_other, mulmod_none, mulmod_bn254);
    memcpy(q, x.q, sizeof q);
    q[0]--;
    mulmod_set_quotient(&x, q);
    mulmod_set_result(&x, mulmod_bn254, RESULT);
    mulmod_fit_carries(&x);
    mulmod_refused(&x, "range16", NULL);
}

/* r - m, of q + 1: -2^256 is -2^64 in the highest word, by one of its limbs; memory at the end has
 * words alone. */
static void a_negative_result(void **state)
{
    (void)state;
    for (unsigned limb = 0; limb < 4; limb++) {
        mulmod_attack x;
        char name[32];
        zkb_fr gap;
        zkb_fr cell;
        uint64_t q[QUOTIENT];
        const uint64_t limbs[4] = {0, 1, 0, 0};
        const uint64_t low[WORDS] = {132 + UINT64_C(0x1000003d1), 0, 0, 0};
        mulmod_begin(&x, mulmod_small, mulmod_small, mulmod_small,
                     mulmod_secp256k1); /* 132 - m = 132 + 2^32 + 977 - 2^256 */
        memcpy(q, x.q, sizeof q);
        q[0]++;
        mulmod_set_quotient(&x, q);
        mulmod_set_result(&x, low, RESULT);
        zkb_fr_from_limbs(&x.r_more, limbs);
        zkb_fr_from_u64(&gap, UINT64_MAX - 1);
        zkb_fr_add(&gap, &gap, &x.r_more);
        zkb_fr_neg(&x.r_more, &x.r_more);
        malicious_fraction(&cell, 1, 16 * limb);
        zkb_fr_mul(&cell, &cell, &x.r_more);
        (void)snprintf(name, sizeof name, "r 3 limb %u", limb);
        malicious_set_fr(&x.m, calls, name, 0, &cell);
        mulmod_set_gap(&x, 3, 1, 0);
        mulmod_set_fr(&x, "gap %u", 0, &gap);
        mulmod_fit_carries(&x);
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
            mulmod_attack x;
            uint64_t q[QUOTIENT];
            uint64_t r[WORDS];
            const uint64_t times[WORDS] = {t == 0, 0, t == 1, 0};
            mulmod_begin(&x, mulmod_small, mulmod_small, mulmod_small, mulmod_secp256k1);
            zkb_mulmod_divide(q, r, p, times, sum, mulmod_secp256k1);
            if (t == 2) { /* p (2^256 - 1) + (p + 132) */
                uint64_t more[WORDS];
                add(more, p, sum);
                zkb_mulmod_divide(q, r, p, mulmod_ones, more, mulmod_secp256k1);
            }
            x.carry_limb = limb;
            mulmod_set_quotient(&x, q);
            mulmod_set_result(&x, r, RESULT);
            mulmod_fit_carries(&x);
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
    mulmod_attack x;
    zkb_fr t;
    for (unsigned i = 0; i < 6; i++) {
        inverse *= 2 - m[0] * inverse;
    }
    mulmod_begin(&x, mulmod_ones, mulmod_ones, mulmod_none, m);
    zkb_mulmod_divide(n, r, mulmod_ones, mulmod_ones, mulmod_none, one); /* n = a b */
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
    mulmod_set_quotient(&x, q);
    mulmod_set_result(&x, r, RESULT);
    mulmod_fit_carries(&x);
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
            mulmod_attack x;
            uint64_t r[WORDS];
            char name[32];
            zkb_fr cell;
            zkb_fr more;
            mulmod_begin(&x, mulmod_large, mulmod_other, mulmod_secp256k1, mulmod_bn254);
            memcpy(r, x.r, sizeof r);
            assert_true(r[word + 1] > 0 && r[3] < mulmod_bn254[3]);
            r[word + 1]--;
            mulmod_set_result(&x, r, RESULT);
            zkb_fr_from_limbs(&more, limbs);
            malicious_fraction(&cell, 1, 16 * limb);
            zkb_fr_mul(&more, &more, &cell);
            zkb_fr_from_u64(&cell, r[word] >> (16 * limb) & 0xffffu);
            zkb_fr_add(&cell, &cell, &more);
            (void)snprintf(name, sizeof name, "r %u limb %u", word, limb);
            malicious_set_fr(&x.m, calls, name, 0, &cell);
            x.beyond = 1 + word;
            mulmod_fit_carries(&x);
            malicious_refused_by(&x.m, "range16", "memory");
            malicious_end(&x.m);
        }
    }
}

/* r + 1: the quotient is a fraction, and so are the carries. */
static void a_fraction_as_quotient(void **state)
{
    (void)state;
    mulmod_attack x;
    uint64_t r[WORDS];
    zkb_fr m;
    mulmod_begin(&x, mulmod_large, mulmod_other, mulmod_large, mulmod_bn254);
    memcpy(r, x.r, sizeof r);
    r[0]++;
    zkb_fr_from_limbs(&m, mulmod_bn254);
    zkb_fr_inv(&m, &m);
    zkb_fr_sub(&x.q_more, &x.q_more, &m);
    mulmod_set_result(&x, r, RESULT);
    mulmod_fit_carries(&x);
    mulmod_refused(&x, "range16", NULL);
}

/* A carry that is a fraction alone: r + 1, and the other carries follow. */
static void a_fraction_as_carry(void **state)
{
    (void)state;
    mulmod_attack x;
    uint64_t r[WORDS];
    mulmod_begin(&x, mulmod_large, mulmod_other, mulmod_large, mulmod_bn254);
    memcpy(r, x.r, sizeof r);
    r[0]++;
    mulmod_set_result(&x, r, RESULT);
    mulmod_fit_carries(&x);
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
            mulmod_attack x;
            uint64_t q[QUOTIENT];
            uint64_t r[WORDS];
            for (unsigned word = 0; word < WORDS; word++) {
                less[word] = word < bit / 64    ? 0
                             : word == bit / 64 ? 0 - (UINT64_C(1) << bit % 64)
                                                : UINT64_MAX;
            }
            less[WORDS - 1] &= UINT64_MAX >> 1;
            m[j] = UINT64_C(1) << 62;
            mulmod_begin(&x, high, high, mulmod_none, m);
            zkb_mulmod_divide(q, r, high, less, mulmod_none, m);
            assert_int_equal(q[i], 0);
            assert_memory_not_equal(r, x.r, sizeof r);
            q[i] = 1;
            mulmod_set_quotient(&x, q);
            mulmod_set_result(&x, r, RESULT);
            mulmod_fit_carries(&x);
            mulmod_refused(&x, "q M has no more words", NULL);
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
        mulmod_attack x;
        uint64_t m[WORDS] = {0};
        m[word] = 7;
        mulmod_begin(&x, high, one, mulmod_small, m);
        mulmod_set_quotient(&x, (const uint64_t[QUOTIENT]){0});
        mulmod_set_result(&x, sum, RESULT);
        mulmod_say_zero(&x);
        mulmod_fit_carries(&x);
        mulmod_refused(&x, "zero: no word of m", NULL);
    }
}

/* A modulus of zero is said to be none: anything is a multiple of it plus a b + c. */
static void a_zero_said_to_be_a_modulus(void **state)
{
    (void)state;
    mulmod_attack x;
    mulmod_begin(&x, mulmod_small, mulmod_small, mulmod_small, mulmod_none);
    mulmod_set(&x, "m is zero", 0, 0);
    mulmod_set_quotient(&x, (const uint64_t[QUOTIENT]){12345});
    mulmod_set_gap(&x, 3, 0, 0);
    mulmod_fit_carries(&x);
    mulmod_refused(&x, "range16", NULL);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
