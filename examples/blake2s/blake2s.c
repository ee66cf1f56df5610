/* BLAKE2s-256 (RFC 7693) of the public input. A private input of 1..32 bytes is the key, so that
 * a proof shows the authentication code of a public message without its key. */
#include "zkbpf.h"

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* Which message words each round takes, in order. */
static const uint8_t schedule[10][16] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                                         {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
                                         {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
                                         {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
                                         {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
                                         {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
                                         {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
                                         {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
                                         {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
                                         {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

/* Columns, then diagonals: the four words that each quarter step mixes. */
static const uint8_t quarters[8][4] = {{0, 4, 8, 12},  {1, 5, 9, 13},  {2, 6, 10, 14},
                                       {3, 7, 11, 15}, {0, 5, 10, 15}, {1, 6, 11, 12},
                                       {2, 7, 8, 13},  {3, 4, 9, 14}};

static inline uint32_t rotate_right(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

/* state = compression of one block; count is the number of message bytes so far. */
static void compress(uint32_t state[8], const uint32_t block[16], uint64_t count, uint32_t last)
{
    uint32_t v[16];
    for (unsigned i = 0; i < 8; i++) {
        v[i] = state[i];
        v[i + 8] = initial[i];
    }
    v[12] ^= (uint32_t)count;
    v[13] ^= (uint32_t)(count >> 32);
    v[14] ^= last;
    ZKBPF_UNROLL
    for (unsigned round = 0; round < 10; round++) {
        ZKBPF_UNROLL
        for (unsigned i = 0; i < 8; i++) {
            const uint8_t *q = quarters[i];
            uint32_t a = v[q[0]], b = v[q[1]], c = v[q[2]], d = v[q[3]];
            a += b + block[schedule[round][2 * i]];
            d = rotate_right(d ^ a, 16);
            c += d;
            b = rotate_right(b ^ c, 12);
            a += b + block[schedule[round][2 * i + 1]];
            d = rotate_right(d ^ a, 8);
            c += d;
            b = rotate_right(b ^ c, 7);
            v[q[0]] = a;
            v[q[1]] = b;
            v[q[2]] = c;
            v[q[3]] = d;
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        state[i] ^= v[i] ^ v[i + 8];
    }
}

/* A block of at most 64 bytes, zero-padded. */
static void pad(uint32_t block[16], const uint8_t *bytes, uint64_t length)
{
    for (unsigned i = 0; i < 16; i++) {
        block[i] = 0;
    }
    for (uint64_t i = 0; i < length; i++) {
        ((uint8_t *)block)[i] = bytes[i];
    }
}

uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output)
{
    if (secret_bytes > 32) {
        return 1; /* no such key */
    }
    uint32_t state[8];
    for (unsigned i = 0; i < 8; i++) {
        state[i] = initial[i];
    }
    state[0] ^= 0x01010000 ^ (uint32_t)secret_bytes << 8 ^ 32;

    uint32_t block[16];
    uint64_t count = 0;
    if (secret_bytes > 0) {
        pad(block, secret, secret_bytes);
        count = 64;
        compress(state, block, count, input_bytes == 0 ? 0xffffffff : 0);
    }
    uint64_t done = 0;
    for (; input_bytes - done > 64; done += 64) {
        compress(state, (const uint32_t *)(const void *)(input + done), count + done + 64, 0);
    }
    if (input_bytes > 0 || secret_bytes == 0) {
        pad(block, input + done, input_bytes - done);
        compress(state, block, count + input_bytes, 0xffffffff);
    }

    uint32_t *digest = (uint32_t *)(void *)output;
    for (unsigned i = 0; i < 8; i++) {
        digest[i] = state[i];
    }
    return 0;
}
