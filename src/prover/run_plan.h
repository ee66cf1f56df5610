/* The structure behind the public handle of plans, and plan files: docs/formats.md, "Plan files".
 */
#ifndef ZKB_PROVER_RUN_PLAN_H
#define ZKB_PROVER_RUN_PLAN_H

#include "machine/program_key.h"
#include "machine/run_proof.h"

struct zkb_run_plan {
    unsigned k;
    uint64_t chunk_size; /* never 0 */
    zkb_fr tag;          /* of everything that chunks depend on (resume.h) */
    zkb_fr program_id;
    zkb_fr key_digest;
    uint64_t instructions;
    uint64_t r0;
    zkb_run_header header; /* of the proof file; owned */
    uint64_t *ends;        /* of the chunks: instructions since the start; owned */

    uint8_t *bytes; /* the file; owned */
    size_t size;
    const uint8_t *public_input; /* in bytes */
    zkb_fr digest;               /* of all this but the public input, which the tag is of as well */
};

/* The digest of a key that plans name. */
static inline const zkb_fr *zkb_machine_key_digest(const zkb_machine_key *key)
{
    return &key->tables[ZKB_KEYS - 1].digest;
}

/* A plan, with its file, of what `content` says; of that, bytes, size, public_input and digest are
 * not read, and nothing is taken over. */
zkb_status zkb_run_plan_make(zkb_run_plan **out, const zkb_run_plan *content,
                             const uint8_t *public_input, zkb_error *error) ZKB_MUST_USE;

#endif
