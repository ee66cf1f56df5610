/* The sumchecks of the fraction tree.
 *
 * Layer k turns a claim c = p + lambda q about the extensions of level k at a point xi into claims
 * about level k + 1:
 *     c = sum_x eq(xi, x) T(x),  T = p0 q1 + p1 q0 + lambda q0 q1 = a0 q1 + a1 q0,
 * a0 = p0 + lambda q0, a1 = p1, where p_b, q_b are children 2x + b. Round j binds variable j of x,
 * the lowest left, so a table's padding rows stay together. The round polynomial without its eq
 * factor is g(X) = sum_x eq(xi_{>j}, x) T(.., X, x): quadratic, and c = (1 - xi_j) g(0) + xi_j
 * g(1). So g(0) and the coefficient of X^2 are summed up and the rest follows from c.
 *
 * Nodes whose children are both (0, A) have T = lambda A^2 in every round. That constant is taken
 * out of T and of c, and such nodes are then never visited.
 *
 * Levels of more than 2^ZKB_GKR_SCALAR nodes go through the kernels: chunks of children in round 0,
 * then slabs of nodes, halving, until one slab is left; the rest is scalar. */
#include "base/parallel.h"
#include "poly/eq.h"
#include "proof/gkr_tree.h"

#include <string.h>

/* One layer's sumcheck. */
typedef struct layer {
    zkb_prover *prover;
    unsigned k;
    zkb_fr *point;       /* xi on the way in, the children's point on the way out */
    zkb_fr lambda, p, q; /* the claim; p and q are those of the children on the way out */
    zkb_fr s[ZKB_MAX_LOG_LEAVES];
} layer;

static void between(zkb_fr *out, const zkb_fr *a, const zkb_fr *b, const zkb_fr *x)
{
    zkb_fr d;
    zkb_fr_sub(&d, b, a);
    zkb_fr_mul(&d, &d, x);
    zkb_fr_add(out, a, &d);
}

/* Sends the four values at the end and moves the claim to the children. */
static void finish_layer(layer *l, const zkb_fr ends[4])
{
    zkb_fr mu;
    zkb_prover_send(l->prover, ends, 4);
    zkb_transcript_challenge(&mu, &l->prover->transcript);
    between(&l->p, &ends[0], &ends[1], &mu);
    between(&l->q, &ends[2], &ends[3], &mu);
    l->point[0] = mu;
    memcpy(l->point + 1, l->s, l->k * sizeof l->s[0]);
}

/* ---- Scalar rounds -------------------------------------------------------------------------- */

/* The children of nodes, each array of 2^(k - j) values. */
typedef struct nodes {
    zkb_fr *a[2], *q[2];
} nodes;

/* a[0] q[1] + a[1] q[0] */
static void node_term(zkb_fr *out, const zkb_fr a[2], const zkb_fr q[2])
{
    zkb_fr t;
    zkb_fr_mul(out, &a[0], &q[1]);
    zkb_fr_mul(&t, &a[1], &q[0]);
    zkb_fr_add(out, out, &t);
}

/* g at 0, at 1, and its leading coefficient. */
static void round_sums(zkb_fr sums[3], const nodes *n, size_t pairs, const zkb_fr *eq)
{
    memset(sums, 0, 3 * sizeof sums[0]);
    for (size_t x = 0; x < pairs; x++) {
        zkb_fr a[3][2], q[3][2];
        for (int b = 0; b < 2; b++) {
            for (int i = 0; i < 2; i++) {
                a[i][b] = n->a[b][2 * x + (size_t)i];
                q[i][b] = n->q[b][2 * x + (size_t)i];
            }
            zkb_fr_sub(&a[2][b], &a[1][b], &a[0][b]);
            zkb_fr_sub(&q[2][b], &q[1][b], &q[0][b]);
        }
        for (int i = 0; i < 3; i++) {
            zkb_fr t;
            node_term(&t, a[i], q[i]);
            zkb_fr_mul(&t, &t, &eq[x]);
            zkb_fr_add(&sums[i], &sums[i], &t);
        }
    }
}

