/* Claims about openings: what proofs over tables, and folds of claims, end with. */
#ifndef ZKB_PROOF_CLAIM_H
#define ZKB_PROOF_CLAIM_H

#include "hash/transcript.h"
#include "kzg/mercury.h"

/* The polynomial of a commitment is worth `value` at `point`: sum_i eq(i, point) f_i = value, over
 * the first 2^variables coefficients. Which commitment, the transcript says (docs/protocol.md); a
 * prover holds the polynomial beside this, a verifier the commitment. */
typedef struct zkb_open_claim {
    unsigned variables;
    zkb_fr point[ZKB_MERCURY_MAX_VARIABLES];
    zkb_fr value;
    zkb_fr digest;             /* squeezed last: it fixes commitment, point and value */
    zkb_transcript transcript; /* an opening of this claim goes on from here */
} zkb_open_claim;

#endif
