/* Finished chunks on disk: one file for each, DIRECTORY/chunk-NNNNNNN, written atomically. A file
 * belongs to one run (its tag) and holds a digest of its content. The chunk of any other file is
 * proved again. */
#ifndef ZKB_PROVER_RESUME_H
#define ZKB_PROVER_RESUME_H

#include "prover/prove_chunk.h"

/* The digest of everything that a run's chunks depend on. */
void zkb_resume_tag(zkb_fr *out, const zkb_machine_key *key, const zkb_run_lengths *lengths,
                    unsigned k, unsigned log_stack, uint64_t chunk_size,
                    const uint8_t *public_input, const uint8_t *private_input);

/* Creates the directory if it is missing (*made); fails if chunks could not be written there. */
zkb_status zkb_resume_open(bool *made, const char *directory, zkb_error *error) ZKB_MUST_USE;
/* Removes it again, if it is empty. */
void zkb_resume_remove(const char *directory);

/* True with the chunk, its claim and polynomial, when a whole file of this run is there. The caller
 * ends it with zkb_proved_chunk_clear. */
bool zkb_resume_load(zkb_proved_chunk *out, const char *directory, uint32_t chunk,
                     const zkb_fr *tag);
zkb_status zkb_resume_save(const char *directory, uint32_t chunk, const zkb_fr *tag,
                           const zkb_proved_chunk *proved, zkb_error *error) ZKB_MUST_USE;

#endif
