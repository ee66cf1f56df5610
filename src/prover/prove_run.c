#include "prover/prove_run.h"

#include "base/bytes_inline.h"
#include "base/os/clock.h"
#include "base/parallel.h"
#include "prover/memory.h"
#include "prover/prove_chunk.h"
#include "prover/resume.h"
#include "prover/run_folds.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_STEPS = 1024, RUN_STEPS = 1 << 21 };

typedef struct finished_chunk {
    uint8_t *bytes;
    size_t size;
} finished_chunk;

/* Shared by the workers; everything below `mutex` only under it. */
typedef struct run {
    const zkb_run_job *job;
    const zkb_config *config; /* the job's */
    uint64_t chunk_size;
    unsigned log_rows; /* of a chip's table, at most */
    zkb_vm *origin;    /* in its initial state */
    zkb_vm_result result;
    zkb_run_header header;
    zkb_run_folds *folds; /* takes the chunks' claims */
    zkb_fr tag;           /* of everything that chunks depend on, for the resume directory */
    bool resume_made;

    pthread_mutex_t mutex;
    zkb_plan plan;
    bool planned;     /* the first chunk, ahead of time: */
    uint64_t end;     /* of the chunk planned last */
    zkb_vm *follower; /* stands at the start of the next chunk */
    uint64_t start;   /* instructions before it */
    finished_chunk *chunks;
    uint32_t started, capacity, finished;
    uint64_t instructions_done;
    size_t peak_arena_bytes, total_arena_bytes;
    double phases[ZKB_PHASE_COUNT]; /* seconds; of workers that are done */
    unsigned workers;               /* chunks side by side */
    unsigned workers_wanted;        /* the same with any memory */
    unsigned threads;               /* in a chunk */
    unsigned team_threads;          /* of all workers together */
    unsigned most_threads;          /* that one chunk may use within the estimate */
    uint64_t memory;                /* bytes that workers may take */
    uint64_t waiting;               /* of those, for polynomials until they are folded */
    uint64_t worker_estimate;
    bool stop;         /* begin no more chunks */
    zkb_cancel cancel; /* and end those under way */
    zkb_status status; /* of the lowest chunk that failed */
    uint32_t failed_chunk;
    zkb_error error;
} run;

/* One chunk to be proved. */
typedef struct task {
    uint32_t index;
    uint64_t start, end;
    uint64_t rows[ZKB_CHIP_COUNT];
    unsigned threads;
    zkb_checkpoint *checkpoint;
} task;

/* ---- Under the mutex --------------------------------------------------------------------- */

static void fail_chunk(run *r, uint32_t chunk, zkb_status status, const zkb_error *error)
{
    if (r->status == ZKB_OK || chunk < r->failed_chunk) {
        r->status = status;
        r->failed_chunk = chunk;
        r->error = *error;
    }
    r->stop = true;
    atomic_store(&r->cancel.set, true);
}

static void report(run *r, zkb_progress_event event, const task *t, size_t bytes,
                   const zkb_error *error)
{
    if (r->config->progress == NULL) {
        return;
    }
    uint64_t rows = 0;
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        rows += t->rows[c];
    }
    const zkb_progress progress = {.event = event,
                                   .chunk = t->index,
                                   .finished = r->finished,
                                   .rows = rows,
                                   .instructions = t->end - t->start,
                                   .instructions_done = r->instructions_done,
                                   .instructions_total = r->result.count,
                                   .bytes = bytes,
                                   .error = error};
    if (r->config->progress(r->config->progress_context, &progress) != 0) {
        zkb_error cancelled;
        (void)zkb_fail(&cancelled, ZKB_ERROR_CANCELLED, "prover", t->index, "cancelled");
        fail_chunk(r, t->index, ZKB_ERROR_CANCELLED, &cancelled);
    }
}

