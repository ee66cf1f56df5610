#include "proof/prove.h"

#include "air/chip.h"
#include "base/bytes_inline.h"
#include "base/os/clock.h"
#include "kzg/mercury_open.h"
#include "proof/challenges.h"
#include "proof/prover.h"
#include "proof/stacks.h"

/* Verifiers' chips have no product form. */
static zkb_status check_chips(const zkb_statement *statement, zkb_error *error)
{
    for (size_t t = 0; t < statement->table_count; t++) {
        const zkb_chip *chip = statement->tables[t].shape.chip;
        if (chip->product == NULL) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "proof", t,
                            "chip %s has no product form: make it with zkb_chip_multiply_out",
                            chip->name);
        }
    }
    return ZKB_OK;
}

/* ---- Sizes --------------------------------------------------------------------------------- */

/* The layout's sizes alone. */
static zkb_status measure(zkb_layout *layout, const zkb_table_key *key,
                          const zkb_statement *statement, zkb_error *error)
{
    zkb_arena scratch;
    ZKB_TRY(zkb_arena_create(&scratch, zkb_layout_scratch(statement->table_count), error));
    const zkb_status status = zkb_layout_init(layout, &scratch, key, statement, error);
    layout->tables = NULL;
    zkb_arena_destroy(&scratch);
    return status;
}

zkb_status zkb_tables_proof_size(size_t *size, const zkb_table_key *key,
                                 const zkb_statement *statement, zkb_error *error)
{
    zkb_layout layout;
    *size = 0;
    ZKB_TRY(measure(&layout, key, statement, error));
    *size = layout.proof_size;
    return ZKB_OK;
}

zkb_status zkb_tables_claim_length(size_t *length, const zkb_table_key *key,
                                   const zkb_statement *statement, zkb_error *error)
{
    zkb_layout layout;
    *length = 0;
    ZKB_TRY(measure(&layout, key, statement, error));
    *length = layout.claim_length;
    return ZKB_OK;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static size_t tables_scratch(const zkb_statement *statement)
{
    size_t bytes = zkb_arena_cost(statement->table_count * sizeof(zkb_table_evaluator *));
    for (size_t i = 0; i < statement->table_count; i++) {
        bytes += zkb_table_evaluator_scratch(&statement->tables[i]);
    }
    return bytes;
}

static zkb_status prove_scratch(size_t *bytes, const zkb_table_key *key,
                                const zkb_statement *statement, unsigned threads,
                                zkb_arena *scratch, zkb_error *error)
{
    zkb_layout layout;
    size_t most = 0;
    zkb_stacks stacks;
    ZKB_TRY(zkb_layout_init(&layout, scratch, key, statement, error));
    ZKB_TRY(zkb_stacks_init(&stacks, scratch, &layout, statement, error));
    ZKB_TRY(zkb_commit_phase_scratch(&most, statement, &layout, &stacks, threads, scratch, error));
    const size_t rounds = larger(zkb_gkr_scratch(&layout, statement, threads),
                                 zkb_joined_scratch(&layout, statement, threads));
    most = larger(most, rounds + tables_scratch(statement));
    most = larger(most, zkb_gather_phase_scratch(&layout, &stacks));
    *bytes = most + zkb_layout_scratch(statement->table_count) + zkb_stacks_scratch(&layout) +
             2 * zkb_arena_cost(layout.column_count * sizeof(zkb_fr)) +
             zkb_arena_cost(2 * (size_t)layout.table_count * sizeof(zkb_fr));
    return ZKB_OK;
}

zkb_status zkb_prove_tables_scratch(size_t *bytes, const zkb_table_key *key,
                                    const zkb_statement *statement, unsigned threads,
                                    zkb_error *error)
{
    *bytes = 0;
    ZKB_TRY(check_chips(statement, error));
    zkb_layout layout;
    ZKB_TRY(measure(&layout, key, statement, error));
    zkb_arena scratch;
    ZKB_TRY(zkb_arena_create(&scratch,
                             zkb_layout_scratch(statement->table_count) +
                                 zkb_stacks_scratch(&layout) + zkb_commit_phase_plan(&layout),
                             error));
    const zkb_status status = prove_scratch(bytes, key, statement, threads, &scratch, error);
    zkb_arena_destroy(&scratch);
    return status;
}

/* ---- Phases -------------------------------------------------------------------------------- */

/* An engine for each table, in the layout's order. */
static zkb_status create_tables(zkb_prover *prover, zkb_error *error)
{
    void *memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, prover->layout->table_count,
                             sizeof(zkb_table_evaluator *), error));
    prover->tables = memory;
    for (uint32_t i = 0; i < prover->layout->table_count; i++) {
        ZKB_TRY(zkb_table_evaluator_create(
            &prover->tables[i], prover->arena,
            &prover->statement->tables[prover->layout->tables[i].table], error));
    }
    return ZKB_OK;
}

