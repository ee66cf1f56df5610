/* A run while its chunks are proved: what the workers share, and the steps that proving a whole run
 * (prove_run.h), planning it and proving a part of it (parts.h) are made of.
 *
 *     r = zkb_run_create(job);
 *     zkb_run_prepare(r, error);      settings are checked, the machine stands at its start
 *     zkb_run_execute(r, error);      the first pass: result and output; a part has them of its
 * plan zkb_run_begin(r, error);        the first chunk is planned, workers are chosen
 *     zkb_run_work(r, error);         chunks are proved, their claims folded
 *     zkb_run_destroy(r); */
#ifndef ZKB_PROVER_RUN_H
#define ZKB_PROVER_RUN_H

#include "prover/assemble.h"
#include "prover/prove_run.h"
#include "prover/run_folds.h"

#include <pthread.h>

/* Everything below `mutex` is used only under it while workers are at work. */
typedef struct zkb_run {
    const zkb_run_job *job;
    const zkb_config *config; /* the job's */
    uint64_t chunk_size;
    unsigned log_rows; /* of a chip's table, at most */
    zkb_vm *origin;    /* in its initial state */
    zkb_vm_result result;
    zkb_run_header header;
    zkb_run_folds *folds; /* takes the chunks' claims */
    zkb_fr tag;           /* of everything that chunks depend on (resume.h) */
    bool resume_made;

    /* Which chunks: all, unless the caller sets this before zkb_run_begin. */
    uint32_t first;       /* number of the first one, */
    uint32_t most;        /* how many; UINT32_MAX: all that follow */
    uint64_t from, until; /* instructions before the first and up to the last; until is
                             result.count unless set */

    pthread_mutex_t mutex;
    zkb_plan plan;
    bool planned;     /* the first chunk, ahead of time: */
    uint64_t end;     /* of the chunk planned last */
    zkb_vm *follower; /* stands at the start of the next chunk */
    uint64_t start;   /* instructions before it */
    zkb_chunk_bytes *chunks;
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
} zkb_run;

/* NULL when there is no memory. job is borrowed. */
zkb_run *zkb_run_create(const zkb_run_job *job);
/* Removes a resume directory that was made for nothing: one that is empty. */
void zkb_run_destroy(zkb_run *run);

/* Checks the job and makes what the rest needs. */
zkb_status zkb_run_prepare(zkb_run *run, zkb_error *error) ZKB_MUST_USE;
/* Executes the run from start to end: sets result, output and lengths. */
zkb_status zkb_run_execute(zkb_run *run, zkb_error *error) ZKB_MUST_USE;
/* Commits to the private input, of the length in the header. */
zkb_status zkb_run_commit_private(zkb_run *run, zkb_error *error) ZKB_MUST_USE;
/* A plan that stands at the first chunk. */
zkb_status zkb_run_plan_begin(zkb_run *run, zkb_error *error) ZKB_MUST_USE;
/* Begins the plan, plans the first chunk and decides on workers and threads: ZKB_ERROR_LIMIT when
 * one would take too much memory. */
zkb_status zkb_run_begin(zkb_run *run, zkb_error *error) ZKB_MUST_USE;
/* Proves the chunks. The error is that of the first one that fails. */
zkb_status zkb_run_work(zkb_run *run, zkb_error *error) ZKB_MUST_USE;

/* What is known so far. */
void zkb_run_summarise(zkb_proof_summary *out, const zkb_run *run, size_t bytes, double seconds);

#endif