static zkb_status room_for_chunk(run *r, zkb_error *error)
{
    if (r->started < r->capacity) {
        return ZKB_OK;
    }
    if (r->started >= ZKB_MAX_CHUNKS) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "prover", r->started,
                        "more than %u chunks; use a larger k or chunk size", ZKB_MAX_CHUNKS);
    }
    const uint32_t capacity = r->capacity == 0 ? 64 : 2 * r->capacity;
    finished_chunk *larger = realloc(r->chunks, capacity * sizeof *larger);
    if (larger == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", r->started, "out of memory");
    }
    memset(larger + r->capacity, 0, (capacity - r->capacity) * sizeof *larger);
    r->chunks = larger;
    r->capacity = capacity;
    return ZKB_OK;
}

/* A worker has its share of the threads; with no chunk left to begin, its threads go to those still
 * at work, which are the last ones begun. */
static unsigned threads_for(const run *r, const task *t)
{
    const uint64_t after = r->result.count - t->end;
    const uint64_t size = r->chunk_size;
    const uint64_t left = 1 + after / size + (after % size != 0); /* or more */
    return left <= r->workers ? r->most_threads : r->threads;
}

/* Takes the next chunk off the plan; *more is false at the run's end. The checkpoint is where it
 * starts. */
static zkb_status plan_task(run *r, task *t, bool *more, zkb_error *error)
{
    zkb_vm_result result;
    ZKB_TRY(room_for_chunk(r, error));
    *more = true;
    if (!r->planned) {
        ZKB_TRY(zkb_plan_next(&r->end, more, &r->plan, error));
    }
    r->planned = false;
    if (!*more) {
        return ZKB_OK;
    }
    *t = (task){.index = r->started, .start = r->start, .end = r->end};
    t->threads = threads_for(r, t);
    memcpy(t->rows, r->plan.rows, sizeof t->rows);
    ZKB_TRY(zkb_checkpoint_create(&t->checkpoint, r->follower, error));
    zkb_vm_run(r->follower, t->end, &result);
    r->start = t->end;
    r->started++;
    return ZKB_OK;
}

/* False when there is nothing more to do. */
static bool take_task(run *r, task *t, double *phases)
{
    zkb_error error;
    bool more = false;
    (void)pthread_mutex_lock(&r->mutex);
    if (!r->stop) {
        double since = zkb_now();
        zkb_status status = zkb_cancel_check(&r->cancel, &error);
        if (status == ZKB_OK) {
            status = plan_task(r, t, &more, &error);
        }
        zkb_phase_end(phases, ZKB_PHASE_EXECUTE, &since);
        if (status != ZKB_OK) {
            fail_chunk(r, r->started, status, &error);
            more = false;
        } else if (!more) {
            r->stop = true;
        } else {
            report(r, ZKB_PROGRESS_CHUNK_STARTED, t, 0, NULL);
            if (r->stop) { /* cancelled */
                zkb_checkpoint_destroy(t->checkpoint);
                more = false;
            }
        }
    }
    (void)pthread_mutex_unlock(&r->mutex);
    return more;
}

static void finish_task(run *r, const task *t, zkb_status status, zkb_progress_event event,
                        uint8_t *bytes, size_t size, const zkb_error *error)
{
    (void)pthread_mutex_lock(&r->mutex);
    if (status == ZKB_ERROR_CANCELLED) {
        if (r->status == ZKB_OK) { /* from outside, not because another chunk failed */
            fail_chunk(r, t->index, status, error);
        }
    } else if (status != ZKB_OK) {
        fail_chunk(r, t->index, status, error);
        report(r, ZKB_PROGRESS_CHUNK_FAILED, t, 0, error);
    } else {
        r->chunks[t->index] = (finished_chunk){bytes, size};
        r->finished++;
        r->instructions_done += t->end - t->start;
        report(r, event, t, size, NULL);
    }
    (void)pthread_mutex_unlock(&r->mutex);
}

/* ---- A worker ---------------------------------------------------------------------------- */

typedef struct worker {
    run *r;
    zkb_vm *vm;
    zkb_step_batch batch;
    zkb_chunk_writer *writer;
    zkb_arena columns; /* the writer's */
    zkb_arena scratch; /* the prover's */
    size_t peak;       /* bytes of both */
    double phases[ZKB_PHASE_COUNT];
} worker;

