/* One field of vector_cases.h, with the macros of field/block_field.inc.h. */

static VT K(times_lazy)(VT a, int times)
{
    VT r = a;
    for (int i = 1; i < times; i++) {
        r = V(add_lazy)(r, a);
    }
    return r;
}

static VT K(wide)(VT a, VT b)
{
    WT w = W(zero)();
    for (int i = 0; i < 128; i++) {
        W(mac)(&w, a, b);
    }
    return W(reduce)(w);
}

static VT K(wide_limb)(VT a, zkb_v8_limb s)
{
    WT w = W(zero)();
    for (int i = 0; i < 1024; i++) {
        W(mac_limb)(&w, a, s);
    }
    return W(reduce_limb)(w);
}

static VT K(gather)(VT a, VT b)
{
    ST pair[8][2];
    ST again[8][2];
    ST x[8];
    ST y[8];
    const void *from[8];
    void *to[8];
    VT u;
    VT v;
    V(store_raw)(x, a);
    V(store_raw)(y, b);
    for (int i = 0; i < 8; i++) {
        pair[i][0] = x[i];
        pair[i][1] = y[i];
        from[i] = pair[i];
        to[i] = again[7 - i];
    }
    V(gather2)(&u, &v, from);
    V(scatter2)(to, v, u);
    for (int i = 0; i < 8; i++) {
        x[i] = again[7 - i][1];
    }
    return V(load_raw)(x);
}

static VT K(pairs)(zkb_vector_op op, VT a, VT b)
{
    VT u;
    VT v;
    if (op == OP_EVEN || op == OP_ODD) {
        V(split_pairs)(&u, &v, a, b);
        return op == OP_EVEN ? u : v;
    }
    V(merge_pairs)(&u, &v, a, b);
    return op == OP_MERGE_FIRST ? u : v;
}

static VT K(two)(zkb_vector_op op, VT a, VT b, VT c)
{
    VT u;
    VT v;
    V(mul2)(&u, a, b, &v, b, c);
    return op == OP_MUL2_FIRST ? u : v;
}

static VT K(apply)(zkb_vector_op op, VT a, VT b, VT c, uint64_t k)
{
    const uint64_t k64[8] = {k, k, k, k, k, k, k, k};
    const uint32_t k0 = (uint32_t)k;
    const uint32_t k32[8] = {k0, k0, k0, k0, k0, k0, k0, k0};
    const zkb_v8_limb limb = zkb_v8_load_u32(k32);
    switch (op) {
    case OP_ADD:
        return V(add)(a, b);
    case OP_SUB:
        return V(sub)(a, b);
    case OP_NEG:
        return V(neg)(a);
    case OP_DOUBLE:
        return V(double)(a);
    case OP_MUL:
        return V(mul)(a, b);
    case OP_SQR:
        return V(sqr)(a);
    case OP_MUL2_FIRST:
    case OP_MUL2_SECOND:
        return K(two)(op, a, b, c);
    case OP_MUL_ADD:
        return V(reduce)(V(mul_add)(a, b, c));
    case OP_MUL_SUB:
        return V(reduce)(V(mul_sub)(a, b, c));
    case OP_SQR_SUB2:
        return V(reduce_far)(V(sqr_sub2)(a, b, c));
    case OP_SUB_LAZY:
        return V(reduce)(V(sub_lazy)(a, b));
    case OP_NEG_LAZY:
        return V(reduce)(V(neg_lazy)(a));
    case OP_EIGHT_BY_EIGHT:
        return V(mul)(K(times_lazy)(a, 4), K(times_lazy)(b, 4));
    case OP_WIDE_BY_TWO:
        return V(mul)(K(times_lazy)(a, 18), b);
    case OP_REDUCE:
        return V(reduce)(V(add_lazy)(V(add_lazy)(a, b), V(canonical)(c)));
    case OP_REDUCE_FAR:
        return V(reduce_far)(K(times_lazy)(a, 40));
    case OP_TINY:
        return V(mul_tiny)(a, k);
    case OP_LIMB:
        return V(mul_limb)(V(prepare_limb)(a), limb);
    case OP_FROM_U64:
        return V(from_u64)(zkb_v8_load_u64(k64));
    case OP_FROM_LIMB:
        return V(from_limb)(limb);
    case OP_SELECT:
        return V(select)((zkb_vmask)k, a, b);
    case OP_KEEP:
        return V(keep_lanes)(a, (zkb_vmask)k);
    case OP_ROTATE:
        return V(rotate_lanes)(a, (unsigned)k);
    case OP_EVEN:
    case OP_ODD:
    case OP_MERGE_FIRST:
    case OP_MERGE_SECOND:
        return K(pairs)(op, a, b);
    case OP_WIDE:
        return K(wide)(a, b);
    case OP_WIDE_LIMB:
        return K(wide_limb)(a, limb);
    case OP_GATHER:
        return K(gather)(a, b);
    case OP_CANONICAL:
        return V(canonical)(a);
    case OP_LOAD:
    case OP_COUNT:
        break;
    }
    return a;
}

static void K(run)(ST out[8], zkb_vector_op op, const ST a[8], const ST b[8], const ST c[8],
                   uint64_t k)
{
    V(store_scalars)(out, K(apply)(op, V(load_raw)(a), V(load_raw)(b), V(load_raw)(c), k));
}

static unsigned K(masks)(const ST a[8], const ST b[8])
{
    const VT x = V(load_raw)(a);
    return (unsigned)V(is_zero)(x) | (unsigned)V(equal)(x, V(load_raw)(b)) << 8;
}

static void K(integers)(uint64_t out[8][4], const ST a[8])
{
    V(store_integers)(out, V(load_raw)(a));
}

static void K(canonical)(ST out[8], const ST a[8])
{
    V(store_raw)(out, V(canonical)(V(load_raw)(a)));
}

static ST K(sum_lanes)(const ST a[8]) { return V(sum_lanes)(V(load_raw)(a)); }

const KT K(vector_cases) = {ZKB_ISA_NAME, CASES_RADIX, CASES_ABOVE_P, K(run),
                            K(masks),     K(integers), K(canonical),  K(sum_lanes)};
