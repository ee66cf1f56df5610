/* Multi-scalar multiplication. The bases are multiples of the generator with known factors, so the
 * expected sum is one multiplication by the inner product in Fr, whatever the size; for small
 * sizes it is also compared with the sum of single multiplications. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend.h"
#include "base/wide_inline.h"
#include "curve/g1_batch.h"
#include "curve/msm.h"
#include "curve/msm_digits.h"
#include "curve/msm_kernels.h"

enum { MOST = 20011 };

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t random64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

typedef enum { RANDOM, ALL_EQUAL, COUNTING, OPPOSITE, SPARSE_IDENTITY, STRUCTURES } structure;

static zkb_g1_affine points[STRUCTURES][MOST];
static zkb_fr factors[STRUCTURES][MOST];

/* factor(i + 1) = factor(i) + step, on points and on numbers alike. */
static void make_bases(structure which, zkb_g1 *extended, zkb_fq *scratch)
{
    const uint64_t start[4] = {which == COUNTING ? 0 : random64(), 0, 0, 0};
    const uint64_t step[4] = {which == COUNTING ? 1 : random64(), which == RANDOM ? random64() : 0,
                              which == RANDOM ? random64() : 0, 0};
    zkb_fr factor, factor_step;
    zkb_g1 p, generator, point_step;
    zkb_fr_from_limbs(&factor, start);
    zkb_fr_from_limbs(&factor_step, step);
    zkb_g1_from_affine(&generator, &zkb_g1_generator);
    zkb_g1_mul(&p, &generator, &factor);
    zkb_g1_mul(&point_step, &generator, &factor_step);
    for (size_t i = 0; i < MOST; i++) {
        extended[i] = p;
        factors[which][i] = factor;
        if (which == OPPOSITE && i % 2 == 1) {
            extended[i] = extended[i - 1];
            zkb_fq_neg(&extended[i].y, &extended[i].y);
            zkb_fr_neg(&factors[which][i], &factors[which][i - 1]);
        }
        if (which == SPARSE_IDENTITY && i % 3 != 0) {
            extended[i] = ZKB_G1_IDENTITY;
            factors[which][i] = ZKB_FR_ZERO;
        }
        if (which != ALL_EQUAL) {
            zkb_g1_add(&p, &p, &point_step);
            zkb_fr_add(&factor, &factor, &factor_step);
        }
    }
    zkb_g1_batch_to_affine(points[which], extended, MOST, scratch);
}

static int setup(void **state)
{
    (void)state;
    zkb_g1 *extended = malloc(MOST * sizeof *extended);
    zkb_fq *scratch = malloc(MOST * sizeof *scratch);
    assert_non_null(extended);
    assert_non_null(scratch);
    for (int which = 0; which < STRUCTURES; which++) {
        make_bases((structure)which, extended, scratch);
    }
    free(extended);
    free(scratch);
    return 0;
}

static const zkb_msm_kind kinds[] = {ZKB_MSM_BIT, ZKB_MSM_U8,  ZKB_MSM_U16,      ZKB_MSM_U32,
                                     ZKB_MSM_U64, ZKB_MSM_I64, ZKB_MSM_U64_DIFF, ZKB_MSM_FR};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* How a column is filled. */
typedef enum { DENSE, ZEROS, ONES, LARGEST, SMALL, RUNS, FILLS } fill;

static uint64_t fill_word(fill how, size_t i)
{
    switch (how) {
    case DENSE:
        return random64();
    case ZEROS:
        return 0;
    case ONES:
        return 1;
    case LARGEST:
        return UINT64_MAX;
    case SMALL:
        return random64() % 3;
    case RUNS:
        return i / 700 % 3 == 1 ? random64() : 0;
    case FILLS:
        break;
    }
    return 0;
}

