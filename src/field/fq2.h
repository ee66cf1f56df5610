/* Fq2 = Fq[i] / (i^2 + 1), the field of G2's coordinates: c0 + c1 i.
 *
 * Form of the coefficients: as in fq.h. Outputs may alias inputs. Variable time. */
#ifndef ZKB_FIELD_FQ2_H
#define ZKB_FIELD_FQ2_H

#include "field/fq.h"

typedef struct zkb_fq2 {
    zkb_fq c0;
    zkb_fq c1;
} zkb_fq2;

#define ZKB_FQ2_ZERO ((zkb_fq2){{{0, 0, 0, 0}}, {{0, 0, 0, 0}}})
extern const zkb_fq2 zkb_fq2_one;

static inline bool zkb_fq2_is_zero(const zkb_fq2 *a)
{
    return zkb_fq_is_zero(&a->c0) && zkb_fq_is_zero(&a->c1);
}

static inline bool zkb_fq2_equal(const zkb_fq2 *a, const zkb_fq2 *b)
{
    return zkb_fq_equal(&a->c0, &b->c0) && zkb_fq_equal(&a->c1, &b->c1);
}

static inline void zkb_fq2_add(zkb_fq2 *out, const zkb_fq2 *a, const zkb_fq2 *b)
{
    zkb_fq_add(&out->c0, &a->c0, &b->c0);
    zkb_fq_add(&out->c1, &a->c1, &b->c1);
}

static inline void zkb_fq2_sub(zkb_fq2 *out, const zkb_fq2 *a, const zkb_fq2 *b)
{
    zkb_fq_sub(&out->c0, &a->c0, &b->c0);
    zkb_fq_sub(&out->c1, &a->c1, &b->c1);
}

static inline void zkb_fq2_neg(zkb_fq2 *out, const zkb_fq2 *a)
{
    zkb_fq_neg(&out->c0, &a->c0);
    zkb_fq_neg(&out->c1, &a->c1);
}

static inline void zkb_fq2_double(zkb_fq2 *out, const zkb_fq2 *a) { zkb_fq2_add(out, a, a); }

static inline void zkb_fq2_conjugate(zkb_fq2 *out, const zkb_fq2 *a)
{
    out->c0 = a->c0;
    zkb_fq_neg(&out->c1, &a->c1);
}

/* Karatsuba: three multiplications in Fq. */
static inline void zkb_fq2_mul(zkb_fq2 *out, const zkb_fq2 *a, const zkb_fq2 *b)
{
    zkb_fq m0;
    zkb_fq m1;
    zkb_fq sa;
    zkb_fq sb;
    zkb_fq_add(&sa, &a->c0, &a->c1);
    zkb_fq_add(&sb, &b->c0, &b->c1);
    zkb_fq_mul(&m0, &a->c0, &b->c0);
    zkb_fq_mul(&m1, &a->c1, &b->c1);
    zkb_fq_mul(&sa, &sa, &sb);
    zkb_fq_sub(&out->c0, &m0, &m1);
    zkb_fq_sub(&sa, &sa, &m0);
    zkb_fq_sub(&out->c1, &sa, &m1);
}

/* (c0 + c1)(c0 - c1) + 2 c0 c1 i. */
static inline void zkb_fq2_sqr(zkb_fq2 *out, const zkb_fq2 *a)
{
    zkb_fq s;
    zkb_fq d;
    zkb_fq m;
    zkb_fq_add(&s, &a->c0, &a->c1);
    zkb_fq_sub(&d, &a->c0, &a->c1);
    zkb_fq_mul(&m, &a->c0, &a->c1);
    zkb_fq_mul(&out->c0, &s, &d);
    zkb_fq_double(&out->c1, &m);
}

static inline void zkb_fq2_scale(zkb_fq2 *out, const zkb_fq2 *a, const zkb_fq *by)
{
    const zkb_fq s = *by;
    zkb_fq_mul(&out->c0, &a->c0, &s);
    zkb_fq_mul(&out->c1, &a->c1, &s);
}

/* 1/a; zero for zero. */
void zkb_fq2_inv(zkb_fq2 *out, const zkb_fq2 *a);

#endif
