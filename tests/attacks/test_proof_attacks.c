/* Malicious provers against the proof system for tables: they commit to what they like, follow the
 * protocol from there or leave it, and are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chips/debug_check.h"
#include "air/chip.h"
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
    const zkb_prove_options options = {.threads = 1};
    zkb_error error;
    size_t size;
    assert_int_equal(opened_size(&size, &t.key, &t.statement, &error), ZKB_OK);
    uint8_t *proof = malloc(size);
    for (int evil = 1; evil >= 0; evil--) {
        reference_tamper = evil ? move_claims : NULL;
        assert_int_equal(opened_prove(proof, size, &t.key, &srs, &t.statement, &options,
                                      &reference_phases, &error),
                         ZKB_OK);
        const zkb_status status = toy_verify(&t, proof, size, &error);
        assert_int_equal(status, evil ? ZKB_ERROR_REJECTED : ZKB_OK);
        if (evil) {
            assert_string_equal(error.where, "proof.joined.end");
        }
    }
    free(proof);
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
    zkb_accumulator accumulator;
    size_t size;
    oracle o = {0};
    zkb_fr_from_u64(&o.beta, 12345);
    /* alpha = -(2 + beta·y) for the byte bus, id 2, and the first row's y */
    zkb_fr_from_u64(&o.alpha, ((const uint8_t *)t.tables[0].committed[1].cells)[0]);
    zkb_fr_mul(&o.alpha, &o.alpha, &o.beta);
    zkb_fr_add(&o.alpha, &o.alpha, &zkb_fr_one);
    zkb_fr_add(&o.alpha, &o.alpha, &zkb_fr_one);
    zkb_fr_neg(&o.alpha, &o.alpha);
    assert_int_equal(opened_size(&size, &t.key, &t.statement, &error), ZKB_OK);
    uint8_t *proof = malloc(size);
    for (int lucky = 0; lucky < 2; lucky++) { /* another alpha shows that the oracle works */
        const zkb_transcript_hook hook = {.context = &o, .squeezed = unlucky};
        const zkb_prove_options options = {.threads = 1, .hook = &hook};
        o.calls = 0;
        assert_int_equal(
            opened_prove(proof, size, &t.key, &srs, &t.statement, &options, NULL, &error), ZKB_OK);
        o.calls = 0;
        const zkb_status status =
            opened_verify(&accumulator, &t.key, &t.statement, proof, size, &hook, &error);
        assert_int_equal(status, lucky ? ZKB_OK : ZKB_ERROR_REJECTED);
        if (!lucky) {
            assert_string_equal(error.where, "proof.gkr.root");
            assert_non_null(strstr(error.message, "denominator"));
        }
        zkb_fr_sqr(&o.alpha, &o.alpha);
    }
    free(proof);
}

/* An external commitment with a coefficient past the column's height, in each power up to 2^12: the
 * opening sees all that 13 variables have. */
static void content_beyond_the_height(void **state)
{
    (void)state;
    const toy_shape shape = {{5, 3}, {27, 8}, 4, true};
    toy u;
    uint8_t *proof;
    size_t size;
    zkb_error error;
    toy_create(&u, &srs, &shape);
    const zkb_g1_affine honest = u.external.commitment;
    for (unsigned bit = shape.plain_log; bit < ZKB_MIN_OPEN_VARIABLES; bit++) {
        zkb_g1 sum;
        zkb_g1_from_affine(&sum, &honest);
        zkb_g1_add_affine(&sum, &sum, &srs.g1[(size_t)1 << bit]);
        zkb_g1_to_affine(&u.external.commitment, &sum);
        assert_int_equal(toy_prove(&proof, &size, &u, &srs, 1, &error), ZKB_OK);
        assert_int_equal(toy_verify(&u, proof, size, &error), ZKB_ERROR_REJECTED);
        assert_string_equal(error.where, "pairing");
        free(proof);
    }
    toy_destroy(&u);
}

