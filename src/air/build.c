/* From builder to chip: the rules that hold within one chip. */
#include "air/builder.h"

#include <stdlib.h>
#include <string.h>

/* ---- What is known of a node on a padding row ---------------------------------------------- */

/* On a padding row of an honest table committed cells and [row < n] are zero; preprocessed and
 * other virtual columns and instance constants may be anything. */
typedef struct zkb_padding_value {
    bool known;
    zkb_fr value;
} zkb_padding_value;

static zkb_padding_value padding_product(const zkb_padding_value *x, const zkb_padding_value *y)
{
    zkb_padding_value out = {.known = false, .value = ZKB_FR_ZERO};
    const bool x_zero = x->known && zkb_fr_is_zero(&x->value);
    const bool y_zero = y->known && zkb_fr_is_zero(&y->value);
    if (x_zero || y_zero) {
        out.known = true;
    } else if (x->known && y->known) {
        out.known = true;
        zkb_fr_mul(&out.value, &x->value, &y->value);
    }
    return out;
}

static zkb_padding_value padding_value(const zkb_chip *chip, const zkb_padding_value *values,
                                       const zkb_node *n)
{
    zkb_padding_value out = {.known = false, .value = ZKB_FR_ZERO};
    switch ((zkb_node_kind)n->kind) {
    case ZKB_NODE_CONSTANT:
        out = (zkb_padding_value){.known = true, .value = chip->constants[n->x]};
        break;
    case ZKB_NODE_COMMITTED:
    case ZKB_NODE_ACTIVE:
        out.known = true;
        break;
    case ZKB_NODE_ADD:
    case ZKB_NODE_SUB:
        out.known = values[n->x].known && values[n->y].known;
        if (out.known && n->kind == ZKB_NODE_ADD) {
            zkb_fr_add(&out.value, &values[n->x].value, &values[n->y].value);
        } else if (out.known) {
            zkb_fr_sub(&out.value, &values[n->x].value, &values[n->y].value);
        }
        break;
    case ZKB_NODE_MUL:
        out = padding_product(&values[n->x], &values[n->y]);
        break;
    case ZKB_NODE_PREPROCESSED:
    case ZKB_NODE_INSTANCE:
    case ZKB_NODE_ROW:
    case ZKB_NODE_ROW_BITS:
    case ZKB_NODE_ROW_AND:
    case ZKB_NODE_ROW_POWER:
        break;
    }
    return out;
}

static bool nonzero_for_certain(const zkb_padding_value *v)
{
    return v->known && !zkb_fr_is_zero(&v->value);
}

static zkb_status check_padding(const zkb_chip *chip, zkb_error *error)
{
    if (chip->fixed_height) {
        return ZKB_OK; /* a table whose every row counts */
    }
    zkb_padding_value *values = calloc(chip->node_count + 1u, sizeof *values);
    if (values == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "chip", ZKB_NO_INDEX, "chip %s: out of memory",
                        chip->name);
    }
    for (uint32_t i = 0; i < chip->node_count; i++) {
        values[i] = padding_value(chip, values, &chip->nodes[i]);
    }
    zkb_status status = ZKB_OK;
    for (uint32_t i = 0; i < chip->constraint_count && status == ZKB_OK; i++) {
        const zkb_constraint *c = &chip->constraints[i];
        if (nonzero_for_certain(&values[c->node])) {
            status = zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", i,
                              "chip %s: constraint '%s' is not zero on padding rows, where all "
                              "committed cells are zero: multiply its constant by zkb_active",
                              chip->name, c->name);
        }
    }
    free(values);
    return status;
}

/* ---- Multiplicities ------------------------------------------------------------------------ */

/* A multiplicity taken apart into its factors. */
typedef struct zkb_factors {
    bool accepted;      /* every factor is a constant, active, or asserted boolean */
    unsigned selectors; /* factors asserted boolean */
    zkb_fr constant;
} zkb_factors;

