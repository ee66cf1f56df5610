/* The kernels of gkr_kernels.h. Products of children are wide sums; a value written as a
 * difference is lazy (below 4p). A wide sum with weights is done in a loop of its own, so that its
 * twenty columns stay in registers. */
#include "field/vector_inline.h"
#include "proof/gkr_kernels.h"

/* a·b + c·d */

static inline zkb_frv ZKB_ISA(dot)(zkb_frv a, zkb_frv b, zkb_frv c, zkb_frv d)
{
    zkb_frw w = zkb_frw_zero();
    zkb_frw_mac(&w, a, b);
    zkb_frw_mac(&w, c, d);
    return zkb_frw_reduce(w);
}

static inline zkb_frv ZKB_ISA(between)(zkb_frv low, zkb_frv high, zkb_frv s)
{
    return zkb_frv_reduce(zkb_frv_mul_add(zkb_frv_sub_lazy(high, low), s, low));
}

/* Asks for blocks that are read soon, in this chunk or the next, which follows in memory: levels
 * pass through no cache, and the core's own prefetching ends with each page. */
static inline void ZKB_ISA(ask_ahead)(const zkb_fr_block *in, size_t count)
{
    enum { AHEAD = 16, LINE = 64 };
    const char *at = (const char *)(in + AHEAD);
    for (size_t i = 0; i < count * sizeof *in; i += LINE) {
        __builtin_prefetch(at + i, 0, 2);
    }
}

static void ZKB_ISA(combine)(zkb_fr_block p[32], zkb_fr_block q[32], const zkb_gkr_chunk *children)
{
    for (size_t i = 0; i < ZKB_GKR_CHUNK_BLOCKS / 2; i++) {
        zkb_frv q0, q1;
        ZKB_ISA(ask_ahead)(&children->q[2 * i], 2);
        zkb_frv_split_pairs(&q0, &q1, zkb_frv_load(&children->q[2 * i]),
                            zkb_frv_load(&children->q[2 * i + 1]));
        zkb_frv_store(&q[i], zkb_frv_mul(q0, q1));
        if (children->p == NULL) {
            const zkb_frv sum = zkb_frv_add(q0, q1);
            zkb_frv_store(&p[i], children->minus ? zkb_frv_neg(sum) : sum);
            continue;
        }
        zkb_frv p0, p1;
        ZKB_ISA(ask_ahead)(&children->p[2 * i], 2);
        zkb_frv_split_pairs(&p0, &p1, zkb_frv_load(&children->p[2 * i]),
                            zkb_frv_load(&children->p[2 * i + 1]));
        zkb_frv_store(&p[i], ZKB_ISA(dot)(p0, q1, p1, q0));
    }
}

/* Children 4x + 2X + b of eight pairs of nodes. */
typedef struct ZKB_ISA(quad) {
    zkb_frv at[2][2]; /* [b][X] */
} ZKB_ISA(quad);

static inline ZKB_ISA(quad) ZKB_ISA(load_quad)(const zkb_fr_block *in)
{
    ZKB_ISA(quad) r;
    zkb_frv e0, o0, e1, o1;
    ZKB_ISA(ask_ahead)(in, 4);
    zkb_frv_split_pairs(&e0, &o0, zkb_frv_load(&in[0]), zkb_frv_load(&in[1]));
    zkb_frv_split_pairs(&e1, &o1, zkb_frv_load(&in[2]), zkb_frv_load(&in[3]));
    zkb_frv_split_pairs(&r.at[0][0], &r.at[0][1], e0, e1);
    zkb_frv_split_pairs(&r.at[1][0], &r.at[1][1], o0, o1);
    return r;
}

/* sum += weight·sum_i eq[i]·terms[i] */
static void ZKB_ISA(weigh)(zkb_fr_block *sum, const zkb_fr_block *terms, const zkb_fr_block *eq,
                           size_t count, zkb_frv weight)
{
    zkb_frw w = zkb_frw_zero();
    for (size_t i = 0; i < count; i++) {
        zkb_frw_mac(&w, zkb_frv_load(&terms[i]), zkb_frv_load(&eq[i]));
    }
    const zkb_frv t = zkb_frw_reduce(w);
    zkb_frv_store(sum, zkb_frv_reduce(zkb_frv_mul_add(t, weight, zkb_frv_load(sum))));
}

