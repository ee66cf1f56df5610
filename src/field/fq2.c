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

/* a^((q+1)/4): since q = 3 mod 4 its square is a or -a. */
static void candidate_root(zkb_fq *out, const zkb_fq *a)
{
    static const uint64_t exponent[4] = {0x4f082305b61f3f52u, 0x65e05aa45a1c72a3u,
                                         0x6e14116da0605617u, 0x0c19139cb84c680au};
    zkb_fq_pow(out, a, exponent);
}

static const zkb_fq half = {
    {0x87bee7d24f060572u, 0xd0fd2add2f1c6ae5u, 0x8f5f7492fcfd4f44u, 0x1f37631a3d9cbfacu}};

/* The complex method: with n a root of the norm, x = root((c0 + n)/2) or root((c0 - n)/2) and
 * y = c1/(2x). */
bool zkb_fq2_sqrt(zkb_fq2 *out, const zkb_fq2 *a)
{
    zkb_fq norm;
    zkb_fq t;
    zkb_fq x;
    zkb_fq_sqr(&norm, &a->c0);
    zkb_fq_sqr(&t, &a->c1);
    zkb_fq_add(&norm, &norm, &t);
    candidate_root(&norm, &norm);
    zkb_fq_add(&t, &a->c0, &norm);
    zkb_fq_mul(&t, &t, &half);
    candidate_root(&x, &t);
    zkb_fq check;
    zkb_fq_sqr(&check, &x);
    if (!zkb_fq_equal(&check, &t)) {
        zkb_fq_sub(&t, &a->c0, &norm);
        zkb_fq_mul(&t, &t, &half);
        candidate_root(&x, &t);
    }
    zkb_fq_double(&t, &x);
    zkb_fq_inv(&t, &t);
    zkb_fq2 r = {x, ZKB_FQ_ZERO};
    zkb_fq_mul(&r.c1, &a->c1, &t);
    if (zkb_fq_is_zero(&x)) { /* a = c0, and -c0 may be a square */
        zkb_fq_neg(&t, &a->c0);
        candidate_root(&r.c1, &t);
    }
    zkb_fq2 square;
    zkb_fq2_sqr(&square, &r);
    if (!zkb_fq2_equal(&square, a)) {
        return false;
    }
    *out = r;
    return true;
}
