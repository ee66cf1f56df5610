/* Proving, of the public interface. */
#include "machine/keys.h"
#include "prover/own_proof.h"
#include "prover/plan.h"
#include "prover/prove_run.h"
#include "prover/proving_key.h"

#include <stdlib.h>
#include <string.h>

static const zkb_config defaults = {.k = ZKB_CONFIG_DEFAULT_K, .lookup_bits = ZKB_LOOKUP_WIDE};

/* ---- Splitting --------------------------------------------------------------------------- */

/* Registers before a step, or after the last one. */
static void registers_at(zkb_registers *out, const zkb_trace *trace, uint64_t index)
{
    zkb_trace_step step;
    if (zkb_trace_get(&step, trace, index) == ZKB_OK) {
        *out = step.before;
    } else {
        zkb_trace_final(out, trace);
    }
}

static zkb_status append_chunk(zkb_trace_chunk **chunks, size_t *count, size_t *capacity,
                               const zkb_trace *trace, uint64_t first, uint64_t end,
                               zkb_error *error)
{
    if (*count == *capacity) {
        const size_t larger = 2 * *capacity + 16;
        zkb_trace_chunk *moved = realloc(*chunks, larger * sizeof *moved);
        if (moved == NULL) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, "trace", *count, "out of memory for chunks");
        }
        *chunks = moved;
        *capacity = larger;
    }
    zkb_trace_chunk *chunk = &(*chunks)[(*count)++];
    *chunk = (zkb_trace_chunk){.first = first, .count = end - first};
    registers_at(&chunk->initial, trace, first);
    registers_at(&chunk->final, trace, end);
    return ZKB_OK;
}

static zkb_status split(zkb_trace_chunk **chunks, size_t *count, const zkb_trace *trace,
                        zkb_plan *plan, zkb_error *error)
{
    size_t capacity = 0;
    uint64_t first = 0;
    for (;;) {
        uint64_t end;
        bool more;
        ZKB_TRY(zkb_plan_next(&end, &more, plan, error));
        if (!more) {
            return ZKB_OK;
        }
        ZKB_TRY(append_chunk(chunks, count, &capacity, trace, first, end, error));
        first = end;
    }
}

/* What proving with these settings goes by. */
static zkb_status limits_of(zkb_plan_limits *limits, const zkb_config *config, zkb_error *error)
{
    zkb_chip *chips[ZKB_CHIP_COUNT];
    ZKB_TRY(zkb_machine_build(chips, config->lookup_bits, error));
    const zkb_status status = zkb_machine_multiply_out(chips, error);
    if (status == ZKB_OK) {
        zkb_plan_limits_init(limits, zkb_table_log_rows(config->k, config->log_stack),
                             zkb_run_chunk_size(config->chunk_size, config->k), chips);
    }
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        zkb_chip_destroy(chips[c]);
    }
    return status;
}

zkb_status zkb_split_trace(zkb_trace_chunk **chunks, size_t *count, const zkb_trace *trace,
                           const zkb_config *config, zkb_error *error)
{
    zkb_program_columns columns;
    zkb_plan_limits limits;
    zkb_plan plan;
    config = config != NULL ? config : &defaults;
    *chunks = NULL;
    *count = 0;
    ZKB_TRY(limits_of(&limits, config, error));
    ZKB_TRY(zkb_program_columns_init(&columns, zkb_trace_program(trace), error));
    zkb_plan_over_trace(&plan, trace, &columns, &limits);
    const zkb_status status = split(chunks, count, trace, &plan, error);
    zkb_plan_destroy(&plan);
    zkb_program_columns_clear(&columns);
    if (status != ZKB_OK) {
        free(*chunks);
        *chunks = NULL;
        *count = 0;
    }
    return status;
}

/* ---- Proving ----------------------------------------------------------------------------- */

/* Steps are compared as they are executed again; the registers that no step reads, here. */
static zkb_status check_start(const zkb_proving_key *key, const zkb_trace *trace,
                              const zkb_input *input, zkb_error *error)
{
    const zkb_run_lengths lengths = {input->public_bytes, input->private_bytes, 0};
    zkb_machine_state expected;
    zkb_registers start;
    zkb_run_initial_state(&expected, &key->machine.record, &lengths);
    zkb_trace_initial(&start, trace);
    if (start.pc == expected.pc && memcmp(start.r, expected.r, sizeof start.r) == 0) {
        return ZKB_OK;
    }
    return zkb_fail(error, ZKB_ERROR_MISMATCH, "trace", 0,
                    "step 0 of the trace does not begin as the program does with this input");
}