/* Numerators +-1: p0 q1 + p1 q0 + lambda q0 q1 = lambda ((q0 + t)(q1 + t) - t^2), t = +-tau. The
 * term at X = 0 less the constant's, and the coefficient of X^2, both over lambda. q: [b][X]. */
static inline void ZKB_ISA(unit_term)(zkb_fr_block *low, zkb_fr_block *top, zkb_frv q[2][2],
                                      zkb_frv t, zkb_frv unit)
{
    zkb_frv x, y;
    zkb_frv_mul2(&x, zkb_frv_add_lazy(q[0][0], t), zkb_frv_add_lazy(q[1][0], t), &y,
                 zkb_frv_sub_lazy(q[0][1], q[0][0]), zkb_frv_sub_lazy(q[1][1], q[1][0]));
    zkb_frv_store(low, zkb_frv_sub(x, unit));
    zkb_frv_store(top, y);
}

static inline zkb_frv ZKB_ISA(unit_shift)(const zkb_gkr_round *round, bool minus)
{
    const zkb_frv tau = zkb_frv_broadcast(&round->tau);
    return minus ? zkb_frv_neg(tau) : tau;
}

static void ZKB_ISA(first_round_units)(zkb_fr_block low[16], zkb_fr_block top[16],
                                       const zkb_gkr_chunk *children, const zkb_gkr_round *round)
{
    const zkb_frv t = ZKB_ISA(unit_shift)(round, children->minus);
    const zkb_frv unit = zkb_frv_broadcast(&round->unit);
    for (size_t i = 0; i < ZKB_GKR_CHUNK_BLOCKS / 4; i++) {
        ZKB_ISA(quad) q = ZKB_ISA(load_quad)(&children->q[4 * i]);
        ZKB_ISA(unit_term)(&low[i], &top[i], q.at, t, unit);
    }
}

static void ZKB_ISA(first_round_any)(zkb_fr_block low[16], zkb_fr_block top[16],
                                     const zkb_gkr_chunk *children, const zkb_gkr_round *round)
{
    const zkb_frv lambda = zkb_frv_broadcast(&round->lambda);
    const zkb_frv constant = zkb_frv_broadcast(&round->constant);
    for (size_t i = 0; i < ZKB_GKR_CHUNK_BLOCKS / 4; i++) {
        const ZKB_ISA(quad) q = ZKB_ISA(load_quad)(&children->q[4 * i]);
        const ZKB_ISA(quad) p = ZKB_ISA(load_quad)(&children->p[4 * i]);
        const zkb_frv a0 = zkb_frv_mul_add(q.at[0][0], lambda, p.at[0][0]);
        zkb_frv_store(&low[i],
                      zkb_frv_sub(ZKB_ISA(dot)(a0, q.at[1][0], p.at[1][0], q.at[0][0]), constant));
        const zkb_frv dq0 = zkb_frv_sub_lazy(q.at[0][1], q.at[0][0]);
        const zkb_frv dq1 = zkb_frv_sub_lazy(q.at[1][1], q.at[1][0]);
        const zkb_frv dp0 = zkb_frv_sub_lazy(p.at[0][1], p.at[0][0]);
        const zkb_frv dp1 = zkb_frv_sub_lazy(p.at[1][1], p.at[1][0]);
        zkb_frv_store(&top[i], ZKB_ISA(dot)(zkb_frv_mul_add(dq0, lambda, dp0), dq1, dp1, dq0));
    }
}

