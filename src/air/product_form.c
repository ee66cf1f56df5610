#include "air/product_form.h"

#include "air/polynomial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- What is collected before it is grouped ------------------------------------------------ */

/* A product with its weight, and which of its factors it leaves to a group's A. */
typedef struct zkb_weighted_term {
    zkb_term term;
    uint32_t weight;
    uint32_t key[ZKB_AIR_MAX_DEGREE]; /* candidate k: all factors but factors[k] */
    uint32_t group;                   /* ZKB_PRODUCT_NONE until chosen */
    uint32_t absorbed;                /* form */
} zkb_weighted_term;

typedef struct zkb_key {
    uint32_t factors[ZKB_AIR_MAX_DEGREE];
    uint32_t uses;   /* by terms without a group */
    uint32_t simple; /* factors that are one column, plus a constant perhaps */
    uint8_t count;
    uint32_t group;
} zkb_key;

typedef struct zkb_grouping {
    const zkb_chip *chip;
    zkb_product_form *out;
    zkb_expansion e;
    zkb_weighted_term *terms;
    zkb_key *keys;
    zkb_linear_entry *linear;    /* of L */
    zkb_linear_entry *on_active; /* what is multiplied by [row < n] and is constant */
    zkb_linear_entry *pending;   /* the form being collected */
    uint32_t *input_of_leaf;     /* ZKB_PRODUCT_NONE when not yet an input */
    uint32_t *input_of_form;     /* of e.forms */
    uint32_t *form_copy;         /* of e.forms: index in out->forms */
    uint32_t term_count, term_capacity, key_count, key_capacity;
    uint32_t linear_count, linear_capacity, on_active_count, on_active_capacity;
    uint32_t pending_count, pending_capacity;
    uint32_t entry_capacity, form_capacity, input_capacity, group_capacity, offset_capacity;
    uint32_t product_capacity;
    uint32_t active; /* form of [row < n] alone */
    uint32_t group_count;
    bool failed; /* out of memory */
} zkb_grouping;

/* The array, moved where there is room for one more element; g->failed when there is none. */
static void *room(zkb_grouping *g, void *array, uint32_t *capacity, uint32_t count, size_t element)
{
    if (g->failed || count < *capacity) {
        return array;
    }
    const uint32_t next = *capacity == 0 ? 64 : 2 * *capacity;
    void *p = realloc(array, next * element);
    if (p == NULL) {
        g->failed = true;
        return array;
    }
    *capacity = next;
    return p;
}

#define ROOM_IN(g, owner, list)                                                                    \
    ((owner)->list##s = room((g), (owner)->list##s, &(g)->list##_capacity, (owner)->list##_count,  \
                             sizeof *(owner)->list##s),                                            \
     !(g)->failed)
#define ROOM(g, list) ROOM_IN(g, g, list)
#define ROOM_OUT(g, list) ROOM_IN(g, (g)->out, list)

static zkb_linear_entry *push(zkb_grouping *g, zkb_linear_entry *list, uint32_t *count,
                              uint32_t *capacity, const zkb_linear_entry *entry)
{
    list = room(g, list, capacity, *count, sizeof *list);
    if (!g->failed) {
        list[(*count)++] = *entry;
    }
    return list;
}

/* ---- Collecting ---------------------------------------------------------------------------- */

static void collect_term(zkb_grouping *g, const zkb_term *term, uint32_t weight)
{
    if (ROOM(g, term)) {
        g->terms[g->term_count++] =
            (zkb_weighted_term){.term = *term, .weight = weight, .group = ZKB_PRODUCT_NONE};
    }
}

static void collect_constraint(zkb_grouping *g, uint32_t c)
{
    const zkb_polynomial p = g->e.nodes[g->chip->constraints[c].node];
    const uint32_t weight = zkb_weight_constraint(c);
    for (uint32_t i = 0; i < p.entries; i++) {
        zkb_linear_entry t = g->e.entries[p.entry + i];
        t.weight = weight;
        g->linear = push(g, g->linear, &g->linear_count, &g->linear_capacity, &t);
    }
    for (uint32_t i = 0; i < p.terms; i++) {
        collect_term(g, &g->e.terms[p.term + i], weight);
    }
}

