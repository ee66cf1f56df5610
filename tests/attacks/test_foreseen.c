/* Challenges that a prover foresees. Both sides squeeze λ, ℓ₁, ℓ₂, ρ, the coordinates of r above ν,
 * z and the γ by one function, so that neither would miss it if one of them were a constant or
 * another one's double. Each attack is a false statement that is accepted when the prover knows
 * the challenge before it commits, which the hook plays on both sides, and refused when it does
 * not. docs/protocol.md, "Soundness of proofs over tables". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/evaluate.h"
#include "poly/eq.h"
#include "poly/interpolate.h"
#include "proof/reference.h"
#include "proof/stacks.h"
#include "proof/toy.h"
#include "verify/verify_tables.h"

static zkb_srs srs;
static zkb_arena arena;

static zkb_fr small(int64_t x)
{
    zkb_fr out;
    zkb_fr_from_u64(&out, x < 0 ? 0 - (uint64_t)x : (uint64_t)x);
    if (x < 0) {
        zkb_fr_neg(&out, &out);
    }
    return out;
}

static zkb_fr add(zkb_fr x, zkb_fr y)
{
    zkb_fr_add(&x, &x, &y);
    return x;
}

static zkb_fr sub(zkb_fr x, zkb_fr y)
{
    zkb_fr_sub(&x, &x, &y);
    return x;
}

static zkb_fr mul(zkb_fr x, zkb_fr y)
{
    zkb_fr_mul(&x, &x, &y);
    return x;
}

static zkb_fr divided(zkb_fr x, zkb_fr y)
{
    zkb_fr_inv(&y, &y);
    return mul(x, y);
}

/* ---- A transcript with known challenges ------------------------------------------------------ */

enum { MOST_FORESEEN = 2 + ZKB_MIN_OPEN_VARIABLES, MOST_CHALLENGES = 1024 };

typedef struct foreseen {
    size_t at[MOST_FORESEEN]; /* their numbers among all challenges */
    zkb_fr value[MOST_FORESEEN];
    size_t double_of[MOST_FORESEEN]; /* instead of a value, if it is not 0: an earlier one */
    unsigned count;
    size_t calls;
    zkb_fr seen[MOST_CHALLENGES];
} foreseen;

static void foresee(void *context, zkb_fr *challenge)
{
    foreseen *f = context;
    assert_true(f->calls < MOST_CHALLENGES);
    for (unsigned i = 0; i < f->count; i++) {
        if (f->calls == f->at[i]) {
            *challenge = f->double_of[i] != 0 ? f->seen[f->double_of[i]] : f->value[i];
        }
    }
    f->seen[f->calls++] = *challenge;
}

/* The numbers of the challenges, by the table of messages in docs/protocol.md. */
typedef struct numbers {
    size_t above; /* r_ν, when there is one */
    size_t lambda, l1, l2, rho;
    size_t z, gammas;
} numbers;

static numbers number_challenges(const zkb_layout *layout)
{
    numbers n = {.above = 2 + 1}; /* α, β; μ₀ */
    for (unsigned k = 1; k < layout->log_leaves; k++) {
        n.above += k + 2; /* λ_k, the rounds, μ_k */
    }
    const unsigned h = layout->log_height;
    n.lambda = n.above + (h > layout->log_leaves ? h - layout->log_leaves : 0);
    n.l1 = n.lambda + 1;
    n.l2 = n.lambda + 2;
    n.rho = n.lambda + 3;
    n.z = n.rho + 1 + h; /* after the rounds */
    n.gammas = n.z + layout->open_variables;
    return n;
}

static numbers numbers_of(const zkb_table_key *key, const zkb_statement *statement)
{
    zkb_layout layout;
    assert_int_equal(zkb_layout_init(&layout, &arena, key, statement, NULL), ZKB_OK);
    zkb_arena_release(&arena, 0);
    return number_challenges(&layout);
}

/* Whether a proof by these phases is accepted, with the challenges as they come or foreseen. */
static bool accepted(const zkb_table_key *key, const zkb_statement *statement,
                     const zkb_prover_phases *phases, const foreseen *known)
{
    zkb_error error;
    zkb_accumulator a;
    size_t size;
    foreseen f = *known;
    const zkb_transcript_hook hook = {.context = &f, .squeezed = foresee};
    const zkb_prove_options options = {.threads = 1, .hook = &hook};
    assert_int_equal(opened_size(&size, key, statement, &error), ZKB_OK);
    uint8_t *proof = malloc(size);
    assert_non_null(proof);
    assert_int_equal(opened_prove(proof, size, key, &srs, statement, &options, phases, &error),
                     ZKB_OK);
    f.calls = 0;
    const zkb_status status = opened_verify(&a, key, statement, proof, size, &hook, &error);
    free(proof);
    return status == ZKB_OK && toy_accumulator_holds(&a);
}

