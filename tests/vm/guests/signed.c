/* Signed division and sign-extending loads: -mcpu=v4. */
#include "guest.h"

static int32_t table[64];

uint64_t entrypoint(const uint8_t *input, uint64_t left, const uint8_t *secret, uint64_t unused,
                    uint8_t *output)
{
    uint64_t value = 0;
    (void)secret;
    (void)unused;
    for (unsigned i = 0; i < 64; i++) {
        table[i] = 0;
    }
    while (left > 0) {
        const int64_t a = (int64_t)take(&input, &left, 8);
        const int64_t b = (int64_t)take(&input, &left, 2) - 30000;
        const int32_t c = (int32_t)a;
        const int32_t d = (int32_t)(b | 2) == -1 ? 5 : (int32_t)(b | 2);
        if (b != 0 && b != -1) { /* what C leaves undefined */
            value += (uint64_t)(a / b) ^ (uint64_t)(a % b);
        }
        value ^= (uint64_t)(int64_t)(c / d + c % d);
        table[(uint64_t)a % 64] += (int16_t)a - (int8_t)b;
        value += (uint64_t)(int64_t)table[(uint64_t)b % 64];
    }
    for (unsigned i = 0; i < 64; i++) {
        put64(output + 8 * i, (uint64_t)(int64_t)table[i]);
    }
    return value;
}