static void bind_nodes(const nodes *n, size_t pairs, const zkb_fr *s)
{
    for (size_t x = 0; x < pairs; x++) {
        for (int b = 0; b < 2; b++) {
            between(&n->a[b][x], &n->a[b][2 * x], &n->a[b][2 * x + 1], s);
            between(&n->q[b][x], &n->q[b][2 * x], &n->q[b][2 * x + 1], s);
        }
    }
}

/* Rounds first..k-1, 2^(k - first) nodes, and the end of the layer. eq: scratch of half as many. */
static void scalar_rounds(layer *l, const nodes *n, unsigned first, zkb_fr *eq)
{
    for (unsigned j = first; j < l->k; j++) {
        const size_t pairs = (size_t)1 << (l->k - 1 - j);
        zkb_fr sums[3], sent[2];
        zkb_eq_table(eq, l->point + j + 1, l->k - 1 - j);
        round_sums(sums, n, pairs, eq);
        zkb_fr_sub(&sent[0], &sums[1], &sums[0]);
        zkb_fr_sub(&sent[0], &sent[0], &sums[2]);
        sent[1] = sums[2];
        zkb_prover_send(l->prover, sent, 2);
        zkb_transcript_challenge(&l->s[j], &l->prover->transcript);
        bind_nodes(n, pairs, &l->s[j]);
    }
    zkb_fr t;
    zkb_fr_mul(&t, &l->lambda, &n->q[0][0]);
    zkb_fr_sub(&t, &n->a[0][0], &t);
    const zkb_fr ends[4] = {t, n->a[1][0], n->q[0][0], n->q[1][0]};
    finish_layer(l, ends);
}

static zkb_status alloc_nodes(nodes *n, zkb_fr **eq, zkb_prover *prover, size_t count,
                              zkb_error *error)
{
    void *memory;
    for (int b = 0; b < 2; b++) {
        ZKB_TRY(zkb_prover_alloc(&memory, prover, count, sizeof(zkb_fr), error));
        n->a[b] = memory;
        ZKB_TRY(zkb_prover_alloc(&memory, prover, count, sizeof(zkb_fr), error));
        n->q[b] = memory;
    }
    ZKB_TRY(zkb_prover_alloc(&memory, prover, count, sizeof(zkb_fr), error));
    *eq = memory;
    return ZKB_OK;
}

/* A layer whose children are plain arrays. */
static zkb_status scalar_layer(layer *l, const zkb_gkr_tree *tree, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(l->prover->arena);
    const size_t count = (size_t)1 << l->k;
    const zkb_fr *p = tree->p[l->k + 1];
    const zkb_fr *q = tree->q[l->k + 1];
    nodes n;
    zkb_fr *eq;
    ZKB_TRY(alloc_nodes(&n, &eq, l->prover, count, error));
    for (size_t x = 0; x < count; x++) {
        zkb_fr_mul(&n.a[0][x], &l->lambda, &q[2 * x]);
        zkb_fr_add(&n.a[0][x], &n.a[0][x], &p[2 * x]);
        n.a[1][x] = p[2 * x + 1];
        n.q[0][x] = q[2 * x];
        n.q[1][x] = q[2 * x + 1];
    }
    scalar_rounds(l, &n, 0, eq);
    zkb_arena_release(l->prover->arena, mark);
    return ZKB_OK;
}

/* ---- Rounds over chunks and slabs ----------------------------------------------------------- */

/* Where the slabs of a round are kept, their numerators only where they are not units. */
typedef struct slab_list {
    zkb_gkr_slot *slots; /* of each slab; ABSENT: all its nodes have the constant's term */
    zkb_gkr_pair *a, *q;
    uint32_t a_count, q_count;
} slab_list;

static zkb_gkr_slab slab_at(const slab_list *list, size_t c)
{
    const zkb_gkr_slot slot = list->slots[c];
    return (zkb_gkr_slab){.a = zkb_gkr_is_unit(slot.p) ? NULL : list->a + slot.p,
                          .q = list->q + slot.q,
                          .minus = slot.p == ZKB_GKR_MINUS};
}

