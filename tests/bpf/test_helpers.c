/* Helper functions: results, the proof of each, and numbers that reach none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

static void high_halves_of_products(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        MOV_K(1, -1),
        MOV_K(2, -1),
        HELPER(1000),
        MOV_X(6, 0), /* 2^64 - 2 */
        MOV_X(2, 0),
        LDDW(1, 0x76543210, 0x7edcba98),
        HELPER(1000),
        ALU64_X(0x00, 6, 0), /* + 0x7edcba9876543210 - 1 */
        MOV_K(1, 0),
        HELPER(1000),
        ALU64_X(0x00, 6, 0),
        MOV_K(1, 1),
        HELPER(1000),
        ALU64_X(0x00, 0, 6),
        EXIT(),
    };
    machine_run run;
    machine_run_create(&run, code, SLOTS(code), NULL, NULL, 0);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(run.result.r0, UINT64_C(0x7edcba9876543210) - 3);
    machine_run_probe(&run, NULL, 0);
    machine_run_destroy(&run);
}

/* From and to the heap, with ranges that overlap either way, of no words at any address, from
 * read-only memory, over the end of a segment's first page. */
static void words_are_copied(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        MOV_X(7, 1),
        LDDW(6, 0, 3),
        STORE_K(0x18, 6, 0, 1),
        STORE_K(0x18, 6, 8, 2),
        STORE_K(0x18, 6, 16, 3),
        MOV_X(1, 6),
        ALU64_K(0x00, 1, 8),
        MOV_X(2, 6),
        MOV_K(3, 3),
        HELPER(1001), /* 1 1 2 3 */
        MOV_X(2, 0),  /* r0 is the destination */
        MOV_X(1, 6),
        HELPER(1001), /* 1 2 3 3 */
        MOV_K(1, 3),
        MOV_K(2, -1),
        MOV_K(3, 0),
        HELPER(1001),
        MOV_X(1, 6),
        ALU64_K(0x00, 1, 32),
        MOV_X(2, 7),
        MOV_K(3, 2),
        HELPER(1001), /* 1 2 3 3 10 20 */
        MOV_X(1, 5),
        MOV_X(2, 6),
        MOV_K(3, 6),
        HELPER(1001),
        EXIT(),
    };
    static const uint64_t input[2] = {10, 20};
    static const uint64_t expected[6] = {1, 2, 3, 3, 10, 20};
    machine_run run;
    size_t bytes;
    machine_run_create(&run, code, SLOTS(code), NULL, input, sizeof input);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(run.result.r0, ZKB_REGION_OUTPUT);
    assert_memory_equal(zkb_vm_output(run.vm, &bytes), expected, sizeof expected);
    assert_int_equal(bytes, sizeof expected);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_COPY_WORD)->shape.active, 3 + 3 + 2 + 2);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_COPY_FOUR)->shape.active, 1);
    machine_run_probe(&run, NULL, 0);
    machine_run_destroy(&run);
}

/* The most words of a call, and one more. */
static void counts_have_a_limit(void **state)
{
    (void)state;
    zkb_instruction code[] = {
        LDDW(1, 8, 3), LDDW(2, 0, 3), MOV_K(3, ZKB_COPY_MOST_WORDS), HELPER(1001), EXIT(),
    };
    machine_run run;
    zkb_error error;
    machine_run_create(&run, code, SLOTS(code), NULL, NULL, 0);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(machine_run_check(&run, &error), ZKB_OK);
    machine_run_destroy(&run);
    code[4].imm++;
    machine_run_create(&run, code, SLOTS(code), NULL, NULL, 0);
    assert_int_equal(run.result.fault, ZKB_FAULT_HELPER_COUNT);
    assert_int_equal(run.result.argument, 3);
    machine_run_destroy(&run);
}

/* No helper is reached by an unknown number, nor by an indirect call. */
static void nothing_else_is_a_helper(void **state)
{
    (void)state;
    static const zkb_instruction unknown[] = {HELPER(1), EXIT()};
    static const zkb_instruction indirect[] = {MOV_K(1, 1000), CALLX(1), EXIT()};
    machine_run run;
    machine_run_create(&run, unknown, SLOTS(unknown), NULL, NULL, 0);
    assert_int_equal(run.result.fault, ZKB_FAULT_UNKNOWN_HELPER);
    machine_run_destroy(&run);
    machine_run_create(&run, indirect, SLOTS(indirect), NULL, NULL, 0);
    assert_int_equal(run.result.fault, ZKB_FAULT_CALL_TARGET);
    machine_run_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(high_halves_of_products),
        cmocka_unit_test(words_are_copied),
        cmocka_unit_test(counts_have_a_limit),
        cmocka_unit_test(nothing_else_is_a_helper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
