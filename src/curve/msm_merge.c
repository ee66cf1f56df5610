#include "curve/msm_merge.h"

#include "base/parallel.h"

#include <assert.h>

/* A round with fewer additions than this is left to the next level. */
enum { LEAST_ROUND = ZKB_MSM_STRAY / 4 };

typedef struct zkb_msm_run {
    uint32_t start; /* in the worker's codes */
    uint32_t length;
    uint32_t id; /* in runs; in runs itself, the key */
} zkb_msm_run;

/* Groups are full but for one, or there are as many as threads. */
static size_t most_groups(size_t entries, unsigned threads)
{
    return entries / ZKB_MSM_GROUP + threads + 2;
}

/* Results of one group. */
static size_t group_results(size_t runs, size_t entries)
{
    return runs + ZKB_MSM_STRAY < entries ? runs + ZKB_MSM_STRAY : entries;
}

size_t zkb_msm_merger_cost(unsigned threads, size_t entries)
{
    const size_t worker = zkb_arena_cost(ZKB_MSM_GROUP * sizeof(zkb_g1_affine)) +
                          zkb_arena_cost(ZKB_MSM_GROUP * sizeof(uint32_t)) +
                          zkb_arena_cost(ZKB_MSM_GROUP * sizeof(uint32_t)) +
                          zkb_arena_cost(ZKB_MSM_GROUP / 2 * sizeof(zkb_msm_run)) +
                          zkb_arena_cost(ZKB_MSM_GROUP * sizeof(zkb_msm_run)) +
                          zkb_arena_cost(ZKB_MSM_KERNEL_SCRATCH);
    return threads * worker + zkb_arena_cost(threads * sizeof(zkb_msm_worker)) +
           zkb_arena_cost(most_groups(entries, threads) * sizeof(zkb_msm_group));
}

bool zkb_msm_merger_create(zkb_msm_merger *merger, zkb_arena *arena, unsigned threads,
                           size_t entries)
{
    bool ok = true;
    merger->threads = threads;
    merger->group_capacity = most_groups(entries, threads);
    merger->groups = zkb_arena_alloc(arena, merger->group_capacity, sizeof(zkb_msm_group));
    merger->workers = zkb_arena_alloc(arena, threads, sizeof(zkb_msm_worker));
    if (merger->groups == NULL || merger->workers == NULL) {
        return false;
    }
    for (unsigned t = 0; t < threads; t++) {
        zkb_msm_worker *w = &merger->workers[t];
        w->pool = zkb_arena_alloc(arena, ZKB_MSM_GROUP, sizeof(zkb_g1_affine));
        w->codes = zkb_arena_alloc(arena, ZKB_MSM_GROUP, sizeof(uint32_t));
        w->pairs = zkb_arena_alloc(arena, ZKB_MSM_GROUP, sizeof(uint32_t));
        w->active = zkb_arena_alloc(arena, ZKB_MSM_GROUP / 2, sizeof(zkb_msm_run));
        w->runs = zkb_arena_alloc(arena, ZKB_MSM_GROUP, sizeof(zkb_msm_run));
        w->scratch = zkb_arena_alloc(arena, ZKB_MSM_KERNEL_SCRATCH, 1);
        ok = ok && w->pool != NULL && w->codes != NULL && w->pairs != NULL && w->active != NULL &&
             w->runs != NULL && w->scratch != NULL;
    }
    return ok;
}

/* Each group leaves what its keys and a few strays need; a cut makes one key more. */
size_t zkb_msm_merge_results(size_t segments, size_t entries, unsigned threads)
{
    const size_t bound = segments + most_groups(entries, threads) * (ZKB_MSM_STRAY + 1);
    return bound < entries ? bound : entries;
}

typedef struct {
    const zkb_msm_merger *merger;
    const zkb_msm_kernels *kernels;
    const zkb_g1_affine *points;
    const uint32_t *codes;
    const zkb_msm_segment *segments;
    size_t segment_count;
    zkb_msm_list *out;
    size_t group_size;
} merge_context;

static void copy_signed(zkb_g1_affine *out, const zkb_g1_affine *points, uint32_t code)
{
    *out = points[code >> 1];
    if ((code & 1) != 0) {
        zkb_fq_neg(&out->y, &out->y);
    }
}

