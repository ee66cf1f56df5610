/* Division and remainder, RFC 9669 section 4.1: x / 0 = 0, x mod 0 = x; signed division rounds
 * toward zero and MIN / -1 = MIN. Signed operands are divided by their magnitudes.
 *
 *     m = q n + r and r < n, or n = 0 and q = 0
 *
 * for the magnitudes m of dst and n of the operand; the products stay below 2^128, so the equation
 * is one over the integers. */
#include "machine/chips/chips.h"

enum { LIMBS = 4 };

static bool is_x(unsigned variant) { return (variant & ZKB_DIVIDE_X) != 0; }

static bool is_signed(unsigned variant) { return (variant & ZKB_DIVIDE_SIGNED) != 0; }

typedef struct context {
    zkb_instruction_block i;
    zkb_expr is32;
    zkb_expr two_to_width; /* on active rows 2^32 or 2^64 */
} context;

/* Limbs whose sum is below 2^32 when is32 is set. */
static zkb_expr limbs_of_width(const context *c, const char *name)
{
    zkb_chip_builder *b = c->i.b;
    const zkb_expr low = zkb_limbs(&c->i, zkb_name(b, "%s low", name), 2, NULL);
    const zkb_expr high = zkb_limbs(&c->i, zkb_name(b, "%s high", name), 2, NULL);
    zkb_assert_zero(b, zkb_name(b, "%s fits the width", name), zkb_mul(b, c->is32, high));
    return zkb_add(b, low, zkb_times_power(b, high, 32));
}

static zkb_expr negative_if(zkb_chip_builder *b, zkb_expr bit, zkb_expr x, zkb_expr two_to_width)
{
    /* x, or 2^w - x */
    return zkb_add(b, x, zkb_mul(b, bit, zkb_sub(b, two_to_width, zkb_scale(b, x, 2))));
}

/* The operand's magnitude; *sign is its sign bit. */
static zkb_expr declare_magnitude(const context *c, const char *name, zkb_expr value,
                                  unsigned variant, zkb_expr *sign)
{
    zkb_chip_builder *b = c->i.b;
    const zkb_expr low = zkb_limbs(&c->i, zkb_name(b, "%s bits 0 to 31", name), 2, NULL);
    const zkb_expr high =
        zkb_times_power(b, zkb_limbs(&c->i, zkb_name(b, "%s bits 32 to 63", name), 2, NULL), 32);
    zkb_assert_zero(b, zkb_name(b, "%s = limbs", name), zkb_sub(b, value, zkb_add(b, low, high)));
    const zkb_expr x = zkb_sub(b, value, zkb_mul(b, c->is32, high));
    if (!is_signed(variant)) {
        return x;
    }
    const zkb_expr operand = zkb_column(b, zkb_name(b, "%s at its width", name), 64);
    *sign = zkb_bit(&c->i, zkb_name(b, "%s sign", name));
    const zkb_expr doubled = limbs_of_width(c, zkb_name(b, "%s doubled", name));
    zkb_assert_zero(b, zkb_name(b, "%s at its width", name), zkb_sub(b, operand, x));
    zkb_assert_zero(b, zkb_name(b, "2 %s = 2^w sign + doubled", name),
                    zkb_sub(b, zkb_scale(b, operand, 2),
                            zkb_add(b, zkb_mul(b, *sign, c->two_to_width), doubled)));
    const zkb_expr magnitude = zkb_column(b, zkb_name(b, "%s magnitude", name), 64);
    zkb_assert_zero(b, zkb_name(b, "%s magnitude", name),
                    zkb_sub(b, magnitude, negative_if(b, *sign, operand, c->two_to_width)));
    return magnitude;
}

/* Quotient and remainder of the magnitudes. */
static void declare_division(const context *c, zkb_expr m, zkb_expr n, zkb_expr *quotient,
                             zkb_expr *remainder)
{
    zkb_chip_builder *b = c->i.b;
    *quotient = zkb_limbs(&c->i, "quotient", LIMBS, NULL);
    *remainder = zkb_limbs(&c->i, "remainder", LIMBS, NULL);
    const zkb_expr gap = zkb_limbs(&c->i, "divisor - remainder - 1", LIMBS, NULL);
    const zkb_expr zero = zkb_bit(&c->i, "divisor is zero");
    const zkb_expr nonzero = zkb_sub(b, c->i.active, zero);
    zkb_assert_zero(b, "m = q n + r",
                    zkb_sub(b, m, zkb_add(b, zkb_mul(b, *quotient, n), *remainder)));
    zkb_assert_zero(b, "zero: divisor", zkb_mul(b, zero, n));
    zkb_assert_zero(b, "zero: quotient", zkb_mul(b, zero, *quotient));
    zkb_assert_zero(b, "zero: gap", zkb_mul(b, zero, gap));
    zkb_assert_zero(
        b, "r < n unless zero",
        zkb_mul(b, nonzero, zkb_sub(b, zkb_sub(b, zkb_sub(b, n, *remainder), c->i.active), gap)));
}

