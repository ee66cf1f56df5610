/* Eight elements of one prime field in AVX-512 IFMA registers; instantiated by
 * vector_ifma_inline.h, which defines
 *     V(name)  zkb_frv_##name or zkb_fqv_##name        VT  the vector type
 *     W(name)  zkb_frw_##name or zkb_fqw_##name        WT  the wide accumulator
 *     SF(name) zkb_fr_##name or zkb_fq_##name          ST  the scalar type, BT the block type
 *     VC(name) the constants of vector_constants_inline.h
 *
 * Form: Montgomery, radix 2^260, five limbs of 52 bits. vector_inline.h documents each function;
 * the comments here say how and why the bounds hold.
 *
 * Bound of a product. a < A p and b < B p. The low four columns are folded, each adding less than
 * 2^52 F with F = 2^-52 mod p < 0.13 p; all but the last are divided by 2^52 again. The Montgomery
 * step adds less than 2^52 p and everything is divided by 2^52. So
 *     out < A B p^2 / 2^260 + 0.13 p + p + tiny < (A B / 84.6 + 1.14) p,
 * below 2p while A B <= 72. */

static const uint64_t V(p_)[5] = {VC(P)};
static const uint64_t V(twice_p_)[5] = {VC(2P)};
static const uint64_t V(fold_)[5] = {VC(FOLD)};
static const uint64_t V(complement_)[5] = {VC(COMPLEMENT)};
static const uint64_t V(one_)[5] = {VC(ONE)};
static const uint64_t V(limb1_)[5] = {VC(LIMB1)};
static const uint64_t V(limb2_)[5] = {VC(LIMB2)};
static const uint64_t V(r2_)[5] = {VC(R2)};
static const uint64_t V(from_scalar_)[5] = {VC(FROM_SCALAR)};
static const uint64_t V(to_scalar_)[5] = {VC(TO_SCALAR)};
static const _Alignas(64) uint64_t
    V(sum_)[5][8] = {{VC(SUM0)}, {VC(SUM1)}, {VC(SUM2)}, {VC(SUM3)}, {VC(SUM4)}};
static const _Alignas(64) uint64_t V(difference_)[5][8] = {
    {VC(DIFFERENCE0)}, {VC(DIFFERENCE1)}, {VC(DIFFERENCE2)}, {VC(DIFFERENCE3)}, {VC(DIFFERENCE4)}};

ZKB_VECTOR_FN VT V(constant_)(const uint64_t limbs[5])
{
    const VT r = {zkb_v8_set1(limbs[0]), zkb_v8_set1(limbs[1]), zkb_v8_set1(limbs[2]),
                  zkb_v8_set1(limbs[3]), zkb_v8_set1(limbs[4])};
    return r;
}

/* Carries limbs, signed, upwards; all but the top end in [0, 2^52). */
ZKB_VECTOR_FN VT V(carry_)(VT a)
{
    const __m512i m = zkb_v8_set1(ZKB_LIMB_MASK);
    a.l1 = _mm512_add_epi64(a.l1, _mm512_srai_epi64(a.l0, 52));
    a.l2 = _mm512_add_epi64(a.l2, _mm512_srai_epi64(a.l1, 52));
    a.l3 = _mm512_add_epi64(a.l3, _mm512_srai_epi64(a.l2, 52));
    a.l4 = _mm512_add_epi64(a.l4, _mm512_srai_epi64(a.l3, 52));
    a.l0 = _mm512_and_si512(a.l0, m);
    a.l1 = _mm512_and_si512(a.l1, m);
    a.l2 = _mm512_and_si512(a.l2, m);
    a.l3 = _mm512_and_si512(a.l3, m);
    return a;
}

ZKB_VECTOR_FN VT V(raw_add_)(VT a, VT b)
{
    const VT r = {_mm512_add_epi64(a.l0, b.l0), _mm512_add_epi64(a.l1, b.l1),
                  _mm512_add_epi64(a.l2, b.l2), _mm512_add_epi64(a.l3, b.l3),
                  _mm512_add_epi64(a.l4, b.l4)};
    return r;
}

