#include "prover/run.h"

#include "base/os/clock.h"
#include "base/parallel.h"
#include "prover/prove_chunk.h"
#include "prover/resume.h"
#include "prover/run_plan.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_STEPS = 1024 };

/* One chunk to be proved. */
typedef struct task {
    uint32_t index;
    uint64_t start, end;
    uint64_t rows[ZKB_CHIP_COUNT];
    unsigned threads;
    zkb_checkpoint *checkpoint;
} task;

/* ---- Under the mutex --------------------------------------------------------------------- */

/* The number of the chunk that is begun next. */
static uint32_t next_chunk(const zkb_run *r) { return r->first + r->started; }

static void fail_chunk(zkb_run *r, uint32_t chunk, zkb_status status, const zkb_error *error)
{
    if (r->status == ZKB_OK || chunk < r->failed_chunk) {
        r->status = status;
        r->failed_chunk = chunk;
        r->error = *error;
    }
    r->stop = true;
    atomic_store(&r->cancel.set, true);
}

static void report(zkb_run *r, zkb_progress_event event, const task *t, size_t bytes,
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
                                   .instructions_total = r->until - r->from,
                                   .bytes = bytes,
                                   .error = error};
    if (r->config->progress(r->config->progress_context, &progress) != 0) {
        zkb_error cancelled;
        (void)zkb_fail(&cancelled, ZKB_ERROR_CANCELLED, "prover", t->index, "cancelled");
        fail_chunk(r, t->index, ZKB_ERROR_CANCELLED, &cancelled);
    }
}

static zkb_status room_for_chunk(zkb_run *r, zkb_error *error)
{
    if (r->started < r->capacity) {
        return ZKB_OK;
    }
    if (next_chunk(r) >= ZKB_MAX_CHUNKS) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "prover", next_chunk(r),
                        "more than %u chunks; use a larger k or chunk size", ZKB_MAX_CHUNKS);
    }
    const uint32_t capacity = r->capacity == 0 ? 64 : 2 * r->capacity;
    zkb_chunk_bytes *larger = realloc(r->chunks, capacity * sizeof *larger);
    if (larger == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", next_chunk(r), "out of memory");
    }
    memset(larger + r->capacity, 0, (capacity - r->capacity) * sizeof *larger);
    r->chunks = larger;
    r->capacity = capacity;
    return ZKB_OK;
}

/* A worker has its share of the threads; with no chunk left to begin, its threads go to those still
 * at work, which are the last ones begun. */
static unsigned threads_for(const zkb_run *r, const task *t)
{
    const uint64_t after = r->until - t->end;
    const uint64_t size = r->chunk_size;
    const uint64_t left = 1 + after / size + (after % size != 0); /* or more */
    return left <= r->workers ? r->most_threads : r->threads;
}

/* That a part is of the chunks that its plan says. */
static zkb_status check_end(const zkb_run *r, const task *t, zkb_error *error)
{
    const zkb_run_plan *plan = r->job->plan;
    if (plan == NULL || plan->ends[t->index] == t->end) {
        return ZKB_OK;
    }
    return zkb_fail(error, ZKB_ERROR_MISMATCH, "plan", t->index,
                    "chunk %u of the plan ends after %llu instructions, this program ends it after "
                    "%llu: make the plan again, with this version",
                    t->index, (unsigned long long)plan->ends[t->index], (unsigned long long)t->end);
}

/* Takes the next chunk off the plan; *more is false at the run's end. The checkpoint is where it
 * starts. */
static zkb_status plan_task(zkb_run *r, task *t, bool *more, zkb_error *error)
{
    zkb_vm_result result;
    *more = r->started < r->most;
    if (*more) {
        ZKB_TRY(room_for_chunk(r, error));
    }
    if (*more && !r->planned) {
        ZKB_TRY(zkb_plan_next(&r->end, more, &r->plan, error));
    }
    r->planned = false;
    if (!*more) {
        return ZKB_OK;
    }
    *t = (task){.index = next_chunk(r), .start = r->start, .end = r->end};
    ZKB_TRY(check_end(r, t, error));
    t->threads = threads_for(r, t);
    memcpy(t->rows, r->plan.rows, sizeof t->rows);
    ZKB_TRY(zkb_checkpoint_create(&t->checkpoint, r->follower, error));
    zkb_vm_run(r->follower, t->end, &result);
    r->start = t->end;
    r->started++;
    return ZKB_OK;
}

/* False when there is nothing more to do. */
static bool take_task(zkb_run *r, task *t, double *phases)
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
            fail_chunk(r, next_chunk(r), status, &error);
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

static void finish_task(zkb_run *r, const task *t, zkb_status status, zkb_progress_event event,
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
        r->chunks[t->index - r->first] = (zkb_chunk_bytes){bytes, size};
        r->finished++;
        r->instructions_done += t->end - t->start;
        report(r, event, t, size, NULL);
    }
    (void)pthread_mutex_unlock(&r->mutex);
}

/* ---- A worker ---------------------------------------------------------------------------- */

typedef struct worker {
    zkb_run *r;
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
    zkb_run *r = w->r;
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
    zkb_run *r = w->r;
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

static zkb_status open_worker(worker *w, zkb_run *r, zkb_error *error)
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
    zkb_run *r = w->r;
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
    zkb_run *r = context;
    worker w;
    task t;
    zkb_error error;
    zkb_status status = open_worker(&w, r, &error);
    if (status != ZKB_OK) {
        (void)pthread_mutex_lock(&r->mutex);
        fail_chunk(r, next_chunk(r), status, &error);
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

zkb_status zkb_run_work(zkb_run *run, zkb_error *error)
{
    zkb_parallel_team(run->team_threads, run->workers, work, run);
    if (run->status != ZKB_OK && error != NULL) {
        *error = run->error;
    }
    return run->status;
}
