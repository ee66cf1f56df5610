/* vm: traces: recording, files, printing; damaged and hostile files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes_inline.h"
#include "vm/trace.h"
#include "vm_compare.h"

#define EXIT {.opcode = 0x95}
#define MOV(d, value) {.opcode = 0xb7, .dst = (d), .imm = (value)}
#define LDDW(d, high, low)                                                                         \
    {.opcode = 0x18, .dst = (d), .imm = (low)}, { .imm = (high) }

/* Calls, an indirect call, a helper, loads and stores across words, an atomic, branches both ways
 * and a loop. */
static const zkb_instruction code[] = {
    MOV(6, 3),                                                       /* 0 */
    {.opcode = 0x85, .src = 1, .imm = 10},                           /* 1: call 12 */
    LDDW(2, 7, 8 * 12),                                              /* 2: address of slot 12 */
    {.opcode = 0x8d, .dst = 2},                                      /* 4 */
    {.opcode = 0x85, .imm = 9},                                      /* 5: helper 9 */
    {.opcode = 0x17, .dst = 6, .imm = 1},                            /* 6 */
    {.opcode = 0x55, .dst = 6, .offset = -7, .imm = 0},              /* 7: if r6 != 0 goto 1 */
    {.opcode = 0x7b, .dst = 5, .src = 0, .offset = 5},               /* 8: crosses words */
    {.opcode = 0x79, .dst = 0, .src = 5, .offset = 3},               /* 9 */
    {.opcode = 0x06, .imm = 0},                                      /* 10 */
    EXIT,                                                            /* 11 */
    {.opcode = 0xbf, .dst = 7, .src = 10},                           /* 12 */
    {.opcode = 0x7a, .dst = 7, .offset = -8, .imm = 40},             /* 13 */
    MOV(3, 2),                                                       /* 14 */
    {.opcode = 0xdb, .dst = 7, .src = 3, .offset = -8, .imm = 1},    /* 15: fetch add */
    {.opcode = 0xc3, .dst = 7, .src = 3, .offset = -8, .imm = 0xf1}, /* 16: cmpxchg32 */
    {.opcode = 0x15, .dst = 6, .offset = 1, .imm = 2},               /* 17 */
    {.opcode = 0x07, .dst = 9, .imm = 1},                            /* 18 */
    EXIT,                                                            /* 19 */
};
#define SLOTS ((uint32_t)(sizeof code / sizeof code[0]))

static uint64_t helper(void *context, zkb_helper_call *call)
{
    (void)context;
    return call->arguments[2] + 1000;
}

