/* The prover's two phases from their definitions. They take much more arena than the prover's
 * own: REFERENCE_ARENA bytes do for the small machines of the tests. */
#ifndef ZKB_TESTS_REFERENCE_H
#define ZKB_TESTS_REFERENCE_H

#include "proof/prover.h"

#define REFERENCE_ARENA ((size_t)64 << 20)

zkb_status reference_gkr(zkb_fr *point, zkb_fr *claims, zkb_prover *prover, zkb_error *error);
zkb_status reference_joined(zkb_fr *evaluations, zkb_fr *s, zkb_prover *prover, const zkb_fr *point,
                            const zkb_fr *claims, const zkb_joined_challenges *challenges,
                            zkb_error *error);

/* The claims (P, Q) of the tables with interactions at a point of the leaves. */
zkb_status reference_claims(zkb_fr *claims, zkb_prover *prover, const zkb_fr *point,
                            zkb_error *error);

/* For attacks: changes the tables' claims before they are sent. */
extern void (*reference_tamper)(zkb_fr *claims, size_t count);

#endif
