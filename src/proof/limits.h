/* Bounds that the verifier checks for every statement. So nothing that the prover says sets the
 * size of anything, and the soundness bounds of docs/protocol.md apply. */
#ifndef ZKB_PROOF_LIMITS_H
#define ZKB_PROOF_LIMITS_H

enum {
    ZKB_MAX_LOG_HEIGHT = 24,    /* log2 rows of a table */
    ZKB_MAX_LOG_LEAVES = 30,    /* log2 of all leaves: rows times interactions, summed */
    ZKB_MAX_TABLES = 1024,      /* tables of one proof */
    ZKB_MAX_COLUMNS = 65536,    /* columns of one proof */
    ZKB_MAX_CHIPS = 256,        /* chips of one key */
    ZKB_MAX_BOUNDARY = 65536,   /* boundary terms */
    ZKB_MIN_OPEN_VARIABLES = 13 /* the opening never runs on fewer; see docs/protocol.md */
};

#endif
