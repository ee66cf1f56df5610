/* Verifying keys as handles of the public interface. They come from the program itself or from an
 * id that the caller knows, never from a cache. */
#include "machine/keys.h"

#include <stdlib.h>

enum {
    SEGMENT_POWER = 13
}; /* public input and output are committed to in segments of 2^13 words */

zkb_status zkb_verifying_key_new(zkb_verifying_key **key, const zkb_srs *srs,
                                 const zkb_fr *program_id, zkb_error *error)
{
    *key = NULL;
    if (srs->k < SEGMENT_POWER) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "key", ZKB_NO_INDEX,
                        "the setup has 2^%u powers, a verifier needs 2^%d: make or import a larger "
                        "one",
                        srs->k, SEGMENT_POWER);
    }
    zkb_verifying_key *k = malloc(sizeof *k);
    zkb_machine_keys *machine = calloc(1, sizeof *machine);
    zkb_mutex *mutex = zkb_mutex_create();
    if (k == NULL || machine == NULL || mutex == NULL) {
        zkb_mutex_destroy(mutex);
        free(k);
        free(machine);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "key", ZKB_NO_INDEX, "out of memory for a key");
    }
    machine->mutex = mutex;
    k->program_id = *program_id;
    k->srs = srs;
    k->machine = machine;
    *key = k;
    return ZKB_OK;
}

zkb_status zkb_verifying_key_from_id(zkb_verifying_key **key, const zkb_srs *srs,
                                     const uint8_t id[32], zkb_error *error)
{
    zkb_fr value;
    *key = NULL;
    if (!zkb_fr_from_bytes(&value, id)) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "key", ZKB_NO_INDEX,
                        "these 32 bytes are not a program id: it is below the order of BN254");
    }
    return zkb_verifying_key_new(key, srs, &value, error);
}

void zkb_verifying_key_destroy(zkb_verifying_key *key)
{
    if (key != NULL) {
        zkb_machine_key_clear(&key->machine->keys[0]);
        zkb_machine_key_clear(&key->machine->keys[1]);
        zkb_arena_set_clear(&key->machine->arenas);
        zkb_mutex_destroy(key->machine->mutex);
        free(key->machine);
        free(key);
    }
}

void zkb_verifying_key_program_id(uint8_t id[32], const zkb_verifying_key *key)
{
    zkb_fr_to_bytes(id, &key->program_id);
}
