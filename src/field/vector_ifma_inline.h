/* The vector vocabulary (vector_inline.h) in AVX-512 IFMA. For files with the flags of ifma. */
#ifndef ZKB_FIELD_VECTOR_IFMA_INLINE_H
#define ZKB_FIELD_VECTOR_IFMA_INLINE_H

#include "field/block.h"
#include "field/vector_constants_inline.h"

#include <assert.h>
#include <immintrin.h>

#define ZKB_VECTOR_FN static inline __attribute__((always_inline, unused))
#define ZKB_LIMB_MASK (((uint64_t)1 << 52) - 1)

typedef struct zkb_frv {
    __m512i l0, l1, l2, l3, l4;
} zkb_frv;
typedef struct zkb_fqv {
    __m512i l0, l1, l2, l3, l4;
} zkb_fqv;
/* Column k weighs 2^(52 k). */
typedef struct zkb_v8_columns {
    __m512i c0, c1, c2, c3, c4, c5, c6, c7, c8, c9;
} zkb_v8_columns;
typedef struct zkb_frw {
    zkb_v8_columns low, high;
} zkb_frw;
typedef struct zkb_fqw {
    zkb_v8_columns low, high;
} zkb_fqw;
typedef struct zkb_v8_limb {
    __m512i value;
} zkb_v8_limb;
typedef struct zkb_v8_u64 {
    __m512i value;
} zkb_v8_u64;
typedef __mmask8 zkb_vmask;

ZKB_VECTOR_FN __m512i zkb_v8_set1(uint64_t x) { return _mm512_set1_epi64((long long)x); }

/* c + the low, or high, 52 bits of a b; of a and b the low 52 bits count. */
ZKB_VECTOR_FN __m512i zkb_v8_madlo(__m512i c, __m512i a, __m512i b)
{
    return _mm512_madd52lo_epu64(c, a, b);
}

ZKB_VECTOR_FN __m512i zkb_v8_madhi(__m512i c, __m512i a, __m512i b)
{
    return _mm512_madd52hi_epu64(c, a, b);
}

/* (a | b) & m */
ZKB_VECTOR_FN __m512i zkb_v8_or_and(__m512i a, __m512i b, __m512i m)
{
    return _mm512_ternarylogic_epi64(a, b, m, 0xa8);
}

