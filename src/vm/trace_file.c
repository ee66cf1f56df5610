/* Trace files. The format is described in docs/formats.md. */
#include "vm/trace_internal.h"

#include "base/bytes_inline.h"
#include "base/os/file.h"
#include "vm/dialect.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "trace file"
#define VERSION 1u
#define HEADER_BYTES 160u
#define OFFSET_CHECKSUM 56u
#define MOST_FILE_BYTES (UINT64_C(1) << 37) /* what the most accesses come to, and more */

static const char magic[8] = {'Z', 'K', 'B', 'T', 'R', 'A', 'C', 'E'};

/* Accesses of a step; bytes of one in a list. */
enum { MOST_ACCESSES = ZKB_HELPER_ARGUMENTS + ZKB_HELPER_MOST_WORDS, LISTED_BYTES = 24 };

/* The tag byte of a step. */
enum {
    TAG_TAKEN = 1,       /* a condition held, or a helper ended the program */
    TAG_RESULT = 2,      /* a register's new value follows */
    TAG_WORDS_SHIFT = 2, /* two bits: words of memory touched, or WORDS_LISTED */
    WORDS_LISTED = 3,    /* of a helper: their number follows, and their addresses with them */
    TAG_STORED = 16,     /* their new values follow too */
};

/* FNV-1a, 64 bits, over everything but the checksum itself: against damage, not against malice. */
static uint64_t checksum(const uint8_t *data, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++) {
        const bool skipped = i >= OFFSET_CHECKSUM && i < OFFSET_CHECKSUM + 8;
        hash = (hash ^ (skipped ? 0 : data[i])) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static bool stores(zkb_op op) { return (zkb_op_uses(op) & ZKB_USE_MEMORY_WRITE) != 0; }

/* A helper called by register says so in its result. */
static bool is_helper(const zkb_step *step)
{
    return step->op == ZKB_OP_CALL_HELPER ||
           (step->op == ZKB_OP_CALLX && step->result != ZKB_NO_REGISTER);
}

/* The tag that a step has. */
static uint8_t tag_of(const zkb_step *step)
{
    const zkb_op_info *info = zkb_op_get((zkb_op)step->op);
    const bool taken = info->kind == ZKB_KIND_BRANCH
                           ? step->next_pc != step->pc + 1
                           : step->result == 0 && step->next_pc == ZKB_PC_HALT;
    const bool listed = is_helper(step) && step->words != 0;
    unsigned tag = (listed ? WORDS_LISTED : step->words) << TAG_WORDS_SHIFT;
    tag |= taken ? TAG_TAKEN : 0u;
    tag |= step->result != ZKB_NO_REGISTER ? TAG_RESULT : 0u;
    tag |= step->words != 0 && stores((zkb_op)step->op) ? TAG_STORED : 0u;
    return (uint8_t)tag;
}

/* Of a step with this tag, without what a list's number says that follows. */
static size_t step_bytes(uint8_t tag)
{
    const size_t words = (unsigned)tag >> TAG_WORDS_SHIFT & 3u;
    if (words == WORDS_LISTED) {
        return 1 + ((tag & TAG_RESULT) != 0 ? 8u : 0u) + 4;
    }
    return 1 + ((tag & TAG_RESULT) != 0 ? 8u : 0u) +
           8 * words * ((tag & TAG_STORED) != 0 ? 2u : 1u);
}

static size_t function_bytes(uint32_t slots) { return ((size_t)slots + 7) / 8; }

static size_t fixed_bytes(uint64_t slots, uint64_t frames)
{
    return HEADER_BYTES + frames * sizeof(zkb_frame) + slots * ZKB_INSTRUCTION_BYTES +
           function_bytes((uint32_t)slots);
}

/* ---- Writing ----------------------------------------------------------------------------- */

static void write_header(uint8_t *p, const zkb_trace *trace)
{
    const zkb_program *program = &trace->program;
    memset(p, 0, HEADER_BYTES);
    memcpy(p, magic, sizeof magic);
    zkb_store32(p + 8, VERSION);
    zkb_store32(p + 12, program->slot_count);
    zkb_store32(p + 16, program->entry);
    zkb_store32(p + 20, program->layout.frame_bytes);
    zkb_store32(p + 24, program->layout.max_frames);
    zkb_store32(p + 28, trace->start_frame_count);
    zkb_store32(p + 32, trace->start.depth);
    zkb_store32(p + 36, trace->start.pc);
    zkb_store64(p + 40, trace->start.count);
    zkb_store64(p + 48, trace->count);
    for (unsigned k = 0; k < ZKB_REGISTER_COUNT; k++) {
        zkb_store64(p + 64 + (size_t)8 * k, trace->start.r[k]);
    }
}

static uint8_t *write_program(uint8_t *p, const zkb_trace *trace)
{
    const zkb_program *program = &trace->program;
    memcpy(p, trace->start_frames, trace->start_frame_count * sizeof *trace->start_frames);
    p += trace->start_frame_count * sizeof *trace->start_frames;
    for (uint32_t i = 0; i < program->slot_count; i++) {
        zkb_instruction_encode(p, &program->code[i]);
        p += ZKB_INSTRUCTION_BYTES;
    }
    memset(p, 0, function_bytes(program->slot_count));
    for (uint32_t i = 0; i < program->slot_count; i++) {
        p[i / 8] |= (uint8_t)(program->function_start[i] != 0 ? 1u << i % 8 : 0u);
    }
    return p + function_bytes(program->slot_count);
}

static uint8_t *write_list(uint8_t *p, const zkb_trace *trace, const zkb_step *step)
{
    zkb_store32(p, step->words);
    p += 4;
    for (uint32_t k = 0; k < step->words; k++) {
        const zkb_memory_operation *word = &trace->accesses[step->access + k];
        zkb_store64(p, word->address);
        zkb_store64(p + 8, word->before);
        zkb_store64(p + 16, word->after);
        p += LISTED_BYTES;
    }
    return p;
}

static uint8_t *write_step(uint8_t *p, const zkb_trace *trace, const zkb_step *step)
{
    const uint8_t tag = tag_of(step);
    *p++ = tag;
    if ((tag & TAG_RESULT) != 0) {
        zkb_store64(p, step->result_after);
        p += 8;
    }
    if (((unsigned)tag >> TAG_WORDS_SHIFT & 3u) == WORDS_LISTED) {
        return write_list(p, trace, step);
    }
    for (uint32_t k = 0; k < step->words; k++) {
        zkb_store64(p, trace->accesses[step->access + k].before);
        p += 8;
        if ((tag & TAG_STORED) != 0) {
            zkb_store64(p, trace->accesses[step->access + k].after);
            p += 8;
        }
    }
    return p;
}

zkb_status zkb_trace_serialize(uint8_t **data, size_t *size, const zkb_trace *trace,
                               zkb_error *error)
{
    size_t total = fixed_bytes(trace->program.slot_count, trace->start_frame_count);
    *data = NULL;
    *size = 0;
    if (zkb_dialect_number(trace->program.dialect) != 0) {
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, WHERE, ZKB_NO_INDEX,
                        "trace files have no place for a program of dialect %u",
                        zkb_dialect_number(trace->program.dialect));
    }
    for (uint64_t i = 0; i < trace->count; i++) {
        const zkb_step *step = &trace->steps[i];
        const uint8_t tag = tag_of(step);
        const bool listed = ((unsigned)tag >> TAG_WORDS_SHIFT & 3u) == WORDS_LISTED;
        total += step_bytes(tag) + (listed ? LISTED_BYTES * (size_t)step->words : 0);
    }
    *data = malloc(total);
    if (*data == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX,
                        "no memory for %zu bytes of trace file", total);
    }
    write_header(*data, trace);
    uint8_t *p = write_program(*data + HEADER_BYTES, trace);
    for (uint64_t i = 0; i < trace->count; i++) {
        p = write_step(p, trace, &trace->steps[i]);
    }
    zkb_store64(*data + OFFSET_CHECKSUM, checksum(*data, total));
    *size = total;
    return ZKB_OK;
}

