/* Key files: docs/formats.md, "Key files". */
#include "base/bytes_inline.h"
#include "base/checksum.h"
#include "hash/transcript.h"
#include "machine/run_proof.h"
#include "prover/proving_key.h"
#include "vm/dialect.h"

#include <stdlib.h>
#include <string.h>

enum {
    AT_MAGIC = 0,
    AT_VERSION = 8,
    AT_K = 12,
    AT_LOOKUP_BITS = 16,
    AT_ZERO = 20,
    AT_SIZE = 24,
    AT_CHECKSUM = 32,
    AT_DIGEST = 64,
    HEADER = 96,
    VERSION = 2
};
static const uint8_t magic[8] = {'z', 'k', 'b', '-', 'k', 'e', 'y', 0};

static void absorb_code(zkb_transcript *t, const zkb_program *program)
{
    for (uint32_t slot = 0; slot < program->slot_count; slot++) {
        const zkb_instruction *i = &program->code[slot];
        const uint64_t words[2] = {(uint64_t)i->opcode | (uint64_t)i->dst << 8 |
                                       (uint64_t)i->src << 16 | (uint64_t)(uint16_t)i->offset << 24,
                                   (uint64_t)(uint32_t)i->imm |
                                       (uint64_t)program->function_start[slot] << 32};
        zkb_transcript_absorb_u64(t, words, 2);
    }
}

void zkb_key_digest(zkb_fr *out, const zkb_program *program, const zkb_srs *srs,
                    unsigned lookup_bits)
{
    const zkb_memory_layout *l = &program->layout;
    const uint64_t numbers[] = {ZKB_MACHINE_VERSION | (uint64_t)zkb_dialect_number(program->dialect)
                                                          << 32,
                                lookup_bits,
                                program->slot_count,
                                program->entry,
                                l->frame_bytes,
                                l->max_frames,
                                l->heap_bytes,
                                l->output_bytes,
                                program->read_only_bytes,
                                program->writable_bytes};
    zkb_transcript t;
    zkb_transcript_init(&t, "zkbpf.key-file.v1");
    zkb_transcript_absorb_fr(&t, &srs->digest, 1);
    zkb_transcript_absorb_u64(&t, numbers, sizeof numbers / sizeof numbers[0]);
    absorb_code(&t, program);
    zkb_transcript_absorb_bytes(&t, program->read_only, program->read_only_bytes);
    zkb_transcript_absorb_bytes(&t, program->writable, program->writable_bytes);
    zkb_transcript_challenge(out, &t);
}

/* Of the file, its own bytes taken as zero; header is HEADER bytes. */
static void checksum_file(uint8_t out[ZKB_CHECKSUM_SIZE], const uint8_t *bytes, size_t size)
{
    uint8_t header[HEADER];
    zkb_checksum checksum;
    memcpy(header, bytes, HEADER);
    memset(header + AT_CHECKSUM, 0, ZKB_CHECKSUM_SIZE);
    zkb_checksum_init(&checksum);
    zkb_checksum_add(&checksum, header, HEADER);
    zkb_checksum_add(&checksum, bytes + HEADER, size - HEADER);
    zkb_checksum_finish(out, &checksum);
}

zkb_status zkb_key_file_encode(uint8_t **bytes, size_t *size, const zkb_program_record *record,
                               const zkb_config *config, const zkb_fr *digest, zkb_error *error)
{
    const size_t total = HEADER + zkb_program_record_size(record);
    uint8_t *b = calloc(1, total);
    *bytes = b;
    *size = total;
    if (b == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "key", ZKB_NO_INDEX, "out of memory");
    }
    memcpy(b + AT_MAGIC, magic, sizeof magic);
    zkb_store32(b + AT_VERSION, VERSION);
    zkb_store32(b + AT_K, config->k);
    zkb_store32(b + AT_LOOKUP_BITS, config->lookup_bits);
    zkb_store64(b + AT_SIZE, total);
    zkb_fr_to_bytes(b + AT_DIGEST, digest);
    (void)zkb_program_record_encode(b + HEADER, record);
    checksum_file(b + AT_CHECKSUM, b, total);
    return ZKB_OK;
}

static const char *header_problem(const uint8_t *b, size_t size, const zkb_config *config,
                                  const zkb_fr *digest)
{
    uint8_t expected[32];
    if (size < HEADER || memcmp(b + AT_MAGIC, magic, sizeof magic) != 0) {
        return "not a key file of zkbpf";
    }
    if (zkb_load32(b + AT_VERSION) != VERSION) {
        return "a key file of another version";
    }
    if (zkb_load64(b + AT_SIZE) != size) {
        return "truncated, or longer than it says";
    }
    checksum_file(expected, b, size);
    if (memcmp(b + AT_CHECKSUM, expected, ZKB_CHECKSUM_SIZE) != 0) {
        return "damaged (the checksum does not match)";
    }
    zkb_fr_to_bytes(expected, digest);
    if (zkb_load32(b + AT_K) != config->k || zkb_load32(b + AT_ZERO) != 0 ||
        zkb_load32(b + AT_LOOKUP_BITS) != config->lookup_bits ||
        memcmp(b + AT_DIGEST, expected, sizeof expected) != 0) {
        return "a key of something else";
    }
    return NULL;
}

zkb_status zkb_key_file_decode(zkb_program_record *record, const uint8_t *bytes, size_t size,
                               const char *name, const zkb_config *config, const zkb_fr *digest,
                               zkb_error *error)
{
    zkb_error inner;
    const char *problem = header_problem(bytes, size, config, digest);
    if (problem != NULL) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "key", ZKB_NO_INDEX, "%s: %s", name, problem);
    }
    const zkb_status status =
        zkb_program_record_decode(record, bytes + HEADER, size - HEADER, &inner);
    if (status != ZKB_OK) {
        return zkb_fail(error, status, "key", ZKB_NO_INDEX, "%s: %.150s", name, inner.message);
    }
    return ZKB_OK;
}
