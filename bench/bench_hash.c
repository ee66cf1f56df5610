/* Poseidon2: one permutation in a chain, as the transcript does it, and eight side by side. */
#include "bench.h"

#include "hash/poseidon2.h"

static void call_one(void *context) { zkb_poseidon2_permute(context); }

static double run_one(const zkb_bench_case *self)
{
    (void)self;
    zkb_fr state[ZKB_POSEIDON2_WIDTH] = {zkb_fr_one, zkb_fr_one, zkb_fr_one};
    return zkb_bench_time(call_one, state, 1);
}

enum { BLOCKS = 8 };

typedef struct states {
    zkb_fr_block word[ZKB_POSEIDON2_WIDTH][BLOCKS];
} states;

static void call_blocks(void *context)
{
    states *const s = context;
    zkb_poseidon2_permute_blocks(s->word[0], s->word[1], s->word[2], 8 * (size_t)BLOCKS);
}

static double run_blocks(const zkb_bench_case *self)
{
    (void)self;
    states s;
    uint64_t counts[8 * BLOCKS];
    for (size_t i = 0; i < 8 * (size_t)BLOCKS; i++) {
        counts[i] = i;
    }
    for (int i = 0; i < ZKB_POSEIDON2_WIDTH; i++) {
        zkb_fr_kernels_get()->from_u64(s.word[i], counts, 8 * (size_t)BLOCKS);
    }
    return zkb_bench_time(call_blocks, &s, 8 * (size_t)BLOCKS);
}

static const zkb_bench_case cases[] = {
    {"poseidon2.permutation", ZKB_BENCH_NO_SIZE, 1, "us", run_one},
    {"poseidon2.permutation.block", ZKB_BENCH_NO_SIZE, 1, "us", run_blocks},
};

zkb_bench_list zkb_bench_hash(void)
{
    return (zkb_bench_list){cases, sizeof cases / sizeof cases[0]};
}