static void multiply_by_active(zkb_grouping *g, zkb_term *t)
{
    if (t->count == ZKB_AIR_MAX_DEGREE) {
        g->e.too_large = true;
        return;
    }
    t->factors[t->count++] = g->active;
    for (unsigned j = t->count - 1u; j > 0 && t->factors[j - 1] > t->factors[j]; j--) {
        const uint32_t swap = t->factors[j];
        t->factors[j] = t->factors[j - 1];
        t->factors[j - 1] = swap;
    }
}

/* [row < n] · polynomial of a node, ± by sign. */
static void collect_on_active(zkb_grouping *g, uint32_t node, bool negative, uint32_t weight)
{
    const zkb_polynomial p = g->e.nodes[node];
    zkb_fr sign = zkb_fr_one;
    if (negative) {
        zkb_fr_neg(&sign, &sign);
    }
    if (p.entries > 0 && !zkb_entries_are_constant(&g->e, p.entry, p.entries)) {
        zkb_term t = {.count = 1};
        t.factors[0] = zkb_linear_form_intern(&g->e, &t.coefficient, p.entry, p.entries);
        zkb_fr_mul(&t.coefficient, &t.coefficient, &sign);
        multiply_by_active(g, &t);
        collect_term(g, &t, weight);
    } else {
        for (uint32_t i = 0; i < p.entries; i++) {
            zkb_linear_entry t = g->e.entries[p.entry + i];
            t.weight = weight;
            zkb_fr_mul(&t.coefficient, &t.coefficient, &sign);
            g->on_active = push(g, g->on_active, &g->on_active_count, &g->on_active_capacity, &t);
        }
    }
    for (uint32_t i = 0; i < p.terms; i++) {
        zkb_term t = g->e.terms[p.term + i];
        zkb_fr_mul(&t.coefficient, &t.coefficient, &sign);
        multiply_by_active(g, &t);
        collect_term(g, &t, weight);
    }
}

static void collect_constant(zkb_grouping *g, int64_t value, uint32_t weight)
{
    zkb_linear_entry t = {.weight = weight};
    zkb_fr_from_u64(&t.coefficient, (uint64_t)(value < 0 ? -value : value));
    if (value < 0) {
        zkb_fr_neg(&t.coefficient, &t.coefficient);
    }
    g->on_active = push(g, g->on_active, &g->on_active_count, &g->on_active_capacity, &t);
}

static void collect_interaction(zkb_grouping *g, uint32_t i)
{
    const zkb_interaction *t = &g->chip->interactions[i];
    if (t->kind == ZKB_MULTIPLICITY_CONSTANT) {
        collect_constant(g, t->constant, zkb_weight_numerator(g->chip, i));
    } else {
        collect_on_active(g, t->multiplicity, !t->give, zkb_weight_numerator(g->chip, i));
    }
    collect_constant(g, t->bus.id, zkb_weight_denominator(g->chip, i, 0));
    for (uint32_t j = 0; j < t->arity; j++) {
        collect_on_active(g, t->tuple[j], false, zkb_weight_denominator(g->chip, i, j + 1));
    }
}

static void collect(zkb_grouping *g)
{
    const zkb_linear_entry active = {.leaf = ZKB_LEAF_ACTIVE, .coefficient = zkb_fr_one};
    zkb_fr one;
    if (g->chip->interaction_count > 0) { /* the form of [row < n] alone */
        g->e.entries = push(g, g->e.entries, &g->e.entry_count, &g->e.entry_capacity, &active);
        if (g->failed) {
            return;
        }
        g->active = zkb_linear_form_intern(&g->e, &one, g->e.entry_count - 1, 1);
    }
    for (uint32_t c = 0; c < g->chip->constraint_count; c++) {
        collect_constraint(g, c);
    }
    for (uint32_t i = 0; i < g->chip->interaction_count; i++) {
        collect_interaction(g, i);
    }
}

/* ---- Inputs -------------------------------------------------------------------------------- */

/* Copies entries to the output as a form. */
static uint32_t emit_form(zkb_grouping *g, const zkb_linear_entry *entries, uint32_t count)
{
    if (!ROOM_OUT(g, form)) {
        return 0;
    }
    const zkb_linear_form form = {.first = g->out->entry_count, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        g->out->entries = room(g, g->out->entries, &g->entry_capacity, g->out->entry_count,
                               sizeof *g->out->entries);
        if (g->failed) {
            return 0;
        }
        g->out->entries[g->out->entry_count++] = entries[i];
    }
    g->out->forms[g->out->form_count] = form;
    return g->out->form_count++;
}

