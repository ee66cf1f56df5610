#include "air/evaluate.h"
#include "base/parallel.h"
#include "poly/eq.h"
#include "proof/gkr_tree.h"

#include <string.h>

/* ---- Leaves -------------------------------------------------------------------------------- */

/* Sets one fraction of a chunk; for the few rows that no kernel covers. */
static void set_leaf(const zkb_gkr_level *level, uint64_t at, const zkb_fr *p, const zkb_fr *q)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    const zkb_gkr_slot slot = level->slots[at / ZKB_GKR_CHUNK];
    const size_t block = (size_t)(at % ZKB_GKR_CHUNK) / 8;
    zkb_fr_block *blocks[2] = {level->q + (size_t)slot.q * ZKB_GKR_CHUNK_BLOCKS + block, NULL};
    const zkb_fr *values[2] = {q, p};
    if (slot.p != ZKB_GKR_PLUS && slot.p != ZKB_GKR_MINUS) {
        blocks[1] = level->p + (size_t)slot.p * ZKB_GKR_CHUNK_BLOCKS + block;
    }
    for (int i = 0; i < 2 && blocks[i] != NULL; i++) {
        zkb_fr lanes[8];
        k->to_scalars(lanes, blocks[i], 8);
        lanes[at % 8] = *values[i];
        k->from_scalars(blocks[i], lanes, 8);
    }
}

static void fill_constants(const zkb_gkr_level *level)
{
    const zkb_gkr_kernels *kernels = zkb_gkr_kernels_get();
    const zkb_fr zero = ZKB_FR_ZERO;
    kernels->fill(level->q, &level->constant, (size_t)level->q_count * ZKB_GKR_CHUNK_BLOCKS);
    kernels->fill(level->p, &zero, (size_t)level->p_count * ZKB_GKR_CHUNK_BLOCKS);
}

static void table_leaves(const zkb_gkr_level *level, const zkb_prover *prover,
                         const zkb_layout_table *place, zkb_fr *values)
{
    const zkb_table *table = &prover->statement->tables[place->table];
    const zkb_chip *chip = table->shape.chip;
    for (uint64_t row = 0; row < table->shape.active; row++) {
        zkb_chip_row_values(values, table, row);
        for (uint32_t i = 0; i < chip->interaction_count; i++) {
            zkb_fr p, q;
            zkb_interaction_numerator(&p, chip, i, values);
            zkb_interaction_denominator(&q, chip, i, values, prover->beta_powers);
            zkb_fr_add(&q, &q, &prover->alpha);
            set_leaf(level, place->first_leaf + ((uint64_t)i << place->log_height) + row, &p, &q);
        }
    }
}

zkb_status zkb_gkr_leaves(const zkb_gkr_level *level, zkb_prover *prover, zkb_error *error)
{
    fill_constants(level);
    const size_t mark = zkb_arena_mark(prover->arena);
    for (uint32_t t = 0; t < prover->layout->table_count; t++) {
        const zkb_layout_table *place = &prover->layout->tables[t];
        const zkb_chip *chip = prover->statement->tables[place->table].shape.chip;
        void *values;
        ZKB_TRY(zkb_prover_alloc(&values, prover, chip->node_count, sizeof(zkb_fr), error));
        table_leaves(level, prover, place, values);
        zkb_arena_release(prover->arena, mark);
    }
    return ZKB_OK;
}

size_t zkb_gkr_leaves_scratch(const zkb_statement *statement, unsigned threads)
{
    (void)threads;
    size_t most = 0;
    for (size_t i = 0; i < statement->table_count; i++) {
        const size_t bytes =
            zkb_arena_cost(statement->tables[i].shape.chip->node_count * sizeof(zkb_fr));
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* ---- Claims of the tables ------------------------------------------------------------------ */

static void table_claim(zkb_fr claim[2], const zkb_prover *prover, const zkb_layout_table *place,
                        const zkb_fr *weights, const zkb_fr *eq, zkb_fr *values)
{
    const zkb_table *table = &prover->statement->tables[place->table];
    const zkb_chip *chip = table->shape.chip;
    claim[0] = ZKB_FR_ZERO;
    claim[1] = ZKB_FR_ZERO;
    for (uint64_t row = 0; row < table->shape.active; row++) {
        zkb_chip_row_values(values, table, row);
        zkb_fr sum[2] = {ZKB_FR_ZERO, ZKB_FR_ZERO};
        for (uint32_t i = 0; i < chip->interaction_count; i++) {
            zkb_fr part[2];
            zkb_interaction_numerator(&part[0], chip, i, values);
            zkb_interaction_denominator(&part[1], chip, i, values, prover->beta_powers);
            for (int j = 0; j < 2; j++) {
                zkb_fr_mul(&part[j], &part[j], &weights[i]);
                zkb_fr_add(&sum[j], &sum[j], &part[j]);
            }
        }
        for (int j = 0; j < 2; j++) {
            zkb_fr_mul(&sum[j], &sum[j], &eq[row]);
            zkb_fr_add(&claim[j], &claim[j], &sum[j]);
        }
    }
}

zkb_status zkb_gkr_table_claims(zkb_fr *claims, zkb_prover *prover, const zkb_fr *point,
                                zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    for (uint32_t t = 0; t < prover->layout->table_count; t++) {
        const zkb_layout_table *place = &prover->layout->tables[t];
        const zkb_chip *chip = prover->statement->tables[place->table].shape.chip;
        if (chip->interaction_count == 0) {
            continue;
        }
        void *weights, *eq, *values;
        ZKB_TRY(zkb_prover_alloc(&weights, prover, chip->interaction_count, sizeof(zkb_fr), error));
        ZKB_TRY(
            zkb_prover_alloc(&eq, prover, (size_t)1 << place->log_height, sizeof(zkb_fr), error));
        ZKB_TRY(zkb_prover_alloc(&values, prover, chip->node_count, sizeof(zkb_fr), error));
        zkb_block_weights(weights, chip->interaction_count, place->first_leaf, place->log_height,
                          point, prover->layout->log_leaves);
        zkb_eq_table(eq, point, place->log_height);
        table_claim(claims, prover, place, weights, eq, values);
        claims += 2;
        zkb_arena_release(prover->arena, mark);
    }
    return ZKB_OK;
}
