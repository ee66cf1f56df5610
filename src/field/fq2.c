#include "field/fq2.h"

const zkb_fq2 zkb_fq2_one = {
    {{0xd35d438dc58f0d9du, 0x0a78eb28f5c70b3du, 0x666ea36f7879462cu, 0x0e0a77c19a07df2fu}},
    {{0, 0, 0, 0}}};

/* conjugate / norm */
void zkb_fq2_inv(zkb_fq2 *out, const zkb_fq2 *a)
{
    zkb_fq norm;
    zkb_fq square;
    zkb_fq_sqr(&norm, &a->c0);
    zkb_fq_sqr(&square, &a->c1);
    zkb_fq_add(&norm, &norm, &square);
    zkb_fq_inv(&norm, &norm);
    zkb_fq_mul(&out->c0, &a->c0, &norm);
    zkb_fq_neg(&norm, &norm);
    zkb_fq_mul(&out->c1, &a->c1, &norm);
}
