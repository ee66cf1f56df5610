/* Multi-scalar multiplication of few points, as a verifier needs. */
#ifndef ZKB_CURVE_MSM_FEW_H
#define ZKB_CURVE_MSM_FEW_H

#include "base/arena.h"
#include "curve/g1.h"

/* Longer sums are for zkb_msm, which shares them among threads and needs no copies of the bases. */
enum { ZKB_MSM_FEW = 1024 };

size_t zkb_msm_few_scratch(size_t count);

/* *out = sum of scalars[i]·points[i], i < count <= ZKB_MSM_FEW; one thread. The points are of a
 * group of order r, on a curve y^2 = x^3 + b. Scalars near 0 or r cost half as much as others.
 *
 * Source: [GLV01], with [Pip76] buckets of signed digits. A scalar of 2^127 or more is split by the
 * endomorphism (x, y) -> (beta x, y), which multiplies by lambda, a cube root of unity, into two
 * below. All windows' buckets are summed together by batched additions; then, in place of running
 * sums over buckets, for each bit of a digit those whose digit has it, all of them together again;
 * what remains is a point for each bit of a scalar. The arena is left as it was found. */
zkb_status zkb_msm_few(zkb_g1 *out, const zkb_g1_affine *points, const zkb_fr *scalars,
                       size_t count, zkb_arena *arena, zkb_error *error) ZKB_MUST_USE;

#endif