/* A column of `count` scalars in *s, and the same as field elements. */
static void make_column(zkb_msm_scalars *s, zkb_fr *values, zkb_msm_kind kind, fill how,
                        size_t count)
{
    void *data = calloc(count + 1, sizeof(zkb_fr));
    uint8_t *bytes = data;
    uint16_t *shorts = data;
    uint32_t *halves = data;
    uint64_t *words = data;
    zkb_fr *elements = data;
    uint64_t *minus = calloc(count + 1, sizeof(uint64_t));
    assert_non_null(data);
    assert_non_null(minus);
    for (size_t i = 0; i < count; i++) {
        const uint64_t word = fill_word(how, i);
        const uint64_t other = how == DENSE ? random64() >> (i % 64) : word == 1 ? 2 : 0;
        zkb_fr t;
        zkb_fr_from_u64(&values[i], word);
        switch (kind) {
        case ZKB_MSM_BIT:
            words[i / 64] |= (word & 1) << (i % 64);
            zkb_fr_from_u64(&values[i], word & 1);
            break;
        case ZKB_MSM_U8:
            bytes[i] = (uint8_t)word;
            zkb_fr_from_u64(&values[i], (uint8_t)word);
            break;
        case ZKB_MSM_U16:
            shorts[i] = (uint16_t)word;
            zkb_fr_from_u64(&values[i], (uint16_t)word);
            break;
        case ZKB_MSM_U32:
            halves[i] = (uint32_t)word;
            zkb_fr_from_u64(&values[i], (uint32_t)word);
            break;
        case ZKB_MSM_U64:
            words[i] = word;
            break;
        case ZKB_MSM_I64:
            words[i] = word;
            if (word >> 63 != 0) {
                zkb_fr_from_u64(&values[i], (uint64_t)0 - word);
                zkb_fr_neg(&values[i], &values[i]);
            }
            break;
        case ZKB_MSM_U64_DIFF:
            words[i] = word;
            minus[i] = other;
            zkb_fr_from_u64(&t, other);
            zkb_fr_sub(&values[i], &values[i], &t);
            break;
        case ZKB_MSM_FR:
            if (how == DENSE) {
                const uint64_t limbs[4] = {word, random64(), random64(), random64()};
                zkb_fr_from_limbs(&values[i], limbs);
            } else if (how == LARGEST) {
                zkb_fr_from_u64(&values[i], i % 2 + 1);
                zkb_fr_neg(&values[i], &values[i]);
            }
            elements[i] = values[i];
            break;
        }
    }
    const zkb_msm_scalars made = {.kind = kind, .data = data, .minus = minus, .count = count};
    *s = made;
}

static void free_column(zkb_msm_scalars *s)
{
    free((void *)(uintptr_t)s->data);
    free((void *)(uintptr_t)s->minus);
}

static zkb_g1 expected(structure which, const zkb_fr *values, const uint32_t *indices, size_t count)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (size_t i = 0; i < count; i++) {
        zkb_fr t;
        zkb_fr_mul(&t, &values[i], &factors[which][indices != NULL ? indices[i] : i]);
        zkb_fr_add(&sum, &sum, &t);
    }
    zkb_g1 p;
    zkb_g1_from_affine(&p, &zkb_g1_generator);
    zkb_g1_mul(&p, &p, &sum);
    return p;
}

static zkb_g1 run(structure which, const zkb_msm_scalars *s, unsigned threads)
{
    const zkb_msm_bases bases = {points[which], MOST};
    zkb_arena arena;
    zkb_error error;
    zkb_g1 got;
    assert_int_equal(zkb_arena_create(&arena, zkb_msm_scratch(s->kind, s->count, threads), &error),
                     ZKB_OK);
    assert_int_equal(zkb_msm(&got, &bases, s, threads, &arena, &error), ZKB_OK);
    assert_int_equal(arena.used, 0);
    zkb_arena_destroy(&arena);
    return got;
}

static void check(structure which, zkb_msm_kind kind, fill how, size_t count, unsigned threads)
{
    static zkb_fr values[MOST];
    zkb_msm_scalars s;
    make_column(&s, values, kind, how, count);
    const zkb_g1 want = expected(which, values, NULL, count);
    const zkb_g1 got = run(which, &s, threads);
    if (!zkb_g1_equal(&got, &want)) {
        fail_msg("structure %d kind %d fill %d count %zu threads %u", which, kind, how, count,
                 threads);
    }
    free_column(&s);
}

static void small_counts_match(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 7, 8, 9, 31, 64, 65, 200};
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            for (int how = 0; how < FILLS; how++) {
                check(RANDOM, kinds[k], (fill)how, counts[c], 1);
            }
        }
    }
}

