/* Moves of a part of a register: zero- and sign-extension, and byte swaps. */
#include "machine/chips/chips.h"

/* Two byte columns; the looked-up triple makes both bytes. */
static void declare_byte_pair(const zkb_instruction_block *i, const char *name, zkb_expr out[2])
{
    zkb_chip_builder *b = i->b;
    out[0] = zkb_column(b, zkb_name(b, "%s low byte", name), 8);
    out[1] = zkb_column(b, zkb_name(b, "%s high byte", name), 8);
    const zkb_expr both = zkb_column(b, zkb_name(b, "%s bytes' and", name), 8);
    const zkb_expr triple[3] = {out[0], out[1], both};
    zkb_take(b, &zkb_bus_byte_and, i->one, triple, 3);
}

static void put_byte_pair(zkb_row_writer *row, uint64_t pair)
{
    const uint8_t low = (uint8_t)pair;
    const uint8_t high = (uint8_t)(pair >> 8);
    zkb_put8(row, low);
    zkb_put8(row, high);
    zkb_put8(row, low & high);
    row->counts->byte_and[low + 256u * high]++;
}

/* ---- dst = low half of src: the cheap path of EXTEND ---- */

void zkb_declare_truncate(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    zkb_instruction_flag(&f, b, 2, zkb_const(b, 1));
    f.dst = zkb_column(b, "dst", 8);
    f.src = zkb_column(b, "src", 8);
    const zkb_expr value = zkb_register_read(&i, "src value", f.src, 0);
    const zkb_expr low = zkb_limbs(&i, "low", 2, NULL);
    const zkb_expr high = zkb_limbs(&i, "high", 2, NULL);
    zkb_assert_zero(b, "src = low + 2^32 high",
                    zkb_sub(b, value, zkb_add(b, low, zkb_times_power(b, high, 32))));
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, low);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_truncate(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    const bool unary = row->decoded->src == row->decoded->dst;
    const uint64_t src = unary ? s->dst_value : s->src_value;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->dst);
    zkb_put8(row, row->decoded->src);
    zkb_put_register(row, row->decoded->src, 0, src);
    zkb_put_limbs(row, 4, src);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
}

/* ---- dst = low bits of src, extended ---- */