static uint32_t copy_form(zkb_grouping *g, uint32_t form)
{
    if (g->form_copy[form] == ZKB_PRODUCT_NONE) {
        const zkb_linear_form f = g->e.forms[form];
        g->form_copy[form] = emit_form(g, &g->e.entries[f.first], f.count);
    }
    return g->form_copy[form];
}

static uint32_t emit_input(zkb_grouping *g, bool is_form, uint32_t index)
{
    if (!ROOM_OUT(g, input)) {
        return 0;
    }
    g->out->inputs[g->out->input_count] = (zkb_product_input){is_form, index};
    return g->out->input_count++;
}

/* Whether a form is one column and perhaps a constant known now; gives its leaf, and the constant's
 * entry or NULL. Entries are sorted, so the constant comes first. */
static bool is_simple(const zkb_expansion *e, uint32_t form, uint32_t *leaf, const zkb_fr **offset)
{
    const zkb_linear_form f = e->forms[form];
    const zkb_linear_entry *t = &e->entries[f.first];
    *offset = NULL;
    if (f.count == 2 && t[0].leaf == 0 && t[0].scalar == 0) {
        *offset = &t[0].coefficient;
        t++;
    } else if (f.count != 1) {
        return false;
    }
    *leaf = t->leaf;
    return t->leaf != 0 && t->scalar == 0;
}

static uint32_t emit_offset(zkb_grouping *g, const zkb_fr *value)
{
    for (uint32_t i = 0; i < g->out->offset_count; i++) {
        if (zkb_fr_equal(&g->out->offsets[i], value)) {
            return i;
        }
    }
    if (!ROOM_OUT(g, offset)) {
        return 0;
    }
    g->out->offsets[g->out->offset_count] = *value;
    return g->out->offset_count++;
}

static zkb_product_factor factor_of(zkb_grouping *g, uint32_t form)
{
    uint32_t leaf;
    const zkb_fr *offset;
    zkb_product_factor f = {.offset = ZKB_PRODUCT_NONE};
    if (is_simple(&g->e, form, &leaf, &offset)) {
        if (g->input_of_leaf[leaf] == ZKB_PRODUCT_NONE) {
            g->input_of_leaf[leaf] = emit_input(g, false, leaf);
        }
        f.input = g->input_of_leaf[leaf];
        if (offset != NULL) {
            f.offset = emit_offset(g, offset);
        }
        return f;
    }
    if (g->input_of_form[form] == ZKB_PRODUCT_NONE) {
        g->input_of_form[form] = emit_input(g, true, copy_form(g, form));
    }
    f.input = g->input_of_form[form];
    return f;
}

/* ---- Grouping ------------------------------------------------------------------------------ */

/* The key that is a term's factors but the k-th. */
static uint32_t find_key(zkb_grouping *g, const zkb_term *t, unsigned k)
{
    zkb_key key = {.count = (uint8_t)(t->count - 1), .group = ZKB_PRODUCT_NONE};
    for (unsigned i = 0, n = 0; i < t->count; i++) {
        if (i != k) {
            key.factors[n++] = t->factors[i];
        }
    }
    for (uint32_t i = 0; i < g->key_count; i++) {
        if (g->keys[i].count == key.count &&
            memcmp(g->keys[i].factors, key.factors, key.count * sizeof key.factors[0]) == 0) {
            return i;
        }
    }
    for (unsigned i = 0; i < key.count; i++) {
        uint32_t leaf;
        const zkb_fr *offset;
        key.simple += is_simple(&g->e, key.factors[i], &leaf, &offset);
    }
    if (!ROOM(g, key)) {
        return 0;
    }
    g->keys[g->key_count] = key;
    return g->key_count++;
}

static void find_keys(zkb_grouping *g)
{
    for (uint32_t i = 0; i < g->term_count && !g->failed; i++) {
        zkb_weighted_term *t = &g->terms[i];
        for (unsigned k = 0; k < t->term.count; k++) {
            t->key[k] = find_key(g, &t->term, k);
            if (!g->failed && (k == 0 || t->key[k] != t->key[k - 1])) {
                g->keys[t->key[k]].uses++;
            }
        }
    }
}

/* The key that serves most terms; of equals, the one whose factors are plain columns. */
static uint32_t best_key(const zkb_grouping *g)
{
    uint32_t best = ZKB_PRODUCT_NONE;
    uint64_t most = 0;
    for (uint32_t i = 0; i < g->key_count; i++) {
        const uint64_t score = (uint64_t)g->keys[i].uses * 8 + g->keys[i].simple;
        if (g->keys[i].uses > 0 && score > most) {
            most = score;
            best = i;
        }
    }
    return best;
}