static bool asserted_bool(const zkb_chip *chip, uint32_t node)
{
    for (uint32_t i = 0; i < chip->constraint_count; i++) {
        const zkb_constraint *c = &chip->constraints[i];
        if (c->subject == node && c->assertion == ZKB_ASSERT_BOOL) {
            return true;
        }
    }
    return false;
}

/* Notes a factor that is not to be taken apart further; false for a product that is. */
static bool is_factor_leaf(const zkb_chip *chip, zkb_factors *f, uint32_t node)
{
    const zkb_node *n = &chip->nodes[node];
    if (asserted_bool(chip, node)) {
        f->selectors++;
    } else if (n->kind == ZKB_NODE_CONSTANT) {
        zkb_fr_mul(&f->constant, &f->constant, &chip->constants[n->x]);
    } else if (n->kind == ZKB_NODE_MUL) {
        return false;
    } else {
        f->accepted = f->accepted && n->kind == ZKB_NODE_ACTIVE;
    }
    return true;
}

static zkb_factors factors_of(const zkb_chip *chip, uint32_t node)
{
    zkb_factors f = {.accepted = true, .constant = zkb_fr_one};
    uint32_t stack[2 * ZKB_AIR_MAX_DEGREE + 4];
    unsigned depth = 0;
    stack[depth++] = node;
    while (depth > 0) {
        const uint32_t at = stack[--depth];
        if (is_factor_leaf(chip, &f, at)) {
            continue;
        }
        if (depth + 2 > sizeof stack / sizeof stack[0]) {
            f.accepted = false;
            break;
        }
        stack[depth++] = chip->nodes[at].x;
        stack[depth++] = chip->nodes[at].y;
    }
    return f;
}

/* The constant as a signed integer of at most ZKB_AIR_MAX_MULTIPLICITY in size; 0 if it is none. */
static int64_t small_signed(const zkb_fr *value)
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, value);
    if ((limbs[1] | limbs[2] | limbs[3]) == 0 && limbs[0] <= ZKB_AIR_MAX_MULTIPLICITY) {
        return (int64_t)limbs[0];
    }
    zkb_fr negative;
    zkb_fr_neg(&negative, value);
    zkb_fr_to_limbs(limbs, &negative);
    if ((limbs[1] | limbs[2] | limbs[3]) == 0 && limbs[0] <= ZKB_AIR_MAX_MULTIPLICITY) {
        return -(int64_t)limbs[0];
    }
    return 0;
}

static zkb_status check_interaction(const zkb_chip *chip, uint32_t index, zkb_error *error)
{
    zkb_interaction *t = &chip->interactions[index];
    const zkb_factors f = factors_of(chip, t->multiplicity);
    const int64_t constant = small_signed(&f.constant);
    const bool provides = t->give && t->bus.kind == ZKB_BUS_LOOKUP;
    if (!f.accepted && !provides) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", index,
                        "chip %s: interaction %u (%s, bus '%s'): a multiplicity must be a "
                        "constant, or one times expressions under zkb_assert_bool",
                        chip->name, index, t->give ? "give" : "take", t->bus.name);
    }
    if (constant == 0 && !provides) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", index,
                        "chip %s: interaction %u (bus '%s'): the constant factor of the "
                        "multiplicity is zero or above %d",
                        chip->name, index, t->bus.name, ZKB_AIR_MAX_MULTIPLICITY);
    }
    if (constant < 0 && !t->give && t->bus.kind == ZKB_BUS_LOOKUP) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", index,
                        "chip %s: interaction %u takes on lookup bus '%s' with the negative "
                        "multiplicity %lld, which would give: make it positive",
                        chip->name, index, t->bus.name, (long long)constant);
    }
    if (f.accepted && f.selectors == 0 && constant != 0) {
        t->kind = ZKB_MULTIPLICITY_CONSTANT;
        t->constant = t->give ? constant : -constant;
        t->multiplicity_degree = 0;
    }
    return ZKB_OK;
}

/* ---- Use of columns, and the rest ---------------------------------------------------------- */

