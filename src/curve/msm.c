#include "curve/msm.h"

#include "base/parallel.h"
#include "curve/msm_digits.h"
#include "curve/msm_few.h"
#include "curve/msm_merge.h"

#include <assert.h>
#include <string.h>

/* How it goes. Each window of each column is a job: sum digit·point. A chunk of jobs is worked on
 * at a time, level by level:
 *   - the points of a job are sorted by digit, and those with equal digits summed (msm_merge);
 *   - what remains is a job with at most 2^bits points, each with its digit. It is split into two
 *     jobs, for the low and the high half of the digit's bits, on the same points;
 *   - and so on until a digit has LEAF_BITS bits, when running sums finish the job.
 * So the buckets of a window are reduced by the same batched additions that filled them: with
 * 2^16 buckets, 2 additions a bucket to sum rows and columns, and next to nothing after that. */

enum {
    LEAF_BITS = 2,
    LEVELS = 5,       /* 18 bits, 9, 5, 3, 2 */
    MOST_JOBS = 1024, /* in a chunk, at level 0 */
    KEY_SHIFT = 18,   /* key: job << KEY_SHIFT | digit */
    /* Scalars in a chunk, more if one column has more: few, so that memory is touched again while
     * it is in a cache; for each of several threads more, so that they seldom wait for each
     * other. */
    CHUNK = 32768,
    SHARED_CHUNK = 131072,
    LEAST_CHUNK = 4096,
    COUNTERS = 1 << 18 /* counters for each part of the rows */
};

typedef struct {
    const zkb_msm_scalars *scalars;
    size_t count; /* without zeros at the end */
    zkb_msm_plan plan;
    zkb_msm_recoded *recoded; /* field elements of the current chunk */
    zkb_g1 *sums;             /* one for each window */
} column;

typedef struct {
    uint32_t width;
    uint32_t low_bits; /* of the children's split; 0 for a leaf */
    uint32_t child;    /* the low one, the high one follows */
    size_t begin;      /* its points in the list */
    size_t end;
    size_t segments; /* after sorting for the children */
    zkb_g1 sum;
} level_job;

typedef struct {
    uint32_t column;
    uint32_t window;
    size_t buckets;
    size_t first_code;
    size_t first_segment;
    size_t first_counter; /* of the first part; parts follow at distances of `buckets` */
    size_t segments;
} first_job;

typedef struct {
    const zkb_msm_bases *bases;
    unsigned threads;
    size_t entries; /* capacity of a chunk */
    size_t results; /* capacity of a list */
    column *columns;
    zkb_msm_merger merger;
    zkb_msm_recoded *recoded;
    uint32_t *codes;
    uint32_t *counters;
    zkb_msm_segment *segments;
    zkb_msm_list lists[2];
    first_job *first;
    level_job *jobs[LEVELS];
    size_t job_count[LEVELS];
    size_t parts; /* of the rows of each job, sorted side by side */
    size_t level;
    zkb_g1 *out;
} state;

/* ---- Memory ------------------------------------------------------------------------------- */

typedef struct {
    size_t windows, entries, results, most_jobs, columns;
    bool any_fr;
} sizes;

static sizes measure(const zkb_msm_scalars *columns, size_t count, unsigned threads)
{
    sizes z = {.columns = count};
    size_t total = 0;
    for (size_t k = 0; k < count; k++) {
        const unsigned windows = zkb_msm_plan_most_windows(columns[k].kind);
        z.windows += windows;
        z.any_fr = z.any_fr || columns[k].kind == ZKB_MSM_FR;
        z.entries = columns[k].count > z.entries ? columns[k].count : z.entries;
        total += (uint64_t)columns[k].count < (uint64_t)1 << 40 ? columns[k].count * windows : 0;
    }
    const size_t chunk = threads > 1 ? (size_t)SHARED_CHUNK * threads : CHUNK;
    const size_t target = total < chunk ? total : chunk;
    z.entries = z.entries < target ? target : z.entries;
    z.entries = z.entries < LEAST_CHUNK ? LEAST_CHUNK : z.entries;
    z.results = zkb_msm_merge_results(
        z.entries, SIZE_MAX / 2 < z.entries ? z.entries : z.entries * 2, threads);
    z.most_jobs = z.windows < MOST_JOBS ? z.windows : MOST_JOBS;
    return z;
}

static size_t segment_capacity(const sizes *z) { return 2 * z->results; }

/* Of the field elements of a chunk, each column's beginning with a block. */
static size_t recoded_blocks(const sizes *z) { return z->entries / 8 + z->columns; }