/* The false statement is accepted if and only if the challenges are known. */
static void only_if_foreseen(const zkb_table_key *key, const zkb_statement *statement,
                             const zkb_prover_phases *phases, const foreseen *known)
{
    const foreseen nothing = {.count = 0};
    assert_true(accepted(key, statement, phases, known));
    assert_false(accepted(key, statement, phases, &nothing));
}

/* ---- Constraints ----------------------------------------------------------------------------- */

static const zkb_bus unit_bus = {5, 1, ZKB_BUS_PERMUTATION, "unit"};

enum { HEIGHT = 6, ROWS = 1 << HEIGHT, LOW = 2, LEVELS = 3, CHIPS = 3 };

/* A table of two columns and one of one, all of which are to be zero, and a lower one whose two
 * interactions make a tree of LEVELS levels. */
typedef struct zeros {
    zkb_chip *chips[CHIPS];
    zkb_chip_key entries[CHIPS];
    zkb_table_key key;
    zkb_fr a[ROWS], b[ROWS], c[ROWS], x[1 << LOW];
    zkb_column_data ab[2], one[1], low[1];
    zkb_table tables[CHIPS];
    zkb_statement statement;
    numbers at;
} zeros;

static zkb_chip *built(zkb_chip_builder *b)
{
    zkb_error error;
    zkb_chip *chip;
    assert_int_equal(zkb_chip_build(&chip, b, &error), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(chip, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    return chip;
}

static void begin_zeros(zeros *z)
{
    zkb_error error;
    *z = (zeros){.statement = {.tables = z->tables, .table_count = CHIPS}};
    zkb_chip_builder *b = zkb_chip_builder_create("two columns");
    zkb_assert_zero(b, "a", zkb_column(b, "a", 254));
    zkb_assert_zero(b, "b", zkb_column(b, "b", 254));
    z->chips[0] = built(b);
    b = zkb_chip_builder_create("one column");
    zkb_assert_zero(b, "c", zkb_column(b, "c", 254));
    z->chips[1] = built(b);
    b = zkb_chip_builder_create("interacting");
    const zkb_expr x = zkb_column(b, "x", 254);
    zkb_take(b, &unit_bus, zkb_const(b, 1), &x, 1);
    zkb_give(b, &unit_bus, zkb_const(b, 1), &x, 1);
    z->chips[2] = built(b);
    for (unsigned i = 0; i < CHIPS; i++) {
        z->entries[i] = (zkb_chip_key){.chip = z->chips[i]};
    }
    assert_int_equal(zkb_table_key_init(&z->key, z->entries, CHIPS, &srs.digest, &error), ZKB_OK);
    z->ab[0] = (zkb_column_data){z->a, ROWS};
    z->ab[1] = (zkb_column_data){z->b, ROWS};
    z->one[0] = (zkb_column_data){z->c, ROWS};
    z->low[0] = (zkb_column_data){z->x, 1 << LOW};
    z->tables[0] = (zkb_table){.shape = {z->chips[0], HEIGHT, ROWS, NULL}, .committed = z->ab};
    z->tables[1] = (zkb_table){.shape = {z->chips[1], HEIGHT, ROWS, NULL}, .committed = z->one};
    z->tables[2] = (zkb_table){.shape = {z->chips[2], LOW, 1 << LOW, NULL}, .committed = z->low};
    for (unsigned i = 0; i < 1 << LOW; i++) {
        z->x[i] = small(100 + (int64_t)i);
    }
    z->at = numbers_of(&z->key, &z->statement);
    assert_int_equal(z->at.lambda - z->at.above, HEIGHT - LEVELS);
    assert_true(accepted(&z->key, &z->statement, &reference_phases, &(foreseen){.count = 0}));
}

static void end_zeros(zeros *z)
{
    for (unsigned i = 0; i < CHIPS; i++) {
        zkb_chip_destroy(z->chips[i]);
    }
}

static const int64_t guesses[] = {0, 1, -1, 1234567};
enum { GUESSES = sizeof guesses / sizeof guesses[0] };

/* a + λ b = 0 in a row, with neither of them zero but for λ = 0. */
static void lambda(void **state)
{
    (void)state;
    zeros z;
    begin_zeros(&z);
    for (unsigned i = 0; i < GUESSES; i++) {
        const foreseen f = {.count = 1, .at = {z.at.lambda}, .value = {small(guesses[i])}};
        z.a[9] = f.value[0];
        z.b[9] = small(-1);
        only_if_foreseen(&z.key, &z.statement, &reference_phases, &f);
    }
    end_zeros(&z);
}

/* Two tables whose violations cancel: a + ρ c = 0, or λ b + ρ c = 0 where ρ is λ. */
static void rho(void **state)
{
    (void)state;
    zeros z;
    begin_zeros(&z);
    z.c[5] = small(-1);
    for (unsigned i = 0; i < GUESSES; i++) {
        const foreseen f = {.count = 1, .at = {z.at.rho}, .value = {small(guesses[i])}};
        z.a[5] = f.value[0];
        only_if_foreseen(&z.key, &z.statement, &reference_phases, &f);
    }
    const foreseen doubled = {.count = 1, .at = {z.at.rho}, .double_of = {z.at.lambda}};
    z.a[5] = ZKB_FR_ZERO;
    z.b[5] = zkb_fr_one;
    only_if_foreseen(&z.key, &z.statement, &reference_phases, &doubled);
    end_zeros(&z);
}

/* A column that is not zero but is worth zero at r: in rows 0 and 2^k, (1 - r_k) a_0 + r_k a_2^k =
 * 0; in rows 2^k and 2^(k+1) where two coordinates are one. */
static void coordinates_above_the_tree(void **state)
{
    (void)state;
    zeros z;
    begin_zeros(&z);
    for (unsigned k = LEVELS; k < HEIGHT; k++) {
        const size_t at = z.at.above + k - LEVELS;
        for (unsigned i = 0; i < GUESSES; i++) {
            const foreseen f = {.count = 1, .at = {at}, .value = {small(guesses[i])}};
            z.a[0] = f.value[0];
            z.a[(size_t)1 << k] = sub(f.value[0], zkb_fr_one);
            only_if_foreseen(&z.key, &z.statement, &reference_phases, &f);
        }
        z.a[0] = ZKB_FR_ZERO;
        if (k + 1 < HEIGHT) {
            const foreseen f = {.count = 1, .at = {at + 1}, .double_of = {at}};
            z.a[(size_t)1 << k] = zkb_fr_one;
            z.a[(size_t)2 << k] = small(-1);
            only_if_foreseen(&z.key, &z.statement, &reference_phases, &f);
            z.a[(size_t)2 << k] = ZKB_FR_ZERO;
        }
        z.a[(size_t)1 << k] = ZKB_FR_ZERO;
    }
    end_zeros(&z);
}

/* ---- The sum of fractions -------------------------------------------------------------------- */

static const toy_shape shape = {{5, 3}, {27, 8}, 4, false};

/* A toy whose chain ends elsewhere than the statement says. */
static void begin_false_end(toy *t)
{
    toy_create(t, &srs, &shape);
    t->end[1] = small(99);
}

/* The prover expects a ℓ₁ + b ℓ₂ multiples: that ℓ₁ : ℓ₂ is this ratio. */
static zkb_fr ratio[2];
static bool claims_are_wrong; /* the tables' claims add up, and are no more than that */

/* Σ ±1/(α + bus + Σ β^j t_j) of the boundary. */
static zkb_fr boundary_sum(const zkb_prover *p)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (size_t i = 0; i < p->statement->boundary_count; i++) {
        const zkb_boundary_term *term = &p->statement->boundary[i];
        zkb_fr d = add(p->alpha, small(term->bus->id));
        for (uint32_t j = 0; j < term->bus->arity; j++) {
            d = add(d, mul(p->beta_powers[j + 1], term->tuple[j]));
        }
        sum = add(sum, divided(small(term->give ? 1 : -1), d));
    }
    return sum;
}

/* The tables' true claims at a point, and what they add up to, α included. */
static void true_sum(zkb_fr *claims, zkb_fr sum[2], zkb_prover *p, const zkb_fr *point)
{
    zkb_error error;
    assert_int_equal(reference_claims(claims, p, point, &error), ZKB_OK);
    sum[0] = ZKB_FR_ZERO;
    sum[1] = p->alpha;
    for (uint32_t i = 0; i < p->layout->interacting; i++) {
        sum[0] = add(sum[0], claims[2 * i]);
        sum[1] = add(sum[1], claims[2 * i + 1]);
    }
}

static zkb_fr weighted(zkb_prover *p, const zkb_fr *point)
{
    zkb_fr claims[2 * TOY_TABLES], sum[2];
    true_sum(claims, sum, p, point);
    return add(mul(ratio[0], sum[0]), mul(ratio[1], sum[1]));
}

/* Ends p₀, p₁, q₀, q₁ with p₀q₁ + p₁q₀ + λ q₀q₁ = c. */
static void any_ends(zkb_fr ends[4], zkb_fr c, zkb_fr lambda)
{
    ends[1] = small(7);
    ends[2] = small(8);
    ends[3] = small(9);
    c = sub(c, mul(lambda, mul(ends[2], ends[3])));
    ends[0] = divided(sub(c, mul(ends[1], ends[2])), ends[3]);
}

/* The same, and a p + b q is right on the whole line that μ will choose from. */
static void ends_of_the_ratio(zkb_fr ends[4], zkb_fr c, zkb_fr lambda, zkb_prover *p,
                              const zkb_fr *s, unsigned k)
{
    zkb_fr point[ZKB_MAX_LOG_LEAVES + 1];
    memcpy(point + 1, s, k * sizeof *s);
    point[0] = ZKB_FR_ZERO;
    const zkb_fr low = weighted(p, point);
    point[0] = zkb_fr_one;
    const zkb_fr high = weighted(p, point);
    if (zkb_fr_is_zero(&ratio[0])) {
        ends[1] = ZKB_FR_ZERO;
        ends[2] = divided(low, ratio[1]);
        ends[3] = divided(high, ratio[1]);
        ends[0] = divided(sub(c, mul(lambda, mul(ends[2], ends[3]))), ends[3]);
        return;
    }
    ends[2] = zkb_fr_one;
    ends[0] = divided(sub(low, ratio[1]), ratio[0]);
    ends[3] = divided(sub(c, divided(high, ratio[0])),
                      add(sub(ends[0], divided(ratio[1], ratio[0])), lambda));
    ends[1] = divided(sub(high, mul(ratio[1], ends[3])), ratio[0]);
}

/* Rounds of nothing in particular; c becomes the claim after them. */
static void any_rounds(zkb_fr *s, zkb_fr *c, zkb_prover *p, const zkb_fr *point, unsigned k)
{
    for (unsigned j = 0; j < k; j++) {
        const zkb_fr round[2] = {small(11 + j), small(13 + j)};
        zkb_prover_send(p, round, 2);
        const zkb_fr constant = sub(*c, mul(point[j], add(round[0], round[1])));
        zkb_transcript_challenge(&s[j], &p->transcript);
        *c = add(constant, mul(s[j], add(round[0], mul(s[j], round[1]))));
    }
}

static zkb_fr between(zkb_fr a, zkb_fr b, zkb_fr x) { return add(a, mul(x, sub(b, a))); }

/* A root that cancels the boundary, and layers that lead from it to claims that add up. */
static zkb_status lying_gkr(zkb_fr *point, zkb_fr *claims, zkb_prover *p, zkb_error *error)
{
    const unsigned levels = p->layout->log_leaves;
    zkb_fr leaves[2] = {ZKB_FR_ZERO, ZKB_FR_ZERO};
    zkb_fr sum[2];
    (void)error;
    for (unsigned k = 0; k < levels; k++) {
        zkb_fr lambda, mu, s[ZKB_MAX_LOG_LEAVES];
        zkb_fr ends[4] = {sub(ZKB_FR_ZERO, boundary_sum(p)), ZKB_FR_ZERO, zkb_fr_one, zkb_fr_one};
        if (k > 0) {
            zkb_transcript_challenge(&lambda, &p->transcript);
            zkb_fr c = add(leaves[0], mul(lambda, leaves[1]));
            any_rounds(s, &c, p, point, k);
            if (k + 1 == levels && !claims_are_wrong) {
                ends_of_the_ratio(ends, c, lambda, p, s, k);
            } else {
                any_ends(ends, c, lambda);
            }
        }
        zkb_prover_send(p, ends, 4);
        zkb_transcript_challenge(&mu, &p->transcript);
        leaves[0] = between(ends[0], ends[1], mu);
        leaves[1] = between(ends[2], ends[3], mu);
        memmove(point + 1, s, k * sizeof *s);
        point[0] = mu;
    }
    true_sum(claims, sum, p, point);
    claims[0] = add(claims[0], sub(leaves[0], sum[0]));
    claims[1] = add(claims[1], sub(leaves[1], sum[1]));
    zkb_prover_send(p, claims, 2 * (size_t)p->layout->interacting);
    return ZKB_OK;
}

/* A table's P and Q are both wrong, by amounts that cancel in ℓ₁P + ℓ₂Q. */
static void factors_of_the_claims(void **state)
{
    (void)state;
    static const int64_t known[][2] = {{1, 1}, {0, 1}, {1, 0}, {1, -1}, {3, 5}};
    static const zkb_prover_phases phases = {.commit = reference_commit,
                                             .gkr = lying_gkr,
                                             .joined = reference_joined,
                                             .gather = reference_gather,
                                             .open = zkb_prove_opening};
    toy t;
    begin_false_end(&t);
    const numbers at = numbers_of(&t.key, &t.statement);
    claims_are_wrong = false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        ratio[0] = small(known[i][0]);
        ratio[1] = small(known[i][1]);
        const foreseen values = {.count = 2, .at = {at.l1, at.l2}, .value = {ratio[0], ratio[1]}};
        only_if_foreseen(&t.key, &t.statement, &phases, &values);
    }
    const foreseen doubled = {.count = 1, .at = {at.l2}, .double_of = {at.l1}};
    ratio[0] = zkb_fr_one;
    ratio[1] = zkb_fr_one;
    only_if_foreseen(&t.key, &t.statement, &phases, &doubled);
    toy_destroy(&t);
}

