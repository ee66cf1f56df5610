#include "curve/g2.h"

/* clang-format off */
const zkb_g2_affine zkb_g2_generator = {
    {{{0x8e83b5d102bc2026u, 0xdceb1935497b0172u, 0xfbb8264797811adfu, 0x19573841af96503bu}},
     {{0xafb4737da84c6140u, 0x6043dd5a5802d8c4u, 0x09e950fc52a02f86u, 0x14fef0833aea7b6bu}}},
    {{{0x619dfa9d886be9f6u, 0xfe7fd297f59e9b78u, 0xff9e1a62231b7dfeu, 0x28fd7eebae9e4206u}},
     {{0x64095b56c71856eeu, 0xdc57f922327d3cbbu, 0x55f935be33351076u, 0x0da4a0e693fd6482u}}}};
const zkb_fq2 zkb_g2_b =
    {{{0x3bf938e377b802a8u, 0x020b1b273633535du, 0x26b7edf049755260u, 0x2514c6324384a86du}},
     {{0x38e7ecccd1dcff67u, 0x65f0b37d93ce0d3eu, 0xd749d0dd22ac00aau, 0x0141b9ce4a688d4du}}};
/* (9 + u)^((q-1)/3) and (9 + u)^((q-1)/2) */
static const zkb_fq2 psi_x =
    {{{0xb5773b104563ab30u, 0x347f91c8a9aa6454u, 0x7a007127242e0991u, 0x1956bcd8118214ecu}},
     {{0x6e849f1ea0aa4757u, 0xaa1c7b6d89f89141u, 0xb6e713cdfae0ca3au, 0x26694fbb4e82ebc3u}}};
static const zkb_fq2 psi_y =
    {{{0xe4bbdd0c2936b629u, 0xbb30f162e133bacbu, 0x31a9d1b6f9645366u, 0x253570bea500f8ddu}},
     {{0xa1d77ce45ffe77c7u, 0x07affd117826d1dbu, 0x6d16bd27bb7edc6bu, 0x2c87200285defeccu}}};
/* clang-format on */

#define zkb_g2_type zkb_g2
#define zkb_g2_affine_type zkb_g2_affine
#define CURVE(name) zkb_g2_##name
#define COORD(name) zkb_fq2_##name
#define COORD_T zkb_fq2
#define COORD_ONE zkb_fq2_one
#include "curve/curve_template.h"

bool zkb_g2_affine_on_curve(const zkb_g2_affine *p) { return zkb_g2_satisfies_(p, &zkb_g2_b); }

void zkb_g2_affine_psi(zkb_g2_affine *out, const zkb_g2_affine *p)
{
    zkb_fq2_conjugate(&out->x, &p->x);
    zkb_fq2_mul(&out->x, &out->x, &psi_x);
    zkb_fq2_conjugate(&out->y, &p->y);
    zkb_fq2_mul(&out->y, &out->y, &psi_y);
}

/* psi for extended points: it also conjugates zz and zzz. */
static void psi(zkb_g2 *out, const zkb_g2 *p)
{
    zkb_g2_affine t = {p->x, p->y};
    zkb_g2_affine_psi(&t, &t);
    zkb_fq2_conjugate(&out->zz, &p->zz);
    zkb_fq2_conjugate(&out->zzz, &p->zzz);
    out->x = t.x;
    out->y = t.y;
}

/* With z the curve's parameter, P has order r if and only if
 *     [z+1]P + psi([z]P) + psi^2([z]P) = psi^3([2z]P).
 * Source: [DLZZ22] "Fast subgroup testings", section 3. Necessary since psi is q there; sufficient
 * since the norm of that endomorphism, taken in Z[psi], has r as its greatest common divisor
 * with the order of the twist's group. */
bool zkb_g2_affine_in_subgroup(const zkb_g2_affine *p)
{
    static const uint64_t z[4] = {0x44e992b44a6909f1u, 0, 0, 0};
    zkb_g2 zp, left, right, t;
    zkb_g2_from_affine(&t, p);
    zkb_g2_mul_limbs(&zp, &t, z);
    zkb_g2_add_affine(&left, &zp, p);
    psi(&t, &zp);
    zkb_g2_add(&left, &left, &t);
    psi(&t, &t);
    zkb_g2_add(&left, &left, &t);
    psi(&t, &t);
    zkb_g2_double(&right, &t);
    return zkb_g2_equal(&left, &right);
}

void zkb_g2_encode(uint8_t bytes[128], const zkb_g2_affine *p)
{
    zkb_fq_to_bytes(bytes, &p->x.c0);
    zkb_fq_to_bytes(bytes + 32, &p->x.c1);
    zkb_fq_to_bytes(bytes + 64, &p->y.c0);
    zkb_fq_to_bytes(bytes + 96, &p->y.c1);
}

bool zkb_g2_decode(zkb_g2_affine *out, const uint8_t bytes[128])
{
    zkb_g2_affine p;
    *out = ZKB_G2_AFFINE_IDENTITY;
    if (!zkb_fq_from_bytes(&p.x.c0, bytes) || !zkb_fq_from_bytes(&p.x.c1, bytes + 32) ||
        !zkb_fq_from_bytes(&p.y.c0, bytes + 64) || !zkb_fq_from_bytes(&p.y.c1, bytes + 96) ||
        !zkb_g2_affine_on_curve(&p) || !zkb_g2_affine_in_subgroup(&p)) {
        return false;
    }
    *out = p;
    return true;
}
