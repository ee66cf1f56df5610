/* G1 of BN254: y^2 = x^3 + 3 over Fq, of prime order r, so every point on the curve is in the
 * group.
 *
 * Forms. Affine: (x, y), the identity being (0, 0). Extended (XYZZ): x = x/zz, y = y/zzz with
 * zz^3 = zzz^2, the identity being any with zz = 0; the sum of an affine and an extended point
 * costs 10 multiplications. Coordinates are field elements as in fq.h. Additions are complete:
 * equal, opposite and identity operands give the right result. Outputs may alias inputs. The group
 * law does not use the curve's coefficient b, so these functions serve every curve
 * y^2 = x^3 + b over Fq; only what takes or names b depends on it. Variable time.
 *
 * Encodings, bytes little-endian.
 *   Uncompressed, 64 bytes: x, y. The identity is 64 zero bytes.
 *   Compressed, 32 bytes: x, with bit 7 of the last byte set when y is odd (as a canonical
 *   integer). The identity is 31 zero bytes and 0x40.
 * A coordinate at or above the prime, a point off the curve, and any other encoding of the
 * identity are refused, so that a point has one encoding of each kind. */
#ifndef ZKB_CURVE_G1_H
#define ZKB_CURVE_G1_H

#include "field/fq.h"
#include "field/fr.h"

typedef struct zkb_g1_affine {
    zkb_fq x, y;
} zkb_g1_affine;

typedef struct zkb_g1 {
    zkb_fq x, y, zz, zzz;
} zkb_g1;

#define ZKB_G1_AFFINE_IDENTITY ((zkb_g1_affine){ZKB_FQ_ZERO, ZKB_FQ_ZERO})
#define ZKB_G1_IDENTITY ((zkb_g1){ZKB_FQ_ZERO, ZKB_FQ_ZERO, ZKB_FQ_ZERO, ZKB_FQ_ZERO})

/* (1, 2) */
extern const zkb_g1_affine zkb_g1_generator;
/* The curve's coefficient, 3. */
extern const zkb_fq zkb_g1_b;

enum { ZKB_G1_COMPRESSED_SIZE = 32, ZKB_G1_UNCOMPRESSED_SIZE = 64 };

static inline bool zkb_g1_is_identity(const zkb_g1 *p) { return zkb_fq_is_zero(&p->zz); }

static inline bool zkb_g1_affine_is_identity(const zkb_g1_affine *p)
{
    return zkb_fq_is_zero(&p->x) && zkb_fq_is_zero(&p->y);
}

static inline bool zkb_g1_affine_equal(const zkb_g1_affine *a, const zkb_g1_affine *b)
{
    return zkb_fq_equal(&a->x, &b->x) && zkb_fq_equal(&a->y, &b->y);
}

/* Equal as points, whatever their zz. */
bool zkb_g1_equal(const zkb_g1 *a, const zkb_g1 *b);

void zkb_g1_affine_neg(zkb_g1_affine *out, const zkb_g1_affine *p);
void zkb_g1_add(zkb_g1 *out, const zkb_g1 *a, const zkb_g1 *b);
void zkb_g1_add_affine(zkb_g1 *out, const zkb_g1 *a, const zkb_g1_affine *b);
void zkb_g1_double(zkb_g1 *out, const zkb_g1 *p);

/* scalar·p. The second takes the scalar as a canonical integer, any value below 2^256. */
void zkb_g1_mul(zkb_g1 *out, const zkb_g1 *p, const zkb_fr *scalar);
void zkb_g1_mul_limbs(zkb_g1 *out, const zkb_g1 *p, const uint64_t scalar[4]);

void zkb_g1_from_affine(zkb_g1 *out, const zkb_g1_affine *p);
void zkb_g1_to_affine(zkb_g1_affine *out, const zkb_g1 *p);
/* The same for `count` points with one inversion. scratch holds count elements; out must not
 * overlap points. */
void zkb_g1_batch_to_affine(zkb_g1_affine *out, const zkb_g1 *points, size_t count,
                            zkb_fq *scratch);

/* The identity counts as on the curve. */
bool zkb_g1_affine_on_curve(const zkb_g1_affine *p);

void zkb_g1_compress(uint8_t bytes[32], const zkb_g1_affine *p);
void zkb_g1_encode(uint8_t bytes[64], const zkb_g1_affine *p);
/* False when the bytes encode no point; *out is then the identity. */
bool zkb_g1_decompress(zkb_g1_affine *out, const uint8_t bytes[32]) ZKB_MUST_USE;
/* The same for `count` encodings, eight square roots side by side: the index of the first that
 * encodes no point, where *out and all after it are identities; count when there is none. */
size_t zkb_g1_batch_decompress(zkb_g1_affine *out, const uint8_t *bytes, size_t count) ZKB_MUST_USE;
bool zkb_g1_decode(zkb_g1_affine *out, const uint8_t bytes[64]) ZKB_MUST_USE;

#endif