zkb_status zkb_trace_save(const zkb_trace *trace, const char *path, zkb_error *error)
{
    uint8_t *data;
    size_t size;
    ZKB_TRY(zkb_trace_serialize(&data, &size, trace, error));
    const zkb_status status = zkb_file_write_atomic(path, data, size, error);
    free(data);
    return status;
}

/* ---- Reading ----------------------------------------------------------------------------- */

typedef struct reader {
    const uint8_t *p;
    const uint8_t *end;
    const char *name;
    zkb_trace *trace;
    zkb_vm_slot *code;
    /* The VM as far as a trace tells it. */
    zkb_registers now;
    uint64_t count;
    uint32_t depth;
    zkb_frame *frames;
    uint64_t frame_capacity;
} reader;

static zkb_status malformed(const char *name, uint64_t index, const char *what, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, index,
                    index == ZKB_NO_INDEX ? "%s: %s" : "%s: %s (step %llu)", name, what,
                    (unsigned long long)index);
}

static zkb_status step_error(const reader *r, const char *what, zkb_error *error)
{
    return malformed(r->name, r->count, what, error);
}

/* Sizes and the checksum, before anything is believed. */
static zkb_status check_envelope(const uint8_t *data, size_t size, const char *name,
                                 zkb_error *error)
{
    if (size < HEADER_BYTES || memcmp(data, magic, sizeof magic) != 0) {
        return malformed(name, ZKB_NO_INDEX, "not a trace file", error);
    }
    if (zkb_load32(data + 8) != VERSION) {
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, WHERE, ZKB_NO_INDEX,
                        "%s: trace file version %u, this zkbpf reads version %u: record the trace "
                        "again",
                        name, zkb_load32(data + 8), VERSION);
    }
    const uint32_t slots = zkb_load32(data + 12);
    const uint32_t frames = zkb_load32(data + 28);
    if (slots > ZKB_MAX_SLOTS || fixed_bytes(slots, frames) > size) {
        return malformed(name, ZKB_NO_INDEX, "shorter than its header says", error);
    }
    /* Each step has at least a tag byte. */
    const uint64_t steps = zkb_load64(data + 48);
    if (steps > ZKB_TRACE_MAX_STEPS || steps > size - fixed_bytes(slots, frames)) {
        return malformed(name, ZKB_NO_INDEX, "shorter than its number of steps needs", error);
    }
    if (zkb_load64(data + OFFSET_CHECKSUM) != checksum(data, size)) {
        return malformed(name, ZKB_NO_INDEX, "wrong checksum: the file is damaged", error);
    }
    for (unsigned k = 64 + 8 * ZKB_REGISTER_COUNT; k < HEADER_BYTES; k++) {
        if (data[k] != 0) {
            return malformed(name, ZKB_NO_INDEX, "a reserved byte of the header is not 0", error);
        }
    }
    return ZKB_OK;
}

