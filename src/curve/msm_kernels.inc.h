/* Batched affine additions, written once with the vector vocabulary.
 *
 * Points stay in memory as zkb_g1_affine, radix 2^256, whatever the backend's radix. Read by a
 * backend of radix 2^260 such a word is s times the coordinate, s = 1/16, for x and y alike. The
 * chord formulas
 *     l = (y_b - y_a) / (x_b - x_a),  x = l^2 - x_a - x_b,  y = l (x_a - x) - y_a
 * then hold for the scaled coordinates when l is replaced by l/4 in the first (since l^2 must be
 * scaled by s) and by 4 (l/4) in the second: the factor 1/4 goes into the shared inversion, the
 * factor 4 into a shift. So no conversion is ever paid. In the tangent's slope, 3x^2 / 2y, one
 * factor s too many has to be taken out: 48 in the place of 3.
 *
 * Costs per addition: 5 multiplications and a squaring, three of them for the inversion. */
#include "curve/msm_kernels.h"
#include "field/vector_inline.h"

#include "curve/msm_cut.inc.h"

#include <assert.h>

/* 1/s, and what the shared inversion is multiplied by: in radix 2^260 16 for its input, 16 for its
 * output, over 4. */
#if defined(ZKB_VECTOR_IFMA)
#define COORDINATE_SHRINK 16u
#define SLOPE_SCALE 64u
#else
#define COORDINATE_SHRINK 1u
#define SLOPE_SCALE 1u
#endif

/* Eight additions: where the operands are. */
typedef struct {
    const void *a[8];
    const void *b[8];
    zkb_vmask negate_a, negate_b;
} places;

typedef struct {
    zkb_fqv xa, ya, xb, yb;
} operands;

/* Lanes in which the chord does not exist. */
typedef struct {
    zkb_vmask tangent; /* equal operands */
    zkb_vmask none;    /* opposite operands: the identity */
    zkb_vmask take_a;  /* b is the identity */
    zkb_vmask take_b;  /* a is the identity */
} special;

ZKB_VECTOR_FN void locate(places *at, const zkb_g1_affine *points, const uint32_t codes[16])
{
    for (int i = 0; i < 8; i++) {
        at->a[i] = points + (codes[2 * i] >> 1);
        at->b[i] = points + (codes[2 * i + 1] >> 1);
    }
#if defined(ZKB_VECTOR_IFMA)
    const unsigned odd = _mm512_test_epi32_mask(_mm512_loadu_si512(codes), _mm512_set1_epi32(1));
    at->negate_a = (zkb_vmask)_pext_u32(odd, 0x5555);
    at->negate_b = (zkb_vmask)_pext_u32(odd, 0xaaaa);
#else
    unsigned negate_a = 0;
    unsigned negate_b = 0;
    for (int i = 0; i < 8; i++) {
        negate_a |= (codes[2 * i] & 1u) << i;
        negate_b |= (codes[2 * i + 1] & 1u) << i;
    }
    at->negate_a = (zkb_vmask)negate_a;
    at->negate_b = (zkb_vmask)negate_b;
#endif
}

/* The x coordinates alone. */
ZKB_VECTOR_FN zkb_fqv gather_x(const void *const at[8])
{
#if defined(ZKB_VECTOR_IFMA)
    __m512i rows[4];
    __m512i w[4];
    for (int i = 0; i < 4; i++) {
        const __m256i low = _mm256_loadu_si256(at[2 * i]);
        const __m256i high = _mm256_loadu_si256(at[2 * i + 1]);
        rows[i] = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    }
    const __m512i even = _mm512_set_epi64(13, 9, 5, 1, 12, 8, 4, 0);
    const __m512i odd = _mm512_set_epi64(15, 11, 7, 3, 14, 10, 6, 2);
    const __m512i a = _mm512_permutex2var_epi64(rows[0], even, rows[1]);
    const __m512i b = _mm512_permutex2var_epi64(rows[2], even, rows[3]);
    const __m512i c = _mm512_permutex2var_epi64(rows[0], odd, rows[1]);
    const __m512i d = _mm512_permutex2var_epi64(rows[2], odd, rows[3]);
    w[0] = _mm512_shuffle_i64x2(a, b, 0x44);
    w[1] = _mm512_shuffle_i64x2(a, b, 0xee);
    w[2] = _mm512_shuffle_i64x2(c, d, 0x44);
    w[3] = _mm512_shuffle_i64x2(c, d, 0xee);
    return zkb_fqv_unpack_(w[0], w[1], w[2], w[3]);
#else
    zkb_fqv x;
    zkb_fqv y;
    zkb_fqv_gather2(&x, &y, at);
    return x;
#endif
}