static void take_state(zkb_machine_state *out, const zkb_vm *vm)
{
    zkb_vm_state state;
    zkb_vm_state_get(&state, vm);
    memcpy(out->r, state.r, sizeof out->r);
    out->pc = state.pc;
    out->depth = state.depth;
}

/* Re-executes the chunk into tables. */
static zkb_status write_chunk(worker *w, zkb_chunk_job *job, const task *t, zkb_error *error)
{
    run *r = w->r;
    const size_t bytes = zkb_chunk_writer_scratch(r->job->key->chips, r->log_rows, t->rows,
                                                  r->job->columns->program);
    ZKB_TRY(zkb_arena_reserve(&w->columns, bytes, error));
    ZKB_TRY(zkb_chunk_writer_begin(w->writer, r->job->key->chips, r->job->columns, &w->columns,
                                   r->log_rows, t->rows, error));
    w->writer->private_bytes = r->header.lengths.private_bytes;
    zkb_checkpoint_restore(w->vm, t->checkpoint);
    take_state(&job->boundary.before, w->vm);
    for (;;) {
        zkb_vm_result result;
        uint32_t taken;
        ZKB_TRY(zkb_cancel_check(&r->cancel, error));
        zkb_vm_record(w->vm, &w->batch, t->end, &result);
        if (w->batch.count == 0) {
            break;
        }
        ZKB_TRY(zkb_chunk_writer_steps(w->writer, &taken, &w->batch, 0, error));
        if (taken != w->batch.count) {
            return zkb_fail(error, ZKB_ERROR_INTERNAL, "prover", t->index,
                            "the chunk does not fit its tables");
        }
    }
    ZKB_TRY(zkb_chunk_writer_end(w->writer, w->vm, error));
    take_state(&job->boundary.after, w->vm);
    job->boundary.clock_end = w->writer->clock;
    memcpy(job->boundary.register_time, w->writer->register_time,
           sizeof job->boundary.register_time);
    return ZKB_OK;
}

static zkb_status prove_task(worker *w, zkb_proved_chunk *chunk, const task *t, zkb_error *error)
{
    run *r = w->r;
    zkb_chunk_job job = {.key = r->job->key,
                         .srs = r->job->srs,
                         .lengths = r->header.lengths,
                         .log_stack = r->header.log_stack,
                         .index = t->index,
                         .writer = w->writer,
                         .threads = t->threads,
                         .phases = w->phases,
                         .by = r->job->by};
    double since = zkb_now();
    ZKB_TRY(write_chunk(w, &job, t, error));
    zkb_phase_end(w->phases, ZKB_PHASE_WITNESS, &since);
    ZKB_TRY(zkb_prove_chunk(chunk, &job, &w->scratch, error));
    const size_t used = w->columns.high_water + w->scratch.high_water;
    w->peak = used > w->peak ? used : w->peak;
    if (r->config->resume != NULL) {
        const zkb_status status =
            zkb_resume_save(r->config->resume, t->index, &r->tag, chunk, error);
        if (status != ZKB_OK) {
            zkb_proved_chunk_clear(chunk);
            return status;
        }
    }
    return ZKB_OK;
}

/* Hands the chunk's claim to the folds; its bytes stay. */
static zkb_status fold_chunk(worker *w, zkb_proved_chunk *chunk, const task *t, zkb_error *error)
{
    double since = zkb_now();
    zkb_fr *f = chunk->f;
    chunk->f = NULL;
    const zkb_status status = zkb_run_folds_add(w->r->folds, t->index, &chunk->open, f,
                                                chunk->length, &w->scratch, t->threads, error);
    zkb_phase_end(w->phases, ZKB_PHASE_OPENING, &since);
    if (status != ZKB_OK) {
        zkb_proved_chunk_clear(chunk);
    }
    return status;
}

static zkb_status open_worker(worker *w, run *r, zkb_error *error)
{
    memset(w, 0, sizeof *w);
    w->r = r;
    w->scratch.cancel = &r->cancel;
    w->writer = malloc(sizeof *w->writer);
    if (w->writer == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
    }
    ZKB_TRY(zkb_vm_clone(&w->vm, r->origin, error));
    return zkb_step_batch_create(&w->batch, BATCH_STEPS, error);
}

