/* Stacks against the definition, with few and with many columns of bits: the latter are summed four
 * at a time (curve/g1_subsets.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "curve/g1_subsets.h"
#include "kzg/commit.h"
#include "unit/kzg_fixture.h"

enum { K = 9, SIZE = 1 << K, STACKS = 24, COLUMNS = 5, VIEWS = STACKS * COLUMNS };

/* The columns of each stack: three of bits, one that begins at no multiple of four, one of another
 * width. A length is no multiple of four either. */
static const size_t firsts[COLUMNS] = {0, 128, 256, 449, 480};
static const size_t lengths[COLUMNS] = {128, 127, 190, 3, 32};
static const unsigned bits[COLUMNS] = {1, 1, 1, 1, 16};

typedef struct fixture {
    zkb_fr tau;
    zkb_srs srs;
    uint8_t cells[VIEWS][2 * SIZE];
    zkb_fr coefficients[STACKS][SIZE];
    zkb_column_view views[VIEWS];
    uint32_t counts[STACKS];
} fixture;

static void set_cell(fixture *f, size_t stack, size_t column, size_t i, uint16_t value)
{
    uint8_t *cells = f->cells[stack * COLUMNS + column];
    if (bits[column] == 16) {
        memcpy(cells + 2 * i, &value, 2);
    } else {
        cells[i] = (uint8_t)value;
    }
    zkb_fr_from_u64(&f->coefficients[stack][firsts[column] + i], value);
}

/* Bits of many kinds: none set, all set, one, half of them. */
static uint16_t cell(size_t stack, size_t column, size_t i)
{
    const uint64_t random =
        (stack * 1000003 + column * 10007 + i + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 40;
    if (bits[column] == 16) {
        return (uint16_t)random;
    }
    switch (stack % 4) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
        return i == column + 5;
    default:
        return (uint16_t)(random & 1);
    }
}

static int set_up(void **state)
{
    uint64_t counter = 0;
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    fixture_element(&f->tau, &counter);
    assert_int_equal(zkb_srs_from_tau(&f->srs, &f->tau, K, 2, NULL), ZKB_OK);
    for (size_t s = 0; s < STACKS; s++) {
        f->counts[s] = COLUMNS;
        for (size_t c = 0; c < COLUMNS; c++) {
            f->views[s * COLUMNS + c] = (zkb_column_view){.cells = f->cells[s * COLUMNS + c],
                                                          .first = firsts[c],
                                                          .length = lengths[c],
                                                          .bits = bits[c]};
            for (size_t i = 0; i < lengths[c]; i++) {
                set_cell(f, s, c, i, cell(s, c, i));
            }
        }
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    zkb_srs_close(&f->srs);
    free(f);
    return 0;
}

/* The first `stacks` stacks, in exactly the memory that is published. */
static void check(const fixture *f, size_t stacks, unsigned threads)
{
    zkb_arena arena;
    zkb_arena plan;
    zkb_g1_affine got[STACKS];
    size_t bytes;
    assert_int_equal(zkb_arena_create(&plan, zkb_commit_stacks_plan(VIEWS), NULL), ZKB_OK);
    assert_int_equal(
        zkb_commit_stacks_scratch(&bytes, &plan, f->views, f->counts, stacks, threads, NULL),
        ZKB_OK);
    assert_int_equal(zkb_arena_create(&arena, bytes, NULL), ZKB_OK);
    assert_int_equal(
        zkb_commit_stacks(got, &arena, &f->srs, f->views, f->counts, stacks, threads, NULL),
        ZKB_OK);
    for (size_t s = 0; s < stacks; s++) {
        zkb_g1_affine want;
        fixture_commit(&want, f->coefficients[s], SIZE, &f->tau);
        assert_true(zkb_g1_affine_equal(&got[s], &want));
    }
    zkb_arena_destroy(&arena);
    zkb_arena_destroy(&plan);
}

static void stacks_are_what_they_are_defined_as(void **state)
{
    for (unsigned threads = 1; threads <= 3; threads++) {
        check(*state, 1, threads);
        check(*state, 4, threads);
        check(*state, STACKS, threads);
    }
}

/* A prover that puts other numbers than bits where bits belong commits to these numbers: it is the
 * constraints that refuse them. */
static void cells_that_are_no_bits_are_committed_as_they_are(void **state)
{
    fixture *f = *state;
    set_cell(f, 2, 0, 9, 2);
    set_cell(f, 3, 1, 126, 255);
    set_cell(f, 5, 2, 8, 3);
    set_cell(f, 5, 2, 9, 0);
    set_cell(f, 5, 2, 10, 254);
    check(f, STACKS, 2);
}

/* Many bits cost fewer additions than there are bits that are set. */
static void many_bits_are_fewer_additions(void **state)
{
    const fixture *f = *state;
    zkb_arena arena;
    zkb_msm_work few = {0};
    zkb_msm_work many = {0};
    uint64_t sums = 0;
    assert_int_equal(zkb_arena_create(&arena, (size_t)16 << 20, NULL), ZKB_OK);
    for (size_t s = 0; s < STACKS; s++) { /* each alone: too few for quads */
        assert_int_equal(zkb_commit_stacks_count(&few, &sums, &arena, f->views + s * COLUMNS,
                                                 f->counts, 1, NULL),
                         ZKB_OK);
    }
    assert_int_equal(
        zkb_commit_stacks_count(&many, &sums, &arena, f->views, f->counts, STACKS, NULL), ZKB_OK);
    assert_true(many.additions < few.additions);
    zkb_arena_destroy(&arena);
}

static void subsets_are_sums(void **state)
{
    const fixture *f = *state;
    enum { GROUPS = SIZE / ZKB_SUBSET_POINTS };
    zkb_arena arena;
    zkb_g1_affine *got = calloc((size_t)ZKB_SUBSETS * GROUPS, sizeof *got);
    assert_non_null(got);
    assert_int_equal(zkb_arena_create(&arena, zkb_g1_subsets_scratch(2), NULL), ZKB_OK);
    assert_int_equal(zkb_g1_subsets(got, f->srs.g1, GROUPS, 2, &arena, NULL), ZKB_OK);
    for (size_t g = 0; g < GROUPS; g++) {
        for (unsigned subset = 1; subset <= ZKB_SUBSETS; subset++) {
            zkb_g1 sum = ZKB_G1_IDENTITY;
            zkb_g1_affine want;
            for (unsigned i = 0; i < ZKB_SUBSET_POINTS; i++) {
                if ((subset >> i & 1) != 0) {
                    zkb_g1_add_affine(&sum, &sum, &f->srs.g1[ZKB_SUBSET_POINTS * g + i]);
                }
            }
            zkb_g1_to_affine(&want, &sum);
            assert_memory_equal(&got[zkb_subset_index(GROUPS, g, subset)], &want, sizeof want);
        }
    }
    zkb_arena_destroy(&arena);
    assert_int_equal(zkb_arena_create(&arena, 1 << 12, NULL), ZKB_OK);
    assert_int_equal(zkb_g1_subsets(got, f->srs.g1, GROUPS, 2, &arena, NULL), ZKB_ERROR_MEMORY);
    zkb_arena_destroy(&arena);
    free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_are_what_they_are_defined_as),
        cmocka_unit_test(many_bits_are_fewer_additions),
        cmocka_unit_test(subsets_are_sums),
        cmocka_unit_test(cells_that_are_no_bits_are_committed_as_they_are),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
