/* One proof over tables: its layout, its messages in order, and the opening that is left. */
#include "verify/verify_tables.h"

#include "base/bytes_inline.h"
#include "poly/eq.h"
#include "proof/stacks.h"
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

zkb_status zkb_verify_tables_scratch(size_t *bytes, size_t *terms, const zkb_table_key *key,
                                     const zkb_statement *statement, zkb_error *error)
{
    *bytes = 0;
    *terms = 0;
    zkb_arena scratch;
    zkb_layout layout;
    ZKB_TRY(zkb_arena_create(&scratch, zkb_layout_scratch(statement->table_count), error));
    const zkb_status status = zkb_layout_init(&layout, &scratch, key, statement, error);
    zkb_arena_destroy(&scratch);
    if (status == ZKB_OK) {
        *terms = layout.stack_count;
        *bytes = zkb_layout_scratch(statement->table_count) + zkb_stacks_scratch(&layout) +
                 zkb_arena_cost(layout.sent_count * sizeof(zkb_g1_affine)) +
                 2 * zkb_arena_cost(layout.column_count * sizeof(zkb_fr)) +
                 zkb_arena_cost(layout.stack_count * sizeof(zkb_fr)) +
                 zkb_arena_cost(2 * (size_t)layout.interacting * sizeof(zkb_fr)) +
                 table_scratch(statement);
    }
    return status;
}

/* The commitment of a stack: from the proof, the statement or the key. */
static const zkb_g1_affine *commitment_of(const zkb_verifier *verifier, const zkb_stack *stack,
                                          const zkb_g1_affine *sent)
{
    switch (stack->kind) {
    case ZKB_STACK_EXTERNAL:
        return &verifier->statement->external[stack->index].commitment;
    case ZKB_STACK_KEY:
        return &verifier->key->chips[stack->chip].preprocessed[stack->index];
    case ZKB_STACK_SENT:
    default:
        return &sent[stack->index];
    }
}

/* From the columns' evaluations at s to one claim, about the sum of all stacks with the scalars
 * gamma_G·eq(p_h, u). */
static zkb_status check_gather(zkb_checked_claim *out, zkb_verifier *verifier,
                               const zkb_stacks *stacks, const zkb_g1_affine *sent,
                               const zkb_fr *evaluations, const zkb_fr *s, zkb_error *error)
{
    const unsigned n = verifier->layout->open_variables;
    zkb_open_claim *open = &out->open;
    zkb_fr z[ZKB_MERCURY_MAX_VARIABLES];
    zkb_fr point[ZKB_MERCURY_MAX_VARIABLES];
    void *values, *places;
    ZKB_TRY(zkb_verifier_alloc(&values, verifier, stacks->count, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_verifier_alloc(&places, verifier, stacks->most, sizeof(zkb_fr), error));
    zkb_squeeze_gather(z, out->scalars, &verifier->reader.transcript, verifier->layout);
    zkb_stack_values(values, stacks, evaluations, z, n, places);
    open->variables = n;
    open->value = ZKB_FR_ZERO;
    for (uint32_t i = 0; i < stacks->count; i++) {
        zkb_fr t;
        zkb_fr_mul(&t, &out->scalars[i], (const zkb_fr *)values + i);
        zkb_fr_add(&open->value, &open->value, &t);
        out->points[i] = *commitment_of(verifier, &stacks->stacks[i], sent);
    }
    out->count = stacks->count;
    ZKB_TRY(
        zkb_verify_rounds(open->point, &open->value, &verifier->reader, n, "proof.gather", error));
    for (uint32_t i = 0, end = 0; i < stacks->count; i = end) {
        zkb_fr scale;
        zkb_stack_point(point, s, z, stacks->stacks[i].log_height, n);
        zkb_eq_points(&scale, point, open->point, n);
        for (end = zkb_stacks_same_height(stacks, i); i < end; i++) {
            zkb_fr_mul(&out->scalars[i], &out->scalars[i], &scale);
        }
    }
    zkb_transcript_challenge(&open->digest, &verifier->reader.transcript);
    open->transcript = verifier->reader.transcript;
    return ZKB_OK;
}

static zkb_status check(zkb_checked_claim *out, zkb_verifier *verifier, zkb_error *error)
{
    const zkb_layout *layout = verifier->layout;
    zkb_proof_reader *reader = &verifier->reader;
    void *sent, *claims, *evaluations;
    zkb_stacks stacks;
    ZKB_TRY(zkb_stacks_init(&stacks, verifier->arena, layout, verifier->statement, error));
    ZKB_TRY(zkb_verifier_alloc(&sent, verifier, layout->sent_count, sizeof(zkb_g1_affine), error));
    ZKB_TRY(zkb_verifier_alloc(&claims, verifier, 2 * (size_t)layout->interacting, sizeof(zkb_fr),
                               error));
    ZKB_TRY(
        zkb_verifier_alloc(&evaluations, verifier, layout->column_count, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_reader_points(sent, layout->sent_count, reader, "proof.commitments", error));
    zkb_fr beta;
    zkb_transcript_challenge(&verifier->alpha, &reader->transcript);
    zkb_transcript_challenge(&beta, &reader->transcript);
    zkb_powers(verifier->challenges.beta_powers, ZKB_AIR_MAX_ARITY + 1, &beta);
    zkb_fr point[ZKB_MAX_LOG_LEAVES + 1];
    zkb_fr s[ZKB_MERCURY_MAX_VARIABLES];
    ZKB_TRY(zkb_verify_gkr(point, claims, verifier, error));
    zkb_squeeze_joined(&verifier->challenges, point, &reader->transcript, layout);
    ZKB_TRY(zkb_verify_joined(s, evaluations, verifier, point, claims, error));
    return check_gather(out, verifier, &stacks, sent, evaluations, s, error);
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

zkb_status zkb_verify_tables(zkb_checked_claim *out, const zkb_table_key *key,
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
    zkb_arena_release(arena, mark);
    return status;
}
