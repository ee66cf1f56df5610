/* The evaluators against each other: rows, points, and the prover's vector kernels, on chips made
 * of random expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/evaluate.h"
#include "air/evaluate_kernels.h"
#include "air/product_form.h"
#include "air/table_evaluator.h"
#include "backend.h"
#include "poly/eq.h"
#include "poly/interpolate.h"

static uint64_t seed = 1;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x2545f4914f6cdd1du;
}

static uint64_t below(uint64_t n) { return (next() >> 11) % n; }

static void random_fr(zkb_fr *out)
{
    const uint64_t limbs[4] = {next(), next(), next(), next()};
    zkb_fr_from_limbs(out, limbs);
}

static void assert_same(const zkb_fr *x, const zkb_fr *y, const char *what, uint64_t where)
{
    if (!zkb_fr_equal(x, y)) {
        fail_msg("%s differs at %llu", what, (unsigned long long)where);
    }
}

/* ---- A random chip ------------------------------------------------------------------------- */

#define COLUMNS 12
#define MIN_HEIGHT 5

typedef struct sample {
    zkb_chip *chip;
    zkb_expr leaves[32];
    unsigned leaf_count;
} sample;

static const zkb_bus bus3 = {5, 3, ZKB_BUS_PERMUTATION, "three"};
static const zkb_bus bus1 = {9, 1, ZKB_BUS_LOOKUP, "one"};

static const unsigned widths[COLUMNS] = {1, 1, 8, 8, 16, 16, 32, 32, 64, 64, 254, 254};

static void declare(sample *s, zkb_chip_builder *b, bool rows)
{
    static const char *names[COLUMNS] = {"a", "b", "c", "d", "e", "f",
                                         "g", "h", "i", "j", "k", "l"};
    static const char *fixed[COLUMNS] = {"A", "B", "C", "D", "E", "F",
                                         "G", "H", "I", "J", "K", "L"};
    s->leaf_count = 0;
    for (unsigned i = 0; i < COLUMNS; i++) {
        s->leaves[s->leaf_count++] = zkb_column(b, names[i], widths[i]);
    }
    for (unsigned i = 0; rows && i < COLUMNS; i += 3) {
        s->leaves[s->leaf_count++] = zkb_preprocessed(b, fixed[i], widths[i]);
    }
    s->leaves[s->leaf_count++] = zkb_instance(b, "u");
    s->leaves[s->leaf_count++] = zkb_instance(b, "v");
    s->leaves[s->leaf_count++] = zkb_active(b);
    if (rows) {
        s->leaves[s->leaf_count++] = zkb_row(b);
        s->leaves[s->leaf_count++] = zkb_row_bits(b, 1, 3);
        s->leaves[s->leaf_count++] = zkb_row_and(b, 0, 3, 2);
        s->leaves[s->leaf_count++] = zkb_row_power(b, 0, 5);
    }
}

static zkb_expr random_linear(sample *s, zkb_chip_builder *b)
{
    zkb_expr x = s->leaves[below(s->leaf_count)];
    for (uint64_t n = below(4); n > 0; n--) {
        const zkb_expr y =
            zkb_scale(b, s->leaves[below(s->leaf_count)], below(3) == 0 ? next() : 1);
        x = below(2) == 0 ? zkb_add(b, x, y) : zkb_sub(b, x, y);
    }
    return x;
}

/* An expression of at most the given degree. */
static zkb_expr random_expression(sample *s, zkb_chip_builder *b, unsigned degree)
{
    if (degree <= 1 || below(5) == 0) {
        return random_linear(s, b);
    }
    const unsigned left = 1 + (unsigned)below(degree - 1);
    zkb_expr x = zkb_mul(b, random_expression(s, b, left), random_expression(s, b, degree - left));
    if (below(2) == 0) {
        x = zkb_sub(b, random_expression(s, b, degree - 1), x);
    }
    return x;
}

