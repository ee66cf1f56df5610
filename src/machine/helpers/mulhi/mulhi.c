/* r0 = the high 64 bits of the 128-bit product r1 * r2. */
#include "base/wide_inline.h"
#include "machine/helpers/helpers.h"

ZKB_PROVER_ONLY uint64_t zkb_host_mulhi(void *context, zkb_helper_call *call)
{
    (void)context;
    return (uint64_t)(((zkb_u128)call->arguments[0] * call->arguments[1]) >> 64);
}

/* The product is exact in the field, and its eight limbs are those of a u128. */
void zkb_declare_mulhi(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_access result;
    zkb_instruction_begin(&i, b);
    const zkb_expr x = zkb_register_read(&i, "r1", zkb_const(b, 1), 0);
    const zkb_expr y = zkb_register_read(&i, "r2", zkb_const(b, 2), 0);
    const zkb_expr low = zkb_limbs(&i, "low limb", 4, NULL);
    const zkb_expr high = zkb_limbs(&i, "high limb", 4, NULL);
    zkb_assert_zero(b, "r1 r2 = low + 2^64 high",
                    zkb_sub(b, zkb_mul(b, x, y), zkb_add(b, low, zkb_times_power(b, high, 64))));
    zkb_register_begin(&result, &i, "r0 before", zkb_const(b, 0), 3);
    zkb_access_end(&result, &i, high);
    zkb_helper_end(&i, form, variant);
}

ZKB_PROVER_ONLY void zkb_fill_mulhi(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put_register(row, 1, 0, zkb_argument(row, 1));
    zkb_put_register(row, 2, 0, zkb_argument(row, 2));
    zkb_put_limbs(row, 4, zkb_argument(row, 1) * zkb_argument(row, 2));
    zkb_put_limbs(row, 4, s->result_after);
    zkb_put_register(row, 0, 3, s->result_before);
}
