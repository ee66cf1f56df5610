#include "air/polynomial.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ENTRIES (1u << 20)
#define MAX_TERMS 65536u

static bool grow(zkb_expansion *e, void **array, uint32_t *capacity, uint32_t count, size_t element,
                 uint32_t limit)
{
    if (e->out_of_memory || e->too_large) {
        return false;
    }
    if (count >= limit) {
        e->too_large = true;
        return false;
    }
    if (count < *capacity) {
        return true;
    }
    const uint32_t next = *capacity == 0 ? 64 : 2 * *capacity;
    void *p = realloc(*array, next * element);
    if (p == NULL) {
        e->out_of_memory = true;
        return false;
    }
    *array = p;
    *capacity = next;
    return true;
}

#define GROW(e, list, limit)                                                                       \
    grow((e), (void **)&(e)->list##s, &(e)->list##_capacity, (e)->list##_count,                    \
         sizeof *(e)->list##s, (limit))

static bool grow_entries(zkb_expansion *e)
{
    return grow(e, (void **)&e->entries, &e->entry_capacity, e->entry_count, sizeof *e->entries,
                MAX_ENTRIES);
}

/* ---- Scalars ------------------------------------------------------------------------------- */

static uint32_t scalar_add(zkb_expansion *e, uint32_t instance, uint32_t x, uint32_t y)
{
    for (uint32_t i = 0; i < e->scalar_count; i++) {
        const zkb_scalar *s = &e->scalars[i];
        if (s->instance == instance && s->x == x && s->y == y) {
            return i;
        }
    }
    if (!GROW(e, scalar, 65536)) {
        return 0;
    }
    e->scalars[e->scalar_count] = (zkb_scalar){instance, x, y};
    return e->scalar_count++;
}

uint32_t zkb_scalar_multiply(zkb_expansion *e, uint32_t x, uint32_t y)
{
    if (x == 0 || y == 0) {
        return x + y;
    }
    return x < y ? scalar_add(e, ZKB_PRODUCT_NONE, x, y) : scalar_add(e, ZKB_PRODUCT_NONE, y, x);
}

/* ---- Building one polynomial at the end of the pools --------------------------------------- */

static zkb_polynomial start(const zkb_expansion *e)
{
    return (zkb_polynomial){.entry = e->entry_count, .term = e->term_count};
}

static void add_entry(zkb_expansion *e, zkb_polynomial *p, uint32_t leaf, uint32_t scalar,
                      const zkb_fr *coefficient)
{
    for (uint32_t i = 0; i < p->entries; i++) {
        zkb_linear_entry *t = &e->entries[p->entry + i];
        if (t->leaf == leaf && t->scalar == scalar) {
            zkb_fr_add(&t->coefficient, &t->coefficient, coefficient);
            return;
        }
    }
    if (grow_entries(e)) {
        zkb_linear_entry *t = &e->entries[e->entry_count++];
        *t = (zkb_linear_entry){.leaf = leaf, .scalar = scalar, .coefficient = *coefficient};
        p->entries++;
    }
}

static void sort_factors(zkb_term *t)
{
    for (unsigned i = 1; i < t->count; i++) {
        for (unsigned j = i; j > 0 && t->factors[j - 1] > t->factors[j]; j--) {
            const uint32_t swap = t->factors[j];
            t->factors[j] = t->factors[j - 1];
            t->factors[j - 1] = swap;
        }
    }
}

static void add_term(zkb_expansion *e, zkb_polynomial *p, const zkb_term *term)
{
    zkb_term t = *term;
    sort_factors(&t);
    for (uint32_t i = 0; i < p->terms; i++) {
        zkb_term *u = &e->terms[p->term + i];
        if (u->count == t.count && u->scalar == t.scalar &&
            memcmp(u->factors, t.factors, t.count * sizeof t.factors[0]) == 0) {
            zkb_fr_add(&u->coefficient, &u->coefficient, &t.coefficient);
            return;
        }
    }
    if (GROW(e, term, MAX_TERMS)) {
        e->terms[e->term_count++] = t;
        p->terms++;
    }
}

/* p += coefficient · scalar · a. */
static void add_scaled(zkb_expansion *e, zkb_polynomial *p, const zkb_polynomial *a,
                       const zkb_fr *coefficient, uint32_t scalar)
{
    for (uint32_t i = 0; i < a->entries; i++) {
        const zkb_linear_entry t = e->entries[a->entry + i];
        zkb_fr c;
        zkb_fr_mul(&c, &t.coefficient, coefficient);
        add_entry(e, p, t.leaf, zkb_scalar_multiply(e, t.scalar, scalar), &c);
    }
    for (uint32_t i = 0; i < a->terms; i++) {
        zkb_term t = e->terms[a->term + i];
        zkb_fr_mul(&t.coefficient, &t.coefficient, coefficient);
        t.scalar = zkb_scalar_multiply(e, t.scalar, scalar);
        add_term(e, p, &t);
    }
}

/* Takes out what cancelled. */
static void finish(zkb_expansion *e, zkb_polynomial *p)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < p->entries; i++) {
        const zkb_linear_entry t = e->entries[p->entry + i];
        if (!zkb_fr_is_zero(&t.coefficient)) {
            e->entries[p->entry + kept++] = t;
        }
    }
    p->entries = kept;
    kept = 0;
    for (uint32_t i = 0; i < p->terms; i++) {
        const zkb_term t = e->terms[p->term + i];
        if (!zkb_fr_is_zero(&t.coefficient)) {
            e->terms[p->term + kept++] = t;
        }
    }
    p->terms = kept;
}