/* A round in progress: tasks are chunks of children or slabs to be made. */
typedef struct round_context {
    const zkb_gkr_kernels *kernels;
    const zkb_gkr_level *children;
    const slab_list *in;
    const slab_list *out;
    size_t count;            /* chunks of children, or slabs to be made */
    const zkb_fr *s;         /* the challenge of the round before */
    const zkb_fr *weights;   /* eq of the variables above a chunk's or slab's */
    zkb_fr_block eq[16];     /* eq of those below */
    zkb_fr_block (*sums)[2]; /* of each thread */
    zkb_gkr_round round;
} round_context;

enum { TASK = 8 }; /* chunks or slabs handed out at a time */

static void first_round_task(void *context, size_t task, unsigned thread)
{
    const round_context *x = context;
    const size_t end = (task + 1) * TASK < x->count ? (task + 1) * TASK : x->count;
    zkb_gkr_room room;
    for (size_t c = task * TASK; c < end; c++) {
        if (x->children->slots[c].q != ZKB_GKR_ABSENT) {
            const zkb_gkr_chunk chunk = zkb_gkr_level_chunk(x->children, c, &room);
            x->kernels->first_round(x->sums[thread], &chunk, x->eq, &x->weights[c], &x->round);
        }
    }
}

static void second_round_task(void *context, size_t task, unsigned thread)
{
    const round_context *x = context;
    const size_t end = (task + 1) * TASK < x->count ? (task + 1) * TASK : x->count;
    zkb_gkr_room room;
    for (size_t c = task * TASK; c < end; c++) {
        if (x->out->slots[c].q != ZKB_GKR_ABSENT) {
            const zkb_gkr_chunk chunk = zkb_gkr_level_chunk(x->children, c, &room);
            const zkb_gkr_slab slab = slab_at(x->out, c);
            x->kernels->first_bind(&slab, &chunk, x->s, &x->round.lambda);
            x->kernels->round(x->sums[thread], &slab, x->eq, &x->weights[c], &x->round);
        }
    }
}

/* The children of a node without active rows: (0, A) both. Such a slab is not one of units. */
static void fill_half(const round_context *x, const zkb_gkr_slab *slab, unsigned half)
{
    const size_t count = ZKB_GKR_SLAB_BLOCKS / 2;
    const size_t at = half * count;
    const zkb_fr zero = ZKB_FR_ZERO;
    zkb_fr a0;
    zkb_fr_mul(&a0, &x->round.lambda, &x->children->constant);
    x->kernels->fill(&slab->a->at[0][at], &a0, count);
    x->kernels->fill(&slab->a->at[1][at], &zero, count);
    x->kernels->fill(&slab->q->at[0][at], &x->children->constant, count);
    x->kernels->fill(&slab->q->at[1][at], &x->children->constant, count);
}

static void later_round_task(void *context, size_t task, unsigned thread)
{
    const round_context *x = context;
    const size_t end = (task + 1) * TASK < x->count ? (task + 1) * TASK : x->count;
    for (size_t c = task * TASK; c < end; c++) {
        if (x->out->slots[c].q == ZKB_GKR_ABSENT) {
            continue;
        }
        const zkb_gkr_slab slab = slab_at(x->out, c);
        for (unsigned half = 0; half < 2; half++) {
            if (x->in->slots[2 * c + half].q == ZKB_GKR_ABSENT) {
                fill_half(x, &slab, half);
            } else {
                const zkb_gkr_slab in = slab_at(x->in, 2 * c + half);
                x->kernels->bind(&slab, half, &in, x->s, &x->round.lambda);
            }
        }
        x->kernels->round(x->sums[thread], &slab, x->eq, &x->weights[c], &x->round);
    }
}

/* What a layer's rounds work in. */
typedef struct workspace {
    slab_list slabs[2];
    zkb_fr *weights;
    zkb_fr_block (*sums)[2];
    zkb_fr inverse[ZKB_MAX_LOG_LEAVES]; /* of the point's coordinates */
} workspace;

/* Sums up g(0) and the leading coefficient over all tasks, sends the round and moves the claim.
 * claim: without the constant. */