static zkb_chip *random_chip(sample *s, unsigned degree, bool rows)
{
    zkb_chip_builder *b = zkb_chip_builder_create("random");
    declare(s, b, rows);
    for (unsigned i = 0; i < s->leaf_count; i++) {
        if (i < COLUMNS + (rows ? COLUMNS / 3 : 0)) { /* every column is used */
            zkb_assert_zero(b, zkb_name(b, "use %u", i),
                            zkb_sub(b, s->leaves[i], zkb_mul(b, zkb_active(b), s->leaves[0])));
        }
    }
    zkb_assert_bool(b, "a", s->leaves[0]);
    zkb_assert_bool(b, "b", s->leaves[1]);
    for (unsigned i = 0; i < 8; i++) {
        const zkb_expr product =
            zkb_mul(b, s->leaves[below(COLUMNS)], random_expression(s, b, degree - 1));
        zkb_assert_zero(b, zkb_name(b, "random %u", i), zkb_add(b, product, s->leaves[i]));
    }
    for (unsigned i = 0; i < 4; i++) {
        zkb_expr tuple[3];
        for (unsigned j = 0; j < 3; j++) {
            tuple[j] = random_expression(s, b, i == 3 ? degree - 1 : 1);
        }
        const zkb_expr m = i == 0   ? zkb_const(b, 3)
                           : i == 1 ? s->leaves[1]
                           : i == 2 ? zkb_active(b)
                                    : zkb_mul(b, s->leaves[0], s->leaves[1]);
        if (i % 2 == 0) {
            zkb_give(b, &bus3, degree > 2 || i != 3 ? m : s->leaves[0], tuple, 3);
        } else {
            zkb_take(b, &bus3, degree > 2 || i != 3 ? m : s->leaves[0], tuple, 3);
        }
    }
    zkb_give(b, &bus1, s->leaves[6], &s->leaves[4], 1);
    zkb_error error;
    if (zkb_chip_build(&s->chip, b, &error) != ZKB_OK ||
        zkb_chip_multiply_out(s->chip, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    zkb_chip_builder_destroy(b);
    return s->chip;
}

/* ---- A random table ------------------------------------------------------------------------ */

typedef struct sheet {
    zkb_table table;
    zkb_column_data columns[2 * COLUMNS];
    void *cells[2 * COLUMNS];
    zkb_fr instances[2];
} sheet;

static void fill_column(zkb_column_data *d, void **cells, unsigned bits, uint64_t length)
{
    const size_t size = zkb_cell_bytes(bits);
    unsigned char *p = malloc((size_t)length * size + 1);
    *cells = p;
    for (uint64_t i = 0; i < length; i++) {
        zkb_fr x;
        random_fr(&x);
        if (bits == 1) {
            p[i] = (unsigned char)below(2);
        } else if (bits == 254) {
            memcpy(p + i * size, &x, size);
        } else {
            memcpy(p + i * size, &x.limb[0], size);
        }
    }
    *d = (zkb_column_data){.cells = p, .length = length};
}

static void fill_sheet(sheet *s, const zkb_chip *chip, unsigned h, uint64_t active)
{
    *s = (sheet){.table = {.shape = {.chip = chip, .log_height = h, .active = active}}};
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        fill_column(&s->columns[i], &s->cells[i], chip->committed[i].bits, active);
    }
    for (uint32_t i = 0; i < chip->preprocessed_count; i++) {
        const uint64_t length = below(2) == 0 ? (uint64_t)1 << h : active;
        fill_column(&s->columns[COLUMNS + i], &s->cells[COLUMNS + i], chip->preprocessed[i].bits,
                    length);
    }
    random_fr(&s->instances[0]);
    random_fr(&s->instances[1]);
    s->table.shape.instances = s->instances;
    s->table.committed = s->columns;
    s->table.preprocessed = s->columns + COLUMNS;
}

static void free_sheet(sheet *s)
{
    for (unsigned i = 0; i < 2 * COLUMNS; i++) {
        free(s->cells[i]);
    }
}

/* ---- Comparisons --------------------------------------------------------------------------- */

typedef struct challenges {
    zkb_fr alpha;
    zkb_fr beta[ZKB_AIR_MAX_ARITY + 1];
    zkb_fr constraint[64], numerator[16], denominator[16];
    zkb_air_weights weights;
    zkb_fr xi[12], point[12];
} challenges;

static void draw(challenges *c)
{
    random_fr(&c->alpha);
    c->beta[0] = zkb_fr_one;
    random_fr(&c->beta[1]);
    for (unsigned i = 2; i <= ZKB_AIR_MAX_ARITY; i++) {
        zkb_fr_mul(&c->beta[i], &c->beta[i - 1], &c->beta[1]);
    }
    for (unsigned i = 0; i < 64; i++) {
        random_fr(&c->constraint[i]);
        random_fr(&c->numerator[i % 16]);
        random_fr(&c->denominator[i % 16]);
        random_fr(&c->xi[i % 12]);
        random_fr(&c->point[i % 12]);
    }
    c->weights = (zkb_air_weights){c->constraint, c->numerator, c->denominator, c->beta};
}

/* Extension of a column at the point, by folding it. */
static void column_at(zkb_fr *out, const zkb_column_data *d, unsigned bits, unsigned h,
                      const zkb_fr *point)
{
    zkb_fr *v = malloc(sizeof *v << h);
    for (uint64_t i = 0; i < (uint64_t)1 << h; i++) {
        zkb_column_cell(&v[i], d, bits, i);
    }
    for (unsigned k = h; k-- > 0;) {
        for (uint64_t i = 0; i < (uint64_t)1 << k; i++) {
            zkb_fr t;
            zkb_fr_sub(&t, &v[i + ((uint64_t)1 << k)], &v[i]);
            zkb_fr_mul(&t, &t, &point[k]);
            zkb_fr_add(&v[i], &v[i], &t);
        }
    }
    *out = v[0];
    free(v);
}

/* Virtual columns at a point against their values on the rows. */
static void points_match_rows(const sheet *s, const zkb_fr *point)
{
    const zkb_table *t = &s->table;
    const zkb_chip *chip = t->shape.chip;
    const unsigned h = t->shape.log_height;
    zkb_fr committed[COLUMNS], preprocessed[COLUMNS];
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        column_at(&committed[i], &t->committed[i], chip->committed[i].bits, h, point);
    }
    for (uint32_t i = 0; i < chip->preprocessed_count; i++) {
        column_at(&preprocessed[i], &t->preprocessed[i], chip->preprocessed[i].bits, h, point);
    }
    zkb_fr *at = malloc(chip->node_count * sizeof *at);
    zkb_fr *row = malloc(chip->node_count * sizeof *row);
    zkb_fr *sum = calloc(chip->node_count, sizeof *sum);
    zkb_chip_point_values(at, &t->shape, point, committed, preprocessed);
    for (uint64_t i = 0; i < (uint64_t)1 << h; i++) {
        zkb_fr eq;
        zkb_eq_index(&eq, i, point, h);
        zkb_chip_row_values(row, t, i);
        for (uint32_t n = 0; n < chip->node_count; n++) {
            zkb_fr_mul(&row[n], &row[n], &eq);
            zkb_fr_add(&sum[n], &sum[n], &row[n]);
        }
    }
    for (uint32_t n = 0; n < chip->node_count; n++) {
        if (chip->nodes[n].degree <= 1) { /* what is multilinear */
            assert_same(&at[n], &sum[n], "node at a point", n);
        }
    }
    free(at);
    free(row);
    free(sum);
}

