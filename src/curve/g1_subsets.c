#include "curve/g1_subsets.h"

#include "base/parallel.h"
#include "curve/msm_kernels.h"

enum { PART = ZKB_MSM_BATCH }; /* groups in one task */

typedef struct subsets {
    zkb_g1_affine *out;
    const zkb_g1_affine *points;
    size_t groups;
    uint32_t *codes;        /* 2·PART for each thread */
    unsigned char *scratch; /* of the kernel, for each thread */
} subsets;

static size_t kernel_scratch(void) { return (ZKB_MSM_KERNEL_SCRATCH + 63) / 64 * 64; }

/* Groups first .. first + count of the sums of a + b. */
static void add_subsets(const subsets *s, unsigned thread, unsigned a, unsigned b, size_t first,
                        size_t count)
{
    uint32_t *codes = s->codes + (size_t)thread * 2 * PART;
    zkb_g1_affine *out = s->out + zkb_subset_index(s->groups, first, a + b);
    for (size_t i = 0; i < count; i++) {
        codes[2 * i] = (uint32_t)zkb_subset_index(s->groups, first + i, a) << 1;
        codes[2 * i + 1] = (uint32_t)zkb_subset_index(s->groups, first + i, b) << 1;
    }
    zkb_msm_kernels_get()->add_pairs(out, s->out, codes, count,
                                     s->scratch + thread * kernel_scratch());
    for (size_t i = 0; i < count; i++) { /* the kernel's are below 2p */
        zkb_fq_reduce_once_(&out[i].x, &out[i].x, 0);
        zkb_fq_reduce_once_(&out[i].y, &out[i].y, 0);
    }
}

static void fill_part(void *context, size_t task, unsigned thread)
{
    const subsets *s = context;
    const size_t first = task * PART;
    const size_t count = s->groups - first < PART ? s->groups - first : PART;
    for (unsigned i = 0; i < ZKB_SUBSET_POINTS; i++) {
        zkb_g1_affine *out = s->out + zkb_subset_index(s->groups, first, 1u << i);
        for (size_t g = 0; g < count; g++) {
            out[g] = s->points[ZKB_SUBSET_POINTS * (first + g) + i];
        }
    }
    for (unsigned subset = 3; subset <= ZKB_SUBSETS; subset++) {
        const unsigned rest = subset & (subset - 1); /* without its lowest point */
        if (rest != 0) {
            add_subsets(s, thread, rest, subset - rest, first, count);
        }
    }
}

size_t zkb_g1_subsets_scratch(unsigned threads)
{
    threads = threads == 0 ? 1 : threads;
    return zkb_arena_cost((size_t)threads * 2 * PART * sizeof(uint32_t)) +
           zkb_arena_cost(threads * kernel_scratch());
}

zkb_status zkb_g1_subsets(zkb_g1_affine *out, const zkb_g1_affine *points, size_t groups,
                          unsigned threads, zkb_arena *arena, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    threads = threads == 0 ? 1 : threads;
    subsets s = {.out = out,
                 .points = points,
                 .groups = groups,
                 .codes = zkb_arena_alloc(arena, (size_t)threads * 2 * PART, sizeof(uint32_t)),
                 .scratch = zkb_arena_alloc(arena, threads, kernel_scratch())};
    if (s.codes == NULL || s.scratch == NULL) {
        zkb_arena_release(arena, mark);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "g1", ZKB_NO_INDEX,
                        "the arena has less than the %zu bytes of zkb_g1_subsets_scratch",
                        zkb_g1_subsets_scratch(threads));
    }
    zkb_parallel_for((groups + PART - 1) / PART, threads, fill_part, &s);
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}
