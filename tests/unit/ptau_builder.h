/* Powers-of-tau files made in memory from a known tau, well formed or not. */
#ifndef ZKB_TESTS_PTAU_BUILDER_H
#define ZKB_TESTS_PTAU_BUILDER_H

#include "base/bytes_inline.h"
#include "curve/g1.h"
#include "curve/g2.h"

#include <stdlib.h>

typedef struct ptau_file {
    uint8_t *data;
    size_t size;
    size_t header, g1, g2; /* offsets of the sections' contents */
} ptau_file;

static inline size_t ptau_section(uint8_t *data, size_t at, uint32_t type, uint64_t size)
{
    zkb_store32(data + at, type);
    zkb_store64(data + at + 4, size);
    return at + 12;
}

/* Sections 1 to 3 as snarkjs writes them, powers of `tau`. The caller frees data. */
static inline ptau_file ptau_build(const zkb_fr *tau, unsigned power)
{
    const size_t count = (size_t)1 << power;
    const uint64_t prime[4] = {ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3};
    ptau_file f = {0};
    f.size = 12 + 3 * 12 + 44 + 64 * (2 * count - 1) + 128 * count;
    f.data = calloc(1, f.size);
    if (f.data == NULL) {
        abort();
    }
    memcpy(f.data, "ptau", 4);
    zkb_store32(f.data + 4, 1);
    zkb_store32(f.data + 8, 3);
    f.header = ptau_section(f.data, 12, 1, 44);
    zkb_store32(f.data + f.header, 32);
    memcpy(f.data + f.header + 4, prime, 32);
    zkb_store32(f.data + f.header + 36, power);
    zkb_store32(f.data + f.header + 40, power);
    f.g1 = ptau_section(f.data, f.header + 44, 2, 64 * (2 * count - 1));
    f.g2 = ptau_section(f.data, f.g1 + 64 * (2 * count - 1), 3, 128 * count);
    zkb_fr x = zkb_fr_one;
    for (size_t i = 0; i < 2 * count - 1; i++) {
        zkb_g1 p;
        zkb_g1_affine a;
        zkb_g1_from_affine(&p, &zkb_g1_generator);
        zkb_g1_mul(&p, &p, &x);
        zkb_g1_to_affine(&a, &p);
        memcpy(f.data + f.g1 + 64 * i, &a, 64);
        if (i < count) {
            zkb_g2 q;
            zkb_g2_affine b;
            zkb_g2_from_affine(&q, &zkb_g2_generator);
            zkb_g2_mul(&q, &q, &x);
            zkb_g2_to_affine(&b, &q);
            memcpy(f.data + f.g2 + 128 * i, &b, 128);
        }
        zkb_fr_mul(&x, &x, tau);
    }
    return f;
}

#endif
