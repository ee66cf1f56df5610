/* The chip builder: what it makes, and the words in which it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"

static const zkb_bus pairs = {1, 2, ZKB_BUS_PERMUTATION, "pairs"};
static const zkb_bus range = {2, 1, ZKB_BUS_LOOKUP, "range"};

/* Ends the builder and expects its message to contain `words`. */
static void refused(zkb_chip_builder *b, const char *words)
{
    zkb_error error = {0};
    zkb_chip *chip = NULL;
    const zkb_status status = zkb_chip_build(&chip, b, &error);
    if (status != ZKB_ERROR_ARGUMENT || strstr(error.message, words) == NULL) {
        fail_msg("status %d, message '%s', expected '%s'", (int)status, error.message, words);
    }
    assert_null(chip);
    if (strstr(error.message, "chip t") == NULL) {
        fail_msg("the message does not name the chip: '%s'", error.message);
    }
    zkb_chip_builder_destroy(b);
}

static zkb_chip_builder *start(zkb_expr *x)
{
    zkb_chip_builder *b = zkb_chip_builder_create("t");
    *x = zkb_column(b, "x", 16);
    return b;
}

static void columns_are_refused(void **state)
{
    (void)state;
    zkb_expr x;
    zkb_chip_builder *b = start(&x);
    zkb_column(b, "x", 16);
    refused(b, "the name 'x' is taken by a committed column");
    b = start(&x);
    zkb_instance(b, "x");
    refused(b, "the name 'x' is taken");
    b = start(&x);
    zkb_column(b, "y", 17);
    refused(b, "column 'y' has 17 bits");
    b = start(&x);
    zkb_column(b, "", 16);
    refused(b, "without a name");
    b = start(&x);
    zkb_column(b, "unused", 16);
    zkb_assert_bool(b, "b", x);
    refused(b, "committed column 'unused' occurs in no constraint");
    b = start(&x);
    zkb_preprocessed(b, "unused", 16);
    zkb_assert_bool(b, "b", x);
    refused(b, "preprocessed column 'unused'");
    b = start(&x);
    static char names[300][4];
    for (unsigned i = 0; i < 300; i++) {
        names[i][0] = (char)('a' + i % 26);
        names[i][1] = (char)('a' + i / 26 % 26);
        names[i][2] = (char)('a' + i / 676);
        zkb_column(b, names[i], 8);
    }
    refused(b, "is one more than 256");
    b = start(&x);
    refused(b, "no constraint and no interaction");
}

static void expressions_are_refused(void **state)
{
    (void)state;
    zkb_expr x;
    zkb_chip_builder *b = start(&x);
    zkb_add(b, x, (zkb_expr){0});
    refused(b, "zkb_add uses an expression that this builder did not make");
    b = start(&x);
    zkb_row_and(b, 0, 3, 4);
    refused(b, "overlapping ranges");
    b = start(&x);
    zkb_row_power(b, 0, 8);
    refused(b, "8 row bits from bit 0 are out of range");
    b = start(&x);
    zkb_row_bits(b, 20, 13);
    refused(b, "13 row bits from bit 20 are out of range");
    b = start(&x);
    zkb_assert_zero(b, "bits", zkb_sub(b, zkb_mul(b, x, zkb_row_bits(b, 0, 9)), x));
    zkb_chip_height(b, 8, true);
    refused(b, "fixed log2 height 8, but its row bits need 9");
    b = start(&x);
    zkb_chip_height(b, 8, true);
    zkb_assert_zero(b, "bits", zkb_mul(b, x, zkb_row_bits(b, 0, 9)));
    refused(b, "fixed log2 height 8, but its row bits need 9");
    b = start(&x);
    zkb_chip_height(b, 33, false);
    refused(b, "log2 height 33 is above 32");
    b = start(&x);
    zkb_note(b, zkb_add(b, x, x), "no");
    refused(b, "zkb_note takes a column");
}

static void constraints_are_refused(void **state)
{
    (void)state;
    zkb_expr x;
    zkb_chip_builder *b = start(&x);
    const zkb_expr x2 = zkb_mul(b, x, x);
    const zkb_expr x3 = zkb_mul(b, x2, x);
    zkb_assert_zero(b, "six", zkb_mul(b, x3, x3));
    refused(b, "constraint 'six' has degree 6; the most is 5");
    b = start(&x);
    zkb_assert_zero(b, "nothing", zkb_sub(b, x, x));
    refused(b, "constraint 'nothing' is a constant");
    b = start(&x);
    zkb_assert_zero(b, "one", zkb_sub(b, x, zkb_const(b, 1)));
    refused(b, "constraint 'one' is not zero on padding rows");
    b = start(&x);
    zkb_assert_bool(b, "same", x);
    zkb_assert_zero(b, "same", x);
    refused(b, "two constraints are named 'same'");
    b = start(&x);
    zkb_assert_zero(b, NULL, x);
    refused(b, "constraint 0 has no name");
}

