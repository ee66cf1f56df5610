#include "kzg/commit.h"

#include "curve/g1_subsets.h"

#include <string.h>

/* Widths of cells: columns of one width share a sum. Bits are quads where there are enough of them:
 * four coefficients of a stack, which choose one of fifteen points. */
enum { PLAIN_WIDTHS = 5, QUADS = PLAIN_WIDTHS };

/* Stacks full of bits from which on quads are worth their points: a group of four costs eleven
 * additions to make, and saves one in each stack if half of its bits are 1. */
enum { LEAST_BIT_STACKS = 16 };

static const unsigned bits_of[] = {8, 16, 32, 64, 254, 1};
static const size_t bytes_of[] = {1, 2, 4, 8, sizeof(zkb_fr), 1};

/* The sums that stacks are made of, each of one width: those of plain cells, then those of quads.
 */
typedef struct plan {
    zkb_column_view *sums;
    uint32_t *owners; /* stack of each sum */
    size_t count, plain;
    size_t groups;       /* of four coefficients, that have quads; 0: none */
    size_t merged_bytes; /* of cells that are copied together, and their indices */
} plan;

static bool fits_quads(const zkb_column_view *v)
{
    return v->bits == 1 && v->first % ZKB_SUBSET_POINTS == 0;
}

static unsigned width_of(const plan *p, const zkb_column_view *v)
{
    if (p->groups != 0 && fits_quads(v)) {
        return QUADS;
    }
    return v->bits <= 8 ? 0 : v->bits == 16 ? 1 : v->bits == 32 ? 2 : v->bits == 64 ? 3 : 4;
}

/* By lengths alone, so that memory does not depend on what the cells hold. */
static size_t choose_groups(const zkb_column_view *views, size_t count)
{
    size_t cells = 0;
    size_t extent = 0;
    for (size_t i = 0; i < count; i++) {
        if (fits_quads(&views[i])) {
            const size_t end = views[i].first + views[i].length;
            cells += views[i].length;
            extent = end > extent ? end : extent;
        }
    }
    return cells / LEAST_BIT_STACKS < extent ? 0
                                             : (extent + ZKB_SUBSET_POINTS - 1) / ZKB_SUBSET_POINTS;
}

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

static group find_group(const plan *p, const zkb_column_view *views, uint32_t count, unsigned width)
{
    group g = {0, 0, NULL};
    for (uint32_t i = 0; i < count; i++) {
        if (width_of(p, &views[i]) == width && views[i].length != 0) {
            g.columns++;
            g.cells += views[i].length;
            g.only = &views[i];
        }
    }
    return g;
}

/* Appends a column of plain cells. */
static void append_cells(uint8_t *cells, uint32_t *indices, size_t *at, const zkb_column_view *v,
                         size_t bytes)
{
    memcpy(cells + *at * bytes, v->cells, v->length * bytes);
    for (size_t c = 0; c < v->length; c++) {
        indices[(*at)++] = (uint32_t)(v->first + c);
    }
}

/* Appends a column of bits: 1 times a subset of each four that are not all 0. Who breaks the rule
 * that cells are 0 or 1 has the points one by one. */
static void append_quads(uint8_t *cells, uint32_t *indices, size_t *at, const zkb_column_view *v,
                         size_t groups)
{
    const uint8_t *bits = v->cells;
    for (size_t c = 0; c < v->length; c += ZKB_SUBSET_POINTS) {
        const size_t left = v->length - c;
        const size_t part = left < ZKB_SUBSET_POINTS ? left : ZKB_SUBSET_POINTS;
        const size_t g = (v->first + c) / ZKB_SUBSET_POINTS;
        unsigned all = 0;
        unsigned subset = 0;
        for (size_t i = 0; i < part; i++) {
            all |= bits[c + i];
            subset |= (unsigned)(bits[c + i] & 1) << i;
        }
        if (all == 1) {
            cells[*at] = 1;
            indices[(*at)++] = (uint32_t)zkb_subset_index(groups, g, subset);
        }
        for (size_t i = 0; all > 1 && i < part; i++) {
            cells[*at] = bits[c + i];
            indices[(*at)++] = (uint32_t)zkb_subset_index(groups, g, 1u << i);
        }
    }
}

/* The cells of a group as one column, and where each belongs. False: out of arena. */
static bool merge(const plan *p, zkb_column_view *sum, zkb_arena *arena,
                  const zkb_column_view *views, uint32_t count, unsigned width)
{
    uint8_t *cells = zkb_arena_alloc(arena, sum->length, bytes_of[width]);
    uint32_t *indices = zkb_arena_alloc(arena, sum->length, sizeof *indices);
    size_t at = 0;
    if (cells == NULL || indices == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (width_of(p, &views[i]) != width || views[i].length == 0) {
            continue;
        }
        if (width == QUADS) {
            append_quads(cells, indices, &at, &views[i], p->groups);
        } else {
            append_cells(cells, indices, &at, &views[i], bytes_of[width]);
        }
    }
    sum->cells = cells;
    sum->indices = indices;
    sum->length = at;
    return true;
}

