#include "poly/eq.h"

void zkb_eq_table(zkb_fr *out, const zkb_fr *point, unsigned variables)
{
    out[0] = zkb_fr_one;
    for (unsigned k = 0; k < variables; k++) {
        const size_t half = (size_t)1 << k;
        for (size_t i = 0; i < half; i++) {
            zkb_fr_mul(&out[half + i], &out[i], &point[k]);
            zkb_fr_sub(&out[i], &out[i], &out[half + i]);
        }
    }
}

void zkb_eq_index(zkb_fr *out, uint64_t index, const zkb_fr *point, unsigned variables)
{
    zkb_fr product = zkb_fr_one;
    for (unsigned k = 0; k < variables; k++) {
        zkb_fr factor = point[k];
        if (((index >> k) & 1) == 0) {
            zkb_fr_sub(&factor, &zkb_fr_one, &factor);
        }
        zkb_fr_mul(&product, &product, &factor);
    }
    *out = product;
}

void zkb_eq_points(zkb_fr *out, const zkb_fr *x, const zkb_fr *y, unsigned variables)
{
    zkb_fr product = zkb_fr_one;
    for (unsigned k = 0; k < variables; k++) { /* 1 - x - y + 2 x y */
        zkb_fr factor, sum;
        zkb_fr_mul(&factor, &x[k], &y[k]);
        zkb_fr_double(&factor, &factor);
        zkb_fr_add(&sum, &x[k], &y[k]);
        zkb_fr_sub(&factor, &factor, &sum);
        zkb_fr_add(&factor, &factor, &zkb_fr_one);
        zkb_fr_mul(&product, &product, &factor);
    }
    *out = product;
}

void zkb_eq_range(zkb_fr *out, size_t count, uint64_t first, const zkb_fr *point,
                  unsigned variables)
{
    /* Of the indices without their k low bits those from first >> k to last >> k are needed. A
     * product and its prolongations are placed so that going down nothing is overwritten early. */
    const uint64_t last = first + count - 1;
    out[0] = zkb_fr_one;
    for (unsigned k = variables; k-- > 0;) {
        const uint64_t low = first >> k;
        for (uint64_t i = (last >> k) + 1; i-- > low;) {
            const zkb_fr product = out[(i >> 1) - (low >> 1)];
            zkb_fr_mul(&out[i - low], &product, &point[k]);
            if ((i & 1) == 0) {
                zkb_fr_sub(&out[i - low], &product, &out[i - low]);
            }
        }
    }
}

void zkb_eq_zero(zkb_fr *out, const zkb_fr *point, unsigned variables)
{
    zkb_eq_index(out, 0, point, variables);
}
