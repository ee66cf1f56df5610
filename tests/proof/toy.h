/* A small machine with one of everything that the proof system knows: tables of one chip, tables of
 * different heights, padding rows, a lookup, a preprocessed table, virtual columns, instance
 * constants, boundary terms, an external column, a table without interactions. */
#ifndef ZKB_TESTS_TOY_H
#define ZKB_TESTS_TOY_H

#include "kzg/accumulator.h"
#include "kzg/srs.h"
#include "proof/opened.h"
#include "proof/statement.h"

enum {
    TOY_CHAIN_TABLES = 2, /* of the chip `chain` */
    TOY_TABLES = 5,
    TOY_SRS_K = 13
};

/* Rows of the tables of the chain, and log2 heights; 0 rows are allowed. */
typedef struct toy_shape {
    unsigned chain_log[TOY_CHAIN_TABLES];
    uint64_t chain_rows[TOY_CHAIN_TABLES];
    unsigned plain_log; /* a table without interactions */
    bool with_external; /* the plain table's column comes from the statement */
} toy_shape;

typedef struct toy {
    toy_shape shape;
    zkb_chip *chain, *bytes, *squares, *plain;
    zkb_chip_key chips[4];
    zkb_g1_affine fixed; /* the chip squares' columns: one stack */
    zkb_table_key key;
    zkb_table tables[TOY_TABLES];
    zkb_column_data columns[TOY_TABLES][8];
    zkb_column_data fixed_columns[2];
    zkb_fr instances[TOY_CHAIN_TABLES][1];
    zkb_boundary_term boundary[2];
    zkb_fr start[2], end[2];
    zkb_fr public_values[3];
    zkb_external_column external;
    zkb_statement statement;
    void *cells[64]; /* owned */
    unsigned cell_count;
} toy;

/* Makes chips, key and an honest witness. The SRS has 2^TOY_SRS_K powers. */
void toy_create(toy *t, const zkb_srs *srs, const toy_shape *shape);
void toy_destroy(toy *t);

/* A setup from a known tau. */
void toy_srs(zkb_srs *srs);

/* What the pairing decides, L = tau·R, with the known tau. */
bool toy_accumulator_holds(const zkb_accumulator *accumulator);

/* Proves, the opening included, and verifies, what the pairing decides included; the first status
 * that is not ZKB_OK, with *error. */
zkb_status toy_prove(uint8_t **proof, size_t *size, const toy *t, const zkb_srs *srs,
                     unsigned threads, zkb_error *error);
zkb_status toy_verify(const toy *t, const uint8_t *proof, size_t size, zkb_error *error);

#endif
