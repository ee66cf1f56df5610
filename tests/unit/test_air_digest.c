/* The digest of a chip: every field flipped changes it, names do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "air/digest.h"

static const zkb_bus range = {2, 1, ZKB_BUS_LOOKUP, "range"};
static const zkb_bus pairs = {3, 2, ZKB_BUS_PERMUTATION, "pairs"};

/* The order in which expressions are made is up to the compiler where they are arguments of one
 * call. */
static zkb_chip *sample_made(bool backwards)
{
    zkb_chip_builder *b = zkb_chip_builder_create("sample");
    const zkb_expr x = zkb_column(b, "x", 16);
    const zkb_expr s = zkb_column(b, "s", 1);
    const zkb_expr p = zkb_preprocessed(b, "p", 32);
    const zkb_expr i = zkb_instance(b, "i");
    if (backwards) {
        (void)zkb_scale(b, p, 77);
        (void)zkb_const(b, 1);
        (void)zkb_mul(b, i, p);
        (void)zkb_sub(b, zkb_const(b, 1), s);
        (void)zkb_row_and(b, 0, 2, 2);
        (void)zkb_mul(b, s, i);
    }
    const zkb_expr pair[2] = {zkb_add(b, x, zkb_mul(b, i, p)), zkb_row_and(b, 0, 2, 2)};
    zkb_assert_bool(b, "s", s);
    zkb_assert_zero(b, "sx", zkb_mul(b, s, zkb_sub(b, x, zkb_scale(b, p, 77))));
    zkb_take(b, &range, zkb_const(b, 1), &x, 1);
    zkb_give(b, &pairs, s, pair, 2);
    zkb_chip *chip = NULL;
    assert_int_equal(zkb_chip_build(&chip, b, NULL), ZKB_OK);
    zkb_chip_builder_destroy(b);
    return chip;
}

static zkb_chip *sample(void) { return sample_made(false); }

static zkb_fr honest;

static void check(const zkb_chip *chip, const char *what, bool should_differ)
{
    zkb_fr digest;
    zkb_chip_digest(&digest, chip);
    if (zkb_fr_equal(&digest, &honest) == should_differ) {
        fail_msg("%s: the digest %s", what, should_differ ? "did not change" : "changed");
    }
}

/* Adds 1 to a field, checks that the digest moves, and takes it back. */
#define FLIP(field)                                                                                \
    do {                                                                                           \
        (field)++;                                                                                 \
        check(chip, #field, true);                                                                 \
        (field)--;                                                                                 \
    } while (0)
#define FLIP_BOOL(field)                                                                           \
    do {                                                                                           \
        (field) = !(field);                                                                        \
        check(chip, #field, true);                                                                 \
        (field) = !(field);                                                                        \
    } while (0)

static void every_field_counts(void **state)
{
    (void)state;
    zkb_chip *chip = sample();
    zkb_chip_digest(&honest, chip);
    for (uint32_t i = 0; i < chip->node_count; i++) {
        FLIP(chip->nodes[i].kind);
        FLIP(chip->nodes[i].degree);
        FLIP(chip->nodes[i].low_a);
        FLIP(chip->nodes[i].low_b);
        FLIP(chip->nodes[i].count);
        FLIP(chip->nodes[i].x);
        FLIP(chip->nodes[i].y);
    }
    for (uint32_t i = 0; i < chip->constant_count; i++) {
        FLIP(chip->constants[i].limb[0]);
    }
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        FLIP(chip->committed[i].bits);
        FLIP(chip->committed[i].node);
    }
    FLIP(chip->preprocessed[0].bits);
    FLIP(chip->preprocessed[0].node);
    for (uint32_t i = 0; i < chip->constraint_count; i++) {
        FLIP(chip->constraints[i].node);
        FLIP(chip->constraints[i].subject);
        FLIP(chip->constraints[i].assertion);
        FLIP(chip->constraints[i].degree);
    }
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        zkb_interaction *t = &chip->interactions[i];
        FLIP(t->bus.id);
        FLIP(t->bus.arity);
        FLIP(t->bus.kind);
        FLIP_BOOL(t->give);
        FLIP(t->kind);
        FLIP(t->constant);
        FLIP(t->multiplicity);
        FLIP(t->multiplicity_degree);
        FLIP(t->tuple_degree);
        for (unsigned j = 0; j < t->arity; j++) {
            FLIP(t->tuple[j]);
        }
    }
    FLIP(chip->degree);
    FLIP(chip->minimum_log_height);
    FLIP_BOOL(chip->fixed_height);
    FLIP(chip->instance_count);
    chip->node_count--;
    check(chip, "node_count", true);
    chip->node_count++;
    chip->constraint_count--;
    check(chip, "constraint_count", true);
    chip->constraint_count++;
    chip->interaction_count--;
    check(chip, "interaction_count", true);
    chip->interaction_count++;
    chip->constant_count--;
    check(chip, "constant_count", true);
    chip->constant_count++;
    chip->committed_count--;
    check(chip, "committed_count", true);
    chip->committed_count++;
    check(chip, "all restored", false);
    chip->name = "other";
    check(chip, "name", false);
    zkb_chip_destroy(chip);
}

static void one_declaration_has_one_digest(void **state)
{
    (void)state;
    zkb_chip *chip = sample();
    zkb_chip *again = sample();
    zkb_chip *backwards = sample_made(true);
    zkb_chip_digest(&honest, chip);
    check(again, "the same chip again", false);
    check(backwards, "the same chip made in another order", false);
    zkb_chip_destroy(chip);
    zkb_chip_destroy(again);
    zkb_chip_destroy(backwards);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_counts),
        cmocka_unit_test(one_declaration_has_one_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
