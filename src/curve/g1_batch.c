#include "curve/g1_batch.h"

#include "base/parallel.h"
#include "curve/msm_merge.h"

#include <stdint.h>
#include <string.h>

/* Fixed base: the multiples 1..255 of 256^w times the base, for 32 windows w. A scalar is the sum
 * of at most 32 of them: a segment for zkb_msm_merge. */
enum {
    WINDOWS = 32,
    DIGITS = 255,
    TABLE = WINDOWS * DIGITS,
    PORTION = 4096 /* scalars at a time, for each thread */
};

typedef struct {
    zkb_g1_affine *table;
    zkb_g1 *points; /* also the sums of a portion */
    zkb_fq *scratch;
    uint32_t *codes;
    zkb_msm_segment *segments;
    zkb_msm_list list;
    zkb_msm_merger merger;
} fixed_base;

static size_t portion(unsigned threads) { return (size_t)PORTION * threads; }

static size_t most_points(unsigned threads)
{
    return portion(threads) > TABLE ? portion(threads) : TABLE;
}

static size_t results(unsigned threads)
{
    return zkb_msm_merge_results(portion(threads), portion(threads) * WINDOWS, threads);
}

size_t zkb_g1_fixed_base_scratch(unsigned threads)
{
    threads = threads == 0 ? 1 : threads;
    return zkb_arena_cost(TABLE * sizeof(zkb_g1_affine)) +
           zkb_arena_cost(most_points(threads) * sizeof(zkb_g1)) +
           zkb_arena_cost(most_points(threads) * sizeof(zkb_fq)) +
           zkb_arena_cost(portion(threads) * WINDOWS * sizeof(uint32_t)) +
           zkb_arena_cost(portion(threads) * sizeof(zkb_msm_segment)) +
           zkb_arena_cost(results(threads) * sizeof(zkb_g1_affine)) +
           2 * zkb_arena_cost(results(threads) * sizeof(uint32_t)) +
           zkb_msm_merger_cost(threads, portion(threads) * WINDOWS);
}

static bool obtain(fixed_base *f, zkb_arena *arena, unsigned threads)
{
    f->table = zkb_arena_alloc(arena, TABLE, sizeof(zkb_g1_affine));
    f->points = zkb_arena_alloc(arena, most_points(threads), sizeof(zkb_g1));
    f->scratch = zkb_arena_alloc(arena, most_points(threads), sizeof(zkb_fq));
    f->codes = zkb_arena_alloc(arena, portion(threads) * WINDOWS, sizeof(uint32_t));
    f->segments = zkb_arena_alloc(arena, portion(threads), sizeof(zkb_msm_segment));
    f->list.capacity = results(threads);
    f->list.points = zkb_arena_alloc(arena, f->list.capacity, sizeof(zkb_g1_affine));
    f->list.keys = zkb_arena_alloc(arena, f->list.capacity, sizeof(uint32_t));
    f->list.places = zkb_arena_alloc(arena, f->list.capacity, sizeof(uint32_t));
    return f->table != NULL && f->points != NULL && f->scratch != NULL && f->codes != NULL &&
           f->segments != NULL && f->list.points != NULL && f->list.keys != NULL &&
           f->list.places != NULL &&
           zkb_msm_merger_create(&f->merger, arena, threads, portion(threads) * WINDOWS);
}

static void fill_table(const fixed_base *f, const zkb_g1_affine *base)
{
    zkb_g1 step;
    zkb_g1_from_affine(&step, base);
    for (size_t w = 0; w < WINDOWS; w++) {
        zkb_g1 *row = f->points + w * DIGITS;
        row[0] = step;
        for (size_t d = 1; d < DIGITS; d++) {
            zkb_g1_add(&row[d], &row[d - 1], &step);
        }
        zkb_g1_add(&step, &row[DIGITS - 1], &step);
    }
    zkb_g1_batch_to_affine(f->table, f->points, TABLE, f->scratch);
}

