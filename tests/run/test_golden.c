/* A proof made once, which every later version of the code must accept: tests/golden/README.md.
 *
 *     test_golden write FILE    makes it anew
 *     test_golden setup FILE    writes its setup, and prints the id of its program */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "kzg/srs_file.h"
#include "prover/prove_run.h"
#include "verify/verify_run.h"

enum { W = 0x00, H = 0x08, DW = 0x18, INPUT_BYTES = 24, SECRET_BYTES = 11, CHUNK = 8 };

/* Not the other tests' program: it must never change. */
static const zkb_instruction code[] = {
    /* 0 */ LOAD(DW, 6, 1, 8),
    /* 1 */ LOAD_SIGNED(H, 7, 3, 1),
    /* 2 */ MOV_X(1, 6),
    /* 3 */ MOV_X(2, 7),
    /* 4 */ STORE_X(DW, 10, -8, 5),
    /* 5 */ CALL(6),
    /* 6 */ LOAD(DW, 5, 10, -8),
    /* 7 */ STORE_X(DW, 5, 0, 0),
    /* 8 */ ATOMIC(W, 5, 4, 7, 0xa1),
    /* 9 */ JMP32_K(0x20, 0, 1000, 1),
    /* 10 */ MOV_K(0, 1),
    /* 11 */ EXIT(),
    /* 12 */ HELPER(1000),
    /* 13 */ ALU64_X(0x30, 6, 7),
    /* 14 */ ALU32_K(0xc0, 6, 3),
    /* 15 */ ALU64_X(0xa0, 0, 6),
    /* 16 */ EXIT(),
};

typedef struct machine {
    zkb_srs srs;
    zkb_program program;
    zkb_program_columns columns;
    zkb_machine_key key;
    uint8_t input[INPUT_BYTES], secret[SECRET_BYTES];
} machine;

static void must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        (void)fprintf(stderr, "%s\n", error->message);
        abort();
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
    m.program.function_start[12] = 1;
    must(zkb_program_columns_init(&m.columns, &m.program, &error), &error);
    must(zkb_arena_create(&arena, zkb_program_record_scratch(&m.program, 1), &error), &error);
    must(zkb_program_record_make(&record, &m.columns, &m.srs, &arena, 1, &error), &error);
    zkb_arena_destroy(&arena);
    must(zkb_machine_key_init(&m.key, &record, ZKB_LOOKUP_COMPACT, &m.srs.digest, &error), &error);
    must(zkb_machine_multiply_out(m.key.chips, &error), &error);
    for (uint8_t i = 0; i < INPUT_BYTES; i++) {
        m.input[i] = (uint8_t)(i * 37 + 11);
    }
    for (uint8_t i = 0; i < SECRET_BYTES; i++) {
        m.secret[i] = (uint8_t)(200 - i * 23);
    }
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

static int write_proof(const char *path)
{
    void *state;
    zkb_error error;
    uint8_t *bytes;
    size_t size;
    zkb_proof_summary summary;
    (void)setup(&state);
    const machine *m = state;
    const zkb_input given = {m->input, INPUT_BYTES, m->secret, SECRET_BYTES, 0};
    const zkb_config config = {.chunk_size = CHUNK, .threads = 1, .memory = UINT64_MAX};
    const zkb_run_job job = {.key = &m->key,
                             .columns = &m->columns,
                             .srs = &m->srs,
                             .k = 10,
                             .input = &given,
                             .config = &config};
    must(zkb_prove_run(&bytes, &size, &summary, &job, &error), &error);
    FILE *file = fopen(path, "wb");
    const bool written = file != NULL && fwrite(bytes, 1, size, file) == size;
    const bool closed = file != NULL && fclose(file) == 0;
    free(bytes);
    (void)teardown(&state);
    return written && closed ? 0 : 1;
}

static int write_setup(const char *path)
{
    void *state;
    zkb_error error;
    uint8_t id[32];
    (void)setup(&state);
    const machine *m = state;
    must(zkb_srs_write(path, m->srs.g1, m->srs.k, &m->srs.tau_g2, &error), &error);
    zkb_fr_to_bytes(id, &m->key.id);
    for (size_t i = sizeof id; i-- > 0;) {
        (void)printf("%02x", id[i]);
    }
    (void)putchar('\n');
    (void)teardown(&state);
    return 0;
}

static uint8_t *read_proof(size_t *size)
{
    enum { MOST = 1 << 20 };
    FILE *file = fopen(ZKB_TEST_DATA "/golden/run.zkb", "rb");
    uint8_t *bytes = malloc(MOST);
    assert_non_null(file);
    assert_non_null(bytes);
    *size = fread(bytes, 1, MOST, file);
    (void)fclose(file);
    return bytes;
}

static void a_proof_made_once_is_accepted(void **state)
{
    const machine *m = *state;
    zkb_error error;
    zkb_run_proof proof;
    zkb_run_verdict verdict;
    size_t size;
    uint8_t *bytes = read_proof(&size);
    const zkb_run_expectation expected = {
        .program_id = &m->key.id, .public_input = m->input, .public_bytes = INPUT_BYTES};
    must(zkb_run_proof_decode(&proof, bytes, size, "run.zkb", &error), &error);
    const zkb_status status = zkb_verify_run(&verdict, &proof, &expected, &m->srs, 1, &error);
    if (status != ZKB_OK) {
        fail_msg("%s: the protocol has changed; see tests/golden/README.md", error.message);
    }
    assert_int_equal(verdict.r0, UINT64_C(0x3611ecc7a27d42cd));
    assert_int_equal(verdict.instructions, 16);
    assert_int_equal(verdict.chunks, 2);
    assert_int_equal(proof.header.lengths.private_bytes, SECRET_BYTES);
    assert_int_equal(proof.header.lengths.output_bytes, 8);
    zkb_run_proof_clear(&proof);
    free(bytes);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_made_once_is_accepted),
    };
    if (argc == 3 && strcmp(argv[1], "write") == 0) {
        return write_proof(argv[2]);
    }
    if (argc == 3 && strcmp(argv[1], "setup") == 0) {
        return write_setup(argv[2]);
    }
    return cmocka_run_group_tests(tests, setup, teardown);
}
