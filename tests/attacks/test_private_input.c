/* The private input ends where the statement says. A prover whose memory goes on behind it, where
 * the machine has zeros, is refused: in the last word, and in words after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "kzg/mercury.h"
#include "kzg/srs.h"
#include "prover/prove_chunk.h"
#include "prover/run_folds.h"
#include "verify/verify_run.h"

enum { DW = 0x18, SECRET_BYTES = 40 };

/* Returns the third word of the private input plus the fifth. */
static const zkb_instruction code[] = {
    LOAD(DW, 0, 3, 16),
    LOAD(DW, 1, 3, 32),
    ALU64_X(0x00, 0, 1),
    EXIT(),
};

typedef struct machine {
    zkb_srs srs;
    zkb_program program;
    zkb_program_columns columns;
    zkb_machine_key key;
    uint8_t secret[SECRET_BYTES];
} machine;

static void must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("%s", error->message);
    }
}

static int setup(void **state)
{
    static machine m;
    zkb_error error;
    zkb_fr tau;
    zkb_arena arena;
    zkb_program_record record;
    zkb_fr_from_u64(&tau, 0x1234567890abcdef);
    must(zkb_srs_from_tau(&m.srs, &tau, 13, 1, &error), &error);
    m.program = (zkb_program){.slot_count = SLOTS(code), .layout = {4096, 8, 65536, 65536}};
    m.program.code = malloc(sizeof code);
    m.program.function_start = calloc(SLOTS(code), 1);
    assert_non_null(m.program.code);
    assert_non_null(m.program.function_start);
    memcpy(m.program.code, code, sizeof code);
    m.program.function_start[0] = 1;
    must(zkb_program_columns_init(&m.columns, &m.program, &error), &error);
    must(zkb_arena_create(&arena, zkb_program_record_scratch(&m.program, 1), &error), &error);
    must(zkb_program_record_make(&record, &m.columns, &m.srs, &arena, 1, &error), &error);
    zkb_arena_destroy(&arena);
    must(zkb_machine_key_init(&m.key, &record, ZKB_LOOKUP_COMPACT, &m.srs.digest, &error), &error);
    must(zkb_machine_multiply_out(m.key.chips, &error), &error);
    *state = &m;
    return 0;
}

static int teardown(void **state)
{
    machine *m = *state;
    zkb_machine_key_clear(&m->key);
    zkb_program_columns_clear(&m->columns);
    zkb_program_clear(&m->program);
    zkb_srs_close(&m->srs);
    return 0;
}

static void take_state(zkb_machine_state *out, const zkb_vm *vm, uint64_t claimed)
{
    zkb_vm_state state;
    zkb_vm_state_get(&state, vm);
    memcpy(out->r, state.r, sizeof out->r);
    out->r[4] = claimed; /* the program does not touch it */
    out->pc = state.pc;
    out->depth = state.depth;
}

/* Runs with all of the secret, and proves a run whose private input ends after `claimed` bytes. */
static void prove(zkb_proved_chunk *proved, machine *m, uint64_t claimed)
{
    zkb_error error;
    zkb_vm *vm;
    zkb_vm_result result;
    zkb_step_batch batch;
    zkb_arena arena;
    zkb_arena scratch = {0};
    uint32_t taken;
    zkb_chunk_writer *w = malloc(sizeof *w);
    assert_non_null(w);
    must(zkb_vm_create(&vm, &m->program, NULL, 0, m->secret, SECRET_BYTES, NULL, &error), &error);
    must(zkb_step_batch_create(&batch, 16, &error), &error);
    must(zkb_arena_create(&arena, zkb_chunk_writer_scratch(m->key.chips, 10, NULL, &m->program),
                          &error),
         &error);
    must(zkb_chunk_writer_begin(w, m->key.chips, &m->columns, &arena, 10, NULL, &error), &error);
    w->private_bytes = claimed;
    zkb_chunk_job job = {.key = &m->key,
                         .srs = &m->srs,
                         .lengths = {0, claimed, 0},
                         .log_stack = 13,
                         .writer = w,
                         .threads = 1};
    take_state(&job.boundary.before, vm, claimed);
    zkb_vm_record(vm, &batch, ZKB_VM_NO_PAUSE, &result);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    must(zkb_chunk_writer_steps(w, &taken, &batch, 0, &error), &error);
    must(zkb_chunk_writer_end(w, vm, &error), &error);
    take_state(&job.boundary.after, vm, claimed);
    job.boundary.clock_end = w->clock;
    memcpy(job.boundary.register_time, w->register_time, sizeof w->register_time);
    must(zkb_prove_chunk(proved, &job, &scratch, &error), &error);
    zkb_arena_destroy(&scratch);
    zkb_arena_destroy(&arena);
    zkb_step_batch_destroy(&batch);
    zkb_vm_destroy(vm);
    free(w);
}

