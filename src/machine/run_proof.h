/* A proof of a whole run as bytes: docs/formats.md, "Proof files". The encoding is canonical: a
 * proof has one byte string. The verifier checks the range of everything except points and table
 * proofs. */
#ifndef ZKB_MACHINE_RUN_PROOF_H
#define ZKB_MACHINE_RUN_PROOF_H

#include "machine/statement.h"

#define ZKB_RUN_PROOF_MAGIC "zkbproof"
/* That of the protocol: chunks' proofs begin with it too. */
#define ZKB_RUN_PROOF_VERSION ((uint32_t)ZKB_PROOF_VERSION)

/* What a chunk's proof file says beyond what the chunk before it says: the state after, the tables,
 * the touched segments with their content after (before is left as it is), the proof. */
typedef struct zkb_chunk_claim {
    zkb_machine_state after;
    uint32_t clock_end;
    uint32_t register_time[ZKB_REGISTER_COUNT];
    zkb_chunk_table *tables;
    uint32_t table_count;
    zkb_chunk_segment *segments;
    uint32_t segment_count;
    const uint8_t *proof;
    size_t proof_size;
} zkb_chunk_claim;

/* Bytes of an encoded claim. */
size_t zkb_chunk_claim_size(const zkb_chunk_claim *claim);
/* Writes zkb_chunk_claim_size bytes. */
void zkb_chunk_claim_encode(uint8_t *out, const zkb_chunk_claim *claim);
/* Reads exactly `size` bytes; claim->proof points into them, the lists are malloc'd and freed by
 * zkb_chunk_claim_clear. ZKB_ERROR_FORMAT names the field. */
zkb_status zkb_chunk_claim_decode(zkb_chunk_claim *claim, const uint8_t *bytes, size_t size,
                                  zkb_error *error) ZKB_MUST_USE;
void zkb_chunk_claim_clear(zkb_chunk_claim *claim);

/* A program's record as bytes. */
size_t zkb_program_record_size(const zkb_program_record *record);
uint8_t *zkb_program_record_encode(uint8_t *out, const zkb_program_record *record); /* its end */
/* Reads exactly `size` bytes; ended with zkb_program_record_clear. ZKB_ERROR_FORMAT names the
 * field. The numbers are not checked for range. */
zkb_status zkb_program_record_decode(zkb_program_record *record, const uint8_t *bytes, size_t size,
                                     zkb_error *error) ZKB_MUST_USE;

/* The part of a proof file before the chunks. */
typedef struct zkb_run_header {
    unsigned lookup_bits; /* 8 or 16: which of the two keys */
    unsigned log_stack;   /* of every chunk's statement */
    zkb_program_record record;
    zkb_run_lengths lengths;
    uint8_t *output;                 /* lengths.output_bytes; owned */
    zkb_g1_affine *private_segments; /* commitments to the private input; owned */
    uint32_t chunk_count;
} zkb_run_header;

size_t zkb_run_header_size(const zkb_run_header *header);
void zkb_run_header_encode(uint8_t *out, const zkb_run_header *header);
/* Reads one from the beginning of `bytes`, *used of them. ZKB_ERROR_FORMAT names what is wrong; the
 * record's and the lengths' numbers are not checked for range. The caller ends it with
 * zkb_run_header_clear. */
zkb_status zkb_run_header_decode(zkb_run_header *header, size_t *used, const uint8_t *bytes,
                                 size_t size, const char *name, zkb_error *error) ZKB_MUST_USE;
void zkb_run_header_clear(zkb_run_header *header);

/* A proof file, decoded. Points into the bytes that it was decoded from. */
typedef struct zkb_run_proof {
    zkb_run_header header;
    zkb_chunk_claim *chunks; /* header.chunk_count */
    const uint8_t *folds;    /* messages, level by level and group by group */
    size_t folds_size;
    const uint8_t *opening; /* ZKB_MERCURY_PROOF_SIZE bytes */
} zkb_run_proof;

/* ZKB_ERROR_FORMAT names what is wrong and where. `name` appears in messages. The caller ends *out
 * with zkb_run_proof_clear, and keeps `bytes` as long. */
zkb_status zkb_run_proof_decode(zkb_run_proof *out, const uint8_t *bytes, size_t size,
                                const char *name, zkb_error *error) ZKB_MUST_USE;
void zkb_run_proof_clear(zkb_run_proof *proof);

#endif
