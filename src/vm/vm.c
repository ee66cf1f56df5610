/* Making VMs and looking at them. */
#include "vm/helper.h"
#include "vm/vm_internal.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "vm"

/* Whole-segment sizes of the six regions. */
typedef struct region_sizes {
    uint64_t bytes[ZKB_MAP_ENTRIES];
    uint64_t writable_from[ZKB_MAP_ENTRIES];
} region_sizes;

static region_sizes sizes_of(const zkb_program *program, uint64_t public_bytes,
                             uint64_t private_bytes, bool public_input_writable)
{
    const zkb_memory_layout *layout = &program->layout;
    region_sizes s = {0};
    const uint64_t writable = zkb_program_writable_start(program);
    s.bytes[ZKB_REGION_INDEX_PROGRAM] = writable + zkb_round_to_segments(program->writable_bytes);
    s.writable_from[ZKB_REGION_INDEX_PROGRAM] = writable;
    s.bytes[ZKB_REGION_INDEX_STACK] =
        zkb_round_to_segments((uint64_t)layout->frame_bytes * layout->max_frames);
    s.bytes[ZKB_REGION_INDEX_HEAP] = zkb_round_to_segments(layout->heap_bytes);
    s.bytes[ZKB_REGION_INDEX_OUTPUT] = zkb_output_room(layout);
    s.bytes[ZKB_REGION_INDEX_PUBLIC_INPUT] = zkb_round_to_segments(public_bytes);
    s.bytes[ZKB_REGION_INDEX_PRIVATE_INPUT] = zkb_round_to_segments(private_bytes);
    s.writable_from[ZKB_REGION_INDEX_PRIVATE_INPUT] = s.bytes[ZKB_REGION_INDEX_PRIVATE_INPUT];
    if (!public_input_writable) {
        s.writable_from[ZKB_REGION_INDEX_PUBLIC_INPUT] = s.bytes[ZKB_REGION_INDEX_PUBLIC_INPUT];
    }
    return s;
}

static bool is_writable(const region_sizes *s, unsigned region)
{
    return s->writable_from[region] < s->bytes[region];
}

/* Numbers the segments of all regions that have a writable part. */
static void number_segments(zkb_vm *vm, const region_sizes *s)
{
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        zkb_mapping *m = &vm->map[i];
        m->start = (uint64_t)i << 32;
        m->size = s->bytes[i];
        m->writable_from = s->writable_from[i];
        m->first_segment = vm->segment_count;
        m->segments = is_writable(s, i) ? (uint32_t)(m->size / ZKB_SEGMENT_BYTES) : 0;
        vm->segment_count += m->segments;
    }
}

/* Whether a clone takes this region's memory from its origin. */
static bool is_shared(const zkb_vm *vm, unsigned region) { return vm->map[region].segments == 0; }

static size_t arena_bytes(const zkb_vm *vm, bool clone)
{
    size_t total = 0;
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        if (!clone || !is_shared(vm, i)) {
            total += zkb_arena_cost(vm->map[i].size);
        }
    }
    total += 2 * zkb_arena_cost(vm->segment_count); /* dirty and listed */
    total += zkb_arena_cost(vm->segment_count * sizeof *vm->held);
    total += zkb_arena_cost(vm->segment_count * sizeof *vm->touched);
    total += zkb_arena_cost(vm->program->layout.max_frames * sizeof *vm->frames);
    if (!clone) {
        total += zkb_arena_cost(((size_t)vm->program->slot_count + 1) * sizeof *vm->code);
        total += zkb_arena_cost(vm->helper_count * sizeof *vm->helpers);
        total += zkb_arena_cost(vm->public_bytes);
    }
    return total;
}

/* All allocations from the arena succeed: it was sized by arena_bytes. */
static void allocate_state(zkb_vm *vm)
{
    zkb_arena *arena = &vm->arena;
    vm->dirty = zkb_arena_alloc(arena, vm->segment_count, 1);
    vm->listed = zkb_arena_alloc(arena, vm->segment_count, 1);
    vm->held = zkb_arena_alloc(arena, vm->segment_count, sizeof *vm->held);
    vm->touched = zkb_arena_alloc(arena, vm->segment_count, sizeof *vm->touched);
    vm->frames = zkb_arena_alloc(arena, vm->program->layout.max_frames, sizeof *vm->frames);
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        vm->map[i].dirty = vm->dirty + vm->map[i].first_segment;
    }
}