/* Code and function starts into *program, which owns them. */
static zkb_status read_program(zkb_program *program, const uint8_t *data, const uint8_t *code,
                               const char *name, zkb_error *error)
{
    zkb_error found;
    const uint32_t slots = zkb_load32(data + 12);
    const uint8_t *flags = code + (size_t)slots * ZKB_INSTRUCTION_BYTES;
    *program = (zkb_program){
        .slot_count = slots,
        .entry = zkb_load32(data + 16),
        .layout = {.frame_bytes = zkb_load32(data + 20), .max_frames = zkb_load32(data + 24)},
        .code = malloc((slots + (size_t)1) * sizeof *program->code),
        .function_start = malloc(slots + (size_t)1),
    };
    if (program->code == NULL || program->function_start == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "%s: out of memory", name);
    }
    for (uint32_t i = 0; i < slots; i++) {
        zkb_instruction_decode(&program->code[i], code + (size_t)i * ZKB_INSTRUCTION_BYTES);
        program->function_start[i] = (uint8_t)((unsigned)flags[i / 8] >> i % 8 & 1u);
    }
    if (slots % 8 != 0 && flags[slots / 8] >> slots % 8 != 0) {
        return malformed(name, ZKB_NO_INDEX, "a function starts beyond the code", error);
    }
    const zkb_status status = zkb_program_check(program, &found);
    if (status != ZKB_OK) {
        return zkb_fail(error, status, WHERE, found.index, "%s: %.200s", name, found.message);
    }
    return ZKB_OK;
}

