/* Logarithms of sizes. */
#ifndef ZKB_BASE_LOG2_INLINE_H
#define ZKB_BASE_LOG2_INLINE_H

#include <stdint.h>

/* The least h with n <= 2^h; n at most 2^63. */
static inline unsigned zkb_log2_ceil(uint64_t n)
{
    unsigned h = 0;
    while (((uint64_t)1 << h) < n) {
        h++;
    }
    return h;
}

#endif
