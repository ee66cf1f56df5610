/* Helpers that access memory: what they see and change, what is recorded, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/trace.h"
#include "vm_compare.h"

enum { MOST = 8, LARGE = 300 };

/* words[1][i] = words[0][i] + i, words[2][0] = r4; refuses r4 = 99. */
static uint64_t add_rising(void *context, zkb_helper_call *call)
{
    (void)context;
    for (uint32_t i = 0; i < call->count[1]; i++) {
        call->words[1][i] = call->words[0][i] + i;
    }
    call->words[2][0] = call->arguments[3];
    call->refused = call->arguments[3] == 99 ? 4 : 0;
    return call->count[0];
}

static uint64_t touch_many(void *context, zkb_helper_call *call)
{
    (void)context;
    return call->words[0][LARGE - 1];
}

static const zkb_helper helpers[] = {
    {.number = 7,
     .name = "add_rising",
     .arguments = 5,
     .range_count = 3,
     .ranges = {{.address = 1, .count = 3, .most = MOST},
                {.writes = true, .address = 2, .count = 3, .most = MOST},
                {.writes = true, .address = 5, .most = 1}},
     .call = add_rising},
    {.number = 8,
     .name = "touch_many",
     .arguments = 1,
     .range_count = 1,
     .ranges = {{.address = 1, .most = LARGE}},
     .call = touch_many},
};

#define LDDW(register, high, low)                                                                  \
    {.opcode = 0x18, .dst = (register), .imm = (int32_t)(low)}, { .imm = (int32_t)(high) }
#define CALL_HELPER(number) {.opcode = 0x85, .imm = (number)}
#define STORE(register, at, value)                                                                 \
    {.opcode = 0x7a, .dst = (register), .offset = (at), .imm = (value)}
#define EXIT {.opcode = 0x95}
#define LENGTH(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

typedef struct fixture {
    zkb_program program;
    zkb_vm *vm;
} fixture;

static const uint64_t read_only[2] = {11, 12};

