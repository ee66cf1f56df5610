/* SHA-256 (FIPS 180-4) for guests: words are read whole, so messages begin at 4-byte-aligned
 * addresses, as the input regions do. */
#ifndef EXAMPLE_SHA256_H
#define EXAMPLE_SHA256_H

#include "zkbpf.h"

/* The fractional parts of the cube roots of the first 64 primes. */
static const uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* A word next to itself: its low half shifted right is the word rotated. The sums below take three
 * rotations of it in six instructions, where three rotations by themselves take fifteen. */
static inline uint64_t sha256_twice(uint32_t x) { return x | (uint64_t)x << 32; }

/* Rotated right by 2, 13 and 22. */
static inline uint32_t sha256_sum_a(uint32_t x)
{
    const uint64_t t = sha256_twice(x);
    return (uint32_t)(((t >> 9 ^ t) >> 11 ^ t) >> 2);
}

/* By 6, 11 and 25. */
static inline uint32_t sha256_sum_e(uint32_t x)
{
    const uint64_t t = sha256_twice(x);
    return (uint32_t)(((t >> 14 ^ t) >> 5 ^ t) >> 6);
}

/* By 7 and 18, and shifted by 3. */
static inline uint32_t sha256_sigma_0(uint32_t x)
{
    const uint64_t t = sha256_twice(x);
    return (uint32_t)((t >> 11 ^ t) >> 7) ^ x >> 3;
}

/* By 17 and 19, and shifted by 10. */
static inline uint32_t sha256_sigma_1(uint32_t x)
{
    const uint64_t t = sha256_twice(x);
    return (uint32_t)((t >> 2 ^ t) >> 17) ^ x >> 10;
}

/* Round i, with the eight variables under the names that they have in it: instead of moving each
 * one place on, the next round calls them by other names. */
#define SHA256_ROUND(a, b, c, d, e, f, g, h, i)                                                    \
    h += sha256_sum_e(e) + (g ^ (e & (f ^ g))) + k[i] + w[i];                                      \
    d += h;                                                                                        \
    h += sha256_sum_a(a) + ((a & b) | (c & (a | b)));

#define SHA256_EIGHT_ROUNDS(i)                                                                     \
    SHA256_ROUND(a, b, c, d, e, f, g, h, (i))                                                      \
    SHA256_ROUND(h, a, b, c, d, e, f, g, (i) + 1)                                                  \
    SHA256_ROUND(g, h, a, b, c, d, e, f, (i) + 2)                                                  \
    SHA256_ROUND(f, g, h, a, b, c, d, e, (i) + 3)                                                  \
    SHA256_ROUND(e, f, g, h, a, b, c, d, (i) + 4)                                                  \
    SHA256_ROUND(d, e, f, g, h, a, b, c, (i) + 5)                                                  \
    SHA256_ROUND(c, d, e, f, g, h, a, b, (i) + 6)                                                  \
    SHA256_ROUND(b, c, d, e, f, g, h, a, (i) + 7)

/* state += compression of one block of 16 big-endian words. */
static void sha256_compress(uint32_t state[8], const uint32_t block[16])
{
    uint32_t w[16];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    ZKBPF_UNROLL
    for (unsigned i = 0; i < 16; i++) {
        w[i] = __builtin_bswap32(block[i]);
    }
    const uint32_t *k = sha256_constants;
    for (;;) {
        SHA256_EIGHT_ROUNDS(0)
        SHA256_EIGHT_ROUNDS(8)
        k += 16;
        if (k == sha256_constants + 64) {
            break;
        }
        ZKBPF_UNROLL
        for (unsigned i = 0; i < 16; i++) {
            w[i] += sha256_sigma_0(w[(i + 1) % 16]) + w[(i + 9) % 16] +
                    sha256_sigma_1(w[(i + 14) % 16]);
        }
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

/* digest = SHA-256(message), both at 4-byte-aligned addresses. */
static void sha256(uint8_t digest[32], const uint8_t *message, uint64_t length)
{
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint64_t done = 0;
    for (; length - done >= 64; done += 64) {
        sha256_compress(state, (const uint32_t *)(const void *)(message + done));
    }

    /* The rest, a one bit, zeros, and the length in bits: one block or two. */
    uint32_t tail[32];
    for (unsigned i = 0; i < 32; i++) {
        tail[i] = 0;
    }
    uint8_t *bytes = (uint8_t *)tail;
    const uint64_t rest = length - done;
    for (uint64_t i = 0; i < rest; i++) {
        bytes[i] = message[done + i];
    }
    bytes[rest] = 0x80;
    const unsigned blocks = rest < 56 ? 1 : 2;
    tail[16 * blocks - 2] = __builtin_bswap32((uint32_t)(length >> 29));
    tail[16 * blocks - 1] = __builtin_bswap32((uint32_t)(length << 3));
    for (unsigned i = 0; i < blocks; i++) {
        sha256_compress(state, tail + 16 * (uint64_t)i);
    }

    uint32_t *words = (uint32_t *)(void *)digest;
    for (unsigned i = 0; i < 8; i++) {
        words[i] = __builtin_bswap32(state[i]);
    }
}

#endif
