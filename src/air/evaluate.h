/* Scalar reference evaluators: every node of a chip on one row, or at one point of the multilinear
 * extension (what the verifier does), and the combinations that the protocol needs. */
#ifndef ZKB_AIR_EVALUATE_H
#define ZKB_AIR_EVALUATE_H

#include "air/chip.h"

/* Cell `row` of a column of `bits` bits, in Montgomery form; zero at and after its length. */
void zkb_column_cell(zkb_fr *out, const zkb_column_data *column, unsigned bits, uint64_t row);

/* values[i] = node i of the table's chip on `row` (< 2^log_height); node_count values. */
void zkb_chip_row_values(zkb_fr *values, const zkb_table *table, uint64_t row);
/* The same with one committed cell replaced. */
void zkb_chip_row_values_with(zkb_fr *values, const zkb_table *table, uint64_t row, uint32_t column,
                              const zkb_fr *cell);

/* values[i] = node i at a point, given the evaluations there of the committed and preprocessed
 * columns. Virtual columns are evaluated here, as multilinear extensions of what they are on rows;
 * products are products of evaluations, not extensions of products. point holds log_height
 * coordinates, coordinate j for bit j of the row. */
void zkb_chip_point_values(zkb_fr *values, const zkb_table_shape *shape, const zkb_fr *point,
                           const zkb_fr *committed, const zkb_fr *preprocessed);

/* The multilinear extension of [row < n] at a point of `variables` coordinates, n <= 2^variables.
 * O(variables). */
void zkb_prefix_evaluate(zkb_fr *out, uint64_t n, const zkb_fr *point, unsigned variables);

/* Of interaction i on an active row (or its polynomial at a point): the numerator, sign included,
 * and the denominator without α: bus + Σ_{j>=1} β^j tuple_j, beta_powers[j] = β^j, j <= arity.
 * The protocol multiplies both by [row < n]. */
void zkb_interaction_numerator(zkb_fr *out, const zkb_chip *chip, uint32_t i, const zkb_fr *values);
void zkb_interaction_denominator(zkb_fr *out, const zkb_chip *chip, uint32_t i,
                                 const zkb_fr *values, const zkb_fr *beta_powers);

/* What the joined sumcheck sums over a table, without its eq factor:
 *     G = Σ_c constraint[c]·C_c
 *         + active·Σ_i (numerator[i]·num_i + denominator[i]·(bus_i + Σ_j β^j t_ij))
 * The caller puts the powers of λ, ℓ1·w_i, ℓ2·w_i into the three lists. */
typedef struct zkb_air_weights {
    const zkb_fr *constraint;  /* constraint_count */
    const zkb_fr *numerator;   /* interaction_count */
    const zkb_fr *denominator; /* interaction_count */
    const zkb_fr *beta_powers; /* ZKB_AIR_MAX_ARITY + 1: β^0 = 1, β, ... */
} zkb_air_weights;

#endif
