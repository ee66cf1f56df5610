#include "air/table_evaluator.h"

#include "air/evaluate_kernels.h"
#include "poly/interpolate.h"

#include <assert.h>
#include <string.h>

struct zkb_table_evaluator {
    const zkb_table *table;
    const zkb_chip *chip;
    const zkb_product_form *program;
    const zkb_air_kernels *kernels;
    zkb_air_source *sources; /* of each leaf; 0 is not used */
    zkb_air_source *columns; /* committed, then preprocessed */
    zkb_fr *scalars;
    zkb_fr *weights;            /* zkb_weight_count */
    zkb_fr *coefficients;       /* of each leaf, while a form is made */
    zkb_air_linear_form *forms; /* of the program */
    zkb_air_product *products;
    zkb_air_fraction_part *numerators, *denominators;
    zkb_air_input *inputs;
    zkb_vector_room *scales, *offsets;
    zkb_fr *values; /* of the chip's nodes, scratch */
    uint64_t rows;  /* of the table that may differ from the tails */
    zkb_air_round round;
    bool binding; /* the next round binds round.challenge first */
};

/* ---- Memory -------------------------------------------------------------------------------- */

/* Takes from the arena, or only counts when there is none. */
typedef struct zkb_taker {
    zkb_arena *arena;
    size_t bytes;
    bool failed;
} zkb_taker;

static void *take(zkb_taker *t, size_t count, size_t size)
{
    t->bytes += zkb_arena_cost(count * size);
    if (t->arena == NULL || t->failed) {
        return NULL;
    }
    void *p = zkb_arena_alloc(t->arena, count, size);
    t->failed = p == NULL;
    return p;
}

/* ---- Sources ------------------------------------------------------------------------------- */

static zkb_air_source column_source(const zkb_column_data *data, unsigned bits)
{
    zkb_air_source s = {.cells = data->cells, .length = data->length};
    s.kind = bits <= 8    ? ZKB_SOURCE_U8
             : bits == 16 ? ZKB_SOURCE_U16
             : bits == 32 ? ZKB_SOURCE_U32
             : bits == 64 ? ZKB_SOURCE_U64
                          : ZKB_SOURCE_FR;
    return s;
}

static zkb_air_source node_source(const zkb_table *table, const zkb_node *n)
{
    const zkb_chip *chip = table->shape.chip;
    const uint64_t height = (uint64_t)1 << table->shape.log_height;
    zkb_air_source s = {.low_a = n->low_a, .low_b = n->low_b, .count = n->count, .length = height};
    switch ((zkb_node_kind)n->kind) {
    case ZKB_NODE_COMMITTED:
        return column_source(&table->committed[n->x], chip->committed[n->x].bits);
    case ZKB_NODE_PREPROCESSED:
        return column_source(&table->preprocessed[n->x], chip->preprocessed[n->x].bits);
    case ZKB_NODE_ROW:
        s.kind = ZKB_SOURCE_BITS;
        s.count = (uint8_t)table->shape.log_height;
        break;
    case ZKB_NODE_ROW_AND:
        s.kind = ZKB_SOURCE_AND;
        break;
    case ZKB_NODE_ROW_POWER:
        s.kind = ZKB_SOURCE_POWER;
        break;
    default:
        s.kind = ZKB_SOURCE_BITS;
        break;
    }
    return s;
}

static zkb_air_source leaf_source(const zkb_table *table, const zkb_product_form *program,
                                  uint32_t leaf)
{
    if (leaf <= ZKB_LEAF_ACTIVE) {
        return (zkb_air_source){.kind = ZKB_SOURCE_ACTIVE, .length = table->shape.active};
    }
    return node_source(table, &table->shape.chip->nodes[program->leaves[leaf]]);
}

/* The rows from which on every column that the product form reads is constant, if the chip's
 * constraints hold there; else all rows. */
