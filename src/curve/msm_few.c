#include "curve/msm_few.h"

#include "curve/msm_merge.h"

#include <assert.h>
#include <string.h>

enum {
    HALF_BITS = 127, /* a term's magnitude is below 2^HALF_BITS */
    NARROWEST = 3,
    WIDEST = 8,
    MOST_WINDOWS = HALF_BITS / NARROWEST + 1,
    KEY_SHIFT = WIDEST, /* bucket's key: window << KEY_SHIFT | digit */
    /* HALF_BITS / w + 1 windows of 2^(w-1) buckets are most for w = WIDEST */
    MOST_BUCKETS = (HALF_BITS / WIDEST + 1) << (WIDEST - 1)
};

typedef struct few {
    zkb_g1_affine *points; /* of each term */
    zkb_u128 *magnitudes;  /* then with the offset of all signed digits */
    uint8_t *negative;
    size_t terms;
    unsigned width, windows;
    uint16_t *digits; /* of one window: 2·|digit| + sign */
    uint32_t *codes;
    zkb_msm_segment *segments;
    zkb_msm_list buckets; /* by window and digit */
    zkb_msm_list bits;    /* by bit of a scalar */
    zkb_msm_merger merger;
} few;

/* ---- Memory -------------------------------------------------------------------------------- */

typedef struct sizes {
    size_t terms, entries, buckets, bits;
} sizes;

static sizes measure(size_t count)
{
    sizes z = {.terms = 2 * count};
    z.entries = z.terms * MOST_WINDOWS;
    z.buckets = zkb_msm_merge_results(MOST_BUCKETS, z.entries, 1);
    z.entries = z.entries < z.buckets * WIDEST ? z.buckets * WIDEST : z.entries;
    z.bits = zkb_msm_merge_results((size_t)MOST_WINDOWS * WIDEST, z.buckets * WIDEST, 1);
    return z;
}

static size_t list_cost(size_t capacity)
{
    return zkb_arena_cost(capacity * sizeof(zkb_g1_affine)) +
           2 * zkb_arena_cost(capacity * sizeof(uint32_t));
}

static bool list_create(zkb_msm_list *list, zkb_arena *arena, size_t capacity)
{
    list->points = zkb_arena_alloc(arena, capacity, sizeof(zkb_g1_affine));
    list->keys = zkb_arena_alloc(arena, capacity, sizeof(uint32_t));
    list->places = zkb_arena_alloc(arena, capacity, sizeof(uint32_t));
    list->capacity = capacity;
    return list->points != NULL && list->keys != NULL && list->places != NULL;
}

size_t zkb_msm_few_scratch(size_t count)
{
    const sizes z = measure(count);
    return zkb_arena_cost(z.terms * sizeof(zkb_g1_affine)) +
           zkb_arena_cost(z.terms * sizeof(zkb_u128)) + zkb_arena_cost(z.terms) +
           zkb_arena_cost(z.terms * sizeof(uint16_t)) +
           zkb_arena_cost(z.entries * sizeof(uint32_t)) +
           zkb_arena_cost(MOST_BUCKETS * sizeof(zkb_msm_segment)) + list_cost(z.buckets) +
           list_cost(z.bits) + zkb_msm_merger_cost(1, z.entries);
}

static bool obtain(few *f, zkb_arena *arena, size_t count)
{
    const sizes z = measure(count);
    f->points = zkb_arena_alloc(arena, z.terms, sizeof(zkb_g1_affine));
    f->magnitudes = zkb_arena_alloc(arena, z.terms, sizeof(zkb_u128));
    f->negative = zkb_arena_alloc(arena, z.terms, 1);
    f->digits = zkb_arena_alloc(arena, z.terms, sizeof(uint16_t));
    f->codes = zkb_arena_alloc(arena, z.entries, sizeof(uint32_t));
    f->segments = zkb_arena_alloc(arena, MOST_BUCKETS, sizeof(zkb_msm_segment));
    return f->points != NULL && f->magnitudes != NULL && f->negative != NULL && f->digits != NULL &&
           f->codes != NULL && f->segments != NULL && list_create(&f->buckets, arena, z.buckets) &&
           list_create(&f->bits, arena, z.bits) &&
           zkb_msm_merger_create(&f->merger, arena, 1, z.entries);
}

/* ---- Scalars to terms ---------------------------------------------------------------------- */

/* lambda = 0xb3c4d79d41a917585bfc41088d8daaa78b17ea66b99c90dd, and the beta of (1, 2)·lambda; the
 * lattice of (a, b) with a + b·lambda = 0 mod r has the basis
 *     (147946756881789319010696353538189108491, SHORT), (SHORT, -LONG),
 * and k = k1 + k2·lambda with k2 = round(k SHORT / r)·LONG - round(k LONG / r)·SHORT leaves k1 and
 * k2 below 1.03·10^38 < 2^127. All in Montgomery form. */