static zkb_status run_round(layer *l, round_context *x, const workspace *w, zkb_parallel_body body,
                            unsigned j, zkb_fr *claim, zkb_error *error)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    const unsigned low = j == 0 ? 7 : 6; /* variables of eq within a chunk or slab */
    zkb_fr eq[128];
    zkb_fr g0 = ZKB_FR_ZERO;
    zkb_fr sent[2] = {ZKB_FR_ZERO, ZKB_FR_ZERO};
    zkb_fr t;
    zkb_eq_table(eq, l->point + j + 1, low);
    k->from_scalars(x->eq, eq, (size_t)1 << low);
    zkb_eq_table(w->weights, l->point + j + 1 + low, l->k - j - 1 - low);
    x->weights = w->weights;
    memset(w->sums, 0, l->prover->threads * sizeof w->sums[0]);
    const size_t tasks = (x->count + TASK - 1) / TASK;
    ZKB_TRY(zkb_parallel_for_unless(l->prover->arena->cancel, tasks,
                                    zkb_prover_threads(l->prover->threads, tasks), body, x, error));
    for (unsigned i = 0; i < l->prover->threads; i++) {
        t = k->sum(&w->sums[i][0], 8);
        zkb_fr_add(&g0, &g0, &t);
        t = k->sum(&w->sums[i][1], 8);
        zkb_fr_add(&sent[1], &sent[1], &t);
    }
    /* xi (g(1) - g(0)) = c - g(0) */
    zkb_fr_sub(&t, claim, &g0);
    zkb_fr_mul(&t, &t, &w->inverse[j]);
    zkb_fr_sub(&sent[0], &t, &sent[1]);
    zkb_prover_send(l->prover, sent, 2);
    zkb_transcript_challenge(&l->s[j], &l->prover->transcript);
    zkb_fr_mul(&t, &sent[1], &l->s[j]);
    zkb_fr_add(&t, &t, &sent[0]);
    zkb_fr_mul(&t, &t, &l->s[j]);
    zkb_fr_add(claim, &g0, &t);
    return ZKB_OK;
}

/* Gives a slot to each slab to be made that has a part which is not constant. */
static void assign_slots(slab_list *out, size_t count, const slab_list *in)
{
    out->a_count = 0;
    out->q_count = 0;
    for (size_t c = 0; c < count; c++) {
        const zkb_gkr_slot low = in->slots[2 * c];
        const zkb_gkr_slot high = in->slots[2 * c + 1];
        zkb_gkr_slot *slot = &out->slots[c];
        *slot = (zkb_gkr_slot){ZKB_GKR_ABSENT, ZKB_GKR_ABSENT};
        if (low.q == ZKB_GKR_ABSENT && high.q == ZKB_GKR_ABSENT) {
            continue;
        }
        slot->q = out->q_count++;
        slot->p = zkb_gkr_is_unit(low.p) && low.p == high.p ? low.p : out->a_count++;
    }
}

/* The first slabs: one for each chunk of children. */
static void first_slots(slab_list *out, const zkb_gkr_level *children)
{
    for (size_t c = 0; c < children->chunks; c++) {
        zkb_gkr_slot *slot = &out->slots[c];
        *slot = children->slots[c];
        if (slot->q != ZKB_GKR_ABSENT) {
            slot->q = out->q_count++;
            slot->p = zkb_gkr_is_unit(slot->p) ? slot->p : out->a_count++;
        }
    }
}

/* The most numerators that a list of any round has, over all rounds: those of units have to be
 * written out once they meet others. `scratch` is used and left as found. */
static uint32_t most_numerators(unsigned parity, slab_list *first, slab_list *scratch, size_t count)
{
    uint32_t most = parity == 0 ? first->a_count : 0;
    const slab_list *in = first;
    for (unsigned round = 1; count > 1; round++) {
        count /= 2;
        assign_slots(scratch, count, in);
        in = scratch; /* in place: slot c is written after 2c and 2c + 1 are read */
        if (round % 2 == parity && scratch->a_count > most) {
            most = scratch->a_count;
        }
    }
    return most;
}

static zkb_status alloc_slabs(slab_list *list, zkb_prover *prover, uint32_t a_count,
                              uint32_t q_count, zkb_error *error)
{
    void *memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, (size_t)a_count + 1, sizeof(zkb_gkr_pair), error));
    list->a = memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, (size_t)q_count + 1, sizeof(zkb_gkr_pair), error));
    list->q = memory;
    return ZKB_OK;
}

