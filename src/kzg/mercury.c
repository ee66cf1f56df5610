#include "kzg/mercury.h"

static void points_of(const zkb_g1_affine *out[ZKB_MERCURY_POINTS], const zkb_mercury_proof *p)
{
    const zkb_g1_affine *all[ZKB_MERCURY_POINTS] = {&p->h, &p->g,    &p->q,    &p->s,
                                                    &p->d, &p->w[0], &p->w[1], &p->w[2]};
    for (int i = 0; i < ZKB_MERCURY_POINTS; i++) {
        out[i] = all[i];
    }
}

static void scalars_of(const zkb_fr *out[ZKB_MERCURY_SCALARS], const zkb_mercury_proof *p)
{
    const zkb_fr *all[ZKB_MERCURY_SCALARS] = {&p->h_alpha, &p->g_zeta,    &p->g_inverse,
                                              &p->h_zeta,  &p->h_inverse, &p->s_inverse};
    for (int i = 0; i < ZKB_MERCURY_SCALARS; i++) {
        out[i] = all[i];
    }
}

void zkb_mercury_encode(uint8_t bytes[ZKB_MERCURY_PROOF_SIZE], const zkb_mercury_proof *proof)
{
    const zkb_g1_affine *points[ZKB_MERCURY_POINTS];
    const zkb_fr *scalars[ZKB_MERCURY_SCALARS];
    points_of(points, proof);
    scalars_of(scalars, proof);
    for (size_t i = 0; i < ZKB_MERCURY_POINTS; i++) {
        zkb_g1_encode(bytes + 64 * i, points[i]);
    }
    for (size_t i = 0; i < ZKB_MERCURY_SCALARS; i++) {
        zkb_fr_to_bytes(bytes + (size_t)64 * ZKB_MERCURY_POINTS + 32 * i, scalars[i]);
    }
}

zkb_status zkb_mercury_decode(zkb_mercury_proof *proof, const uint8_t bytes[ZKB_MERCURY_PROOF_SIZE],
                              zkb_error *error)
{
    zkb_g1_affine points[ZKB_MERCURY_POINTS];
    zkb_fr scalars[ZKB_MERCURY_SCALARS];
    for (size_t i = 0; i < ZKB_MERCURY_POINTS; i++) {
        if (!zkb_g1_decode(&points[i], bytes + 64 * i)) {
            return zkb_fail(error, ZKB_ERROR_REJECTED, "opening", i,
                            "opening: point %zu is not a canonical point of the curve", i);
        }
    }
    for (size_t i = 0; i < ZKB_MERCURY_SCALARS; i++) {
        if (!zkb_fr_from_bytes(&scalars[i], bytes + (size_t)64 * ZKB_MERCURY_POINTS + 32 * i)) {
            return zkb_fail(error, ZKB_ERROR_REJECTED, "opening", ZKB_MERCURY_POINTS + i,
                            "opening: scalar %zu is not below the prime", i);
        }
    }
    *proof = (zkb_mercury_proof){
        .h = points[0],
        .g = points[1],
        .q = points[2],
        .h_alpha = scalars[0],
        .s = points[3],
        .d = points[4],
        .g_zeta = scalars[1],
        .g_inverse = scalars[2],
        .h_zeta = scalars[3],
        .h_inverse = scalars[4],
        .s_inverse = scalars[5],
        .w = {points[5], points[6], points[7]},
    };
    return ZKB_OK;
}

void zkb_mercury_eq_polynomial(zkb_fr *out, const zkb_fr *w, unsigned variables, const zkb_fr *x)
{
    zkb_fr product = zkb_fr_one;
    zkb_fr power = *x; /* x^(2^k) */
    for (unsigned k = 0; k < variables; k++) {
        zkb_fr factor;
        zkb_fr_sub(&factor, &power, &zkb_fr_one);
        zkb_fr_mul(&factor, &factor, &w[k]);
        zkb_fr_add(&factor, &factor, &zkb_fr_one);
        zkb_fr_mul(&product, &product, &factor);
        zkb_fr_sqr(&power, &power);
    }
    *out = product;
}