/* ---- The gathering --------------------------------------------------------------------------- */

/* Two columns in which the joined sum is linear: of the table without interactions, and of the
 * table of bytes. */
enum { PLAIN = 4, PLAIN_COLUMN = 1, BYTES = 2, BYTES_COLUMN = 0 };

static zkb_fr foreseen_weights[2]; /* γ·eq(z, y) of the two, as the prover foresees them */

static uint32_t column_number(const zkb_layout *layout, uint32_t table, uint32_t column)
{
    uint32_t i = 0;
    while (layout->tables[i].table != table) {
        i++;
    }
    return layout->tables[i].first_column + column;
}

/* Σ ρ^t G_t from the columns' evaluations, as the verifier has it. */
static zkb_fr joined_sum(const zkb_prover *p, const zkb_fr *evaluations, const zkb_fr *s,
                         const zkb_fr *point, const zkb_joined_challenges *challenges)
{
    enum { MOST_NODES = 128, MOST_INTERACTIONS = 8 };
    zkb_fr sum = ZKB_FR_ZERO;
    for (uint32_t i = p->layout->table_count; i-- > 0;) {
        const zkb_layout_table *place = &p->layout->tables[i];
        const zkb_table_shape *of = &p->statement->tables[place->table].shape;
        const zkb_fr *own = evaluations + place->first_column;
        zkb_fr values[MOST_NODES], weights[MOST_INTERACTIONS], active, term;
        assert_true(of->chip->node_count <= MOST_NODES &&
                    of->chip->interaction_count <= MOST_INTERACTIONS);
        zkb_prefix_evaluate(&active, of->active, s, of->log_height);
        zkb_block_weights(weights, of->chip->interaction_count, place->first_leaf,
                          place->log_height, point, p->layout->log_leaves);
        zkb_chip_point_values(values, of, s, own, own + of->chip->committed_count);
        zkb_joined_term(&term, of->chip, values, &active, weights, challenges);
        sum = add(mul(sum, challenges->rho), term);
    }
    return sum;
}

