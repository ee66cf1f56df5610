#include "proof/toy.h"

#include "air/chip.h"
#include "kzg/commit.h"
#include "proof/key_commit.h"
#include "proof/prove.h"
#include "verify/verify_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const zkb_bus state_bus = {1, 2, ZKB_BUS_PERMUTATION, "state"};
static const zkb_bus byte_bus = {2, 1, ZKB_BUS_LOOKUP, "byte"};
static const zkb_bus square_bus = {3, 2, ZKB_BUS_LOOKUP, "square"};

/* The chain: x -> low byte of x·x + x + 3, row i of table t being step base_t + i. Columns: x, y,
 * high (x·x + x + 3 = y + 256·high), root, square of root (a lookup when selected), select. */
static zkb_chip *make_chain(void)
{
    zkb_error error;
    zkb_chip *chip;
    zkb_chip_builder *b = zkb_chip_builder_create("chain");
    const zkb_expr x = zkb_column(b, "x", 8);
    const zkb_expr y = zkb_column(b, "y", 8);
    const zkb_expr high = zkb_column(b, "high", 16);
    const zkb_expr select = zkb_column(b, "select", 1);
    const zkb_expr root = zkb_column(b, "root", 32);
    const zkb_expr square = zkb_column(b, "square", 64);
    const zkb_expr base = zkb_instance(b, "base");
    const zkb_expr active = zkb_active(b);
    const zkb_expr index = zkb_add(b, base, zkb_row(b));
    const zkb_expr next = zkb_add(b, zkb_mul(b, x, x), zkb_add(b, x, zkb_scale(b, active, 3)));
    zkb_assert_zero(b, "step", zkb_sub(b, next, zkb_add(b, y, zkb_scale(b, high, 256))));
    zkb_assert_bool(b, "select is boolean", select);
    /* degree 4: a selected row's square is the square, an unselected row's is zero */
    const zkb_expr wrong = zkb_sub(b, zkb_mul(b, root, root), square);
    zkb_assert_zero(b, "square", zkb_mul(b, zkb_mul(b, select, select), wrong));
    zkb_assert_zero(b, "no square", zkb_mul(b, zkb_sub(b, zkb_const(b, 1), select), square));
    zkb_take(b, &state_bus, active, (zkb_expr[]){index, x}, 2);
    zkb_give(b, &state_bus, active, (zkb_expr[]){zkb_add(b, index, zkb_const(b, 1)), y}, 2);
    zkb_take(b, &byte_bus, zkb_const(b, 1), (zkb_expr[]){y}, 1);
    zkb_take(b, &byte_bus, active, (zkb_expr[]){high}, 1);
    zkb_take(b, &square_bus, select, (zkb_expr[]){root, square}, 2);
    assert_int_equal(zkb_chip_build(&chip, b, &error), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(chip, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    return chip;
}

/* All values 0..255 (x·x + x + 3 < 2^16). */
static zkb_chip *make_bytes(void)
{
    zkb_error error;
    zkb_chip *chip;
    zkb_chip_builder *b = zkb_chip_builder_create("bytes");
    const zkb_expr count = zkb_column(b, "count", 64);
    zkb_give(b, &byte_bus, count, (zkb_expr[]){zkb_row_bits(b, 0, 8)}, 1);
    zkb_chip_height(b, 8, true);
    assert_int_equal(zkb_chip_build(&chip, b, &error), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(chip, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    return chip;
}

/* Squares of 0..15 as preprocessed columns. */
static zkb_chip *make_squares(void)
{
    zkb_error error;
    zkb_chip *chip;
    zkb_chip_builder *b = zkb_chip_builder_create("squares");
    const zkb_expr count = zkb_column(b, "count", 16);
    const zkb_expr root = zkb_preprocessed(b, "root", 8);
    const zkb_expr square = zkb_preprocessed(b, "square", 8);
    zkb_give(b, &square_bus, count, (zkb_expr[]){root, square}, 2);
    zkb_chip_height(b, 4, true);
    assert_int_equal(zkb_chip_build(&chip, b, &error), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(chip, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    return chip;
}

/* c = a^3 + a, field elements; no interactions. */
static zkb_chip *make_plain(void)
{
    zkb_error error;
    zkb_chip *chip;
    zkb_chip_builder *b = zkb_chip_builder_create("plain");
    const zkb_expr a = zkb_column(b, "a", 32);
    const zkb_expr c = zkb_column(b, "c", 254);
    const zkb_expr cube = zkb_mul(b, zkb_mul(b, a, a), a);
    zkb_assert_zero(b, "cube", zkb_sub(b, c, zkb_add(b, cube, a)));
    assert_int_equal(zkb_chip_build(&chip, b, &error), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(chip, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    return chip;
}

static void *cells(toy *t, uint64_t count, size_t size)
{
    void *p = calloc(count + 1, size);
    assert_non_null(p);
    t->cells[t->cell_count++] = p;
    return p;
}

static void fill_chain(toy *t, unsigned table, uint64_t *step, uint8_t *x, uint64_t *byte_counts,
                       uint16_t *square_counts)
{
    const uint64_t n = t->shape.chain_rows[table];
    uint8_t *xs = cells(t, n, 1);
    uint8_t *ys = cells(t, n, 1);
    uint16_t *highs = cells(t, n, 2);
    uint8_t *selects = cells(t, n, 1);
    uint32_t *roots = cells(t, n, 4);
    uint64_t *squares = cells(t, n, 8);
    zkb_fr_from_u64(&t->instances[table][0], *step);
    for (uint64_t i = 0; i < n; i++) {
        const unsigned next = (unsigned)*x * *x + *x + 3;
        xs[i] = *x;
        ys[i] = (uint8_t)next;
        highs[i] = (uint16_t)(next >> 8);
        byte_counts[ys[i]]++;
        byte_counts[highs[i]]++;
        selects[i] = (*x & 7) == 3;
        roots[i] = *x & 15;
        if (selects[i]) {
            squares[i] = (uint64_t)roots[i] * roots[i];
            square_counts[roots[i]]++;
        }
        *x = ys[i];
        ++*step;
    }
    const void *all[6] = {xs, ys, highs, selects, roots, squares};
    for (unsigned c = 0; c < 6; c++) {
        t->columns[table][c] = (zkb_column_data){all[c], n};
    }
    t->tables[table] =
        (zkb_table){.shape = {t->chain, t->shape.chain_log[table], n, t->instances[table]},
                    .committed = t->columns[table]};
}

static void fill_plain(toy *t)
{
    const uint64_t n = ((uint64_t)1 << t->shape.plain_log) - (t->shape.plain_log > 1);
    uint32_t *a = cells(t, n, sizeof *a);
    zkb_fr *c = cells(t, n, sizeof *c);
    for (uint64_t i = 0; i < n; i++) {
        zkb_fr v;
        a[i] = (uint32_t)(i * 2654435761u);
        zkb_fr_from_u64(&v, a[i]);
        zkb_fr_sqr(&c[i], &v);
        zkb_fr_add(&c[i], &c[i], &zkb_fr_one);
        zkb_fr_mul(&c[i], &c[i], &v);
    }
    t->columns[4][0] = (zkb_column_data){a, n};
    t->columns[4][1] = (zkb_column_data){c, n};
    t->tables[4] =
        (zkb_table){.shape = {t->plain, t->shape.plain_log, n, NULL}, .committed = t->columns[4]};
}

static void fill(toy *t)
{
    uint8_t *roots = cells(t, 16, 1);
    uint8_t *squares = cells(t, 16, 1);
    uint64_t *byte_counts = cells(t, 256, sizeof *byte_counts);
    uint16_t *square_counts = cells(t, 16, sizeof *square_counts);
    uint64_t step = 5;
    uint8_t x = 7;
    for (unsigned i = 0; i < 16; i++) {
        roots[i] = (uint8_t)i;
        squares[i] = (uint8_t)(i * i);
    }
    zkb_fr_from_u64(&t->start[0], step);
    zkb_fr_from_u64(&t->start[1], x);
    for (unsigned i = 0; i < TOY_CHAIN_TABLES; i++) {
        fill_chain(t, i, &step, &x, byte_counts, square_counts);
    }
    zkb_fr_from_u64(&t->end[0], step);
    zkb_fr_from_u64(&t->end[1], x);
    t->boundary[0] = (zkb_boundary_term){&state_bus, true, t->start};
    t->boundary[1] = (zkb_boundary_term){&state_bus, false, t->end};
    t->columns[2][0] = (zkb_column_data){byte_counts, 256};
    t->tables[2] = (zkb_table){.shape = {t->bytes, 8, 256, NULL}, .committed = t->columns[2]};
    t->columns[3][0] = (zkb_column_data){square_counts, 16};
    t->fixed_columns[0] = (zkb_column_data){roots, 16};
    t->fixed_columns[1] = (zkb_column_data){squares, 16};
    t->tables[3] = (zkb_table){.shape = {t->squares, 4, 16, NULL},
                               .committed = t->columns[3],
                               .preprocessed = t->fixed_columns};
    fill_plain(t);
}

static void commit(zkb_g1_affine *out, const zkb_srs *srs, const zkb_column_data *column,
                   unsigned bits)
{
    zkb_arena arena;
    const zkb_column_view view = {.cells = column->cells, .length = column->length, .bits = bits};
    assert_int_equal(zkb_arena_create(&arena, zkb_commit_scratch(column->length, bits, 1), NULL),
                     ZKB_OK);
    assert_int_equal(zkb_commit_column(out, &arena, srs, &view, 1, NULL), ZKB_OK);
    zkb_arena_destroy(&arena);
}

static void commit_fixed(zkb_g1_affine *out, const zkb_srs *srs, const zkb_column_data columns[2])
{
    static const unsigned bits[2] = {8, 8};
    zkb_arena arena;
    size_t bytes;
    assert_int_equal(zkb_key_commit_scratch(&bytes, columns, bits, 2, 4, 1, NULL), ZKB_OK);
    assert_int_equal(zkb_arena_create(&arena, bytes, NULL), ZKB_OK);
    assert_int_equal(zkb_key_commit(out, &arena, srs, columns, bits, 2, 4, 1, NULL), ZKB_OK);
    zkb_arena_destroy(&arena);
}

void toy_create(toy *t, const zkb_srs *srs, const toy_shape *shape)
{
    zkb_error error;
    *t = (toy){.shape = *shape,
               .chain = make_chain(),
               .bytes = make_bytes(),
               .squares = make_squares(),
               .plain = make_plain()};
    fill(t);
    commit_fixed(&t->fixed, srs, t->fixed_columns);
    t->chips[0] = (zkb_chip_key){.chip = t->chain};
    t->chips[1] = (zkb_chip_key){.chip = t->bytes};
    t->chips[2] = (zkb_chip_key){.chip = t->squares, .preprocessed = &t->fixed, .log_height = 4};
    t->chips[3] = (zkb_chip_key){.chip = t->plain};
    assert_int_equal(zkb_table_key_init(&t->key, t->chips, 4, &srs->digest, &error), ZKB_OK);
    for (unsigned i = 0; i < 3; i++) {
        zkb_fr_from_u64(&t->public_values[i], 1000 + i);
    }
    if (shape->with_external) {
        t->external = (zkb_external_column){.table = 4, .column = 1};
        commit(&t->external.commitment, srs, &t->columns[4][1], 254);
    }
    t->statement = (zkb_statement){.header = (const uint8_t *)"a header of some bytes",
                                   .header_size = 22,
                                   .public_values = t->public_values,
                                   .public_count = 3,
                                   .tables = t->tables,
                                   .table_count = TOY_TABLES,
                                   .boundary = t->boundary,
                                   .boundary_count = 2,
                                   .external = &t->external,
                                   .external_count = shape->with_external};
}

void toy_destroy(toy *t)
{
    zkb_chip_destroy(t->chain);
    zkb_chip_destroy(t->bytes);
    zkb_chip_destroy(t->squares);
    zkb_chip_destroy(t->plain);
    for (unsigned i = 0; i < t->cell_count; i++) {
        free(t->cells[i]);
    }
}

static void toy_tau(zkb_fr *tau)
{
    zkb_fr_from_u64(tau, 0x123456789abcdefu);
    zkb_fr_sqr(tau, tau);
}

void toy_srs(zkb_srs *srs)
{
    zkb_fr tau;
    toy_tau(&tau);
    assert_int_equal(zkb_srs_from_tau(srs, &tau, TOY_SRS_K, 1, NULL), ZKB_OK);
}

bool toy_accumulator_holds(const zkb_accumulator *accumulator)
{
    zkb_fr tau;
    zkb_g1 left, right;
    toy_tau(&tau);
    zkb_g1_from_affine(&left, &accumulator->left);
    zkb_g1_from_affine(&right, &accumulator->right);
    zkb_g1_mul(&right, &right, &tau);
    return zkb_g1_equal(&left, &right);
}

zkb_status toy_prove(uint8_t **proof, size_t *size, const toy *t, const zkb_srs *srs,
                     unsigned threads, zkb_error *error)
{
    const zkb_prove_options options = {.threads = threads};
    *proof = NULL;
    ZKB_TRY(opened_size(size, &t->key, &t->statement, error));
    *proof = malloc(*size);
    return opened_prove(*proof, *size, &t->key, srs, &t->statement, &options, NULL, error);
}

zkb_status toy_verify(const toy *t, const uint8_t *proof, size_t size, zkb_error *error)
{
    zkb_accumulator accumulator = {zkb_g1_generator, ZKB_G1_AFFINE_IDENTITY}; /* never holds */
    const zkb_status status =
        opened_verify(&accumulator, &t->key, &t->statement, proof, size, NULL, error);
    const bool holds = toy_accumulator_holds(&accumulator);
    if (status != ZKB_OK) { /* a refused proof leaves nothing that a pairing would accept */
        assert_false(holds);
        return status;
    }
    return holds ? ZKB_OK
                 : zkb_fail(error, ZKB_ERROR_REJECTED, "pairing", ZKB_NO_INDEX, "does not hold");
}