static void interactions_are_refused(void **state)
{
    (void)state;
    zkb_expr x;
    zkb_chip_builder *b = start(&x);
    zkb_give(b, &pairs, zkb_const(b, 1), &x, 1);
    refused(b, "interaction 0 puts a tuple of 1 on bus 'pairs' of arity 2");
    b = start(&x);
    zkb_give(b, &(zkb_bus){0, 1, ZKB_BUS_LOOKUP, "null"}, x, &x, 1);
    refused(b, "bus 'null' has id 0");
    b = start(&x);
    zkb_give(b, &(zkb_bus){9, 17, ZKB_BUS_LOOKUP, "wide"}, x, &x, 17);
    refused(b, "bus 'wide' has tuples of 17");
    b = start(&x);
    zkb_take(b, &range, x, &x, 1);
    refused(b, "take, bus 'range'): a multiplicity must be a constant, or one times");
    b = start(&x);
    zkb_assert_bool(b, "b", x);
    zkb_take(b, &range, zkb_add(b, x, zkb_const(b, 1)), &x, 1);
    refused(b, "a multiplicity must be");
    b = start(&x);
    zkb_take(b, &range, zkb_const(b, 0), &x, 1);
    refused(b, "is zero or above 65536");
    b = start(&x);
    zkb_take(b, &range, zkb_const(b, 65537), &x, 1);
    refused(b, "is zero or above 65536");
    b = start(&x);
    zkb_take(b, &range, zkb_const(b, 1), &x, 1);
    zkb_take(b, &(zkb_bus){2, 1, ZKB_BUS_PERMUTATION, "range"}, zkb_const(b, 1), &x, 1);
    refused(b, "clash");
    b = start(&x);
    const zkb_expr x2 = zkb_mul(b, x, x);
    const zkb_expr x5 = zkb_mul(b, zkb_mul(b, x2, x2), x);
    zkb_take(b, &range, zkb_const(b, 1), &x5, 1);
    refused(b, "has degree 5; the most is 4");
}

/* A negative take would be a second giver of a lookup bus: of whatever its row says. */
static void negative_lookups_are_refused(void **state)
{
    (void)state;
    zkb_expr x;
    zkb_chip_builder *b = start(&x);
    zkb_take(b, &range, zkb_const(b, -1), &x, 1);
    refused(b, "takes on lookup bus 'range' with the negative multiplicity -1");
    b = start(&x);
    zkb_take(b, &range, zkb_const(b, -65536), &x, 1);
    refused(b, "the negative multiplicity -65536");
    b = start(&x);
    zkb_take(b, &range, zkb_mul(b, zkb_const(b, -2), zkb_active(b)), &x, 1);
    refused(b, "the negative multiplicity -2");
    b = start(&x);
    zkb_assert_bool(b, "b", x);
    zkb_take(b, &range, zkb_sub(b, zkb_const(b, 0), x), &x, 1);
    refused(b, "a multiplicity must be");
    b = start(&x);
    zkb_assert_bool(b, "b", x);
    zkb_take(b, &range, zkb_mul(b, x, zkb_const(b, -1)), &x, 1);
    refused(b, "the negative multiplicity -1");
}