ZKB_VECTOR_FN zkb_v8_u64 zkb_v8_load_u64(const uint64_t in[8])
{
    const zkb_v8_u64 r = {_mm512_loadu_si512(in)};
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_load_u32(const uint32_t in[8])
{
    const zkb_v8_limb r = {_mm512_cvtepu32_epi64(_mm256_loadu_si256((const void *)in))};
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_load_u16(const uint16_t in[8])
{
    const zkb_v8_limb r = {_mm512_cvtepu16_epi64(_mm_loadu_si128((const void *)in))};
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_load_u8(const uint8_t in[8])
{
    const zkb_v8_limb r = {_mm512_cvtepu8_epi64(_mm_loadl_epi64((const void *)in))};
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_low32(zkb_v8_u64 a)
{
    const zkb_v8_limb r = {_mm512_and_si512(a.value, zkb_v8_set1(0xffffffff))};
    return r;
}

ZKB_VECTOR_FN zkb_v8_limb zkb_v8_high32(zkb_v8_u64 a)
{
    const zkb_v8_limb r = {_mm512_srli_epi64(a.value, 32)};
    return r;
}

/* Rows of two elements of four words (a, b) become words of eight elements and back. */
ZKB_VECTOR_FN void zkb_v8_transpose_in(__m512i w[4], const void *in)
{
    const __m512i *const rows = in;
    const __m512i r0 = _mm512_loadu_si512(rows);     /* e0w0 .. e0w3 e1w0 .. e1w3 */
    const __m512i r1 = _mm512_loadu_si512(rows + 1); /* e2, e3 */
    const __m512i r2 = _mm512_loadu_si512(rows + 2);
    const __m512i r3 = _mm512_loadu_si512(rows + 3);
    const __m512i even = _mm512_set_epi64(13, 9, 5, 1, 12, 8, 4, 0);  /* w0 of 4, w1 of 4 */
    const __m512i odd = _mm512_set_epi64(15, 11, 7, 3, 14, 10, 6, 2); /* w2 of 4, w3 of 4 */
    const __m512i a = _mm512_permutex2var_epi64(r0, even, r1);
    const __m512i b = _mm512_permutex2var_epi64(r2, even, r3);
    const __m512i c = _mm512_permutex2var_epi64(r0, odd, r1);
    const __m512i d = _mm512_permutex2var_epi64(r2, odd, r3);
    w[0] = _mm512_shuffle_i64x2(a, b, 0x44);
    w[1] = _mm512_shuffle_i64x2(a, b, 0xee);
    w[2] = _mm512_shuffle_i64x2(c, d, 0x44);
    w[3] = _mm512_shuffle_i64x2(c, d, 0xee);
}

ZKB_VECTOR_FN void zkb_v8_transpose_out(void *out, const __m512i w[4])
{
    __m512i *const rows = out;
    const __m512i a = _mm512_shuffle_i64x2(w[0], w[1], 0x44); /* w0 of e0..3, w1 of e0..3 */
    const __m512i b = _mm512_shuffle_i64x2(w[0], w[1], 0xee);
    const __m512i c = _mm512_shuffle_i64x2(w[2], w[3], 0x44);
    const __m512i d = _mm512_shuffle_i64x2(w[2], w[3], 0xee);
    const __m512i first = _mm512_set_epi64(13, 9, 5, 1, 12, 8, 4, 0);
    const __m512i second = _mm512_set_epi64(15, 11, 7, 3, 14, 10, 6, 2);
    _mm512_storeu_si512(rows, _mm512_permutex2var_epi64(a, first, c));
    _mm512_storeu_si512(rows + 1, _mm512_permutex2var_epi64(a, second, c));
    _mm512_storeu_si512(rows + 2, _mm512_permutex2var_epi64(b, first, d));
    _mm512_storeu_si512(rows + 3, _mm512_permutex2var_epi64(b, second, d));
}

/* The 8 x 8 transpose, in place. */
ZKB_VECTOR_FN void zkb_v8_transpose8_(__m512i w[8])
{
    __m512i t[8];
    __m512i u[8];
    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm512_unpacklo_epi64(w[i], w[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi64(w[i], w[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int j = 0; j < 2; j++) {
            u[i + j] = _mm512_shuffle_i64x2(t[i + j], t[i + 2 + j], 0x88);
            u[i + 2 + j] = _mm512_shuffle_i64x2(t[i + j], t[i + 2 + j], 0xdd);
        }
    }
    for (int j = 0; j < 4; j++) {
        w[j] = _mm512_shuffle_i64x2(u[j], u[j + 4], 0x88);
        w[j + 4] = _mm512_shuffle_i64x2(u[j], u[j + 4], 0xdd);
    }
}

ZKB_VECTOR_FN void zkb_v8_transpose8_in(__m512i w[8], const void *const at[8])
{
    for (int i = 0; i < 8; i++) {
        w[i] = _mm512_loadu_si512(at[i]);
    }
    zkb_v8_transpose8_(w);
}

ZKB_VECTOR_FN void zkb_v8_transpose8_out(void *const at[8], __m512i w[8])
{
    zkb_v8_transpose8_(w);
    for (int i = 0; i < 8; i++) {
        _mm512_storeu_si512(at[i], w[i]);
    }
}

/* x y into columns k (low half) and k + 1 (high half). */
#define ZKB_PRODUCT_TERM_(ck, ck1, x, y)                                                           \
    (ck) = zkb_v8_madlo((ck), (x), (y));                                                           \
    (ck1) = zkb_v8_madhi((ck1), (x), (y))

/* Five limbs of a by one limb y into columns k .. k + 5. */
#define ZKB_PRODUCT_ROW_(k0, k1, k2, k3, k4, k5, a, y)                                             \
    (k0) = zkb_v8_madlo((k0), (a).l0, (y));                                                        \
    (k1) = zkb_v8_madlo((k1), (a).l1, (y));                                                        \
    (k2) = zkb_v8_madlo((k2), (a).l2, (y));                                                        \
    (k3) = zkb_v8_madlo((k3), (a).l3, (y));                                                        \
    (k4) = zkb_v8_madlo((k4), (a).l4, (y));                                                        \
    (k1) = zkb_v8_madhi((k1), (a).l0, (y));                                                        \
    (k2) = zkb_v8_madhi((k2), (a).l1, (y));                                                        \
    (k3) = zkb_v8_madhi((k3), (a).l2, (y));                                                        \
    (k4) = zkb_v8_madhi((k4), (a).l3, (y));                                                        \
    (k5) = zkb_v8_madhi((k5), (a).l4, (y))

/* The same into a wide accumulator. */
#define ZKB_SPLIT_ROW_(w, k0, k1, k2, k3, k4, k5, a, y)                                            \
    (w)->low.c##k0 = zkb_v8_madlo((w)->low.c##k0, (a).l0, (y));                                    \
    (w)->low.c##k1 = zkb_v8_madlo((w)->low.c##k1, (a).l1, (y));                                    \
    (w)->low.c##k2 = zkb_v8_madlo((w)->low.c##k2, (a).l2, (y));                                    \
    (w)->low.c##k3 = zkb_v8_madlo((w)->low.c##k3, (a).l3, (y));                                    \
    (w)->low.c##k4 = zkb_v8_madlo((w)->low.c##k4, (a).l4, (y));                                    \
    (w)->high.c##k1 = zkb_v8_madhi((w)->high.c##k1, (a).l0, (y));                                  \
    (w)->high.c##k2 = zkb_v8_madhi((w)->high.c##k2, (a).l1, (y));                                  \
    (w)->high.c##k3 = zkb_v8_madhi((w)->high.c##k3, (a).l2, (y));                                  \
    (w)->high.c##k4 = zkb_v8_madhi((w)->high.c##k4, (a).l3, (y));                                  \
    (w)->high.c##k5 = zkb_v8_madhi((w)->high.c##k5, (a).l4, (y))

/* Column k0, whatever it holds: all but its low 52 bits carried to k1, the rest folded by
 * 2^-52 mod p into k1 .. k6. Multiply-adds read 52 bits only, so nothing is masked. */
#define ZKB_FOLD_COLUMN_(k0, k1, k2, k3, k4, k5, k6, f)                                            \
    (k1) = _mm512_add_epi64((k1), _mm512_srli_epi64((k0), 52));                                    \
    ZKB_PRODUCT_ROW_(k1, k2, k3, k4, k5, k6, f, k0)

#define V(name) zkb_frv_##name
#define VT zkb_frv
#define W(name) zkb_frw_##name
#define WT zkb_frw
#define SF(name) zkb_fr_##name
#define ST zkb_fr
#define BT zkb_fr_block
#define VC(name) ZKB_FRV_##name
#define VSC(name) ZKB_FR_##name
#include "field/vector_ifma_template.h"
#undef V
#undef VT
#undef W
#undef WT
#undef SF
#undef ST
#undef BT
#undef VC
#undef VSC

#define V(name) zkb_fqv_##name
#define VT zkb_fqv
#define W(name) zkb_fqw_##name
#define WT zkb_fqw
#define SF(name) zkb_fq_##name
#define ST zkb_fq
#define BT zkb_fq_block
#define VC(name) ZKB_FQV_##name
#define VSC(name) ZKB_FQ_##name
#include "field/vector_ifma_template.h"
#undef V
#undef VT
#undef W
#undef WT
#undef SF
#undef ST
#undef BT
#undef VC
#undef VSC

#endif
