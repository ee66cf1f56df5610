/* A run's chunks, each verified alone, and what joins them: states, segments, input, output and
 * program. */
#include "verify/verify_run.h"

#include "base/parallel.h"
#include "machine/segment_map.h"
#include "verify/verify_folds.h"
#include "verify/verify_tables.h"

#include <stdlib.h>
#include <string.h>

static zkb_status reject(zkb_error *error, uint64_t chunk, const char *what)
{
    if (chunk == ZKB_NO_INDEX) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "run", chunk, "%s", what);
    }
    return zkb_fail(error, ZKB_ERROR_REJECTED, "run", chunk, "chunk %llu: %s",
                    (unsigned long long)chunk, what);
}

/* ---- The chain --------------------------------------------------------------------------- */

/* What each thread works in, chunk after chunk; the first scratch also serves before and after the
 * chunks, so that fewer pages are touched. */
enum { ARENA_SCRATCH, ARENA_SHAPES, ARENAS };

/* All statements of a run, each beginning where the one before ends. */
typedef struct chain {
    const zkb_run_proof *proof;
    const zkb_machine_key *key; /* own_key or the caller's */
    zkb_machine_key own_key;
    zkb_chunk_statement *statements;
    zkb_chunk_segment **segments; /* of each chunk, completed by what was before */
    zkb_accumulator accumulator;  /* of the run's opening */
    zkb_arena_set *arenas;        /* ARENAS for each thread */
    zkb_segment_map map;          /* after the chunks joined so far */
    uint64_t instructions;
} chain;

static zkb_arena *thread_arena(const chain *c, unsigned thread, unsigned which)
{
    return &c->arenas->arenas[ARENAS * (size_t)thread + which];
}

/* Completes a segment's commitments from the map, and moves the map on. */
static zkb_status join_segment(chain *c, uint32_t chunk, zkb_chunk_segment *segment,
                               zkb_error *error)
{
    const zkb_run_header *header = &c->proof->header;
    zkb_segment_info info;
    if (!zkb_segment_find(&info, &header->record, &header->lengths, segment->base)) {
        return reject(error, chunk, "a segment that the run does not have");
    }
    zkb_segment_map_get(&segment->before, &c->map, segment->base);
    if (info.chip == ZKB_CHIP_SEGMENT) {
        return zkb_segment_map_set(&c->map, segment->base, &segment->after, error);
    }
    if (!zkb_g1_affine_is_identity(&segment->after)) {
        return reject(error, chunk, "a read-only segment with a content of its own");
    }
    segment->after = segment->before;
    return ZKB_OK;
}

static zkb_status join_chunk(chain *c, uint32_t n, zkb_error *error)
{
    const zkb_chunk_claim *claim = &c->proof->chunks[n];
    zkb_chunk_statement *s = &c->statements[n];
    zkb_chunk_segment *segments = calloc((size_t)claim->segment_count + 1, sizeof *segments);
    if (segments == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "run", n, "out of memory");
    }
    if (claim->segment_count != 0) {
        memcpy(segments, claim->segments, claim->segment_count * sizeof *segments);
    }
    c->segments[n] = segments;
    *s = (zkb_chunk_statement){.lengths = c->proof->header.lengths,
                               .log_stack = c->proof->header.log_stack,
                               .index = n,
                               .tables = claim->tables,
                               .table_count = claim->table_count,
                               .segments = segments,
                               .segment_count = claim->segment_count};
    s->boundary.after = claim->after;
    s->boundary.clock_end = claim->clock_end;
    memcpy(s->boundary.register_time, claim->register_time, sizeof claim->register_time);
    if (n == 0) {
        zkb_run_initial_state(&s->boundary.before, &c->proof->header.record,
                              &c->proof->header.lengths);
    } else {
        s->boundary.before = c->statements[n - 1].boundary.after;
    }
    if (s->boundary.before.pc == ZKB_PC_HALT) {
        return reject(error, n, "the run has already ended");
    }
    if (claim->clock_end < 2) {
        return reject(error, n, "no instructions");
    }
    c->instructions += claim->clock_end - 1;
    for (uint32_t i = 0; i < claim->segment_count; i++) {
        ZKB_TRY(join_segment(c, n, &segments[i], error));
    }
    return ZKB_OK;
}