/* 2p - y in the lanes of the mask. In IFMA its limbs may be negative: what follows, a difference
 * with a multiple of p added, carries anyway. */
ZKB_VECTOR_FN zkb_fqv negate_lanes(zkb_fqv y, zkb_vmask mask)
{
#if defined(ZKB_VECTOR_IFMA)
    const zkb_fqv k = zkb_fqv_constant_(zkb_fqv_twice_p_);
    y.l0 = _mm512_mask_sub_epi64(y.l0, mask, k.l0, y.l0);
    y.l1 = _mm512_mask_sub_epi64(y.l1, mask, k.l1, y.l1);
    y.l2 = _mm512_mask_sub_epi64(y.l2, mask, k.l2, y.l2);
    y.l3 = _mm512_mask_sub_epi64(y.l3, mask, k.l3, y.l3);
    y.l4 = _mm512_mask_sub_epi64(y.l4, mask, k.l4, y.l4);
    return y;
#else
    return zkb_fqv_select(mask, zkb_fqv_neg(y), y);
#endif
}

/* b - a + 2p carried, below 4p, b and a possibly from negate_lanes. */
ZKB_VECTOR_FN zkb_fqv difference(zkb_fqv b, zkb_fqv a)
{
#if defined(ZKB_VECTOR_IFMA)
    const zkb_fqv k = zkb_fqv_constant_(zkb_fqv_twice_p_);
    return zkb_fqv_carry_(zkb_fqv_raw_sub_(zkb_fqv_raw_add_(b, k), a));
#else
    return zkb_fqv_sub_lazy(b, a);
#endif
}

ZKB_VECTOR_FN void gather(operands *p, const places *at)
{
    zkb_fqv_gather2(&p->xa, &p->ya, at->a);
    zkb_fqv_gather2(&p->xb, &p->yb, at->b);
    if ((at->negate_a | at->negate_b) != 0) {
        p->ya = negate_lanes(p->ya, at->negate_a);
        p->yb = negate_lanes(p->yb, at->negate_b);
    }
}

/* Whether a lane may be special, d being difference(xb, xa): never false for one that is. A value
 * that is zero mod p has one of few lowest limbs; x is zero for the identity alone, since points
 * with x = 0 have order three. */
ZKB_VECTOR_FN bool suspicious(const zkb_fqv *d, const zkb_fqv *xa, const zkb_fqv *xb)
{
#if defined(ZKB_VECTOR_IFMA)
    const uint64_t p = zkb_fqv_p_[0];
    const unsigned m =
        (unsigned)_mm512_cmpeq_epi64_mask(d->l0, zkb_v8_set1(p)) |
        (unsigned)_mm512_cmpeq_epi64_mask(d->l0, zkb_v8_set1(2 * p & ZKB_LIMB_MASK)) |
        (unsigned)_mm512_cmpeq_epi64_mask(d->l0, zkb_v8_set1(3 * p & ZKB_LIMB_MASK)) |
        (unsigned)_mm512_testn_epi64_mask(xa->l0, xa->l0) |
        (unsigned)_mm512_testn_epi64_mask(xb->l0, xb->l0);
    return __builtin_expect(m != 0, 0);
#else
    return (zkb_fqv_is_zero(*d) | zkb_fqv_is_zero(*xa) | zkb_fqv_is_zero(*xb)) != 0;
#endif
}

