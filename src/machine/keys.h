/* The structures behind the public handles of keys and proofs. */
#ifndef ZKB_MACHINE_KEYS_H
#define ZKB_MACHINE_KEYS_H

#include "base/os.h"
#include "machine/run_proof.h"

#include <string.h>

/* Keys of a program's tables, made when they are first needed: for 8 and for 16 lookup bits. */
typedef struct zkb_machine_keys {
    zkb_mutex *mutex; /* of all that follows; a key that is made does not change */
    bool made[2];
    zkb_machine_key keys[2];
    zkb_arena_set arenas; /* of a verification that is over, for the next */
} zkb_machine_keys;

/* Copies what the caller of the public interface has room for; what the library does not know is
 * zero. */
static inline void zkb_copy_facts(void *out, size_t out_size, const void *facts, size_t size)
{
    memset(out, 0, out_size);
    memcpy(out, facts, out_size < size ? out_size : size);
}

struct zkb_verifying_key {
    zkb_fr program_id;
    const zkb_srs *srs; /* borrowed */
    zkb_machine_keys *machine;
};

zkb_status zkb_verifying_key_new(zkb_verifying_key **key, const zkb_srs *srs,
                                 const zkb_fr *program_id, zkb_error *error) ZKB_MUST_USE;

/* Commits to a program, with scratch memory of its own. */
zkb_status zkb_program_record_commit(zkb_program_record *out, const zkb_program_columns *columns,
                                     const zkb_srs *srs, unsigned threads,
                                     zkb_error *error) ZKB_MUST_USE;

struct zkb_chunk_proof {
    const zkb_chunk_claim *claim; /* in the proof */
    uint32_t index;
    zkb_machine_state before;
    zkb_chunk_segment_info *segments; /* claim->segment_count; owned */
};

struct zkb_proof {
    uint8_t *bytes; /* the file; owned */
    size_t size;
    zkb_run_proof run;       /* points into bytes */
    zkb_chunk_proof *chunks; /* run.header.chunk_count; owned */
};

/* A proof of bytes (malloc'd) that it takes over, whatever the outcome. */
zkb_status zkb_proof_adopt(zkb_proof **proof, uint8_t *bytes, size_t size, const char *name,
                           zkb_error *error) ZKB_MUST_USE;

#endif
