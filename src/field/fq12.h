/* Fq6 = Fq2[v] / (v^3 - (9 + i)) and Fq12 = Fq6[w] / (w^2 - v), the field of pairings; the
 * functions are in fq6_inline.h and fq12_inline.h. */
#ifndef ZKB_FIELD_FQ12_H
#define ZKB_FIELD_FQ12_H

#include "field/fq2.h"

typedef struct zkb_fq6 {
    zkb_fq2 c0, c1, c2;
} zkb_fq6;

typedef struct zkb_fq12 {
    zkb_fq6 c0, c1;
} zkb_fq12;

extern const zkb_fq12 zkb_fq12_one;
/* [k - 1][j - 1]: (9 + i)^(j (q^k - 1) / 6), by which the k-th Frobenius multiplies w^j. */
extern const zkb_fq2 zkb_fq12_frobenius_factors[3][5];

#endif
