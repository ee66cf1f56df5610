/* The verifier of proofs over tables. The protocol is in docs/protocol.md. */
#ifndef ZKB_VERIFY_VERIFY_TABLES_H
#define ZKB_VERIFY_VERIFY_TABLES_H

#include "proof/statement.h"
#include "verify/verify_gather.h"

/* Bytes of arena that zkb_verify_tables takes, and the terms of the claim's commitment; derived
 * from the statement, never from the proof. */
zkb_status zkb_verify_tables_scratch(size_t *bytes, size_t *terms, const zkb_table_key *key,
                                     const zkb_statement *statement, zkb_error *error) ZKB_MUST_USE;

/* Reduces a proof to a claim: the statement holds if this returns ZKB_OK *and* the claim does,
 * which an opening shows, of it or of what it is folded into (verify_gather.h). out's arrays hold
 * `terms`. Reads the tables' shapes alone. Nothing stays in the arena.
 *
 * ZKB_ERROR_REJECTED: the proof is not valid; error->where is the step:
 *   proof.length, proof.version  not of the size that key and statement give, not of this version
 *   proof.commitments            a commitment that is no point
 *   proof.gkr, .gkr.root, .gkr.exit      index = layer; the fractions' sum; the tables' shares
 *   proof.joined, .joined.end    index = variable; the columns' evaluations
 *   proof.gather                 index = variable
 * ZKB_ERROR_ARGUMENT, ZKB_ERROR_LIMIT, ZKB_ERROR_MEMORY: it could not be checked. */
zkb_status zkb_verify_tables(zkb_checked_claim *out, const zkb_table_key *key,
                             const zkb_statement *statement, const uint8_t *proof,
                             size_t proof_size, zkb_arena *arena, const zkb_transcript_hook *hook,
                             zkb_error *error) ZKB_MUST_USE;

#endif