/* ---- Linear forms as factors --------------------------------------------------------------- */

bool zkb_entries_are_constant(const zkb_expansion *e, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (e->entries[first + i].leaf != 0) {
            return false;
        }
    }
    return true;
}

static bool before(const zkb_linear_entry *x, const zkb_linear_entry *y)
{
    return x->leaf != y->leaf ? x->leaf < y->leaf : x->scalar < y->scalar;
}

static bool same_form(const zkb_expansion *e, const zkb_linear_form *f, uint32_t first,
                      uint32_t count)
{
    if (f->count != count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const zkb_linear_entry *x = &e->entries[f->first + i];
        const zkb_linear_entry *y = &e->entries[first + i];
        if (x->leaf != y->leaf || x->scalar != y->scalar ||
            !zkb_fr_equal(&x->coefficient, &y->coefficient)) {
            return false;
        }
    }
    return true;
}

/* The coefficient by which a form is divided: that of its first column with scalar 0, or one. */
static void leading(zkb_fr *out, const zkb_expansion *e, uint32_t first, uint32_t count)
{
    *out = zkb_fr_one;
    for (uint32_t i = 0; i < count; i++) {
        const zkb_linear_entry *t = &e->entries[first + i];
        if (t->leaf != 0 && t->scalar == 0) {
            *out = t->coefficient;
            return;
        }
    }
}

uint32_t zkb_linear_form_intern(zkb_expansion *e, zkb_fr *scale, uint32_t first, uint32_t count)
{
    const uint32_t copy = e->entry_count;
    *scale = zkb_fr_one;
    for (uint32_t i = 0; i < count; i++) { /* a sorted copy */
        if (!grow_entries(e)) {
            return 0;
        }
        const zkb_linear_entry t = e->entries[first + i];
        uint32_t at = e->entry_count++;
        for (; at > copy && before(&t, &e->entries[at - 1]); at--) {
            e->entries[at] = e->entries[at - 1];
        }
        e->entries[at] = t;
    }
    leading(scale, e, copy, count);
    if (!zkb_fr_equal(scale, &zkb_fr_one)) { /* as most are */
        zkb_fr inverse;
        zkb_fr_inv(&inverse, scale);
        for (uint32_t i = 0; i < count; i++) {
            zkb_fr *coefficient = &e->entries[copy + i].coefficient;
            zkb_fr_mul(coefficient, coefficient, &inverse);
        }
    }
    for (uint32_t f = 0; f < e->form_count; f++) {
        if (same_form(e, &e->forms[f], copy, count)) {
            e->entry_count = copy;
            return f;
        }
    }
    if (!GROW(e, form, 65536)) {
        return 0;
    }
    e->forms[e->form_count] = (zkb_linear_form){.first = copy, .count = count};
    return e->form_count++;
}

/* ---- Products ------------------------------------------------------------------------------ */

/* p += x y, two terms (a linear part being one of one factor). */
static void add_product(zkb_expansion *e, zkb_polynomial *p, const zkb_term *x, const zkb_term *y)
{
    zkb_term t = *x;
    if (x->count + y->count > (int)ZKB_AIR_MAX_DEGREE) {
        e->too_large = true;
        return;
    }
    memcpy(t.factors + x->count, y->factors, y->count * sizeof y->factors[0]);
    t.count = (uint8_t)(x->count + y->count);
    t.scalar = zkb_scalar_multiply(e, x->scalar, y->scalar);
    zkb_fr_mul(&t.coefficient, &x->coefficient, &y->coefficient);
    add_term(e, p, &t);
}

/* A polynomial's terms, the linear part being the last of them, interned. */
typedef struct zkb_operand {
    zkb_polynomial p;
    bool linear; /* `last` counts */
    zkb_term last;
} zkb_operand;

