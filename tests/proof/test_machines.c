/* The worked machines proved and verified, pairing included, with two sizes each. With the argument
 * `poseidon2 N`: one proof of N permutations, timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/os/clock.h"
#include "machines/machine.h"
#include "proof/key_commit.h"
#include "proof/opened.h"

static zkb_srs srs;

static void commit(zkb_g1_affine *out, const zkb_table *table)
{
    zkb_arena arena;
    const zkb_chip *chip = table->shape.chip;
    const unsigned height = table->shape.log_height;
    unsigned bits[16];
    size_t bytes;
    for (uint32_t c = 0; c < chip->preprocessed_count; c++) {
        bits[c] = chip->preprocessed[c].bits;
    }
    assert_int_equal(zkb_key_commit_scratch(&bytes, table->preprocessed, bits,
                                            chip->preprocessed_count, height, 1, NULL),
                     ZKB_OK);
    assert_int_equal(zkb_arena_create(&arena, bytes, NULL), ZKB_OK);
    assert_int_equal(zkb_key_commit(out, &arena, &srs, table->preprocessed, bits,
                                    chip->preprocessed_count, height, 1, NULL),
                     ZKB_OK);
    zkb_arena_destroy(&arena);
}

/* The machine's key; commitments are the caller's. */
static void make_key(zkb_table_key *key, zkb_chip_key *chips, zkb_g1_affine (*fixed)[16],
                     const machine *m)
{
    zkb_error error;
    for (unsigned i = 0; i < m->count; i++) {
        const zkb_chip *chip = m->chips[i];
        chips[i] = (zkb_chip_key){.chip = chip};
        assert_true(chip->preprocessed_count <= 16);
        if (chip->preprocessed_count != 0) {
            commit(fixed[i], &m->tables[i]);
            chips[i].preprocessed = fixed[i];
            chips[i].log_height = m->tables[i].shape.log_height;
        }
    }
    if (zkb_table_key_init(key, chips, m->count, &srs.digest, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
}

/* Proves and verifies; seconds that the proof took. */
static double round_trip(const machine *m, unsigned threads)
{
    zkb_table_key key;
    zkb_chip_key chips[MACHINE_CHIPS];
    zkb_g1_affine fixed[MACHINE_CHIPS][16];
    zkb_error error = {.message = ""};
    zkb_arena arena;
    size_t size;
    make_key(&key, chips, fixed, m);
    const zkb_statement statement = {.tables = m->tables,
                                     .table_count = m->count,
                                     .boundary = m->boundary,
                                     .boundary_count = m->boundary_count};
    assert_int_equal(opened_size(&size, &key, &statement, &error), ZKB_OK);
    assert_int_equal(zkb_arena_create(&arena, zkb_accumulator_scratch(1), NULL), ZKB_OK);
    uint8_t *proof = malloc(size);
    const zkb_prove_options options = {.threads = threads};
    const double start = zkb_now();
    if (opened_prove(proof, size, &key, &srs, &statement, &options, NULL, &error) != ZKB_OK) {
        fail_msg("%s: %s", m->name, error.message);
    }
    const double time = zkb_now() - start;
    zkb_accumulator accumulator;
    if (opened_verify(&accumulator, &key, &statement, proof, size, NULL, &error) != ZKB_OK ||
        zkb_accumulator_check(&arena, &accumulator, 1, srs.pairing, &error) != ZKB_OK) {
        fail_msg("%s: %s: %s", m->name, error.where, error.message);
    }
    printf("%s: %zu bytes, %.1f ms\n", m->name, size, 1e3 * time);
    free(proof);
    zkb_arena_destroy(&arena);
    return time;
}

static void fibonacci(void **state)
{
    (void)state;
    const uint64_t steps[2] = {3, 1000};
    for (int i = 0; i < 2; i++) {
        machine m;
        machine_fibonacci(&m, 8, steps[i]);
        (void)round_trip(&m, 1);
        machine_destroy(&m);
    }
}

static void registers(void **state)
{
    (void)state;
    const uint64_t steps[2] = {5, 700};
    for (int i = 0; i < 2; i++) {
        machine m;
        machine_registers(&m, 8, steps[i]);
        (void)round_trip(&m, 2);
        machine_destroy(&m);
    }
}

static void poseidon2(void **state)
{
    (void)state;
    const uint64_t permutations[2] = {1, 50};
    for (int i = 0; i < 2; i++) {
        machine m;
        machine_poseidon2(&m, permutations[i]);
        (void)round_trip(&m, 1);
        machine_destroy(&m);
    }
}

static void setup_srs(unsigned k)
{
    zkb_fr tau;
    zkb_fr_from_u64(&tau, 0xabcdef123456u);
    assert_int_equal(zkb_srs_from_tau(&srs, &tau, k, 2, NULL), ZKB_OK);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "poseidon2") == 0) {
        const uint64_t count = strtoull(argv[2], NULL, 10);
        machine m;
        setup_srs(machine_log2(count) > 13 ? machine_log2(count) : 13);
        machine_poseidon2(&m, count);
        const double time = round_trip(&m, 1);
        printf("%.1f us a permutation\n", 1e6 * time / (double)count);
        machine_destroy(&m);
        zkb_srs_close(&srs);
        return 0;
    }
    setup_srs(13);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fibonacci),
        cmocka_unit_test(registers),
        cmocka_unit_test(poseidon2),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    zkb_srs_close(&srs);
    return failed;
}