static void close_worker(worker *w)
{
    run *r = w->r;
    (void)pthread_mutex_lock(&r->mutex);
    r->peak_arena_bytes = w->peak > r->peak_arena_bytes ? w->peak : r->peak_arena_bytes;
    r->total_arena_bytes += w->peak;
    for (unsigned p = 0; p < ZKB_PHASE_COUNT; p++) {
        r->phases[p] += w->phases[p] / r->workers;
    }
    (void)pthread_mutex_unlock(&r->mutex);
    zkb_vm_destroy(w->vm);
    if (w->batch.steps != NULL) {
        zkb_step_batch_destroy(&w->batch);
    }
    zkb_arena_destroy(&w->columns);
    zkb_arena_destroy(&w->scratch);
    free(w->writer);
}

static void work(void *context, size_t index, unsigned thread)
{
    (void)index;
    (void)thread;
    run *r = context;
    worker w;
    task t;
    zkb_error error;
    zkb_status status = open_worker(&w, r, &error);
    if (status != ZKB_OK) {
        (void)pthread_mutex_lock(&r->mutex);
        fail_chunk(r, r->started, status, &error);
        (void)pthread_mutex_unlock(&r->mutex);
    }
    while (status == ZKB_OK && take_task(r, &t, w.phases)) {
        zkb_proved_chunk chunk = {0};
        zkb_progress_event event = ZKB_PROGRESS_CHUNK_REUSED;
        if (r->config->resume == NULL ||
            !zkb_resume_load(&chunk, r->config->resume, t.index, &r->tag)) {
            event = ZKB_PROGRESS_CHUNK_FINISHED;
            status = prove_task(&w, &chunk, &t, &error);
        }
        zkb_checkpoint_destroy(t.checkpoint);
        if (status == ZKB_OK) {
            status = fold_chunk(&w, &chunk, &t, &error);
        }
        finish_task(r, &t, status, event, chunk.bytes, chunk.size, &error);
    }
    close_worker(&w);
}

/* ---- The run ----------------------------------------------------------------------------- */

