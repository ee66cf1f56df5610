/* A cell is one limb, so a term is a fifth of a multiplication and the sum is reduced once. */
#include "field/vector_inline.h"
#include "kzg/combine_kernels.h"

#define ADD_KIND(name, type, load)                                                                 \
    static void name(zkb_fr_block *inout, size_t pairs, const zkb_combine_term *terms,             \
                     const zkb_frv *coefficients, size_t count)                                    \
    {                                                                                              \
        for (size_t i = 0; i < pairs; i++) {                                                       \
            zkb_frw a = zkb_frw_zero();                                                            \
            zkb_frw b = zkb_frw_zero();                                                            \
            for (size_t j = 0; j < count; j++) {                                                   \
                const type *const cells = (const type *)terms[j].cells + 16 * i;                   \
                zkb_frw_mac_limb(&a, coefficients[j], load(cells));                                \
                zkb_frw_mac_limb(&b, coefficients[j], load(cells + 8));                            \
            }                                                                                      \
            zkb_fr_block *const out = inout + 2 * i;                                               \
            zkb_frv_store(&out[0], zkb_frv_add(zkb_frv_load(&out[0]), zkb_frw_reduce_limb(a)));    \
            zkb_frv_store(&out[1], zkb_frv_add(zkb_frv_load(&out[1]), zkb_frw_reduce_limb(b)));    \
        }                                                                                          \
    }

#define LOAD_LOW(cells) zkb_v8_low32(zkb_v8_load_u64(cells))
#define LOAD_HIGH(cells) zkb_v8_high32(zkb_v8_load_u64(cells))
ADD_KIND(add_u8, uint8_t, zkb_v8_load_u8)
ADD_KIND(add_u16, uint16_t, zkb_v8_load_u16)
ADD_KIND(add_u32, uint32_t, zkb_v8_load_u32)
ADD_KIND(add_low, uint64_t, LOAD_LOW)
ADD_KIND(add_high, uint64_t, LOAD_HIGH)
#undef LOAD_LOW
#undef LOAD_HIGH
#undef ADD_KIND

static void ZKB_ISA(add_cells)(zkb_fr_block *inout, size_t pairs, zkb_cell_kind kind,
                               const zkb_combine_term *terms, size_t count)
{
    zkb_frv coefficients[ZKB_COMBINE_TERMS];
    for (size_t j = 0; j < count; j++) {
        coefficients[j] = zkb_frv_broadcast(&terms[j].coefficient);
    }
    switch (kind) {
    case ZKB_CELL_U8:
        add_u8(inout, pairs, terms, coefficients, count);
        return;
    case ZKB_CELL_U16:
        add_u16(inout, pairs, terms, coefficients, count);
        return;
    case ZKB_CELL_U32:
        add_u32(inout, pairs, terms, coefficients, count);
        return;
    case ZKB_CELL_U64_LOW:
        add_low(inout, pairs, terms, coefficients, count);
        return;
    case ZKB_CELL_U64_HIGH:
        add_high(inout, pairs, terms, coefficients, count);
        return;
    case ZKB_CELL_KINDS:
        return;
    }
}

const zkb_combine_kernels ZKB_ISA(zkb_combine_kernels) = {ZKB_ISA_NAME, ZKB_ISA(add_cells)};
