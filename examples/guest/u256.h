/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Products of 256-bit numbers modulo one, by a helper of the machine, which takes one instruction.
 * Elsewhere, and with ZKBPF_NO_HELPERS, the same in plain C. A number is four words, least
 * significant first.
 *
 *     uint64_t x[4];
 *     zkbpf_mulmod(x, a, b, c, m);    x = (a b + c) mod m
 */
#ifndef ZKBPF_GUEST_U256_H
#define ZKBPF_GUEST_U256_H

#include "zkbpf.h"

/* out = (a b + c) mod m; modulo 2^256 if m is 0. All may be any numbers, also above m, and may
 * overlap: all are read before out is written. */
#if defined __bpf__ && !defined ZKBPF_NO_HELPERS && defined __cplusplus
static inline void zkbpf_mulmod(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                const uint64_t *c, const uint64_t *m)
{
    reinterpret_cast<uint64_t (*)(uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *,
                                  const uint64_t *)>(1003)(out, a, b, c, m);
}
#elif defined __bpf__ && !defined ZKBPF_NO_HELPERS
static void (*const zkbpf_mulmod)(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                  const uint64_t *c, const uint64_t *m)
    __attribute__((unused)) = ZKBPF_HELPER(1003);
#else
/* n = a b + c, of eight words. */
static inline void zkbpf_u256_product(uint64_t *n, const uint64_t *a, const uint64_t *b,
                                      const uint64_t *c)
{
    for (unsigned i = 0; i < 8; i++) {
        n[i] = i < 4 ? c[i] : 0;
    }
    for (unsigned i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (unsigned j = 0; j < 4; j++) {
            const uint64_t low = a[i] * b[j];
            const uint64_t sum = low + carry;
            carry = zkbpf_mulhi(a[i], b[j]) + (sum < low);
            n[i + j] += sum;
            carry += n[i + j] < sum;
        }
        for (unsigned k = i + 4; k < 8; k++) {
            n[k] += carry;
            carry = n[k] < carry;
        }
    }
}

/* r -= m if r, with a bit above its words, is not below m. */
static inline void zkbpf_u256_reduce(uint64_t *r, uint64_t above, const uint64_t *m)
{
    uint64_t difference[4];
    uint64_t borrow = 0;
    for (unsigned i = 0; i < 4; i++) {
        difference[i] = r[i] - m[i] - borrow;
        borrow = r[i] < m[i] || (r[i] == m[i] && borrow != 0);
    }
    if (above >= borrow) {
        for (unsigned i = 0; i < 4; i++) {
            r[i] = difference[i];
        }
    }
}

static inline void zkbpf_mulmod(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                const uint64_t *c, const uint64_t *m)
{
    uint64_t n[8];
    uint64_t r[4] = {0, 0, 0, 0};
    zkbpf_u256_product(n, a, b, c);
    for (unsigned bit = 512; bit-- > 0;) {
        const uint64_t above = r[3] >> 63;
        for (unsigned i = 3; i > 0; i--) {
            r[i] = r[i] << 1 | r[i - 1] >> 63;
        }
        r[0] = r[0] << 1 | (n[bit / 64] >> bit % 64 & 1);
        zkbpf_u256_reduce(r, above, m); /* a zero takes nothing off */
    }
    for (unsigned i = 0; i < 4; i++) {
        out[i] = r[i];
    }
}
#endif

#endif
