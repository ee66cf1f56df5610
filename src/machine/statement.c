#include "machine/statement.h"

#include "air/chip.h"
#include "base/bytes_inline.h"

#include <string.h>

#define HEADER_NUMBERS (2 + 3 + 1 + 2 * (ZKB_REGISTER_COUNT + 2) + 1 + ZKB_REGISTER_COUNT + 2)
#define HEADER_BYTES(segments) (32 + 8 * ((size_t)HEADER_NUMBERS + (segments)))
#define CALL_INSTANCES 2u

size_t zkb_chunk_statement_scratch(uint32_t table_count, uint32_t segment_count)
{
    const size_t all = (size_t)table_count + segment_count;
    return zkb_arena_cost(all * sizeof(zkb_table)) +
           zkb_arena_cost(2 * (size_t)segment_count * sizeof(zkb_external_column)) +
           zkb_arena_cost(sizeof(zkb_chunk_terms)) +
           zkb_arena_cost((ZKB_SEGMENT_INSTANCES * (size_t)segment_count + CALL_INSTANCES) *
                          sizeof(zkb_fr)) +
           zkb_arena_cost(HEADER_BYTES(segment_count));
}

static zkb_status reject(zkb_error *error, const zkb_chunk_statement *chunk, const char *what)
{
    return zkb_fail(error, ZKB_ERROR_REJECTED, "chunk statement", chunk->index, "%s", what);
}

/* ---- Header bytes ------------------------------------------------------------------------ */

static uint8_t *put_number(uint8_t *at, uint64_t value)
{
    zkb_store64(at, value);
    return at + 8;
}

static uint8_t *put_state(uint8_t *at, const zkb_machine_state *state)
{
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        at = put_number(at, state->r[i]);
    }
    return put_number(put_number(at, state->pc), state->depth);
}

static void write_header(uint8_t *at, const zkb_machine_key *key, const zkb_chunk_statement *chunk)
{
    zkb_fr_to_bytes(at, &key->id);
    at = put_number(at + 32, ZKB_MACHINE_VERSION);
    at = put_number(at, key->lookup_bits);
    at = put_number(at, chunk->lengths.public_bytes);
    at = put_number(at, chunk->lengths.private_bytes);
    at = put_number(at, chunk->lengths.output_bytes);
    at = put_number(at, chunk->index);
    at = put_state(at, &chunk->boundary.before);
    at = put_state(at, &chunk->boundary.after);
    at = put_number(at, chunk->boundary.clock_end);
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        at = put_number(at, chunk->boundary.register_time[i]);
    }
    at = put_number(at, chunk->table_count);
    at = put_number(at, chunk->segment_count);
    for (uint32_t s = 0; s < chunk->segment_count; s++) {
        at = put_number(at, chunk->segments[s].base);
    }
}

/* ---- Tables ------------------------------------------------------------------------------ */

static zkb_status check_tables(const zkb_chunk_statement *chunk, zkb_error *error)
{
    uint64_t instructions = 0;
    for (uint32_t t = 0; t < chunk->table_count; t++) {
        const zkb_chunk_table *table = &chunk->tables[t];
        if ((unsigned)table->chip >= ZKB_CHIP_COUNT || zkb_chip_is_segment(table->chip)) {
            return reject(error, chunk, "a table of an unknown chip");
        }
        if (t > 0 && table->chip < chunk->tables[t - 1].chip) {
            return reject(error, chunk, "tables out of order");
        }
        if (table->log_height > ZKB_MAX_LOG_HEIGHT || table->active > (uint64_t)1
                                                                          << table->log_height) {
            return reject(error, chunk, "a table's height is out of range");
        }
        if (zkb_chip_is_instruction(table->chip)) {
            instructions += table->active;
        }
    }
    if (chunk->boundary.clock_end >= ZKB_MAX_CLOCK ||
        instructions + 1 != chunk->boundary.clock_end) {
        return reject(error, chunk, "the clock is not the number of instructions");
    }
    return ZKB_OK;
}

static zkb_status shape_segment(zkb_table *table, zkb_fr *instances, const zkb_machine_key *key,
                                const zkb_chunk_statement *chunk, uint32_t s, zkb_error *error)
{
    const zkb_chunk_segment *segment = &chunk->segments[s];
    zkb_segment_info info;
    if (s > 0 && segment->base <= chunk->segments[s - 1].base) {
        return reject(error, chunk, "segments out of order");
    }
    if (!zkb_segment_find(&info, &key->record, &chunk->lengths, segment->base)) {
        return reject(error, chunk, "a segment that the run does not have");
    }
    if (segment->active > (uint64_t)1 << info.log_words) {
        return reject(error, chunk, "a segment with more words than it has");
    }
    if (info.chip != ZKB_CHIP_SEGMENT && !zkb_g1_affine_equal(&segment->before, &segment->after)) {
        return reject(error, chunk, "a read-only segment changes");
    }
    zkb_segment_instances(instances, &info, segment->base, chunk->lengths.private_bytes);
    table->shape = (zkb_table_shape){.chip = key->chips[info.chip],
                                     .log_height = info.log_words,
                                     .active = segment->active,
                                     .instances = instances};
    return ZKB_OK;
}

