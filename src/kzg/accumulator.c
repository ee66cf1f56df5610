#include "kzg/accumulator.h"

#include "curve/msm.h"
#include "hash/transcript.h"

/* Powers of a challenge that binds every accumulator and its place: all left points, then all
 * right ones. */
static void draw_powers(zkb_fr *powers, const zkb_g1_affine *points, size_t count)
{
    zkb_transcript t;
    zkb_fr z;
    zkb_transcript_init(&t, "zkbpf.accumulators.v1");
    zkb_transcript_absorb_g1(&t, points, 2 * count);
    zkb_transcript_challenge_128(&z, &t);
    powers[0] = zkb_fr_one;
    for (size_t i = 1; i < count; i++) {
        zkb_fr_mul(&powers[i], &powers[i - 1], &z);
    }
}

static zkb_status merge(zkb_accumulator *out, zkb_arena *arena, const zkb_accumulator *accumulators,
                        size_t count, zkb_error *error)
{
    zkb_fr *powers = zkb_arena_alloc(arena, count, sizeof *powers);
    zkb_g1_affine *points = zkb_arena_alloc(arena, count, 2 * sizeof *points);
    if (powers == NULL || points == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "accumulator", ZKB_NO_INDEX,
                        "accumulator: the arena is smaller than zkb_accumulator_scratch says");
    }
    for (size_t i = 0; i < count; i++) {
        points[i] = accumulators[i].left;
        points[count + i] = accumulators[i].right;
    }
    draw_powers(powers, points, count);
    zkb_g1 sums[2];
    const zkb_msm_scalars terms = {.kind = ZKB_MSM_FR, .data = powers, .count = count};
    for (size_t side = 0; side < 2; side++) {
        const zkb_msm_bases bases = {points + side * count, count};
        ZKB_TRY(zkb_msm(&sums[side], &bases, &terms, 1, arena, error));
    }
    zkb_fq scratch[2];
    zkb_g1_affine pair[2];
    zkb_g1_batch_to_affine(pair, sums, 2, scratch);
    *out = (zkb_accumulator){pair[0], pair[1]};
    return ZKB_OK;
}

size_t zkb_accumulator_scratch(size_t count)
{
    return zkb_arena_cost(count * sizeof(zkb_fr)) +
           zkb_arena_cost(count * 2 * sizeof(zkb_g1_affine)) +
           zkb_msm_scratch(ZKB_MSM_FR, count, 1);
}

zkb_status zkb_accumulator_merge(zkb_accumulator *out, zkb_arena *arena,
                                 const zkb_accumulator *accumulators, size_t count,
                                 zkb_error *error)
{
    if (count == 0) {
        *out = (zkb_accumulator){ZKB_G1_AFFINE_IDENTITY, ZKB_G1_AFFINE_IDENTITY};
        return ZKB_OK;
    }
    if (count == 1) {
        *out = accumulators[0];
        return ZKB_OK;
    }
    const size_t mark = zkb_arena_mark(arena);
    const zkb_status status = merge(out, arena, accumulators, count, error);
    zkb_arena_release(arena, mark);
    return status;
}
