/* The joined sumcheck. Tables join when as many variables are left as they have; the variable bound
 * is the top one. Each table keeps a claim of its own,
 *     c_t = sum_x eq(r_{<k}, x) G_t(x, s_{>=k}),
 * so a round is each table's polynomial of its own degree, summed with the powers of rho. */
#include "base/parallel.h"
#include "poly/eq_blocks.h"
#include "poly/interpolate.h"
#include "proof/challenges.h"
#include "proof/prover.h"

#include <string.h>

enum { RANGE = 32 }; /* blocks handed out at a time */
enum { SUMS = ZKB_INTERPOLATE_MAX_DEGREE };

typedef struct joined_table {
    zkb_table_evaluator *evaluator;
    const zkb_table *table;
    unsigned log_height;
    unsigned degree;
    zkb_fr power; /* rho^t */
    zkb_fr claim;
} joined_table;

static uint32_t column_count(const zkb_chip *chip)
{
    return chip->committed_count + chip->preprocessed_count;
}

/* ---- Start --------------------------------------------------------------------------------- */

typedef struct range_context {
    zkb_table_evaluator *evaluator;
    const zkb_fr_block *eq;
    uint64_t blocks;
    zkb_fr *sums;  /* of each thread */
    size_t stride; /* of sums */
} range_context;

static uint64_t range_end(const range_context *x, size_t task)
{
    const uint64_t end = (task + 1) * (uint64_t)RANGE;
    return end < x->blocks ? end : x->blocks;
}

static void materialise_range(void *context, size_t task, unsigned thread)
{
    (void)thread;
    const range_context *x = context;
    const uint64_t first = task * (uint64_t)RANGE;
    zkb_table_evaluator_materialise(x->evaluator, first, range_end(x, task) - first);
}

static void round_range(void *context, size_t task, unsigned thread)
{
    const range_context *x = context;
    const uint64_t first = task * (uint64_t)RANGE;
    zkb_table_evaluator_round(x->evaluator, x->sums + thread * x->stride, x->eq + first, first,
                              range_end(x, task) - first);
}

static void column_range(void *context, size_t task, unsigned thread)
{
    const range_context *x = context;
    const uint64_t first = task * (uint64_t)RANGE;
    zkb_table_evaluator_column_sums(x->evaluator, x->sums + thread * x->stride, x->eq + first,
                                    first, range_end(x, task) - first);
}

/* Runs over all ranges; sums[0..stride) are then the sums of all threads. */
static zkb_status over_ranges(range_context *x, zkb_prover *prover, zkb_parallel_body body,
                              zkb_error *error)
{
    const unsigned threads = prover->threads;
    const size_t tasks = (size_t)((x->blocks + RANGE - 1) / RANGE);
    memset(x->sums, 0, threads * x->stride * sizeof x->sums[0]);
    ZKB_TRY(zkb_parallel_for_unless(prover->arena->cancel, tasks,
                                    zkb_prover_threads(threads, tasks), body, x, error));
    for (unsigned i = 1; i < threads; i++) {
        for (size_t j = 0; j < x->stride; j++) {
            zkb_fr_add(&x->sums[j], &x->sums[j], &x->sums[i * x->stride + j]);
        }
    }
    return ZKB_OK;
}

