#include "machine/run_proof.h"

#include "base/bytes_inline.h"
#include "kzg/mercury.h"

#include <stdlib.h>
#include <string.h>

/* Which segments have a content after of their own follows from the address: those of read-only
 * regions are listed with the identity and completed by the verifier. The encoding does not know;
 * it writes every point. */
enum {
    POINT = ZKB_G1_COMPRESSED_SIZE,
    TABLE_BYTES = 1 + 1 + 4,
    SEGMENT_BYTES = 8 + 4 + POINT,
    CLAIM_FIXED_BYTES =
        8 * (int)ZKB_REGISTER_COUNT + 4 + 4 + 4 + 4 * (int)ZKB_REGISTER_COUNT + 4 + 4 + 4,
    RECORD_NUMBERS = 8,
    HEADER_FIXED_BYTES = 8 + 4 + 4 + 4 + 3 * 8 + 4
};

/* ---- Reading ----------------------------------------------------------------------------- */

static const char out_of_memory[] = "memory";

typedef struct reader {
    const uint8_t *at;
    size_t left;
    const char *problem; /* the first, or NULL */
} reader;

static const uint8_t *take(reader *r, uint64_t size, const char *field)
{
    static const uint8_t nothing[64];
    if (r->problem == NULL && size > r->left) {
        r->problem = field;
    }
    if (r->problem != NULL) {
        return size <= sizeof nothing ? nothing : NULL;
    }
    const uint8_t *p = r->at;
    r->at += size; /* at most what is left */
    r->left -= (size_t)size;
    return p;
}

static uint32_t take32(reader *r, const char *field) { return zkb_load32(take(r, 4, field)); }

static uint64_t take64(reader *r, const char *field) { return zkb_load64(take(r, 8, field)); }

static void take_point(zkb_g1_affine *out, reader *r, const char *field)
{
    if (!zkb_g1_decompress(out, take(r, POINT, field)) && r->problem == NULL) {
        r->problem = field;
    }
}

/* Room for `count` elements that each take at least `bytes` of what is left, or NULL. */
static void *take_list(reader *r, uint64_t count, size_t bytes, size_t element, const char *field)
{
    if (r->problem == NULL && count > r->left / bytes) {
        r->problem = field;
    }
    void *list = r->problem == NULL ? calloc((size_t)count + 1, element) : NULL;
    if (r->problem == NULL && list == NULL) {
        r->problem = out_of_memory;
    }
    return list;
}

static zkb_status finish(const reader *r, const char *what, zkb_error *error)
{
    if (r->problem == out_of_memory) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "proof file", ZKB_NO_INDEX, "%s: out of memory",
                        what);
    }
    if (r->problem != NULL) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "proof file", ZKB_NO_INDEX,
                        "%s: malformed or cut short at: %s", what, r->problem);
    }
    if (r->left != 0) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "proof file", ZKB_NO_INDEX,
                        "%s: %zu bytes left over at its end", what, r->left);
    }
    return ZKB_OK;
}

/* ---- Writing ----------------------------------------------------------------------------- */

static uint8_t *put32(uint8_t *at, uint32_t value)
{
    zkb_store32(at, value);
    return at + 4;
}

static uint8_t *put64(uint8_t *at, uint64_t value)
{
    zkb_store64(at, value);
    return at + 8;
}

static uint8_t *put_point(uint8_t *at, const zkb_g1_affine *point)
{
    zkb_g1_compress(at, point);
    return at + POINT;
}

/* ---- Chunks ------------------------------------------------------------------------------ */

size_t zkb_chunk_claim_size(const zkb_chunk_claim *claim)
{
    return CLAIM_FIXED_BYTES + (size_t)TABLE_BYTES * claim->table_count +
           (size_t)SEGMENT_BYTES * claim->segment_count + claim->proof_size;
}

void zkb_chunk_claim_encode(uint8_t *out, const zkb_chunk_claim *claim)
{
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        out = put64(out, claim->after.r[i]);
    }
    out = put32(out, claim->after.pc);
    out = put32(out, claim->after.depth);
    out = put32(out, claim->clock_end);
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        out = put32(out, claim->register_time[i]);
    }
    out = put32(out, claim->table_count);
    out = put32(out, claim->segment_count);
    out = put32(out, (uint32_t)claim->proof_size);
    for (uint32_t t = 0; t < claim->table_count; t++) {
        *out++ = (uint8_t)claim->tables[t].chip;
        *out++ = claim->tables[t].log_height;
        out = put32(out, (uint32_t)claim->tables[t].active);
    }
    for (uint32_t s = 0; s < claim->segment_count; s++) {
        out = put64(out, claim->segments[s].base);
        out = put32(out, claim->segments[s].active);
        out = put_point(out, &claim->segments[s].after);
    }
    memcpy(out, claim->proof, claim->proof_size);
}