/* A commitment whose polynomial goes on beyond its column's height: on its rows the column is c
 * less a in one row, which is wrong, and the row 2^h above holds a one. At a point with z_h/(1 -
 * z_h) = a it is worth as much as c, which is right. So everything rests on z_h being drawn after
 * the evaluations: with an oracle that gives out the z_h it was made for the proof is accepted. */
typedef struct foreseen {
    size_t calls, at; /* the challenge z_h is number `at` */
    zkb_fr value;
    bool obey;
} foreseen;

static void foresee(void *context, zkb_fr *challenge)
{
    foreseen *f = context;
    if (f->calls++ == f->at && f->obey) {
        *challenge = f->value;
    }
}

static toy *stretched; /* its external column grows when the evaluations have been sent */
static zkb_column_data stretched_column;

static zkb_status joined_then_stretch(zkb_fr *evaluations, zkb_fr *s, zkb_prover *prover,
                                      const zkb_fr *point, const zkb_fr *claims,
                                      const zkb_joined_challenges *challenges, zkb_error *error)
{
    const zkb_status status =
        reference_joined(evaluations, s, prover, point, claims, challenges, error);
    stretched->columns[4][1] = stretched_column;
    return status;
}

/* How many challenges come before z_h. */
static size_t challenges_before(const toy *u, unsigned h)
{
    zkb_arena arena;
    zkb_layout layout;
    assert_int_equal(zkb_arena_create(&arena, zkb_layout_scratch(TOY_TABLES), NULL), ZKB_OK);
    assert_int_equal(zkb_layout_init(&layout, &arena, &u->key, &u->statement, NULL), ZKB_OK);
    zkb_arena_destroy(&arena);
    assert_true(layout.log_height < layout.log_leaves);
    size_t count = 2 + 1 + 4; /* alpha, beta; mu_0; lambda, l1, l2, rho */
    for (unsigned k = 1; k < layout.log_leaves; k++) {
        count += k + 2;
    }
    return count + layout.log_height + h;
}

static void foreseen_content_beyond_the_height(void **state)
{
    (void)state;
    enum { H = 4, ROW = 3, ROWS = 1 << H };
    const toy_shape shape = {{5, 3}, {27, 8}, H, true};
    toy u;
    zkb_error error;
    zkb_accumulator a;
    zkb_fr z, t1;
    zkb_g1 left, right;
    size_t size;
    toy_create(&u, &srs, &shape);
    foreseen f = {.at = challenges_before(&u, H)};
    zkb_fr_from_u64(&f.value, 424242);
    zkb_fr_sub(&t1, &zkb_fr_one, &f.value);
    zkb_fr_inv(&t1, &t1);
    zkb_fr_mul(&z, &f.value, &t1);
    zkb_fr cells[ROWS + ROW + 1] = {0};
    const zkb_column_data honest = u.columns[4][1];
    memcpy(cells, honest.cells, honest.length * sizeof cells[0]);
    zkb_fr_sub(&cells[ROW], &cells[ROW], &z);
    cells[ROWS + ROW] = zkb_fr_one;
    stretched = &u;
    stretched_column = (zkb_column_data){cells, ROWS + ROW + 1};
    zkb_fr_neg(&t1, &z);
    zkb_g1_from_affine(&left, &srs.g1[ROW]);
    zkb_g1_mul(&left, &left, &t1);
    zkb_g1_from_affine(&right, &u.external.commitment);
    zkb_g1_add(&left, &left, &right);
    zkb_g1_add_affine(&left, &left, &srs.g1[ROWS + ROW]);
    zkb_g1_to_affine(&u.external.commitment, &left);
    const zkb_prover_phases phases = {.commit = reference_commit,
                                      .gkr = reference_gkr,
                                      .joined = joined_then_stretch,
                                      .gather = reference_gather,
                                      .open = zkb_prove_opening};
    const zkb_transcript_hook hook = {.context = &f, .squeezed = foresee};
    const zkb_prove_options options = {.threads = 1, .hook = &hook};
    assert_int_equal(opened_size(&size, &u.key, &u.statement, &error), ZKB_OK);
    uint8_t *proof = malloc(size);
    for (int obey = 0; obey < 2; obey++) {
        f.obey = obey;
        f.calls = 0;
        u.columns[4][1] = honest;
        assert_int_equal(
            opened_prove(proof, size, &u.key, &srs, &u.statement, &options, &phases, &error),
            ZKB_OK);
        f.calls = 0;
        assert_int_equal(opened_verify(&a, &u.key, &u.statement, proof, size, &hook, &error),
                         ZKB_OK); /* up to the pairing */
        assert_int_equal(toy_accumulator_holds(&a), obey);
    }
    free(proof);
    toy_destroy(&u);
}

