/* vm: faults, budget, pauses, helpers, input and output, checkpoints, clones, recorded steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/parallel.h"
#include "vm/vm_internal.h"
#include "vm_compare.h"

#define LENGTH(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))
#define EXIT {.opcode = 0x95}
#define MOV(d, value) {.opcode = 0xb7, .dst = (d), .imm = (value)}
#define LDDW(d, high, low)                                                                         \
    {.opcode = 0x18, .dst = (d), .imm = (low)}, { .imm = (high) }

typedef struct fixture {
    zkb_program program;
    zkb_vm *vm;
} fixture;

static void setup(fixture *f, const zkb_instruction *code, uint32_t slots, const uint8_t *input,
                  size_t bytes, const zkb_vm_options *options)
{
    zkb_error error = {0};
    f->program = vm_program_of(code, slots);
    if (zkb_vm_create(&f->vm, &f->program, input, bytes, NULL, 0, options, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
}

static void teardown(fixture *f)
{
    zkb_vm_destroy(f->vm);
    free(f->program.function_start);
}

static void faults_say_where_and_why(void **state)
{
    (void)state;
    static const struct {
        zkb_instruction code[6];
        uint32_t slots;
        zkb_fault fault;
        uint32_t pc;
        uint64_t address;
    } cases[] = {
        /* One byte below and above regions, address 0, an address that wraps. */
        {{LDDW(1, 3, -1), {.opcode = 0x71, .src = 1}, EXIT},
         4,
         ZKB_FAULT_LOAD_UNMAPPED,
         2,
         0x3ffffffff},
        {{LDDW(1, 3, 0x1fff9), {.opcode = 0x79, .src = 1}, EXIT},
         4,
         ZKB_FAULT_LOAD_UNMAPPED,
         2,
         0x30001fff9},
        {{{.opcode = 0x79, .src = 0}, EXIT}, 2, ZKB_FAULT_LOAD_UNMAPPED, 0, 0},
        {{MOV(1, 0), {.opcode = 0x79, .src = 1, .offset = -4}, EXIT},
         3,
         ZKB_FAULT_LOAD_UNMAPPED,
         1,
         0xfffffffffffffffc},
        {{LDDW(1, 11, 0), {.opcode = 0x79, .src = 1}, EXIT},
         4,
         ZKB_FAULT_LOAD_UNMAPPED,
         2,
         0xb00000000},
        {{LDDW(1, 7, 0), {.opcode = 0x79, .src = 1}, EXIT},
         4,
         ZKB_FAULT_LOAD_UNMAPPED,
         2,
         0x700000000},
        {{LDDW(1, 3, 0), {.opcode = 0x7b, .dst = 1, .offset = -8}, EXIT},
         4,
         ZKB_FAULT_STORE_UNMAPPED,
         2,
         0x2fffffff8},
        {{LDDW(1, 4, 0), {.opcode = 0x7a, .dst = 1, .offset = 8}, EXIT},
         4,
         ZKB_FAULT_STORE_READ_ONLY,
         2,
         0x400000008},
        {{LDDW(1, 4, 0), {.opcode = 0xdb, .dst = 1, .imm = 1}, EXIT},
         4,
         ZKB_FAULT_STORE_READ_ONLY,
         2,
         0x400000000},
        {{LDDW(1, 3, 4), {.opcode = 0xdb, .dst = 1, .imm = 1}, EXIT},
         4,
         ZKB_FAULT_MISALIGNED_ATOMIC,
         2,
         0x300000004},
        {{LDDW(1, 3, 2), {.opcode = 0xc3, .dst = 1, .imm = 0xf1}, EXIT},
         4,
         ZKB_FAULT_MISALIGNED_ATOMIC,
         2,
         0x300000002},
        {{{.opcode = 0x85, .src = 1, .imm = -1}, EXIT}, 2, ZKB_FAULT_CALL_DEPTH, 0, 0x700000000},
        {{LDDW(1, 7, 8), {.opcode = 0x8d, .dst = 1}, EXIT},
         4,
         ZKB_FAULT_CALL_TARGET,
         2,
         0x700000008},
        {{LDDW(1, 7, 1), {.opcode = 0x8d, .dst = 1}, EXIT},
         4,
         ZKB_FAULT_CALL_TARGET,
         2,
         0x700000001},
        {{LDDW(1, 7, 32), {.opcode = 0x8d, .dst = 1}, EXIT},
         4,
         ZKB_FAULT_CALL_TARGET,
         2,
         0x700000020},
        {{{.opcode = 0x85, .imm = 77}, EXIT}, 2, ZKB_FAULT_UNKNOWN_HELPER, 0, 77},
        {{{.opcode = 0x05, .offset = -1}, EXIT}, 2, ZKB_FAULT_BUDGET, 0, 0},
    };
    const uint8_t input[16] = {1};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        fixture f;
        zkb_vm_result result;
        zkb_vm_result again;
        zkb_step_batch batch;
        const zkb_vm_options options = {.max_instructions = 1000};
        setup(&f, cases[k].code, cases[k].slots, input, sizeof input, &options);
        zkb_vm_run(f.vm, ZKB_VM_NO_PAUSE, &result);
        assert_int_equal(result.outcome, ZKB_OUTCOME_FAULTED);
        if (result.fault != cases[k].fault) {
            fail_msg("case %zu: %s", k, zkb_fault_string(result.fault));
        }
        assert_int_equal(result.pc, cases[k].pc);
        assert_int_equal(result.address, cases[k].address);
        /* A stopped machine stays stopped. */
        assert_int_equal(zkb_step_batch_create(&batch, 4, NULL), ZKB_OK);
        zkb_vm_record(f.vm, &batch, ZKB_VM_NO_PAUSE, &again);
        assert_int_equal(batch.count, 0);
        assert_int_equal(again.outcome, result.outcome);
        assert_int_equal(again.fault, result.fault);
        assert_int_equal(again.count, result.count);
        assert_int_equal(again.pc, result.pc);
        zkb_step_batch_destroy(&batch);
        teardown(&f);
    }
}

