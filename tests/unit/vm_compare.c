#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm_compare.h"

uint64_t vm_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

zkb_program vm_program_of(const zkb_instruction *code, uint32_t slots)
{
    zkb_program program = {
        .code = (zkb_instruction *)(uintptr_t)code,
        .slot_count = slots,
        .function_start = calloc(slots + 1, 1),
        .layout = {.frame_bytes = 512,
                   .max_frames = 8,
                   .heap_bytes = 2 * ZKB_SEGMENT_BYTES,
                   .output_bytes = ZKB_SEGMENT_BYTES},
    };
    assert_non_null(program.function_start);
    program.function_start[0] = 1;
    for (uint32_t i = 0; i < slots; i++) {
        const int64_t target = (int64_t)i + 1 + code[i].imm;
        if (code[i].opcode == 0x85 && code[i].src == 1 && target >= 0 && target < (int64_t)slots) {
            program.function_start[target] = 1;
        }
    }
    return program;
}

static zkb_fault expected_fault(ref_stop stop)
{
    switch (stop) {
    case REF_RUNNING:
        return ZKB_FAULT_BUDGET;
    case REF_EXITED:
        return ZKB_FAULT_NONE;
    case REF_LOAD_UNMAPPED:
        return ZKB_FAULT_LOAD_UNMAPPED;
    case REF_STORE_UNMAPPED:
        return ZKB_FAULT_STORE_UNMAPPED;
    case REF_STORE_READ_ONLY:
        return ZKB_FAULT_STORE_READ_ONLY;
    case REF_MISALIGNED:
        return ZKB_FAULT_MISALIGNED_ATOMIC;
    case REF_DEPTH:
        return ZKB_FAULT_CALL_DEPTH;
    case REF_TARGET:
        return ZKB_FAULT_CALL_TARGET;
    case REF_HELPER:
        return ZKB_FAULT_UNKNOWN_HELPER;
    }
    return ZKB_FAULT_INVALID;
}

/* Applies what a step says that it changed to a register file kept outside the machine. */
static void apply_step(uint64_t r[11], const zkb_step *step, const zkb_step_batch *batch)
{
    if (step->result != ZKB_NO_REGISTER) {
        assert_int_equal(r[step->result], step->result_before);
        r[step->result] = step->result_after;
    }
    if (step->frame != ZKB_NO_FRAME) {
        const zkb_frame_step *f = &batch->frames[step->frame];
        assert_memory_equal(f->registers, &r[6], sizeof f->registers);
        if (step->op == ZKB_OP_EXIT) {
            assert_memory_equal(f->before, f->after, sizeof f->before);
            assert_int_equal(f->after[0], step->next_pc);
            memcpy(&r[6], &f->after[1], sizeof f->registers);
        } else {
            assert_int_equal(f->after[0], step->pc + 1);
            assert_memory_equal(&f->after[1], &r[6], sizeof f->registers);
            r[10] += 512;
        }
    }
}

static void compare_step(ref_machine *m, uint64_t r[11], const zkb_step *step,
                         const zkb_step_batch *batch, const zkb_program *program)
{
    const zkb_instruction *i = &program->code[step->pc];
    assert_int_equal(m->stop, REF_RUNNING);
    assert_int_equal(m->pc, step->pc);
    assert_int_equal(m->depth, step->depth);
    if (step->dst != ZKB_NO_REGISTER) {
        assert_int_equal(m->r[step->dst], step->dst_value);
    }
    if (step->src != ZKB_NO_REGISTER) {
        assert_int_equal(step->src, i->src);
        assert_int_equal(m->r[step->src], step->src_value);
    }
    const uint64_t word = step->address & ~UINT64_C(7);
    for (unsigned k = 0; k < step->words; k++) {
        assert_int_equal(batch->accesses[step->access + k].address, word + 8 * k);
        assert_int_equal(ref_word(m, word + 8 * k), batch->accesses[step->access + k].before);
    }
    ref_step(m);
    for (unsigned k = 0; k < step->words; k++) {
        assert_int_equal(ref_word(m, word + 8 * k), batch->accesses[step->access + k].after);
    }
    apply_step(r, step, batch);
    assert_memory_equal(r, m->r, sizeof m->r);
    if (m->stop == REF_EXITED) {
        assert_int_equal(step->next_pc, ZKB_PC_HALT);
    } else {
        assert_int_equal(step->next_pc, m->pc);
    }
}

