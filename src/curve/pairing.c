#include "curve/pairing.h"

#include "curve/pairing_kernels.h"
#include "field/fq12_inline.h"

ZKB_KERNELS_DEFINE(zkb_pairing_kernels)

void zkb_g2_prepare(zkb_g2_prepared *out, const zkb_g2_affine *q)
{
    zkb_pairing_kernels_get()->prepare(out, q);
}

void zkb_pairing_product(zkb_fq12 *out, const zkb_g1_affine *p, const zkb_g2_affine *q,
                         size_t count)
{
    const zkb_pairing_kernels *const k = zkb_pairing_kernels_get();
    zkb_fq12 f = zkb_fq12_one;
    for (size_t i = 0; i < count; i += ZKB_PAIRING_GROUP) {
        const size_t left = count - i;
        k->miller(&f, p + i, q + i, left < ZKB_PAIRING_GROUP ? left : ZKB_PAIRING_GROUP);
    }
    k->final_exponentiation(&f);
    *out = f;
}

bool zkb_pairing_check(const zkb_g1_affine *p, const zkb_g2_affine *q, size_t count)
{
    zkb_fq12 product;
    zkb_pairing_product(&product, p, q, count);
    return zkb_fq12_equal(&zkb_fq12_one, &product);
}

bool zkb_pairing_check_prepared(const zkb_g1_affine *p, const zkb_g2_prepared *const *q,
                                size_t count)
{
    const zkb_pairing_kernels *const k = zkb_pairing_kernels_get();
    zkb_fq12 f = zkb_fq12_one;
    for (size_t i = 0; i < count; i += ZKB_PAIRING_GROUP) {
        const size_t left = count - i;
        k->miller_prepared(&f, p + i, q + i, left < ZKB_PAIRING_GROUP ? left : ZKB_PAIRING_GROUP);
    }
    k->final_exponentiation(&f);
    return zkb_fq12_equal(&zkb_fq12_one, &f);
}
