#include "curve/g1.h"

#include <string.h>

/* clang-format off */
const zkb_g1_affine zkb_g1_generator = {
    {{0xd35d438dc58f0d9du, 0x0a78eb28f5c70b3du, 0x666ea36f7879462cu, 0x0e0a77c19a07df2fu}},
    {{0xa6ba871b8b1e1b3au, 0x14f1d651eb8e167bu, 0xccdd46def0f28c58u, 0x1c14ef83340fbe5eu}}};
const zkb_fq zkb_g1_b =
    {{0x7a17caa950ad28d7u, 0x1f6ac17ae15521b9u, 0x334bea4e696bd284u, 0x2a1f6744ce179d8eu}};
/* clang-format on */

#define zkb_g1_type zkb_g1
#define zkb_g1_affine_type zkb_g1_affine
#define CURVE(name) zkb_g1_##name
#define COORD(name) zkb_fq_##name
#define COORD_T zkb_fq
#define COORD_ONE zkb_fq_one
#include "curve/curve_template.h"

enum { ODD = 0x80, IDENTITY = 0x40 };

bool zkb_g1_affine_on_curve(const zkb_g1_affine *p) { return zkb_g1_satisfies_(p, &zkb_g1_b); }

bool zkb_g1_affine_on_curve_b(const zkb_g1_affine *p, const zkb_fq *b)
{
    return zkb_g1_satisfies_(p, b);
}

static bool is_odd(const zkb_fq *a)
{
    uint64_t limbs[4];
    zkb_fq_to_limbs(limbs, a);
    return (limbs[0] & 1) != 0;
}

/* A root of a when there is one: q = 3 mod 4, so it is a^((q+1)/4). */
static bool root(zkb_fq *out, const zkb_fq *a)
{
    static const uint64_t exponent[4] = {0x4f082305b61f3f52u, 0x65e05aa45a1c72a3u,
                                         0x6e14116da0605617u, 0x0c19139cb84c680au};
    zkb_fq check;
    zkb_fq_pow(out, a, exponent);
    zkb_fq_sqr(&check, out);
    return zkb_fq_equal(&check, a);
}

void zkb_g1_compress(uint8_t bytes[32], const zkb_g1_affine *p)
{
    zkb_fq_to_bytes(bytes, &p->x);
    if (zkb_g1_affine_is_identity(p)) {
        bytes[31] = IDENTITY;
    } else if (is_odd(&p->y)) {
        bytes[31] |= ODD;
    }
}

void zkb_g1_encode(uint8_t bytes[64], const zkb_g1_affine *p)
{
    zkb_fq_to_bytes(bytes, &p->x);
    zkb_fq_to_bytes(bytes + 32, &p->y);
}

static bool is_compressed_identity(const uint8_t bytes[32])
{
    static const uint8_t identity[32] = {[31] = IDENTITY};
    return memcmp(bytes, identity, sizeof identity) == 0;
}

bool zkb_g1_decompress(zkb_g1_affine *out, const uint8_t bytes[32])
{
    uint8_t x[32];
    *out = ZKB_G1_AFFINE_IDENTITY;
    if (is_compressed_identity(bytes)) {
        return true;
    }
    memcpy(x, bytes, sizeof x);
    x[31] &= (uint8_t)~ODD; /* the identity's bit stays, and puts x above the prime */
    zkb_g1_affine p;
    zkb_fq square;
    if (!zkb_fq_from_bytes(&p.x, x)) {
        return false;
    }
    zkb_g1_right_side_(&square, &p.x, &zkb_g1_b);
    if (!root(&p.y, &square)) {
        return false;
    }
    const bool odd = (bytes[31] & ODD) != 0;
    if (is_odd(&p.y) != odd) {
        if (zkb_fq_is_zero(&p.y)) {
            return false; /* minus zero */
        }
        zkb_fq_neg(&p.y, &p.y);
    }
    *out = p;
    return true;
}

bool zkb_g1_decode(zkb_g1_affine *out, const uint8_t bytes[64])
{
    zkb_g1_affine p;
    *out = ZKB_G1_AFFINE_IDENTITY;
    if (!zkb_fq_from_bytes(&p.x, bytes) || !zkb_fq_from_bytes(&p.y, bytes + 32) ||
        !zkb_g1_affine_on_curve(&p)) {
        return false;
    }
    *out = p;
    return true;
}
