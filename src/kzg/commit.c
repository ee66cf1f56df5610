#include "kzg/commit.h"

#include "base/parallel.h"
#include "curve/msm.h"

static zkb_status kind_of(zkb_msm_kind *kind, unsigned bits, zkb_error *error)
{
    switch (bits) {
    case 1:
    case 8:
        *kind = ZKB_MSM_U8;
        return ZKB_OK;
    case 16:
        *kind = ZKB_MSM_U16;
        return ZKB_OK;
    case 32:
        *kind = ZKB_MSM_U32;
        return ZKB_OK;
    case 64:
        *kind = ZKB_MSM_U64;
        return ZKB_OK;
    case 254:
        *kind = ZKB_MSM_FR;
        return ZKB_OK;
    default:
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "commit", ZKB_NO_INDEX,
                        "commit: columns have 1, 8, 16, 32, 64 or 254 bits, not %u", bits);
    }
}

static zkb_status scalars_of(zkb_msm_scalars *out, const zkb_srs *srs,
                             const zkb_column_view *column, zkb_error *error)
{
    *out = (zkb_msm_scalars){.data = column->cells,
                             .indices = column->indices,
                             .count = column->length,
                             .first = column->first};
    ZKB_TRY(kind_of(&out->kind, column->bits, error));
    const size_t end = column->indices != NULL ? 0 : column->first + column->length;
    if (end > srs->size) {
        return zkb_fail(
            error, ZKB_ERROR_ARGUMENT, "commit", ZKB_NO_INDEX,
            "commit: a column of %zu coefficients needs a setup with as many powers; this "
            "one has 2^%u. Make or import one with a larger k",
            end, srs->k);
    }
    return ZKB_OK;
}

size_t zkb_commit_scratch(size_t length, unsigned bits, unsigned threads)
{
    zkb_msm_kind kind = ZKB_MSM_FR;
    return kind_of(&kind, bits, NULL) == ZKB_OK ? zkb_msm_scratch(kind, length, threads) : 0;
}

zkb_status zkb_commit_column(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                             const zkb_column_view *column, unsigned threads, zkb_error *error)
{
    zkb_msm_scalars scalars;
    zkb_g1 sum;
    const zkb_msm_bases bases = {srs->g1, srs->size};
    ZKB_TRY(scalars_of(&scalars, srs, column, error));
    ZKB_TRY(zkb_msm(&sum, &bases, &scalars, threads, arena, error));
    zkb_g1_to_affine(out, &sum);
    return ZKB_OK;
}

/* Columns summed in one call: enough to share inversions, few enough for the stack. */
enum { BATCH = 64 };

typedef struct commit_context {
    zkb_g1_affine *out;
    const zkb_srs *srs;
    const zkb_column_view *columns;
    size_t count;
    unsigned threads; /* in each sum */
} commit_context;

/* Columns first .. first + count, of a batch at most. */
static size_t batch_scratch(const commit_context *x, size_t first, size_t count)
{
    zkb_msm_scalars scalars[BATCH];
    for (size_t j = 0; j < count; j++) {
        const zkb_column_view *c = &x->columns[first + j];
        scalars[j] = (zkb_msm_scalars){.data = c->cells, .count = c->length};
        if (kind_of(&scalars[j].kind, c->bits, NULL) != ZKB_OK) {
            return 0;
        }
    }
    return zkb_msm_batch_scratch(scalars, count, x->threads);
}

static zkb_status commit_batch(const commit_context *x, zkb_arena *arena, size_t first,
                               size_t count, zkb_error *error)
{
    const zkb_msm_bases bases = {x->srs->g1, x->srs->size};
    zkb_msm_scalars scalars[BATCH];
    zkb_g1 sums[BATCH];
    zkb_fq scratch[BATCH];
    for (size_t j = 0; j < count; j++) {
        ZKB_TRY(scalars_of(&scalars[j], x->srs, &x->columns[first + j], error));
    }
    ZKB_TRY(zkb_msm_batch(sums, &bases, scalars, count, x->threads, arena, error));
    zkb_g1_batch_to_affine(x->out + first, sums, count, scratch);
    return ZKB_OK;
}

/* ---- Many columns: batches side by side, each on one thread ------------------------------- */

/* About what a column costs: bytes of cells, and what a sum costs whatever its length. */
static uint64_t cost_of(const zkb_column_view *column)
{
    return (uint64_t)column->length * ((column->bits + 7) / 8) + 2048;
}

static uint64_t cost_of_all(const commit_context *x)
{
    uint64_t total = 0;
    for (size_t i = 0; i < x->count; i++) {
        total += cost_of(&x->columns[i]);
    }
    return total;
}