static void writable_data_begins_at_a_segment(void **state)
{
    (void)state;
    /* r0 = last byte before the writable part; then a store that would straddle it. */
    static const zkb_instruction code[] = {
        LDDW(1, 1, 0xffff),
        {.opcode = 0x72, .dst = 1, .offset = 1, .imm = 9}, /* first writable byte */
        {.opcode = 0x69, .dst = 0, .src = 1},              /* crosses the border: loads may */
        {.opcode = 0x6a, .dst = 1, .imm = 0},              /* stores may not */
        EXIT,
    };
    const uint8_t data[5] = {1, 2, 3, 4, 5};
    fixture f;
    zkb_vm_result result;
    f.program = vm_program_of(code, LENGTH(code));
    f.program.read_only = (uint8_t *)(uintptr_t)data;
    f.program.read_only_bytes = 5;
    f.program.writable = (uint8_t *)(uintptr_t)data;
    f.program.writable_bytes = 5;
    assert_int_equal(zkb_vm_create(&f.vm, &f.program, NULL, 0, NULL, 0, NULL, NULL), ZKB_OK);
    zkb_vm_run(f.vm, ZKB_VM_NO_PAUSE, &result);
    assert_int_equal(result.fault, ZKB_FAULT_STORE_READ_ONLY);
    assert_int_equal(result.pc, 4);
    assert_int_equal(result.r0, 9 << 8);
    teardown(&f);
}

