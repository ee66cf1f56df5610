/* The state of the machine before and after a chunk, as the chunk's statement has it, and the bus
 * terms that follow from it. */
#ifndef ZKB_MACHINE_CHUNK_H
#define ZKB_MACHINE_CHUNK_H

#include "air/table.h"
#include "machine/bus.h"

/* The machine between two instructions, without memory. A halted machine has pc ZKB_PC_HALT. */
typedef struct zkb_machine_state {
    uint64_t r[ZKB_REGISTER_COUNT];
    uint32_t pc;
    uint32_t depth;
} zkb_machine_state;

typedef struct zkb_chunk_boundary {
    zkb_machine_state before, after;
    uint32_t clock_end;                         /* 1 + instructions of the chunk */
    uint32_t register_time[ZKB_REGISTER_COUNT]; /* of each register's last access, 0 if none */
} zkb_chunk_boundary;

/* The state bus begins at (1, pc, depth) and ends at (clock_end, pc, depth); register i begins as
 * (register, i, value, 0) and ends as (register, i, value, register_time). */
#define ZKB_CHUNK_TERMS (2 + 2 * ZKB_REGISTER_COUNT)
typedef struct zkb_chunk_terms {
    zkb_boundary_term terms[ZKB_CHUNK_TERMS];
    zkb_fr tuples[ZKB_CHUNK_TERMS][4];
} zkb_chunk_terms;

/* terms point into *out itself. */
void zkb_chunk_terms_make(zkb_chunk_terms *out, const zkb_chunk_boundary *boundary);

#endif
