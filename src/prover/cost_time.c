#include "prover/cost_time.h"

#include "base/os/clock.h"
#include "base/backend.h"
#include "curve/msm_kernels.h"
#include "field/block.h"

#include <stdlib.h>

/* ---- Speed ------------------------------------------------------------------------------- */

enum {
    LOG_POINTS = 14,
    POINTS = 1 << LOG_POINTS,
    ELEMENTS = 1 << 15, /* a product and its factors take 3 MiB, as much as does not stay near */
    ROUNDS = 5
};

static double processor_seconds(void) { return zkb_seconds(CLOCK_THREAD_CPUTIME_ID); }

/* point i: (i + 1) times the generator. */
static void make_points(zkb_g1_affine *points, void *scratch)
{
    uint32_t codes[2 * ZKB_MSM_BATCH];
    const zkb_msm_kernels *kernels = zkb_msm_kernels_get();
    points[0] = zkb_g1_generator;
    for (uint32_t have = 1; have < POINTS;) { /* the first `part` and the last one */
        const uint32_t left = POINTS - have < have ? POINTS - have : have;
        const uint32_t part = left < ZKB_MSM_BATCH ? left : ZKB_MSM_BATCH;
        for (uint32_t i = 0; i < part; i++) {
            codes[2 * i] = 2 * i;
            codes[2 * i + 1] = 2 * (have - 1);
        }
        kernels->add_pairs(points + have, points, codes, part, scratch);
        have += part;
    }
    for (uint32_t i = 0; i < POINTS; i++) { /* the kernel's coordinates are below 2p */
        zkb_fq_reduce_once_(&points[i].x, &points[i].x, 0);
        zkb_fq_reduce_once_(&points[i].y, &points[i].y, 0);
    }
}

/* Numbers that look random. */
static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 32;
}

/* The best of several rounds: others had the core's other half beside them. */
static void keep_best(double *best, double seconds, double operations)
{
    const double each = seconds / operations;
    *best = *best == 0.0 || each < *best ? each : *best;
}

static zkb_status time_sums(double *seconds, zkb_arena *arena, zkb_error *error)
{
    zkb_g1_affine *points = zkb_arena_alloc(arena, POINTS, sizeof *points);
    uint16_t *scalars = zkb_arena_alloc(arena, POINTS, sizeof *scalars);
    void *scratch = zkb_arena_alloc(arena, ZKB_MSM_KERNEL_SCRATCH, 1);
    const zkb_msm_bases bases = {points, POINTS};
    const zkb_msm_scalars column = {.kind = ZKB_MSM_U16, .data = scalars, .count = POINTS};
    zkb_msm_work work = {0};
    uint64_t state = 1;
    zkb_g1 sum;
    make_points(points, scratch);
    for (int i = 0; i < POINTS; i++) {
        scalars[i] = (uint16_t)next(&state);
    }
    zkb_msm_count(&work, &column);
    ZKB_TRY(zkb_msm(&sum, &bases, &column, 1, arena, error)); /* pages are there from then on */
    for (int r = 0; r < ROUNDS; r++) {
        const double start = processor_seconds();
        ZKB_TRY(zkb_msm(&sum, &bases, &column, 1, arena, error));
        keep_best(seconds, processor_seconds() - start, (double)work.additions);
    }
    return ZKB_OK;
}

static void time_products(double *seconds, zkb_arena *arena)
{
    const zkb_fr_kernels *kernels = zkb_fr_kernels_get();
    const size_t blocks = zkb_blocks(ELEMENTS);
    zkb_fr_block *a = zkb_arena_alloc(arena, blocks, sizeof *a);
    zkb_fr_block *b = zkb_arena_alloc(arena, blocks, sizeof *b);
    zkb_fr_block *out = zkb_arena_alloc(arena, blocks, sizeof *out);
    uint64_t *numbers = zkb_arena_alloc(arena, ELEMENTS, sizeof *numbers);
    uint64_t state = 1;
    for (size_t i = 0; i < ELEMENTS; i++) {
        numbers[i] = next(&state);
    }
    kernels->from_u64(a, numbers, ELEMENTS);
    kernels->from_u64(b, numbers, ELEMENTS);
    kernels->mul(out, a, b, ELEMENTS);
    for (int r = 0; r < 2 * ROUNDS; r++) {
        const double start = processor_seconds();
        kernels->mul(out, a, b, ELEMENTS);
        keep_best(seconds, processor_seconds() - start, (double)ELEMENTS);
    }
}

