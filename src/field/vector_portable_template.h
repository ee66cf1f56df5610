/* Eight elements of one prime field in plain C; instantiated by vector_portable_inline.h with the
 * macros of vector_ifma_template.h. vector_inline.h documents each function. Every value is below
 * p, so the lazy forms are the plain ones. */

ZKB_VECTOR_FN VT V(zero)(void)
{
    const VT r = {{{{0}}}};
    return r;
}

ZKB_VECTOR_FN VT V(broadcast)(const ST *a)
{
    const VT r = {{*a, *a, *a, *a, *a, *a, *a, *a}};
    return r;
}

ZKB_VECTOR_FN VT V(one)(void) { return V(broadcast)(&SF(one)); }

ZKB_VECTOR_FN VT V(load)(const BT *in)
{
    VT r;
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 4; j++) {
            r.e[i].limb[j] = in->limb[j][i];
        }
    }
    return r;
}

ZKB_VECTOR_FN void V(store)(BT *out, VT a)
{
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 4; j++) {
            out->limb[j][i] = a.e[i].limb[j];
        }
    }
}

ZKB_VECTOR_FN VT V(mul)(VT a, VT b)
{
    for (int i = 0; i < 8; i++) {
        SF(mul)(&a.e[i], &a.e[i], &b.e[i]);
    }
    return a;
}

ZKB_VECTOR_FN VT V(sqr)(VT a)
{
    for (int i = 0; i < 8; i++) {
        SF(sqr)(&a.e[i], &a.e[i]);
    }
    return a;
}

ZKB_VECTOR_FN VT V(add)(VT a, VT b)
{
    for (int i = 0; i < 8; i++) {
        SF(add)(&a.e[i], &a.e[i], &b.e[i]);
    }
    return a;
}

ZKB_VECTOR_FN VT V(sub)(VT a, VT b)
{
    for (int i = 0; i < 8; i++) {
        SF(sub)(&a.e[i], &a.e[i], &b.e[i]);
    }
    return a;
}

ZKB_VECTOR_FN void V(mul2)(VT *x, VT a, VT b, VT *y, VT c, VT d)
{
    *x = V(mul)(a, b);
    *y = V(mul)(c, d);
}

ZKB_VECTOR_FN VT V(reduce)(VT a) { return a; }
ZKB_VECTOR_FN VT V(reduce_far)(VT a) { return a; }
ZKB_VECTOR_FN VT V(neg)(VT a) { return V(sub)(V(zero)(), a); }
ZKB_VECTOR_FN VT V(double)(VT a) { return V(add)(a, a); }
ZKB_VECTOR_FN VT V(add_lazy)(VT a, VT b) { return V(add)(a, b); }
ZKB_VECTOR_FN VT V(sub_lazy)(VT a, VT b) { return V(sub)(a, b); }
ZKB_VECTOR_FN VT V(neg_lazy)(VT a) { return V(neg)(a); }
ZKB_VECTOR_FN VT V(mul_add)(VT a, VT b, VT c) { return V(add)(V(mul)(a, b), c); }
ZKB_VECTOR_FN VT V(mul_sub)(VT a, VT b, VT c) { return V(sub)(V(mul)(a, b), c); }
ZKB_VECTOR_FN VT V(sqr_sub2)(VT a, VT b, VT c) { return V(sub)(V(sub)(V(sqr)(a), b), c); }

ZKB_VECTOR_FN VT V(mul_tiny)(VT a, uint64_t k)
{
    VT r = V(zero)();
    assert(k <= 32);
    for (int bit = 5; bit >= 0; bit--) {
        r = V(double)(r);
        if ((k >> bit) & 1) {
            r = V(add)(r, a);
        }
    }
    return r;
}

/* Times 2^256, which the multiplication by a plain integer takes off again. */
ZKB_VECTOR_FN VT V(prepare_limb)(VT a) { return V(mul)(a, V(broadcast)(&SF(r2))); }

ZKB_VECTOR_FN VT V(mul_limb)(VT a, zkb_v8_limb s)
{
    for (int i = 0; i < 8; i++) {
        const ST plain = {{s.value[i], 0, 0, 0}};
        SF(mul)(&a.e[i], &a.e[i], &plain);
    }
    return a;
}

ZKB_VECTOR_FN VT V(from_u64)(zkb_v8_u64 s)
{
    VT r;
    for (int i = 0; i < 8; i++) {
        const ST plain = {{s.value[i], 0, 0, 0}};
        SF(mul)(&r.e[i], &SF(r2), &plain);
    }
    return r;
}