static void begin(fixture *f, const zkb_instruction *code, uint32_t slots)
{
    static const uint64_t input[4] = {1, 2, 3, 4};
    const zkb_vm_options options = {.helpers = helpers, .helper_count = LENGTH(helpers)};
    zkb_error error;
    f->program = vm_program_of(code, slots);
    f->program.layout.heap_bytes = ZKB_SEGMENT_BYTES;
    f->program.read_only = (uint8_t *)(uintptr_t)read_only;
    f->program.read_only_bytes = sizeof read_only;
    if (zkb_vm_create(&f->vm, &f->program, (const uint8_t *)input, sizeof input, NULL, 0, &options,
                      &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
}

static void end(fixture *f)
{
    zkb_vm_destroy(f->vm);
    free(f->program.function_start);
}

/* What runs: three words of the heap are filled, then the helper with these arguments. */
static void run_call(fixture *f, zkb_instruction code[20], zkb_vm_result *result, uint64_t r1,
                     uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5)
{
    const uint64_t r[5] = {r1, r2, r3, r4, r5};
    const zkb_instruction first[] = {LDDW(6, 3, 0), STORE(6, 0, 10), STORE(6, 8, 20),
                                     STORE(6, 16, 30)};
    uint32_t n = LENGTH(first);
    memcpy(code, first, sizeof first);
    for (uint8_t i = 0; i < 5; i++) {
        const zkb_instruction load[] = {LDDW((uint8_t)(i + 1), r[i] >> 32, r[i])};
        memcpy(code + n, load, sizeof load);
        n += 2;
    }
    code[n++] = (zkb_instruction)CALL_HELPER(7);
    code[n++] = (zkb_instruction)EXIT;
    begin(f, code, n);
    zkb_vm_run(f->vm, ZKB_VM_NO_PAUSE, result);
}

static const uint64_t heap = ZKB_REGION_HEAP;

static uint64_t word_at(const zkb_vm *vm, uint64_t address)
{
    zkb_region_view view;
    uint64_t value;
    zkb_vm_region(&view, vm, (zkb_region)(address >> 32));
    memcpy(&value, view.data + (address & UINT32_MAX), sizeof value);
    return value;
}

static void ranges_are_read_before_any_is_written(void **state)
{
    (void)state;
    fixture f;
    zkb_instruction code[20];
    zkb_vm_result result;
    run_call(&f, code, &result, heap, heap + 8, 3, 5, heap + 16); /* all three overlap */
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(result.r0, 3);
    assert_int_equal(word_at(f.vm, heap), 10);
    assert_int_equal(word_at(f.vm, heap + 8), 10);
    assert_int_equal(word_at(f.vm, heap + 16), 5); /* the range that is written last */
    assert_int_equal(word_at(f.vm, heap + 24), 32);
    end(&f);
}

static void calls_are_recorded(void **state)
{
    (void)state;
    static const uint64_t expected[][3] = {{1, 0x300000000, 0x300000000},
                                           {2, 0x300000008, 0x300000008},
                                           {3, 3, 3},
                                           {4, 5, 5},
                                           {5, 0x300000010, 0x300000010},
                                           {0x300000000, 10, 10},
                                           {0x300000008, 20, 20},
                                           {0x300000010, 30, 30},
                                           {0x300000008, 20, 10},
                                           {0x300000010, 30, 21},
                                           {0x300000018, 0, 32},
                                           {0x300000010, 21, 5}};
    fixture f;
    zkb_instruction code[20];
    zkb_vm_result result;
    zkb_vm *vm;
    zkb_step_batch batch;
    zkb_error error;
    run_call(&f, code, &result, heap, heap + 8, 3, 5, heap + 16);
    assert_int_equal(zkb_vm_clone(&vm, f.vm, &error), ZKB_OK);
    assert_int_equal(zkb_step_batch_create(&batch, 16, &error), ZKB_OK);
    zkb_vm_record(vm, &batch, ZKB_VM_NO_PAUSE, &result);
    const zkb_step *step = &batch.steps[9];
    assert_int_equal(step->op, ZKB_OP_CALL_HELPER);
    assert_int_equal(step->words, 7);
    assert_int_equal(step->result_before, 0);
    assert_int_equal(step->result_after, 3);
    for (unsigned i = 1; i <= 5; i++) {
        assert_int_equal(zkb_step_argument(batch.accesses, step, i), expected[i - 1][1]);
    }
    assert_memory_equal(batch.accesses + step->access - ZKB_HELPER_ARGUMENTS, expected,
                        sizeof expected);
    zkb_step_batch_destroy(&batch);
    zkb_vm_destroy(vm);
    end(&f);
}

static void refused(zkb_fault fault, unsigned argument, uint64_t r1, uint64_t r2, uint64_t r3,
                    uint64_t r4, uint64_t r5)
{
    const uint64_t r[5] = {r1, r2, r3, r4, r5};
    fixture f;
    zkb_instruction code[20];
    zkb_vm_result result;
    zkb_error error;
    run_call(&f, code, &result, r1, r2, r3, r4, r5);
    assert_int_equal(result.outcome, ZKB_OUTCOME_FAULTED);
    assert_int_equal(result.fault, fault);
    assert_int_equal(result.argument, argument);
    assert_int_equal(result.address, r[argument - 1]);
    assert_int_equal(result.pc, 15);
    assert_int_equal(result.count, 9);
    assert_int_equal(zkb_vm_fault_error(zkb_vm_program(f.vm), &result, &error), ZKB_ERROR_FAULT);
    assert_non_null(strstr(error.message, "of helper add_rising"));
    assert_non_null(strstr(error.message, zkb_fault_string(fault)));
    for (unsigned i = 0; i < 4; i++) { /* without any effect */
        assert_int_equal(word_at(f.vm, heap + 8 * i), i < 3 ? 10 * (i + 1) : 0);
    }
    end(&f);
}

static void bad_arguments_are_faults(void **state)
{
    (void)state;
    const uint64_t last = heap + 0x10000 - 8;
    const uint64_t program = ZKB_REGION_PROGRAM;
    refused(ZKB_FAULT_HELPER_COUNT, 3, heap, heap, MOST + 1, 0, heap);
    refused(ZKB_FAULT_HELPER_COUNT, 3, heap, heap, UINT64_MAX, 0, heap);
    refused(ZKB_FAULT_HELPER_COUNT, 3, heap, heap, (UINT64_C(1) << 61) + 1, 0, heap);
    refused(ZKB_FAULT_HELPER_MISALIGNED, 1, heap + 1, heap, 2, 0, heap);
    refused(ZKB_FAULT_HELPER_MISALIGNED, 2, heap, heap + 4, 2, 0, heap);
    refused(ZKB_FAULT_HELPER_MISALIGNED, 5, heap, heap, 2, 0, heap + 7);
    refused(ZKB_FAULT_LOAD_UNMAPPED, 1, last, heap, 2, 0, heap);
    refused(ZKB_FAULT_LOAD_UNMAPPED, 1, UINT64_C(0) - 8, heap, 2, 0, heap);
    refused(ZKB_FAULT_LOAD_UNMAPPED, 1, 0, heap, 1, 0, heap);
    refused(ZKB_FAULT_LOAD_UNMAPPED, 1, heap | UINT64_C(1) << 40, heap, 1, 0, heap);
    refused(ZKB_FAULT_STORE_UNMAPPED, 2, heap, last, 2, 0, heap);
    refused(ZKB_FAULT_STORE_UNMAPPED, 5, heap, heap, 2, 0, last + 8);
    refused(ZKB_FAULT_STORE_READ_ONLY, 2, heap, program, 2, 0, heap);
    refused(ZKB_FAULT_STORE_READ_ONLY, 5, heap, heap, 2, 0, ZKB_REGION_PUBLIC_INPUT);
    refused(ZKB_FAULT_HELPER_REFUSED, 4, heap, heap, 2, 99, heap);
}

static void edges_are_no_faults(void **state)
{
    (void)state;
    const uint64_t last = heap + 0x10000 - 8;
    fixture f;
    zkb_instruction code[20];
    zkb_vm_result result;
    run_call(&f, code, &result, 1, 3, 0, 5, last); /* no words: any address */
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(word_at(f.vm, last), 5);
    end(&f);
    run_call(&f, code, &result, ZKB_REGION_PROGRAM, last, 1, 5, heap);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(word_at(f.vm, last), 11);
    end(&f);
}

/* The output's length counts what a helper writes, and a checkpoint has it. */
static void writes_are_marked(void **state)
{
    (void)state;
    fixture f;
    zkb_instruction code[20];
    zkb_vm_result result;
    zkb_checkpoint *checkpoint;
    zkb_error error;
    zkb_vm *vm;
    run_call(&f, code, &result, heap, ZKB_REGION_OUTPUT + 16, 3, 5, heap + 80);
    assert_int_equal(result.output_bytes, 40);
    assert_int_equal(zkb_checkpoint_create(&checkpoint, f.vm, &error), ZKB_OK);
    assert_int_equal(zkb_vm_clone(&vm, f.vm, &error), ZKB_OK);
    zkb_checkpoint_restore(vm, checkpoint);
    assert_int_equal(word_at(vm, ZKB_REGION_OUTPUT + 32), 32);
    assert_int_equal(word_at(vm, heap + 80), 5);
    zkb_checkpoint_destroy(checkpoint);
    zkb_vm_destroy(vm);
    end(&f);
}

/* More calls than a batch has room for; a trace of them and its file are the same steps. */
static void batches_end_before_a_call_that_does_not_fit(void **state)
{
    (void)state;
    enum { CALLS = 40 };
    zkb_instruction code[CALLS + 4] = {LDDW(1, 3, 0)};
    fixture f;
    zkb_vm *vm;
    zkb_step_batch batch;
    zkb_vm_result result;
    zkb_error error;
    zkb_trace *trace;
    zkb_trace *again;
    uint8_t *data;
    size_t size;
    uint64_t steps = 0;
    unsigned batches = 0;
    for (unsigned i = 0; i < CALLS; i++) {
        code[2 + i] = (zkb_instruction)CALL_HELPER(8);
    }
    code[CALLS + 2] = (zkb_instruction)EXIT;
    begin(&f, code, CALLS + 3);
    assert_int_equal(zkb_vm_clone(&vm, f.vm, &error), ZKB_OK);
    assert_int_equal(zkb_step_batch_create(&batch, 16, &error), ZKB_OK);
    do {
        zkb_vm_record(vm, &batch, ZKB_VM_NO_PAUSE, &result);
        assert_true(batch.access_count <= zkb_step_batch_accesses(batch.capacity));
        steps += batch.count;
        batches++;
    } while (batch.count != 0);
    assert_int_equal(steps, CALLS + 2);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    assert_true(batches > CALLS);
    zkb_step_batch_destroy(&batch);
    zkb_vm_destroy(vm);
    assert_int_equal(zkb_trace_record(&trace, f.vm, ZKB_VM_NO_PAUSE, NULL, &result, &error),
                     ZKB_OK);
    assert_int_equal(zkb_trace_serialize(&data, &size, trace, &error), ZKB_OK);
    if (zkb_trace_parse(&again, data, size, "trace", &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(zkb_trace_length(again), CALLS + 2);
    assert_memory_equal(zkb_trace_steps(again), zkb_trace_steps(trace),
                        (CALLS + 2) * sizeof(zkb_step));
    const zkb_step *last = &zkb_trace_steps(trace)[CALLS];
    assert_int_equal(last->words, LARGE);
    assert_memory_equal(zkb_trace_accesses(again), zkb_trace_accesses(trace),
                        (last->access + LARGE) * sizeof(zkb_memory_operation));
    zkb_trace_destroy(again);
    for (size_t cut = 1; cut < 40; cut++) { /* no byte beyond the end is read */
        assert_int_not_equal(zkb_trace_parse(&again, data, size - cut * 97, "cut", &error), ZKB_OK);
    }
    free(data);
    zkb_trace_destroy(trace);
    end(&f);
}

static void declarations_are_checked(void **state)
{
    (void)state;
    const zkb_instruction code[] = {EXIT};
    zkb_program program = vm_program_of(code, 1);
    zkb_vm *vm;
    zkb_error error;
    for (unsigned i = 0; i < 7; i++) {
        zkb_helper bad = helpers[0];
        const zkb_vm_options options = {.helpers = &bad, .helper_count = 1};
        bad.arguments = i == 0 ? 6 : bad.arguments;
        bad.range_count = i == 1 ? ZKB_HELPER_RANGES + 1 : bad.range_count;
        bad.ranges[0].address = i == 2 ? 0 : bad.ranges[0].address;
        bad.ranges[0].most = i == 3 ? ZKB_HELPER_MOST_WORDS - MOST : bad.ranges[0].most;
        bad.ranges[0].writes = i == 4 ? true : bad.ranges[0].writes;
        bad.ranges[1].writes = i == 4 ? false : bad.ranges[1].writes;
        bad.arguments = i == 5 ? 4 : bad.arguments;
        bad.ranges[1].stops = i == 6;
        assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, &options, &error),
                         ZKB_ERROR_ARGUMENT);
    }
    free(program.function_start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_read_before_any_is_written),
        cmocka_unit_test(calls_are_recorded),
        cmocka_unit_test(bad_arguments_are_faults),
        cmocka_unit_test(edges_are_no_faults),
        cmocka_unit_test(writes_are_marked),
        cmocka_unit_test(batches_end_before_a_call_that_does_not_fit),
        cmocka_unit_test(declarations_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
