/* Where a run is cut into chunks. Boundaries follow from the program, its input and the limits
 * alone, never from threads or timing, so that every mode gives the same proofs. */
#ifndef ZKB_PROVER_PLAN_H
#define ZKB_PROVER_PLAN_H

#include "machine/writer.h"

typedef struct zkb_plan_limits {
    unsigned k;          /* a table has at most 2^k rows */
    uint64_t chunk_size; /* most instructions of a chunk */
    uint32_t segments;   /* most segments that a chunk touches */
} zkb_plan_limits;

/* Leads through a run, batch by batch. */
typedef struct zkb_plan {
    const zkb_program_columns *columns;
    zkb_plan_limits limits;
    zkb_vm *vm; /* runs ahead of every chunk; owned */
    zkb_step_batch batch;
    uint32_t at;    /* the next step of the batch */
    uint64_t count; /* instructions planned */
    bool ended;
    uint64_t rows[ZKB_CHIP_COUNT]; /* of the chunk being planned */
} zkb_plan;

/* origin is in its initial state and outlives the plan. */
zkb_status zkb_plan_create(zkb_plan *plan, const zkb_vm *origin, const zkb_program_columns *columns,
                           const zkb_plan_limits *limits, zkb_error *error) ZKB_MUST_USE;
void zkb_plan_destroy(zkb_plan *plan);

/* The end of the next chunk, as a number of instructions since the start; *more is false when there
 * is none. plan->rows then says how many rows each chip has in it. ZKB_ERROR_UNSUPPORTED names an
 * instruction that no chip proves. */
zkb_status zkb_plan_next(uint64_t *end, bool *more, zkb_plan *plan, zkb_error *error) ZKB_MUST_USE;

#endif
