/* What the proof of one chunk takes, counted on its tables. */
#ifndef ZKB_PROVER_COST_CHUNK_H
#define ZKB_PROVER_COST_CHUNK_H

#include "curve/msm_count.h"
#include "machine/writer.h"
#include "proof/key.h"

/* Steps of proving, each of which takes about the same time wherever it occurs. cost_time.h says
 * how long. */
typedef struct zkb_cost_work {
    zkb_msm_work commit; /* sums of stacks and of segments */
    uint64_t sums;       /* of those */
    zkb_msm_work open;   /* the long sums of the opening */
    uint64_t cells;      /* combined into one polynomial */
    uint64_t gathered;   /* coefficients of what is gathered and folded */
    uint64_t sent;       /* elements and points of proofs, as a verifier reads them */
    uint64_t leaves;     /* of the fraction tree: [0] with the numerator 1 or -1, [1] others */
    uint64_t other_leaves;
    uint64_t rounds;    /* of the fractions' sumchecks */
    uint64_t inputs;    /* cells of the joined sumcheck */
    uint64_t products;  /* multiplications of its first round, at every point */
    uint64_t evaluated; /* cells of columns evaluated */
    uint64_t tables;
    uint64_t segments; /* touched */
    uint64_t instructions;
} zkb_cost_work;

typedef struct zkb_chunk_cost {
    size_t proof_bytes;   /* in the proof file */
    size_t column_bytes;  /* of the writer */
    size_t scratch_bytes; /* of the prover, on one thread */
    uint64_t cells;       /* committed */
    uint64_t leaves;
    unsigned variables; /* of the claim that is left, */
    uint64_t length;    /* and coefficients of its polynomial */
    zkb_cost_work work;
} zkb_chunk_cost;

/* A claim of a chunk, or of several that are folded. */
typedef struct zkb_cost_claim {
    unsigned variables;
    uint64_t length;
} zkb_cost_claim;

void zkb_cost_work_add(zkb_cost_work *sum, const zkb_cost_work *work);

/* Folds the claims in place, as the tree of a run does, and opens what is left: adds the work, and
 * says how many bytes of the proof file folds and opening are. */
uint64_t zkb_cost_fold(zkb_cost_work *work, zkb_cost_claim *claims, uint32_t count);

/* writer has been ended. key has the chips and the height of the program table; nothing else of it
 * is read. */
zkb_status zkb_chunk_cost_count(zkb_chunk_cost *cost, const zkb_chunk_writer *writer,
                                unsigned log_stack, const zkb_table_key *key,
                                zkb_error *error) ZKB_MUST_USE;

#endif
