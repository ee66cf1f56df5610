/* Multi-scalar multiplication: sums of scalar_i·base_i over G1.
 *
 * Source: the bucket method [Pip76] with signed windows. Points with equal digits are summed in
 * pairs, thousands of affine additions sharing one field inversion [Mon87], and the buckets
 * themselves are reduced by the same means (row and column sums).
 *
 * Any bases on a curve y^2 = x^3 + b without points of order 2 or 3 are accepted: repeated,
 * opposite and identity points give the right sum. The result does not depend on the number of
 * threads or the backend. Variable time. */
#ifndef ZKB_CURVE_MSM_H
#define ZKB_CURVE_MSM_H

#include "base/arena.h"
#include "curve/g1.h"

/* What a column of scalars holds. */
typedef enum zkb_msm_kind {
    ZKB_MSM_BIT,      /* packed: scalar i is bit i % 64 of the uint64_t word i / 64 */
    ZKB_MSM_U8,       /* uint8_t; a column of 0 and 1 costs no more than packed bits */
    ZKB_MSM_U16,      /* uint16_t */
    ZKB_MSM_U32,      /* uint32_t */
    ZKB_MSM_U64,      /* uint64_t */
    ZKB_MSM_I64,      /* int64_t */
    ZKB_MSM_U64_DIFF, /* two arrays of uint64_t: data[i] - minus[i] over the integers */
    ZKB_MSM_FR        /* zkb_fr; values near 0 and near r cost as little as small integers */
} zkb_msm_kind;

/* Not owned; coordinates canonical. */
typedef struct zkb_msm_bases {
    const zkb_g1_affine *points;
    size_t count;
} zkb_msm_bases;

/* `count` scalars; not owned. Scalar i belongs to bases.points[indices[i]], or to
 * bases.points[first + i] when indices is NULL. Zero scalars cost a scan, no curve arithmetic. */
typedef struct zkb_msm_scalars {
    zkb_msm_kind kind;
    const void *data;
    const uint64_t *minus;   /* ZKB_MSM_U64_DIFF alone */
    const uint32_t *indices; /* may repeat; NULL: first, first + 1, ... */
    size_t count;            /* first + count is at most bases.count when indices is NULL; both
                                are below 2^30 */
    size_t first;            /* 0 with indices */
} zkb_msm_scalars;

/* Bytes that zkb_msm takes from its arena for `count` scalars of this kind. */
size_t zkb_msm_scratch(zkb_msm_kind kind, size_t count, unsigned threads);

/* *out = sum of scalar_i·base_i, the identity for none. threads <= 1 stays in the caller's thread.
 * The arena is left as it was found. ZKB_ERROR_ARGUMENT when a count or an index passes the bases,
 * ZKB_ERROR_MEMORY when the arena has less than zkb_msm_scratch, ZKB_ERROR_CANCELLED
 * when the arena's owner asks for it. */
zkb_status zkb_msm(zkb_g1 *out, const zkb_msm_bases *bases, const zkb_msm_scalars *scalars,
                   unsigned threads, zkb_arena *arena, zkb_error *error) ZKB_MUST_USE;

/* The same for `count` columns over the same bases: out[k] belongs to columns[k]. Short columns
 * share inversions, so this is much cheaper than single calls for them. */
size_t zkb_msm_batch_scratch(const zkb_msm_scalars *columns, size_t count, unsigned threads);
zkb_status zkb_msm_batch(zkb_g1 *out, const zkb_msm_bases *bases, const zkb_msm_scalars *columns,
                         size_t count, unsigned threads, zkb_arena *arena,
                         zkb_error *error) ZKB_MUST_USE;

#endif
