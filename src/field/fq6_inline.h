/* Fq6 = Fq2[v] / (v^3 - xi), xi = 9 + i: c0 + c1 v + c2 v^2.
 *
 * Inline so that files with the flags of a backend get its scalar multiplication. Outputs may alias
 * inputs. Variable time. */
#ifndef ZKB_FIELD_FQ6_INLINE_H
#define ZKB_FIELD_FQ6_INLINE_H

#include "field/fq12.h"

/* (9 + i) a */
static inline void zkb_fq2_mul_xi(zkb_fq2 *out, const zkb_fq2 *a)
{
    zkb_fq2 t;
    zkb_fq2_double(&t, a);
    zkb_fq2_double(&t, &t);
    zkb_fq2_double(&t, &t);
    zkb_fq2_add(&t, &t, a);
    const zkb_fq c0 = a->c0;
    zkb_fq_sub(&out->c0, &t.c0, &a->c1);
    zkb_fq_add(&out->c1, &t.c1, &c0);
}

static inline bool zkb_fq6_is_zero(const zkb_fq6 *a)
{
    return zkb_fq2_is_zero(&a->c0) && zkb_fq2_is_zero(&a->c1) && zkb_fq2_is_zero(&a->c2);
}

static inline bool zkb_fq6_equal(const zkb_fq6 *a, const zkb_fq6 *b)
{
    return zkb_fq2_equal(&a->c0, &b->c0) && zkb_fq2_equal(&a->c1, &b->c1) &&
           zkb_fq2_equal(&a->c2, &b->c2);
}

static inline void zkb_fq6_add(zkb_fq6 *out, const zkb_fq6 *a, const zkb_fq6 *b)
{
    zkb_fq2_add(&out->c0, &a->c0, &b->c0);
    zkb_fq2_add(&out->c1, &a->c1, &b->c1);
    zkb_fq2_add(&out->c2, &a->c2, &b->c2);
}

static inline void zkb_fq6_sub(zkb_fq6 *out, const zkb_fq6 *a, const zkb_fq6 *b)
{
    zkb_fq2_sub(&out->c0, &a->c0, &b->c0);
    zkb_fq2_sub(&out->c1, &a->c1, &b->c1);
    zkb_fq2_sub(&out->c2, &a->c2, &b->c2);
}

static inline void zkb_fq6_neg(zkb_fq6 *out, const zkb_fq6 *a)
{
    zkb_fq2_neg(&out->c0, &a->c0);
    zkb_fq2_neg(&out->c1, &a->c1);
    zkb_fq2_neg(&out->c2, &a->c2);
}

/* v a */
static inline void zkb_fq6_mul_v(zkb_fq6 *out, const zkb_fq6 *a)
{
    const zkb_fq6 t = *a;
    zkb_fq2_mul_xi(&out->c0, &t.c2);
    out->c1 = t.c0;
    out->c2 = t.c1;
}

/* x y + z w by Karatsuba from the sums: (x + z)(y + w) - x y - z w, given the two products. */
static inline void zkb_fq2_cross_(zkb_fq2 *out, const zkb_fq2 *x, const zkb_fq2 *z,
                                  const zkb_fq2 *y, const zkb_fq2 *w, const zkb_fq2 *xy,
                                  const zkb_fq2 *zw)
{
    zkb_fq2 s;
    zkb_fq2 t;
    zkb_fq2_add(&s, x, z);
    zkb_fq2_add(&t, y, w);
    zkb_fq2_mul(&s, &s, &t);
    zkb_fq2_sub(&s, &s, xy);
    zkb_fq2_sub(out, &s, zw);
}