static size_t memory(const sizes *z, unsigned threads)
{
    size_t bytes = zkb_msm_merger_cost(threads, 2 * z->results);
    bytes += zkb_arena_cost(z->columns * sizeof(column));
    bytes += zkb_arena_cost(z->windows * sizeof(zkb_g1));
    bytes += z->any_fr ? zkb_arena_cost(recoded_blocks(z) * sizeof(zkb_msm_recoded)) : 0;
    bytes += zkb_arena_cost(2 * z->results * sizeof(uint32_t));
    bytes += zkb_arena_cost(COUNTERS * threads * sizeof(uint32_t));
    bytes += zkb_arena_cost(segment_capacity(z) * sizeof(zkb_msm_segment));
    bytes += 2 * zkb_arena_cost(z->results * sizeof(zkb_g1_affine));
    bytes += 4 * zkb_arena_cost(z->results * sizeof(uint32_t));
    bytes += zkb_arena_cost(z->most_jobs * sizeof(first_job));
    for (size_t l = 0; l < LEVELS; l++) {
        bytes += zkb_arena_cost((z->most_jobs << l) * sizeof(level_job));
    }
    return bytes;
}

static bool obtain(state *s, const sizes *z, zkb_arena *arena)
{
    bool ok = zkb_msm_merger_create(&s->merger, arena, s->threads, 2 * z->results);
    zkb_g1 *sums = zkb_arena_alloc(arena, z->windows, sizeof(zkb_g1));
    s->entries = z->entries;
    s->results = z->results;
    s->columns = zkb_arena_alloc(arena, z->columns, sizeof(column));
    s->recoded =
        z->any_fr ? zkb_arena_alloc(arena, recoded_blocks(z), sizeof(zkb_msm_recoded)) : NULL;
    s->codes = zkb_arena_alloc(arena, 2 * z->results, sizeof(uint32_t));
    s->counters = zkb_arena_alloc(arena, (size_t)COUNTERS * s->threads, sizeof(uint32_t));
    s->segments = zkb_arena_alloc(arena, segment_capacity(z), sizeof(zkb_msm_segment));
    s->first = zkb_arena_alloc(arena, z->most_jobs, sizeof(first_job));
    ok = ok && sums != NULL && s->columns != NULL && (s->recoded != NULL || !z->any_fr) &&
         s->codes != NULL && s->counters != NULL && s->segments != NULL && s->first != NULL;
    for (size_t i = 0; i < 2; i++) {
        s->lists[i].points = zkb_arena_alloc(arena, z->results, sizeof(zkb_g1_affine));
        s->lists[i].keys = zkb_arena_alloc(arena, z->results, sizeof(uint32_t));
        s->lists[i].places = zkb_arena_alloc(arena, z->results, sizeof(uint32_t));
        s->lists[i].capacity = z->results;
        ok = ok && s->lists[i].points != NULL && s->lists[i].keys != NULL &&
             s->lists[i].places != NULL;
    }
    for (size_t l = 0; l < LEVELS; l++) {
        s->jobs[l] = zkb_arena_alloc(arena, z->most_jobs << l, sizeof(level_job));
        ok = ok && s->jobs[l] != NULL;
    }
    for (size_t k = 0; ok && k < z->columns; k++) {
        s->columns[k].sums = sums; /* advanced when the plans are made */
    }
    return ok;
}

/* ---- Level 0: scalars to sorted codes ------------------------------------------------------- */

/* Rows of part p of a column. */
static size_t part_begin(const state *s, const column *c, size_t part)
{
    const size_t blocks = (c->count + ZKB_MSM_DIGIT_BLOCK - 1) / ZKB_MSM_DIGIT_BLOCK;
    const size_t begin = blocks * part / s->parts * ZKB_MSM_DIGIT_BLOCK;
    return begin < c->count ? begin : c->count;
}

static void recode_part(void *context, size_t index, unsigned thread)
{
    state *s = context;
    (void)thread;
    for (size_t j = 0; j < s->job_count[0]; j++) {
        const first_job *job = &s->first[j];
        const column *c = &s->columns[job->column];
        if (c->recoded == NULL || (j > 0 && s->first[j - 1].column == job->column)) {
            continue;
        }
        zkb_msm_recode(c->recoded, c->scalars, &c->plan, part_begin(s, c, index),
                       part_begin(s, c, index + 1));
    }
}

