/* AND, OR, XOR and JSET by bytes: each byte triple (a, b, a AND b) is looked up, which makes bytes
 * of all three; a OR b = a + b - (a AND b), a XOR b = a + b - 2 (a AND b). The values of the
 * registers are the weighted sums of the bytes, so they have no columns of their own. */
#include "machine/chips/chips.h"

enum { BYTES = 8 };

typedef struct operands {
    zkb_expr a, b;                         /* u64, the sums of all bytes */
    zkb_expr a_low, b_low;                 /* their low halves */
    zkb_expr and_low, and_high;            /* of a AND b; high is not shifted */
    zkb_expr sum_of_ands, sum_of_low_ands; /* of its bytes: zero if and only if a AND b is */
} operands;

static zkb_expr byte_column(zkb_chip_builder *b, const char *name, unsigned j)
{
    return zkb_column(b, zkb_name(b, "%s byte %u", name, j), 8);
}

static zkb_expr sum_of(zkb_chip_builder *b, unsigned count, const zkb_expr *parts)
{
    return zkb_weighted_sum(b, 0, count, parts);
}

static void declare_operands(operands *o, const zkb_instruction_block *i)
{
    zkb_chip_builder *b = i->b;
    zkb_expr bytes_a[BYTES];
    zkb_expr bytes_b[BYTES];
    zkb_expr bytes_and[BYTES];
    for (unsigned j = 0; j < BYTES; j++) {
        bytes_a[j] = byte_column(b, "dst", j);
        bytes_b[j] = byte_column(b, "operand", j);
        bytes_and[j] = byte_column(b, "and", j);
        const zkb_expr triple[3] = {bytes_a[j], bytes_b[j], bytes_and[j]};
        zkb_take(b, &zkb_bus_byte_and, i->one, triple, 3);
    }
    o->a = zkb_weighted_sum(b, 8, BYTES, bytes_a);
    o->b = zkb_weighted_sum(b, 8, BYTES, bytes_b);
    o->a_low = zkb_weighted_sum(b, 8, BYTES / 2, bytes_a);
    o->b_low = zkb_weighted_sum(b, 8, BYTES / 2, bytes_b);
    o->and_low = zkb_weighted_sum(b, 8, BYTES / 2, bytes_and);
    o->and_high = zkb_weighted_sum(b, 8, BYTES / 2, bytes_and + BYTES / 2);
    o->sum_of_ands = sum_of(b, BYTES, bytes_and);
    o->sum_of_low_ands = sum_of(b, BYTES / 2, bytes_and);
}

static void put_operands(zkb_row_writer *row, uint64_t a, uint64_t b)
{
    for (unsigned j = 0; j < BYTES; j++) {
        const uint8_t x = (uint8_t)(a >> (8 * j));
        const uint8_t y = (uint8_t)(b >> (8 * j));
        zkb_put8(row, x);
        zkb_put8(row, y);
        zkb_put8(row, x & y);
        row->counts->byte_and[x + 256u * y]++;
    }
}

static unsigned sum_of_bytes(uint64_t value)
{
    unsigned sum = 0;
    for (unsigned j = 0; j < BYTES; j++) {
        sum += (uint8_t)(value >> (8 * j));
    }
    return sum;
}

/* A register read whose value is an expression: one column, the time difference. */
static void read_sum(const zkb_instruction_block *i, const char *name, zkb_expr index,
                     unsigned slot, zkb_expr value)
{
    zkb_access access;
    zkb_access_begin_value(&access, i, name, zkb_const(i->b, ZKB_SPACE_REGISTER), index, slot,
                           value);
    zkb_access_end(&access, i, value);
}

/* ---- dst = dst OP operand ---- */

enum { OPERAND_K, OPERAND_X };

/* and + or_flag (a + b - 2 and) + xor_flag (a + b - 3 and + and): and, or, xor as the flags say. */
static zkb_expr combine(zkb_chip_builder *b, zkb_expr or_flag, zkb_expr xor_flag, zkb_expr x,
                        zkb_expr y, zkb_expr x_and_y)
{
    const zkb_expr sum = zkb_add(b, x, y);
    const zkb_expr if_or = zkb_mul(b, or_flag, zkb_sub(b, sum, zkb_scale(b, x_and_y, 2)));
    const zkb_expr if_xor = zkb_mul(b, xor_flag, zkb_sub(b, sum, zkb_scale(b, x_and_y, 3)));
    return zkb_add(b, x_and_y, zkb_add(b, if_or, if_xor));
}