/* The numbering of a chip's nodes to come. */
typedef struct zkb_numbering {
    const zkb_chip *chip;
    uint32_t *number; /* of each node, or UINT32_MAX */
    uint32_t *stack;  /* of nodes that wait for their operands: a path, so no longer than all */
    uint32_t count;
} zkb_numbering;

/* Numbers a node after all that it is made of. */
static void number_node(zkb_numbering *n, uint32_t node)
{
    uint32_t depth = 0;
    n->stack[depth++] = node;
    while (depth > 0) {
        const uint32_t at = n->stack[depth - 1];
        const zkb_node *e = &n->chip->nodes[at];
        if (n->number[at] != UINT32_MAX) {
            depth--;
        } else if (e->kind >= ZKB_NODE_ADD && n->number[e->x] == UINT32_MAX) {
            n->stack[depth++] = e->x;
        } else if (e->kind >= ZKB_NODE_ADD && n->number[e->y] == UINT32_MAX) {
            n->stack[depth++] = e->y;
        } else {
            n->number[at] = n->count++;
            depth--;
        }
    }
}

/* Numbers what constraints and interactions reach, in their order: it does not depend on the order
 * in which a compiler evaluates the arguments of a declaration, as that of creation does. */
static void number_nodes(zkb_numbering *n)
{
    memset(n->number, 0xff, n->chip->node_count * sizeof *n->number);
    for (uint32_t i = 0; i < n->chip->constraint_count; i++) {
        number_node(n, n->chip->constraints[i].node);
        number_node(n, n->chip->constraints[i].subject);
    }
    for (uint32_t i = 0; i < n->chip->interaction_count; i++) {
        const zkb_interaction *t = &n->chip->interactions[i];
        number_node(n, t->multiplicity);
        for (unsigned j = 0; j < t->arity; j++) {
            number_node(n, t->tuple[j]);
        }
    }
}

/* Puts nodes and constants in the new order, without what nothing reaches. */
static void reorder(zkb_chip *chip, const uint32_t *number, uint32_t count, zkb_node *nodes,
                    zkb_fr *constants)
{
    uint32_t constant_count = 0;
    for (uint32_t i = 0; i < chip->node_count; i++) {
        if (number[i] != UINT32_MAX) {
            zkb_node *n = &nodes[number[i]];
            *n = chip->nodes[i];
            if (n->kind >= ZKB_NODE_ADD) {
                n->x = number[n->x];
                n->y = number[n->y];
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (nodes[i].kind == ZKB_NODE_CONSTANT) {
            constants[constant_count] = chip->constants[nodes[i].x];
            nodes[i].x = constant_count++;
        }
    }
    free(chip->nodes);
    free(chip->constants);
    chip->nodes = nodes;
    chip->node_count = count;
    chip->constants = constants;
    chip->constant_count = constant_count;
}

/* The same where nodes are named. The handles of the builder die here. */
static void rename_nodes(zkb_chip *chip, const uint32_t *number)
{
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        chip->committed[i].node = number[chip->committed[i].node];
    }
    for (uint32_t i = 0; i < chip->preprocessed_count; i++) {
        chip->preprocessed[i].node = number[chip->preprocessed[i].node];
    }
    for (uint32_t i = 0; i < chip->constraint_count; i++) {
        chip->constraints[i].node = number[chip->constraints[i].node];
        chip->constraints[i].subject = number[chip->constraints[i].subject];
    }
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        zkb_interaction *t = &chip->interactions[i];
        t->multiplicity = number[t->multiplicity];
        for (unsigned j = 0; j < t->arity; j++) {
            t->tuple[j] = number[t->tuple[j]];
        }
    }
}

static zkb_status check_use(const zkb_chip *chip, const uint32_t *number, zkb_error *error)
{
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        if (number[chip->committed[i].node] == UINT32_MAX) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", i,
                            "chip %s: committed column '%s' occurs in no constraint and no "
                            "interaction",
                            chip->name, chip->committed[i].name);
        }
    }
    for (uint32_t i = 0; i < chip->preprocessed_count; i++) {
        if (number[chip->preprocessed[i].node] == UINT32_MAX) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", i,
                            "chip %s: preprocessed column '%s' occurs in no constraint and no "
                            "interaction",
                            chip->name, chip->preprocessed[i].name);
        }
    }
    return ZKB_OK;
}