static void count_digits(void *context, size_t index, unsigned thread)
{
    state *s = context;
    (void)thread;
    const size_t part = index % s->parts;
    const first_job *job = &s->first[index / s->parts];
    const column *c = &s->columns[job->column];
    uint32_t *counters = s->counters + job->first_counter + part * job->buckets;
    const size_t end = part_begin(s, c, part + 1);
    uint32_t digits[ZKB_MSM_DIGIT_BLOCK];
    memset(counters, 0, job->buckets * sizeof *counters);
    for (size_t i = part_begin(s, c, part); i < end; i += ZKB_MSM_DIGIT_BLOCK) {
        const size_t n = end - i < ZKB_MSM_DIGIT_BLOCK ? end - i : ZKB_MSM_DIGIT_BLOCK;
        if (zkb_msm_digits(digits, c->scalars, &c->plan, c->recoded, job->window, i, n)) {
            for (size_t k = 0; k < n; k++) {
                counters[digits[k] >> 1]++;
            }
        }
    }
}

/* Counters to places, and the segments of a job. Zeros go last, where nobody looks. */
static void place_digits(void *context, size_t index, unsigned thread)
{
    state *s = context;
    (void)thread;
    first_job *job = &s->first[index];
    uint32_t *counters = s->counters + job->first_counter;
    uint32_t place = (uint32_t)job->first_code;
    size_t segments = 0;
    for (size_t d = 1; d <= job->buckets; d++) {
        const size_t digit = d == job->buckets ? 0 : d;
        const uint32_t start = place;
        for (size_t p = 0; p < s->parts; p++) {
            const uint32_t n = counters[p * job->buckets + digit];
            counters[p * job->buckets + digit] = place;
            place += n;
        }
        if (place > start && digit != 0) {
            const zkb_msm_segment segment = {(uint32_t)(index << KEY_SHIFT) | (uint32_t)digit,
                                             start, place - start};
            s->segments[job->first_segment + segments++] = segment;
        }
    }
    job->segments = segments;
}

static void scatter_digits(void *context, size_t index, unsigned thread)
{
    state *s = context;
    (void)thread;
    const size_t part = index % s->parts;
    const first_job *job = &s->first[index / s->parts];
    const column *c = &s->columns[job->column];
    uint32_t *places = s->counters + job->first_counter + part * job->buckets;
    const uint32_t *indices = c->scalars->indices;
    const size_t first = c->scalars->first;
    const size_t end = part_begin(s, c, part + 1);
    uint32_t digits[ZKB_MSM_DIGIT_BLOCK];
    for (size_t i = part_begin(s, c, part); i < end; i += ZKB_MSM_DIGIT_BLOCK) {
        const size_t n = end - i < ZKB_MSM_DIGIT_BLOCK ? end - i : ZKB_MSM_DIGIT_BLOCK;
        if (!zkb_msm_digits(digits, c->scalars, &c->plan, c->recoded, job->window, i, n)) {
            continue;
        }
        if (indices == NULL) {
            for (size_t k = 0; k < n; k++) {
                s->codes[places[digits[k] >> 1]++] =
                    ((uint32_t)(first + i + k) << 1) | (digits[k] & 1);
            }
        } else {
            for (size_t k = 0; k < n; k++) {
                s->codes[places[digits[k] >> 1]++] = (indices[i + k] << 1) | (digits[k] & 1);
            }
        }
    }
}

/* ---- Levels --------------------------------------------------------------------------------- */

/* The job's points in the current list: those with its number in the key. */
static void find_range(const zkb_msm_list *list, level_job *job, size_t number)
{
    size_t at[2];
    for (size_t side = 0; side < 2; side++) {
        size_t low = 0;
        size_t high = list->count;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (list->keys[middle] >> KEY_SHIFT < number + side) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        at[side] = low;
    }
    job->begin = at[0];
    job->end = at[1];
}

static void load_reduced(zkb_g1_affine *out, const zkb_g1_affine *p)
{
    zkb_fq_reduce_once_(&out->x, &p->x, 0);
    zkb_fq_reduce_once_(&out->y, &p->y, 0);
}

static void finish_leaf(level_job *job, const zkb_msm_list *list)
{
    zkb_g1 buckets[1 << LEAF_BITS];
    memset(buckets, 0, sizeof buckets);
    for (size_t i = job->begin; i < job->end; i++) {
        zkb_g1_affine p;
        zkb_g1 *bucket = &buckets[list->keys[i] & ((1u << LEAF_BITS) - 1)];
        load_reduced(&p, &list->points[list->places[i]]);
        zkb_g1_add_affine(bucket, bucket, &p);
    }
    zkb_g1 running = ZKB_G1_IDENTITY;
    job->sum = ZKB_G1_IDENTITY;
    for (size_t d = ((size_t)1 << LEAF_BITS) - 1; d > 0; d--) {
        zkb_g1_add(&running, &running, &buckets[d]);
        zkb_g1_add(&job->sum, &job->sum, &running);
    }
}