/* The last state is halted and the output segments hold the output. */
static zkb_status check_end(const chain *c, const zkb_srs *srs, zkb_arena *arena, unsigned threads,
                            zkb_error *error)
{
    const zkb_run_header *header = &c->proof->header;
    const uint32_t last = header->chunk_count - 1;
    if (c->statements[last].boundary.after.pc != ZKB_PC_HALT) {
        return reject(error, last, "the run has not ended after the last chunk");
    }
    const uint32_t all = zkb_segments_of_bytes(zkb_output_room(&header->record.layout));
    zkb_g1_affine *expected = calloc((size_t)all + 1, sizeof *expected); /* identities */
    if (expected == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "run", ZKB_NO_INDEX, "out of memory");
    }
    zkb_status status = zkb_commit_bytes(expected, header->output, header->lengths.output_bytes,
                                         srs, arena, threads, error);
    for (uint32_t s = 0; status == ZKB_OK && s < all; s++) {
        zkb_g1_affine content;
        zkb_segment_map_get(&content, &c->map,
                            (ZKB_REGION_OUTPUT + (uint64_t)s * ZKB_SEGMENT_BYTES) / 8);
        if (!zkb_g1_affine_equal(&content, &expected[s])) {
            status = reject(error, ZKB_NO_INDEX, "the output is not what the run wrote");
        }
    }
    free(expected);
    return status;
}

static zkb_status join_all(chain *c, const zkb_run_expectation *expected, const zkb_srs *srs,
                           unsigned threads, zkb_error *error)
{
    const zkb_run_header *header = &c->proof->header;
    const uint32_t inputs = zkb_segments_of_bytes(header->lengths.public_bytes);
    threads = inputs < 8 ? 1 : threads; /* too little to share */
    zkb_g1_affine *public_segments = calloc((size_t)inputs + 1, sizeof *public_segments);
    zkb_arena *arena = thread_arena(c, 0, ARENA_SCRATCH);
    if (public_segments == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "run", ZKB_NO_INDEX, "out of memory");
    }
    zkb_status status = zkb_arena_reserve(arena, zkb_commit_bytes_scratch(threads), error);
    if (status == ZKB_OK) {
        status = zkb_commit_bytes(public_segments, expected->public_input, expected->public_bytes,
                                  srs, arena, threads, error);
    }
    if (status == ZKB_OK) {
        status = zkb_segment_map_init(&c->map, &header->record, &header->lengths, public_segments,
                                      header->private_segments, error);
    }
    if (status == ZKB_OK) {
        status = zkb_segment_map_cover(&c->map, c->proof, error);
    }
    for (uint32_t n = 0; status == ZKB_OK && n < header->chunk_count; n++) {
        status = join_chunk(c, n, error);
    }
    if (status == ZKB_OK) {
        status = check_end(c, srs, arena, threads, error);
    }
    free(public_segments);
    return status;
}

/* ---- The chunks' proofs ------------------------------------------------------------------ */

/* Chunks that are checked before their claims are folded: bounds what is kept of them. */
enum { WINDOW = 4 * ZKB_FOLD_MOST };

/* Bytes of an element. A proof has one for each column, and no more stacks than columns. */
enum { ELEMENT = 32 };

/* Chunks first .. first + claims.count, side by side. */
typedef struct window {
    chain *c;
    uint32_t first;
    zkb_claims claims;
    zkb_status status[WINDOW];
    zkb_error errors[WINDOW];
} window;

