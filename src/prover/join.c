/* Parts of a run become its proof. */
#include "prover/memory.h"
#include "prover/parts.h"
#include "prover/proved_bytes.h"

#include "base/os/clock.h"

#include <stdlib.h>

typedef struct join {
    const zkb_run_plan *plan;
    const zkb_srs *srs;
    const zkb_config *config;
    const zkb_run_part **parts; /* in the order of their chunks; owned */
    size_t count;
    zkb_chunk_bytes *chunks; /* all of the run; in the parts */
    zkb_run_folds *folds;
    zkb_arena arena;
    unsigned threads;
    uint64_t memory;
} join;

static zkb_status out_of_memory(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, "join", ZKB_NO_INDEX, "out of memory for a proof");
}

/* ---- Which parts are there --------------------------------------------------------------- */

static int by_first_chunk(const void *a, const void *b)
{
    const zkb_run_part *x = *(const zkb_run_part *const *)a;
    const zkb_run_part *y = *(const zkb_run_part *const *)b;
    return (x->first > y->first) - (x->first < y->first);
}

/* The number of parts that all of them were made with; 0 when they do not agree. */
static uint32_t common_number(const join *j)
{
    uint32_t parts = j->count != 0 ? j->parts[0]->parts : 0;
    for (size_t i = 1; i < j->count; i++) {
        parts = j->parts[i]->parts == parts ? parts : 0;
    }
    return parts;
}

/* Chunks first .. end - 1 are in no part. */
static zkb_status missing(const join *j, uint32_t first, uint32_t end, zkb_error *error)
{
    const uint32_t parts = common_number(j);
    for (uint32_t p = 0; p < parts; p++) { /* the first part that is missing, by its number */
        uint32_t at;
        uint32_t count;
        if (zkb_run_plan_cut(&at, &count, j->plan, p, parts, NULL) == ZKB_OK && at == first &&
            at + count <= end) {
            return zkb_fail(error, ZKB_ERROR_MISMATCH, "join", p,
                            "part %u/%u is missing (chunks %u to %u): give its file, or make it "
                            "with zkbpf prove --part %u/%u",
                            p + 1, parts, at, at + count - 1, p + 1, parts);
        }
    }
    return zkb_fail(error, ZKB_ERROR_MISMATCH, "join", first,
                    "chunks %u to %u are in no part: give the file of the part that has them",
                    first, end - 1);
}

static zkb_status check_parts(join *j, zkb_error *error)
{
    const uint32_t chunks = j->plan->header.chunk_count;
    uint32_t at = 0;
    for (size_t i = 0; i < j->count; i++) {
        const zkb_run_part *p = j->parts[i];
        if (!zkb_fr_equal(&p->plan, &j->plan->digest)) {
            return zkb_fail(error, ZKB_ERROR_MISMATCH, "join", p->first,
                            "%.80s: a part of another run or made with another plan: leave it out, "
                            "or prove it again with this plan",
                            p->name);
        }
        if (p->count > chunks || p->first > chunks - p->count) {
            return zkb_fail(error, ZKB_ERROR_FORMAT, "join", p->first,
                            "%.80s: chunks %u to %u of a run that has %u: prove the part again",
                            p->name, p->first, p->first + p->count - 1, chunks);
        }
    }
    qsort(j->parts, j->count, sizeof *j->parts, by_first_chunk);
    for (size_t i = 0; i < j->count; i++) {
        const zkb_run_part *p = j->parts[i];
        if (p->first < at) {
            return zkb_fail(error, ZKB_ERROR_MISMATCH, "join", p->first,
                            "chunk %u is in %.80s and in %.80s: leave one of them out", p->first,
                            j->parts[i - 1]->name, p->name);
        }
        if (p->first > at) {
            return missing(j, at, p->first, error);
        }
        at = p->first + p->count;
    }
    return at == chunks ? ZKB_OK : missing(j, at, chunks, error);
}

/* ---- What is in them --------------------------------------------------------------------- */

/* Coefficients that a fold of these parts' claims may have. */
static unsigned most_variables(const join *j)
{
    unsigned most = 0;
    for (size_t i = 0; i < j->count; i++) {
        for (uint32_t c = 0; c < j->parts[i]->claim_count; c++) {
            const unsigned n = zkb_proved_chunk_variables(j->parts[i]->claims[c].bytes);
            most = n > most ? n : most;
        }
    }
    return most;
}

static zkb_status check_memory(const join *j, zkb_error *error)
{
    const unsigned n = most_variables(j);
    if (n > j->srs->k) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "join", ZKB_NO_INDEX,
                        "a part has polynomials of 2^%u coefficients, the setup has 2^%u powers: "
                        "use the setup that it was proved with",
                        n, j->srs->k);
    }
    const uint64_t needed =
        zkb_waiting_memory(j->plan->header.chunk_count, n) + zkb_fold_memory(n, j->threads);
    if (needed > j->memory) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "memory", ZKB_NO_INDEX,
                        "joining may take %llu MiB, more than the %llu MiB allowed: use fewer "
                        "threads, or allow more memory",
                        (unsigned long long)(needed >> 20), (unsigned long long)(j->memory >> 20));
    }
    return ZKB_OK;
}