static void budget_and_pause_are_exact(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV(0, 1), MOV(0, 2), LDDW(0, 0, 3), EXIT};
    fixture f;
    zkb_vm_result result;
    zkb_vm_options options = {.max_instructions = 4};
    setup(&f, code, LENGTH(code), NULL, 0, &options);
    zkb_vm_run(f.vm, 2, &result);
    assert_int_equal(result.outcome, ZKB_OUTCOME_PAUSED);
    assert_int_equal(result.pc, 2);
    assert_int_equal(result.count, 2);
    zkb_vm_run(f.vm, 1, &result); /* in the past: nothing happens */
    assert_int_equal(result.count, 2);
    zkb_vm_run(f.vm, 4, &result);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(result.count, 4); /* LDDW is one */
    assert_int_equal(result.pc, ZKB_PC_HALT);
    assert_int_equal(result.r0, 3);
    teardown(&f);

    options.max_instructions = 3;
    setup(&f, code, LENGTH(code), NULL, 0, &options);
    zkb_vm_run(f.vm, 3, &result);
    assert_int_equal(result.outcome, ZKB_OUTCOME_PAUSED);
    zkb_vm_run(f.vm, ZKB_VM_NO_PAUSE, &result);
    assert_int_equal(result.outcome, ZKB_OUTCOME_FAULTED);
    assert_int_equal(result.fault, ZKB_FAULT_BUDGET);
    assert_int_equal(result.pc, 4);
    assert_int_equal(result.count, 3);
    teardown(&f);
}

static uint64_t unwind(void *context, zkb_helper_call *call)
{
    (*(unsigned *)context)++;
    call->end = call->arguments[0] == 0;
    return call->arguments[0];
}

static void helpers_are_called_and_may_end_the_program(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        MOV(1, -1), {.opcode = 0x85, .imm = 5}, {.opcode = 0xbf, .dst = 6, .src = 0},
        MOV(2, 5),  {.opcode = 0x8d, .dst = 2}, /* by number in a register */
        MOV(1, 0),  {.opcode = 0x85, .imm = 5}, MOV(0, 9),
        EXIT,
    };
    unsigned calls = 0;
    const zkb_helper helper = {.number = 5, .arguments = 1, .call = unwind, .context = &calls};
    const zkb_vm_options options = {
        .helpers = &helper, .helper_count = 1, .helpers_by_register = true};
    fixture f;
    zkb_vm_result result;
    zkb_vm_state registers;
    zkb_step_batch batch;
    setup(&f, code, LENGTH(code), NULL, 0, &options);
    assert_int_equal(zkb_step_batch_create(&batch, 16, NULL), ZKB_OK);
    zkb_vm_record(f.vm, &batch, ZKB_VM_NO_PAUSE, &result);
    zkb_vm_state_get(&registers, f.vm);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(result.r0, 0);
    assert_int_equal(result.count, 7);
    assert_int_equal(registers.r[6], UINT64_MAX);
    assert_int_equal(calls, 3);
    assert_int_equal(batch.count, 7);
    assert_int_equal(batch.steps[1].result, 0);
    assert_int_equal(batch.steps[1].result_after, UINT64_MAX);
    assert_int_equal(batch.steps[4].result, 0);
    assert_int_equal(batch.steps[6].next_pc, ZKB_PC_HALT);
    zkb_step_batch_destroy(&batch);
    teardown(&f);
}

