#include "kzg/mercury.h"

#include "curve/msm.h"

#include <string.h>

/* What the transcript says, with the values that follow from it. */
typedef struct challenges {
    zkb_fr alpha, gamma, zeta, zeta_inverse, rho, kappa;
    zkb_fr zeta_b; /* zeta^b, b = 2^ceil(n/2) */
} challenges;

/* The points that the check adds to the commitments, in this order. */
enum {
    POINT_Q,
    POINT_G,
    POINT_H,
    POINT_S,
    POINT_D,
    POINT_ONE,
    POINT_W1,
    POINT_W2,
    POINT_W3,
    ADDED
};

static zkb_status read_transcript(challenges *c, zkb_transcript *t, unsigned variables,
                                  const zkb_mercury_proof *proof, zkb_error *error)
{
    const zkb_g1_affine division[2] = {proof->g, proof->q};
    const zkb_g1_affine products[2] = {proof->s, proof->d};
    const zkb_fr evaluations[5] = {proof->g_zeta, proof->g_inverse, proof->h_zeta, proof->h_inverse,
                                   proof->s_inverse};
    zkb_transcript_absorb_g1(t, &proof->h, 1);
    zkb_transcript_challenge(&c->alpha, t);
    zkb_transcript_absorb_g1(t, division, 2);
    zkb_transcript_absorb_fr(t, &proof->h_alpha, 1);
    zkb_transcript_challenge(&c->gamma, t);
    zkb_transcript_absorb_g1(t, products, 2);
    zkb_transcript_challenge(&c->zeta, t);
    if (zkb_fr_is_zero(&c->zeta)) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "opening", ZKB_NO_INDEX,
                        "opening: the evaluation point is zero");
    }
    zkb_transcript_absorb_fr(t, evaluations, 5);
    zkb_transcript_challenge(&c->rho, t);
    zkb_transcript_absorb_g1(t, proof->w, 3);
    zkb_transcript_challenge(&c->kappa, t);
    zkb_fr_inv(&c->zeta_inverse, &c->zeta);
    c->zeta_b = c->zeta;
    for (unsigned k = 0; k < (variables + 1) / 2; k++) {
        zkb_fr_sqr(&c->zeta_b, &c->zeta_b);
    }
    return ZKB_OK;
}

/* S(zeta) = (g P1^ + g^ P1 + gamma (h P2^ + h^ P2) - 2 (h(alpha) + gamma v) - S^/zeta) / zeta,
 * ^ marking the value at 1/zeta. */
static void derive_s(zkb_fr *s_zeta, const challenges *c, const zkb_mercury_claim *claim,
                     const zkb_mercury_proof *proof)
{
    const unsigned low = (claim->variables + 1) / 2;
    const zkb_fr *u2 = claim->point + low;
    zkb_fr p;
    zkb_fr sum;
    zkb_fr term;
    zkb_mercury_eq_polynomial(&p, u2, claim->variables - low, &c->zeta_inverse);
    zkb_fr_mul(&sum, &proof->h_zeta, &p);
    zkb_mercury_eq_polynomial(&p, u2, claim->variables - low, &c->zeta);
    zkb_fr_mul(&term, &proof->h_inverse, &p);
    zkb_fr_add(&sum, &sum, &term);
    zkb_fr_double(&term, &claim->value);
    zkb_fr_sub(&sum, &sum, &term);
    zkb_fr_mul(&sum, &sum, &c->gamma);
    zkb_mercury_eq_polynomial(&p, claim->point, low, &c->zeta_inverse);
    zkb_fr_mul(&term, &proof->g_zeta, &p);
    zkb_fr_add(&sum, &sum, &term);
    zkb_mercury_eq_polynomial(&p, claim->point, low, &c->zeta);
    zkb_fr_mul(&term, &proof->g_inverse, &p);
    zkb_fr_add(&sum, &sum, &term);
    zkb_fr_double(&term, &proof->h_alpha);
    zkb_fr_sub(&sum, &sum, &term);
    zkb_fr_mul(&term, &proof->s_inverse, &c->zeta_inverse);
    zkb_fr_sub(&sum, &sum, &term);
    zkb_fr_mul(s_zeta, &sum, &c->zeta_inverse);
}

/* a + b·x, the step of Horner's rule. */
static void horner(zkb_fr *inout, const zkb_fr *x, const zkb_fr *add)
{
    zkb_fr_mul(inout, inout, x);
    zkb_fr_add(inout, inout, add);
}

/* The coefficient of [1]_1: minus the batched values of the three openings. */
static void batched_values(zkb_fr *out, const challenges *c, const zkb_mercury_claim *claim,
                           const zkb_mercury_proof *proof)
{
    zkb_fr first;
    zkb_fr second;
    zkb_fr s_zeta;
    derive_s(&s_zeta, c, claim, proof);
    /* D(zeta) = zeta^(b-1) g(1/zeta) */
    zkb_fr_mul(&first, &c->zeta_b, &c->zeta_inverse);
    zkb_fr_mul(&first, &first, &proof->g_inverse);
    horner(&first, &c->rho, &s_zeta);
    horner(&first, &c->rho, &proof->h_zeta);
    horner(&first, &c->rho, &proof->g_zeta);
    zkb_fr_mul(&first, &first, &c->rho); /* f - (zeta^b - alpha) q - g is worth 0 */
    second = proof->s_inverse;
    horner(&second, &c->rho, &proof->h_inverse);
    horner(&second, &c->rho, &proof->g_inverse);
    *out = proof->h_alpha;
    horner(out, &c->kappa, &second);
    horner(out, &c->kappa, &first);
    zkb_fr_neg(out, out);
}