zkb_status zkb_cost_speed_measure(zkb_cost_speed *speed, zkb_error *error)
{
    zkb_arena arena;
    const size_t products = zkb_arena_cost(ELEMENTS * sizeof(uint64_t)) +
                            3 * zkb_arena_cost(zkb_blocks(ELEMENTS) * sizeof(zkb_fr_block));
    const size_t sums =
        zkb_arena_cost(POINTS * sizeof(zkb_g1_affine)) + zkb_arena_cost(POINTS * sizeof(uint16_t)) +
        zkb_arena_cost(ZKB_MSM_KERNEL_SCRATCH) + zkb_msm_scratch(ZKB_MSM_U16, POINTS, 1);
    ZKB_TRY(zkb_arena_create(&arena, products + sums, error));
    *speed = (zkb_cost_speed){0};
    time_products(&speed->multiplication, &arena);
    const zkb_status status = time_sums(&speed->addition, &arena, error);
    zkb_arena_destroy(&arena);
    return status;
}

/* ---- Time -------------------------------------------------------------------------------- */

/* What each step takes, in additions of points (commit, open_addition) or multiplications of
 * elements (all others). Least squares over proofs of the examples (bench/cost.py) at k from 10 to
 * 17, phase by phase. */
typedef struct cost_factors {
    double instruction, segment;             /* witness */
    double addition, digit, sum;             /* commit */
    double leaf, other_leaf, round, tree;    /* gkr; a table's part of the tree */
    double product, evaluated, input, table; /* sumcheck */
    double open_addition, cell, gathered;    /* opening */
    double sent;                             /* verify */
} cost_factors;

/* The vectors of IFMA keep a multiplication's result in registers where those of other backends go
 * through memory, and what is not multiplication weighs more beside it. */
static const cost_factors factors_ifma = {.instruction = 16,
                                          .segment = 23000,
                                          .addition = 1.06,
                                          .digit = 0.14,
                                          .sum = 1800,
                                          .leaf = 25.3,
                                          .other_leaf = 31.8,
                                          .round = 1840,
                                          .tree = 9300,
                                          .product = 1.87,
                                          .evaluated = 0.93,
                                          .input = 0.52,
                                          .table = 41000,
                                          .open_addition = 1.58,
                                          .cell = 0.66,
                                          .gathered = 11,
                                          .sent = 780};
static const cost_factors factors_others = {.instruction = 4.2,
                                            .segment = 7400,
                                            .addition = 1.03,
                                            .digit = 0.02,
                                            .sum = 1100,
                                            .leaf = 28,
                                            .other_leaf = 54,
                                            .round = 0,
                                            .tree = 68000,
                                            .product = 3.36,
                                            .evaluated = 1.4,
                                            .input = 0,
                                            .table = 53000,
                                            .open_addition = 1.19,
                                            .cell = 2.9,
                                            .gathered = 8,
                                            .sent = 413};

void zkb_cost_time_add(double *phases, const zkb_cost_work *work, const zkb_cost_speed *speed)
{
    const cost_factors *f = zkb_backend_get() == ZKB_BACKEND_IFMA ? &factors_ifma : &factors_others;
    const double add = speed->addition;
    const double mul = speed->multiplication;
    phases[ZKB_PHASE_WITNESS] +=
        mul * (f->instruction * (double)work->instructions + f->segment * (double)work->segments);
    phases[ZKB_PHASE_COMMIT] +=
        add * (f->addition * (double)work->commit.additions +
               f->digit * (double)work->commit.digits + f->sum * (double)work->sums);
    phases[ZKB_PHASE_GKR] +=
        mul * (f->leaf * (double)work->leaves + f->other_leaf * (double)work->other_leaves +
               f->round * (double)work->rounds + f->tree * (double)work->tables);
    phases[ZKB_PHASE_SUMCHECK] +=
        mul * (f->product * (double)work->products + f->evaluated * (double)work->evaluated +
               f->input * (double)work->inputs + f->table * (double)work->tables);
    phases[ZKB_PHASE_OPENING] +=
        add * f->open_addition * (double)work->open.additions +
        mul * (f->cell * (double)work->cells + f->gathered * (double)work->gathered);
    phases[ZKB_PHASE_VERIFY] += mul * f->sent * (double)work->sent;
}