/* Lists the sums of all stacks that are of widths begin .. end. Those merged from several columns,
 * and quads, have no cells yet. */
static void list_sums(plan *p, const zkb_column_view *views, const uint32_t *counts, size_t stacks,
                      unsigned begin, unsigned end)
{
    for (size_t j = 0; j < stacks; views += counts[j++]) {
        for (unsigned width = begin; width < end; width++) {
            const group g = find_group(p, views, counts[j], width);
            if (g.columns == 0) {
                continue;
            }
            p->owners[p->count] = (uint32_t)j;
            if (g.columns == 1 && width != QUADS) {
                p->sums[p->count++] = *g.only;
                continue;
            }
            p->sums[p->count++] = (zkb_column_view){.length = g.cells, .bits = bits_of[width]};
            p->merged_bytes += zkb_arena_cost(g.cells * bytes_of[width]) +
                               zkb_arena_cost(g.cells * sizeof(uint32_t));
        }
    }
}

static bool make_plan(plan *p, zkb_arena *arena, const zkb_column_view *views,
                      const uint32_t *counts, size_t stacks)
{
    size_t all = 0;
    for (size_t j = 0; j < stacks; j++) {
        all += counts[j];
    }
    *p = (plan){.sums = zkb_arena_alloc(arena, all, sizeof *p->sums),
                .owners = zkb_arena_alloc(arena, all, sizeof *p->owners),
                .groups = choose_groups(views, all)};
    if (p->sums == NULL || p->owners == NULL) {
        return false;
    }
    list_sums(p, views, counts, stacks, 0, PLAIN_WIDTHS);
    p->plain = p->count;
    list_sums(p, views, counts, stacks, QUADS, QUADS + 1);
    return true;
}

static bool fill_sums(const plan *p, zkb_arena *arena, const zkb_column_view *views,
                      const uint32_t *counts, size_t begin, size_t end)
{
    uint32_t stack = 0;
    for (size_t i = begin; i < end; i++) {
        while (stack < p->owners[i]) {
            views += counts[stack++];
        }
        unsigned width = QUADS;
        for (unsigned w = 0; i < p->plain && w < PLAIN_WIDTHS; w++) {
            width = bits_of[w] == p->sums[i].bits ? w : width;
        }
        if (p->sums[i].cells == NULL &&
            !merge(p, &p->sums[i], arena, views, counts[stack], width)) {
            return false;
        }
    }
    return true;
}

static bool fill_plan(const plan *p, zkb_arena *arena, const zkb_column_view *views,
                      const uint32_t *counts)
{
    return fill_sums(p, arena, views, counts, 0, p->plain) &&
           fill_sums(p, arena, views, counts, p->plain, p->count);
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

/* Of the sums of quads: their points, and what making and adding these take. */
static size_t quads_scratch(const plan *p, unsigned threads)
{
    if (p->groups == 0) {
        return 0;
    }
    const size_t make = zkb_g1_subsets_scratch(threads);
    const size_t add = zkb_commit_columns_scratch(p->sums + p->plain, p->count - p->plain, threads);
    return zkb_arena_cost(ZKB_SUBSETS * p->groups * sizeof(zkb_g1_affine)) +
           (make > add ? make : add);
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
    const size_t plain = zkb_commit_columns_scratch(p.sums, p.plain, threads);
    const size_t quads = quads_scratch(&p, threads);
    *bytes = zkb_commit_stacks_plan(all) + p.merged_bytes + sums_cost(p.count, stacks) +
             (plain > quads ? plain : quads);
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

/* The sums of quads: as columns over a setup of the subsets' points. */
static zkb_status commit_quads(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                               const plan *p, unsigned threads, zkb_error *error)
{
    if (p->groups == 0) {
        return ZKB_OK;
    }
    const size_t mark = zkb_arena_mark(arena);
    const size_t size = ZKB_SUBSETS * p->groups;
    zkb_g1_affine *points = zkb_arena_alloc(arena, size, sizeof *points);
    if (points == NULL) {
        return too_small(error);
    }
    const zkb_srs subsets = {.g1 = points, .size = size};
    ZKB_TRY(zkb_g1_subsets(points, srs->g1, p->groups, threads, arena, error));
    ZKB_TRY(zkb_commit_columns(out, arena, &subsets, p->sums + p->plain, p->count - p->plain,
                               threads, error));
    zkb_arena_release(arena, mark);
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
    ZKB_TRY(zkb_commit_columns(points, arena, srs, p.sums, p.plain, threads, error));
    ZKB_TRY(commit_quads(points + p.plain, arena, srs, &p, threads, error));
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
    work->additions += ZKB_SUBSETS_ADDITIONS * p.groups;
    *sums += p.count;
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}
