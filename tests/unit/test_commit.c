/* Commitments of every kind of column, and their combination, against a known tau. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kzg/combine.h"
#include "kzg/commit.h"
#include "unit/kzg_fixture.h"

enum { K = 11, SIZE = 1 << K, WIDTHS = 6 };
static const unsigned widths[WIDTHS] = {1, 8, 16, 32, 64, 254};

typedef struct fixture {
    zkb_fr tau;
    zkb_srs srs;
    zkb_arena arena;
    uint64_t counter;
    zkb_fr elements[SIZE];         /* 254 */
    uint8_t cells[5][8 * SIZE];    /* the widths below */
    zkb_fr expanded[WIDTHS][SIZE]; /* the same as elements */
} fixture;

static fixture *shared;

static const void *cells_of(size_t width)
{
    return width == WIDTHS - 1 ? (const void *)shared->elements : shared->cells[width];
}

static int set_up(void **state)
{
    (void)state;
    shared = calloc(1, sizeof *shared);
    assert_non_null(shared);
    fixture_element(&shared->tau, &shared->counter);
    assert_int_equal(zkb_srs_from_tau(&shared->srs, &shared->tau, K, 2, NULL), ZKB_OK);
    assert_int_equal(zkb_arena_create(&shared->arena, (size_t)256 << 20, NULL), ZKB_OK);
    for (size_t i = 0; i < SIZE; i++) {
        fixture_element(&shared->elements[i], &shared->counter);
        shared->expanded[5][i] = shared->elements[i];
        for (size_t w = 0; w < 5; w++) {
            const size_t bytes = widths[w] < 8 ? 1 : widths[w] / 8;
            uint64_t value = 0;
            memcpy(&value, shared->elements[i].limb, bytes);
            value = widths[w] == 1 ? value & 1 : value;
            value = i % 7 == 0 ? 0 : value;
            memcpy(shared->cells[w] + bytes * i, &value, bytes);
            zkb_fr_from_u64(&shared->expanded[w][i], value);
        }
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    zkb_srs_close(&shared->srs);
    zkb_arena_destroy(&shared->arena);
    free(shared);
    return 0;
}

static const size_t lengths[] = {0, 1, 7, 8, 9, 255, 256, 257, 1000, SIZE};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static void every_width_commits(void **state)
{
    (void)state;
    for (size_t w = 0; w < WIDTHS; w++) {
        zkb_column_view columns[LENGTHS];
        zkb_g1_affine all[LENGTHS];
        for (size_t i = 0; i < LENGTHS; i++) {
            columns[i] =
                (zkb_column_view){.cells = cells_of(w), .length = lengths[i], .bits = widths[w]};
        }
        assert_int_equal(
            zkb_commit_columns(all, &shared->arena, &shared->srs, columns, LENGTHS, 2, NULL),
            ZKB_OK);
        for (size_t i = 0; i < LENGTHS; i++) {
            zkb_g1_affine got;
            zkb_g1_affine want;
            assert_int_equal(
                zkb_commit_column(&got, &shared->arena, &shared->srs, &columns[i], 1, NULL),
                ZKB_OK);
            fixture_commit(&want, shared->expanded[w], lengths[i], &shared->tau);
            assert_true(zkb_g1_affine_equal(&got, &want));
            assert_true(zkb_g1_affine_equal(&all[i], &want));
        }
    }
}

static void published_scratch_is_enough(void **state)
{
    (void)state;
    for (size_t w = 0; w < WIDTHS; w++) {
        zkb_arena arena;
        zkb_g1_affine got;
        const zkb_column_view column = {.cells = cells_of(w), .length = SIZE, .bits = widths[w]};
        assert_int_equal(zkb_arena_create(&arena, zkb_commit_scratch(SIZE, widths[w], 2), NULL),
                         ZKB_OK);
        assert_int_equal(zkb_commit_column(&got, &arena, &shared->srs, &column, 2, NULL), ZKB_OK);
        zkb_arena_destroy(&arena);
    }
}

/* Columns of all widths, proved in batches side by side: enough memory, and what one thread says.
 */
static void published_scratch_is_enough_for_columns(void **state)
{
    (void)state;
    enum { COLUMNS = 3 * WIDTHS };
    zkb_column_view columns[COLUMNS];
    zkb_g1_affine alone[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i] = (zkb_column_view){.cells = cells_of(i % WIDTHS),
                                       .length = SIZE >> (i / WIDTHS * 3),
                                       .bits = widths[i % WIDTHS]};
    }
    for (unsigned threads = 1; threads <= 4; threads++) {
        zkb_arena arena;
        zkb_g1_affine got[COLUMNS];
        zkb_error error;
        assert_int_equal(
            zkb_arena_create(&arena, zkb_commit_columns_scratch(columns, COLUMNS, threads), NULL),
            ZKB_OK);
        assert_int_equal(
            zkb_commit_columns(got, &arena, &shared->srs, columns, COLUMNS, threads, NULL), ZKB_OK);
        if (threads == 1) {
            memcpy(alone, got, sizeof got);
        }
        assert_memory_equal(got, alone, sizeof got);
        columns[COLUMNS / 2].bits = 7;
        assert_int_equal(
            zkb_commit_columns(got, &arena, &shared->srs, columns, COLUMNS, threads, &error),
            ZKB_ERROR_ARGUMENT);
        assert_non_null(strstr(error.message, "not 7"));
        columns[COLUMNS / 2].bits = widths[COLUMNS / 2 % WIDTHS];
        zkb_arena_destroy(&arena);
    }
}