/* Columns from `first` on that make a task: of the share of all that leaves no thread without work
 * for long at the end. */
static size_t task_columns(const commit_context *x, size_t first, uint64_t share)
{
    size_t n = 0;
    uint64_t cost = 0;
    while (first + n < x->count && n < BATCH && (n == 0 || cost < share)) {
        cost += cost_of(&x->columns[first + n++]);
    }
    return n;
}

static uint64_t task_share(const commit_context *x, unsigned threads)
{
    return cost_of_all(x) / ((uint64_t)16 * threads);
}

static bool side_by_side(size_t count, unsigned threads)
{
    return threads > 1 && count >= 2 * (size_t)threads;
}

/* One thread's. */
typedef struct commit_worker {
    zkb_arena arena;
    zkb_status status;
    zkb_error error;
} commit_worker;

typedef struct commit_tasks {
    const commit_context *context;
    const size_t *first; /* column of each task, and the end */
    commit_worker *workers;
} commit_tasks;

static void commit_task(void *context, size_t task, unsigned thread)
{
    const commit_tasks *t = context;
    commit_worker *w = &t->workers[thread];
    if (w->status == ZKB_OK) {
        const size_t first = t->first[task];
        w->status =
            commit_batch(t->context, &w->arena, first, t->first[task + 1] - first, &w->error);
    }
}

static size_t worker_scratch(const commit_context *x, uint64_t share)
{
    size_t most = 0;
    for (size_t i = 0, n; i < x->count; i += n) {
        n = task_columns(x, i, share);
        const size_t need = batch_scratch(x, i, n);
        most = need > most ? need : most;
    }
    return most;
}

static size_t tasks_scratch(const commit_context *x, unsigned threads)
{
    return zkb_arena_cost((x->count + 1) * sizeof(size_t)) +
           zkb_arena_cost(threads * sizeof(commit_worker)) +
           threads * zkb_arena_cost(worker_scratch(x, task_share(x, threads)));
}

static zkb_status commit_tasks_run(const commit_context *x, zkb_arena *arena, unsigned threads,
                                   zkb_error *error)
{
    const uint64_t share = task_share(x, threads);
    const size_t bytes = worker_scratch(x, share);
    size_t *first = zkb_arena_alloc(arena, x->count + 1, sizeof *first);
    commit_worker *workers = zkb_arena_alloc(arena, threads, sizeof *workers);
    size_t tasks = 0;
    for (unsigned i = 0; first != NULL && workers != NULL && i < threads; i++) {
        workers[i] = (commit_worker){.arena = zkb_arena_part(arena, bytes), .status = ZKB_OK};
    }
    if (first == NULL || workers == NULL || workers[threads - 1].arena.base == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "commit", ZKB_NO_INDEX,
                        "commit: the arena is smaller than zkb_commit_columns_scratch says");
    }
    for (size_t i = 0; i < x->count; i += task_columns(x, i, share)) {
        first[tasks++] = i;
    }
    first[tasks] = x->count;
    commit_tasks t = {x, first, workers};
    zkb_parallel_for(tasks, threads, commit_task, &t);
    for (unsigned i = 0; i < threads; i++) {
        if (workers[i].status != ZKB_OK) {
            if (error != NULL) {
                *error = workers[i].error;
            }
            return workers[i].status;
        }
    }
    return ZKB_OK;
}

size_t zkb_commit_columns_scratch(const zkb_column_view *columns, size_t count, unsigned threads)
{
    commit_context x = {.columns = columns, .count = count, .threads = threads};
    if (side_by_side(count, threads)) {
        x.threads = 1;
        return tasks_scratch(&x, threads);
    }
    size_t most = 0;
    for (size_t i = 0; i < count; i += BATCH) {
        const size_t need = batch_scratch(&x, i, count - i < BATCH ? count - i : BATCH);
        most = need > most ? need : most;
    }
    return most;
}

zkb_status zkb_commit_columns(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                              const zkb_column_view *columns, size_t count, unsigned threads,
                              zkb_error *error)
{
    commit_context x = {
        .out = out, .srs = srs, .columns = columns, .count = count, .threads = threads};
    if (side_by_side(count, threads)) {
        const size_t mark = zkb_arena_mark(arena);
        x.threads = 1;
        const zkb_status status = commit_tasks_run(&x, arena, threads, error);
        zkb_arena_release(arena, mark);
        return status;
    }
    for (size_t i = 0; i < count; i += BATCH) {
        ZKB_TRY(commit_batch(&x, arena, i, count - i < BATCH ? count - i : BATCH, error));
    }
    return ZKB_OK;
}