static void fill_program_region(zkb_vm *vm)
{
    const zkb_program *program = vm->program;
    zkb_mapping *m = &vm->map[ZKB_REGION_INDEX_PROGRAM];
    if (program->read_only_bytes != 0) {
        memcpy(m->base, program->read_only, program->read_only_bytes);
    }
    if (program->writable_bytes != 0) {
        memcpy(m->base + m->writable_from, program->writable, program->writable_bytes);
    }
}

static void set_entry_state(zkb_vm *vm)
{
    vm->state = (zkb_vm_state){.pc = vm->program->entry};
    vm->state.r[1] = ZKB_REGION_PUBLIC_INPUT;
    vm->state.r[2] = vm->public_bytes;
    vm->state.r[3] = ZKB_REGION_PRIVATE_INPUT;
    vm->state.r[4] = vm->private_bytes;
    vm->state.r[5] = ZKB_REGION_OUTPUT;
    vm->state.r[ZKB_FRAME_POINTER] = ZKB_REGION_STACK + vm->program->layout.frame_bytes;
    vm->outcome = ZKB_OUTCOME_PAUSED;
    vm->fault = ZKB_FAULT_NONE;
    vm->fault_address = 0;
}

static void fill_new(zkb_vm *vm, const uint8_t *public_input, const uint8_t *private_input,
                     const zkb_vm_options *options)
{
    zkb_arena *arena = &vm->arena;
    allocate_state(vm);
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        vm->map[i].base = zkb_arena_alloc(arena, vm->map[i].size, 1);
    }
    zkb_vm_slot *code =
        zkb_arena_alloc(arena, (size_t)vm->program->slot_count + 1, sizeof *vm->code);
    zkb_vm_decode(code, vm->program);
    vm->code = code;
    vm->helpers = zkb_arena_alloc(arena, vm->helper_count, sizeof *vm->helpers);
    if (vm->helper_count != 0) {
        memcpy(vm->helpers, options->helpers, vm->helper_count * sizeof *vm->helpers);
    }
    fill_program_region(vm);
    if (vm->public_bytes != 0) {
        memcpy(vm->map[ZKB_REGION_INDEX_PUBLIC_INPUT].base, public_input, vm->public_bytes);
    }
    if (vm->private_bytes != 0) {
        memcpy(vm->map[ZKB_REGION_INDEX_PRIVATE_INPUT].base, private_input, vm->private_bytes);
    }
    if (vm->public_input_writable && vm->public_bytes != 0) {
        uint8_t *initial = zkb_arena_alloc(arena, vm->public_bytes, 1);
        memcpy(initial, public_input, vm->public_bytes);
        vm->public_initial = initial;
    }
    set_entry_state(vm);
}

static zkb_status out_of_memory(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "no memory for a VM");
}

static zkb_status check_inputs(const uint8_t *public_input, size_t public_bytes,
                               const uint8_t *private_input, size_t private_bytes, zkb_error *error)
{
    if (public_bytes > ZKB_MAX_REGION_BYTES || private_bytes > ZKB_MAX_REGION_BYTES) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX,
                        "%s input of %zu bytes: at most %llu fit in its region",
                        public_bytes > ZKB_MAX_REGION_BYTES ? "public" : "private",
                        public_bytes > ZKB_MAX_REGION_BYTES ? public_bytes : private_bytes,
                        (unsigned long long)ZKB_MAX_REGION_BYTES);
    }
    if ((public_input == NULL && public_bytes != 0) ||
        (private_input == NULL && private_bytes != 0)) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, WHERE, ZKB_NO_INDEX,
                        "the %s input is NULL and has %zu bytes",
                        public_bytes != 0 && public_input == NULL ? "public" : "private",
                        public_bytes != 0 && public_input == NULL ? public_bytes : private_bytes);
    }
    return ZKB_OK;
}