/* Reduced limbs again, for the functions of the special lanes. */
ZKB_VECTOR_FN operands settle(const operands *p)
{
    operands q = *p;
#if defined(ZKB_VECTOR_IFMA)
    q.ya = zkb_fqv_reduce(zkb_fqv_carry_(q.ya));
    q.yb = zkb_fqv_reduce(zkb_fqv_carry_(q.yb));
#endif
    return q;
}

static __attribute__((noinline)) special classify(const operands *p)
{
    const unsigned no_a = (unsigned)zkb_fqv_is_zero(p->xa) & zkb_fqv_is_zero(p->ya);
    const unsigned no_b = (unsigned)zkb_fqv_is_zero(p->xb) & zkb_fqv_is_zero(p->yb);
    const unsigned same_x = (unsigned)zkb_fqv_equal(p->xa, p->xb) & ~no_a & ~no_b;
    const unsigned same_y = zkb_fqv_equal(p->ya, p->yb);
    const special s = {(zkb_vmask)(same_x & same_y), (zkb_vmask)(same_x & ~same_y),
                       (zkb_vmask)(no_b & ~no_a), (zkb_vmask)no_a};
    return s;
}

/* 2y in tangent lanes, 1 in the other special ones. */
static __attribute__((noinline)) void mend_denominator(zkb_fqv *d, const operands *lazy)
{
    const operands settled = settle(lazy);
    const operands *p = &settled;
    const special s = classify(p);
    *d = zkb_fqv_select(s.tangent, zkb_fqv_double(p->ya), *d);
    *d = zkb_fqv_select((zkb_vmask)(s.none | s.take_a | s.take_b), zkb_fqv_one(), *d);
}

static __attribute__((noinline)) void mend_numerator(zkb_fqv *n, const operands *lazy)
{
    const operands settled = settle(lazy);
    const operands *p = &settled;
    const special s = classify(p);
    zkb_fqv t = zkb_fqv_sqr(p->xa);
#if defined(ZKB_VECTOR_IFMA)
    t = zkb_fqv_mul_tiny(t, 16);
#endif
    *n = zkb_fqv_select(s.tangent, zkb_fqv_mul_tiny(t, 3), *n);
}

static __attribute__((noinline)) void mend_sum(zkb_fqv *x, zkb_fqv *y, const operands *lazy)
{
    const operands settled = settle(lazy);
    const operands *p = &settled;
    const special s = classify(p);
    *x = zkb_fqv_select(s.none, zkb_fqv_zero(), *x);
    *y = zkb_fqv_select(s.none, zkb_fqv_zero(), *y);
    *x = zkb_fqv_select(s.take_a, p->xa, *x);
    *y = zkb_fqv_select(s.take_a, p->ya, *y);
    *x = zkb_fqv_select(s.take_b, p->xb, *x);
    *y = zkb_fqv_select(s.take_b, p->yb, *y);
}

/* x_b - x_a, below 4p, or what a special lane needs in its place. */
ZKB_VECTOR_FN zkb_fqv denominator(const places *at)
{
    const zkb_fqv xa = gather_x(at->a);
    const zkb_fqv xb = gather_x(at->b);
    zkb_fqv d = difference(xb, xa);
    if (suspicious(&d, &xa, &xb)) {
        operands p;
        gather(&p, at);
        mend_denominator(&d, &p);
    }
    return d;
}