static zkb_status verify_chunk(chain *c, zkb_checked_claim *out, uint32_t n, unsigned thread,
                               zkb_error *error)
{
    zkb_arena *scratch = thread_arena(c, thread, ARENA_SCRATCH);
    zkb_arena *shapes = thread_arena(c, thread, ARENA_SHAPES);
    const zkb_chunk_statement *s = &c->statements[n];
    const zkb_chunk_claim *claim = &c->proof->chunks[n];
    const zkb_table_key *key = zkb_chunk_statement_key(c->key, s);
    zkb_statement statement;
    zkb_table *tables;
    size_t bytes;
    size_t terms;
    ZKB_TRY(zkb_arena_reserve(shapes, zkb_chunk_statement_scratch(s->table_count, s->segment_count),
                              error));
    ZKB_TRY(zkb_chunk_statement_tables(&statement, &tables, shapes, c->key, s, error));
    ZKB_TRY(zkb_verify_tables_scratch(&bytes, &terms, key, &statement, error));
    if (terms > claim->proof_size / ELEMENT) { /* before they size anything */
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.length", ZKB_NO_INDEX,
                        "the proof has %zu bytes, fewer than its columns' values",
                        claim->proof_size);
    }
    ZKB_TRY(zkb_arena_reserve(scratch, bytes, error));
    ZKB_TRY(zkb_claim_reserve(out, terms, error));
    return zkb_verify_tables(out, key, &statement, claim->proof, claim->proof_size, scratch, NULL,
                             error);
}

static void verify_one(void *context, size_t index, unsigned thread)
{
    window *w = context;
    w->status[index] = verify_chunk(w->c, &w->claims.claims[index], w->first + (uint32_t)index,
                                    thread, &w->errors[index]);
}

/* What a caller may have given that was not proved, or else. Program, setup and length of the input
 * agree when chunks are checked; a content that no segment of the chunk has plays no part. */
static const char *suspect(const zkb_chunk_statement *chunk)
{
    for (uint32_t s = 0; s < chunk->segment_count; s++) {
        if (chunk->segments[s].base >> 29 == ZKB_REGION_PUBLIC_INPUT >> 32) {
            return "the public input may differ from the one that was proved, or the proof was "
                   "changed";
        }
    }
    return "the proof was changed";
}

/* Of several failing chunks the lowest is reported. What the statement or the proof cannot be is a
 * rejection: nothing but the proof file decides it. */
static zkb_status first_failure(const window *w, zkb_error *error)
{
    for (uint32_t i = 0; i < w->claims.count; i++) {
        const uint32_t n = w->first + i;
        if (w->status[i] == ZKB_OK) {
            continue;
        }
        if (w->status[i] == ZKB_ERROR_MEMORY) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, "run", n, "chunk %u: %s", n,
                            w->errors[i].message);
        }
        return zkb_fail(error, ZKB_ERROR_REJECTED, w->errors[i].where, n, "chunk %u: %.120s; %s", n,
                        w->errors[i].message, suspect(&w->c->statements[n]));
    }
    return ZKB_OK;
}

/* Folds and the opening belong to no chunk, whatever the step that refuses counts. */
static zkb_status of_no_chunk(zkb_status status, zkb_error *error)
{
    if (status != ZKB_OK && error != NULL) {
        error->index = ZKB_NO_INDEX;
    }
    return status;
}

/* Checks all chunks and folds their claims once: out has one claim for each group. */
static zkb_status verify_chunks(chain *c, zkb_claims *out, zkb_fold_messages *messages,
                                unsigned threads, zkb_error *error)
{
    const uint32_t count = c->proof->header.chunk_count;
    const bool many = count > ZKB_FOLD_MOST;
    uint32_t folded = 0;
    zkb_status status = ZKB_OK;
    window *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "run", ZKB_NO_INDEX, "out of memory");
    }
    w->c = c;
    for (; status == ZKB_OK && w->first < count; w->first += WINDOW) {
        const uint32_t left = count - w->first;
        status = zkb_claims_create(&w->claims, left < WINDOW ? left : WINDOW, error);
        if (status == ZKB_OK) {
            zkb_parallel_for(w->claims.count, threads, verify_one, w);
            status = first_failure(w, error);
        }
        if (status == ZKB_OK) {
            status = of_no_chunk(zkb_verify_fold_level(out, &folded, messages, &w->claims, 0,
                                                       w->first, many, threads, error),
                                 error);
        }
        zkb_claims_clear(&w->claims);
    }
    free(w);
    return status;
}

