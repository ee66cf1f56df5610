/* The verifier of gatherings: the sumcheck that ends a proof over tables, and folds. */
#ifndef ZKB_VERIFY_VERIFY_GATHER_H
#define ZKB_VERIFY_VERIFY_GATHER_H

#include "kzg/accumulator.h"
#include "proof/fold.h"
#include "verify/reader.h"

/* A claim with its commitment, the sum of scalars[i]·points[i]. The arrays are the caller's. */
typedef struct zkb_checked_claim {
    zkb_open_claim open;
    zkb_g1_affine *points;
    zkb_fr *scalars;
    size_t count;
} zkb_checked_claim;

/* The rounds over `variables` variables, top first: *value goes in as the claim and comes out as
 * what is left of it at u. ZKB_ERROR_REJECTED at `where` when the proof ends early or an element is
 * not below the prime. Nothing else can be wrong: every claim leads to another. */
zkb_status zkb_verify_rounds(zkb_fr *u, zkb_fr *value, zkb_proof_reader *reader, unsigned variables,
                             const char *where, zkb_error *error) ZKB_MUST_USE;

/* Folds place->count claims, whose messages are ZKB_GATHER_BYTES(variables) bytes, variables the
 * largest among the claims. `messages` are read from *at on, which moves behind them; *left bytes
 * are there. out's arrays have room for all terms of the claims. */
zkb_status zkb_verify_fold(zkb_checked_claim *out, const uint8_t **at, size_t *left,
                           const zkb_fold_place *place, const zkb_checked_claim *const *claims,
                           const zkb_transcript_hook *hook, zkb_error *error) ZKB_MUST_USE;

/* Reduces a claim and its opening (ZKB_MERCURY_PROOF_SIZE bytes) to an accumulator, on which all
 * then depends. Arena: zkb_mercury_verify_scratch(claim->count). */
zkb_status zkb_verify_opening(zkb_accumulator *out, zkb_arena *arena,
                              const zkb_checked_claim *claim, const uint8_t *opening,
                              zkb_error *error) ZKB_MUST_USE;

#endif