static const zkb_fq beta = {
    {0x71930c11d782e155u, 0xa6bb947cffbe3323u, 0xaa303344d4741444u, 0x2c3b3f0d26594943u}};
static const zkb_fr lambda = {
    {0x93e7cede4a0329b3u, 0x7d4fdca77a96c167u, 0x8be4ba08b19a750au, 0x1cbd5653a5661c25u}};
/* 147946756881789319000765030803803410728 and 9931322734385697763 */
static const zkb_fr basis_long = {
    {0x6f7e7ac096e14e73u, 0x2f18111c3eb36423u, 0x211eb72d4914eabbu, 0x1f5baa27fa2767c8u}};
static const zkb_fr basis_short = {
    {0x24652cc2a81f4c29u, 0xb67a59f4814d4d84u, 0xf71dfeba0ae59e71u, 0x14ee37d3e52329dfu}};
/* floor(2^256·LONG / r) and floor(2^256·SHORT / r) */
static const uint64_t long_over_r[3] = {0x7a7bd9d4391eb18du, 0x4ccef014a773d2cfu, 2};
static const uint64_t short_over_r[3] = {0xd91d232ec7e0b3d7u, 2, 0};

/* round(k·ratio / 2^256) */
static void scaled(zkb_fr *out, const uint64_t k[4], const uint64_t ratio[3])
{
    uint64_t product[7] = {0, 0, 0, (uint64_t)1 << 63, 0, 0, 0};
    for (size_t i = 0; i < 3; i++) {
        uint64_t carry = 0;
        for (size_t j = 0; j < 4; j++) {
            const zkb_u128 t = (zkb_u128)k[j] * ratio[i] + product[i + j] + carry;
            product[i + j] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        for (size_t j = i + 4; j < 7 && carry != 0; j++) {
            product[j] += carry;
            carry = product[j] < carry;
        }
    }
    const uint64_t high[4] = {product[4], product[5], product[6], 0};
    zkb_fr_from_limbs(out, high);
}

static bool add_positive(few *f, const uint64_t limbs[4], bool negative)
{
    if ((limbs[1] >> (HALF_BITS - 64) | limbs[2] | limbs[3]) != 0) {
        return false;
    }
    const zkb_u128 magnitude = (zkb_u128)limbs[1] << 64 | limbs[0];
    if (magnitude != 0) {
        f->magnitudes[f->terms] = magnitude;
        f->negative[f->terms++] = negative;
    }
    return true;
}

/* A term of this scalar, unless it is zero; false when it is not near 0 or r. */
static bool add_short(few *f, const zkb_fr *scalar, const zkb_fq *x, const zkb_fq *y)
{
    uint64_t limbs[4];
    zkb_fr negative;
    f->points[f->terms] = (zkb_g1_affine){*x, *y};
    zkb_fr_to_limbs(limbs, scalar);
    if (add_positive(f, limbs, false)) {
        return true;
    }
    zkb_fr_neg(&negative, scalar);
    zkb_fr_to_limbs(limbs, &negative);
    return add_positive(f, limbs, true);
}

static void add_terms(few *f, const zkb_g1_affine *point, const zkb_fr *scalar)
{
    /* Columns of zeros are common, and additions of the identity slow. */
    if (zkb_g1_affine_is_identity(point) || add_short(f, scalar, &point->x, &point->y)) {
        return;
    }
    uint64_t limbs[4];
    zkb_fr k1, k2, t;
    zkb_fq x;
    zkb_fr_to_limbs(limbs, scalar);
    scaled(&k2, limbs, short_over_r);
    zkb_fr_mul(&k2, &k2, &basis_long);
    scaled(&t, limbs, long_over_r);
    zkb_fr_mul(&t, &t, &basis_short);
    zkb_fr_sub(&k2, &k2, &t);
    zkb_fr_mul(&t, &k2, &lambda);
    zkb_fr_sub(&k1, scalar, &t);
    zkb_fq_mul(&x, &point->x, &beta);
    const bool fits = add_short(f, &k1, &point->x, &point->y) && add_short(f, &k2, &x, &point->y);
    assert(fits);
    (void)fits;
}

/* ---- Digits -------------------------------------------------------------------------------- */

/* Windows for the largest magnitude, of the width that takes the fewest additions. All digits but
 * the last get an offset of half a window's size, so that they can be cut off unsigned. */
static void plan(few *f)
{
    zkb_u128 any = 0;
    unsigned bits = 0;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < f->terms; i++) {
        any |= f->magnitudes[i];
    }
    for (; any != 0; any >>= 1) {
        bits++;
    }
    for (unsigned width = NARROWEST; width <= WIDEST; width++) {
        const unsigned windows = bits / width + 1; /* the last with room for a carry */
        const size_t cost = windows * (f->terms + (size_t)(width - 1) * (1u << (width - 2)));
        if (cost < least) {
            least = cost;
            f->width = width;
            f->windows = windows;
        }
    }
    zkb_u128 offset = 0;
    for (unsigned w = 0; w + 1 < f->windows; w++) {
        offset |= (zkb_u128)1 << (w * f->width + f->width - 1);
    }
    for (size_t i = 0; i < f->terms; i++) {
        f->magnitudes[i] += offset;
    }
}