/* Karatsuba: six multiplications in Fq2. */
static inline void zkb_fq6_mul(zkb_fq6 *out, const zkb_fq6 *a, const zkb_fq6 *b)
{
    zkb_fq2 m0;
    zkb_fq2 m1;
    zkb_fq2 m2;
    zkb_fq2 x12;
    zkb_fq2 x01;
    zkb_fq2 x02;
    zkb_fq2_mul(&m0, &a->c0, &b->c0);
    zkb_fq2_mul(&m1, &a->c1, &b->c1);
    zkb_fq2_mul(&m2, &a->c2, &b->c2);
    zkb_fq2_cross_(&x12, &a->c1, &a->c2, &b->c1, &b->c2, &m1, &m2);
    zkb_fq2_cross_(&x01, &a->c0, &a->c1, &b->c0, &b->c1, &m0, &m1);
    zkb_fq2_cross_(&x02, &a->c0, &a->c2, &b->c0, &b->c2, &m0, &m2);
    zkb_fq2_mul_xi(&x12, &x12);
    zkb_fq2_add(&out->c0, &m0, &x12);
    zkb_fq2_mul_xi(&m2, &m2);
    zkb_fq2_add(&out->c1, &x01, &m2);
    zkb_fq2_add(&out->c2, &x02, &m1);
}

/* a (b0 + b1 v): five multiplications in Fq2. */
static inline void zkb_fq6_mul_by_01(zkb_fq6 *out, const zkb_fq6 *a, const zkb_fq2 *b0,
                                     const zkb_fq2 *b1)
{
    zkb_fq2 m0;
    zkb_fq2 m1;
    zkb_fq2 x01;
    zkb_fq2 x20;
    zkb_fq2 x21;
    zkb_fq2_mul(&m0, &a->c0, b0);
    zkb_fq2_mul(&m1, &a->c1, b1);
    zkb_fq2_cross_(&x01, &a->c0, &a->c1, b0, b1, &m0, &m1);
    zkb_fq2_mul(&x20, &a->c2, b0);
    zkb_fq2_mul(&x21, &a->c2, b1);
    zkb_fq2_mul_xi(&x21, &x21);
    zkb_fq2_add(&out->c0, &m0, &x21);
    out->c1 = x01;
    zkb_fq2_add(&out->c2, &x20, &m1);
}

static inline void zkb_fq6_scale(zkb_fq6 *out, const zkb_fq6 *a, const zkb_fq2 *by)
{
    const zkb_fq2 s = *by;
    zkb_fq2_mul(&out->c0, &a->c0, &s);
    zkb_fq2_mul(&out->c1, &a->c1, &s);
    zkb_fq2_mul(&out->c2, &a->c2, &s);
}

static inline void zkb_fq6_sqr(zkb_fq6 *out, const zkb_fq6 *a) { zkb_fq6_mul(out, a, a); }

/* 1/a by the norm to Fq2; zero for zero. */
static inline void zkb_fq6_inv(zkb_fq6 *out, const zkb_fq6 *a)
{
    zkb_fq6 t;
    zkb_fq2 u;
    zkb_fq2 norm;
    zkb_fq2_sqr(&t.c0, &a->c0); /* t0 = c0^2 - xi c1 c2 */
    zkb_fq2_mul(&u, &a->c1, &a->c2);
    zkb_fq2_mul_xi(&u, &u);
    zkb_fq2_sub(&t.c0, &t.c0, &u);
    zkb_fq2_sqr(&t.c1, &a->c2); /* t1 = xi c2^2 - c0 c1 */
    zkb_fq2_mul_xi(&t.c1, &t.c1);
    zkb_fq2_mul(&u, &a->c0, &a->c1);
    zkb_fq2_sub(&t.c1, &t.c1, &u);
    zkb_fq2_sqr(&t.c2, &a->c1); /* t2 = c1^2 - c0 c2 */
    zkb_fq2_mul(&u, &a->c0, &a->c2);
    zkb_fq2_sub(&t.c2, &t.c2, &u);
    zkb_fq2_mul(&norm, &a->c2, &t.c1); /* c0 t0 + xi (c2 t1 + c1 t2) */
    zkb_fq2_mul(&u, &a->c1, &t.c2);
    zkb_fq2_add(&norm, &norm, &u);
    zkb_fq2_mul_xi(&norm, &norm);
    zkb_fq2_mul(&u, &a->c0, &t.c0);
    zkb_fq2_add(&norm, &norm, &u);
    zkb_fq2_inv(&norm, &norm);
    zkb_fq2_mul(&out->c0, &t.c0, &norm);
    zkb_fq2_mul(&out->c1, &t.c1, &norm);
    zkb_fq2_mul(&out->c2, &t.c2, &norm);
}

#endif