/* What to do about an invalid proof. */
static const char *remedy(const zkb_proving_key *key, const zkb_config *config)
{
    if (config->resume != NULL) {
        return "empty the resume directory and prove again";
    }
    return key->source == ZKB_KEY_LOADED ? "remove the key file from the cache and prove again"
                                         : "this is a defect in zkbpf";
}

/* Verifies the proof as a verifier would; one that is not valid is destroyed. */
static zkb_status check_own(zkb_proof **proof, zkb_proof_summary *summary,
                            const zkb_proving_key *key, const zkb_input *input,
                            const zkb_config *config, zkb_error *error)
{
    zkb_error inner;
    const zkb_status status =
        zkb_own_proof_check(summary, *proof, key->srs, &key->machine.id, input->public_input,
                            input->public_bytes, config->threads, &inner);
    if (status == ZKB_OK) {
        return ZKB_OK;
    }
    zkb_proof_destroy(*proof);
    *proof = NULL;
    if (status != ZKB_ERROR_INTERNAL) {
        return zkb_fail(error, status, inner.where, inner.index, "%s", inner.message);
    }
    return zkb_fail(error, status, "prover", inner.index, "%s: %s", inner.message,
                    remedy(key, config));
}

static zkb_status prove(zkb_proof **proof, zkb_proof_summary *summary, const zkb_proving_key *key,
                        const zkb_trace *trace, const zkb_input *input, const zkb_config *config,
                        zkb_mode mode, zkb_error *error)
{
    static const zkb_input nothing;
    zkb_proof_summary own_summary = {0};
    uint8_t *bytes;
    size_t size;
    input = input != NULL ? input : &nothing;
    summary = summary != NULL ? summary : &own_summary;
    *proof = NULL;
    *summary = (zkb_proof_summary){0};
    if (mode != ZKB_MODE_AUTO && mode != ZKB_MODE_SEQUENTIAL && mode != ZKB_MODE_PARALLEL) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "config", ZKB_NO_INDEX, "there is no mode %d",
                        (int)mode);
    }
    if (trace != NULL) {
        ZKB_TRY(check_start(key, trace, input, error));
    }
    const zkb_run_job job = {.key = &key->machine,
                             .columns = &key->columns,
                             .srs = key->srs,
                             .k = key->k,
                             .mode = mode,
                             .input = input,
                             .trace = trace,
                             .config = config};
    ZKB_TRY(zkb_prove_run(&bytes, &size, summary, &job, error));
    ZKB_TRY(zkb_proof_adopt(proof, bytes, size, "proof", error));
    return config->unchecked ? ZKB_OK : check_own(proof, summary, key, input, config, error);
}

zkb_status zkb_prove(zkb_proof **proof, zkb_proof_summary *summary, const zkb_proving_key *key,
                     const zkb_input *input, const zkb_config *config, zkb_error *error)
{
    config = config != NULL ? config : &defaults;
    return prove(proof, summary, key, NULL, input, config, config->mode, error);
}

zkb_status zkb_prove_chunked(zkb_proof **proof, zkb_proof_summary *summary,
                             const zkb_proving_key *key, const zkb_trace *trace,
                             const zkb_input *input, const zkb_config *config, zkb_error *error)
{
    config = config != NULL ? config : &defaults;
    return prove(proof, summary, key, trace, input, config, ZKB_MODE_SEQUENTIAL, error);
}

zkb_status zkb_prove_chunked_parallel(zkb_proof **proof, zkb_proof_summary *summary,
                                      const zkb_proving_key *key, const zkb_trace *trace,
                                      const zkb_input *input, const zkb_config *config,
                                      zkb_error *error)
{
    config = config != NULL ? config : &defaults;
    return prove(proof, summary, key, trace, input, config, ZKB_MODE_PARALLEL, error);
}

zkb_status zkb_prove_chunked_auto(zkb_proof **proof, zkb_proof_summary *summary,
                                  const zkb_proving_key *key, const zkb_trace *trace,
                                  const zkb_input *input, const zkb_config *config,
                                  zkb_error *error)
{
    config = config != NULL ? config : &defaults;
    return prove(proof, summary, key, trace, input, config, ZKB_MODE_AUTO, error);
}