static uint32_t groups_of(uint32_t count)
{
    return count / ZKB_FOLD_MOST + (count % ZKB_FOLD_MOST != 0);
}

/* Folds level after level until one claim is left. */
static zkb_status fold_up(zkb_claims *claims, zkb_fold_messages *messages, zkb_error *error)
{
    for (unsigned level = 1; claims->count > 1; level++) {
        zkb_claims next;
        uint32_t folded = 0;
        ZKB_TRY(zkb_claims_create(&next, groups_of(claims->count), error));
        const zkb_status status =
            zkb_verify_fold_level(&next, &folded, messages, claims, level, 0, false, 1, error);
        zkb_claims_clear(claims);
        *claims = next;
        ZKB_TRY(status);
    }
    return ZKB_OK;
}

static zkb_status open_claim(chain *c, const zkb_checked_claim *claim, zkb_error *error)
{
    zkb_arena *arena = thread_arena(c, 0, ARENA_SCRATCH);
    ZKB_TRY(zkb_arena_reserve(arena, zkb_mercury_verify_scratch(claim->count), error));
    return zkb_verify_opening(&c->accumulator, arena, claim, c->proof->opening, error);
}

/* Every chunk's proof up to its claim, the folds of those, and the opening of what they fold into.
 */
static zkb_status verify_proofs(chain *c, unsigned threads, zkb_error *error)
{
    zkb_fold_messages messages = {c->proof->folds, c->proof->folds_size};
    zkb_claims claims;
    ZKB_TRY(zkb_claims_create(&claims, groups_of(c->proof->header.chunk_count), error));
    zkb_status status = verify_chunks(c, &claims, &messages, threads, error);
    if (status == ZKB_OK) {
        status = of_no_chunk(fold_up(&claims, &messages, error), error);
    }
    if (status == ZKB_OK && messages.left != 0) {
        status = reject(error, ZKB_NO_INDEX, "bytes left over behind the folds");
    }
    if (status == ZKB_OK) {
        status = of_no_chunk(open_claim(c, &claims.claims[0], error), error);
    }
    zkb_claims_clear(&claims);
    return status;
}

static zkb_status check_pairing(const chain *c, const zkb_srs *srs, zkb_error *error)
{
    zkb_arena *arena = thread_arena(c, 0, ARENA_SCRATCH);
    ZKB_TRY(zkb_arena_reserve(arena, zkb_accumulator_scratch(1), error));
    return zkb_accumulator_check(arena, &c->accumulator, 1, srs->pairing, error);
}

/* ---- The run ----------------------------------------------------------------------------- */

static zkb_status another_program(zkb_error *error)
{
    return reject(
        error, ZKB_NO_INDEX,
        "the proof is of another program, of the same with other memory sizes, or was made with "
        "another setup");
}

/* The record in the proof is the program's when its digest is the id. */
static zkb_status check_record(const zkb_run_proof *proof, const zkb_fr *program_id,
                               const zkb_srs *srs, zkb_error *error)
{
    const zkb_program_record *record = &proof->header.record;
    zkb_fr id;
    if (zkb_program_record_check(record, error) != ZKB_OK) {
        return reject(error, ZKB_NO_INDEX, "the program's record is out of range");
    }
    zkb_program_id(&id, record, &srs->digest);
    return zkb_fr_equal(&id, program_id) ? ZKB_OK : another_program(error);
}

zkb_status zkb_run_key_make(zkb_machine_key *out, const zkb_run_proof *proof,
                            const zkb_fr *program_id, const zkb_srs *srs, zkb_error *error)
{
    zkb_program_record record = proof->header.record;
    ZKB_TRY(check_record(proof, program_id, srs, error));
    record.data = calloc((size_t)record.data_count + 1, sizeof *record.data);
    if (record.data == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "run", ZKB_NO_INDEX, "out of memory");
    }
    if (record.data_count != 0) {
        memcpy(record.data, proof->header.record.data, record.data_count * sizeof *record.data);
    }
    return zkb_machine_key_init(out, &record, proof->header.lookup_bits, &srs->digest, error);
}

