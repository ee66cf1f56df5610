/* Runs with the helper copy from the program to the verifier: chunks are cut where its auxiliary
 * rows or its words need it, a chunk that does not use it is proved as it was before there was one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "kzg/srs.h"
#include "prover/prove_run.h"
#include "verify/verify_run.h"

enum { DW = 0x18, FIRST_WORDS = 3, CALLS = 49, K = 8 };

static const zkb_instruction code[] = {
    /* 0 */ LDDW(6, 0, 3),
    /* 2 */ MOV_K(7, CALLS),
    /* 3 */ MOV_K(8, FIRST_WORDS), /* of the first call; then the most */
    /* 4 */ STORE_X(DW, 6, 0, 7),
    /* 5 */ MOV_X(1, 6),
    /* 6 */ ALU64_K(0x00, 1, 8),
    /* 7 */ MOV_X(2, 6),
    /* 8 */ MOV_X(3, 8),
    /* 9 */ HELPER(ZKB_HELPER_NUMBER_COPY),
    /* 10 */ MOV_K(8, ZKB_COPY_MOST_WORDS),
    /* 11 */ ALU64_K(0x00, 7, -1),
    /* 12 */ JMP_K(0x50, 7, 0, -9),
    /* 13 */ LOAD(DW, 0, 6, 8 * CALLS), /* the first word that was stored */
    /* 14 */ EXIT(),
};

typedef struct fixture {
    zkb_srs srs;
    zkb_program program;
    zkb_program_columns columns;
    zkb_machine_key key;
} fixture;

static void must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("%s", error->message);
    }
}

static int begin(void **state)
{
    static fixture f;
    static uint8_t functions[SLOTS(code)] = {1};
    zkb_error error;
    zkb_fr tau;
    zkb_arena arena;
    zkb_program_record record;
    zkb_fr_from_u64(&tau, 0x1234567890abcdef);
    must(zkb_srs_from_tau(&f.srs, &tau, 13, 1, &error), &error);
    f.program = (zkb_program){.slot_count = SLOTS(code),
                              .code = (zkb_instruction *)(uintptr_t)code,
                              .function_start = functions,
                              .layout = {4096, 8, 65536, 65536}};
    must(zkb_program_columns_init(&f.columns, &f.program, &error), &error);
    must(zkb_arena_create(&arena, zkb_program_record_scratch(&f.program, 1), &error), &error);
    must(zkb_program_record_make(&record, &f.columns, &f.srs, &arena, 1, &error), &error);
    zkb_arena_destroy(&arena);
    must(zkb_machine_key_init(&f.key, &record, ZKB_LOOKUP_COMPACT, &f.srs.digest, &error), &error);
    must(zkb_machine_multiply_out(f.key.chips, &error), &error);
    *state = &f;
    return 0;
}

static int end(void **state)
{
    fixture *f = *state;
    zkb_machine_key_clear(&f->key);
    zkb_program_columns_clear(&f->columns);
    zkb_srs_close(&f->srs);
    return 0;
}

static void prove(uint8_t **bytes, size_t *size, fixture *f, uint64_t chunk_size)
{
    zkb_error error;
    zkb_proof_summary summary;
    const zkb_input given = {0};
    const zkb_config config = {.chunk_size = chunk_size, .threads = 1, .memory = UINT64_MAX};
    const zkb_run_job job = {.key = &f->key,
                             .columns = &f->columns,
                             .srs = &f->srs,
                             .k = K,
                             .input = &given,
                             .config = &config};
    must(zkb_prove_run(bytes, size, &summary, &job, &error), &error);
}

static zkb_status verify(zkb_run_verdict *verdict, fixture *f, const zkb_run_proof *proof,
                         zkb_error *error)
{
    const zkb_run_expectation expected = {.program_id = &f->key.id};
    return zkb_verify_run(verdict, proof, &expected, &f->srs, 1, error);
}

static uint64_t rows_of(const zkb_chunk_claim *chunk, zkb_chip_id chip)
{
    uint64_t rows = 0;
    for (uint32_t t = 0; t < chunk->table_count; t++) {
        rows += chunk->tables[t].chip == chip ? chunk->tables[t].active : 0;
    }
    return rows;
}