void zkb_declare_bitwise(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    operands o;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr or_flag = zkb_bit(&i, "or");
    const zkb_expr xor_flag = zkb_bit(&i, "xor");
    const zkb_expr is32 = zkb_bit(&i, "is32");
    zkb_instruction_flag(&f, b, 0, or_flag);
    zkb_instruction_flag(&f, b, 1, xor_flag);
    zkb_instruction_flag(&f, b, 2, is32);
    f.dst = zkb_column(b, "dst", 8);
    declare_operands(&o, &i);
    if (variant == OPERAND_X) {
        f.src = zkb_column(b, "src", 8);
        read_sum(&i, "src", f.src, 0, o.b);
    } else {
        f.imm = o.b;
    }
    const zkb_expr x_and_y = zkb_add(b, o.and_low, zkb_times_power(b, o.and_high, 32));
    const zkb_expr wide = combine(b, or_flag, xor_flag, o.a, o.b, x_and_y);
    const zkb_expr low = combine(b, or_flag, xor_flag, o.a_low, o.b_low, o.and_low);
    const zkb_expr result = zkb_column(b, "result", 64);
    zkb_assert_zero(b, "result",
                    zkb_sub(b, result, zkb_add(b, wide, zkb_mul(b, is32, zkb_sub(b, low, wide)))));
    zkb_access_begin_value(&dst, &i, "dst", zkb_const(b, ZKB_SPACE_REGISTER), f.dst, 3, o.a);
    zkb_access_end(&dst, &i, result);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_bitwise(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    const uint64_t operand = variant == OPERAND_X ? s->src_value : row->decoded->imm;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->code & 1u);
    zkb_put8(row, (row->decoded->code >> 1) & 1u);
    zkb_put8(row, (row->decoded->code >> 2) & 1u);
    zkb_put8(row, row->decoded->dst);
    put_operands(row, s->dst_value, operand);
    if (variant == OPERAND_X) {
        zkb_put8(row, row->decoded->src);
        zkb_put_range16(row, zkb_touch_register(row, row->decoded->src, 0, s->src_value));
    }
    zkb_put64(row, s->result_after);
    zkb_put_range16(row, zkb_touch_register(row, row->decoded->dst, 3, s->dst_value));
}

/* ---- JSET: branch when dst AND operand is not zero ---- */

void zkb_declare_branch_set(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_instruction_fields f;
    operands o;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr is32 = zkb_bit(&i, "is32");
    zkb_instruction_flag(&f, b, 0, is32);
    f.dst = zkb_column(b, "dst", 8);
    f.target = zkb_column(b, "target", 32);
    declare_operands(&o, &i);
    if (variant == OPERAND_X) {
        f.src = zkb_column(b, "src", 8);
        read_sum(&i, "src", f.src, 0, o.b);
    } else {
        f.imm = o.b;
    }
    read_sum(&i, "dst", f.dst, 1, o.a);
    /* The sum of the bytes that count is 0 to 2040: zero, or one more than a 16-bit limb. */
    const zkb_expr high = zkb_sub(b, o.sum_of_ands, o.sum_of_low_ands);
    const zkb_expr sum = zkb_sub(b, o.sum_of_ands, zkb_mul(b, is32, high));
    const zkb_expr taken = zkb_bit(&i, "taken");
    const zkb_expr excess = zkb_limbs(&i, "sum - 1", 1, NULL);
    zkb_assert_zero(b, "sum of bytes = taken + excess", zkb_sub(b, sum, zkb_add(b, taken, excess)));
    zkb_assert_zero(b, "no excess unless taken", zkb_mul(b, excess, zkb_sub(b, i.active, taken)));
    const zkb_expr next = zkb_add(b, i.pc, zkb_const(b, 1));
    zkb_instruction_end(&i, &f, zkb_add(b, next, zkb_mul(b, taken, zkb_sub(b, f.target, next))),
                        i.depth);
}

ZKB_PROVER_ONLY void zkb_fill_branch_set(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    const uint64_t operand = variant == OPERAND_X ? s->src_value : row->decoded->imm;
    const bool is32 = (row->decoded->code & 1u) != 0;
    zkb_put_instruction(row);
    zkb_put8(row, is32);
    zkb_put8(row, row->decoded->dst);
    zkb_put32(row, row->decoded->target);
    put_operands(row, s->dst_value, operand);
    if (variant == OPERAND_X) {
        zkb_put8(row, row->decoded->src);
        zkb_put_range16(row, zkb_touch_register(row, row->decoded->src, 0, s->src_value));
    }
    zkb_put_range16(row, zkb_touch_register(row, row->decoded->dst, 1, s->dst_value));
    const uint64_t both = s->dst_value & operand;
    const unsigned sum = sum_of_bytes(is32 ? (uint32_t)both : both);
    zkb_put8(row, sum != 0);
    zkb_put_range16(row, sum == 0 ? 0 : sum - 1);
}