static void take_terms(zkb_grouping *g, uint32_t key)
{
    for (uint32_t i = 0; i < g->term_count; i++) {
        zkb_weighted_term *t = &g->terms[i];
        unsigned k = 0;
        while (k < t->term.count && t->key[k] != key) {
            k++;
        }
        if (t->group != ZKB_PRODUCT_NONE || k == t->term.count) {
            continue;
        }
        t->group = g->keys[key].group;
        t->absorbed = t->term.factors[k];
        for (k = 0; k < t->term.count; k++) {
            if (k == 0 || t->key[k] != t->key[k - 1]) {
                g->keys[t->key[k]].uses--;
            }
        }
    }
}

static bool is_active_key(const zkb_grouping *g, const zkb_key *key)
{
    return g->chip->interaction_count > 0 && key->count == 1 && key->factors[0] == g->active;
}

static void choose_groups(zkb_grouping *g)
{
    if (g->on_active_count > 0) { /* [row < n] is a key whatever its uses: constants are on it */
        zkb_term t = {.count = 2, .factors = {g->active, g->active}};
        const uint32_t key = find_key(g, &t, 0);
        if (g->failed) {
            return;
        }
        g->keys[key].group = g->group_count++;
        take_terms(g, key);
    }
    for (uint32_t key = best_key(g); key != ZKB_PRODUCT_NONE; key = best_key(g)) {
        g->keys[key].group = g->group_count++;
        take_terms(g, key);
    }
}

/* The form that every term of the group absorbs, if it is one and the group has no constants. */
static bool common_absorbed(const zkb_grouping *g, const zkb_key *key, uint32_t *form)
{
    *form = ZKB_PRODUCT_NONE;
    if (g->on_active_count > 0 && is_active_key(g, key)) {
        return false;
    }
    for (uint32_t i = 0; i < g->term_count; i++) {
        const zkb_weighted_term *t = &g->terms[i];
        if (t->group != key->group) {
            continue;
        }
        if (*form != ZKB_PRODUCT_NONE && t->absorbed != *form) {
            return false;
        }
        *form = t->absorbed;
    }
    return *form != ZKB_PRODUCT_NONE;
}

static bool is_factor_of_a_group(const zkb_grouping *g, uint32_t form)
{
    for (uint32_t i = 0; i < g->key_count; i++) {
        for (unsigned j = 0; j < g->keys[i].count && g->keys[i].group != ZKB_PRODUCT_NONE; j++) {
            if (g->keys[i].factors[j] == form) {
                return true;
            }
        }
    }
    return false;
}

/* A scaled group needs no column for its A: one column less to make, keep and bind, one
 * multiplication more at each point. */
static bool should_scale(const zkb_grouping *g, const zkb_key *key, uint32_t *absorbed)
{
    uint32_t leaf;
    const zkb_fr *offset;
    return common_absorbed(g, key, absorbed) &&
           (is_simple(&g->e, *absorbed, &leaf, &offset) || is_factor_of_a_group(g, *absorbed));
}

static void pend(zkb_grouping *g, const zkb_linear_entry *entry)
{
    g->pending = push(g, g->pending, &g->pending_count, &g->pending_capacity, entry);
}

/* The entries of A, or of the coefficient of a scaled group. */
static void pend_group(zkb_grouping *g, const zkb_key *key, bool scaled)
{
    g->pending_count = 0;
    for (uint32_t i = 0; i < g->term_count; i++) {
        const zkb_weighted_term *t = &g->terms[i];
        const zkb_linear_form f = g->e.forms[t->absorbed];
        for (uint32_t k = 0; t->group == key->group && k < (scaled ? 1 : f.count); k++) {
            zkb_linear_entry u = g->e.entries[f.first + k];
            if (scaled) {
                u = (zkb_linear_entry){.coefficient = zkb_fr_one};
            }
            zkb_fr_mul(&u.coefficient, &u.coefficient, &t->term.coefficient);
            u.scalar = zkb_scalar_multiply(&g->e, u.scalar, t->term.scalar);
            u.weight = t->weight;
            pend(g, &u);
        }
    }
    for (uint32_t i = 0; is_active_key(g, key) && i < g->on_active_count; i++) {
        pend(g, &g->on_active[i]);
    }
}

