/* A small program with its setup and key, for tests of whole runs. */
#ifndef ZKB_TESTS_RUN_FIXTURE_H
#define ZKB_TESTS_RUN_FIXTURE_H

#include "kzg/srs.h"
#include "prover/prove_run.h"
#include "verify/verify_run.h"

/* The program sums its input's bytes through a function and writes the sum to the output. */
typedef struct run_fixture {
    zkb_srs srs;
    zkb_program program;
    zkb_program_columns columns;
    zkb_machine_key key;
    uint8_t input[40];
    uint8_t secret[20];
} run_fixture;

/* The key's, ZKB_LOOKUP_COMPACT unless set before the group starts; the smallest setup that it can
 * do with goes with it. */
extern unsigned run_fixture_lookup_bits;

/* cmocka group fixtures; *state is the run_fixture. */
int run_fixture_setup(void **state);
int run_fixture_teardown(void **state);

/* Fails the test, with the message, unless status is ZKB_OK. */
void run_must(zkb_status status, const zkb_error *error);

/* An honest proof, with k = 10; freed by the caller. chunk_size 0: one chunk. */
zkb_proof_summary run_fixture_prove(uint8_t **proof, size_t *size, const run_fixture *f,
                                    uint64_t chunk_size, unsigned workers);
/* The same of another input, with these settings and k. */
zkb_proof_summary run_fixture_prove_input(uint8_t **proof, size_t *size, const run_fixture *f,
                                          const zkb_input *input, const zkb_config *config,
                                          unsigned k, zkb_mode mode);
zkb_status run_fixture_verify(const run_fixture *f, const uint8_t *proof, size_t size,
                              zkb_error *error);

#endif
