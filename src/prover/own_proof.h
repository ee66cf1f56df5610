/* A proof is verified where it was made. */
#ifndef ZKB_PROVER_OWN_PROOF_H
#define ZKB_PROVER_OWN_PROOF_H

#include "machine/keys.h"

/* Verifies the proof as a verifier would, for the program with this id, and adds the time to the
 * summary. ZKB_ERROR_INTERNAL when it is not valid, with a message to which the caller adds what to
 * do, and the chunk, if it is one, as the error's index. error is not NULL. */
zkb_status zkb_own_proof_check(zkb_proof_summary *summary, const zkb_proof *proof,
                               const zkb_srs *srs, const zkb_fr *program_id,
                               const uint8_t *public_input, size_t public_bytes, unsigned threads,
                               zkb_error *error) ZKB_MUST_USE;

#endif
