/* Multi-scalar multiplication over bases of a known tau, uniformly random scalars. */
#include "bench.h"

#include "base/parallel.h"
#include "curve/g1_batch.h"
#include "curve/msm.h"

#include <stdlib.h>
#include <string.h>

/* One invocation keeps the bases: making them costs more than measuring with them. */
static struct {
    zkb_g1_affine *points;
    zkb_fr *scalars;
    size_t count;
} kept;

static void require(bool ok)
{
    if (!ok) {
        abort(); /* a benchmark without memory has nothing to report */
    }
}

static void release(void)
{
    free(kept.points);
    free(kept.scalars);
    memset(&kept, 0, sizeof kept);
}

static void keep(size_t count)
{
    if (kept.count >= count) {
        return;
    }
    if (kept.points == NULL) {
        require(atexit(release) == 0);
    }
    release();
    kept.points = aligned_alloc(64, count * sizeof *kept.points);
    kept.scalars = aligned_alloc(64, count * sizeof *kept.scalars);
    require(kept.points != NULL && kept.scalars != NULL);
    kept.count = count;
    zkb_fr tau;
    zkb_fr_from_u64(&tau, 0x9e3779b97f4a7c15u);
    zkb_fr_inv(&tau, &tau);
    kept.scalars[0] = tau;
    for (size_t i = 1; i < count; i++) {
        zkb_fr_mul(&kept.scalars[i], &kept.scalars[i - 1], &tau);
    }
    const unsigned threads = zkb_parallel_threads();
    zkb_arena arena;
    require(zkb_arena_create(&arena, zkb_g1_fixed_base_scratch(threads), NULL) == ZKB_OK);
    require(zkb_g1_fixed_base(kept.points, &zkb_g1_generator, kept.scalars, count, threads, &arena,
                              NULL) == ZKB_OK);
    zkb_arena_destroy(&arena);
}

typedef struct {
    zkb_msm_bases bases;
    zkb_msm_scalars scalars;
    unsigned threads;
    zkb_arena arena;
    zkb_g1 sum;
} job;

static void call_msm(void *context)
{
    job *j = context;
    require(zkb_msm(&j->sum, &j->bases, &j->scalars, j->threads, &j->arena, NULL) == ZKB_OK);
}

static double run_msm(const zkb_bench_case *self, zkb_msm_kind kind)
{
    const size_t n = (size_t)1 << self->log2n;
    keep(n);
    uint64_t *words = malloc(n * sizeof *words);
    require(words != NULL);
    uint64_t random = 1;
    for (size_t i = 0; i < n; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        words[i] = random * 0x9e3779b97f4a7c15u;
    }
    job j = {.bases = {kept.points, n},
             .scalars = {.kind = kind, .data = words, .count = n},
             .threads = (unsigned)self->threads};
    if (kind == ZKB_MSM_FR) {
        j.scalars.data = kept.scalars;
    }
    require(zkb_arena_create(&j.arena, zkb_msm_scratch(kind, n, j.threads), NULL) == ZKB_OK);
    const double seconds = zkb_bench_time(call_msm, &j, 1);
    zkb_arena_destroy(&j.arena);
    free(words);
    return seconds;
}

static double run_bit(const zkb_bench_case *self) { return run_msm(self, ZKB_MSM_BIT); }
static double run_u8(const zkb_bench_case *self) { return run_msm(self, ZKB_MSM_U8); }
static double run_u16(const zkb_bench_case *self) { return run_msm(self, ZKB_MSM_U16); }
static double run_u32(const zkb_bench_case *self) { return run_msm(self, ZKB_MSM_U32); }
static double run_u64(const zkb_bench_case *self) { return run_msm(self, ZKB_MSM_U64); }
static double run_full(const zkb_bench_case *self) { return run_msm(self, ZKB_MSM_FR); }

enum { MULTIPLES = 1 << 14 };

static void call_fixed_base(void *context)
{
    job *j = context;
    static zkb_g1_affine out[MULTIPLES];
    require(zkb_g1_fixed_base(out, &zkb_g1_generator, kept.scalars, MULTIPLES, 1, &j->arena,
                              NULL) == ZKB_OK);
}

/* Tables included. */
static double run_fixed_base(const zkb_bench_case *self)
{
    (void)self;
    job j = {.threads = 1};
    keep(MULTIPLES);
    require(zkb_arena_create(&j.arena, zkb_g1_fixed_base_scratch(1), NULL) == ZKB_OK);
    const double seconds = zkb_bench_time(call_fixed_base, &j, MULTIPLES);
    zkb_arena_destroy(&j.arena);
    return seconds;
}

#define SIZE(log2n)                                                                                \
    {"g1.msm.bit", log2n, 1, "ms", run_bit}, {"g1.msm.bit", log2n, 2, "ms", run_bit},              \
        {"g1.msm.u8", log2n, 1, "ms", run_u8}, {"g1.msm.u8", log2n, 2, "ms", run_u8},              \
        {"g1.msm.u16", log2n, 1, "ms", run_u16}, {"g1.msm.u16", log2n, 2, "ms", run_u16},          \
        {"g1.msm.u32", log2n, 1, "ms", run_u32}, {"g1.msm.u32", log2n, 2, "ms", run_u32},          \
        {"g1.msm.u64", log2n, 1, "ms", run_u64}, {"g1.msm.u64", log2n, 2, "ms", run_u64},          \
        {"g1.msm.full", log2n, 1, "ms", run_full},                                                 \
    {                                                                                              \
        "g1.msm.full", log2n, 2, "ms", run_full                                                    \
    }

static const zkb_bench_case cases[] = {
    {"g1.mul.fixed", ZKB_BENCH_NO_SIZE, 1, "us", run_fixed_base},
    SIZE(13),
    SIZE(17),
    SIZE(20),
};

zkb_bench_list zkb_bench_msm(void)
{
    const zkb_bench_list list = {cases, sizeof cases / sizeof cases[0]};
    return list;
}