static void emit_group(zkb_grouping *g, const zkb_key *key)
{
    zkb_product_group group = {.count = key->count};
    uint32_t absorbed = 0;
    for (unsigned j = 0; j < key->count; j++) {
        group.factors[j] = factor_of(g, key->factors[j]);
    }
    group.scaled = should_scale(g, key, &absorbed);
    pend_group(g, key, group.scaled);
    group.last = emit_form(g, g->pending, g->pending_count);
    if (group.scaled) {
        group.factors[group.count++] = factor_of(g, absorbed);
        group.degree = group.count;
    } else {
        group.last = emit_input(g, true, group.last);
        group.degree = (uint8_t)(group.count + 1);
    }
    if (ROOM_OUT(g, group)) {
        g->out->groups[g->out->group_count++] = group;
    }
    g->out->degree = group.degree > g->out->degree ? group.degree : g->out->degree;
}

static void emit_groups(zkb_grouping *g)
{
    for (uint32_t i = 0; i < g->key_count && !g->failed; i++) {
        if (g->keys[i].group != ZKB_PRODUCT_NONE) {
            emit_group(g, &g->keys[i]);
        }
    }
    g->out->linear = ZKB_PRODUCT_NONE;
    if (g->linear_count > 0) {
        g->out->linear = emit_input(g, true, emit_form(g, g->linear, g->linear_count));
    }
}

static int by_count(const void *x, const void *y)
{
    const zkb_product_group *a = x;
    const zkb_product_group *b = y;
    return (a->count > b->count) - (a->count < b->count);
}

/* Puts the factors of `part` first in `whole`, if it has them all. */
static bool move_to_front(zkb_product_group *whole, const zkb_product_group *part)
{
    zkb_product_group w = *whole;
    for (unsigned j = 0; j < part->count; j++) {
        unsigned k = j;
        while (k < w.count && (w.factors[k].input != part->factors[j].input ||
                               w.factors[k].offset != part->factors[j].offset)) {
            k++;
        }
        if (k == w.count) {
            return false;
        }
        const zkb_product_factor found = w.factors[k];
        w.factors[k] = w.factors[j];
        w.factors[j] = found;
    }
    *whole = w;
    return true;
}

/* Groups whose factors include all those of another go on from its product. Powers do not: they
 * are squared. */
static void share_products(zkb_product_form *f)
{
    if (f->group_count == 0) { /* a chip that is linear throughout */
        return;
    }
    qsort(f->groups, f->group_count, sizeof f->groups[0], by_count);
    for (uint32_t i = 0; i < f->group_count; i++) {
        zkb_product_group *g = &f->groups[i];
        g->reuse = ZKB_PRODUCT_NONE;
        const uint32_t end = i < ZKB_SHARED_PRODUCTS ? i : ZKB_SHARED_PRODUCTS;
        for (uint32_t k = end; k-- > 0 && g->reuse == ZKB_PRODUCT_NONE;) {
            if (f->groups[k].count >= 2 && move_to_front(g, &f->groups[k])) {
                g->reuse = k;
                f->groups[k].kept = true;
                g->reused = f->groups[k].count;
            }
        }
    }
}

/* ---- Fractions ----------------------------------------------------------------------------- */

/* Adds a node, times ±β^weight, to the pending form and to the products. */
static void pend_node(zkb_grouping *g, zkb_leaf_sum *sum, uint32_t node, bool negative,
                      uint32_t weight)
{
    const zkb_polynomial p = g->e.nodes[node];
    zkb_fr sign = zkb_fr_one;
    if (negative) {
        zkb_fr_neg(&sign, &sign);
    }
    for (uint32_t i = 0; i < p.entries; i++) {
        zkb_linear_entry t = g->e.entries[p.entry + i];
        zkb_fr_mul(&t.coefficient, &t.coefficient, &sign);
        t.weight = weight;
        pend(g, &t);
    }
    for (uint32_t i = 0; i < p.terms && ROOM_OUT(g, product); i++) {
        const zkb_term t = g->e.terms[p.term + i];
        zkb_leaf_product product = {.count = t.count};
        zkb_linear_entry c = {.scalar = t.scalar, .weight = weight};
        zkb_fr_mul(&c.coefficient, &t.coefficient, &sign);
        product.coefficient = emit_form(g, &c, 1);
        for (unsigned k = 0; k < t.count; k++) {
            product.forms[k] = copy_form(g, t.factors[k]);
        }
        g->out->products[g->out->product_count++] = product;
        sum->count++;
    }
}

