/* False quotients and remainders, made like the false results of other arithmetic. Class 6. */
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

static const zkb_instruction divide = ALU64_X(0x30, 1, 2);
static const zkb_instruction divide32 = ALU32_X(0x30, 1, 2);
static const zkb_instruction signed_divide = {0x3f, 1, 2, 1, 0};

static void lie(malicious *m, uint64_t r1) { m->run.boundary.after.r[1] = r1; }

/* 100 / 7 = 13, remainder 9: the gap to the divisor is -3. */
static void quotient_too_small(void **state)
{
    (void)state;
    malicious m;
    begin(&m, divide, 100, 7);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "quotient 0", 0, 13);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "remainder 0", 0, 9);
    malicious_set_signed(&m, ZKB_CHIP_DIVIDE_X, "divisor - remainder - 1 0", 0, -3);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "result magnitude", 0, 13);
    lie(&m, 13);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "divisor - remainder - 1 0", 0, 0);
    malicious_refused_by(&m, "r < n unless zero", NULL);
    malicious_end(&m);
}

/* 100 / 7 = 15, remainder -5. */
static void quotient_too_large(void **state)
{
    (void)state;
    malicious m;
    begin(&m, divide, 100, 7);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "quotient 0", 0, 15);
    malicious_set_signed(&m, ZKB_CHIP_DIVIDE_X, "remainder 0", 0, -5);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "divisor - remainder - 1 0", 0, 11);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "result magnitude", 0, 15);
    lie(&m, 15);
    malicious_refused_by(&m, "range16", NULL);
    malicious_end(&m);
}

/* 17 / 5 = 2, the remainder: taken for the result, and exchanged with the quotient. */
static void quotient_and_remainder_exchanged(void **state)
{
    (void)state;
    malicious m;
    begin(&m, divide, 17, 5);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "result magnitude", 0, 2);
    lie(&m, 2);
    malicious_refused_by(&m, "quotient or remainder", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "quotient 0", 0, 2);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "remainder 0", 0, 3);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "divisor - remainder - 1 0", 0, 1);
    malicious_refused_by(&m, "m = q n + r", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "quotient 0", 0, 3);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "remainder 0", 0, 2);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "divisor - remainder - 1 0", 0, 2);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "modulo", 0, 1);
    malicious_refused_by(&m, "program", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* 100 / 7 = (100 - r) / 7 in the field. */
static void quotient_in_the_field(void **state)
{
    (void)state;
    malicious m;
    zkb_fr q, seven;
    begin(&m, divide, 100, 7);
    zkb_fr_from_u64(&seven, 7);
    zkb_fr_inv(&seven, &seven);
    zkb_fr_from_u64(&q, 99);
    zkb_fr_mul(&q, &q, &seven);
    malicious_set_fr(&m, ZKB_CHIP_DIVIDE_X, "quotient 0", 0, &q);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "remainder 0", 0, 1);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "divisor - remainder - 1 0", 0, 5);
    malicious_set_fr(&m, ZKB_CHIP_DIVIDE_X, "result magnitude", 0, &q);
    malicious_refused_by(&m, "range16", "memory");
    malicious_end(&m);
}

/* A division by 7 said to be one by zero. */
static void no_division_by_zero(void **state)
{
    (void)state;
    malicious m;
    begin(&m, divide, 100, 7);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "divisor is zero", 0, 1);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "quotient 0", 0, 0);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "remainder 0", 0, 100);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "divisor - remainder - 1 0", 0, 0);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "result magnitude", 0, 0);
    lie(&m, 0);
    malicious_refused_by(&m, "zero: divisor", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* 100 / 0 = 55: with and without the bit that says so. */
static void division_by_zero(void **state)
{
    (void)state;
    malicious m;
    begin(&m, divide32, 100, UINT64_C(0x700000000)); /* zero in its low half */
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "quotient 0", 0, 55);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "result magnitude", 0, 55);
    lie(&m, 55);
    malicious_refused_by(&m, "zero: quotient", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_DIVIDE_X, "divisor is zero", 0, 0);
    malicious_set_signed(&m, ZKB_CHIP_DIVIDE_X, "divisor - remainder - 1 0", 0, -101);
    malicious_refused_by(&m, "range16", NULL);
    malicious_end(&m);
}

/* MIN / -1 = 0, with a remainder that is the dividend. */
static void least_by_minus_one(void **state)
{
    (void)state;
    static const zkb_chip_id chip = ZKB_CHIP_SIGNED_DIVIDE_X;
    malicious m;
    zkb_fr gap, top;
    begin(&m, signed_divide, UINT64_C(1) << 63, UINT64_MAX);
    assert_int_equal(m.run.boundary.after.r[1], UINT64_C(1) << 63);
    malicious_set(&m, chip, "quotient 3", 0, 0);
    malicious_set(&m, chip, "remainder 3", 0, 0x8000);
    zkb_fr_from_u64(&top, UINT64_C(1) << 63);
    zkb_fr_neg(&gap, &top); /* 1 - 2^63 - 1 */
    malicious_set_fr(&m, chip, "divisor - remainder - 1 0", 0, &gap);
    malicious_set(&m, chip, "result magnitude", 0, 0);
    malicious_set(&m, chip, "result high 1", 0, 0);
    lie(&m, 0);
    malicious_refused_by(&m, "range16", NULL);
    malicious_end(&m);
}

/* -7 / 2 = 3, the sign left out; and by a dividend whose sign bit is denied. */
static void quotient_without_sign(void **state)
{
    (void)state;
    static const zkb_chip_id chip = ZKB_CHIP_SIGNED_DIVIDE_X;
    static const char *const limbs[] = {"result low 0", "result low 1", "result high 0",
                                        "result high 1"};
    malicious m;
    begin(&m, signed_divide, (uint64_t)-7, 2);
    malicious_set(&m, chip, "result negative", 0, 0);
    malicious_set(&m, chip, "result negative and not zero", 0, 0);
    for (unsigned j = 0; j < 4; j++) {
        malicious_set(&m, chip, limbs[j], 0, j == 0 ? 3 : 0);
    }
    lie(&m, 3);
    malicious_refused_by(&m, "result's sign", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotient_too_small),
        cmocka_unit_test(quotient_too_large),
        cmocka_unit_test(quotient_and_remainder_exchanged),
        cmocka_unit_test(quotient_in_the_field),
        cmocka_unit_test(no_division_by_zero),
        cmocka_unit_test(division_by_zero),
        cmocka_unit_test(least_by_minus_one),
        cmocka_unit_test(quotient_without_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