/* The additions of one round, a few thousand to an inversion, into pool[at], pool[at + 1], ... */
static void add_all(const merge_context *c, zkb_msm_worker *w, size_t at,
                    const zkb_g1_affine *points, const uint32_t *pairs, size_t count)
{
    const size_t batches = (count + ZKB_MSM_BATCH - 1) / ZKB_MSM_BATCH;
    size_t done = 0;
    for (size_t b = 0; b < batches; b++) {
        const size_t part = (count - done) / (batches - b);
        c->kernels->add_pairs(w->pool + at + done, points, pairs + 2 * done, part, w->scratch);
        done += part;
    }
}

/* The runs of group g, from the segments; returns their number. */
static size_t open_group(const merge_context *c, zkb_msm_worker *w, const zkb_msm_group *g)
{
    size_t room = c->group_size;
    size_t runs = 0;
    size_t skip = g->skip;
    for (size_t s = g->segment; s < c->segment_count && room > 0; s++) {
        const size_t left = c->segments[s].length - skip;
        const size_t length = left < room ? left : room;
        w->runs[runs].start = c->segments[s].start + (uint32_t)skip;
        w->runs[runs].length = (uint32_t)length;
        w->runs[runs].id = c->segments[s].key;
        runs++;
        room -= length;
        skip = 0;
    }
    return runs;
}

typedef struct {
    size_t active; /* runs longer than one */
    size_t used;   /* of the pool */
} round_state;

/* Copies of the points that first_round left unpaired: their codes end the array of pairs, last one
 * first. They lie anywhere in memory, so they are asked for well ahead. */
static void copy_odd(const merge_context *c, zkb_msm_worker *w, size_t at, size_t count)
{
    enum { AHEAD = 24 };
    const uint32_t *codes = w->pairs + ZKB_MSM_GROUP;
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            __builtin_prefetch(&c->points[*(codes - i - AHEAD - 1) >> 1], 0, 2);
        }
        copy_signed(&w->pool[at + i], c->points, *(codes - i - 1));
    }
}

/* First round: operands are the caller's points. A run's odd last point is copied to the pool, so
 * that later rounds find everything there. Pairs and odd points fit in one array, since together
 * they are the points of the group. */
static round_state first_round(const merge_context *c, zkb_msm_worker *w, size_t runs)
{
    size_t pairs = 0;
    for (size_t r = 0; r < runs; r++) {
        pairs += w->runs[r].length / 2;
    }
    round_state state = {0, pairs};
    uint32_t *pair = w->pairs;
    uint32_t *odd = w->pairs + ZKB_MSM_GROUP;
    uint32_t sum = 0;
    uint32_t next = 0;
    for (size_t r = 0; r < runs; r++) {
        const uint32_t *codes = c->codes + w->runs[r].start;
        const uint32_t length = w->runs[r].length;
        const uint32_t start = next;
        for (uint32_t i = 0; i + 1 < length; i += 2) {
            *pair++ = codes[i];
            *pair++ = codes[i + 1];
            w->codes[next++] = sum++ << 1;
        }
        if ((length & 1) != 0) {
            *--odd = codes[length - 1];
            w->codes[next++] = (uint32_t)state.used++ << 1;
        }
        w->runs[r].start = w->codes[start];
        w->runs[r].length = 1;
        if (next - start > 1) {
            const zkb_msm_run run = {start, next - start, (uint32_t)r};
            w->active[state.active++] = run;
        }
    }
    copy_odd(c, w, pairs, state.used - pairs);
    if (pairs > 0) {
        add_all(c, w, 0, c->points, w->pairs, pairs);
    }
    return state;
}

/* Later rounds: all operands are in the pool. */
static void next_round(const merge_context *c, zkb_msm_worker *w, round_state *state, size_t pairs)
{
    uint32_t *pair = w->pairs;
    uint32_t sum = (uint32_t)state->used;
    uint32_t next = 0;
    size_t active = 0;
    for (size_t r = 0; r < state->active; r++) {
        const zkb_msm_run run = w->active[r];
        const uint32_t *codes = w->codes + run.start;
        const uint32_t start = next;
        for (uint32_t i = 0; i + 1 < run.length; i += 2) {
            *pair++ = codes[i];
            *pair++ = codes[i + 1];
            w->codes[next++] = sum++ << 1;
        }
        if ((run.length & 1) != 0) {
            w->codes[next++] = codes[run.length - 1];
        }
        if (next - start > 1) {
            const zkb_msm_run left = {start, next - start, run.id};
            w->active[active++] = left;
        } else {
            w->runs[run.id].start = w->codes[start];
        }
    }
    add_all(c, w, state->used, w->pool, w->pairs, pairs);
    state->active = active;
    state->used += pairs;
}

