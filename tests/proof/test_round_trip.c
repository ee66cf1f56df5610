/* Honest proofs verify: shapes of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/debug_check.h"
#include "proof/toy.h"

static zkb_srs srs;

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
    free(proof);
    toy_destroy(&t);
}

static void shapes(void **state)
{
    (void)state;
    const toy_shape list[] = {
        {{5, 3}, {27, 8}, 4, false},   {{5, 3}, {27, 8}, 4, true},
        {{3, 5}, {8, 27}, 4, true},    /* the heights exchanged */
        {{0, 0}, {1, 1}, 0, false},    /* a single row each */
        {{4, 0}, {0, 0}, 2, false},    /* no active rows */
        {{9, 9}, {300, 512}, 3, true}, /* equal heights, full and not */
        {{6, 2}, {33, 3}, 11, true},   /* tallest without interactions */
        {{10, 1}, {1, 2}, 12, false},  /* mostly padding */
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        check_shape(&list[i]);
    }
}

int main(void)
{
    toy_srs(&srs);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    zkb_srs_close(&srs);
    return failed;
}
