/* Malicious provers against the proof system for tables: they commit to what they like, follow the
 * protocol from there or leave it, and are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/debug_check.h"
#include "proof/prove.h"
#include "proof/reference.h"
#include "proof/toy.h"
#include "verify/verify_tables.h"

static zkb_srs srs;
static toy t;

static int setup(void **state)
{
    (void)state;
    const toy_shape shape = {{5, 3}, {27, 8}, 4, false};
    toy_create(&t, &srs, &shape);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    toy_destroy(&t);
    return 0;
}

/* What the debug checker says of the witness as it stands. */
static bool witness_is_good(void)
{
    const zkb_air_witness witness = {.tables = t.tables,
                                     .table_count = t.statement.table_count,
                                     .boundary = t.boundary,
                                     .boundary_count = t.statement.boundary_count,
                                     .max_log_height = ZKB_MAX_LOG_HEIGHT};
    zkb_error error;
    return zkb_air_check(&witness, NULL, NULL, &error) == ZKB_OK;
}

/* Proves whatever the witness is; what the verifier says. */
static zkb_status outcome(zkb_error *error)
{
    uint8_t *proof;
    size_t size;
    assert_int_equal(toy_prove(&proof, &size, &t, &srs, 1, error), ZKB_OK);
    const zkb_status status = toy_verify(&t, proof, size, error);
    free(proof);
    return status;
}

static void refused_at(const char *where)
{
    zkb_error error = {.where = "nowhere"};
    assert_int_equal(outcome(&error), ZKB_ERROR_REJECTED);
    assert_string_equal(error.where, where);
}

/* A cell of each column on its first, a middle and its last row changed: the proof of the bad
 * witness verifies if and only if the debug checker finds nothing wrong with it. */
static void changed_cells(void **state)
{
    (void)state;
    unsigned refused = 0, harmless = 0;
    assert_true(witness_is_good());
    for (size_t i = 0; i < TOY_TABLES; i++) {
        const zkb_chip *chip = t.tables[i].shape.chip;
        for (uint32_t c = 0; c < chip->committed_count; c++) {
            const zkb_column_data *column = &t.tables[i].committed[c];
            const size_t bytes = zkb_cell_bytes(chip->committed[c].bits);
            const uint64_t rows[3] = {0, column->length / 2, column->length - 1};
            for (int r = 0; r < 3; r++) {
                uint8_t *cell = (uint8_t *)(uintptr_t)column->cells + rows[r] * bytes;
                zkb_error error;
                *cell ^= 1;
                const bool good = witness_is_good();
                assert_int_equal(outcome(&error) == ZKB_OK, good);
                *cell ^= 1;
                refused += !good;
                harmless += good;
            }
        }
    }
    assert_true(refused > 30);
    assert_true(harmless <= 6); /* the root on rows that do not select */
}

/* A row that is left out of the buses, though its cells are there and satisfy the constraints. */
static void row_left_out(void **state)
{
    (void)state;
    t.tables[1].shape.active--;
    refused_at("proof.gkr.root");
    t.tables[1].shape.active++;
}

/* Rows past the active ones that are full of life: they take no part in any bus. The statement that
 * does without them holds; the one that counts them does not. */
