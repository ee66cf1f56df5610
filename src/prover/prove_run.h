/* Proves a whole run in chunks. A first pass of the fast interpreter finds the result. A second
 * pass cuts the run into chunks. Workers execute their chunk again from its checkpoint and prove
 * it. The number of workers bounds the memory, whatever the length of the run. */
#ifndef ZKB_PROVER_PROVE_RUN_H
#define ZKB_PROVER_PROVE_RUN_H

#include "kzg/srs.h"
#include "machine/run_proof.h"
#include "prover/plan.h"
#include "vm/trace.h"

typedef enum zkb_run_event {
    ZKB_RUN_CHUNK_STARTED,
    ZKB_RUN_CHUNK_FINISHED,
    ZKB_RUN_CHUNK_REUSED, /* read from the resume directory */
    ZKB_RUN_CHUNK_FAILED
} zkb_run_event;

typedef struct zkb_run_progress {
    zkb_run_event event;
    uint32_t chunk;
    uint32_t finished;          /* chunks done so far */
    uint64_t instructions;      /* of this chunk */
    uint64_t instructions_done; /* of finished chunks */
    uint64_t instructions_total;
    uint64_t rows;          /* of this chunk's instruction tables, together */
    size_t bytes;           /* of the chunk's proof, when finished */
    const zkb_error *error; /* when failed */
} zkb_run_progress;

/* Returns false to cancel. Called by any worker, one at a time. */
typedef bool (*zkb_run_progress_fn)(void *context, const zkb_run_progress *progress);

typedef struct zkb_run_options {
    unsigned k;          /* 0: 17 */
    uint64_t chunk_size; /* 0: 2 * 2^k; see docs/library.md for the memory that takes */
    unsigned workers;    /* chunks side by side; 0: 1 */
    unsigned threads;    /* within a chunk; 0: 1 */
    /* When set, workers and threads are chosen: these many threads in all, spread as mode says. */
    unsigned total_threads;
    zkb_mode mode;
    uint64_t memory; /* most bytes that workers may take, which lowers their number; 0: any */
    const zkb_trace *trace;   /* the run must agree with it; NULL: none */
    const char *resume;       /* directory of finished chunks, created if missing; NULL: none */
    const zkb_cancel *cancel; /* looked at often while chunks are proved; NULL: none */
    zkb_run_progress_fn progress;
    void *context;
} zkb_run_options;

typedef struct zkb_run_input {
    const uint8_t *public_input;
    size_t public_bytes;
    const uint8_t *private_input;
    size_t private_bytes;
    uint64_t max_instructions; /* 0: the default */
} zkb_run_input;

/* Most instructions of a chunk when chunk_size is asked for, 0 for the default. */
uint64_t zkb_run_chunk_size(uint64_t chunk_size, unsigned k);

/* Whether a setup has powers enough for tables of 2^k rows; ZKB_ERROR_ARGUMENT when not. */
zkb_status zkb_run_check_setup(const zkb_srs *srs, unsigned k, unsigned lookup_bits,
                               zkb_error *error) ZKB_MUST_USE;

typedef struct zkb_run_summary {
    zkb_vm_result result;
    uint32_t chunks;
    unsigned workers, workers_wanted; /* the latter with any memory */
    unsigned threads;                 /* in a chunk */
    uint64_t worker_estimate;         /* bytes */
    size_t peak_arena_bytes;          /* of one worker, at most */
    size_t total_arena_bytes;         /* of all workers, each at its most */
    double seconds;
    double phases[ZKB_PHASE_COUNT]; /* seconds; those of workers are the mean over them */
} zkb_run_summary;

/* Proves the run of the program that the key is of; *out is the proof file's bytes, malloc'd and
 * freed by the caller. ZKB_ERROR_LIMIT when one worker would take more than the memory, before any
 * chunk is begun; ZKB_ERROR_FAULT when the program faults, with pc and reason;
 * ZKB_ERROR_CANCELLED; of several failing chunks the lowest is reported, and those still under way
 * are given up. */
zkb_status zkb_prove_run(uint8_t **out, size_t *size, zkb_run_summary *summary,
                         const zkb_machine_key *key, const zkb_program_columns *columns,
                         const zkb_srs *srs, const zkb_run_input *input,
                         const zkb_run_options *options, zkb_error *error) ZKB_MUST_USE;

#endif