static void emit_fractions(zkb_grouping *g)
{
    for (uint32_t i = 0; i < g->chip->interaction_count && !g->failed; i++) {
        const zkb_interaction *t = &g->chip->interactions[i];
        zkb_leaf_sum sum = {.first = g->out->product_count};
        g->pending_count = 0;
        if (t->kind == ZKB_MULTIPLICITY_EXPRESSION) {
            pend_node(g, &sum, t->multiplicity, !t->give, 0);
        }
        sum.form = emit_form(g, g->pending, g->pending_count);
        g->out->numerators[i] = sum;
        sum = (zkb_leaf_sum){.first = g->out->product_count};
        zkb_linear_entry bus = {.weight = 0};
        zkb_fr_from_u64(&bus.coefficient, t->bus.id);
        g->pending_count = 0;
        pend(g, &bus);
        for (uint32_t j = 0; j < t->arity; j++) {
            pend_node(g, &sum, t->tuple[j], false, j + 1);
        }
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): pending is freed with the rest of g */
        sum.form = emit_form(g, g->pending, g->pending_count);
        g->out->denominators[i] = sum;
    }
}

/* ---- All together -------------------------------------------------------------------------- */

static bool index_tables(zkb_grouping *g)
{
    const size_t forms = g->e.form_count + 1u;
    g->input_of_leaf = malloc((g->e.leaf_count + 1u) * sizeof(uint32_t));
    g->input_of_form = malloc(forms * sizeof(uint32_t));
    g->form_copy = malloc(forms * sizeof(uint32_t));
    g->out->numerators = calloc(g->chip->interaction_count + 1u, sizeof *g->out->numerators);
    g->out->denominators = calloc(g->chip->interaction_count + 1u, sizeof *g->out->denominators);
    if (g->input_of_leaf == NULL || g->input_of_form == NULL || g->form_copy == NULL ||
        g->out->numerators == NULL || g->out->denominators == NULL) {
        return false;
    }
    memset(g->input_of_leaf, 0xff, (g->e.leaf_count + 1u) * sizeof(uint32_t));
    memset(g->input_of_form, 0xff, forms * sizeof(uint32_t));
    memset(g->form_copy, 0xff, forms * sizeof(uint32_t));
    return true;
}

static void hand_over(zkb_grouping *g)
{
    g->out->scalars = g->e.scalars;
    g->out->scalar_count = g->e.scalar_count;
    g->out->leaves = g->e.leaves;
    g->out->leaf_count = g->e.leaf_count;
    g->e.scalars = NULL;
    g->e.leaves = NULL;
}

static zkb_status build(zkb_grouping *g, zkb_error *error)
{
    bool made = zkb_expansion_make(&g->e, g->chip);
    if (made) {
        collect(g);
        made = !g->failed && !g->e.out_of_memory && !g->e.too_large && index_tables(g);
    }
    if (made) {
        find_keys(g);
        choose_groups(g);
        emit_groups(g);
        if (!g->failed) {
            share_products(g->out);
        }
        emit_fractions(g);
    }
    const char *name = g->chip->name;
    if (g->e.too_large || (made && g->out->input_count > ZKB_MAX_INPUTS)) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", ZKB_NO_INDEX,
                        "chip %s: its products multiply out to too many terms (%u inputs of %u): "
                        "commit to a product",
                        name, g->out->input_count, ZKB_MAX_INPUTS);
    }
    if (!made || g->failed || g->e.out_of_memory) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "chip", ZKB_NO_INDEX, "chip %s: out of memory",
                        name);
    }
    hand_over(g);
    return ZKB_OK;
}

zkb_status zkb_chip_multiply_out(zkb_chip *chip, zkb_error *error)
{
    zkb_grouping g = {.chip = chip, .out = calloc(1, sizeof *g.out)};
    assert(chip->product == NULL);
    if (g.out == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "chip", ZKB_NO_INDEX, "chip %s: out of memory",
                        chip->name);
    }
    g.out->degree = 1;
    const zkb_status status = build(&g, error);
    zkb_expansion_free(&g.e);
    free(g.terms);
    free(g.keys);
    free(g.linear);
    free(g.on_active);
    free(g.pending);
    free(g.input_of_leaf);
    free(g.input_of_form);
    free(g.form_copy);
    if (status != ZKB_OK) {
        zkb_product_form_destroy(g.out);
        return status;
    }
    chip->product = g.out;
    return ZKB_OK;
}
