/* A statement of any size can be read back from what is absorbed of it: each of its fields is
 * there, in a place that follows from what stands before. Prover and verifier absorb by the same
 * function, so that nothing else would notice a field left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "curve/g1_batch.h"
#include "proof/limits.h"
#include "proof/statement.h"

static const zkb_bus wide_bus = {1, 3, ZKB_BUS_PERMUTATION, "wide"};
static const zkb_bus narrow_bus = {0x80000001u, 1, ZKB_BUS_PERMUTATION, "narrow"};

enum {
    CHIPS = 2,
    COLUMNS = 3,
    INSTANCES = 2, /* of the first chip; the second has none */
    MOST_BOUNDARY = 700,
    MOST_EXTERNAL = 200,
    MOST_ELEMENTS = 8192
};

static zkb_chip *make_chip(const char *name, const zkb_bus *bus, unsigned instances)
{
    zkb_error error;
    zkb_chip *chip;
    zkb_chip_builder *b = zkb_chip_builder_create(name);
    zkb_expr column[COLUMNS];
    for (unsigned c = 0; c < COLUMNS; c++) {
        column[c] = zkb_column(b, zkb_name(b, "%u", c), 8);
    }
    for (unsigned i = 0; i < instances; i++) {
        const zkb_expr constant = zkb_instance(b, zkb_name(b, "constant %u", i));
        zkb_assert_zero(b, zkb_name(b, "product %u", i), zkb_mul(b, constant, column[i]));
    }
    zkb_give(b, bus, zkb_const(b, 1), column, bus->arity);
    zkb_take(b, bus, zkb_const(b, 1), column, bus->arity);
    zkb_assert_zero(b, "sum", zkb_add(b, column[0], zkb_sub(b, column[1], column[2])));
    if (zkb_chip_build(&chip, b, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    zkb_chip_builder_destroy(b);
    return chip;
}

typedef struct fixture {
    zkb_chip *chips[CHIPS];
    zkb_chip_key chip_keys[CHIPS];
    zkb_table_key key;
    zkb_table tables[ZKB_MAX_TABLES];
    zkb_fr instances[ZKB_MAX_TABLES][INSTANCES];
    zkb_boundary_term boundary[MOST_BOUNDARY];
    zkb_fr tuples[MOST_BOUNDARY][3];
    zkb_external_column external[MOST_EXTERNAL];
    zkb_statement statement;
    zkb_arena arena;
    zkb_layout layout;
    /* what was absorbed after the number of tables and terms */
    uint64_t counts[4];
    bool counted;
    zkb_fr elements[MOST_ELEMENTS];
    size_t element_count;
    zkb_g1_affine points[MOST_EXTERNAL];
    size_t point_count;
    /* how much of that has been read back */
    size_t at;
    unsigned word;
} fixture;

static void on_absorb(void *context, zkb_transcript_kind kind, const void *data, size_t length)
{
    fixture *f = context;
    if (kind == ZKB_TRANSCRIPT_U64) {
        assert_int_equal(length, 4);
        memcpy(f->counts, data, sizeof f->counts);
        f->counted = true;
    } else if (kind == ZKB_TRANSCRIPT_FR && f->counted) {
        assert_true(length > 0 && f->element_count + length <= MOST_ELEMENTS);
        memcpy(&f->elements[f->element_count], data, length * sizeof f->elements[0]);
        f->element_count += length;
    } else if (kind == ZKB_TRANSCRIPT_G1) {
        assert_true(length > 0 && f->point_count + length <= MOST_EXTERNAL);
        memcpy(&f->points[f->point_count], data, length * sizeof f->points[0]);
        f->point_count += length;
    }
}

/* A statement of so many tables, terms and external columns, all of whose fields differ. */
static void make_statement(fixture *f, size_t tables, size_t boundary, size_t external)
{
    zkb_error error;
    for (size_t t = 0; t < tables; t++) {
        f->tables[t].shape = (zkb_table_shape){.chip = f->chips[t % 3 % CHIPS],
                                               .log_height = (unsigned)(3 + t * 7 % 8),
                                               .active = t % 8,
                                               .instances = f->instances[t]};
        for (size_t i = 0; i < INSTANCES; i++) {
            zkb_fr_from_u64(&f->instances[t][i], 1000000 + 2 * t + i);
        }
    }
    for (size_t i = 0; i < boundary; i++) {
        f->boundary[i] =
            (zkb_boundary_term){i % 5 % 2 == 0 ? &wide_bus : &narrow_bus, i % 7 < 3, f->tuples[i]};
        for (size_t j = 0; j < 3; j++) {
            zkb_fr_from_u64(&f->tuples[i][j], 2000000 + 3 * i + j);
        }
    }
    for (size_t i = 0; i < external; i++) {
        f->external[i].table = (uint32_t)(i / 2);
        f->external[i].column = (uint32_t)(i % 2 == 0 ? 0 : 1 + i / 2 % 2);
    }
    f->statement = (zkb_statement){.tables = f->tables,
                                   .table_count = tables,
                                   .boundary = f->boundary,
                                   .boundary_count = boundary,
                                   .external = f->external,
                                   .external_count = external,
                                   .log_stack = 14 + (unsigned)(tables % 3)};
    assert_int_equal(zkb_arena_reserve(&f->arena, zkb_layout_scratch(tables), &error), ZKB_OK);
    assert_int_equal(zkb_layout_init(&f->layout, &f->arena, &f->key, &f->statement, &error),
                     ZKB_OK);
}

static uint64_t next_word(fixture *f)
{
    uint64_t limbs[4];
    assert_true(f->at < f->element_count);
    zkb_fr_to_limbs(limbs, &f->elements[f->at]);
    assert_int_equal(limbs[3], 0);
    const uint64_t word = limbs[f->word++];
    if (f->word == 3) {
        f->word = 0;
        f->at++;
    }
    return word;
}

static void read_shapes(fixture *f)
{
    bool seen[ZKB_MAX_TABLES] = {false};
    unsigned height = UINT32_MAX;
    for (size_t t = 0; t < f->statement.table_count; t++) {
        const uint64_t word = next_word(f);
        const size_t index = word >> 48;
        assert_true(index < f->statement.table_count && !seen[index]);
        seen[index] = true;
        const zkb_table_shape *shape = &f->tables[index].shape;
        assert_int_equal(word & UINT32_MAX, shape->active);
        assert_ptr_equal(f->key.chips[word >> 32 & 0xff].chip, shape->chip);
        assert_int_equal(word >> 40 & 0xff, shape->log_height);
        assert_true(shape->log_height <= height);
        height = shape->log_height;
    }
    for (size_t i = 0; i < f->statement.boundary_count; i++) {
        const uint64_t word = next_word(f);
        assert_int_equal(word >> 1, f->boundary[i].bus->id);
        assert_int_equal(word & 1, f->boundary[i].give);
    }
    for (size_t i = 0; i < f->statement.external_count; i++) {
        const uint64_t word = next_word(f);
        assert_int_equal(word >> 32, f->external[i].table);
        assert_int_equal(word & UINT32_MAX, f->external[i].column);
    }
    while (f->word != 0) {
        assert_int_equal(next_word(f), 0);
    }
}

static void read_elements(fixture *f, const zkb_fr *values, size_t count)
{
    assert_true(f->at + count <= f->element_count);
    for (size_t i = 0; i < count; i++) {
        assert_true(zkb_fr_equal(&f->elements[f->at++], &values[i]));
    }
}

static void read_back(fixture *f)
{
    assert_int_equal(f->counts[0], f->statement.table_count);
    assert_int_equal(f->counts[1], f->statement.boundary_count);
    assert_int_equal(f->counts[2], f->statement.external_count);
    assert_int_equal(f->counts[3], f->statement.log_stack);
    read_shapes(f);
    for (uint32_t t = 0; t < f->layout.table_count; t++) {
        const zkb_table_shape *shape = &f->tables[f->layout.tables[t].table].shape;
        read_elements(f, shape->instances, shape->chip == f->chips[0] ? INSTANCES : 0);
    }
    for (size_t i = 0; i < f->statement.boundary_count; i++) {
        read_elements(f, f->boundary[i].tuple, f->boundary[i].bus->arity);
    }
    assert_int_equal(f->at, f->element_count);
    assert_int_equal(f->point_count, f->statement.external_count);
    for (size_t i = 0; i < f->statement.external_count; i++) {
        assert_true(zkb_g1_affine_equal(&f->points[i], &f->external[i].commitment));
    }
}

static void statements_are_read_back(void **state)
{
    /* tables, terms, columns: ends of words, of messages of 256 elements, of 64 points */
    static const size_t sizes[][3] = {
        {1, 0, 0},   {2, 0, 0},   {2, 1, 0},   {2, 1, 1},      {3, 256, 3},
        {70, 0, 64}, {70, 3, 65}, {4, 255, 0}, {100, 85, 128}, {100, 700, 200},
        {768, 0, 0}, {767, 0, 1}, {768, 1, 0}, {1024, 0, 0},   {1024, 699, 129},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        zkb_transcript transcript;
        const zkb_transcript_hook hook = {.context = f, .absorbed = on_absorb};
        make_statement(f, sizes[i][0], sizes[i][1], sizes[i][2]);
        f->counted = false;
        f->element_count = 0;
        f->point_count = 0;
        f->at = 0;
        f->word = 0;
        zkb_statement_absorb(&transcript, &hook, &f->key, &f->statement, &f->layout);
        read_back(f);
    }
}

/* What makes no layout: each is one change of a statement that does. */
static void refused(fixture *f, const char *where)
{
    zkb_error error = {.where = ""};
    zkb_arena_release(&f->arena, 0);
    assert_int_not_equal(zkb_layout_init(&f->layout, &f->arena, &f->key, &f->statement, &error),
                         ZKB_OK);
    assert_string_equal(error.where, where);
}

static void statements_without_a_layout(void **state)
{
    fixture *f = *state;
    const zkb_bus unknown = {7, 3, ZKB_BUS_PERMUTATION, "unknown"};
    const zkb_bus longer = {1, 4, ZKB_BUS_PERMUTATION, "longer"};
    make_statement(f, 4, 3, 4);
    zkb_external_column *e = &f->external[2];
    const zkb_external_column kept = *e;
    e->table = 4; /* of four */
    refused(f, "statement.external");
    *e = kept;
    e->column = COLUMNS;
    refused(f, "statement.external");
    *e = f->external[1]; /* the same twice */
    refused(f, "statement.external");
    *e = (zkb_external_column){0, 0, kept.commitment}; /* out of order */
    refused(f, "statement.external");
    *e = kept;
    zkb_fq_add(&e->commitment.y, &e->commitment.y, &e->commitment.y);
    refused(f, "statement.external");
    *e = kept;
    f->boundary[1].bus = &unknown;
    refused(f, "statement.boundary");
    f->boundary[1].bus = &longer;
    refused(f, "statement.boundary");
    f->boundary[1].bus = &wide_bus;
    f->statement.table_count = 0;
    refused(f, "statement");
    f->statement.table_count = ZKB_MAX_TABLES + 1;
    refused(f, "statement");
    f->statement.table_count = 4;
    f->statement.boundary_count = ZKB_MAX_BOUNDARY + 1;
    refused(f, "statement");
}

static int setup(void **state)
{
    zkb_error error;
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->chips[0] = make_chip("with constants", &wide_bus, INSTANCES);
    f->chips[1] = make_chip("without", &narrow_bus, 0);
    for (size_t i = 0; i < CHIPS; i++) {
        f->chip_keys[i] = (zkb_chip_key){.chip = f->chips[i]};
    }
    assert_int_equal(zkb_table_key_init(&f->key, f->chip_keys, CHIPS, &zkb_fr_one, &error), ZKB_OK);
    zkb_g1 multiple = ZKB_G1_IDENTITY;
    for (size_t i = 0; i < MOST_EXTERNAL; i++) {
        zkb_g1_add_affine(&multiple, &multiple, &zkb_g1_generator);
        zkb_g1_to_affine(&f->external[i].commitment, &multiple);
    }
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < CHIPS; i++) {
        zkb_chip_destroy(f->chips[i]);
    }
    zkb_arena_destroy(&f->arena);
    free(f);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(statements_are_read_back),
                                       cmocka_unit_test(statements_without_a_layout)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
