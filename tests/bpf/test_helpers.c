/* Helper functions: results, the proof of each, and numbers that reach none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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
        cmocka_unit_test(nothing_else_is_a_helper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
