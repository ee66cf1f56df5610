/* The n-th Fibonacci number modulo 2^64, n in decimal digits in the public input. */
#include "zkbpf.h"

/* Reads decimal digits up to the first other byte; wraps above 2^64. */
static uint64_t parse_decimal(const uint8_t *text, uint64_t length)
{
    uint64_t value = 0;
    for (uint64_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) {
        value = 10 * value + (uint64_t)(text[i] - '0');
    }
    return value;
}

uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output)
{
    (void)secret;
    (void)secret_bytes;
    (void)output;
    const uint64_t n = parse_decimal(input, input_bytes);
    uint64_t a = 0;
    uint64_t b = 1;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t next = a + b;
        a = b;
        b = next;
    }
    return a;
}
