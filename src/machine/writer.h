/* Turns recorded steps of one chunk into the columns of the machine's tables.
 *
 *     zkb_chunk_writer_begin(w, chips, columns, arena, log_rows, planned, error);
 *     zkb_chunk_writer_steps(w, batch, &taken, error)   until it takes fewer than given
 *     zkb_chunk_writer_end(w, vm, error);
 *     w->tables, w->table_count
 *
 * A chunk is closed by the caller, or when a step's chips have no room left. The rows of one chip
 * become several tables where they are more than zkb_table_rows: a proof is opened over as many
 * rows as its tallest table has, in two sums of that many full-size terms, while one more table
 * costs some small sums and 64 bytes a column. */
#ifndef ZKB_MACHINE_WRITER_H
#define ZKB_MACHINE_WRITER_H

#include "air/table.h"
#include "machine/list.h"
#include "machine/program_columns.h"
#include "machine/segments.h"

/* A memory segment or the frame array, touched in this chunk. */
typedef struct zkb_touched_segment {
    zkb_segment_info info;
    uint64_t base;   /* its name */
    uint64_t *init;  /* 2^log_words words at the chunk's start */
    uint64_t *final; /* and end */
    uint32_t *time;  /* of the last access, 0 if none */
} zkb_touched_segment;

/* Cells that one instruction accesses, at most; the words of a helper's call come in addition. */
#define ZKB_STEP_MOST_ACCESSES 16u
#define ZKB_MAX_TOUCHED 512u /* segments in one chunk */
/* Compact providers are cut into tables of at most 2^13 rows, or 2^k if that is more. */
#define ZKB_PROVIDER_LOG_ROWS 13u
#define ZKB_MAX_PROVIDER_TABLES (65536u >> ZKB_PROVIDER_LOG_ROWS)
/* The height of the wide lookup tables, which chips' tables may have too. */
#define ZKB_WIDE_LOG_ROWS 16u
#define ZKB_MAX_CHIP_TABLES 4u
#define ZKB_MAX_CHUNK_TABLES                                                                       \
    (ZKB_CHIP_COUNT * ZKB_MAX_CHIP_TABLES + ZKB_MAX_TOUCHED + 2 * ZKB_MAX_PROVIDER_TABLES)

typedef struct zkb_chip_rows {
    void **columns; /* as many as the chip has committed ones */
    uint64_t count;
    uint64_t capacity; /* 0: the columns are not allocated yet */
} zkb_chip_rows;

struct zkb_chunk_writer {
    zkb_chip *const *chips;
    const zkb_program_columns *columns;
    zkb_arena *arena;
    uint64_t private_bytes; /* of the run's private input: set before zkb_chunk_writer_end */
    const uint64_t *planned;
    unsigned log_rows;

    zkb_chip_rows rows[ZKB_CHIP_COUNT];
    zkb_counts counts;
    uint32_t clock; /* of the next instruction; the first has 1 */
    uint32_t register_time[ZKB_REGISTER_COUNT];
    zkb_touched_segment segments[ZKB_MAX_TOUCHED];
    uint32_t segment_count;
    uint32_t segment_last; /* the one found last */
    bool full;             /* a limit inside a step: the arena or the segments ran out */
    uint16_t differences[ZKB_HELPER_MOST_WORDS]; /* of the words of a helper's call */

    /* After zkb_chunk_writer_end: */
    zkb_table tables[ZKB_MAX_CHUNK_TABLES];
    zkb_chip_id table_chips[ZKB_MAX_CHUNK_TABLES];
    uint32_t table_segments[ZKB_MAX_CHUNK_TABLES]; /* index into segments, or UINT32_MAX */
    uint32_t table_count;
};

/* log2 of the rows that a table of a chip may have, with a setup of 2^k powers: as many as the wide
 * lookup tables, or as a stack if that is more. What the writer calls log_rows. */
static inline unsigned zkb_table_log_rows(unsigned k, unsigned log_stack)
{
    const unsigned most = log_stack > ZKB_WIDE_LOG_ROWS ? log_stack : ZKB_WIDE_LOG_ROWS;
    return k < most ? k : most;
}

/* How many rows of one chip a chunk may have. */
static inline uint64_t zkb_chip_rows_most(unsigned log_rows)
{
    return (uint64_t)ZKB_MAX_CHIP_TABLES << log_rows;
}

/* Arena bytes that a chunk may need (address space: memory is committed as rows are written).
 * planned: the rows that each instruction chip will have (ZKB_CHIP_COUNT numbers, none above
 * zkb_chip_rows_most), or NULL when that is not known: 2^log_rows of each. */
size_t zkb_chunk_writer_scratch(zkb_chip *const *chips, unsigned log_rows, const uint64_t *planned,
                                const zkb_program *program);

/* chips, columns, planned (as above) and arena must outlive the writer; columns live in the
 * arena. */
zkb_status zkb_chunk_writer_begin(zkb_chunk_writer *w, zkb_chip *const *chips,
                                  const zkb_program_columns *columns, zkb_arena *arena,
                                  unsigned log_rows, const uint64_t *planned,
                                  zkb_error *error) ZKB_MUST_USE;

/* Writes steps of the batch from `first` on; *taken counts those written. Fewer than given: the
 * chunk is full before the next one. ZKB_ERROR_UNSUPPORTED for a step that no chip proves. */
zkb_status zkb_chunk_writer_steps(zkb_chunk_writer *w, uint32_t *taken, const zkb_step_batch *batch,
                                  uint32_t first, zkb_error *error) ZKB_MUST_USE;

/* Makes the tables. vm stands where the chunk ends. */
zkb_status zkb_chunk_writer_end(zkb_chunk_writer *w, const zkb_vm *vm,
                                zkb_error *error) ZKB_MUST_USE;

#endif