static zkb_status order_and_check_use(zkb_chip *chip, zkb_error *error)
{
    const size_t size = chip->node_count + 1u;
    zkb_numbering n = {.chip = chip,
                       .number = calloc(size, sizeof *n.number),
                       .stack = calloc(size, sizeof *n.stack)};
    zkb_node *nodes = calloc(size, sizeof *nodes);
    zkb_fr *constants = calloc(chip->constant_count + 1u, sizeof *constants);
    zkb_status status = ZKB_ERROR_MEMORY;
    if (n.number != NULL && n.stack != NULL && nodes != NULL && constants != NULL) {
        number_nodes(&n);
        status = check_use(chip, n.number, error);
        if (status == ZKB_OK) {
            rename_nodes(chip, n.number);
            reorder(chip, n.number, n.count, nodes, constants);
            nodes = NULL; /* the chip's now */
            constants = NULL;
        }
    } else {
        (void)zkb_fail(error, status, "chip", ZKB_NO_INDEX, "chip %s: out of memory", chip->name);
    }
    free(nodes);
    free(constants);
    free(n.number);
    free(n.stack);
    return status;
}

static zkb_status check_names(const zkb_chip *chip, zkb_error *error)
{
    for (uint32_t i = 0; i < chip->constraint_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (strcmp(chip->constraints[i].name, chip->constraints[j].name) == 0) {
                return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", i,
                                "chip %s: two constraints are named '%s'", chip->name,
                                chip->constraints[i].name);
            }
        }
    }
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const zkb_bus *bus = &chip->interactions[i].bus;
        for (uint32_t j = 0; j < i; j++) {
            const zkb_bus *other = &chip->interactions[j].bus;
            const bool same = other->arity == bus->arity && other->kind == bus->kind &&
                              strcmp(other->name, bus->name) == 0;
            if ((other->id == bus->id) != same) {
                return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", i,
                                "chip %s: buses '%s' (id %u) and '%s' (id %u) clash", chip->name,
                                other->name, other->id, bus->name, bus->id);
            }
        }
    }
    return ZKB_OK;
}

static void find_degree(zkb_chip *chip)
{
    unsigned degree = 1;
    for (uint32_t i = 0; i < chip->constraint_count; i++) {
        degree = chip->constraints[i].degree > degree ? chip->constraints[i].degree : degree;
    }
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const zkb_interaction *t = &chip->interactions[i];
        degree = t->tuple_degree + 1u > degree ? t->tuple_degree + 1u : degree;
        degree = t->multiplicity_degree + 1u > degree ? t->multiplicity_degree + 1u : degree;
    }
    chip->degree = degree;
}

static zkb_status check_all(zkb_chip *chip, zkb_error *error)
{
    if (chip->constraint_count + chip->interaction_count == 0) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", ZKB_NO_INDEX,
                        "chip %s: no constraint and no interaction", chip->name);
    }
    ZKB_TRY(check_names(chip, error));
    ZKB_TRY(order_and_check_use(chip, error));
    ZKB_TRY(check_padding(chip, error));
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        ZKB_TRY(check_interaction(chip, i, error));
    }
    find_degree(chip);
    return ZKB_OK;
}

zkb_status zkb_chip_build(zkb_chip **out, zkb_chip_builder *b, zkb_error *error)
{
    *out = NULL;
    if (b == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "chip", ZKB_NO_INDEX, "no builder");
    }
    if (b->failed) {
        if (error != NULL) {
            *error = b->error;
        }
        return b->error.status;
    }
    if (b->chip == NULL) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "chip", ZKB_NO_INDEX,
                        "chip %s: this builder has been used up", b->name);
    }
    ZKB_TRY(check_all(b->chip, error));
    *out = b->chip;
    b->chip = NULL;
    return ZKB_OK;
}
