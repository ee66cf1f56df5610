/* Checkpoints: copies of the segments that changed, shared between checkpoints by reference
 * count. */
#include "vm/vm_internal.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "checkpoint"

typedef struct saved_segment {
    uint32_t number;
    uint64_t address;
    zkb_snapshot *snapshot;
} saved_segment;

struct zkb_checkpoint {
    zkb_vm_state state;
    zkb_outcome outcome;
    zkb_fault fault;
    uint64_t fault_address;
    uint64_t written[ZKB_MAP_ENTRIES];
    uint32_t frame_count;
    zkb_frame *frames;
    uint32_t segment_count;
    saved_segment *segments; /* rising by number */
    size_t own_bytes;
};

void zkb_snapshot_release(zkb_snapshot *snapshot)
{
    if (snapshot != NULL &&
        atomic_fetch_sub_explicit(&snapshot->references, 1, memory_order_acq_rel) == 1) {
        free(snapshot);
    }
}

static void retain(zkb_snapshot *snapshot)
{
    if (snapshot != NULL) {
        atomic_fetch_add_explicit(&snapshot->references, 1, memory_order_relaxed);
    }
}

/* Makes `snapshot` the content that the VM holds for a segment. */
static void hold(zkb_vm *vm, uint32_t segment, zkb_snapshot *snapshot)
{
    retain(snapshot);
    zkb_snapshot_release(vm->held[segment]);
    vm->held[segment] = snapshot;
    vm->dirty[segment] = 0;
}

/* Remembers a segment that so far held its initial content. */
static void note_touched(zkb_vm *vm, uint32_t segment)
{
    if (vm->listed[segment] == 0) {
        vm->listed[segment] = 1;
        vm->touched[vm->touched_count++] = segment;
    }
}

/* The first dirty segment at or after `from`; segment_count if there is none. */
static uint32_t next_dirty(const zkb_vm *vm, uint32_t from)
{
    const uint8_t *found =
        from < vm->segment_count ? memchr(vm->dirty + from, 1, vm->segment_count - from) : NULL;
    return found != NULL ? (uint32_t)(found - vm->dirty) : vm->segment_count;
}

/* Copies every dirty segment into a snapshot. On failure the VM is unharmed: each segment is
 * either dirty or held. */
static zkb_status save_dirty(zkb_vm *vm, size_t *bytes, zkb_error *error)
{
    for (uint32_t i = next_dirty(vm, 0); i < vm->segment_count; i = next_dirty(vm, i + 1)) {
        zkb_snapshot *snapshot = aligned_alloc(_Alignof(zkb_snapshot), sizeof *snapshot);
        if (snapshot == NULL) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, vm->state.count,
                            "no memory for a copy of segment %u", i);
        }
        atomic_init(&snapshot->references, 0);
        memcpy(snapshot->data, zkb_vm_live_segment(vm, i), ZKB_SEGMENT_BYTES);
        note_touched(vm, i);
        hold(vm, i, snapshot);
        *bytes += sizeof *snapshot;
    }
    return ZKB_OK;
}

static uint64_t segment_address(const zkb_vm *vm, uint32_t segment)
{
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        const zkb_mapping *m = &vm->map[i];
        if (segment - m->first_segment < m->segments) {
            return m->start + (uint64_t)(segment - m->first_segment) * ZKB_SEGMENT_BYTES;
        }
    }
    return 0;
}

static int compare_segments(const void *a, const void *b)
{
    const uint32_t x = ((const saved_segment *)a)->number;
    const uint32_t y = ((const saved_segment *)b)->number;
    return (x > y) - (x < y);
}

static void fill_segments(zkb_checkpoint *c, const zkb_vm *vm)
{
    for (uint32_t i = 0; i < vm->touched_count; i++) {
        const uint32_t number = vm->touched[i];
        if (vm->held[number] != NULL) {
            retain(vm->held[number]);
            c->segments[c->segment_count++] = (saved_segment){
                .number = number,
                .address = segment_address(vm, number),
                .snapshot = vm->held[number],
            };
        }
    }
    qsort(c->segments, c->segment_count, sizeof *c->segments, compare_segments);
}