static zkb_trace *record(uint64_t from, uint64_t to)
{
    const zkb_helper nine = {.number = 9, .call = helper};
    const zkb_vm_options options = {
        .helpers = &nine, .helper_count = 1, .helpers_by_register = true};
    zkb_program program = vm_program_of(code, SLOTS);
    zkb_vm *vm;
    zkb_vm_result result;
    zkb_trace *trace;
    zkb_error error = {0};
    assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, &options, &error), ZKB_OK);
    zkb_vm_run(vm, from, &result);
    const zkb_trace_limits limits = {.steps = 100000};
    if (zkb_trace_record(&trace, vm, to, &limits, &result, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    zkb_vm_destroy(vm);
    free(program.function_start); /* the trace keeps its own */
    return trace;
}

static void steps_agree_with_registers(void **state)
{
    (void)state;
    zkb_trace *trace = record(0, ZKB_VM_NO_PAUSE);
    zkb_registers now;
    zkb_registers end;
    zkb_trace_step step;
    zkb_trace_initial(&now, trace);
    assert_int_equal(now.r[10], ZKB_REGION_STACK + 512);
    assert_true(zkb_trace_length(trace) > ZKB_OP_INVALID + 60);
    for (uint64_t i = 0; i < zkb_trace_length(trace); i++) {
        assert_int_equal(zkb_trace_get(&step, trace, i), ZKB_OK);
        assert_memory_equal(&now, &step.before, sizeof now);
        now = step.after;
    }
    zkb_trace_final(&end, trace);
    assert_memory_equal(&now, &end, sizeof now);
    assert_int_equal(end.pc, UINT32_MAX);
    assert_int_equal(zkb_trace_get(&step, trace, zkb_trace_length(trace)), ZKB_ERROR_ARGUMENT);
    /* Step 1 is the call: only r10 changes; step 0 wrote r6. */
    assert_int_equal(zkb_trace_get(&step, trace, 1), ZKB_OK);
    assert_int_equal(step.after.pc, 12);
    assert_int_equal(step.after.r[10] - step.before.r[10], 512);
    assert_int_equal(step.instruction[0], 0x0000000a00001085);
    zkb_trace_destroy(trace);
}

static void lines_are_readable(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "       0      0  0  r6 = 0x3                              r6 0x0 -> 0x3",
        "       1      1  0  call +0xa                             r10 0x200000200 -> 0x200000400",
        "       2     12  1  r7 = r10                              r7 0x0 -> 0x200000400",
        "       3     13  1  *(u64 *)(r7 - 0x8) = 0x28             [0x2000003f8] 0x0 -> 0x28",
        "       4     14  1  r3 = 0x2                              r3 0x500000000 -> 0x2",
        "       5     15  1  r3 = atomic_fetch_add((u64 *)(r7 - 0x8), r3)  r3 0x2 -> 0x28  "
        "[0x2000003f8] 0x28 -> 0x2a",
        "       6     16  1  w0 = cmpxchg32_32(r7 - 0x8, w0, w3)   r0 0x0 -> 0x2a  [0x2000003f8] "
        "0x2a",
        "       7     17  1  if r6 == 0x2 goto +0x1              ",
        "       8     18  1  r9 += 0x1                             r9 0x0 -> 0x1",
        "       9     19  1  exit                                  r7 0x200000400 -> 0x0  r9 0x1 "
        "-> 0x0  r10 0x200000400 -> 0x200000200",
    };
    zkb_trace *trace = record(0, ZKB_VM_NO_PAUSE);
    char line[ZKB_TRACE_LINE_BYTES];
    for (uint64_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_int_equal(zkb_trace_line(line, sizeof line, trace, i), ZKB_OK);
        assert_string_equal(line, expected[i]);
    }
    assert_int_equal(zkb_trace_line(line, 10, trace, 0), ZKB_OK);
    assert_string_equal(line, "       0 ");
    assert_int_equal(zkb_trace_line(line, 10, trace, zkb_trace_length(trace)), ZKB_ERROR_ARGUMENT);
    zkb_trace_destroy(trace);
}

static void assert_same_trace(const zkb_trace *a, const zkb_trace *b)
{
    zkb_registers x;
    zkb_registers y;
    assert_int_equal(zkb_trace_length(a), zkb_trace_length(b));
    zkb_trace_initial(&x, a);
    zkb_trace_initial(&y, b);
    assert_memory_equal(&x, &y, sizeof x);
    zkb_trace_final(&x, a);
    zkb_trace_final(&y, b);
    assert_memory_equal(&x, &y, sizeof x);
    assert_memory_equal(zkb_trace_steps(a), zkb_trace_steps(b),
                        zkb_trace_length(a) * sizeof(zkb_step));
    for (uint64_t i = 0; i < zkb_trace_length(a); i++) {
        const zkb_step *s = &zkb_trace_steps(a)[i];
        const uint32_t arguments = s->op == ZKB_OP_CALL_HELPER ? ZKB_HELPER_ARGUMENTS : 0;
        assert_memory_equal(zkb_trace_accesses(a) + s->access - arguments,
                            zkb_trace_accesses(b) + s->access - arguments,
                            (arguments + s->words) * sizeof(zkb_memory_operation));
    }
}

