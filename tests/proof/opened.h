/* A proof over tables with the opening of its claim behind it, as a run of one chunk has it. Each
 * function makes the memory that it needs, and leaves nothing in it. */
#ifndef ZKB_TESTS_OPENED_H
#define ZKB_TESTS_OPENED_H

#include "kzg/accumulator.h"
#include "proof/prover.h"

/* Bytes of proof and opening. */
zkb_status opened_size(size_t *size, const zkb_table_key *key, const zkb_statement *statement,
                       zkb_error *error);

/* Proves, in other phases than the usual ones unless they are NULL, and opens the claim. */
zkb_status opened_prove(uint8_t *proof, size_t size, const zkb_table_key *key, const zkb_srs *srs,
                        const zkb_statement *statement, const zkb_prove_options *options,
                        const zkb_prover_phases *phases, zkb_error *error);

/* Reduces proof and opening to what the pairing decides. */
zkb_status opened_verify(zkb_accumulator *out, const zkb_table_key *key,
                         const zkb_statement *statement, const uint8_t *proof, size_t size,
                         const zkb_transcript_hook *hook, zkb_error *error);

#endif
