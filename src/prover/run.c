#include "prover/run.h"

#include "base/os/clock.h"
#include "prover/memory.h"
#include "prover/resume.h"
#include "prover/run_plan.h"

#include <stdlib.h>
#include <string.h>

enum { RUN_STEPS = 1 << 21 };

/* ---- Settings ---------------------------------------------------------------------------- */

uint64_t zkb_run_chunk_size(uint64_t chunk_size, unsigned k)
{
    chunk_size = chunk_size == 0 ? (uint64_t)2 << k : chunk_size;
    return chunk_size < ZKB_MAX_CLOCK ? chunk_size : ZKB_MAX_CLOCK - 1;
}

unsigned zkb_run_least_setup(unsigned k, unsigned lookup_bits)
{
    /* The byte and range tables have 2^16 rows whatever k, unless they are compact; the opening
     * takes 2^13 powers at least. */
    const unsigned least = lookup_bits == ZKB_LOOKUP_WIDE ? 16 : 13;
    return k < least ? least : k;
}

zkb_status zkb_run_check_setup(const zkb_srs *srs, unsigned k, unsigned lookup_bits,
                               zkb_error *error)
{
    const unsigned needed = zkb_run_least_setup(k, lookup_bits);
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

static zkb_status check_job(zkb_run *r, zkb_error *error)
{
    const unsigned k = r->job->k;
    if (k < ZKB_CONFIG_LEAST_K || k > ZKB_CONFIG_MOST_K) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "prover", ZKB_NO_INDEX,
                        "k = %u is out of range: %d to %d", k, ZKB_CONFIG_LEAST_K,
                        ZKB_CONFIG_MOST_K);
    }
    ZKB_TRY(zkb_config_thread_count(&r->team_threads, r->config, error));
    const zkb_run_plan *plan = r->job->plan;
    r->chunk_size = zkb_run_chunk_size(plan != NULL ? plan->chunk_size : r->config->chunk_size, k);
    r->memory = r->config->memory != 0 ? r->config->memory : zkb_memory_available();
    ZKB_TRY(zkb_run_check_setup(r->job->srs, k, r->job->key->lookup_bits, error));
    ZKB_TRY(choose_log_stack(&r->header.log_stack,
                             plan != NULL ? plan->header.log_stack : r->config->log_stack,
                             r->job->key->lookup_bits, r->job->srs, error));
    r->log_rows = zkb_table_log_rows(k, r->header.log_stack);
    return ZKB_OK;
}

/* As many chunks side by side as the mode says, by the number that there are at least. */
static void choose_workers(zkb_run *r, uint64_t chunks)
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

static uint64_t estimate(const zkb_run *r, unsigned threads)
{
    const bool one = r->end == r->until;
    return r->waiting + zkb_worker_memory(&r->plan.limits, one ? r->plan.bytes : 0, threads,
                                          r->header.log_stack, r->job->columns->program);
}

