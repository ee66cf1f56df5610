/* The leaves of the fraction tree, and what the claim about them is made of. */
#include "base/parallel.h"
#include "poly/eq.h"
#include "poly/eq_blocks.h"
#include "proof/gkr_tree.h"

#include <string.h>

/* ---- Filling -------------------------------------------------------------------------------- */

typedef struct fill_context {
    const zkb_gkr_level *level;
    const zkb_prover *prover;
    const zkb_layout_table *place;
    const zkb_table_evaluator *table;
} fill_context;

static zkb_fr_block *q_blocks(const zkb_gkr_level *level, size_t c)
{
    return level->q + (size_t)level->slots[c].q * ZKB_GKR_CHUNK_BLOCKS;
}

/* NULL where the numerators are units and not kept. */
static zkb_fr_block *p_blocks(const zkb_gkr_level *level, size_t c)
{
    const uint32_t p = level->slots[c].p;
    return zkb_gkr_is_unit(p) ? NULL : level->p + (size_t)p * ZKB_GKR_CHUNK_BLOCKS;
}

/* Rows of one chunk, in every interaction of a table of at least a chunk. */
static void fill_chunk(void *context, size_t task, unsigned thread)
{
    (void)thread;
    const fill_context *x = context;
    const zkb_layout_table *place = x->place;
    const uint32_t interactions =
        x->prover->statement->tables[place->table].shape.chip->interaction_count;
    const uint64_t first = (uint64_t)task * ZKB_GKR_CHUNK_BLOCKS;
    for (uint32_t i = 0; i < interactions; i++) {
        const size_t c =
            (size_t)((place->first_leaf + ((uint64_t)i << place->log_height)) / ZKB_GKR_CHUNK) +
            task;
        zkb_fr_block *p = p_blocks(x->level, c);
        zkb_table_evaluator_denominators(x->table, q_blocks(x->level, c), i, first,
                                         ZKB_GKR_CHUNK_BLOCKS);
        if (p != NULL) {
            zkb_table_evaluator_numerators(x->table, p, i, first, ZKB_GKR_CHUNK_BLOCKS);
        }
    }
}

/* Lanes [first, first + count) of a block. */
static void set_lanes(zkb_fr_block *block, size_t first, size_t count, const zkb_fr_block *from)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    zkb_fr lanes[8];
    zkb_fr values[8];
    k->to_scalars(lanes, block, 8);
    k->to_scalars(values, from, 8);
    memcpy(lanes + first, values, count * sizeof lanes[0]);
    k->from_scalars(block, lanes, 8);
}

/* A table of less than a chunk, which shares its chunks with others. */
static void fill_small(const fill_context *x)
{
    const zkb_layout_table *place = x->place;
    const zkb_table_shape *shape = &x->prover->statement->tables[place->table].shape;
    const size_t rows = (size_t)1 << place->log_height;
    zkb_fr_block p[ZKB_GKR_CHUNK_BLOCKS];
    zkb_fr_block q[ZKB_GKR_CHUNK_BLOCKS];
    for (uint32_t i = 0; i < shape->chip->interaction_count && shape->active != 0; i++) {
        const uint64_t leaf = place->first_leaf + ((uint64_t)i << place->log_height);
        const size_t c = (size_t)(leaf / ZKB_GKR_CHUNK);
        const size_t at = (size_t)(leaf % ZKB_GKR_CHUNK);
        zkb_table_evaluator_denominators(x->table, q, i, 0, zkb_blocks(rows));
        zkb_table_evaluator_numerators(x->table, p, i, 0, zkb_blocks(rows));
        if (rows >= 8) {
            memcpy(q_blocks(x->level, c) + at / 8, q, zkb_blocks(rows) * sizeof q[0]);
            memcpy(p_blocks(x->level, c) + at / 8, p, zkb_blocks(rows) * sizeof p[0]);
        } else {
            set_lanes(q_blocks(x->level, c) + at / 8, at % 8, rows, q);
            set_lanes(p_blocks(x->level, c) + at / 8, at % 8, rows, p);
        }
    }
}