/* Moves into a new frame: what CALL does. */
static zkb_status read_call(reader *r, zkb_step *step, uint64_t target, zkb_error *error)
{
    zkb_trace *trace = r->trace;
    const zkb_program *program = &trace->program;
    if (target >= program->slot_count || program->function_start[target] == 0) {
        return step_error(r, "an indirect call to an address that is not a function", error);
    }
    if (r->depth + 1 >= program->layout.max_frames) {
        return step_error(r, "calls deeper than the limit", error);
    }
    if (r->depth >= r->frame_capacity) {
        const uint64_t larger = 2 * r->frame_capacity + 16;
        zkb_frame *moved = realloc(r->frames, larger * sizeof *moved);
        if (moved == NULL) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, r->count, "%s: out of memory", r->name);
        }
        memset(moved + r->frame_capacity, 0, (larger - r->frame_capacity) * sizeof *moved);
        r->frames = moved;
        r->frame_capacity = larger;
    }
    zkb_frame *frame = &r->frames[r->depth];
    zkb_frame_step *record = &trace->frames[trace->frame_count];
    step->frame = (uint32_t)trace->frame_count++;
    record->step = (uint32_t)r->count;
    record->entry = r->depth;
    memcpy(record->before, frame->word, sizeof record->before);
    memcpy(record->registers, &r->now.r[6], sizeof record->registers);
    frame->word[0] = step->pc + (uint64_t)1;
    memcpy(&frame->word[1], &r->now.r[6], sizeof record->registers);
    memcpy(record->after, frame->word, sizeof record->after);
    r->depth++;
    step->next_pc = (uint32_t)target;
    return ZKB_OK;
}

static zkb_status read_exit(reader *r, zkb_step *step, zkb_error *error)
{
    zkb_trace *trace = r->trace;
    if (r->depth == 0) {
        step->next_pc = ZKB_PC_HALT;
        return ZKB_OK;
    }
    r->depth--;
    const zkb_frame *frame = &r->frames[r->depth];
    if (frame->word[0] >= trace->program.slot_count) {
        return step_error(r, "a return outside the program", error);
    }
    zkb_frame_step *record = &trace->frames[trace->frame_count];
    step->frame = (uint32_t)trace->frame_count++;
    record->step = (uint32_t)r->count;
    record->entry = r->depth;
    memcpy(record->before, frame->word, sizeof record->before);
    memcpy(record->after, frame->word, sizeof record->after);
    memcpy(record->registers, &r->now.r[6], sizeof record->registers);
    step->next_pc = (uint32_t)frame->word[0];
    return ZKB_OK;
}

/* Where a step leads, which follows from its tag and the registers. */
static zkb_status read_flow(reader *r, zkb_step *step, uint8_t tag, zkb_error *error)
{
    const zkb_vm_slot *d = &r->code[step->pc];
    const uint32_t slots = d->op == ZKB_OP_LDDW ? 2 : 1;
    const uint64_t jumped = step->pc + UINT64_C(1) + (uint64_t)(int64_t)d->jump;
    const bool taken = (tag & TAG_TAKEN) != 0;
    step->next_pc = step->pc + slots;
    switch (zkb_op_get((zkb_op)d->op)->shape) {
    case ZKB_SHAPE_JA:
    case ZKB_SHAPE_JA32:
        step->next_pc = (uint32_t)jumped;
        return ZKB_OK;
    case ZKB_SHAPE_JUMP_K:
    case ZKB_SHAPE_JUMP_X:
        step->next_pc = taken ? (uint32_t)jumped : step->next_pc;
        return ZKB_OK;
    case ZKB_SHAPE_CALL:
        return read_call(r, step, jumped, error);
    case ZKB_SHAPE_CALLX:
        if (step->result == ZKB_NO_REGISTER) {
            return (step->dst_value - ZKB_CODE_BASE) % 8 == 0
                       ? read_call(r, step, (step->dst_value - ZKB_CODE_BASE) / 8, error)
                       : step_error(r, "an indirect call to an address that is not a function",
                                    error);
        }
        step->next_pc = taken ? ZKB_PC_HALT : step->next_pc;
        return ZKB_OK;
    case ZKB_SHAPE_HELPER:
        step->next_pc = taken ? ZKB_PC_HALT : step->next_pc;
        return ZKB_OK;
    case ZKB_SHAPE_EXIT:
        return read_exit(r, step, error);
    default:
        return ZKB_OK;
    }
}

/* The words that the operation at step->pc touches, given the registers; the address follows. */
static uint32_t expected_words(const reader *r, zkb_step *step)
{
    const zkb_vm_slot *d = &r->code[step->pc];
    const uint32_t uses = zkb_op_uses((zkb_op)d->op);
    if ((uses & (ZKB_USE_MEMORY_READ | ZKB_USE_MEMORY_WRITE)) == 0) {
        return 0;
    }
    const bool load = zkb_op_get((zkb_op)d->op)->kind == ZKB_KIND_LOAD;
    step->address = (load ? step->src_value : step->dst_value) + (uint64_t)(int64_t)d->jump;
    return (step->address & 7) + zkb_op_get((zkb_op)d->op)->bytes > 8 ? 2 : 1;
}

