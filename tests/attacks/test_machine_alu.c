/* False results of arithmetic, made as a prover would make them: the whole row and the statement
 * agree with the lie, lookups are recounted, limbs may be any element of the field. Each attack
 * names the one check that refuses it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "attacks/malicious.h"

/* r1 OP= r2, or an immediate, on given values; the result is read by nobody. */
static void begin(malicious *m, zkb_instruction one, uint64_t x, uint64_t y)
{
    const zkb_instruction code[] = {
        LDDW(1, (int32_t)(uint32_t)x, (int32_t)(uint32_t)(x >> 32)),
        LDDW(2, (int32_t)(uint32_t)y, (int32_t)(uint32_t)(y >> 32)),
        one,
        EXIT(),
    };
    malicious_begin(m, code, SLOTS(code), NULL, 0);
}

static const zkb_instruction add_k = ALU64_K(0x00, 1, 5);
static const zkb_instruction add_x = ALU64_X(0x00, 1, 2);
static const zkb_instruction divide = ALU64_X(0x30, 1, 2);
static const zkb_instruction shift = ALU64_X(0x60, 1, 2);
static const zkb_instruction arithmetic = ALU64_X(0xc0, 1, 2);
static const zkb_instruction and_x = ALU64_X(0x50, 1, 2);
static const zkb_instruction multiply = ALU64_X(0x20, 1, 2);
static const zkb_instruction multiply32 = ALU32_X(0x20, 1, 2);
static const zkb_instruction narrow = ALU32_X(0xb0, 1, 2);
static const zkb_instruction extend = {0xbf, 1, 2, 8, 0};
static const zkb_instruction swap = {0xd7, 1, 0, 0, 16};
static const zkb_instruction high_half = HELPER(1000);
static const zkb_instruction negate = {0x87, 1, 0, 0, 0};

static void lie(malicious *m, uint64_t r1) { m->run.boundary.after.r[1] = r1; }

/* Class 7. */

/* 2^64 - 3 + 5 = 2 + 2^64, with the carry left in the result's top limb. */
static void sum_beyond_64_bits(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LDDW(1, -3, -1), ALU64_K(0x00, 1, 5), MOV_X(2, 1),
                                           MOV_K(1, 0),     MOV_K(2, 0),         EXIT()};
    zkb_fr large, power;
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, ZKB_CHIP_ADD_K, "carry", 0, 0);
    malicious_set(&m, ZKB_CHIP_ADD_K, "result 3", 0, 65536);
    zkb_fr_from_u64(&large, UINT64_C(1) << 63);
    zkb_fr_add(&large, &large, &large);
    zkb_fr_from_u64(&power, 2);
    zkb_fr_add(&large, &large, &power);
    malicious_set_fr(&m, ZKB_CHIP_MOVE, "src value", 0, &large);
    malicious_set_fr(&m, ZKB_CHIP_CONSTANT, "dst before", 1, &large);
    malicious_set_fr(&m, ZKB_CHIP_CONSTANT, "dst before", 2, &large);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Any sum at all, with a carry that is no bit: (x + y - result) / 2^64. */
