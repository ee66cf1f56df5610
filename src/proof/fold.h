/* Folding: up to sixteen claims become one. The tree of folds follows from the number of chunks
 * alone: groups of sixteen by index, then groups of those, a group of one passed up as it is. What
 * both sides share; docs/protocol.md, section "Folding". */
#ifndef ZKB_PROOF_FOLD_H
#define ZKB_PROOF_FOLD_H

#include "proof/claim.h"

enum { ZKB_FOLD_MOST = 16 };

/* Where a fold stands in the tree: level 0 folds chunks. A full group does not depend on how many
 * there are in all, so it can be folded while later chunks are still being proved. */
typedef struct zkb_fold_place {
    unsigned level;
    uint32_t index; /* of the group in its level */
    uint32_t count; /* claims in the group: 2 to ZKB_FOLD_MOST */
} zkb_fold_place;

/* Starts the fold's transcript with its place and the claims' digests, and squeezes eta. Sets
 * out->variables, the largest among the claims; out->value, sum_i eta^i value_i; weights[i] =
 * eta^i; points[i]: the claim's point with zeros for the variables that it lacks. */
void zkb_fold_start(zkb_open_claim *out, zkb_fr weights[ZKB_FOLD_MOST],
                    zkb_fr points[ZKB_FOLD_MOST][ZKB_MERCURY_MAX_VARIABLES],
                    const zkb_fold_place *place, const zkb_open_claim *const *claims,
                    const zkb_transcript_hook *hook);

#endif