static zkb_fr value_at(const zkb_column_data *column, unsigned bits, const zkb_fr *eq)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (uint64_t row = 0; row < column->length; row++) {
        zkb_fr cell;
        zkb_column_cell(&cell, column, bits, row);
        sum = add(sum, mul(cell, eq[row]));
    }
    return sum;
}

static void true_evaluations(zkb_fr *out, const zkb_prover *p, const zkb_fr *s)
{
    static zkb_fr eq[1 << 8];
    for (uint32_t i = 0; i < p->layout->table_count; i++) {
        const zkb_table *table = &p->statement->tables[p->layout->tables[i].table];
        const zkb_chip *chip = table->shape.chip;
        assert_true(table->shape.log_height <= 8);
        zkb_eq_table(eq, s, table->shape.log_height);
        for (uint32_t c = 0; c < chip->committed_count; c++) {
            *out++ = value_at(&table->committed[c], chip->committed[c].bits, eq);
        }
        for (uint32_t c = 0; c < chip->preprocessed_count; c++) {
            *out++ = value_at(&table->preprocessed[c], chip->preprocessed[c].bits, eq);
        }
    }
}

/* Rounds of nothing in particular, from the claims to a claim about the columns. */
static zkb_fr any_joined_rounds(zkb_fr *s, zkb_prover *p, const zkb_fr *point, const zkb_fr *claims,
                                const zkb_joined_challenges *challenges)
{
    const zkb_layout *layout = p->layout;
    zkb_fr round[ZKB_INTERPOLATE_MAX_DEGREE + 1];
    zkb_fr power = zkb_fr_one;
    zkb_fr c = ZKB_FR_ZERO;
    uint32_t table = 0;
    for (unsigned k = layout->log_height + 1; k-- > 0;) {
        for (; table < layout->table_count && layout->tables[table].log_height == k; table++) {
            const uint32_t of = layout->tables[table].table;
            if (p->statement->tables[of].shape.chip->interaction_count != 0) {
                const zkb_fr claim =
                    add(mul(challenges->l1, claims[0]), mul(challenges->l2, claims[1]));
                c = add(c, mul(power, claim));
                claims += 2;
            }
            power = mul(power, challenges->rho);
        }
        if (k == 0) {
            break;
        }
        zkb_fr sum = ZKB_FR_ZERO;
        for (unsigned i = 1; i <= layout->degree; i++) {
            round[i] = small(17 + (int64_t)i);
            sum = add(sum, round[i]);
        }
        round[0] = sub(c, mul(point[k - 1], sum));
        zkb_prover_send(p, round + 1, layout->degree);
        zkb_transcript_challenge(&s[k - 1], &p->transcript);
        c = ZKB_FR_ZERO;
        for (unsigned i = layout->degree + 1; i-- > 0;) {
            c = add(mul(c, s[k - 1]), round[i]);
        }
    }
    return c;
}

