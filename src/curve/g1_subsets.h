/* Sums of subsets of points: where many sums of bits go over the same points, four bits at a time
 * choose one of fifteen points. */
#ifndef ZKB_CURVE_G1_SUBSETS_H
#define ZKB_CURVE_G1_SUBSETS_H

#include "base/arena.h"
#include "curve/g1.h"

enum {
    ZKB_SUBSET_POINTS = 4,                                  /* in a group */
    ZKB_SUBSETS = (1 << ZKB_SUBSET_POINTS) - 1,             /* that are not empty */
    ZKB_SUBSETS_ADDITIONS = ZKB_SUBSETS - ZKB_SUBSET_POINTS /* for each group */
};

/* Where `subset` (not 0) of group g is in the table of `groups` groups. */
static inline size_t zkb_subset_index(size_t groups, size_t g, unsigned subset)
{
    return (subset - 1) * groups + g;
}

/* out[zkb_subset_index(groups, g, s)] = the sum of points[4g + i] over the bits i of s, for
 * g < groups and 0 < s < 16: 15·groups points, coordinates canonical. points: 4·groups of them,
 * coordinates canonical. ZKB_ERROR_MEMORY when the arena has less than zkb_g1_subsets_scratch. */
size_t zkb_g1_subsets_scratch(unsigned threads);
zkb_status zkb_g1_subsets(zkb_g1_affine *out, const zkb_g1_affine *points, size_t groups,
                          unsigned threads, zkb_arena *arena, zkb_error *error) ZKB_MUST_USE;

#endif