/* Sorts the job's points twice, by the low and by the high half of the digit. Its room in codes
 * and segments is twice its number of points. */
static void split_job(state *s, level_job *job)
{
    const zkb_msm_list *list = &s->lists[s->level % 2];
    uint32_t counters[1 << ((KEY_SHIFT + 1) / 2)];
    size_t code = 2 * job->begin;
    job->segments = 0;
    for (uint32_t half = 0; half < 2; half++) {
        const uint32_t shift = half * job->low_bits;
        const uint32_t bits = half == 0 ? job->low_bits : job->width - job->low_bits;
        const uint32_t mask = (1u << bits) - 1;
        memset(counters, 0, ((size_t)mask + 1) * sizeof *counters);
        for (size_t i = job->begin; i < job->end; i++) {
            counters[(list->keys[i] >> shift) & mask]++;
        }
        for (uint32_t d = 1; d <= mask; d++) {
            const uint32_t n = counters[d];
            counters[d] = (uint32_t)code;
            if (n > 0) {
                const zkb_msm_segment segment = {((job->child + half) << KEY_SHIFT) | d,
                                                 (uint32_t)code, n};
                s->segments[2 * job->begin + job->segments++] = segment;
            }
            code += n;
        }
        for (size_t i = job->begin; i < job->end; i++) {
            const uint32_t d = (list->keys[i] >> shift) & mask;
            if (d != 0) {
                s->codes[counters[d]++] = list->places[i] << 1;
            }
        }
    }
}

static void level_task(void *context, size_t index, unsigned thread)
{
    state *s = context;
    (void)thread;
    level_job *job = &s->jobs[s->level][index];
    const zkb_msm_list *list = &s->lists[s->level % 2];
    find_range(list, job, index);
    if (job->low_bits == 0) {
        finish_leaf(job, list);
    } else {
        split_job(s, job);
    }
}

/* Children of the current level's jobs; returns their number. */
static size_t plan_level(state *s)
{
    size_t children = 0;
    for (size_t j = 0; j < s->job_count[s->level]; j++) {
        level_job *job = &s->jobs[s->level][j];
        job->low_bits = job->width <= LEAF_BITS ? 0 : job->width / 2;
        if (job->low_bits != 0) {
            assert(s->level + 1 < LEVELS);
            job->child = (uint32_t)children;
            s->jobs[s->level + 1][children++].width = job->low_bits;
            s->jobs[s->level + 1][children++].width = job->width - job->low_bits;
        }
    }
    return children;
}

/* sum + 2^bits·high */
static void join(zkb_g1 *sum, const zkb_g1 *low, const zkb_g1 *high, uint32_t bits)
{
    zkb_g1 t = *high;
    for (uint32_t i = 0; i < bits && !zkb_g1_is_identity(&t); i++) {
        zkb_g1_double(&t, &t);
    }
    zkb_g1_add(sum, &t, low);
}

static void join_level(const state *s, size_t level)
{
    for (size_t j = 0; j < s->job_count[level]; j++) {
        level_job *job = &s->jobs[level][j];
        if (job->low_bits != 0) {
            const level_job *child = &s->jobs[level + 1][job->child];
            join(&job->sum, &child[0].sum, &child[1].sum, job->low_bits);
        }
    }
}

/* From the merged list of level 0 down to the leaves and back. */
static void reduce_chunk(state *s)
{
    s->level = 0;
    for (;;) {
        const size_t children = plan_level(s);
        zkb_parallel_for(s->job_count[s->level], s->threads, level_task, s);
        if (children == 0) {
            break;
        }
        size_t segments = 0;
        for (size_t j = 0; j < s->job_count[s->level]; j++) {
            const level_job *job = &s->jobs[s->level][j];
            if (job->low_bits != 0) {
                memmove(s->segments + segments, s->segments + 2 * job->begin,
                        job->segments * sizeof *s->segments);
                segments += job->segments;
            }
        }
        zkb_msm_merge(&s->lists[(s->level + 1) % 2], &s->merger, s->lists[s->level % 2].points,
                      s->codes, s->segments, segments);
        s->level++;
        s->job_count[s->level] = children;
    }
    for (size_t level = s->level; level-- > 0;) {
        join_level(s, level);
    }
}

