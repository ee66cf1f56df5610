/* Shifts. Left and right by s are one multiplication: x * 2^s = low + 2^w high has the left shift
 * in low, x * 2^(w-s) = low + 2^w high the right shift in high. An arithmetic right shift of a
 * negative x adds 2^w - 2^(w-s). */
#include "machine/chips/chips.h"

static bool is_x(unsigned variant) { return (variant & ZKB_SHIFT_X) != 0; }

static bool is_arithmetic(unsigned variant) { return (variant & ZKB_SHIFT_ARITHMETIC) != 0; }

/* 16-bit limbs of the width. */
static unsigned limbs_of(unsigned variant) { return (variant & ZKB_SHIFT_NARROW) != 0 ? 2 : 4; }

/* The shifted number: the value, or its low half. */
static zkb_expr declare_shifted(const zkb_instruction_block *i, zkb_expr value, unsigned limbs)
{
    zkb_chip_builder *b = i->b;
    if (limbs == 4) {
        return value;
    }
    const zkb_expr low = zkb_limbs(i, "dst low", 2, NULL);
    const zkb_expr high = zkb_limbs(i, "dst high", 2, NULL);
    zkb_assert_zero(b, "dst = low + 2^32 high",
                    zkb_sub(b, value, zkb_add(b, low, zkb_times_power(b, high, 32))));
    return low;
}

/* The factor of an amount in a register: amount = w q + s, exponent = s (left) or w-1-s (right),
 * factor = 2^s or 2^(w-s). The exponent is in [0, w) by the power table, so s is too. */
static zkb_expr declare_factor(const zkb_instruction_block *i, zkb_expr amount, zkb_expr right,
                               unsigned limbs)
{
    zkb_chip_builder *b = i->b;
    const int64_t width = 16 * (int64_t)limbs;
    const zkb_expr exponent = zkb_column(b, "exponent", 8);
    const zkb_expr power = zkb_column(b, "2^exponent", 64);
    const zkb_expr wraps = zkb_limbs(i, "amount / w", 4, NULL);
    const zkb_expr tuple[2] = {exponent, power};
    const zkb_expr twice = zkb_scale(b, exponent, 2);
    const zkb_expr most = zkb_scale(b, i->active, (uint64_t)width - 1);
    const zkb_expr s = zkb_add(b, exponent, zkb_mul(b, right, zkb_sub(b, most, twice)));
    zkb_take(b, &zkb_bus_power, i->one, tuple, 2);
    if (limbs == 2) { /* exponent + 32 < 64 */
        const zkb_expr moved[2] = {zkb_add(b, exponent, zkb_const(b, 32)),
                                   zkb_times_power(b, power, 32)};
        zkb_take(b, &zkb_bus_power, i->one, moved, 2);
    }
    zkb_assert_zero(b, "amount = w q + s",
                    zkb_sub(b, amount, zkb_add(b, zkb_scale(b, wraps, (uint64_t)width), s)));
    return zkb_mul(b, power, zkb_add(b, right, zkb_const(b, 1)));
}

/* The sign bit of x: 2x = 2^w sign + doubled. */
static zkb_expr declare_sign(const zkb_instruction_block *i, zkb_expr x, unsigned limbs)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr sign = zkb_bit(i, "sign");
    const zkb_expr doubled = zkb_limbs(i, "doubled", limbs, NULL);
    zkb_assert_zero(
        b, "2 x = 2^w sign + doubled",
        zkb_sub(b, zkb_scale(b, x, 2), zkb_add(b, zkb_times_power(b, sign, 16 * limbs), doubled)));
    return sign;
}

void zkb_declare_shift(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    const unsigned limbs = limbs_of(variant);
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    zkb_expr right = i.active;
    if (is_arithmetic(variant)) {
        zkb_instruction_flag(&f, b, 0, zkb_const(b, 3));
    } else {
        right = zkb_bit(&i, "right");
        zkb_instruction_flag(&f, b, 0, right);
    }
    f.dst = zkb_column(b, "dst", 8);
    zkb_expr factor;
    if (is_x(variant)) {
        f.src = zkb_column(b, "src", 8);
        const zkb_expr amount = zkb_register_read(&i, "src value", f.src, 0);
        factor = declare_factor(&i, amount, right, limbs);
    } else {
        f.imm = zkb_column(b, "imm", 64);
        factor = f.imm;
    }
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    const zkb_expr x = declare_shifted(&i, dst.value, limbs);
    const zkb_expr low = zkb_limbs(&i, "product low", limbs, NULL);
    const zkb_expr high = zkb_limbs(&i, "product high", limbs, NULL);
    zkb_assert_zero(
        b, "x factor = low + 2^w high",
        zkb_sub(b, zkb_mul(b, x, factor), zkb_add(b, low, zkb_times_power(b, high, 16 * limbs))));
    zkb_expr result = zkb_add(b, low, zkb_mul(b, right, zkb_sub(b, high, low)));
    if (is_arithmetic(variant)) {
        const zkb_expr sign = declare_sign(&i, x, limbs);
        const zkb_expr ones = zkb_sub(b, zkb_times_power(b, i.active, 16 * limbs), factor);
        result = zkb_add(b, high, zkb_mul(b, sign, ones));
    }
    zkb_access_end(&dst, &i, result);
    zkb_instruction_end_next(&i, &f);
}

static void put_factor(zkb_row_writer *row, unsigned exponent, uint64_t amount, unsigned limbs)
{
    zkb_put8(row, exponent);
    zkb_put64(row, (uint64_t)1 << exponent);
    zkb_put_limbs(row, 4, amount / (16 * limbs));
    row->counts->power[exponent]++;
    if (limbs == 2) {
        row->counts->power[exponent + 32]++;
    }
}

ZKB_PROVER_ONLY void zkb_fill_shift(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    const unsigned limbs = limbs_of(variant);
    const unsigned width = 16 * limbs;
    const unsigned right = row->decoded->code & 1u;
    const uint64_t x = limbs == 2 ? (uint32_t)s->dst_value : s->dst_value;
    unsigned shift; /* the factor is 2^shift; up to 64 */
    zkb_put_instruction(row);
    if (!is_arithmetic(variant)) {
        zkb_put8(row, right);
    }
    zkb_put8(row, row->decoded->dst);
    if (is_x(variant)) {
        const unsigned amount = (unsigned)s->src_value & (width - 1);
        zkb_put8(row, row->decoded->src);
        zkb_put_register(row, row->decoded->src, 0, s->src_value);
        put_factor(row, right ? width - 1 - amount : amount, s->src_value, limbs);
        shift = right ? width - amount : amount;
    } else {
        zkb_put64(row, row->decoded->imm);
        shift = (unsigned)__builtin_ctzll(row->decoded->imm);
    }
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
    if (limbs == 2) {
        zkb_put_limbs(row, 4, s->dst_value);
    }
    const zkb_u128 product = (zkb_u128)x << shift;
    zkb_put_limbs(row, limbs, (uint64_t)product);
    zkb_put_limbs(row, limbs, (uint64_t)(product >> width));
    if (is_arithmetic(variant)) {
        zkb_put8(row, (x >> (width - 1)) & 1u);
        zkb_put_limbs(row, limbs, x << 1);
    }
}
