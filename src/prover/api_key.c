/* Proving keys of the public interface, from the cache or made. */
#include "base/os/file.h"
#include "machine/keys.h"
#include "prover/prove_run.h"
#include "prover/proving_key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_KEY_BYTES = 1 << 20 };

/* ---- The cache --------------------------------------------------------------------------- */

/* DIRECTORY/k17-lookup16-DIGEST.key; NULL when there is no memory. Freed by the caller. */
static char *path_of(const zkb_config *config, const zkb_fr *digest)
{
    char hex[65];
    uint8_t bytes[32];
    char *path;
    zkb_fr_to_bytes(bytes, digest);
    for (unsigned i = 0; i < 32; i++) {
        (void)snprintf(hex + (size_t)2 * i, 3, "%02x", bytes[i]);
    }
    return asprintf(&path, "%s/k%u-lookup%u-%s.key", config->cache_dir, config->k,
                    config->lookup_bits, hex) < 0
               ? NULL
               : path;
}

/* False when the file is absent, or not what it should be, which is told. */
static bool load(zkb_program_record *record, const char *path, const zkb_config *config,
                 const zkb_fr *digest)
{
    uint8_t *bytes;
    size_t size;
    zkb_error error;
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return false;
    }
    zkb_status status = zkb_file_read_regular(&bytes, &size, path, MOST_KEY_BYTES, &error);
    if (status == ZKB_OK) {
        status = zkb_key_file_decode(record, bytes, size, path, config, digest, &error);
        free(bytes);
    }
    if (status != ZKB_OK) {
        zkb_config_warn(config, "%s; it is made anew", error.message);
    }
    return status == ZKB_OK;
}

/* False when it cannot be kept, which is told. */
static bool save(const zkb_program_record *record, const char *path, const zkb_config *config,
                 const zkb_fr *digest)
{
    uint8_t *bytes;
    size_t size;
    zkb_error error;
    zkb_status status = zkb_key_file_encode(&bytes, &size, record, config, digest, &error);
    if (status == ZKB_OK) {
        (void)mkdir(config->cache_dir, 0777); /* what is wrong with it, the write says */
        status = zkb_file_check_replaceable(path, &error);
    }
    if (status == ZKB_OK) {
        status = zkb_file_write_atomic(path, bytes, size, &error);
    }
    free(bytes);
    if (status != ZKB_OK) {
        zkb_config_warn(config, "%s; the key is not kept", error.message);
    }
    return status == ZKB_OK;
}

/* ---- Making keys ------------------------------------------------------------------------- */

static zkb_status make_record(zkb_program_record *record, const zkb_proving_key *key,
                              const zkb_config *config, zkb_error *error)
{
    unsigned threads;
    ZKB_TRY(zkb_config_thread_count(&threads, config, error));
    return zkb_program_record_commit(record, &key->columns, key->srs, threads, error);
}

static zkb_status find_record(zkb_program_record *record, zkb_proving_key *key,
                              const zkb_config *config, zkb_error *error)
{
    zkb_fr digest;
    key->source = ZKB_KEY_MADE;
    if (config->cache_dir == NULL) {
        return make_record(record, key, config, error);
    }
    zkb_key_digest(&digest, key->columns.program, key->srs, config->lookup_bits);
    key->path = path_of(config, &digest);
    if (key->path == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "key", ZKB_NO_INDEX, "out of memory");
    }
    if (load(record, key->path, config, &digest)) {
        key->source = ZKB_KEY_LOADED;
        return ZKB_OK;
    }
    ZKB_TRY(make_record(record, key, config, error));
    if (save(record, key->path, config, &digest)) {
        key->source = ZKB_KEY_KEPT;
    }
    return ZKB_OK;
}

static zkb_status init_key(zkb_proving_key *key, const zkb_config *config,
                           const zkb_program *program, zkb_error *error)
{
    zkb_program_record record;
    ZKB_TRY(zkb_program_columns_init(&key->columns, program, error));
    ZKB_TRY(find_record(&record, key, config, error));
    ZKB_TRY(zkb_machine_key_init(&key->machine, &record, config->lookup_bits, &key->srs->digest,
                                 error));
    return zkb_machine_multiply_out(key->machine.chips, error);
}

