/* What goes wrong around a proof: damaged or foreign files, places that cannot be written to,
 * interruptions. Nothing crashes, nothing wrong is used, everything is said. */
#include "run/api_fixture.h"

#include "base/os/file.h"
#include "prover/proving_key.h"

#include <glob.h>

typedef struct warnings {
    unsigned count;
    char last[512];
} warnings;

static void note(void *context, const char *message)
{
    warnings *w = context;
    w->count++;
    (void)snprintf(w->last, sizeof w->last, "%s", message);
}

static int open_all(void **state)
{
    static fixture f;
    fixture_open(&f);
    *state = &f;
    return 0;
}

static int close_all(void **state)
{
    fixture_close(*state);
    return 0;
}

static char *only_file(const fixture *f, const char *pattern)
{
    glob_t found;
    assert_int_equal(glob(at(f, pattern), 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    char *path = strdup(found.gl_pathv[0]);
    globfree(&found);
    assert_non_null(path);
    return path;
}

static void write_bytes(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void assert_file_is(const char *path, const uint8_t *bytes, size_t size)
{
    uint8_t *data;
    size_t n;
    zkb_error error;
    must(zkb_file_read(&data, &n, path, 1 << 20, &error), &error);
    assert_int_equal(n, size);
    assert_memory_equal(data, bytes, size);
    free(data);
}

/* Makes the key; the file must be as it was afterwards, and the damage told. */
static void repair(fixture *f, const char *path, const uint8_t *good, size_t size)
{
    warnings w = {0};
    zkb_error error;
    zkb_proving_key *key;
    uint8_t a[32];
    uint8_t b[32];
    (void)zkb_config_with_warnings(f->config, note, &w);
    must(zkb_proving_key_load_or_generate(&key, f->config, f->srs, f->program, &error), &error);
    zkb_proving_key_program_id(a, key);
    zkb_proving_key_program_id(b, f->keys.proving);
    assert_memory_equal(a, b, 32);
    zkb_proving_key_destroy(key);
    assert_int_equal(w.count, 1);
    assert_non_null(strstr(w.last, path));
    assert_file_is(path, good, size);
    (void)zkb_config_with_warnings(f->config, NULL, NULL);
}

static void a_key_file_damaged_in_any_byte(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_program_record record;
    zkb_fr digest;
    uint8_t *good;
    size_t size;
    char *path = only_file(f, "cache/*.key");
    must(zkb_file_read(&good, &size, path, 1 << 20, &error), &error);
    uint8_t *bad = malloc(size + 1);
    assert_non_null(bad);
    zkb_key_digest(&digest, f->program, f->srs, 8);
    for (size_t i = 0; i < size; i++) {
        memcpy(bad, good, size);
        bad[i] ^= 0x10;
        assert_int_equal(zkb_key_file_decode(&record, bad, size, path, f->config, &digest, &error),
                         ZKB_ERROR_FORMAT);
        assert_int_equal(zkb_key_file_decode(&record, good, i, path, f->config, &digest, &error),
                         ZKB_ERROR_FORMAT);
    }
    must(zkb_key_file_decode(&record, good, size, path, f->config, &digest, &error), &error);
    zkb_program_record_clear(&record);
    write_bytes(path, bad, size);
    repair(f, path, good, size);
    memcpy(bad, good, size);
    bad[size] = 0;
    write_bytes(path, bad, size + 1);
    repair(f, path, good, size);
    write_bytes(path, good, size / 2);
    repair(f, path, good, size);
    write_bytes(path, good, 0);
    repair(f, path, good, size);
    free(bad);
    free(good);
    free(path);
}

/* Writes a key file of the fixture's program in which the first two commitments are the same, and
 * returns its path. good and size: the bytes that were there, for the caller to free. */
static char *exchange_commitments(const fixture *f, uint8_t **good, size_t *size)
{
    zkb_error error;
    zkb_program_record record;
    zkb_fr digest;
    uint8_t *bad;
    size_t bad_size;
    char *path = only_file(f, "cache/*.key");
    must(zkb_file_read(good, size, path, 1 << 20, &error), &error);
    zkb_key_digest(&digest, f->program, f->srs, 8);
    must(zkb_key_file_decode(&record, *good, *size, path, f->config, &digest, &error), &error);
    record.columns[0] = record.columns[1];
    must(zkb_key_file_encode(&bad, &bad_size, &record, f->config, &digest, &error), &error);
    zkb_program_record_clear(&record);
    assert_int_equal(bad_size, *size);
    assert_memory_not_equal(bad, *good, *size);
    write_bytes(path, bad, bad_size);
    free(bad);
    return path;
}

/* Whole and with the right checksum, so that only the program itself shows what is wrong. */
static void a_key_file_of_other_commitments(void **state)
{
    fixture *f = *state;
    warnings w = {0};
    zkb_error error;
    zkb_keypair keys;
    uint8_t *good;
    uint8_t a[32];
    uint8_t b[32];
    size_t size;
    char *path = exchange_commitments(f, &good, &size);
    (void)zkb_config_with_warnings(f->config, note, &w);
    must(zkb_keypair_load_or_generate(&keys, f->config, f->srs, f->program, &error), &error);
    (void)zkb_config_with_warnings(f->config, NULL, NULL);
    assert_int_equal(w.count, 1);
    assert_non_null(strstr(w.last, "commitments"));
    assert_file_is(path, good, size);
    assert_string_equal(zkb_proving_key_file(keys.proving), path);
    zkb_proving_key_digest(a, keys.proving);
    zkb_proving_key_digest(b, f->keys.proving);
    assert_memory_equal(a, b, 32);
    zkb_keypair_clear(&keys);
    free(good);
    free(path);
}

/* Whatever makes a proof invalid, here a key of other commitments: the prover notices it, unless it
 * is told not to look. */
static void a_proof_that_is_not_valid_is_not_returned(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_proving_key *key;
    zkb_verifying_key *verifying;
    zkb_proof *proof;
    zkb_proof_summary summary;
    zkb_verdict verdict;
    uint8_t id[32];
    uint8_t *good;
    size_t size;
    char *path = exchange_commitments(f, &good, &size);
    must(zkb_proving_key_load_or_generate(&key, f->config, f->srs, f->program, &error), &error);
    assert_int_equal(zkb_prove(&proof, &summary, key, &f->input, f->config, &error),
                     ZKB_ERROR_INTERNAL);
    assert_null(proof);
    assert_non_null(strstr(error.message, "not valid"));
    assert_non_null(strstr(error.message, "key file"));
    assert_true(summary.phase_seconds[ZKB_PHASE_VERIFY] > 0);
    (void)zkb_config_with_check(f->config, 0);
    must(zkb_prove(&proof, &summary, key, &f->input, f->config, &error), &error);
    (void)zkb_config_with_check(f->config, 1);
    assert_true(summary.phase_seconds[ZKB_PHASE_VERIFY] == 0);
    zkb_proving_key_program_id(id, key);
    must(zkb_verifying_key_from_id(&verifying, f->srs, id, &error), &error);
    assert_int_equal(
        zkb_verify_chunks(&verdict, verifying, proof, f->public_input, INPUT_BYTES, 1, &error),
        ZKB_ERROR_REJECTED);
    zkb_verifying_key_destroy(verifying);
    zkb_proof_destroy(proof);
    zkb_proving_key_destroy(key);
    write_bytes(path, good, size);
    free(good);
    free(path);
}

static void a_cache_that_cannot_be_written_to(void **state)
{
    fixture *f = *state;
    warnings w = {0};
    zkb_error error;
    zkb_config *config;
    zkb_keypair keys;
    write_bytes(at(f, "no-directory"), f->public_input, 1);
    must(zkb_config_create(&config, 10, at(f, "no-directory"), 8, &error), &error);
    (void)zkb_config_with_warnings(config, note, &w);
    must(zkb_keypair_load_or_generate(&keys, config, f->srs, f->program, &error), &error);
    assert_true(w.count >= 1);
    assert_non_null(strstr(w.last, "not kept"));
    assert_null(zkb_proving_key_file(keys.proving));
    zkb_keypair_clear(&keys);
    zkb_config_destroy(config);
}

static int stop_when_finished(void *context, const zkb_progress *p)
{
    unsigned *reused = context;
    *reused += p->event == ZKB_PROGRESS_CHUNK_REUSED;
    return p->event == ZKB_PROGRESS_CHUNK_FINISHED && p->chunk == 0;
}

static int count_reused(void *context, const zkb_progress *p)
{
    unsigned *reused = context;
    *reused += p->event == ZKB_PROGRESS_CHUNK_REUSED;
    return 0;
}

static void interrupted_proofs_end_with_the_same_bytes(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_proof *proof;
    zkb_proof *again;
    unsigned reused = 0;
    size_t n;
    size_t m;
    char folder[128];
    (void)snprintf(folder, sizeof folder, "%s", at(f, "resume"));
    must(zkb_prove(&proof, NULL, f->keys.proving, &f->input, f->config, &error), &error);
    const uint8_t *bytes = zkb_proof_bytes(proof, &n);
    (void)zkb_config_with_resume(zkb_config_with_threads(f->config, 1), folder);
    (void)zkb_config_with_progress(f->config, stop_when_finished, &reused);
    assert_int_equal(zkb_prove(&again, NULL, f->keys.proving, &f->input, f->config, &error),
                     ZKB_ERROR_CANCELLED);
    (void)zkb_config_with_progress(f->config, count_reused, &reused);
    must(zkb_prove(&again, NULL, f->keys.proving, &f->input, f->config, &error), &error);
    assert_int_equal(reused, 1);
    const uint8_t *bytes_again = zkb_proof_bytes(again, &m);
    assert_int_equal(n, m);
    assert_memory_equal(bytes, bytes_again, n);
    zkb_proof_destroy(again);

    /* A damaged piece is proved anew. */
    char *path = only_file(f, "resume/chunk-0000001");
    write_bytes(path, bytes, 1000);
    reused = 0;
    must(zkb_prove(&again, NULL, f->keys.proving, &f->input, f->config, &error), &error);
    assert_int_equal(reused, 1);
    bytes_again = zkb_proof_bytes(again, &m);
    assert_int_equal(n, m);
    assert_memory_equal(bytes, bytes_again, n);
    free(path);
    zkb_proof_destroy(again);
    zkb_proof_destroy(proof);
    (void)zkb_config_with_progress(zkb_config_with_resume(f->config, NULL), NULL, NULL);
}

/* Every byte of a proof counts: changed or cut anywhere, it is not valid. */
static void a_proof_damaged_anywhere(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_proof *proof;
    zkb_verdict verdict;
    size_t size;
    must(zkb_prove(&proof, NULL, f->keys.proving, &f->input, f->config, &error), &error);
    const uint8_t *bytes = zkb_proof_bytes(proof, &size);
    uint8_t *bad = malloc(size);
    assert_non_null(bad);
    for (size_t i = 0; i < size; i += i < 300 ? 31 : 1 + size / 8) {
        memcpy(bad, bytes, size);
        bad[i] ^= 1;
        error.message[0] = '\0';
        assert_int_not_equal(zkb_verify(&verdict, f->keys.verifying, bad, size, f->public_input,
                                        INPUT_BYTES, 1, &error),
                             ZKB_OK);
        assert_true(error.message[0] != '\0' && verdict.chunks == 0);
        assert_int_equal(zkb_verify(&verdict, f->keys.verifying, bytes, i, f->public_input,
                                    INPUT_BYTES, 1, &error),
                         ZKB_ERROR_FORMAT);
    }
    free(bad);
    zkb_proof_destroy(proof);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_file_damaged_in_any_byte),
        cmocka_unit_test(a_key_file_of_other_commitments),
        cmocka_unit_test(a_proof_that_is_not_valid_is_not_returned),
        cmocka_unit_test(a_cache_that_cannot_be_written_to),
        cmocka_unit_test(interrupted_proofs_end_with_the_same_bytes),
        cmocka_unit_test(a_proof_damaged_anywhere),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