ZKB_VECTOR_FN VT V(raw_sub_)(VT a, VT b)
{
    const VT r = {_mm512_sub_epi64(a.l0, b.l0), _mm512_sub_epi64(a.l1, b.l1),
                  _mm512_sub_epi64(a.l2, b.l2), _mm512_sub_epi64(a.l3, b.l3),
                  _mm512_sub_epi64(a.l4, b.l4)};
    return r;
}

/* The entries of a table of eight multiples of p that index picks (its low three bits). */
ZKB_VECTOR_FN VT V(multiple_)(__m512i index, const uint64_t table[5][8])
{
    const VT r = {_mm512_permutexvar_epi64(index, _mm512_load_si512(table[0])),
                  _mm512_permutexvar_epi64(index, _mm512_load_si512(table[1])),
                  _mm512_permutexvar_epi64(index, _mm512_load_si512(table[2])),
                  _mm512_permutexvar_epi64(index, _mm512_load_si512(table[3])),
                  _mm512_permutexvar_epi64(index, _mm512_load_si512(table[4]))};
    return r;
}

#ifndef NDEBUG
/* Aborts unless all limbs are normalised and every lane is below times * p. */
ZKB_VECTOR_FN void V(check_)(VT a, uint64_t times)
{
    const __m512i all = _mm512_or_si512(
        _mm512_or_si512(_mm512_or_si512(a.l0, a.l1), _mm512_or_si512(a.l2, a.l3)), a.l4);
    assert(_mm512_cmpgt_epu64_mask(all, zkb_v8_set1(ZKB_LIMB_MASK)) == 0);
    VT bound = {zkb_v8_set1(V(p_)[0] * times), zkb_v8_set1(V(p_)[1] * times),
                zkb_v8_set1(V(p_)[2] * times), zkb_v8_set1(V(p_)[3] * times),
                zkb_v8_set1(V(p_)[4] * times)};
    const VT left = V(carry_)(V(raw_sub_)(a, bound));
    assert(_mm512_movepi64_mask(left.l4) == 0xff);
}
#else
ZKB_VECTOR_FN void V(check_)(VT a, uint64_t times)
{
    (void)a;
    (void)times;
}
#endif

ZKB_VECTOR_FN VT V(zero)(void)
{
    const __m512i z = _mm512_setzero_si512();
    const VT r = {z, z, z, z, z};
    return r;
}

ZKB_VECTOR_FN VT V(one)(void) { return V(constant_)(V(one_)); }

/* Limbs of 52 bits from four words of 64 bits. */
ZKB_VECTOR_FN VT V(unpack_)(__m512i w0, __m512i w1, __m512i w2, __m512i w3)
{
    const __m512i m = zkb_v8_set1(ZKB_LIMB_MASK);
    const VT r = {
        _mm512_and_si512(w0, m),
        zkb_v8_or_and(_mm512_srli_epi64(w0, 52), _mm512_slli_epi64(w1, 12), m),
        zkb_v8_or_and(_mm512_srli_epi64(w1, 40), _mm512_slli_epi64(w2, 24), m),
        zkb_v8_or_and(_mm512_srli_epi64(w2, 28), _mm512_slli_epi64(w3, 36), m),
        _mm512_srli_epi64(w3, 16),
    };
    return r;
}

ZKB_VECTOR_FN void V(pack_)(__m512i w[4], VT a)
{
    w[0] = _mm512_or_si512(a.l0, _mm512_slli_epi64(a.l1, 52));
    w[1] = _mm512_or_si512(_mm512_srli_epi64(a.l1, 12), _mm512_slli_epi64(a.l2, 40));
    w[2] = _mm512_or_si512(_mm512_srli_epi64(a.l2, 24), _mm512_slli_epi64(a.l3, 28));
    w[3] = _mm512_or_si512(_mm512_srli_epi64(a.l3, 36), _mm512_slli_epi64(a.l4, 16));
}

