/* Keys and shapes that a statement must not have: tables of another height than their preprocessed
 * columns or their chip allow, keys that are not complete, keys that differ and have one digest.
 * Class 12 and 13. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kzg/commit.h"
#include "proof/prove.h"
#include "proof/toy.h"
#include "verify/verify_tables.h"

static const zkb_bus look = {9, 1, ZKB_BUS_LOOKUP, "look"};

enum { FIXED, USER, ROW_BITS, CHIPS, FIXED_HEIGHT = 2, LEAST_HEIGHT = 3 };

static zkb_srs srs;

/* Chips: a preprocessed table of four values, one that looks up, and one whose column is the low
 * three bits of the row. */
typedef struct fixture {
    zkb_chip *chips[CHIPS];
    zkb_g1_affine fixed;
    zkb_chip_key entries[CHIPS];
    zkb_table_key key;
} fixture;

static const uint8_t fixed_values[1 << FIXED_HEIGHT] = {1, 2, 3, 4};

static zkb_chip *built(zkb_chip_builder *b)
{
    zkb_error error;
    zkb_chip *chip;
    if (zkb_chip_build(&chip, b, &error) != ZKB_OK ||
        zkb_chip_multiply_out(chip, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    zkb_chip_builder_destroy(b);
    return chip;
}

static void commit_fixed(zkb_g1_affine *out)
{
    zkb_arena arena;
    const zkb_column_view view = {.cells = fixed_values, .length = sizeof fixed_values, .bits = 8};
    assert_int_equal(zkb_arena_create(&arena, zkb_commit_scratch(view.length, view.bits, 1), NULL),
                     ZKB_OK);
    assert_int_equal(zkb_commit_column(out, &arena, &srs, &view, 1, NULL), ZKB_OK);
    zkb_arena_destroy(&arena);
}

static int setup(void **state)
{
    zkb_error error;
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    toy_srs(&srs);
    zkb_chip_builder *b = zkb_chip_builder_create("fixed");
    zkb_expr x = zkb_preprocessed(b, "value", 8);
    zkb_give(b, &look, zkb_column(b, "count", 32), &x, 1);
    f->chips[FIXED] = built(b);
    b = zkb_chip_builder_create("user");
    x = zkb_column(b, "x", 32);
    zkb_take(b, &look, zkb_const(b, 1), &x, 1);
    f->chips[USER] = built(b);
    b = zkb_chip_builder_create("row bits");
    x = zkb_column(b, "bits", 32);
    zkb_assert_zero(b, "bits of the row", zkb_sub(b, x, zkb_row_bits(b, 0, LEAST_HEIGHT)));
    f->chips[ROW_BITS] = built(b);
    commit_fixed(&f->fixed);
    for (unsigned i = 0; i < CHIPS; i++) {
        f->entries[i] = (zkb_chip_key){.chip = f->chips[i]};
    }
    f->entries[FIXED].preprocessed = &f->fixed;
    f->entries[FIXED].log_height = FIXED_HEIGHT;
    assert_int_equal(zkb_table_key_init(&f->key, f->entries, CHIPS, &srs.digest, &error), ZKB_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    for (unsigned i = 0; i < CHIPS; i++) {
        zkb_chip_destroy(f->chips[i]);
    }
    free(f);
    zkb_srs_close(&srs);
    return 0;
}

/* Proves the tables under one key and verifies under another; the first status that is not OK. */
static zkb_status outcome(const zkb_table_key *provers, const zkb_table_key *verifiers,
                          const zkb_table *tables, size_t count, zkb_error *error)
{
    uint8_t *proof;
    size_t size;
    toy t = {.key = *provers, .statement = {.tables = tables, .table_count = count}};
    *error = (zkb_error){.where = "", .message = ""};
    zkb_status status = toy_prove(&proof, &size, &t, &srs, 1, error);
    if (status == ZKB_OK) {
        t.key = *verifiers;
        status = toy_verify(&t, proof, size, error);
    }
    free(proof);
    return status;
}

/* Looks `value` up in row `row` of the fixed table, of the height that the statement says. */
static zkb_status look_up(const fixture *f, const zkb_table_key *key, uint32_t value, unsigned row,
                          unsigned log_height, zkb_error *error)
{
    uint32_t counts[2 << FIXED_HEIGHT] = {0};
    counts[row] = 1;
    const zkb_column_data count = {counts, (uint64_t)1 << log_height};
    const zkb_column_data fixed = {fixed_values, sizeof fixed_values};
    const zkb_column_data looked = {&value, 1};
    const zkb_table tables[] = {
        {.shape = {f->chips[FIXED], log_height, (uint64_t)1 << log_height, NULL},
         .committed = &count,
         .preprocessed = &fixed},
        {.shape = {f->chips[USER], 0, 1, NULL}, .committed = &looked}};
    return outcome(key, key, tables, 2, error);
}

/* A table twice as tall as its preprocessed column has zeros in its upper half: 0 is found among
 * 1, 2, 3, 4. A key that allows the height accepts it, so that the digests must differ. */
static void taller_than_its_preprocessed_columns(void **state)
{
    const fixture *f = *state;
    zkb_error error;
    fixture tall = *f;
    assert_int_equal(look_up(f, &f->key, 3, 2, FIXED_HEIGHT, &error), ZKB_OK);
    assert_int_equal(look_up(f, &f->key, 0, 5, FIXED_HEIGHT + 1, &error), ZKB_ERROR_ARGUMENT);
    assert_string_equal(error.where, "statement.table");
    assert_non_null(strstr(error.message, "its preprocessed columns have 2"));
    tall.entries[FIXED].log_height++;
    assert_int_equal(zkb_table_key_init(&tall.key, tall.entries, CHIPS, &srs.digest, &error),
                     ZKB_OK);
    assert_int_equal(look_up(f, &tall.key, 0, 5, FIXED_HEIGHT + 1, &error), ZKB_OK);
    assert_false(zkb_fr_equal(&f->key.digest, &tall.key.digest));
}

/* Below its chip's least height a table has no such row bits. */
static void lower_than_its_chip_allows(void **state)
{
    const fixture *f = *state;
    zkb_error error;
    uint32_t bits[1 << LEAST_HEIGHT] = {0, 1, 2, 3, 4, 5, 6, 7};
    zkb_column_data column = {bits, 1 << LEAST_HEIGHT};
    zkb_table table = {.shape = {f->chips[ROW_BITS], LEAST_HEIGHT, 1 << LEAST_HEIGHT, NULL},
                       .committed = &column};
    assert_int_equal(outcome(&f->key, &f->key, &table, 1, &error), ZKB_OK);
    for (unsigned h = 0; h < LEAST_HEIGHT; h++) {
        table.shape.log_height = h;
        table.shape.active = (uint64_t)1 << h;
        column.length = (uint64_t)1 << h;
        assert_int_equal(outcome(&f->key, &f->key, &table, 1, &error), ZKB_ERROR_ARGUMENT);
        assert_string_equal(error.where, "table");
        assert_non_null(strstr(error.message, "it must be at least 3"));
    }
}

/* A prover that has the other key, of another setup, other chips, other commitments or heights,
 * proves nothing to whom pins the digest. */
static void another_key_has_another_digest(void **state)
{
    const fixture *f = *state;
    zkb_error error;
    zkb_table_key other;
    zkb_chip_key entries[CHIPS];
    memcpy(entries, f->entries, sizeof entries);
    assert_int_equal(zkb_table_key_init(&other, entries, CHIPS, &srs.digest, &error), ZKB_OK);
    assert_true(zkb_fr_equal(&other.digest, &f->key.digest));
    assert_int_equal(zkb_table_key_init(&other, entries, CHIPS, &zkb_fr_one, &error), ZKB_OK);
    assert_false(zkb_fr_equal(&other.digest, &f->key.digest));
    assert_int_equal(zkb_table_key_init(&other, entries, CHIPS - 1, &srs.digest, &error), ZKB_OK);
    assert_false(zkb_fr_equal(&other.digest, &f->key.digest));
    entries[USER].chip = f->chips[ROW_BITS];
    entries[ROW_BITS].chip = f->chips[USER];
    assert_int_equal(zkb_table_key_init(&other, entries, CHIPS, &srs.digest, &error), ZKB_OK);
    assert_false(zkb_fr_equal(&other.digest, &f->key.digest));
    memcpy(entries, f->entries, sizeof entries);
    entries[FIXED].preprocessed = &zkb_g1_generator;
    assert_int_equal(zkb_table_key_init(&other, entries, CHIPS, &srs.digest, &error), ZKB_OK);
    assert_false(zkb_fr_equal(&other.digest, &f->key.digest));
    entries[FIXED] = f->entries[FIXED];
    entries[FIXED].log_height = FIXED_HEIGHT + 1;
    assert_int_equal(zkb_table_key_init(&other, entries, CHIPS, &srs.digest, &error), ZKB_OK);
    assert_false(zkb_fr_equal(&other.digest, &f->key.digest));
}

static void no_key(const zkb_chip_key *entries, size_t count, const char *words)
{
    zkb_error error = {.message = ""};
    zkb_table_key key;
    assert_int_equal(zkb_table_key_init(&key, entries, count, &srs.digest, &error),
                     ZKB_ERROR_ARGUMENT);
    if (strstr(error.message, words) == NULL) {
        fail_msg("'%s' was to say '%s'", error.message, words);
    }
}

static void keys_that_are_refused(void **state)
{
    const fixture *f = *state;
    zkb_chip_key entries[ZKB_MAX_CHIPS + 1];
    memcpy(entries, f->entries, sizeof f->entries);
    no_key(entries, 0, "a key of 0 chips");
    entries[FIXED].preprocessed = NULL;
    no_key(entries, CHIPS, "no commitments of its 1 preprocessed columns");
    entries[FIXED] = f->entries[FIXED];
    entries[FIXED].log_height = ZKB_MAX_LOG_HEIGHT + 1;
    no_key(entries, CHIPS, "preprocessed columns of log2 height 25");
    entries[FIXED] = f->entries[FIXED];
    no_key(entries + 1, CHIPS - 1, "has 0 giving interactions instead of one");
    entries[CHIPS] = entries[FIXED]; /* a second giver: whatever its own columns hold */
    no_key(entries, CHIPS + 1, "has 2 giving interactions instead of one");
    for (size_t i = CHIPS; i <= ZKB_MAX_CHIPS; i++) {
        entries[i] = entries[ROW_BITS];
    }
    no_key(entries, ZKB_MAX_CHIPS + 1, "a key of 257 chips");
}

/* A chip with preprocessed columns and a least height of its own. */
static void preprocessed_below_the_least_height(void **state)
{
    (void)state;
    zkb_chip_builder *b = zkb_chip_builder_create("taller");
    zkb_chip_height(b, 5, false);
    zkb_assert_zero(b, "fixed", zkb_sub(b, zkb_preprocessed(b, "v", 8), zkb_column(b, "c", 8)));
    zkb_chip *chip = built(b);
    const zkb_chip_key entry = {.chip = chip, .preprocessed = &zkb_g1_generator, .log_height = 4};
    no_key(&entry, 1, "preprocessed columns of log2 height 4; 5 to 24 are possible");
    zkb_chip_destroy(chip);
}

static zkb_status layout_of(const zkb_table_key *key, const zkb_statement *statement,
                            zkb_error *error)
{
    size_t bytes, terms;
    *error = (zkb_error){.where = "", .message = ""};
    return zkb_verify_tables_scratch(&bytes, &terms, key, statement, error);
}

/* Each names a column that its chip does not have, as the last of the list: nothing else is wrong
 * with it. */
static void external_columns_that_are_not_there(void **state)
{
    static const uint32_t wrong[][2] = {
        {1, 1}, {1, UINT32_MAX}, {2, 0}, {UINT32_MAX, 0}, {0, 1} /* preprocessed */
    };
    const fixture *f = *state;
    zkb_error error;
    const zkb_table tables[] = {{.shape = {f->chips[FIXED], FIXED_HEIGHT, 4, NULL}},
                                {.shape = {f->chips[USER], 0, 1, NULL}}};
    zkb_external_column external[2] = {{.table = 0}, {.table = 1}};
    const zkb_statement statement = {
        .tables = tables, .table_count = 2, .external = external, .external_count = 2};
    assert_int_equal(layout_of(&f->key, &statement, &error), ZKB_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        external[1].table = wrong[i][0];
        external[1].column = wrong[i][1];
        assert_int_equal(layout_of(&f->key, &statement, &error), ZKB_ERROR_ARGUMENT);
        assert_string_equal(error.where, "statement.external");
        assert_non_null(strstr(error.message, "which is not there"));
    }
}

/* A table without the instance constants that its chip has. */
static void instances_that_are_missing(void **state)
{
    (void)state;
    zkb_error error;
    zkb_table_key key;
    zkb_fr constant = zkb_fr_one;
    zkb_chip_builder *b = zkb_chip_builder_create("with a constant");
    zkb_assert_zero(b, "product", zkb_mul(b, zkb_instance(b, "k"), zkb_column(b, "c", 8)));
    zkb_chip *chip = built(b);
    const zkb_chip_key entry = {.chip = chip};
    assert_int_equal(zkb_table_key_init(&key, &entry, 1, &srs.digest, &error), ZKB_OK);
    zkb_table table = {.shape = {chip, 0, 1, &constant}};
    const zkb_statement statement = {.tables = &table, .table_count = 1};
    assert_int_equal(layout_of(&key, &statement, &error), ZKB_OK);
    table.shape.instances = NULL;
    assert_int_equal(layout_of(&key, &statement, &error), ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "without its 1 instance constants"));
    zkb_chip_destroy(chip);
}

/* More of the caller's own bytes or elements than a message can count. Nothing is read of them. */
static void statements_too_long_to_absorb(void **state)
{
    const fixture *f = *state;
    zkb_error error;
    const zkb_table table = {.shape = {f->chips[USER], 0, 1, NULL}};
    static const size_t most = 0xffffffff;
    zkb_statement statement = {.tables = &table, .table_count = 1, .header_size = most};
    assert_int_equal(layout_of(&f->key, &statement, &error), ZKB_OK);
    statement.header_size = most + 1;
    assert_int_equal(layout_of(&f->key, &statement, &error), ZKB_ERROR_LIMIT);
    assert_non_null(strstr(error.message, "a header of 4294967296 bytes"));
    statement.header_size = 0;
    statement.public_count = most;
    assert_int_equal(layout_of(&f->key, &statement, &error), ZKB_OK);
    statement.public_count = most + 1;
    assert_int_equal(layout_of(&f->key, &statement, &error), ZKB_ERROR_LIMIT);
    assert_non_null(strstr(error.message, "4294967296 public values"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taller_than_its_preprocessed_columns),
        cmocka_unit_test(lower_than_its_chip_allows),
        cmocka_unit_test(another_key_has_another_digest),
        cmocka_unit_test(keys_that_are_refused),
        cmocka_unit_test(preprocessed_below_the_least_height),
        cmocka_unit_test(external_columns_that_are_not_there),
        cmocka_unit_test(instances_that_are_missing),
        cmocka_unit_test(statements_too_long_to_absorb),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
