/* base^exponent mod modulus of 512 bits, in words of 64 with 128-bit products and quotients, as
 * portable bignum libraries are written; then 128-bit arithmetic of every kind. */
#include "zkbpf.h"

#include <string.h>

enum { WORDS = 8 };

typedef unsigned __int128 u128;
typedef __int128 i128;

static void multiply(uint64_t *product, const uint64_t *a, const uint64_t *b)
{
    memset(product, 0, 2 * WORDS * sizeof *product);
    for (int i = 0; i < WORDS; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < WORDS; j++) {
            const u128 t = (u128)a[i] * b[j] + product[i + j] + carry;
            product[i + j] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        product[i + WORDS] = carry;
    }
}

/* x mod m into x[0..WORDS), Knuth's algorithm D; the top bit of m is set. */
static void reduce(uint64_t *x, const uint64_t *m)
{
    uint64_t u[2 * WORDS + 1];
    memcpy(u, x, 2 * WORDS * sizeof *x);
    u[2 * WORDS] = 0;
    for (int j = WORDS; j >= 0; j--) {
        const u128 top = (u128)u[j + WORDS] << 64 | u[j + WORDS - 1];
        u128 q = top / m[WORDS - 1];
        u128 r = top % m[WORDS - 1];
        while (q >> 64 != 0 || q * m[WORDS - 2] > (r << 64 | u[j + WORDS - 2])) {
            q--;
            r += m[WORDS - 1];
            if (r >> 64 != 0) {
                break;
            }
        }
        uint64_t carry = 0;
        uint64_t borrow = 0;
        for (int i = 0; i <= WORDS; i++) {
            const u128 p = (i < WORDS ? q * m[i] : 0) + carry;
            const u128 d = (u128)u[i + j] - (uint64_t)p - borrow;
            carry = (uint64_t)(p >> 64);
            u[i + j] = (uint64_t)d;
            borrow = (uint64_t)(d >> 64) & 1;
        }
        carry = 0;
        for (int i = 0; borrow != 0 && i <= WORDS; i++) {
            const u128 s = (u128)u[i + j] + (i < WORDS ? m[i] : 0) + carry;
            u[i + j] = (uint64_t)s;
            carry = (uint64_t)(s >> 64);
        }
    }
    memcpy(x, u, WORDS * sizeof *x);
}

static uint64_t fold(uint64_t h, u128 x)
{
    return (h ^ (uint64_t)x ^ (uint64_t)(x >> 64)) * 0x100000001b3u + (h >> 29);
}

static uint64_t every_kind(const uint64_t *words, unsigned count)
{
    uint64_t h = 1;
    for (unsigned i = 0; i + 3 < count; i++) {
        const u128 a = (u128)words[i] << 64 | words[i + 1];
        const u128 b = ((u128)words[i + 2] << 64 | words[i + 3]) >> (i * 11 % 127);
        const unsigned n = (unsigned)words[i + 1] & 127;
        uint64_t checked;
        h = fold(h, a * b);
        h = fold(h, (u128)((i128)a * (i128)(int64_t)words[i]));
        h = fold(fold(fold(h, a << n), a >> n), (u128)((i128)a >> n));
        if (b != 0) {
            h = fold(fold(h, a / b), a % b);
            h = fold(fold(h, (u128)((i128)a / (i128)b)), (u128)((i128)a % -(i128)b));
        }
        h = fold(h, __builtin_mul_overflow(words[i], words[i + 1] >> n, &checked));
        h = fold(h, checked);
        h = fold(h, __builtin_mul_overflow((int64_t)words[i] >> (n & 63), (int64_t)words[i + 1],
                                           (int64_t *)&checked));
        h = fold(h, checked);
    }
    return h;
}

uint64_t entrypoint(const uint8_t *input, uint64_t n, const uint8_t *secret, uint64_t m,
                    uint8_t *output)
{
    uint64_t numbers[3 * WORDS] = {0};
    uint64_t result[WORDS] = {1};
    uint64_t product[2 * WORDS];
    (void)secret;
    (void)m;
    memcpy(numbers, input, n < sizeof numbers ? n : sizeof numbers);
    const uint64_t *base = numbers;
    uint64_t *modulus = numbers + WORDS;
    modulus[WORDS - 1] |= (uint64_t)1 << 63;
    for (int bit = 39; bit >= 0; bit--) {
        multiply(product, result, result);
        reduce(product, modulus);
        memcpy(result, product, sizeof result);
        if (numbers[2 * WORDS] >> bit & 1) {
            multiply(product, result, base);
            reduce(product, modulus);
            memcpy(result, product, sizeof result);
        }
    }
    memcpy(output, result, sizeof result);
    return every_kind(numbers, 3 * WORDS);
}
