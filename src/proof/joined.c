#include "air/evaluate.h"
#include "poly/eq.h"
#include "poly/interpolate.h"
#include "proof/prover.h"

/* One table in the sumcheck. */
typedef struct joined_table {
    const zkb_layout_table *place;
    const zkb_table_shape *shape;
    zkb_fr *columns; /* committed, then preprocessed: 2^log_height cells each */
    zkb_fr *weights; /* of the interactions */
    zkb_fr *values;  /* of the chip's nodes; scratch */
    zkb_fr *cells;   /* of all columns at one point; scratch */
    zkb_fr power;    /* rho^t */
} joined_table;

static uint32_t column_count(const zkb_chip *chip)
{
    return chip->committed_count + chip->preprocessed_count;
}

static void load_columns(joined_table *t, const zkb_table *table)
{
    const zkb_chip *chip = t->shape->chip;
    const size_t height = (size_t)1 << t->shape->log_height;
    for (uint32_t c = 0; c < column_count(chip); c++) {
        const bool committed = c < chip->committed_count;
        const uint32_t at = committed ? c : c - chip->committed_count;
        const zkb_column_data *data = committed ? &table->committed[at] : &table->preprocessed[at];
        const unsigned bits = committed ? chip->committed[at].bits : chip->preprocessed[at].bits;
        for (size_t row = 0; row < height; row++) {
            zkb_column_cell(&t->columns[c * height + row], data, bits, row);
        }
    }
}

static zkb_status start_table(joined_table *t, zkb_prover *prover, const zkb_fr *point,
                              zkb_error *error)
{
    const zkb_table *table = &prover->statement->tables[t->place->table];
    t->shape = &table->shape;
    const zkb_chip *chip = t->shape->chip;
    const size_t columns = column_count(chip);
    void *memory;
    ZKB_TRY(
        zkb_prover_alloc(&memory, prover, columns << t->shape->log_height, sizeof(zkb_fr), error));
    t->columns = memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, chip->interaction_count, sizeof(zkb_fr), error));
    t->weights = memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, chip->node_count, sizeof(zkb_fr), error));
    t->values = memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, columns, sizeof(zkb_fr), error));
    t->cells = memory;
    load_columns(t, table);
    zkb_block_weights(t->weights, chip->interaction_count, t->place->first_leaf,
                      t->place->log_height, point, prover->layout->log_leaves);
    return ZKB_OK;
}

/* G of the table at `at`, whose columns have the values t->cells there. */
static void evaluate(zkb_fr *out, joined_table *t, const zkb_fr *at,
                     const zkb_joined_challenges *challenges)
{
    zkb_fr active;
    zkb_prefix_evaluate(&active, t->shape->active, at, t->shape->log_height);
    zkb_chip_point_values(t->values, t->shape, at, t->cells,
                          t->cells + t->shape->chip->committed_count);
    zkb_joined_term(out, t->shape->chip, t->values, &active, t->weights, challenges);
}

/* Adds rho^t sum_x eq[x] G(x, X, s) to sums[X] for X = 0..degree, variable k at X. at[j] = s_j for
 * j > k. */
static void add_round(zkb_fr *sums, unsigned degree, joined_table *t, unsigned k, const zkb_fr *eq,
                      zkb_fr *at, const zkb_joined_challenges *challenges)
{
    const uint32_t columns = column_count(t->shape->chip);
    const size_t stride = (size_t)1 << t->shape->log_height;
    const size_t half = (size_t)1 << k;
    for (size_t x = 0; x < half; x++) {
        for (unsigned j = 0; j < k; j++) {
            at[j] = ((x >> j) & 1) != 0 ? zkb_fr_one : ZKB_FR_ZERO;
        }
        zkb_fr weight;
        zkb_fr_mul(&weight, &eq[x], &t->power);
        at[k] = ZKB_FR_ZERO;
        for (uint32_t c = 0; c < columns; c++) {
            t->cells[c] = t->columns[c * stride + x];
        }
        for (unsigned i = 0; i <= degree; i++) {
            zkb_fr g;
            evaluate(&g, t, at, challenges);
            zkb_fr_mul(&g, &g, &weight);
            zkb_fr_add(&sums[i], &sums[i], &g);
            zkb_fr_add(&at[k], &at[k], &zkb_fr_one);
            for (uint32_t c = 0; c < columns; c++) { /* one step along X */
                const zkb_fr *cells = &t->columns[c * stride];
                zkb_fr_add(&t->cells[c], &t->cells[c], &cells[half + x]);
                zkb_fr_sub(&t->cells[c], &t->cells[c], &cells[x]);
            }
        }
    }
}

