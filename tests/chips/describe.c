#include "chips/describe.h"

#include "chips/debug_check.h"

#include <stdio.h>
#include <string.h>

/* ---- A text that counts what does not fit --------------------------------------------------- */

typedef struct zkb_page {
    char *text;
    size_t size;
    size_t length;
    const zkb_chip *chip;
} zkb_page;

static void put(zkb_page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(zkb_page *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t at = p->length < p->size ? p->length : p->size;
    const int n = vsnprintf(p->size == 0 ? NULL : p->text + at, p->size - at, format, arguments);
    va_end(arguments);
    p->length += n > 0 ? (size_t)n : 0;
}

/* ---- Formulas ------------------------------------------------------------------------------ */

/* How tightly the surroundings bind: a sum inside a product or after a minus needs parentheses. */
typedef enum zkb_binding { LOOSE, AFTER_MINUS, IN_PRODUCT } zkb_binding;

static void put_constant(zkb_page *p, const zkb_fr *value, zkb_binding binding)
{
    char text[80];
    uint64_t limbs[4];
    zkb_fr_describe(text, sizeof text, value);
    zkb_fr_to_limbs(limbs, value);
    const bool power = (limbs[1] | limbs[2] | limbs[3]) == 0 && limbs[0] > 1024 &&
                       (limbs[0] & (limbs[0] - 1)) == 0;
    if (power) {
        put(p, "2^%d", __builtin_ctzll(limbs[0]));
    } else if (text[0] == '-' && binding != LOOSE) {
        put(p, "(%s)", text);
    } else {
        put(p, "%s", text);
    }
}

static void put_leaf(zkb_page *p, const zkb_node *n, zkb_binding binding)
{
    switch ((zkb_node_kind)n->kind) {
    case ZKB_NODE_CONSTANT:
        put_constant(p, &p->chip->constants[n->x], binding);
        break;
    case ZKB_NODE_COMMITTED:
        put(p, "%s", p->chip->committed[n->x].name);
        break;
    case ZKB_NODE_PREPROCESSED:
        put(p, "%s", p->chip->preprocessed[n->x].name);
        break;
    case ZKB_NODE_INSTANCE:
        put(p, "%s", p->chip->instances[n->x].name);
        break;
    case ZKB_NODE_ACTIVE:
        put(p, "active");
        break;
    case ZKB_NODE_ROW:
        put(p, "row");
        break;
    case ZKB_NODE_ROW_BITS:
        put(p, "row[%d:%d]", n->low_a, n->low_a + n->count - 1);
        break;
    case ZKB_NODE_ROW_AND:
        put(p, "(row[%d:%d] & row[%d:%d])", n->low_a, n->low_a + n->count - 1, n->low_b,
            n->low_b + n->count - 1);
        break;
    default:
        put(p, "2^row[%d:%d]", n->low_a, n->low_a + n->count - 1);
        break;
    }
}

/* One step of the walk: a node to be written, or a piece of text. */
typedef struct zkb_step {
    const char *text; /* NULL: the node */
    uint32_t node;
    zkb_binding binding;
} zkb_step;

#define STEPS 512u

typedef struct zkb_walk {
    zkb_step steps[STEPS];
    unsigned count;
} zkb_walk;

static void push(zkb_walk *w, const char *text, uint32_t node, zkb_binding binding)
{
    if (w->count < STEPS) {
        w->steps[w->count++] = (zkb_step){text, node, binding};
    }
}

/* Pushes the parts of an operation, the last first. */
static void open_operation(zkb_walk *w, const zkb_node *nodes, uint32_t node, zkb_binding binding)
{
    const zkb_node *n = &nodes[node];
    const bool sum = n->kind != ZKB_NODE_MUL;
    const bool parentheses = sum && binding != LOOSE;
    if (parentheses) {
        push(w, ")", 0, LOOSE);
    }
    if (sum) {
        push(w, NULL, n->y, n->kind == ZKB_NODE_SUB ? AFTER_MINUS : LOOSE);
        push(w, n->kind == ZKB_NODE_SUB ? " - " : " + ", 0, LOOSE);
        push(w, NULL, n->x, LOOSE);
    } else {
        const bool constant = nodes[n->y].kind == ZKB_NODE_CONSTANT; /* written first */
        push(w, NULL, constant ? n->x : n->y, IN_PRODUCT);
        push(w, "·", 0, LOOSE);
        push(w, NULL, constant ? n->y : n->x, IN_PRODUCT);
    }
    if (parentheses) {
        push(w, "(", 0, LOOSE);
    }
}

/* Longer formulas end in an ellipsis: they are of a size that nobody reads. */
#define LONGEST_FORMULA 1200u

static void put_formula(zkb_page *p, uint32_t node)
{
    zkb_walk w = {.count = 0};
    const size_t start = p->length;
    push(&w, NULL, node, LOOSE);
    while (w.count > 0) {
        const zkb_step s = w.steps[--w.count];
        if (p->length - start > LONGEST_FORMULA || w.count + 8 > STEPS) {
            put(p, " …");
            return;
        }
        if (s.text != NULL) {
            put(p, "%s", s.text);
        } else if (p->chip->nodes[s.node].kind >= ZKB_NODE_ADD) {
            open_operation(&w, p->chip->nodes, s.node, s.binding);
        } else {
            put_leaf(p, &p->chip->nodes[s.node], s.binding);
        }
    }
}

/* ---- Sections ------------------------------------------------------------------------------ */

static void put_columns(zkb_page *p, const zkb_column_info *columns, uint32_t count,
                        const char *kind)
{
    for (uint32_t i = 0; i < count; i++) {
        const zkb_column_info *c = &columns[i];
        put(p, "| `%s` | %s | ", c->name, kind);
        if (c->bits == 254) {
            put(p, "field");
        } else {
            put(p, "%u", (unsigned)c->bits);
        }
        put(p, " | %s |\n", c->note == NULL ? "" : c->note);
    }
}

static void put_all_columns(zkb_page *p)
{
    const zkb_chip *chip = p->chip;
    if (chip->committed_count + chip->preprocessed_count + chip->instance_count == 0) {
        return;
    }
    put(p, "\n| column | kind | bits | meaning |\n|---|---|---|---|\n");
    put_columns(p, chip->committed, chip->committed_count, "committed");
    put_columns(p, chip->preprocessed, chip->preprocessed_count, "preprocessed");
    for (uint32_t i = 0; i < chip->instance_count; i++) {
        const zkb_instance_info *c = &chip->instances[i];
        put(p, "| `%s` | instance | field | %s |\n", c->name, c->note == NULL ? "" : c->note);
    }
}

static void put_constraints(zkb_page *p)
{
    const zkb_chip *chip = p->chip;
    if (chip->constraint_count == 0) {
        return;
    }
    put(p, "\n| constraint | degree | zero on every row |\n|---|---|---|\n");
    for (uint32_t i = 0; i < chip->constraint_count; i++) {
        put(p, "| %s | %u | `", chip->constraints[i].name, (unsigned)chip->constraints[i].degree);
        put_formula(p, chip->constraints[i].node);
        put(p, "` |\n");
    }
}

static void put_interactions(zkb_page *p)
{
    const zkb_chip *chip = p->chip;
    if (chip->interaction_count == 0) {
        return;
    }
    put(p, "\n| bus | on active rows | times | tuple |\n|---|---|---|---|\n");
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const zkb_interaction *t = &chip->interactions[i];
        put(p, "| %s | %s | `", t->bus.name,
            t->bus.kind == ZKB_BUS_LOOKUP ? (t->give ? "provides" : "looks up")
                                          : (t->give ? "gives" : "takes"));
        if (t->kind == ZKB_MULTIPLICITY_CONSTANT) {
            put(p, "%lld", (long long)(t->give ? t->constant : -t->constant));
        } else {
            put_formula(p, t->multiplicity);
        }
        put(p, "` | `");
        for (uint32_t j = 0; j < t->arity; j++) {
            put(p, "%s", j == 0 ? "" : ", ");
            put_formula(p, t->tuple[j]);
        }
        put(p, "` |\n");
    }
}

static void put_costs(zkb_page *p)
{
    const zkb_chip *chip = p->chip;
    unsigned windows = 0;
    unsigned full = 0;
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        const unsigned bits = chip->committed[i].bits;
        full += bits == 254;
        windows += bits == 254 ? 0 : (bits + 15) / 16;
    }
    put(p,
        "\nA row: %u committed cells (%u windows of 16 bits, %u field elements), %u leaves; "
        "degree %u; height %s2^%u.\n",
        chip->committed_count, windows, full, chip->interaction_count, chip->degree,
        chip->fixed_height ? "" : "at least ", chip->minimum_log_height);
}

size_t zkb_chip_describe(char *text, size_t size, const zkb_chip *chip)
{
    zkb_page p = {.text = text, .size = size, .chip = chip};
    put(&p, "### %s\n", chip->name);
    if (chip->note != NULL) {
        put(&p, "\n%s\n", chip->note);
    }
    put_all_columns(&p);
    put_constraints(&p);
    put_interactions(&p);
    put_costs(&p);
    return p.length;
}