static uint64_t rows_that_count(const zkb_table *table, zkb_fr *values)
{
    const zkb_chip *chip = table->shape.chip;
    const uint64_t height = (uint64_t)1 << table->shape.log_height;
    uint64_t rows = table->shape.active;
    for (uint32_t leaf = ZKB_LEAF_ACTIVE + 1; leaf < chip->product->leaf_count; leaf++) {
        const uint64_t length = leaf_source(table, chip->product, leaf).length;
        rows = length > rows ? length : rows;
    }
    if (rows >= height || values == NULL) {
        return height;
    }
    zkb_chip_row_values(values, table, rows);
    for (uint32_t c = 0; c < chip->constraint_count; c++) {
        if (!zkb_fr_is_zero(&values[chip->constraints[c].node])) {
            return height;
        }
    }
    return rows;
}

/* ---- Creation ------------------------------------------------------------------------------ */

static void take_columns(zkb_table_evaluator *p, zkb_taker *t, uint64_t rows)
{
    const zkb_product_form *f = p->program;
    const uint64_t half = ((uint64_t)1 << p->table->shape.log_height) / 2;
    const size_t form_blocks = zkb_blocks((size_t)rows) + 1;
    const size_t leaf_blocks = zkb_blocks((size_t)(rows < half ? rows : half)) + 1;
    for (uint32_t i = 0; i < f->input_count; i++) {
        const bool is_form = f->inputs[i].is_form;
        zkb_fr_block *blocks = take(t, is_form ? form_blocks : leaf_blocks, sizeof(zkb_fr_block));
        if (p->inputs != NULL) {
            p->inputs[i].blocks = blocks;
        }
    }
}

static void take_forms(zkb_table_evaluator *p, zkb_taker *t)
{
    const zkb_product_form *f = p->program;
    for (uint32_t i = 0; i < f->form_count; i++) {
        const uint32_t count =
            f->forms[i].count < f->leaf_count ? f->forms[i].count : f->leaf_count;
        zkb_air_linear_term *terms = take(t, count, sizeof(zkb_air_linear_term));
        if (p->forms != NULL) {
            p->forms[i].terms = terms;
        }
    }
}

/* Everything but the columns of the sumcheck; the sizes depend on the chip alone. */
static void take_all(zkb_table_evaluator *p, zkb_taker *t)
{
    const zkb_chip *chip = p->chip;
    const zkb_product_form *f = p->program;
    p->sources = take(t, f->leaf_count, sizeof *p->sources);
    p->columns = take(t, chip->committed_count + chip->preprocessed_count, sizeof *p->columns);
    p->scalars = take(t, f->scalar_count, sizeof *p->scalars);
    p->weights = take(t, zkb_weight_count(chip), sizeof *p->weights);
    p->coefficients = take(t, f->leaf_count, sizeof *p->coefficients);
    p->forms = take(t, f->form_count, sizeof *p->forms);
    p->products = take(t, f->product_count, sizeof *p->products);
    p->numerators = take(t, chip->interaction_count, sizeof *p->numerators);
    p->denominators = take(t, chip->interaction_count, sizeof *p->denominators);
    p->inputs = take(t, f->input_count, sizeof *p->inputs);
    p->scales = take(t, f->group_count, sizeof *p->scales);
    p->offsets = take(t, f->offset_count, sizeof *p->offsets);
    p->values = take(t, chip->node_count, sizeof *p->values);
    take_forms(p, t);
}

size_t zkb_table_evaluator_scratch(const zkb_table *table)
{
    zkb_table_evaluator p = {
        .table = table, .chip = table->shape.chip, .program = table->shape.chip->product};
    zkb_taker t = {.bytes = zkb_arena_cost(sizeof p)};
    take_all(&p, &t);
    return t.bytes;
}

size_t zkb_table_evaluator_columns_scratch(const zkb_table *table)
{
    zkb_table_evaluator p = {.table = table, .program = table->shape.chip->product};
    zkb_taker t = {0};
    take_columns(&p, &t, (uint64_t)1 << table->shape.log_height);
    return t.bytes;
}

static zkb_status too_small(const zkb_table *table, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, "table prover", ZKB_NO_INDEX,
                    "chip %s: the arena is too small; zkb_table_evaluator_scratch and "
                    "zkb_table_evaluator_columns_scratch say how much is needed",
                    table->shape.chip->name);
}

zkb_status zkb_table_evaluator_columns(zkb_table_evaluator *p, zkb_arena *arena, zkb_error *error)
{
    zkb_taker t = {.arena = arena};
    take_columns(p, &t, p->rows);
    return t.failed ? too_small(p->table, error) : ZKB_OK;
}

