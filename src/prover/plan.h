/* Plans where to cut a run into chunks. The boundaries follow only from the program, its input and
 * the limits, never from threads or timing, so every mode gives the same proofs. */
#ifndef ZKB_PROVER_PLAN_H
#define ZKB_PROVER_PLAN_H

#include "machine/writer.h"
#include "vm/trace.h"

typedef struct zkb_plan_limits {
    unsigned log_rows;   /* of a chip's table, at most: zkb_table_log_rows */
    uint64_t chunk_size; /* most instructions of a chunk */
    uint32_t segments;   /* most segments that a chunk touches */
    uint64_t bytes;      /* most memory for proving rows of instructions and words of segments */
    uint32_t row_bytes[ZKB_CHIP_COUNT]; /* of that, for a row of each chip */
} zkb_plan_limits;

/* The limits of a run with chips of either kind of lookups. */
void zkb_plan_limits_init(zkb_plan_limits *limits, unsigned log_rows, uint64_t chunk_size,
                          zkb_chip *const *chips);

/* Leads through a run, batch by batch. */
typedef struct zkb_plan {
    const zkb_program_columns *columns;
    zkb_plan_limits limits;
    zkb_vm *vm;                /* runs ahead of every chunk; owned. NULL: steps has all of them */
    const zkb_trace *expected; /* that every step must agree with, or NULL */
    uint64_t recorded;         /* steps put in the batch so far */
    zkb_step_batch batch;
    const zkb_step *steps; /* the batch's, or a trace's */
    const zkb_memory_operation *accesses;
    uint32_t step_count;
    uint32_t at;                   /* the next of these steps */
    uint64_t count;                /* instructions planned */
    uint64_t rows[ZKB_CHIP_COUNT]; /* of the chunk being planned */
    uint64_t bytes;                /* that proving it takes, of those that the limits count */
} zkb_plan;

/* origin is in its initial state and outlives the plan. */
zkb_status zkb_plan_create(zkb_plan *plan, const zkb_vm *origin, const zkb_program_columns *columns,
                           const zkb_plan_limits *limits, zkb_error *error) ZKB_MUST_USE;
/* The same over the steps of a trace, which outlive the plan. */
void zkb_plan_over_trace(zkb_plan *plan, const zkb_trace *trace, const zkb_program_columns *columns,
                         const zkb_plan_limits *limits);
void zkb_plan_destroy(zkb_plan *plan);

/* The end of the next chunk, as a number of instructions since the start; *more is false when there
 * is none. plan->rows and plan->bytes are then those of that chunk. ZKB_ERROR_UNSUPPORTED names an
 * instruction that no chip proves; ZKB_ERROR_MISMATCH the step in which plan->expected differs. */
zkb_status zkb_plan_next(uint64_t *end, bool *more, zkb_plan *plan, zkb_error *error) ZKB_MUST_USE;

#endif
