/* Every function of the vector vocabulary, on every backend that the processor has, against the
 * scalar field; random values and the edges 0, 1, p - 1, p, 2p - 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "unit/vector_cases.h"

static uint64_t state = 2463534242u;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* out = times p + add, as words. */
static void multiple(uint64_t out[4], const uint64_t p[4], uint64_t times, int64_t add)
{
    zkb_i128 c = add;
    for (int i = 0; i < 4; i++) {
        c += (zkb_i128)((zkb_u128)p[i] * times);
        out[i] = (uint64_t)c;
        c >>= 64;
    }
}

static bool below(const uint64_t a[4], const uint64_t b[4])
{
    for (int i = 3; i >= 0; i--) {
        if (a[i] != b[i]) {
            return a[i] < b[i];
        }
    }
    return false;
}

/* Words below limit: random, or an edge. */
static void draw(uint64_t out[4], const uint64_t p[4], bool above_p)
{
    uint64_t limit[4];
    multiple(limit, p, above_p ? 2 : 1, 0);
    switch (next() % 12) {
    case 0:
        multiple(out, p, 0, 0);
        break;
    case 1:
        multiple(out, p, 0, 1);
        break;
    case 2:
        multiple(out, p, 1, -1);
        break;
    case 3:
        multiple(out, p, above_p ? 1 : 0, 0);
        break;
    case 4:
        multiple(out, p, above_p ? 2 : 1, -1);
        break;
    case 5:
        multiple(out, p, above_p ? 1 : 0, (int64_t)(next() % 3));
        break;
    default:
        do {
            for (int i = 0; i < 4; i++) {
                out[i] = next();
            }
            out[3] >>= 1;
        } while (!below(out, limit));
    }
}

