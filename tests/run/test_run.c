/* Whole runs: proved in chunks and verified. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/run_fixture.h"

static void a_run_in_one_chunk(void **state)
{
    run_fixture *f = *state;
    uint8_t *proof;
    size_t size;
    zkb_run_proof decoded;
    zkb_run_verdict verdict;
    zkb_error error;
    const zkb_proof_summary summary = run_fixture_prove(&proof, &size, f, 0, 1);
    const zkb_run_expectation expected = {&f->key.id, f->input, sizeof f->input, NULL, NULL};
    run_must(zkb_run_proof_decode(&decoded, proof, size, "proof", &error), &error);
    run_must(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 1, &error), &error);
    assert_int_equal(summary.chunks, 1);
    assert_int_equal(verdict.r0, summary.r0);
    assert_int_equal(verdict.instructions, summary.instructions);
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof f->input; i++) {
        sum += f->input[i];
    }
    assert_int_equal(verdict.r0, sum);
    assert_int_equal(decoded.header.lengths.output_bytes, 8);
    assert_memory_equal(decoded.header.output, &sum, 8);
    zkb_run_proof_clear(&decoded);
    free(proof);
}

/* A key that the caller has changes nothing but time; one of another program is refused. Likewise
 * memory that verifications before have used, of honest proofs and of others. */
static void a_key_is_used_again(void **state)
{
    run_fixture *f = *state;
    uint8_t *proof;
    size_t size;
    zkb_run_proof decoded;
    zkb_run_verdict verdict;
    zkb_error error;
    zkb_machine_key key = f->key;
    zkb_arena_set arenas = {0};
    const zkb_run_expectation expected = {&f->key.id, f->input, sizeof f->input, &key, &arenas};
    (void)run_fixture_prove(&proof, &size, f, 0, 1);
    run_must(zkb_run_proof_decode(&decoded, proof, size, "proof", &error), &error);
    run_must(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 1, &error), &error);
    run_must(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 3, &error), &error);
    zkb_fr_from_u64(&key.id, 1);
    assert_int_equal(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 1, &error),
                     ZKB_ERROR_REJECTED);
    key.lookup_bits = 24 - key.lookup_bits; /* the proof's differ: the key is left aside */
    run_must(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 1, &error), &error);
    decoded.header.record.entry = 1;
    key = f->key;
    assert_int_equal(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 1, &error),
                     ZKB_ERROR_REJECTED);
    zkb_arena_set_clear(&arenas);
    zkb_run_proof_clear(&decoded);
    free(proof);
}

/* Fills every byte of the arenas, as other proofs might have. */
static void overwrite(zkb_arena_set *arenas, uint8_t with)
{
    zkb_error error;
    assert_true(arenas->count > 0);
    for (size_t i = 0; i < arenas->count; i++) {
        zkb_arena *arena = &arenas->arenas[i];
        run_must(zkb_arena_reserve(arena, 1, &error), &error);
        const size_t size = arena->size - ZKB_ARENA_GAP;
        void *all = zkb_arena_alloc(arena, size, 1);
        assert_non_null(all);
        memset(all, with, size);
    }
}

/* Nothing is read from memory that verifications before have used but what this one has written: of
 * a public input, for one, that ends within a word. */
static void what_memory_holds_does_not_matter(void **state)
{
    static const uint8_t bytes[] = {0xff, 0xa5, 0x01};
    run_fixture *f = *state;
    uint8_t *proof;
    size_t size;
    zkb_run_proof decoded;
    zkb_run_verdict verdict;
    zkb_error error;
    zkb_arena_set arenas = {0};
    const size_t input_bytes = sizeof f->input - 3;
    const zkb_run_expectation expected = {&f->key.id, f->input, input_bytes, &f->key, &arenas};
    const zkb_input input = {f->input, input_bytes, NULL, 0, 0};
    const zkb_config config = {.chunk_size = 70, .threads = 1, .memory = UINT64_MAX};
    (void)run_fixture_prove_input(&proof, &size, f, &input, &config, 10, ZKB_MODE_AUTO);
    run_must(zkb_run_proof_decode(&decoded, proof, size, "proof", &error), &error);
    run_must(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 2, &error), &error);
    for (size_t i = 0; i < sizeof bytes; i++) {
        overwrite(&arenas, bytes[i]);
        run_must(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 2, &error), &error);
        decoded.chunks[1].after.r[6]++;
        overwrite(&arenas, bytes[i]);
        assert_int_equal(zkb_verify_run(&verdict, &decoded, &expected, &f->srs, 2, &error),
                         ZKB_ERROR_REJECTED);
        decoded.chunks[1].after.r[6]--;
    }
    zkb_arena_set_clear(&arenas);
    zkb_run_proof_clear(&decoded);
    free(proof);
}

static void many_chunks_side_by_side(void **state)
{
    run_fixture *f = *state;
    uint8_t *proof;
    uint8_t *again;
    size_t size;
    size_t again_size;
    zkb_error error;
    const zkb_proof_summary summary = run_fixture_prove(&proof, &size, f, 70, 1);
    run_must(run_fixture_verify(f, proof, size, &error), &error);
    assert_true(summary.chunks > 3);
    (void)run_fixture_prove(&again, &again_size, f, 70, 2);
    assert_int_equal(size, again_size);
    assert_memory_equal(proof, again, size);
    free(proof);
    free(again);
}

/* Chunks end where their tables would take more memory than the limits say, and cover the run. */
static void memory_ends_a_chunk(void **state)
{
    run_fixture *f = *state;
    const zkb_vm_options vm_options = {.helpers = zkb_machine_helpers,
                                       .helper_count = zkb_machine_helper_count};
    zkb_vm *origin;
    zkb_vm_result result;
    zkb_plan plan;
    zkb_plan_limits limits;
    zkb_error error;
    run_must(zkb_vm_create(&origin, &f->program, f->input, sizeof f->input, f->secret,
                           sizeof f->secret, &vm_options, &error),
             &error);
    zkb_plan_limits_init(&limits, 10, 1000000, f->key.chips);
    const uint64_t segment =
        (uint64_t)limits.row_bytes[ZKB_CHIP_SEGMENT_CHECKED] * (ZKB_SEGMENT_BYTES / 8);
    limits.bytes = 100 * (uint64_t)limits.row_bytes[ZKB_CHIP_MOVE];
    run_must(zkb_plan_create(&plan, origin, &f->columns, &limits, &error), &error);
    uint64_t end = 0;
    uint32_t chunks = 0;
    for (bool more = true; more; chunks++) {
        const uint64_t start = end;
        run_must(zkb_plan_next(&end, &more, &plan, &error), &error);
        assert_true(plan.bytes < limits.bytes + 3 * segment);
        assert_true(!more || end > start);
    }
    zkb_plan_destroy(&plan);
    zkb_vm_run(origin, ZKB_VM_NO_PAUSE, &result);
    assert_int_equal(end, result.count);
    assert_true(chunks > 3);
    zkb_vm_destroy(origin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_in_one_chunk),  cmocka_unit_test(many_chunks_side_by_side),
        cmocka_unit_test(a_key_is_used_again), cmocka_unit_test(what_memory_holds_does_not_matter),
        cmocka_unit_test(memory_ends_a_chunk),
    };
    static const unsigned providers[] = {ZKB_LOOKUP_COMPACT, ZKB_LOOKUP_WIDE};
    int failed = 0;
    for (unsigned p = 0; p < 2; p++) {
        run_fixture_lookup_bits = providers[p];
        failed += cmocka_run_group_tests(tests, run_fixture_setup, run_fixture_teardown);
    }
    return failed;
}
