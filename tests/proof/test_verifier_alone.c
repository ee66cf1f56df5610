/* The verifier of tables linked without the prover: key, statement, refusal of a proof. That
 * nothing of the prover is in the library is checked by tests/cli/test_verifier.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes_inline.h"
#include "verify/verify_tables.h"

static void refuses(void **state)
{
    (void)state;
    static const zkb_bus bus = {1, 1, ZKB_BUS_PERMUTATION, "value"};
    zkb_error error;
    zkb_chip *chip;
    zkb_chip_builder *b = zkb_chip_builder_create("pair");
    const zkb_expr x = zkb_column(b, "x", 16);
    const zkb_expr y = zkb_column(b, "y", 32);
    zkb_assert_zero(b, "square", zkb_sub(b, zkb_mul(b, x, x), y));
    zkb_give(b, &bus, zkb_const(b, 1), &x, 1);
    zkb_take(b, &bus, zkb_const(b, 1), &y, 1);
    assert_int_equal(zkb_chip_build(&chip, b, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    const zkb_chip_key chips[1] = {{.chip = chip}};
    zkb_table_key key;
    zkb_fr srs_digest = zkb_fr_one;
    assert_int_equal(zkb_table_key_init(&key, chips, 1, &srs_digest, &error), ZKB_OK);
    const zkb_table table = {.shape = {chip, 3, 8, NULL}};
    const zkb_statement statement = {.tables = &table, .table_count = 1, .log_stack = 4};
    size_t bytes, terms;
    assert_int_equal(zkb_verify_tables_scratch(&bytes, &terms, &key, &statement, &error), ZKB_OK);
    zkb_arena arena;
    assert_int_equal(zkb_arena_create(&arena, bytes, &error), ZKB_OK);
    /* 1 commitment, nu = 4, 1 table, degree 2, 3 rounds, 2 evaluations, 13 variables */
    const size_t size = 4 + 32 * (1 + 16 + 12 + 2 + 2 * 3 + 2 + 2 * 13);
    uint8_t *proof = calloc(size, 1);
    proof[4 + 31] = 0x40; /* the identity */
    zkb_checked_claim claim = {.points = malloc((terms + 1) * sizeof *claim.points),
                               .scalars = malloc((terms + 1) * sizeof *claim.scalars)};
    zkb_store32(proof, ZKB_PROOF_VERSION);
    assert_int_equal(zkb_verify_tables(&claim, &key, &statement, proof, size, &arena, NULL, &error),
                     ZKB_ERROR_REJECTED);
    assert_string_equal(error.where, "proof.gkr.root");
    assert_int_equal(
        zkb_verify_tables(&claim, &key, &statement, proof, size - 1, &arena, NULL, &error),
        ZKB_ERROR_REJECTED);
    assert_string_equal(error.where, "proof.length");
    free(claim.points);
    free(claim.scalars);
    free(proof);
    zkb_arena_destroy(&arena);
    zkb_chip_destroy(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