zkb_status zkb_vm_create(zkb_vm **vm, const zkb_program *program, const uint8_t *public_input,
                         size_t public_bytes, const uint8_t *private_input, size_t private_bytes,
                         const zkb_vm_options *options, zkb_error *error)
{
    const zkb_vm_options defaults = {0};
    *vm = NULL;
    ZKB_TRY(zkb_program_check(program, error));
    ZKB_TRY(check_inputs(public_input, public_bytes, private_input, private_bytes, error));
    if (options == NULL) {
        options = &defaults;
    }
    ZKB_TRY(zkb_helpers_check(options->helpers, options->helper_count, error));
    zkb_vm *v = calloc(1, sizeof *v);
    if (v == NULL) {
        return out_of_memory(error);
    }
    v->program = program;
    v->public_bytes = public_bytes;
    v->private_bytes = private_bytes;
    v->public_input_writable = options->public_input_writable;
    v->helper_count = options->helper_count;
    v->helpers_by_register = options->helpers_by_register;
    v->max_instructions =
        options->max_instructions != 0 ? options->max_instructions : ZKB_DEFAULT_MAX_INSTRUCTIONS;
    const region_sizes sizes =
        sizes_of(program, public_bytes, private_bytes, options->public_input_writable);
    number_segments(v, &sizes);
    const zkb_status status = zkb_arena_create(&v->arena, arena_bytes(v, false), error);
    if (status != ZKB_OK) {
        free(v);
        return status;
    }
    fill_new(v, public_input, private_input, options);
    *vm = v;
    return ZKB_OK;
}

zkb_status zkb_vm_clone(zkb_vm **vm, const zkb_vm *origin, zkb_error *error)
{
    *vm = NULL;
    zkb_vm *v = calloc(1, sizeof *v);
    if (v == NULL) {
        return out_of_memory(error);
    }
    memcpy(v->map, origin->map, sizeof v->map);
    v->code = origin->code;
    v->program = origin->program;
    v->max_instructions = origin->max_instructions;
    v->helpers = origin->helpers;
    v->helper_count = origin->helper_count;
    v->helpers_by_register = origin->helpers_by_register;
    v->public_input_writable = origin->public_input_writable;
    v->public_bytes = origin->public_bytes;
    v->private_bytes = origin->private_bytes;
    v->public_initial = origin->public_initial;
    v->segment_count = origin->segment_count;
    const zkb_status status = zkb_arena_create(&v->arena, arena_bytes(v, true), error);
    if (status != ZKB_OK) {
        free(v);
        return status;
    }
    allocate_state(v);
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        v->map[i].written = 0;
        if (!is_shared(v, i)) {
            v->map[i].base = zkb_arena_alloc(&v->arena, v->map[i].size, 1);
        }
    }
    if (!is_shared(v, ZKB_REGION_INDEX_PROGRAM)) {
        fill_program_region(v);
    }
    if (v->public_initial != NULL) {
        memcpy(v->map[ZKB_REGION_INDEX_PUBLIC_INPUT].base, v->public_initial, v->public_bytes);
    }
    set_entry_state(v);
    *vm = v;
    return ZKB_OK;
}

void zkb_vm_destroy(zkb_vm *vm)
{
    if (vm == NULL) {
        return;
    }
    for (uint32_t i = 0; i < vm->touched_count; i++) {
        zkb_snapshot_release(vm->held[vm->touched[i]]);
    }
    zkb_arena_destroy(&vm->arena);
    free(vm);
}

/* The region that segment number `segment` is part of. */
static const zkb_mapping *mapping_of(const zkb_vm *vm, uint32_t segment)
{
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        if (segment - vm->map[i].first_segment < vm->map[i].segments) {
            return &vm->map[i];
        }
    }
    return NULL;
}

uint8_t *zkb_vm_live_segment(const zkb_vm *vm, uint32_t segment)
{
    const zkb_mapping *m = mapping_of(vm, segment);
    return m->base + (uint64_t)(segment - m->first_segment) * ZKB_SEGMENT_BYTES;
}

/* Copies what [from, from + size) has of the segment at `offset`. */
static void overlay(uint8_t *data, uint64_t offset, const uint8_t *from, uint64_t size)
{
    if (offset < size) {
        const uint64_t left = size - offset;
        memcpy(data, from + offset, left < ZKB_SEGMENT_BYTES ? left : ZKB_SEGMENT_BYTES);
    }
}

void zkb_vm_initial_segment(uint8_t *data, const zkb_vm *vm, uint32_t segment)
{
    const zkb_mapping *m = mapping_of(vm, segment);
    const uint64_t offset = (uint64_t)(segment - m->first_segment) * ZKB_SEGMENT_BYTES;
    memset(data, 0, ZKB_SEGMENT_BYTES);
    if (m->start == ZKB_REGION_PROGRAM && offset >= m->writable_from) {
        overlay(data, offset - m->writable_from, vm->program->writable,
                vm->program->writable_bytes);
    } else if (m->start == ZKB_REGION_PUBLIC_INPUT) {
        overlay(data, offset, vm->public_initial, vm->public_bytes);
    }
}