static void padding_interacts(void **state)
{
    (void)state;
    zkb_error error;
    zkb_fr end[2];
    memcpy(end, t.end, sizeof end);
    const uint64_t n = t.tables[1].shape.active - 3;
    const uint8_t *y = t.tables[1].committed[1].cells;
    const uint16_t *high = t.tables[1].committed[2].cells;
    const uint8_t *select = t.tables[1].committed[3].cells;
    const uint32_t *root = t.tables[1].committed[4].cells;
    uint64_t *byte_counts = (uint64_t *)(uintptr_t)t.tables[2].committed[0].cells;
    uint16_t *square_counts = (uint16_t *)(uintptr_t)t.tables[3].committed[0].cells;
    t.tables[1].shape.active = n;
    for (uint64_t i = n; i < n + 3; i++) {
        byte_counts[y[i]]--;
        byte_counts[high[i]]--;
        square_counts[root[i]] = (uint16_t)(square_counts[root[i]] - select[i]);
    }
    refused_at("proof.gkr.root"); /* the end is that of the longer run */
    zkb_fr_from_u64(&t.end[1], y[n - 1]);
    for (int i = 0; i < 3; i++) {
        zkb_fr_sub(&t.end[0], &t.end[0], &zkb_fr_one);
    }
    /* the constraint on padding rows has no 3, so the rows must satisfy it as they stand: they do
     * not, and that alone is wrong with them */
    refused_at("proof.joined.end");
    for (uint32_t c = 0; c < 6; c++) {
        t.columns[1][c].length = n;
    }
    assert_int_equal(outcome(&error), ZKB_OK);
    memcpy(t.end, end, sizeof end);
    t.tables[1].shape.active = n + 3;
}

/* Multiplicities of a lookup table that do not count what is taken, in pairs that leave the sum of
 * all multiplicities as it is. */
static void forged_multiplicity(void **state)
{
    (void)state;
    uint64_t *counts = (uint64_t *)(uintptr_t)t.tables[2].committed[0].cells;
    size_t used = 0;
    while (counts[used] == 0) {
        used++;
    }
    counts[used]--;
    counts[used == 255 ? 254 : used + 1]++;
    refused_at("proof.gkr.root");
}

/* A value outside the lookup table, at a selected row whose other cells agree with it. */
static void lookup_of_nothing(void **state)
{
    (void)state;
    uint32_t *root = (uint32_t *)(uintptr_t)t.tables[0].committed[4].cells;
    uint64_t *square = (uint64_t *)(uintptr_t)t.tables[0].committed[5].cells;
    uint8_t *select = (uint8_t *)(uintptr_t)t.tables[0].committed[3].cells;
    uint16_t *counts = (uint16_t *)(uintptr_t)t.tables[3].committed[0].cells;
    size_t row = 0;
    while (select[row] == 0) {
        row++;
    }
    counts[root[row]]--;
    root[row] = 16; /* the table ends at 15 */
    square[row] = 256;
    refused_at("proof.gkr.root");
    select[row] = 0; /* a lookup that is not made needs no square */
    square[row] = 0;
    zkb_error error;
    assert_int_equal(outcome(&error), ZKB_OK);
}

/* Claims moved between tables so that their sums stay right. */
static void move_claims(zkb_fr *claims, size_t count)
{
    assert_true(count >= 4);
    zkb_fr_add(&claims[0], &claims[0], &zkb_fr_one);
    zkb_fr_sub(&claims[2], &claims[2], &zkb_fr_one);
}

static void moved_claims(void **state)
{
    (void)state;
    const zkb_prover_phases phases = {reference_gkr, reference_joined};
    const zkb_prove_options options = {.threads = 1};
    zkb_error error;
    zkb_arena arena;
    size_t size;
    assert_int_equal(zkb_tables_proof_size(&size, &t.key, &t.statement, &error), ZKB_OK);
    assert_int_equal(zkb_arena_create(&arena, REFERENCE_ARENA, NULL), ZKB_OK);
    uint8_t *proof = malloc(size);
    for (int evil = 1; evil >= 0; evil--) {
        reference_tamper = evil ? move_claims : NULL;
        assert_int_equal(zkb_prove_tables_with(proof, size, &t.key, &srs, &t.statement, &arena,
                                               &options, &phases, &error),
                         ZKB_OK);
        const zkb_status status = toy_verify(&t, proof, size, &error);
        assert_int_equal(status, evil ? ZKB_ERROR_REJECTED : ZKB_OK);
        if (evil) {
            assert_string_equal(error.where, "proof.joined.end");
        }
    }
    free(proof);
    zkb_arena_destroy(&arena);
}

/* A challenge alpha that makes the denominator of a leaf zero: both sides of P·Q' = ... are zero
 * then, and only Q != 0 refuses. The hook plays the random oracle. */
