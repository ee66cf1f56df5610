#include "proof/naive_gather.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "poly/eq.h"

enum { MOST = 1 << NAIVE_MOST_VARIABLES };

typedef struct table {
    zkb_fr f[MOST], eq[MOST];
} table;

zkb_fr naive_value(const zkb_fr *f, size_t length, const zkb_fr *point, unsigned variables)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (size_t x = 0; x < length && x < (size_t)1 << variables; x++) {
        zkb_fr term;
        zkb_eq_index(&term, x, point, variables);
        zkb_fr_mul(&term, &term, &f[x]);
        zkb_fr_add(&sum, &sum, &term);
    }
    return sum;
}

zkb_fr naive_claim(const zkb_gather_term *terms, size_t count, unsigned variables)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (size_t i = 0; i < count; i++) {
        zkb_fr term = naive_value(terms[i].f, terms[i].length, terms[i].point, variables);
        zkb_fr_mul(&term, &term, &terms[i].weight);
        zkb_fr_add(&sum, &sum, &term);
    }
    return sum;
}

/* a + t (b - a) */
static zkb_fr line(const zkb_fr *a, const zkb_fr *b, const zkb_fr *t)
{
    zkb_fr out;
    zkb_fr_sub(&out, b, a);
    zkb_fr_mul(&out, &out, t);
    zkb_fr_add(&out, &out, a);
    return out;
}

/* Adds the sum over the variables below k, with variable k at t. */
static void add_sum(zkb_fr *sum, const table *of, const zkb_fr *weight, unsigned k, const zkb_fr *t)
{
    const size_t half = (size_t)1 << k;
    for (size_t x = 0; x < half; x++) {
        zkb_fr product = line(&of->f[x], &of->f[half + x], t);
        const zkb_fr eq = line(&of->eq[x], &of->eq[half + x], t);
        zkb_fr_mul(&product, &product, &eq);
        zkb_fr_mul(&product, &product, weight);
        zkb_fr_add(sum, sum, &product);
    }
}

/* The coefficients of 1 and X^2 from the values at 0, 1, 2: g(0) and (g(2) - 2 g(1) + g(0))/2. */
static void coefficients(zkb_fr sent[2], const zkb_fr g[3])
{
    zkb_fr half;
    zkb_fr_from_u64(&half, 2);
    zkb_fr_inv(&half, &half);
    sent[0] = g[0];
    zkb_fr_sub(&sent[1], &g[2], &g[1]);
    zkb_fr_sub(&sent[1], &sent[1], &g[1]);
    zkb_fr_add(&sent[1], &sent[1], &g[0]);
    zkb_fr_mul(&sent[1], &sent[1], &half);
}

static void start(table *out, const zkb_gather_term *term, unsigned variables)
{
    assert_true(variables <= NAIVE_MOST_VARIABLES);
    zkb_eq_table(out->eq, term->point, variables);
    for (size_t x = 0; x < (size_t)1 << variables; x++) {
        out->f[x] = x < term->length ? term->f[x] : ZKB_FR_ZERO;
    }
}

static void bind(table *t, unsigned k, const zkb_fr *u)
{
    const size_t half = (size_t)1 << k;
    for (size_t x = 0; x < half; x++) {
        t->f[x] = line(&t->f[x], &t->f[half + x], u);
        t->eq[x] = line(&t->eq[x], &t->eq[half + x], u);
    }
}

void naive_gather(zkb_fr *u, zkb_fr *scales, zkb_fr *value, uint8_t *messages,
                  zkb_transcript *transcript, const zkb_gather_term *terms, size_t count,
                  unsigned variables, const naive_tamper *tamper)
{
    table *tables = malloc(count * sizeof *tables);
    assert_non_null(tables);
    for (size_t i = 0; i < count; i++) {
        start(&tables[i], &terms[i], variables);
    }
    for (unsigned k = variables; k-- > 0;) {
        zkb_fr g[3] = {ZKB_FR_ZERO, ZKB_FR_ZERO, ZKB_FR_ZERO};
        zkb_fr sent[2];
        for (uint64_t t = 0; t < 3; t++) {
            zkb_fr at;
            zkb_fr_from_u64(&at, t);
            for (size_t i = 0; i < count; i++) {
                add_sum(&g[t], &tables[i], &terms[i].weight, k, &at);
            }
        }
        coefficients(sent, g);
        if (tamper != NULL) {
            tamper->change(tamper->context, sent, u, k);
        }
        zkb_fr_to_bytes(messages, &sent[0]);
        zkb_fr_to_bytes(messages + 32, &sent[1]);
        messages += 64;
        zkb_transcript_absorb_fr(transcript, sent, 2);
        zkb_transcript_challenge(&u[k], transcript);
        for (size_t i = 0; i < count; i++) {
            bind(&tables[i], k, &u[k]);
        }
    }
    *value = ZKB_FR_ZERO;
    for (size_t i = 0; i < count; i++) {
        zkb_fr term;
        zkb_fr_mul(&scales[i], &terms[i].weight, &tables[i].eq[0]);
        zkb_fr_mul(&term, &scales[i], &tables[i].f[0]);
        zkb_fr_add(value, value, &term);
    }
    free(tables);
}