ZKB_VECTOR_FN VT V(load)(const BT *in)
{
    const VT r = V(unpack_)(_mm512_load_si512(in->limb[0]), _mm512_load_si512(in->limb[1]),
                            _mm512_load_si512(in->limb[2]), _mm512_load_si512(in->limb[3]));
    V(check_)(r, 2);
    return r;
}

ZKB_VECTOR_FN void V(store)(BT *out, VT a)
{
    V(check_)(a, 2);
    __m512i w[4];
    V(pack_)(w, a);
    _mm512_store_si512(out->limb[0], w[0]);
    _mm512_store_si512(out->limb[1], w[1]);
    _mm512_store_si512(out->limb[2], w[2]);
    _mm512_store_si512(out->limb[3], w[3]);
}

/* Carries the ten columns of a product and divides by 2^260: folds columns 0..3, then one
 * Montgomery step. 51 multiply-adds less one: the low half of m p0 only makes column 4 a multiple
 * of 2^52, so its carry is a rounding up. */
ZKB_VECTOR_FN VT V(reduce_columns_)(zkb_v8_columns c)
{
    const VT f = V(constant_)(V(fold_));
    const VT p = V(constant_)(V(p_));
    const __m512i m = zkb_v8_set1(ZKB_LIMB_MASK);
    ZKB_FOLD_COLUMN_(c.c0, c.c1, c.c2, c.c3, c.c4, c.c5, c.c6, f);
    ZKB_FOLD_COLUMN_(c.c1, c.c2, c.c3, c.c4, c.c5, c.c6, c.c7, f);
    ZKB_FOLD_COLUMN_(c.c2, c.c3, c.c4, c.c5, c.c6, c.c7, c.c8, f);
    ZKB_FOLD_COLUMN_(c.c3, c.c4, c.c5, c.c6, c.c7, c.c8, c.c9, f);
    const __m512i q = zkb_v8_madlo(_mm512_setzero_si512(), c.c4, zkb_v8_set1(VC(INV)));
    c.c5 = _mm512_add_epi64(c.c5, _mm512_srli_epi64(_mm512_add_epi64(c.c4, m), 52));
    c.c5 = zkb_v8_madhi(zkb_v8_madlo(c.c5, q, p.l1), q, p.l0);
    c.c6 = zkb_v8_madhi(zkb_v8_madlo(c.c6, q, p.l2), q, p.l1);
    c.c7 = zkb_v8_madhi(zkb_v8_madlo(c.c7, q, p.l3), q, p.l2);
    c.c8 = zkb_v8_madhi(zkb_v8_madlo(c.c8, q, p.l4), q, p.l3);
    c.c9 = zkb_v8_madhi(c.c9, q, p.l4);
    const VT r = {c.c5, c.c6, c.c7, c.c8, c.c9};
    return r;
}

ZKB_VECTOR_FN zkb_v8_columns V(product_)(VT a, VT b)
{
    const __m512i z = _mm512_setzero_si512();
    zkb_v8_columns c = {z, z, z, z, z, z, z, z, z, z};
    ZKB_PRODUCT_ROW_(c.c0, c.c1, c.c2, c.c3, c.c4, c.c5, a, b.l0);
    ZKB_PRODUCT_ROW_(c.c1, c.c2, c.c3, c.c4, c.c5, c.c6, a, b.l1);
    ZKB_PRODUCT_ROW_(c.c2, c.c3, c.c4, c.c5, c.c6, c.c7, a, b.l2);
    ZKB_PRODUCT_ROW_(c.c3, c.c4, c.c5, c.c6, c.c7, c.c8, a, b.l3);
    ZKB_PRODUCT_ROW_(c.c4, c.c5, c.c6, c.c7, c.c8, c.c9, a, b.l4);
    return c;
}

