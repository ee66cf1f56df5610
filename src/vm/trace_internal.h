/* The structure of a trace. */
#ifndef ZKB_VM_TRACE_INTERNAL_H
#define ZKB_VM_TRACE_INTERNAL_H

#include "vm/trace.h"
#include "vm/vm_internal.h"

/* Registers are kept whole before every 64th step; between, they follow from the steps. */
#define ZKB_TRACE_STRIDE 64u

struct zkb_trace {
    zkb_program program; /* own copy of the code; no data, no symbols */
    zkb_vm_state start;
    zkb_frame *start_frames; /* entries ever written before the start */
    uint32_t start_frame_count;
    zkb_step *steps; /* frame, access: indices into frames and accesses below */
    uint64_t count;
    uint64_t capacity;
    zkb_frame_step *frames;
    uint64_t frame_count;
    uint64_t frame_capacity;
    zkb_memory_operation *accesses;
    uint64_t access_count;
    uint64_t access_capacity;
    zkb_registers *snapshots; /* before steps 0, 64, 128, ... */
    zkb_registers final;
    uint64_t most_bytes;      /* of the arrays together; 0: any */
    const zkb_cancel *cancel; /* while it is made; or NULL */
};

/* An empty trace that begins in `start`, with copies of code and frames. */
zkb_status zkb_trace_new(zkb_trace **trace, const zkb_program *program, const zkb_vm_state *start,
                         const zkb_frame *frames, uint32_t frame_count, zkb_error *error);
/* Makes room for so many more steps, frame entries and accesses. ZKB_ERROR_LIMIT when that takes
 * more than most_bytes. */
zkb_status zkb_trace_reserve(zkb_trace *trace, uint64_t steps, uint64_t frames, uint64_t accesses,
                             zkb_error *error);
/* Computes snapshots and final registers once all steps are there. */
zkb_status zkb_trace_finish(zkb_trace *trace, zkb_error *error);
/* Registers after a step, from those before. */
void zkb_trace_apply(zkb_registers *registers, const zkb_trace *trace, const zkb_step *step);

#endif
