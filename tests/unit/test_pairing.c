/* The tower above Fq and the pairing: laws, published checks, an independent implementation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "curve/pairing_kernels.h"
#include "field/fq12_inline.h"

enum { LINE_MOST = 8192, PAIRS_MOST = 10 };

static uint64_t state = 88172645463325252u;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void random_fq12(zkb_fq12 *out)
{
    zkb_fq *const c = &out->c0.c0.c0;
    for (int i = 0; i < 12; i++) {
        const uint64_t limbs[4] = {next(), next(), next(), next()};
        zkb_fq_from_limbs(c + i, limbs);
    }
}

static void random_fr(zkb_fr *out)
{
    const uint64_t limbs[4] = {next(), next(), next(), next()};
    zkb_fr_from_limbs(out, limbs);
}

/* By the definition: coefficients of w^0 .. w^5 in Fq2, w^6 = 9 + i. */
static void slow_mul(zkb_fq12 *out, const zkb_fq12 *a, const zkb_fq12 *b)
{
    const zkb_fq2 x[6] = {a->c0.c0, a->c1.c0, a->c0.c1, a->c1.c1, a->c0.c2, a->c1.c2};
    const zkb_fq2 y[6] = {b->c0.c0, b->c1.c0, b->c0.c1, b->c1.c1, b->c0.c2, b->c1.c2};
    zkb_fq2 z[6] = {ZKB_FQ2_ZERO, ZKB_FQ2_ZERO, ZKB_FQ2_ZERO,
                    ZKB_FQ2_ZERO, ZKB_FQ2_ZERO, ZKB_FQ2_ZERO};
    zkb_fq2 xi = {zkb_fq_one, zkb_fq_one};
    zkb_fq_from_u64(&xi.c0, 9);
    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
            zkb_fq re;
            zkb_fq im;
            zkb_fq t;
            zkb_fq_mul(&re, &x[i].c0, &y[j].c0);
            zkb_fq_mul(&t, &x[i].c1, &y[j].c1);
            zkb_fq_sub(&re, &re, &t);
            zkb_fq_mul(&im, &x[i].c0, &y[j].c1);
            zkb_fq_mul(&t, &x[i].c1, &y[j].c0);
            zkb_fq_add(&im, &im, &t);
            zkb_fq2 product = {re, im};
            if (i + j >= 6) {
                zkb_fq2_mul(&product, &product, &xi);
            }
            zkb_fq2_add(&z[(i + j) % 6], &z[(i + j) % 6], &product);
        }
    }
    out->c0 = (zkb_fq6){z[0], z[2], z[4]};
    out->c1 = (zkb_fq6){z[1], z[3], z[5]};
}

static void power(zkb_fq12 *out, const zkb_fq12 *a, const uint64_t exponent[4])
{
    zkb_fq12 r = zkb_fq12_one;
    for (int i = 255; i >= 0; i--) {
        zkb_fq12_sqr(&r, &r);
        if ((exponent[i / 64] >> (i % 64)) & 1) {
            zkb_fq12_mul(&r, &r, a);
        }
    }
    *out = r;
}

static void tower_multiplies(void **unused)
{
    (void)unused;
    for (int i = 0; i < 50; i++) {
        zkb_fq12 a;
        zkb_fq12 b;
        zkb_fq12 want;
        zkb_fq12 got;
        random_fq12(&a);
        random_fq12(&b);
        if (i % 5 == 0) {
            b.c0.c1 = (zkb_fq2){ZKB_FQ_ZERO, ZKB_FQ_ZERO};
            zkb_fq_neg(&b.c1.c2.c0, &zkb_fq_one);
        }
        slow_mul(&want, &a, &b);
        zkb_fq12_mul(&got, &a, &b);
        assert_true(zkb_fq12_equal(&got, &want));
        slow_mul(&want, &a, &a);
        zkb_fq12_sqr(&got, &a);
        assert_true(zkb_fq12_equal(&got, &want));
        zkb_fq12_inv(&got, &a);
        zkb_fq12_mul(&got, &got, &a);
        assert_true(zkb_fq12_equal(&got, &zkb_fq12_one));
        const zkb_fq12 line = {.c0.c0 = b.c0.c0, .c1.c0 = b.c0.c1, .c1.c1 = b.c0.c2};
        slow_mul(&want, &a, &line);
        zkb_fq12_mul_by_line(&got, &a, &b.c0.c0, &b.c0.c1, &b.c0.c2);
        assert_true(zkb_fq12_equal(&got, &want));
        zkb_fq12_mul_by_line(&a, &a, &b.c0.c0, &b.c0.c1, &b.c0.c2);
        assert_true(zkb_fq12_equal(&a, &want));
    }
}

