/* Commitments to columns: C = sum_i f_i [tau^i]_1, with a function for each kind of cell. */
#ifndef ZKB_KZG_COMMIT_H
#define ZKB_KZG_COMMIT_H

#include "base/arena.h"
#include "kzg/srs.h"

/* A column of unsigned integers below 2^bits or of field elements. bits = 1 and 8: uint8_t cells
 * (1: each 0 or 1), 16: uint16_t, 32: uint32_t, 64: uint64_t, 254: zkb_fr. Cells at and after
 * `length` are zero and not stored. Borrowed. */
typedef struct zkb_column_view {
    const void *cells;
    size_t length;
    unsigned bits;
} zkb_column_view;

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

#endif
