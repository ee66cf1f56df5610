#include "proof/challenges.h"

void zkb_powers(zkb_fr *powers, size_t count, const zkb_fr *base)
{
    powers[0] = zkb_fr_one;
    for (size_t j = 1; j < count; j++) {
        zkb_fr_mul(&powers[j], &powers[j - 1], base);
    }
}

void zkb_squeeze_joined(zkb_joined_challenges *out, zkb_fr *point, zkb_transcript *transcript,
                        const zkb_layout *layout)
{
    for (unsigned k = layout->log_leaves; k < layout->log_height; k++) {
        zkb_transcript_challenge(&point[k], transcript);
    }
    zkb_transcript_challenge(&out->lambda, transcript);
    zkb_transcript_challenge(&out->l1, transcript);
    zkb_transcript_challenge(&out->l2, transcript);
    zkb_transcript_challenge(&out->rho, transcript);
}

void zkb_squeeze_gather(zkb_fr *z, zkb_fr *gammas, zkb_transcript *transcript,
                        const zkb_layout *layout)
{
    for (unsigned k = 0; k < layout->open_variables; k++) {
        zkb_transcript_challenge(&z[k], transcript);
    }
    zkb_transcript_challenges_126(gammas, layout->stack_count, transcript);
}