static void carry_of_any_value(void **state)
{
    (void)state;
    malicious m;
    zkb_fr carry;
    begin(&m, add_x, 1000, 2000);
    malicious_set(&m, ZKB_CHIP_LINEAR_X, "result 0", 0, 7);
    malicious_fraction(&carry, 3000 - 7, 64);
    malicious_set_fr(&m, ZKB_CHIP_LINEAR_X, "carry", 0, &carry);
    lie(&m, 7);
    malicious_refused_by(&m, "carry", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The low half with the high half's bits in it: what a missing check on a limb would allow. */
static void truncation_that_keeps_all(void **state)
{
    (void)state;
    malicious m;
    begin(&m, narrow, 0, UINT64_C(0x500000007));
    malicious_set(&m, ZKB_CHIP_TRUNCATE, "low 1", 0, 0x50000);
    malicious_set(&m, ZKB_CHIP_TRUNCATE, "high 0", 0, 0);
    lie(&m, UINT64_C(0x500000007));
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A product off by one, the difference moved to the high limbs as -2^-64. */
static void product_off_by_one(void **state)
{
    (void)state;
    malicious m;
    zkb_fr high;
    begin(&m, multiply, 3, 5);
    malicious_set(&m, ZKB_CHIP_MULTIPLY_X, "bits 0 to 31 0", 0, 16);
    malicious_fraction(&high, -1, 64);
    malicious_set_fr(&m, ZKB_CHIP_MULTIPLY_X, "bits 64 to 127 0", 0, &high);
    lie(&m, 16);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* 32 bits of a product, with 2^32 more: the bits above hidden in the low limbs. */
static void product_beyond_32_bits(void **state)
{
    (void)state;
    malicious m;
    begin(&m, multiply32, 0x10000, 0x10001);
    malicious_set(&m, ZKB_CHIP_MULTIPLY_X, "bits 0 to 31 1", 0, 0x10001);
    malicious_set(&m, ZKB_CHIP_MULTIPLY_X, "bits 32 to 63 0", 0, 0);
    lie(&m, UINT64_C(0x100010000));
    malicious_refused_by(&m, "range16", NULL);
    malicious_end(&m);
}

/* -0 as 2^64 - 0: a carry withheld. */
static void negation_of_zero(void **state)
{
    (void)state;
    malicious m;
    zkb_fr large;
    begin(&m, negate, 0, 0);
    malicious_set(&m, ZKB_CHIP_NEGATE, "dst is zero", 0, 0);
    malicious_set(&m, ZKB_CHIP_NEGATE, "result high 1", 0, 65536);
    malicious_fraction(&large, 1, 0);
    malicious_refused_by(&m, "range16", "memory"); /* no statement has 2^64 in a register */
    malicious_end(&m);
}

/* The high half of a product: one more, taken from the low limbs; and one that the low limbs cannot
 * have. */
static void high_half_off_by_one(void **state)
{
    (void)state;
    malicious m;
    zkb_fr low;
    begin(&m, high_half, UINT64_MAX, UINT64_MAX - 4); /* 2^64 - 6 and 5 */
    malicious_proof(&m);
    const uint64_t limb = malicious_get(&m, ZKB_CHIP_HELPER_MULHI, "high limb 0", 0);
    malicious_set(&m, ZKB_CHIP_HELPER_MULHI, "high limb 0", 0, limb + 1);
    m.run.boundary.after.r[0]++;
    malicious_refused_by(&m, "r1 r2 = low + 2^64 high", NULL);
    malicious_no_proof(&m);
    malicious_set_signed(&m, ZKB_CHIP_HELPER_MULHI, "low limb 3", 0, -65536);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_HELPER_MULHI, "low limb 3", 0, 0);
    malicious_fraction(&low, 5, 64); /* all of it above: 2^64 - 6 + 5 / 2^64 */
    zkb_fr rest;
    zkb_fr_from_u64(&rest, limb);
    zkb_fr_add(&rest, &rest, &low);
    malicious_set(&m, ZKB_CHIP_HELPER_MULHI, "low limb 0", 0, 0);
    malicious_set_fr(&m, ZKB_CHIP_HELPER_MULHI, "high limb 0", 0, &rest);
    m.run.boundary.after.r[0]--;
    malicious_refused_by(&m, "range16", "memory"); /* no statement has a fraction in a register */
    malicious_end(&m);
}

/* The product of other numbers than the registers': of changed ones, and of others' registers. */
static void high_half_of_other_numbers(void **state)
{
    (void)state;
    static const char *const both[] = {"r1", "r2"};
    malicious m;
    begin(&m, high_half, UINT64_C(1) << 63, 6); /* 3 and 0 */
    m.run.boundary.after.r[0] = 4;
    malicious_set(&m, ZKB_CHIP_HELPER_MULHI, "high limb 0", 0, 4);
    malicious_set(&m, ZKB_CHIP_HELPER_MULHI, "r2", 0, 8);
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    for (unsigned i = 0; i < 2; i++) { /* r1 is 6 and r2 is 2^63: the right product of wrong ones */
        malicious_set(&m, ZKB_CHIP_HELPER_MULHI, both[i], 0, i == 0 ? 6 : UINT64_C(1) << 63);
    }
    malicious_set(&m, ZKB_CHIP_HELPER_MULHI, "high limb 0", 0, 3);
    m.run.boundary.after.r[0] = 3;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The result goes nowhere: r0 is as it was, the access to it one that never was. */
static void high_half_not_written(void **state)
{
    (void)state;
    malicious m;
    begin(&m, high_half, UINT64_C(1) << 63, 6);
    m.run.boundary.after.r[0] = 0;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    m.run.boundary.register_time[0] = 0;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Shifts. */

/* 3 << 4 where the amount is 3: amount = 64 q + 4 with q = -1/64. */
static void shift_by_another_amount(void **state)
{
    (void)state;
    malicious m;
    zkb_fr q;
    begin(&m, shift, 3, 3);
    malicious_set(&m, ZKB_CHIP_SHIFT_X, "exponent", 0, 4);
    malicious_set(&m, ZKB_CHIP_SHIFT_X, "2^exponent", 0, 16);
    malicious_fraction(&q, -1, 6);
    malicious_set_fr(&m, ZKB_CHIP_SHIFT_X, "amount / w 0", 0, &q);
    malicious_set(&m, ZKB_CHIP_SHIFT_X, "product low 0", 0, 48);
    lie(&m, 48);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* 3 * 5, said to be 3 << 3. */
static void shift_by_no_power(void **state)
{
    (void)state;
    malicious m;
    begin(&m, shift, 3, 3);
    malicious_set(&m, ZKB_CHIP_SHIFT_X, "2^exponent", 0, 5);
    malicious_set(&m, ZKB_CHIP_SHIFT_X, "product low 0", 0, 15);
    lie(&m, 15);
    malicious_refused_by(&m, "power", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* MIN >> 4 without its sign. */
static void arithmetic_shift_without_sign(void **state)
{
    (void)state;
    static const zkb_chip_id chip = ZKB_CHIP_SHIFT_ARITHMETIC_X;
    malicious m;
    begin(&m, arithmetic, UINT64_C(1) << 63, 4);
    malicious_set(&m, chip, "sign", 0, 0);
    malicious_set(&m, chip, "doubled 3", 0, 65536);
    lie(&m, UINT64_C(1) << 59);
    malicious_refused_by(&m, "range16", NULL);
    malicious_end(&m);
}

/* Bytes. */

static void and_of_other_bytes(void **state)
{
    (void)state;
    malicious m;
    begin(&m, and_x, 12, 10);
    malicious_set(&m, ZKB_CHIP_BITWISE_X, "and byte 0", 0, 9);
    malicious_set(&m, ZKB_CHIP_BITWISE_X, "result", 0, 9);
    lie(&m, 9);
    malicious_refused_by(&m, "byte_and", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The bytes of 0x0102 as 0x0102 + 0x00 * 256: swapped, they give something else. */
static void bytes_that_are_none(void **state)
{
    (void)state;
    malicious m;
    begin(&m, swap, 0x0102, 0);
    malicious_set(&m, ZKB_CHIP_SWAP, "limb 0 low byte", 0, 0x0102);
    malicious_set(&m, ZKB_CHIP_SWAP, "limb 0 high byte", 0, 0);
    malicious_set(&m, ZKB_CHIP_SWAP, "limb 0 bytes' and", 0, 0);
    lie(&m, 0x010200);
    malicious_refused_by(&m, "byte_and", NULL);
    malicious_end(&m);
}

/* MOVSX of 0x80 without its sign: by the sign bit, and by the bit that uses it. */
static void extension_without_sign(void **state)
{
    (void)state;
    malicious m;
    begin(&m, extend, 0, 0x80);
    assert_int_equal(m.run.boundary.after.r[1], (uint64_t)-128);
    malicious_set(&m, ZKB_CHIP_EXTEND, "extends with ones", 0, 0);
    lie(&m, 0x80);
    malicious_refused_by(&m, "extends = signed and sign", NULL);
    malicious_set(&m, ZKB_CHIP_EXTEND, "sign", 0, 0);
    malicious_set(&m, ZKB_CHIP_EXTEND, "doubled 0", 0, 65536);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Class 9. */

/* OR (code + 1) as XOR - OR (code + 2 - 1): flags that are no bits give the right code and the
 * result of no instruction. */
static void selectors_that_are_no_bits(void **state)
{
    (void)state;
    static const zkb_instruction or_x = ALU64_X(0x40, 1, 2);
    malicious m;
    begin(&m, or_x, 12, 10);
    malicious_set_signed(&m, ZKB_CHIP_BITWISE_X, "or", 0, -1);
    malicious_set(&m, ZKB_CHIP_BITWISE_X, "xor", 0, 1);
    /* 8 - (22 - 16) + (22 - 24) */
    malicious_set(&m, ZKB_CHIP_BITWISE_X, "result", 0, 0);
    lie(&m, 0);
    malicious_refused_by(&m, "or", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Two widths at once, and another instruction of the same chip. */
static void selectors_of_another_instruction(void **state)
{
    (void)state;
    malicious m;
    begin(&m, extend, 0, 0x80);
    malicious_set(&m, ZKB_CHIP_EXTEND, "bits16", 0, 1);
    malicious_set(&m, ZKB_CHIP_EXTEND, "doubled 0", 0, 0x100);
    lie(&m, (uint64_t)-65536); /* 2 * 0x80 + 2^64 - 2^8 - 2^16 */
    malicious_refused_by(&m, "program", NULL);
    malicious_end(&m);
    begin(&m, add_x, 5, 3);
    malicious_set(&m, ZKB_CHIP_LINEAR_X, "subtract", 0, 1);
    malicious_set(&m, ZKB_CHIP_LINEAR_X, "carry", 0, 1);
    malicious_set(&m, ZKB_CHIP_LINEAR_X, "result 0", 0, 2);
    lie(&m, 2);
    malicious_refused_by(&m, "program", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Class 8: each field of an instruction as another one. */
static void another_operand(void **state)
{
    (void)state;
    malicious m;
    begin(&m, add_k, 10, 0);
    malicious_set(&m, ZKB_CHIP_ADD_K, "imm", 0, 6);
    malicious_set(&m, ZKB_CHIP_ADD_K, "result 0", 0, 16);
    lie(&m, 16);
    malicious_refused_by(&m, "program", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The sum goes to the frame pointer. */
static void frame_pointer_changed(void **state)
{
    (void)state;
    const uint64_t pointer = ZKB_REGION_STACK + 4096;
    malicious m;
    begin(&m, add_k, pointer, 0);
    malicious_set(&m, ZKB_CHIP_ADD_K, "dst", 0, 10);
    malicious_set(&m, ZKB_CHIP_ADD_K, "dst before: time difference", 0, 4 * 3 + 3 - 1);
    m.run.boundary.after.r[10] = pointer + 5;
    m.run.boundary.register_time[10] = 4 * 3 + 3;
    m.run.boundary.register_time[1] = 4 + 3;
    lie(&m, pointer);
    malicious_refused_by(&m, "program", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A program table that says 6 where the program says 5 balances with rows that say 6; the key's
 * commitment does not open to it (class 13). */
static void another_program_table(void **state)
{
    (void)state;
    malicious m;
    begin(&m, add_k, 10, 0);
    m.run.columns.imm[4] = 6;
    malicious_set(&m, ZKB_CHIP_ADD_K, "imm", 0, 6);
    malicious_set(&m, ZKB_CHIP_ADD_K, "result 0", 0, 16);
    lie(&m, 16);
    malicious_consistent(&m);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Class 5: r1 += r1 with two values of r1. */
static void one_register_of_two_values(void **state)
{
    (void)state;
    static const zkb_instruction twice = ALU64_X(0x00, 1, 1);
    malicious m;
    begin(&m, twice, 21, 0);
    malicious_set(&m, ZKB_CHIP_LINEAR_X, "src value", 0, 20);
    malicious_set(&m, ZKB_CHIP_LINEAR_X, "result 0", 0, 41);
    lie(&m, 41);
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Columns of any width and recounted lookups are the prover's right: an honest run with them is
 * proved, so that what is refused elsewhere is the lie. */
static void honest_with_wide_columns(void **state)
{
    (void)state;
    malicious m;
    begin(&m, divide, 100, 7);
    malicious_set_signed(&m, ZKB_CHIP_DIVIDE_X, "quotient 0", 0, 14);
    malicious_set_signed(&m, ZKB_CHIP_DIVIDE_X, "divisor is zero", 0, 0);
    malicious_consistent(&m);
    malicious_proof(&m);
    malicious_end(&m);
}

/* Lookups whose multiplicities are not what is taken. */
static void forged_multiplicities(void **state)
{
    (void)state;
    malicious m;
    begin(&m, add_k, 10, 0);
    m.run.writer->counts.program[4]++;
    malicious_no_proof(&m);
    m.run.writer->counts.program[4] -= 2; /* to zero: the slot is not there */
    malicious_no_proof(&m);
    m.run.writer->counts.program[4]++;
    m.run.writer->counts.range16[15]--;
    m.run.writer->counts.range16[0]++;
    malicious_no_proof(&m);
    m.run.writer->counts.range16[15]++;
    m.run.writer->counts.range16[0]--;
    malicious_proof(&m);
    malicious_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sum_beyond_64_bits),
        cmocka_unit_test(carry_of_any_value),
        cmocka_unit_test(truncation_that_keeps_all),
        cmocka_unit_test(product_off_by_one),
        cmocka_unit_test(product_beyond_32_bits),
        cmocka_unit_test(negation_of_zero),
        cmocka_unit_test(high_half_off_by_one),
        cmocka_unit_test(high_half_of_other_numbers),
        cmocka_unit_test(high_half_not_written),
        cmocka_unit_test(shift_by_another_amount),
        cmocka_unit_test(shift_by_no_power),
        cmocka_unit_test(arithmetic_shift_without_sign),
        cmocka_unit_test(and_of_other_bytes),
        cmocka_unit_test(bytes_that_are_none),
        cmocka_unit_test(extension_without_sign),
        cmocka_unit_test(selectors_that_are_no_bits),
        cmocka_unit_test(selectors_of_another_instruction),
        cmocka_unit_test(another_operand),
        cmocka_unit_test(frame_pointer_changed),
        cmocka_unit_test(another_program_table),
        cmocka_unit_test(one_register_of_two_values),
        cmocka_unit_test(honest_with_wide_columns),
        cmocka_unit_test(forged_multiplicities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