static void input_can_be_made_writable_and_output_is_measured(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        {.opcode = 0x72, .dst = 1, .offset = 2, .imm = 7},   /* input[2] = 7 */
        {.opcode = 0x62, .dst = 5, .offset = 100, .imm = 1}, /* output[100..104) */
        {.opcode = 0x72, .dst = 5, .offset = 10, .imm = 2},
        {.opcode = 0x79, .dst = 0, .src = 1},
        EXIT,
    };
    const uint8_t input[3] = {1, 2, 3};
    const zkb_vm_options options = {.public_input_writable = true};
    fixture f;
    zkb_vm *clone;
    zkb_vm_result result;
    zkb_region_view view;
    size_t bytes;
    setup(&f, code, LENGTH(code), input, sizeof input, &options);
    zkb_vm_run(f.vm, ZKB_VM_NO_PAUSE, &result);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(result.r0, 0x070201);
    assert_int_equal(result.output_bytes, 104);
    assert_int_equal(zkb_vm_output(f.vm, &bytes)[100], 1);
    assert_int_equal(bytes, 104);
    /* The caller's bytes are untouched, and a clone starts from them. */
    assert_int_equal(input[2], 3);
    assert_int_equal(zkb_vm_clone(&clone, f.vm, NULL), ZKB_OK);
    zkb_vm_region(&view, clone, ZKB_REGION_INDEX_PUBLIC_INPUT);
    assert_memory_equal(view.data, input, sizeof input);
    zkb_vm_result_get(&result, clone);
    assert_int_equal(result.output_bytes, 0);
    assert_int_equal(result.outcome, ZKB_OUTCOME_PAUSED);
    zkb_vm_destroy(clone);
    teardown(&f);
}

/* ---- Checkpoints ------------------------------------------------------------------------- */

/* Recursion, stack, heap and output in turn: a run that touches everything that a checkpoint
 * holds. f(n): store n on the stack, heap[n * 4096 % 128 KiB] += n, output[n] = n; if n > 0
 * f(n - 1), then read the stack slot back. */
static const zkb_instruction recursive[] = {
    MOV(6, 40),                                          /* 0: rounds */
    MOV(1, 6),                                           /* 1 */
    {.opcode = 0x85, .src = 1, .imm = 3},                /* 2: call 6 */
    {.opcode = 0x17, .dst = 6, .imm = 1},                /* 3 */
    {.opcode = 0x55, .dst = 6, .offset = -4, .imm = 0},  /* 4: if r6 != 0 goto 1 */
    EXIT,                                                /* 5 */
    {.opcode = 0x7b, .dst = 10, .src = 1, .offset = -8}, /* 6: f */
    {.opcode = 0xbf, .dst = 7, .src = 1},                /* 7 */
    {.opcode = 0x0f, .dst = 9, .src = 7},                /* 8: varies with the caller */
    {.opcode = 0xbf, .dst = 2, .src = 9},                /* 9 */
    {.opcode = 0x67, .dst = 2, .imm = 12},               /* 10 */
    {.opcode = 0x57, .dst = 2, .imm = 0x1fff8},          /* 11 */
    LDDW(3, 3, 0),                                       /* 12 */
    {.opcode = 0x0f, .dst = 3, .src = 2},                /* 14 */
    {.opcode = 0xdb, .dst = 3, .src = 7, .imm = 0},      /* 15: lock add */
    LDDW(4, 6, 0),                                       /* 16 */
    {.opcode = 0x0f, .dst = 4, .src = 7},                /* 18 */
    {.opcode = 0x7b, .dst = 4, .src = 7, .offset = 3},   /* 19: may cross words */
    {.opcode = 0x15, .dst = 1, .offset = 2, .imm = 0},   /* 20: if r1 == 0 goto 23 */
    {.opcode = 0x17, .dst = 1, .imm = 1},                /* 21 */
    {.opcode = 0x85, .src = 1, .imm = -17},              /* 22: call 6 */
    {.opcode = 0x79, .dst = 0, .src = 10, .offset = -8}, /* 23 */
    {.opcode = 0x0f, .dst = 0, .src = 7},                /* 24 */
    EXIT,                                                /* 25 */
};

#define MAX_STEPS 8192
typedef struct recording {
    zkb_step steps[MAX_STEPS];
    zkb_frame_step frames[MAX_STEPS]; /* the one of the step, if it has one */
    zkb_memory_operation words[MAX_STEPS][2];
    uint32_t count;
} recording;

