/* The proof of one chunk from its tables. */
#ifndef ZKB_PROVER_PROVE_CHUNK_H
#define ZKB_PROVER_PROVE_CHUNK_H

#include "kzg/srs.h"
#include "machine/run_proof.h"
#include "machine/writer.h"

typedef struct zkb_chunk_job {
    const zkb_machine_key *key;
    const zkb_srs *srs;
    zkb_run_lengths lengths;
    uint32_t index;
    zkb_chunk_boundary boundary;
    zkb_chunk_writer *writer; /* ended */
    unsigned threads;
    double *phases; /* of zkb_prove_options */
} zkb_chunk_job;

/* Encodes the chunk's claim with its proof into *out (malloc'd, freed by the caller), *size bytes.
 * scratch is grown when it is too small and may be reused for the next chunk; it must be distinct
 * from the writer's arena. */
zkb_status zkb_prove_chunk(uint8_t **out, size_t *size, const zkb_chunk_job *job,
                           zkb_arena *scratch, zkb_error *error) ZKB_MUST_USE;

#endif
