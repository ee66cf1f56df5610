/* Traces in memory: recording, reading, printing. */
#include "vm/trace_internal.h"

#include "base/bytes_inline.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHERE "trace"
#define BATCH 1024u
#define MOST_WORDS_IN_LINE 2u
#define MOST_TIGHTNESS 40u               /* with which an array grows by no more than it needs */
#define CANCEL_STEPS (UINT64_C(1) << 20) /* between two looks while snapshots are made */

static zkb_status out_of_memory(uint64_t steps, zkb_error *error)
{
    (void)zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, steps, "no memory for a trace of %llu steps",
                   (unsigned long long)steps);
    return ZKB_ERROR_MEMORY;
}

/* A copy of `bytes` bytes, at least one byte long; NULL when there is no memory. */
static void *copy_of(const void *from, size_t bytes)
{
    void *copy = malloc(bytes + 1);
    if (copy != NULL && bytes != 0) {
        memcpy(copy, from, bytes);
    }
    return copy;
}

zkb_status zkb_trace_new(zkb_trace **trace, const zkb_program *program, const zkb_vm_state *start,
                         const zkb_frame *frames, uint32_t frame_count, zkb_error *error)
{
    zkb_trace *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return out_of_memory(0, error);
    }
    t->program.dialect = program->dialect;
    t->program.slot_count = program->slot_count;
    t->program.entry = program->entry;
    t->program.layout = program->layout;
    t->program.code = copy_of(program->code, program->slot_count * sizeof *program->code);
    t->program.function_start = copy_of(program->function_start, program->slot_count);
    t->start = *start;
    t->start_frames = copy_of(frames, frame_count * sizeof *frames);
    t->start_frame_count = frame_count;
    if (t->program.code == NULL || t->program.function_start == NULL || t->start_frames == NULL) {
        zkb_trace_destroy(t);
        return out_of_memory(0, error);
    }
    *trace = t;
    return ZKB_OK;
}

void zkb_trace_destroy(zkb_trace *trace)
{
    if (trace == NULL) {
        return;
    }
    free(trace->program.code);
    free(trace->program.function_start);
    free(trace->start_frames);
    free(trace->steps);
    free(trace->frames);
    free(trace->accesses);
    free(trace->snapshots);
    free(trace);
}

/* Of arrays with these capacities, and of the snapshots that zkb_trace_finish makes. */
static uint64_t bytes_of(uint64_t steps, uint64_t frames, uint64_t accesses)
{
    return steps * sizeof(zkb_step) + frames * sizeof(zkb_frame_step) +
           accesses * sizeof(zkb_memory_operation) +
           (steps / ZKB_TRACE_STRIDE + 1) * sizeof(zkb_registers);
}

/* A capacity for at least `needed` elements: larger by half than the one before, or by less the
 * tighter memory is. */
static uint64_t grown(uint64_t capacity, uint64_t needed, unsigned tightness)
{
    const uint64_t larger = capacity + capacity / 2 + 256;
    if (needed <= capacity) {
        return capacity;
    }
    return larger <= needed ? needed : needed + ((larger - needed) >> tightness);
}

/* To a capacity that grown has given. */
static bool resize(void **array, uint64_t *capacity, uint64_t needed, uint64_t larger,
                   size_t element)
{
    if (needed <= *capacity) {
        return true;
    }
    void *moved = realloc(*array, larger * element);
    if (moved == NULL) {
        return false;
    }
    *array = moved;
    *capacity = larger;
    return true;
}

static zkb_status too_large(const zkb_trace *trace, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, trace->count,
                    "the trace takes more than the %.1f MiB of memory that it may, after %llu "
                    "steps: allow more memory, or end the run earlier with a limit of instructions",
                    (double)trace->most_bytes / (1 << 20), (unsigned long long)trace->count);
}

zkb_status zkb_trace_reserve(zkb_trace *trace, uint64_t steps, uint64_t frames, uint64_t accesses,
                             zkb_error *error)
{
    void *step_array = trace->steps;
    void *frame_array = trace->frames;
    void *access_array = trace->accesses;
    const uint64_t most = trace->most_bytes != 0 ? trace->most_bytes : UINT64_MAX;
    uint64_t step_room;
    uint64_t frame_room;
    uint64_t access_room;
    const uint64_t all_steps = trace->count + steps;
    const uint64_t all_frames = trace->frame_count + frames;
    const uint64_t all_accesses = trace->access_count + accesses;
    unsigned tightness = 0;
    do {
        if (tightness > MOST_TIGHTNESS) {
            return too_large(trace, error);
        }
        step_room = grown(trace->capacity, all_steps, tightness);
        frame_room = grown(trace->frame_capacity, all_frames, tightness);
        access_room = grown(trace->access_capacity, all_accesses, tightness);
        tightness++;
    } while (bytes_of(step_room, frame_room, access_room) > most);
    /* A step's index of accesses has 32 bits. */
    const bool room =
        all_accesses <= UINT32_MAX &&
        resize(&step_array, &trace->capacity, all_steps, step_room, sizeof *trace->steps) &&
        resize(&frame_array, &trace->frame_capacity, all_frames, frame_room,
               sizeof *trace->frames) &&
        resize(&access_array, &trace->access_capacity, all_accesses, access_room,
               sizeof *trace->accesses);
    trace->steps = step_array;
    trace->frames = frame_array;
    trace->accesses = access_array;
    return room ? ZKB_OK : out_of_memory(trace->count + steps, error);
}