static void record_until(recording *all, zkb_vm *vm, uint64_t pause_at, zkb_vm_result *result)
{
    zkb_step_batch batch;
    assert_int_equal(zkb_step_batch_create(&batch, 50, NULL), ZKB_OK);
    all->count = 0;
    do {
        zkb_vm_record(vm, &batch, pause_at, result);
        for (uint32_t i = 0; i < batch.count; i++) {
            assert_true(all->count < MAX_STEPS);
            all->steps[all->count] = batch.steps[i];
            if (batch.steps[i].frame != ZKB_NO_FRAME) { /* numbers are relative to the batch */
                all->frames[all->count] = batch.frames[batch.steps[i].frame];
                assert_int_equal(all->frames[all->count].step, i);
                all->frames[all->count].step = 0;
                all->steps[all->count].frame = 0;
            }
            assert_true(batch.steps[i].words <= 2);
            memcpy(all->words[all->count], batch.accesses + batch.steps[i].access,
                   batch.steps[i].words * sizeof(zkb_memory_operation));
            all->steps[all->count].access = 0;
            all->count++;
        }
    } while (batch.count != 0);
    zkb_step_batch_destroy(&batch);
}

static void assert_same_machine(const zkb_vm *a, const zkb_vm *b)
{
    zkb_vm_state x;
    zkb_vm_state y;
    uint32_t x_frames;
    uint32_t y_frames;
    zkb_vm_state_get(&x, a);
    zkb_vm_state_get(&y, b);
    assert_memory_equal(&x, &y, sizeof x);
    const zkb_frame *p = zkb_vm_frames(a, &x_frames);
    const zkb_frame *q = zkb_vm_frames(b, &y_frames);
    assert_int_equal(x_frames, y_frames);
    assert_memory_equal(p, q, x_frames * sizeof *p);
    for (int region = ZKB_REGION_INDEX_PROGRAM; region < ZKB_REGION_INDEX_END; region++) {
        zkb_region_view v;
        zkb_region_view w;
        zkb_vm_region(&v, a, (zkb_region)region);
        zkb_vm_region(&w, b, (zkb_region)region);
        assert_int_equal(v.bytes, w.bytes);
        if (v.bytes != 0) {
            assert_memory_equal(v.data, w.data, v.bytes);
        }
    }
}