/* Boundary terms have denominators too. Two takes of one tuple that nobody gives, at an alpha that
 * makes its denominator zero: the sum over the common denominator is zero, and only Q != 0 refuses.
 */
static void zero_denominator_at_the_boundary(void **state)
{
    (void)state;
    zkb_error error;
    zkb_accumulator accumulator;
    size_t size;
    zkb_fr never[2];
    oracle o = {0};
    zkb_fr_from_u64(&never[0], 999);
    zkb_fr_from_u64(&never[1], 77);
    zkb_fr_from_u64(&o.beta, 12345);
    zkb_fr_mul(&o.alpha, &o.beta, &never[1]); /* alpha = -(1 + beta·999 + beta^2·77) */
    zkb_fr_add(&o.alpha, &o.alpha, &never[0]);
    zkb_fr_mul(&o.alpha, &o.alpha, &o.beta);
    zkb_fr_add(&o.alpha, &o.alpha, &zkb_fr_one);
    zkb_fr_neg(&o.alpha, &o.alpha);
    const zkb_boundary_term taken = {t.boundary[1].bus, false, never};
    const zkb_boundary_term terms[4] = {t.boundary[0], t.boundary[1], taken, taken};
    t.statement.boundary = terms;
    t.statement.boundary_count = 4;
    assert_int_equal(opened_size(&size, &t.key, &t.statement, &error), ZKB_OK);
    uint8_t *proof = malloc(size);
    const zkb_transcript_hook hook = {.context = &o, .squeezed = unlucky};
    const zkb_prove_options options = {.threads = 1, .hook = &hook};
    assert_int_equal(opened_prove(proof, size, &t.key, &srs, &t.statement, &options, NULL, &error),
                     ZKB_OK);
    o.calls = 0;
    assert_int_equal(opened_verify(&accumulator, &t.key, &t.statement, proof, size, &hook, &error),
                     ZKB_ERROR_REJECTED);
    assert_string_equal(error.where, "proof.gkr.root");
    assert_non_null(strstr(error.message, "denominator"));
    free(proof);
}

/* ---- A tree of one leaf ---------------------------------------------------------------------- */

static const zkb_bus single_bus = {7, 1, ZKB_BUS_PERMUTATION, "single"};

/* The challenge beta as the prover meets it, and the claims of a leaf that takes `wanted`. */
static zkb_fr seen_beta;
static zkb_fr wanted;

static void watch(void *context, zkb_fr *challenge)
{
    unsigned *calls = context;
    if (++*calls == 2) {
        seen_beta = *challenge;
    }
}

static void claim_what_is_wanted(zkb_fr *claims, size_t count)
{
    assert_int_equal(count, 2);
    zkb_fr seven;
    zkb_fr_from_u64(&seven, single_bus.id);
    zkb_fr_neg(&claims[0], &zkb_fr_one);
    zkb_fr_mul(&claims[1], &seen_beta, &wanted);
    zkb_fr_add(&claims[1], &claims[1], &seven);
}

/* One row that takes its cell, 5, when it is active; the statement gives `given`. Empty: proved and
 * accepted, else the step that refuses. */