void zkb_trace_apply(zkb_registers *registers, const zkb_trace *trace, const zkb_step *step)
{
    if (step->result != ZKB_NO_REGISTER) {
        registers->r[step->result] = step->result_after;
    }
    if (step->frame != ZKB_NO_FRAME) {
        if (step->op == ZKB_OP_EXIT) {
            memcpy(&registers->r[6], &trace->frames[step->frame].after[1],
                   5 * sizeof registers->r[0]);
        } else {
            registers->r[ZKB_FRAME_POINTER] += trace->program.layout.frame_bytes;
        }
    }
    registers->pc = step->next_pc;
}

zkb_status zkb_trace_finish(zkb_trace *trace, zkb_error *error)
{
    zkb_registers now;
    zkb_trace_initial(&now, trace);
    trace->snapshots =
        malloc((trace->count / ZKB_TRACE_STRIDE + (size_t)1) * sizeof *trace->snapshots);
    if (trace->snapshots == NULL) {
        return out_of_memory(trace->count, error);
    }
    for (uint64_t i = 0; i < trace->count; i++) {
        if (i % ZKB_TRACE_STRIDE == 0) {
            trace->snapshots[i / ZKB_TRACE_STRIDE] = now;
        }
        if (i % CANCEL_STEPS == 0) {
            ZKB_TRY(zkb_cancel_check(trace->cancel, error));
        }
        zkb_trace_apply(&now, trace, &trace->steps[i]);
    }
    trace->final = now;
    return ZKB_OK;
}

static zkb_status append(zkb_trace *trace, const zkb_step_batch *batch, zkb_error *error)
{
    ZKB_TRY(zkb_trace_reserve(trace, batch->count, batch->frame_count, batch->access_count, error));
    for (uint32_t i = 0; i < batch->count; i++) {
        zkb_step *step = &trace->steps[trace->count++];
        *step = batch->steps[i];
        if (step->frame != ZKB_NO_FRAME) {
            step->frame += (uint32_t)trace->frame_count;
        }
        if (step->words != 0 || step->access != 0) {
            step->access += (uint32_t)trace->access_count;
        }
    }
    if (batch->access_count != 0) {
        memcpy(trace->accesses + trace->access_count, batch->accesses,
               batch->access_count * sizeof *trace->accesses);
    }
    trace->access_count += batch->access_count;
    for (uint32_t i = 0; i < batch->frame_count; i++) {
        zkb_frame_step *frame = &trace->frames[trace->frame_count++];
        *frame = batch->frames[i];
        frame->step += (uint32_t)(trace->count - batch->count);
    }
    return ZKB_OK;
}

static zkb_status record_all(zkb_trace *trace, zkb_vm *vm, zkb_step_batch *batch, uint64_t pause_at,
                             uint64_t max_steps, zkb_vm_result *result, zkb_error *error)
{
    do {
        ZKB_TRY(zkb_cancel_check(trace->cancel, error));
        zkb_vm_record(vm, batch, pause_at, result);
        if (batch->count > max_steps - trace->count) {
            return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, trace->count,
                            "the run takes more than the %llu steps that a trace may have",
                            (unsigned long long)max_steps);
        }
        ZKB_TRY(append(trace, batch, error));
    } while (batch->count != 0);
    return zkb_trace_finish(trace, error);
}

zkb_status zkb_trace_record(zkb_trace **trace, zkb_vm *vm, uint64_t pause_at,
                            const zkb_trace_limits *limits, zkb_vm_result *result, zkb_error *error)
{
    static const zkb_trace_limits none;
    zkb_vm_state start;
    zkb_step_batch batch;
    zkb_trace *t = NULL;
    uint32_t frame_count;
    *trace = NULL;
    limits = limits != NULL ? limits : &none;
    const uint64_t max_steps = limits->steps != 0 && limits->steps < ZKB_TRACE_MAX_STEPS
                                   ? limits->steps
                                   : ZKB_TRACE_MAX_STEPS;
    zkb_vm_state_get(&start, vm);
    const zkb_frame *frames = zkb_vm_frames(vm, &frame_count);
    ZKB_TRY(zkb_trace_new(&t, zkb_vm_program(vm), &start, frames, frame_count, error));
    t->most_bytes = limits->bytes;
    t->cancel = limits->cancel;
    zkb_status status = zkb_step_batch_create(&batch, BATCH, error);
    if (status == ZKB_OK) {
        status = record_all(t, vm, &batch, pause_at, max_steps, result, error);
        zkb_step_batch_destroy(&batch);
    }
    if (status != ZKB_OK) {
        zkb_trace_destroy(t);
        return status;
    }
    t->cancel = NULL;
    *trace = t;
    return ZKB_OK;
}

