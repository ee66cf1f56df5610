/* Proofs as handles of the public interface. */
#include "machine/keys.h"
#include "machine/segment_map.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "proof file"

static zkb_status malformed(uint32_t chunk, const char *what, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, chunk, "chunk %u: %s", chunk, what);
}

static zkb_status out_of_memory(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory for a proof");
}

/* ---- Reading ----------------------------------------------------------------------------- */

/* Names a segment, and its content before and after when it has its own; moves the map on. */
static zkb_status read_segment(zkb_chunk_segment_info *out, zkb_segment_map *map,
                               const zkb_run_header *header, const zkb_chunk_segment *segment,
                               uint32_t chunk, zkb_error *error)
{
    zkb_segment_info info;
    zkb_g1_affine before;
    if (!zkb_segment_find(&info, &header->record, &header->lengths, segment->base)) {
        return malformed(chunk, "a segment that the run does not have", error);
    }
    memset(out, 0, sizeof *out);
    out->address = segment->base * 8;
    if (info.chip != ZKB_CHIP_SEGMENT) {
        return ZKB_OK;
    }
    out->writable = 1;
    zkb_segment_map_get(&before, map, segment->base);
    zkb_g1_compress(out->before, &before);
    zkb_g1_compress(out->after, &segment->after);
    return zkb_segment_map_set(map, segment->base, &segment->after, error);
}

static zkb_status read_chunk(zkb_proof *p, zkb_segment_map *map, uint32_t n, zkb_error *error)
{
    const zkb_run_header *header = &p->run.header;
    zkb_chunk_proof *chunk = &p->chunks[n];
    *chunk = (zkb_chunk_proof){.claim = &p->run.chunks[n], .index = n};
    if (n == 0) {
        zkb_run_initial_state(&chunk->before, &header->record, &header->lengths);
    } else {
        chunk->before = p->run.chunks[n - 1].after;
    }
    if (chunk->claim->clock_end < 2) {
        return malformed(n, "no instructions", error);
    }
    const uint32_t count = chunk->claim->segment_count;
    chunk->segments = calloc((size_t)count + 1, sizeof *chunk->segments);
    if (chunk->segments == NULL) {
        return out_of_memory(error);
    }
    for (uint32_t s = 0; s < count; s++) {
        ZKB_TRY(
            read_segment(&chunk->segments[s], map, header, &chunk->claim->segments[s], n, error));
    }
    return ZKB_OK;
}

/* Only writable segments are asked of the map; those of the program's data begin as its record
 * says, all others with zeros. */
static zkb_status start_map(zkb_segment_map *map, const zkb_program_record *record,
                            zkb_error *error)
{
    const zkb_run_lengths none = {0};
    return zkb_segment_map_init(map, record, &none, NULL, NULL, error);
}

static zkb_status read_chunks(zkb_proof *p, zkb_error *error)
{
    const zkb_run_header *header = &p->run.header;
    zkb_segment_map map;
    ZKB_TRY(zkb_program_record_check(&header->record, error));
    ZKB_TRY(zkb_run_lengths_check(&header->lengths, &header->record, error));
    p->chunks = calloc((size_t)header->chunk_count + 1, sizeof *p->chunks);
    if (p->chunks == NULL) {
        return out_of_memory(error);
    }
    ZKB_TRY(start_map(&map, &header->record, error));
    zkb_status status = zkb_segment_map_cover(&map, &p->run, error);
    for (uint32_t n = 0; status == ZKB_OK && n < header->chunk_count; n++) {
        status = read_chunk(p, &map, n, error);
    }
    zkb_segment_map_clear(&map);
    return status;
}

zkb_status zkb_proof_adopt(zkb_proof **proof, uint8_t *bytes, size_t size, const char *name,
                           zkb_error *error)
{
    *proof = NULL;
    zkb_proof *p = calloc(1, sizeof *p);
    if (p == NULL) {
        free(bytes);
        return out_of_memory(error);
    }
    p->bytes = bytes;
    p->size = size;
    zkb_status status = zkb_run_proof_decode(&p->run, bytes, size, name, error);
    if (status == ZKB_OK) {
        status = read_chunks(p, error);
    }
    if (status != ZKB_OK) {
        zkb_proof_destroy(p);
        return status;
    }
    *proof = p;
    return ZKB_OK;
}

