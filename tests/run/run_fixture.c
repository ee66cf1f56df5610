#include "run/run_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"

enum { W = 0x00, B = 0x10, DW = 0x18 };

/* Sums the input's bytes into r6 through a function, and writes the sum to the output. */
static const zkb_instruction sum_code[] = {
    /* 0 */ MOV_K(6, 0),
    /* 1 */ MOV_X(7, 1),
    /* 2 */ MOV_X(8, 2),
    /* 3 */ MOV_X(9, 5),
    /* 4 */ JMP_K(0x10, 8, 0, 6),
    /* 5 */ MOV_X(1, 7),
    /* 6 */ CALL(7),
    /* 7 */ ALU64_X(0x00, 6, 0),
    /* 8 */ ALU64_K(0x00, 7, 1),
    /* 9 */ ALU64_K(0x00, 8, -1),
    /* 10 */ JA(-7),
    /* 11 */ STORE_X(DW, 9, 0, 6),
    /* 12 */ MOV_X(0, 6),
    /* 13 */ EXIT(),
    /* 14 */ LOAD(B, 0, 1, 0),
    /* 15 */ STORE_X(B, 10, -1, 0),
    /* 16 */ MOV_K(6, 99),
    /* 17 */ EXIT(),
};

void run_must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("%s", error->message);
    }
}

static void *duplicate(const void *data, size_t size)
{
    void *p = malloc(size);
    assert_non_null(p);
    memcpy(p, data, size);
    return p;
}

unsigned run_fixture_lookup_bits = ZKB_LOOKUP_COMPACT;

int run_fixture_setup(void **state)
{
    static run_fixture f;
    zkb_error error;
    zkb_fr tau;
    zkb_arena arena;
    zkb_program_record record;
    zkb_fr_from_u64(&tau, 0x1234567890abcdef);
    run_must(zkb_srs_from_tau(&f.srs, &tau, run_fixture_lookup_bits == ZKB_LOOKUP_WIDE ? 16 : 13, 2,
                              &error),
             &error);
    f.program = (zkb_program){.slot_count = SLOTS(sum_code), .layout = {4096, 8, 65536, 65536}};
    f.program.code = duplicate(sum_code, sizeof sum_code);
    f.program.function_start = calloc(SLOTS(sum_code), 1);
    f.program.function_start[0] = 1;
    f.program.function_start[14] = 1;
    run_must(zkb_program_columns_init(&f.columns, &f.program, &error), &error);
    run_must(zkb_arena_create(&arena, zkb_program_record_scratch(&f.program, 1), &error), &error);
    run_must(zkb_program_record_make(&record, &f.columns, &f.srs, &arena, 1, &error), &error);
    zkb_arena_destroy(&arena);
    run_must(zkb_machine_key_init(&f.key, &record, run_fixture_lookup_bits, &f.srs.digest, &error),
             &error);
    run_must(zkb_machine_multiply_out(f.key.chips, &error), &error);
    for (size_t i = 0; i < sizeof f.input; i++) {
        f.input[i] = (uint8_t)(i * 37 + 11);
    }
    *state = &f;
    return 0;
}

int run_fixture_teardown(void **state)
{
    run_fixture *f = *state;
    zkb_machine_key_clear(&f->key);
    zkb_program_columns_clear(&f->columns);
    zkb_program_clear(&f->program);
    zkb_srs_close(&f->srs);
    return 0;
}

zkb_proof_summary run_fixture_prove_input(uint8_t **proof, size_t *size, const run_fixture *f,
                                          const zkb_input *input, const zkb_config *config,
                                          unsigned k, zkb_mode mode)
{
    zkb_error error;
    zkb_proof_summary summary;
    const zkb_run_job job = {.key = &f->key,
                             .columns = &f->columns,
                             .srs = &f->srs,
                             .k = k,
                             .mode = mode,
                             .input = input,
                             .config = config};
    run_must(zkb_prove_run(proof, size, &summary, &job, &error), &error);
    assert_true(summary.worker_peak <= summary.worker_estimate);
    return summary;
}

zkb_proof_summary run_fixture_prove(uint8_t **proof, size_t *size, const run_fixture *f,
                                    uint64_t chunk_size, unsigned workers)
{
    const zkb_input input = {f->input, sizeof f->input, f->secret, sizeof f->secret, 0};
    const zkb_config config = {.chunk_size = chunk_size, .threads = workers, .memory = UINT64_MAX};
    return run_fixture_prove_input(proof, size, f, &input, &config, 10, ZKB_MODE_PARALLEL);
}

zkb_status run_fixture_verify(const run_fixture *f, const uint8_t *proof, size_t size,
                              zkb_error *error)
{
    zkb_run_proof decoded;
    zkb_run_verdict verdict;
    const zkb_run_expectation expected = {&f->key.id, f->input, sizeof f->input, NULL, NULL};
    zkb_status status = zkb_run_proof_decode(&decoded, proof, size, "proof", error);
    if (status == ZKB_OK) {
        status = zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 1, error);
        zkb_run_proof_clear(&decoded);
    }
    return status;
}
