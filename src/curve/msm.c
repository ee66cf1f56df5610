#include "curve/msm.h"

#include <string.h>

enum { WINDOW = 8, BUCKETS = 1 << WINDOW };

static const uint64_t half_order[4] = {0xa1f0fac9f8000000u, 0x9419f4243cdcb848u,
                                       0xdc2822db40c0ac2eu, 0x183227397098d014u};

static bool above_half(const uint64_t limbs[4])
{
    for (int i = 3; i >= 0; i--) {
        if (limbs[i] != half_order[i]) {
            return limbs[i] > half_order[i];
        }
    }
    return false;
}

/* Scalar i as sign and magnitude; true when it is to be negated. */
static bool load_fr(uint64_t limbs[4], const zkb_fr *value)
{
    zkb_fr_to_limbs(limbs, value);
    if (!above_half(limbs)) {
        return false;
    }
    zkb_fr negative;
    zkb_fr_neg(&negative, value);
    zkb_fr_to_limbs(limbs, &negative);
    return true;
}

static bool load_scalar(uint64_t limbs[4], const zkb_msm_scalars *s, size_t i)
{
    limbs[0] = limbs[1] = limbs[2] = limbs[3] = 0;
    switch (s->kind) {
    case ZKB_MSM_BIT:
        limbs[0] = (((const uint64_t *)s->data)[i / 64] >> (i % 64)) & 1;
        return false;
    case ZKB_MSM_U8:
        limbs[0] = ((const uint8_t *)s->data)[i];
        return false;
    case ZKB_MSM_U16:
        limbs[0] = ((const uint16_t *)s->data)[i];
        return false;
    case ZKB_MSM_U32:
        limbs[0] = ((const uint32_t *)s->data)[i];
        return false;
    case ZKB_MSM_U64:
        limbs[0] = ((const uint64_t *)s->data)[i];
        return false;
    case ZKB_MSM_I64: {
        const int64_t v = ((const int64_t *)s->data)[i];
        limbs[0] = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
        return v < 0;
    }
    case ZKB_MSM_U64_DIFF: {
        const uint64_t a = ((const uint64_t *)s->data)[i];
        const uint64_t b = s->minus[i];
        limbs[0] = a < b ? b - a : a - b;
        return a < b;
    }
    case ZKB_MSM_FR:
        return load_fr(limbs, &((const zkb_fr *)s->data)[i]);
    }
    return false;
}

static int windows_of(zkb_msm_kind kind)
{
    switch (kind) {
    case ZKB_MSM_BIT:
    case ZKB_MSM_U8:
        return 1;
    case ZKB_MSM_U16:
        return 2;
    case ZKB_MSM_U32:
        return 4;
    case ZKB_MSM_U64:
    case ZKB_MSM_I64:
    case ZKB_MSM_U64_DIFF:
        return 8;
    case ZKB_MSM_FR:
        break;
    }
    return 32;
}

static zkb_status check(const zkb_msm_bases *bases, const zkb_msm_scalars *s, zkb_error *error)
{
    if (s->count >= (size_t)1 << 30 || (s->indices == NULL && s->count > bases->count)) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "msm", s->count,
                        "%zu scalars for %zu bases: need at least as many bases", s->count,
                        bases->count);
    }
    if (s->indices != NULL) {
        for (size_t i = 0; i < s->count; i++) {
            if (s->indices[i] >= bases->count) {
                return zkb_fail(error, ZKB_ERROR_ARGUMENT, "msm", i,
                                "index %u of scalar %zu passes the %zu bases", s->indices[i], i,
                                bases->count);
            }
        }
    }
    return ZKB_OK;
}

size_t zkb_msm_scratch(zkb_msm_kind kind, size_t count, unsigned threads)
{
    (void)kind;
    (void)count;
    (void)threads;
    return zkb_arena_cost(BUCKETS * 32 * sizeof(zkb_g1));
}

static void add_bytes(zkb_g1 *buckets, const zkb_g1_affine *base, const uint64_t limbs[4],
                      int windows)
{
    for (int w = 0; w < windows; w++) {
        const size_t digit = (limbs[w / 8] >> (8 * (w % 8))) & 255;
        if (digit != 0) {
            zkb_g1 *bucket = &buckets[(size_t)w * BUCKETS + digit];
            zkb_g1_add_affine(bucket, bucket, base);
        }
    }
}

static void reduce(zkb_g1 *out, const zkb_g1 *buckets, int windows)
{
    *out = ZKB_G1_IDENTITY;
    for (int w = windows - 1; w >= 0; w--) {
        zkb_g1 running = ZKB_G1_IDENTITY;
        for (int k = 0; k < WINDOW; k++) {
            zkb_g1_double(out, out);
        }
        for (size_t d = BUCKETS - 1; d > 0; d--) {
            zkb_g1_add(&running, &running, &buckets[(size_t)w * BUCKETS + d]);
            zkb_g1_add(out, out, &running);
        }
    }
}

zkb_status zkb_msm(zkb_g1 *out, const zkb_msm_bases *bases, const zkb_msm_scalars *scalars,
                   unsigned threads, zkb_arena *arena, zkb_error *error)
{
    (void)threads;
    ZKB_TRY(check(bases, scalars, error));
    const size_t mark = zkb_arena_mark(arena);
    const int windows = windows_of(scalars->kind);
    zkb_g1 *buckets = zkb_arena_alloc(arena, (size_t)windows * BUCKETS, sizeof(zkb_g1));
    if (buckets == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "msm", ZKB_NO_INDEX, "the arena is too small");
    }
    memset(buckets, 0, (size_t)windows * BUCKETS * sizeof *buckets);
    for (size_t i = 0; i < scalars->count; i++) {
        uint64_t limbs[4];
        zkb_g1_affine base = bases->points[scalars->indices != NULL ? scalars->indices[i] : i];
        if (load_scalar(limbs, scalars, i)) {
            zkb_g1_affine_neg(&base, &base);
        }
        add_bytes(buckets, &base, limbs, windows);
    }
    reduce(out, buckets, windows);
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}

size_t zkb_msm_batch_scratch(const zkb_msm_scalars *columns, size_t count, unsigned threads)
{
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t need = zkb_msm_scratch(columns[i].kind, columns[i].count, threads);
        most = need > most ? need : most;
    }
    return most;
}

zkb_status zkb_msm_batch(zkb_g1 *out, const zkb_msm_bases *bases, const zkb_msm_scalars *columns,
                         size_t count, unsigned threads, zkb_arena *arena, zkb_error *error)
{
    for (size_t i = 0; i < count; i++) {
        ZKB_TRY(zkb_msm(&out[i], bases, &columns[i], threads, arena, error));
    }
    return ZKB_OK;
}