static void fractions_match(zkb_table_evaluator *p, const sheet *s, const challenges *c)
{
    const zkb_table *t = &s->table;
    const zkb_chip *chip = t->shape.chip;
    const size_t rows = (size_t)1 << t->shape.log_height;
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    zkb_fr_block *blocks = aligned_alloc(64, zkb_blocks(rows) * sizeof *blocks);
    zkb_fr *values = malloc(chip->node_count * sizeof *values);
    zkb_table_evaluator_fractions(p, &c->alpha, c->beta);
    for (uint32_t i = 0; i < 2 * chip->interaction_count; i++) {
        const bool numerator = i % 2 == 0;
        if (numerator) {
            zkb_table_evaluator_numerators(p, blocks, i / 2, 0, zkb_blocks(rows));
        } else {
            zkb_table_evaluator_denominators(p, blocks, i / 2, 0, zkb_blocks(rows));
        }
        for (uint64_t row = 0; row < rows; row++) {
            zkb_fr want = numerator ? ZKB_FR_ZERO : c->alpha;
            const zkb_fr got = k->get(blocks, row);
            if (row < t->shape.active) {
                zkb_chip_row_values(values, t, row);
                if (numerator) {
                    zkb_interaction_numerator(&want, chip, i / 2, values);
                } else {
                    zkb_interaction_denominator(&want, chip, i / 2, values, c->beta);
                    zkb_fr_add(&want, &want, &c->alpha);
                }
            }
            assert_same(&got, &want, numerator ? "numerator" : "denominator", row);
        }
    }
    free(blocks);
    free(values);
}