/* Decides on workers and threads, once the length of the run and its first chunk are known. */
static zkb_status spread(zkb_run *r, zkb_error *error)
{
    const uint64_t chunks = (r->until - r->from + r->chunk_size - 1) / r->chunk_size;
    r->waiting = zkb_waiting_memory(chunks, r->header.log_stack);
    if (r->job->plan !=
        NULL) { /* a part keeps groups that lie across either end, and writes them down */
        r->waiting *= 3;
    }
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

static zkb_status open_resume(zkb_run *r, zkb_error *error)
{
    return r->config->resume == NULL ? ZKB_OK
                                     : zkb_resume_open(&r->resume_made, r->config->resume, error);
}

/* ---- The program ------------------------------------------------------------------------- */

zkb_run *zkb_run_create(const zkb_run_job *job)
{
    zkb_run *r = calloc(1, sizeof *r);
    if (r != NULL) {
        r->job = job;
        r->config = job->config;
        r->most = UINT32_MAX;
        r->cancel.outer = &job->config->cancel;
        r->header.lookup_bits = job->key->lookup_bits;
        r->header.record = job->key->record; /* borrowed */
        (void)pthread_mutex_init(&r->mutex, NULL);
    }
    return r;
}

zkb_status zkb_run_prepare(zkb_run *r, zkb_error *error)
{
    const zkb_input *input = r->job->input;
    const zkb_vm_options options = {.max_instructions = input->max_instructions,
                                    .helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    ZKB_TRY(check_job(r, error));
    ZKB_TRY(open_resume(r, error)); /* before what may take long */
    ZKB_TRY(zkb_run_folds_create(&r->folds, error));
    return zkb_vm_create(&r->origin, r->job->columns->program, input->public_input,
                         input->public_bytes, input->private_input, input->private_bytes, &options,
                         error);
}

/* The output, and the lengths, of the machine after its last instruction. */
static zkb_status take_output(zkb_run *r, const zkb_vm *vm, zkb_error *error)
{
    const zkb_input *input = r->job->input;
    size_t bytes;
    const uint8_t *output = zkb_vm_output(vm, &bytes);
    r->header.lengths = (zkb_run_lengths){input->public_bytes, input->private_bytes, bytes};
    r->header.output = malloc(bytes + 1);
    if (r->header.output == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
    }
    if (bytes != 0) {
        memcpy(r->header.output, output, bytes);
    }
    return zkb_run_lengths_check(&r->header.lengths, &r->job->key->record, error);
}

zkb_status zkb_run_execute(zkb_run *r, zkb_error *error)
{
    zkb_vm *vm = NULL;
    double since = zkb_now();
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
        status = take_output(r, vm, error);
    }
    zkb_vm_destroy(vm);
    r->until = r->result.count;
    zkb_phase_end(r->phases, ZKB_PHASE_EXECUTE, &since);
    return status;
}

zkb_status zkb_run_commit_private(zkb_run *r, zkb_error *error)
{
    const zkb_input *input = r->job->input;
    double since = zkb_now();
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
    zkb_phase_end(r->phases, ZKB_PHASE_COMMIT, &since);
    return status;
}

/* ---- Its chunks -------------------------------------------------------------------------- */

/* Runs a machine up to the first chunk. */
static zkb_status advance(zkb_vm *vm, const zkb_run *r, zkb_error *error)
{
    zkb_vm_result result = {.outcome = ZKB_OUTCOME_PAUSED};
    for (uint64_t at = 0; at < r->from; at = result.count) {
        ZKB_TRY(zkb_cancel_check(&r->cancel, error));
        zkb_vm_run(vm, r->from - at < RUN_STEPS ? r->from : at + RUN_STEPS, &result);
        if (result.outcome != ZKB_OUTCOME_PAUSED) {
            return zkb_fail(error, ZKB_ERROR_MISMATCH, "plan", r->first,
                            "the program ends before chunk %u of the plan: make the plan again, "
                            "with this version",
                            r->first);
        }
    }
    return ZKB_OK;
}

zkb_status zkb_run_plan_begin(zkb_run *r, zkb_error *error)
{
    zkb_plan_limits limits;
    zkb_plan_limits_init(&limits, r->log_rows, r->chunk_size, r->job->key->chips);
    ZKB_TRY(zkb_plan_create(&r->plan, r->origin, r->job->columns, &limits, error));
    r->plan.expected = r->job->trace;
    r->plan.count = r->from;
    return advance(r->plan.vm, r, error);
}

zkb_status zkb_run_begin(zkb_run *r, zkb_error *error)
{
    const zkb_input *input = r->job->input;
    ZKB_TRY(zkb_run_plan_begin(r, error));
    ZKB_TRY(zkb_plan_next(&r->end, &r->planned, &r->plan, error));
    ZKB_TRY(spread(r, error));
    ZKB_TRY(zkb_vm_clone(&r->follower, r->origin, error));
    ZKB_TRY(advance(r->follower, r, error));
    r->start = r->from;
    if (r->config->resume != NULL) {
        zkb_resume_tag(&r->tag, r->job->key, &r->header.lengths, r->job->k, r->header.log_stack,
                       r->chunk_size, input->public_input, input->private_input);
    }
    return ZKB_OK;
}

/* ---- Its end ----------------------------------------------------------------------------- */

void zkb_run_summarise(zkb_proof_summary *out, const zkb_run *r, size_t bytes, double seconds)
{
    *out = (zkb_proof_summary){.instructions = r->until - r->from,
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
                               .proof_bytes = bytes,
                               .seconds = seconds};
    memcpy(out->phase_seconds, r->phases, sizeof out->phase_seconds);
}

void zkb_run_destroy(zkb_run *r)
{
    if (r->resume_made && r->finished == 0) {
        zkb_resume_remove(r->config->resume);
    }
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