/* Off-diagonal products once, doubled, then the diagonal: 30 multiply-adds instead of 50. */
ZKB_VECTOR_FN zkb_v8_columns V(square_)(VT a)
{
    const __m512i z = _mm512_setzero_si512();
    zkb_v8_columns c = {z, z, z, z, z, z, z, z, z, z};
    ZKB_PRODUCT_TERM_(c.c1, c.c2, a.l0, a.l1);
    ZKB_PRODUCT_TERM_(c.c2, c.c3, a.l0, a.l2);
    ZKB_PRODUCT_TERM_(c.c3, c.c4, a.l0, a.l3);
    ZKB_PRODUCT_TERM_(c.c4, c.c5, a.l0, a.l4);
    ZKB_PRODUCT_TERM_(c.c3, c.c4, a.l1, a.l2);
    ZKB_PRODUCT_TERM_(c.c4, c.c5, a.l1, a.l3);
    ZKB_PRODUCT_TERM_(c.c5, c.c6, a.l1, a.l4);
    ZKB_PRODUCT_TERM_(c.c5, c.c6, a.l2, a.l3);
    ZKB_PRODUCT_TERM_(c.c6, c.c7, a.l2, a.l4);
    ZKB_PRODUCT_TERM_(c.c7, c.c8, a.l3, a.l4);
    c.c1 = _mm512_add_epi64(c.c1, c.c1);
    c.c2 = _mm512_add_epi64(c.c2, c.c2);
    c.c3 = _mm512_add_epi64(c.c3, c.c3);
    c.c4 = _mm512_add_epi64(c.c4, c.c4);
    c.c5 = _mm512_add_epi64(c.c5, c.c5);
    c.c6 = _mm512_add_epi64(c.c6, c.c6);
    c.c7 = _mm512_add_epi64(c.c7, c.c7);
    c.c8 = _mm512_add_epi64(c.c8, c.c8);
    ZKB_PRODUCT_TERM_(c.c0, c.c1, a.l0, a.l0);
    ZKB_PRODUCT_TERM_(c.c2, c.c3, a.l1, a.l1);
    ZKB_PRODUCT_TERM_(c.c4, c.c5, a.l2, a.l2);
    ZKB_PRODUCT_TERM_(c.c6, c.c7, a.l3, a.l3);
    ZKB_PRODUCT_TERM_(c.c8, c.c9, a.l4, a.l4);
    return c;
}

ZKB_VECTOR_FN VT V(mul)(VT a, VT b)
{
    const VT r = V(carry_)(V(reduce_columns_)(V(product_)(a, b)));
    V(check_)(r, 2);
    return r;
}

ZKB_VECTOR_FN VT V(sqr)(VT a)
{
    const VT r = V(carry_)(V(reduce_columns_)(V(square_)(a)));
    V(check_)(r, 2);
    return r;
}

ZKB_VECTOR_FN void V(mul2)(VT *x, VT a, VT b, VT *y, VT c, VT d)
{
    const zkb_v8_columns s = V(product_)(a, b);
    const zkb_v8_columns t = V(product_)(c, d);
    const VT u = V(reduce_columns_)(s);
    const VT v = V(reduce_columns_)(t);
    *x = V(carry_)(u);
    *y = V(carry_)(v);
    V(check_)(*x, 2);
    V(check_)(*y, 2);
}

/* Any value below 2^256, limbs carried or with a sum's slack of one bit, to below 2p. Its
 * multiple of 2^253 picks the multiple of p to take off; field-constants.py checks the table. */
ZKB_VECTOR_FN VT V(reduce)(VT a)
{
    const __m512i index = _mm512_srai_epi64(a.l4, 45);
    const VT r = V(carry_)(V(raw_sub_)(a, V(multiple_)(index, V(sum_))));
    V(check_)(r, 2);
    return r;
}

ZKB_VECTOR_FN VT V(add)(VT a, VT b)
{
    V(check_)(a, 2);
    V(check_)(b, 2);
    return V(reduce)(V(raw_add_)(a, b));
}

ZKB_VECTOR_FN VT V(sub)(VT a, VT b)
{
    V(check_)(a, 2);
    V(check_)(b, 2);
    const VT d = V(raw_sub_)(a, b);
    const __m512i index = _mm512_srai_epi64(d.l4, 45);
    const VT r = V(carry_)(V(raw_add_)(d, V(multiple_)(index, V(difference_))));
    V(check_)(r, 2);
    return r;
}

ZKB_VECTOR_FN VT V(neg)(VT a) { return V(sub)(V(zero)(), a); }

