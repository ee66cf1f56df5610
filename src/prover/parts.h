/* A run that several machines prove: it is planned once, each machine proves a part of its chunks,
 * and the parts are joined. Nothing passes between machines but these files. The proof is the same,
 * byte for byte, as that of zkb_prove_run. */
#ifndef ZKB_PROVER_PARTS_H
#define ZKB_PROVER_PARTS_H

#include "prover/prove_run.h"
#include "prover/run_part.h"
#include "prover/run_plan.h"

/* Executes the run and cuts it into chunks; errors as those of zkb_prove_run. */
zkb_status zkb_plan_run(zkb_run_plan **out, const zkb_run_job *job, zkb_error *error) ZKB_MUST_USE;

/* Proves part number `part` of `parts` of job->plan, which must be of the job's program, key and
 * inputs: ZKB_ERROR_MISMATCH says what it is not of. *summary is filled as far as the call came. */
zkb_status zkb_prove_run_part(zkb_run_part **out, zkb_proof_summary *summary, uint32_t part,
                              uint32_t parts, const zkb_run_job *job,
                              zkb_error *error) ZKB_MUST_USE;

/* The proof file's bytes, malloc'd. ZKB_ERROR_MISMATCH names a part that is not of the plan or has
 * chunks that another has too, and says which are missing. Whether the proof is valid is not
 * checked. config: threads, memory and cancel are used. */
zkb_status zkb_join_run(uint8_t **out, size_t *size, zkb_proof_summary *summary,
                        const zkb_run_plan *plan, const zkb_run_part *const *parts, size_t count,
                        const zkb_srs *srs, const zkb_config *config,
                        zkb_error *error) ZKB_MUST_USE;

#endif
