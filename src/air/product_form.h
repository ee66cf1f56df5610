/* A chip as sums of products of linear forms. A prover computes with this form; a verifier does not
 * need it. zkb_chip_multiply_out makes it.
 *
 * The joined sumcheck sums over a table
 *
 *     G = L + sum_g f_g1 f_g2 ... · A_g
 *
 * Every f is a linear form in the columns that no challenge changes. L and A_g are linear forms
 * whose coefficients are mixed from the challenges. Terms that share all factors but one are in one
 * group, so a selector of ten constraints costs one multiplication. L holds all linear terms of all
 * constraints. The A of the group whose factor is [row < n] holds all linear tuple entries of all
 * interactions. Instance constants appear only in coefficients. */
#ifndef ZKB_AIR_PRODUCT_FORM_H
#define ZKB_AIR_PRODUCT_FORM_H

#include "air/chip.h"

#define ZKB_PRODUCT_NONE UINT32_MAX
#define ZKB_LEAF_ACTIVE 1u
#define ZKB_MAX_INPUTS 256u
#define ZKB_SHARED_PRODUCTS 64u /* the first groups, whose products others may reuse */

/* A coefficient known when a table is: scalar 0 is one; others an instance constant, or the product
 * of two earlier ones. */
typedef struct zkb_scalar {
    uint32_t instance; /* or ZKB_PRODUCT_NONE for a product */
    uint32_t x, y;
} zkb_scalar;

/* coefficient · scalar · weight · leaf. Leaf 0 is the constant one. Weight 0 is one; the others
 * are, for the forms of the joined sumcheck, those of zkb_weight_*; for the forms of leaves weight
 * j is β^j. */
typedef struct zkb_linear_entry {
    uint32_t leaf, scalar, weight;
    zkb_fr coefficient;
} zkb_linear_entry;

typedef struct zkb_linear_form {
    uint32_t first, count; /* entries */
} zkb_linear_form;

/* A column of the sumcheck's tables: a leaf as it is, or a form to be computed row by row. */
typedef struct zkb_product_input {
    bool is_form;
    uint32_t index; /* of the leaf, or of the form */
} zkb_product_input;

/* input + constant; the offset is an index into `offsets`, or ZKB_PRODUCT_NONE. */
typedef struct zkb_product_factor {
    uint32_t input, offset;
} zkb_product_factor;

typedef struct zkb_product_group {
    zkb_product_factor factors[ZKB_AIR_MAX_DEGREE];
    uint8_t count;
    bool scaled;    /* last: a form of leaf 0 alone, the group's coefficient; else an input, A_g */
    uint8_t degree; /* count, and 1 for A_g */
    bool kept;      /* a later group goes on from this one's product */
    uint8_t reused; /* the first factors of this number are all those of group `reuse`, */
    uint32_t reuse; /* an earlier one; or ZKB_PRODUCT_NONE */
    uint32_t last;
} zkb_product_group;

/* A nonlinear part of a tuple or multiplicity: coefficient (a form of leaf 0) · forms. */
typedef struct zkb_leaf_product {
    uint32_t coefficient;
    uint32_t forms[ZKB_AIR_MAX_DEGREE];
    uint8_t count;
} zkb_leaf_product;

/* A fraction's numerator or denominator: form + products. */
typedef struct zkb_leaf_sum {
    uint32_t form;
    uint32_t first, count; /* products */
} zkb_leaf_sum;

struct zkb_product_form {
    zkb_scalar *scalars;
    uint32_t *leaves; /* node of each leaf from 2 on; leaf 0 is one, leaf 1 is [row < n] */
    zkb_linear_entry *entries;
    zkb_linear_form *forms;
    zkb_product_input *inputs;
    zkb_product_group *groups;
    zkb_fr *offsets;
    zkb_leaf_product *products;
    zkb_leaf_sum *numerators;   /* of each interaction; unused for constant multiplicities */
    zkb_leaf_sum *denominators; /* without α, the bus included */
    uint32_t scalar_count, leaf_count, entry_count, form_count, input_count, group_count;
    uint32_t offset_count, product_count;
    uint32_t linear; /* input that is L, or ZKB_PRODUCT_NONE */
    unsigned degree; /* of G; at least 1 */
};
typedef struct zkb_product_form zkb_product_form;

/* Indices of weights. */
static inline uint32_t zkb_weight_constraint(uint32_t c) { return 1 + c; }
static inline uint32_t zkb_weight_numerator(const zkb_chip *chip, uint32_t i)
{
    return 1 + chip->constraint_count + i * (ZKB_AIR_MAX_ARITY + 2);
}
/* Of β^j in the denominator of interaction i; j = 0 for the bus. */
static inline uint32_t zkb_weight_denominator(const zkb_chip *chip, uint32_t i, uint32_t j)
{
    return zkb_weight_numerator(chip, i) + 1 + j;
}
static inline uint32_t zkb_weight_count(const zkb_chip *chip)
{
    return zkb_weight_numerator(chip, chip->interaction_count);
}

/* Ends a product form. NULL is allowed. */
void zkb_product_form_destroy(zkb_product_form *form);

#endif
