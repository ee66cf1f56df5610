/* The batch operations of block.h for one field, written once with the vector vocabulary;
 * block_kernels.inc.h instantiates it for Fr and Fq with the macros
 *     V(name) VT W(name) WT  vector type and wide sum      SF(name) ST BT  scalar and block
 *     K(name)                a function of this file, with field and instruction set in its name
 *     KT                     the type of the table of kernels */

static void K(from_scalars)(BT *out, const ST *in, size_t count)
{
    const size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        V(store)(&out[i], V(load_scalars)(in + 8 * i));
    }
    if (count % 8 != 0) {
        ST last[8] = {{{0}}};
        memcpy(last, in + 8 * whole, count % 8 * sizeof last[0]);
        V(store)(&out[whole], V(load_scalars)(last));
    }
}

static void K(to_scalars)(ST *out, const BT *in, size_t count)
{
    const size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        V(store_scalars)(out + 8 * i, V(load)(&in[i]));
    }
    if (count % 8 != 0) {
        ST last[8];
        V(store_scalars)(last, V(load)(&in[whole]));
        memcpy(out + 8 * whole, last, count % 8 * sizeof last[0]);
    }
}

static ST K(get)(const BT *in, size_t index)
{
    return V(lane)(V(load)(&in[index / 8]), (unsigned)(index % 8));
}

static void K(add)(BT *out, const BT *a, const BT *b, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    for (size_t i = 0; i < blocks; i++) {
        V(store)(&out[i], V(add)(V(load)(&a[i]), V(load)(&b[i])));
    }
}

static void K(sub)(BT *out, const BT *a, const BT *b, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    for (size_t i = 0; i < blocks; i++) {
        V(store)(&out[i], V(sub)(V(load)(&a[i]), V(load)(&b[i])));
    }
}

static void K(mul)(BT *out, const BT *a, const BT *b, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    for (size_t i = 0; i < blocks; i++) {
        V(store)(&out[i], V(mul)(V(load)(&a[i]), V(load)(&b[i])));
    }
}

static void K(sqr)(BT *out, const BT *a, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    for (size_t i = 0; i < blocks; i++) {
        V(store)(&out[i], V(sqr)(V(load)(&a[i])));
    }
}

static void K(scale)(BT *out, const BT *a, const ST *by, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    const VT s = V(broadcast)(by);
    for (size_t i = 0; i < blocks; i++) {
        V(store)(&out[i], V(mul)(V(load)(&a[i]), s));
    }
}

static void K(add_scaled)(BT *inout, const BT *a, const ST *by, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    const VT s = V(broadcast)(by);
    for (size_t i = 0; i < blocks; i++) {
        V(store)(&inout[i], V(reduce)(V(mul_add)(V(load)(&a[i]), s, V(load)(&inout[i]))));
    }
}

static VT K(fold)(VT a, VT b, VT r) { return V(reduce)(V(mul_add)(V(sub_lazy)(b, a), r, a)); }

static void K(fold_halves)(BT *out, const BT *a, const ST *r, size_t count)
{
    const VT s = V(broadcast)(r);
    assert(count >= 2 && (count & (count - 1)) == 0);
    if (count < 16) {
        const unsigned half = (unsigned)(count / 2);
        const VT low = V(load)(&a[0]);
        const VT t = K(fold)(low, V(rotate_lanes)(low, half), s);
        V(store)(&out[0], V(keep_lanes)(t, (zkb_vmask)((1u << half) - 1)));
        return;
    }
    const size_t half = count / 16;
    for (size_t i = 0; i < half; i++) {
        V(store)(&out[i], K(fold)(V(load)(&a[i]), V(load)(&a[i + half]), s));
    }
}

static ST K(sum)(const BT *a, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    VT total = V(zero)();
    for (size_t i = 0; i < blocks; i++) {
        total = V(add)(total, V(load)(&a[i]));
    }
    return V(sum_lanes)(total);
}

static ST K(inner_product)(const BT *a, const BT *b, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    VT total = V(zero)();
    for (size_t i = 0; i < blocks; i += 128) {
        const size_t end = blocks - i < 128 ? blocks : i + 128;
        WT w = W(zero)();
        for (size_t j = i; j < end; j++) {
            W(mac)(&w, V(load)(&a[j]), V(load)(&b[j]));
        }
        total = V(add)(total, W(reduce)(w));
    }
    return V(sum_lanes)(total);
}

static void K(from_u64)(BT *out, const uint64_t *in, size_t count)
{
    const size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        V(store)(&out[i], V(from_u64)(zkb_v8_load_u64(in + 8 * i)));
    }
    if (count % 8 != 0) {
        uint64_t last[8] = {0};
        memcpy(last, in + 8 * whole, count % 8 * sizeof last[0]);
        V(store)(&out[whole], V(from_u64)(zkb_v8_load_u64(last)));
    }
}

const KT K(kernels) = {
    .backend = ZKB_ISA_NAME,
    .from_scalars = K(from_scalars),
    .to_scalars = K(to_scalars),
    .get = K(get),
    .add = K(add),
    .sub = K(sub),
    .mul = K(mul),
    .sqr = K(sqr),
    .scale = K(scale),
    .add_scaled = K(add_scaled),
    .fold_halves = K(fold_halves),
    .sum = K(sum),
    .inner_product = K(inner_product),
    .from_u64 = K(from_u64),
};