/* The first pass: result and output. */
static zkb_status execute(run *r, const zkb_input *input, zkb_error *error)
{
    const zkb_vm_options options = {.max_instructions = input->max_instructions,
                                    .helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    zkb_vm *vm = NULL;
    ZKB_TRY(zkb_vm_create(&r->origin, r->job->columns->program, input->public_input,
                          input->public_bytes, input->private_input, input->private_bytes, &options,
                          error));
    ZKB_TRY(zkb_vm_clone(&vm, r->origin, error));
    zkb_status status = ZKB_OK;
    uint64_t pause = 0;
    do {
        pause += RUN_STEPS;
        status = zkb_cancel_check(&r->cancel, error);
        zkb_vm_run(vm, pause, &r->result);
    } while (status == ZKB_OK && r->result.outcome == ZKB_OUTCOME_PAUSED);
    if (status == ZKB_OK && r->result.outcome != ZKB_OUTCOME_EXITED) {
        status = zkb_vm_fault_error(r->job->columns->program, &r->result, error);
    } else if (status == ZKB_OK) {
        size_t bytes;
        const uint8_t *output = zkb_vm_output(vm, &bytes);
        r->header.lengths = (zkb_run_lengths){input->public_bytes, input->private_bytes, bytes};
        status = zkb_run_lengths_check(&r->header.lengths, &r->job->key->record, error);
        r->header.output = malloc(bytes + 1);
        if (r->header.output == NULL) {
            status = zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
        } else if (bytes != 0) {
            memcpy(r->header.output, output, bytes);
        }
    }
    zkb_vm_destroy(vm);
    return status;
}

static zkb_status commit_private(run *r, const zkb_input *input, zkb_error *error)
{
    const uint32_t segments = zkb_segments_of_bytes(input->private_bytes);
    zkb_arena arena;
    r->header.private_segments = calloc((size_t)segments + 1, sizeof *r->header.private_segments);
    if (r->header.private_segments == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
    }
    ZKB_TRY(zkb_arena_create(&arena, zkb_commit_bytes_scratch(1), error));
    arena.cancel = &r->cancel;
    const zkb_status status = zkb_commit_bytes(r->header.private_segments, input->private_input,
                                               input->private_bytes, r->job->srs, &arena, 1, error);
    zkb_arena_destroy(&arena);
    return status;
}

/* What ends a proof file: the folds, and the opening of what the chunks fold into. */
typedef struct ending {
    uint8_t *folds;
    size_t folds_size;
    uint8_t opening[ZKB_MERCURY_PROOF_SIZE];
} ending;

static zkb_status end_folds(ending *out, run *r, zkb_error *error)
{
    zkb_arena arena = {.cancel = &r->cancel};
    const zkb_status status =
        zkb_run_folds_end(&out->folds, &out->folds_size, out->opening, r->folds, r->started,
                          r->job->srs, r->job->by, &arena, r->team_threads, error);
    zkb_arena_destroy(&arena);
    return status;
}

static zkb_status assemble(uint8_t **out, size_t *size, run *r, const ending *end, zkb_error *error)
{
    r->header.lookup_bits = r->job->key->lookup_bits;
    r->header.record = r->job->key->record; /* borrowed */
    r->header.chunk_count = r->started;
    const size_t header = zkb_run_header_size(&r->header);
    *size = header;
    for (uint32_t c = 0; c < r->started; c++) {
        *size += 4 + r->chunks[c].size;
    }
    *size += 4 + end->folds_size + sizeof end->opening;
    *out = malloc(*size);
    if (*out == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
    }
    zkb_run_header_encode(*out, &r->header);
    uint8_t *at = *out + header;
    for (uint32_t c = 0; c < r->started; c++) {
        zkb_store32(at, (uint32_t)r->chunks[c].size);
        memcpy(at + 4, r->chunks[c].bytes, r->chunks[c].size);
        at += 4 + r->chunks[c].size;
    }
    zkb_store32(at, (uint32_t)end->folds_size);
    memcpy(at + 4, end->folds, end->folds_size);
    memcpy(at + 4 + end->folds_size, end->opening, sizeof end->opening);
    return ZKB_OK;
}

/* Folds what is left, opens, and writes the file's bytes. */
static zkb_status finish_run(uint8_t **out, size_t *size, run *r, zkb_error *error)
{
    ending end = {.folds = NULL};
    double since = zkb_now();
    zkb_status status = end_folds(&end, r, error);
    zkb_phase_end(r->phases, ZKB_PHASE_OPENING, &since);
    if (status == ZKB_OK) {
        status = assemble(out, size, r, &end, error);
    }
    free(end.folds);
    zkb_phase_end(r->phases, ZKB_PHASE_JOIN, &since);
    return status;
}

uint64_t zkb_run_chunk_size(uint64_t chunk_size, unsigned k)
{
    chunk_size = chunk_size == 0 ? (uint64_t)2 << k : chunk_size;
    return chunk_size < ZKB_MAX_CLOCK ? chunk_size : ZKB_MAX_CLOCK - 1;
}

zkb_status zkb_run_check_setup(const zkb_srs *srs, unsigned k, unsigned lookup_bits,
                               zkb_error *error)
{
    /* The byte and range tables have 2^16 rows whatever k, unless they are compact; the opening
     * takes 2^13 powers at least. */
    const unsigned least = lookup_bits == ZKB_LOOKUP_WIDE ? 16 : 13;
    const unsigned needed = k < least ? least : k;
    if (srs->k < needed) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "prover", ZKB_NO_INDEX,
                        "the setup has 2^%u powers, k = %u with %u lookup bits needs 2^%u: make or "
                        "import a larger one",
                        srs->k, k, lookup_bits, needed);
    }
    return ZKB_OK;
}