static size_t count_pairs(const zkb_msm_worker *w, size_t active)
{
    size_t pairs = 0;
    for (size_t r = 0; r < active; r++) {
        pairs += w->active[r].length / 2;
    }
    return pairs;
}

static void close_group(const merge_context *c, zkb_msm_worker *w, zkb_msm_group *g, size_t runs,
                        size_t active)
{
    for (size_t r = 0; r < active; r++) { /* unfinished: several points */
        w->runs[w->active[r].id].start = w->active[r].start;
        w->runs[w->active[r].id].length = w->active[r].length;
    }
    size_t at = g->out;
    for (size_t r = 0; r < runs; r++) {
        const zkb_msm_run run = w->runs[r];
        for (uint32_t i = 0; i < run.length; i++) {
            const uint32_t code = run.length == 1 ? run.start : w->codes[run.start + i];
            c->out->keys[at] = run.id;
            c->out->points[at] = w->pool[code >> 1];
            at++;
        }
    }
    g->count = at - g->out;
}

static void merge_group(void *context, size_t index, unsigned thread)
{
    const merge_context *c = context;
    zkb_msm_worker *w = &c->merger->workers[thread];
    zkb_msm_group *g = &c->merger->groups[index];
    const size_t runs = open_group(c, w, g);
    round_state state = first_round(c, w, runs);
    for (;;) {
        const size_t pairs = count_pairs(w, state.active);
        if (pairs < LEAST_ROUND) {
            break;
        }
        next_round(c, w, &state, pairs);
    }
    close_group(c, w, g, runs, state.active);
}

/* Groups of equal size, cut anywhere. */
static size_t make_groups(const merge_context *c)
{
    zkb_msm_group *groups = c->merger->groups;
    size_t count = 0;
    size_t out = 0;
    size_t room = 0;
    size_t runs = 0;
    for (size_t s = 0; s < c->segment_count; s++) {
        size_t skip = 0;
        while (skip < c->segments[s].length) {
            if (room == 0) {
                out += count == 0 ? 0 : group_results(runs, c->group_size);
                assert(count < c->merger->group_capacity);
                const zkb_msm_group g = {s, skip, out, 0};
                groups[count++] = g;
                room = c->group_size;
                runs = 0;
            }
            const size_t left = c->segments[s].length - skip;
            const size_t length = left < room ? left : room;
            skip += length;
            room -= length;
            runs++;
        }
    }
    assert(count == 0 || out + group_results(runs, c->group_size - room) <= c->out->capacity);
    return count;
}

/* Lists the results of all groups without the gaps between them; the points stay. */
static void list_results(const merge_context *c, size_t groups)
{
    size_t at = 0;
    for (size_t g = 0; g < groups; g++) {
        const zkb_msm_group *group = &c->merger->groups[g];
        for (size_t i = 0; i < group->count; i++) {
            c->out->keys[at] = c->out->keys[group->out + i];
            c->out->places[at] = (uint32_t)(group->out + i);
            at++;
        }
    }
    c->out->count = at;
}

void zkb_msm_merge(zkb_msm_list *out, const zkb_msm_merger *merger, const zkb_g1_affine *points,
                   const uint32_t *codes, const zkb_msm_segment *segments, size_t count)
{
    size_t entries = 0;
    for (size_t s = 0; s < count; s++) {
        entries += segments[s].length;
    }
    merge_context c = {merger, zkb_msm_kernels_get(), points, codes, segments, count,
                       out,    ZKB_MSM_GROUP};
    if (merger->threads > 1 && entries < (size_t)2 * merger->threads * ZKB_MSM_GROUP) {
        /* Even shares, but no share so small that inversions dominate. */
        const size_t share = entries / merger->threads + 1;
        c.group_size = share < 2048 ? 2048 : share > ZKB_MSM_GROUP ? ZKB_MSM_GROUP : share;
    }
    const size_t groups = make_groups(&c);
    zkb_parallel_for(groups, merger->threads, merge_group, &c);
    list_results(&c, groups);
}
