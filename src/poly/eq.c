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

void zkb_eq_zero(zkb_fr *out, const zkb_fr *point, unsigned variables)
{
    zkb_eq_index(out, 0, point, variables);
}
