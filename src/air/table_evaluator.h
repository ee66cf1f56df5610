/* Evaluates one table in one proof for its prover: leaves of the fractions, rounds of the joined
 * sumcheck, columns at a point. Everything follows from the chip's product form (product_form.h).
 * The kernels of the current backend compute it, in blocks of eight rows.
 *
 * Order of calls: create; fractions; columns; joined, materialise; then for each variable from the
 * top: round over all its blocks, bind. Functions that take a range of blocks may run on disjoint
 * ranges in parallel. No other function may run at the same time.
 *
 * Cells of committed columns at and after the number of active rows have the values that are stored
 * there. */
#ifndef ZKB_AIR_TABLE_EVALUATOR_H
#define ZKB_AIR_TABLE_EVALUATOR_H

#include "air/evaluate.h"
#include "field/block.h"

typedef struct zkb_table_evaluator zkb_table_evaluator;

/* Arena bytes that zkb_table_evaluator_create takes. */
size_t zkb_table_evaluator_scratch(const zkb_table *table);

/* Everything but the columns of the joined sumcheck is taken from the arena here; *table is
 * borrowed. ZKB_ERROR_MEMORY when the arena is too small. */
zkb_status zkb_table_evaluator_create(zkb_table_evaluator **out, zkb_arena *arena,
                                      const zkb_table *table, zkb_error *error) ZKB_MUST_USE;

/* ---- Leaves -------------------------------------------------------------------------------- */

/* Fixes α and the powers of β (beta_powers[j] = β^j, j <= ZKB_AIR_MAX_ARITY). */
void zkb_table_evaluator_fractions(zkb_table_evaluator *p, const zkb_fr *alpha,
                                   const zkb_fr *beta_powers);

/* out[k], k < count: the fractions of interaction i on rows 8(first + k) .. + 8, those at and past
 * the active ones being 0 and α. Numerators carry their sign; of a constant multiplicity they are
 * that constant on every active row. Costs per row about one multiplication and a fifth of one for
 * each one-limb column in the tuple. */
void zkb_table_evaluator_denominators(const zkb_table_evaluator *p, zkb_fr_block *out, uint32_t i,
                                      uint64_t first, uint64_t count);
void zkb_table_evaluator_numerators(const zkb_table_evaluator *p, zkb_fr_block *out, uint32_t i,
                                    uint64_t first, uint64_t count);

/* ---- The joined sumcheck ------------------------------------------------------------------- */

/* Takes the columns that it works in: much memory, which nothing before needs. */
zkb_status zkb_table_evaluator_columns(zkb_table_evaluator *p, zkb_arena *arena,
                                       zkb_error *error) ZKB_MUST_USE;
/* Arena bytes of that, at most. */
size_t zkb_table_evaluator_columns_scratch(const zkb_table *table);

/* Fixes the weights of G (zkb_air_weights of evaluate.h) and starts over at the first round.
 * scratch: zkb_table_evaluator_weight_count elements. */
void zkb_table_evaluator_joined(zkb_table_evaluator *p, const zkb_air_weights *weights);

/* Computes the linear forms whose coefficients are now known, for the blocks of rows first .. first
 * + count, of zkb_table_evaluator_row_blocks in all. */
uint64_t zkb_table_evaluator_row_blocks(const zkb_table_evaluator *p);
void zkb_table_evaluator_materialise(zkb_table_evaluator *p, uint64_t first, uint64_t count);

/* The degree d of G, at least 1. May exceed chip->degree where a coefficient of X^d is zero. */
unsigned zkb_table_evaluator_degree(const zkb_table_evaluator *p);

/* Blocks of pairs of the round at hand. Pairs past them contribute nothing. */
uint64_t zkb_table_evaluator_round_blocks(const zkb_table_evaluator *p);

/* With k variables left, s(X) = Σ_x eq[x]·G(x, X) over x in k - 1 variables (the variable bound is
 * the top one: rows x and x + 2^(k-1)). Adds to sums[j], j < d: s(1), .., s(d - 1), and the
 * coefficient of X^d, from the pairs x in blocks first .. first + count; eq[0] belongs to block
 * `first`; lanes at and past 2^(k-1) are zero. Also binds the variable of the previous challenge:
 * every block must be visited once. */
void zkb_table_evaluator_round(const zkb_table_evaluator *p, zkb_fr *sums, const zkb_fr_block *eq,
                               uint64_t first, uint64_t count);

/* Ends the round: its variable is bound to r, in the next round's pass. */
void zkb_table_evaluator_bind(zkb_table_evaluator *p, const zkb_fr *r);

/* coefficients[0..d] of s from the sums, the claim (1 - ξ)·s(0) + ξ·s(1) and ξ != 1. */
void zkb_round_polynomial(zkb_fr *coefficients, const zkb_fr *sums, unsigned degree,
                          const zkb_fr *claim, const zkb_fr *xi);

/* ---- Columns at a point -------------------------------------------------------------------- */

/* sums[c] += Σ eq[row]·cell over the rows in blocks first .. first + count, for the committed
 * columns, then the preprocessed ones; eq[0] belongs to block `first`. */
void zkb_table_evaluator_column_sums(const zkb_table_evaluator *p, zkb_fr *sums,
                                     const zkb_fr_block *eq, uint64_t first, uint64_t count);

#endif
