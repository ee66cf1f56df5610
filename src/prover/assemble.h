/* A proof file out of its parts. */
#ifndef ZKB_PROVER_ASSEMBLE_H
#define ZKB_PROVER_ASSEMBLE_H

#include "kzg/mercury.h"
#include "machine/run_proof.h"

/* A chunk as it stands in the proof file. */
typedef struct zkb_chunk_bytes {
    uint8_t *bytes;
    size_t size;
} zkb_chunk_bytes;

/* What ends a proof file: the folds, and the opening of what the chunks fold into. */
typedef struct zkb_run_ending {
    uint8_t *folds; /* malloc'd */
    size_t folds_size;
    uint8_t opening[ZKB_MERCURY_PROOF_SIZE];
} zkb_run_ending;

/* *out is the file's bytes, malloc'd. chunks: header->chunk_count. */
zkb_status zkb_run_assemble(uint8_t **out, size_t *size, const zkb_run_header *header,
                            const zkb_chunk_bytes *chunks, const zkb_run_ending *end,
                            zkb_error *error) ZKB_MUST_USE;

#endif