void zkb_declare_extend(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_expr limb[4];
    zkb_expr byte[2];
    static const char *const flag_names[] = {"bits8", "bits16", "bits32", "signed", "is32"};
    zkb_expr flag[5];
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    for (unsigned j = 0; j < 5; j++) {
        flag[j] = zkb_bit(&i, flag_names[j]);
        zkb_instruction_flag(&f, b, j, flag[j]);
    }
    f.dst = zkb_column(b, "dst", 8);
    f.src = zkb_column(b, "src", 8);
    const zkb_expr value = zkb_register_read(&i, "src value", f.src, 0);
    const zkb_expr sum = zkb_limbs(&i, "src limb", 4, limb);
    zkb_assert_zero(b, "src = limbs", zkb_sub(b, value, sum));
    declare_byte_pair(&i, "lowest limb", byte);
    zkb_assert_zero(b, "lowest limb = bytes",
                    zkb_sub(b, limb[0], zkb_add(b, byte[0], zkb_scale(b, byte[1], 256))));
    /* The 16 bits that end in the sign bit: 2 top = 2^16 sign + rest. */
    const zkb_expr low32 = zkb_add(b, limb[0], zkb_scale(b, limb[1], 65536));
    const zkb_expr top =
        zkb_add(b, zkb_scale(b, zkb_mul(b, flag[0], byte[0]), 256),
                zkb_add(b, zkb_mul(b, flag[1], limb[0]), zkb_mul(b, flag[2], limb[1])));
    const zkb_expr sign = zkb_bit(&i, "sign");
    const zkb_expr rest = zkb_limbs(&i, "doubled", 1, NULL);
    zkb_assert_zero(b, "2 top = 2^16 sign + doubled",
                    zkb_sub(b, zkb_scale(b, top, 2), zkb_add(b, zkb_scale(b, sign, 65536), rest)));
    const zkb_expr extends = zkb_bit(&i, "extends with ones");
    zkb_assert_zero(b, "extends = signed and sign", zkb_sub(b, extends, zkb_mul(b, flag[3], sign)));
    const zkb_expr part =
        zkb_add(b, zkb_mul(b, flag[0], byte[0]),
                zkb_add(b, zkb_mul(b, flag[1], limb[0]), zkb_mul(b, flag[2], low32)));
    /* 2^W - 2^n, W the result's width. */
    const zkb_expr width =
        zkb_sub(b, zkb_times_power(b, i.active, 64),
                zkb_sub(b, zkb_times_power(b, flag[4], 64), zkb_times_power(b, flag[4], 32)));
    const zkb_expr bits =
        zkb_add(b, zkb_scale(b, flag[0], 256),
                zkb_add(b, zkb_scale(b, flag[1], 65536), zkb_times_power(b, flag[2], 32)));
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, zkb_add(b, part, zkb_mul(b, extends, zkb_sub(b, width, bits))));
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_extend(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    const unsigned flags = row->decoded->code & 31u;
    const bool unary = row->decoded->src == row->decoded->dst;
    const uint64_t src = unary ? s->dst_value : s->src_value;
    zkb_put_instruction(row);
    for (unsigned j = 0; j < 5; j++) {
        zkb_put8(row, (flags >> j) & 1u);
    }
    zkb_put8(row, row->decoded->dst);
    zkb_put8(row, row->decoded->src);
    zkb_put_register(row, row->decoded->src, 0, src);
    zkb_put_limbs(row, 4, src);
    put_byte_pair(row, src);
    const uint16_t top = (uint16_t)((flags & 1u) != 0   ? src << 8
                                    : (flags & 2u) != 0 ? src
                                                        : src >> 16);
    const unsigned sign = top >> 15;
    zkb_put8(row, sign);
    zkb_put_range16(row, (uint16_t)(top << 1));
    zkb_put8(row, (flags & 8u) != 0 ? sign : 0);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
}

/* ---- dst = bytes of dst in reverse ---- */

void zkb_declare_swap(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_expr byte[8];
    zkb_expr reversed[8];
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr bits16 = zkb_bit(&i, "bits16");
    const zkb_expr bits32 = zkb_bit(&i, "bits32");
    zkb_instruction_flag(&f, b, 0, bits16);
    zkb_instruction_flag(&f, b, 1, bits32);
    f.dst = zkb_column(b, "dst", 8);
    f.src = f.dst;
    for (unsigned j = 0; j < 4; j++) {
        declare_byte_pair(&i, zkb_name(b, "limb %u", j), byte + 2 * (size_t)j);
    }
    for (unsigned j = 0; j < 8; j++) {
        reversed[j] = byte[7 - j];
    }
    const zkb_expr all = zkb_weighted_sum(b, 8, 8, reversed);
    const zkb_expr low32 = zkb_weighted_sum(b, 8, 4, reversed + 4);
    const zkb_expr low16 = zkb_weighted_sum(b, 8, 2, reversed + 6);
    const zkb_expr result = zkb_add(b, all,
                                    zkb_add(b, zkb_mul(b, bits16, zkb_sub(b, low16, all)),
                                            zkb_mul(b, bits32, zkb_sub(b, low32, all))));
    zkb_access_begin_value(&dst, &i, "dst", zkb_const(b, ZKB_SPACE_REGISTER), f.dst, 3,
                           zkb_weighted_sum(b, 8, 8, byte));
    zkb_access_end(&dst, &i, result);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_swap(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->code & 1u);
    zkb_put8(row, (row->decoded->code >> 1) & 1u);
    zkb_put8(row, row->decoded->dst);
    for (unsigned j = 0; j < 4; j++) {
        put_byte_pair(row, s->dst_value >> (16 * j));
    }
    zkb_put_range16(row, zkb_touch_register(row, row->decoded->dst, 3, s->dst_value));
}
