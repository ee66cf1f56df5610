/* Proving a statement over tables. The protocol is in docs/protocol.md. */
#ifndef ZKB_PROOF_PROVE_H
#define ZKB_PROOF_PROVE_H

#include "kzg/srs.h"
#include "proof/statement.h"

typedef struct zkb_prove_options {
    unsigned threads;                /* at least 1; the proof does not depend on it */
    const zkb_transcript_hook *hook; /* for tests; NULL */
    double *phases; /* ZKB_PHASE_COUNT sums of seconds that are added to, or NULL */
} zkb_prove_options;

/* Exact size of the proof of a statement. */
zkb_status zkb_tables_proof_size(size_t *size, const zkb_table_key *key,
                                 const zkb_statement *statement, zkb_error *error) ZKB_MUST_USE;

/* Bytes of arena that zkb_prove_tables takes. */
zkb_status zkb_prove_tables_scratch(size_t *bytes, const zkb_table_key *key,
                                    const zkb_statement *statement, unsigned threads,
                                    zkb_error *error) ZKB_MUST_USE;

/* Writes the proof, proof_size bytes as zkb_tables_proof_size says. The cells are taken as they
 * are: of a witness that breaks a constraint or a bus comes a proof that does not verify (the
 * debug checker of src/air says why). Nothing stays in the arena. ZKB_ERROR_ARGUMENT for a
 * statement outside its bounds or an SRS that is too short or not the key's, ZKB_ERROR_MEMORY for
 * a small arena. */
zkb_status zkb_prove_tables(uint8_t *proof, size_t proof_size, const zkb_table_key *key,
                            const zkb_srs *srs, const zkb_statement *statement, zkb_arena *arena,
                            const zkb_prove_options *options, zkb_error *error) ZKB_MUST_USE;

#endif
