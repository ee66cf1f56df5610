/* One proof over tables: its layout, its messages in order, and the opening that is left. */
#include "verify/verify_tables.h"

#include "base/bytes_inline.h"
#include "kzg/mercury.h"
#include "verify/verifier.h"

zkb_status zkb_verifier_alloc(void **out, zkb_verifier *verifier, size_t count, size_t size,
                              zkb_error *error)
{
    *out = zkb_arena_alloc(verifier->arena, count, size);
    if (*out == NULL) {
        (void)zkb_fail(error, ZKB_ERROR_MEMORY, "verify", ZKB_NO_INDEX,
                       "the verifier's arena of %zu bytes is too small: size it with "
                       "zkb_verify_tables_scratch",
                       verifier->arena->size);
        return ZKB_ERROR_MEMORY;
    }
    return ZKB_OK;
}

/* The largest scratch that evaluating one table takes. */
static size_t table_scratch(const zkb_statement *statement)
{
    size_t most = 0;
    for (size_t t = 0; t < statement->table_count; t++) {
        const zkb_chip *chip = statement->tables[t].shape.chip;
        const size_t bytes = zkb_arena_cost(chip->node_count * sizeof(zkb_fr)) +
                             zkb_arena_cost(chip->interaction_count * sizeof(zkb_fr));
        most = bytes > most ? bytes : most;
    }
    return most;
}

zkb_status zkb_verify_tables_scratch(size_t *bytes, const zkb_table_key *key,
                                     const zkb_statement *statement, zkb_error *error)
{
    *bytes = 0;
    zkb_arena scratch;
    zkb_layout layout;
    ZKB_TRY(zkb_arena_create(&scratch, zkb_layout_scratch(statement->table_count), error));
    const zkb_status status = zkb_layout_init(&layout, &scratch, key, statement, error);
    zkb_arena_destroy(&scratch);
    if (status == ZKB_OK) {
        *bytes = zkb_layout_scratch(statement->table_count) +
                 zkb_arena_cost(layout.sent_count * sizeof(zkb_g1_affine)) +
                 zkb_arena_cost(layout.column_count * sizeof(zkb_g1_affine)) +
                 2 * zkb_arena_cost(layout.column_count * sizeof(zkb_fr)) +
                 zkb_arena_cost(2 * (size_t)layout.interacting * sizeof(zkb_fr)) +
                 table_scratch(statement) + zkb_mercury_verify_scratch(layout.column_count);
    }
    return status;
}

/* The commitments of all columns in the order of their evaluations: from the proof, the statement
 * and the key. */
static void gather_commitments(zkb_g1_affine *out, const zkb_verifier *verifier,
                               const zkb_g1_affine *sent)
{
    for (uint32_t t = 0; t < verifier->layout->table_count; t++) {
        const zkb_layout_table *place = &verifier->layout->tables[t];
        const zkb_chip_key *chip = &verifier->key->chips[place->chip];
        const zkb_external_column *external = verifier->statement->external + place->first_external;
        uint32_t used = 0;
        for (uint32_t c = 0; c < chip->chip->committed_count; c++) {
            if (used < place->external_count && external[used].column == c) {
                *out++ = external[used++].commitment;
            } else {
                *out++ = *sent++;
            }
        }
        for (uint32_t c = 0; c < chip->chip->preprocessed_count; c++) {
            *out++ = chip->preprocessed[c];
        }
    }
}

static zkb_status check_opening(zkb_accumulator *out, zkb_verifier *verifier, zkb_fr *s,
                                const zkb_g1_affine *commitments, const zkb_fr *evaluations,
                                zkb_error *error)
{
    const zkb_layout *layout = verifier->layout;
    void *gammas;
    ZKB_TRY(zkb_verifier_alloc(&gammas, verifier, layout->column_count, sizeof(zkb_fr), error));
    zkb_squeeze_opening(gammas, s, &verifier->reader.transcript, layout);
    zkb_mercury_claim claim = {.commitments = commitments,
                               .coefficients = gammas,
                               .count = layout->column_count,
                               .point = s,
                               .variables = layout->open_variables};
    zkb_opening_value(&claim.value, layout, verifier->statement, evaluations, gammas, s);
    zkb_mercury_proof opening;
    ZKB_TRY(zkb_mercury_decode(&opening, verifier->reader.at, error));
    verifier->reader.left -= ZKB_MERCURY_PROOF_SIZE;
    return zkb_mercury_verify(out, verifier->arena, &verifier->reader.transcript, &claim, &opening,
                              error);
}