/* How the joined sum grows with an evaluation. */
static zkb_fr slope(const zkb_prover *p, zkb_fr *evaluations, uint32_t column, const zkb_fr *s,
                    const zkb_fr *point, const zkb_joined_challenges *challenges)
{
    const zkb_fr before = evaluations[column];
    const zkb_fr at = joined_sum(p, evaluations, s, point, challenges);
    evaluations[column] = add(before, zkb_fr_one);
    const zkb_fr next = joined_sum(p, evaluations, s, point, challenges);
    evaluations[column] = before;
    return sub(next, at);
}

/* Moves both evaluations, so that the rounds' claim holds and what is gathered stays. */
static zkb_status lying_joined(zkb_fr *evaluations, zkb_fr *s, zkb_prover *p, const zkb_fr *point,
                               const zkb_fr *claims, const zkb_joined_challenges *challenges,
                               zkb_error *error)
{
    (void)error;
    const uint32_t plain = column_number(p->layout, PLAIN, PLAIN_COLUMN);
    const uint32_t bytes = column_number(p->layout, BYTES, BYTES_COLUMN);
    const zkb_fr claim = any_joined_rounds(s, p, point, claims, challenges);
    true_evaluations(evaluations, p, s);
    const zkb_fr missing = sub(claim, joined_sum(p, evaluations, s, point, challenges));
    const zkb_fr by_plain = slope(p, evaluations, plain, s, point, challenges);
    const zkb_fr by_bytes = slope(p, evaluations, bytes, s, point, challenges);
    const zkb_fr per_plain =
        divided(foreseen_weights[0], foreseen_weights[1]); /* w₀ x + w₁ y = 0 */
    const zkb_fr x = divided(missing, sub(by_plain, mul(by_bytes, per_plain)));
    evaluations[plain] = add(evaluations[plain], x);
    evaluations[bytes] = sub(evaluations[bytes], mul(x, per_plain));
    zkb_prover_send(p, evaluations, p->layout->column_count);
    return ZKB_OK;
}