static void ZKB_ISA(first_round)(zkb_fr_block sums[2], const zkb_gkr_chunk *children,
                                 const zkb_fr_block eq[16], const zkb_fr *weight,
                                 const zkb_gkr_round *round)
{
    zkb_fr_block low[16];
    zkb_fr_block top[16];
    zkb_frv scale = zkb_frv_broadcast(weight);
    if (children->p == NULL) {
        ZKB_ISA(first_round_units)(low, top, children, round);
        scale = zkb_frv_mul(scale, zkb_frv_broadcast(&round->lambda));
    } else {
        ZKB_ISA(first_round_any)(low, top, children, round);
    }
    ZKB_ISA(weigh)(&sums[0], low, eq, 16, scale);
    ZKB_ISA(weigh)(&sums[1], top, eq, 16, scale);
}

/* Eight pairs of nodes to eight nodes, one value of each child. */
static inline void ZKB_ISA(bind_quad)(zkb_frv out[2], const zkb_fr_block *in, zkb_frv s)
{
    const ZKB_ISA(quad) x = ZKB_ISA(load_quad)(in);
    out[0] = ZKB_ISA(between)(x.at[0][0], x.at[0][1], s);
    out[1] = ZKB_ISA(between)(x.at[1][0], x.at[1][1], s);
}

static void ZKB_ISA(first_bind)(const zkb_gkr_slab *out, const zkb_gkr_chunk *children,
                                const zkb_fr *s, const zkb_fr *lambda)
{
    const zkb_frv vs = zkb_frv_broadcast(s);
    const zkb_frv vl = zkb_frv_broadcast(lambda);
    for (size_t i = 0; i < ZKB_GKR_SLAB_BLOCKS; i++) {
        zkb_frv q[2];
        ZKB_ISA(bind_quad)(q, &children->q[4 * i], vs);
        zkb_frv_store(&out->q->at[0][i], q[0]);
        zkb_frv_store(&out->q->at[1][i], q[1]);
        if (children->p != NULL) {
            zkb_frv p[2];
            ZKB_ISA(bind_quad)(p, &children->p[4 * i], vs);
            zkb_frv_store(&out->a->at[0][i], zkb_frv_reduce(zkb_frv_mul_add(q[0], vl, p[0])));
            zkb_frv_store(&out->a->at[1][i], p[1]);
        }
    }
}

/* Values of the two children at X = 0 and 1, of eight pairs of nodes. */
static inline void ZKB_ISA(load_pairs)(zkb_frv out[2][2], const zkb_gkr_pair *in, size_t i)
{
    for (int b = 0; b < 2; b++) {
        zkb_frv_split_pairs(&out[b][0], &out[b][1], zkb_frv_load(&in->at[b][2 * i]),
                            zkb_frv_load(&in->at[b][2 * i + 1]));
    }
}

static void ZKB_ISA(round_units)(zkb_fr_block low[8], zkb_fr_block top[8], const zkb_gkr_slab *slab,
                                 const zkb_gkr_round *round)
{
    const zkb_frv t = ZKB_ISA(unit_shift)(round, slab->minus);
    const zkb_frv unit = zkb_frv_broadcast(&round->unit);
    for (size_t i = 0; i < ZKB_GKR_SLAB_BLOCKS / 2; i++) {
        zkb_frv q[2][2];
        ZKB_ISA(load_pairs)(q, slab->q, i);
        ZKB_ISA(unit_term)(&low[i], &top[i], q, t, unit);
    }
}

static void ZKB_ISA(round_any)(zkb_fr_block low[8], zkb_fr_block top[8], const zkb_gkr_slab *slab,
                               const zkb_gkr_round *round)
{
    const zkb_frv constant = zkb_frv_broadcast(&round->constant);
    for (size_t i = 0; i < ZKB_GKR_SLAB_BLOCKS / 2; i++) {
        zkb_frv a[2][2];
        zkb_frv q[2][2];
        ZKB_ISA(load_pairs)(a, slab->a, i);
        ZKB_ISA(load_pairs)(q, slab->q, i);
        zkb_frv_store(&low[i],
                      zkb_frv_sub(ZKB_ISA(dot)(a[0][0], q[1][0], a[1][0], q[0][0]), constant));
        zkb_frv_store(&top[i], ZKB_ISA(dot)(zkb_frv_sub_lazy(a[0][1], a[0][0]),
                                            zkb_frv_sub_lazy(q[1][1], q[1][0]),
                                            zkb_frv_sub_lazy(a[1][1], a[1][0]),
                                            zkb_frv_sub_lazy(q[0][1], q[0][0])));
    }
}

