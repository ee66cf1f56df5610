/* eq tables in blocks (field/block.h). */
#ifndef ZKB_POLY_EQ_BLOCKS_H
#define ZKB_POLY_EQ_BLOCKS_H

#include "field/block.h"

/* Element i is eq(i, point), i in [0, 2^variables). */
void zkb_eq_blocks(zkb_fr_block *out, const zkb_fr *point, unsigned variables);

/* From the table of variables - 1 coordinates to that of `variables`, in place; coordinate is
 * the last of them. */
void zkb_eq_blocks_extend(zkb_fr_block *inout, const zkb_fr *coordinate, unsigned variables);

/* From the table of `variables` >= 1 coordinates to that of one less, in place: the last is summed
 * out. */
void zkb_eq_blocks_reduce(zkb_fr_block *inout, unsigned variables);

#endif