ZKB_VECTOR_FN VT V(from_limb)(zkb_v8_limb s) { return V(mul_limb)(V(broadcast)(&SF(r2)), s); }

ZKB_VECTOR_FN WT W(zero)(void)
{
    const WT r = {V(zero)()};
    return r;
}

ZKB_VECTOR_FN void W(mac)(WT *w, VT a, VT b) { w->sum = V(add)(w->sum, V(mul)(a, b)); }

ZKB_VECTOR_FN void W(mac_limb)(WT *w, VT a, zkb_v8_limb s)
{
    w->sum = V(add)(w->sum, V(mul_limb)(a, s));
}

ZKB_VECTOR_FN VT W(reduce)(WT w) { return w.sum; }
ZKB_VECTOR_FN VT W(reduce_limb)(WT w) { return V(prepare_limb)(w.sum); }

ZKB_VECTOR_FN VT V(select)(zkb_vmask mask, VT a, VT b)
{
    for (int i = 0; i < 8; i++) {
        if (((mask >> i) & 1) == 0) {
            a.e[i] = b.e[i];
        }
    }
    return a;
}

ZKB_VECTOR_FN VT V(canonical)(VT a) { return a; }

ZKB_VECTOR_FN zkb_vmask V(is_zero)(VT a)
{
    unsigned r = 0;
    for (unsigned i = 0; i < 8; i++) {
        r |= (unsigned)SF(is_zero)(&a.e[i]) << i;
    }
    return (zkb_vmask)r;
}

ZKB_VECTOR_FN zkb_vmask V(equal)(VT a, VT b) { return V(is_zero)(V(sub)(a, b)); }

ZKB_VECTOR_FN VT V(load_raw)(const ST in[8])
{
    VT r;
    for (int i = 0; i < 8; i++) {
        r.e[i] = in[i];
    }
    return r;
}

ZKB_VECTOR_FN void V(store_raw)(ST out[8], VT a)
{
    for (int i = 0; i < 8; i++) {
        out[i] = a.e[i];
    }
}

ZKB_VECTOR_FN VT V(load_scalars)(const ST in[8]) { return V(load_raw)(in); }
ZKB_VECTOR_FN void V(store_scalars)(ST out[8], VT a) { V(store_raw)(out, a); }

ZKB_VECTOR_FN void V(store_integers)(uint64_t out[8][4], VT a)
{
    const ST plain = {{1, 0, 0, 0}};
    for (int i = 0; i < 8; i++) {
        ST t;
        SF(mul)(&t, &a.e[i], &plain);
        for (int j = 0; j < 4; j++) {
            out[i][j] = t.limb[j];
        }
    }
}

ZKB_VECTOR_FN ST V(lane)(VT a, unsigned i) { return a.e[i]; }

ZKB_VECTOR_FN ST V(sum_lanes)(VT a)
{
    for (int i = 1; i < 8; i++) {
        SF(add)(&a.e[0], &a.e[0], &a.e[i]);
    }
    return a.e[0];
}

ZKB_VECTOR_FN VT V(rotate_lanes)(VT a, unsigned by)
{
    VT r;
    for (unsigned i = 0; i < 8; i++) {
        r.e[i] = a.e[(i + by) % 8];
    }
    return r;
}

ZKB_VECTOR_FN VT V(keep_lanes)(VT a, zkb_vmask mask) { return V(select)(mask, a, V(zero)()); }

ZKB_VECTOR_FN void V(split_pairs)(VT *even, VT *odd, VT a, VT b)
{
    for (int i = 0; i < 4; i++) {
        even->e[i] = a.e[2 * i];
        odd->e[i] = a.e[2 * i + 1];
        even->e[i + 4] = b.e[2 * i];
        odd->e[i + 4] = b.e[2 * i + 1];
    }
}

ZKB_VECTOR_FN void V(merge_pairs)(VT *a, VT *b, VT even, VT odd)
{
    for (int i = 0; i < 4; i++) {
        a->e[2 * i] = even.e[i];
        a->e[2 * i + 1] = odd.e[i];
        b->e[2 * i] = even.e[i + 4];
        b->e[2 * i + 1] = odd.e[i + 4];
    }
}

ZKB_VECTOR_FN void V(gather2)(VT *x, VT *y, const void *const at[8])
{
    for (int i = 0; i < 8; i++) {
        const ST *const pair = at[i];
        x->e[i] = pair[0];
        y->e[i] = pair[1];
    }
}

ZKB_VECTOR_FN void V(scatter2)(void *const at[8], VT x, VT y)
{
    for (int i = 0; i < 8; i++) {
        ST *const pair = at[i];
        pair[0] = x.e[i];
        pair[1] = y.e[i];
    }
}
