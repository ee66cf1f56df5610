/* Sums of runs of points by rounds of batched additions. */
#ifndef ZKB_CURVE_MSM_MERGE_H
#define ZKB_CURVE_MSM_MERGE_H

#include "base/arena.h"
#include "curve/msm_kernels.h"

/* Points that belong to one key: codes[start .. start + length), each 2·index + sign. */
typedef struct zkb_msm_segment {
    uint32_t key;
    uint32_t start;
    uint32_t length;
} zkb_msm_segment;

/* Points with their keys, in the order of the keys; a key may occur several times. */
typedef struct zkb_msm_list {
    zkb_g1_affine *points; /* coordinates below 2p; result i is points[places[i]] */
    uint32_t *keys;
    uint32_t *places;
    size_t count;
    size_t capacity; /* of each array */
} zkb_msm_list;

enum {
    ZKB_MSM_GROUP = 32768, /* most points that one thread sums at a time */
    ZKB_MSM_STRAY = 128    /* most points more than keys that one group may leave */
};

/* What one thread works in. */
typedef struct zkb_msm_worker {
    zkb_g1_affine *pool; /* sums and copies of this group */
    uint32_t *codes;     /* of what is still to be summed */
    uint32_t *pairs;
    struct zkb_msm_run *active; /* runs that are longer than one */
    struct zkb_msm_run *runs;   /* all of this group */
    void *scratch;
} zkb_msm_worker;

/* Where a group begins and where its results go. */
typedef struct zkb_msm_group {
    size_t segment; /* first segment, and how much of it belongs to earlier groups */
    size_t skip;
    size_t out;
    size_t count; /* results */
} zkb_msm_group;

typedef struct zkb_msm_merger {
    zkb_msm_worker *workers;
    unsigned threads;
    zkb_msm_group *groups;
    size_t group_capacity;
} zkb_msm_merger;

/* Bytes of arena that a merger for this many threads takes; `entries` is the most that one call
 * will see, all segments together. */
size_t zkb_msm_merger_cost(unsigned threads, size_t entries);
/* False when the arena is too small. */
bool zkb_msm_merger_create(zkb_msm_merger *merger, zkb_arena *arena, unsigned threads,
                           size_t entries) ZKB_MUST_USE;
/* Results that a merge of so many entries in so many segments may leave. */
size_t zkb_msm_merge_results(size_t segments, size_t entries, unsigned threads);

/* Sums each segment of points into out; where the last few additions of a group do not pay for an
 * inversion, a key keeps several points. */
void zkb_msm_merge(zkb_msm_list *out, const zkb_msm_merger *merger, const zkb_g1_affine *points,
                   const uint32_t *codes, const zkb_msm_segment *segments, size_t count);

#endif
