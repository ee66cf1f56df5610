/* Fq12 = Fq6[w] / (w^2 - v): c0 + c1 w. Conventions of fq6_inline.h. */
#ifndef ZKB_FIELD_FQ12_INLINE_H
#define ZKB_FIELD_FQ12_INLINE_H

#include "field/fq6_inline.h"

static inline bool zkb_fq12_equal(const zkb_fq12 *a, const zkb_fq12 *b)
{
    return zkb_fq6_equal(&a->c0, &b->c0) && zkb_fq6_equal(&a->c1, &b->c1);
}

/* Karatsuba: 18 multiplications in Fq2, 54 in Fq. */
static inline void zkb_fq12_mul(zkb_fq12 *out, const zkb_fq12 *a, const zkb_fq12 *b)
{
    zkb_fq6 m0;
    zkb_fq6 m1;
    zkb_fq6 s;
    zkb_fq6 t;
    zkb_fq6_add(&s, &a->c0, &a->c1);
    zkb_fq6_add(&t, &b->c0, &b->c1);
    zkb_fq6_mul(&m0, &a->c0, &b->c0);
    zkb_fq6_mul(&m1, &a->c1, &b->c1);
    zkb_fq6_mul(&s, &s, &t);
    zkb_fq6_sub(&s, &s, &m0);
    zkb_fq6_sub(&out->c1, &s, &m1);
    zkb_fq6_mul_v(&m1, &m1);
    zkb_fq6_add(&out->c0, &m0, &m1);
}

/* (c0 + c1)(c0 + v c1) - (1 + v) c0 c1, and 2 c0 c1: 36 multiplications in Fq. */
static inline void zkb_fq12_sqr(zkb_fq12 *out, const zkb_fq12 *a)
{
    zkb_fq6 m;
    zkb_fq6 s;
    zkb_fq6 t;
    zkb_fq6_mul(&m, &a->c0, &a->c1);
    zkb_fq6_add(&s, &a->c0, &a->c1);
    zkb_fq6_mul_v(&t, &a->c1);
    zkb_fq6_add(&t, &t, &a->c0);
    zkb_fq6_mul(&s, &s, &t);
    zkb_fq6_sub(&s, &s, &m);
    zkb_fq6_mul_v(&t, &m);
    zkb_fq6_sub(&out->c0, &s, &t);
    zkb_fq6_add(&out->c1, &m, &m);
}

/* a (b0 + (b1 + b2 v) w), the shape of a line: 13 multiplications in Fq2. */
static inline void zkb_fq12_mul_by_line(zkb_fq12 *out, const zkb_fq12 *a, const zkb_fq2 *b0,
                                        const zkb_fq2 *b1, const zkb_fq2 *b2)
{
    zkb_fq6 m0;
    zkb_fq6 m1;
    zkb_fq6 s;
    zkb_fq2 b01;
    zkb_fq2_add(&b01, b0, b1);
    zkb_fq6_add(&s, &a->c0, &a->c1);
    zkb_fq6_scale(&m0, &a->c0, b0);
    zkb_fq6_mul_by_01(&m1, &a->c1, b1, b2);
    zkb_fq6_mul_by_01(&s, &s, &b01, b2);
    zkb_fq6_sub(&s, &s, &m0);
    zkb_fq6_sub(&out->c1, &s, &m1);
    zkb_fq6_mul_v(&m1, &m1);
    zkb_fq6_add(&out->c0, &m0, &m1);
}

/* a^(q^6); the inverse of what lies in the cyclotomic subgroup. */
static inline void zkb_fq12_conjugate(zkb_fq12 *out, const zkb_fq12 *a)
{
    out->c0 = a->c0;
    zkb_fq6_neg(&out->c1, &a->c1);
}

/* 1/a; zero for zero. */
static inline void zkb_fq12_inv(zkb_fq12 *out, const zkb_fq12 *a)
{
    zkb_fq6 t;
    zkb_fq6 u;
    zkb_fq6_sqr(&t, &a->c0);
    zkb_fq6_sqr(&u, &a->c1);
    zkb_fq6_mul_v(&u, &u);
    zkb_fq6_sub(&t, &t, &u);
    zkb_fq6_inv(&t, &t);
    zkb_fq6_mul(&out->c0, &a->c0, &t);
    zkb_fq6_neg(&t, &t);
    zkb_fq6_mul(&out->c1, &a->c1, &t);
}

