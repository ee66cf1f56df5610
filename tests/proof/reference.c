/* The two phases of the prover in the plainest scalar form: every leaf, every layer and every
 * round from its definition, without prefixes, blocks or claims carried along. What the prover in
 * src/proof is held to, bit for bit. */
#include "proof/reference.h"

#include "air/evaluate.h"
#include "poly/eq.h"
#include "poly/interpolate.h"

void (*reference_tamper)(zkb_fr *claims, size_t count);

/* ---- The sum of all fractions --------------------------------------------------------------- */

/* A layer of 2^k fractions p_i/q_i. */
typedef struct layer {
    zkb_fr *p, *q;
} layer;

/* ---- The tree ------------------------------------------------------------------------------ */

static void table_leaves(const layer *leaves, const zkb_prover *prover,
                         const zkb_layout_table *place, zkb_fr *values)
{
    const zkb_table *table = &prover->statement->tables[place->table];
    const zkb_chip *chip = table->shape.chip;
    for (uint64_t row = 0; row < table->shape.active; row++) {
        zkb_chip_row_values(values, table, row);
        for (uint32_t i = 0; i < chip->interaction_count; i++) {
            const uint64_t at = place->first_leaf + ((uint64_t)i << place->log_height) + row;
            zkb_fr denominator;
            zkb_interaction_numerator(&leaves->p[at], chip, i, values);
            zkb_interaction_denominator(&denominator, chip, i, values, prover->beta_powers);
            zkb_fr_add(&leaves->q[at], &denominator, &prover->alpha);
        }
    }
}

static zkb_status make_leaves(layer *leaves, zkb_prover *prover, zkb_error *error)
{
    const size_t count = (size_t)1 << prover->layout->log_leaves;
    for (size_t i = 0; i < count; i++) {
        leaves->p[i] = ZKB_FR_ZERO;
        leaves->q[i] = prover->alpha;
    }
    const size_t mark = zkb_arena_mark(prover->arena);
    for (uint32_t t = 0; t < prover->layout->table_count; t++) {
        const zkb_layout_table *place = &prover->layout->tables[t];
        const zkb_chip *chip = prover->statement->tables[place->table].shape.chip;
        void *values;
        ZKB_TRY(zkb_prover_alloc(&values, prover, chip->node_count, sizeof(zkb_fr), error));
        table_leaves(leaves, prover, place, values);
        zkb_arena_release(prover->arena, mark);
    }
    return ZKB_OK;
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

/* layers[k] has 2^k fractions; child 2i + b of node i. */
static zkb_status make_tree(layer *layers, zkb_prover *prover, zkb_error *error)
{
    const unsigned nu = prover->layout->log_leaves;
    for (unsigned k = nu + 1; k-- > 0;) {
        const size_t count = (size_t)1 << k;
        void *p, *q;
        ZKB_TRY(zkb_prover_alloc(&p, prover, count, sizeof(zkb_fr), error));
        ZKB_TRY(zkb_prover_alloc(&q, prover, count, sizeof(zkb_fr), error));
        layers[k] = (layer){p, q};
        if (k == nu) {
            ZKB_TRY(make_leaves(&layers[k], prover, error));
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            add_fractions(&layers[k].p[i], &layers[k].q[i], &layers[k + 1].p[2 * i],
                          &layers[k + 1].q[2 * i]);
        }
    }
    return ZKB_OK;
}

/* ---- One layer ----------------------------------------------------------------------------- */

/* p0 q1 + p1 q0 + lambda q0 q1 */
static void layer_term(zkb_fr *out, const zkb_fr v[4], const zkb_fr *lambda)
{
    zkb_fr t;
    zkb_fr_mul(&t, lambda, &v[3]);
    zkb_fr_add(&t, &t, &v[1]);
    zkb_fr_mul(&t, &t, &v[2]);
    zkb_fr_mul(out, &v[0], &v[3]);
    zkb_fr_add(out, out, &t);
}

/* The child values p0, p1, q0, q1 of node x, variable 0 of x set to 0, 1 and "infinity". */
static void round_terms(zkb_fr sums[3], const layer *children, size_t pairs, const zkb_fr *eq,
                        const zkb_fr *lambda)
{
    for (int i = 0; i < 3; i++) {
        sums[i] = ZKB_FR_ZERO;
    }
    for (size_t x = 0; x < pairs; x++) {
        const zkb_fr *p = &children->p[4 * x];
        const zkb_fr *q = &children->q[4 * x];
        zkb_fr at[3][4] = {{p[0], p[1], q[0], q[1]}, {p[2], p[3], q[2], q[3]}};
        for (int i = 0; i < 4; i++) {
            zkb_fr_sub(&at[2][i], &at[1][i], &at[0][i]);
        }
        for (int i = 0; i < 3; i++) {
            zkb_fr t;
            layer_term(&t, at[i], lambda);
            zkb_fr_mul(&t, &t, &eq[x]);
            zkb_fr_add(&sums[i], &sums[i], &t);
        }
    }
}

/* Binds variable 0 of the nodes: children 4x + b and 4x + 2 + b become child 2x + b. */
static void bind_children(zkb_fr *values, size_t pairs, const zkb_fr *s)
{
    for (size_t x = 0; x < pairs; x++) {
        for (size_t b = 0; b < 2; b++) {
            const zkb_fr low = values[4 * x + b];
            zkb_fr t;
            zkb_fr_sub(&t, &values[4 * x + 2 + b], &low);
            zkb_fr_mul(&t, &t, s);
            zkb_fr_add(&values[2 * x + b], &t, &low);
        }
    }
}

/* Layer k >= 1: from claims about layer k at point to claims about layer k + 1. The children
 * are overwritten. */
static zkb_status prove_layer(zkb_fr *point, zkb_prover *prover, layer *children, unsigned k,
                              zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    void *memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, (size_t)1 << (k == 0 ? 0 : k - 1), sizeof(zkb_fr),
                             error));
    zkb_fr *eq = memory;
    zkb_fr lambda, s[ZKB_MAX_LOG_LEAVES];
    if (k != 0) {
        zkb_transcript_challenge(&lambda, &prover->transcript);
    }
    for (unsigned j = 0; j < k; j++) {
        const size_t pairs = (size_t)1 << (k - 1 - j);
        zkb_fr sums[3], sent[2];
        zkb_eq_table(eq, point + j + 1, k - 1 - j);
        round_terms(sums, children, pairs, eq, &lambda);
        zkb_fr_sub(&sent[0], &sums[1], &sums[0]);
        zkb_fr_sub(&sent[0], &sent[0], &sums[2]);
        sent[1] = sums[2];
        zkb_prover_send(prover, sent, 2);
        zkb_transcript_challenge(&s[j], &prover->transcript);
        bind_children(children->p, pairs, &s[j]);
        bind_children(children->q, pairs, &s[j]);
    }
    const zkb_fr ends[4] = {children->p[0], children->p[1], children->q[0], children->q[1]};
    zkb_prover_send(prover, ends, 4);
    zkb_fr mu;
    zkb_transcript_challenge(&mu, &prover->transcript);
    point[0] = mu;
    for (unsigned j = 0; j < k; j++) {
        point[j + 1] = s[j];
    }
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
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