/* ZKB_NO_REGISTER reads 0. */
static uint64_t read_register(const reader *r, uint8_t number)
{
    return number < ZKB_REGISTER_COUNT ? r->now.r[number] : 0;
}

/* A helper call's: an indirect one that writes a register called a helper. */
static void read_helper(reader *r, zkb_step *step, bool writes)
{
    if (step->op == ZKB_OP_CALLX && writes) {
        step->result = 0;
    } else if (step->op != ZKB_OP_CALL_HELPER) {
        return;
    }
    zkb_trace *trace = r->trace;
    for (unsigned i = 1; i <= ZKB_HELPER_ARGUMENTS; i++) {
        const uint64_t value = r->now.r[i];
        trace->accesses[trace->access_count++] = (zkb_memory_operation){i, value, value};
    }
    step->access = (uint32_t)trace->access_count;
}

/* The words that the operation accesses, of which the file has the content. */
static void read_words(reader *r, zkb_step *step, uint32_t words, bool stored)
{
    zkb_trace *trace = r->trace;
    if (words != 0) {
        step->access = (uint32_t)trace->access_count;
    }
    for (uint32_t k = 0; k < words; k++) {
        trace->accesses[trace->access_count++] = (zkb_memory_operation){
            .address = (step->address & ~UINT64_C(7)) + 8 * (uint64_t)k,
            .before = zkb_load64(r->p),
            .after = zkb_load64(r->p + (stored ? 8 : 0)),
        };
        r->p += stored ? 16 : 8;
    }
}

/* A helper's words; each has its address. */
static zkb_status read_list(reader *r, zkb_step *step, zkb_error *error)
{
    zkb_trace *trace = r->trace;
    step->words = zkb_load32(r->p);
    r->p += 4;
    if (step->words > ZKB_HELPER_MOST_WORDS ||
        step->words > (size_t)(r->end - r->p) / LISTED_BYTES || !is_helper(step)) {
        return step_error(r, "a list of more words than there can be", error);
    }
    for (uint32_t k = 0; k < step->words; k++) {
        const uint64_t address = zkb_load64(r->p);
        if (address % 8 != 0 || address >> 32 == 0) {
            return step_error(r, "an access to what is no word of memory", error);
        }
        trace->accesses[trace->access_count++] =
            (zkb_memory_operation){address, zkb_load64(r->p + 8), zkb_load64(r->p + 16)};
        r->p += LISTED_BYTES;
    }
    return ZKB_OK;
}

static void begin_step(const reader *r, zkb_step *step)
{
    const zkb_vm_slot *d = &r->code[r->now.pc];
    *step = (zkb_step){
        .pc = (uint32_t)r->now.pc,
        .depth = r->depth,
        .op = d->op,
        .dst = d->dst,
        .src = d->src,
        .result = d->result,
        .dst_value = read_register(r, d->dst),
        .frame = ZKB_NO_FRAME,
    };
    /* As recorded: a store's imm and a K operand stand in src_value. */
    step->src_value = read_register(r, d->src) + (uint64_t)d->imm;
}

static zkb_status read_step(reader *r, zkb_error *error)
{
    if (r->now.pc >= r->trace->program.slot_count || r->code[r->now.pc].op == ZKB_OP_INVALID) {
        return step_error(r, "the program counter is at no instruction", error);
    }
    if (r->p == r->end || step_bytes(*r->p) > (size_t)(r->end - r->p)) {
        return step_error(r, "the file ends within a step", error);
    }
    ZKB_TRY(zkb_trace_reserve(r->trace, 1, 1, MOST_ACCESSES, error));
    zkb_step *step = &r->trace->steps[r->trace->count];
    const uint8_t tag = *r->p++;
    begin_step(r, step);
    read_helper(r, step, (tag & TAG_RESULT) != 0);
    step->words = expected_words(r, step);
    step->result_before = read_register(r, step->result);
    if ((tag & TAG_RESULT) != 0) {
        step->result_after = zkb_load64(r->p);
        r->p += 8;
    }
    const uint32_t words = (unsigned)tag >> TAG_WORDS_SHIFT & 3u;
    if (words == WORDS_LISTED) {
        ZKB_TRY(read_list(r, step, error));
    } else {
        read_words(r, step, words, (tag & TAG_STORED) != 0);
    }
    ZKB_TRY(read_flow(r, step, tag, error));
    if (tag != tag_of(step)) {
        return step_error(r, "the tag does not belong to the instruction", error);
    }
    zkb_trace_apply(&r->now, r->trace, step);
    r->trace->count++;
    r->count++;
    return ZKB_OK;
}

