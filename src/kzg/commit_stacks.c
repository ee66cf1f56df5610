#include "kzg/commit.h"

#include <string.h>

/* Widths of cells: columns of one width share a sum. */
enum { WIDTHS = 5 };

static unsigned width_of(unsigned bits)
{
    return bits <= 8 ? 0 : bits == 16 ? 1 : bits == 32 ? 2 : bits == 64 ? 3 : 4;
}

static const unsigned bits_of[WIDTHS] = {8, 16, 32, 64, 254};
static const size_t bytes_of[WIDTHS] = {1, 2, 4, 8, sizeof(zkb_fr)};

/* The sums that stacks are made of, each of one width. */
typedef struct plan {
    zkb_column_view *sums;
    uint32_t *owners; /* stack of each sum */
    size_t count;
    size_t merged_bytes; /* of cells that are copied together, and their indices */
} plan;

size_t zkb_commit_stacks_plan(size_t views)
{
    return zkb_arena_cost(views * sizeof(zkb_column_view)) +
           zkb_arena_cost(views * sizeof(uint32_t));
}

/* The columns of one width in a stack. */
typedef struct group {
    size_t columns, cells;
    const zkb_column_view *only; /* the last of them */
} group;

static group find_group(const zkb_column_view *views, uint32_t count, unsigned width)
{
    group g = {0, 0, NULL};
    for (uint32_t i = 0; i < count; i++) {
        if (width_of(views[i].bits) == width && views[i].length != 0) {
            g.columns++;
            g.cells += views[i].length;
            g.only = &views[i];
        }
    }
    return g;
}

/* Copies a group's cells behind each other, and says where each belongs. NULL: out of arena. */
static bool merge(zkb_column_view *sum, zkb_arena *arena, const zkb_column_view *views,
                  uint32_t count, unsigned width)
{
    uint8_t *cells = zkb_arena_alloc(arena, sum->length, bytes_of[width]);
    uint32_t *indices = zkb_arena_alloc(arena, sum->length, sizeof *indices);
    size_t at = 0;
    if (cells == NULL || indices == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const zkb_column_view *v = &views[i];
        if (width_of(v->bits) != width || v->length == 0) {
            continue;
        }
        memcpy(cells + at * bytes_of[width], v->cells, v->length * bytes_of[width]);
        for (size_t c = 0; c < v->length; c++) {
            indices[at + c] = (uint32_t)(v->first + c);
        }
        at += v->length;
    }
    sum->cells = cells;
    sum->indices = indices;
    return true;
}

/* Lists the sums of all stacks. Those merged from several columns have no cells yet. */
static bool make_plan(plan *p, zkb_arena *arena, const zkb_column_view *views,
                      const uint32_t *counts, size_t stacks)
{
    size_t all = 0;
    for (size_t j = 0; j < stacks; j++) {
        all += counts[j];
    }
    *p = (plan){.sums = zkb_arena_alloc(arena, all, sizeof *p->sums),
                .owners = zkb_arena_alloc(arena, all, sizeof *p->owners)};
    if (p->sums == NULL || p->owners == NULL) {
        return false;
    }
    for (size_t j = 0; j < stacks; views += counts[j++]) {
        for (unsigned width = 0; width < WIDTHS; width++) {
            const group g = find_group(views, counts[j], width);
            if (g.columns == 0) {
                continue;
            }
            p->owners[p->count] = (uint32_t)j;
            if (g.columns == 1) {
                p->sums[p->count++] = *g.only;
                continue;
            }
            p->sums[p->count++] = (zkb_column_view){.length = g.cells, .bits = bits_of[width]};
            p->merged_bytes += zkb_arena_cost(g.cells * bytes_of[width]) +
                               zkb_arena_cost(g.cells * sizeof(uint32_t));
        }
    }
    return true;
}

static bool fill_plan(const plan *p, zkb_arena *arena, const zkb_column_view *views,
                      const uint32_t *counts)
{
    uint32_t stack = 0;
    for (size_t i = 0; i < p->count; i++) {
        while (stack < p->owners[i]) {
            views += counts[stack++];
        }
        if (p->sums[i].cells == NULL &&
            !merge(&p->sums[i], arena, views, counts[stack], width_of(p->sums[i].bits))) {
            return false;
        }
    }
    return true;
}

