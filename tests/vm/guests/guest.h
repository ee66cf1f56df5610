/* For guests that the host compiles too. */
#ifndef GUEST_H
#define GUEST_H

#include "zkbpf.h"

/* The next bytes of the input as a number; zeros after its end. */
static inline uint64_t take(const uint8_t **input, uint64_t *left, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++) {
        if (*left > 0) {
            value |= (uint64_t)**input << (8 * i);
            ++*input;
            --*left;
        }
    }
    return value;
}

static inline void put64(uint8_t *output, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        output[i] = (uint8_t)(value >> (8 * i));
    }
}

#endif
