/* vm: what a fault's message says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/vm.h"
#include "vm_compare.h"

static const zkb_instruction code[] = {
    {.opcode = 0xb7}, {.opcode = 0x79, .src = 1}, {.opcode = 0x95}};

static zkb_program program_with_symbols(zkb_symbol symbols[1])
{
    zkb_program program = vm_program_of(code, 3);
    program.layout = (zkb_memory_layout){
        .frame_bytes = 64, .max_frames = 5, .heap_bytes = 100, .output_bytes = 200};
    program.symbols = symbols;
    program.symbol_count = 1;
    return program;
}

static void details_name_limit_and_option(void **state)
{
    (void)state;
    static const struct {
        zkb_fault fault;
        uint64_t address;
        const char *detail;
    } cases[] = {
        {ZKB_FAULT_LOAD_UNMAPPED, 8, "address 0x8, where no memory is: a null pointer?"},
        {ZKB_FAULT_LOAD_UNMAPPED, 0x100020000, "address 0x100020000, beyond the program's data"},
        {ZKB_FAULT_STORE_UNMAPPED, 0x1fffffff8, "address 0x1fffffff8, below the stack"},
        {ZKB_FAULT_STORE_UNMAPPED, 0x200010000,
         "address 0x200010000, beyond the stack of 5 frames of 64 bytes: --max-frames or "
         "--frame-bytes makes it larger"},
        {ZKB_FAULT_STORE_UNMAPPED, 0x300010000,
         "address 0x300010000, beyond the heap of 100 bytes: --heap-bytes makes it larger"},
        {ZKB_FAULT_LOAD_UNMAPPED, 0x400010000, "address 0x400010000, beyond the public input"},
        {ZKB_FAULT_LOAD_UNMAPPED, 0x500010000, "address 0x500010000, beyond the private input"},
        {ZKB_FAULT_STORE_UNMAPPED, 0x600010000,
         "address 0x600010000, beyond the output of 200 bytes: --output-bytes makes it larger"},
        {ZKB_FAULT_LOAD_UNMAPPED, 0x700000008, "address 0x700000008, a function's"},
        {ZKB_FAULT_LOAD_UNMAPPED, 0x4200000000, "address 0x4200000000"},
        {ZKB_FAULT_STORE_READ_ONLY, 0x100000010, "address 0x100000010, a constant of the program"},
        {ZKB_FAULT_STORE_READ_ONLY, 0x400000010, "address 0x400000010, in the public input"},
        {ZKB_FAULT_STORE_READ_ONLY, 0x500000010, "address 0x500000010, in the private input"},
        {ZKB_FAULT_MISALIGNED_ATOMIC, 0x300000001, "address 0x300000001"},
        {ZKB_FAULT_CALL_TARGET, 7, "address 0x7"},
        {ZKB_FAULT_CALL_DEPTH, 0, "5 frames: --max-frames allows more"},
        {ZKB_FAULT_BUDGET, 0, "--max-instructions 9: a larger one allows more"},
        {ZKB_FAULT_UNKNOWN_HELPER, 77, "number 77"},
        {ZKB_FAULT_UNKNOWN_HELPER, UINT32_MAX, "a function that no object defines"},
        {ZKB_FAULT_UNKNOWN_HELPER, 999, "number 999: the program aborts"},
        {ZKB_FAULT_INVALID, 0, ""},
    };
    zkb_symbol symbols[] = {{.name = "f", .slot = 0, .count = 3}};
    const zkb_program program = program_with_symbols(symbols);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const zkb_vm_result result = {.outcome = ZKB_OUTCOME_FAULTED,
                                      .fault = cases[k].fault,
                                      .address = cases[k].address,
                                      .count = 9};
        char text[ZKB_FAULT_DETAIL_BYTES];
        zkb_vm_fault_detail(text, sizeof text, &program, &result);
        assert_string_equal(text, cases[k].detail);
    }
    free(program.function_start);
}

static void the_message_is_whole(void **state)
{
    (void)state;
    zkb_symbol symbols[] = {{.name = "f\033", .slot = 0, .count = 3}};
    zkb_program program = program_with_symbols(symbols);
    zkb_vm_result result = {.outcome = ZKB_OUTCOME_FAULTED,
                            .fault = ZKB_FAULT_LOAD_UNMAPPED,
                            .address = 0x300010000,
                            .pc = 1,
                            .count = 9};
    zkb_error error = {0};
    assert_int_equal(zkb_vm_fault_error(&program, &result, &error), ZKB_ERROR_FAULT);
    assert_int_equal(error.index, 1);
    assert_string_equal(error.message,
                        "fault at pc 1 (f?+1) in 'r0 = *(u64 *)(r1 + 0x0)': load outside every "
                        "region (address 0x300010000, beyond the heap of 100 bytes: --heap-bytes "
                        "makes it larger), after 9 instructions");
    result.helper = "hash";
    result.argument = 2;
    result.fault = ZKB_FAULT_HELPER_MISALIGNED;
    assert_int_equal(zkb_vm_fault_error(&program, &result, &error), ZKB_ERROR_FAULT);
    assert_string_equal(error.message,
                        "fault at pc 1 (f?+1) in 'r0 = *(u64 *)(r1 + 0x0)': address that is not a "
                        "multiple of 8 (0x300010000; argument r2 of helper hash), after 9 "
                        "instructions");
    result.helper = NULL;
    program.symbol_count = 0;
    result.fault = ZKB_FAULT_INVALID;
    result.pc = 3; /* past the end */
    assert_int_equal(zkb_vm_fault_error(&program, &result, &error), ZKB_ERROR_FAULT);
    assert_string_equal(error.message,
                        "fault at pc 3 in '': invalid instruction, after 9 instructions");
    free(program.function_start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(details_name_limit_and_option),
        cmocka_unit_test(the_message_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
