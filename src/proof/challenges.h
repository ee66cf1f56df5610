/* Challenges and claims that both sides derive in the same way. */
#ifndef ZKB_PROOF_CHALLENGES_H
#define ZKB_PROOF_CHALLENGES_H

#include "hash/transcript.h"
#include "proof/joined_terms.h"
#include "proof/statement.h"

/* powers[j] = base^j for j < count. */
void zkb_powers(zkb_fr *powers, size_t count, const zkb_fr *base);

/* Squeezes the coordinates of the joined sumcheck's point that the leaves' point lacks, then
 * lambda, l1, l2, rho. */
void zkb_squeeze_joined(zkb_joined_challenges *out, zkb_fr *point, zkb_transcript *transcript,
                        const zkb_layout *layout);

/* Squeezes the opening's coordinates above the tallest table, then one weight for each column. */
void zkb_squeeze_opening(zkb_fr *gammas, zkb_fr *s, zkb_transcript *transcript,
                         const zkb_layout *layout);

/* sum_i gamma_i v_i prod_{k >= h_i} (1 - s_k): the value at s of the combined columns, each of
 * them zero beyond its height. */
void zkb_opening_value(zkb_fr *out, const zkb_layout *layout, const zkb_statement *statement,
                       const zkb_fr *evaluations, const zkb_fr *gammas, const zkb_fr *s);

#endif