static void bind(joined_table *t, unsigned k, const zkb_fr *s)
{
    const uint32_t columns = column_count(t->shape->chip);
    const size_t half = (size_t)1 << k;
    for (uint32_t c = 0; c < columns; c++) {
        zkb_fr *cells = &t->columns[(size_t)c << t->shape->log_height];
        for (size_t x = 0; x < half; x++) {
            zkb_fr d;
            zkb_fr_sub(&d, &cells[half + x], &cells[x]);
            zkb_fr_mul(&d, &d, s);
            zkb_fr_add(&cells[x], &cells[x], &d);
        }
    }
}

static void send_evaluations(zkb_fr *values, zkb_prover *prover, const joined_table *tables)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < prover->layout->table_count; i++) {
        const joined_table *t = &tables[i];
        for (uint32_t c = 0; c < column_count(t->shape->chip); c++) {
            values[count++] = t->columns[(size_t)c << t->shape->log_height];
        }
    }
    zkb_prover_send(prover, values, count);
}

static zkb_status start_tables(joined_table *tables, zkb_prover *prover, const zkb_fr *point,
                               const zkb_fr *rho, zkb_error *error)
{
    zkb_fr power = zkb_fr_one;
    for (uint32_t i = 0; i < prover->layout->table_count; i++) {
        tables[i] = (joined_table){.place = &prover->layout->tables[i], .power = power};
        ZKB_TRY(start_table(&tables[i], prover, point, error));
        zkb_fr_mul(&power, &power, rho);
    }
    return ZKB_OK;
}

/* The round of variable k: one message, one challenge. */
static void prove_round(zkb_fr *s, zkb_prover *prover, joined_table *tables, zkb_fr *eq,
                        const zkb_fr *point, unsigned k, const zkb_joined_challenges *challenges)
{
    const unsigned degree = prover->layout->degree;
    zkb_fr sums[ZKB_INTERPOLATE_MAX_DEGREE + 1] = {0};
    zkb_fr coefficients[ZKB_INTERPOLATE_MAX_DEGREE + 1];
    zkb_fr at[ZKB_MAX_LOG_HEIGHT];
    for (unsigned j = k + 1; j < prover->layout->log_height; j++) {
        at[j] = s[j];
    }
    zkb_eq_table(eq, point, k);
    for (uint32_t i = 0; i < prover->layout->table_count; i++) {
        if (tables[i].place->log_height > k) {
            add_round(sums, degree, &tables[i], k, eq, at, challenges);
        }
    }
    zkb_interpolate(coefficients, sums, degree);
    zkb_prover_send(prover, coefficients + 1, degree);
    zkb_transcript_challenge(&s[k], &prover->transcript);
    for (uint32_t i = 0; i < prover->layout->table_count; i++) {
        if (tables[i].place->log_height > k) {
            bind(&tables[i], k, &s[k]);
        }
    }
}

zkb_status zkb_joined_prove(zkb_fr *evaluations, zkb_fr *s, zkb_prover *prover, const zkb_fr *point,
                            const zkb_joined_challenges *challenges, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const unsigned top = prover->layout->log_height;
    void *tables, *eq;
    ZKB_TRY(zkb_prover_alloc(&tables, prover, prover->layout->table_count, sizeof(joined_table),
                             error));
    ZKB_TRY(start_tables(tables, prover, point, &challenges->rho, error));
    ZKB_TRY(zkb_prover_alloc(&eq, prover, top == 0 ? 1 : (size_t)1 << (top - 1), sizeof(zkb_fr),
                             error));
    for (unsigned k = top; k-- > 0;) {
        prove_round(s, prover, tables, eq, point, k, challenges);
    }
    send_evaluations(evaluations, prover, tables);
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

size_t zkb_joined_scratch(const zkb_layout *layout, const zkb_statement *statement,
                          unsigned threads)
{
    (void)threads;
    size_t bytes = zkb_arena_cost(layout->table_count * sizeof(joined_table)) +
                   zkb_arena_cost(sizeof(zkb_fr) << layout->log_height);
    for (uint32_t i = 0; i < layout->table_count; i++) {
        const zkb_layout_table *place = &layout->tables[i];
        const zkb_chip *chip = statement->tables[place->table].shape.chip;
        const size_t columns = column_count(chip);
        bytes += zkb_arena_cost((columns * sizeof(zkb_fr)) << place->log_height) +
                 zkb_arena_cost(chip->interaction_count * sizeof(zkb_fr)) +
                 zkb_arena_cost(chip->node_count * sizeof(zkb_fr)) +
                 zkb_arena_cost(columns * sizeof(zkb_fr));
    }
    return bytes;
}