static void naive_sum_matches(void **state)
{
    (void)state;
    enum { N = 37 };
    zkb_fr values[N];
    for (size_t k = 0; k < KINDS; k++) {
        zkb_msm_scalars s;
        zkb_g1 want = ZKB_G1_IDENTITY;
        make_column(&s, values, kinds[k], DENSE, N);
        for (size_t i = 0; i < N; i++) {
            zkb_g1 p;
            zkb_g1_from_affine(&p, &points[RANDOM][i]);
            zkb_g1_mul(&p, &p, &values[i]);
            zkb_g1_add(&want, &want, &p);
        }
        const zkb_g1 got = run(RANDOM, &s, 1);
        assert_true(zkb_g1_equal(&got, &want));
        free_column(&s);
    }
}

static void large_counts_match(void **state)
{
    (void)state;
    static const size_t counts[] = {1000, 1024, 1025, 4099, MOST};
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            check(RANDOM, kinds[k], DENSE, counts[c], 1);
        }
        check(RANDOM, kinds[k], RUNS, 5000, 1);
        check(RANDOM, kinds[k], SMALL, 5000, 1);
    }
}

static void structured_bases_match(void **state)
{
    (void)state;
    for (int which = 0; which < STRUCTURES; which++) {
        for (size_t k = 0; k < KINDS; k++) {
            for (int how = 0; how < FILLS; how++) {
                check((structure)which, kinds[k], (fill)how, which == RANDOM ? 300 : 2500, 1);
            }
            check((structure)which, kinds[k], DENSE, 77, 1);
        }
    }
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        for (unsigned threads = 0; threads <= 3; threads++) {
            check(RANDOM, kinds[k], DENSE, 3001, threads);
            check(COUNTING, kinds[k], SMALL, 9001, threads);
        }
    }
    check(RANDOM, ZKB_MSM_U16, DENSE, MOST, 3);
    check(RANDOM, ZKB_MSM_FR, DENSE, MOST, 2);
}

static void indices_choose_bases(void **state)
{
    (void)state;
    enum { N = 1500 };
    static zkb_fr values[N];
    uint32_t indices[N];
    for (size_t i = 0; i < N; i++) {
        indices[i] = (uint32_t)(random64() % (i % 2 == 0 ? MOST : 5));
    }
    for (size_t k = 0; k < KINDS; k++) {
        zkb_msm_scalars s;
        make_column(&s, values, kinds[k], DENSE, N);
        s.indices = indices;
        const zkb_g1 want = expected(RANDOM, values, indices, N);
        const zkb_g1 got = run(RANDOM, &s, 1);
        assert_true(zkb_g1_equal(&got, &want));
        free_column(&s);
    }
}

/* Sums of one: where the splitting of a scalar is at its limits. lambda, the lattice's basis and
 * sums of halves of it, 2^127, the middle of the field, each a little less and more, and negated.
 */
static void scalars_are_split_at_every_limit(void **state)
{
    (void)state;
    static const uint64_t middles[][4] = {
        {0, 0, 0, 0},
        {0, (uint64_t)1 << 63, 0, 0},
        {0, 0, 1, 0},
        {0x8b17ea66b99c90ddu, 0x5bfc41088d8daaa7u, 0xb3c4d79d41a91758u, 0},
        {0x89d3256894d213e3u, 0, 0, 0},
        {0x8211bbeb7d4f1128u, 0x6f4d8248eeb859fcu, 0, 0},
        {0x0be4e1541221250bu, 0x6f4d8248eeb859fdu, 0, 0},
        {0xa1f0fac9f8000000u, 0x9419f4243cdcb848u, 0xdc2822db40c0ac2eu, 0x183227397098d014u},
    };
    enum { MIDDLES = sizeof middles / sizeof middles[0] };
    zkb_fr values[3 * MIDDLES * MIDDLES];
    zkb_fr half, a, b;
    size_t count = 0;
    zkb_fr_from_u64(&half, 2);
    zkb_fr_inv(&half, &half);
    for (size_t i = 0; i < (size_t)MIDDLES * MIDDLES; i++) {
        zkb_fr_from_limbs(&a, middles[i / MIDDLES]);
        zkb_fr_from_limbs(&b, middles[i % MIDDLES]);
        zkb_fr_mul(&b, &b, &half);
        zkb_fr_sub(&a, &a, &b);
        zkb_fr_sub(&values[count++], &a, &zkb_fr_one);
        values[count++] = a;
        zkb_fr_add(&values[count++], &a, &zkb_fr_one);
    }
    for (size_t i = 0; i < 2 * count; i++) {
        zkb_fr value = values[i / 2];
        if (i % 2 == 1) {
            zkb_fr_neg(&value, &value);
        }
        const zkb_msm_scalars s = {.kind = ZKB_MSM_FR, .data = &value, .count = 1};
        const zkb_g1 want = expected(RANDOM, &value, NULL, 1);
        const zkb_g1 got = run(RANDOM, &s, 1);
        assert_true(zkb_g1_equal(&got, &want));
    }
}

