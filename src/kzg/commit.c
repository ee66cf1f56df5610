#include "kzg/commit.h"

#include "curve/msm.h"

#include <string.h>

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
    *out = (zkb_msm_scalars){.data = column->cells, .count = column->length};
    ZKB_TRY(kind_of(&out->kind, column->bits, error));
    if (column->length > srs->size) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "commit", ZKB_NO_INDEX,
                        "commit: a column of %zu cells needs a setup with as many powers; this "
                        "one has 2^%u. Make or import one with a larger k",
                        column->length, srs->k);
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

size_t zkb_commit_columns_scratch(const zkb_column_view *columns, size_t count, unsigned threads)
{
    zkb_msm_scalars scalars[BATCH];
    size_t most = 0;
    for (size_t i = 0; i < count; i += BATCH) {
        const size_t m = count - i < BATCH ? count - i : BATCH;
        for (size_t j = 0; j < m; j++) {
            const zkb_column_view *c = &columns[i + j];
            scalars[j] = (zkb_msm_scalars){.data = c->cells, .count = c->length};
            if (kind_of(&scalars[j].kind, c->bits, NULL) != ZKB_OK) {
                return 0;
            }
        }
        const size_t need = zkb_msm_batch_scratch(scalars, m, threads);
        most = need > most ? need : most;
    }
    return most;
}

zkb_status zkb_commit_columns(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                              const zkb_column_view *columns, size_t count, unsigned threads,
                              zkb_error *error)
{
    const zkb_msm_bases bases = {srs->g1, srs->size};
    zkb_msm_scalars scalars[BATCH];
    zkb_g1 sums[BATCH];
    zkb_fq scratch[BATCH];
    for (size_t i = 0; i < count; i += BATCH) {
        const size_t m = count - i < BATCH ? count - i : BATCH;
        for (size_t j = 0; j < m; j++) {
            ZKB_TRY(scalars_of(&scalars[j], srs, &columns[i + j], error));
        }
        ZKB_TRY(zkb_msm_batch(sums, &bases, scalars, m, threads, arena, error));
        zkb_g1_batch_to_affine(out + i, sums, m, scratch);
    }
    return ZKB_OK;
}

zkb_status zkb_commit_constant(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                               const zkb_fr *value, size_t length, unsigned threads,
                               zkb_error *error)
{
    zkb_g1 sum = ZKB_G1_IDENTITY;
    const size_t mark = zkb_arena_mark(arena);
    if (!zkb_fr_is_zero(value) && length != 0) {
        uint8_t *ones = zkb_arena_alloc(arena, length, 1);
        if (ones == NULL) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, "commit", ZKB_NO_INDEX,
                            "commit: the arena is smaller than zkb_commit_constant_scratch says");
        }
        memset(ones, 1, length);
        zkb_msm_scalars scalars;
        const zkb_column_view column = {ones, length, 8};
        const zkb_msm_bases bases = {srs->g1, srs->size};
        zkb_status status = scalars_of(&scalars, srs, &column, error);
        if (status == ZKB_OK) {
            status = zkb_msm(&sum, &bases, &scalars, threads, arena, error);
        }
        zkb_arena_release(arena, mark);
        ZKB_TRY(status);
        zkb_g1_mul(&sum, &sum, value);
    }
    zkb_g1_to_affine(out, &sum);
    return ZKB_OK;
}

size_t zkb_commit_constant_scratch(size_t length, unsigned threads)
{
    return zkb_arena_cost(length) + zkb_msm_scratch(ZKB_MSM_U8, length, threads);
}

size_t zkb_commit_update_scratch(size_t count)
{
    return zkb_msm_scratch(ZKB_MSM_U64_DIFF, count, 1);
}

zkb_status zkb_commit_update(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                             const zkb_g1_affine *before, const uint32_t *indices,
                             const uint64_t *old_words, const uint64_t *new_words, size_t count,
                             zkb_error *error)
{
    const zkb_msm_bases bases = {srs->g1, srs->size};
    const zkb_msm_scalars scalars = {.kind = ZKB_MSM_U64_DIFF,
                                     .data = new_words,
                                     .minus = old_words,
                                     .indices = indices,
                                     .count = count};
    zkb_g1 sum;
    ZKB_TRY(zkb_msm(&sum, &bases, &scalars, 1, arena, error));
    zkb_g1_add_affine(&sum, &sum, before);
    zkb_g1_to_affine(out, &sum);
    return ZKB_OK;
}