static void add_product(zkb_fr *sum, const zkb_fr *x, const zkb_fr *y)
{
    zkb_fr term;
    zkb_fr_mul(&term, x, y);
    zkb_fr_add(sum, sum, &term);
}

/* G (zkb_air_weights) from the values of all nodes and that of [row < n]. */
static void combine(zkb_fr *out, const zkb_chip *chip, const zkb_fr *values, const zkb_fr *active,
                    const zkb_air_weights *weights)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        zkb_fr part;
        zkb_interaction_numerator(&part, chip, i, values);
        add_product(&sum, &weights->numerator[i], &part);
        zkb_interaction_denominator(&part, chip, i, values, weights->beta_powers);
        add_product(&sum, &weights->denominator[i], &part);
    }
    zkb_fr_mul(&sum, &sum, active);
    for (uint32_t c = 0; c < chip->constraint_count; c++) {
        add_product(&sum, &weights->constraint[c], &values[chip->constraints[c].node]);
    }
    *out = sum;
}

/* Σ eq(ξ, x) G(x) row by row. */
static void claim_of(zkb_fr *out, const sheet *s, const challenges *c)
{
    const zkb_table *t = &s->table;
    const zkb_chip *chip = t->shape.chip;
    zkb_fr *values = malloc(chip->node_count * sizeof *values);
    *out = ZKB_FR_ZERO;
    for (uint64_t row = 0; row < (uint64_t)1 << t->shape.log_height; row++) {
        const zkb_fr active = row < t->shape.active ? zkb_fr_one : ZKB_FR_ZERO;
        zkb_fr eq, g;
        zkb_eq_index(&eq, row, c->xi, t->shape.log_height);
        zkb_chip_row_values(values, t, row);
        combine(&g, chip, values, &active, &c->weights);
        zkb_fr_mul(&g, &g, &eq);
        zkb_fr_add(out, out, &g);
    }
    free(values);
}

static void eq_blocks(zkb_fr_block *out, const zkb_fr *point, unsigned variables)
{
    zkb_fr *scalars = malloc(sizeof *scalars << variables);
    zkb_eq_table(scalars, point, variables);
    zkb_fr_kernels_get()->from_scalars(out, scalars, (size_t)1 << variables);
    free(scalars);
}

