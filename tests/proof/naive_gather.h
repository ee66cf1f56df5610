/* The sumcheck of gatherings and folds from its definition: whole tables of f and of eq, and sums
 * over the hypercube. */
#ifndef ZKB_TESTS_NAIVE_GATHER_H
#define ZKB_TESTS_NAIVE_GATHER_H

#include "proof/gather.h"

enum { NAIVE_MOST_TERMS = 16, NAIVE_MOST_VARIABLES = 14 };

/* Changes what is sent for variable k. u: the challenges of the variables above. */
typedef struct naive_tamper {
    void (*change)(void *context, zkb_fr sent[2], const zkb_fr *u, unsigned k);
    void *context;
} naive_tamper;

/* As zkb_gather_prove: messages, u, scales and the claim that is left, which here is what the
 * scales and polynomials give, whatever was sent. tamper may be NULL. */
void naive_gather(zkb_fr *u, zkb_fr *scales, zkb_fr *value, uint8_t *messages,
                  zkb_transcript *transcript, const zkb_gather_term *terms, size_t count,
                  unsigned variables, const naive_tamper *tamper);

/* sum_i weight_i sum_x f_i(x) eq(point_i, x) */
zkb_fr naive_claim(const zkb_gather_term *terms, size_t count, unsigned variables);

/* sum_x f(x) eq(point, x), x < 2^variables; f holds `length` coefficients, which may be more. */
zkb_fr naive_value(const zkb_fr *f, size_t length, const zkb_fr *point, unsigned variables);

#endif
