/* eq(x, y) = prod_k (x_k y_k + (1 - x_k)(1 - y_k)), the multilinear extension of equality.
 * Coordinate k of a point belongs to bit k of an index. */
#ifndef ZKB_POLY_EQ_H
#define ZKB_POLY_EQ_H

#include "field/fr.h"

/* out[i] = eq(i, point) for i in [0, 2^variables). 2^variables multiplications. */
void zkb_eq_table(zkb_fr *out, const zkb_fr *point, unsigned variables);

/* eq(index, point): the weight of one index. */
void zkb_eq_index(zkb_fr *out, uint64_t index, const zkb_fr *point, unsigned variables);

/* eq(x, y) of two points. */
void zkb_eq_points(zkb_fr *out, const zkb_fr *x, const zkb_fr *y, unsigned variables);

/* out[i] = eq(first + i, point) for i < count, 0 < count <= 2^variables - first: at most two
 * multiplications for each, and one for each variable. */
void zkb_eq_range(zkb_fr *out, size_t count, uint64_t first, const zkb_fr *point,
                  unsigned variables);

/* prod_k (1 - point_k): the weight of index 0, by which a zero extension scales a value. */
void zkb_eq_zero(zkb_fr *out, const zkb_fr *point, unsigned variables);

#endif