ZKB_VECTOR_FN VT V(double)(VT a) { return V(add)(a, a); }

ZKB_VECTOR_FN VT V(add_lazy)(VT a, VT b) { return V(carry_)(V(raw_add_)(a, b)); }

ZKB_VECTOR_FN VT V(sub_lazy)(VT a, VT b)
{
    V(check_)(b, 2);
    return V(carry_)(V(raw_sub_)(V(raw_add_)(a, V(constant_)(V(twice_p_))), b));
}

ZKB_VECTOR_FN VT V(neg_lazy)(VT a)
{
    V(check_)(a, 2);
    return V(carry_)(V(raw_sub_)(V(constant_)(V(twice_p_)), a));
}

ZKB_VECTOR_FN VT V(mul_add)(VT a, VT b, VT c)
{
    return V(carry_)(V(raw_add_)(V(reduce_columns_)(V(product_)(a, b)), c));
}

ZKB_VECTOR_FN VT V(mul_sub)(VT a, VT b, VT c)
{
    const VT t = V(raw_sub_)(V(constant_)(V(twice_p_)), c);
    return V(carry_)(V(raw_add_)(V(reduce_columns_)(V(product_)(a, b)), t));
}

ZKB_VECTOR_FN VT V(sqr_sub2)(VT a, VT b, VT c)
{
    const VT k = V(constant_)(V(twice_p_));
    const VT t = V(raw_sub_)(V(raw_sub_)(V(raw_add_)(k, k), b), c);
    return V(carry_)(V(raw_add_)(V(reduce_columns_)(V(square_)(a)), t));
}

/* Quotient by p estimated from the top limb, never too high, low by at most one; the rest is
 * taken modulo 2^260, where -q p is q (2^260 - p). */
ZKB_VECTOR_FN VT V(subtract_quotient_)(VT a, __m512i q)
{
    const VT n = V(constant_)(V(complement_));
    a.l0 = zkb_v8_madlo(a.l0, q, n.l0);
    a.l1 = zkb_v8_madhi(zkb_v8_madlo(a.l1, q, n.l1), q, n.l0);
    a.l2 = zkb_v8_madhi(zkb_v8_madlo(a.l2, q, n.l2), q, n.l1);
    a.l3 = zkb_v8_madhi(zkb_v8_madlo(a.l3, q, n.l3), q, n.l2);
    a.l4 = zkb_v8_madhi(zkb_v8_madlo(a.l4, q, n.l4), q, n.l3);
    a = V(carry_)(a);
    a.l4 = _mm512_and_si512(a.l4, zkb_v8_set1(ZKB_LIMB_MASK));
    V(check_)(a, 2);
    return a;
}

ZKB_VECTOR_FN VT V(reduce_far)(VT a)
{
    const __m512i z = _mm512_setzero_si512();
    const __m512i q = _mm512_srli_epi64(zkb_v8_madhi(z, a.l4, zkb_v8_set1(VC(QUOTIENT))), 32);
    return V(subtract_quotient_)(a, q);
}

ZKB_VECTOR_FN VT V(mul_tiny)(VT a, uint64_t k)
{
    const __m512i z = _mm512_setzero_si512();
    const __m512i s = zkb_v8_set1(k);
    VT t = {zkb_v8_madlo(z, a.l0, s), zkb_v8_madhi(zkb_v8_madlo(z, a.l1, s), a.l0, s),
            zkb_v8_madhi(zkb_v8_madlo(z, a.l2, s), a.l1, s),
            zkb_v8_madhi(zkb_v8_madlo(z, a.l3, s), a.l2, s),
            zkb_v8_madhi(zkb_v8_madlo(z, a.l4, s), a.l3, s)};
    assert(k <= 32);
    return V(reduce_far)(V(carry_)(t));
}