/* 4 (a - b) in scaled coordinates: below 16p. */
ZKB_VECTOR_FN zkb_fqv scaled_difference(zkb_fqv a, zkb_fqv b)
{
#if defined(ZKB_VECTOR_IFMA)
    zkb_fqv t = zkb_fqv_raw_sub_(zkb_fqv_raw_add_(a, zkb_fqv_constant_(zkb_fqv_twice_p_)), b);
    t.l0 = _mm512_slli_epi64(t.l0, 2);
    t.l1 = _mm512_slli_epi64(t.l1, 2);
    t.l2 = _mm512_slli_epi64(t.l2, 2);
    t.l3 = _mm512_slli_epi64(t.l3, 2);
    t.l4 = _mm512_slli_epi64(t.l4, 2);
    return zkb_fqv_carry_(t);
#else
    return zkb_fqv_sub_lazy(a, b);
#endif
}

/* 1/4 of the inverse (of the inverse itself in radix 2^256), lane by lane. */
static zkb_fqv invert_lanes(zkb_fqv product)
{
    zkb_fq lane[8];
    zkb_fq before[8];
    zkb_fq running;
    zkb_fq scale;
    zkb_fqv_store_raw(lane, product);
    zkb_fq_reduce_once_(&lane[0], &lane[0], 0);
    running = lane[0];
    for (int i = 1; i < 8; i++) {
        zkb_fq_reduce_once_(&lane[i], &lane[i], 0);
        before[i] = running;
        zkb_fq_mul(&running, &running, &lane[i]);
    }
    zkb_fq_inv(&running, &running);
    zkb_fq_from_u64(&scale, SLOPE_SCALE);
    zkb_fq_mul(&running, &running, &scale);
    for (int i = 7; i > 0; i--) {
        zkb_fq inverse;
        zkb_fq_mul(&inverse, &running, &before[i]);
        zkb_fq_mul(&running, &running, &lane[i]);
        lane[i] = inverse;
    }
    lane[0] = running;
    return zkb_fqv_load_raw(lane);
}

#if defined(ZKB_VECTOR_IFMA)
/* Columns not yet carried, of a value below 2^256, to below 2p. The multiple of p is chosen by the
 * top column, which the last carry may still raise by a little: the table has slack (reduce). */
ZKB_VECTOR_FN zkb_fqv settle_columns(zkb_fqv a)
{
    const __m512i top = _mm512_add_epi64(a.l4, _mm512_srai_epi64(a.l3, 52));
    const zkb_fqv t = zkb_fqv_multiple_(_mm512_srai_epi64(top, 45), zkb_fqv_sum_);
    const zkb_fqv r = zkb_fqv_carry_(zkb_fqv_raw_sub_(a, t));
    zkb_fqv_check_(r, 2);
    return r;
}
#endif

/* slope^2 - xa - xb */
ZKB_VECTOR_FN zkb_fqv sum_x(zkb_fqv slope, const operands *p)
{
#if defined(ZKB_VECTOR_IFMA)
    const zkb_fqv k = zkb_fqv_constant_(zkb_fqv_twice_p_);
    const zkb_fqv t = zkb_fqv_raw_sub_(zkb_fqv_raw_sub_(zkb_fqv_raw_add_(k, k), p->xa), p->xb);
    return settle_columns(zkb_fqv_raw_add_(zkb_fqv_reduce_columns_(zkb_fqv_square_(slope)), t));
#else
    return zkb_fqv_sqr_sub2(slope, p->xa, p->xb);
#endif
}

/* slope (xa - x) - ya, the slope being scaled. */
ZKB_VECTOR_FN zkb_fqv sum_y(zkb_fqv slope, zkb_fqv x, const operands *p)
{
    const zkb_fqv t = scaled_difference(p->xa, x);
#if defined(ZKB_VECTOR_IFMA)
    const zkb_fqv k = zkb_fqv_raw_sub_(zkb_fqv_constant_(zkb_fqv_twice_p_), p->ya);
    return settle_columns(zkb_fqv_raw_add_(zkb_fqv_reduce_columns_(zkb_fqv_product_(slope, t)), k));
#else
    return zkb_fqv_mul_sub(slope, t, p->ya);
#endif
}

