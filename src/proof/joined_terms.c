#include "proof/joined_terms.h"

#include "air/evaluate.h"
#include "poly/eq.h"

void zkb_joined_term(zkb_fr *out, const zkb_chip *chip, const zkb_fr *values, const zkb_fr *active,
                     const zkb_fr *weights, const zkb_joined_challenges *challenges)
{
    zkb_fr leaves = ZKB_FR_ZERO;
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        zkb_fr numerator, denominator;
        zkb_interaction_numerator(&numerator, chip, i, values);
        zkb_interaction_denominator(&denominator, chip, i, values, challenges->beta_powers);
        zkb_fr_mul(&numerator, &numerator, &challenges->l1);
        zkb_fr_mul(&denominator, &denominator, &challenges->l2);
        zkb_fr_add(&numerator, &numerator, &denominator);
        zkb_fr_mul(&numerator, &numerator, &weights[i]);
        zkb_fr_add(&leaves, &leaves, &numerator);
    }
    zkb_fr constraints = ZKB_FR_ZERO; /* Horner, from the last constraint */
    for (uint32_t c = chip->constraint_count; c-- > 0;) {
        zkb_fr_mul(&constraints, &constraints, &challenges->lambda);
        zkb_fr_add(&constraints, &constraints, &values[chip->constraints[c].node]);
    }
    zkb_fr_mul(&leaves, &leaves, active);
    zkb_fr_add(out, &constraints, &leaves);
}

void zkb_block_weights(zkb_fr *weights, uint32_t interactions, uint64_t first_leaf,
                       unsigned log_height, const zkb_fr *point, unsigned log_leaves)
{
    if (interactions != 0) {
        zkb_eq_range(weights, interactions, first_leaf >> log_height, point + log_height,
                     log_leaves - log_height);
    }
}