static void read_claim(zkb_chunk_claim *claim, reader *r)
{
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        claim->after.r[i] = take64(r, "registers");
    }
    claim->after.pc = take32(r, "pc");
    claim->after.depth = take32(r, "depth");
    claim->clock_end = take32(r, "clock");
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        claim->register_time[i] = take32(r, "register times");
    }
    claim->table_count = take32(r, "table count");
    claim->segment_count = take32(r, "segment count");
    claim->proof_size = take32(r, "proof size");
    claim->tables =
        take_list(r, claim->table_count, TABLE_BYTES, sizeof *claim->tables, "table count");
    for (uint32_t t = 0; r->problem == NULL && t < claim->table_count; t++) {
        const uint8_t *p = take(r, TABLE_BYTES, "tables");
        claim->tables[t] = (zkb_chunk_table){(zkb_chip_id)p[0], p[1], zkb_load32(p + 2)};
    }
    claim->segments =
        take_list(r, claim->segment_count, SEGMENT_BYTES, sizeof *claim->segments, "segment count");
    for (uint32_t s = 0; r->problem == NULL && s < claim->segment_count; s++) {
        claim->segments[s].base = take64(r, "segments");
        claim->segments[s].active = take32(r, "segments");
        take_point(&claim->segments[s].after, r, "segments");
    }
    claim->proof = take(r, claim->proof_size, "proof");
}

zkb_status zkb_chunk_claim_decode(zkb_chunk_claim *claim, const uint8_t *bytes, size_t size,
                                  zkb_error *error)
{
    reader r = {bytes, size, NULL};
    memset(claim, 0, sizeof *claim);
    read_claim(claim, &r);
    const zkb_status status = finish(&r, "chunk", error);
    if (status != ZKB_OK) {
        zkb_chunk_claim_clear(claim);
    }
    return status;
}

void zkb_chunk_claim_clear(zkb_chunk_claim *claim)
{
    free(claim->tables);
    free(claim->segments);
    memset(claim, 0, sizeof *claim);
}

/* ---- Header ------------------------------------------------------------------------------ */

size_t zkb_program_record_size(const zkb_program_record *record)
{
    return 4 * RECORD_NUMBERS + (size_t)POINT * (zkb_program_stacks(record) + record->data_count);
}

uint8_t *zkb_program_record_encode(uint8_t *out, const zkb_program_record *record)
{
    const uint32_t numbers[RECORD_NUMBERS] = {
        record->slot_count,         record->entry,
        record->layout.frame_bytes, record->layout.max_frames,
        record->layout.heap_bytes,  record->layout.output_bytes,
        record->read_only_bytes,    record->writable_bytes};
    for (unsigned i = 0; i < RECORD_NUMBERS; i++) {
        out = put32(out, numbers[i]);
    }
    for (uint32_t c = 0; c < zkb_program_stacks(record); c++) {
        out = put_point(out, &record->columns[c]);
    }
    for (uint32_t s = 0; s < record->data_count; s++) {
        out = put_point(out, &record->data[s]);
    }
    return out;
}

size_t zkb_run_header_size(const zkb_run_header *header)
{
    return HEADER_FIXED_BYTES + zkb_program_record_size(&header->record) +
           (size_t)POINT * zkb_segments_of_bytes(header->lengths.private_bytes) +
           (size_t)header->lengths.output_bytes;
}

void zkb_run_header_encode(uint8_t *out, const zkb_run_header *header)
{
    memcpy(out, ZKB_RUN_PROOF_MAGIC, 8);
    out = put32(out + 8, ZKB_RUN_PROOF_VERSION);
    out = put32(out, header->lookup_bits);
    out = put32(out, header->log_stack);
    out = zkb_program_record_encode(out, &header->record);
    out = put64(out, header->lengths.public_bytes);
    out = put64(out, header->lengths.private_bytes);
    out = put64(out, header->lengths.output_bytes);
    const uint32_t segments = zkb_segments_of_bytes(header->lengths.private_bytes);
    for (uint32_t s = 0; s < segments; s++) {
        out = put_point(out, &header->private_segments[s]);
    }
    if (header->lengths.output_bytes != 0) {
        memcpy(out, header->output, (size_t)header->lengths.output_bytes);
        out += header->lengths.output_bytes;
    }
    (void)put32(out, header->chunk_count);
}

static void read_record(zkb_program_record *record, reader *r)
{
    uint32_t numbers[RECORD_NUMBERS];
    for (unsigned i = 0; i < RECORD_NUMBERS; i++) {
        numbers[i] = take32(r, "program record");
    }
    *record = (zkb_program_record){.slot_count = numbers[0],
                                   .entry = numbers[1],
                                   .layout = {numbers[2], numbers[3], numbers[4], numbers[5]},
                                   .read_only_bytes = numbers[6],
                                   .writable_bytes = numbers[7]};
    for (uint32_t c = 0; c < zkb_program_stacks(record); c++) {
        take_point(&record->columns[c], r, "program columns");
    }
    record->data_count = zkb_read_only_segments(record) + zkb_writable_segments(record);
    record->data = take_list(r, record->data_count, POINT, sizeof *record->data, "program data");
    for (uint32_t s = 0; r->problem == NULL && s < record->data_count; s++) {
        take_point(&record->data[s], r, "program data");
    }
}