const zkb_program *zkb_vm_program(const zkb_vm *vm) { return vm->program; }

void zkb_vm_state_get(zkb_vm_state *state, const zkb_vm *vm) { *state = vm->state; }

void zkb_vm_result_get(zkb_vm_result *result, const zkb_vm *vm)
{
    *result = (zkb_vm_result){
        .outcome = vm->outcome,
        .r0 = vm->state.r[0],
        .count = vm->state.count,
        .output_bytes = vm->map[ZKB_REGION_INDEX_OUTPUT].written,
        .fault = vm->fault,
        .pc = vm->state.pc,
        .address = vm->fault_address,
        .helper = vm->fault_helper,
        .argument = vm->fault_argument,
    };
}

const zkb_frame *zkb_vm_frames(const zkb_vm *vm, uint32_t *count)
{
    *count = vm->frames_used;
    return vm->frames;
}

void zkb_vm_region(zkb_region_view *view, const zkb_vm *vm, zkb_region region)
{
    const zkb_mapping *m = &vm->map[(unsigned)region % ZKB_MAP_ENTRIES];
    *view = (zkb_region_view){
        .start = m->start,
        .bytes = m->size,
        .writable_from = m->writable_from,
        .data = m->size != 0 ? m->base : NULL,
    };
}

const uint8_t *zkb_vm_output(const zkb_vm *vm, size_t *bytes)
{
    *bytes = vm->map[ZKB_REGION_INDEX_OUTPUT].written;
    return vm->map[ZKB_REGION_INDEX_OUTPUT].base;
}

/* Runs one of the loops up to pause_at or the budget, whichever is first. */
static void advance(zkb_vm *vm, uint64_t pause_at, zkb_step_batch *batch, zkb_vm_result *result)
{
    if (vm->outcome == ZKB_OUTCOME_PAUSED) {
        const uint64_t count = vm->state.count;
        const uint64_t stop = pause_at < vm->max_instructions ? pause_at : vm->max_instructions;
        uint64_t budget = stop > count ? stop - count : 0;
        if (batch != NULL) {
            budget = budget < batch->capacity ? budget : batch->capacity;
            zkb_vm_loop_recording(vm, budget, batch);
        } else {
            zkb_vm_loop(vm, budget, NULL);
        }
        if (vm->outcome == ZKB_OUTCOME_PAUSED && vm->state.count >= vm->max_instructions &&
            pause_at > vm->max_instructions && (batch == NULL || batch->count == 0)) {
            vm->outcome = ZKB_OUTCOME_FAULTED;
            vm->fault = ZKB_FAULT_BUDGET;
        }
    }
    zkb_vm_result_get(result, vm);
}

void zkb_vm_run(zkb_vm *vm, uint64_t pause_at, zkb_vm_result *result)
{
    advance(vm, pause_at, NULL, result);
}

zkb_status zkb_step_batch_create(zkb_step_batch *batch, uint32_t capacity, zkb_error *error)
{
    *batch = (zkb_step_batch){.capacity = capacity};
    batch->steps = malloc(((size_t)capacity + 1) * sizeof *batch->steps);
    batch->frames = malloc(((size_t)capacity + 1) * sizeof *batch->frames);
    batch->accesses = malloc(zkb_step_batch_accesses(capacity) * sizeof *batch->accesses);
    if (batch->steps == NULL || batch->frames == NULL || batch->accesses == NULL) {
        zkb_step_batch_destroy(batch);
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX,
                        "no memory for a batch of %u steps", capacity);
    }
    return ZKB_OK;
}

void zkb_step_batch_destroy(zkb_step_batch *batch)
{
    free(batch->steps);
    free(batch->frames);
    free(batch->accesses);
    *batch = (zkb_step_batch){0};
}

void zkb_vm_record(zkb_vm *vm, zkb_step_batch *batch, uint64_t pause_at, zkb_vm_result *result)
{
    batch->count = 0;
    batch->frame_count = 0;
    batch->access_count = 0;
    batch->start = vm->state;
    advance(vm, pause_at, batch, result);
}
