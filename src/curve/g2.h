/* G2 of BN254: the subgroup of order r of the twist y^2 = x^3 + 3/(9 + u) over Fq2, whose group has
 * order r·(2q - r). A point on the curve need not be in the subgroup; decoding checks both.
 *
 * Forms and promises as in g1.h. Encodings likewise, a coordinate being c0 then c1, 32 bytes each,
 * little-endian.
 *   Uncompressed, 128 bytes: x, y. The identity is 128 zero bytes. */
#ifndef ZKB_CURVE_G2_H
#define ZKB_CURVE_G2_H

#include "field/fq2.h"
#include "field/fr.h"

typedef struct zkb_g2_affine {
    zkb_fq2 x, y;
} zkb_g2_affine;

typedef struct zkb_g2 {
    zkb_fq2 x, y, zz, zzz;
} zkb_g2;

#define ZKB_G2_AFFINE_IDENTITY ((zkb_g2_affine){ZKB_FQ2_ZERO, ZKB_FQ2_ZERO})
#define ZKB_G2_IDENTITY ((zkb_g2){ZKB_FQ2_ZERO, ZKB_FQ2_ZERO, ZKB_FQ2_ZERO, ZKB_FQ2_ZERO})

/* The generator of EIP-197. */
extern const zkb_g2_affine zkb_g2_generator;
/* The twist's coefficient, 3/(9 + u). */
extern const zkb_fq2 zkb_g2_b;

enum { ZKB_G2_UNCOMPRESSED_SIZE = 128 };

static inline bool zkb_g2_is_identity(const zkb_g2 *p) { return zkb_fq2_is_zero(&p->zz); }

static inline bool zkb_g2_affine_is_identity(const zkb_g2_affine *p)
{
    return zkb_fq2_is_zero(&p->x) && zkb_fq2_is_zero(&p->y);
}

static inline bool zkb_g2_affine_equal(const zkb_g2_affine *a, const zkb_g2_affine *b)
{
    return zkb_fq2_equal(&a->x, &b->x) && zkb_fq2_equal(&a->y, &b->y);
}

bool zkb_g2_equal(const zkb_g2 *a, const zkb_g2 *b);

void zkb_g2_affine_neg(zkb_g2_affine *out, const zkb_g2_affine *p);
void zkb_g2_add(zkb_g2 *out, const zkb_g2 *a, const zkb_g2 *b);
void zkb_g2_add_affine(zkb_g2 *out, const zkb_g2 *a, const zkb_g2_affine *b);
void zkb_g2_double(zkb_g2 *out, const zkb_g2 *p);

void zkb_g2_mul(zkb_g2 *out, const zkb_g2 *p, const zkb_fr *scalar);
void zkb_g2_mul_limbs(zkb_g2 *out, const zkb_g2 *p, const uint64_t scalar[4]);

void zkb_g2_from_affine(zkb_g2 *out, const zkb_g2_affine *p);
void zkb_g2_to_affine(zkb_g2_affine *out, const zkb_g2 *p);
/* scratch holds count elements; out must not overlap points. */
void zkb_g2_batch_to_affine(zkb_g2_affine *out, const zkb_g2 *points, size_t count,
                            zkb_fq2 *scratch);

/* The identity counts as on the curve and in the subgroup. */
bool zkb_g2_affine_on_curve(const zkb_g2_affine *p);
/* Whether a point that is on the curve has order r (or is the identity). */
bool zkb_g2_affine_in_subgroup(const zkb_g2_affine *p);
/* The endomorphism psi: twist to curve, Frobenius, back. On the subgroup it multiplies by q. */
void zkb_g2_affine_psi(zkb_g2_affine *out, const zkb_g2_affine *p);

void zkb_g2_encode(uint8_t bytes[128], const zkb_g2_affine *p);
/* False when the bytes encode no point of the subgroup; *out is then the identity. */
bool zkb_g2_decode(zkb_g2_affine *out, const uint8_t bytes[128]) ZKB_MUST_USE;

#endif