static void find_scalars(zkb_table_evaluator *p)
{
    for (uint32_t i = 0; i < p->program->scalar_count; i++) {
        const zkb_scalar *s = &p->program->scalars[i];
        if (i == 0) {
            p->scalars[i] = zkb_fr_one;
        } else if (s->instance != ZKB_PRODUCT_NONE) {
            p->scalars[i] = p->table->shape.instances[s->instance];
        } else {
            zkb_fr_mul(&p->scalars[i], &p->scalars[s->x], &p->scalars[s->y]);
        }
    }
}

static void find_sources(zkb_table_evaluator *p)
{
    const zkb_chip *chip = p->chip;
    for (uint32_t i = 0; i < p->program->leaf_count; i++) {
        p->sources[i] = leaf_source(p->table, p->program, i);
    }
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        p->columns[i] = column_source(&p->table->committed[i], chip->committed[i].bits);
    }
    for (uint32_t i = 0; i < chip->preprocessed_count; i++) {
        p->columns[chip->committed_count + i] =
            column_source(&p->table->preprocessed[i], chip->preprocessed[i].bits);
    }
}

zkb_status zkb_table_evaluator_create(zkb_table_evaluator **out, zkb_arena *arena,
                                      const zkb_table *table, zkb_error *error)
{
    zkb_taker t = {.arena = arena};
    zkb_table_evaluator *p = take(&t, 1, sizeof *p);
    *out = NULL;
    if (p != NULL) {
        *p = (zkb_table_evaluator){.table = table,
                                   .chip = table->shape.chip,
                                   .program = table->shape.chip->product,
                                   .kernels = zkb_air_kernels_get()};
        take_all(p, &t);
    }
    if (p == NULL || t.failed) {
        return too_small(table, error);
    }
    p->rows = rows_that_count(table, p->values);
    find_scalars(p);
    find_sources(p);
    for (uint32_t i = 0; i < p->program->offset_count; i++) {
        p->kernels->fill(&p->offsets[i], &p->program->offsets[i]);
    }
    *out = p;
    return ZKB_OK;
}

/* ---- Forms --------------------------------------------------------------------------------- */

/* The form's coefficients under the given weights; the kernels' vectors too. */
static void make_form(zkb_table_evaluator *p, uint32_t index, const zkb_fr *weights)
{
    const zkb_linear_form *f = &p->program->forms[index];
    zkb_air_linear_form *out = &p->forms[index];
    memset(p->coefficients, 0, p->program->leaf_count * sizeof *p->coefficients);
    for (uint32_t i = 0; i < f->count; i++) {
        const zkb_linear_entry *e = &p->program->entries[f->first + i];
        zkb_fr c = e->coefficient;
        if (e->scalar != 0) {
            zkb_fr_mul(&c, &c, &p->scalars[e->scalar]);
        }
        if (e->weight != 0) {
            zkb_fr_mul(&c, &c, &weights[e->weight]);
        }
        zkb_fr_add(&p->coefficients[e->leaf], &p->coefficients[e->leaf], &c);
    }
    out->constant = p->coefficients[0];
    out->count = 0;
    out->full = false;
    for (uint32_t leaf = 1; leaf < p->program->leaf_count; leaf++) {
        if (!zkb_fr_is_zero(&p->coefficients[leaf])) {
            zkb_air_linear_term *t = &out->terms[out->count++];
            const uint8_t kind = p->sources[leaf].kind;
            t->source = leaf;
            t->value = p->coefficients[leaf];
            t->full = kind == ZKB_SOURCE_FR || kind == ZKB_SOURCE_POWER;
            out->full = out->full || t->full;
        }
    }
    p->kernels->prepare(out);
}

/* ---- Leaves -------------------------------------------------------------------------------- */

