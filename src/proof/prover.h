/* The state of one proof being made, shared by its phases. */
#ifndef ZKB_PROOF_PROVER_H
#define ZKB_PROOF_PROVER_H

#include "air/table_evaluator.h"
#include "curve/g1.h"
#include "hash/transcript.h"
#include "kzg/commit.h"
#include "proof/joined_terms.h"
#include "proof/prove.h"
#include "proof/stacks.h"
#include "proof/statement.h"

typedef struct zkb_prover {
    const zkb_table_key *key;
    const zkb_statement *statement;
    const zkb_layout *layout;
    zkb_arena *arena;
    unsigned threads;
    double *phases; /* seconds spent, or NULL */
    zkb_transcript transcript;
    zkb_table_evaluator **tables; /* of each table, in the layout's order */
    uint8_t *at; /* where the proof's next element goes; the size was checked beforehand */
    zkb_fr alpha;
    zkb_fr beta_powers[ZKB_AIR_MAX_ARITY + 1];
} zkb_prover;

/* Appends elements to the proof and absorbs them as one message. */
void zkb_prover_send(zkb_prover *prover, const zkb_fr *values, size_t count);
void zkb_prover_send_points(zkb_prover *prover, const zkb_g1_affine *points, size_t count);

/* How many threads a loop of so many tasks, of some ten microseconds each, is worth. */
static inline unsigned zkb_prover_threads(unsigned threads, size_t tasks)
{
    return tasks < 8 ? 1 : threads;
}

/* Out of the arena, or an error that says so. */
zkb_status zkb_prover_alloc(void **out, zkb_prover *prover, size_t count, size_t size,
                            zkb_error *error) ZKB_MUST_USE;

/* Proves the sum of all fractions down to the leaves, and splits the leaves' claim by tables.
 * Source: [PH23] section 4, with the round polynomials of [Gru24].
 * Differs: a layer's numerators and denominators are batched by one challenge.
 * Sends, for layer 0: 4 values. For layer k = 1..nu-1: k times 2 coefficients, 4 values. Then the
 * claims. point receives log_leaves coordinates; claims[2j], claims[2j + 1] = (P, Q) of the j-th
 * table with interactions:
 *     P = sum_i w_i sum_x eq(point_{<h}, x) [x < n] num_i(x),
 * Q likewise with bus_i + sum_j beta^j tuple_ij(x). The tables' P sum up to the leaves' p at the
 * point, and alpha plus their Q to q. */
zkb_status zkb_gkr_prove(zkb_fr *point, zkb_fr *claims, zkb_prover *prover,
                         zkb_error *error) ZKB_MUST_USE;
size_t zkb_gkr_scratch(const zkb_layout *layout, const zkb_statement *statement, unsigned threads);

/* Proves sum_t rho^t sum_x eq(point_{<h_t}, x) G_t(x) = sum_t rho^t (l1 P_t + l2 Q_t) down to the
 * columns. Source: docs/protocol.md, "The joined sumcheck"; round polynomials as in [Gru24].
 * Sends, for each variable from the top: degree coefficients; then every column's
 * evaluation at the variables of its table. evaluations receives them, column_count in all; s
 * receives log_height coordinates. */
zkb_status zkb_joined_prove(zkb_fr *evaluations, zkb_fr *s, zkb_prover *prover, const zkb_fr *point,
                            const zkb_fr *claims, const zkb_joined_challenges *challenges,
                            zkb_error *error) ZKB_MUST_USE;
size_t zkb_joined_scratch(const zkb_layout *layout, const zkb_statement *statement,
                          unsigned threads);

/* Commits to every column that is not external, in stacks; sends the commitments as one message.
 * The arena that it takes; computing that takes zkb_commit_phase_plan bytes of `scratch` for a
 * moment. */
zkb_status zkb_commit_phase(zkb_prover *prover, const zkb_stacks *stacks, const zkb_srs *srs,
                            zkb_error *error) ZKB_MUST_USE;
zkb_status zkb_commit_phase_scratch(size_t *bytes, const zkb_statement *statement,
                                    const zkb_layout *layout, const zkb_stacks *stacks,
                                    unsigned threads, zkb_arena *scratch,
                                    zkb_error *error) ZKB_MUST_USE;
size_t zkb_commit_phase_plan(const zkb_layout *layout);
/* Adds the work of that phase, and how many sums it makes; takes the same arena. */
zkb_status zkb_commit_phase_count(zkb_msm_work *work, uint64_t *sums, zkb_arena *arena,
                                  const zkb_statement *statement, const zkb_layout *layout,
                                  const zkb_stacks *stacks, zkb_error *error) ZKB_MUST_USE;

/* Reduces what the columns are worth at s to one claim about f, layout->claim_length coefficients.
 * Source: docs/protocol.md, "Gathering". */
zkb_status zkb_gather_phase(zkb_open_claim *claim, zkb_fr *f, zkb_prover *prover,
                            const zkb_stacks *stacks, const zkb_fr *s,
                            zkb_error *error) ZKB_MUST_USE;
size_t zkb_gather_phase_scratch(const zkb_layout *layout, const zkb_stacks *stacks);

/* All columns, in the order of the evaluations. */
void zkb_view_columns(zkb_column_view *views, const zkb_statement *statement,
                      const zkb_layout *layout);

/* Who does each phase: the seam for another device, which may take one and leave the others to the
 * processor. A phase sends the same messages whoever does it. */
struct zkb_prover_phases {
    zkb_status (*commit)(zkb_prover *prover, const zkb_stacks *stacks, const zkb_srs *srs,
                         zkb_error *error);
    zkb_status (*gkr)(zkb_fr *point, zkb_fr *claims, zkb_prover *prover, zkb_error *error);
    zkb_status (*joined)(zkb_fr *evaluations, zkb_fr *s, zkb_prover *prover, const zkb_fr *point,
                         const zkb_fr *claims, const zkb_joined_challenges *challenges,
                         zkb_error *error);
    zkb_status (*gather)(zkb_open_claim *claim, zkb_fr *f, zkb_prover *prover,
                         const zkb_stacks *stacks, const zkb_fr *s, zkb_error *error);
    zkb_status (*open)(uint8_t *opening, const zkb_open_claim *claim, const zkb_fr *f,
                       size_t length, const zkb_srs *srs, zkb_arena *arena, unsigned threads,
                       zkb_error *error);
};

/* The processor's. */
extern const zkb_prover_phases zkb_cpu_phases;

#endif
