/* Encoded points of G1 and G2. The first byte chooses the encoding, the rest is the point. Whatever
 * is accepted is in the group, and encodes to the bytes that were read: one encoding a point. */
#include "fuzz.h"

#include "curve/g1.h"
#include "curve/g2.h"

#include <string.h>

enum { LARGEST = ZKB_G2_UNCOMPRESSED_SIZE };

static void try_g1(const uint8_t *bytes)
{
    zkb_g1_affine p;
    uint8_t again[LARGEST];
    if (zkb_g1_decompress(&p, bytes)) {
        zkb_g1_compress(again, &p);
        FUZZ_REQUIRE(zkb_g1_affine_on_curve(&p));
        FUZZ_REQUIRE(memcmp(again, bytes, ZKB_G1_COMPRESSED_SIZE) == 0);
    } else {
        FUZZ_REQUIRE(zkb_g1_affine_is_identity(&p));
    }
    if (zkb_g1_decode(&p, bytes)) {
        zkb_g1_encode(again, &p);
        FUZZ_REQUIRE(zkb_g1_affine_on_curve(&p));
        FUZZ_REQUIRE(memcmp(again, bytes, ZKB_G1_UNCOMPRESSED_SIZE) == 0);
    } else {
        FUZZ_REQUIRE(zkb_g1_affine_is_identity(&p));
    }
}

static void require_in_g2(const zkb_g2_affine *p)
{
    static const uint64_t order[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
    zkb_g2 t;
    FUZZ_REQUIRE(zkb_g2_affine_on_curve(p));
    zkb_g2_from_affine(&t, p);
    zkb_g2_mul_limbs(&t, &t, order);
    FUZZ_REQUIRE(zkb_g2_is_identity(&t));
}

static void try_g2(const uint8_t *bytes)
{
    zkb_g2_affine p;
    uint8_t again[LARGEST];
    if (zkb_g2_decode(&p, bytes)) {
        zkb_g2_encode(again, &p);
        require_in_g2(&p);
        FUZZ_REQUIRE(memcmp(again, bytes, ZKB_G2_UNCOMPRESSED_SIZE) == 0);
    } else {
        FUZZ_REQUIRE(zkb_g2_affine_is_identity(&p));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t bytes[LARGEST] = {0};
    if (size == 0) {
        return 0;
    }
    memcpy(bytes, data + 1, size - 1 < LARGEST ? size - 1 : LARGEST);
    if (data[0] % 2 == 0) {
        try_g1(bytes);
    } else {
        try_g2(bytes);
    }
    return 0;
}
