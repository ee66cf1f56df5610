/* Checks of a setup's points. */
#ifndef ZKB_KZG_SRS_CHECK_H
#define ZKB_KZG_SRS_CHECK_H

#include "kzg/srs.h"

/* e(next, [1]_2) = e(first, tau_g2). */
bool zkb_srs_same_ratio(const zkb_g1_affine *first, const zkb_g1_affine *next,
                        const zkb_g2_affine *tau_g2);

/* Returns NULL, or why the start of a setup cannot be used: the first power is not the generator,
 * [tau]_1 or [tau]_2 is not a point or is degenerate (tau within 256 of zero), or the two have
 * different tau. */
const char *zkb_srs_start_problem(const zkb_g1_affine powers[2], const zkb_g2_affine *tau_g2);

/* Whether the power after `last`, tau times it, is 1. If so, the powers repeat. False if `last` is
 * not a point of the curve. */
bool zkb_srs_returns_after(const zkb_g1_affine *last, const zkb_g2_affine *tau_g2);

/* Consecutive powers, `count` in all, have the ratio of tau_g2: by a random linear combination with
 * 64-bit coefficients. The points are on the curve. */
zkb_status zkb_srs_check_ratios(const zkb_g1_affine *powers, size_t count,
                                const zkb_g2_affine *tau_g2, const char *name, unsigned threads,
                                zkb_error *error) ZKB_MUST_USE;

/* Checks all powers: they are on the curve and not the identity, tau has no order up to `count`,
 * and the ratio of consecutive powers is that of tau_g2. Other points pass with probability 2^-64.
 * ZKB_ERROR_FORMAT with `name` in the message. */
zkb_status zkb_srs_check_powers(const zkb_g1_affine *powers, size_t count,
                                const zkb_g2_affine *tau_g2, const char *name, unsigned threads,
                                zkb_error *error) ZKB_MUST_USE;

/* The operating system's randomness. */
zkb_status zkb_srs_random(void *out, size_t size, zkb_error *error) ZKB_MUST_USE;

#endif