static zkb_status alloc_workspace(workspace *w, const layer *l, const zkb_gkr_level *children,
                                  zkb_error *error)
{
    zkb_prover *prover = l->prover;
    zkb_fr scratch[ZKB_MAX_LOG_LEAVES];
    void *memory;
    *w = (workspace){0};
    for (int i = 0; i < 2; i++) {
        ZKB_TRY(zkb_prover_alloc(&memory, prover, children->chunks, sizeof(zkb_gkr_slot), error));
        w->slabs[i].slots = memory;
    }
    first_slots(&w->slabs[0], children);
    const size_t half = (children->chunks + 1) / 2;
    const uint32_t present = w->slabs[0].q_count;
    for (unsigned i = 0; i < 2; i++) {
        const uint32_t a_count = most_numerators(i, &w->slabs[0], &w->slabs[1], children->chunks);
        ZKB_TRY(alloc_slabs(&w->slabs[i], prover, a_count,
                            i == 0 || present < half ? present : (uint32_t)half, error));
    }
    ZKB_TRY(zkb_prover_alloc(&memory, prover, children->chunks, sizeof(zkb_fr), error));
    w->weights = memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, prover->threads, sizeof w->sums[0], error));
    w->sums = memory;
    memcpy(w->inverse, l->point, l->k * sizeof(zkb_fr));
    zkb_fr_batch_inv(w->inverse, l->k, scratch);
    return ZKB_OK;
}

/* The slab as plain arrays. */
static void slab_to_scalars(nodes *n, const zkb_gkr_slab *slab, const zkb_fr *lambda)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    zkb_fr unit = zkb_fr_one;
    for (int b = 0; b < 2; b++) {
        k->to_scalars(n->q[b], slab->q->at[b], ZKB_GKR_SLAB);
        if (slab->a != NULL) {
            k->to_scalars(n->a[b], slab->a->at[b], ZKB_GKR_SLAB);
        }
    }
    if (slab->a != NULL) {
        return;
    }
    if (slab->minus) {
        zkb_fr_neg(&unit, &unit);
    }
    for (size_t i = 0; i < ZKB_GKR_SLAB; i++) {
        zkb_fr_mul(&n->a[0][i], &n->q[0][i], lambda);
        zkb_fr_add(&n->a[0][i], &n->a[0][i], &unit);
        n->a[1][i] = unit;
    }
}

/* Round j's challenge bound into the one slab left, then scalar rounds. */
static zkb_status finish_slab(layer *l, const zkb_gkr_slab *slab, unsigned j, zkb_error *error)
{
    nodes n;
    zkb_fr *eq;
    ZKB_TRY(alloc_nodes(&n, &eq, l->prover, ZKB_GKR_SLAB, error));
    slab_to_scalars(&n, slab, &l->lambda);
    bind_nodes(&n, ZKB_GKR_SLAB / 2, &l->s[j]);
    scalar_rounds(l, &n, j + 1, eq);
    return ZKB_OK;
}

static void start_round_context(round_context *x, layer *l, const zkb_gkr_level *children,
                                zkb_fr *claim)
{
    zkb_fr square, t;
    x->kernels = zkb_gkr_kernels_get();
    x->children = children;
    x->round.lambda = l->lambda;
    zkb_fr_sqr(&square, &children->constant);
    zkb_fr_mul(&x->round.constant, &l->lambda, &square);
    zkb_fr_inv(&x->round.tau, &l->lambda);
    zkb_fr_sqr(&t, &x->round.tau);
    zkb_fr_add(&x->round.unit, &t, &square);
    zkb_fr_mul(claim, &l->lambda, &l->q);
    zkb_fr_add(claim, claim, &l->p);
    zkb_fr_sub(claim, claim, &x->round.constant);
}