static void files_hold_what_was_recorded(void **state)
{
    (void)state;
    char path[] = "/tmp/zkbpf-trace-XXXXXX";
    const int fd = mkstemp(path);
    zkb_error error = {0};
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    const uint64_t length = 64;
    for (uint64_t from = 0; from < length; from += 5) { /* also from inside calls */
        zkb_trace *again;
        zkb_trace *trace = record(from, from % 2 == 0 ? ZKB_VM_NO_PAUSE : from + 20);
        assert_int_equal(zkb_trace_save(trace, path, &error), ZKB_OK);
        if (zkb_trace_load(&again, path, &error) != ZKB_OK) {
            fail_msg("%s", error.message);
        }
        assert_same_trace(trace, again);
        char line[2][ZKB_TRACE_LINE_BYTES];
        for (uint64_t i = 0; i < zkb_trace_length(trace); i++) {
            assert_int_equal(zkb_trace_line(line[0], sizeof line[0], trace, i), ZKB_OK);
            assert_int_equal(zkb_trace_line(line[1], sizeof line[1], again, i), ZKB_OK);
            assert_string_equal(line[0], line[1]);
        }
        zkb_trace_destroy(trace);
        zkb_trace_destroy(again);
    }
    assert_int_equal(unlink(path), 0);
    zkb_trace *none;
    assert_int_equal(zkb_trace_load(&none, path, &error), ZKB_ERROR_IO);
    assert_null(none);
}

static void limits_are_kept(void **state)
{
    (void)state;
    static const zkb_instruction loop[] = {{.opcode = 0x05, .offset = -1}, EXIT};
    zkb_program program = vm_program_of(loop, 2);
    zkb_vm *vm;
    zkb_vm_result result;
    zkb_trace *trace;
    zkb_error error = {0};
    const zkb_trace_limits most = {.steps = 5000};
    assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, NULL, &error), ZKB_OK);
    assert_int_equal(zkb_trace_record(&trace, vm, ZKB_VM_NO_PAUSE, &most, &result, &error),
                     ZKB_ERROR_LIMIT);
    assert_null(trace);
    zkb_vm_destroy(vm);
    /* A run that faults leaves the trace up to the fault. */
    const zkb_vm_options options = {.max_instructions = 3000};
    assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, &options, &error), ZKB_OK);
    assert_int_equal(zkb_trace_record(&trace, vm, ZKB_VM_NO_PAUSE, &most, &result, &error), ZKB_OK);
    assert_int_equal(result.fault, ZKB_FAULT_BUDGET);
    assert_int_equal(zkb_trace_length(trace), 3000);
    zkb_trace_destroy(trace);
    zkb_vm_destroy(vm);
    free(program.function_start);
}

/* The checksum as docs/formats.md describes it. */
static void seal(uint8_t *data, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325;
    memset(data + 56, 0, 8);
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 0x100000001b3;
    }
    zkb_store64(data + 56, hash);
}

static void damage_is_noticed(void **state)
{
    (void)state;
    zkb_trace *trace = record(0, ZKB_VM_NO_PAUSE);
    zkb_trace *again;
    zkb_error error = {0};
    uint8_t *data;
    size_t size;
    assert_int_equal(zkb_trace_serialize(&data, &size, trace, &error), ZKB_OK);
    uint8_t *copy = malloc(size + 1);
    assert_non_null(copy);
    for (size_t i = 0; i < size; i++) {
        memcpy(copy, data, size);
        copy[i] ^= 0x41;
        assert_int_not_equal(zkb_trace_parse(&again, copy, size, "t", &error), ZKB_OK);
        assert_null(again);
        assert_int_not_equal(zkb_trace_parse(&again, data, i, "t", &error), ZKB_OK);
    }
    memcpy(copy, data, size);
    seal(copy, size);
    assert_memory_equal(copy, data, size);
    copy[size] = 0; /* one byte too many */
    seal(copy, size + 1);
    assert_int_equal(zkb_trace_parse(&again, copy, size + 1, "t", &error), ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "left after the last step"));
    copy[8] = 2;
    assert_int_equal(zkb_trace_parse(&again, copy, size, "t", &error), ZKB_ERROR_UNSUPPORTED);
    free(copy);
    free(data);
    zkb_trace_destroy(trace);
}

/* Damage under a right checksum: any answer but a crash, and what is accepted can be printed and
 * written again. */