static const uint64_t fr_p[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
static const uint64_t fq_p[4] = {ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3};

/* The integer that goes with an operation. */
static uint64_t draw_k(zkb_vector_op op)
{
    const uint64_t wide = next() % 4 == 0 ? UINT64_MAX : next() >> (next() % 64);
    switch (op) {
    case OP_TINY:
        return next() % 33;
    case OP_ROTATE:
        return next() % 8;
    case OP_SELECT:
    case OP_KEEP:
        return next() % 256;
    case OP_FROM_U64:
        return wide;
    default:
        return wide & UINT32_MAX;
    }
}

#define VECTOR_TESTS(F)                                                                            \
    /* What a value in a backend's radix means. */                                                 \
    static void F##_meaning(zkb_##F *out, const zkb_##F *raw, unsigned radix)                      \
    {                                                                                              \
        zkb_##F half;                                                                              \
        zkb_##F##_from_u64(&half, 2);                                                              \
        zkb_##F##_inv(&half, &half);                                                               \
        zkb_##F##_from_limbs(out, raw->limb);                                                      \
        for (unsigned i = 0; i < radix; i++) {                                                     \
            zkb_##F##_mul(out, out, &half);                                                        \
        }                                                                                          \
    }                                                                                              \
    static void F##_times(zkb_##F *out, const zkb_##F *a, uint64_t k)                              \
    {                                                                                              \
        zkb_##F t;                                                                                 \
        zkb_##F##_from_u64(&t, k);                                                                 \
        zkb_##F##_mul(out, a, &t);                                                                 \
    }                                                                                              \
    /* Element i of the sixteen a, b. */                                                           \
    static zkb_##F F##_of(const zkb_##F a[8], const zkb_##F b[8], unsigned i)                      \
    {                                                                                              \
        return i < 8 ? a[i] : b[i - 8];                                                            \
    }                                                                                              \
    static void F##_arithmetic(zkb_##F *out, zkb_vector_op op, const zkb_##F *a, const zkb_##F *b, \
                               const zkb_##F *c, uint64_t k)                                       \
    {                                                                                              \
        zkb_##F t;                                                                                 \
        switch (op) {                                                                              \
        case OP_ADD:                                                                               \
            zkb_##F##_add(out, a, b);                                                              \
            break;                                                                                 \
        case OP_SUB:                                                                               \
        case OP_SUB_LAZY:                                                                          \
            zkb_##F##_sub(out, a, b);                                                              \
            break;                                                                                 \
        case OP_NEG:                                                                               \
        case OP_NEG_LAZY:                                                                          \
            zkb_##F##_neg(out, a);                                                                 \
            break;                                                                                 \
        case OP_DOUBLE:                                                                            \
            F##_times(out, a, 2);                                                                  \
            break;                                                                                 \
        case OP_MUL:                                                                               \
        case OP_MUL2_FIRST:                                                                        \
            zkb_##F##_mul(out, a, b);                                                              \
            break;                                                                                 \
        case OP_MUL2_SECOND:                                                                       \
            zkb_##F##_mul(out, b, c);                                                              \
            break;                                                                                 \
        case OP_SQR:                                                                               \
            zkb_##F##_mul(out, a, a);                                                              \
            break;                                                                                 \
        case OP_MUL_ADD:                                                                           \
        case OP_MUL_SUB:                                                                           \
            zkb_##F##_mul(&t, a, b);                                                               \
            (op == OP_MUL_ADD ? zkb_##F##_add : zkb_##F##_sub)(out, &t, c);                        \
            break;                                                                                 \
        case OP_SQR_SUB2:                                                                          \
            zkb_##F##_mul(&t, a, a);                                                               \
            zkb_##F##_sub(&t, &t, b);                                                              \
            zkb_##F##_sub(out, &t, c);                                                             \
            break;                                                                                 \
        case OP_EIGHT_BY_EIGHT:                                                                    \
        case OP_WIDE_BY_TWO:                                                                       \
        case OP_WIDE:                                                                              \
            zkb_##F##_mul(&t, a, b);                                                               \
            F##_times(out, &t, op == OP_WIDE ? 128 : op == OP_WIDE_BY_TWO ? 18 : 16);              \
            break;                                                                                 \
        case OP_REDUCE:                                                                            \
            zkb_##F##_add(&t, a, b);                                                               \
            zkb_##F##_add(out, &t, c);                                                             \
            break;                                                                                 \
        case OP_REDUCE_FAR:                                                                        \
            F##_times(out, a, 40);                                                                 \
            break;                                                                                 \
        case OP_TINY:                                                                              \
        case OP_LIMB:                                                                              \
            F##_times(out, a, k);                                                                  \
            break;                                                                                 \
        case OP_WIDE_LIMB:                                                                         \
            F##_times(out, a, 1024 * k);                                                           \
            break;                                                                                 \
        case OP_FROM_U64:                                                                          \
        case OP_FROM_LIMB:                                                                         \
            zkb_##F##_from_u64(out, k);                                                            \
            break;                                                                                 \
        default:                                                                                   \
            *out = *a;                                                                             \
        }                                                                                          \
    }                                                                                              \
    static void F##_reference(zkb_##F out[8], zkb_vector_op op, const zkb_##F a[8],                \
                              const zkb_##F b[8], const zkb_##F c[8], uint64_t k)                  \
    {                                                                                              \
        for (unsigned i = 0; i < 8; i++) {                                                         \
            const bool set = (k >> i) & 1;                                                         \
            switch (op) {                                                                          \
            case OP_SELECT:                                                                        \
                out[i] = set ? a[i] : b[i];                                                        \
                break;                                                                             \
            case OP_KEEP:                                                                          \
                out[i] = set ? a[i] : (zkb_##F){{0, 0, 0, 0}};                                     \
                break;                                                                             \
            case OP_ROTATE:                                                                        \
                out[i] = a[(i + k) % 8];                                                           \
                break;                                                                             \
            case OP_EVEN:                                                                          \
                out[i] = F##_of(a, b, 2 * i);                                                      \
                break;                                                                             \
            case OP_ODD:                                                                           \
                out[i] = F##_of(a, b, 2 * i + 1);                                                  \
                break;                                                                             \
            case OP_MERGE_FIRST:                                                                   \
                out[i] = F##_of(a, b, i / 2 + i % 2 * 8);                                          \
                break;                                                                             \
            case OP_MERGE_SECOND:                                                                  \
                out[i] = F##_of(a, b, 4 + i / 2 + i % 2 * 8);                                      \
                break;                                                                             \
            default:                                                                               \
                F##_arithmetic(&out[i], op, &a[i], &b[i], &c[i], k);                               \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void F##_others(const zkb_##F##_vector_cases *cases, zkb_##F raw[][8],                  \
                           zkb_##F value[][8])                                                     \
    {                                                                                              \
        const unsigned masks = cases->masks(raw[0], raw[1]);                                       \
        uint64_t integers[8][4];                                                                   \
        zkb_##F canonical[8];                                                                      \
        zkb_##F sum = {{0, 0, 0, 0}};                                                              \
        cases->integers(integers, raw[0]);                                                         \
        cases->canonical(canonical, raw[0]);                                                       \
        for (unsigned i = 0; i < 8; i++) {                                                         \
            uint64_t want[4];                                                                      \
            zkb_##F t;                                                                             \
            zkb_##F##_to_limbs(want, &value[0][i]);                                                \
            assert_memory_equal(integers[i], want, sizeof want);                                   \
            zkb_##F##_from_limbs(&t, raw[0][i].limb);                                              \
            zkb_##F##_to_limbs(want, &t);                                                          \
            assert_memory_equal(canonical[i].limb, want, sizeof want);                             \
            assert_int_equal((masks >> i) & 1, zkb_##F##_is_zero(&value[0][i]));                   \
            assert_int_equal((masks >> (8 + i)) & 1, zkb_##F##_equal(&value[0][i], &value[1][i])); \
            zkb_##F##_add(&sum, &sum, &value[0][i]);                                               \
        }                                                                                          \
        const zkb_##F got = cases->sum_lanes(raw[0]);                                              \
        assert_true(zkb_##F##_equal(&got, &sum));                                                  \
    }                                                                                              \
    static void F##_check(const zkb_##F##_vector_cases *cases)                                     \
    {                                                                                              \
        for (int round = 0; round < 200; round++) {                                                \
            zkb_##F raw[3][8];                                                                     \
            zkb_##F value[3][8];                                                                   \
            for (int i = 0; i < 24; i++) {                                                         \
                draw(raw[i / 8][i % 8].limb, F##_p, cases->above_p);                               \
                if (next() % 8 == 0) {                                                             \
                    raw[i / 8][i % 8] = raw[0][i % 8];                                             \
                }                                                                                  \
                F##_meaning(&value[i / 8][i % 8], &raw[i / 8][i % 8], cases->radix);               \
            }                                                                                      \
            for (int op = 0; op < OP_COUNT; op++) {                                                \
                const uint64_t k = draw_k((zkb_vector_op)op);                                      \
                zkb_##F got[8];                                                                    \
                zkb_##F want[8];                                                                   \
                cases->run(got, (zkb_vector_op)op, raw[0], raw[1], raw[2], k);                     \
                F##_reference(want, (zkb_vector_op)op, value[0], value[1], value[2], k);           \
                if (memcmp(got, want, sizeof got) != 0) {                                          \
                    fail_msg("%s: operation %d", cases->backend, op);                              \
                }                                                                                  \
            }                                                                                      \
            F##_others(cases, raw, value);                                                         \
        }                                                                                          \
    }

VECTOR_TESTS(fr)
VECTOR_TESTS(fq)

#define BACKEND_TEST(with, NAME, name, processor, flags)                                           \
    ZKB_ON_##processor(static void name(void **unused) {                                           \
        (void)unused;                                                                              \
        if (!zkb_backend_runs(ZKB_BACKEND_##NAME)) {                                               \
            skip();                                                                                \
        }                                                                                          \
        assert_string_equal(zkb_fr_vector_cases_##name.backend, #name);                            \
        fr_check(&zkb_fr_vector_cases_##name);                                                     \
        fq_check(&zkb_fq_vector_cases_##name);                                                     \
    })
ZKB_BACKEND_LIST(BACKEND_TEST, )

#define BACKEND_ENTRY(with, NAME, name, processor, flags)                                          \
    ZKB_ON_##processor(cmocka_unit_test(name), )

int main(void)
{
    const struct CMUnitTest tests[] = {ZKB_BACKEND_LIST(BACKEND_ENTRY, )};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
