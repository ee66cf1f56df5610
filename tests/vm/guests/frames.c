/* A frame of more than 512 bytes: -mllvm -bpf-stack-size=4096. */
#include "guest.h"

__attribute__((noinline)) static uint64_t deep(const uint8_t *input, uint64_t left, unsigned depth)
{
    uint16_t local[1500];
    uint64_t sum = depth;
    for (unsigned i = 0; i < 1500; i++) {
        local[i] = (uint16_t)(i * depth + left);
    }
    while (left > 0) {
        const uint64_t x = take(&input, &left, 2);
        local[x % 1500] += (uint16_t)x;
    }
    if (depth > 0) {
        sum += deep(input, left, depth - 1);
    }
    for (unsigned i = 0; i < 1500; i++) {
        sum = sum * 31 + local[i];
    }
    return sum;
}

uint64_t entrypoint(const uint8_t *input, uint64_t left, const uint8_t *secret, uint64_t unused,
                    uint8_t *output)
{
    (void)secret;
    (void)unused;
    put64(output, deep(input, left / 2, 2));
    return deep(input, left, 3);
}
