/* Checking proofs, of the public interface. */
#include "base/parallel.h"
#include "machine/keys.h"
#include "verify/verify_run.h"

#include <string.h>

/* The key for this proof, made of the first that needs it. NULL when its lookup bits are none,
 * which zkb_verify_run refuses. */
static zkb_status find_key(const zkb_machine_key **out, const zkb_verifying_key *key,
                           const zkb_run_proof *proof, zkb_error *error)
{
    zkb_machine_keys *machine = key->machine;
    const unsigned lookup_bits = proof->header.lookup_bits;
    const unsigned i = lookup_bits == ZKB_LOOKUP_WIDE;
    zkb_status status = ZKB_OK;
    *out = NULL;
    if (lookup_bits != ZKB_LOOKUP_COMPACT && lookup_bits != ZKB_LOOKUP_WIDE) {
        return ZKB_OK;
    }
    zkb_mutex_lock(machine->mutex);
    if (!machine->made[i]) {
        status = zkb_run_key_make(&machine->keys[i], proof, &key->program_id, key->srs, error);
        machine->made[i] = status == ZKB_OK;
    }
    zkb_mutex_unlock(machine->mutex);
    *out = &machine->keys[i];
    return status;
}

/* Takes the memory that the last verification left, if no other has it. */
static zkb_arena_set take_arenas(zkb_machine_keys *machine)
{
    zkb_mutex_lock(machine->mutex);
    const zkb_arena_set arenas = machine->arenas;
    machine->arenas = (zkb_arena_set){0};
    zkb_mutex_unlock(machine->mutex);
    return arenas;
}

static void leave_arenas(zkb_machine_keys *machine, zkb_arena_set *arenas)
{
    zkb_mutex_lock(machine->mutex);
    const zkb_arena_set other = machine->arenas;
    machine->arenas = *arenas;
    zkb_mutex_unlock(machine->mutex);
    *arenas = other;
    zkb_arena_set_clear(arenas);
}

static zkb_status check(zkb_verdict *verdict, const zkb_verifying_key *key,
                        const zkb_run_proof *proof, const uint8_t *public_input,
                        size_t public_bytes, unsigned threads, zkb_error *error)
{
    zkb_run_expectation expected = {
        .program_id = &key->program_id, .public_input = public_input, .public_bytes = public_bytes};
    zkb_run_verdict v;
    if (public_input == NULL && public_bytes != 0) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "verifier", ZKB_NO_INDEX,
                        "the public input is NULL and has %zu bytes", public_bytes);
    }
    ZKB_TRY(find_key(&expected.key, key, proof, error));
    ZKB_TRY(zkb_parallel_wanted(&threads, threads, error));
    zkb_arena_set arenas = take_arenas(key->machine);
    expected.arenas = &arenas;
    const zkb_status status = zkb_verify_run(&v, proof, &expected, key->srs, threads, error);
    leave_arenas(key->machine, &arenas);
    ZKB_TRY(status);
    *verdict = (zkb_verdict){.r0 = v.r0,
                             .instructions = v.instructions,
                             .chunks = v.chunks,
                             .private_bytes = proof->header.lengths.private_bytes,
                             .output_bytes = proof->header.lengths.output_bytes};
    return ZKB_OK;
}

zkb_status zkb_verify(zkb_verdict *verdict, const zkb_verifying_key *key, const uint8_t *proof,
                      size_t proof_bytes, const uint8_t *public_input, size_t public_bytes,
                      unsigned threads, zkb_error *error)
{
    zkb_run_proof run;
    memset(verdict, 0, sizeof *verdict);
    ZKB_TRY(zkb_run_proof_decode(&run, proof, proof_bytes, "proof", error));
    const zkb_status status = check(verdict, key, &run, public_input, public_bytes, threads, error);
    if (status == ZKB_OK && verdict->output_bytes != 0) {
        /* The header ends with the output and the number of chunks. */
        verdict->output = proof + zkb_run_header_size(&run.header) - 4 - verdict->output_bytes;
    }
    zkb_run_proof_clear(&run);
    return status;
}

zkb_status zkb_verify_chunks(zkb_verdict *verdict, const zkb_verifying_key *key,
                             const zkb_proof *proof, const uint8_t *public_input,
                             size_t public_bytes, unsigned threads, zkb_error *error)
{
    size_t size;
    memset(verdict, 0, sizeof *verdict);
    ZKB_TRY(check(verdict, key, &proof->run, public_input, public_bytes, threads, error));
    verdict->output = zkb_proof_output(proof, &size);
    return ZKB_OK;
}