static zkb_status read_steps(reader *r, uint64_t steps, zkb_error *error)
{
    while (r->count < steps) {
        ZKB_TRY(read_step(r, error));
    }
    if (r->p != r->end) {
        return malformed(r->name, ZKB_NO_INDEX, "bytes are left after the last step", error);
    }
    return zkb_trace_finish(r->trace, error);
}

/* The state before the first step. */
static zkb_status read_start(zkb_vm_state *start, const uint8_t *data, const char *name,
                             zkb_error *error)
{
    start->depth = zkb_load32(data + 32);
    start->pc = zkb_load32(data + 36);
    start->count = zkb_load64(data + 40);
    for (unsigned k = 0; k < ZKB_REGISTER_COUNT; k++) {
        start->r[k] = zkb_load64(data + 64 + (size_t)8 * k);
    }
    if (start->depth > zkb_load32(data + 28) ||
        zkb_load32(data + 28) >= zkb_load32(data + 24) + UINT64_C(1)) {
        return malformed(name, ZKB_NO_INDEX, "more call frames than there can be", error);
    }
    return ZKB_OK;
}

/* The reader's own memory, and the trace that it fills, from a checked program. */
static zkb_status prepare(reader *r, const uint8_t *data, const zkb_program *program,
                          zkb_error *error)
{
    zkb_vm_state start = {0};
    const uint32_t frame_count = zkb_load32(data + 28);
    ZKB_TRY(read_start(&start, data, r->name, error));
    r->frames = malloc((frame_count + (size_t)1) * sizeof *r->frames);
    r->code = malloc((program->slot_count + (size_t)1) * sizeof *r->code);
    if (r->frames == NULL || r->code == NULL) {
        (void)zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "%s: out of memory", r->name);
        return ZKB_ERROR_MEMORY;
    }
    memcpy(r->frames, data + HEADER_BYTES, frame_count * sizeof *r->frames);
    r->frame_capacity = frame_count;
    zkb_vm_decode(r->code, program);
    zkb_trace *trace = NULL;
    ZKB_TRY(zkb_trace_new(&trace, program, &start, r->frames, frame_count, error));
    r->trace = trace;
    zkb_trace_initial(&r->now, r->trace);
    r->depth = start.depth;
    return ZKB_OK;
}

static zkb_status parse_into(reader *r, const uint8_t *data, zkb_error *error)
{
    zkb_program program = {0};
    const uint8_t *code = data + HEADER_BYTES + zkb_load32(data + 28) * sizeof(zkb_frame);
    zkb_status status = read_program(&program, data, code, r->name, error);
    if (status == ZKB_OK) {
        status = prepare(r, data, &program, error);
    }
    r->p = code + (size_t)program.slot_count * ZKB_INSTRUCTION_BYTES +
           function_bytes(program.slot_count);
    free(program.code);
    free(program.function_start);
    return status == ZKB_OK ? read_steps(r, zkb_load64(data + 48), error) : status;
}

zkb_status zkb_trace_parse(zkb_trace **trace, const uint8_t *data, size_t size, const char *name,
                           zkb_error *error)
{
    reader r = {.name = name};
    *trace = NULL;
    ZKB_TRY(check_envelope(data, size, name, error));
    r.end = data + size;
    const zkb_status status = parse_into(&r, data, error);
    free(r.frames);
    free(r.code);
    if (status != ZKB_OK) {
        zkb_trace_destroy(r.trace);
        return status;
    }
    *trace = r.trace;
    return ZKB_OK;
}

zkb_status zkb_trace_load(zkb_trace **trace, const char *path, zkb_error *error)
{
    uint8_t *data;
    size_t size;
    *trace = NULL;
    ZKB_TRY(zkb_file_read_starting(&data, &size, path, magic, MOST_FILE_BYTES, error));
    const zkb_status status = zkb_trace_parse(trace, data, size, path, error);
    free(data);
    return status;
}
