/* The optimal ate pairing of BN254, G1 x G2 -> the r-th roots of unity in Fq12.
 *
 * Points must be on their curves, those of G2 in the subgroup; the identity pairs to one. The value
 * is a fixed power, prime to r, of the pairing whose final exponent is exactly (q^12 - 1)/r, which
 * changes no equation. Variable time.
 *
 * Source: [Ver10] "Optimal Pairings"; [AKLGL11] "Faster Explicit Formulas for Computing Pairings
 * over Ordinary Curves"; [FKR11] "Faster Hashing to G2" for the final exponent. */
#ifndef ZKB_CURVE_PAIRING_H
#define ZKB_CURVE_PAIRING_H

#include "curve/g1.h"
#include "curve/g2.h"
#include "field/fq12.h"

/* Steps of the loop: 65 doublings, 21 additions, 2 additions of Frobenius images. */
enum { ZKB_PAIRING_LINES = 88 };

/* The line c0 y + (c1 x + c2 v) w at (x, y) of G1. */
typedef struct zkb_pairing_line {
    zkb_fq2 c0, c1, c2;
} zkb_pairing_line;

/* A point of G2 with the lines of its loop, for one that is paired often. */
typedef struct zkb_g2_prepared {
    zkb_pairing_line line[ZKB_PAIRING_LINES];
    bool identity;
} zkb_g2_prepared;

void zkb_g2_prepare(zkb_g2_prepared *out, const zkb_g2_affine *q);

/* out = product of e(p[i], q[i]), i < count; one final exponentiation. */
void zkb_pairing_product(zkb_fq12 *out, const zkb_g1_affine *p, const zkb_g2_affine *q,
                         size_t count);
/* Whether the product is one. */
bool zkb_pairing_check(const zkb_g1_affine *p, const zkb_g2_affine *q, size_t count);
bool zkb_pairing_check_prepared(const zkb_g1_affine *p, const zkb_g2_prepared *const *q,
                                size_t count);

#endif
