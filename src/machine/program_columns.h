/* A program as the program table holds it: decoded once, shared by all chunks. */
#ifndef ZKB_MACHINE_PROGRAM_COLUMNS_H
#define ZKB_MACHINE_PROGRAM_COLUMNS_H

#include "air/table.h"
#include "machine/program_row.h"

#define ZKB_PROGRAM_COLUMNS 6u

typedef struct zkb_program_columns {
    const zkb_program *program; /* borrowed */
    unsigned log_slots;         /* height of the program table */
    zkb_program_row *decoded;   /* per slot */
    uint16_t *code;
    uint8_t *dst, *src;
    uint64_t *imm;
    uint32_t *target;
    zkb_column_data preprocessed[ZKB_PROGRAM_COLUMNS]; /* in the program chip's order */
} zkb_program_columns;

/* program has passed the load-time check and outlives *out. The caller ends *out with
 * zkb_program_columns_clear. */
zkb_status zkb_program_columns_init(zkb_program_columns *out, const zkb_program *program,
                                    zkb_error *error) ZKB_MUST_USE;
void zkb_program_columns_clear(zkb_program_columns *columns);

#endif