static zkb_status take_part(join *j, const zkb_run_part *p, zkb_error *error)
{
    for (uint32_t c = 0; c < p->count; c++) {
        j->chunks[p->first + c] = p->chunks[c];
    }
    for (uint32_t f = 0; f < p->fold_count; f++) {
        const zkb_part_piece *piece = &p->folds[f];
        ZKB_TRY(zkb_run_folds_put(j->folds, piece->level, piece->index, piece->bytes, piece->size,
                                  error));
    }
    for (uint32_t c = 0; c < p->claim_count; c++) {
        const zkb_part_piece *piece = &p->claims[c];
        zkb_proved_chunk claim;
        ZKB_TRY(zkb_cancel_check(&j->config->cancel, error));
        if (!zkb_proved_chunk_decode(&claim, piece->bytes)) {
            zkb_proved_chunk_clear(&claim);
            return zkb_fail(error, ZKB_ERROR_FORMAT, "join", p->first,
                            "%.80s: not a part that zkbpf made: claim %u of level %u; prove the "
                            "part again",
                            p->name, piece->index, piece->level);
        }
        free(claim.bytes);
        ZKB_TRY(zkb_run_folds_add_at(j->folds, piece->level, piece->index, &claim.open, claim.f,
                                     claim.length, &j->arena, j->threads, error));
    }
    return ZKB_OK;
}

/* ---- All of it --------------------------------------------------------------------------- */

/* The setup is the one that the plan was made with. */
static zkb_status check_setup(const join *j, zkb_error *error)
{
    zkb_fr id;
    zkb_program_id(&id, &j->plan->header.record, &j->srs->digest);
    if (!zkb_fr_equal(&id, &j->plan->program_id)) {
        return zkb_fail(error, ZKB_ERROR_MISMATCH, "join", ZKB_NO_INDEX,
                        "the plan was made with another setup: use that one");
    }
    return zkb_run_check_setup(j->srs, j->plan->k, j->plan->header.lookup_bits, error);
}

static zkb_status prepare(join *j, const zkb_run_part *const *parts, zkb_error *error)
{
    j->arena.cancel = &j->config->cancel;
    j->memory = j->config->memory != 0 ? j->config->memory : zkb_memory_available();
    ZKB_TRY(zkb_config_thread_count(&j->threads, j->config, error));
    j->parts = calloc(j->count + 1, sizeof *j->parts);
    j->chunks = calloc((size_t)j->plan->header.chunk_count + 1, sizeof *j->chunks);
    if (j->parts == NULL || j->chunks == NULL) {
        return out_of_memory(error);
    }
    for (size_t i = 0; i < j->count; i++) {
        j->parts[i] = parts[i];
    }
    ZKB_TRY(check_setup(j, error));
    ZKB_TRY(check_parts(j, error));
    ZKB_TRY(check_memory(j, error));
    return zkb_run_folds_create(&j->folds, error);
}

static zkb_status join_parts(uint8_t **out, size_t *size, join *j, double *phases, zkb_error *error)
{
    zkb_run_ending end = {.folds = NULL};
    double since = zkb_now();
    zkb_status status = ZKB_OK;
    for (size_t i = 0; status == ZKB_OK && i < j->count; i++) {
        status = take_part(j, j->parts[i], error);
    }
    if (status == ZKB_OK) {
        status = zkb_run_folds_end(&end.folds, &end.folds_size, end.opening, j->folds,
                                   j->plan->header.chunk_count, j->srs, NULL, &j->arena, j->threads,
                                   error);
    }
    zkb_phase_end(phases, ZKB_PHASE_OPENING, &since);
    if (status == ZKB_OK) {
        status = zkb_run_assemble(out, size, &j->plan->header, j->chunks, &end, error);
    }
    free(end.folds);
    zkb_phase_end(phases, ZKB_PHASE_JOIN, &since);
    return status;
}

zkb_status zkb_join_run(uint8_t **out, size_t *size, zkb_proof_summary *summary,
                        const zkb_run_plan *plan, const zkb_run_part *const *parts, size_t count,
                        const zkb_srs *srs, const zkb_config *config, zkb_error *error)
{
    const double start = zkb_now();
    join j = {.plan = plan, .srs = srs, .config = config, .count = count};
    *out = NULL;
    *size = 0;
    *summary = (zkb_proof_summary){
        .instructions = plan->instructions, .r0 = plan->r0, .chunks = plan->header.chunk_count};
    zkb_status status = prepare(&j, parts, error);
    if (status == ZKB_OK) {
        status = join_parts(out, size, &j, summary->phase_seconds, error);
    }
    summary->threads = summary->worker_threads = j.threads;
    summary->workers = summary->workers_wanted = 1;
    summary->memory_budget = j.memory;
    summary->worker_peak = summary->total_peak = j.arena.high_water;
    summary->proof_bytes = *size;
    summary->seconds = zkb_now() - start;
    zkb_run_folds_destroy(j.folds);
    zkb_arena_destroy(&j.arena);
    free(j.parts);
    free(j.chunks);
    return status;
}
