#include "field/fr.h"

#include "base/bytes_inline.h"
#include "field/inverse.h"

const zkb_fr zkb_fr_one = {
    {0xac96341c4ffffffbu, 0x36fc76959f60cd29u, 0x666ea36f7879462eu, 0x0e0a77c19a07df2fu}};
const zkb_fr zkb_fr_r2 = {
    {0x1bb8e645ae216da7u, 0x53fe3ab1e35c59e3u, 0x8c49833d53bb8085u, 0x0216d0b17f4e44a5u}};

static const uint64_t prime[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};

void zkb_fr_from_u64(zkb_fr *out, uint64_t value)
{
    const zkb_fr raw = {{value, 0, 0, 0}};
    zkb_fr_mul(out, &raw, &zkb_fr_r2);
}

void zkb_fr_from_limbs(zkb_fr *out, const uint64_t limbs[4])
{
    zkb_fr raw = {{limbs[0], limbs[1], limbs[2], limbs[3]}};
    for (int i = 0; i < 5; i++) { /* 2^256 < 6p */
        zkb_fr_reduce_once_(&raw, &raw, 0);
    }
    zkb_fr_mul(out, &raw, &zkb_fr_r2);
}

void zkb_fr_to_limbs(uint64_t limbs[4], const zkb_fr *a)
{
    const zkb_fr one = {{1, 0, 0, 0}};
    zkb_fr t;
    zkb_fr_mul(&t, a, &one);
    for (int i = 0; i < 4; i++) {
        limbs[i] = t.limb[i];
    }
}

bool zkb_fr_from_bytes(zkb_fr *out, const uint8_t bytes[32])
{
    uint64_t limbs[4];
    for (int i = 0; i < 4; i++) {
        limbs[i] = zkb_load64(bytes + 8 * i);
    }
    for (int i = 3; i >= 0; i--) {
        if (limbs[i] < prime[i]) {
            zkb_fr_from_limbs(out, limbs);
            return true;
        }
        if (limbs[i] > prime[i]) {
            break;
        }
    }
    *out = ZKB_FR_ZERO;
    return false;
}

void zkb_fr_to_bytes(uint8_t bytes[32], const zkb_fr *a)
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, a);
    for (int i = 0; i < 4; i++) {
        zkb_store64(bytes + 8 * i, limbs[i]);
    }
}

void zkb_fr_inv(zkb_fr *out, const zkb_fr *a)
{
    static const zkb_inverse_modulus modulus = {{ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3},
                                                0x3d1e0a6c10000001u};
    /* 2^768: the inverse of 2^256 a, times this, is 2^256 / a in Montgomery's product. */
    static const zkb_fr cube = {
        {0x5e94d8e1b4bf0040u, 0x2a489cbe1cfbb6b8u, 0x893cc664a19fcfedu, 0x0cf8594b7fcc657cu}};
    zkb_fr inverse;
    zkb_inverse_modulo(inverse.limb, a->limb, &modulus);
    zkb_fr_mul(out, &inverse, &cube);
}

void zkb_fr_batch_inv(zkb_fr *values, size_t count, zkb_fr *scratch)
{
    zkb_fr product = zkb_fr_one;
    for (size_t i = 0; i < count; i++) {
        scratch[i] = product;
        if (!zkb_fr_is_zero(&values[i])) {
            zkb_fr_mul(&product, &product, &values[i]);
        }
    }
    zkb_fr_inv(&product, &product);
    for (size_t i = count; i-- > 0;) {
        if (!zkb_fr_is_zero(&values[i])) {
            zkb_fr inverse;
            zkb_fr_mul(&inverse, &product, &scratch[i]);
            zkb_fr_mul(&product, &product, &values[i]);
            values[i] = inverse;
        }
    }
}
