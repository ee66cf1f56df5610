#include "prover/resume.h"

#include "base/os/file.h"
#include "hash/transcript.h"
#include "prover/proved_bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAG = 32, PREFIX = 2 * TAG };
#define MOST_BYTES ((size_t)1 << 34) /* the longest stack has half of that */

void zkb_resume_tag(zkb_fr *out, const zkb_machine_key *key, const zkb_run_lengths *lengths,
                    unsigned k, unsigned log_stack, uint64_t chunk_size,
                    const uint8_t *public_input, const uint8_t *private_input)
{
    zkb_transcript t;
    const zkb_fr keys[2] = {key->id, key->tables[ZKB_KEYS - 1].digest};
    const uint64_t numbers[] = {lengths->public_bytes,
                                lengths->private_bytes,
                                lengths->output_bytes,
                                k,
                                log_stack,
                                chunk_size};
    zkb_transcript_init(&t, "zkbpf.resume.v2");
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
    zkb_transcript_init(&t, "zkbpf.resume.chunk.v2");
    zkb_transcript_absorb_fr(&t, tag, 1);
    zkb_transcript_absorb_u64(&t, &number, 1);
    zkb_transcript_absorb_bytes(&t, bytes, size);
    zkb_transcript_challenge(&digest, &t);
    zkb_fr_to_bytes(prefix, tag);
    zkb_fr_to_bytes(prefix + TAG, &digest);
}

bool zkb_resume_load(zkb_proved_chunk *out, const char *directory, uint32_t chunk,
                     const zkb_fr *tag)
{
    char *path = path_of(directory, chunk);
    uint8_t prefix[PREFIX];
    uint8_t *data = NULL;
    size_t total;
    *out = (zkb_proved_chunk){0};
    bool good = path != NULL &&
                zkb_file_read_regular(&data, &total, path, MOST_BYTES, NULL) == ZKB_OK &&
                total > PREFIX;
    free(path);
    size_t hashed = 0; /* what the digest is of: everything before the polynomial */
    good =
        good && zkb_proved_chunk_measure(&hashed, data + PREFIX, total - PREFIX) == total - PREFIX;
    if (good) {
        make_prefix(prefix, chunk, tag, data + PREFIX, hashed);
        good = memcmp(prefix, data, PREFIX) == 0 && zkb_proved_chunk_decode(out, data + PREFIX);
    }
    free(data);
    if (!good) {
        zkb_proved_chunk_clear(out);
        return false;
    }
    return true;
}

zkb_status zkb_resume_save(const char *directory, uint32_t chunk, const zkb_fr *tag,
                           const zkb_proved_chunk *proved, zkb_error *error)
{
    const size_t hashed = zkb_proved_chunk_head(proved);
    const size_t size = hashed + 32 * proved->length;
    char *path = path_of(directory, chunk);
    uint8_t *data = malloc(PREFIX + size);
    zkb_file_writer writer;
    if (path == NULL || data == NULL) {
        free(path);
        free(data);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "resume", chunk, "out of memory");
    }
    zkb_proved_chunk_encode(data + PREFIX, proved);
    make_prefix(data, chunk, tag, data + PREFIX, hashed);
    zkb_status status = zkb_file_check_replaceable(path, error);
    if (status == ZKB_OK) {
        status = zkb_file_writer_open(&writer, path, error);
    }
    if (status == ZKB_OK) {
        status = zkb_file_writer_write(&writer, data, PREFIX + size, error);
        if (status == ZKB_OK) {
            status = zkb_file_writer_commit(&writer, error);
        }
    }
    free(data);
    free(path);
    return status;
}