/* The log2 of the length of stacks that is asked for, 0 for the default. */
static zkb_status choose_log_stack(unsigned *out, unsigned asked, unsigned lookup_bits,
                                   const zkb_srs *srs, zkb_error *error)
{
    *out = asked != 0 ? asked : zkb_default_stack(lookup_bits);
    if (*out < ZKB_CONFIG_LEAST_STACK || *out > ZKB_CONFIG_MOST_STACK) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "prover", ZKB_NO_INDEX,
                        "stacks of 2^%u coefficients: 2^%u to 2^%u are possible", *out,
                        ZKB_CONFIG_LEAST_STACK, ZKB_CONFIG_MOST_STACK);
    }
    if (*out > srs->k) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "prover", ZKB_NO_INDEX,
                        "stacks of 2^%u coefficients need a setup of as many powers; this one has "
                        "2^%u: make or import a larger one, or ask for less",
                        *out, srs->k);
    }
    return ZKB_OK;
}

static zkb_status check_job(run *r, zkb_error *error)
{
    const unsigned k = r->job->k;
    if (k < ZKB_CONFIG_LEAST_K || k > ZKB_CONFIG_MOST_K) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "prover", ZKB_NO_INDEX,
                        "k = %u is out of range: %d to %d", k, ZKB_CONFIG_LEAST_K,
                        ZKB_CONFIG_MOST_K);
    }
    ZKB_TRY(zkb_config_thread_count(&r->team_threads, r->config, error));
    r->chunk_size = zkb_run_chunk_size(r->config->chunk_size, k);
    r->memory = r->config->memory != 0 ? r->config->memory : zkb_memory_available();
    ZKB_TRY(zkb_run_check_setup(r->job->srs, k, r->job->key->lookup_bits, error));
    ZKB_TRY(choose_log_stack(&r->header.log_stack, r->config->log_stack, r->job->key->lookup_bits,
                             r->job->srs, error));
    r->log_rows = zkb_table_log_rows(k, r->header.log_stack);
    return ZKB_OK;
}

/* As many chunks side by side as the mode says, by the number that there are at least. */
static void choose_workers(run *r, uint64_t chunks)
{
    r->workers = r->team_threads;
    if (r->job->mode == ZKB_MODE_SEQUENTIAL) {
        r->workers = 1;
    } else if (r->job->mode == ZKB_MODE_AUTO && chunks < r->workers) {
        r->workers = (unsigned)chunks;
    }
    r->threads = r->team_threads / r->workers;
    r->workers_wanted = r->workers;
}

static uint64_t estimate(const run *r, unsigned threads)
{
    const bool one = r->end == r->result.count;
    return r->waiting + zkb_worker_memory(&r->plan.limits, one ? r->plan.bytes : 0, threads,
                                          r->header.log_stack, r->job->columns->program);
}

/* Decides on workers and threads, once the length of the run and its first chunk are known. */
static zkb_status spread(run *r, zkb_error *error)
{
    const uint64_t chunks = (r->result.count + r->chunk_size - 1) / r->chunk_size;
    r->waiting = zkb_waiting_memory(chunks, r->header.log_stack);
    choose_workers(r, chunks);
    r->worker_estimate = estimate(r, r->threads);
    if (r->worker_estimate > r->memory) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "memory", ZKB_NO_INDEX,
                        "one chunk at k = %u may take %llu MiB, more than the %llu MiB allowed: "
                        "use a smaller k or chunk size, or allow more memory",
                        r->job->k, (unsigned long long)(r->worker_estimate >> 20),
                        (unsigned long long)(r->memory >> 20));
    }
    if (r->memory / r->workers < r->worker_estimate) {
        r->workers = (unsigned)(r->memory / r->worker_estimate);
    }
    const bool fewer = r->workers < r->workers_wanted; /* their threads serve the others */
    const uint64_t bytes = fewer ? r->memory / r->workers : r->worker_estimate;
    r->most_threads = r->threads;
    while (r->most_threads < r->team_threads && estimate(r, r->most_threads + 1) <= bytes) {
        r->most_threads++;
    }
    if (fewer) {
        const unsigned share = r->team_threads / r->workers;
        r->threads = share < r->most_threads ? share : r->most_threads;
        r->worker_estimate = estimate(r, r->most_threads);
    }
    return ZKB_OK;
}