static const char *one_leaf(uint64_t active, uint64_t given, bool forge)
{
    static const char accepted[] = "";
    static zkb_error error;
    zkb_chip *chip;
    zkb_chip_builder *b = zkb_chip_builder_create("leaf");
    zkb_take(b, &single_bus, zkb_const(b, 1), (zkb_expr[]){zkb_column(b, "x", 8)}, 1);
    assert_int_equal(zkb_chip_build(&chip, b, &error), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(chip, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    const zkb_chip_key chips[1] = {{.chip = chip}};
    toy u = {0};
    assert_int_equal(zkb_table_key_init(&u.key, chips, 1, &srs.digest, &error), ZKB_OK);
    const uint8_t cell = 5;
    const zkb_column_data column = {&cell, 1};
    const zkb_table table = {.shape = {chip, 0, active, NULL}, .committed = &column};
    zkb_fr_from_u64(&wanted, given);
    const zkb_boundary_term term = {&single_bus, true, &wanted};
    u.statement = (zkb_statement){
        .tables = &table, .table_count = 1, .boundary = &term, .boundary_count = given != 0};
    unsigned calls = 0;
    const zkb_transcript_hook hook = {.context = &calls, .squeezed = watch};
    const zkb_prove_options options = {.threads = 1, .hook = &hook};
    size_t size;
    assert_int_equal(opened_size(&size, &u.key, &u.statement, &error), ZKB_OK);
    uint8_t *proof = malloc(size);
    reference_tamper = forge ? claim_what_is_wanted : NULL;
    assert_int_equal(
        opened_prove(proof, size, &u.key, &srs, &u.statement, &options, &reference_phases, &error),
        ZKB_OK);
    reference_tamper = NULL;
    const zkb_status status = toy_verify(&u, proof, size, &error);
    free(proof);
    zkb_chip_destroy(chip);
    return status == ZKB_OK ? accepted : error.where;
}

/* Without layers the prover knows alpha and beta when it claims the root: what it claims is held to
 * the cells, and to the number of active rows, by the joined sumcheck alone. */
static void tree_of_one_leaf(void **state)
{
    (void)state;
    assert_string_equal(one_leaf(1, 5, false), "");
    assert_string_equal(one_leaf(1, 6, false), "proof.gkr.root");
    assert_string_equal(one_leaf(1, 6, true), "proof.joined.end");
    assert_string_equal(one_leaf(1, 5, true), ""); /* what is claimed is what is there */
    assert_string_equal(one_leaf(0, 0, false), "");
    assert_string_equal(one_leaf(0, 5, false), "proof.gkr.root");
    assert_string_equal(one_leaf(0, 5, true), "proof.joined.end");
    assert_string_equal(one_leaf(1, 0, false), "proof.gkr.root");
}

/* ---- Statements --------------------------------------------------------------------------------
 */

/* A number of tables beyond the limit sizes nothing. */
static void too_many_tables(void **state)
{
    (void)state;
    static const size_t counts[] = {ZKB_MAX_TABLES + 1, (size_t)1 << 48,
                                    SIZE_MAX / sizeof(zkb_layout_table) + 2, SIZE_MAX};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        zkb_error error;
        size_t bytes, terms;
        t.statement.table_count = counts[i];
        assert_int_equal(zkb_verify_tables_scratch(&bytes, &terms, &t.key, &t.statement, &error),
                         ZKB_ERROR_LIMIT);
        assert_int_equal(bytes, 0);
    }
}

int main(void)
{
    toy_srs(&srs);
#define ATTACK(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        ATTACK(changed_cells),
        ATTACK(row_left_out),
        ATTACK(padding_interacts),
        ATTACK(forged_multiplicity),
        ATTACK(lookup_of_nothing),
        ATTACK(moved_claims),
        ATTACK(zero_denominator),
        ATTACK(content_beyond_the_height),
        ATTACK(zero_denominator_at_the_boundary),
        ATTACK(tree_of_one_leaf),
        ATTACK(foreseen_content_beyond_the_height),
        ATTACK(too_many_tables),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    zkb_srs_close(&srs);
    return failed;
}
