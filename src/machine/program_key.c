#include "machine/program_key.h"

#include "machine/chip_digests.h"

#include "air/chip.h"
#include "base/log2_inline.h"
#include "base/parallel.h"
#include "hash/transcript.h"
#include "kzg/commit.h"
#include "machine/segments.h"
#include "proof/key_commit.h"
#include "vm/dialect.h"

#include <stdlib.h>
#include <string.h>

enum { SEGMENT_WORDS = ZKB_SEGMENT_BYTES / 8, LOG_SEGMENT_WORDS = 13 };

uint32_t zkb_read_only_segments(const zkb_program_record *record)
{
    return zkb_segments_of_bytes(record->read_only_bytes);
}

uint32_t zkb_writable_segments(const zkb_program_record *record)
{
    return zkb_segments_of_bytes(record->writable_bytes);
}

uint32_t zkb_program_stacks(const zkb_program_record *record)
{
    return zkb_key_stack_count(ZKB_PROGRAM_COLUMNS, zkb_log2_ceil(record->slot_count));
}

/* ---- The record -------------------------------------------------------------------------- */

/* Widths of the program table's columns. */
static const unsigned column_bits[ZKB_PROGRAM_COLUMNS] = {16, 8, 8, 64, 32, 1};

size_t zkb_program_record_scratch(const zkb_program *program, unsigned threads)
{
    zkb_column_data all[ZKB_PROGRAM_COLUMNS]; /* lengths alone are looked at */
    size_t columns = 0;
    for (unsigned c = 0; c < ZKB_PROGRAM_COLUMNS; c++) {
        all[c] = (zkb_column_data){.length = program->slot_count};
    }
    if (zkb_key_commit_scratch(&columns, all, column_bits, ZKB_PROGRAM_COLUMNS,
                               zkb_log2_ceil(program->slot_count), threads, NULL) != ZKB_OK) {
        return 0; /* out of memory, as whoever makes the arena will find */
    }
    const size_t segment = zkb_commit_bytes_scratch(threads);
    return columns > segment ? columns : segment;
}

typedef struct record_work {
    zkb_program_record *out;
    const zkb_program_columns *columns;
    const zkb_srs *srs;
    zkb_arena *arena;
    unsigned threads;
    zkb_error *error;
    zkb_status status;
} record_work;

static zkb_status commit_all(const record_work *w)
{
    zkb_program_record *out = w->out;
    const zkb_program *program = w->columns->program;
    ZKB_TRY(zkb_srs_check_prefix(w->srs, program->slot_count, w->threads, w->error));
    ZKB_TRY(zkb_key_commit(out->columns, w->arena, w->srs, w->columns->preprocessed, column_bits,
                           ZKB_PROGRAM_COLUMNS, w->columns->log_slots, w->threads, w->error));
    ZKB_TRY(zkb_commit_bytes(out->data, program->read_only, program->read_only_bytes, w->srs,
                             w->arena, w->threads, w->error));
    return zkb_commit_bytes(out->data + zkb_read_only_segments(out), program->writable,
                            program->writable_bytes, w->srs, w->arena, w->threads, w->error);
}

static void commit_in_team(void *context, size_t index, unsigned thread)
{
    (void)index;
    (void)thread;
    record_work *w = context;
    w->status = commit_all(w);
}

zkb_status zkb_program_record_make(zkb_program_record *out, const zkb_program_columns *columns,
                                   const zkb_srs *srs, zkb_arena *arena, unsigned threads,
                                   zkb_error *error)
{
    const zkb_program *program = columns->program;
    *out = (zkb_program_record){.dialect = zkb_dialect_number(program->dialect),
                                .slot_count = program->slot_count,
                                .entry = program->entry,
                                .layout = program->layout,
                                .read_only_bytes = program->read_only_bytes,
                                .writable_bytes = program->writable_bytes};
    out->data_count = zkb_read_only_segments(out) + zkb_writable_segments(out);
    ZKB_TRY(zkb_program_record_check(out, error));
    if (program->slot_count > srs->size || SEGMENT_WORDS > srs->size) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "key", ZKB_NO_INDEX,
                        "the setup has 2^%u powers, this program needs 2^%u: make or import a "
                        "larger one",
                        srs->k,
                        columns->log_slots > LOG_SEGMENT_WORDS ? columns->log_slots
                                                               : LOG_SEGMENT_WORDS);
    }
    out->data = calloc((size_t)out->data_count + 1, sizeof *out->data);
    if (out->data == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "key", ZKB_NO_INDEX, "out of memory");
    }
    const size_t mark = zkb_arena_mark(arena);
    record_work work = {.out = out,
                        .columns = columns,
                        .srs = srs,
                        .arena = arena,
                        .threads = threads,
                        .error = error};
    /* One team for many short loops: to start one for each would take longer than the loops. */
    zkb_parallel_team(threads, 1, commit_in_team, &work);
    zkb_arena_release(arena, mark);
    if (work.status != ZKB_OK) {
        zkb_program_record_clear(out);
    }
    return work.status;
}

