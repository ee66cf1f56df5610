#include "prover/prove_chunk.h"

#include "air/chip.h"
#include "base/os/clock.h"
#include "kzg/commit.h"
#include "proof/prove.h"

#include <stdlib.h>
#include <string.h>

/* What the claim lists. */
typedef struct lists {
    zkb_chunk_table *tables;
    zkb_chunk_segment *segments;
    uint32_t table_count, segment_count;
} lists;

static void clear_lists(lists *l)
{
    free(l->tables);
    free(l->segments);
    *l = (lists){0};
}

/* The writer's tables are in the statement's order: chips, then segments rising by name. */
static zkb_status list_tables(lists *l, const zkb_chunk_writer *w, zkb_error *error)
{
    l->tables = calloc((size_t)w->table_count + 1, sizeof *l->tables);
    l->segments = calloc((size_t)w->segment_count + 1, sizeof *l->segments);
    if (l->tables == NULL || l->segments == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
    }
    for (uint32_t t = 0; t < w->table_count; t++) {
        if (w->table_segments[t] != UINT32_MAX) {
            l->segments[l->segment_count++] =
                (zkb_chunk_segment){.base = w->segments[w->table_segments[t]].base,
                                    .active = (uint32_t)w->tables[t].shape.active,
                                    .after = ZKB_G1_AFFINE_IDENTITY};
            continue;
        }
        l->tables[l->table_count++] = (zkb_chunk_table){
            w->table_chips[t], (uint8_t)w->tables[t].shape.log_height, w->tables[t].shape.active};
    }
    return ZKB_OK;
}

/* Commitments to the content of the touched segments, before and after. */
static zkb_status commit_segments(lists *l, const zkb_chunk_job *job, zkb_arena *scratch,
                                  zkb_error *error)
{
    const zkb_chunk_writer *w = job->writer;
    zkb_column_view views[2 * ZKB_MAX_TOUCHED];
    zkb_g1_affine points[2 * ZKB_MAX_TOUCHED];
    uint32_t count = 0;
    for (uint32_t t = 0; t < w->table_count; t++) {
        if (w->table_segments[t] == UINT32_MAX) {
            continue;
        }
        const zkb_column_data *columns = w->tables[t].committed;
        const zkb_column_info *info = w->tables[t].shape.chip->committed;
        const uint32_t contents = w->table_chips[t] == ZKB_CHIP_SEGMENT ? 2 : 1;
        for (uint32_t c = 0; c < contents; c++) {
            views[count++] = (zkb_column_view){
                .cells = columns[c].cells, .length = columns[c].length, .bits = info[c].bits};
        }
    }
    ZKB_TRY(
        zkb_arena_reserve(scratch, zkb_commit_columns_scratch(views, count, job->threads), error));
    ZKB_TRY(zkb_commit_columns(points, scratch, job->srs, views, count, job->threads, error));
    uint32_t at = 0;
    uint32_t s = 0;
    for (uint32_t t = 0; t < w->table_count; t++) {
        if (w->table_segments[t] == UINT32_MAX) {
            continue;
        }
        l->segments[s].before = points[at++];
        if (w->table_chips[t] == ZKB_CHIP_SEGMENT) {
            l->segments[s].after = points[at++];
        } /* else as before, for which the encoding has the identity */
        s++;
    }
    return ZKB_OK;
}

static zkb_status encode(zkb_proved_chunk *out, const zkb_chunk_job *job, lists *l,
                         const uint8_t *proof, size_t proof_size, zkb_error *error)
{
    zkb_chunk_claim claim = {.after = job->boundary.after,
                             .clock_end = job->boundary.clock_end,
                             .tables = l->tables,
                             .table_count = l->table_count,
                             .segments = l->segments,
                             .segment_count = l->segment_count,
                             .proof = proof,
                             .proof_size = proof_size};
    memcpy(claim.register_time, job->boundary.register_time, sizeof claim.register_time);
    out->size = zkb_chunk_claim_size(&claim);
    out->bytes = malloc(out->size);
    if (out->bytes == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", job->index, "out of memory");
    }
    zkb_chunk_claim_encode(out->bytes, &claim);
    return ZKB_OK;
}

static zkb_status prove_statement(zkb_proved_chunk *out, const zkb_chunk_job *job, lists *l,
                                  zkb_arena *shapes, zkb_arena *scratch, zkb_error *error)
{
    const zkb_prove_options options = {
        .threads = job->threads, .phases = job->phases, .by = job->by};
    const zkb_chunk_statement chunk = {.lengths = job->lengths,
                                       .log_stack = job->log_stack,
                                       .index = job->index,
                                       .boundary = job->boundary,
                                       .tables = l->tables,
                                       .table_count = l->table_count,
                                       .segments = l->segments,
                                       .segment_count = l->segment_count};
    const zkb_table_key *table_key = zkb_chunk_statement_key(job->key, &chunk);
    zkb_statement statement;
    size_t proof_size;
    size_t bytes;
    ZKB_TRY(
        zkb_chunk_statement_over(&statement, job->writer->tables, shapes, job->key, &chunk, error));
    ZKB_TRY(zkb_tables_proof_size(&proof_size, table_key, &statement, error));
    ZKB_TRY(zkb_prove_tables_scratch(&bytes, table_key, &statement, job->threads, error));
    ZKB_TRY(zkb_arena_reserve(scratch, bytes, error));
    ZKB_TRY(zkb_tables_claim_length(&out->length, table_key, &statement, error));
    uint8_t *proof = malloc(proof_size);
    out->f = malloc((out->length + 1) * sizeof *out->f);
    if (proof == NULL || out->f == NULL) {
        free(proof);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", job->index, "out of memory");
    }
    zkb_status status = zkb_prove_tables(proof, proof_size, &out->open, out->f, table_key, job->srs,
                                         &statement, scratch, &options, error);
    while (status == ZKB_OK && out->length > 1 && zkb_fr_is_zero(&out->f[out->length - 1])) {
        out->length--; /* what the tables do not fill; shorter ones are folded and opened faster */
    }
    if (status == ZKB_OK) {
        status = encode(out, job, l, proof, proof_size, error);
    }
    free(proof);
    return status;
}

void zkb_proved_chunk_clear(zkb_proved_chunk *chunk)
{
    free(chunk->bytes);
    free(chunk->f);
    *chunk = (zkb_proved_chunk){0};
}

zkb_status zkb_prove_chunk(zkb_proved_chunk *out, const zkb_chunk_job *job, zkb_arena *scratch,
                           zkb_error *error)
{
    lists l = {0};
    zkb_arena shapes = {0};
    *out = (zkb_proved_chunk){0};
    zkb_status status = list_tables(&l, job->writer, error);
    if (status == ZKB_OK) {
        double since = zkb_now();
        status = commit_segments(&l, job, scratch, error);
        zkb_phase_end(job->phases, ZKB_PHASE_COMMIT, &since);
    }
    if (status == ZKB_OK) {
        status = zkb_arena_create(
            &shapes, zkb_chunk_statement_scratch(l.table_count, l.segment_count), error);
    }
    if (status == ZKB_OK) {
        status = prove_statement(out, job, &l, &shapes, scratch, error);
    }
    zkb_arena_destroy(&shapes);
    clear_lists(&l);
    if (status != ZKB_OK) {
        zkb_proved_chunk_clear(out);
    }
    return status;
}
