/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Products and inverses of 256-bit numbers modulo one, by helpers of the machine, which take one
 * instruction. Elsewhere, and with ZKBPF_NO_HELPERS, the same in plain C. A number is four words,
 * least significant first.
 *
 *     uint64_t x[4];
 *     zkbpf_mulmod(x, a, b, c, m);    x = (a b + c) mod m
 *     zkbpf_inverse(x, a, m);         a x mod m = 1
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

/* out = 1 / a mod m: the number below m of which a times is 1 more than a multiple of m. All may
 * overlap: all are read before out is written. Where there is none, because a and m have a common
 * divisor or m is 0 or 1, the run ends with a fault, so that there is nothing to prove. */
#if defined __bpf__ && !defined ZKBPF_NO_HELPERS && defined __cplusplus
static inline void zkbpf_inverse(uint64_t *out, const uint64_t *a, const uint64_t *m)
{
    reinterpret_cast<uint64_t (*)(uint64_t *, const uint64_t *, const uint64_t *)>(1011)(out, a, m);
}
#elif defined __bpf__ && !defined ZKBPF_NO_HELPERS
static void (*const zkbpf_inverse)(uint64_t *out, const uint64_t *a, const uint64_t *m)
    __attribute__((unused)) = ZKBPF_HELPER(1011);
#else
static inline int zkbpf_u256_is_less(const uint64_t *x, const uint64_t *y)
{
    unsigned i = 3;
    while (i > 0 && x[i] == y[i]) {
        i--;
    }
    return x[i] < y[i];
}

static inline void zkbpf_u256_add(uint64_t *x, const uint64_t *y)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i < 4; i++) {
        const uint64_t part = x[i] + y[i];
        x[i] = part + carry;
        carry = (part < y[i]) + (x[i] < carry);
    }
}

static inline void zkbpf_u256_subtract(uint64_t *x, const uint64_t *y)
{
    uint64_t borrow = 0;
    for (unsigned i = 0; i < 4; i++) {
        const uint64_t part = x[i] - y[i];
        const uint64_t next = (x[i] < y[i]) + (part < borrow);
        x[i] = part - borrow;
        borrow = next;
    }
}

/* Eight words: a number that Euclid's algorithm has left, then its factor, which times a is the
 * number or minus it, modulo m. */
static inline void zkbpf_u256_twice(uint64_t *x)
{
    for (unsigned i = 7; i > 0; i--) {
        x[i] = x[i] << 1 | (i == 4 ? 0 : x[i - 1] >> 63);
    }
    x[0] <<= 1;
}

static inline void zkbpf_u256_halve(uint64_t *x)
{
    for (unsigned i = 0; i < 8; i++) {
        x[i] = x[i] >> 1 | (i % 4 == 3 ? 0 : x[i + 1] << 63);
    }
}

/* u = u mod v, by multiples of v by powers of two, of which one at most is above u: no factor is
 * above m. */
static inline void zkbpf_u256_rest(uint64_t *u, const uint64_t *v)
{
    uint64_t multiple[8];
    unsigned bits = 0;
    for (unsigned i = 0; i < 8; i++) {
        multiple[i] = v[i];
    }
    while (!zkbpf_u256_is_less(u, multiple) && multiple[3] >> 63 == 0) {
        zkbpf_u256_twice(multiple);
        bits++;
    }
    for (;; bits--) {
        if (!zkbpf_u256_is_less(u, multiple)) {
            zkbpf_u256_subtract(u, multiple);
            zkbpf_u256_add(u + 4, multiple + 4);
        }
        if (bits == 0) {
            return;
        }
        zkbpf_u256_halve(multiple);
    }
}

static inline void zkbpf_inverse(uint64_t *out, const uint64_t *a, const uint64_t *m)
{
    uint64_t rests[2][8];
    unsigned steps = 0;
    for (unsigned i = 0; i < 4; i++) {
        rests[0][i] = m[i];
        rests[1][i] = a[i];
        rests[0][i + 4] = 0;
        rests[1][i + 4] = i == 0;
    }
    if (rests[0][0] < 2 && (rests[0][1] | rests[0][2] | rests[0][3]) == 0) {
        zkbpf_abort();
    }
    uint64_t *last = rests[1];
    while (last[0] > 1 || (last[1] | last[2] | last[3]) != 0) {
        zkbpf_u256_rest(rests[steps % 2], last);
        last = rests[steps % 2];
        steps++;
    }
    if (last[0] == 0) {
        zkbpf_abort();
    }
    if (steps % 2 == 0) {
        for (unsigned i = 0; i < 4; i++) {
            out[i] = last[i + 4];
        }
        return;
    }
    uint64_t result[4] = {m[0], m[1], m[2], m[3]}; /* less the factor, which is of -1 */
    zkbpf_u256_subtract(result, last + 4);
    for (unsigned i = 0; i < 4; i++) {
        out[i] = result[i];
    }
}
#endif

#endif