/* Eight additions underway. */
typedef struct {
    operands p;
    zkb_fqv n; /* numerator of the slope */
    zkb_fqv slope;
    zkb_fqv x;
    bool special;
} addition;

/* Gathers; returns the denominator. */
ZKB_VECTOR_FN zkb_fqv prepare(addition *s, const places *at)
{
    gather(&s->p, at);
    zkb_fqv d = difference(s->p.xb, s->p.xa);
    s->n = difference(s->p.yb, s->p.ya);
    s->special = suspicious(&d, &s->p.xa, &s->p.xb);
    if (s->special) {
        mend_denominator(&d, &s->p);
        mend_numerator(&s->n, &s->p);
    }
    return d;
}

/* To the second-level cache: the first cannot wait for so many lines at a time, and asking it for
 * them is slower than not to ask. */
ZKB_VECTOR_FN void prefetch(const zkb_g1_affine *points, const uint32_t *codes)
{
    for (int i = 0; i < 16; i++) {
        __builtin_prefetch(points + (codes[i] >> 1), 0, 2);
    }
}

enum { AHEAD = 6 }; /* groups */

/* The codes of group g; past the end, the last addition once more. */
ZKB_VECTOR_FN const uint32_t *group_codes(uint32_t filled[16], const uint32_t *codes, size_t count,
                                          size_t g)
{
    if (8 * g + 8 <= count) {
        return codes + 16 * g;
    }
    for (size_t i = 0; i < 8; i++) {
        const size_t k = 8 * g + i < count ? 8 * g + i : count - 1;
        filled[2 * i] = codes[2 * k];
        filled[2 * i + 1] = codes[2 * k + 1];
    }
    return filled;
}

/* Two chains of products side by side, over even and odd groups, so that two multiplications are
 * in flight. prefix[g] is the product of the chain before group g. */
static void forward(zkb_fqv acc[2], zkb_fqv *prefix, const zkb_g1_affine *points,
                    const uint32_t *codes, size_t count, size_t groups)
{
    uint32_t filled[2][16];
    acc[0] = zkb_fqv_one();
    acc[1] = zkb_fqv_one();
    for (size_t g = 0; g < groups; g += 2) {
        places at[2];
        if (8 * (g + AHEAD + 2) <= count) {
            prefetch(points, codes + 16 * (g + AHEAD));
            prefetch(points, codes + 16 * (g + AHEAD + 1));
        }
        locate(&at[0], points, group_codes(filled[0], codes, count, g));
        locate(&at[1], points, group_codes(filled[1], codes, count, g + 1));
        prefix[g] = acc[0];
        prefix[g + 1] = acc[1];
        zkb_fqv_mul2(&acc[0], acc[0], denominator(&at[0]), &acc[1], acc[1], denominator(&at[1]));
    }
}

/* The last of eight additions: y, and out with the sums. */
ZKB_VECTOR_FN void deliver(zkb_g1_affine *out, addition *s, size_t count, size_t g)
{
    zkb_g1_affine spare; /* written, never read */
    void *to[8];
    zkb_fqv y = sum_y(s->slope, s->x, &s->p);
    if (s->special) {
        mend_sum(&s->x, &y, &s->p);
    }
    for (size_t i = 0; i < 8; i++) {
        /* cppcheck-suppress uninitvar ; its address is taken, to be written to */
        to[i] = 8 * g + i < count ? &out[8 * g + i] : &spare;
    }
    zkb_fqv_scatter2(to, s->x, y);
}

/* A few groups at a time and one multiplication for all of them before the next one: neighbouring
 * multiplications are independent, and what lies between stays in the first cache. */
enum { STAGE = 8 };