zkb_status zkb_program_record_decode(zkb_program_record *record, const uint8_t *bytes, size_t size,
                                     zkb_error *error)
{
    reader r = {bytes, size, NULL};
    read_record(record, &r);
    const zkb_status status = finish(&r, "program record", error);
    if (status != ZKB_OK) {
        zkb_program_record_clear(record);
    }
    return status;
}

static void read_header(zkb_run_header *header, reader *r)
{
    header->lookup_bits = take32(r, "lookup bits");
    if (r->problem == NULL && header->lookup_bits != ZKB_LOOKUP_COMPACT &&
        header->lookup_bits != ZKB_LOOKUP_WIDE) {
        r->problem = "lookup bits";
    }
    header->log_stack = take32(r, "height of stacks");
    read_record(&header->record, r);
    header->lengths.public_bytes = take64(r, "public input length");
    header->lengths.private_bytes = take64(r, "private input length");
    header->lengths.output_bytes = take64(r, "output length");
    if (r->problem == NULL && header->lengths.private_bytes > ZKB_MAX_INPUT_BYTES) {
        r->problem = "private input length";
    }
    const uint32_t segments = zkb_segments_of_bytes(header->lengths.private_bytes);
    header->private_segments =
        take_list(r, segments, POINT, sizeof *header->private_segments, "private input");
    for (uint32_t s = 0; r->problem == NULL && s < segments; s++) {
        take_point(&header->private_segments[s], r, "private input");
    }
    header->output = take_list(r, header->lengths.output_bytes, 1, 1, "output");
    if (r->problem == NULL) {
        memcpy(header->output, take(r, header->lengths.output_bytes, "output"),
               (size_t)header->lengths.output_bytes);
    }
    header->chunk_count = take32(r, "chunk count");
}

/* Magic, version and header. */
static zkb_status begin(zkb_run_header *header, reader *r, const char *name, zkb_error *error)
{
    if (memcmp(take(r, 8, "magic"), ZKB_RUN_PROOF_MAGIC, 8) != 0) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "proof file", 0, "%s: not a zkbpf proof file",
                        name);
    }
    const uint32_t version = take32(r, "version");
    if (version != ZKB_RUN_PROOF_VERSION) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "proof file", 8,
                        "%s: version %u, but this program reads version %u", name, version,
                        ZKB_RUN_PROOF_VERSION);
    }
    read_header(header, r);
    return ZKB_OK;
}

zkb_status zkb_run_header_decode(zkb_run_header *header, size_t *used, const uint8_t *bytes,
                                 size_t size, const char *name, zkb_error *error)
{
    reader r = {bytes, size, NULL};
    memset(header, 0, sizeof *header);
    zkb_status status = begin(header, &r, name, error);
    *used = size - r.left;
    r.left = 0; /* what follows is the caller's */
    if (status == ZKB_OK) {
        status = finish(&r, name, error);
    }
    if (status != ZKB_OK) {
        zkb_run_header_clear(header);
    }
    return status;
}

void zkb_run_header_clear(zkb_run_header *header)
{
    free(header->output);
    free(header->private_segments);
    zkb_program_record_clear(&header->record);
    memset(header, 0, sizeof *header);
}

zkb_status zkb_run_proof_decode(zkb_run_proof *out, const uint8_t *bytes, size_t size,
                                const char *name, zkb_error *error)
{
    reader r = {bytes, size, NULL};
    memset(out, 0, sizeof *out);
    ZKB_TRY(begin(&out->header, &r, name, error));
    const uint32_t count = r.problem == NULL ? out->header.chunk_count : 0;
    out->chunks = take_list(&r, count, 4 + CLAIM_FIXED_BYTES, sizeof *out->chunks, "chunk count");
    zkb_status status = ZKB_OK;
    for (uint32_t c = 0; status == ZKB_OK && r.problem == NULL && c < count; c++) {
        const uint32_t chunk_size = take32(&r, "chunk size");
        const uint8_t *chunk = take(&r, chunk_size, "chunk");
        if (r.problem == NULL) {
            status = zkb_chunk_claim_decode(&out->chunks[c], chunk, chunk_size, error);
        }
    }
    out->folds_size = take32(&r, "size of the folds");
    out->folds = take(&r, out->folds_size, "folds");
    out->opening = take(&r, ZKB_MERCURY_PROOF_SIZE, "opening");
    if (status == ZKB_OK) {
        status = finish(&r, name, error);
    }
    if (status != ZKB_OK) {
        zkb_run_proof_clear(out);
    }
    return status;
}

void zkb_run_proof_clear(zkb_run_proof *proof)
{
    for (uint32_t c = 0; proof->chunks != NULL && c < proof->header.chunk_count; c++) {
        zkb_chunk_claim_clear(&proof->chunks[c]);
    }
    free(proof->chunks);
    zkb_run_header_clear(&proof->header);
    memset(proof, 0, sizeof *proof);
}