/* The stack of a column, and eq((z_h ..), y) of its place there. */
static uint32_t stack_of(zkb_fr *weight, const zkb_stacks *stacks, uint32_t column, const zkb_fr *z,
                         unsigned variables)
{
    for (uint32_t i = 0; i < stacks->count; i++) {
        const zkb_stack *stack = &stacks->stacks[i];
        for (uint32_t y = 0; y < stack->count; y++) {
            if (stacks->columns[stack->first + y] == column) {
                zkb_eq_index(weight, y, z + stack->log_height, variables - stack->log_height);
                return i;
            }
        }
    }
    fail_msg("column %u has no place", column);
    return 0;
}

/* Two evaluations are wrong, by amounts that cancel in the sum that is gathered. Both z and the γ
 * keep a prover from that: each alone, when the other is known. */
static void factors_of_the_gathering(void **state)
{
    (void)state;
    static const int64_t known[][2] = {{1, 1}, {1, -1}, {2, 3}};
    static const zkb_prover_phases phases = {.commit = reference_commit,
                                             .gkr = lying_gkr,
                                             .joined = lying_joined,
                                             .gather = reference_gather,
                                             .open = zkb_prove_opening};
    toy t;
    zkb_layout layout;
    zkb_stacks stacks;
    zkb_arena lists;
    zkb_fr z[ZKB_MIN_OPEN_VARIABLES];
    begin_false_end(&t);
    assert_int_equal(zkb_layout_init(&layout, &arena, &t.key, &t.statement, NULL), ZKB_OK);
    assert_int_equal(layout.open_variables, ZKB_MIN_OPEN_VARIABLES);
    assert_int_equal(zkb_arena_create(&lists, zkb_stacks_scratch(&layout), NULL), ZKB_OK);
    assert_int_equal(zkb_stacks_init(&stacks, &lists, &layout, &t.statement, NULL), ZKB_OK);
    const numbers at = number_challenges(&layout);
    foreseen all = {.count = 2 + ZKB_MIN_OPEN_VARIABLES};
    for (unsigned k = 0; k < ZKB_MIN_OPEN_VARIABLES; k++) {
        z[k] = small(11 + 3 * (int64_t)k);
        all.at[2 + k] = at.z + k;
        all.value[2 + k] = z[k];
    }
    const uint32_t columns[2] = {column_number(&layout, PLAIN, PLAIN_COLUMN),
                                 column_number(&layout, BYTES, BYTES_COLUMN)};
    claims_are_wrong = true;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint32_t stack[2];
        for (unsigned j = 0; j < 2; j++) {
            stack[j] =
                stack_of(&foreseen_weights[j], &stacks, columns[j], z, layout.open_variables);
            all.at[j] = at.gammas + stack[j];
            all.value[j] = small(known[i][j]);
            foreseen_weights[j] = mul(foreseen_weights[j], all.value[j]);
        }
        assert_int_not_equal(stack[0], stack[1]);
        zkb_arena_release(&arena, 0);
        only_if_foreseen(&t.key, &t.statement, &phases, &all);
        foreseen half = all;
        half.count = 2; /* the γ alone */
        assert_false(accepted(&t.key, &t.statement, &phases, &half));
        half.count = ZKB_MIN_OPEN_VARIABLES; /* z alone */
        memcpy(half.at, all.at + 2, half.count * sizeof half.at[0]);
        memcpy(half.value, all.value + 2, half.count * sizeof half.value[0]);
        assert_false(accepted(&t.key, &t.statement, &phases, &half));
        assert_int_equal(zkb_layout_init(&layout, &arena, &t.key, &t.statement, NULL), ZKB_OK);
    }
    zkb_arena_release(&arena, 0);
    zkb_arena_destroy(&lists);
    toy_destroy(&t);
}

static int setup(void **state)
{
    (void)state;
    toy_srs(&srs);
    assert_int_equal(zkb_arena_create(&arena, REFERENCE_ARENA, NULL), ZKB_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    zkb_arena_destroy(&arena);
    zkb_srs_close(&srs);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lambda),
        cmocka_unit_test(rho),
        cmocka_unit_test(coordinates_above_the_tree),
        cmocka_unit_test(factors_of_the_claims),
        cmocka_unit_test(factors_of_the_gathering),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