const zkb_step *zkb_trace_steps(const zkb_trace *trace) { return trace->steps; }

const zkb_memory_operation *zkb_trace_accesses(const zkb_trace *trace) { return trace->accesses; }

const zkb_program *zkb_trace_program(const zkb_trace *trace) { return &trace->program; }

uint64_t zkb_trace_length(const zkb_trace *trace) { return trace->count; }

void zkb_trace_initial(zkb_registers *registers, const zkb_trace *trace)
{
    memcpy(registers->r, trace->start.r, sizeof registers->r);
    registers->pc = trace->start.pc;
}

void zkb_trace_final(zkb_registers *registers, const zkb_trace *trace)
{
    *registers = trace->final;
}

zkb_status zkb_trace_get(zkb_trace_step *step, const zkb_trace *trace, uint64_t index)
{
    if (index >= trace->count) {
        return ZKB_ERROR_ARGUMENT;
    }
    const zkb_step *s = &trace->steps[index];
    *step = (zkb_trace_step){.before = trace->snapshots[index / ZKB_TRACE_STRIDE]};
    for (uint64_t i = index / ZKB_TRACE_STRIDE * ZKB_TRACE_STRIDE; i < index; i++) {
        zkb_trace_apply(&step->before, trace, &trace->steps[i]);
    }
    step->after = step->before;
    zkb_trace_apply(&step->after, trace, s);
    for (uint32_t k = 0; k < (s->op == ZKB_OP_LDDW ? 2u : 1u); k++) {
        uint8_t bytes[ZKB_INSTRUCTION_BYTES];
        zkb_instruction_encode(bytes, &trace->program.code[s->pc + k]);
        step->instruction[k] = zkb_load64(bytes);
    }
    step->depth = s->depth;
    step->memory_count = s->words;
    step->memory = s->words != 0 ? trace->accesses + s->access : NULL;
    return ZKB_OK;
}

/* Appends to a string of `size` bytes, *used of which are taken; what does not fit is cut. */
static void add_text(char *text, size_t size, size_t *used, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void add_text(char *text, size_t size, size_t *used, const char *format, ...)
{
    va_list arguments;
    if (*used >= size) {
        return;
    }
    va_start(arguments, format);
    const int length = vsnprintf(text + *used, size - *used, format, arguments);
    va_end(arguments);
    *used += length > 0 ? (size_t)length : 0;
}

zkb_status zkb_trace_line(char *text, size_t size, const zkb_trace *trace, uint64_t index)
{
    zkb_trace_step step;
    char assembly[ZKB_DISASSEMBLY_BYTES];
    size_t used = 0;
    if (zkb_trace_get(&step, trace, index) != ZKB_OK) {
        return ZKB_ERROR_ARGUMENT;
    }
    const uint32_t pc = (uint32_t)step.before.pc;
    (void)zkb_instruction_text(assembly, sizeof assembly, &trace->program, pc);
    const unsigned long long number = trace->start.count + index;
    add_text(text, size, &used, "%8llu %6u %2u  %-36s", number, pc, step.depth, assembly);
    for (unsigned k = 0; k < ZKB_REGISTER_COUNT; k++) {
        if (step.before.r[k] != step.after.r[k]) {
            add_text(text, size, &used, "  r%u 0x%llx -> 0x%llx", k,
                     (unsigned long long)step.before.r[k], (unsigned long long)step.after.r[k]);
        }
    }
    for (uint32_t k = 0; k < step.memory_count && k < MOST_WORDS_IN_LINE; k++) {
        const zkb_memory_operation *m = &step.memory[k];
        add_text(text, size, &used, "  [0x%llx] 0x%llx", (unsigned long long)m->address,
                 (unsigned long long)m->before);
        if (m->after != m->before) {
            add_text(text, size, &used, " -> 0x%llx", (unsigned long long)m->after);
        }
    }
    if (step.memory_count > MOST_WORDS_IN_LINE) {
        add_text(text, size, &used, "  and %u more words", step.memory_count - MOST_WORDS_IN_LINE);
    }
    return ZKB_OK;
}