static void frobenius_is_a_power(void **unused)
{
    (void)unused;
    const uint64_t q[4] = {ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3};
    zkb_fq12 a;
    zkb_fq12 got;
    zkb_fq12 want;
    random_fq12(&a);
    want = a;
    for (int k = 1; k <= 3; k++) {
        power(&want, &want, q);
        zkb_fq12_frobenius(&got, &a, k);
        assert_true(zkb_fq12_equal(&got, &want));
    }
    for (int k = 4; k <= 6; k++) {
        power(&want, &want, q);
    }
    zkb_fq12_conjugate(&got, &a);
    assert_true(zkb_fq12_equal(&got, &want));
}

static void cyclotomic_squares(void **unused)
{
    (void)unused;
    for (int i = 0; i < 20; i++) {
        zkb_fq12 a;
        zkb_fq12 t;
        zkb_fq12 want;
        random_fq12(&a);
        zkb_fq12_inv(&t, &a);
        zkb_fq12_conjugate(&a, &a);
        zkb_fq12_mul(&a, &a, &t);
        zkb_fq12_frobenius(&t, &a, 2);
        zkb_fq12_mul(&a, &a, &t);
        zkb_fq12_sqr(&want, &a);
        zkb_fq12_cyclotomic_sqr(&a, &a);
        assert_true(zkb_fq12_equal(&a, &want));
    }
}

/* The field element that the 64 hexadecimal digits at text say. */
static void read_fq(zkb_fq *out, const char *text)
{
    uint8_t bytes[32];
    for (size_t i = 0; i < 32; i++) {
        char digits[3] = {text[2 * i], text[2 * i + 1], 0};
        char *end = NULL;
        bytes[31 - i] = (uint8_t)strtoul(digits, &end, 16);
        assert_ptr_equal(end, digits + 2);
    }
    assert_true(zkb_fq_from_bytes(out, bytes));
}

/* A pair at text, each number step digits after the one before. */
static void read_pair(zkb_g1_affine *p, zkb_g2_affine *q, const char *text, size_t step)
{
    read_fq(&p->x, text);
    read_fq(&p->y, text + step);
    read_fq(&q->x.c1, text + 2 * step);
    read_fq(&q->x.c0, text + 3 * step);
    read_fq(&q->y.c1, text + 4 * step);
    read_fq(&q->y.c0, text + 5 * step);
    assert_true(zkb_g1_affine_on_curve(p));
    assert_true(zkb_g2_affine_on_curve(q) && zkb_g2_affine_in_subgroup(q));
}

static FILE *open_vectors(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/vectors/%s", ZKB_TEST_DATA, name);
    FILE *const f = fopen(path, "r");
    assert_non_null(f);
    return f;
}

static bool check_prepared(const zkb_g1_affine *p, const zkb_g2_affine *q, size_t count)
{
    static zkb_g2_prepared prepared[PAIRS_MOST];
    const zkb_g2_prepared *all[PAIRS_MOST];
    for (size_t i = 0; i < count; i++) {
        zkb_g2_prepare(&prepared[i], &q[i]);
        all[i] = &prepared[i];
    }
    return zkb_pairing_check_prepared(p, all, count);
}

static void eip197(void **unused)
{
    (void)unused;
    static char line[LINE_MOST];
    FILE *const f = open_vectors("eip197.txt");
    int seen = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        if (line[0] == '#') {
            continue;
        }
        zkb_g1_affine p[PAIRS_MOST];
        zkb_g2_affine q[PAIRS_MOST];
        const size_t pairs = strspn(line + 2, "0123456789abcdef") / 384;
        assert_in_range(pairs, 1, PAIRS_MOST);
        for (size_t i = 0; i < pairs; i++) {
            read_pair(&p[i], &q[i], line + 2 + 384 * i, 64);
        }
        assert_int_equal(zkb_pairing_check(p, q, pairs), line[0] == '1');
        assert_int_equal(check_prepared(p, q, pairs), line[0] == '1');
        seen++;
    }
    (void)fclose(f);
    assert_int_equal(seen, 6);
    assert_true(zkb_pairing_check(NULL, NULL, 0));
}

