/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What zkbpf.mk puts in the place of 128-bit multiplications, divisions and shifts by a variable:
 * clang's BPF back end has no functions of the compiler's library to call, and no way to return
 * 128 bits. These are always inlined, but for the division itself, which writes to memory. */
#include "zkbpf.h"

typedef unsigned __int128 u128;
typedef __int128 i128;

#define INLINED __attribute__((always_inline))

static inline uint64_t low(u128 x) { return (uint64_t)x; }
static inline uint64_t high(u128 x) { return (uint64_t)(x >> 64); }
static inline u128 join(uint64_t high, uint64_t low) { return (u128)high << 64 | low; }

INLINED u128 zkbpf_mul_i128(u128 a, u128 b)
{
    return join(zkbpf_mulhi(low(a), low(b)) + low(a) * high(b) + high(a) * low(b), low(a) * low(b));
}

INLINED u128 zkbpf_shl_i128(u128 a, u128 n)
{
    const uint64_t k = low(n) & 63;
    const uint64_t carry = k == 0 ? 0 : low(a) >> (64 - k);
    return low(n) >= 64 ? join(low(a) << k, 0) : join(high(a) << k | carry, low(a) << k);
}

INLINED u128 zkbpf_lshr_i128(u128 a, u128 n)
{
    const uint64_t k = low(n) & 63;
    const uint64_t carry = k == 0 ? 0 : high(a) << (64 - k);
    return low(n) >= 64 ? join(0, high(a) >> k) : join(high(a) >> k, low(a) >> k | carry);
}

INLINED u128 zkbpf_ashr_i128(u128 a, u128 n)
{
    const uint64_t k = low(n) & 63;
    const uint64_t carry = k == 0 ? 0 : high(a) << (64 - k);
    const uint64_t sign = (uint64_t)((int64_t)high(a) >> 63);
    const uint64_t top = (uint64_t)((int64_t)high(a) >> k);
    return low(n) >= 64 ? join(sign, top) : join(top, low(a) >> k | carry);
}

/* The high word of (high, low) / d, one bit at a time: quotient and remainder for high < d. */
static inline uint64_t divide_step(uint64_t *remainder, uint64_t low_word, uint64_t d)
{
    uint64_t r = *remainder;
    uint64_t q = low_word;
    for (int i = 0; i < 64; i++) {
        const uint64_t carry = r >> 63;
        r = r << 1 | q >> 63;
        q <<= 1;
        if (carry != 0 || r >= d) {
            r -= d;
            q |= 1;
        }
    }
    *remainder = r;
    return q;
}

/* result[0], [1]: quotient, low word first; [2], [3]: remainder. Division by zero gives what the
 * machine gives for words: quotient 0, remainder the dividend. */
__attribute__((noinline)) void zkbpf_divide_i128(uint64_t *result, const uint64_t *operands)
{
    const uint64_t a0 = operands[0];
    const uint64_t a1 = operands[1];
    const uint64_t b0 = operands[2];
    const uint64_t b1 = operands[3];
    if (b1 == 0) {
        const uint64_t top = b0 == 0 ? 0 : a1 / b0;
        uint64_t r = b0 == 0 ? a1 : a1 % b0;
        if (b0 != 0 && r == 0) {
            result[0] = a0 / b0;
            result[2] = a0 % b0;
        } else if (b0 != 0) {
            result[0] = divide_step(&r, a0, b0);
            result[2] = r;
        } else {
            result[0] = 0;
            result[2] = a0;
        }
        result[1] = top;
        result[3] = b0 == 0 ? a1 : 0;
        return;
    }
    /* The quotient fits a word: 64 steps over the low word. */
    uint64_t r0 = a1;
    uint64_t r1 = 0;
    uint64_t q = a0;
    for (int i = 0; i < 64; i++) {
        r1 = r1 << 1 | r0 >> 63;
        r0 = r0 << 1 | q >> 63;
        q <<= 1;
        if (r1 > b1 || (r1 == b1 && r0 >= b0)) {
            r1 = r1 - b1 - (r0 < b0);
            r0 -= b0;
            q |= 1;
        }
    }
    result[0] = q;
    result[1] = 0;
    result[2] = r0;
    result[3] = r1;
}

static inline u128 divide(u128 a, u128 b, int part)
{
    uint64_t operands[4] = {low(a), high(a), low(b), high(b)};
    uint64_t result[4];
    zkbpf_divide_i128(result, operands);
    return join(result[2 * part + 1], result[2 * part]);
}

static inline u128 magnitude(u128 a) { return high(a) >> 63 != 0 ? 0 - a : a; }

INLINED u128 zkbpf_udiv_i128(u128 a, u128 b) { return divide(a, b, 0); }
INLINED u128 zkbpf_urem_i128(u128 a, u128 b) { return divide(a, b, 1); }
INLINED u128 zkbpf_sdiv_i128(u128 a, u128 b)
{
    const u128 q = divide(magnitude(a), magnitude(b), 0);
    return (high(a) ^ high(b)) >> 63 != 0 ? 0 - q : q;
}
INLINED u128 zkbpf_srem_i128(u128 a, u128 b)
{
    const u128 r = divide(magnitude(a), magnitude(b), 1);
    return high(a) >> 63 != 0 ? 0 - r : r;
}
