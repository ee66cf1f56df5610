/* Polynomials as arrays of coefficients: the few operations that an opening needs. Prover code. */
#ifndef ZKB_KZG_POLYNOMIAL_H
#define ZKB_KZG_POLYNOMIAL_H

#include "base/arena.h"
#include "field/block.h"
#include "field/fr.h"

/* p(x), count coefficients, by Horner's rule. */
void zkb_polynomial_evaluate(zkb_fr *out, const zkb_fr *p, size_t count, const zkb_fr *x);

/* out[i], i < count - 1: the quotient of p by (X - x), remainder dropped. out may be p. */
void zkb_polynomial_divide(zkb_fr *out, const zkb_fr *p, size_t count, const zkb_fr *x);

/* The same for long p, in place and in parallel: afterwards p[0] = p(x) and p + 1 holds the
 * quotient. Source: Horner's rule on 256 segments, their carries from inner products. */
size_t zkb_polynomial_divide_long_scratch(size_t count);
zkb_status zkb_polynomial_divide_long(zkb_fr *p, size_t count, zkb_arena *arena, const zkb_fr *x,
                                      unsigned threads, zkb_error *error) ZKB_MUST_USE;

/* p times prod_k (1 - w_k + w_k X^(-2^k)), k < variables. p has `count` coefficients; the result
 * begins at exponent -(2^variables - 1) and has count + 2^variables - 1 coefficients. */
void zkb_polynomial_times_eq_inverse(zkb_fr *out, const zkb_fr *p, size_t count, const zkb_fr *w,
                                     unsigned variables);

/* Loads values[start, start + count) into blocks; what lies at or past `length` is zero. */
static inline void zkb_polynomial_load(const zkb_fr_kernels *kernels, zkb_fr_block *out,
                                       const zkb_fr *values, size_t start, size_t count,
                                       size_t length)
{
    const size_t left = start < length ? length - start : 0;
    const size_t used = left < count ? left : count;
    for (size_t i = zkb_blocks(used); i < zkb_blocks(count); i++) {
        out[i] = (zkb_fr_block){0};
    }
    if (used != 0) {
        kernels->from_scalars(out, values + start, used);
    }
}

#endif