/* Gives the table's engine the weights of its terms. */
static zkb_status weigh_table(joined_table *t, zkb_prover *prover, const zkb_layout_table *place,
                              const zkb_fr *point, const zkb_joined_challenges *challenges,
                              zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const zkb_chip *chip = t->table->shape.chip;
    void *constraint, *numerator, *denominator;
    ZKB_TRY(zkb_prover_alloc(&constraint, prover, (size_t)chip->constraint_count + 1,
                             sizeof(zkb_fr), error));
    ZKB_TRY(zkb_prover_alloc(&numerator, prover, chip->interaction_count, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_prover_alloc(&denominator, prover, chip->interaction_count, sizeof(zkb_fr), error));
    zkb_fr *const l1 = numerator;
    zkb_fr *const l2 = denominator;
    zkb_powers(constraint, (size_t)chip->constraint_count + 1, &challenges->lambda);
    zkb_block_weights(l1, chip->interaction_count, place->first_leaf, place->log_height, point,
                      prover->layout->log_leaves);
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        zkb_fr_mul(&l2[i], &l1[i], &challenges->l2);
        zkb_fr_mul(&l1[i], &l1[i], &challenges->l1);
    }
    zkb_table_evaluator_joined(t->evaluator,
                               &(const zkb_air_weights){.constraint = constraint,
                                                        .numerator = l1,
                                                        .denominator = l2,
                                                        .beta_powers = challenges->beta_powers});
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

static zkb_status start_tables(joined_table *tables, zkb_prover *prover, range_context *x,
                               const zkb_fr *point, const zkb_fr *claims,
                               const zkb_joined_challenges *challenges, zkb_error *error)
{
    zkb_fr power = zkb_fr_one;
    for (uint32_t i = 0; i < prover->layout->table_count; i++) {
        const zkb_layout_table *place = &prover->layout->tables[i];
        joined_table *t = &tables[i];
        *t = (joined_table){.evaluator = prover->tables[i],
                            .table = &prover->statement->tables[place->table],
                            .log_height = place->log_height,
                            .degree = zkb_table_evaluator_degree(prover->tables[i]),
                            .power = power};
        if (t->table->shape.chip->interaction_count != 0) {
            zkb_fr q;
            zkb_fr_mul(&t->claim, &claims[0], &challenges->l1);
            zkb_fr_mul(&q, &claims[1], &challenges->l2);
            zkb_fr_add(&t->claim, &t->claim, &q);
            claims += 2;
        }
        zkb_fr_mul(&power, &power, &challenges->rho);
        ZKB_TRY(zkb_table_evaluator_columns(t->evaluator, prover->arena, error));
        ZKB_TRY(weigh_table(t, prover, place, point, challenges, error));
        x->evaluator = t->evaluator;
        x->blocks = zkb_table_evaluator_row_blocks(t->evaluator);
        ZKB_TRY(over_ranges(x, prover, materialise_range, error));
    }
    return ZKB_OK;
}

/* ---- Rounds -------------------------------------------------------------------------------- */

/* The table's polynomial of the round, its coefficients from the constant up. */
static zkb_status table_round(zkb_fr *coefficients, const joined_table *t, range_context *x,
                              zkb_prover *prover, const zkb_fr *xi, zkb_error *error)
{
    x->evaluator = t->evaluator;
    x->blocks = zkb_table_evaluator_round_blocks(t->evaluator);
    ZKB_TRY(over_ranges(x, prover, round_range, error));
    zkb_round_polynomial(coefficients, x->sums, t->degree, &t->claim, xi);
    return ZKB_OK;
}

/* The round of variable k: one message, one challenge. */
static zkb_status prove_round(zkb_fr *s, zkb_prover *prover, joined_table *tables,
                              zkb_fr (*polynomials)[SUMS + 1], range_context *x,
                              const zkb_fr *point, unsigned k, zkb_error *error)
{
    zkb_fr sent[SUMS + 1] = {0};
    uint32_t joined = 0;
    for (; joined < prover->layout->table_count && tables[joined].log_height > k; joined++) {
        const joined_table *t = &tables[joined];
        ZKB_TRY(table_round(polynomials[joined], t, x, prover, &point[k], error));
        for (unsigned i = 1; i <= t->degree; i++) {
            zkb_fr c;
            zkb_fr_mul(&c, &polynomials[joined][i], &t->power);
            zkb_fr_add(&sent[i], &sent[i], &c);
        }
    }
    zkb_prover_send(prover, sent + 1, prover->layout->degree);
    zkb_transcript_challenge(&s[k], &prover->transcript);
    for (uint32_t i = 0; i < joined; i++) {
        zkb_horner(&tables[i].claim, polynomials[i], tables[i].degree, &s[k]);
        zkb_table_evaluator_bind(tables[i].evaluator, &s[k]);
    }
    return ZKB_OK;
}

static zkb_status prove_rounds(zkb_fr *s, zkb_prover *prover, joined_table *tables,
                               zkb_fr (*polynomials)[SUMS + 1], range_context *x, zkb_fr_block *eq,
                               const zkb_fr *point, zkb_error *error)
{
    const unsigned top = prover->layout->log_height;
    if (top > 0) {
        zkb_eq_blocks(eq, point, top - 1);
    }
    for (unsigned k = top; k-- > 0;) {
        ZKB_TRY(prove_round(s, prover, tables, polynomials, x, point, k, error));
        if (k > 0) {
            zkb_eq_blocks_reduce(eq, k);
        }
    }
    return ZKB_OK;
}

/* ---- End ----------------------------------------------------------------------------------- */

static uint64_t longest_column(const zkb_table *table)
{
    uint64_t length = 0;
    for (uint32_t c = 0; c < table->shape.chip->committed_count; c++) {
        length = table->committed[c].length > length ? table->committed[c].length : length;
    }
    for (uint32_t c = 0; c < table->shape.chip->preprocessed_count; c++) {
        length = table->preprocessed[c].length > length ? table->preprocessed[c].length : length;
    }
    return length;
}

/* All columns at s, each at as many coordinates as its table has variables: from the shortest table
 * up, so that one table of eq grows along. */
static zkb_status evaluate_columns(zkb_fr *evaluations, zkb_prover *prover,
                                   const joined_table *tables, range_context *x, zkb_fr_block *eq,
                                   const zkb_fr *s, zkb_error *error)
{
    unsigned variables = 0;
    zkb_eq_blocks(eq, s, 0);
    for (uint32_t i = prover->layout->table_count; i-- > 0;) {
        const joined_table *t = &tables[i];
        for (; variables < t->log_height; variables++) {
            zkb_eq_blocks_extend(eq, &s[variables], variables + 1);
        }
        x->evaluator = t->evaluator;
        x->eq = eq;
        x->blocks = zkb_blocks((size_t)longest_column(t->table));
        x->stride = column_count(t->table->shape.chip);
        ZKB_TRY(over_ranges(x, prover, column_range, error));
        memcpy(evaluations + prover->layout->tables[i].first_column, x->sums,
               x->stride * sizeof(zkb_fr));
    }
    return ZKB_OK;
}

static size_t sums_stride(const zkb_layout *layout, const zkb_statement *statement)
{
    size_t most = SUMS;
    for (uint32_t i = 0; i < layout->table_count; i++) {
        const size_t columns = column_count(statement->tables[i].shape.chip);
        most = columns > most ? columns : most;
    }
    return most;
}

zkb_status zkb_joined_prove(zkb_fr *evaluations, zkb_fr *s, zkb_prover *prover, const zkb_fr *point,
                            const zkb_fr *claims, const zkb_joined_challenges *challenges,
                            zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const unsigned top = prover->layout->log_height;
    const size_t count = prover->layout->table_count;
    void *tables, *polynomials, *eq, *sums;
    ZKB_TRY(zkb_prover_alloc(&tables, prover, count, sizeof(joined_table), error));
    ZKB_TRY(zkb_prover_alloc(&polynomials, prover, count, (SUMS + 1) * sizeof(zkb_fr), error));
    ZKB_TRY(
        zkb_prover_alloc(&eq, prover, zkb_blocks((size_t)1 << top), sizeof(zkb_fr_block), error));
    ZKB_TRY(zkb_prover_alloc(&sums, prover,
                             prover->threads * sums_stride(prover->layout, prover->statement),
                             sizeof(zkb_fr), error));
    range_context x = {.eq = eq, .sums = sums, .stride = SUMS};
    ZKB_TRY(start_tables(tables, prover, &x, point, claims, challenges, error));
    ZKB_TRY(prove_rounds(s, prover, tables, polynomials, &x, eq, point, error));
    ZKB_TRY(evaluate_columns(evaluations, prover, tables, &x, eq, s, error));
    zkb_prover_send(prover, evaluations, prover->layout->column_count);
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

size_t zkb_joined_scratch(const zkb_layout *layout, const zkb_statement *statement,
                          unsigned threads)
{
    size_t weights = 0;
    size_t columns = 0;
    for (uint32_t i = 0; i < layout->table_count; i++) {
        columns += zkb_table_evaluator_columns_scratch(&statement->tables[i]);
        const zkb_chip *chip = statement->tables[i].shape.chip;
        const size_t bytes = zkb_arena_cost(((size_t)chip->constraint_count + 1) * sizeof(zkb_fr)) +
                             2 * zkb_arena_cost(chip->interaction_count * sizeof(zkb_fr));
        weights = bytes > weights ? bytes : weights;
    }
    return weights + columns + zkb_arena_cost(layout->table_count * sizeof(joined_table)) +
           zkb_arena_cost(layout->table_count * (SUMS + 1) * sizeof(zkb_fr)) +
           zkb_arena_cost(zkb_blocks((size_t)1 << layout->log_height) * sizeof(zkb_fr_block)) +
           zkb_arena_cost(threads * sums_stride(layout, statement) * sizeof(zkb_fr));
}