static zkb_status verify(machine *m, uint64_t claimed, zkb_error *error)
{
    zkb_proved_chunk proved;
    zkb_run_folds *folds;
    uint8_t *messages;
    size_t messages_size;
    uint8_t opening[ZKB_MERCURY_PROOF_SIZE];
    zkb_arena arena;
    zkb_g1_affine content;
    zkb_chunk_claim claim;
    zkb_run_verdict verdict;
    prove(&proved, m, claimed);
    arena = (zkb_arena){0};
    must(zkb_run_folds_create(&folds, error), error);
    must(zkb_run_folds_add(folds, 0, &proved.open, proved.f, proved.length, &arena, 1, error),
         error);
    proved.f = NULL;
    must(zkb_run_folds_end(&messages, &messages_size, opening, folds, 1, &m->srs, NULL, &arena, 1,
                           error),
         error);
    zkb_run_folds_destroy(folds);
    zkb_arena_destroy(&arena);
    must(zkb_arena_create(&arena, zkb_commit_bytes_scratch(1), error), error);
    must(zkb_commit_bytes(&content, m->secret, SECRET_BYTES, &m->srs, &arena, 1, error), error);
    zkb_arena_destroy(&arena);
    must(zkb_chunk_claim_decode(&claim, proved.bytes, proved.size, error), error);
    const zkb_run_proof proof = {.header = {.record = m->key.record,
                                            .log_stack = 13,
                                            .lookup_bits = ZKB_LOOKUP_COMPACT,
                                            .lengths = {0, claimed, 0},
                                            .private_segments = &content,
                                            .chunk_count = 1},
                                 .chunks = &claim,
                                 .folds = messages,
                                 .folds_size = messages_size,
                                 .opening = opening};
    const zkb_run_expectation expected = {.program_id = &m->key.id, .key = &m->key};
    const zkb_status status = zkb_verify_run(&verdict, &proof, &expected, &m->srs, 1, error);
    zkb_chunk_claim_clear(&claim);
    free(messages);
    zkb_proved_chunk_clear(&proved);
    return status;
}

static void an_honest_end_is_accepted(void **state)
{
    machine *m = *state;
    zkb_error error;
    memset(m->secret, 0xa5, SECRET_BYTES);
    must(verify(m, SECRET_BYTES, &error), &error);
    memset(m->secret + 20, 0, SECRET_BYTES - 20); /* ends within the third word */
    must(verify(m, 20, &error), &error);
    must(verify(m, 21, &error), &error);
    must(verify(m, 24, &error), &error);
}

static void content_behind_the_end_is_refused(void **state)
{
    machine *m = *state;
    zkb_error error;
    for (size_t byte = 17; byte < SECRET_BYTES; byte++) {
        memset(m->secret, 0, SECRET_BYTES);
        memset(m->secret, 0x5a, 16);
        m->secret[byte] = 1;
        assert_int_equal(verify(m, byte, &error), ZKB_ERROR_REJECTED);
        must(verify(m, byte + 1, &error), &error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_honest_end_is_accepted),
        cmocka_unit_test(content_behind_the_end_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
