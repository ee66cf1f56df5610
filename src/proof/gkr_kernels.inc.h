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

static void ZKB_ISA(combine)(zkb_fr_block p[32], zkb_fr_block q[32], const zkb_gkr_chunk *children)
{
    for (size_t i = 0; i < ZKB_GKR_CHUNK_BLOCKS / 2; i++) {
        zkb_frv q0, q1;
        zkb_frv_split_pairs(&q0, &q1, zkb_frv_load(&children->q[2 * i]),
                            zkb_frv_load(&children->q[2 * i + 1]));
        zkb_frv_store(&q[i], zkb_frv_mul(q0, q1));
        if (children->p == NULL) {
            const zkb_frv sum = zkb_frv_add(q0, q1);
            zkb_frv_store(&p[i], children->minus ? zkb_frv_neg(sum) : sum);
            continue;
        }
        zkb_frv p0, p1;
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

/* Numerators +-1: p0 q1 + p1 q0 + lambda q0 q1 = lambda ((q0 + t)(q1 + t) - t^2), t = +-tau. */
static void ZKB_ISA(first_round_units)(zkb_fr_block low[16], zkb_fr_block top[16],
                                       const zkb_gkr_chunk *children, const zkb_gkr_round *round)
{
    const zkb_frv tau = zkb_frv_broadcast(&round->tau);
    const zkb_frv t = children->minus ? zkb_frv_neg(tau) : tau;
    const zkb_frv unit = zkb_frv_broadcast(&round->unit);
    for (size_t i = 0; i < ZKB_GKR_CHUNK_BLOCKS / 4; i++) {
        const ZKB_ISA(quad) q = ZKB_ISA(load_quad)(&children->q[4 * i]);
        zkb_frv x, y;
        zkb_frv_mul2(&x, zkb_frv_add_lazy(q.at[0][0], t), zkb_frv_add_lazy(q.at[1][0], t), &y,
                     zkb_frv_sub_lazy(q.at[0][1], q.at[0][0]),
                     zkb_frv_sub_lazy(q.at[1][1], q.at[1][0]));
        zkb_frv_store(&low[i], zkb_frv_sub(x, unit));
        zkb_frv_store(&top[i], y);
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

/* Eight pairs of nodes to eight nodes: children b of X = 0 and 1. */
static inline void ZKB_ISA(bind_units)(zkb_frv a[2], zkb_frv q[2], const zkb_fr_block *in,
                                       zkb_frv s, zkb_frv lambda, zkb_frv unit)
{
    const ZKB_ISA(quad) x = ZKB_ISA(load_quad)(in);
    q[0] = ZKB_ISA(between)(x.at[0][0], x.at[0][1], s);
    q[1] = ZKB_ISA(between)(x.at[1][0], x.at[1][1], s);
    a[0] = zkb_frv_reduce(zkb_frv_mul_add(q[0], lambda, unit));
    a[1] = unit;
}

static inline void ZKB_ISA(bind_any)(zkb_frv a[2], zkb_frv q[2], const zkb_fr_block *p_in,
                                     const zkb_fr_block *q_in, zkb_frv s, zkb_frv lambda)
{
    const ZKB_ISA(quad) x = ZKB_ISA(load_quad)(q_in);
    const ZKB_ISA(quad) y = ZKB_ISA(load_quad)(p_in);
    q[0] = ZKB_ISA(between)(x.at[0][0], x.at[0][1], s);
    q[1] = ZKB_ISA(between)(x.at[1][0], x.at[1][1], s);
    a[0] = ZKB_ISA(between)(y.at[0][0], y.at[0][1], s);
    a[1] = ZKB_ISA(between)(y.at[1][0], y.at[1][1], s);
    a[0] = zkb_frv_reduce(zkb_frv_mul_add(q[0], lambda, a[0]));
}

static void ZKB_ISA(first_bind)(zkb_gkr_slab *out, const zkb_gkr_chunk *children, const zkb_fr *s,
                                const zkb_fr *lambda)
{
    const zkb_frv vs = zkb_frv_broadcast(s);
    const zkb_frv vl = zkb_frv_broadcast(lambda);
    const zkb_frv one = zkb_frv_one();
    const zkb_frv unit = children->minus ? zkb_frv_neg(one) : one;
    for (size_t i = 0; i < ZKB_GKR_SLAB_BLOCKS; i++) {
        zkb_frv a[2];
        zkb_frv q[2];
        if (children->p == NULL) {
            ZKB_ISA(bind_units)(a, q, &children->q[4 * i], vs, vl, unit);
        } else {
            ZKB_ISA(bind_any)(a, q, &children->p[4 * i], &children->q[4 * i], vs, vl);
        }
        for (int b = 0; b < 2; b++) {
            zkb_frv_store(&out->a[b][i], a[b]);
            zkb_frv_store(&out->q[b][i], q[b]);
        }
    }
}

static void ZKB_ISA(round)(zkb_fr_block sums[2], const zkb_gkr_slab *slab, const zkb_fr_block eq[8],
                           const zkb_fr *weight, const zkb_gkr_round *round)
{
    zkb_fr_block low[8];
    zkb_fr_block top[8];
    const zkb_frv constant = zkb_frv_broadcast(&round->constant);
    for (size_t i = 0; i < ZKB_GKR_SLAB_BLOCKS / 2; i++) {
        zkb_frv a[2][2]; /* [b][X] */
        zkb_frv q[2][2];
        for (int b = 0; b < 2; b++) {
            zkb_frv_split_pairs(&a[b][0], &a[b][1], zkb_frv_load(&slab->a[b][2 * i]),
                                zkb_frv_load(&slab->a[b][2 * i + 1]));
            zkb_frv_split_pairs(&q[b][0], &q[b][1], zkb_frv_load(&slab->q[b][2 * i]),
                                zkb_frv_load(&slab->q[b][2 * i + 1]));
        }
        zkb_frv_store(&low[i],
                      zkb_frv_sub(ZKB_ISA(dot)(a[0][0], q[1][0], a[1][0], q[0][0]), constant));
        zkb_frv_store(&top[i], ZKB_ISA(dot)(zkb_frv_sub_lazy(a[0][1], a[0][0]),
                                            zkb_frv_sub_lazy(q[1][1], q[1][0]),
                                            zkb_frv_sub_lazy(a[1][1], a[1][0]),
                                            zkb_frv_sub_lazy(q[0][1], q[0][0])));
    }
    const zkb_frv scale = zkb_frv_broadcast(weight);
    ZKB_ISA(weigh)(&sums[0], low, eq, 8, scale);
    ZKB_ISA(weigh)(&sums[1], top, eq, 8, scale);
}

static void ZKB_ISA(bind_array)(zkb_fr_block *out, const zkb_fr_block *in, zkb_frv s)
{
    for (size_t i = 0; i < ZKB_GKR_SLAB_BLOCKS / 2; i++) {
        zkb_frv low, high;
        zkb_frv_split_pairs(&low, &high, zkb_frv_load(&in[2 * i]), zkb_frv_load(&in[2 * i + 1]));
        zkb_frv_store(&out[i], ZKB_ISA(between)(low, high, s));
    }
}

static void ZKB_ISA(bind)(zkb_gkr_slab *out, unsigned half, const zkb_gkr_slab *in, const zkb_fr *s)
{
    const zkb_frv vs = zkb_frv_broadcast(s);
    const size_t at = (size_t)half * (ZKB_GKR_SLAB_BLOCKS / 2);
    for (int b = 0; b < 2; b++) {
        ZKB_ISA(bind_array)(&out->a[b][at], in->a[b], vs);
        ZKB_ISA(bind_array)(&out->q[b][at], in->q[b], vs);
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