zkb_status reference_claims(zkb_fr *claims, zkb_prover *prover, const zkb_fr *point,
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

zkb_status reference_gkr(zkb_fr *point, zkb_fr *claims, zkb_prover *prover, zkb_error *error)
{
    const unsigned nu = prover->layout->log_leaves;
    layer layers[ZKB_MAX_LOG_LEAVES + 1] = {{NULL, NULL}};
    const size_t mark = zkb_arena_mark(prover->arena);
    ZKB_TRY(make_tree(layers, prover, error));
    for (unsigned k = 0; k < nu; k++) {
        ZKB_TRY(prove_layer(point, prover, &layers[k + 1], k, error));
    }
    zkb_arena_release(prover->arena, mark);
    ZKB_TRY(reference_claims(claims, prover, point, error));
    if (reference_tamper != NULL) {
        reference_tamper(claims, 2 * (size_t)prover->layout->interacting);
    }
    zkb_prover_send(prover, claims, 2 * (size_t)prover->layout->interacting);
    return ZKB_OK;
}

/* ---- The joined sumcheck ----------------------------------------------------------------------
 */

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

zkb_status reference_joined(zkb_fr *evaluations, zkb_fr *s, zkb_prover *prover, const zkb_fr *point,
                            const zkb_fr *claims, const zkb_joined_challenges *challenges,
                            zkb_error *error)
{
    (void)claims; /* the sums are computed whole */
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

const zkb_prover_phases reference_phases = {.commit = reference_commit,
                                            .gkr = reference_gkr,
                                            .joined = reference_joined,
                                            .gather = reference_gather,
                                            .open = zkb_prove_opening};
