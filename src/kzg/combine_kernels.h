/* Sums of small integers times field elements, for each backend. */
#ifndef ZKB_KZG_COMBINE_KERNELS_H
#define ZKB_KZG_COMBINE_KERNELS_H

#include "field/block.h"

/* How cells are read: as they are, or the low or high half of a 64-bit one. */
typedef enum zkb_cell_kind {
    ZKB_CELL_U8,
    ZKB_CELL_U16,
    ZKB_CELL_U32,
    ZKB_CELL_U64_LOW,
    ZKB_CELL_U64_HIGH,
    ZKB_CELL_KINDS
} zkb_cell_kind;

typedef struct zkb_combine_term {
    const void *cells; /* 16·pairs of them, all readable */
    zkb_fr coefficient;
} zkb_combine_term;

#define ZKB_COMBINE_TERMS 64

typedef struct zkb_combine_kernels {
    const char *backend;
    /* inout[i] += sum_j coefficient_j·cells_j[i] for 16·pairs elements; at most
     * ZKB_COMBINE_TERMS terms, all of one kind. */
    void (*add_cells)(zkb_fr_block *inout, size_t pairs, zkb_cell_kind kind,
                      const zkb_combine_term *terms, size_t count);
} zkb_combine_kernels;

ZKB_KERNELS_DECLARE(zkb_combine_kernels);

#endif
