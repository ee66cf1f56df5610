/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Keccak-f[1600] (FIPS 202) by a helper of the machine, which takes one instruction a permutation,
 * and two hashes that are made of it. Elsewhere, and with ZKBPF_NO_HELPERS, the same in plain C.
 *
 *     uint8_t digest[32];
 *     zkbpf_keccak256(digest, message, bytes);    as Ethereum pads
 *     zkbpf_sha3_256(digest, message, bytes);     as FIPS 202 does
 */
#ifndef ZKBPF_GUEST_KECCAK_H
#define ZKBPF_GUEST_KECCAK_H

#include "zkbpf.h"

#define ZKBPF_KECCAK_LANES 25
#define ZKBPF_KECCAK256_RATE 136 /* bytes of a block, of both hashes */

/* state = keccak-f[1600] of it: 25 words, lane (x, y) at x + 5 y, at a multiple of 8. */
#if defined __bpf__ && !defined ZKBPF_NO_HELPERS && defined __cplusplus
static inline void zkbpf_keccak_f1600(uint64_t *state)
{
    reinterpret_cast<uint64_t (*)(uint64_t *)>(1004)(state);
}
#elif defined __bpf__ && !defined ZKBPF_NO_HELPERS
static void (*const zkbpf_keccak_f1600)(uint64_t *state)
    __attribute__((unused)) = ZKBPF_HELPER(1004);
#else
static inline void zkbpf_keccak_f1600(uint64_t *state)
{
    static const uint64_t constants[24] = {
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
        0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
    /* Step pi is one cycle through the 24 lanes other than 0; lane cycle[i] receives what the lane
     * before it in the cycle held, turned left by turns[i]. */
    static const uint8_t cycle[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                      15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
    static const uint8_t turns[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                      27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
    for (unsigned round = 0; round < 24; round++) {
        uint64_t parity[5];
        for (unsigned x = 0; x < 5; x++) {
            parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        }
        for (unsigned i = 0; i < ZKBPF_KECCAK_LANES; i++) {
            const uint64_t next = parity[(i + 1) % 5];
            state[i] ^= parity[(i + 4) % 5] ^ (next << 1 | next >> 63);
        }
        uint64_t moving = state[1];
        for (unsigned i = 0; i < 24; i++) {
            const uint64_t displaced = state[cycle[i]];
            state[cycle[i]] = moving << turns[i] | moving >> (64 - turns[i]);
            moving = displaced;
        }
        for (unsigned y = 0; y < ZKBPF_KECCAK_LANES; y += 5) {
            const uint64_t first = state[y];
            const uint64_t second = state[y + 1];
            state[y] ^= ~second & state[y + 2];
            state[y + 1] ^= ~state[y + 2] & state[y + 3];
            state[y + 2] ^= ~state[y + 3] & state[y + 4];
            state[y + 3] ^= ~state[y + 4] & first;
            state[y + 4] ^= ~first & second;
        }
        state[0] ^= constants[round];
    }
}
#endif

/* Words of a message, which may be of any type. */
typedef uint64_t __attribute__((may_alias)) zkbpf_keccak_word;

static inline void zkbpf_keccak_add(uint64_t *state, const uint8_t *from, uint64_t bytes)
{
    uint64_t i = 0;
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && (uintptr_t)from % 8 == 0) {
        for (; bytes - i >= 8; i += 8) {
            state[i / 8] ^= *(const zkbpf_keccak_word *)(const void *)(from + i);
        }
    }
    for (; i < bytes; i++) {
        state[i / 8] ^= (uint64_t)from[i] << (8 * (i % 8));
    }
}

/* A sponge of rate 136 and an output of 32 bytes; `suffix` are the first bits of the padding. */
static inline void zkbpf_keccak_hash(uint8_t *digest, const uint8_t *message, uint64_t bytes,
                                     uint8_t suffix)
{
    uint64_t state[ZKBPF_KECCAK_LANES];
    uint64_t left = bytes;
    for (unsigned i = 0; i < ZKBPF_KECCAK_LANES; i++) {
        state[i] = 0;
    }
    for (; left >= ZKBPF_KECCAK256_RATE; left -= ZKBPF_KECCAK256_RATE) {
        zkbpf_keccak_add(state, message + (bytes - left), ZKBPF_KECCAK256_RATE);
        zkbpf_keccak_f1600(state);
    }
    zkbpf_keccak_add(state, message + (bytes - left), left);
    state[left / 8] ^= (uint64_t)suffix << (8 * (left % 8));
    state[ZKBPF_KECCAK256_RATE / 8 - 1] ^= (uint64_t)1 << 63;
    zkbpf_keccak_f1600(state);
    for (unsigned i = 0; i < 32; i++) {
        digest[i] = (uint8_t)(state[i / 8] >> (8 * (i % 8)));
    }
}

/* digest = Keccak-256(message), with the padding that Ethereum uses. */
static inline void zkbpf_keccak256(uint8_t *digest, const uint8_t *message, uint64_t bytes)
{
    zkbpf_keccak_hash(digest, message, bytes, 0x01);
}

/* digest = SHA3-256(message). */
static inline void zkbpf_sha3_256(uint8_t *digest, const uint8_t *message, uint64_t bytes)
{
    zkbpf_keccak_hash(digest, message, bytes, 0x06);
}

#endif
