#include "field/fq.h"

#include "base/bytes_inline.h"
#include "field/inverse.h"

const zkb_fq zkb_fq_one = {
    {0xd35d438dc58f0d9du, 0x0a78eb28f5c70b3du, 0x666ea36f7879462cu, 0x0e0a77c19a07df2fu}};
const zkb_fq zkb_fq_r2 = {
    {0xf32cfc5b538afa89u, 0xb5e71911d44501fbu, 0x47ab1eff0a417ff6u, 0x06d89f71cab8351fu}};

static const uint64_t prime[4] = {ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3};

void zkb_fq_from_u64(zkb_fq *out, uint64_t value)
{
    const zkb_fq raw = {{value, 0, 0, 0}};
    zkb_fq_mul(out, &raw, &zkb_fq_r2);
}

void zkb_fq_from_limbs(zkb_fq *out, const uint64_t limbs[4])
{
    zkb_fq raw = {{limbs[0], limbs[1], limbs[2], limbs[3]}};
    for (int i = 0; i < 5; i++) { /* 2^256 < 6p */
        zkb_fq_reduce_once_(&raw, &raw, 0);
    }
    zkb_fq_mul(out, &raw, &zkb_fq_r2);
}

void zkb_fq_to_limbs(uint64_t limbs[4], const zkb_fq *a)
{
    const zkb_fq one = {{1, 0, 0, 0}};
    zkb_fq t;
    zkb_fq_mul(&t, a, &one);
    for (int i = 0; i < 4; i++) {
        limbs[i] = t.limb[i];
    }
}

bool zkb_fq_from_bytes(zkb_fq *out, const uint8_t bytes[32])
{
    uint64_t limbs[4];
    for (int i = 0; i < 4; i++) {
        limbs[i] = zkb_load64(bytes + 8 * i);
    }
    for (int i = 3; i >= 0; i--) {
        if (limbs[i] < prime[i]) {
            zkb_fq_from_limbs(out, limbs);
            return true;
        }
        if (limbs[i] > prime[i]) {
            break;
        }
    }
    *out = ZKB_FQ_ZERO;
    return false;
}

void zkb_fq_to_bytes(uint8_t bytes[32], const zkb_fq *a)
{
    uint64_t limbs[4];
    zkb_fq_to_limbs(limbs, a);
    for (int i = 0; i < 4; i++) {
        zkb_store64(bytes + 8 * i, limbs[i]);
    }
}

void zkb_fq_inv(zkb_fq *out, const zkb_fq *a)
{
    static const zkb_inverse_modulus modulus = {{ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3},
                                                0x382df87d1b799c77u};
    /* 2^768: the inverse of 2^256 a, times this, is 2^256 / a in Montgomery's product. */
    static const zkb_fq cube = {
        {0xb1cd6dafda1530dfu, 0x62f210e6a7283db6u, 0xef7f0b0c0ada0afbu, 0x20fd6e902d592544u}};
    zkb_fq inverse = ZKB_FQ_ZERO;
    zkb_inverse_modulo(inverse.limb, a->limb, &modulus);
    zkb_fq_mul(out, &inverse, &cube);
}
