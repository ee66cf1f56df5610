/* The claims of a run's chunks, folded up to one. */
#ifndef ZKB_VERIFY_VERIFY_FOLDS_H
#define ZKB_VERIFY_VERIFY_FOLDS_H

#include "verify/verify_gather.h"

/* Claims whose arrays are owned: zkb_claims_clear frees them. */
typedef struct zkb_claims {
    zkb_checked_claim *claims;
    uint32_t count;
} zkb_claims;

zkb_status zkb_claims_create(zkb_claims *out, uint32_t count, zkb_error *error) ZKB_MUST_USE;
/* Room for `terms` terms in a claim that has none. */
zkb_status zkb_claim_reserve(zkb_checked_claim *claim, size_t terms, zkb_error *error) ZKB_MUST_USE;
void zkb_claims_clear(zkb_claims *claims);

/* The messages of the folds as they are read. */
typedef struct zkb_fold_messages {
    const uint8_t *at;
    size_t left; /* bytes */
} zkb_fold_messages;

/* Folds the claims `first` .. `first + in->count` of a level, first a multiple of ZKB_FOLD_MOST, in
 * groups; each group's claim goes to out, from *out_count on, whose arrays it owns. A group of one
 * is moved up as it is. With `sum` each group's commitment becomes one point, groups side by side
 * on `threads` threads: so that a long run's terms do not pile up. ZKB_ERROR_REJECTED when the
 * messages end early or hold what is no element. */
zkb_status zkb_verify_fold_level(zkb_claims *out, uint32_t *out_count, zkb_fold_messages *messages,
                                 zkb_claims *in, unsigned level, uint32_t first, bool sum,
                                 unsigned threads, zkb_error *error) ZKB_MUST_USE;

#endif
