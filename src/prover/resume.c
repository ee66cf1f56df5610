#include "prover/resume.h"

#include "base/os/file.h"
#include "hash/transcript.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAG = 32, PREFIX = 2 * TAG, MOST_BYTES = 64 << 20 };

void zkb_resume_tag(zkb_fr *out, const zkb_machine_key *key, const zkb_run_lengths *lengths,
                    unsigned k, uint64_t chunk_size, const uint8_t *public_input,
                    const uint8_t *private_input)
{
    zkb_transcript t;
    const zkb_fr keys[2] = {key->id, key->tables[ZKB_KEYS - 1].digest};
    const uint64_t numbers[] = {lengths->public_bytes, lengths->private_bytes,
                                lengths->output_bytes, k, chunk_size};
    zkb_transcript_init(&t, "zkbpf.resume.v1");
    zkb_transcript_absorb_fr(&t, keys, 2);
    zkb_transcript_absorb_u64(&t, numbers, sizeof numbers / sizeof numbers[0]);
    zkb_transcript_absorb_bytes(&t, public_input, lengths->public_bytes);
    zkb_transcript_absorb_bytes(&t, private_input, lengths->private_bytes);
    zkb_transcript_challenge(out, &t);
}

static char *path_of(const char *directory, uint32_t chunk)
{
    char *path;
    return asprintf(&path, "%s/chunk-%07u", directory, chunk) < 0 ? NULL : path;
}

zkb_status zkb_resume_open(bool *made, const char *directory, zkb_error *error)
{
    struct stat information;
    *made = mkdir(directory, 0777) == 0;
    if (!*made &&
        !(errno == EEXIST && stat(directory, &information) == 0 && S_ISDIR(information.st_mode))) {
        return zkb_fail(error, ZKB_ERROR_IO, "resume", ZKB_NO_INDEX,
                        "%s: cannot be made or is no directory", directory);
    }
    char *path = path_of(directory, 0);
    zkb_status status =
        path == NULL ? zkb_fail(error, ZKB_ERROR_MEMORY, "resume", ZKB_NO_INDEX, "out of memory")
                     : zkb_file_check_replaceable(path, error);
    if (status == ZKB_OK) {
        status = zkb_file_writable(path, error);
    }
    free(path);
    return status;
}

void zkb_resume_remove(const char *directory) { (void)rmdir(directory); }

/* The run's tag, and a digest of tag, number and content. */
static void make_prefix(uint8_t prefix[PREFIX], uint32_t chunk, const zkb_fr *tag,
                        const uint8_t *bytes, size_t size)
{
    zkb_transcript t;
    zkb_fr digest;
    const uint64_t number = chunk;
    zkb_transcript_init(&t, "zkbpf.resume.chunk.v1");
    zkb_transcript_absorb_fr(&t, tag, 1);
    zkb_transcript_absorb_u64(&t, &number, 1);
    zkb_transcript_absorb_bytes(&t, bytes, size);
    zkb_transcript_challenge(&digest, &t);
    zkb_fr_to_bytes(prefix, tag);
    zkb_fr_to_bytes(prefix + TAG, &digest);
}

bool zkb_resume_load(uint8_t **bytes, size_t *size, const char *directory, uint32_t chunk,
                     const zkb_fr *tag)
{
    char *path = path_of(directory, chunk);
    uint8_t prefix[PREFIX];
    uint8_t *data = NULL;
    size_t total;
    bool good = path != NULL &&
                zkb_file_read_regular(&data, &total, path, MOST_BYTES, NULL) == ZKB_OK &&
                total > PREFIX;
    free(path);
    if (good) {
        make_prefix(prefix, chunk, tag, data + PREFIX, total - PREFIX);
        good = memcmp(prefix, data, PREFIX) == 0;
    }
    if (!good) {
        free(data);
        return false;
    }
    *size = total - PREFIX;
    memmove(data, data + PREFIX, *size);
    *bytes = data;
    return true;
}

zkb_status zkb_resume_save(const char *directory, uint32_t chunk, const zkb_fr *tag,
                           const uint8_t *bytes, size_t size, zkb_error *error)
{
    char *path = path_of(directory, chunk);
    uint8_t prefix[PREFIX];
    zkb_file_writer writer;
    if (path == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "resume", chunk, "out of memory");
    }
    make_prefix(prefix, chunk, tag, bytes, size);
    zkb_status status = zkb_file_check_replaceable(path, error);
    if (status == ZKB_OK) {
        status = zkb_file_writer_open(&writer, path, error);
    }
    if (status == ZKB_OK) {
        status = zkb_file_writer_write(&writer, prefix, PREFIX, error);
    }
    if (status == ZKB_OK) {
        status = zkb_file_writer_write(&writer, bytes, size, error);
    }
    if (status == ZKB_OK) {
        status = zkb_file_writer_commit(&writer, error);
    }
    free(path);
    return status;
}