static zkb_status prove(zkb_open_claim *claim, zkb_fr *f, zkb_prover *prover, const zkb_srs *srs,
                        const zkb_prover_phases *phases, zkb_error *error)
{
    zkb_stacks stacks;
    zkb_fr point[ZKB_MAX_LOG_LEAVES + 1];
    zkb_fr s[ZKB_MERCURY_MAX_VARIABLES];
    zkb_fr beta;
    void *evaluations, *claims;
    double since = zkb_now();
    ZKB_TRY(zkb_prover_alloc(&evaluations, prover, prover->layout->column_count, sizeof(zkb_fr),
                             error));
    ZKB_TRY(zkb_prover_alloc(&claims, prover, 2 * (size_t)prover->layout->interacting,
                             sizeof(zkb_fr), error));
    ZKB_TRY(zkb_stacks_init(&stacks, prover->arena, prover->layout, prover->statement, error));
    zkb_store32(prover->at, ZKB_PROOF_VERSION);
    prover->at += ZKB_PROOF_HEADER_SIZE;
    ZKB_TRY(phases->commit(prover, &stacks, srs, error));
    zkb_phase_end(prover->phases, ZKB_PHASE_COMMIT, &since);
    zkb_transcript_challenge(&prover->alpha, &prover->transcript);
    zkb_transcript_challenge(&beta, &prover->transcript);
    zkb_joined_challenges challenges;
    zkb_powers(challenges.beta_powers, ZKB_AIR_MAX_ARITY + 1, &beta);
    zkb_powers(prover->beta_powers, ZKB_AIR_MAX_ARITY + 1, &beta);
    const size_t mark = zkb_arena_mark(prover->arena);
    ZKB_TRY(create_tables(prover, error));
    ZKB_TRY(phases->gkr(point, claims, prover, error));
    zkb_phase_end(prover->phases, ZKB_PHASE_GKR, &since);
    zkb_squeeze_joined(&challenges, point, &prover->transcript, prover->layout);
    ZKB_TRY(phases->joined(evaluations, s, prover, point, claims, &challenges, error));
    zkb_arena_release(prover->arena, mark);
    zkb_phase_end(prover->phases, ZKB_PHASE_SUMCHECK, &since);
    ZKB_TRY(phases->gather(claim, f, prover, &stacks, s, error));
    zkb_phase_end(prover->phases, ZKB_PHASE_OPENING, &since);
    return ZKB_OK;
}

static zkb_status check_call(const zkb_layout *layout, size_t proof_size, const zkb_table_key *key,
                             const zkb_srs *srs, zkb_error *error)
{
    if (proof_size != layout->proof_size) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "proof", ZKB_NO_INDEX,
                        "a buffer of %zu bytes for a proof of %zu", proof_size, layout->proof_size);
    }
    if (!zkb_fr_equal(&srs->digest, &key->srs_digest)) {
        return zkb_fail(error, ZKB_ERROR_MISMATCH, "proof", ZKB_NO_INDEX,
                        "the SRS is not the one that the key was made with");
    }
    return ZKB_OK;
}

const zkb_prover_phases zkb_cpu_phases = {.commit = zkb_commit_phase,
                                          .gkr = zkb_gkr_prove,
                                          .joined = zkb_joined_prove,
                                          .gather = zkb_gather_phase,
                                          .open = zkb_prove_opening};

zkb_status zkb_prove_tables(uint8_t *proof, size_t proof_size, zkb_open_claim *claim, zkb_fr *f,
                            const zkb_table_key *key, const zkb_srs *srs,
                            const zkb_statement *statement, zkb_arena *arena,
                            const zkb_prove_options *options, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    zkb_layout layout;
    ZKB_TRY(check_chips(statement, error));
    zkb_status status = zkb_layout_init(&layout, arena, key, statement, error);
    if (status == ZKB_OK) {
        status = check_call(&layout, proof_size, key, srs, error);
    }
    if (status == ZKB_OK) {
        zkb_prover prover = {.key = key,
                             .statement = statement,
                             .layout = &layout,
                             .arena = arena,
                             .threads = options->threads < 1 ? 1 : options->threads,
                             .phases = options->phases,
                             .at = proof};
        zkb_statement_absorb(&prover.transcript, options->hook, key, statement, &layout);
        status = prove(claim, f, &prover, srs, options->by != NULL ? options->by : &zkb_cpu_phases,
                       error);
    }
    zkb_arena_release(arena, mark);
    return status;
}

zkb_status zkb_prove_opening(uint8_t *opening, const zkb_open_claim *claim, const zkb_fr *f,
                             size_t length, const zkb_srs *srs, zkb_arena *arena, unsigned threads,
                             zkb_error *error)
{
    zkb_transcript transcript = claim->transcript;
    zkb_mercury_proof proof;
    ZKB_TRY(zkb_mercury_open(&proof, arena, &transcript, srs, f, length, claim->point,
                             claim->variables, threads, error));
    zkb_mercury_encode(opening, &proof);
    return ZKB_OK;
}
