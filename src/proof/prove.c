#include "proof/prove.h"

#include "air/chip.h"
#include "base/bytes_inline.h"
#include "base/os/clock.h"
#include "kzg/combine.h"
#include "kzg/commit.h"
#include "kzg/mercury_open.h"
#include "proof/challenges.h"
#include "proof/prover.h"

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

zkb_status zkb_tables_proof_size(size_t *size, const zkb_table_key *key,
                                 const zkb_statement *statement, zkb_error *error)
{
    zkb_arena scratch;
    zkb_layout layout;
    *size = 0;
    ZKB_TRY(zkb_arena_create(&scratch, zkb_layout_scratch(statement->table_count), error));
    const zkb_status status = zkb_layout_init(&layout, &scratch, key, statement, error);
    *size = status == ZKB_OK ? layout.proof_size : 0;
    zkb_arena_destroy(&scratch);
    return status;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* The longest stored column. */
static size_t longest_column(const zkb_statement *statement)
{
    size_t length = 1;
    for (size_t t = 0; t < statement->table_count; t++) {
        const zkb_table *table = &statement->tables[t];
        for (uint32_t c = 0; c < table->shape.chip->committed_count; c++) {
            length = larger(length, table->committed[c].length);
        }
        for (uint32_t c = 0; c < table->shape.chip->preprocessed_count; c++) {
            length = larger(length, table->preprocessed[c].length);
        }
    }
    return length;
}

static size_t opening_scratch(const zkb_statement *statement, const zkb_layout *layout,
                              unsigned threads)
{
    const size_t length = longest_column(statement);
    return zkb_arena_cost(length * sizeof(zkb_fr)) +
           zkb_arena_cost(layout->column_count * sizeof(zkb_column_view)) +
           zkb_mercury_open_scratch(layout->open_variables, length, threads);
}

static bool is_external(const zkb_statement *statement, const zkb_layout_table *place,
                        uint32_t column)
{
    for (uint32_t i = 0; i < place->external_count; i++) {
        if (statement->external[place->first_external + i].column == column) {
            return true;
        }
    }
    return false;
}

/* The columns to commit to, in the order of the message; returns how many. */
static uint32_t view_sent(zkb_column_view *views, const zkb_statement *statement,
                          const zkb_layout *layout)
{
    uint32_t count = 0;
    for (uint32_t t = 0; t < layout->table_count; t++) {
        const zkb_table *table = &statement->tables[layout->tables[t].table];
        const zkb_chip *chip = table->shape.chip;
        for (uint32_t c = 0; c < chip->committed_count; c++) {
            if (!is_external(statement, &layout->tables[t], c)) {
                views[count++] = (zkb_column_view){
                    table->committed[c].cells, table->committed[c].length, chip->committed[c].bits};
            }
        }
    }
    return count;
}

/* All columns, in the order of the evaluations. */
static void view_columns(zkb_column_view *views, const zkb_statement *statement,
                         const zkb_layout *layout)
{
    for (uint32_t t = 0; t < layout->table_count; t++) {
        const zkb_table *table = &statement->tables[layout->tables[t].table];
        const zkb_chip *chip = table->shape.chip;
        for (uint32_t c = 0; c < chip->committed_count; c++) {
            *views++ = (zkb_column_view){table->committed[c].cells, table->committed[c].length,
                                         chip->committed[c].bits};
        }
        for (uint32_t c = 0; c < chip->preprocessed_count; c++) {
            *views++ = (zkb_column_view){table->preprocessed[c].cells,
                                         table->preprocessed[c].length, chip->preprocessed[c].bits};
        }
    }
}

/* What committing takes; the views are built in the scratch for a moment. */
static zkb_status commit_scratch(size_t *bytes, const zkb_statement *statement,
                                 const zkb_layout *layout, unsigned threads, zkb_arena *scratch,
                                 zkb_error *error)
{
    zkb_column_view *views = zkb_arena_alloc(scratch, layout->sent_count, sizeof *views);
    if (views == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "proof", ZKB_NO_INDEX,
                        "the scratch arena of %zu bytes is too small: size it with "
                        "zkb_prove_tables_scratch",
                        scratch->size);
    }
    const uint32_t count = view_sent(views, statement, layout);
    *bytes = zkb_arena_cost(layout->sent_count * sizeof *views) +
             zkb_arena_cost(layout->sent_count * sizeof(zkb_g1_affine)) +
             zkb_commit_columns_scratch(views, count, threads);
    return ZKB_OK;
}

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
    ZKB_TRY(zkb_layout_init(&layout, scratch, key, statement, error));
    ZKB_TRY(commit_scratch(&most, statement, &layout, threads, scratch, error));
    const size_t rounds = larger(zkb_gkr_scratch(&layout, statement, threads),
                                 zkb_joined_scratch(&layout, statement, threads));
    most = larger(most, rounds + tables_scratch(statement));
    most = larger(most, opening_scratch(statement, &layout, threads));
    *bytes = most + zkb_layout_scratch(statement->table_count) +
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
    size_t columns = 0;
    for (size_t t = 0; t < statement->table_count; t++) {
        columns += statement->tables[t].shape.chip->committed_count;
    }
    zkb_arena scratch;
    ZKB_TRY(zkb_arena_create(&scratch,
                             zkb_layout_scratch(statement->table_count) +
                                 zkb_arena_cost(columns * sizeof(zkb_column_view)),
                             error));
    const zkb_status status = prove_scratch(bytes, key, statement, threads, &scratch, error);
    zkb_arena_destroy(&scratch);
    return status;
}