/* Segments of the scalars; returns the number of those that are not zero. */
static size_t fill_segments(const fixed_base *f, const zkb_fr *scalars, size_t count)
{
    size_t segments = 0;
    uint32_t code = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t limbs[4];
        const uint32_t start = code;
        zkb_fr_to_limbs(limbs, &scalars[i]);
        for (uint32_t w = 0; w < WINDOWS; w++) {
            const uint32_t digit = (uint32_t)(limbs[w / 8] >> (8 * (w % 8))) & 255;
            if (digit != 0) {
                f->codes[code++] = (w * DIGITS + digit - 1) << 1;
            }
        }
        if (code > start) {
            const zkb_msm_segment segment = {(uint32_t)i, start, code - start};
            f->segments[segments++] = segment;
        }
    }
    return segments;
}

/* The merged points to their places. Where a key has several, they are summed. */
static void collect(zkb_g1_affine *out, const fixed_base *f, size_t count, size_t segments)
{
    const zkb_msm_list *list = &f->list;
    const bool whole = list->count == segments;
    if (whole) {
        memset(out, 0, count * sizeof *out);
    } else {
        memset(f->points, 0, count * sizeof *f->points);
    }
    for (size_t i = 0; i < list->count; i++) {
        zkb_g1_affine p;
        zkb_fq_reduce_once_(&p.x, &list->points[list->places[i]].x, 0);
        zkb_fq_reduce_once_(&p.y, &list->points[list->places[i]].y, 0);
        if (whole) {
            out[list->keys[i]] = p;
        } else {
            zkb_g1 *sum = &f->points[list->keys[i]];
            zkb_g1_add_affine(sum, sum, &p);
        }
    }
    if (!whole) {
        zkb_g1_batch_to_affine(out, f->points, count, f->scratch);
    }
}

zkb_status zkb_g1_fixed_base(zkb_g1_affine *out, const zkb_g1_affine *base, const zkb_fr *scalars,
                             size_t count, unsigned threads, zkb_arena *arena, zkb_error *error)
{
    threads = threads == 0 ? 1 : threads;
    const size_t mark = zkb_arena_mark(arena);
    fixed_base f;
    if (!obtain(&f, arena, threads)) {
        zkb_arena_release(arena, mark);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "g1", ZKB_NO_INDEX,
                        "the arena has less than the %zu bytes of zkb_g1_fixed_base_scratch",
                        zkb_g1_fixed_base_scratch(threads));
    }
    fill_table(&f, base);
    for (size_t done = 0; done < count;) {
        const size_t left = count - done;
        const size_t part = left < portion(threads) ? left : portion(threads);
        const size_t segments = fill_segments(&f, scalars + done, part);
        zkb_msm_merge(&f.list, &f.merger, f.table, f.codes, f.segments, segments);
        collect(out + done, &f, part, segments);
        done += part;
    }
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}

enum { CHECKED = 4096 }; /* points in one task */

typedef struct {
    const zkb_g1_affine *points;
    size_t count;
    size_t first; /* bad index, lowered under atomic operations */
} curve_check;

static void check_some(void *context, size_t index, unsigned thread)
{
    curve_check *c = context;
    (void)thread;
    const size_t begin = index * CHECKED;
    const size_t n = c->count - begin < CHECKED ? c->count - begin : CHECKED;
    const size_t bad = begin + zkb_msm_kernels_get()->on_curve(c->points + begin, n);
    if (bad == begin + n) {
        return;
    }
    size_t seen = __atomic_load_n(&c->first, __ATOMIC_RELAXED);
    while (bad < seen && !__atomic_compare_exchange_n(&c->first, &seen, bad, true, __ATOMIC_RELAXED,
                                                      __ATOMIC_RELAXED)) {
    }
}

size_t zkb_g1_batch_on_curve(const zkb_g1_affine *points, size_t count, unsigned threads)
{
    curve_check c = {points, count, count};
    zkb_parallel_for((count + CHECKED - 1) / CHECKED, threads, check_some, &c);
    return c.first;
}
