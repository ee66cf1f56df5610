/* Commitments to columns: C = sum_i f_i [tau^i]_1, with a function for each kind of cell. */
#ifndef ZKB_KZG_COMMIT_H
#define ZKB_KZG_COMMIT_H

#include "base/arena.h"
#include "curve/msm_count.h"
#include "kzg/srs.h"

/* A column of unsigned integers below 2^bits or of field elements. bits = 1 and 8: uint8_t cells
 * (1: each 0 or 1), 16: uint16_t, 32: uint32_t, 64: uint64_t, 254: zkb_fr. Cells at and after
 * `length` are zero and not stored. Cell i is the coefficient first + i, or indices[i] where there
 * are indices (first is 0 then). Borrowed. */
typedef struct zkb_column_view {
    const void *cells;
    size_t length;
    unsigned bits;
    size_t first;
    const uint32_t *indices;
} zkb_column_view;

/* The kind of sum that a column of so many bits makes. */
static inline zkb_msm_kind zkb_column_kind(unsigned bits)
{
    return bits <= 8    ? ZKB_MSM_U8
           : bits == 16 ? ZKB_MSM_U16
           : bits == 32 ? ZKB_MSM_U32
           : bits == 64 ? ZKB_MSM_U64
                        : ZKB_MSM_FR;
}

/* Bytes of scratch for one commitment of at most `length` cells of `bits` bits. */
size_t zkb_commit_scratch(size_t length, unsigned bits, unsigned threads);

/* ZKB_ERROR_ARGUMENT: bits is none of the above, or the SRS has fewer powers than the column has
 * cells. ZKB_ERROR_MEMORY: the arena is too small. */
zkb_status zkb_commit_column(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                             const zkb_column_view *column, unsigned threads,
                             zkb_error *error) ZKB_MUST_USE;

/* The same for `count` columns: out[i] belongs to columns[i]. Short columns share work, so this is
 * much cheaper than single calls for them. */
size_t zkb_commit_columns_scratch(const zkb_column_view *columns, size_t count, unsigned threads);
zkb_status zkb_commit_columns(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                              const zkb_column_view *columns, size_t count, unsigned threads,
                              zkb_error *error) ZKB_MUST_USE;

/* Stacks: stack j is one polynomial, the sum of the next counts[j] views. The views' coefficients
 * may interleave, but views with indices are not taken. Columns of one width share their sum, so
 * that many short columns cost what one long column costs. *bytes is what zkb_commit_stacks takes
 * from its arena; computing it takes less of `scratch`, for a moment. */
zkb_status zkb_commit_stacks_scratch(size_t *bytes, zkb_arena *scratch,
                                     const zkb_column_view *views, const uint32_t *counts,
                                     size_t stacks, unsigned threads,
                                     zkb_error *error) ZKB_MUST_USE;
zkb_status zkb_commit_stacks(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                             const zkb_column_view *views, const uint32_t *counts, size_t stacks,
                             unsigned threads, zkb_error *error) ZKB_MUST_USE;
/* Adds the work of zkb_commit_stacks, and how many sums it makes, without making them. Takes the
 * same arena. */
zkb_status zkb_commit_stacks_count(zkb_msm_work *work, uint64_t *sums, zkb_arena *arena,
                                   const zkb_column_view *views, const uint32_t *counts,
                                   size_t stacks, zkb_error *error) ZKB_MUST_USE;
/* Bytes of `scratch` above, for so many views. */
size_t zkb_commit_stacks_plan(size_t views);

#endif
