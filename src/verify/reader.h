/* The proof as the verifier reads it: the call that reads a value also absorbs it. */
#ifndef ZKB_VERIFY_READER_H
#define ZKB_VERIFY_READER_H

#include "curve/g1.h"
#include "hash/transcript.h"

typedef struct zkb_proof_reader {
    const uint8_t *at;
    size_t left; /* bytes */
    zkb_transcript transcript;
} zkb_proof_reader;

/* One message of field elements; `where` and index name the step in errors. ZKB_ERROR_REJECTED
 * when the proof ends early or an element is not below the prime. */
zkb_status zkb_reader_elements(zkb_fr *out, size_t count, zkb_proof_reader *reader,
                               const char *where, uint64_t index, zkb_error *error) ZKB_MUST_USE;

/* One message of compressed points. */
zkb_status zkb_reader_points(zkb_g1_affine *out, size_t count, zkb_proof_reader *reader,
                             const char *where, zkb_error *error) ZKB_MUST_USE;

#endif
