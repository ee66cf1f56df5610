/* The statement of a proof over tables: everything public, known to both sides and absorbed
 * before the first commitment of the prover. */
#ifndef ZKB_PROOF_STATEMENT_H
#define ZKB_PROOF_STATEMENT_H

#include "air/table.h"
#include "hash/transcript.h"
#include "proof/key.h"
#include "proof/limits.h"

/* A committed column whose commitment the statement dictates: it is absorbed with the statement,
 * is not in the proof, and is opened like every other column. */
typedef struct zkb_external_column {
    uint32_t table;  /* index in statement.tables */
    uint32_t column; /* index among the committed columns of its chip */
    zkb_g1_affine commitment;
} zkb_external_column;

/* All arrays are borrowed. A boundary term is a fraction that the verifier itself adds to the
 * buses' sum: give is +1 / (alpha + bus + sum_j beta^j tuple_j), take -1 / (...). The verifier
 * reads only the shapes of the tables, the prover their cells as well. Several tables may be of one
 * chip. */
typedef struct zkb_statement {
    const uint8_t *header; /* bytes of the caller's statement, bound and not interpreted */
    size_t header_size;
    const zkb_fr *public_values; /* likewise, field elements */
    size_t public_count;
    const zkb_table *tables;
    size_t table_count;
    const zkb_boundary_term *boundary;
    size_t boundary_count;
    const zkb_external_column *external; /* strictly rising by (table, column) */
    size_t external_count;
    unsigned log_stack; /* log2 of the coefficients of a stack, or of a taller column (stacks.h) */
} zkb_statement;

/* One table as the protocol orders them: by falling height, equal heights in the statement's
 * order. */
typedef struct zkb_layout_table {
    uint32_t table; /* index in statement.tables */
    uint32_t chip;  /* index in the key */
    unsigned log_height;
    uint64_t first_leaf;   /* of interaction 0; interaction i begins at first_leaf + i·2^h */
    uint32_t first_column; /* index of its first evaluation: committed, then preprocessed */
    uint32_t first_external, external_count; /* its part of statement.external */
} zkb_layout_table;

/* Every size of the protocol, derived from key and shapes alone. */
typedef struct zkb_layout {
    const zkb_layout_table *tables;
    uint32_t table_count;
    uint32_t interacting;    /* the tables with interactions; they are not always the first */
    uint32_t column_count;   /* K: evaluations */
    uint32_t sent_count;     /* S: commitments in the proof, stacks of columns */
    uint32_t stack_count;    /* all stacks: sent, external and of the key */
    unsigned log_leaves;     /* nu */
    unsigned log_height;     /* the largest */
    unsigned open_variables; /* n: max(ZKB_MIN_OPEN_VARIABLES, log_height, log_stack) */
    unsigned degree;         /* d of the joined sumcheck's round polynomials */
    uint64_t leaf_count;     /* without the padding */
    size_t claim_length;     /* coefficients of the polynomial that the claim is about */
    size_t proof_size;       /* bytes */
} zkb_layout;

/* The proof begins with a version, 4 bytes, little-endian. */
enum { ZKB_PROOF_HEADER_SIZE = 4, ZKB_PROOF_VERSION = 5 };

/* Columns of height 2^log_height in one stack that is sent. */
static inline uint64_t zkb_stack_columns(unsigned log_stack, unsigned log_height)
{
    return (uint64_t)1 << (log_stack > log_height ? log_stack - log_height : 0);
}

/* Bytes of scratch that zkb_layout_init takes from its arena. */
size_t zkb_layout_scratch(size_t table_count);

/* Checks the statement against the key and lays it out. layout->tables lives in the arena.
 * ZKB_ERROR_ARGUMENT names the table and what is wrong with it. */
zkb_status zkb_layout_init(zkb_layout *layout, zkb_arena *arena, const zkb_table_key *key,
                           const zkb_statement *statement, zkb_error *error) ZKB_MUST_USE;

/* Starts the transcript, sets its hook (NULL but in tests) and absorbs key and statement: the first
 * messages of the protocol. */
void zkb_statement_absorb(zkb_transcript *transcript, const zkb_transcript_hook *hook,
                          const zkb_table_key *key, const zkb_statement *statement,
                          const zkb_layout *layout);

#endif
