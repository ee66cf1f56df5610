/* eq tables and small polynomials against their definitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "poly/eq.h"
#include "poly/interpolate.h"

static zkb_fr element(uint64_t seed)
{
    zkb_fr x;
    const uint64_t limbs[4] = {seed * 0x9e3779b97f4a7c15u, seed ^ 0x1234567890abcdefu,
                               seed * seed + 7, seed << 3};
    zkb_fr_from_limbs(&x, limbs);
    return x;
}

/* prod_k (x_k y_k + (1 - x_k)(1 - y_k)) with x the bits of index. */
static zkb_fr eq_by_definition(uint64_t index, const zkb_fr *point, unsigned variables)
{
    zkb_fr product = zkb_fr_one;
    for (unsigned k = 0; k < variables; k++) {
        zkb_fr x, a, b, t;
        zkb_fr_from_u64(&x, (index >> k) & 1);
        zkb_fr_mul(&a, &x, &point[k]);
        zkb_fr_sub(&b, &zkb_fr_one, &x);
        zkb_fr_sub(&t, &zkb_fr_one, &point[k]);
        zkb_fr_mul(&b, &b, &t);
        zkb_fr_add(&a, &a, &b);
        zkb_fr_mul(&product, &product, &a);
    }
    return product;
}

static void eq_tables(void **state)
{
    (void)state;
    zkb_fr point[6];
    zkb_fr table[64];
    for (unsigned k = 0; k < 6; k++) {
        point[k] = element(k + 1);
    }
    for (unsigned variables = 0; variables <= 6; variables++) {
        zkb_eq_table(table, point, variables);
        for (uint64_t i = 0; i < (uint64_t)1 << variables; i++) {
            const zkb_fr want = eq_by_definition(i, point, variables);
            zkb_fr got;
            zkb_eq_index(&got, i, point, variables);
            assert_true(zkb_fr_equal(&table[i], &want));
            assert_true(zkb_fr_equal(&got, &want));
        }
        zkb_fr zero;
        zkb_eq_zero(&zero, point, variables);
        assert_true(zkb_fr_equal(&zero, &table[0]));
    }
}

static void eq_ranges(void **state)
{
    (void)state;
    zkb_fr point[6];
    zkb_fr table[64];
    zkb_fr range[65];
    const zkb_fr mark = element(1000);
    for (unsigned k = 0; k < 6; k++) {
        point[k] = element(k + 1);
    }
    for (unsigned variables = 0; variables <= 6; variables++) {
        const size_t all = (size_t)1 << variables;
        zkb_eq_table(table, point, variables);
        for (size_t first = 0; first < all; first++) {
            for (size_t count = 1; count <= all - first; count++) {
                range[count] = mark;
                zkb_eq_range(range, count, first, point, variables);
                assert_memory_equal(range, table + first, count * sizeof *table);
                assert_true(zkb_fr_equal(&range[count], &mark));
            }
        }
    }
}

static void interpolation(void **state)
{
    (void)state;
    for (unsigned degree = 0; degree <= ZKB_INTERPOLATE_MAX_DEGREE; degree++) {
        zkb_fr want[ZKB_INTERPOLATE_MAX_DEGREE + 1];
        zkb_fr got[ZKB_INTERPOLATE_MAX_DEGREE + 1];
        zkb_fr values[ZKB_INTERPOLATE_MAX_DEGREE + 1];
        for (unsigned i = 0; i <= degree; i++) {
            want[i] = element(100 * degree + i);
        }
        for (unsigned i = 0; i <= degree; i++) {
            zkb_fr x;
            zkb_fr_from_u64(&x, i);
            zkb_horner(&values[i], want, degree, &x);
        }
        zkb_interpolate(got, values, degree);
        for (unsigned i = 0; i <= degree; i++) {
            assert_true(zkb_fr_equal(&got[i], &want[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eq_tables),
        cmocka_unit_test(eq_ranges),
        cmocka_unit_test(interpolation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
