/* Arithmetic of RFC 9669 that C's operators do not give directly. */
#ifndef ZKB_VM_INTERPRETER_INLINE_H
#define ZKB_VM_INTERPRETER_INLINE_H

#include <stdint.h>

/* Section 4.1: division by zero gives 0, modulo by zero the dividend; the one overflowing signed
 * division gives the dividend, its modulo 0. Truncation is towards zero. */
static inline uint64_t zkb_div64(uint64_t a, uint64_t b) { return b != 0 ? a / b : 0; }
static inline uint64_t zkb_mod64(uint64_t a, uint64_t b) { return b != 0 ? a % b : a; }
static inline uint32_t zkb_div32(uint32_t a, uint32_t b) { return b != 0 ? a / b : 0; }
static inline uint32_t zkb_mod32(uint32_t a, uint32_t b) { return b != 0 ? a % b : a; }

/* x / -1 is -x, also for the smallest x, whose quotient wraps to itself. */
static inline uint64_t zkb_sdiv64(uint64_t a, uint64_t b)
{
    if (b + 1 <= 1) {
        return b == 0 ? 0 : 0 - a;
    }
    return (uint64_t)((int64_t)a / (int64_t)b);
}

static inline uint64_t zkb_smod64(uint64_t a, uint64_t b)
{
    if (b + 1 <= 1) {
        return b == 0 ? a : 0;
    }
    return (uint64_t)((int64_t)a % (int64_t)b);
}

static inline uint32_t zkb_sdiv32(uint32_t a, uint32_t b)
{
    if (b + 1 <= 1) {
        return b == 0 ? 0 : 0 - a;
    }
    return (uint32_t)((int32_t)a / (int32_t)b);
}

static inline uint32_t zkb_smod32(uint32_t a, uint32_t b)
{
    if (b + 1 <= 1) {
        return b == 0 ? a : 0;
    }
    return (uint32_t)((int32_t)a % (int32_t)b);
}

static inline uint64_t zkb_sign64_8(uint64_t v) { return (uint64_t)(int64_t)(int8_t)v; }
static inline uint64_t zkb_sign64_16(uint64_t v) { return (uint64_t)(int64_t)(int16_t)v; }
static inline uint64_t zkb_sign64_32(uint64_t v) { return (uint64_t)(int64_t)(int32_t)v; }

#endif
