/* (a b + c) / M, by digits of 32 bits: algorithm D of D. E. Knuth, The Art of Computer Programming,
 * volume 2, 4.3.1. */
#include "machine/helpers/mulmod/mulmod.h"

#include <string.h>

enum {
    DIGITS = 2 * ZKB_MULMOD_WORDS,
    LONG_DIGITS = 2 * ZKB_MULMOD_QUOTIENT_WORDS /* of a b + c, and of q */
};

static void split(uint32_t *digits, const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        digits[2 * i] = (uint32_t)words[i];
        digits[2 * i + 1] = (uint32_t)(words[i] >> 32);
    }
}

static void join(uint64_t *words, const uint32_t *digits, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        words[i] = digits[2 * i] | (uint64_t)digits[2 * i + 1] << 32;
    }
}

/* n = a b + c, which is below 2^512. */
static void multiply(uint32_t n[LONG_DIGITS], const uint32_t a[DIGITS], const uint32_t b[DIGITS],
                     const uint32_t c[DIGITS])
{
    memset(n, 0, LONG_DIGITS * sizeof n[0]);
    memcpy(n, c, DIGITS * sizeof n[0]);
    for (unsigned i = 0; i < DIGITS; i++) {
        uint64_t carry = 0;
        for (unsigned j = 0; j < DIGITS; j++) {
            carry += (uint64_t)a[i] * b[j] + n[i + j];
            n[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        for (unsigned k = i + DIGITS; k < LONG_DIGITS; k++) {
            carry += n[k];
            n[k] = (uint32_t)carry;
            carry >>= 32;
        }
    }
}

/* x = x 2^shift, shift below 32. */
static void shift_up(uint32_t *x, unsigned digits, unsigned shift)
{
    uint32_t from_below = 0;
    for (unsigned i = 0; i < digits; i++) {
        const uint64_t wide = (uint64_t)x[i] << shift;
        x[i] = (uint32_t)wide | from_below;
        from_below = (uint32_t)(wide >> 32);
    }
}

static void shift_down(uint32_t *x, unsigned digits, unsigned shift)
{
    for (unsigned i = 0; i < digits; i++) {
        const uint64_t above = i + 1 < digits ? x[i + 1] : 0;
        x[i] = (uint32_t)((above << 32 | x[i]) >> shift);
    }
}

/* n -= digit v, of so many digits and one above. Whether it went below zero. */
static bool subtract_multiple(uint32_t *n, const uint32_t *v, unsigned digits, uint64_t digit)
{
    uint64_t carry = 0;
    uint64_t borrow = 0;
    for (unsigned i = 0; i <= digits; i++) {
        carry += i < digits ? digit * v[i] : 0;
        const uint64_t difference = (uint64_t)n[i] - (uint32_t)carry - borrow;
        n[i] = (uint32_t)difference;
        borrow = difference >> 63;
        carry >>= 32;
    }
    return borrow != 0;
}

static void add_back(uint32_t *n, const uint32_t *v, unsigned digits)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i <= digits; i++) {
        carry += (uint64_t)n[i] + (i < digits ? v[i] : 0);
        n[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* The digit of n / v, of so many digits and one above, v's highest bit set: at most 1 too large
 * after the second digit was looked at. */
static uint64_t estimate(const uint32_t *n, const uint32_t *v, unsigned digits)
{
    const uint64_t base = UINT64_C(1) << 32;
    const uint64_t top = (uint64_t)n[digits] << 32 | n[digits - 1];
    uint64_t digit = top / v[digits - 1];
    uint64_t rest = top % v[digits - 1];
    if (digits < 2) {
        return digit;
    }
    while (digit >= base || digit * v[digits - 2] > (rest << 32 | n[digits - 2])) {
        digit--;
        rest += v[digits - 1];
        if (rest >= base) {
            break;
        }
    }
    return digit;
}

/* q = n / v, n becomes the rest. v is not zero. */
static void divide(uint32_t q[LONG_DIGITS], uint32_t n[LONG_DIGITS + 1], uint32_t v[DIGITS])
{
    unsigned digits = DIGITS;
    while (v[digits - 1] == 0) {
        digits--;
    }
    const unsigned shift = (unsigned)__builtin_clz(v[digits - 1]);
    shift_up(v, digits, shift);
    shift_up(n, LONG_DIGITS + 1, shift);
    for (unsigned j = LONG_DIGITS + 1 - digits; j-- > 0;) {
        uint64_t digit = estimate(n + j, v, digits);
        if (subtract_multiple(n + j, v, digits, digit)) {
            digit--;
            add_back(n + j, v, digits);
        }
        q[j] = (uint32_t)digit;
    }
    shift_down(n, LONG_DIGITS + 1, shift);
}

void zkb_mulmod_divide(uint64_t *q, uint64_t *r, const uint64_t *a, const uint64_t *b,
                       const uint64_t *c, const uint64_t *m)
{
    uint32_t x[DIGITS];
    uint32_t y[DIGITS];
    uint32_t z[DIGITS];
    uint32_t v[DIGITS];
    uint32_t n[LONG_DIGITS + 1] = {0};
    uint32_t quotient[LONG_DIGITS] = {0};
    split(x, a, ZKB_MULMOD_WORDS);
    split(y, b, ZKB_MULMOD_WORDS);
    split(z, c, ZKB_MULMOD_WORDS);
    split(v, m, ZKB_MULMOD_WORDS);
    multiply(n, x, y, z);
    if ((m[0] | m[1] | m[2] | m[3]) == 0) {
        memcpy(quotient, n + DIGITS, DIGITS * sizeof n[0]);
    } else {
        divide(quotient, n, v);
    }
    join(q, quotient, ZKB_MULMOD_QUOTIENT_WORDS);
    join(r, n, ZKB_MULMOD_WORDS);
}