void zkb_program_record_clear(zkb_program_record *record)
{
    free(record->data);
    *record = (zkb_program_record){0};
}

static zkb_status bad_record(zkb_error *error, const char *field, uint64_t value)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, "program record", ZKB_NO_INDEX,
                    "program record: %s is %llu, out of range", field, (unsigned long long)value);
}

zkb_status zkb_program_record_check(const zkb_program_record *record, zkb_error *error)
{
    const zkb_memory_layout *l = &record->layout;
    if (record->dialect != 0) { /* no file has a field for it: docs/formats.md */
        return bad_record(error, "dialect", record->dialect);
    }
    if (record->slot_count == 0 || record->slot_count > 1u << ZKB_MAX_SLOT_LOG) {
        return bad_record(error, "slot count", record->slot_count);
    }
    if (record->entry >= record->slot_count) {
        return bad_record(error, "entry", record->entry);
    }
    if (l->frame_bytes == 0 || l->frame_bytes % 8 != 0 || l->frame_bytes > 1u << 20) {
        return bad_record(error, "frame size", l->frame_bytes);
    }
    if (l->max_frames == 0 || l->max_frames > 1024) {
        return bad_record(error, "frame count", l->max_frames);
    }
    if (l->heap_bytes > 1u << 30) {
        return bad_record(error, "heap size", l->heap_bytes);
    }
    if (l->output_bytes > 1u << 30) {
        return bad_record(error, "output size", l->output_bytes);
    }
    if (zkb_read_only_segments(record) > ZKB_MAX_DATA_SEGMENTS) {
        return bad_record(error, "read-only data size", record->read_only_bytes);
    }
    if (zkb_writable_segments(record) > ZKB_MAX_DATA_SEGMENTS) {
        return bad_record(error, "writable data size", record->writable_bytes);
    }
    if (record->data_count != zkb_read_only_segments(record) + zkb_writable_segments(record)) {
        return bad_record(error, "number of data segments", record->data_count);
    }
    return ZKB_OK;
}

_Static_assert(ZKB_MACHINE_VERSION <= UINT32_MAX, "the dialect's number stands above it");

void zkb_program_id(zkb_fr *out, const zkb_program_record *record, const zkb_fr *srs_digest)
{
    zkb_transcript t;
    const uint64_t numbers[] = {ZKB_MACHINE_VERSION | (uint64_t)record->dialect << 32,
                                record->slot_count,
                                record->entry,
                                record->layout.frame_bytes,
                                record->layout.max_frames,
                                record->layout.heap_bytes,
                                record->layout.output_bytes,
                                record->read_only_bytes,
                                record->writable_bytes};
    zkb_transcript_init(&t, "zkbpf.program.v2");
    zkb_transcript_absorb_fr(&t, srs_digest, 1);
    zkb_transcript_absorb_u64(&t, numbers, sizeof numbers / sizeof numbers[0]);
    zkb_transcript_absorb_g1(&t, record->columns, zkb_program_stacks(record));
    zkb_transcript_absorb_g1(&t, record->data, record->data_count);
    zkb_transcript_challenge(out, &t);
}

/* ---- The key ----------------------------------------------------------------------------- */

zkb_status zkb_machine_key_init(zkb_machine_key *out, zkb_program_record *record,
                                unsigned lookup_bits, const zkb_fr *srs_digest, zkb_error *error)
{
    memset(out, 0, sizeof *out);
    out->record = *record;
    out->lookup_bits = lookup_bits;
    *record = (zkb_program_record){0};
    zkb_status status = zkb_program_record_check(&out->record, error);
    if (status == ZKB_OK) {
        status = zkb_machine_build(out->chips, lookup_bits, error);
    }
    for (unsigned c = 0; status == ZKB_OK && c < ZKB_CHIP_COUNT; c++) {
        out->chip_keys[c] = (zkb_chip_key){
            .chip = out->chips[c],
            .digest = &zkb_machine_digests[lookup_bits == ZKB_LOOKUP_WIDE][c],
        };
    }
    if (status == ZKB_OK) {
        out->chip_keys[ZKB_CHIP_PROGRAM].preprocessed = out->record.columns;
        out->chip_keys[ZKB_CHIP_PROGRAM].log_height = zkb_log2_ceil(out->record.slot_count);
        zkb_program_id(&out->id, &out->record, srs_digest);
    }
    static const unsigned ends[ZKB_KEYS] = ZKB_KEY_ENDS;
    for (unsigned i = 0; status == ZKB_OK && i < ZKB_KEYS; i++) {
        status = zkb_table_key_init(&out->tables[i], out->chip_keys, ends[i], srs_digest, error);
    }
    if (status != ZKB_OK) {
        zkb_machine_key_clear(out);
    }
    return status;
}

void zkb_machine_key_clear(zkb_machine_key *key)
{
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        zkb_chip_destroy(key->chips[c]);
    }
    zkb_program_record_clear(&key->record);
    memset(key, 0, sizeof *key);
}
