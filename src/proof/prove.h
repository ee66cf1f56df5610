/* Proving a statement over tables. The protocol is in docs/protocol.md. */
#ifndef ZKB_PROOF_PROVE_H
#define ZKB_PROOF_PROVE_H

#include "kzg/srs.h"
#include "proof/claim.h"
#include "proof/statement.h"

typedef struct zkb_prover_phases zkb_prover_phases; /* proof/prover.h */

typedef struct zkb_prove_options {
    unsigned threads;                /* at least 1; the proof does not depend on it */
    const zkb_transcript_hook *hook; /* for tests; NULL */
    double *phases;              /* ZKB_PHASE_COUNT sums of seconds that are added to, or NULL */
    const zkb_prover_phases *by; /* who does them; NULL: the processor */
} zkb_prove_options;

/* Exact size of the proof of a statement. */
zkb_status zkb_tables_proof_size(size_t *size, const zkb_table_key *key,
                                 const zkb_statement *statement, zkb_error *error) ZKB_MUST_USE;

/* Bytes of arena that zkb_prove_tables takes. */
zkb_status zkb_prove_tables_scratch(size_t *bytes, const zkb_table_key *key,
                                    const zkb_statement *statement, unsigned threads,
                                    zkb_error *error) ZKB_MUST_USE;

/* Coefficients of the polynomial that the statement's claim is about. */
zkb_status zkb_tables_claim_length(size_t *length, const zkb_table_key *key,
                                   const zkb_statement *statement, zkb_error *error) ZKB_MUST_USE;

/* Writes the proof, proof_size bytes as zkb_tables_proof_size says, and the claim that it ends
 * with, about the polynomial of the f, zkb_tables_claim_length coefficients: the proof is as good
 * as that claim, which is to be folded with others (fold.h) or opened (zkb_prove_opening). The
 * cells are taken as they are: of a witness that breaks a constraint or a bus comes a proof that
 * does not verify (the debug checker of src/air says why). Nothing stays in the arena.
 * ZKB_ERROR_ARGUMENT for a statement outside its bounds or an SRS that is too short or not the
 * key's, ZKB_ERROR_MEMORY for a small arena. */
zkb_status zkb_prove_tables(uint8_t *proof, size_t proof_size, zkb_open_claim *claim, zkb_fr *f,
                            const zkb_table_key *key, const zkb_srs *srs,
                            const zkb_statement *statement, zkb_arena *arena,
                            const zkb_prove_options *options, zkb_error *error) ZKB_MUST_USE;

/* Opens a claim about f, `length` coefficients: ZKB_MERCURY_PROOF_SIZE bytes. The transcript is
 * the claim's. Arena: zkb_mercury_open_scratch(claim->variables, length, threads). */
zkb_status zkb_prove_opening(uint8_t *opening, const zkb_open_claim *claim, const zkb_fr *f,
                             size_t length, const zkb_srs *srs, zkb_arena *arena, unsigned threads,
                             zkb_error *error) ZKB_MUST_USE;

#endif