/* ---- Phases -------------------------------------------------------------------------------- */

static zkb_status check_lengths(const zkb_table *table, uint32_t index, zkb_error *error)
{
    const zkb_chip *chip = table->shape.chip;
    const uint64_t rows = (uint64_t)1 << table->shape.log_height;
    for (uint32_t c = 0; c < chip->committed_count + chip->preprocessed_count; c++) {
        const uint64_t length = c < chip->committed_count
                                    ? table->committed[c].length
                                    : table->preprocessed[c - chip->committed_count].length;
        if (length > rows) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "proof.columns", index,
                            "table %u (%s): column %u holds %llu cells, the table %llu", index,
                            chip->name, c, (unsigned long long)length, (unsigned long long)rows);
        }
    }
    return ZKB_OK;
}

/* Commits to every column that is not external; one message. */
static zkb_status commit_columns(zkb_prover *prover, const zkb_srs *srs, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const uint32_t sent = prover->layout->sent_count;
    void *points, *views;
    for (uint32_t t = 0; t < prover->layout->table_count; t++) {
        const uint32_t index = prover->layout->tables[t].table;
        ZKB_TRY(check_lengths(&prover->statement->tables[index], index, error));
    }
    ZKB_TRY(zkb_prover_alloc(&points, prover, sent, sizeof(zkb_g1_affine), error));
    ZKB_TRY(zkb_prover_alloc(&views, prover, sent, sizeof(zkb_column_view), error));
    (void)view_sent(views, prover->statement, prover->layout);
    ZKB_TRY(zkb_commit_columns(points, prover->arena, srs, views, sent, prover->threads, error));
    zkb_prover_send_points(prover, points, sent);
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

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

/* One opening of the combination of all columns. */
static zkb_status open_columns(zkb_prover *prover, const zkb_srs *srs, zkb_fr *s, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const zkb_layout *layout = prover->layout;
    const size_t length = longest_column(prover->statement);
    void *gammas, *views, *f;
    ZKB_TRY(zkb_prover_alloc(&gammas, prover, layout->column_count, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_prover_alloc(&views, prover, layout->column_count, sizeof(zkb_column_view), error));
    ZKB_TRY(zkb_prover_alloc(&f, prover, length, sizeof(zkb_fr), error));
    zkb_squeeze_opening(gammas, s, &prover->transcript, layout);
    view_columns(views, prover->statement, layout);
    ZKB_TRY(zkb_opening_combine(f, length, views, gammas, layout->column_count, prover->threads,
                                error));
    zkb_mercury_proof opening;
    ZKB_TRY(zkb_mercury_open(&opening, prover->arena, &prover->transcript, srs, f, length, s,
                             layout->open_variables, prover->threads, error));
    zkb_mercury_encode(prover->at, &opening);
    prover->at += ZKB_MERCURY_PROOF_SIZE;
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

static zkb_status prove(zkb_prover *prover, const zkb_srs *srs, const zkb_prover_phases *phases,
                        zkb_error *error)
{
    zkb_fr point[ZKB_MAX_LOG_LEAVES + 1];
    zkb_fr s[ZKB_MERCURY_MAX_VARIABLES];
    zkb_fr beta;
    void *evaluations, *claims;
    double since = zkb_now();
    ZKB_TRY(zkb_prover_alloc(&evaluations, prover, prover->layout->column_count, sizeof(zkb_fr),
                             error));
    ZKB_TRY(zkb_prover_alloc(&claims, prover, 2 * (size_t)prover->layout->interacting,
                             sizeof(zkb_fr), error));
    zkb_store32(prover->at, ZKB_PROOF_VERSION);
    prover->at += ZKB_PROOF_HEADER_SIZE;
    ZKB_TRY(commit_columns(prover, srs, error));
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
    ZKB_TRY(open_columns(prover, srs, s, error));
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

zkb_status zkb_prove_tables_with(uint8_t *proof, size_t proof_size, const zkb_table_key *key,
                                 const zkb_srs *srs, const zkb_statement *statement,
                                 zkb_arena *arena, const zkb_prove_options *options,
                                 const zkb_prover_phases *phases, zkb_error *error)
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
        status = prove(&prover, srs, phases, error);
    }
    zkb_arena_release(arena, mark);
    return status;
}

zkb_status zkb_prove_tables(uint8_t *proof, size_t proof_size, const zkb_table_key *key,
                            const zkb_srs *srs, const zkb_statement *statement, zkb_arena *arena,
                            const zkb_prove_options *options, zkb_error *error)
{
    const zkb_prover_phases phases = {zkb_gkr_prove, zkb_joined_prove};
    return zkb_prove_tables_with(proof, proof_size, key, srs, statement, arena, options, &phases,
                                 error);
}