static void replay_from_checkpoints_is_the_run(void **state)
{
    (void)state;
    enum { INTERVAL = 97, MOST = 128 };
    static recording whole;
    static recording part;
    zkb_checkpoint *checkpoints[MOST];
    unsigned count = 0;
    fixture f;
    zkb_vm *worker;
    zkb_vm *recorder;
    zkb_vm_result result;
    zkb_vm_result end;
    setup(&f, recursive, LENGTH(recursive), NULL, 0, NULL);
    assert_int_equal(zkb_vm_clone(&worker, f.vm, NULL), ZKB_OK);
    assert_int_equal(zkb_vm_clone(&recorder, f.vm, NULL), ZKB_OK);
    record_until(&whole, recorder, ZKB_VM_NO_PAUSE, &end);
    assert_int_equal(end.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(end.count, whole.count);
    do {
        assert_true(count < MOST);
        assert_int_equal(zkb_checkpoint_create(&checkpoints[count], f.vm, NULL), ZKB_OK);
        count++;
        zkb_vm_run(f.vm, INTERVAL * (uint64_t)count, &result);
    } while (result.outcome == ZKB_OUTCOME_PAUSED);
    assert_same_machine(f.vm, recorder);
    assert_true(count > 20);
    /* In an order that jumps back and forth, each chunk twice. */
    for (unsigned k = 0; k < 2 * count; k++) {
        const unsigned c = k * 7 % count;
        zkb_checkpoint_restore(worker, checkpoints[c]);
        assert_int_equal(checkpoints[c]->state.count, INTERVAL * c);
        record_until(&part, worker, INTERVAL * (uint64_t)(c + 1), &result);
        assert_int_equal(part.count, c + 1 == count ? whole.count - INTERVAL * c : INTERVAL);
        for (uint32_t i = 0; i < part.count; i++) {
            const uint32_t w = INTERVAL * c + i;
            assert_memory_equal(&part.steps[i], &whole.steps[w], sizeof(zkb_step));
            assert_memory_equal(part.words[i], whole.words[w],
                                whole.steps[w].words * sizeof(zkb_memory_operation));
            if (part.steps[i].frame != ZKB_NO_FRAME) {
                assert_memory_equal(&part.frames[i], &whole.frames[w], sizeof(zkb_frame_step));
            }
        }
        if (c + 1 == count) {
            assert_same_machine(worker, f.vm);
            assert_int_equal(result.output_bytes, end.output_bytes);
        }
    }
    /* The machine that made them can go back itself. */
    zkb_checkpoint_restore(f.vm, checkpoints[0]);
    zkb_vm_destroy(worker);
    assert_int_equal(zkb_vm_clone(&worker, f.vm, NULL), ZKB_OK);
    assert_same_machine(f.vm, worker);
    /* A checkpoint outlives the machine and the other checkpoints. */
    for (unsigned k = 0; k + 1 < count; k++) {
        zkb_checkpoint_destroy(checkpoints[k]);
    }
    zkb_checkpoint_restore(worker, checkpoints[count - 1]);
    zkb_vm_run(worker, ZKB_VM_NO_PAUSE, &result);
    assert_same_machine(worker, recorder);
    zkb_checkpoint_destroy(checkpoints[count - 1]);
    zkb_vm_destroy(worker);
    zkb_vm_destroy(recorder);
    teardown(&f);
}

/* Several machines at once, each restoring, recording and giving back checkpoints that share
 * segments: what thread checkers are run on. */
#define CHUNK 150
typedef struct parallel_replay {
    const zkb_vm *origin;
    zkb_checkpoint *checkpoints[MAX_STEPS / CHUNK + 1];
    uint64_t sums[MAX_STEPS / CHUNK + 1];
} parallel_replay;

static uint64_t sum_of_chunk(zkb_vm *vm, const zkb_checkpoint *checkpoint)
{
    zkb_step_batch batch;
    zkb_vm_result result;
    uint64_t sum = 0;
    assert_int_equal(zkb_step_batch_create(&batch, 64, NULL), ZKB_OK);
    zkb_checkpoint_restore(vm, checkpoint);
    do {
        zkb_vm_record(vm, &batch, checkpoint->state.count + CHUNK, &result);
        for (uint32_t i = 0; i < batch.count; i++) {
            const zkb_step *s = &batch.steps[i];
            sum = sum * 31 + (s->pc ^ s->result_after ^ s->dst_value);
            for (uint32_t k = 0; k < s->words; k++) {
                const zkb_memory_operation *word = &batch.accesses[s->access + k];
                sum = sum * 31 + (word->address ^ word->before ^ (word->after << 1));
            }
        }
    } while (batch.count != 0);
    zkb_step_batch_destroy(&batch);
    return sum;
}

static void replay_chunk(void *context, size_t index, unsigned thread)
{
    parallel_replay *p = context;
    zkb_vm *vm;
    (void)thread;
    assert_int_equal(zkb_vm_clone(&vm, p->origin, NULL), ZKB_OK);
    p->sums[index] = sum_of_chunk(vm, p->checkpoints[index]);
    zkb_checkpoint_destroy(p->checkpoints[index]);
    zkb_vm_destroy(vm);
}

static void checkpoints_serve_several_threads(void **state)
{
    (void)state;
    static parallel_replay p;
    uint64_t expected[MAX_STEPS / CHUNK + 1];
    size_t count = 0;
    fixture f;
    zkb_vm *worker;
    zkb_vm_result result;
    setup(&f, recursive, LENGTH(recursive), NULL, 0, NULL);
    assert_int_equal(zkb_vm_clone(&worker, f.vm, NULL), ZKB_OK);
    p.origin = f.vm;
    do {
        assert_int_equal(zkb_checkpoint_create(&p.checkpoints[count], f.vm, NULL), ZKB_OK);
        expected[count] = sum_of_chunk(worker, p.checkpoints[count]);
        count++;
        zkb_vm_run(f.vm, CHUNK * (uint64_t)count, &result);
    } while (result.outcome == ZKB_OUTCOME_PAUSED);
    zkb_vm_destroy(worker);
    zkb_parallel_for(count, 4, replay_chunk, &p);
    assert_memory_equal(p.sums, expected, count * sizeof expected[0]);
    teardown(&f);
}

static void restore_undoes_everything(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        LDDW(3, 1, 0),
        {.opcode = 0x72, .dst = 3, .offset = 2, .imm = 77}, /* initialised data */
        {.opcode = 0x72, .dst = 1, .offset = 1, .imm = 78}, /* the writable input */
        LDDW(3, 3, 0xfffc),
        {.opcode = 0x7a, .dst = 3, .imm = -1}, /* across two heap segments */
        {.opcode = 0x72, .dst = 5, .offset = 9, .imm = 1},
        {.opcode = 0x85, .src = 1, .imm = 1},
        EXIT,
        MOV(6, 1),
        EXIT,
    };
    const uint8_t data[4] = {1, 2, 3, 4};
    const zkb_vm_options options = {.public_input_writable = true};
    fixture f;
    zkb_vm *other;
    zkb_vm *fresh;
    zkb_checkpoint *first;
    zkb_checkpoint *last;
    zkb_vm_result result;
    f.program = vm_program_of(code, LENGTH(code));
    f.program.writable = (uint8_t *)(uintptr_t)data;
    f.program.writable_bytes = sizeof data;
    assert_int_equal(zkb_vm_create(&f.vm, &f.program, data, sizeof data, NULL, 0, &options, NULL),
                     ZKB_OK);
    assert_int_equal(zkb_vm_clone(&other, f.vm, NULL), ZKB_OK);
    assert_int_equal(zkb_vm_clone(&fresh, f.vm, NULL), ZKB_OK);
    assert_int_equal(zkb_checkpoint_create(&first, f.vm, NULL), ZKB_OK);
    zkb_vm_run(f.vm, ZKB_VM_NO_PAUSE, &result);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(zkb_checkpoint_create(&last, f.vm, NULL), ZKB_OK);

    /* Written and not yet in any checkpoint. */
    zkb_vm_run(other, ZKB_VM_NO_PAUSE, &result);
    assert_same_machine(other, f.vm);
    zkb_checkpoint_restore(other, first);
    assert_same_machine(other, fresh);
    zkb_vm_result_get(&result, other);
    assert_int_equal(result.output_bytes, 0);
    assert_int_equal(result.outcome, ZKB_OUTCOME_PAUSED);
    /* Forward without running, and back again. */
    zkb_checkpoint_restore(other, last);
    assert_same_machine(other, f.vm);
    zkb_vm_result_get(&result, other);
    assert_int_equal(result.output_bytes, 10);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    zkb_checkpoint_restore(other, first);
    assert_same_machine(other, fresh);
    zkb_checkpoint_destroy(first);
    zkb_checkpoint_destroy(last);
    zkb_vm_destroy(other);
    zkb_vm_destroy(fresh);
    teardown(&f);
}