/* Bases that somebody chose: a few points, their negatives and their images under the endomorphism,
 * the identity, and sums of these. */
static void choose_bases(zkb_g1_affine *bases, zkb_fr *of_generator, size_t count)
{
    static const uint64_t lambda_limbs[4] = {0x8b17ea66b99c90ddu, 0x5bfc41088d8daaa7u,
                                             0xb3c4d79d41a91758u, 0};
    zkb_fr lambda;
    zkb_fr_from_limbs(&lambda, lambda_limbs);
    zkb_g1 *extended = malloc(count * sizeof *extended);
    zkb_fq *scratch = malloc(count * sizeof *scratch);
    assert_non_null(extended);
    assert_non_null(scratch);
    for (size_t i = 0; i < count; i++) {
        zkb_fr_from_u64(&of_generator[i], random64() % 3);
        for (uint64_t image = random64() % 3; image > 0; image--) {
            zkb_fr_mul(&of_generator[i], &of_generator[i], &lambda);
        }
        if (random64() % 2 == 0) {
            zkb_fr_neg(&of_generator[i], &of_generator[i]);
        }
        if (i > 1 && random64() % 8 == 0) {
            zkb_fr_add(&of_generator[i], &of_generator[i - 1], &of_generator[i - 2]);
        }
        zkb_g1_from_affine(&extended[i], &zkb_g1_generator);
        zkb_g1_mul(&extended[i], &extended[i], &of_generator[i]);
    }
    zkb_g1_batch_to_affine(bases, extended, count, scratch);
    free(extended);
    free(scratch);
}

/* Scalars of a few values, whose halves are the same or opposite; with `vanish` the second half of
 * the sum takes the first away again. */
static void choose_scalars(zkb_fr *scalars, size_t count, size_t values, bool vanish)
{
    zkb_fr few[3];
    for (size_t k = 0; k < 3; k++) {
        const uint64_t limbs[4] = {random64(), k == 0 ? random64() >> 2 : random64(),
                                   k == 0 ? 0 : random64(), k == 0 ? 0 : random64()};
        zkb_fr_from_limbs(&few[k], limbs);
    }
    for (size_t i = 0; i < count; i++) {
        scalars[i] = few[random64() % values];
        if (vanish && i >= count / 2 && i < count / 2 * 2) {
            zkb_fr_neg(&scalars[i], &scalars[i - count / 2]);
        }
    }
}

/* The sums that a verifier takes of points that the prover chose: terms that are equal, opposite,
 * or add up to nothing, in every bucket. */
static void chosen_points_coincide(void **state)
{
    (void)state;
    static const size_t counts[] = {2, 3, 6, 40, 333, 1024, 1025, 2600};
    enum { LARGEST_COUNT = 2600 };
    static zkb_g1_affine chosen[LARGEST_COUNT];
    static zkb_fr of_generator[LARGEST_COUNT];
    static zkb_fr scalars[LARGEST_COUNT];
    for (size_t round = 0; round < 6 * sizeof counts / sizeof counts[0]; round++) {
        const size_t count = counts[round / 6];
        const bool vanish = round % 6 >= 3;
        choose_bases(chosen, of_generator, count);
        if (vanish) {
            memcpy(chosen + count / 2, chosen, count / 2 * sizeof chosen[0]);
            memcpy(of_generator + count / 2, of_generator, count / 2 * sizeof of_generator[0]);
        }
        choose_scalars(scalars, count, round % 3 + 1, vanish);
        zkb_g1 want, got;
        zkb_fr sum = ZKB_FR_ZERO;
        for (size_t i = 0; i < count; i++) {
            zkb_fr t;
            zkb_fr_mul(&t, &scalars[i], &of_generator[i]);
            zkb_fr_add(&sum, &sum, &t);
        }
        zkb_g1_from_affine(&want, &zkb_g1_generator);
        zkb_g1_mul(&want, &want, &sum);
        assert_true(!vanish || count % 2 == 1 || zkb_g1_is_identity(&want));
        const zkb_msm_bases bases = {chosen, count};
        const zkb_msm_scalars s = {.kind = ZKB_MSM_FR, .data = scalars, .count = count};
        zkb_arena arena;
        assert_int_equal(zkb_arena_create(&arena, zkb_msm_scratch(ZKB_MSM_FR, count, 1), NULL),
                         ZKB_OK);
        assert_int_equal(zkb_msm(&got, &bases, &s, 1, &arena, NULL), ZKB_OK);
        assert_true(zkb_g1_equal(&got, &want));
        zkb_arena_destroy(&arena);
    }
}