static zkb_status check(zkb_accumulator *out, zkb_verifier *verifier, zkb_error *error)
{
    const zkb_layout *layout = verifier->layout;
    zkb_proof_reader *reader = &verifier->reader;
    void *sent, *commitments, *claims, *evaluations;
    ZKB_TRY(zkb_verifier_alloc(&sent, verifier, layout->sent_count, sizeof(zkb_g1_affine), error));
    ZKB_TRY(zkb_verifier_alloc(&commitments, verifier, layout->column_count, sizeof(zkb_g1_affine),
                               error));
    ZKB_TRY(zkb_verifier_alloc(&claims, verifier, 2 * (size_t)layout->interacting, sizeof(zkb_fr),
                               error));
    ZKB_TRY(
        zkb_verifier_alloc(&evaluations, verifier, layout->column_count, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_reader_points(sent, layout->sent_count, reader, "proof.commitments", error));
    gather_commitments(commitments, verifier, sent);
    zkb_fr beta;
    zkb_transcript_challenge(&verifier->alpha, &reader->transcript);
    zkb_transcript_challenge(&beta, &reader->transcript);
    zkb_powers(verifier->challenges.beta_powers, ZKB_AIR_MAX_ARITY + 1, &beta);
    zkb_fr point[ZKB_MAX_LOG_LEAVES + 1];
    zkb_fr s[ZKB_MERCURY_MAX_VARIABLES];
    ZKB_TRY(zkb_verify_gkr(point, claims, verifier, error));
    zkb_squeeze_joined(&verifier->challenges, point, &reader->transcript, layout);
    ZKB_TRY(zkb_verify_joined(s, evaluations, verifier, point, claims, error));
    return check_opening(out, verifier, s, commitments, evaluations, error);
}

static zkb_status check_form(const zkb_layout *layout, const uint8_t *proof, size_t proof_size,
                             zkb_error *error)
{
    if (proof_size != layout->proof_size) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.length", ZKB_NO_INDEX,
                        "the proof has %zu bytes; key and statement give %zu", proof_size,
                        layout->proof_size);
    }
    if (zkb_load32(proof) != ZKB_PROOF_VERSION) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.version", ZKB_NO_INDEX,
                        "the proof has version %u; this verifier knows %d", zkb_load32(proof),
                        ZKB_PROOF_VERSION);
    }
    return ZKB_OK;
}

zkb_status zkb_verify_tables(zkb_accumulator *out, const zkb_table_key *key,
                             const zkb_statement *statement, const uint8_t *proof,
                             size_t proof_size, zkb_arena *arena, const zkb_transcript_hook *hook,
                             zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    zkb_layout layout;
    zkb_status status = zkb_layout_init(&layout, arena, key, statement, error);
    if (status == ZKB_OK) {
        status = check_form(&layout, proof, proof_size, error);
    }
    if (status == ZKB_OK) {
        zkb_verifier verifier = {
            .key = key,
            .statement = statement,
            .layout = &layout,
            .arena = arena,
            .reader = {.at = proof + ZKB_PROOF_HEADER_SIZE,
                       .left = proof_size - ZKB_PROOF_HEADER_SIZE},
        };
        zkb_statement_absorb(&verifier.reader.transcript, hook, key, statement, &layout);
        status = check(out, &verifier, error);
    }
    if (status != ZKB_OK) { /* a claim that never holds */
        *out = (zkb_accumulator){zkb_g1_generator, ZKB_G1_AFFINE_IDENTITY};
    }
    zkb_arena_release(arena, mark);
    return status;
}
