/* The nodes of a chip, expanded into a linear part and products of linear forms. Used to make a
 * product form. */
#ifndef ZKB_AIR_POLYNOMIAL_H
#define ZKB_AIR_POLYNOMIAL_H

#include "air/product_form.h"

/* coefficient · scalar · Π factors; factors are indices of linear forms, rising. */
typedef struct zkb_term {
    uint32_t scalar;
    uint8_t count;
    uint32_t factors[ZKB_AIR_MAX_DEGREE];
    zkb_fr coefficient;
} zkb_term;

/* Ranges in the pools. Entries have weight 0. */
typedef struct zkb_polynomial {
    uint32_t entry, entries;
    uint32_t term, terms;
} zkb_polynomial;

typedef struct zkb_expansion {
    const zkb_chip *chip;
    zkb_polynomial *nodes; /* of each node */
    zkb_linear_entry *entries;
    zkb_term *terms;
    zkb_scalar *scalars;
    zkb_linear_form *forms; /* the linear forms that are factors; the first nonconstant entry with
                               scalar 0 has coefficient 1 */
    uint32_t *leaves;
    uint32_t *leaf_of; /* of each node; 0: not a leaf */
    uint32_t entry_count, entry_capacity, term_count, term_capacity;
    uint32_t scalar_count, scalar_capacity, form_count, form_capacity;
    uint32_t leaf_count;
    bool out_of_memory, too_large;
} zkb_expansion;

/* Multiplies out every node. False, with one of the two flags set, on failure. */
bool zkb_expansion_make(zkb_expansion *e, const zkb_chip *chip);
void zkb_expansion_free(zkb_expansion *e);

/* Whether a range of entries has no leaf but the constant. */
bool zkb_entries_are_constant(const zkb_expansion *e, uint32_t first, uint32_t count);
/* The scalar that is the product of two. */
uint32_t zkb_scalar_multiply(zkb_expansion *e, uint32_t x, uint32_t y);
/* The form of a range of entries, divided by *scale. */
uint32_t zkb_linear_form_intern(zkb_expansion *e, zkb_fr *scale, uint32_t first, uint32_t count);

#endif
