/* Checkpoints: copies of the segments that changed, shared between checkpoints by reference
 * count. */
#include "vm/vm_internal.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "checkpoint"

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
static zkb_status save_dirty(zkb_vm *vm, zkb_error *error)
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
    }
    return ZKB_OK;
}

static int compare_segments(const void *a, const void *b)
{
    const uint32_t x = ((const zkb_saved_segment *)a)->number;
    const uint32_t y = ((const zkb_saved_segment *)b)->number;
    return (x > y) - (x < y);
}

static void fill_segments(zkb_checkpoint *c, const zkb_vm *vm)
{
    for (uint32_t i = 0; i < vm->touched_count; i++) {
        const uint32_t number = vm->touched[i];
        if (vm->held[number] != NULL) {
            retain(vm->held[number]);
            c->segments[c->segment_count++] = (zkb_saved_segment){
                .number = number,
                .snapshot = vm->held[number],
            };
        }
    }
    qsort(c->segments, c->segment_count, sizeof *c->segments, compare_segments);
}

zkb_status zkb_checkpoint_create(zkb_checkpoint **checkpoint, zkb_vm *vm, zkb_error *error)
{
    *checkpoint = NULL;
    ZKB_TRY(save_dirty(vm, error));
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

static zkb_saved_segment *find_segment(const zkb_checkpoint *c, uint32_t number)
{
    const zkb_saved_segment key = {.number = number};
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