/* 2^8 rows a table, four tables of a chip: sixteen calls of 256 words. */
static void chunks_end_before_a_call_that_does_not_fit(void **state)
{
    fixture *f = *state;
    uint8_t *bytes;
    size_t size;
    zkb_error error;
    zkb_run_proof proof;
    zkb_run_verdict verdict;
    prove(&bytes, &size, f, 1000);
    must(zkb_run_proof_decode(&proof, bytes, size, "proof", &error), &error);
    must(verify(&verdict, f, &proof, &error), &error);
    assert_int_equal(verdict.r0, CALLS);
    assert_int_equal(verdict.instructions, 3 + 9 * CALLS + 2);
    assert_int_equal(verdict.chunks, 3);
    for (unsigned c = 0; c < 3; c++) {
        assert_int_equal(rows_of(&proof.chunks[c], ZKB_CHIP_HELPER_COPY), c == 0 ? 17 : 16);
        assert_int_equal(rows_of(&proof.chunks[c], ZKB_CHIP_COPY_FOUR), 4 * ZKB_COPY_MOST_WORDS);
        assert_int_equal(rows_of(&proof.chunks[c], ZKB_CHIP_COPY_WORD), c == 0 ? FIRST_WORDS : 0);
    }
    zkb_run_proof_clear(&proof);
    free(bytes);
}

/* The first chunk ends before the first call: its key is that of the chips that there were before.
 * The second has a call of three words, the third one of words that are copied four in a row, by a
 * chip that was added later. No other key will do for either kind of chunk. */
static void a_key_has_no_more_chips_than_it_needs(void **state)
{
    fixture *f = *state;
    uint8_t *bytes;
    size_t size;
    zkb_error error;
    zkb_run_proof proof;
    zkb_run_verdict verdict;
    prove(&bytes, &size, f, 8);
    must(zkb_run_proof_decode(&proof, bytes, size, "proof", &error), &error);
    assert_int_equal(rows_of(&proof.chunks[0], ZKB_CHIP_HELPER_COPY), 0);
    assert_int_equal(rows_of(&proof.chunks[1], ZKB_CHIP_HELPER_COPY), 1);
    assert_int_equal(rows_of(&proof.chunks[2], ZKB_CHIP_COPY_FOUR), ZKB_COPY_MOST_WORDS / 4);
    for (unsigned c = 0; c < 3; c++) {
        unsigned key = c;
        while (c == 2 && f->key.tables[key].chip_count <= ZKB_CHIP_COPY_FOUR) {
            key++;
        }
        const zkb_chunk_statement chunk = {.tables = proof.chunks[c].tables,
                                           .table_count = proof.chunks[c].table_count};
        assert_ptr_equal(zkb_chunk_statement_key(&f->key, &chunk), &f->key.tables[key]);
    }
    assert_int_equal(f->key.tables[0].chip_count, ZKB_CHIP_FIRST_ADDED);
    assert_int_equal(f->key.tables[1].chip_count, ZKB_CHIP_COPY_WORD + 1);
    assert_false(zkb_fr_equal(&f->key.tables[0].digest, &f->key.tables[1].digest));
    must(verify(&verdict, f, &proof, &error), &error);
    /* Rows of no call count as no instructions; tables that are not there cannot be named. */
    zkb_chunk_claim *second = &proof.chunks[1];
    zkb_chunk_table *last = &second->tables[second->table_count - 1];
    assert_int_equal(last->chip, ZKB_CHIP_COPY_WORD);
    last->active--;
    assert_int_equal(verify(&verdict, f, &proof, &error), ZKB_ERROR_REJECTED);
    last->active++;
    last->chip = ZKB_CHIP_COUNT;
    assert_int_equal(verify(&verdict, f, &proof, &error), ZKB_ERROR_REJECTED);
    last->chip = ZKB_CHIP_COPY_WORD;
    second->table_count -= 2; /* without both */
    assert_int_equal(verify(&verdict, f, &proof, &error), ZKB_ERROR_REJECTED);
    second->table_count += 2;
    must(verify(&verdict, f, &proof, &error), &error);
    zkb_run_proof_clear(&proof);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_end_before_a_call_that_does_not_fit),
        cmocka_unit_test(a_key_has_no_more_chips_than_it_needs),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
