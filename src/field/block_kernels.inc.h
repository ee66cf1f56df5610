/* The batch operations of block.h for one field, written once with the vector vocabulary;
 * block_kernels.h instantiates it for Fr and Fq with the macros
 *     V(name) VT W(name) WT  vector type and wide sum      SF(name) ST BT  scalar and block
 *     K(name)                a function of this file, with field and instruction set in its name
 *     KT                     the type of the table of kernels */

static VT K(fold)(VT a, VT b, VT r) { return V(reduce)(V(mul_add)(V(sub_lazy)(b, a), r, a)); }

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

static void K(scalars_to_backend)(ST *inout, size_t count)
{
    const size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        V(store_raw)(inout + 8 * i, V(load_scalars)(inout + 8 * i));
    }
    if (count % 8 != 0) {
        ST last[8] = {{{0}}};
        memcpy(last, inout + 8 * whole, count % 8 * sizeof last[0]);
        V(store_raw)(last, V(load_scalars)(last));
        memcpy(inout + 8 * whole, last, count % 8 * sizeof last[0]);
    }
}

static void K(scalars_from_backend)(ST *inout, size_t count)
{
    const size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        V(store_scalars)(inout + 8 * i, V(load_raw)(inout + 8 * i));
    }
    if (count % 8 != 0) {
        ST last[8] = {{{0}}};
        memcpy(last, inout + 8 * whole, count % 8 * sizeof last[0]);
        V(store_scalars)(last, V(load_raw)(last));
        memcpy(inout + 8 * whole, last, count % 8 * sizeof last[0]);
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

static void K(fold_pairs)(BT *out, const BT *a, const ST *r, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    const VT s = V(broadcast)(r);
    for (size_t i = 0; i < blocks; i += 2) {
        const VT second = i + 1 < blocks ? V(load)(&a[i + 1]) : V(zero)();
        VT even;
        VT odd;
        V(split_pairs)(&even, &odd, V(load)(&a[i]), second);
        V(store)(&out[i / 2], K(fold)(even, odd, s));
    }
}

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

/* The value, with 1 for 0. */
static VT K(nonzero)(const BT *a)
{
    const VT x = V(load)(a);
    return V(select)(V(is_zero)(x), V(one)(), x);
}

/* Montgomery's trick in 32 chains: four blocks side by side hide the latency, eight lanes each. */
static void K(batch_inv)(BT *inout, BT *scratch, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    ST ends[32];
    ST chain_scratch[32];
    VT run[4] = {V(one)(), V(one)(), V(one)(), V(one)()};
    for (size_t i = 0; i < blocks; i += 4) {
        for (size_t j = 0; j < 4 && i + j < blocks; j++) {
            V(store)(&scratch[i + j], run[j]);
            run[j] = V(mul)(run[j], K(nonzero)(&inout[i + j]));
        }
    }
    for (size_t j = 0; j < 4; j++) {
        V(store_scalars)(ends + 8 * j, run[j]);
    }
    SF(batch_inv)(ends, 32, chain_scratch);
    for (size_t j = 0; j < 4; j++) {
        run[j] = V(load_scalars)(ends + 8 * j);
    }
    for (size_t i = (blocks + 3) / 4 * 4; i > 0; i -= 4) {
        for (size_t j = 0; j < 4; j++) {
            const size_t at = i - 4 + j;
            if (at >= blocks) {
                break;
            }
            const VT x = V(load)(&inout[at]);
            const zkb_vmask zero = V(is_zero)(x);
            VT inverse;
            V(mul2)(&inverse, run[j], V(load)(&scratch[at]), &run[j], run[j],
                    V(select)(zero, V(one)(), x));
            V(store)(&inout[at], V(select)(zero, V(zero)(), inverse));
        }
    }
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

static void K(from_u32)(BT *out, const uint32_t *in, size_t count)
{
    const size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        V(store)(&out[i], V(from_limb)(zkb_v8_load_u32(in + 8 * i)));
    }
    if (count % 8 != 0) {
        uint32_t last[8] = {0};
        memcpy(last, in + 8 * whole, count % 8 * sizeof last[0]);
        V(store)(&out[whole], V(from_limb)(zkb_v8_load_u32(last)));
    }
}

static void K(from_u16)(BT *out, const uint16_t *in, size_t count)
{
    const size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        V(store)(&out[i], V(from_limb)(zkb_v8_load_u16(in + 8 * i)));
    }
    if (count % 8 != 0) {
        uint16_t last[8] = {0};
        memcpy(last, in + 8 * whole, count % 8 * sizeof last[0]);
        V(store)(&out[whole], V(from_limb)(zkb_v8_load_u16(last)));
    }
}

static void K(from_u8)(BT *out, const uint8_t *in, size_t count)
{
    const size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        V(store)(&out[i], V(from_limb)(zkb_v8_load_u8(in + 8 * i)));
    }
    if (count % 8 != 0) {
        uint8_t last[8] = {0};
        memcpy(last, in + 8 * whole, count % 8 * sizeof last[0]);
        V(store)(&out[whole], V(from_limb)(zkb_v8_load_u8(last)));
    }
}

static void K(from_bits)(BT *out, const uint8_t *in, size_t count)
{
    const size_t blocks = zkb_blocks(count);
    for (size_t i = 0; i < blocks; i++) {
        unsigned bits = in[i];
        if (i == count / 8) {
            bits &= (1u << (count % 8)) - 1;
        }
        V(store)(&out[i], V(keep_lanes)(V(one)(), (zkb_vmask)bits));
    }
}

const KT K(kernels) = {
    .backend = ZKB_ISA_NAME,
    .from_scalars = K(from_scalars),
    .to_scalars = K(to_scalars),
    .scalars_to_backend = K(scalars_to_backend),
    .scalars_from_backend = K(scalars_from_backend),
    .get = K(get),
    .add = K(add),
    .sub = K(sub),
    .mul = K(mul),
    .sqr = K(sqr),
    .scale = K(scale),
    .add_scaled = K(add_scaled),
    .fold_pairs = K(fold_pairs),
    .fold_halves = K(fold_halves),
    .sum = K(sum),
    .inner_product = K(inner_product),
    .batch_inv = K(batch_inv),
    .from_u64 = K(from_u64),
    .from_u32 = K(from_u32),
    .from_u16 = K(from_u16),
    .from_u8 = K(from_u8),
    .from_bits = K(from_bits),
};