static zkb_status too_small(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, "commit", ZKB_NO_INDEX,
                    "commit: the arena is smaller than zkb_commit_stacks_scratch says");
}

static size_t sums_cost(size_t sums, size_t stacks)
{
    return zkb_arena_cost(sums * sizeof(zkb_g1_affine)) + zkb_arena_cost(stacks * sizeof(zkb_g1)) +
           zkb_arena_cost(stacks * sizeof(zkb_fq));
}

zkb_status zkb_commit_stacks_scratch(size_t *bytes, zkb_arena *scratch,
                                     const zkb_column_view *views, const uint32_t *counts,
                                     size_t stacks, unsigned threads, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(scratch);
    plan p;
    size_t all = 0;
    *bytes = 0;
    for (size_t j = 0; j < stacks; j++) {
        all += counts[j];
    }
    if (!make_plan(&p, scratch, views, counts, stacks)) {
        return too_small(error);
    }
    *bytes = zkb_commit_stacks_plan(all) + p.merged_bytes + sums_cost(p.count, stacks) +
             zkb_commit_columns_scratch(p.sums, p.count, threads);
    zkb_arena_release(scratch, mark);
    return ZKB_OK;
}

static zkb_status check_places(const zkb_srs *srs, const zkb_column_view *views,
                               const uint32_t *counts, size_t stacks, zkb_error *error)
{
    for (size_t j = 0; j < stacks; views += counts[j++]) {
        for (uint32_t i = 0; i < counts[j]; i++) {
            if (views[i].first > srs->size || views[i].length > srs->size - views[i].first) {
                return zkb_fail(error, ZKB_ERROR_ARGUMENT, "commit", j,
                                "commit: a stack of more than the setup's 2^%u coefficients. Make "
                                "or import a setup with a larger k",
                                srs->k);
            }
        }
    }
    return ZKB_OK;
}

/* out[j]: the sum of the points that belong to stack j. */
static zkb_status add_up(zkb_g1_affine *out, zkb_arena *arena, const plan *p,
                         const zkb_g1_affine *points, size_t stacks, zkb_error *error)
{
    zkb_g1 *sums = zkb_arena_alloc(arena, stacks, sizeof *sums);
    zkb_fq *inverses = zkb_arena_alloc(arena, stacks, sizeof *inverses);
    if (sums == NULL || inverses == NULL) {
        return too_small(error);
    }
    for (size_t j = 0; j < stacks; j++) {
        sums[j] = ZKB_G1_IDENTITY;
    }
    for (size_t i = 0; i < p->count; i++) {
        zkb_g1_add_affine(&sums[p->owners[i]], &sums[p->owners[i]], &points[i]);
    }
    zkb_g1_batch_to_affine(out, sums, stacks, inverses);
    return ZKB_OK;
}

zkb_status zkb_commit_stacks(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                             const zkb_column_view *views, const uint32_t *counts, size_t stacks,
                             unsigned threads, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    plan p;
    ZKB_TRY(check_places(srs, views, counts, stacks, error));
    if (!make_plan(&p, arena, views, counts, stacks) || !fill_plan(&p, arena, views, counts)) {
        return too_small(error);
    }
    zkb_g1_affine *points = zkb_arena_alloc(arena, p.count, sizeof *points);
    if (points == NULL) {
        return too_small(error);
    }
    ZKB_TRY(zkb_commit_columns(points, arena, srs, p.sums, p.count, threads, error));
    ZKB_TRY(add_up(out, arena, &p, points, stacks, error));
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}

zkb_status zkb_commit_stacks_count(zkb_msm_work *work, uint64_t *sums, zkb_arena *arena,
                                   const zkb_column_view *views, const uint32_t *counts,
                                   size_t stacks, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    plan p;
    if (!make_plan(&p, arena, views, counts, stacks) || !fill_plan(&p, arena, views, counts)) {
        return too_small(error);
    }
    for (size_t i = 0; i < p.count; i++) {
        const zkb_msm_scalars scalars = {.kind = zkb_column_kind(p.sums[i].bits),
                                         .data = p.sums[i].cells,
                                         .count = p.sums[i].length};
        zkb_msm_count(work, &scalars);
    }
    *sums += p.count;
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}
