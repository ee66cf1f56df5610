/* Declarations that the parts of the VM share. */
#ifndef ZKB_VM_VM_INTERNAL_H
#define ZKB_VM_VM_INTERNAL_H

#include "base/arena.h"
#include "vm/check.h"
#include "vm/vm.h"

#include <stdatomic.h>

/* A slot of code made ready to run. Registers that the instruction does not use are
 * ZKB_NO_REGISTER, which always reads 0 and is never written. */
typedef struct zkb_vm_slot {
    uint8_t op;
    uint8_t dst; /* of CALLX the register that holds the target */
    uint8_t src;
    uint8_t result; /* register written */
    int32_t jump;   /* slots beyond the next, or bytes added to an address */
    int64_t imm;    /* sign-extended operand, LDDW's constant; 0 if there is none */
} zkb_vm_slot;

/* Fills code[0 .. slot_count] from a checked program. The second slots of LDDW and the element
 * after the last slot become ZKB_OP_INVALID, which faults. */
void zkb_vm_decode(zkb_vm_slot *code, const zkb_program *program);

/* A region as an access sees it. Entry i of the map serves addresses i << 32 ..; entries without a
 * region have size 0. 64 bytes, so that indexing is a shift. */
typedef struct zkb_mapping {
    uint64_t start;
    uint64_t size;
    uint64_t writable_from;
    uint64_t written; /* one past the last byte written */
    uint8_t *base;
    uint8_t *dirty; /* a flag for each segment: written since the last checkpoint or restore */
    uint32_t first_segment; /* number of the region's first segment among all that have flags */
    uint32_t segments;      /* that have flags; 0 when nothing is writable */
    uint64_t unused;
} zkb_mapping;

#define ZKB_MAP_ENTRIES 8u

/* A copy of one segment, shared by checkpoints and machines. */
typedef struct zkb_snapshot {
    atomic_uint references;
    _Alignas(64) uint8_t data[ZKB_SEGMENT_BYTES];
} zkb_snapshot;

typedef struct zkb_saved_segment {
    uint32_t number;
    zkb_snapshot *snapshot;
} zkb_saved_segment;

struct zkb_checkpoint {
    zkb_vm_state state;
    zkb_outcome outcome;
    zkb_fault fault;
    uint64_t fault_address;
    uint64_t written[ZKB_MAP_ENTRIES];
    uint32_t frame_count;
    zkb_frame *frames;
    uint32_t segment_count;
    zkb_saved_segment *segments; /* rising by number */
};

struct zkb_vm {
    zkb_mapping map[ZKB_MAP_ENTRIES];
    zkb_vm_state state;
    zkb_outcome outcome;
    zkb_fault fault;
    uint64_t fault_address;
    const char *fault_helper; /* NULL, or the name of the helper that refused fault_argument */
    uint8_t fault_argument;
    const zkb_vm_slot *code;
    zkb_frame *frames;    /* max_frames entries */
    uint32_t frames_used; /* entries ever written */
    const zkb_program *program;
    uint64_t max_instructions;
    zkb_helper *helpers;
    size_t helper_count;
    bool helpers_by_register;
    bool public_input_writable;
    uint64_t public_bytes;
    uint64_t private_bytes;

    /* Segments with flags are numbered through all regions. Invariant: a segment whose flag is
     * clear has the content of held[i], or its initial content when that is NULL. */
    uint32_t segment_count;
    uint8_t *dirty;
    zkb_snapshot **held;
    uint32_t *touched; /* numbers of the segments whose held is or was not NULL */
    uint8_t *listed;   /* flags: which segments are in touched */
    uint32_t touched_count;
    const uint8_t *public_initial; /* when the public input is writable: its initial bytes */

    zkb_arena arena;
};

/* The mapping entry that serves an address; an access of n bytes at offset = address - start fits
 * if offset + n <= size. An address beyond the entry's own range gives an offset of at least 2^32,
 * far from overflow, hence beyond the size: start has the same three bits 32..34 as address. */
static inline zkb_mapping *zkb_map_entry(zkb_mapping *map, uint64_t address)
{
    return &map[address >> 32 & (ZKB_MAP_ENTRIES - 1)];
}

/* Marks what a store to [at, at + bytes) of a region changes; bytes <= ZKB_SEGMENT_BYTES. */
static inline void zkb_mark_written(zkb_mapping *m, uint64_t at, uint64_t bytes)
{
    m->dirty[at / ZKB_SEGMENT_BYTES] = 1;
    m->dirty[(at + bytes - 1) / ZKB_SEGMENT_BYTES] = 1;
    m->written = at + bytes > m->written ? at + bytes : m->written;
}

/* Initial content of segment number i into data. */
void zkb_vm_initial_segment(uint8_t *data, const zkb_vm *vm, uint32_t segment);
/* The live bytes of segment number i. */
uint8_t *zkb_vm_live_segment(const zkb_vm *vm, uint32_t segment);

void zkb_snapshot_release(zkb_snapshot *snapshot);

/* The two loops: execute up to `budget` instructions from vm->state, update state, outcome and
 * fault. The recording one stops at batch->capacity as well and appends to the batch. */
void zkb_vm_loop(zkb_vm *vm, uint64_t budget, zkb_step_batch *batch);
void zkb_vm_loop_recording(zkb_vm *vm, uint64_t budget, zkb_step_batch *batch);

#endif