static void batch_matches_single_columns(void **state)
{
    (void)state;
    enum { COLUMNS = 60 };
    static zkb_fr values[MOST];
    zkb_msm_scalars columns[COLUMNS];
    zkb_g1 want[COLUMNS], got[COLUMNS];
    for (size_t k = 0; k < COLUMNS; k++) {
        const size_t count = k % 7 == 3 ? 0 : k % 7 == 5 ? 4000 + k : random64() % 50;
        make_column(&columns[k], values, kinds[k % KINDS], (fill)(k % FILLS), count);
        want[k] = expected(RANDOM, values, NULL, count);
    }
    for (unsigned threads = 1; threads <= 3; threads++) {
        const zkb_msm_bases bases = {points[RANDOM], MOST};
        zkb_arena arena;
        assert_int_equal(
            zkb_arena_create(&arena, zkb_msm_batch_scratch(columns, COLUMNS, threads), NULL),
            ZKB_OK);
        assert_int_equal(zkb_msm_batch(got, &bases, columns, COLUMNS, threads, &arena, NULL),
                         ZKB_OK);
        for (size_t k = 0; k < COLUMNS; k++) {
            assert_true(zkb_g1_equal(&got[k], &want[k]));
        }
        assert_int_equal(zkb_msm_batch(got, &bases, columns, 0, threads, &arena, NULL), ZKB_OK);
        zkb_arena_destroy(&arena);
    }
    for (size_t k = 0; k < COLUMNS; k++) {
        free_column(&columns[k]);
    }
}

/* Cells at the limits of digits and of words, then random ones. */
static uint64_t interesting_word(const zkb_msm_plan *plan)
{
    const unsigned bit = (unsigned)(random64() % 64);
    switch (random64() % 6) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX - random64() % 2;
    case 2: /* the sum with the offset carries, or just not */
        return (uint64_t)0 - plan->offset[0] - random64() % 2;
    case 3:
        return ((uint64_t)1 << bit) - random64() % 2;
    default:
        return random64();
    }
}

/* The cuts of the backend in force are those of the portable one, and the digits of all windows add
 * up to the scalar. */
static void windows_are_cut_alike(void **state)
{
    static const zkb_msm_kind of_words[] = {ZKB_MSM_U8, ZKB_MSM_U16, ZKB_MSM_U32, ZKB_MSM_U64};
    enum { COUNT = 61, MOST_COUNT = 64 };
    (void)state;
    for (size_t round = 0; round < 200; round++) {
        const size_t kind = round % 4;
        const size_t bytes = (size_t)1 << kind;
        const zkb_msm_plan plan = zkb_msm_plan_make(of_words[kind], (size_t)1 << (round / 4 % 21));
        uint8_t *cells = malloc(COUNT * bytes); /* no byte more may be read */
        zkb_i128 sums[COUNT] = {0};
        uint64_t words[COUNT];
        assert_non_null(cells);
        for (size_t i = 0; i < COUNT; i++) {
            words[i] = interesting_word(&plan) & (UINT64_MAX >> (64 - 8 * bytes));
            memcpy(cells + i * bytes, &words[i], bytes);
        }
        for (unsigned window = 0; window < plan.windows; window++) {
            const zkb_msm_cut cut = zkb_msm_cut_make(&plan, window);
            uint32_t codes[MOST_COUNT];
            uint32_t portable[MOST_COUNT];
            zkb_msm_kernels_get()->cut_words(codes, cells, (unsigned)bytes, &cut, COUNT);
            zkb_msm_kernels_portable.cut_words(portable, cells, (unsigned)bytes, &cut, COUNT);
            assert_memory_equal(codes, portable, COUNT * sizeof codes[0]);
            for (size_t i = 0; i < COUNT; i++) {
                const zkb_i128 digit = (zkb_i128)(codes[i] >> 1) << cut.position;
                sums[i] += (codes[i] & 1) != 0 ? -digit : digit;
            }
        }
        for (size_t i = 0; i < COUNT; i++) {
            assert_true(sums[i] == (zkb_i128)words[i]);
        }
        free(cells);
    }
}

