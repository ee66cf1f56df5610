/* The prover's phases from their definitions. They take much more arena than the prover's
 * own: REFERENCE_ARENA bytes do for the small machines of the tests. */
#ifndef ZKB_TESTS_REFERENCE_H
#define ZKB_TESTS_REFERENCE_H

#include "proof/prover.h"

#define REFERENCE_ARENA ((size_t)64 << 20)

zkb_status reference_gkr(zkb_fr *point, zkb_fr *claims, zkb_prover *prover, zkb_error *error);
zkb_status reference_joined(zkb_fr *evaluations, zkb_fr *s, zkb_prover *prover, const zkb_fr *point,
                            const zkb_fr *claims, const zkb_joined_challenges *challenges,
                            zkb_error *error);

/* These two take columns as long as they are, beyond the heights of their tables too. */
zkb_status reference_commit(zkb_prover *prover, const zkb_stacks *stacks, const zkb_srs *srs,
                            zkb_error *error);
zkb_status reference_gather(zkb_open_claim *claim, zkb_fr *f, zkb_prover *prover,
                            const zkb_stacks *stacks, const zkb_fr *s, zkb_error *error);

/* All phases; the opening is the prover's own, which has a reference elsewhere. */
extern const zkb_prover_phases reference_phases;

/* The claims (P, Q) of the tables with interactions at a point of the leaves. */
zkb_status reference_claims(zkb_fr *claims, zkb_prover *prover, const zkb_fr *point,
                            zkb_error *error);

/* For attacks: changes the tables' claims before they are sent. */
extern void (*reference_tamper)(zkb_fr *claims, size_t count);

#endif