typedef struct oracle {
    unsigned calls;
    zkb_fr alpha, beta;
} oracle;

static void unlucky(void *context, zkb_fr *challenge)
{
    oracle *o = context;
    if (o->calls == 0) {
        *challenge = o->alpha;
    } else if (o->calls == 1) {
        *challenge = o->beta;
    }
    o->calls++;
}

static void zero_denominator(void **state)
{
    (void)state;
    zkb_error error;
    zkb_arena arena;
    zkb_accumulator accumulator;
    size_t size, bytes, more;
    oracle o = {0};
    zkb_fr_from_u64(&o.beta, 12345);
    /* alpha = -(2 + beta·y) for the byte bus, id 2, and the first row's y */
    zkb_fr_from_u64(&o.alpha, ((const uint8_t *)t.tables[0].committed[1].cells)[0]);
    zkb_fr_mul(&o.alpha, &o.alpha, &o.beta);
    zkb_fr_add(&o.alpha, &o.alpha, &zkb_fr_one);
    zkb_fr_add(&o.alpha, &o.alpha, &zkb_fr_one);
    zkb_fr_neg(&o.alpha, &o.alpha);
    assert_int_equal(zkb_tables_proof_size(&size, &t.key, &t.statement, &error), ZKB_OK);
    assert_int_equal(zkb_prove_tables_scratch(&bytes, &t.key, &t.statement, 1, &error), ZKB_OK);
    assert_int_equal(zkb_verify_tables_scratch(&more, &t.key, &t.statement, &error), ZKB_OK);
    assert_int_equal(zkb_arena_create(&arena, bytes > more ? bytes : more, NULL), ZKB_OK);
    uint8_t *proof = malloc(size);
    for (int lucky = 0; lucky < 2; lucky++) { /* another alpha shows that the oracle works */
        const zkb_transcript_hook hook = {.context = &o, .squeezed = unlucky};
        const zkb_prove_options options = {.threads = 1, .hook = &hook};
        o.calls = 0;
        assert_int_equal(
            zkb_prove_tables(proof, size, &t.key, &srs, &t.statement, &arena, &options, &error),
            ZKB_OK);
        o.calls = 0;
        const zkb_status status = zkb_verify_tables(&accumulator, &t.key, &t.statement, proof, size,
                                                    &arena, &hook, &error);
        assert_int_equal(status, lucky ? ZKB_OK : ZKB_ERROR_REJECTED);
        if (!lucky) {
            assert_string_equal(error.where, "proof.gkr.root");
            assert_non_null(strstr(error.message, "denominator"));
        }
        zkb_fr_sqr(&o.alpha, &o.alpha);
    }
    free(proof);
    zkb_arena_destroy(&arena);
}

/* An external commitment with a coefficient past the column's height. */
static void content_beyond_the_height(void **state)
{
    (void)state;
    const toy_shape shape = {{5, 3}, {27, 8}, 4, true};
    toy u;
    uint8_t *proof;
    size_t size;
    zkb_error error;
    toy_create(&u, &srs, &shape);
    zkb_g1 sum;
    zkb_g1_from_affine(&sum, &u.external.commitment);
    zkb_g1_add_affine(&sum, &sum, &srs.g1[(size_t)1 << shape.plain_log]);
    zkb_g1_to_affine(&u.external.commitment, &sum);
    assert_int_equal(toy_prove(&proof, &size, &u, &srs, 1, &error), ZKB_OK);
    assert_int_equal(toy_verify(&u, proof, size, &error), ZKB_ERROR_REJECTED);
    assert_string_equal(error.where, "pairing");
    free(proof);
    toy_destroy(&u);
}

int main(void)
{
    toy_srs(&srs);
#define ATTACK(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        ATTACK(changed_cells),     ATTACK(row_left_out),
        ATTACK(padding_interacts), ATTACK(forged_multiplicity),
        ATTACK(lookup_of_nothing), ATTACK(moved_claims),
        ATTACK(zero_denominator),  ATTACK(content_beyond_the_height),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    zkb_srs_close(&srs);
    return failed;
}