static void multiplicities_are_understood(void **state)
{
    (void)state;
    zkb_expr x;
    zkb_chip_builder *b = start(&x);
    const zkb_expr s = zkb_column(b, "s", 1);
    const zkb_expr t = zkb_column(b, "t", 1);
    const zkb_expr m = zkb_column(b, "m", 32);
    const zkb_expr sum = zkb_add(b, s, t);
    zkb_assert_bool(b, "s", s);
    zkb_assert_bool(b, "t", t);
    zkb_assert_bool(b, "one of s and t", sum);
    zkb_take(b, &range, zkb_const(b, 1), &x, 1);
    zkb_take(b, &pairs, zkb_const(b, -3), (zkb_expr[]){x, x}, 2);
    zkb_take(b, &range, zkb_scale(b, zkb_active(b), 2), &x, 1);
    zkb_take(b, &range, sum, &x, 1);
    zkb_take(b, &range, zkb_scale(b, zkb_mul(b, s, t), 2), &x, 1);
    zkb_give(b, &range, m, &x, 1);
    zkb_chip *chip = NULL;
    zkb_error error;
    assert_int_equal(zkb_chip_build(&chip, b, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    const int64_t constants[] = {-1, 3, -2, 0, 0, 0};
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(chip->interactions[i].kind,
                         i < 3 ? ZKB_MULTIPLICITY_CONSTANT : ZKB_MULTIPLICITY_EXPRESSION);
        assert_int_equal(chip->interactions[i].constant, constants[i]);
    }
    assert_int_equal(chip->interactions[4].multiplicity_degree, 2);
    assert_int_equal(chip->degree, 3);
    zkb_chip_destroy(chip);
}

static void subexpressions_are_shared(void **state)
{
    (void)state;
    zkb_expr x;
    zkb_chip_builder *b = start(&x);
    const zkb_expr y = zkb_column(b, "y", 16);
    zkb_assert_zero(b, "a", zkb_mul(b, zkb_add(b, x, y), x));
    zkb_assert_zero(b, "b", zkb_mul(b, zkb_add(b, x, y), x));
    zkb_assert_zero(b, "c", zkb_add(b, zkb_scale(b, x, 1), zkb_scale(b, y, 0)));
    zkb_mul(b, x, y); /* used by nothing, so dropped */
    zkb_chip *chip = NULL;
    assert_int_equal(zkb_chip_build(&chip, b, NULL), ZKB_OK);
    zkb_chip_builder_destroy(b);
    assert_int_equal(chip->node_count, 4); /* x, y, x + y, x (x + y) */
    assert_int_equal(chip->constraints[0].node, chip->constraints[1].node);
    assert_int_equal(chip->constraints[2].node, chip->committed[0].node);
    zkb_chip_destroy(chip);
}

static zkb_chip *one_bus(const char *name, const zkb_bus *bus, bool give)
{
    zkb_chip_builder *b = zkb_chip_builder_create(name);
    zkb_expr t[ZKB_AIR_MAX_ARITY];
    const zkb_expr x = zkb_column(b, "x", 64);
    for (unsigned i = 0; i < bus->arity; i++) {
        t[i] = x;
    }
    if (give) {
        zkb_give(b, bus, zkb_const(b, 1), t, bus->arity);
    } else {
        zkb_take(b, bus, zkb_const(b, 1), t, bus->arity);
    }
    zkb_chip *chip = NULL;
    assert_int_equal(zkb_chip_build(&chip, b, NULL), ZKB_OK);
    zkb_chip_builder_destroy(b);
    return chip;
}

static void buses_are_held_together(void **state)
{
    (void)state;
    const struct {
        zkb_bus first, second;
        bool second_gives;
        const char *words; /* NULL when all is well */
    } cases[] = {
        {range, range, false, NULL},
        {range, range, true, "has 2 giving interactions instead of one"},
        {pairs, pairs, true, NULL},
        {pairs, {1, 3, ZKB_BUS_PERMUTATION, "pairs"}, false, "clashes"},
        {pairs, {1, 2, ZKB_BUS_PERMUTATION, "pears"}, false, "clashes"},
        {pairs, {3, 2, ZKB_BUS_PERMUTATION, "pairs"}, false, "clashes"},
        {pairs, range, false, "has 0 giving interactions instead of one"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zkb_chip *a = one_bus("a", &cases[i].first, true);
        zkb_chip *b = one_bus("b", &cases[i].second, cases[i].second_gives);
        const zkb_chip *both[2] = {a, b};
        zkb_error error = {0};
        const zkb_status status = zkb_chips_check_buses(both, 2, &error);
        if (cases[i].words == NULL) {
            assert_int_equal(status, ZKB_OK);
        } else {
            assert_int_equal(status, ZKB_ERROR_ARGUMENT);
            assert_non_null(strstr(error.message, cases[i].words));
        }
        zkb_chip_destroy(a);
        zkb_chip_destroy(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_refused),
        cmocka_unit_test(expressions_are_refused),
        cmocka_unit_test(constraints_are_refused),
        cmocka_unit_test(interactions_are_refused),
        cmocka_unit_test(negative_lookups_are_refused),
        cmocka_unit_test(multiplicities_are_understood),
        cmocka_unit_test(subexpressions_are_shared),
        cmocka_unit_test(buses_are_held_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
