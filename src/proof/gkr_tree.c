#include "base/parallel.h"
#include "proof/gkr_tree.h"

/* ---- Which chunks are kept ------------------------------------------------------------------ */

/* Calls body for each interaction that has active rows, in the order of the leaves. */
typedef void (*interval_body)(void *context, const zkb_layout_table *place, uint32_t interaction,
                              uint64_t first_leaf);

static void each_interaction(const zkb_layout *layout, const zkb_statement *statement,
                             interval_body body, void *context)
{
    for (uint32_t t = 0; t < layout->table_count; t++) {
        const zkb_layout_table *place = &layout->tables[t];
        const zkb_table_shape *shape = &statement->tables[place->table].shape;
        for (uint32_t i = 0; i < shape->chip->interaction_count && shape->active != 0; i++) {
            body(context, place, i, place->first_leaf + ((uint64_t)i << place->log_height));
        }
    }
}

typedef struct counter {
    const zkb_statement *statement;
    unsigned log_chunk;
    uint64_t end; /* chunks below are counted */
    size_t count;
} counter;

static void count_interaction(void *context, const zkb_layout_table *place, uint32_t interaction,
                              uint64_t first_leaf)
{
    (void)interaction;
    counter *c = context;
    const uint64_t last = first_leaf + c->statement->tables[place->table].shape.active - 1;
    uint64_t from = first_leaf >> c->log_chunk;
    const uint64_t to = (last >> c->log_chunk) + 1;
    from = from > c->end ? from : c->end;
    if (to > from) {
        c->count += (size_t)(to - from);
        c->end = to;
    }
}

size_t zkb_gkr_present(const zkb_layout *layout, const zkb_statement *statement, unsigned log_chunk)
{
    counter c = {.statement = statement, .log_chunk = log_chunk};
    each_interaction(layout, statement, count_interaction, &c);
    return c.count;
}

/* Whether all numerators of a chunk of leaves, numbered within its interaction, are one unit. */
static bool is_unit_chunk(const zkb_interaction *interaction, const zkb_table_shape *shape,
                          uint64_t chunk)
{
    return interaction->kind == ZKB_MULTIPLICITY_CONSTANT &&
           (interaction->constant == 1 || interaction->constant == -1) &&
           shape->log_height >= ZKB_GKR_SCALAR && (chunk + 1) * ZKB_GKR_CHUNK <= shape->active;
}

/* How many chunks of leaves need no numerators. */
static size_t unit_chunks(const zkb_layout *layout, const zkb_statement *statement)
{
    size_t count = 0;
    for (uint32_t t = 0; t < layout->table_count; t++) {
        const zkb_table_shape *shape = &statement->tables[layout->tables[t].table].shape;
        for (uint32_t i = 0; i < shape->chip->interaction_count; i++) {
            if (is_unit_chunk(&shape->chip->interactions[i], shape, 0)) {
                count += (size_t)(shape->active / ZKB_GKR_CHUNK);
            }
        }
    }
    return count;
}

typedef struct marker {
    const zkb_statement *statement;
    zkb_gkr_level *level;
} marker;

static void mark_interaction(void *context, const zkb_layout_table *place, uint32_t interaction,
                             uint64_t first_leaf)
{
    const marker *m = context;
    const zkb_table_shape *shape = &m->statement->tables[place->table].shape;
    const zkb_interaction *x = &shape->chip->interactions[interaction];
    const uint64_t from = first_leaf / ZKB_GKR_CHUNK;
    const uint64_t to = (first_leaf + shape->active - 1) / ZKB_GKR_CHUNK + 1;
    for (uint64_t c = from; c < to; c++) {
        zkb_gkr_slot *slot = &m->level->slots[c];
        if (slot->q != ZKB_GKR_ABSENT) {
            continue; /* a chunk that small tables share */
        }
        slot->q = m->level->q_count++;
        if (is_unit_chunk(x, shape, c - from)) {
            slot->p = x->constant == 1 ? ZKB_GKR_PLUS : ZKB_GKR_MINUS;
        } else {
            slot->p = m->level->p_count++;
        }
    }
}

static size_t chunk_count(unsigned log) /* of a level of 2^log nodes */
{
    return log <= ZKB_GKR_SCALAR ? 1 : (size_t)1 << (log - ZKB_GKR_SCALAR);
}

static zkb_status alloc_slots(zkb_gkr_level *level, zkb_prover *prover, unsigned log,
                              zkb_error *error)
{
    void *memory;
    *level = (zkb_gkr_level){.chunks = chunk_count(log)};
    ZKB_TRY(zkb_prover_alloc(&memory, prover, level->chunks, sizeof(zkb_gkr_slot), error));
    level->slots = memory;
    for (size_t c = 0; c < level->chunks; c++) {
        level->slots[c] = (zkb_gkr_slot){ZKB_GKR_ABSENT, ZKB_GKR_ABSENT};
    }
    return ZKB_OK;
}

