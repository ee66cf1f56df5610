/* The statement of one chunk, and the same statement over tables. Prover and verifier build it with
 * the same function; the prover then adds the cells. */
#ifndef ZKB_MACHINE_STATEMENT_H
#define ZKB_MACHINE_STATEMENT_H

#include "machine/chunk.h"
#include "machine/segments.h"
#include "proof/statement.h"

/* A table that is not a segment: instruction chips, refresh, lookups. */
typedef struct zkb_chunk_table {
    zkb_chip_id chip;
    uint8_t log_height;
    uint64_t active;
} zkb_chunk_table;

/* A segment that the chunk touches. Read-only ones have before = after. */
typedef struct zkb_chunk_segment {
    uint64_t base;   /* its name, see segments.h */
    uint32_t active; /* words from its first one that the table offers to accesses */
    zkb_g1_affine before, after;
} zkb_chunk_segment;

/* The clock of a chunk stays below this, so that times fit 32 bits with room. */
#define ZKB_MAX_CLOCK (UINT32_C(1) << 28)
#define ZKB_MAX_CHUNKS (UINT32_C(1) << 20)

typedef struct zkb_chunk_statement {
    zkb_run_lengths lengths;
    unsigned log_stack; /* of zkb_statement; the same in all chunks of a run */
    uint32_t index;     /* of the chunk in the run */
    zkb_chunk_boundary boundary;
    const zkb_chunk_table *tables; /* rising by chip, each height and count within bounds */
    uint32_t table_count;
    const zkb_chunk_segment *segments; /* strictly rising by base */
    uint32_t segment_count;
} zkb_chunk_statement;

/* Bytes of arena that zkb_chunk_statement_tables takes. */
size_t zkb_chunk_statement_scratch(uint32_t table_count, uint32_t segment_count);

/* The statement over tables: the chunk's tables, then one table for each segment, with the
 * boundary terms of chunk.h, the segments' commitments as external columns, and everything else as
 * header bytes. All arrays live in the arena; tables[] have shapes and no cells. Rejects
 * (ZKB_ERROR_REJECTED) what no honest chunk says: unknown or unordered chips or segments, a clock
 * out of range, instructions that do not sum to the clock, a read-only segment that changes. */
zkb_status zkb_chunk_statement_tables(zkb_statement *out, zkb_table **tables, zkb_arena *arena,
                                      const zkb_machine_key *key, const zkb_chunk_statement *chunk,
                                      zkb_error *error) ZKB_MUST_USE;

/* The same over tables that a prover has made with their shapes and cells, in this order; they are
 * borrowed and taken as they are: it trusts their shapes, which a verifier must not, and so must
 * call zkb_chunk_statement_tables. */
zkb_status zkb_chunk_statement_over(zkb_statement *out, const zkb_table *tables, zkb_arena *arena,
                                    const zkb_machine_key *key, const zkb_chunk_statement *chunk,
                                    zkb_error *error) ZKB_MUST_USE;

/* The key of a chunk's proof: of the fewest chips that have all of its tables. */
const zkb_table_key *zkb_chunk_statement_key(const zkb_machine_key *key,
                                             const zkb_chunk_statement *chunk);

/* The state in which a run begins. */
void zkb_run_initial_state(zkb_machine_state *out, const zkb_program_record *record,
                           const zkb_run_lengths *lengths);

#endif