static void compare_end(const ref_machine *m, const zkb_vm *vm, const zkb_vm_result *result)
{
    zkb_vm_state state;
    zkb_vm_state_get(&state, vm);
    assert_int_equal(result->outcome,
                     m->stop == REF_EXITED ? ZKB_OUTCOME_EXITED : ZKB_OUTCOME_FAULTED);
    assert_int_equal(result->fault, expected_fault(m->stop));
    assert_int_equal(result->count, m->count);
    assert_int_equal(result->output_bytes, m->output_end);
    assert_int_equal(result->pc, m->stop == REF_EXITED ? ZKB_PC_HALT : m->pc);
    assert_memory_equal(state.r, m->r, sizeof m->r);
    if (m->stop != REF_EXITED && m->stop != REF_RUNNING) {
        assert_int_equal(result->address, m->fault_address);
    }
    for (unsigned k = 0; k < m->region_count; k++) {
        zkb_region_view view;
        const ref_region *region = &m->regions[k];
        zkb_vm_region(&view, vm, (zkb_region)(region->start >> 32));
        const uint64_t offset = region->start - view.start;
        assert_true(offset + region->size <= view.bytes);
        assert_memory_equal(view.data + offset, region->bytes, region->size);
    }
}

void vm_compare(vm_compare_result *result, const zkb_program *program, const uint8_t *public_input,
                size_t public_bytes, const uint8_t *private_input, size_t private_bytes,
                uint64_t max_steps)
{
    const zkb_vm_options options = {.max_instructions = max_steps};
    zkb_error error = {0};
    zkb_vm *vm;
    ref_machine m;
    zkb_step_batch batch;
    zkb_vm_result r;
    zkb_vm_state start;
    if (zkb_vm_create(&vm, program, public_input, public_bytes, private_input, private_bytes,
                      &options, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    ref_create(&m, program, public_input, public_bytes, private_input, private_bytes);
    zkb_vm_state_get(&start, vm);
    assert_memory_equal(start.r, m.r, sizeof m.r);
    assert_int_equal(zkb_step_batch_create(&batch, 7, &error), ZKB_OK);
    uint64_t registers[11];
    memcpy(registers, m.r, sizeof registers);
    do {
        zkb_vm_record(vm, &batch, ZKB_VM_NO_PAUSE, &r);
        for (uint32_t i = 0; i < batch.count; i++) {
            compare_step(&m, registers, &batch.steps[i], &batch, program);
            result->executed[batch.steps[i].op]++;
        }
    } while (r.outcome == ZKB_OUTCOME_PAUSED);
    if (r.outcome == ZKB_OUTCOME_FAULTED && r.fault != ZKB_FAULT_BUDGET) {
        assert_int_equal(m.stop, REF_RUNNING);
        ref_step(&m); /* must fault as well */
    }
    compare_end(&m, vm, &r);
    zkb_vm_destroy(vm);

    assert_int_equal(zkb_vm_create(&vm, program, public_input, public_bytes, private_input,
                                   private_bytes, &options, &error),
                     ZKB_OK);
    uint64_t pause = 0;
    do {
        pause += 1 + pause / 2;
        zkb_vm_run(vm, pause, &r);
        assert_true(r.outcome != ZKB_OUTCOME_PAUSED || r.count == pause);
    } while (r.outcome == ZKB_OUTCOME_PAUSED);
    compare_end(&m, vm, &r);
    zkb_vm_destroy(vm);

    result->steps += m.count;
    result->stop = m.stop;
    zkb_step_batch_destroy(&batch);
    ref_destroy(&m);
}