/* The whole sumcheck down to the columns' evaluations, in ranges of a few blocks. */
static void sumcheck_holds(zkb_table_evaluator *p, const sheet *s, const challenges *c)
{
    const zkb_table *t = &s->table;
    const zkb_chip *chip = t->shape.chip;
    const unsigned h = t->shape.log_height;
    const unsigned d = zkb_table_evaluator_degree(p);
    zkb_fr_block *eq = aligned_alloc(64, zkb_blocks((size_t)1 << h) * sizeof *eq);
    zkb_fr claim;
    claim_of(&claim, s, c);
    zkb_table_evaluator_joined(p, &c->weights);
    const uint64_t rows = zkb_table_evaluator_row_blocks(p);
    zkb_table_evaluator_materialise(p, 0, rows / 2);
    zkb_table_evaluator_materialise(p, rows / 2, rows - rows / 2);
    for (unsigned k = h; k-- > 0;) {
        zkb_fr sums[ZKB_AIR_MAX_DEGREE] = {0};
        zkb_fr coefficients[ZKB_AIR_MAX_DEGREE + 1];
        eq_blocks(eq, c->xi, k);
        const uint64_t blocks = zkb_table_evaluator_round_blocks(p);
        for (uint64_t first = 0; first < blocks; first += 3) {
            zkb_table_evaluator_round(p, sums, eq + first, first,
                                      blocks - first < 3 ? blocks - first : 3);
        }
        zkb_round_polynomial(coefficients, sums, d, &claim, &c->xi[k]);
        zkb_horner(&claim, coefficients, d, &c->point[k]);
        zkb_table_evaluator_bind(p, &c->point[k]);
    }
    zkb_fr columns[2 * COLUMNS] = {0}, active, g;
    eq_blocks(eq, c->point, h);
    const uint64_t blocks = zkb_blocks((size_t)1 << h);
    for (uint64_t first = 0; first < blocks; first += 2) {
        zkb_table_evaluator_column_sums(p, columns, eq + first, first,
                                        blocks - first < 2 ? blocks - first : 2);
    }
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        zkb_fr want;
        column_at(&want, &t->committed[i], chip->committed[i].bits, h, c->point);
        assert_same(&columns[i], &want, "column at a point", i);
    }
    zkb_fr *values = malloc(chip->node_count * sizeof *values);
    zkb_chip_point_values(values, &t->shape, c->point, columns, columns + chip->committed_count);
    zkb_prefix_evaluate(&active, t->shape.active, c->point, h);
    combine(&g, chip, values, &active, &c->weights);
    assert_same(&claim, &g, "the sumcheck's last claim", h);
    free(values);
    free(eq);
}

static void compare(const zkb_chip *chip, unsigned h, uint64_t active)
{
    sheet s;
    challenges c;
    zkb_arena arena;
    zkb_table_evaluator *p;
    zkb_error error;
    fill_sheet(&s, chip, h, active);
    draw(&c);
    points_match_rows(&s, c.point);
    const size_t size =
        zkb_table_evaluator_scratch(&s.table) + zkb_table_evaluator_columns_scratch(&s.table);
    assert_int_equal(zkb_arena_create(&arena, size, &error), ZKB_OK);
    assert_int_equal(zkb_table_evaluator_create(&p, &arena, &s.table, &error), ZKB_OK);
    assert_int_equal(zkb_table_evaluator_columns(p, &arena, &error), ZKB_OK);
    fractions_match(p, &s, &c);
    sumcheck_holds(p, &s, &c);
    sumcheck_holds(p, &s, &c); /* it starts over */
    zkb_arena_destroy(&arena);
    free_sheet(&s);
}

static void kernels_match_scalars(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 24; i++) {
        sample s;
        const bool rows = i % 2 == 0;
        seed = 77 + i;
        zkb_chip *chip = random_chip(&s, 2 + i % 4, rows);
        assert_true(zkb_table_evaluator_scratch(&(zkb_table){.shape = {.chip = chip}}) > 0);
        for (unsigned h = rows ? MIN_HEIGHT : 0; h <= 8; h++) {
            const uint64_t height = (uint64_t)1 << h;
            compare(chip, h, i % 3 == 0 ? height : below(height + 1));
        }
        zkb_chip_destroy(chip);
    }
}

static void no_active_rows(void **state)
{
    (void)state;
    sample s;
    seed = 5;
    zkb_chip *chip = random_chip(&s, 3, false);
    compare(chip, 6, 0);
    compare(chip, 0, 0);
    compare(chip, 0, 1);
    compare(chip, 6, 1);
    zkb_chip_destroy(chip);
}