static void combinations_match_the_definition(void **state)
{
    (void)state;
    enum { COLUMNS = WIDTHS * LENGTHS };
    zkb_column_view columns[COLUMNS];
    zkb_fr coefficients[COLUMNS];
    zkb_fr *got = malloc(SIZE * sizeof *got);
    assert_non_null(got);
    for (size_t j = 0; j < COLUMNS; j++) {
        const size_t w = j % WIDTHS;
        columns[j] = (zkb_column_view){
            .cells = cells_of(w), .length = lengths[j / WIDTHS], .bits = widths[w]};
        fixture_element(&coefficients[j], &shared->counter);
    }
    for (size_t length = SIZE; length >= SIZE - 9; length -= 3) {
        for (unsigned threads = 1; threads <= 2; threads++) {
            const size_t count = length == SIZE ? COLUMNS : COLUMNS - WIDTHS;
            memset(got, 0xff, SIZE * sizeof *got);
            assert_int_equal(
                zkb_opening_combine(got, length, columns, coefficients, count, threads, NULL),
                ZKB_OK);
            for (size_t i = 0; i < length; i++) {
                zkb_fr want = ZKB_FR_ZERO;
                for (size_t j = 0; j < count; j++) {
                    zkb_fr term;
                    if (i < columns[j].length) {
                        zkb_fr_mul(&term, &coefficients[j], &shared->expanded[j % WIDTHS][i]);
                        zkb_fr_add(&want, &want, &term);
                    }
                }
                assert_true(zkb_fr_equal(&want, &got[i]));
            }
        }
    }
    free(got);
}

static void wrong_arguments_are_refused(void **state)
{
    (void)state;
    zkb_g1_affine got;
    zkb_fr out[8];
    zkb_error error;
    zkb_column_view column = {.cells = cells_of(2), .length = 9, .bits = 16};
    assert_int_equal(zkb_opening_combine(out, 8, &column, &zkb_fr_one, 1, 1, &error),
                     ZKB_ERROR_ARGUMENT);
    column.bits = 24;
    column.length = 1;
    assert_int_equal(zkb_opening_combine(out, 8, &column, &zkb_fr_one, 1, 1, &error),
                     ZKB_ERROR_ARGUMENT);
    assert_int_equal(zkb_commit_column(&got, &shared->arena, &shared->srs, &column, 1, &error),
                     ZKB_ERROR_ARGUMENT);
    column.bits = 8;
    column.length = SIZE + 1;
    assert_int_equal(zkb_commit_column(&got, &shared->arena, &shared->srs, &column, 1, &error),
                     ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "larger k"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_commits),
        cmocka_unit_test(published_scratch_is_enough),
        cmocka_unit_test(published_scratch_is_enough_for_columns),
        cmocka_unit_test(combinations_match_the_definition),
        cmocka_unit_test(wrong_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
