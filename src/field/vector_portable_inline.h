/* The vector vocabulary (vector_inline.h) in plain C, eight scalars side by side. Compiled with
 * the flags of avx2 the scalars use MULX and ADX. */
#ifndef ZKB_FIELD_VECTOR_PORTABLE_INLINE_H
#define ZKB_FIELD_VECTOR_PORTABLE_INLINE_H

#include "field/block.h"

#include <assert.h>

#define ZKB_VECTOR_FN static inline __attribute__((unused))

typedef struct zkb_frv {
    zkb_fr e[8];
} zkb_frv;
typedef struct zkb_fqv {
    zkb_fq e[8];
} zkb_fqv;
typedef struct zkb_frw {
    zkb_frv sum;
} zkb_frw;
typedef struct zkb_fqw {
    zkb_fqv sum;
} zkb_fqw;
typedef struct zkb_v8_limb {
    uint64_t value[8];
} zkb_v8_limb;
typedef struct zkb_v8_u64 {
    uint64_t value[8];
} zkb_v8_u64;
typedef uint8_t zkb_vmask;

ZKB_VECTOR_FN zkb_v8_u64 zkb_v8_load_u64(const uint64_t in[8])
{
    zkb_v8_u64 r;
    for (int i = 0; i < 8; i++) {
        r.value[i] = in[i];
    }
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_load_u32(const uint32_t in[8])
{
    zkb_v8_limb r;
    for (int i = 0; i < 8; i++) {
        r.value[i] = in[i];
    }
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_load_u16(const uint16_t in[8])
{
    zkb_v8_limb r;
    for (int i = 0; i < 8; i++) {
        r.value[i] = in[i];
    }
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_load_u8(const uint8_t in[8])
{
    zkb_v8_limb r;
    for (int i = 0; i < 8; i++) {
        r.value[i] = in[i];
    }
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_low32(zkb_v8_u64 a)
{
    zkb_v8_limb r;
    for (int i = 0; i < 8; i++) {
        r.value[i] = a.value[i] & 0xffffffffu;
    }
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_high32(zkb_v8_u64 a)
{
    zkb_v8_limb r;
    for (int i = 0; i < 8; i++) {
        r.value[i] = a.value[i] >> 32;
    }
    return r;
}

#define V(name) zkb_frv_##name
#define VT zkb_frv
#define W(name) zkb_frw_##name
#define WT zkb_frw
#define SF(name) zkb_fr_##name
#define ST zkb_fr
#define BT zkb_fr_block
#include "field/vector_portable_template.h"
#undef V
#undef VT
#undef W
#undef WT
#undef SF
#undef ST
#undef BT

#define V(name) zkb_fqv_##name
#define VT zkb_fqv
#define W(name) zkb_fqw_##name
#define WT zkb_fqw
#define SF(name) zkb_fq_##name
#define ST zkb_fq
#define BT zkb_fq_block
#include "field/vector_portable_template.h"
#undef V
#undef VT
#undef W
#undef WT
#undef SF
#undef ST
#undef BT

#endif
