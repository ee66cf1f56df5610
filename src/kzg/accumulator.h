/* Deferred pairing checks. An accumulator (L, R) claims e(L, [1]_2) = e(R, [tau]_2). Verifying an
 * opening gives one, and a single pairing product checks any number of them.
 *
 * An accumulator is a claim and proves nothing by itself: (identity, identity) satisfies the
 * equation. It has a meaning only if the verifier has computed it. Verifier code: uses no prover
 * code. */
#ifndef ZKB_KZG_ACCUMULATOR_H
#define ZKB_KZG_ACCUMULATOR_H

#include "base/arena.h"
#include "curve/g1.h"
#include "curve/g2.h"
#include "curve/pairing.h"

typedef struct zkb_accumulator {
    zkb_g1_affine left;  /* L */
    zkb_g1_affine right; /* R */
} zkb_accumulator;

/* Bytes of scratch that merging `count` accumulators takes from an arena. */
size_t zkb_accumulator_scratch(size_t count);

/* The sum of accumulators with the powers 1, z, z^2, ... of a 128-bit challenge drawn from all of
 * them: if *out holds, all do, except with probability count/2^128. count 0 gives the one that
 * always holds. */
zkb_status zkb_accumulator_merge(zkb_accumulator *out, zkb_arena *arena,
                                 const zkb_accumulator *accumulators, size_t count,
                                 zkb_error *error) ZKB_MUST_USE;

/* ZKB_OK if e(L, [1]_2) = e(R, [tau]_2) for all of them, else ZKB_ERROR_REJECTED: points off the
 * curve too. pairing[0] is of [1]_2 and pairing[1] of [tau]_2, which the caller knows to be a point
 * of G2 other than the identity: zkb_srs has both. */
zkb_status zkb_accumulator_check(zkb_arena *arena, const zkb_accumulator *accumulators,
                                 size_t count, const zkb_g2_prepared pairing[2],
                                 zkb_error *error) ZKB_MUST_USE;

#endif