static zkb_status open_resume(run *r, zkb_error *error)
{
    return r->config->resume == NULL ? ZKB_OK
                                     : zkb_resume_open(&r->resume_made, r->config->resume, error);
}

/* The first cut, and with it how many workers there will be. */
static zkb_status start_plan(run *r, zkb_error *error)
{
    zkb_plan_limits limits;
    zkb_plan_limits_init(&limits, r->log_rows, r->chunk_size, r->job->key->chips);
    ZKB_TRY(zkb_plan_create(&r->plan, r->origin, r->job->columns, &limits, error));
    r->plan.expected = r->job->trace;
    ZKB_TRY(zkb_plan_next(&r->end, &r->planned, &r->plan, error));
    return spread(r, error);
}

static zkb_status prepare(run *r, zkb_error *error)
{
    const zkb_input *input = r->job->input;
    double since = zkb_now();
    ZKB_TRY(check_job(r, error));
    ZKB_TRY(open_resume(r, error)); /* before what may take long */
    ZKB_TRY(zkb_run_folds_create(&r->folds, error));
    ZKB_TRY(execute(r, input, error));
    zkb_phase_end(r->phases, ZKB_PHASE_EXECUTE, &since);
    ZKB_TRY(start_plan(r, error));
    since = zkb_now();
    ZKB_TRY(commit_private(r, input, error));
    zkb_phase_end(r->phases, ZKB_PHASE_COMMIT, &since);
    ZKB_TRY(zkb_vm_clone(&r->follower, r->origin, error));
    if (r->config->resume != NULL) {
        zkb_resume_tag(&r->tag, r->job->key, &r->header.lengths, r->job->k, r->header.log_stack,
                       r->chunk_size, input->public_input, input->private_input);
    }
    return ZKB_OK;
}

static void summarise(zkb_proof_summary *out, const run *r, size_t proof_bytes, double seconds)
{
    *out = (zkb_proof_summary){.instructions = r->result.count,
                               .r0 = r->result.r0,
                               .chunks = r->started,
                               .threads = r->team_threads,
                               .workers = r->workers,
                               .workers_wanted = r->workers_wanted,
                               .worker_threads = r->threads,
                               .memory_budget = r->memory,
                               .worker_estimate = r->worker_estimate,
                               .worker_peak = r->peak_arena_bytes,
                               .total_peak = r->total_arena_bytes,
                               .proof_bytes = proof_bytes,
                               .seconds = seconds};
    memcpy(out->phase_seconds, r->phases, sizeof out->phase_seconds);
}

static void destroy(run *r)
{
    for (uint32_t c = 0; c < r->started; c++) {
        free(r->chunks[c].bytes);
    }
    free(r->chunks);
    zkb_run_folds_destroy(r->folds);
    free(r->header.output);
    free(r->header.private_segments);
    zkb_plan_destroy(&r->plan);
    zkb_vm_destroy(r->follower);
    zkb_vm_destroy(r->origin);
    (void)pthread_mutex_destroy(&r->mutex);
    free(r);
}

zkb_status zkb_prove_run(uint8_t **out, size_t *size, zkb_proof_summary *summary,
                         const zkb_run_job *job, zkb_error *error)
{
    const double start = zkb_now();
    *out = NULL;
    *size = 0;
    *summary = (zkb_proof_summary){0};
    run *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
    }
    r->job = job;
    r->config = job->config;
    r->cancel.outer = &job->config->cancel;
    (void)pthread_mutex_init(&r->mutex, NULL);
    zkb_status status = prepare(r, error);
    if (status != ZKB_OK && r->resume_made) {
        zkb_resume_remove(r->config->resume);
    }
    if (status == ZKB_OK) {
        zkb_parallel_team(r->team_threads, r->workers, work, r);
        status = r->status;
        if (status != ZKB_OK && error != NULL) {
            *error = r->error;
        }
    }
    if (status == ZKB_OK) {
        status = finish_run(out, size, r, error);
    }
    summarise(summary, r, *size, zkb_now() - start);
    destroy(r);
    return status;
}
