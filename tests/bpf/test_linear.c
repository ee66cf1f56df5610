/* Chips of linear.c and call.c: honest runs are accepted and every cell is bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

static void every_operation_at_the_edges(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        LDDW(1, -1, -1),      LDDW(2, 0, (int32_t)0x80000000),
        MOV_K(3, 1),          MOV_K(4, -5),
        MOV_X(5, 4),          ALU64_K(0x00, 1, 1), /* -1 + 1 wraps */
        ALU64_K(0x00, 2, -1), ALU64_K(0x10, 3, 2),
        ALU64_X(0x00, 4, 5),  ALU64_X(0x10, 5, 1),
        ALU64_X(0x00, 2, 2), /* src = dst */
        ALU64_X(0x10, 2, 2),  ALU32_K(0x00, 4, -1),
        ALU32_K(0x10, 3, 7),  ALU32_X(0x00, 5, 4),
        ALU32_X(0x10, 4, 5),  ALU32_X(0x10, 4, 4),
        {0x87, 3, 0, 0, 0},   {0x87, 1, 0, 0, 0},
        {0x84, 5, 0, 0, 0},   {0x84, 1, 0, 0, 0},
        MOV_X(0, 5),          EXIT(),
    };
    machine_run run;
    machine_run_create(&run, code, SLOTS(code), NULL, NULL, 0);
    machine_run_probe(&run, NULL, 0);
    machine_run_destroy(&run);
}

/* Every other run of these tests has the compact providers. */
static void wide_tables_of_ranges_and_bytes(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        MOV_K(1, 0x12345678),
        ALU64_K(0x50, 1, 0x0ff0),
        ALU64_K(0x00, 1, -1),
        ALU32_X(0x20, 1, 1),
        EXIT(),
    };
    machine_run run;
    machine_use_wide_lookups(true);
    machine_run_create(&run, code, SLOTS(code), NULL, NULL, 0);
    assert_non_null(machine_run_table(&run, ZKB_CHIP_BYTE_AND));
    assert_null(machine_run_table(&run, ZKB_CHIP_NIBBLE_AND));
    machine_run_probe(&run, NULL, 0);
    machine_run_destroy(&run);
    machine_use_wide_lookups(false);
}

static void calls_nest_and_return(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        MOV_K(6, 11),
        MOV_K(1, 3),
        CALL(4),
        CALL(3),
        LDDW(2, 9 * 8, 7),
        CALLX(2) /* slot 6, to slot 9 */,
        /* 7: */ EXIT(),
        /* 8: */ MOV_K(6, 12),
        /* 9: */ MOV_K(7, 5),
        CALL(1),
        /* 11: */ EXIT(),
        /* 12: */ ALU64_X(0x00, 1, 6),
        EXIT(),
    };
    static const uint8_t functions[SLOTS(code)] = {[9] = 1};
    machine_run run;
    machine_run_create(&run, code, SLOTS(code), functions, NULL, 0);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    machine_run_probe(&run, NULL, 0);
    machine_run_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_at_the_edges),
        cmocka_unit_test(calls_nest_and_return),
        cmocka_unit_test(wide_tables_of_ranges_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
