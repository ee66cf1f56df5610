/* The joined sumcheck: each round's polynomial, then every table evaluated at the last point. What
 * is checked is in docs/protocol.md, "The joined sumcheck". */
#include "air/evaluate.h"
#include "poly/interpolate.h"
#include "verify/verifier.h"

/* sum of rho^t·(l1 P_t + l2 Q_t) over the tables of one height, which join together. The table
 * index runs over all tables, the claims over those with interactions. */
typedef struct joining {
    uint32_t table;     /* the next to join */
    const zkb_fr *next; /* its claim, if it has one */
    zkb_fr power;       /* rho^table */
} joining;

static void join(zkb_fr *c, joining *j, const zkb_verifier *verifier, unsigned log_height)
{
    const zkb_joined_challenges *ch = &verifier->challenges;
    while (j->table < verifier->layout->table_count &&
           verifier->layout->tables[j->table].log_height == log_height) {
        const zkb_layout_table *place = &verifier->layout->tables[j->table];
        if (verifier->statement->tables[place->table].shape.chip->interaction_count != 0) {
            zkb_fr t, sum;
            zkb_fr_mul(&sum, &ch->l1, &j->next[0]);
            zkb_fr_mul(&t, &ch->l2, &j->next[1]);
            zkb_fr_add(&sum, &sum, &t);
            zkb_fr_mul(&sum, &sum, &j->power);
            zkb_fr_add(c, c, &sum);
            j->next += 2;
        }
        zkb_fr_mul(&j->power, &j->power, &ch->rho);
        j->table++;
    }
}

/* The rounds: c ends as the claim about sum_t rho^t G_t at s. */
static zkb_status check_rounds(zkb_fr *c, zkb_fr *s, zkb_verifier *verifier, const zkb_fr *point,
                               const zkb_fr *claims, zkb_error *error)
{
    const unsigned degree = verifier->layout->degree;
    joining j = {.next = claims, .power = zkb_fr_one};
    zkb_fr round[ZKB_INTERPOLATE_MAX_DEGREE + 1];
    *c = ZKB_FR_ZERO;
    for (unsigned k = verifier->layout->log_height; k-- > 0;) {
        join(c, &j, verifier, k + 1);
        ZKB_TRY(
            zkb_reader_elements(round + 1, degree, &verifier->reader, "proof.joined", k, error));
        zkb_fr sum = ZKB_FR_ZERO;
        for (unsigned i = 1; i <= degree; i++) {
            zkb_fr_add(&sum, &sum, &round[i]);
        }
        zkb_fr_mul(&sum, &sum, &point[k]);
        zkb_fr_sub(&round[0], c, &sum);
        zkb_transcript_challenge(&s[k], &verifier->reader.transcript);
        zkb_horner(c, round, degree, &s[k]);
    }
    join(c, &j, verifier, 0);
    return ZKB_OK;
}

/* G of one table at s. */
static zkb_status table_term(zkb_fr *out, zkb_verifier *verifier, const zkb_layout_table *place,
                             const zkb_fr *s, const zkb_fr *point, const zkb_fr *evaluations,
                             zkb_error *error)
{
    const size_t mark = zkb_arena_mark(verifier->arena);
    const zkb_table_shape *shape = &verifier->statement->tables[place->table].shape;
    const zkb_chip *chip = shape->chip;
    void *values, *weights;
    ZKB_TRY(zkb_verifier_alloc(&values, verifier, chip->node_count, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_verifier_alloc(&weights, verifier, chip->interaction_count, sizeof(zkb_fr), error));
    zkb_fr active;
    zkb_prefix_evaluate(&active, shape->active, s, shape->log_height);
    zkb_block_weights(weights, chip->interaction_count, place->first_leaf, place->log_height, point,
                      verifier->layout->log_leaves);
    const zkb_fr *columns = evaluations + place->first_column;
    zkb_chip_point_values(values, shape, s, columns, columns + chip->committed_count);
    zkb_joined_term(out, chip, values, &active, weights, &verifier->challenges);
    zkb_arena_release(verifier->arena, mark);
    return ZKB_OK;
}

zkb_status zkb_verify_joined(zkb_fr *s, zkb_fr *evaluations, zkb_verifier *verifier,
                             const zkb_fr *point, const zkb_fr *claims, zkb_error *error)
{
    const zkb_layout *layout = verifier->layout;
    zkb_fr c;
    ZKB_TRY(check_rounds(&c, s, verifier, point, claims, error));
    ZKB_TRY(zkb_reader_elements(evaluations, layout->column_count, &verifier->reader,
                                "proof.joined.end", ZKB_NO_INDEX, error));
    zkb_fr sum = ZKB_FR_ZERO;
    for (uint32_t i = layout->table_count; i-- > 0;) { /* Horner in rho */
        zkb_fr g;
        ZKB_TRY(table_term(&g, verifier, &layout->tables[i], s, point, evaluations, error));
        zkb_fr_mul(&sum, &sum, &verifier->challenges.rho);
        zkb_fr_add(&sum, &sum, &g);
    }
    if (!zkb_fr_equal(&sum, &c)) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.joined.end", ZKB_NO_INDEX,
                        "the columns' evaluations are not what the sumcheck claims");
    }
    return ZKB_OK;
}
