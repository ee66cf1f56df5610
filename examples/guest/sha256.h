/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * SHA-256 (FIPS 180-4) by a helper of the machine, which takes one instruction a block. Elsewhere,
 * and with ZKBPF_NO_HELPERS, the same in plain C.
 *
 *     uint8_t digest[32];
 *     zkbpf_sha256(digest, message, bytes);
 */
#ifndef ZKBPF_GUEST_SHA256_H
#define ZKBPF_GUEST_SHA256_H

#include "zkbpf.h"

/* An array of the kind that the helper takes: at a multiple of 8. */
#define ZKBPF_SHA256_ALIGNED __attribute__((aligned(8)))

/* state += compression of the block: 8 words of the machine's byte order, and 64 bytes. Both are at
 * multiples of 8. If they overlap, the block is what it was before the call. */
#if defined __bpf__ && !defined ZKBPF_NO_HELPERS && defined __cplusplus
static inline void zkbpf_sha256_compress(uint32_t *state, const uint8_t *block)
{
    reinterpret_cast<uint64_t (*)(uint32_t *, const uint8_t *)>(1002)(state, block);
}
#elif defined __bpf__ && !defined ZKBPF_NO_HELPERS
static void (*const zkbpf_sha256_compress)(uint32_t *state, const uint8_t *block)
    __attribute__((unused)) = ZKBPF_HELPER(1002);
#else
static inline uint32_t zkbpf_sha256_rotated(uint32_t x, unsigned by)
{
    return x >> by | x << (32 - by);
}

static inline void zkbpf_sha256_compress(uint32_t *state, const uint8_t *block)
{
    static const uint32_t constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2};
    uint32_t w[64];
    uint32_t s[8];
    for (unsigned t = 0; t < 16; t++) {
        const uint8_t *x = block + 4 * t;
        w[t] = (uint32_t)x[0] << 24 | (uint32_t)x[1] << 16 | (uint32_t)x[2] << 8 | x[3];
    }
    for (unsigned t = 16; t < 64; t++) {
        const uint32_t x = w[t - 15];
        const uint32_t y = w[t - 2];
        w[t] = w[t - 16] + w[t - 7] +
               (zkbpf_sha256_rotated(x, 7) ^ zkbpf_sha256_rotated(x, 18) ^ x >> 3) +
               (zkbpf_sha256_rotated(y, 17) ^ zkbpf_sha256_rotated(y, 19) ^ y >> 10);
    }
    for (unsigned i = 0; i < 8; i++) {
        s[i] = state[i];
    }
    for (unsigned t = 0; t < 64; t++) {
        const uint32_t a = s[0];
        const uint32_t e = s[4];
        const uint32_t t1 = s[7] + (s[6] ^ (e & (s[5] ^ s[6]))) + constants[t] + w[t] +
                            (zkbpf_sha256_rotated(e, 6) ^ zkbpf_sha256_rotated(e, 11) ^
                             zkbpf_sha256_rotated(e, 25));
        const uint32_t t2 = ((a & s[1]) | (s[2] & (a | s[1]))) + (zkbpf_sha256_rotated(a, 2) ^
                                                                  zkbpf_sha256_rotated(a, 13) ^
                                                                  zkbpf_sha256_rotated(a, 22));
        for (unsigned i = 7; i > 0; i--) {
            s[i] = s[i - 1];
        }
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (unsigned i = 0; i < 8; i++) {
        state[i] += s[i];
    }
}
#endif

/* digest = SHA-256(message). Whole blocks are read where they stand if the message is at a multiple
 * of 8, as inputs are. */
static inline void zkbpf_sha256(uint8_t *digest, const uint8_t *message, uint64_t bytes)
{
    ZKBPF_SHA256_ALIGNED uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    ZKBPF_SHA256_ALIGNED uint8_t block[64];
    uint64_t done = 0;
    for (; bytes - done >= 64; done += 64) {
        const uint8_t *from = message + done;
        if ((uintptr_t)from % 8 != 0) {
            for (unsigned i = 0; i < 64; i++) {
                block[i] = from[i];
            }
            from = block;
        }
        zkbpf_sha256_compress(state, from);
    }
    /* The rest, a one bit, zeros, and the length in bits: one block or two. */
    const uint64_t rest = bytes - done;
    for (unsigned i = 0; i < 64; i++) {
        block[i] = 0;
    }
    for (uint64_t i = 0; i < rest; i++) {
        block[i] = message[done + i];
    }
    block[rest] = 0x80;
    if (rest >= 56) {
        zkbpf_sha256_compress(state, block);
        for (unsigned i = 0; i < 64; i++) {
            block[i] = 0;
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        block[56 + i] = (uint8_t)(bytes << 3 >> (56 - 8 * i));
    }
    zkbpf_sha256_compress(state, block);
    for (unsigned i = 0; i < 32; i++) {
        digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

#endif
