#include "proof/challenges.h"

#include "poly/eq.h"

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

void zkb_squeeze_opening(zkb_fr *gammas, zkb_fr *s, zkb_transcript *transcript,
                         const zkb_layout *layout)
{
    for (unsigned k = layout->log_height; k < layout->open_variables; k++) {
        zkb_transcript_challenge(&s[k], transcript);
    }
    zkb_transcript_challenges_126(gammas, layout->column_count, transcript);
}

void zkb_opening_value(zkb_fr *out, const zkb_layout *layout, const zkb_statement *statement,
                       const zkb_fr *evaluations, const zkb_fr *gammas, const zkb_fr *s)
{
    *out = ZKB_FR_ZERO;
    uint32_t column = 0;
    for (uint32_t t = 0; t < layout->table_count; t++) {
        const zkb_layout_table *place = &layout->tables[t];
        const zkb_chip *chip = statement->tables[place->table].shape.chip;
        const uint32_t end = column + chip->committed_count + chip->preprocessed_count;
        zkb_fr sum = ZKB_FR_ZERO;
        zkb_fr scale, term;
        for (; column < end; column++) {
            zkb_fr_mul(&term, &gammas[column], &evaluations[column]);
            zkb_fr_add(&sum, &sum, &term);
        }
        zkb_eq_zero(&scale, s + place->log_height, layout->open_variables - place->log_height);
        zkb_fr_mul(&sum, &sum, &scale);
        zkb_fr_add(out, out, &sum);
    }
}