static void shape_tables(zkb_table *tables, zkb_fr *instances, const zkb_machine_key *key,
                         const zkb_chunk_statement *chunk)
{
    zkb_fr_from_u64(&instances[0], key->record.layout.frame_bytes);
    zkb_fr_from_u64(&instances[1], key->record.layout.max_frames);
    for (uint32_t t = 0; t < chunk->table_count; t++) {
        const zkb_chip *chip = key->chips[chunk->tables[t].chip];
        tables[t].shape =
            (zkb_table_shape){.chip = chip,
                              .log_height = chunk->tables[t].log_height,
                              .active = chunk->tables[t].active,
                              .instances = chip->instance_count != 0 ? instances : NULL};
    }
}

static zkb_status no_room(const zkb_chunk_statement *chunk, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, "chunk statement", chunk->index, "arena too small");
}

zkb_status zkb_chunk_statement_over(zkb_statement *out, const zkb_table *tables, zkb_arena *arena,
                                    const zkb_machine_key *key, const zkb_chunk_statement *chunk,
                                    zkb_error *error)
{
    const size_t header_size = HEADER_BYTES(chunk->segment_count);
    zkb_external_column *external =
        zkb_arena_alloc(arena, 2 * (size_t)chunk->segment_count, sizeof *external);
    zkb_chunk_terms *terms = zkb_arena_alloc(arena, 1, sizeof *terms);
    uint8_t *header = zkb_arena_alloc(arena, header_size, 1);
    uint32_t external_count = 0;
    if (external == NULL || terms == NULL || header == NULL) {
        return no_room(chunk, error);
    }
    for (uint32_t s = 0; s < chunk->segment_count; s++) {
        const uint32_t t = chunk->table_count + s;
        external[external_count++] = (zkb_external_column){t, 0, chunk->segments[s].before};
        if (tables[t].shape.chip == key->chips[ZKB_CHIP_SEGMENT]) {
            external[external_count++] = (zkb_external_column){t, 1, chunk->segments[s].after};
        }
    }
    zkb_chunk_terms_make(terms, &chunk->boundary);
    write_header(header, key, chunk);
    *out = (zkb_statement){.header = header,
                           .header_size = header_size,
                           .tables = tables,
                           .table_count = (size_t)chunk->table_count + chunk->segment_count,
                           .boundary = terms->terms,
                           .boundary_count = ZKB_CHUNK_TERMS,
                           .external = external,
                           .external_count = external_count,
                           .log_stack = chunk->log_stack};
    return ZKB_OK;
}

zkb_status zkb_chunk_statement_tables(zkb_statement *out, zkb_table **tables, zkb_arena *arena,
                                      const zkb_machine_key *key, const zkb_chunk_statement *chunk,
                                      zkb_error *error)
{
    const size_t count = (size_t)chunk->table_count + chunk->segment_count;
    const size_t constants = CALL_INSTANCES + ZKB_SEGMENT_INSTANCES * (size_t)chunk->segment_count;
    *tables = zkb_arena_alloc(arena, count, sizeof **tables);
    zkb_fr *instances = zkb_arena_alloc(arena, constants, sizeof *instances);
    if (*tables == NULL || instances == NULL) {
        return no_room(chunk, error);
    }
    memset(*tables, 0, count * sizeof **tables);
    ZKB_TRY(check_tables(chunk, error));
    shape_tables(*tables, instances, key, chunk);
    instances += CALL_INSTANCES;
    for (uint32_t s = 0; s < chunk->segment_count; s++) {
        ZKB_TRY(shape_segment(&(*tables)[chunk->table_count + s],
                              instances + ZKB_SEGMENT_INSTANCES * (size_t)s, key, chunk, s, error));
    }
    return zkb_chunk_statement_over(out, *tables, arena, key, chunk, error);
}

const zkb_table_key *zkb_chunk_statement_key(const zkb_machine_key *key,
                                             const zkb_chunk_statement *chunk)
{
    unsigned i = 0;
    for (uint32_t t = 0; t < chunk->table_count; t++) {
        while (i + 1 < ZKB_KEYS && (unsigned)chunk->tables[t].chip >= key->tables[i].chip_count) {
            i++;
        }
    }
    return &key->tables[i];
}

void zkb_run_initial_state(zkb_machine_state *out, const zkb_program_record *record,
                           const zkb_run_lengths *lengths)
{
    *out = (zkb_machine_state){.pc = record->entry, .depth = 0};
    out->r[1] = ZKB_REGION_PUBLIC_INPUT;
    out->r[2] = lengths->public_bytes;
    out->r[3] = ZKB_REGION_PRIVATE_INPUT;
    out->r[4] = lengths->private_bytes;
    out->r[5] = ZKB_REGION_OUTPUT;
    out->r[10] = ZKB_REGION_STACK + record->layout.frame_bytes;
}
