/* The terms that the joined sumcheck sums over a table. Both sides must compute the same terms. */
#ifndef ZKB_PROOF_JOINED_TERMS_H
#define ZKB_PROOF_JOINED_TERMS_H

#include "air/chip.h"

/* The challenges of the joined sumcheck, and those of the fingerprints. */
typedef struct zkb_joined_challenges {
    zkb_fr lambda, l1, l2, rho;
    zkb_fr beta_powers[ZKB_AIR_MAX_ARITY + 1]; /* 1, beta, beta^2, ... */
} zkb_joined_challenges;

/* G = sum_c lambda^c C_c + active·sum_i w_i (l1 num_i + l2 (bus_i + sum_j beta^j tuple_ij))
 * from the values of all nodes of the chip at a point, the value there of [row < n], and
 * weights[i] = w_i for each interaction. The factor `active` takes rows at and after n out of the
 * buses whatever their cells are: their leaf is (0, alpha). */
void zkb_joined_term(zkb_fr *out, const zkb_chip *chip, const zkb_fr *values, const zkb_fr *active,
                     const zkb_fr *weights, const zkb_joined_challenges *challenges);

/* weights[i] = eq(block index of interaction i, the point's coordinates from log_height up), for
 * the interactions of a table whose leaves begin at first_leaf. */
void zkb_block_weights(zkb_fr *weights, uint32_t interactions, uint64_t first_leaf,
                       unsigned log_height, const zkb_fr *point, unsigned log_leaves);

#endif