static zkb_status chunk_layer(layer *l, const zkb_gkr_tree *tree, zkb_error *error)
{
    const zkb_gkr_level *children = &tree->levels[l->k + 1];
    const size_t mark = tree->marks[l->k + 1];
    zkb_arena_release(l->prover->arena, mark); /* the levels above have served */
    round_context x = {0};
    workspace w;
    zkb_fr claim;
    ZKB_TRY(alloc_workspace(&w, l, children, error));
    start_round_context(&x, l, children, &claim);
    x.sums = w.sums;
    x.count = children->chunks;
    ZKB_TRY(run_round(l, &x, &w, first_round_task, 0, &claim, error));
    x.out = &w.slabs[0];
    x.s = &l->s[0];
    ZKB_TRY(run_round(l, &x, &w, second_round_task, 1, &claim, error));
    unsigned j = 1;
    while (x.count > 1) {
        x.count /= 2;
        x.in = x.out;
        x.out = &w.slabs[j % 2];
        x.s = &l->s[j];
        assign_slots(&w.slabs[j % 2], x.count, x.in);
        j++;
        ZKB_TRY(run_round(l, &x, &w, later_round_task, j, &claim, error));
    }
    if (x.out->slots[0].q == ZKB_GKR_ABSENT) { /* no active row at all */
        x.out->slots[0] = (zkb_gkr_slot){0, 0};
        const zkb_gkr_slab slab = slab_at(x.out, 0);
        fill_half(&x, &slab, 0);
        fill_half(&x, &slab, 1);
    }
    const zkb_gkr_slab last = slab_at(x.out, 0);
    ZKB_TRY(finish_slab(l, &last, j, error));
    zkb_arena_release(l->prover->arena, mark);
    return ZKB_OK;
}

/* ---- All layers ----------------------------------------------------------------------------- */

static zkb_status prove_layer(layer *l, const zkb_gkr_tree *tree, zkb_error *error)
{
    if (l->k == 0) { /* no round: the children are the ends */
        const zkb_fr ends[4] = {tree->p[1][0], tree->p[1][1], tree->q[1][0], tree->q[1][1]};
        finish_layer(l, ends);
        return ZKB_OK;
    }
    zkb_transcript_challenge(&l->lambda, &l->prover->transcript);
    return l->k < ZKB_GKR_SCALAR ? scalar_layer(l, tree, error) : chunk_layer(l, tree, error);
}

zkb_status zkb_gkr_prove(zkb_fr *point, zkb_fr *claims, zkb_prover *prover, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    zkb_gkr_tree tree;
    ZKB_TRY(zkb_gkr_tree_make(&tree, prover, error));
    layer l = {.prover = prover, .point = point};
    for (l.k = 0; l.k < prover->layout->log_leaves; l.k++) {
        ZKB_TRY(prove_layer(&l, &tree, error));
    }
    ZKB_TRY(zkb_gkr_claims(claims, prover, &tree.levels[tree.log_leaves], point, error));
    zkb_prover_send(prover, claims, 2 * (size_t)prover->layout->interacting);
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

/* What a layer works in whose children are 2^log nodes. */
static size_t layer_scratch(const zkb_layout *layout, const zkb_statement *statement, unsigned log,
                            unsigned threads)
{
    const size_t chunks = log > ZKB_GKR_SCALAR ? (size_t)1 << (log - ZKB_GKR_SCALAR) : 1;
    const size_t present =
        zkb_gkr_present(layout, statement, layout->log_leaves - log + ZKB_GKR_SCALAR);
    const size_t half = (chunks + 1) / 2;
    const size_t slabs = present + 1 + (present < half ? present : half) + 1;
    return 2 * slabs * sizeof(zkb_gkr_pair) + 4 * zkb_arena_cost(0) +
           2 * zkb_arena_cost(chunks * sizeof(zkb_gkr_slot)) +
           zkb_arena_cost(chunks * sizeof(zkb_fr)) +
           zkb_arena_cost(threads * 2 * sizeof(zkb_fr_block)) +
           5 * zkb_arena_cost(sizeof(zkb_fr) << ZKB_GKR_SCALAR);
}

size_t zkb_gkr_scratch(const zkb_layout *layout, const zkb_statement *statement, unsigned threads)
{
    size_t most = zkb_gkr_tree_scratch(layout, statement, 0) +
                  layer_scratch(layout, statement, 0, threads); /* all of it, and a plain layer */
    for (unsigned log = ZKB_GKR_SCALAR + 1; log <= layout->log_leaves; log++) {
        const size_t bytes = zkb_gkr_tree_scratch(layout, statement, log) +
                             layer_scratch(layout, statement, log, threads);
        most = bytes > most ? bytes : most;
    }
    return most;
}