/* a^(q^k), k = 1, 2, 3. */
static inline void zkb_fq12_frobenius(zkb_fq12 *out, const zkb_fq12 *a, int k)
{
    /* Coefficients of w^0 .. w^5. */
    zkb_fq2 c[6] = {a->c0.c0, a->c1.c0, a->c0.c1, a->c1.c1, a->c0.c2, a->c1.c2};
    for (int j = 0; j < 6; j++) {
        if (k % 2 == 1) {
            zkb_fq2_conjugate(&c[j], &c[j]);
        }
        if (j > 0) {
            zkb_fq2_mul(&c[j], &c[j], &zkb_fq12_frobenius_factors[k - 1][j - 1]);
        }
    }
    out->c0 = (zkb_fq6){c[0], c[2], c[4]};
    out->c1 = (zkb_fq6){c[1], c[3], c[5]};
}

/* (a + b s)^2 in Fq2[s] / (s^2 - xi). */
static inline void zkb_fq4_sqr_(zkb_fq2 *c0, zkb_fq2 *c1, const zkb_fq2 *a, const zkb_fq2 *b)
{
    zkb_fq2 m;
    zkb_fq2 s;
    zkb_fq2 t;
    zkb_fq2_mul(&m, a, b);
    zkb_fq2_add(&s, a, b);
    zkb_fq2_mul_xi(&t, b);
    zkb_fq2_add(&t, &t, a);
    zkb_fq2_mul(&s, &s, &t);
    zkb_fq2_sub(&s, &s, &m);
    zkb_fq2_mul_xi(&t, &m);
    zkb_fq2_sub(c0, &s, &t);
    zkb_fq2_double(c1, &m);
}

/* 3 t - 2 z and 3 t + 2 z. */
static inline void zkb_fq2_three_less_two_(zkb_fq2 *out, const zkb_fq2 *t, const zkb_fq2 *z)
{
    zkb_fq2 d;
    zkb_fq2_sub(&d, t, z);
    zkb_fq2_double(&d, &d);
    zkb_fq2_add(out, &d, t);
}

static inline void zkb_fq2_three_plus_two_(zkb_fq2 *out, const zkb_fq2 *t, const zkb_fq2 *z)
{
    zkb_fq2 d;
    zkb_fq2_add(&d, t, z);
    zkb_fq2_double(&d, &d);
    zkb_fq2_add(out, &d, t);
}

/* a^2 for a in the cyclotomic subgroup (a^(q^4 - q^2 + 1) = 1): 18 multiplications in Fq.
 * Source: [GS10], section 3. */
static inline void zkb_fq12_cyclotomic_sqr(zkb_fq12 *out, const zkb_fq12 *a)
{
    zkb_fq2 t0;
    zkb_fq2 t1;
    zkb_fq2 t2;
    zkb_fq2 t3;
    zkb_fq2 t4;
    zkb_fq2 t5;
    zkb_fq4_sqr_(&t0, &t1, &a->c0.c0, &a->c1.c1);
    zkb_fq4_sqr_(&t2, &t3, &a->c1.c0, &a->c0.c2);
    zkb_fq4_sqr_(&t4, &t5, &a->c0.c1, &a->c1.c2);
    zkb_fq2_mul_xi(&t5, &t5);
    zkb_fq2_three_less_two_(&out->c0.c0, &t0, &a->c0.c0);
    zkb_fq2_three_less_two_(&out->c0.c1, &t2, &a->c0.c1);
    zkb_fq2_three_less_two_(&out->c0.c2, &t4, &a->c0.c2);
    zkb_fq2_three_plus_two_(&out->c1.c0, &t5, &a->c1.c0);
    zkb_fq2_three_plus_two_(&out->c1.c1, &t1, &a->c1.c1);
    zkb_fq2_three_plus_two_(&out->c1.c2, &t3, &a->c1.c2);
}

#endif