static void added_scalars(zkb_fr out[ADDED], const challenges *c, const zkb_mercury_claim *claim,
                          const zkb_mercury_proof *proof)
{
    zkb_fr rho2;
    zkb_fr kappa2;
    zkb_fr t;
    zkb_fr_sqr(&rho2, &c->rho);
    zkb_fr_sqr(&kappa2, &c->kappa);
    zkb_fr_sub(&out[POINT_Q], &c->alpha, &c->zeta_b);
    zkb_fr_add(&out[POINT_G], &c->rho, &c->kappa);
    zkb_fr_sub(&out[POINT_G], &out[POINT_G], &zkb_fr_one);
    zkb_fr_mul(&t, &c->kappa, &c->rho);
    zkb_fr_add(&out[POINT_H], &rho2, &t);
    zkb_fr_add(&out[POINT_H], &out[POINT_H], &kappa2);
    zkb_fr_add(&t, &c->rho, &c->kappa);
    zkb_fr_mul(&out[POINT_S], &rho2, &t);
    zkb_fr_sqr(&out[POINT_D], &rho2);
    batched_values(&out[POINT_ONE], c, claim, proof);
    out[POINT_W1] = c->zeta;
    zkb_fr_mul(&out[POINT_W2], &c->kappa, &c->zeta_inverse);
    zkb_fr_mul(&out[POINT_W3], &kappa2, &c->alpha);
}

static zkb_status sum_points(zkb_g1 *out, zkb_arena *arena, const zkb_g1_affine *points,
                             const zkb_fr *scalars, size_t count, zkb_error *error)
{
    const zkb_msm_bases bases = {points, count};
    const zkb_msm_scalars terms = {.kind = ZKB_MSM_FR, .data = scalars, .count = count};
    return zkb_msm(out, &bases, &terms, 1, arena, error);
}

static void added_points(zkb_g1_affine out[ADDED], const zkb_mercury_proof *proof)
{
    out[POINT_Q] = proof->q;
    out[POINT_G] = proof->g;
    out[POINT_H] = proof->h;
    out[POINT_S] = proof->s;
    out[POINT_D] = proof->d;
    out[POINT_ONE] = zkb_g1_generator;
    out[POINT_W1] = proof->w[0];
    out[POINT_W2] = proof->w[1];
    out[POINT_W3] = proof->w[2];
}

/* L = sum of the claim's and the added points, R = W1 + kappa W2 + kappa^2 W3. */
static zkb_status reduce(zkb_accumulator *out, zkb_arena *arena, const challenges *c,
                         const zkb_mercury_claim *claim, const zkb_mercury_proof *proof,
                         zkb_error *error)
{
    const size_t count = claim->count + ADDED;
    zkb_g1_affine *points = zkb_arena_alloc(arena, count, sizeof *points);
    zkb_fr *scalars = zkb_arena_alloc(arena, count, sizeof *scalars);
    if (points == NULL || scalars == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "opening", ZKB_NO_INDEX,
                        "opening: the arena is smaller than zkb_mercury_verify_scratch says");
    }
    if (claim->count != 0) {
        memcpy(points, claim->commitments, claim->count * sizeof *points);
        memcpy(scalars, claim->coefficients, claim->count * sizeof *scalars);
    }
    added_points(points + claim->count, proof);
    added_scalars(scalars + claim->count, c, claim, proof);
    zkb_g1 sums[2];
    zkb_fq scratch[2];
    zkb_g1_affine pair[2];
    zkb_fr powers[3] = {zkb_fr_one, c->kappa};
    zkb_fr_sqr(&powers[2], &c->kappa);
    ZKB_TRY(sum_points(&sums[0], arena, points, scalars, count, error));
    ZKB_TRY(sum_points(&sums[1], arena, proof->w, powers, 3, error));
    zkb_g1_batch_to_affine(pair, sums, 2, scratch);
    *out = (zkb_accumulator){pair[0], pair[1]};
    return ZKB_OK;
}

size_t zkb_mercury_verify_scratch(size_t count)
{
    return zkb_arena_cost((count + ADDED) * sizeof(zkb_g1_affine)) +
           zkb_arena_cost((count + ADDED) * sizeof(zkb_fr)) +
           zkb_msm_scratch(ZKB_MSM_FR, count + ADDED, 1);
}

zkb_status zkb_mercury_verify(zkb_accumulator *out, zkb_arena *arena, zkb_transcript *transcript,
                              const zkb_mercury_claim *claim, const zkb_mercury_proof *proof,
                              zkb_error *error)
{
    challenges c;
    if (claim->variables < ZKB_MERCURY_MIN_VARIABLES ||
        claim->variables > ZKB_MERCURY_MAX_VARIABLES) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "opening", ZKB_NO_INDEX,
                        "opening: %u variables; %u to %u are supported", claim->variables,
                        ZKB_MERCURY_MIN_VARIABLES, ZKB_MERCURY_MAX_VARIABLES);
    }
    ZKB_TRY(read_transcript(&c, transcript, claim->variables, proof, error));
    const size_t mark = zkb_arena_mark(arena);
    const zkb_status status = reduce(out, arena, &c, claim, proof, error);
    zkb_arena_release(arena, mark);
    return status;
}