static void a_small_arena_is_refused(void **state)
{
    (void)state;
    sample s;
    sheet table;
    zkb_arena arena;
    zkb_error error;
    zkb_table_evaluator *p;
    zkb_chip *chip = random_chip(&s, 3, false);
    fill_sheet(&table, chip, 4, 16);
    const size_t size = zkb_table_evaluator_scratch(&table.table);
    for (size_t part = 0; part < 8; part++) {
        assert_int_equal(zkb_arena_create(&arena, size * part / 8, &error), ZKB_OK);
        assert_int_equal(zkb_table_evaluator_create(&p, &arena, &table.table, &error),
                         ZKB_ERROR_MEMORY);
        zkb_arena_destroy(&arena);
    }
    assert_int_equal(zkb_arena_create(&arena, size, &error), ZKB_OK);
    assert_int_equal(zkb_table_evaluator_create(&p, &arena, &table.table, &error), ZKB_OK);
    assert_int_equal(zkb_table_evaluator_columns(p, &arena, &error), ZKB_ERROR_MEMORY);
    zkb_arena_destroy(&arena);
    free_sheet(&table);
    zkb_chip_destroy(chip);
}

/* ---- What the product form makes of typical constraints ------------------------------------- */

static void products_are_factored(void **state)
{
    (void)state;
    zkb_chip_builder *b = zkb_chip_builder_create("factors");
    zkb_expr x[8];
    const zkb_expr s = zkb_column(b, "s", 1);
    for (unsigned i = 0; i < 8; i++) {
        x[i] = zkb_column(b, zkb_name(b, "x%u", i), 16);
    }
    zkb_assert_bool(b, "s", s);
    for (unsigned i = 0; i < 7; i++) { /* a selector that gates seven constraints */
        zkb_assert_zero(b, zkb_name(b, "gate %u", i), zkb_mul(b, s, zkb_sub(b, x[i], x[i + 1])));
        zkb_take(b, &bus1, zkb_const(b, 1), &x[i], 1);
    }
    zkb_chip *chip;
    assert_int_equal(zkb_chip_build(&chip, b, NULL), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(chip, NULL), ZKB_OK);
    zkb_chip_builder_destroy(b);
    const zkb_product_form *f = chip->product;
    assert_int_equal(f->group_count, 2); /* s·(...) with s(1 - s) in it, and active·(...) */
    assert_int_equal(f->input_count, 4);
    assert_int_equal(f->degree, 2);
    assert_true(f->linear == ZKB_PRODUCT_NONE);
    zkb_chip_destroy(chip);
}

static void powers_need_no_second_column(void **state)
{
    (void)state;
    zkb_chip_builder *b = zkb_chip_builder_create("power");
    const zkb_expr x = zkb_column(b, "x", 254);
    const zkb_expr y = zkb_column(b, "y", 254);
    const zkb_expr u = zkb_add(b, x, zkb_scale(b, y, 3));
    const zkb_expr u2 = zkb_mul(b, u, u);
    zkb_assert_zero(b, "fifth power", zkb_sub(b, y, zkb_mul(b, zkb_mul(b, u2, u2), u)));
    zkb_chip *chip;
    assert_int_equal(zkb_chip_build(&chip, b, NULL), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(chip, NULL), ZKB_OK);
    zkb_chip_builder_destroy(b);
    const zkb_product_form *f = chip->product;
    assert_int_equal(f->group_count, 1);
    assert_true(f->groups[0].scaled);
    assert_int_equal(f->groups[0].count, 5);
    assert_int_equal(f->input_count, 2); /* u and the linear part */
    zkb_chip_destroy(chip);
}

int main(void)
{
    const int status = zkb_test_backend(zkb_air_kernels_get()->backend);
    if (status != 0) {
        return status;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_factored),    cmocka_unit_test(powers_need_no_second_column),
        cmocka_unit_test(no_active_rows),           cmocka_unit_test(kernels_match_scalars),
        cmocka_unit_test(a_small_arena_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
