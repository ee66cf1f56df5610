/* C = A * B for square matrices of 64-bit numbers, modulo 2^64. Public input: n as 8 bytes, then
 * A and B by rows, all little-endian. Output: C by rows. Returns n, or 0 for a malformed input. */
#include "zkbpf.h"

#define MOST 90 /* what the default output region of 64 KiB holds */

uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output)
{
    (void)secret;
    (void)secret_bytes;
    const uint64_t *words = (const uint64_t *)(const void *)input;
    if (input_bytes < 8 || words[0] > MOST) {
        return 0;
    }
    const uint64_t n = words[0];
    if (input_bytes != 8 + 16 * n * n) {
        return 0;
    }
    const uint64_t *a = words + 1;
    const uint64_t *b = a + n * n;
    uint64_t *c = (uint64_t *)(void *)output;
    for (uint64_t row = 0; row < n; row++) {
        for (uint64_t column = 0; column < n; column++) {
            uint64_t sum = 0;
            for (uint64_t k = 0; k < n; k++) {
                sum += a[row * n + k] * b[k * n + column];
            }
            c[row * n + column] = sum;
        }
    }
    return n;
}