static void recoded_windows_are_cut_alike(void **state)
{
    enum { BLOCKS = 5, COUNT = 8 * BLOCKS - 3 };
    (void)state;
    for (size_t log = 0; log < 21; log++) {
        const zkb_msm_plan plan = zkb_msm_plan_make(ZKB_MSM_FR, (size_t)1 << log);
        zkb_msm_recoded in[BLOCKS];
        for (size_t i = 0; i < sizeof in / 8; i++) {
            (&in[0].words[0][0])[i] = random64() % 4 == 0 ? UINT64_MAX : random64();
        }
        for (unsigned window = 0; window < plan.windows; window++) {
            const zkb_msm_cut cut = zkb_msm_cut_make(&plan, window);
            uint32_t codes[8 * BLOCKS];
            uint32_t portable[8 * BLOCKS];
            zkb_msm_kernels_get()->cut_recoded(codes, in, &cut, COUNT);
            zkb_msm_kernels_portable.cut_recoded(portable, in, &cut, COUNT);
            assert_memory_equal(codes, portable, COUNT * sizeof codes[0]);
        }
    }
}

static void bad_arguments_are_errors(void **state)
{
    (void)state;
    const uint8_t bytes[4] = {1, 2, 3, 4};
    const uint32_t indices[4] = {0, 1, 3, 2};
    const zkb_msm_bases bases = {points[RANDOM], 3};
    zkb_msm_scalars s = {.kind = ZKB_MSM_U8, .data = bytes, .count = 4};
    zkb_arena arena;
    zkb_g1 out;
    zkb_error error;
    assert_int_equal(zkb_arena_create(&arena, zkb_msm_scratch(ZKB_MSM_U8, 4, 1), &error), ZKB_OK);
    assert_int_equal(zkb_msm(&out, &bases, &s, 1, &arena, &error), ZKB_ERROR_ARGUMENT);
    s.indices = indices;
    assert_int_equal(zkb_msm(&out, &bases, &s, 1, &arena, &error), ZKB_ERROR_ARGUMENT);
    assert_int_equal(error.index, 2);
    s.count = 2;
    assert_int_equal(zkb_msm(&out, &bases, &s, 1, &arena, &error), ZKB_OK);
    zkb_arena_destroy(&arena);
    assert_int_equal(zkb_arena_create(&arena, 1000, &error), ZKB_OK);
    assert_int_equal(zkb_msm(&out, &bases, &s, 1, &arena, &error), ZKB_ERROR_MEMORY);
    assert_int_equal(arena.used, 0);
    zkb_arena_destroy(&arena);
}

/* The kernel alone: every combination of equal, opposite, identity and ordinary operands. */
static void pairs_of_every_sort_are_added(void **state)
{
    (void)state;
    enum { N = 24, SOURCES = 9 };
    const zkb_msm_kernels *kernels = zkb_msm_kernels_get();
    zkb_g1_affine sources[SOURCES];
    memcpy(sources, points[RANDOM], sizeof sources);
    sources[3] = ZKB_G1_AFFINE_IDENTITY;
    sources[4] = sources[5];
    zkb_g1_affine_neg(&sources[6], &sources[5]);
    void *scratch = aligned_alloc(64, ZKB_MSM_KERNEL_SCRATCH);
    assert_non_null(scratch);
    for (int round = 0; round < 60; round++) {
        zkb_g1_affine out[N];
        uint32_t codes[2 * N];
        const size_t count = 1 + random64() % N;
        for (size_t i = 0; i < 2 * count; i++) {
            codes[i] = (uint32_t)(random64() % (2 * SOURCES));
        }
        kernels->add_pairs(out, sources, codes, count, scratch);
        for (size_t i = 0; i < count; i++) {
            zkb_g1_affine a = sources[codes[2 * i] >> 1];
            zkb_g1_affine b = sources[codes[2 * i + 1] >> 1];
            zkb_g1 sum;
            if ((codes[2 * i] & 1) != 0) {
                zkb_g1_affine_neg(&a, &a);
            }
            if ((codes[2 * i + 1] & 1) != 0) {
                zkb_g1_affine_neg(&b, &b);
            }
            zkb_g1_from_affine(&sum, &a);
            zkb_g1_add_affine(&sum, &sum, &b);
            zkb_g1_to_affine(&a, &sum);
            zkb_fq_reduce_once_(&out[i].x, &out[i].x, 0);
            zkb_fq_reduce_once_(&out[i].y, &out[i].y, 0);
            assert_true(zkb_g1_affine_equal(&out[i], &a));
        }
    }
    free(scratch);
}

