/* Little-endian loads and stores, at any alignment. */
#ifndef ZKB_BASE_BYTES_INLINE_H
#define ZKB_BASE_BYTES_INLINE_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "zkbpf needs a little-endian host"
#endif

static inline uint16_t zkb_load16(const void *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline uint32_t zkb_load32(const void *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline uint64_t zkb_load64(const void *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void zkb_store16(void *p, uint16_t v) { memcpy(p, &v, sizeof v); }

static inline void zkb_store32(void *p, uint32_t v) { memcpy(p, &v, sizeof v); }

static inline void zkb_store64(void *p, uint64_t v) { memcpy(p, &v, sizeof v); }

#endif