zkb_status zkb_proving_key_load_or_generate(zkb_proving_key **key, const zkb_config *config,
                                            const zkb_srs *srs, const zkb_program *program,
                                            zkb_error *error)
{
    *key = NULL;
    ZKB_TRY(zkb_run_check_setup(srs, config->k, config->lookup_bits, error));
    zkb_proving_key *k = calloc(1, sizeof *k);
    if (k == NULL) {
        (void)zkb_fail(error, ZKB_ERROR_MEMORY, "key", ZKB_NO_INDEX, "out of memory for a key");
        return ZKB_ERROR_MEMORY;
    }
    k->srs = srs;
    k->k = config->k;
    k->lookup_bits = config->lookup_bits;
    const zkb_status status = init_key(k, config, program, error);
    if (status != ZKB_OK) {
        zkb_proving_key_destroy(k);
        return status;
    }
    *key = k;
    return ZKB_OK;
}

void zkb_proving_key_destroy(zkb_proving_key *key)
{
    if (key != NULL) {
        zkb_machine_key_clear(&key->machine);
        zkb_program_columns_clear(&key->columns);
        free(key->path);
        free(key);
    }
}

/* ---- Pairs ------------------------------------------------------------------------------- */

/* A key from the cache whose commitments are not those of the program is made anew. */
static zkb_status replace_key(zkb_proving_key *key, const zkb_config *config, zkb_error *error)
{
    zkb_program_record record;
    zkb_fr digest;
    zkb_config_warn(config,
                    "%s: the commitments in it are not those of the program; it is made anew",
                    key->path);
    zkb_machine_key_clear(&key->machine);
    ZKB_TRY(make_record(&record, key, config, error));
    zkb_key_digest(&digest, key->columns.program, key->srs, config->lookup_bits);
    key->source = save(&record, key->path, config, &digest) ? ZKB_KEY_KEPT : ZKB_KEY_MADE;
    ZKB_TRY(zkb_machine_key_init(&key->machine, &record, config->lookup_bits, &key->srs->digest,
                                 error));
    return zkb_machine_multiply_out(key->machine.chips, error);
}

static zkb_status create_pair(zkb_keypair *pair, const zkb_config *config, const zkb_srs *srs,
                              const zkb_program *program, zkb_error *error)
{
    ZKB_TRY(zkb_proving_key_load_or_generate(&pair->proving, config, srs, program, error));
    if (pair->proving->source != ZKB_KEY_LOADED) { /* just made from the program */
        return zkb_verifying_key_new(&pair->verifying, srs, &pair->proving->machine.id, error);
    }
    ZKB_TRY(zkb_verifying_key_create(&pair->verifying, srs, program, error));
    if (zkb_fr_equal(&pair->verifying->program_id, &pair->proving->machine.id)) {
        return ZKB_OK;
    }
    return replace_key(pair->proving, config, error);
}

zkb_status zkb_keypair_load_or_generate(zkb_keypair *pair, const zkb_config *config,
                                        const zkb_srs *srs, const zkb_program *program,
                                        zkb_error *error)
{
    *pair = (zkb_keypair){0};
    const zkb_status status = create_pair(pair, config, srs, program, error);
    if (status != ZKB_OK) {
        zkb_keypair_clear(pair);
    }
    return status;
}

void zkb_keypair_clear(zkb_keypair *pair)
{
    zkb_proving_key_destroy(pair->proving);
    zkb_verifying_key_destroy(pair->verifying);
    *pair = (zkb_keypair){0};
}

const char *zkb_proving_key_file(const zkb_proving_key *key)
{
    return key->source == ZKB_KEY_MADE ? NULL : key->path;
}

void zkb_proving_key_describe(zkb_key_facts *facts, size_t size, const zkb_proving_key *key)
{
    const zkb_key_facts all = {
        .k = key->k, .lookup_bits = key->lookup_bits, .loaded = key->source == ZKB_KEY_LOADED};
    zkb_copy_facts(facts, size, &all, sizeof all);
}

void zkb_proving_key_program_id(uint8_t id[32], const zkb_proving_key *key)
{
    zkb_fr_to_bytes(id, &key->machine.id);
}

void zkb_proving_key_digest(uint8_t digest[32], const zkb_proving_key *key)
{
    zkb_fr_to_bytes(digest, &key->machine.tables[0].digest);
}