static zkb_status alloc_chunks(zkb_gkr_level *level, zkb_prover *prover, zkb_error *error)
{
    void *memory;
    const size_t chunk = ZKB_GKR_CHUNK_BLOCKS * sizeof(zkb_fr_block);
    ZKB_TRY(zkb_prover_alloc(&memory, prover, level->q_count, chunk, error));
    level->q = memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, level->p_count, chunk, error));
    level->p = memory;
    return ZKB_OK;
}

static zkb_gkr_chunk kept_chunk(const zkb_gkr_level *level, size_t c)
{
    const zkb_gkr_slot slot = level->slots[c];
    return (zkb_gkr_chunk){
        .p = zkb_gkr_is_unit(slot.p) ? NULL : level->p + (size_t)slot.p * ZKB_GKR_CHUNK_BLOCKS,
        .q = level->q + (size_t)slot.q * ZKB_GKR_CHUNK_BLOCKS,
        .minus = slot.p == ZKB_GKR_MINUS,
    };
}

/* ---- The levels above the leaves ------------------------------------------------------------ */

/* One chunk of parents from its two chunks of children. */
static void combine_children(zkb_fr_block *p, zkb_fr_block *q, const zkb_gkr_level *children,
                             const zkb_fr *constant, size_t c, zkb_gkr_room *room)
{
    const zkb_gkr_kernels *kernels = zkb_gkr_kernels_get();
    const size_t count = ZKB_GKR_CHUNK_BLOCKS / 2;
    for (size_t half = 0; half < 2; half++) {
        if (children->slots[2 * c + half].q != ZKB_GKR_ABSENT) {
            const zkb_gkr_chunk chunk = zkb_gkr_level_chunk(children, 2 * c + half, room);
            kernels->combine(p + half * count, q + half * count, &chunk);
        } else {
            const zkb_fr zero = ZKB_FR_ZERO;
            kernels->fill(p + half * count, &zero, count);
            kernels->fill(q + half * count, constant, count);
        }
    }
}

/* Of two adjacent levels one is kept, so this goes down once at most. */
zkb_gkr_chunk zkb_gkr_level_chunk(const zkb_gkr_level *level, size_t c, zkb_gkr_room *room)
{
    if (level->below == NULL) {
        return kept_chunk(level, c);
    }
    combine_children(room->p, room->q, level->below, &level->constant, c, NULL);
    return (zkb_gkr_chunk){.p = room->p, .q = room->q};
}

typedef struct combine_context {
    const zkb_gkr_level *parents, *children;
} combine_context;

static void combine_chunk(void *context, size_t c, unsigned thread)
{
    (void)thread;
    const combine_context *x = context;
    const zkb_gkr_slot slot = x->parents->slots[c];
    zkb_gkr_room room;
    if (slot.q != ZKB_GKR_ABSENT) {
        combine_children(x->parents->p + (size_t)slot.p * ZKB_GKR_CHUNK_BLOCKS,
                         x->parents->q + (size_t)slot.q * ZKB_GKR_CHUNK_BLOCKS, x->children,
                         &x->parents->constant, c, &room);
    }
}

/* Whether level log of a tree over 2^nu leaves is kept: the leaves and every other one, and the
 * one that plain arrays are made of. */
static bool is_kept(unsigned log, unsigned nu)
{
    return (nu - log) % 2 == 0 || log <= ZKB_GKR_SCALAR;
}

static zkb_status make_level(zkb_gkr_tree *tree, zkb_prover *prover, unsigned log, zkb_error *error)
{
    zkb_gkr_level *level = &tree->levels[log];
    const zkb_gkr_level *children = &tree->levels[log + 1];
    ZKB_TRY(alloc_slots(level, prover, log, error));
    zkb_fr_sqr(&level->constant, &children->constant);
    for (size_t c = 0; c < level->chunks; c++) {
        if (children->slots[2 * c].q != ZKB_GKR_ABSENT ||
            children->slots[2 * c + 1].q != ZKB_GKR_ABSENT) {
            level->slots[c] = (zkb_gkr_slot){level->q_count++, level->p_count++};
        }
    }
    if (is_kept(log, tree->log_leaves)) {
        ZKB_TRY(alloc_chunks(level, prover, error));
        combine_context x = {level, children};
        ZKB_TRY(zkb_parallel_for_unless(prover->arena->cancel, level->chunks,
                                        zkb_prover_threads(prover->threads, level->chunks / 8),
                                        combine_chunk, &x, error));
    } else {
        level->below = children;
    }
    tree->marks[log] = zkb_arena_mark(prover->arena);
    return ZKB_OK;
}