static void make_part(zkb_table_evaluator *p, zkb_air_fraction_part *part, const zkb_leaf_sum *sum,
                      const zkb_fr *beta_powers, const zkb_fr *fill)
{
    make_form(p, sum->form, beta_powers);
    *part = (zkb_air_fraction_part){.form = &p->forms[sum->form],
                                    .products = &p->products[sum->first],
                                    .product_count = sum->count,
                                    .active = p->table->shape.active,
                                    .fill = *fill};
    for (uint32_t i = 0; i < sum->count; i++) {
        const zkb_leaf_product *from = &p->program->products[sum->first + i];
        zkb_air_product *to = &p->products[sum->first + i];
        make_form(p, from->coefficient, beta_powers);
        to->coefficient = p->forms[from->coefficient].constant;
        to->count = from->count;
        for (uint32_t k = 0; k < from->count; k++) {
            make_form(p, from->forms[k], beta_powers);
            to->forms[k] = &p->forms[from->forms[k]];
        }
    }
}

static void signed_constant(zkb_fr *out, int64_t value)
{
    zkb_fr_from_u64(out, (uint64_t)(value < 0 ? -value : value));
    if (value < 0) {
        zkb_fr_neg(out, out);
    }
}

void zkb_table_evaluator_fractions(zkb_table_evaluator *p, const zkb_fr *alpha,
                                   const zkb_fr *beta_powers)
{
    const zkb_fr zero = ZKB_FR_ZERO;
    for (uint32_t i = 0; i < p->chip->interaction_count; i++) {
        const zkb_interaction *t = &p->chip->interactions[i];
        make_part(p, &p->numerators[i], &p->program->numerators[i], beta_powers, &zero);
        make_part(p, &p->denominators[i], &p->program->denominators[i], beta_powers, alpha);
        zkb_air_linear_form *form = &p->forms[p->program->denominators[i].form];
        zkb_fr_add(&form->constant, &form->constant, alpha);
        p->kernels->prepare(form);
        if (t->kind == ZKB_MULTIPLICITY_CONSTANT) {
            form = &p->forms[p->program->numerators[i].form];
            signed_constant(&form->constant, t->constant);
            p->kernels->prepare(form);
        }
    }
}

void zkb_table_evaluator_denominators(const zkb_table_evaluator *p, zkb_fr_block *out, uint32_t i,
                                      uint64_t first, uint64_t count)
{
    assert(i < p->chip->interaction_count);
    p->kernels->fraction_rows(out, &p->denominators[i], p->sources, first, count);
}

void zkb_table_evaluator_numerators(const zkb_table_evaluator *p, zkb_fr_block *out, uint32_t i,
                                    uint64_t first, uint64_t count)
{
    assert(i < p->chip->interaction_count);
    p->kernels->fraction_rows(out, &p->numerators[i], p->sources, first, count);
}

/* ---- The joined sumcheck ------------------------------------------------------------------- */

static void make_weights(zkb_table_evaluator *p, const zkb_air_weights *weights)
{
    const zkb_chip *chip = p->chip;
    p->weights[0] = zkb_fr_one;
    for (uint32_t c = 0; c < chip->constraint_count; c++) {
        p->weights[zkb_weight_constraint(c)] = weights->constraint[c];
    }
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        p->weights[zkb_weight_numerator(chip, i)] = weights->numerator[i];
        for (uint32_t j = 0; j <= chip->interactions[i].arity; j++) {
            zkb_fr_mul(&p->weights[zkb_weight_denominator(chip, i, j)], &weights->denominator[i],
                       &weights->beta_powers[j]);
        }
    }
}

void zkb_table_evaluator_joined(zkb_table_evaluator *p, const zkb_air_weights *weights)
{
    const zkb_product_form *f = p->program;
    const zkb_fr zero = ZKB_FR_ZERO;
    make_weights(p, weights);
    for (uint32_t i = 0; i < f->input_count; i++) {
        zkb_air_input *input = &p->inputs[i];
        const uint32_t index = f->inputs[i].index;
        input->stored = f->inputs[i].is_form;
        input->source = index;
        if (input->stored) {
            make_form(p, index, p->weights);
        }
        p->kernels->fill(&input->tail, input->stored ? &p->forms[index].constant : &zero);
    }
    for (uint32_t i = 0; i < f->group_count; i++) {
        if (f->groups[i].scaled) {
            make_form(p, f->groups[i].last, p->weights);
            p->kernels->fill(&p->scales[i], &p->forms[f->groups[i].last].constant);
        }
    }
    p->binding = false;
    p->round = (zkb_air_round){.program = f,
                               .sources = p->sources,
                               .inputs = p->inputs,
                               .scales = p->scales,
                               .offsets = p->offsets,
                               .variables = p->table->shape.log_height,
                               .extent = p->rows};
}

