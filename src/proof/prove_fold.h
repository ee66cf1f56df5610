/* The prover of folds. */
#ifndef ZKB_PROOF_PROVE_FOLD_H
#define ZKB_PROOF_PROVE_FOLD_H

#include "base/arena.h"
#include "proof/fold.h"

/* A claim with its polynomial: the first `length` coefficients, those after being zero. Borrowed.
 */
typedef struct zkb_fold_member {
    const zkb_open_claim *claim;
    const zkb_fr *f;
    size_t length;
} zkb_fold_member;

/* Variables, and coefficients of the polynomial, of what members fold into. */
unsigned zkb_fold_variables(const zkb_fold_member *members, uint32_t count);
size_t zkb_fold_length(const zkb_fold_member *members, uint32_t count);

/* Bytes of arena that zkb_prove_fold takes. */
size_t zkb_prove_fold_scratch(const zkb_fold_member *members, uint32_t count);

/* Folds place->count members, in the order of their chunks. f: zkb_fold_length coefficients.
 * messages: ZKB_GATHER_BYTES(zkb_fold_variables) bytes. Neither depends on `threads`. */
zkb_status zkb_prove_fold(zkb_open_claim *out, zkb_fr *f, uint8_t *messages, zkb_arena *arena,
                          const zkb_fold_place *place, const zkb_fold_member *members,
                          unsigned threads, const zkb_transcript_hook *hook,
                          zkb_error *error) ZKB_MUST_USE;

#endif