/* The content that a checkpoint has for the segment at an address; NULL: as at the start. */
static const uint8_t *saved(const zkb_vm *vm, const zkb_checkpoint *c, uint64_t address)
{
    const zkb_mapping *m = &vm->map[address >> 32];
    const uint32_t number = m->first_segment + (uint32_t)((address - m->start) / ZKB_SEGMENT_BYTES);
    for (uint32_t i = 0; i < c->segment_count; i++) {
        if (c->segments[i].number == number) {
            return c->segments[i].snapshot->data;
        }
    }
    return NULL;
}

static void checkpoints_share_what_did_not_change(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        LDDW(1, 3, 0),
        {.opcode = 0x72, .dst = 1, .imm = 1},                   /* heap segment 0 */
        {.opcode = 0x72, .dst = 5, .imm = 2},                   /* output */
        {.opcode = 0x7a, .dst = 5, .imm = 3, .offset = 0x7ffe}, /* no further segment */
        MOV(0, 0),
        EXIT,
    };
    fixture f;
    zkb_checkpoint *c[4];
    zkb_vm_result result;
    setup(&f, code, LENGTH(code), NULL, 0, NULL);
    const uint64_t pauses[4] = {0, 2, 3, 5};
    for (unsigned k = 0; k < 4; k++) {
        zkb_vm_run(f.vm, pauses[k], &result);
        assert_int_equal(zkb_checkpoint_create(&c[k], f.vm, NULL), ZKB_OK);
    }
    assert_null(saved(f.vm, c[0], ZKB_REGION_HEAP));
    assert_int_equal(saved(f.vm, c[1], ZKB_REGION_HEAP)[0], 1);
    assert_null(saved(f.vm, c[1], ZKB_REGION_HEAP + ZKB_SEGMENT_BYTES));
    assert_null(saved(f.vm, c[1], ZKB_REGION_OUTPUT));
    assert_ptr_equal(saved(f.vm, c[1], ZKB_REGION_HEAP), saved(f.vm, c[3], ZKB_REGION_HEAP));
    assert_ptr_not_equal(saved(f.vm, c[2], ZKB_REGION_OUTPUT),
                         saved(f.vm, c[3], ZKB_REGION_OUTPUT));
    assert_int_equal(saved(f.vm, c[2], ZKB_REGION_OUTPUT)[0x7ffe], 0);
    assert_int_equal(saved(f.vm, c[3], ZKB_REGION_OUTPUT)[0x7ffe], 3);
    assert_int_equal(c[0]->segment_count, 0);
    assert_int_equal(c[3]->segment_count, 2);
    for (unsigned k = 0; k < 4; k++) {
        zkb_checkpoint_destroy(c[k]);
    }
    teardown(&f);
}

