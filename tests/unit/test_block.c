/* The batch operations of block.h, on the backend in force, against the scalar field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend.h"
#include "field/block.h"

enum { MOST = 1100, ROOM = 1104 /* whole blocks */ };
static const size_t counts[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 1029, MOST};
enum { COUNTS = sizeof counts / sizeof counts[0] };

static uint64_t state = 1;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

#define BLOCK_TESTS(F)                                                                             \
    static zkb_##F F##_a[ROOM], F##_b[ROOM], F##_want[ROOM], F##_got[ROOM];                        \
    static zkb_##F##_block F##_x[ROOM / 8], F##_y[ROOM / 8], F##_z[ROOM / 8];                      \
                                                                                                   \
    static void F##_random(zkb_##F *out)                                                           \
    {                                                                                              \
        const uint64_t limbs[4] = {next(), next(), next(), next()};                                \
        zkb_##F##_from_limbs(out, limbs);                                                          \
        const uint64_t kind = next() % 16;                                                         \
        if (kind < 3) {                                                                            \
            zkb_##F##_from_u64(out, kind == 2 ? next() % 5 : 0);                                   \
        }                                                                                          \
        if (kind == 1 || kind == 3) {                                                              \
            zkb_##F one;                                                                           \
            zkb_##F##_from_u64(&one, 1);                                                           \
            zkb_##F##_sub(out, kind == 1 ? out : &(zkb_##F){{0, 0, 0, 0}}, &one);                  \
        }                                                                                          \
    }                                                                                              \
    static void F##_fill(size_t count)                                                             \
    {                                                                                              \
        for (size_t i = 0; i < count; i++) {                                                       \
            F##_random(&F##_a[i]);                                                                 \
            F##_random(&F##_b[i]);                                                                 \
            if (next() % 8 == 0) {                                                                 \
                F##_b[i] = F##_a[i];                                                               \
            }                                                                                      \
        }                                                                                          \
        zkb_##F##_kernels_get()->from_scalars(F##_x, F##_a, count);                                \
        zkb_##F##_kernels_get()->from_scalars(F##_y, F##_b, count);                                \
    }                                                                                              \
    /* The first count elements of z are want, the padding is zero. */                             \
    static void F##_expect(size_t count)                                                           \
    {                                                                                              \
        const size_t padded = 8 * zkb_blocks(count);                                               \
        zkb_##F##_kernels_get()->to_scalars(F##_got, F##_z, padded);                               \
        assert_memory_equal(F##_got, F##_want, count * sizeof F##_got[0]);                         \
        for (size_t i = count; i < padded; i++) {                                                  \
            assert_true(zkb_##F##_is_zero(&F##_got[i]));                                           \
        }                                                                                          \
    }                                                                                              \
    static void F##_element_wise(void **unused)                                                    \
    {                                                                                              \
        (void)unused;                                                                              \
        const zkb_##F##_kernels *k = zkb_##F##_kernels_get();                                      \
        for (size_t c = 0; c < COUNTS; c++) {                                                      \
            const size_t n = counts[c];                                                            \
            zkb_##F r;                                                                             \
            F##_fill(n);                                                                           \
            F##_random(&r);                                                                        \
            for (int op = 0; op < 6; op++) {                                                       \
                for (size_t i = 0; i < n; i++) {                                                   \
                    zkb_##F *const w = &F##_want[i];                                               \
                    switch (op) {                                                                  \
                    case 0:                                                                        \
                        zkb_##F##_add(w, &F##_a[i], &F##_b[i]);                                    \
                        break;                                                                     \
                    case 1:                                                                        \
                        zkb_##F##_sub(w, &F##_a[i], &F##_b[i]);                                    \
                        break;                                                                     \
                    case 2:                                                                        \
                        zkb_##F##_mul(w, &F##_a[i], &F##_b[i]);                                    \
                        break;                                                                     \
                    case 3:                                                                        \
                        zkb_##F##_mul(w, &F##_a[i], &F##_a[i]);                                    \
                        break;                                                                     \
                    case 4:                                                                        \
                        zkb_##F##_mul(w, &F##_a[i], &r);                                           \
                        break;                                                                     \
                    default:                                                                       \
                        zkb_##F##_mul(w, &F##_a[i], &r);                                           \
                        zkb_##F##_add(w, w, &F##_b[i]);                                            \
                    }                                                                              \
                }                                                                                  \
                memcpy(F##_z, F##_y, sizeof F##_z);                                                \
                switch (op) {                                                                      \
                case 0:                                                                            \
                    k->add(F##_z, F##_x, F##_y, n);                                                \
                    break;                                                                         \
                case 1:                                                                            \
                    k->sub(F##_z, F##_x, F##_y, n);                                                \
                    break;                                                                         \
                case 2:                                                                            \
                    k->mul(F##_z, F##_x, F##_y, n);                                                \
                    break;                                                                         \
                case 3:                                                                            \
                    k->sqr(F##_z, F##_x, n);                                                       \
                    break;                                                                         \
                case 4:                                                                            \
                    k->scale(F##_z, F##_x, &r, n);                                                 \
                    break;                                                                         \
                default:                                                                           \
                    k->add_scaled(F##_z, F##_x, &r, n);                                            \
                }                                                                                  \
                F##_expect(n);                                                                     \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    /* Sums and differences of results, never made canonical in between. */                        \
    static void F##_chains(void **unused)                                                          \
    {                                                                                              \
        (void)unused;                                                                              \
        const zkb_##F##_kernels *k = zkb_##F##_kernels_get();                                      \
        F##_fill(64);                                                                              \
        for (int step = 0; step < 2000; step++) {                                                  \
            const uint64_t op = next() % 4;                                                        \
            for (size_t i = 0; i < 64; i++) {                                                      \
                if (op < 2) {                                                                      \
                    zkb_##F##_add(&F##_a[i], &F##_a[i], op == 0 ? &F##_b[i] : &F##_a[i]);          \
                } else if (op == 2) {                                                              \
                    zkb_##F##_sub(&F##_a[i], &F##_b[i], &F##_a[i]);                                \
                } else {                                                                           \
                    zkb_##F##_sub(&F##_b[i], &F##_b[i], &F##_a[i]);                                \
                }                                                                                  \
            }                                                                                      \
            if (op < 2) {                                                                          \
                k->add(F##_x, F##_x, op == 0 ? F##_y : F##_x, 64);                                 \
            } else if (op == 2) {                                                                  \
                k->sub(F##_x, F##_y, F##_x, 64);                                                   \
            } else {                                                                               \
                k->sub(F##_y, F##_y, F##_x, 64);                                                   \
            }                                                                                      \
        }                                                                                          \
        memcpy(F##_want, F##_a, sizeof F##_want);                                                  \
        memcpy(F##_z, F##_x, sizeof F##_z);                                                        \
        F##_expect(64);                                                                            \
    }                                                                                              \
    static void F##_folds(void **unused)                                                           \
    {                                                                                              \
        (void)unused;                                                                              \
        const zkb_##F##_kernels *k = zkb_##F##_kernels_get();                                      \
        zkb_##F r;                                                                                 \
        F##_random(&r);                                                                            \
        for (size_t n = 2; n <= 1024; n *= 2) {                                                    \
            F##_fill(n);                                                                           \
            for (size_t i = 0; i < n / 2; i++) {                                                   \
                zkb_##F##_sub(&F##_want[i], &F##_a[i + n / 2], &F##_a[i]);                         \
                zkb_##F##_mul(&F##_want[i], &F##_want[i], &r);                                     \
                zkb_##F##_add(&F##_want[i], &F##_want[i], &F##_a[i]);                              \
            }                                                                                      \
            k->fold_halves(F##_z, F##_x, &r, n);                                                   \
            F##_expect(n / 2);                                                                     \
        }                                                                                          \
    }                                                                                              \
    static void F##_sums(void **unused)                                                            \
    {                                                                                              \
        (void)unused;                                                                              \
        const zkb_##F##_kernels *k = zkb_##F##_kernels_get();                                      \
        for (size_t c = 0; c < COUNTS; c++) {                                                      \
            zkb_##F sum = {{0, 0, 0, 0}};                                                          \
            zkb_##F product = sum;                                                                 \
            zkb_##F t;                                                                             \
            F##_fill(counts[c]);                                                                   \
            for (size_t i = 0; i < counts[c]; i++) {                                               \
                zkb_##F##_add(&sum, &sum, &F##_a[i]);                                              \
                zkb_##F##_mul(&t, &F##_a[i], &F##_b[i]);                                           \
                zkb_##F##_add(&product, &product, &t);                                             \
                t = k->get(F##_x, i);                                                              \
                assert_true(zkb_##F##_equal(&t, &F##_a[i]));                                       \
            }                                                                                      \
            t = k->sum(F##_x, counts[c]);                                                          \
            assert_true(zkb_##F##_equal(&t, &sum));                                                \
            t = k->inner_product(F##_x, F##_y, counts[c]);                                         \
            assert_true(zkb_##F##_equal(&t, &product));                                            \
        }                                                                                          \
        /* The largest sum of products that an accumulator sees: all p - 1. */                     \
        zkb_##F one;                                                                               \
        zkb_##F count;                                                                             \
        zkb_##F##_from_u64(&one, 1);                                                               \
        for (size_t i = 0; i < MOST; i++) {                                                        \
            zkb_##F##_neg(&F##_a[i], &one);                                                        \
        }                                                                                          \
        k->from_scalars(F##_x, F##_a, MOST);                                                       \
        zkb_##F##_from_u64(&count, MOST);                                                          \
        const zkb_##F t = k->inner_product(F##_x, F##_x, MOST);                                    \
        assert_true(zkb_##F##_equal(&t, &count));                                                  \
    }                                                                                              \
    static void F##_integers(void **unused)                                                        \
    {                                                                                              \
        (void)unused;                                                                              \
        const zkb_##F##_kernels *k = zkb_##F##_kernels_get();                                      \
        static uint64_t u64[MOST];                                                                 \
        for (size_t c = 0; c < COUNTS; c++) {                                                      \
            for (size_t i = 0; i < counts[c]; i++) {                                               \
                u64[i] = next() % 4 == 0 ? UINT64_MAX - next() % 2 : next() >> next() % 64;        \
                zkb_##F##_from_u64(&F##_want[i], u64[i]);                                          \
            }                                                                                      \
            k->from_u64(F##_z, u64, counts[c]);                                                    \
            F##_expect(counts[c]);                                                                 \
        }                                                                                          \
    }

BLOCK_TESTS(fr)
BLOCK_TESTS(fq)

int main(void)
{
    const int backend = zkb_test_backend(zkb_fr_kernels_get()->backend);
    if (backend != 0) {
        return backend;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fr_folds),        cmocka_unit_test(fq_folds),
        cmocka_unit_test(fr_element_wise), cmocka_unit_test(fq_element_wise),
        cmocka_unit_test(fr_chains),       cmocka_unit_test(fq_chains),
        cmocka_unit_test(fr_sums),         cmocka_unit_test(fq_sums),
        cmocka_unit_test(fr_integers),     cmocka_unit_test(fq_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