static void fixed_base_matches_single_multiplications(void **state)
{
    (void)state;
    enum { N = 5000 };
    static zkb_fr scalars[N];
    static zkb_g1_affine got[N];
    for (size_t i = 0; i < N; i++) {
        const uint64_t limbs[4] = {random64(), random64(), i % 3 == 0 ? random64() : 0, random64()};
        zkb_fr_from_limbs(&scalars[i], limbs);
        if (i % 11 == 5) {
            zkb_fr_from_u64(&scalars[i], i % 2);
        }
    }
    static const size_t counts[] = {0, 1, 2, 7, 100, N};
    for (unsigned threads = 0; threads <= 2; threads++) {
        zkb_arena arena;
        assert_int_equal(zkb_arena_create(&arena, zkb_g1_fixed_base_scratch(threads), NULL),
                         ZKB_OK);
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            assert_int_equal(zkb_g1_fixed_base(got, &points[RANDOM][1], scalars, counts[c], threads,
                                               &arena, NULL),
                             ZKB_OK);
            for (size_t i = 0; i < counts[c]; i += counts[c] > 100 ? 37 : 1) {
                zkb_g1_affine want;
                zkb_g1 p;
                zkb_g1_from_affine(&p, &points[RANDOM][1]);
                zkb_g1_mul(&p, &p, &scalars[i]);
                zkb_g1_to_affine(&want, &p);
                assert_true(zkb_g1_affine_equal(&got[i], &want));
            }
            assert_int_equal(zkb_g1_batch_on_curve(got, counts[c], threads), counts[c]);
        }
        zkb_arena_destroy(&arena);
        assert_int_equal(zkb_arena_create(&arena, 5000, NULL), ZKB_OK);
        assert_int_equal(
            zkb_g1_fixed_base(got, &points[RANDOM][1], scalars, 1, threads, &arena, NULL),
            ZKB_ERROR_MEMORY);
        zkb_arena_destroy(&arena);
    }
}

static void points_off_the_curve_are_found(void **state)
{
    (void)state;
    enum { N = 9001 };
    static zkb_g1_affine some[N];
    memcpy(some, points[SPARSE_IDENTITY], sizeof some);
    static const size_t places[] = {0, 1, 8, 4095, 4096, 9000};
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
        for (unsigned threads = 1; threads <= 3; threads++) {
            zkb_g1_affine *p = &some[places[k]];
            const zkb_g1_affine kept = *p;
            zkb_fq_add(&p->y, &p->y, &zkb_fq_one);
            assert_int_equal(zkb_g1_batch_on_curve(some, N, threads), places[k]);
            some[N - 1].x = zkb_fq_one; /* a second one: the first counts */
            assert_int_equal(zkb_g1_batch_on_curve(some, N, threads), places[k]);
            some[N - 1] = points[SPARSE_IDENTITY][N - 1];
            *p = kept;
            assert_int_equal(zkb_g1_batch_on_curve(some, N, threads), N);
        }
    }
}

int main(void)
{
    const int status = zkb_test_backend(zkb_msm_kernels_get()->backend);
    if (status != 0) {
        return status;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_of_every_sort_are_added),
        cmocka_unit_test(small_counts_match),
        cmocka_unit_test(naive_sum_matches),
        cmocka_unit_test(large_counts_match),
        cmocka_unit_test(structured_bases_match),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(indices_choose_bases),
        cmocka_unit_test(scalars_are_split_at_every_limit),
        cmocka_unit_test(chosen_points_coincide),
        cmocka_unit_test(batch_matches_single_columns),
        cmocka_unit_test(windows_are_cut_alike),
        cmocka_unit_test(recoded_windows_are_cut_alike),
        cmocka_unit_test(bad_arguments_are_errors),
        cmocka_unit_test(fixed_base_matches_single_multiplications),
        cmocka_unit_test(points_off_the_curve_are_found),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