/* The caller's key, or one of the proof's record. */
static zkb_status find_key(chain *c, const zkb_run_expectation *expected, const zkb_srs *srs,
                           zkb_error *error)
{
    if (expected->key == NULL || expected->key->lookup_bits != c->proof->header.lookup_bits) {
        c->key = &c->own_key;
        return zkb_run_key_make(&c->own_key, c->proof, expected->program_id, srs, error);
    }
    c->key = expected->key;
    ZKB_TRY(check_record(c->proof, expected->program_id, srs, error));
    return zkb_fr_equal(&c->key->id, expected->program_id) ? ZKB_OK : another_program(error);
}

static zkb_status check_shape(const zkb_run_proof *proof, const zkb_run_expectation *expected,
                              zkb_error *error)
{
    const zkb_run_header *header = &proof->header;
    if (header->chunk_count == 0 || header->chunk_count > ZKB_MAX_CHUNKS) {
        return reject(error, ZKB_NO_INDEX, "the number of chunks is out of range");
    }
    if (header->lengths.public_bytes != expected->public_bytes) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "run", ZKB_NO_INDEX,
                        "the proof is of a public input of another length: %llu bytes, not the "
                        "%llu that were given",
                        (unsigned long long)header->lengths.public_bytes,
                        (unsigned long long)expected->public_bytes);
    }
    if (header->lookup_bits != ZKB_LOOKUP_COMPACT && header->lookup_bits != ZKB_LOOKUP_WIDE) {
        return reject(error, ZKB_NO_INDEX, "the lookup bits are neither 8 nor 16");
    }
    if (zkb_run_lengths_check(&header->lengths, &header->record, error) != ZKB_OK) {
        return reject(error, ZKB_NO_INDEX, "a length is out of range");
    }
    return ZKB_OK;
}

zkb_status zkb_verify_run(zkb_run_verdict *verdict, const zkb_run_proof *proof,
                          const zkb_run_expectation *expected, const zkb_srs *srs, unsigned threads,
                          zkb_error *error)
{
    const uint32_t count = proof->header.chunk_count;
    threads = threads == 0 ? 1 : threads;
    *verdict = (zkb_run_verdict){0};
    ZKB_TRY(check_shape(proof, expected, error));
    zkb_arena_set own_arenas = {0};
    chain c = {.proof = proof, .arenas = expected->arenas != NULL ? expected->arenas : &own_arenas};
    c.statements = calloc(count, sizeof *c.statements);
    zkb_status status = ZKB_OK;
    c.segments = calloc(count, sizeof *c.segments);
    if (c.statements == NULL || c.segments == NULL) {
        (void)zkb_fail(error, ZKB_ERROR_MEMORY, "run", ZKB_NO_INDEX, "out of memory");
        status = ZKB_ERROR_MEMORY;
    }
    if (status == ZKB_OK) {
        status = zkb_arena_set_reserve(c.arenas, (size_t)ARENAS * threads, error);
    }
    if (status == ZKB_OK) {
        status = find_key(&c, expected, srs, error);
    }
    if (status == ZKB_OK) {
        status = join_all(&c, expected, srs, threads, error);
    }
    if (status == ZKB_OK) {
        status = verify_proofs(&c, threads, error);
    }
    if (status == ZKB_OK) {
        status = check_pairing(&c, srs, error);
    }
    if (status == ZKB_OK) {
        verdict->r0 = c.statements[count - 1].boundary.after.r[0];
        verdict->instructions = c.instructions;
        verdict->chunks = count;
    }
    for (uint32_t n = 0; c.segments != NULL && n < count; n++) {
        free(c.segments[n]);
    }
    zkb_arena_set_clear(&own_arenas);
    free(c.segments);
    zkb_segment_map_clear(&c.map);
    zkb_machine_key_clear(&c.own_key);
    free(c.statements);
    return status;
}