/* a + b s, b in six columns, with one Montgomery step: (a + b s) / 2^52. */
ZKB_VECTOR_FN VT V(limb_step_)(zkb_v8_columns c)
{
    const VT p = V(constant_)(V(p_));
    const __m512i m = zkb_v8_set1(ZKB_LIMB_MASK);
    const __m512i q = zkb_v8_madlo(_mm512_setzero_si512(), c.c0, zkb_v8_set1(VC(INV)));
    c.c1 = _mm512_add_epi64(c.c1, _mm512_srli_epi64(_mm512_add_epi64(c.c0, m), 52));
    c.c1 = zkb_v8_madhi(zkb_v8_madlo(c.c1, q, p.l1), q, p.l0);
    c.c2 = zkb_v8_madhi(zkb_v8_madlo(c.c2, q, p.l2), q, p.l1);
    c.c3 = zkb_v8_madhi(zkb_v8_madlo(c.c3, q, p.l3), q, p.l2);
    c.c4 = zkb_v8_madhi(zkb_v8_madlo(c.c4, q, p.l4), q, p.l3);
    c.c5 = zkb_v8_madhi(c.c5, q, p.l4);
    const VT r = {c.c1, c.c2, c.c3, c.c4, c.c5};
    return r;
}

ZKB_VECTOR_FN VT V(prepare_limb)(VT a) { return V(mul)(a, V(constant_)(V(limb1_))); }

ZKB_VECTOR_FN VT V(mul_limb)(VT a, zkb_v8_limb s)
{
    const __m512i z = _mm512_setzero_si512();
    zkb_v8_columns c = {z, z, z, z, z, z, z, z, z, z};
    ZKB_PRODUCT_ROW_(c.c0, c.c1, c.c2, c.c3, c.c4, c.c5, a, s.value);
    return V(carry_)(V(limb_step_)(c));
}

ZKB_VECTOR_FN VT V(from_u64)(zkb_v8_u64 s)
{
    /* 48 low and 16 high bits against 2^52 and 2^100 in Montgomery form. */
    const __m512i z = _mm512_setzero_si512();
    const __m512i low = _mm512_and_si512(s.value, zkb_v8_set1(((uint64_t)1 << 48) - 1));
    const __m512i high = _mm512_srli_epi64(s.value, 48);
    const VT c1 = V(constant_)(V(limb1_));
    const VT c2 = V(constant_)(V(limb2_));
    zkb_v8_columns c = {z, z, z, z, z, z, z, z, z, z};
    ZKB_PRODUCT_ROW_(c.c0, c.c1, c.c2, c.c3, c.c4, c.c5, c1, low);
    ZKB_PRODUCT_ROW_(c.c0, c.c1, c.c2, c.c3, c.c4, c.c5, c2, high);
    const VT r = V(carry_)(V(limb_step_)(c));
    V(check_)(r, 2);
    return r;
}

ZKB_VECTOR_FN VT V(from_limb)(zkb_v8_limb s) { return V(mul_limb)(V(constant_)(V(limb1_)), s); }

ZKB_VECTOR_FN WT W(zero)(void)
{
    const __m512i z = _mm512_setzero_si512();
    const WT r = {{z, z, z, z, z, z, z, z, z, z}, {z, z, z, z, z, z, z, z, z, z}};
    return r;
}

/* Low and high halves in accumulators of their own: chains of five, not nine, a column. */
ZKB_VECTOR_FN void W(mac)(WT *w, VT a, VT b)
{
    ZKB_SPLIT_ROW_(w, 0, 1, 2, 3, 4, 5, a, b.l0);
    ZKB_SPLIT_ROW_(w, 1, 2, 3, 4, 5, 6, a, b.l1);
    ZKB_SPLIT_ROW_(w, 2, 3, 4, 5, 6, 7, a, b.l2);
    ZKB_SPLIT_ROW_(w, 3, 4, 5, 6, 7, 8, a, b.l3);
    ZKB_SPLIT_ROW_(w, 4, 5, 6, 7, 8, 9, a, b.l4);
}

ZKB_VECTOR_FN void W(mac_limb)(WT *w, VT a, zkb_v8_limb s)
{
    ZKB_SPLIT_ROW_(w, 0, 1, 2, 3, 4, 5, a, s.value);
}