static void limits_of_inputs_and_layout(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {EXIT};
    zkb_program program = vm_program_of(code, 1);
    zkb_error error;
    zkb_vm *vm = (zkb_vm *)&program;
    assert_int_equal(zkb_vm_create(&vm, &program, NULL, (size_t)1 << 32, NULL, 0, NULL, &error),
                     ZKB_ERROR_LIMIT);
    assert_null(vm);
    assert_non_null(strstr(error.message, "public"));
    assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, (size_t)1 << 32, NULL, &error),
                     ZKB_ERROR_LIMIT);
    assert_non_null(strstr(error.message, "private"));
    /* The largest heap costs address space, not memory. */
    program.layout.heap_bytes = 0xffff0000;
    assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, NULL, &error), ZKB_OK);
    zkb_vm_destroy(vm);
    program.layout.heap_bytes = 0xffff0001;
    assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, NULL, &error), ZKB_ERROR_LIMIT);
    assert_non_null(strstr(error.message, "heap"));
    free(program.function_start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_say_where_and_why),
        cmocka_unit_test(writable_data_begins_at_a_segment),
        cmocka_unit_test(budget_and_pause_are_exact),
        cmocka_unit_test(helpers_are_called_and_may_end_the_program),
        cmocka_unit_test(input_can_be_made_writable_and_output_is_measured),
        cmocka_unit_test(replay_from_checkpoints_is_the_run),
        cmocka_unit_test(checkpoints_serve_several_threads),
        cmocka_unit_test(restore_undoes_everything),
        cmocka_unit_test(checkpoints_share_what_did_not_change),
        cmocka_unit_test(limits_of_inputs_and_layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