zkb_status zkb_proof_parse(zkb_proof **proof, const uint8_t *bytes, size_t size, const char *name,
                           zkb_error *error)
{
    *proof = NULL;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        return out_of_memory(error);
    }
    if (size != 0) {
        memcpy(copy, bytes, size);
    }
    return zkb_proof_adopt(proof, copy, size, name, error);
}

void zkb_proof_destroy(zkb_proof *proof)
{
    if (proof == NULL) {
        return;
    }
    for (uint32_t n = 0; proof->chunks != NULL && n < proof->run.header.chunk_count; n++) {
        free(proof->chunks[n].segments);
    }
    free(proof->chunks);
    zkb_run_proof_clear(&proof->run);
    free(proof->bytes);
    free(proof);
}

/* ---- Looking at it ----------------------------------------------------------------------- */

const uint8_t *zkb_proof_bytes(const zkb_proof *proof, size_t *size)
{
    *size = proof->size;
    return proof->bytes;
}

const uint8_t *zkb_proof_output(const zkb_proof *proof, size_t *size)
{
    *size = (size_t)proof->run.header.lengths.output_bytes;
    return *size == 0 ? NULL : proof->run.header.output;
}

void zkb_proof_describe(zkb_proof_facts *facts, size_t size, const zkb_proof *proof)
{
    const zkb_run_header *h = &proof->run.header;
    zkb_proof_facts all = {.public_bytes = h->lengths.public_bytes,
                           .private_bytes = h->lengths.private_bytes,
                           .output_bytes = h->lengths.output_bytes,
                           .chunks = h->chunk_count,
                           .lookup_bits = h->lookup_bits,
                           .program_slots = h->record.slot_count,
                           .program_entry = h->record.entry,
                           .log_stack = h->log_stack};
    for (uint32_t n = 0; n < h->chunk_count; n++) {
        all.instructions += zkb_chunk_proof_instructions(&proof->chunks[n]);
        all.r0 = proof->run.chunks[n].after.r[0];
    }
    zkb_copy_facts(facts, size, &all, sizeof all);
}

uint32_t zkb_proof_chunk_count(const zkb_proof *proof) { return proof->run.header.chunk_count; }

const zkb_chunk_proof *zkb_proof_chunk(const zkb_proof *proof, uint32_t index)
{
    return index < proof->run.header.chunk_count ? &proof->chunks[index] : NULL;
}

const uint8_t *zkb_chunk_proof_bytes(const zkb_chunk_proof *chunk, size_t *size)
{
    const zkb_chunk_claim *claim = chunk->claim;
    *size = zkb_chunk_claim_size(claim);
    return claim->proof + claim->proof_size - *size; /* the proof comes last */
}

uint32_t zkb_chunk_proof_index(const zkb_chunk_proof *chunk) { return chunk->index; }

uint64_t zkb_chunk_proof_instructions(const zkb_chunk_proof *chunk)
{
    return chunk->claim->clock_end - 1;
}

static void to_registers(zkb_registers *out, const zkb_machine_state *state)
{
    memcpy(out->r, state->r, sizeof out->r);
    out->pc = state->pc;
}

void zkb_chunk_proof_initial(zkb_registers *registers, const zkb_chunk_proof *chunk)
{
    to_registers(registers, &chunk->before);
}

void zkb_chunk_proof_final(zkb_registers *registers, const zkb_chunk_proof *chunk)
{
    to_registers(registers, &chunk->claim->after);
}

uint32_t zkb_chunk_proof_table_count(const zkb_chunk_proof *chunk)
{
    return chunk->claim->table_count;
}

zkb_status zkb_chunk_proof_table(zkb_table_facts *table, const zkb_chunk_proof *chunk,
                                 uint32_t index)
{
    if (index >= chunk->claim->table_count) {
        return ZKB_ERROR_ARGUMENT;
    }
    const zkb_chunk_table *t = &chunk->claim->tables[index];
    *table = (zkb_table_facts){
        .name = (unsigned)t->chip < ZKB_CHIP_COUNT ? zkb_machine_chips[t->chip].name : "?",
        .log_rows = t->log_height,
        .active = t->active};
    return ZKB_OK;
}

uint32_t zkb_chunk_proof_segment_count(const zkb_chunk_proof *chunk)
{
    return chunk->claim->segment_count;
}

zkb_status zkb_chunk_proof_segment(zkb_chunk_segment_info *segment, const zkb_chunk_proof *chunk,
                                   uint32_t index)
{
    if (index >= chunk->claim->segment_count) {
        return ZKB_ERROR_ARGUMENT;
    }
    *segment = chunk->segments[index];
    return ZKB_OK;
}