/* Chunks that no large table fills: what small tables leave of them is (0, alpha). */
static void fill_shared(const zkb_gkr_level *level, const zkb_layout *layout)
{
    const zkb_gkr_kernels *kernels = zkb_gkr_kernels_get();
    const zkb_fr zero = ZKB_FR_ZERO;
    uint64_t first = 0; /* the first leaf of the small tables */
    for (uint32_t t = 0; t < layout->table_count; t++) {
        if (layout->tables[t].log_height < ZKB_GKR_SCALAR) {
            first = layout->tables[t].first_leaf;
            break;
        }
        first = layout->leaf_count;
    }
    for (size_t c = (size_t)(first / ZKB_GKR_CHUNK); c < level->chunks; c++) {
        if (level->slots[c].q != ZKB_GKR_ABSENT) {
            kernels->fill(q_blocks(level, c), &level->constant, ZKB_GKR_CHUNK_BLOCKS);
            kernels->fill(p_blocks(level, c), &zero, ZKB_GKR_CHUNK_BLOCKS);
        }
    }
}

zkb_status zkb_gkr_leaves(const zkb_gkr_level *level, zkb_prover *prover, zkb_error *error)
{
    fill_shared(level, prover->layout);
    for (uint32_t t = 0; t < prover->layout->table_count; t++) {
        const zkb_layout_table *place = &prover->layout->tables[t];
        fill_context x = {level, prover, place, prover->tables[t]};
        zkb_table_evaluator_fractions(prover->tables[t], &prover->alpha, prover->beta_powers);
        if (place->log_height < ZKB_GKR_SCALAR) {
            fill_small(&x);
            continue;
        }
        const uint64_t active = prover->statement->tables[place->table].shape.active;
        const size_t tasks = (size_t)((active + ZKB_GKR_CHUNK - 1) / ZKB_GKR_CHUNK);
        ZKB_TRY(zkb_parallel_for_unless(prover->arena->cancel, tasks,
                                        zkb_prover_threads(prover->threads, tasks), fill_chunk, &x,
                                        error));
    }
    return ZKB_OK;
}

/* ---- Claims --------------------------------------------------------------------------------- */

typedef struct claim_context {
    const zkb_gkr_level *level;
    const zkb_fr_block *eq; /* of the variables within a chunk */
    const zkb_fr *weights;  /* of those above, for each chunk */
    uint64_t active_chunks; /* of each interaction */
    uint64_t first_chunk, stride;
    zkb_fr *sums; /* two for each thread */
    zkb_fr alpha;
} claim_context;

/* Adds chunk task of every interaction in turn: P and Q of its leaves. */
static void claim_chunk(void *context, size_t task, unsigned thread)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    const claim_context *x = context;
    const size_t c =
        (size_t)(x->first_chunk + task / x->active_chunks * x->stride + task % x->active_chunks);
    const zkb_gkr_chunk chunk = zkb_gkr_level_chunk(x->level, c, NULL);
    zkb_fr p = zkb_fr_one; /* the weights of a chunk sum up to one */
    if (chunk.p != NULL) {
        p = k->inner_product(chunk.p, x->eq, ZKB_GKR_CHUNK);
    } else if (chunk.minus) {
        zkb_fr_neg(&p, &p);
    }
    zkb_fr q = k->inner_product(chunk.q, x->eq, ZKB_GKR_CHUNK);
    zkb_fr_sub(&q, &q, &x->alpha);
    zkb_fr_mul(&p, &p, &x->weights[c]);
    zkb_fr_mul(&q, &q, &x->weights[c]);
    zkb_fr_add(&x->sums[2 * thread], &x->sums[2 * thread], &p);
    zkb_fr_add(&x->sums[2 * thread + 1], &x->sums[2 * thread + 1], &q);
}

