#include "prover/resume.h"

#include "base/bytes_inline.h"
#include "base/checksum.h"
#include "base/os/file.h"
#include "hash/transcript.h"
#include "proof/limits.h"

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

/* ---- A chunk as bytes ------------------------------------------------------------------------ */

/* Sizes (u64), then the claim, then the chunk as it stands in the proof file: what the prefix's
 * digest is of. The polynomial follows; of it the head has a checksum. */
enum { NUMBERS = 4, HEAD_ELEMENTS = 1 + 1 + 3, HEAD = 8 * NUMBERS + ZKB_CHECKSUM_SIZE };

static size_t head_size(unsigned variables, size_t chunk_size)
{
    return HEAD + 32 * (HEAD_ELEMENTS + (size_t)variables) + chunk_size;
}

static uint8_t *put_elements(uint8_t *at, const zkb_fr *values, size_t count)
{
    for (size_t i = 0; i < count; i++, at += 32) {
        zkb_fr_to_bytes(at, &values[i]);
    }
    return at;
}

static bool take_elements(zkb_fr *values, const uint8_t **at, size_t count)
{
    for (size_t i = 0; i < count; i++, *at += 32) {
        if (!zkb_fr_from_bytes(&values[i], *at)) {
            return false;
        }
    }
    return true;
}

static void checksum(uint8_t out[ZKB_CHECKSUM_SIZE], const uint8_t *data, size_t size)
{
    zkb_checksum sum;
    zkb_checksum_init(&sum);
    zkb_checksum_add(&sum, data, size);
    zkb_checksum_finish(out, &sum);
}

/* Writes head_size bytes at `out` and then the polynomial. */
static void encode(uint8_t *out, const zkb_proved_chunk *c)
{
    const zkb_open_claim *open = &c->open;
    uint8_t *f = out + head_size(open->variables, c->size);
    zkb_store64(out, c->size);
    zkb_store64(out + 8, open->variables);
    zkb_store64(out + 16, open->transcript.available);
    zkb_store64(out + 24, c->length);
    (void)put_elements(f, c->f, c->length);
    checksum(out + 8 * NUMBERS, f, 32 * c->length);
    uint8_t *at = put_elements(out + HEAD, &open->value, 1);
    at = put_elements(at, &open->digest, 1);
    at = put_elements(at, open->transcript.state, 3);
    at = put_elements(at, open->point, open->variables);
    memcpy(at, c->bytes, c->size);
}

/* Reads what encode wrote, of `size` bytes in all, whose digest is as the prefix says. */
static bool decode(zkb_proved_chunk *c, const uint8_t *in, size_t size)
{
    uint8_t sum[ZKB_CHECKSUM_SIZE];
    zkb_open_claim *open = &c->open;
    c->size = zkb_load64(in);
    open->variables = (unsigned)zkb_load64(in + 8);
    open->transcript.available = (unsigned)zkb_load64(in + 16);
    c->length = zkb_load64(in + 24);
    const uint8_t *f = in + head_size(open->variables, c->size);
    checksum(sum, f, 32 * c->length);
    if (size != head_size(open->variables, c->size) + 32 * c->length ||
        memcmp(sum, in + 8 * NUMBERS, sizeof sum) != 0) {
        return false;
    }
    c->bytes = malloc(c->size + 1);
    c->f = malloc((c->length + 1) * sizeof *c->f);
    const uint8_t *at = in + HEAD;
    if (c->bytes == NULL || c->f == NULL || !take_elements(&open->value, &at, 1) ||
        !take_elements(&open->digest, &at, 1) || !take_elements(open->transcript.state, &at, 3) ||
        !take_elements(open->point, &at, open->variables)) {
        return false;
    }
    memcpy(c->bytes, at, c->size);
    return take_elements(c->f, &f, c->length);
}

/* The part that the digest is of, when the sizes that it names are possible and fit the file. */
static size_t hashed_part(const uint8_t *body, size_t size)
{
    if (size < HEAD) {
        return 0;
    }
    const uint64_t chunk = zkb_load64(body), variables = zkb_load64(body + 8);
    const uint64_t available = zkb_load64(body + 16), length = zkb_load64(body + 24);
    if (chunk > size || variables < ZKB_MIN_OPEN_VARIABLES ||
        variables > ZKB_MERCURY_MAX_VARIABLES || available > ZKB_TRANSCRIPT_RATE || length == 0 ||
        length > (uint64_t)1 << variables || length > size / 32) {
        return 0;
    }
    const size_t head = head_size((unsigned)variables, chunk);
    return head + 32 * length == size ? head : 0;
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
    const size_t hashed = good ? hashed_part(data + PREFIX, total - PREFIX) : 0;
    if (hashed != 0) {
        make_prefix(prefix, chunk, tag, data + PREFIX, hashed);
        good = memcmp(prefix, data, PREFIX) == 0 && decode(out, data + PREFIX, total - PREFIX);
    }
    free(data);
    if (!good || hashed == 0) {
        zkb_proved_chunk_clear(out);
        return false;
    }
    return true;
}

zkb_status zkb_resume_save(const char *directory, uint32_t chunk, const zkb_fr *tag,
                           const zkb_proved_chunk *proved, zkb_error *error)
{
    const size_t hashed = head_size(proved->open.variables, proved->size);
    const size_t size = hashed + 32 * proved->length;
    char *path = path_of(directory, chunk);
    uint8_t *data = malloc(PREFIX + size);
    zkb_file_writer writer;
    if (path == NULL || data == NULL) {
        free(path);
        free(data);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "resume", chunk, "out of memory");
    }
    encode(data + PREFIX, proved);
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
