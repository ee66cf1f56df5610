/* Jumps, and branches on a comparison of a register with an immediate or another register. One
 * pair of functions serves twelve chips. */
#include "machine/chips/chips.h"

/* ---- JA ---- */

void zkb_declare_jump(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    f.target = zkb_column(b, "target", 32);
    zkb_instruction_end(&i, &f, f.target, i.depth);
}

ZKB_PROVER_ONLY void zkb_fill_jump(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    zkb_put_instruction(row);
    zkb_put32(row, row->decoded->target);
}

/* ---- Operands of a comparison ---- */

static bool is_narrow(unsigned variant) { return (variant & ZKB_BRANCH_NARROW) != 0; }

static bool is_signed(unsigned variant) { return (variant & ZKB_BRANCH_SIGNED) != 0; }

/* What is compared of a register's value: its low half if narrow, with the sign bit inverted (so
 * that unsigned comparison orders it) if signed. */
static zkb_expr declare_operand(const zkb_instruction_block *i, const char *name, zkb_expr value,
                                unsigned variant)
{
    zkb_chip_builder *b = i->b;
    const unsigned limbs = is_narrow(variant) ? 2 : 4;
    if (is_narrow(variant)) {
        const zkb_expr low = zkb_limbs(i, zkb_name(b, "%s low", name), 2, NULL);
        const zkb_expr high = zkb_limbs(i, zkb_name(b, "%s high", name), 2, NULL);
        zkb_assert_zero(b, zkb_name(b, "%s = low + 2^32 high", name),
                        zkb_sub(b, value, zkb_add(b, low, zkb_times_power(b, high, 32))));
        value = low;
    }
    if (is_signed(variant)) {
        const zkb_expr sign = zkb_bit(i, zkb_name(b, "%s sign", name));
        const zkb_expr rest = zkb_limbs(i, zkb_name(b, "%s doubled", name), limbs, NULL);
        zkb_assert_zero(b, zkb_name(b, "2 %s = sign and doubled", name),
                        zkb_sub(b, zkb_scale(b, value, 2),
                                zkb_add(b, zkb_times_power(b, sign, 16 * limbs), rest)));
        const zkb_expr bias = zkb_times_power(b, i->active, 16 * limbs - 1);
        value = zkb_sub(b, zkb_add(b, value, bias), zkb_times_power(b, sign, 16 * limbs));
    }
    return value;
}

/* Returns what is compared. */
static uint64_t put_operand(zkb_row_writer *row, uint64_t value, unsigned variant)
{
    const unsigned limbs = is_narrow(variant) ? 2 : 4;
    if (is_narrow(variant)) {
        zkb_put_limbs(row, 4, value);
        value = (uint32_t)value;
    }
    if (is_signed(variant)) {
        const uint64_t top = (uint64_t)1 << (16 * limbs - 1);
        zkb_put8(row, value >= top);
        zkb_put_limbs(row, limbs, value << 1);
        value ^= top;
    }
    return value;
}

/* ---- The comparison ---- */

/* The bit x < y: x - y + 2^w less = limbs. */
static zkb_expr declare_less(const zkb_instruction_block *i, zkb_expr difference, unsigned limbs)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr less = zkb_bit(i, "less");
    const zkb_expr wrapped = zkb_limbs(i, "difference mod 2^w", limbs, NULL);
    zkb_assert_zero(
        b, "x - y + 2^w less = wrapped",
        zkb_sub(b, zkb_add(b, difference, zkb_times_power(b, less, 16 * limbs)), wrapped));
    return less;
}

static bool put_less(zkb_row_writer *row, uint64_t x, uint64_t y, unsigned limbs)
{
    zkb_put8(row, x < y);
    zkb_put_limbs(row, limbs, x - y);
    return x < y;
}

/* taken = condition XOR negate; next pc = taken ? target : pc + 1. */
static zkb_expr declare_taken(const zkb_instruction_block *i, zkb_expr condition, zkb_expr negate,
                              zkb_expr target)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr taken = zkb_bit(i, "taken");
    const zkb_expr both = zkb_scale(b, zkb_mul(b, condition, negate), 2);
    const zkb_expr next = zkb_add(b, i->pc, zkb_const(b, 1));
    zkb_assert_zero(b, "taken = condition xor negate",
                    zkb_sub(b, taken, zkb_sub(b, zkb_add(b, condition, negate), both)));
    return zkb_add(b, next, zkb_mul(b, taken, zkb_sub(b, target, next)));
}

/* Registers are read in the order of their slots, which is the order of time when both are one. */
void zkb_declare_branch(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    const bool x = (variant & ZKB_BRANCH_X) != 0;
    const bool equal = (variant & ZKB_BRANCH_EQUAL) != 0;
    const unsigned limbs = is_narrow(variant) ? 2 : 4;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr negate = zkb_bit(&i, "negate");
    zkb_instruction_flag(&f, b, 0, negate);
    f.target = zkb_column(b, "target", 32);
    f.dst = zkb_column(b, "dst", 8);
    zkb_expr second;
    if (x) {
        f.src = zkb_column(b, "src", 8);
        second = declare_operand(&i, "src", zkb_register_read(&i, "src value", f.src, 0), variant);
    } else {
        f.imm = zkb_column(b, "imm", 64);
        second = f.imm;
    }
    const zkb_expr first =
        declare_operand(&i, "dst", zkb_register_read(&i, "dst value", f.dst, 1), variant);
    zkb_expr difference = zkb_sub(b, first, second);
    if (!x && !equal) {
        const zkb_expr swap = zkb_bit(&i, "swap");
        zkb_instruction_flag(&f, b, 1, swap);
        difference = zkb_sub(b, difference, zkb_scale(b, zkb_mul(b, swap, difference), 2));
    }
    const zkb_expr condition =
        equal ? zkb_equal(&i, difference, limbs) : declare_less(&i, difference, limbs);
    zkb_instruction_end(&i, &f, declare_taken(&i, condition, negate, f.target), i.depth);
}

ZKB_PROVER_ONLY void zkb_fill_branch(zkb_row_writer *row, unsigned variant)
{
    const bool x = (variant & ZKB_BRANCH_X) != 0;
    const bool equal = (variant & ZKB_BRANCH_EQUAL) != 0;
    const unsigned limbs = is_narrow(variant) ? 2 : 4;
    const unsigned negate = row->decoded->code & 1u;
    const bool swap = (row->decoded->code & 2u) != 0;
    /* The decoder may have exchanged the registers. */
    const bool exchanged = row->decoded->dst != row->step->dst;
    const uint64_t dst = exchanged ? row->step->src_value : row->step->dst_value;
    zkb_put_instruction(row);
    zkb_put8(row, negate);
    zkb_put32(row, row->decoded->target);
    zkb_put8(row, row->decoded->dst);
    uint64_t second = row->decoded->imm;
    if (x) {
        const uint64_t src = exchanged ? row->step->dst_value : row->step->src_value;
        zkb_put8(row, row->decoded->src);
        zkb_put_register(row, row->decoded->src, 0, src);
        second = put_operand(row, src, variant);
    } else {
        zkb_put64(row, row->decoded->imm);
    }
    zkb_put_register(row, row->decoded->dst, 1, dst);
    const uint64_t first = put_operand(row, dst, variant);
    if (!x && !equal) {
        zkb_put8(row, swap);
    }
    const bool condition = equal
                               ? zkb_put_equal(row, first, second, limbs)
                               : put_less(row, swap ? second : first, swap ? first : second, limbs);
    zkb_put8(row, condition != (negate != 0));
}
