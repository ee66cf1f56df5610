/* A table of a proof: a chip with its height, active rows, instance constants and cells. */
#ifndef ZKB_AIR_TABLE_H
#define ZKB_AIR_TABLE_H

#include "air/air.h"

/* The shape of one table, public: it is in the statement and absorbed. */
typedef struct zkb_table_shape {
    const zkb_chip *chip;
    unsigned log_height;     /* rows = 2^log_height */
    uint64_t active;         /* n: rows [0, n) are active, 0 <= n <= 2^log_height */
    const zkb_fr *instances; /* the chip's instance constants, in order of declaration */
} zkb_table_shape;

/* Cells of one column: `length` leading cells in the storage of the column's bits (1 and 8:
 * uint8_t, 16: uint16_t, 32: uint32_t, 64: uint64_t, 254: zkb_fr); cells from length to
 * 2^log_height are zero and not stored. */
typedef struct zkb_column_data {
    const void *cells;
    uint64_t length;
} zkb_column_data;

/* Columns in order of declaration, committed and preprocessed each in its own array. */
typedef struct zkb_table {
    zkb_table_shape shape;
    const zkb_column_data *committed;
    const zkb_column_data *preprocessed;
} zkb_table;

/* A term of the statement that is added to a bus: what the outside gives or takes once. The tuple
 * has the bus's arity. */
typedef struct zkb_boundary_term {
    const zkb_bus *bus;
    bool give;
    const zkb_fr *tuple;
} zkb_boundary_term;

#endif
