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
#ifdef ZKB_ISA_IFMA
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

/* What the forward pass leaves of eight additions to the backward pass. */
typedef struct {
    zkb_fqv slope; /* numerator of the slope, times the denominators of all groups before */
    zkb_fqv d;     /* denominator: x_b - x_a, below 6p, or what a special lane needs in its place */
#ifdef ZKB_ISA_IFMA
    zkb_fqv minus_xa; /* 4p - x_a, limbs of any sign */
    zkb_fqv minus_ya; /* -y_a, of 0 .. 2p, likewise */
#else
    zkb_fqv xa, ya, xb;
#endif
} addition;

typedef struct {
    addition groups[ZKB_MSM_BATCH / 8];
    bool special[ZKB_MSM_BATCH / 8]; /* whether a lane may be special */
} batch;

_Static_assert(sizeof(batch) <= ZKB_MSM_KERNEL_SCRATCH, "the scratch that msm_kernels.h promises");

typedef struct {
    const zkb_g1_affine *points;
    const uint32_t *codes;
    size_t count, groups;
} work;

ZKB_VECTOR_FN void locate(places *at, const zkb_g1_affine *points, const uint32_t codes[16])
{
    for (int i = 0; i < 8; i++) {
        at->a[i] = points + (codes[2 * i] >> 1);
        at->b[i] = points + (codes[2 * i + 1] >> 1);
    }
#ifdef ZKB_ISA_IFMA
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

/* ---- Special lanes -------------------------------------------------------------------------- */

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

static void gather(operands *p, const places *at)
{
    zkb_fqv_gather2(&p->xa, &p->ya, at->a);
    zkb_fqv_gather2(&p->xb, &p->yb, at->b);
    p->ya = zkb_fqv_select(at->negate_a, zkb_fqv_neg(p->ya), p->ya);
    p->yb = zkb_fqv_select(at->negate_b, zkb_fqv_neg(p->yb), p->yb);
}

static void gather_group(operands *p, const work *w, size_t g)
{
    uint32_t filled[16];
    places at;
    locate(&at, w->points, group_codes(filled, w->codes, w->count, g));
    gather(p, &at);
}

static special classify(const operands *p)
{
    const unsigned no_a = (unsigned)zkb_fqv_is_zero(p->xa) & zkb_fqv_is_zero(p->ya);
    const unsigned no_b = (unsigned)zkb_fqv_is_zero(p->xb) & zkb_fqv_is_zero(p->yb);
    const unsigned same_x = (unsigned)zkb_fqv_equal(p->xa, p->xb) & ~no_a & ~no_b;
    const unsigned same_y = zkb_fqv_equal(p->ya, p->yb);
    const special s = {(zkb_vmask)(same_x & same_y), (zkb_vmask)(same_x & ~same_y),
                       (zkb_vmask)(no_b & ~no_a), (zkb_vmask)no_a};
    return s;
}

/* The slope is 48x^2 / 2y (3x^2 / 2y) in tangent lanes; 1 is the denominator of the other special
 * ones. */
static __attribute__((noinline)) void mend_slope(addition *s, const places *at)
{
    operands p;
    gather(&p, at);
    const special lanes = classify(&p);
    zkb_fqv t = zkb_fqv_sqr(p.xa);
#ifdef ZKB_ISA_IFMA
    t = zkb_fqv_mul_tiny(t, 16);
#endif
    s->slope = zkb_fqv_select(lanes.tangent, zkb_fqv_mul_tiny(t, 3), s->slope);
    s->d = zkb_fqv_select(lanes.tangent, zkb_fqv_double(p.ya), s->d);
    s->d =
        zkb_fqv_select((zkb_vmask)(lanes.none | lanes.take_a | lanes.take_b), zkb_fqv_one(), s->d);
}

static __attribute__((noinline)) void mend_sum(zkb_fqv *x, zkb_fqv *y, const work *w, size_t g)
{
    operands p;
    gather_group(&p, w, g);
    const special lanes = classify(&p);
    *x = zkb_fqv_select(lanes.none, zkb_fqv_zero(), *x);
    *y = zkb_fqv_select(lanes.none, zkb_fqv_zero(), *y);
    *x = zkb_fqv_select(lanes.take_a, p.xa, *x);
    *y = zkb_fqv_select(lanes.take_a, p.ya, *y);
    *x = zkb_fqv_select(lanes.take_b, p.xb, *x);
    *y = zkb_fqv_select(lanes.take_b, p.yb, *y);
}

/* Whether a lane may be special, d being the denominator: never false for one that is. A value that
 * is zero mod p has one of few lowest limbs; x is zero for the identity alone, since points with
 * x = 0 have order three. */
ZKB_VECTOR_FN bool suspicious(const zkb_fqv *d, const zkb_fqv *xa, const zkb_fqv *xb)
{
#ifdef ZKB_ISA_IFMA
    const uint64_t p = zkb_fqv_p_[0]; /* d = 4p + x_b - x_a is above 2p and below 6p */
    const unsigned m =
        (unsigned)_mm512_cmpeq_epi64_mask(d->l0, zkb_v8_set1(3 * p & ZKB_LIMB_MASK)) |
        (unsigned)_mm512_cmpeq_epi64_mask(d->l0, zkb_v8_set1(4 * p & ZKB_LIMB_MASK)) |
        (unsigned)_mm512_cmpeq_epi64_mask(d->l0, zkb_v8_set1(5 * p & ZKB_LIMB_MASK)) |
        (unsigned)_mm512_testn_epi64_mask(xa->l0, xa->l0) |
        (unsigned)_mm512_testn_epi64_mask(xb->l0, xb->l0);
    return m != 0;
#else
    return (zkb_fqv_is_zero(*d) | zkb_fqv_is_zero(*xa) | zkb_fqv_is_zero(*xb)) != 0;
#endif
}

/* ---- Pieces of an addition ------------------------------------------------------------------ */

#ifdef ZKB_ISA_IFMA

typedef struct {
    __m512i words[8];
} rows;
typedef zkb_v8_columns product;

ZKB_VECTOR_FN rows fetch(const void *const at[8])
{
    rows r;
    zkb_v8_transpose8_in(r.words, at);
    /* cppcheck-suppress uninitvar ; filled by the transpose */
    return r;
}

ZKB_VECTOR_FN zkb_fqv rows_x(const rows *r)
{
    const zkb_fqv x = zkb_fqv_unpack_(r->words[0], r->words[1], r->words[2], r->words[3]);
    zkb_fqv_check_(x, 2);
    return x;
}

ZKB_VECTOR_FN zkb_fqv rows_y(const rows *r)
{
    const zkb_fqv y = zkb_fqv_unpack_(r->words[4], r->words[5], r->words[6], r->words[7]);
    zkb_fqv_check_(y, 2);
    return y;
}

/* 2p - y in the lanes of the mask, limbs of any sign. */
ZKB_VECTOR_FN zkb_fqv negate_lanes(zkb_fqv y, zkb_vmask mask)
{
    const zkb_fqv k = zkb_fqv_constant_(zkb_fqv_twice_p_);
    y.l0 = _mm512_mask_sub_epi64(y.l0, mask, k.l0, y.l0);
    y.l1 = _mm512_mask_sub_epi64(y.l1, mask, k.l1, y.l1);
    y.l2 = _mm512_mask_sub_epi64(y.l2, mask, k.l2, y.l2);
    y.l3 = _mm512_mask_sub_epi64(y.l3, mask, k.l3, y.l3);
    y.l4 = _mm512_mask_sub_epi64(y.l4, mask, k.l4, y.l4);
    return y;
}

/* Limbs of a factor, cut to the 52 bits that count. */
ZKB_VECTOR_FN zkb_fqv cut_factor(zkb_fqv a)
{
    const __m512i m = zkb_v8_set1(ZKB_LIMB_MASK);
    a.l0 = _mm512_and_si512(a.l0, m);
    a.l1 = _mm512_and_si512(a.l1, m);
    a.l2 = _mm512_and_si512(a.l2, m);
    a.l3 = _mm512_and_si512(a.l3, m);
    return a;
}

/* Carries limbs, signed, upwards, and leaves in place what it carried: multiply-adds read the low
 * 52 bits only. For factors, below `times` p. */
ZKB_VECTOR_FN zkb_fqv carry_factor(zkb_fqv a, uint64_t times)
{
    a.l1 = _mm512_add_epi64(a.l1, _mm512_srai_epi64(a.l0, 52));
    a.l2 = _mm512_add_epi64(a.l2, _mm512_srai_epi64(a.l1, 52));
    a.l3 = _mm512_add_epi64(a.l3, _mm512_srai_epi64(a.l2, 52));
    a.l4 = _mm512_add_epi64(a.l4, _mm512_srai_epi64(a.l3, 52));
    zkb_fqv_check_(cut_factor(a), times);
    return a;
}

/* A product of factors in two halves, so that other work can be put between them. */
ZKB_VECTOR_FN product multiply(zkb_fqv a, zkb_fqv b) { return zkb_fqv_product_(a, b); }

ZKB_VECTOR_FN zkb_fqv reduced(product c) { return carry_factor(zkb_fqv_reduce_columns_(c), 2); }

ZKB_VECTOR_FN void keep_a(addition *s, zkb_fqv xa, zkb_fqv ya, zkb_vmask negate)
{
    const zkb_fqv k = zkb_fqv_constant_(zkb_fqv_twice_p_);
    s->minus_xa = zkb_fqv_raw_sub_(zkb_fqv_raw_add_(k, k), xa);
    s->minus_ya = negate_lanes(ya, (zkb_vmask)~negate);
}

/* The denominator is above 2p and below 6p, the numerator at most 4p. */
ZKB_VECTOR_FN void keep_b(addition *s, zkb_fqv xb, zkb_fqv yb, zkb_vmask negate)
{
    s->d = zkb_fqv_carry_(zkb_fqv_raw_add_(xb, s->minus_xa));
    s->slope = carry_factor(zkb_fqv_raw_add_(negate_lanes(yb, negate), s->minus_ya), 5);
    zkb_fqv_check_(s->d, 6);
}

/* The multiple of 2^253 in columns not yet carried; the last carry may still change the top one by
 * a little, for which the tables of multiples of p have slack. */
ZKB_VECTOR_FN __m512i quotient(zkb_fqv a)
{
    return _mm512_srai_epi64(_mm512_add_epi64(a.l4, _mm512_srai_epi64(a.l3, 52)), 45);
}

/* In a special group d is no longer the difference of what lies at the places. */
static __attribute__((noinline)) zkb_fqv special_x(zkb_fqv slope, const work *w, size_t g)
{
    operands p;
    gather_group(&p, w, g);
    return zkb_fqv_reduce(zkb_fqv_sqr_sub2(slope, p.xa, p.xb));
}

/* slope^2 - x_a - x_b, where 2 (4p - x_a) - d = 4p - x_a - x_b. The square is below 1.2p, all
 * together below 5.2p and 2^256. */
ZKB_VECTOR_FN zkb_fqv sum_x(zkb_fqv slope, const batch *b, const work *w, size_t g)
{
    const addition *s = &b->groups[g];
    if (__builtin_expect(b->special[g], 0)) {
        return special_x(slope, w, g);
    }
    const zkb_fqv t = zkb_fqv_raw_sub_(zkb_fqv_raw_add_(s->minus_xa, s->minus_xa), s->d);
    const zkb_fqv c = zkb_fqv_raw_add_(zkb_fqv_reduce_columns_(zkb_fqv_square_(slope)), t);
    const zkb_fqv r =
        zkb_fqv_carry_(zkb_fqv_raw_sub_(c, zkb_fqv_multiple_(quotient(c), zkb_fqv_sum_)));
    zkb_fqv_check_(r, 2);
    return r;
}

/* slope (x_a - x) - y_a, the slope being scaled by 1/4. The other factor is 4 (x + 4p - x_a), below
 * 24p, so that the product is below (2 24 / 84.6 + 1.14) p < 1.8p; taken off -y_a, which is of
 * 0 .. 2p, it leaves what the table for differences of values below 2p expects. */
ZKB_VECTOR_FN zkb_fqv sum_y(zkb_fqv slope, zkb_fqv x, const addition *s)
{
    zkb_fqv t = zkb_fqv_raw_add_(x, s->minus_xa);
    t.l0 = _mm512_slli_epi64(t.l0, 2);
    t.l1 = _mm512_slli_epi64(t.l1, 2);
    t.l2 = _mm512_slli_epi64(t.l2, 2);
    t.l3 = _mm512_slli_epi64(t.l3, 2);
    t.l4 = _mm512_slli_epi64(t.l4, 2);
    const product u = multiply(slope, carry_factor(t, 24));
    const zkb_fqv c = zkb_fqv_raw_sub_(s->minus_ya, zkb_fqv_reduce_columns_(u));
    const zkb_fqv r =
        zkb_fqv_carry_(zkb_fqv_raw_add_(c, zkb_fqv_multiple_(quotient(c), zkb_fqv_difference_)));
    zkb_fqv_check_(r, 2);
    return r;
}

#else

typedef struct {
    zkb_fqv x, y;
} rows;
typedef zkb_fqv product;

ZKB_VECTOR_FN rows fetch(const void *const at[8])
{
    rows r;
    zkb_fqv_gather2(&r.x, &r.y, at);
    return r;
}

ZKB_VECTOR_FN zkb_fqv rows_x(const rows *r) { return r->x; }
ZKB_VECTOR_FN zkb_fqv rows_y(const rows *r) { return r->y; }

ZKB_VECTOR_FN zkb_fqv negate_lanes(zkb_fqv y, zkb_vmask mask)
{
    return mask == 0 ? y : zkb_fqv_select(mask, zkb_fqv_neg(y), y);
}

ZKB_VECTOR_FN zkb_fqv cut_factor(zkb_fqv a) { return a; }
ZKB_VECTOR_FN product multiply(zkb_fqv a, zkb_fqv b) { return zkb_fqv_mul(a, b); }
ZKB_VECTOR_FN zkb_fqv reduced(product c) { return c; }

ZKB_VECTOR_FN void keep_a(addition *s, zkb_fqv xa, zkb_fqv ya, zkb_vmask negate)
{
    s->xa = xa;
    s->ya = negate_lanes(ya, negate);
}

ZKB_VECTOR_FN void keep_b(addition *s, zkb_fqv xb, zkb_fqv yb, zkb_vmask negate)
{
    s->xb = xb;
    s->d = zkb_fqv_sub_lazy(xb, s->xa);
    s->slope = zkb_fqv_sub_lazy(negate_lanes(yb, negate), s->ya);
}

ZKB_VECTOR_FN zkb_fqv sum_x(zkb_fqv slope, const batch *b, const work *w, size_t g)
{
    (void)w;
    return zkb_fqv_sqr_sub2(slope, b->groups[g].xa, b->groups[g].xb);
}

ZKB_VECTOR_FN zkb_fqv sum_y(zkb_fqv slope, zkb_fqv x, const addition *s)
{
    return zkb_fqv_mul_sub(slope, zkb_fqv_sub_lazy(s->xa, x), s->ya);
}

#endif

/* 1/4 of the inverse (of the inverse itself in radix 2^256), lane by lane. */
static zkb_fqv invert_lanes(zkb_fqv all)
{
    zkb_fq lane[8];
    zkb_fq before[8];
    zkb_fq running;
    zkb_fq scale;
    zkb_fqv_store_raw(lane, all);
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

/* ---- The two passes ------------------------------------------------------------------------- */

/* A core looks some hundred instructions ahead, so that work waiting for nothing has to stand next
 * to work that waits: where this stands, the compiler leaves the order as it is written. */
ZKB_VECTOR_FN void keep_order(void) { __asm__ volatile("" ::: "memory"); }

/* Leaves in b what backward needs but for the inverse of the product of all denominators; returns
 * this product. Each group is gathered while the one before is multiplied. */
static zkb_fqv forward(batch *b, const work *w)
{
    addition nothing;
    addition *last = &nothing;
    zkb_fqv all = zkb_fqv_one();
    nothing.d = all;
    nothing.slope = all;
    for (size_t g = 0; g < w->groups; g++) {
        addition *s = &b->groups[g];
        const zkb_fqv before = all;
        uint32_t filled[16];
        places at;
        if (8 * (g + AHEAD + 1) <= w->count) {
            prefetch(w->points, w->codes + 16 * (g + AHEAD));
        }
        locate(&at, w->points, group_codes(filled, w->codes, w->count, g));
        const product next = multiply(before, last->d);
        keep_order();
        const rows row_a = fetch(at.a);
        keep_order();
        const zkb_fqv xa = rows_x(&row_a);
        keep_a(s, xa, rows_y(&row_a), at.negate_a);
        keep_order();
        all = reduced(next);
        keep_order();
        const rows row_b = fetch(at.b);
        keep_order();
        const product slope = multiply(before, last->slope);
        keep_order();
        const zkb_fqv xb = rows_x(&row_b);
        keep_b(s, xb, rows_y(&row_b), at.negate_b);
        b->special[g] = suspicious(&s->d, &xa, &xb);
        keep_order();
        last->slope = reduced(slope);
        keep_order();
        if (__builtin_expect(b->special[g], 0)) {
            mend_slope(s, &at);
        }
        last = s;
    }
    last->slope = reduced(multiply(all, last->slope));
    return cut_factor(reduced(multiply(all, last->d)));
}

ZKB_VECTOR_FN void deliver(zkb_g1_affine *out, const work *w, size_t g, zkb_fqv x, zkb_fqv y)
{
    zkb_g1_affine spare; /* written, never read */
    void *to[8];
    for (size_t i = 0; i < 8; i++) {
        /* cppcheck-suppress uninitvar ; its address is taken, to be written to */
        to[i] = 8 * g + i < w->count ? &out[8 * g + i] : &spare;
    }
    zkb_fqv_scatter2(to, x, y);
}

/* Four groups at a time, each at another step: none waits for another, and shuffles and stores of
 * one fill what the multiplications of the others leave. A group that does not exist has a number
 * that is not below w->groups, there being no negative ones. */
static void backward(zkb_g1_affine *out, zkb_fqv inverse, const batch *b, const work *w)
{
    zkb_fqv slope[4];
    zkb_fqv x[4];
    zkb_fqv y[4];
    for (size_t i = 0; i < w->groups + 3; i++) {
        const size_t g = w->groups - 1 - i;
        const size_t gx = g + 1;
        const size_t gy = g + 2;
        const size_t done = g + 3;
        const zkb_fqv before = inverse;
        if (g < w->groups) {
            inverse = reduced(multiply(before, b->groups[g].d));
        }
        keep_order();
        if (gx < w->groups) {
            x[gx % 4] = sum_x(slope[gx % 4], b, w, gx);
        }
        keep_order();
        if (g < w->groups) {
            slope[g % 4] = reduced(multiply(before, b->groups[g].slope));
        }
        keep_order();
        if (done < w->groups) {
            if (__builtin_expect(b->special[done], 0)) {
                mend_sum(&x[done % 4], &y[done % 4], w, done);
            }
            deliver(out, w, done, x[done % 4], y[done % 4]);
        }
        keep_order();
        if (gy < w->groups) {
            y[gy % 4] = sum_y(slope[gy % 4], x[gy % 4], &b->groups[gy]);
        }
        keep_order();
    }
}

static void ZKB_ISA(add_pairs)(zkb_g1_affine *out, const zkb_g1_affine *points,
                               const uint32_t *codes, size_t count, void *scratch)
{
    const work w = {points, codes, count, (count + 7) / 8};
    batch *b = scratch;
    assert(count > 0 && count <= ZKB_MSM_BATCH);
    backward(out, invert_lanes(forward(b, &w)), b, &w);
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
