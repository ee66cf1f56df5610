/* Honest proofs verify: shapes of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chips/debug_check.h"
#include "backend.h"
#include "proof/gkr_kernels.h"
#include "proof/reference.h"
#include "proof/toy.h"

static zkb_srs srs;

/* The reference prover and other numbers of threads give the same proof. */
static void same_bytes(const toy *t, const uint8_t *proof, size_t size)
{
    const zkb_prove_options options = {.threads = 1};
    zkb_error error = {.message = ""};
    uint8_t *other = malloc(size);
    if (opened_prove(other, size, &t->key, &srs, &t->statement, &options, &reference_phases,
                     &error) != ZKB_OK) {
        fail_msg("reference: %s", error.message);
    }
    assert_memory_equal(other, proof, size);
    free(other);
    for (unsigned threads = 2; threads <= 3; threads++) {
        assert_int_equal(toy_prove(&other, &size, t, &srs, threads, &error), ZKB_OK);
        assert_memory_equal(other, proof, size);
        free(other);
    }
}

static void check_shape(const toy_shape *shape)
{
    toy t;
    uint8_t *proof;
    size_t size;
    zkb_error error;
    toy_create(&t, &srs, shape);
    const zkb_air_witness witness = {.tables = t.tables,
                                     .table_count = TOY_TABLES,
                                     .boundary = t.boundary,
                                     .boundary_count = 2,
                                     .max_log_height = ZKB_MAX_LOG_HEIGHT};
    if (zkb_air_check(&witness, NULL, NULL, &error) != ZKB_OK) {
        fail_msg("witness: %s", error.message);
    }
    if (toy_prove(&proof, &size, &t, &srs, 1, &error) != ZKB_OK) {
        fail_msg("prove: %s: %s", error.where, error.message);
    }
    if (toy_verify(&t, proof, size, &error) != ZKB_OK) {
        fail_msg("verify: %s: %s", error.where, error.message);
    }
    same_bytes(&t, proof, size);
    free(proof);
    toy_destroy(&t);
}

static void shapes(void **state)
{
    (void)state;
    const toy_shape list[] = {
        {{5, 3}, {27, 8}, 4, false},       {{5, 3}, {27, 8}, 4, true},
        {{3, 5}, {8, 27}, 4, true},        /* the heights exchanged */
        {{0, 0}, {1, 1}, 0, false},        /* a single row each */
        {{4, 0}, {0, 0}, 2, false},        /* no active rows */
        {{9, 9}, {300, 512}, 3, true},     /* equal heights, full and not */
        {{6, 2}, {33, 3}, 11, true},       /* tallest without interactions */
        {{10, 1}, {1, 2}, 12, false},      /* mostly padding */
        {{13, 9}, {8000, 300}, 4, true},   /* enough for loops to use several threads */
        {{12, 10}, {4096, 1024}, 3, true}, /* slabs of units alone, down to the last */
        {{12, 11}, {512, 1536}, 3, true},  /* and such beside slabs without active rows */
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        check_shape(&list[i]);
    }
}

/* As chips of a verifying key are. */
static void a_chip_without_product_form(void **state)
{
    (void)state;
    const toy_shape shape = {{5, 3}, {27, 8}, 4, false};
    toy t;
    uint8_t *proof = NULL;
    size_t size;
    size_t bytes;
    zkb_error error = {.message = ""};
    toy_create(&t, &srs, &shape);
    struct zkb_product_form *product = t.plain->product;
    t.plain->product = NULL;
    assert_int_equal(zkb_prove_tables_scratch(&bytes, &t.key, &t.statement, 1, &error),
                     ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "no product form"));
    t.plain->product = product;
    assert_int_equal(toy_prove(&proof, &size, &t, &srs, 1, &error), ZKB_OK);
    free(proof);
    toy_destroy(&t);
}

int main(void)
{
    const int skip = zkb_test_backend(zkb_gkr_kernels_get()->backend);
    if (skip != 0) {
        return skip;
    }
    toy_srs(&srs);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(a_chip_without_product_form),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    zkb_srs_close(&srs);
    return failed;
}