static void ZKB_ISA(round)(zkb_fr_block sums[2], const zkb_gkr_slab *slab, const zkb_fr_block eq[8],
                           const zkb_fr *weight, const zkb_gkr_round *round)
{
    zkb_fr_block low[8];
    zkb_fr_block top[8];
    zkb_frv scale = zkb_frv_broadcast(weight);
    if (slab->a == NULL) {
        ZKB_ISA(round_units)(low, top, slab, round);
        scale = zkb_frv_mul(scale, zkb_frv_broadcast(&round->lambda));
    } else {
        ZKB_ISA(round_any)(low, top, slab, round);
    }
    ZKB_ISA(weigh)(&sums[0], low, eq, 8, scale);
    ZKB_ISA(weigh)(&sums[1], top, eq, 8, scale);
}

static void ZKB_ISA(bind_array)(zkb_fr_block *out, const zkb_fr_block *in, zkb_frv s)
{
    for (size_t i = 0; i < ZKB_GKR_SLAB_BLOCKS / 2; i++) {
        zkb_frv low, high;
        ZKB_ISA(ask_ahead)(&in[2 * i], 2);
        zkb_frv_split_pairs(&low, &high, zkb_frv_load(&in[2 * i]), zkb_frv_load(&in[2 * i + 1]));
        zkb_frv_store(&out[i], ZKB_ISA(between)(low, high, s));
    }
}

/* a0 = lambda q0 +- 1, a1 = +- 1 */
static void ZKB_ISA(write_units)(zkb_fr_block *a0, zkb_fr_block *a1, const zkb_fr_block *q0,
                                 bool minus, const zkb_fr *lambda)
{
    const zkb_frv vl = zkb_frv_broadcast(lambda);
    const zkb_frv one = zkb_frv_one();
    const zkb_frv unit = minus ? zkb_frv_neg(one) : one;
    for (size_t i = 0; i < ZKB_GKR_SLAB_BLOCKS / 2; i++) {
        zkb_frv_store(&a0[i], zkb_frv_reduce(zkb_frv_mul_add(zkb_frv_load(&q0[i]), vl, unit)));
        zkb_frv_store(&a1[i], unit);
    }
}

static void ZKB_ISA(bind)(const zkb_gkr_slab *out, unsigned half, const zkb_gkr_slab *in,
                          const zkb_fr *s, const zkb_fr *lambda)
{
    const zkb_frv vs = zkb_frv_broadcast(s);
    const size_t at = (size_t)half * (ZKB_GKR_SLAB_BLOCKS / 2);
    for (int b = 0; b < 2; b++) {
        ZKB_ISA(bind_array)(&out->q->at[b][at], in->q->at[b], vs);
        if (in->a != NULL) {
            ZKB_ISA(bind_array)(&out->a->at[b][at], in->a->at[b], vs);
        }
    }
    if (in->a == NULL && out->a != NULL) {
        ZKB_ISA(write_units)(&out->a->at[0][at], &out->a->at[1][at], &out->q->at[0][at], in->minus,
                             lambda);
    }
}

static void ZKB_ISA(fill)(zkb_fr_block *out, const zkb_fr *value, size_t count)
{
    const zkb_frv v = zkb_frv_broadcast(value);
    for (size_t i = 0; i < count; i++) {
        zkb_frv_store(&out[i], v);
    }
}

const zkb_gkr_kernels ZKB_ISA(zkb_gkr_kernels) = {
    .backend = ZKB_ISA_NAME,
    .combine = ZKB_ISA(combine),
    .first_round = ZKB_ISA(first_round),
    .first_bind = ZKB_ISA(first_bind),
    .round = ZKB_ISA(round),
    .bind = ZKB_ISA(bind),
    .fill = ZKB_ISA(fill),
};
