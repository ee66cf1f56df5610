/* Multiplication: the 128-bit product of two u64 is exact in the field; its limbs give the low 64
 * or 32 bits. */
#include "machine/chips/chips.h"

enum { OPERAND_K, OPERAND_X };

void zkb_declare_multiply(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr is32 = zkb_bit(&i, "is32");
    zkb_instruction_flag(&f, b, 0, is32);
    f.dst = zkb_column(b, "dst", 8);
    zkb_expr operand;
    if (variant == OPERAND_X) {
        f.src = zkb_column(b, "src", 8);
        operand = zkb_register_read(&i, "src value", f.src, 0);
    } else {
        f.imm = zkb_column(b, "imm", 64);
        operand = f.imm;
    }
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    const zkb_expr low = zkb_limbs(&i, "bits 0 to 31", 2, NULL);
    const zkb_expr middle = zkb_times_power(b, zkb_limbs(&i, "bits 32 to 63", 2, NULL), 32);
    const zkb_expr high = zkb_times_power(b, zkb_limbs(&i, "bits 64 to 127", 4, NULL), 64);
    zkb_assert_zero(
        b, "product",
        zkb_sub(b, zkb_mul(b, dst.value, operand), zkb_add(b, low, zkb_add(b, middle, high))));
    zkb_access_end(&dst, &i, zkb_sub(b, zkb_add(b, low, middle), zkb_mul(b, is32, middle)));
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_multiply(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    const uint64_t operand = variant == OPERAND_X ? s->src_value : row->decoded->imm;
    const zkb_u128 product = (zkb_u128)s->dst_value * operand;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->code & 1u);
    zkb_put8(row, row->decoded->dst);
    if (variant == OPERAND_X) {
        zkb_put8(row, row->decoded->src);
        zkb_put_register(row, row->decoded->src, 0, s->src_value);
    } else {
        zkb_put64(row, operand);
    }
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
    zkb_put_limbs(row, 4, (uint64_t)product);
    zkb_put_limbs(row, 4, (uint64_t)(product >> 64));
}
