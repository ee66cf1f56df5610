/* Mercury: opens a multilinear polynomial that is committed with KZG. Source: [EG25].
 * docs/protocol.md, section Opening, has the protocol as used here, its soundness and the
 * differences to the source.
 *
 * f has 2^n coefficients, f_i its value at the point of the hypercube whose coordinate k is bit k
 * of i; the commitment is [f(tau)]_1. A proof has 8 points and 6 scalars for every n. This header
 * has the verifier and what both sides share; the prover is in mercury_open.h. */
#ifndef ZKB_KZG_MERCURY_H
#define ZKB_KZG_MERCURY_H

#include "base/arena.h"
#include "curve/g1.h"
#include "hash/transcript.h"
#include "kzg/accumulator.h"

#define ZKB_MERCURY_MIN_VARIABLES 1u
#define ZKB_MERCURY_MAX_VARIABLES 28u
#define ZKB_MERCURY_POINTS 8
#define ZKB_MERCURY_SCALARS 6
#define ZKB_MERCURY_PROOF_SIZE (64 * ZKB_MERCURY_POINTS + 32 * ZKB_MERCURY_SCALARS)

/* In the order of the messages. */
typedef struct zkb_mercury_proof {
    zkb_g1_affine h;    /* [h]: rows folded with eq(., u1) */
    zkb_g1_affine g;    /* [g]: f mod (X^b - alpha) */
    zkb_g1_affine q;    /* [q]: the quotient */
    zkb_fr h_alpha;     /* h(alpha) */
    zkb_g1_affine s;    /* [S]: the coefficients of the symmetric product */
    zkb_g1_affine d;    /* [D]: g reversed, which bounds its degree */
    zkb_fr g_zeta;      /* g(zeta) */
    zkb_fr g_inverse;   /* g(1/zeta) */
    zkb_fr h_zeta;      /* h(zeta) */
    zkb_fr h_inverse;   /* h(1/zeta) */
    zkb_fr s_inverse;   /* S(1/zeta) */
    zkb_g1_affine w[3]; /* quotients at zeta, 1/zeta, alpha */
} zkb_mercury_proof;

/* Points uncompressed, then scalars, each group in the order of the struct. */
void zkb_mercury_encode(uint8_t bytes[ZKB_MERCURY_PROOF_SIZE], const zkb_mercury_proof *proof);
/* ZKB_ERROR_REJECTED for a coordinate or scalar that is not canonical, a point off the curve or
 * another encoding of the identity; error->index is the element, 0..13. */
zkb_status zkb_mercury_decode(zkb_mercury_proof *proof, const uint8_t bytes[ZKB_MERCURY_PROOF_SIZE],
                              zkb_error *error) ZKB_MUST_USE;

/* The claim: sum_i coefficients[i]·F_i has the value `value` at `point`, where commitments[i]
 * commits to F_i and only coefficients of F_i below 2^variables count. All of it is bound by the
 * caller before the opening begins: commitments and claimed values absorbed, coefficients and point
 * squeezed from the same transcript or absorbed, the value following from these. */
typedef struct zkb_mercury_claim {
    const zkb_g1_affine *commitments;
    const zkb_fr *coefficients;
    size_t count;
    const zkb_fr *point; /* coordinate k belongs to bit k of the index */
    unsigned variables;
    zkb_fr value;
} zkb_mercury_claim;

/* prod_k (1 - w_k + w_k x^(2^k)): the polynomial whose coefficients are eq(., w). */
void zkb_mercury_eq_polynomial(zkb_fr *out, const zkb_fr *w, unsigned variables, const zkb_fr *x);

/* Bytes of scratch that the verifier takes from an arena for `count` commitments. */
size_t zkb_mercury_verify_scratch(size_t count);

/* Reduces a proof to an accumulator that holds if and only if the proof is valid.
 * Absorbs: [h]; [g], [q]; h(alpha); [S], [D]; the five evaluations; the quotients.
 * Squeezes: alpha; gamma; zeta; rho; kappa, each after what stands before it.
 * ZKB_ERROR_ARGUMENT for a claim out of range, ZKB_ERROR_REJECTED if zeta is zero. */
zkb_status zkb_mercury_verify(zkb_accumulator *out, zkb_arena *arena, zkb_transcript *transcript,
                              const zkb_mercury_claim *claim, const zkb_mercury_proof *proof,
                              zkb_error *error) ZKB_MUST_USE;

#endif
