/* The group law and the multi-scalar multiplication on groups so small that everything is tried:
 * all pairs, all scalars, all operands of the batched kernels. In such groups equal, opposite and
 * identity operands are the rule. The functions do not use the curve's coefficient, so these are
 * the functions that G1 runs on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend.h"
#include "curve/msm.h"
#include "curve/msm_kernels.h"

#include "vectors/tiny_groups.h"

enum { GROUPS = sizeof tiny_groups / sizeof tiny_groups[0], MOST_ORDER = 109 };

static zkb_g1_affine elements[GROUPS][MOST_ORDER]; /* i times the generator */

/* y^2 = x^3 + b */
static bool is_on_curve(const zkb_g1_affine *p, const zkb_fq *b)
{
    zkb_fq left, right;
    zkb_fq_sqr(&left, &p->y);
    zkb_fq_sqr(&right, &p->x);
    zkb_fq_mul(&right, &right, &p->x);
    zkb_fq_add(&right, &right, b);
    return zkb_fq_equal(&left, &right);
}

static int setup(void **state)
{
    (void)state;
    for (size_t g = 0; g < GROUPS; g++) {
        zkb_g1_affine generator;
        zkb_g1 p = ZKB_G1_IDENTITY;
        zkb_fq b;
        zkb_fq_from_limbs(&generator.x, tiny_groups[g].x);
        zkb_fq_from_limbs(&generator.y, tiny_groups[g].y);
        zkb_fq_from_u64(&b, tiny_groups[g].b);
        for (size_t i = 0; i < tiny_groups[g].order; i++) {
            zkb_g1_to_affine(&elements[g][i], &p);
            assert_true(i == 0 || is_on_curve(&elements[g][i], &b));
            assert_int_equal(zkb_g1_affine_on_curve(&elements[g][i]), i == 0);
            assert_int_equal(zkb_g1_is_identity(&p), i == 0);
            zkb_g1_add_affine(&p, &p, &generator);
        }
        assert_true(zkb_g1_is_identity(&p));
    }
    return 0;
}

static void assert_element(const zkb_g1 *p, size_t group, uint64_t index)
{
    zkb_g1_affine a;
    zkb_g1_to_affine(&a, p);
    assert_true(zkb_g1_affine_equal(&a, &elements[group][index % tiny_groups[group].order]));
}

static void all_pairs_add(void **state)
{
    (void)state;
    for (size_t g = 0; g < GROUPS; g++) {
        const size_t order = tiny_groups[g].order;
        for (size_t i = 0; i < order; i++) {
            for (size_t k = 0; k < order; k++) {
                zkb_g1 a, b, sum;
                zkb_g1_from_affine(&a, &elements[g][i]);
                zkb_g1_from_affine(&b, &elements[g][k]);
                zkb_g1_add_affine(&sum, &a, &elements[g][k]);
                assert_element(&sum, g, i + k);
                zkb_g1_double(&a, &a); /* with zz other than 1 */
                zkb_g1_double(&b, &b);
                zkb_g1_add(&sum, &a, &b);
                assert_element(&sum, g, 2 * (i + k));
                zkb_g1_add_affine(&sum, &a, &elements[g][k]);
                assert_element(&sum, g, 2 * i + k);
                assert_int_equal(zkb_g1_equal(&a, &b), i == k);
            }
        }
    }
}

static void all_scalars_multiply(void **state)
{
    (void)state;
    for (size_t g = 0; g < GROUPS; g++) {
        const size_t order = tiny_groups[g].order;
        for (size_t i = 0; i < order; i++) {
            for (uint64_t k = 0; k < 2 * order; k++) {
                const uint64_t scalar[4] = {k, 0, 0, 0};
                zkb_g1 p;
                zkb_g1_from_affine(&p, &elements[g][i]);
                zkb_g1_mul_limbs(&p, &p, scalar);
                assert_element(&p, g, i * k);
            }
        }
    }
}

/* Every pair with every sign, in one batch after the other. */
static void kernel_adds_all_pairs(void **state)
{
    (void)state;
    const zkb_msm_kernels *kernels = zkb_msm_kernels_get();
    static zkb_g1_affine out[4 * MOST_ORDER];
    static uint32_t codes[8 * MOST_ORDER];
    void *scratch = aligned_alloc(64, ZKB_MSM_KERNEL_SCRATCH);
    assert_non_null(scratch);
    for (size_t g = 0; g < GROUPS; g++) {
        const size_t order = tiny_groups[g].order;
        for (size_t i = 0; i < order; i++) {
            for (size_t k = 0; k < 4 * order; k++) {
                codes[2 * k] = (uint32_t)(2 * i + k % 2);
                codes[2 * k + 1] = (uint32_t)(2 * (k / 4) + k / 2 % 2);
            }
            kernels->add_pairs(out, elements[g], codes, 4 * order, scratch);
            for (size_t k = 0; k < 4 * order; k++) {
                const size_t a = k % 2 != 0 ? order - i : i;
                const size_t b = k / 2 % 2 != 0 ? order - k / 4 : k / 4;
                zkb_fq_reduce_once_(&out[k].x, &out[k].x, 0);
                zkb_fq_reduce_once_(&out[k].y, &out[k].y, 0);
                assert_true(zkb_g1_affine_equal(&out[k], &elements[g][(a + b) % order]));
            }
        }
    }
    free(scratch);
}

static void small_sums_match(void **state)
{
    (void)state;
    enum { N = 3000 };
    static zkb_g1_affine bases[N];
    static uint64_t scalars[N];
    uint64_t random = 1;
    zkb_arena arena;
    assert_int_equal(zkb_arena_create(&arena, zkb_msm_scratch(ZKB_MSM_U64, N, 2), NULL), ZKB_OK);
    for (size_t g = 0; g < GROUPS; g++) {
        const uint64_t order = tiny_groups[g].order;
        for (size_t n = 0; n < N; n = n < 20 ? n + 1 : n + 271) {
            for (unsigned bits = 1; bits <= 64; bits += 21) {
                uint64_t want = 0;
                for (size_t i = 0; i < n; i++) {
                    random = random * 6364136223846793005u + 1442695040888963407u;
                    const uint64_t which = (random >> 33) % order;
                    bases[i] = elements[g][which];
                    scalars[i] = random >> (64 - bits);
                    want = (want + which * (scalars[i] % order)) % order;
                }
                const zkb_msm_bases b = {bases, n};
                const zkb_msm_scalars s = {.kind = ZKB_MSM_U64, .data = scalars, .count = n};
                zkb_g1 sum;
                assert_int_equal(zkb_msm(&sum, &b, &s, 1 + n % 2, &arena, NULL), ZKB_OK);
                assert_element(&sum, g, want);
            }
        }
    }
    zkb_arena_destroy(&arena);
}

int main(void)
{
    const int status = zkb_test_backend(zkb_msm_kernels_get()->backend);
    if (status != 0) {
        return status;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pairs_add),
        cmocka_unit_test(all_scalars_multiply),
        cmocka_unit_test(kernel_adds_all_pairs),
        cmocka_unit_test(small_sums_match),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
