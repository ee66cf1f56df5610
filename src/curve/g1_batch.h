/* Operations on many points of G1 at once, through the batched kernels. */
#ifndef ZKB_CURVE_G1_BATCH_H
#define ZKB_CURVE_G1_BATCH_H

#include "base/arena.h"
#include "curve/g1.h"

/* out[i] = scalars[i]·base, i < count: 32 table entries each, summed by batched affine additions;
 * about 1 us a point, for powers of tau and the like. base is a point of G1, not the identity.
 * Leaves the tables and digits in the arena's memory: a caller with secret scalars wipes the
 * arena. ZKB_ERROR_MEMORY when the arena has less than zkb_g1_fixed_base_scratch. */
size_t zkb_g1_fixed_base_scratch(unsigned threads);
zkb_status zkb_g1_fixed_base(zkb_g1_affine *out, const zkb_g1_affine *base, const zkb_fr *scalars,
                             size_t count, unsigned threads, zkb_arena *arena,
                             zkb_error *error) ZKB_MUST_USE;

/* Index of the first point that is off the curve, count when there is none. Coordinates canonical;
 * the identity counts as on the curve. */
size_t zkb_g1_batch_on_curve(const zkb_g1_affine *points, size_t count, unsigned threads);

#endif