ZKB_VECTOR_FN VT W(reduce)(WT w)
{
    const zkb_v8_columns c = {
        w.low.c0,
        _mm512_add_epi64(w.low.c1, w.high.c1),
        _mm512_add_epi64(w.low.c2, w.high.c2),
        _mm512_add_epi64(w.low.c3, w.high.c3),
        _mm512_add_epi64(w.low.c4, w.high.c4),
        _mm512_add_epi64(w.low.c5, w.high.c5),
        _mm512_add_epi64(w.low.c6, w.high.c6),
        _mm512_add_epi64(w.low.c7, w.high.c7),
        _mm512_add_epi64(w.low.c8, w.high.c8),
        w.high.c9,
    };
    return V(reduce_far)(V(carry_)(V(reduce_columns_)(c)));
}

ZKB_VECTOR_FN VT W(reduce_limb)(WT w) { return V(mul)(W(reduce)(w), V(constant_)(V(r2_))); }

ZKB_VECTOR_FN VT V(select)(zkb_vmask mask, VT a, VT b)
{
    const VT r = {
        _mm512_mask_blend_epi64(mask, b.l0, a.l0), _mm512_mask_blend_epi64(mask, b.l1, a.l1),
        _mm512_mask_blend_epi64(mask, b.l2, a.l2), _mm512_mask_blend_epi64(mask, b.l3, a.l3),
        _mm512_mask_blend_epi64(mask, b.l4, a.l4)};
    return r;
}

ZKB_VECTOR_FN VT V(canonical)(VT a)
{
    V(check_)(a, 2);
    const VT d = V(carry_)(V(raw_sub_)(a, V(constant_)(V(p_))));
    return V(select)(_mm512_movepi64_mask(d.l4), a, d);
}

/* Both representations, 0 and p, of zero. */
ZKB_VECTOR_FN zkb_vmask V(is_zero)(VT a)
{
    V(check_)(a, 2);
    const VT x = V(canonical)(a);
    const __m512i all = _mm512_or_si512(
        _mm512_or_si512(_mm512_or_si512(x.l0, x.l1), _mm512_or_si512(x.l2, x.l3)), x.l4);
    return _mm512_testn_epi64_mask(all, all);
}

ZKB_VECTOR_FN zkb_vmask V(equal)(VT a, VT b) { return V(is_zero)(V(sub)(a, b)); }

ZKB_VECTOR_FN VT V(to_integer)(VT a)
{
    const VT unit = {zkb_v8_set1(1), zkb_v8_set1(0), zkb_v8_set1(0), zkb_v8_set1(0),
                     zkb_v8_set1(0)};
    return V(canonical)(V(mul)(a, unit));
}

ZKB_VECTOR_FN VT V(broadcast)(const ST *a)
{
    static const ST sixteen = {{VSC(SIXTEEN)}};
    ST t;
    SF(mul)(&t, a, &sixteen);
    return V(unpack_)(zkb_v8_set1(t.limb[0]), zkb_v8_set1(t.limb[1]), zkb_v8_set1(t.limb[2]),
                      zkb_v8_set1(t.limb[3]));
}

ZKB_VECTOR_FN VT V(load_raw)(const ST in[8])
{
    __m512i w[4];
    zkb_v8_transpose_in(w, in);
    const VT r = V(unpack_)(w[0], w[1], w[2], w[3]);
    V(check_)(r, 2);
    return r;
}

ZKB_VECTOR_FN void V(store_raw)(ST out[8], VT a)
{
    V(check_)(a, 2);
    __m512i w[4];
    V(pack_)(w, a);
    zkb_v8_transpose_out(out, w);
}

ZKB_VECTOR_FN VT V(load_scalars)(const ST in[8])
{
    return V(mul)(V(load_raw)(in), V(constant_)(V(from_scalar_)));
}

ZKB_VECTOR_FN void V(store_scalars)(ST out[8], VT a)
{
    V(store_raw)(out, V(canonical)(V(mul)(a, V(constant_)(V(to_scalar_)))));
}

ZKB_VECTOR_FN void V(store_integers)(uint64_t out[8][4], VT a)
{
    __m512i w[4];
    V(pack_)(w, V(to_integer)(a));
    zkb_v8_transpose_out(out, w);
}