/* Sorts the terms by their digit in this window, codes and segments from the given ones on. */
static void sort_window(few *f, unsigned window, size_t *code, size_t *segment)
{
    const int32_t half = window + 1 < f->windows ? 1 << (f->width - 1) : 0;
    const uint32_t mask = (1u << f->width) - 1;
    uint32_t counters[(1 << (WIDEST - 1)) + 1] = {0};
    for (size_t i = 0; i < f->terms; i++) {
        const uint32_t cut = (uint32_t)(f->magnitudes[i] >> (window * f->width)) & mask;
        const int32_t digit = (int32_t)cut - half;
        const uint32_t sign = (digit < 0) ^ f->negative[i];
        const uint32_t size = (uint32_t)(digit < 0 ? -digit : digit);
        f->digits[i] = (uint16_t)(size << 1 | sign);
        counters[size]++;
    }
    for (uint32_t d = 1; d <= 1u << (f->width - 1); d++) {
        const uint32_t length = counters[d];
        counters[d] = (uint32_t)*code;
        if (length != 0) {
            f->segments[(*segment)++] =
                (zkb_msm_segment){window << KEY_SHIFT | d, (uint32_t)*code, length};
        }
        *code += length;
    }
    for (size_t i = 0; i < f->terms; i++) {
        if (f->digits[i] > 1) {
            f->codes[counters[f->digits[i] >> 1]++] = (uint32_t)i << 1 | (f->digits[i] & 1);
        }
    }
}

static void sum_buckets(few *f)
{
    size_t code = 0;
    size_t segment = 0;
    for (unsigned w = 0; w < f->windows; w++) {
        sort_window(f, w, &code, &segment);
    }
    zkb_msm_merge(&f->buckets, &f->merger, f->points, f->codes, f->segments, segment);
}

/* For each bit of each window the buckets whose digit has it. */
static void sum_bits(few *f)
{
    const zkb_msm_list *list = &f->buckets;
    size_t code = 0;
    size_t segment = 0;
    for (size_t begin = 0, end = 0; begin < list->count; begin = end) {
        const uint32_t window = list->keys[begin] >> KEY_SHIFT;
        while (end < list->count && list->keys[end] >> KEY_SHIFT == window) {
            end++;
        }
        for (uint32_t bit = 0; bit < f->width; bit++) {
            const size_t start = code;
            for (size_t i = begin; i < end; i++) {
                if ((list->keys[i] >> bit & 1) != 0) {
                    f->codes[code++] = list->places[i] << 1;
                }
            }
            if (code != start) {
                f->segments[segment++] = (zkb_msm_segment){window * f->width + bit, (uint32_t)start,
                                                           (uint32_t)(code - start)};
            }
        }
    }
    zkb_msm_merge(&f->bits, &f->merger, list->points, f->codes, f->segments, segment);
}

/* sum of 2^key·point */
static void join_bits(zkb_g1 *out, const few *f)
{
    const zkb_msm_list *list = &f->bits;
    size_t left = list->count;
    *out = ZKB_G1_IDENTITY;
    for (uint32_t bit = f->windows * f->width; bit-- > 0;) {
        if (!zkb_g1_is_identity(out)) {
            zkb_g1_double(out, out);
        }
        for (; left > 0 && list->keys[left - 1] == bit; left--) {
            const zkb_g1_affine *p = &list->points[list->places[left - 1]];
            zkb_g1_affine reduced;
            zkb_fq_reduce_once_(&reduced.x, &p->x, 0);
            zkb_fq_reduce_once_(&reduced.y, &p->y, 0);
            zkb_g1_add_affine(out, out, &reduced);
        }
    }
}

zkb_status zkb_msm_few(zkb_g1 *out, const zkb_g1_affine *points, const zkb_fr *scalars,
                       size_t count, zkb_arena *arena, zkb_error *error)
{
    few f = {.terms = 0};
    const size_t mark = zkb_arena_mark(arena);
    if (!obtain(&f, arena, count)) {
        zkb_arena_release(arena, mark);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "msm", ZKB_NO_INDEX,
                        "the arena has less than the %zu bytes of zkb_msm_few_scratch",
                        zkb_msm_few_scratch(count));
    }
    for (size_t i = 0; i < count; i++) {
        add_terms(&f, &points[i], &scalars[i]);
    }
    plan(&f);
    sum_buckets(&f);
    sum_bits(&f);
    join_bits(out, &f);
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}
