#include "poly/interpolate.h"

/* Newton: divided differences at 0, 1, ..., then the nested form expanded from the inside. */
void zkb_interpolate(zkb_fr *coefficients, const zkb_fr *values, unsigned degree)
{
    zkb_fr d[ZKB_INTERPOLATE_MAX_DEGREE + 1];
    zkb_fr inverse[ZKB_INTERPOLATE_MAX_DEGREE + 1];
    zkb_fr scratch[ZKB_INTERPOLATE_MAX_DEGREE + 1];
    for (unsigned i = 0; i <= degree; i++) {
        d[i] = values[i];
        zkb_fr_from_u64(&inverse[i], i);
    }
    zkb_fr_batch_inv(inverse, degree + 1, scratch);
    for (unsigned step = 1; step <= degree; step++) {
        for (unsigned i = degree; i >= step; i--) {
            zkb_fr_sub(&d[i], &d[i], &d[i - 1]);
            zkb_fr_mul(&d[i], &d[i], &inverse[step]);
        }
    }
    for (unsigned i = 0; i <= degree; i++) {
        coefficients[i] = ZKB_FR_ZERO;
    }
    for (unsigned i = degree + 1; i-- > 0;) { /* c = c·(x - i) + d[i] */
        zkb_fr node, t;
        zkb_fr_from_u64(&node, i);
        for (unsigned j = degree; j > 0; j--) {
            zkb_fr_mul(&t, &coefficients[j], &node);
            zkb_fr_sub(&coefficients[j], &coefficients[j - 1], &t);
        }
        zkb_fr_mul(&t, &coefficients[0], &node);
        zkb_fr_sub(&coefficients[0], &d[i], &t);
    }
}

void zkb_horner(zkb_fr *out, const zkb_fr *coefficients, unsigned degree, const zkb_fr *x)
{
    zkb_fr sum = coefficients[degree];
    for (unsigned i = degree; i-- > 0;) {
        zkb_fr_mul(&sum, &sum, x);
        zkb_fr_add(&sum, &sum, &coefficients[i]);
    }
    *out = sum;
}
