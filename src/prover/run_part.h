/* The structure behind the public handle of parts, and part files: docs/formats.md, "Part files".
 */
#ifndef ZKB_PROVER_RUN_PART_H
#define ZKB_PROVER_RUN_PART_H

#include "prover/assemble.h"
#include "prover/prove_chunk.h"
#include "prover/run_folds.h"

/* Something of a level of the tree of folds: the messages of its group `index`, or its claim number
 * `index` (run_folds.h). */
typedef struct zkb_part_piece {
    unsigned level;
    uint32_t index;
    const uint8_t *bytes; /* in the file; of a claim as proved_bytes.h has them */
    size_t size;
} zkb_part_piece;

struct zkb_run_part {
    uint8_t *bytes; /* the file; owned */
    size_t size;
    char *name;              /* for messages; owned */
    uint32_t first, count;   /* chunks */
    uint32_t part, parts;    /* number `part` of `parts`, counted from 0, when it was made */
    zkb_fr plan;             /* the plan's digest */
    zkb_chunk_bytes *chunks; /* `count`, in the file; the array is owned */
    zkb_part_piece *folds;   /* of the groups that lie wholly inside; owned */
    uint32_t fold_count;
    zkb_part_piece *claims; /* what is left to be folded with others; owned */
    uint32_t claim_count;
};

/* What a part is made of. */
typedef struct zkb_part_content {
    uint32_t first, count;
    uint32_t part, parts;
    const zkb_fr *plan;
    const zkb_chunk_bytes *chunks;
    const zkb_run_folds *folds; /* of these chunks, no others */
} zkb_part_content;

zkb_status zkb_run_part_make(zkb_run_part **out, const zkb_part_content *content,
                             zkb_error *error) ZKB_MUST_USE;

#endif
