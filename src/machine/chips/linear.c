/* Constants, moves, addition, subtraction, negation. Results are made of range-checked limbs;
 * operands are u64 already, since every cell of a register is written by a chip or by the
 * statement. */
#include "machine/chips/chips.h"

/* ---- dst = imm: MOV K, LDDW ---- */

void zkb_declare_constant(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr wide = zkb_bit(&i, "wide");
    zkb_instruction_flag(&f, b, 0, wide);
    f.dst = zkb_column(b, "dst", 8);
    f.imm = zkb_column(b, "imm", 64);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, f.imm);
    zkb_instruction_end(&i, &f, zkb_add(b, i.pc, zkb_add(b, wide, zkb_const(b, 1))), i.depth);
}

ZKB_PROVER_ONLY void zkb_fill_constant(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->code & 1u);
    zkb_put8(row, row->decoded->dst);
    zkb_put64(row, row->decoded->imm);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
}

/* ---- dst = src ---- */

void zkb_declare_move(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    f.dst = zkb_column(b, "dst", 8);
    f.src = zkb_column(b, "src", 8);
    const zkb_expr value = zkb_register_read(&i, "src value", f.src, 0);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, value);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_move(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->dst);
    zkb_put8(row, row->decoded->src);
    zkb_put_register(row, row->decoded->src, 0, s->result_after);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
}

/* ---- dst += imm, 64 bits ---- */

void zkb_declare_add_k(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    f.dst = zkb_column(b, "dst", 8);
    f.imm = zkb_column(b, "imm", 64);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    const zkb_expr result = zkb_limbs(&i, "result", 4, NULL);
    const zkb_expr carry = zkb_bit(&i, "carry");
    const zkb_expr sum = zkb_add(b, dst.value, f.imm);
    zkb_assert_zero(b, "dst + imm = result + 2^64 carry",
                    zkb_sub(b, sum, zkb_add(b, result, zkb_times_power(b, carry, 64))));
    zkb_access_end(&dst, &i, result);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_add_k(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->dst);
    zkb_put64(row, row->decoded->imm);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
    zkb_put_limbs(row, 4, s->result_after);
    zkb_put8(row, s->result_after < s->dst_value);
}

/* ---- dst += src, dst -= src, 64 bits ---- */

/* dst + src, or dst - src + 2^64 when subtract is set. */
static zkb_expr sum_or_difference(zkb_chip_builder *b, zkb_expr dst, zkb_expr src,
                                  zkb_expr subtract)
{
    const zkb_expr twice = zkb_scale(b, zkb_mul(b, subtract, src), 2);
    return zkb_add(b, zkb_sub(b, zkb_add(b, dst, src), twice), zkb_times_power(b, subtract, 64));
}

void zkb_declare_linear_x(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr subtract = zkb_bit(&i, "subtract");
    zkb_instruction_flag(&f, b, 0, subtract);
    f.dst = zkb_column(b, "dst", 8);
    f.src = zkb_column(b, "src", 8);
    const zkb_expr src = zkb_register_read(&i, "src value", f.src, 0);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    const zkb_expr result = zkb_limbs(&i, "result", 4, NULL);
    const zkb_expr carry = zkb_bit(&i, "carry");
    zkb_assert_zero(b, "dst ± src = result + 2^64 carry",
                    zkb_sub(b, sum_or_difference(b, dst.value, src, subtract),
                            zkb_add(b, result, zkb_times_power(b, carry, 64))));
    zkb_access_end(&dst, &i, result);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_linear_x(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    const unsigned subtract = row->decoded->code & 1u;
    zkb_put_instruction(row);
    zkb_put8(row, subtract);
    zkb_put8(row, row->decoded->dst);
    zkb_put8(row, row->decoded->src);
    zkb_put_register(row, row->decoded->src, 0, s->src_value);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
    zkb_put_limbs(row, 4, s->result_after);
    zkb_put8(row, subtract ? s->dst_value >= s->src_value : s->result_after < s->dst_value);
}

/* ---- 32 bits: the operands' low halves, the result zero-extended ---- */

/* total = result + 2^32 (quotient + 2^32 carry), the parenthesis below 2^33. Returns result. */
static zkb_expr low32(const zkb_instruction_block *i, zkb_expr total)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr result = zkb_limbs(i, "result", 2, NULL);
    const zkb_expr quotient = zkb_limbs(i, "quotient", 2, NULL);
    const zkb_expr carry = zkb_bit(i, "carry");
    const zkb_expr sum = zkb_add(
        b, result, zkb_add(b, zkb_times_power(b, quotient, 32), zkb_times_power(b, carry, 64)));
    zkb_assert_zero(b, "total = result + 2^32 quotient + 2^64 carry", zkb_sub(b, total, sum));
    return result;
}

static void put_low32(zkb_row_writer *row, uint64_t low, uint64_t carry)
{
    zkb_put_limbs(row, 4, low);
    zkb_put8(row, carry);
}

void zkb_declare_linear32_k(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    f.dst = zkb_column(b, "dst", 8);
    f.imm = zkb_column(b, "imm", 32);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, low32(&i, zkb_add(b, dst.value, f.imm)));
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_linear32_k(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    const uint64_t sum = s->dst_value + row->decoded->imm;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->dst);
    zkb_put32(row, row->decoded->imm);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
    put_low32(row, sum, sum < s->dst_value);
}

void zkb_declare_linear32_x(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr subtract = zkb_bit(&i, "subtract");
    zkb_instruction_flag(&f, b, 0, subtract);
    f.dst = zkb_column(b, "dst", 8);
    f.src = zkb_column(b, "src", 8);
    const zkb_expr src = zkb_register_read(&i, "src value", f.src, 0);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, low32(&i, sum_or_difference(b, dst.value, src, subtract)));
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_linear32_x(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    const unsigned subtract = row->decoded->code & 1u;
    zkb_put_instruction(row);
    zkb_put8(row, subtract);
    zkb_put8(row, row->decoded->dst);
    zkb_put8(row, row->decoded->src);
    zkb_put_register(row, row->decoded->src, 0, s->src_value);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
    if (subtract) {
        put_low32(row, s->dst_value - s->src_value, s->dst_value >= s->src_value);
    } else {
        put_low32(row, s->dst_value + s->src_value, s->dst_value + s->src_value < s->dst_value);
    }
}

/* ---- dst = -dst ---- */

void zkb_declare_negate(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr is32 = zkb_bit(&i, "is32");
    zkb_instruction_flag(&f, b, 0, is32);
    f.dst = zkb_column(b, "dst", 8);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    const zkb_expr low = zkb_limbs(&i, "result low", 2, NULL);
    const zkb_expr high = zkb_times_power(b, zkb_limbs(&i, "result high", 2, NULL), 32);
    const zkb_expr carry = zkb_bit(&i, "dst is zero");
    const zkb_expr negative = zkb_sub(b, zkb_times_power(b, i.active, 64), dst.value);
    zkb_assert_zero(
        b, "2^64 - dst = result + 2^64 carry",
        zkb_sub(b, negative, zkb_add(b, zkb_add(b, low, high), zkb_times_power(b, carry, 64))));
    const zkb_expr dropped = zkb_mul(b, is32, high);
    zkb_access_end(&dst, &i, zkb_sub(b, zkb_add(b, low, high), dropped));
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_negate(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->code & 1u);
    zkb_put8(row, row->decoded->dst);
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
    zkb_put_limbs(row, 4, 0 - s->dst_value);
    zkb_put8(row, s->dst_value == 0);
}
