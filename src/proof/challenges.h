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

/* Squeezes z_0 .. z_(n-1), then one weight for each stack. */
void zkb_squeeze_gather(zkb_fr *z, zkb_fr *gammas, zkb_transcript *transcript,
                        const zkb_layout *layout);

#endif
