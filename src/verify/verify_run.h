/* The verifier of a whole run. It checks every chunk's proof, and that the chunks together are one
 * run of one program from its start to its exit. */
#ifndef ZKB_VERIFY_VERIFY_RUN_H
#define ZKB_VERIFY_VERIFY_RUN_H

#include "kzg/srs.h"
#include "machine/run_proof.h"

/* What the caller of the verifier knows and the proof must agree with. */
typedef struct zkb_run_expectation {
    const zkb_fr *program_id;    /* the program that must have run */
    const uint8_t *public_input; /* and its public input */
    uint64_t public_bytes;
    /* A key of the program, or NULL: it then is made from the proof's record, which takes longer
     * than all else. A key of other lookup bits than the proof's is left aside. */
    const zkb_machine_key *key;
    /* Memory to work in, used by one run at a time, or NULL for some of its own. The next run finds
     * pages there that need not be made anew. */
    zkb_arena_set *arenas;
} zkb_run_expectation;

/* What the proof then says. */
typedef struct zkb_run_verdict {
    uint64_t r0;
    uint64_t instructions;
    uint32_t chunks;
} zkb_run_verdict;

/* The key of the proof's lookup bits, 8 or 16, from its own record. ZKB_ERROR_REJECTED when that is
 * not the record of the program with this id. The caller ends it with zkb_machine_key_clear, after
 * ZKB_OK; *out must not move. */
zkb_status zkb_run_key_make(zkb_machine_key *out, const zkb_run_proof *proof,
                            const zkb_fr *program_id, const zkb_srs *srs,
                            zkb_error *error) ZKB_MUST_USE;

/* ZKB_OK: the program with this id, started on this public input and some private input of
 * proof->header.lengths.private_bytes bytes, ran to its exit with verdict->r0 and the output bytes
 * in proof->header.output. Checks all pairings at once.
 *
 * ZKB_ERROR_REJECTED: it is not proved; error->index is the chunk, or ZKB_NO_INDEX, and the message
 * says what failed. ZKB_ERROR_MEMORY, ZKB_ERROR_ARGUMENT: it could not be checked. srs needs 2^13
 * powers. */
zkb_status zkb_verify_run(zkb_run_verdict *verdict, const zkb_run_proof *proof,
                          const zkb_run_expectation *expected, const zkb_srs *srs, unsigned threads,
                          zkb_error *error) ZKB_MUST_USE;

#endif