static void hostile_files_do_no_harm(void **state)
{
    (void)state;
    zkb_trace *trace = record(7, ZKB_VM_NO_PAUSE); /* begins inside a call */
    zkb_error error = {0};
    uint8_t *data;
    size_t size;
    unsigned accepted = 0;
    unsigned refused = 0;
    uint64_t seed = 3;
    assert_int_equal(zkb_trace_serialize(&data, &size, trace, &error), ZKB_OK);
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    for (unsigned round = 0; round < 20000; round++) {
        zkb_trace *again;
        memcpy(copy, data, size);
        for (uint64_t k = 0; k <= round % 3; k++) {
            copy[vm_random(&seed) % size] = (uint8_t)vm_random(&seed);
        }
        seal(copy, size);
        if (zkb_trace_parse(&again, copy, size, "t", &error) != ZKB_OK) {
            refused++;
            continue;
        }
        accepted++;
        uint8_t *out;
        size_t out_size;
        char line[ZKB_TRACE_LINE_BYTES];
        assert_int_equal(zkb_trace_serialize(&out, &out_size, again, &error), ZKB_OK);
        assert_int_equal(out_size, size);
        assert_memory_equal(out, copy, size);
        for (uint64_t i = 0; i < zkb_trace_length(again); i += 7) {
            assert_int_equal(zkb_trace_line(line, sizeof line, again, i), ZKB_OK);
        }
        free(out);
        zkb_trace_destroy(again);
    }
    assert_true(accepted > 1000);
    assert_true(refused > 1000);
    free(copy);
    free(data);
    zkb_trace_destroy(trace);
}

enum { MAX_FRAMES = 24, FRAMES = 28, DEPTH = 32, STEPS = 48, FIRST_FRAME = 160 };

static void refused(uint8_t *data, size_t size, const char *words)
{
    zkb_trace *none;
    zkb_error error = {.message = ""};
    seal(data, size);
    assert_int_equal(zkb_trace_parse(&none, data, size, "t", &error), ZKB_ERROR_FORMAT);
    assert_null(none);
    if (strstr(error.message, words) == NULL) {
        fail_msg("'%s' was to say '%s'", error.message, words);
    }
}

/* Depths, returns and lengths under a right checksum: each has a check of its own, which keeps the
 * reader within its frames, the program and the file. */
static void bounds_are_checked(void **state)
{
    (void)state;
    zkb_trace *trace = record(7, ZKB_VM_NO_PAUSE); /* begins inside a call */
    zkb_trace *again;
    zkb_error error = {0};
    uint8_t *data;
    size_t size;
    assert_int_equal(zkb_trace_serialize(&data, &size, trace, &error), ZKB_OK);
    assert_int_equal(zkb_load32(data + DEPTH), 1);
    assert_int_equal(zkb_load32(data + FRAMES), 1);
    const uint32_t max_frames = zkb_load32(data + MAX_FRAMES);

    zkb_store32(data + DEPTH, 2); /* one more than the file has frames */
    refused(data, size, "more call frames than there can be");
    zkb_store32(data + DEPTH, 1);

    const uint64_t back = zkb_load64(data + FIRST_FRAME);
    static const uint64_t outside[] = {SLOTS, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        zkb_store64(data + FIRST_FRAME, outside[i]);
        refused(data, size, "a return outside the program");
    }
    zkb_store64(data + FIRST_FRAME, back);

    const uint64_t steps = zkb_load64(data + STEPS);
    zkb_store64(data + STEPS, UINT64_MAX);
    refused(data, size, "shorter than its number of steps needs");
    zkb_store64(data + STEPS, size);
    refused(data, size, "shorter than its number of steps needs");
    zkb_store64(data + STEPS, steps + 1);
    refused(data, size, "at no instruction"); /* the last step ended the run */
    zkb_store64(data + STEPS, steps - 1);
    refused(data, size, "bytes are left after the last step");
    zkb_store64(data + STEPS, steps);

    zkb_store32(data + MAX_FRAMES, 1); /* the second call goes deeper */
    refused(data, size, "calls deeper than the limit");
    zkb_store32(data + MAX_FRAMES, max_frames);
    seal(data, size);
    assert_int_equal(zkb_trace_parse(&again, data, size, "t", &error), ZKB_OK);
    zkb_trace_destroy(again);
    free(data);
    zkb_trace_destroy(trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_agree_with_registers),
        cmocka_unit_test(lines_are_readable),
        cmocka_unit_test(files_hold_what_was_recorded),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(hostile_files_do_no_harm),
        cmocka_unit_test(bounds_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
