/* Inverses modulo a number: the input is records of two 256-bit numbers a and m, the output 1 / a
 * mod m of each. */
#include "u256.h"

enum { WORDS = 4, RECORD = 2 * WORDS };

uint64_t entrypoint(const uint64_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint64_t *output)
{
    (void)secret;
    (void)secret_bytes;
    const uint64_t records = input_bytes / (8 * RECORD);
    for (uint64_t i = 0; i < records; i++) {
        const uint64_t *x = input + i * RECORD;
        zkbpf_inverse(output + i * WORDS, x, x + WORDS);
    }
    return records;
}
