/* Encodings of points of G1. */
#include "curve/g1.h"
#include "field/block.h"

#include <string.h>

enum { ODD = 0x80, IDENTITY = 0x40 };

static bool is_odd(const zkb_fq *a)
{
    uint64_t limbs[4];
    zkb_fq_to_limbs(limbs, a);
    return (limbs[0] & 1) != 0;
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

/* x, 0 for the identity, and y^2. */
static bool read_x(zkb_fq *x, zkb_fq *square, const uint8_t bytes[32])
{
    uint8_t canonical[32];
    memcpy(canonical, bytes, sizeof canonical);
    if (is_compressed_identity(bytes)) {
        canonical[31] = 0;
    }
    canonical[31] &= (uint8_t)~ODD; /* another bit stays, and puts x above the prime */
    if (!zkb_fq_from_bytes(x, canonical)) {
        return false;
    }
    zkb_fq_sqr(square, x);
    zkb_fq_mul(square, square, x);
    zkb_fq_add(square, square, &zkb_g1_b);
    return true;
}

/* The point of an x, of y^2 and of what is a root of it if there is one. */
static bool choose_y(zkb_g1_affine *out, const zkb_fq *x, const zkb_fq *square, const zkb_fq *root,
                     const uint8_t bytes[32])
{
    zkb_fq check;
    *out = ZKB_G1_AFFINE_IDENTITY;
    if (is_compressed_identity(bytes)) {
        return true;
    }
    zkb_fq_sqr(&check, root);
    if (!zkb_fq_equal(&check, square)) {
        return false;
    }
    zkb_fq y = *root;
    if (is_odd(&y) != ((bytes[31] & ODD) != 0)) {
        if (zkb_fq_is_zero(&y)) {
            return false; /* minus zero */
        }
        zkb_fq_neg(&y, &y);
    }
    *out = (zkb_g1_affine){*x, y};
    return true;
}

bool zkb_g1_decompress(zkb_g1_affine *out, const uint8_t bytes[32])
{
    return zkb_g1_batch_decompress(out, bytes, 1) == 1;
}

enum { PORTION = 64 }; /* points at a time: the powers of their squares stay near */

/* (q + 1) / 4: the power that is a root of a square, since q = 3 mod 4. */
static const uint64_t root_exponent[4] = {0x4f082305b61f3f52u, 0x65e05aa45a1c72a3u,
                                          0x6e14116da0605617u, 0x0c19139cb84c680au};

static unsigned exponent_bit(int bit)
{
    return (unsigned)(root_exponent[bit / 64] >> (bit % 64)) & 1;
}

/* inout^((q+1)/4) by windows of at most four bits that end in a one. */
static void batch_root(zkb_fq_block inout[PORTION / 8], size_t count)
{
    const zkb_fq_kernels *k = zkb_fq_kernels_get();
    zkb_fq_block odd[8][PORTION / 8]; /* powers 1, 3, .. 15 */
    zkb_fq_block twice[PORTION / 8];
    memcpy(odd[0], inout, zkb_blocks(count) * sizeof *inout);
    k->sqr(twice, inout, count);
    for (int i = 1; i < 8; i++) {
        k->mul(odd[i], odd[i - 1], twice, count);
    }
    bool begun = false;
    for (int bit = 251; bit >= 0;) {
        int low = bit < 3 ? 0 : bit - 3;
        while (low < bit && exponent_bit(low) == 0) {
            low++;
        }
        unsigned window = 0; /* 0 where the bit is */
        for (; bit >= low; bit--) {
            window = 2 * window + exponent_bit(bit);
            if (begun) {
                k->sqr(inout, inout, count);
            }
        }
        if (window != 0 && begun) {
            k->mul(inout, inout, odd[window / 2], count);
        } else if (window != 0) {
            memcpy(inout, odd[window / 2], zkb_blocks(count) * sizeof *inout);
            begun = true;
        }
    }
}

/* zkb_g1_batch_decompress for at most PORTION points. */
static size_t decompress_portion(zkb_g1_affine *out, const uint8_t *bytes, size_t count)
{
    zkb_fq x[PORTION];
    zkb_fq square[PORTION];
    zkb_fq root[PORTION];
    zkb_fq_block blocks[PORTION / 8];
    const zkb_fq_kernels *k = zkb_fq_kernels_get();
    size_t good = 0;
    while (good < count && read_x(&x[good], &square[good], bytes + 32 * good)) {
        good++;
    }
    k->from_scalars(blocks, square, good);
    batch_root(blocks, good);
    k->to_scalars(root, blocks, good);
    for (size_t i = 0; i < good; i++) {
        if (!choose_y(&out[i], &x[i], &square[i], &root[i], bytes + 32 * i)) {
            return i;
        }
    }
    return good;
}

size_t zkb_g1_batch_decompress(zkb_g1_affine *out, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = ZKB_G1_AFFINE_IDENTITY;
    }
    for (size_t done = 0; done < count; done += PORTION) {
        const size_t part = count - done < PORTION ? count - done : PORTION;
        const size_t good = decompress_portion(out + done, bytes + 32 * done, part);
        if (good != part) {
            return done + good;
        }
    }
    return count;
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
