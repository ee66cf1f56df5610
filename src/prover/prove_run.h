/* Proves a whole run in chunks. A first pass of the fast interpreter finds the result. A second
 * pass cuts the run into chunks. Workers execute their chunk again from its checkpoint and prove
 * it. The number of workers bounds the memory, whatever the length of the run. */
#ifndef ZKB_PROVER_PROVE_RUN_H
#define ZKB_PROVER_PROVE_RUN_H

#include "kzg/srs.h"
#include "machine/run_proof.h"
#include "prover/config.h"
#include "proof/prove.h"
#include "prover/plan.h"
#include "vm/trace.h"

/* What is to be proved, and how. */
typedef struct zkb_run_job {
    const zkb_machine_key *key; /* of the program of `columns` */
    const zkb_program_columns *columns;
    const zkb_srs *srs;
    unsigned k;
    zkb_mode mode;
    const zkb_input *input;
    const zkb_trace *trace;   /* the run must agree with it; NULL: none */
    const zkb_run_plan *plan; /* its chunk size and stacks hold, not those of config; NULL: none */
    const zkb_config
        *config; /* chunk size, threads, memory, resume, cancel and progress are used */
    const zkb_prover_phases *by; /* who does the phases of proofs; NULL: the processor */
} zkb_run_job;

/* Most instructions of a chunk when chunk_size is asked for, 0 for the default. */
uint64_t zkb_run_chunk_size(uint64_t chunk_size, unsigned k);

/* log2 of the powers that a run needs at least: as many as the tallest table has rows, and those
 * of an opening. */
unsigned zkb_run_least_setup(unsigned k, unsigned lookup_bits);
/* Whether a setup has powers enough for tables of 2^k rows; ZKB_ERROR_ARGUMENT when not. */
zkb_status zkb_run_check_setup(const zkb_srs *srs, unsigned k, unsigned lookup_bits,
                               zkb_error *error) ZKB_MUST_USE;

/* *out is the proof file's bytes, malloc'd and freed by the caller; *summary is filled as far as
 * the call came. ZKB_ERROR_LIMIT when one worker would take more than the memory, before any chunk
 * is begun; ZKB_ERROR_FAULT when the program faults, with pc and reason; ZKB_ERROR_CANCELLED. When
 * several chunks fail, the error is that of the first of them, and the others are given up. */
zkb_status zkb_prove_run(uint8_t **out, size_t *size, zkb_proof_summary *summary,
                         const zkb_run_job *job, zkb_error *error) ZKB_MUST_USE;

#endif
