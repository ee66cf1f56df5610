/* Small univariate polynomials. */
#ifndef ZKB_POLY_INTERPOLATE_H
#define ZKB_POLY_INTERPOLATE_H

#include "field/fr.h"

#define ZKB_INTERPOLATE_MAX_DEGREE 8u

/* In: values at 0, 1, ..., degree. Out: coefficients, constant first. degree <= 8. */
void zkb_interpolate(zkb_fr *coefficients, const zkb_fr *values, unsigned degree);

/* coefficients[0] + coefficients[1] x + ... */
void zkb_horner(zkb_fr *out, const zkb_fr *coefficients, unsigned degree, const zkb_fr *x);

#endif