/* The result with its sign: magnitude, or 2^w nonzero - magnitude. */
static zkb_expr declare_signed_result(const context *c, zkb_expr modulo, zkb_expr sign_m,
                                      zkb_expr sign_n, zkb_expr magnitude)
{
    zkb_chip_builder *b = c->i.b;
    const zkb_expr negative = zkb_bit(&c->i, "result negative");
    const zkb_expr nonzero = zkb_bit(&c->i, "result negative and not zero");
    const zkb_expr result = limbs_of_width(c, "result");
    /* mod: the sign of m; div: the signs differ. */
    const zkb_expr quotient_sign = zkb_sub(b, sign_n, zkb_scale(b, zkb_mul(b, sign_m, sign_n), 2));
    const zkb_expr sign =
        zkb_add(b, sign_m, zkb_mul(b, zkb_sub(b, c->i.active, modulo), quotient_sign));
    zkb_assert_zero(b, "result's sign", zkb_sub(b, negative, sign));
    zkb_assert_zero(b, "nonzero only if negative",
                    zkb_mul(b, nonzero, zkb_sub(b, c->i.active, negative)));
    const zkb_expr magnitude_signed =
        zkb_sub(b, magnitude, zkb_scale(b, zkb_mul(b, negative, magnitude), 2));
    zkb_assert_zero(
        b, "result = ±magnitude mod 2^w",
        zkb_sub(b, result, zkb_add(b, magnitude_signed, zkb_mul(b, nonzero, c->two_to_width))));
    return result;
}

void zkb_declare_divide(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    context c;
    zkb_instruction_fields f;
    zkb_access dst;
    zkb_expr sign_m = zkb_const(b, 0);
    zkb_expr sign_n = sign_m;
    zkb_expr quotient;
    zkb_expr remainder;
    zkb_instruction_begin(&c.i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr modulo = zkb_bit(&c.i, "modulo");
    c.is32 = zkb_bit(&c.i, "is32");
    c.two_to_width = zkb_add(b, zkb_times_power(b, zkb_sub(b, c.i.active, c.is32), 64),
                             zkb_times_power(b, c.is32, 32));
    zkb_instruction_flag(&f, b, 0, modulo);
    zkb_instruction_flag(&f, b, 1, c.is32);
    f.dst = zkb_column(b, "dst", 8);
    zkb_expr operand;
    if (is_x(variant)) {
        f.src = zkb_column(b, "src", 8);
        operand = zkb_register_read(&c.i, "src value", f.src, 0);
    } else {
        f.imm = zkb_column(b, "imm", 64);
        operand = f.imm;
    }
    zkb_register_begin(&dst, &c.i, "dst before", f.dst, 3);
    const zkb_expr m = declare_magnitude(&c, "dividend", dst.value, variant, &sign_m);
    const zkb_expr n = declare_magnitude(&c, "divisor", operand, variant, &sign_n);
    declare_division(&c, m, n, &quotient, &remainder);
    zkb_expr result = zkb_column(b, "result magnitude", 64);
    zkb_assert_zero(
        b, "quotient or remainder",
        zkb_sub(b, result,
                zkb_add(b, quotient, zkb_mul(b, modulo, zkb_sub(b, remainder, quotient)))));
    if (is_signed(variant)) {
        result = declare_signed_result(&c, modulo, sign_m, sign_n, result);
    }
    zkb_access_end(&dst, &c.i, result);
    zkb_instruction_end_next(&c.i, &f);
}

static uint64_t width_mask(bool is32) { return is32 ? UINT32_MAX : UINT64_MAX; }

/* Returns the magnitude. */
static uint64_t put_magnitude(zkb_row_writer *row, uint64_t value, bool is32, unsigned variant,
                              bool *sign)
{
    const uint64_t mask = width_mask(is32);
    const uint64_t x = value & mask;
    zkb_put_limbs(row, 4, value);
    if (!is_signed(variant)) {
        return x;
    }
    *sign = (x >> (is32 ? 31 : 63)) != 0;
    const uint64_t magnitude = *sign ? (0 - x) & mask : x;
    zkb_put64(row, x);
    zkb_put8(row, *sign);
    zkb_put_limbs(row, 4, (x << 1) & mask);
    zkb_put64(row, magnitude);
    return magnitude;
}

ZKB_PROVER_ONLY void zkb_fill_divide(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    const bool modulo = (row->decoded->code & 1u) != 0;
    const bool is32 = (row->decoded->code & 2u) != 0;
    bool sign_m = false;
    bool sign_n = false;
    uint64_t operand = row->decoded->imm;
    zkb_put_instruction(row);
    zkb_put8(row, modulo);
    zkb_put8(row, is32);
    zkb_put8(row, row->decoded->dst);
    if (is_x(variant)) {
        operand = s->src_value;
        zkb_put8(row, row->decoded->src);
        zkb_put_register(row, row->decoded->src, 0, operand);
    } else {
        zkb_put64(row, operand);
    }
    zkb_put_register(row, row->decoded->dst, 3, s->dst_value);
    const uint64_t m = put_magnitude(row, s->dst_value, is32, variant, &sign_m);
    const uint64_t n = put_magnitude(row, operand, is32, variant, &sign_n);
    const uint64_t quotient = n == 0 ? 0 : m / n;
    const uint64_t remainder = n == 0 ? m : m % n;
    zkb_put_limbs(row, LIMBS, quotient);
    zkb_put_limbs(row, LIMBS, remainder);
    zkb_put_limbs(row, LIMBS, n == 0 ? 0 : n - remainder - 1);
    zkb_put8(row, n == 0);
    const uint64_t magnitude = modulo ? remainder : quotient;
    zkb_put64(row, magnitude);
    if (is_signed(variant)) {
        const bool negative = modulo ? sign_m : sign_m != sign_n;
        const uint64_t mask = width_mask(is32);
        zkb_put8(row, negative);
        zkb_put8(row, negative && magnitude != 0);
        zkb_put_limbs(row, 4, (negative ? 0 - magnitude : magnitude) & mask);
    }
}
