/* Runs that several machines prove, of the public interface. */
#include "prover/own_proof.h"
#include "prover/parts.h"
#include "prover/proving_key.h"

static const zkb_config defaults = {.k = ZKB_CONFIG_DEFAULT_K, .lookup_bits = ZKB_LOOKUP_WIDE};
static const zkb_input nothing;

static zkb_run_job job_of(const zkb_proving_key *key, const zkb_run_plan *plan,
                          const zkb_input *input, const zkb_config *config)
{
    config = config != NULL ? config : &defaults;
    return (zkb_run_job){.key = &key->machine,
                         .columns = &key->columns,
                         .srs = key->srs,
                         .k = key->k,
                         .mode = config->mode,
                         .input = input != NULL ? input : &nothing,
                         .plan = plan,
                         .config = config};
}

zkb_status zkb_run_plan_create(zkb_run_plan **plan, const zkb_proving_key *key,
                               const zkb_input *input, const zkb_config *config, zkb_error *error)
{
    const zkb_run_job job = job_of(key, NULL, input, config);
    return zkb_plan_run(plan, &job, error);
}

zkb_status zkb_prove_part(zkb_run_part **part, zkb_proof_summary *summary, const zkb_run_plan *plan,
                          uint32_t number, uint32_t parts, const zkb_proving_key *key,
                          const zkb_input *input, const zkb_config *config, zkb_error *error)
{
    const zkb_run_job job = job_of(key, plan, input, config);
    zkb_proof_summary own_summary = {0};
    return zkb_prove_run_part(part, summary != NULL ? summary : &own_summary, number, parts, &job,
                              error);
}

/* The name of the part that has a chunk; "the parts" when it is no single chunk. */
static const char *part_of(const zkb_run_part *const *parts, size_t count, uint64_t chunk)
{
    for (size_t i = 0; i < count; i++) {
        if (chunk >= parts[i]->first && chunk - parts[i]->first < parts[i]->count) {
            return parts[i]->name;
        }
    }
    return "the parts";
}

/* Verifies what was joined; a proof that is not valid is destroyed. */
static zkb_status check_joined(zkb_proof **proof, zkb_proof_summary *summary,
                               const zkb_run_plan *plan, const zkb_run_part *const *parts,
                               size_t count, const zkb_srs *srs, const zkb_config *config,
                               zkb_error *error)
{
    zkb_error inner;
    const zkb_status status =
        zkb_own_proof_check(summary, *proof, srs, &plan->program_id, plan->public_input,
                            (size_t)plan->header.lengths.public_bytes, config->threads, &inner);
    if (status == ZKB_OK) {
        return ZKB_OK;
    }
    zkb_proof_destroy(*proof);
    *proof = NULL;
    if (status != ZKB_ERROR_INTERNAL) {
        return zkb_fail(error, status, inner.where, inner.index, "%s", inner.message);
    }
    return zkb_fail(error, ZKB_ERROR_REJECTED, "join", inner.index, "%s: prove %.80s again",
                    inner.message, part_of(parts, count, inner.index));
}

zkb_status zkb_join_parts(zkb_proof **proof, zkb_proof_summary *summary, const zkb_srs *srs,
                          const zkb_run_plan *plan, const zkb_run_part *const *parts, size_t count,
                          const zkb_config *config, zkb_error *error)
{
    zkb_proof_summary own_summary = {0};
    uint8_t *bytes;
    size_t size;
    config = config != NULL ? config : &defaults;
    summary = summary != NULL ? summary : &own_summary;
    *proof = NULL;
    ZKB_TRY(zkb_join_run(&bytes, &size, summary, plan, parts, count, srs, config, error));
    ZKB_TRY(zkb_proof_adopt(proof, bytes, size, "the joined parts", error));
    return config->unchecked ? ZKB_OK
                             : check_joined(proof, summary, plan, parts, count, srs, config, error);
}