/* Adds the active leaves of one interaction of a small table. */
static void claim_small(zkb_fr claim[2], const zkb_gkr_level *level, uint64_t leaf, uint64_t active,
                        const zkb_fr *eq, const zkb_fr *weights, const zkb_fr *alpha)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    const size_t c = (size_t)(leaf / ZKB_GKR_CHUNK);
    const size_t at = (size_t)(leaf % ZKB_GKR_CHUNK);
    zkb_fr sum[2] = {ZKB_FR_ZERO, ZKB_FR_ZERO};
    for (size_t row = 0; row < active; row++) {
        zkb_fr p = k->get(p_blocks(level, c), at + row);
        zkb_fr q = k->get(q_blocks(level, c), at + row);
        zkb_fr_sub(&q, &q, alpha);
        zkb_fr_mul(&p, &p, &eq[at + row]);
        zkb_fr_mul(&q, &q, &eq[at + row]);
        zkb_fr_add(&sum[0], &sum[0], &p);
        zkb_fr_add(&sum[1], &sum[1], &q);
    }
    for (int i = 0; i < 2; i++) {
        zkb_fr_mul(&sum[i], &sum[i], &weights[c]);
        zkb_fr_add(&claim[i], &claim[i], &sum[i]);
    }
}

static zkb_status claim_table(zkb_fr claim[2], const claim_context *base, const zkb_prover *prover,
                              const zkb_layout_table *place, const zkb_fr *eq, zkb_error *error)
{
    const zkb_table_shape *shape = &prover->statement->tables[place->table].shape;
    const uint32_t interactions = shape->chip->interaction_count;
    claim[0] = ZKB_FR_ZERO;
    claim[1] = ZKB_FR_ZERO;
    if (place->log_height < ZKB_GKR_SCALAR) {
        for (uint32_t i = 0; i < interactions; i++) {
            claim_small(claim, base->level, place->first_leaf + ((uint64_t)i << place->log_height),
                        shape->active, eq, base->weights, &base->alpha);
        }
        return ZKB_OK;
    }
    claim_context x = *base;
    x.active_chunks = (shape->active + ZKB_GKR_CHUNK - 1) / ZKB_GKR_CHUNK;
    x.first_chunk = place->first_leaf / ZKB_GKR_CHUNK;
    x.stride = ((uint64_t)1 << place->log_height) / ZKB_GKR_CHUNK;
    memset(x.sums, 0, 2 * prover->threads * sizeof x.sums[0]);
    const size_t tasks = (size_t)(x.active_chunks * interactions);
    ZKB_TRY(zkb_parallel_for_unless(prover->arena->cancel, tasks,
                                    zkb_prover_threads(prover->threads, tasks / 8), claim_chunk, &x,
                                    error));
    for (unsigned i = 0; i < prover->threads; i++) {
        zkb_fr_add(&claim[0], &claim[0], &x.sums[2 * i]);
        zkb_fr_add(&claim[1], &claim[1], &x.sums[2 * i + 1]);
    }
    return ZKB_OK;
}

zkb_status zkb_gkr_claims(zkb_fr *claims, zkb_prover *prover, const zkb_gkr_level *leaves,
                          const zkb_fr *point, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const unsigned nu = prover->layout->log_leaves;
    const unsigned low = nu < ZKB_GKR_SCALAR ? nu : (unsigned)ZKB_GKR_SCALAR;
    zkb_fr eq[ZKB_GKR_CHUNK];
    zkb_fr_block eq_blocks[ZKB_GKR_CHUNK_BLOCKS];
    void *weights, *sums;
    ZKB_TRY(zkb_prover_alloc(&weights, prover, leaves->chunks, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_prover_alloc(&sums, prover, 2 * (size_t)prover->threads, sizeof(zkb_fr), error));
    zkb_eq_table(eq, point, low);
    zkb_fr_kernels_get()->from_scalars(eq_blocks, eq, (size_t)1 << low);
    zkb_eq_table(weights, point + low, nu - low);
    const claim_context base = {
        .level = leaves, .eq = eq_blocks, .weights = weights, .sums = sums, .alpha = prover->alpha};
    for (uint32_t t = 0; t < prover->layout->table_count; t++) {
        const zkb_layout_table *place = &prover->layout->tables[t];
        if (prover->statement->tables[place->table].shape.chip->interaction_count != 0) {
            ZKB_TRY(claim_table(claims, &base, prover, place, eq, error));
            claims += 2;
        }
    }
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}
