#include "prover/prove_run.h"

#include "base/os/clock.h"
#include "prover/run.h"

#include <stdlib.h>

static zkb_status end_folds(zkb_run_ending *out, zkb_run *r, zkb_error *error)
{
    zkb_arena arena = {.cancel = &r->cancel};
    const zkb_status status =
        zkb_run_folds_end(&out->folds, &out->folds_size, out->opening, r->folds, r->started,
                          r->job->srs, r->job->by, &arena, r->team_threads, error);
    zkb_arena_destroy(&arena);
    return status;
}

/* Folds what is left, opens, and writes the file's bytes. */
static zkb_status finish_run(uint8_t **out, size_t *size, zkb_run *r, zkb_error *error)
{
    zkb_run_ending end = {.folds = NULL};
    double since = zkb_now();
    zkb_status status = end_folds(&end, r, error);
    zkb_phase_end(r->phases, ZKB_PHASE_OPENING, &since);
    if (status == ZKB_OK) {
        r->header.chunk_count = r->started;
        status = zkb_run_assemble(out, size, &r->header, r->chunks, &end, error);
    }
    free(end.folds);
    zkb_phase_end(r->phases, ZKB_PHASE_JOIN, &since);
    return status;
}

zkb_status zkb_prove_run(uint8_t **out, size_t *size, zkb_proof_summary *summary,
                         const zkb_run_job *job, zkb_error *error)
{
    const double start = zkb_now();
    *out = NULL;
    *size = 0;
    *summary = (zkb_proof_summary){0};
    zkb_run *r = zkb_run_create(job);
    if (r == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
    }
    zkb_status status = zkb_run_prepare(r, error);
    if (status == ZKB_OK) {
        status = zkb_run_execute(r, error);
    }
    if (status == ZKB_OK) {
        status = zkb_run_begin(r, error);
    }
    if (status == ZKB_OK) {
        status = zkb_run_commit_private(r, error);
    }
    if (status == ZKB_OK) {
        status = zkb_run_work(r, error);
    }
    if (status == ZKB_OK) {
        status = finish_run(out, size, r, error);
    }
    zkb_run_summarise(summary, r, *size, zkb_now() - start);
    zkb_run_destroy(r);
    return status;
}