ZKB_VECTOR_FN ST V(lane)(VT a, unsigned i)
{
    ST all[8];
    V(store_scalars)(all, a);
    return all[i];
}

ZKB_VECTOR_FN ST V(sum_lanes)(VT a)
{
    ST all[8];
    V(store_scalars)(all, a);
    for (int i = 1; i < 8; i++) {
        SF(add)(&all[0], &all[0], &all[i]);
    }
    return all[0];
}

ZKB_VECTOR_FN VT V(permute_)(VT a, __m512i index)
{
    const VT r = {_mm512_permutexvar_epi64(index, a.l0), _mm512_permutexvar_epi64(index, a.l1),
                  _mm512_permutexvar_epi64(index, a.l2), _mm512_permutexvar_epi64(index, a.l3),
                  _mm512_permutexvar_epi64(index, a.l4)};
    return r;
}

ZKB_VECTOR_FN VT V(rotate_lanes)(VT a, unsigned by)
{
    const __m512i index =
        _mm512_add_epi64(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0), zkb_v8_set1(by));
    return V(permute_)(a, index);
}

ZKB_VECTOR_FN VT V(keep_lanes)(VT a, zkb_vmask mask) { return V(select)(mask, a, V(zero)()); }

/* Even and odd positions of the sixteen elements a, b. */
ZKB_VECTOR_FN void V(split_pairs)(VT *even, VT *odd, VT a, VT b)
{
    const __m512i e = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i o = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
    const VT x = {
        _mm512_permutex2var_epi64(a.l0, e, b.l0), _mm512_permutex2var_epi64(a.l1, e, b.l1),
        _mm512_permutex2var_epi64(a.l2, e, b.l2), _mm512_permutex2var_epi64(a.l3, e, b.l3),
        _mm512_permutex2var_epi64(a.l4, e, b.l4)};
    const VT y = {
        _mm512_permutex2var_epi64(a.l0, o, b.l0), _mm512_permutex2var_epi64(a.l1, o, b.l1),
        _mm512_permutex2var_epi64(a.l2, o, b.l2), _mm512_permutex2var_epi64(a.l3, o, b.l3),
        _mm512_permutex2var_epi64(a.l4, o, b.l4)};
    *even = x;
    *odd = y;
}

/* The inverse of split_pairs. */
ZKB_VECTOR_FN void V(merge_pairs)(VT *a, VT *b, VT even, VT odd)
{
    const __m512i low = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
    const __m512i high = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
    const VT x = {_mm512_permutex2var_epi64(even.l0, low, odd.l0),
                  _mm512_permutex2var_epi64(even.l1, low, odd.l1),
                  _mm512_permutex2var_epi64(even.l2, low, odd.l2),
                  _mm512_permutex2var_epi64(even.l3, low, odd.l3),
                  _mm512_permutex2var_epi64(even.l4, low, odd.l4)};
    const VT y = {_mm512_permutex2var_epi64(even.l0, high, odd.l0),
                  _mm512_permutex2var_epi64(even.l1, high, odd.l1),
                  _mm512_permutex2var_epi64(even.l2, high, odd.l2),
                  _mm512_permutex2var_epi64(even.l3, high, odd.l3),
                  _mm512_permutex2var_epi64(even.l4, high, odd.l4)};
    *a = x;
    *b = y;
}

ZKB_VECTOR_FN void V(gather2)(VT *x, VT *y, const void *const at[8])
{
    __m512i w[8];
    zkb_v8_transpose8_in(w, at);
    *x = V(unpack_)(w[0], w[1], w[2], w[3]);
    *y = V(unpack_)(w[4], w[5], w[6], w[7]);
    V(check_)(*x, 2);
    V(check_)(*y, 2);
}

ZKB_VECTOR_FN void V(scatter2)(void *const at[8], VT x, VT y)
{
    __m512i w[8];
    V(check_)(x, 2);
    V(check_)(y, 2);
    V(pack_)(w, x);
    V(pack_)(w + 4, y);
    zkb_v8_transpose8_out(at, w);
}
