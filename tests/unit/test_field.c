/* Fr and Fq against GMP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gmp.h>

#include "field/fq.h"
#include "field/fr.h"

static gmp_randstate_t randomness;

#define FIELD_TEST(F, PRIME)                                                                       \
    static void F##_matches_gmp(void **state)                                                      \
    {                                                                                              \
        (void)state;                                                                               \
        mpz_t p, x, y, z;                                                                          \
        mpz_inits(p, x, y, z, NULL);                                                               \
        mpz_set_str(p, PRIME, 10);                                                                 \
        for (int i = 0; i < 2000; i++) {                                                           \
            uint64_t lx[4] = {0}, ly[4] = {0}, got[4], want[4];                                    \
            mpz_urandomm(x, randomness, p);                                                        \
            mpz_urandomm(y, randomness, p);                                                        \
            if (i % 7 == 0) {                                                                      \
                mpz_sub_ui(x, p, (unsigned long)(i % 3 + 1));                                      \
            }                                                                                      \
            if (i % 11 == 0) {                                                                     \
                mpz_set_ui(y, (unsigned long)(i % 2));                                             \
            }                                                                                      \
            mpz_export(lx, NULL, -1, 8, 0, 0, x);                                                  \
            mpz_export(ly, NULL, -1, 8, 0, 0, y);                                                  \
            zkb_##F a, b, c;                                                                       \
            zkb_##F##_from_limbs(&a, lx);                                                          \
            zkb_##F##_from_limbs(&b, ly);                                                          \
            for (int op = 0; op < 4; op++) {                                                       \
                for (int j = 0; j < 4; j++) {                                                      \
                    want[j] = 0;                                                                   \
                }                                                                                  \
                if (op == 0) {                                                                     \
                    zkb_##F##_add(&c, &a, &b);                                                     \
                    mpz_add(z, x, y);                                                              \
                } else if (op == 1) {                                                              \
                    zkb_##F##_sub(&c, &a, &b);                                                     \
                    mpz_sub(z, x, y);                                                              \
                } else if (op == 2) {                                                              \
                    zkb_##F##_mul(&c, &a, &b);                                                     \
                    mpz_mul(z, x, y);                                                              \
                } else {                                                                           \
                    zkb_##F##_inv(&c, &a);                                                         \
                    if (mpz_invert(z, x, p) == 0) {                                                \
                        mpz_set_ui(z, 0);                                                          \
                    }                                                                              \
                }                                                                                  \
                mpz_mod(z, z, p);                                                                  \
                mpz_export(want, NULL, -1, 8, 0, 0, z);                                            \
                zkb_##F##_to_limbs(got, &c);                                                       \
                assert_memory_equal(got, want, sizeof got);                                        \
            }                                                                                      \
        }                                                                                          \
        mpz_clears(p, x, y, z, NULL);                                                              \
    }                                                                                              \
    static void F##_bytes_are_canonical(void **state)                                              \
    {                                                                                              \
        (void)state;                                                                               \
        zkb_##F a, b;                                                                              \
        uint8_t bytes[32];                                                                         \
        zkb_##F##_from_u64(&a, 1);                                                                 \
        zkb_##F##_neg(&a, &a);                                                                     \
        zkb_##F##_to_bytes(bytes, &a);                                                             \
        assert_true(zkb_##F##_from_bytes(&b, bytes));                                              \
        assert_true(zkb_##F##_equal(&a, &b));                                                      \
        bytes[0]++; /* the prime itself */                                                         \
        assert_false(zkb_##F##_from_bytes(&b, bytes));                                             \
    }

FIELD_TEST(fr, "21888242871839275222246405745257275088548364400416034343698204186575808495617")
FIELD_TEST(fq, "21888242871839275222246405745257275088696311157297823662689037894645226208583")

int main(void)
{
    gmp_randinit_default(randomness);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fr_matches_gmp),
        cmocka_unit_test(fq_matches_gmp),
        cmocka_unit_test(fr_bytes_are_canonical),
        cmocka_unit_test(fq_bytes_are_canonical),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gmp_randclear(randomness);
    return failed;
}
