/* Recorded runs. The public part of the interface is in zkbpf.h. */
#ifndef ZKB_VM_TRACE_H
#define ZKB_VM_TRACE_H

#include "base/cancel.h"
#include "vm/vm.h"

/* The most steps of a trace in memory or in a file (6 GiB). */

/* What ends a recording early. */
typedef struct zkb_trace_limits {
    uint64_t steps;           /* 0, or more than that: ZKB_TRACE_MAX_STEPS */
    uint64_t bytes;           /* of memory for the trace; 0: any */
    const zkb_cancel *cancel; /* or NULL */
} zkb_trace_limits;

/* Runs vm from where it stands until it stops or `pause_at` instructions have been executed in all,
 * and records every step. limits: NULL for ZKB_TRACE_MAX_STEPS alone. ZKB_ERROR_LIMIT or
 * ZKB_ERROR_CANCELLED, and no trace, when one of them ends it. A run that faults gives ZKB_OK and a
 * trace up to the fault; *result says so. The trace keeps nothing of vm. */
zkb_status zkb_trace_record(zkb_trace **trace, zkb_vm *vm, uint64_t pause_at,
                            const zkb_trace_limits *limits, zkb_vm_result *result,
                            zkb_error *error) ZKB_MUST_USE;

/* The recorded steps themselves, without frames, and the accesses that they point to. */
const zkb_step *zkb_trace_steps(const zkb_trace *trace);
const zkb_memory_operation *zkb_trace_accesses(const zkb_trace *trace);

/* The code that ran, without data and symbols. */
const zkb_program *zkb_trace_program(const zkb_trace *trace);

/* A trace file as bytes: what zkb_trace_load and zkb_trace_save read and write. *data is malloc'd
 * and freed by the caller; parse accepts any bytes and reads nothing beyond size. `name` appears in
 * messages. */
zkb_status zkb_trace_serialize(uint8_t **data, size_t *size, const zkb_trace *trace,
                               zkb_error *error) ZKB_MUST_USE;
zkb_status zkb_trace_parse(zkb_trace **trace, const uint8_t *data, size_t size, const char *name,
                           zkb_error *error) ZKB_MUST_USE;

#endif