static void matches_py_ecc(void **unused)
{
    (void)unused;
    static char line[LINE_MOST];
    FILE *const f = open_vectors("pairing.txt");
    int seen = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        zkb_g1_affine p;
        zkb_g2_affine q;
        zkb_fq12 want;
        zkb_fq12 got;
        const char *const text = line + strlen("pair ");
        read_pair(&p, &q, text, 65);
        for (size_t i = 0; i < 12; i++) {
            read_fq(&want.c0.c0.c0 + i, text + 65 * (6 + i));
        }
        zkb_pairing_product(&got, &p, &q, 1);
        assert_true(zkb_fq12_equal(&got, &want));
        seen++;
    }
    (void)fclose(f);
    assert_int_equal(seen, 8);
}

static void times_g1(zkb_g1_affine *out, const zkb_fr *scalar)
{
    zkb_g1 t;
    zkb_g1_from_affine(&t, &zkb_g1_generator);
    zkb_g1_mul(&t, &t, scalar);
    zkb_g1_to_affine(out, &t);
}

static void times_g2(zkb_g2_affine *out, const zkb_fr *scalar)
{
    zkb_g2 t;
    zkb_g2_from_affine(&t, &zkb_g2_generator);
    zkb_g2_mul(&t, &t, scalar);
    zkb_g2_to_affine(out, &t);
}

/* sum a_i b_i = 0 makes the product one, and only then; more pairs than one group holds. */
static void bilinear(void **unused)
{
    (void)unused;
    enum { PAIRS = 10 };
    zkb_g1_affine p[PAIRS];
    zkb_g2_affine q[PAIRS];
    zkb_fr a;
    zkb_fr b;
    zkb_fr sum = ZKB_FR_ZERO;
    zkb_fr_from_u64(&b, 1);
    for (int i = 0; i < PAIRS - 1; i++) {
        random_fr(&a);
        random_fr(&b);
        times_g1(&p[i], &a);
        times_g2(&q[i], &b);
        if (i == 3) {
            p[i] = ZKB_G1_AFFINE_IDENTITY;
        } else if (i == 5) {
            q[i] = ZKB_G2_AFFINE_IDENTITY;
        } else {
            zkb_fr_mul(&a, &a, &b);
            zkb_fr_add(&sum, &sum, &a);
        }
    }
    zkb_fr_neg(&sum, &sum);
    times_g1(&p[PAIRS - 1], &sum);
    q[PAIRS - 1] = zkb_g2_generator;
    assert_true(zkb_pairing_check(p, q, PAIRS));
    assert_true(check_prepared(p, q, PAIRS));
    zkb_fr_add(&sum, &sum, &b);
    times_g1(&p[PAIRS - 1], &sum);
    assert_false(zkb_pairing_check(p, q, PAIRS));
    assert_false(check_prepared(p, q, PAIRS));
}

static void order_is_r(void **unused)
{
    (void)unused;
    const uint64_t r[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
    zkb_fq12 e;
    zkb_pairing_product(&e, &zkb_g1_generator, &zkb_g2_generator, 1);
    assert_false(zkb_fq12_equal(&e, &zkb_fq12_one));
    power(&e, &e, r);
    assert_true(zkb_fq12_equal(&e, &zkb_fq12_one));
}

int main(void)
{
    const int backend = zkb_test_backend(zkb_pairing_kernels_get()->backend);
    if (backend != 0) {
        return backend;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tower_multiplies),   cmocka_unit_test(frobenius_is_a_power),
        cmocka_unit_test(cyclotomic_squares), cmocka_unit_test(eip197),
        cmocka_unit_test(matches_py_ecc),     cmocka_unit_test(bilinear),
        cmocka_unit_test(order_is_r),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