/* ---- Chunks --------------------------------------------------------------------------------- */

static size_t bucket_count(const zkb_msm_plan *plan, unsigned window)
{
    if (window + 1 < plan->windows) {
        return ((size_t)1 << (plan->width - 1)) + 1;
    }
    return ((size_t)1 << plan->top_bits) + (plan->windows > 1 ? 1 : 0);
}

/* The most points that a job has in the list of any level. */
static size_t most_points(size_t count, unsigned width)
{
    size_t most = count;
    for (size_t children = 2; width > LEAF_BITS; children *= 2) {
        width = (width + 1) / 2;
        const size_t buckets = children << width;
        const size_t points = children * count < buckets ? children * count : buckets;
        most = points > most ? points : most;
    }
    return most;
}

typedef struct {
    size_t column;
    unsigned window;
} position;

/* Takes jobs from *next on until the chunk is full; false when none are left. */
static bool fill_chunk(state *s, position *next, const sizes *z)
{
    size_t jobs = 0;
    size_t points = 0;
    size_t codes = 0;
    size_t segments = 0;
    size_t counters = 0;
    while (next->column < z->columns && jobs < z->most_jobs) {
        const column *c = &s->columns[next->column];
        if (c->count == 0 || next->window == c->plan.windows) {
            next->column++;
            next->window = 0;
            continue;
        }
        const size_t buckets = bucket_count(&c->plan, next->window);
        const unsigned width = zkb_msm_plan_digit_bits(&c->plan, next->window);
        const size_t most = most_points(c->count, width);
        if (jobs > 0 && (points + most > s->entries || counters + buckets > COUNTERS)) {
            break;
        }
        const first_job job = {
            (uint32_t)next->column, next->window, buckets, codes, segments, counters, 0};
        s->first[jobs] = job;
        s->jobs[0][jobs].width = width;
        jobs++;
        points += most;
        codes += c->count;
        segments += c->count < buckets ? c->count : buckets;
        counters += buckets;
        next->window++;
    }
    s->job_count[0] = jobs;
    s->parts = jobs >= 2 * (size_t)s->threads ? 1 : s->threads;
    for (size_t j = 0; j < jobs; j++) {
        s->first[j].first_counter *= s->parts;
    }
    return jobs > 0;
}

/* Recodes the field elements of the chunk, unless the last chunk left just them. */
static void recode_chunk(state *s, size_t columns)
{
    const size_t first = s->first[0].column;
    const bool alone = first == s->first[s->job_count[0] - 1].column;
    if (s->recoded == NULL || (alone && s->columns[first].recoded == s->recoded)) {
        return;
    }
    for (size_t k = 0; k < columns; k++) {
        s->columns[k].recoded = NULL;
    }
    size_t used = 0;
    for (size_t j = 0; j < s->job_count[0]; j++) {
        column *c = &s->columns[s->first[j].column];
        if (c->scalars->kind == ZKB_MSM_FR && c->recoded == NULL) {
            c->recoded = s->recoded + used;
            used += (c->count + 7) / 8;
        }
    }
    if (used > 0) {
        const size_t parts = s->parts;
        s->parts = s->threads;
        zkb_parallel_for(s->parts, s->threads, recode_part, s);
        s->parts = parts;
    }
}

static void run_chunk(state *s)
{
    const size_t tasks = s->job_count[0] * s->parts;
    zkb_parallel_for(tasks, s->threads, count_digits, s);
    zkb_parallel_for(s->job_count[0], s->threads, place_digits, s);
    zkb_parallel_for(tasks, s->threads, scatter_digits, s);
    size_t segments = 0;
    for (size_t j = 0; j < s->job_count[0]; j++) {
        memmove(s->segments + segments, s->segments + s->first[j].first_segment,
                s->first[j].segments * sizeof *s->segments);
        segments += s->first[j].segments;
    }
    zkb_msm_merge(&s->lists[0], &s->merger, s->bases->points, s->codes, s->segments, segments);
    reduce_chunk(s);
    for (size_t j = 0; j < s->job_count[0]; j++) {
        s->columns[s->first[j].column].sums[s->first[j].window] = s->jobs[0][j].sum;
    }
}

