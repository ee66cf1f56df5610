/* What the tests of kzg share: a setup whose tau is known, pseudo-random elements, a slow value of
 * a multilinear polynomial, and a check of accumulators that knows tau and needs no pairing. */
#ifndef ZKB_TESTS_KZG_FIXTURE_H
#define ZKB_TESTS_KZG_FIXTURE_H

#include "hash/transcript.h"
#include "kzg/accumulator.h"
#include "kzg/srs.h"

/* A stream of elements: the digest of a counter. */
static inline void fixture_element(zkb_fr *out, uint64_t *counter)
{
    zkb_fr number;
    zkb_fr_from_u64(&number, *counter);
    zkb_digest_fr(out, "zkbpf.fixture", &number, 1);
    (*counter)++;
}

/* sum_i f_i prod_k (bit k of i ? u_k : 1 - u_k), by its definition. */
static inline void fixture_value(zkb_fr *out, const zkb_fr *f, size_t length, const zkb_fr *point,
                                 unsigned variables)
{
    *out = ZKB_FR_ZERO;
    for (size_t i = 0; i < length; i++) {
        zkb_fr term = f[i];
        for (unsigned k = 0; k < variables; k++) {
            zkb_fr factor = point[k];
            if (((i >> k) & 1) == 0) {
                zkb_fr_sub(&factor, &zkb_fr_one, &factor);
            }
            zkb_fr_mul(&term, &term, &factor);
        }
        zkb_fr_add(out, out, &term);
    }
}

/* [f(tau)]_1 by Horner's rule in the exponent. */
static inline void fixture_commit(zkb_g1_affine *out, const zkb_fr *f, size_t length,
                                  const zkb_fr *tau)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (size_t i = length; i-- > 0;) {
        zkb_fr_mul(&sum, &sum, tau);
        zkb_fr_add(&sum, &sum, &f[i]);
    }
    zkb_g1 point;
    zkb_g1_from_affine(&point, &zkb_g1_generator);
    zkb_g1_mul(&point, &point, &sum);
    zkb_g1_to_affine(out, &point);
}

/* L = tau R. */
static inline bool fixture_holds(const zkb_accumulator *accumulator, const zkb_fr *tau)
{
    zkb_g1 left;
    zkb_g1 right;
    zkb_g1_from_affine(&left, &accumulator->left);
    zkb_g1_from_affine(&right, &accumulator->right);
    zkb_g1_mul(&right, &right, tau);
    return zkb_g1_equal(&left, &right);
}

#endif