uint64_t zkb_table_evaluator_row_blocks(const zkb_table_evaluator *p)
{
    return zkb_blocks((size_t)p->rows);
}

void zkb_table_evaluator_materialise(zkb_table_evaluator *p, uint64_t first, uint64_t count)
{
    zkb_fr_block *outs[ZKB_MAX_INPUTS];
    const zkb_air_linear_form *forms[ZKB_MAX_INPUTS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->program->input_count; i++) {
        if (p->program->inputs[i].is_form) {
            outs[n] = p->inputs[i].blocks;
            forms[n++] = &p->forms[p->program->inputs[i].index];
        }
    }
    p->kernels->forms_rows(outs, forms, n, p->sources, p->program->leaf_count, first, count);
}

unsigned zkb_table_evaluator_degree(const zkb_table_evaluator *p) { return p->program->degree; }

uint64_t zkb_table_evaluator_round_blocks(const zkb_table_evaluator *p)
{
    const unsigned left = p->round.variables - p->binding; /* in the round at hand */
    if (left == 0 || p->round.extent == 0) {
        return 0;
    }
    const uint64_t half = (uint64_t)1 << (left - 1);
    return zkb_blocks((size_t)(half < p->round.extent ? half : p->round.extent));
}

void zkb_table_evaluator_round(const zkb_table_evaluator *p, zkb_fr *sums, const zkb_fr_block *eq,
                               uint64_t first, uint64_t count)
{
    assert(first + count <= zkb_table_evaluator_round_blocks(p));
    if (count == 0) {
        return;
    }
    if (p->binding) {
        p->kernels->next_round(sums, &p->round, eq, first, count);
    } else {
        p->kernels->first_round(sums, &p->round, eq, first, count);
    }
}

void zkb_table_evaluator_bind(zkb_table_evaluator *p, const zkb_fr *r)
{
    assert(p->round.variables > p->binding);
    if (p->binding) { /* the round's pass has bound the variable before this one */
        p->round.variables--;
        const uint64_t rows = (uint64_t)1 << p->round.variables;
        p->round.extent = p->round.extent < rows ? p->round.extent : rows;
        for (uint32_t i = 0; i < p->program->input_count; i++) {
            p->inputs[i].stored = true;
        }
    }
    p->round.challenge = *r;
    p->binding = true;
}

void zkb_round_polynomial(zkb_fr *coefficients, const zkb_fr *sums, unsigned degree,
                          const zkb_fr *claim, const zkb_fr *xi)
{
    const zkb_fr top = sums[degree - 1];
    zkb_fr values[ZKB_INTERPOLATE_MAX_DEGREE + 1];
    zkb_fr t;
    if (degree == 1) {
        zkb_fr_mul(&t, xi, &top);
        zkb_fr_sub(&coefficients[0], claim, &t);
        coefficients[1] = top;
        return;
    }
    zkb_fr rest;
    zkb_fr_mul(&t, xi, &sums[0]);
    zkb_fr_sub(&values[0], claim, &t);
    zkb_fr_sub(&rest, &zkb_fr_one, xi);
    zkb_fr_inv(&rest, &rest);
    zkb_fr_mul(&values[0], &values[0], &rest);
    for (unsigned x = 1; x < degree; x++) { /* without the top coefficient's part */
        zkb_fr_from_u64(&t, x);
        zkb_fr power = top;
        for (unsigned j = 0; j < degree; j++) {
            zkb_fr_mul(&power, &power, &t);
        }
        zkb_fr_sub(&values[x], &sums[x - 1], &power);
    }
    zkb_interpolate(coefficients, values, degree - 1);
    coefficients[degree] = top;
}

/* ---- Columns at a point -------------------------------------------------------------------- */

void zkb_table_evaluator_column_sums(const zkb_table_evaluator *p, zkb_fr *sums,
                                     const zkb_fr_block *eq, uint64_t first, uint64_t count)
{
    p->kernels->column_sums(
        sums, p->columns, p->chip->committed_count + p->chip->preprocessed_count, eq, first, count);
}
