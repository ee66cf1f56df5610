#include "poly/eq_blocks.h"

#include "poly/eq.h"

/* Fewer than eight elements: through scalars. */
static void extend_lanes(zkb_fr_block *inout, const zkb_fr *coordinate, size_t half)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    zkb_fr v[8];
    k->to_scalars(v, inout, half);
    for (size_t i = 0; i < half; i++) {
        zkb_fr_mul(&v[half + i], &v[i], coordinate);
        zkb_fr_sub(&v[i], &v[i], &v[half + i]);
    }
    k->from_scalars(inout, v, 2 * half);
}

void zkb_eq_blocks_extend(zkb_fr_block *inout, const zkb_fr *coordinate, unsigned variables)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    const size_t half = (size_t)1 << (variables - 1);
    if (half < 8) {
        extend_lanes(inout, coordinate, half);
        return;
    }
    k->scale(inout + half / 8, inout, coordinate, half);
    k->sub(inout, inout, inout + half / 8, half);
}

void zkb_eq_blocks_reduce(zkb_fr_block *inout, unsigned variables)
{
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    const size_t half = (size_t)1 << (variables - 1);
    if (half >= 8) {
        k->add(inout, inout, inout + half / 8, half);
        return;
    }
    zkb_fr v[8];
    k->to_scalars(v, inout, 2 * half);
    for (size_t i = 0; i < half; i++) {
        zkb_fr_add(&v[i], &v[i], &v[half + i]);
    }
    k->from_scalars(inout, v, half);
}

void zkb_eq_blocks(zkb_fr_block *out, const zkb_fr *point, unsigned variables)
{
    zkb_fr v[8];
    const unsigned low = variables < 3 ? variables : 3;
    zkb_eq_table(v, point, low);
    zkb_fr_kernels_get()->from_scalars(out, v, (size_t)1 << low);
    for (unsigned n = low + 1; n <= variables; n++) {
        zkb_eq_blocks_extend(out, &point[n - 1], n);
    }
}