static zkb_operand operand(zkb_expansion *e, const zkb_polynomial *p)
{
    zkb_operand o = {.p = *p, .linear = p->entries > 0};
    if (o.linear) {
        o.last.count = 1;
        o.last.factors[0] = zkb_linear_form_intern(e, &o.last.coefficient, p->entry, p->entries);
    }
    return o;
}

static const zkb_term *operand_term(const zkb_expansion *e, const zkb_operand *o, uint32_t i)
{
    return i < o->p.terms ? &e->terms[o->p.term + i] : &o->last;
}

static void multiply_terms(zkb_expansion *e, zkb_polynomial *p, const zkb_operand *a,
                           const zkb_operand *b)
{
    for (uint32_t i = 0; i < a->p.terms + a->linear; i++) {
        for (uint32_t j = 0; j < b->p.terms + b->linear && !e->too_large; j++) {
            const zkb_term x = *operand_term(e, a, i);
            const zkb_term y = *operand_term(e, b, j);
            add_product(e, p, &x, &y);
        }
    }
}

static bool is_constant(const zkb_expansion *e, const zkb_polynomial *p)
{
    return p->terms == 0 && zkb_entries_are_constant(e, p->entry, p->entries);
}

static zkb_polynomial multiply(zkb_expansion *e, zkb_polynomial a, zkb_polynomial b)
{
    if (is_constant(e, &a)) {
        const zkb_polynomial swap = a;
        a = b;
        b = swap;
    }
    if (is_constant(e, &b)) {
        zkb_polynomial p = start(e);
        for (uint32_t i = 0; i < b.entries; i++) {
            const zkb_linear_entry t = e->entries[b.entry + i];
            add_scaled(e, &p, &a, &t.coefficient, t.scalar);
        }
        return p;
    }
    /* Both linear parts become forms before the product begins, so that it lies in one piece. */
    const zkb_operand x = operand(e, &a);
    const zkb_operand y = operand(e, &b);
    zkb_polynomial p = start(e);
    multiply_terms(e, &p, &x, &y);
    return p;
}

static zkb_polynomial node_polynomial(zkb_expansion *e, uint32_t node)
{
    const zkb_node *n = &e->chip->nodes[node];
    zkb_polynomial p = start(e);
    if (n->kind == ZKB_NODE_CONSTANT) {
        add_entry(e, &p, 0, 0, &e->chip->constants[n->x]);
    } else if (n->kind == ZKB_NODE_INSTANCE) {
        add_entry(e, &p, 0, scalar_add(e, n->x, 0, 0), &zkb_fr_one);
    } else if (n->kind < ZKB_NODE_ADD) {
        add_entry(e, &p, e->leaf_of[node], 0, &zkb_fr_one);
    } else if (n->kind == ZKB_NODE_MUL) {
        p = multiply(e, e->nodes[n->x], e->nodes[n->y]);
    } else {
        zkb_fr sign = zkb_fr_one;
        if (n->kind == ZKB_NODE_SUB) {
            zkb_fr_neg(&sign, &sign);
        }
        add_scaled(e, &p, &e->nodes[n->x], &zkb_fr_one, 0);
        add_scaled(e, &p, &e->nodes[n->y], &sign, 0);
    }
    finish(e, &p);
    return p;
}

bool zkb_expansion_make(zkb_expansion *e, const zkb_chip *chip)
{
    *e = (zkb_expansion){.chip = chip, .leaf_count = ZKB_LEAF_ACTIVE + 1};
    e->nodes = calloc(chip->node_count + 1u, sizeof *e->nodes);
    e->leaves = calloc(chip->node_count + 3u, sizeof *e->leaves);
    e->leaf_of = calloc(chip->node_count + 1u, sizeof *e->leaf_of);
    if (e->nodes == NULL || e->leaves == NULL || e->leaf_of == NULL) {
        e->out_of_memory = true;
        return false;
    }
    scalar_add(e, ZKB_PRODUCT_NONE, 0, 0); /* one */
    for (uint32_t i = 0; i < chip->node_count; i++) {
        const uint8_t kind = chip->nodes[i].kind;
        if (kind == ZKB_NODE_ACTIVE) {
            e->leaf_of[i] = ZKB_LEAF_ACTIVE;
        } else if (kind != ZKB_NODE_CONSTANT && kind != ZKB_NODE_INSTANCE && kind < ZKB_NODE_ADD) {
            e->leaf_of[i] = e->leaf_count;
            e->leaves[e->leaf_count++] = i;
        }
        e->nodes[i] = node_polynomial(e, i);
        if (e->out_of_memory || e->too_large) {
            return false;
        }
    }
    return true;
}

void zkb_expansion_free(zkb_expansion *e)
{
    free(e->nodes);
    free(e->entries);
    free(e->terms);
    free(e->scalars);
    free(e->forms);
    free(e->leaves);
    free(e->leaf_of);
    *e = (zkb_expansion){0};
}
