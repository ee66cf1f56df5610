/* Eight field elements in registers: one vocabulary, one implementation for each instruction set.
 *
 * Only kernels include this (README.md has an example). For a backend NAME that has an
 * implementation of its own, ZKB_ISA_NAME in capitals is defined; others take the portable one.
 *
 * Types: zkb_frv, zkb_fqv (eight elements), zkb_frw, zkb_fqw (eight unreduced sums of products),
 * zkb_vmask (bit i: lane i), zkb_v8_limb (eight integers below 2^51), zkb_v8_u64 (eight integers).
 *
 * Bounds. "Reduced" means below 2p; everything that enters or leaves memory is. Functions take
 * and give reduced values unless said. A lazy value has a larger bound, k p, that the caller knows:
 *   add_lazy(a, b)     A + B                sub_lazy(a, b)  A + 2, b reduced
 *   neg_lazy(a)        2, a reduced         add, sub, neg, double: reduced
 *   mul, mul2, sqr     reduced, for A B <= 72 (so 8p by 8p, or 36p by 2p)
 *   mul_add(a, b, c)   a b + c, bound 2 + C
 *   mul_sub(a, b, c)   a b - c, bound 4, c reduced
 *   sqr_sub2(a, b, c)  a^2 - b - c, bound 6, b and c reduced
 *   reduce(a)          reduced, A <= 5      reduce_far(a)   reduced, A <= 80
 * In debug builds bounds are asserted where a value is used or made.
 *
 * V stands for zkb_frv or zkb_fqv, W for zkb_frw or zkb_fqw, S and B for the scalar and block:
 *   V_zero(), V_one(), V_broadcast(const S *)
 *   V_load(const B *), V_store(B *, V)
 *   V_load_scalars(const S[8]), V_store_scalars(S[8], V)   from and to the scalar form
 *   V_load_raw(const S[8]), V_store_raw(S[8], V)    32-byte values already in the backend's radix
 *   V_store_integers(uint64_t[8][4], V)             canonical integers
 *   V_gather2(V *x, V *y, const void *const at[8])  64-byte pairs in the backend's radix
 *   V_scatter2(void *const at[8], V x, V y)
 *   V_lane(V, i), V_sum_lanes(V)                    scalars; slow
 *   V_mul_tiny(a, k)      k a, k <= 32
 *   V_mul2(&x, a, b, &y, c, d)                      x = a b, y = c d, interleaved
 *   V_from_u64(zkb_v8_u64), V_from_limb(zkb_v8_limb)
 *   V_mul_limb(p, s)      a s, for p = V_prepare_limb(a): a fifth of a multiplication
 *   V_select(mask, a, b)  a where the bit is set, else b; any bound
 *   V_keep_lanes(a, mask) a where the bit is set, else 0
 *   V_is_zero(a), V_equal(a, b)                     masks
 *   V_canonical(a)        the representative below p (of the backend's Montgomery form)
 *   V_rotate_lanes(a, k)  lane i becomes lane (i + k) % 8
 *   V_split_pairs(&even, &odd, a, b)                positions 0, 2, .. and 1, 3, .. of the sixteen
 *   V_merge_pairs(&a, &b, even, odd)                its inverse
 * Integers: zkb_v8_load_u64, _u32, _u16, _u8 of eight adjacent ones; zkb_v8_low32, _high32.
 *
 * Wide sums: W_zero(), W_mac(&w, a, b), then W_reduce(w), reduced. At most 128 products, each of
 * bound A B <= 4 (or with sum of A B <= 512). W_mac_limb(&w, a, s), then W_reduce_limb(w): at most
 * 1024 terms. The two kinds do not mix in one sum.
 *
 * A multiplication waits for itself (latency 80 cycles, throughput 50): keep two or more
 * independent ones in flight. */
#ifndef ZKB_FIELD_VECTOR_INLINE_H
#define ZKB_FIELD_VECTOR_INLINE_H

#include "base/backend.h"

#ifdef ZKB_ISA_IFMA
#include "field/vector_ifma_inline.h"
#else
#include "field/vector_portable_inline.h"
#endif

#endif
