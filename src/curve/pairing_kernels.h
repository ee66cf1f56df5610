/* The heavy parts of the pairing, for each backend. */
#ifndef ZKB_CURVE_PAIRING_KERNELS_H
#define ZKB_CURVE_PAIRING_KERNELS_H

#include "base/backend.h"
#include "curve/pairing.h"

/* Pairs that go through one loop together, at most. */
enum { ZKB_PAIRING_GROUP = 8 };

typedef struct zkb_pairing_kernels {
    const char *backend;
    void (*prepare)(zkb_g2_prepared *out, const zkb_g2_affine *q);
    /* inout *= product of the Miller functions of up to ZKB_PAIRING_GROUP pairs. */
    void (*miller)(zkb_fq12 *inout, const zkb_g1_affine *p, const zkb_g2_affine *q, size_t count);
    void (*miller_prepared)(zkb_fq12 *inout, const zkb_g1_affine *p,
                            const zkb_g2_prepared *const *q, size_t count);
    void (*final_exponentiation)(zkb_fq12 *inout);
} zkb_pairing_kernels;

ZKB_KERNELS_DECLARE(zkb_pairing_kernels);

#endif