zkb_status zkb_checkpoint_create(zkb_checkpoint **checkpoint, zkb_vm *vm, zkb_error *error)
{
    size_t bytes = sizeof **checkpoint;
    *checkpoint = NULL;
    ZKB_TRY(save_dirty(vm, &bytes, error));
    zkb_checkpoint *c = calloc(1, sizeof *c);
    if (c != NULL) {
        c->frames = malloc((vm->frames_used + (size_t)1) * sizeof *c->frames);
        c->segments = malloc((vm->touched_count + (size_t)1) * sizeof *c->segments);
    }
    if (c == NULL || c->frames == NULL || c->segments == NULL) {
        zkb_checkpoint_destroy(c);
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, vm->state.count,
                        "no memory for a checkpoint");
    }
    c->state = vm->state;
    c->outcome = vm->outcome;
    c->fault = vm->fault;
    c->fault_address = vm->fault_address;
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        c->written[i] = vm->map[i].written;
    }
    c->frame_count = vm->frames_used;
    memcpy(c->frames, vm->frames, vm->frames_used * sizeof *c->frames);
    fill_segments(c, vm);
    c->own_bytes =
        bytes + vm->frames_used * sizeof *c->frames + vm->touched_count * sizeof *c->segments;
    *checkpoint = c;
    return ZKB_OK;
}

void zkb_checkpoint_destroy(zkb_checkpoint *checkpoint)
{
    if (checkpoint == NULL) {
        return;
    }
    for (uint32_t i = 0; i < checkpoint->segment_count; i++) {
        zkb_snapshot_release(checkpoint->segments[i].snapshot);
    }
    free(checkpoint->segments);
    free(checkpoint->frames);
    free(checkpoint);
}

static saved_segment *find_segment(const zkb_checkpoint *c, uint32_t number)
{
    const saved_segment key = {.number = number};
    return bsearch(&key, c->segments, c->segment_count, sizeof key, compare_segments);
}

/* Brings one segment to `snapshot`, or to its initial content when that is NULL. */
static void restore_segment(zkb_vm *vm, uint32_t segment, zkb_snapshot *snapshot)
{
    if (vm->held[segment] == snapshot && vm->dirty[segment] == 0) {
        return;
    }
    uint8_t *live = zkb_vm_live_segment(vm, segment);
    if (snapshot != NULL) {
        memcpy(live, snapshot->data, ZKB_SEGMENT_BYTES);
        note_touched(vm, segment);
    } else {
        zkb_vm_initial_segment(live, vm, segment);
    }
    hold(vm, segment, snapshot);
}

void zkb_checkpoint_restore(zkb_vm *vm, const zkb_checkpoint *checkpoint)
{
    const zkb_checkpoint *c = checkpoint;
    for (uint32_t i = 0; i < c->segment_count; i++) {
        restore_segment(vm, c->segments[i].number, c->segments[i].snapshot);
    }
    /* What the VM has changed besides goes back to the start: segments that it holds and
     * those still dirty, the checkpoint's own being clean by now. */
    for (uint32_t i = 0; i < vm->touched_count; i++) {
        if (vm->held[vm->touched[i]] != NULL && find_segment(c, vm->touched[i]) == NULL) {
            restore_segment(vm, vm->touched[i], NULL);
        }
    }
    for (uint32_t i = next_dirty(vm, 0); i < vm->segment_count; i = next_dirty(vm, i + 1)) {
        restore_segment(vm, i, NULL);
    }
    for (unsigned i = 0; i < ZKB_MAP_ENTRIES; i++) {
        vm->map[i].written = c->written[i];
    }
    if (vm->frames_used > c->frame_count) {
        memset(vm->frames + c->frame_count, 0,
               (vm->frames_used - c->frame_count) * sizeof *vm->frames);
    }
    memcpy(vm->frames, c->frames, c->frame_count * sizeof *vm->frames);
    vm->frames_used = c->frame_count;
    vm->state = c->state;
    vm->outcome = c->outcome;
    vm->fault = c->fault;
    vm->fault_address = c->fault_address;
}

const zkb_vm_state *zkb_checkpoint_state(const zkb_checkpoint *checkpoint)
{
    return &checkpoint->state;
}

const zkb_frame *zkb_checkpoint_frames(const zkb_checkpoint *checkpoint, uint32_t *count)
{
    *count = checkpoint->frame_count;
    return checkpoint->frames;
}

static int compare_address(const void *key, const void *element)
{
    const uint64_t x = *(const uint64_t *)key;
    const uint64_t y = ((const saved_segment *)element)->address;
    return (x > y) - (x < y);
}

const uint8_t *zkb_checkpoint_segment(const zkb_checkpoint *checkpoint, uint64_t address)
{
    /* Numbers rise with addresses. */
    const saved_segment *found = bsearch(&address, checkpoint->segments, checkpoint->segment_count,
                                         sizeof *checkpoint->segments, compare_address);
    return found != NULL ? found->snapshot->data : NULL;
}

size_t zkb_checkpoint_bytes(const zkb_checkpoint *checkpoint) { return checkpoint->own_bytes; }
