/* The proof of one chunk from its tables. */
#ifndef ZKB_PROVER_PROVE_CHUNK_H
#define ZKB_PROVER_PROVE_CHUNK_H

#include "kzg/srs.h"
#include "machine/run_proof.h"
#include "machine/writer.h"
#include "proof/prove.h"

typedef struct zkb_chunk_job {
    const zkb_machine_key *key;
    const zkb_srs *srs;
    zkb_run_lengths lengths;
    unsigned log_stack;
    uint32_t index;
    zkb_chunk_boundary boundary;
    zkb_chunk_writer *writer; /* ended */
    unsigned threads;
    double *phases;              /* of zkb_prove_options */
    const zkb_prover_phases *by; /* likewise */
} zkb_chunk_job;

/* What proving a chunk gives. */
typedef struct zkb_proved_chunk {
    uint8_t *bytes; /* the encoded claim with its proof; malloc'd */
    size_t size;
    zkb_open_claim open; /* what is left to be opened, */
    zkb_fr *f;           /* and of which polynomial: `length` coefficients; malloc'd */
    size_t length;
} zkb_proved_chunk;

void zkb_proved_chunk_clear(zkb_proved_chunk *chunk);

/* Proves the chunk; the caller ends *out with zkb_proved_chunk_clear. scratch is grown when it is
 * too small and may be reused for the next chunk; it must be distinct from the writer's arena. */
zkb_status zkb_prove_chunk(zkb_proved_chunk *out, const zkb_chunk_job *job, zkb_arena *scratch,
                           zkb_error *error) ZKB_MUST_USE;

#endif