/* The single chunk of a level of at most ZKB_GKR_CHUNK nodes, as scalars. */
static void level_to_scalars(zkb_fr *p, zkb_fr *q, const zkb_gkr_level *level, unsigned log)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    const size_t count = (size_t)1 << log;
    if (level->slots[0].q == ZKB_GKR_ABSENT) {
        for (size_t i = 0; i < count; i++) {
            p[i] = ZKB_FR_ZERO;
            q[i] = level->constant;
        }
        return;
    }
    const zkb_gkr_chunk chunk = kept_chunk(level, 0);
    k->to_scalars(q, chunk.q, count);
    if (chunk.p != NULL) {
        k->to_scalars(p, chunk.p, count);
        return;
    }
    for (size_t i = 0; i < count; i++) { /* leaves alone, exactly one full chunk of them */
        p[i] = zkb_fr_one;
        if (chunk.minus) {
            zkb_fr_neg(&p[i], &p[i]);
        }
    }
}

/* p = p0 q1 + p1 q0, q = q0 q1. */
static void add_fractions(zkb_fr *p, zkb_fr *q, const zkb_fr p01[2], const zkb_fr q01[2])
{
    zkb_fr t;
    zkb_fr_mul(p, &p01[0], &q01[1]);
    zkb_fr_mul(&t, &p01[1], &q01[0]);
    zkb_fr_add(p, p, &t);
    zkb_fr_mul(q, &q01[0], &q01[1]);
}

/* The plain arrays, from 2^top nodes down to the root. */
static zkb_status make_top(zkb_gkr_tree *tree, zkb_prover *prover, unsigned top, zkb_error *error)
{
    for (unsigned k = top + 1; k-- > 0;) {
        const size_t count = (size_t)1 << k;
        void *p, *q;
        ZKB_TRY(zkb_prover_alloc(&p, prover, count, sizeof(zkb_fr), error));
        ZKB_TRY(zkb_prover_alloc(&q, prover, count, sizeof(zkb_fr), error));
        tree->p[k] = p;
        tree->q[k] = q;
        if (k == top) {
            level_to_scalars(p, q, &tree->levels[top], top);
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            add_fractions(&tree->p[k][i], &tree->q[k][i], &tree->p[k + 1][2 * i],
                          &tree->q[k + 1][2 * i]);
        }
    }
    return ZKB_OK;
}

zkb_status zkb_gkr_tree_make(zkb_gkr_tree *tree, zkb_prover *prover, zkb_error *error)
{
    const unsigned nu = prover->layout->log_leaves;
    const unsigned top = nu < ZKB_GKR_SCALAR ? nu : (unsigned)ZKB_GKR_SCALAR;
    zkb_gkr_level *leaves = &tree->levels[nu];
    tree->log_leaves = nu;
    ZKB_TRY(alloc_slots(leaves, prover, nu, error));
    leaves->constant = prover->alpha;
    marker m = {prover->statement, leaves};
    each_interaction(prover->layout, prover->statement, mark_interaction, &m);
    ZKB_TRY(alloc_chunks(leaves, prover, error));
    tree->marks[nu] = zkb_arena_mark(prover->arena);
    ZKB_TRY(zkb_gkr_leaves(leaves, prover, error));
    for (unsigned k = nu; k-- > top;) {
        ZKB_TRY(make_level(tree, prover, k, error));
    }
    return make_top(tree, prover, top, error);
}

size_t zkb_gkr_tree_scratch(const zkb_layout *layout, const zkb_statement *statement,
                            unsigned lowest)
{
    const unsigned nu = layout->log_leaves;
    const unsigned top = nu < ZKB_GKR_SCALAR ? nu : (unsigned)ZKB_GKR_SCALAR;
    const size_t chunk = ZKB_GKR_CHUNK_BLOCKS * sizeof(zkb_fr_block);
    size_t bytes = 0;
    for (unsigned k = lowest > top ? lowest : top; k <= nu; k++) {
        const size_t present = zkb_gkr_present(layout, statement, nu - k + ZKB_GKR_SCALAR);
        const size_t without = k == nu ? unit_chunks(layout, statement) : 0;
        bytes += zkb_arena_cost(chunk_count(k) * sizeof(zkb_gkr_slot));
        if (is_kept(k, nu)) {
            bytes += zkb_arena_cost(present * chunk) + zkb_arena_cost((present - without) * chunk);
        }
    }
    for (unsigned k = 0; k <= top && lowest == 0; k++) {
        bytes += 2 * zkb_arena_cost(sizeof(zkb_fr) << k);
    }
    return bytes;
}
