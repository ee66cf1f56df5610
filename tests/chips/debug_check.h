/* The debug checker: evaluates constraints and balances buses directly over a plain witness, and
 * describes in words what does not hold. It is exact and uses no challenges. It uses malloc; it is
 * for tests and for authors of chips. */
#ifndef ZKB_TESTS_DEBUG_CHECK_H
#define ZKB_TESTS_DEBUG_CHECK_H

#include "air/table.h"

typedef struct zkb_air_witness {
    const zkb_table *tables;
    size_t table_count;
    const zkb_boundary_term *boundary;
    size_t boundary_count;
    /* Per table the preprocessed columns of the verifying key, to be compared with the table's;
     * the list, or a table's entry in it, may be NULL. */
    const zkb_column_data *const *key_preprocessed;
    unsigned max_log_height;
} zkb_air_witness;

typedef enum zkb_air_failure_kind {
    ZKB_AIR_SHAPE,        /* a table's height, active rows or instances */
    ZKB_AIR_CELL,         /* a cell at or above 2^bits, or not canonical */
    ZKB_AIR_TAIL,         /* a committed cell on a padding row that is not zero */
    ZKB_AIR_PREPROCESSED, /* a preprocessed cell that differs from the key's */
    ZKB_AIR_CONSTRAINT,   /* a constraint that is not zero on a row */
    ZKB_AIR_BUS           /* a tuple whose multiplicities do not sum to zero */
} zkb_air_failure_kind;

typedef struct zkb_air_failure {
    zkb_air_failure_kind kind;
    size_t table;      /* index; SIZE_MAX when a boundary term alone is to blame */
    uint64_t row;      /* the first row to blame */
    uint32_t index;    /* column, constraint or interaction of the chip */
    const char *chip;  /* name; "boundary" for a boundary term */
    const char *name;  /* of column, constraint or bus */
    char message[640]; /* one line that says it all */
} zkb_air_failure;

/* Called once for each failure; returns whether to go on. */
typedef bool (*zkb_air_failure_fn)(void *context, const zkb_air_failure *failure);

/* Checks everything. ZKB_OK when all holds; ZKB_ERROR_REJECTED otherwise, with the first failure's
 * message in *error. With report == NULL it stops at the first failure; else every failure is
 * reported, constraints before buses. */
zkb_status zkb_air_check(const zkb_air_witness *witness, zkb_air_failure_fn report, void *context,
                         zkb_error *error) ZKB_MUST_USE;

/* Tries many other values for every committed cell of the rows below row_end of an honest table:
 * ±1, 0, 1, negation, ±2^16, ±2^32, ±2^64, a flip of each bit of the column's width up to 64, and
 * a few large elements. Calls report for each change that nothing objects to. ZKB_OK unless memory
 * runs out or the callback stops it (ZKB_ERROR_CANCELLED). */
typedef struct zkb_air_free_cell {
    uint64_t row;
    uint32_t column;
    const char *name;
    zkb_fr honest, accepted;
} zkb_air_free_cell;
typedef bool (*zkb_air_free_cell_fn)(void *context, const zkb_air_free_cell *cell);
zkb_status zkb_air_probe_cells(const zkb_table *table, uint64_t row_end,
                               zkb_air_free_cell_fn report, void *context,
                               zkb_error *error) ZKB_MUST_USE;

/* The same, but the rest of the witness may adapt, as a false prover's would: no objection is what
 * the row gives on a permutation bus, nor a lookup whose new tuple its table provides. What is left
 * objects: constraints, what the row takes, lookups of what no table has, how often a table
 * provides. So every change reported is an output of the row that its inputs do not determine, or a
 * free cell. The witness is honest. */
zkb_status zkb_air_probe_outputs(const zkb_air_witness *witness, size_t table, uint64_t row_end,
                                 zkb_air_free_cell_fn report, void *context,
                                 zkb_error *error) ZKB_MUST_USE;

/* Decimal for integers below 2^64 and their negatives, else hexadecimal. size >= 68. */
void zkb_fr_describe(char *text, size_t size, const zkb_fr *value);

#endif