static void backward(zkb_g1_affine *out, zkb_fqv inverse[2], const zkb_fqv *prefix,
                     const zkb_g1_affine *points, const uint32_t *codes, size_t count,
                     size_t groups)
{
    addition stage[STAGE];
    size_t end = groups;
    while (end > 0) {
        const size_t begin = end > STAGE ? end - STAGE : 0;
        for (size_t g = end; g-- > begin;) {
            uint32_t filled[16];
            places at;
            if (g >= AHEAD) { /* what the forward pass read may be gone again */
                prefetch(points, group_codes(filled, codes, count, g - AHEAD));
            }
            locate(&at, points, group_codes(filled, codes, count, g));
            const zkb_fqv d = prepare(&stage[g - begin], &at);
            zkb_fqv_mul2(&stage[g - begin].slope, inverse[g & 1], prefix[g], &inverse[g & 1],
                         inverse[g & 1], d);
        }
        for (size_t i = 0; i < end - begin; i++) {
            stage[i].slope = zkb_fqv_mul(stage[i].slope, stage[i].n);
        }
        for (size_t i = 0; i < end - begin; i++) {
            stage[i].x = sum_x(stage[i].slope, &stage[i].p);
        }
        for (size_t i = 0; i < end - begin; i++) {
            deliver(out, &stage[i], count, begin + i);
        }
        end = begin;
    }
}

static void ZKB_ISA(add_pairs)(zkb_g1_affine *out, const zkb_g1_affine *points,
                               const uint32_t *codes, size_t count, void *scratch)
{
    zkb_fqv *prefix = scratch;
    zkb_fqv acc[2];
    const size_t groups = (count + 15) / 16 * 2;
    assert(count > 0 && count <= ZKB_MSM_BATCH);
    assert(groups * sizeof(zkb_fqv) <= ZKB_MSM_KERNEL_SCRATCH);
    forward(acc, prefix, points, codes, count, groups);
    const zkb_fqv both = invert_lanes(zkb_fqv_mul(acc[0], acc[1]));
    zkb_fqv inverse[2];
    zkb_fqv_mul2(&inverse[0], both, acc[1], &inverse[1], both, acc[0]);
    backward(out, inverse, prefix, points, codes, count, groups);
}

/* The equation in coordinates scaled by s is y^2 s = x^3 + 3 s^3. */
static size_t ZKB_ISA(on_curve)(const zkb_g1_affine *points, size_t count)
{
    zkb_fq scale;
    zkb_fq b;
    zkb_fq_from_u64(&scale, COORDINATE_SHRINK);
    zkb_fq_inv(&scale, &scale);
    zkb_fq_mul(&b, &scale, &scale);
    zkb_fq_mul(&b, &b, &scale);
    zkb_fq_mul(&b, &b, &zkb_g1_b);
    const zkb_fqv s = zkb_fqv_broadcast(&scale);
    const zkb_fqv constant = zkb_fqv_broadcast(&b);
    for (size_t i = 0; i < count; i += 8) {
        const void *at[8];
        zkb_fqv x;
        zkb_fqv y;
        for (size_t k = 0; k < 8; k++) {
            at[k] = &points[i + k < count ? i + k : count - 1];
        }
        zkb_fqv_gather2(&x, &y, at);
        const zkb_fqv left = zkb_fqv_mul(zkb_fqv_sqr(y), s);
        const zkb_fqv right = zkb_fqv_add(zkb_fqv_mul(zkb_fqv_sqr(x), x), constant);
        const unsigned good = (unsigned)zkb_fqv_equal(left, right) |
                              ((unsigned)zkb_fqv_is_zero(x) & zkb_fqv_is_zero(y));
        if (good != 0xff) {
            const size_t bad = i + (size_t)__builtin_ctz(~good);
            return bad < count ? bad : count - 1;
        }
    }
    return count;
}

const zkb_msm_kernels ZKB_ISA(zkb_msm_kernels) = {
    .backend = ZKB_ISA_NAME,
    .add_pairs = ZKB_ISA(add_pairs),
    .cut_words = ZKB_ISA(cut_words),
    .cut_recoded = ZKB_ISA(cut_recoded),
    .on_curve = ZKB_ISA(on_curve),
};