static void join_windows(void *context, size_t index, unsigned thread)
{
    const state *s = context;
    const column *c = &s->columns[index];
    (void)thread;
    s->out[index] = ZKB_G1_IDENTITY;
    for (unsigned w = c->count == 0 ? 0 : c->plan.windows; w-- > 0;) {
        join(&s->out[index], &c->sums[w], &s->out[index], c->plan.width);
    }
}

static zkb_status run(state *s, const zkb_msm_scalars *columns, const sizes *z,
                      const zkb_cancel *cancel, zkb_error *error)
{
    zkb_g1 *sums = z->columns > 0 ? s->columns[0].sums : NULL;
    for (size_t k = 0; k < z->columns; k++) {
        column *c = &s->columns[k];
        c->scalars = &columns[k];
        c->count = zkb_msm_trim(&columns[k]);
        c->plan = zkb_msm_plan_make(columns[k].kind, c->count);
        c->recoded = NULL;
        c->sums = sums;
        sums += c->plan.windows;
    }
    position next = {0, 0};
    while (fill_chunk(s, &next, z)) {
        ZKB_TRY(zkb_cancel_check(cancel, error));
        recode_chunk(s, z->columns);
        run_chunk(s);
    }
    zkb_parallel_for(z->columns, s->threads, join_windows, s);
    return ZKB_OK;
}

/* ---- The interface -------------------------------------------------------------------------- */

static zkb_status check(const zkb_msm_bases *bases, const zkb_msm_scalars *s, zkb_error *error)
{
    const size_t most = (size_t)1 << 30;
    if (s->count >= most || s->first >= most ||
        (s->indices == NULL && (s->first > bases->count || s->count > bases->count - s->first))) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "msm", s->count,
                        "%zu scalars from base %zu on, of %zu bases: give as many bases, and less "
                        "than 2^30",
                        s->count, s->first, bases->count);
    }
    if (s->indices != NULL) {
        for (size_t i = 0; i < s->count; i++) {
            if (s->indices[i] >= bases->count || s->indices[i] >= 1u << 30) {
                return zkb_fail(error, ZKB_ERROR_ARGUMENT, "msm", i,
                                "index %u of scalar %zu passes the %zu bases", s->indices[i], i,
                                bases->count);
            }
        }
    }
    return ZKB_OK;
}

size_t zkb_msm_batch_scratch(const zkb_msm_scalars *columns, size_t count, unsigned threads)
{
    threads = threads == 0 ? 1 : threads;
    const sizes z = measure(columns, count, threads);
    return memory(&z, threads);
}

static bool is_few(zkb_msm_kind kind, size_t count)
{
    return kind == ZKB_MSM_FR && count <= ZKB_MSM_FEW;
}

size_t zkb_msm_scratch(zkb_msm_kind kind, size_t count, unsigned threads)
{
    const zkb_msm_scalars scalars = {.kind = kind, .count = count};
    const size_t bytes = zkb_msm_batch_scratch(&scalars, 1, threads);
    const size_t few = is_few(kind, count) ? zkb_msm_few_scratch(count) : 0;
    return bytes > few ? bytes : few;
}

zkb_status zkb_msm_batch(zkb_g1 *out, const zkb_msm_bases *bases, const zkb_msm_scalars *columns,
                         size_t count, unsigned threads, zkb_arena *arena, zkb_error *error)
{
    threads = threads == 0 ? 1 : threads;
    for (size_t k = 0; k < count; k++) {
        ZKB_TRY(check(bases, &columns[k], error));
    }
    const sizes z = measure(columns, count, threads);
    const size_t mark = zkb_arena_mark(arena);
    state s = {.bases = bases, .threads = threads, .out = out};
    zkb_status status = ZKB_OK;
    if (obtain(&s, &z, arena)) {
        status = run(&s, columns, &z, arena->cancel, error);
    } else {
        status = zkb_fail(error, ZKB_ERROR_MEMORY, "msm", ZKB_NO_INDEX,
                          "the arena has less than the %zu bytes of zkb_msm_batch_scratch",
                          memory(&z, threads));
    }
    zkb_arena_release(arena, mark);
    return status;
}

zkb_status zkb_msm(zkb_g1 *out, const zkb_msm_bases *bases, const zkb_msm_scalars *scalars,
                   unsigned threads, zkb_arena *arena, zkb_error *error)
{
    if (is_few(scalars->kind, scalars->count) && scalars->indices == NULL) {
        ZKB_TRY(check(bases, scalars, error));
        return zkb_msm_few(out, bases->points + scalars->first, scalars->data, scalars->count,
                           arena, error);
    }
    return zkb_msm_batch(out, bases, scalars, 1, threads, arena, error);
}
