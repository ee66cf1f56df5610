#include "air/builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Mistakes and growing arrays ----------------------------------------------------------- */

/* Keeps the first mistake. */
static void mistake(zkb_chip_builder *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void mistake(zkb_chip_builder *b, const char *format, ...)
{
    if (b->failed) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    b->failed = true;
    b->error = (zkb_error){
        .status = ZKB_ERROR_ARGUMENT, .where = "chip", .index = ZKB_NO_INDEX, .message = {0}};
    (void)vsnprintf(b->error.message, sizeof b->error.message, format, arguments);
    va_end(arguments);
}

/* Makes room for one more element; false, with the mistake kept, when there is none. */
static bool grow(zkb_chip_builder *b, void **array, uint32_t *capacity, uint32_t count,
                 size_t element, uint32_t limit, const char *what)
{
    if (b->failed) {
        return false;
    }
    if (count >= limit) {
        mistake(b, "chip %s: more than %u %s", b->name, limit, what);
        return false;
    }
    if (count < *capacity) {
        return true;
    }
    const uint32_t next = *capacity == 0 ? 32 : 2 * *capacity;
    void *p = realloc(*array, next * element);
    if (p == NULL) {
        b->failed = true;
        (void)zkb_fail(&b->error, ZKB_ERROR_MEMORY, "chip", ZKB_NO_INDEX, "chip %s: out of memory",
                       b->name);
        return false;
    }
    *array = p;
    *capacity = next;
    return true;
}

#define GROW(b, list, limit, what)                                                                 \
    grow((b), (void **)&(b)->chip->list##s, &(b)->list##_capacity, (b)->chip->list##_count,        \
         sizeof *(b)->chip->list##s, (limit), (what))

zkb_chip_builder *zkb_chip_builder_create(const char *name)
{
    zkb_chip_builder *b = calloc(1, sizeof *b);
    zkb_chip *chip = calloc(1, sizeof *chip);
    if (b == NULL || chip == NULL) {
        free(b);
        free(chip);
        return NULL;
    }
    b->name = name != NULL && name[0] != 0 ? name : "?";
    b->chip = chip;
    chip->name = b->name;
    if (name == NULL || name[0] == 0) {
        mistake(b, "chip without a name");
    }
    return b;
}

void zkb_chip_builder_destroy(zkb_chip_builder *b)
{
    if (b != NULL) {
        zkb_chip_destroy(b->chip);
        free(b->shared);
        free(b);
    }
}

const char *zkb_name(zkb_chip_builder *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    zkb_chip_text *t = length < 0 ? NULL : malloc(sizeof *t + (size_t)length + 1);
    if (t == NULL) {
        b->failed = true;
        (void)zkb_fail(&b->error, ZKB_ERROR_MEMORY, "chip", ZKB_NO_INDEX, "chip %s: out of memory",
                       b->name);
        return "?";
    }
    va_start(arguments, format);
    (void)vsnprintf(t->text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    t->next = b->chip->texts;
    b->chip->texts = t;
    return t->text;
}

/* ---- Nodes --------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

static uint64_t node_hash(const zkb_node *n)
{
    uint64_t h = mix(n->kind, n->x);
    h = mix(h, n->y);
    return mix(h, (uint64_t)n->low_a << 16 | (uint64_t)n->low_b << 8 | n->count);
}

static bool node_same(const zkb_node *a, const zkb_node *b)
{
    return a->kind == b->kind && a->x == b->x && a->y == b->y && a->low_a == b->low_a &&
           a->low_b == b->low_b && a->count == b->count;
}

static void shared_insert(zkb_chip_builder *b, uint32_t index)
{
    uint64_t i = node_hash(&b->chip->nodes[index]);
    while (b->shared[i & (b->shared_size - 1)] != 0) {
        i++;
    }
    b->shared[i & (b->shared_size - 1)] = index + 1;
}

static bool shared_grow(zkb_chip_builder *b)
{
    if (2 * (b->chip->node_count + 1) <= b->shared_size) {
        return true;
    }
    const uint32_t size = b->shared_size == 0 ? 256 : 2 * b->shared_size;
    uint32_t *p = calloc(size, sizeof *p);
    if (p == NULL) {
        b->failed = true;
        (void)zkb_fail(&b->error, ZKB_ERROR_MEMORY, "chip", ZKB_NO_INDEX, "chip %s: out of memory",
                       b->name);
        return false;
    }
    free(b->shared);
    b->shared = p;
    b->shared_size = size;
    for (uint32_t i = 0; i < b->chip->node_count; i++) {
        shared_insert(b, i);
    }
    return true;
}

/* The handle of a node equal to *n, made if there is none. Handles are index + 1, so that a zeroed
 * zkb_expr is known for a mistake. */
static zkb_expr intern(zkb_chip_builder *b, const zkb_node *n)
{
    if (!GROW(b, node, ZKB_AIR_MAX_NODES, "expression nodes") || !shared_grow(b)) {
        return (zkb_expr){0};
    }
    for (uint64_t i = node_hash(n);; i++) {
        const uint32_t slot = b->shared[i & (b->shared_size - 1)];
        if (slot == 0) {
            break;
        }
        if (node_same(&b->chip->nodes[slot - 1], n)) {
            return (zkb_expr){slot};
        }
    }
    const uint32_t index = b->chip->node_count++;
    b->chip->nodes[index] = *n;
    shared_insert(b, index);
    return (zkb_expr){index + 1};
}

/* True when the handle names a node of this builder; the mistake is kept otherwise. */
static bool valid(zkb_chip_builder *b, zkb_expr e, const char *where)
{
    if (b->failed) {
        return false;
    }
    if (e.id == 0 || e.id > b->chip->node_count) {
        mistake(b, "chip %s: %s uses an expression that this builder did not make", b->name, where);
        return false;
    }
    return true;
}

static const zkb_node *node_of(const zkb_chip_builder *b, zkb_expr e)
{
    return &b->chip->nodes[e.id - 1];
}

static const zkb_fr *constant_of(const zkb_chip_builder *b, zkb_expr e)
{
    const zkb_node *n = node_of(b, e);
    return n->kind == ZKB_NODE_CONSTANT ? &b->chip->constants[n->x] : NULL;
}

zkb_expr zkb_const_fr(zkb_chip_builder *b, const zkb_fr *value)
{
    uint32_t i = 0;
    while (i < b->chip->constant_count && !zkb_fr_equal(&b->chip->constants[i], value)) {
        i++;
    }
    if (i == b->chip->constant_count) {
        if (!GROW(b, constant, ZKB_AIR_MAX_NODES, "constants")) {
            return (zkb_expr){0};
        }
        b->chip->constants[b->chip->constant_count++] = *value;
    }
    return intern(b, &(zkb_node){.kind = ZKB_NODE_CONSTANT, .x = i});
}

zkb_expr zkb_const(zkb_chip_builder *b, int64_t value)
{
    zkb_fr x;
    zkb_fr_from_u64(&x, value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value);
    if (value < 0) {
        zkb_fr_neg(&x, &x);
    }
    return zkb_const_fr(b, &x);
}

static uint8_t larger(uint8_t x, uint8_t y) { return x > y ? x : y; }

zkb_expr zkb_add(zkb_chip_builder *b, zkb_expr x, zkb_expr y)
{
    if (!valid(b, x, "zkb_add") || !valid(b, y, "zkb_add")) {
        return (zkb_expr){0};
    }
    const zkb_fr *cx = constant_of(b, x);
    const zkb_fr *cy = constant_of(b, y);
    if (cx != NULL && cy != NULL) {
        zkb_fr sum;
        zkb_fr_add(&sum, cx, cy);
        return zkb_const_fr(b, &sum);
    }
    if (cx != NULL && zkb_fr_is_zero(cx)) {
        return y;
    }
    if (cy != NULL && zkb_fr_is_zero(cy)) {
        return x;
    }
    return intern(b, &(zkb_node){.kind = ZKB_NODE_ADD,
                                 .degree = larger(node_of(b, x)->degree, node_of(b, y)->degree),
                                 .x = x.id - 1,
                                 .y = y.id - 1});
}

zkb_expr zkb_sub(zkb_chip_builder *b, zkb_expr x, zkb_expr y)
{
    if (!valid(b, x, "zkb_sub") || !valid(b, y, "zkb_sub")) {
        return (zkb_expr){0};
    }
    const zkb_fr *cx = constant_of(b, x);
    const zkb_fr *cy = constant_of(b, y);
    if (cx != NULL && cy != NULL) {
        zkb_fr difference;
        zkb_fr_sub(&difference, cx, cy);
        return zkb_const_fr(b, &difference);
    }
    if (x.id == y.id) {
        return zkb_const(b, 0);
    }
    if (cy != NULL && zkb_fr_is_zero(cy)) {
        return x;
    }
    return intern(b, &(zkb_node){.kind = ZKB_NODE_SUB,
                                 .degree = larger(node_of(b, x)->degree, node_of(b, y)->degree),
                                 .x = x.id - 1,
                                 .y = y.id - 1});
}

/* x times a constant. */
static zkb_expr multiply_constant(zkb_chip_builder *b, zkb_expr x, zkb_expr c)
{
    const zkb_fr *value = constant_of(b, c);
    const zkb_fr *cx = constant_of(b, x);
    if (cx != NULL) {
        zkb_fr product;
        zkb_fr_mul(&product, cx, value);
        return zkb_const_fr(b, &product);
    }
    if (zkb_fr_is_zero(value)) {
        return c;
    }
    if (zkb_fr_equal(value, &zkb_fr_one)) {
        return x;
    }
    return intern(b, &(zkb_node){.kind = ZKB_NODE_MUL,
                                 .degree = node_of(b, x)->degree,
                                 .x = x.id - 1,
                                 .y = c.id - 1});
}

zkb_expr zkb_mul(zkb_chip_builder *b, zkb_expr x, zkb_expr y)
{
    if (!valid(b, x, "zkb_mul") || !valid(b, y, "zkb_mul")) {
        return (zkb_expr){0};
    }
    if (constant_of(b, y) != NULL) {
        return multiply_constant(b, x, y);
    }
    if (constant_of(b, x) != NULL) {
        return multiply_constant(b, y, x);
    }
    const unsigned degree = (unsigned)node_of(b, x)->degree + node_of(b, y)->degree;
    if (degree > 64) {
        mistake(b, "chip %s: a product of degree %u; the most is %u", b->name, degree,
                ZKB_AIR_MAX_DEGREE);
        return (zkb_expr){0};
    }
    return intern(
        b,
        &(zkb_node){.kind = ZKB_NODE_MUL, .degree = (uint8_t)degree, .x = x.id - 1, .y = y.id - 1});
}

zkb_expr zkb_scale(zkb_chip_builder *b, zkb_expr x, uint64_t factor)
{
    zkb_fr c;
    zkb_fr_from_u64(&c, factor);
    return zkb_mul(b, x, zkb_const_fr(b, &c));
}

/* ---- Columns ------------------------------------------------------------------------------- */

/* What already bears the name, or NULL. */
static const char *holder_of(const zkb_chip *chip, const char *name)
{
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        if (strcmp(chip->committed[i].name, name) == 0) {
            return "a committed column";
        }
    }
    for (uint32_t i = 0; i < chip->preprocessed_count; i++) {
        if (strcmp(chip->preprocessed[i].name, name) == 0) {
            return "a preprocessed column";
        }
    }
    for (uint32_t i = 0; i < chip->instance_count; i++) {
        if (strcmp(chip->instances[i].name, name) == 0) {
            return "an instance constant";
        }
    }
    return NULL;
}

static bool name_ok(zkb_chip_builder *b, const char *name, const char *what)
{
    if (b->failed) {
        return false;
    }
    if (name == NULL || name[0] == 0) {
        mistake(b, "chip %s: a %s without a name", b->name, what);
        return false;
    }
    const char *holder = holder_of(b->chip, name);
    if (holder != NULL) {
        mistake(b, "chip %s: the name '%s' is taken by %s", b->name, name, holder);
    }
    return holder == NULL;
}

static zkb_expr add_column(zkb_chip_builder *b, const char *name, unsigned bits, bool committed)
{
    if (!name_ok(b, name, "column")) {
        return (zkb_expr){0};
    }
    zkb_chip *c = b->chip;
    if (bits != 1 && bits != 8 && bits != 16 && bits != 32 && bits != 64 && bits != 254) {
        mistake(b, "chip %s: column '%s' has %u bits; 1, 8, 16, 32, 64 or 254 can be stored",
                b->name, name, bits);
        return (zkb_expr){0};
    }
    if (c->committed_count + c->preprocessed_count >= ZKB_AIR_MAX_COLUMNS) {
        mistake(b, "chip %s: column '%s' is one more than %u", b->name, name, ZKB_AIR_MAX_COLUMNS);
        return (zkb_expr){0};
    }
    const uint32_t index = committed ? c->committed_count : c->preprocessed_count;
    const bool room = committed
                          ? grow(b, (void **)&c->committed, &b->committed_capacity, index,
                                 sizeof *c->committed, ZKB_AIR_MAX_COLUMNS, "columns")
                          : grow(b, (void **)&c->preprocessed, &b->preprocessed_capacity, index,
                                 sizeof *c->preprocessed, ZKB_AIR_MAX_COLUMNS, "columns");
    if (!room) {
        return (zkb_expr){0};
    }
    const zkb_expr e =
        intern(b, &(zkb_node){.kind = committed ? ZKB_NODE_COMMITTED : ZKB_NODE_PREPROCESSED,
                              .degree = 1,
                              .x = index});
    const zkb_column_info info = {.name = name, .node = e.id - 1, .bits = (uint16_t)bits};
    if (committed) {
        c->committed[c->committed_count++] = info;
    } else {
        c->preprocessed[c->preprocessed_count++] = info;
    }
    return e;
}

zkb_expr zkb_column(zkb_chip_builder *b, const char *name, unsigned bits)
{
    return add_column(b, name, bits, true);
}

zkb_expr zkb_preprocessed(zkb_chip_builder *b, const char *name, unsigned bits)
{
    return add_column(b, name, bits, false);
}

zkb_expr zkb_instance(zkb_chip_builder *b, const char *name)
{
    if (!name_ok(b, name, "instance constant") ||
        !GROW(b, instance, ZKB_AIR_MAX_INSTANCES, "instance constants")) {
        return (zkb_expr){0};
    }
    const uint32_t index = b->chip->instance_count++;
    b->chip->instances[index] = (zkb_instance_info){.name = name};
    return intern(b, &(zkb_node){.kind = ZKB_NODE_INSTANCE, .x = index});
}

zkb_expr zkb_row(zkb_chip_builder *b)
{
    return intern(b, &(zkb_node){.kind = ZKB_NODE_ROW, .degree = 1});
}

zkb_expr zkb_active(zkb_chip_builder *b)
{
    return intern(b, &(zkb_node){.kind = ZKB_NODE_ACTIVE, .degree = 1});
}

static zkb_expr row_bits(zkb_chip_builder *b, zkb_node_kind kind, unsigned low_a, unsigned low_b,
                         unsigned count)
{
    const unsigned high = (low_a > low_b ? low_a : low_b);
    const unsigned most = kind == ZKB_NODE_ROW_POWER ? 7 : ZKB_AIR_MAX_LOG_HEIGHT;
    if (b->failed) {
        return (zkb_expr){0};
    }
    if (count == 0 || count > most || high > ZKB_AIR_MAX_LOG_HEIGHT - count) {
        mistake(b, "chip %s: %u row bits from bit %u are out of range", b->name, count, high);
        return (zkb_expr){0};
    }
    if (b->chip->minimum_log_height < high + count) {
        if (b->chip->fixed_height) {
            mistake(b, "chip %s: fixed log2 height %u, but its row bits need %u", b->name,
                    b->chip->minimum_log_height, high + count);
        }
        b->chip->minimum_log_height = high + count;
    }
    return intern(b, &(zkb_node){.kind = (uint8_t)kind,
                                 .degree = 1,
                                 .low_a = (uint8_t)low_a,
                                 .low_b = (uint8_t)low_b,
                                 .count = (uint8_t)count});
}

zkb_expr zkb_row_bits(zkb_chip_builder *b, unsigned low, unsigned count)
{
    return row_bits(b, ZKB_NODE_ROW_BITS, low, 0, count);
}

zkb_expr zkb_row_and(zkb_chip_builder *b, unsigned low_a, unsigned low_b, unsigned count)
{
    const unsigned low = low_a < low_b ? low_a : low_b;
    const unsigned high = low_a < low_b ? low_b : low_a;
    if (!b->failed && high - low < count) {
        mistake(b, "chip %s: zkb_row_and of overlapping ranges (%u bits from %u and from %u)",
                b->name, count, low_a, low_b);
    }
    return row_bits(b, ZKB_NODE_ROW_AND, low, high, count);
}

zkb_expr zkb_row_power(zkb_chip_builder *b, unsigned low, unsigned count)
{
    return row_bits(b, ZKB_NODE_ROW_POWER, low, 0, count);
}

void zkb_note(zkb_chip_builder *b, zkb_expr column, const char *text)
{
    if (!valid(b, column, "zkb_note")) {
        return;
    }
    const zkb_node *n = node_of(b, column);
    if (n->kind == ZKB_NODE_COMMITTED) {
        b->chip->committed[n->x].note = text;
    } else if (n->kind == ZKB_NODE_PREPROCESSED) {
        b->chip->preprocessed[n->x].note = text;
    } else if (n->kind == ZKB_NODE_INSTANCE) {
        b->chip->instances[n->x].note = text;
    } else {
        mistake(b, "chip %s: zkb_note takes a column or an instance constant", b->name);
    }
}

void zkb_chip_note(zkb_chip_builder *b, const char *text) { b->chip->note = text; }

void zkb_chip_height(zkb_chip_builder *b, unsigned minimum_log2, bool fixed)
{
    if (b->failed) {
        return;
    }
    if (minimum_log2 > ZKB_AIR_MAX_LOG_HEIGHT) {
        mistake(b, "chip %s: log2 height %u is above %u", b->name, minimum_log2,
                ZKB_AIR_MAX_LOG_HEIGHT);
        return;
    }
    if (fixed && minimum_log2 < b->chip->minimum_log_height) {
        mistake(b, "chip %s: fixed log2 height %u, but its row bits need %u", b->name, minimum_log2,
                b->chip->minimum_log_height);
        return;
    }
    if (minimum_log2 > b->chip->minimum_log_height) {
        b->chip->minimum_log_height = minimum_log2;
    }
    b->chip->fixed_height = fixed;
}

/* ---- Constraints and interactions ---------------------------------------------------------- */

static void add_constraint(zkb_chip_builder *b, const char *name, zkb_assertion assertion,
                           zkb_expr zero, zkb_expr subject)
{
    if (b->failed) {
        return;
    }
    if (name == NULL || name[0] == 0) {
        mistake(b, "chip %s: constraint %u has no name", b->name, b->chip->constraint_count);
        return;
    }
    if (!valid(b, zero, name) || !valid(b, subject, name) ||
        !GROW(b, constraint, ZKB_AIR_MAX_CONSTRAINTS, "constraints")) {
        return;
    }
    const zkb_node *n = node_of(b, zero);
    if (n->degree > ZKB_AIR_MAX_DEGREE) {
        mistake(b, "chip %s: constraint '%s' has degree %u; the most is %u: commit to a product",
                b->name, name, n->degree, ZKB_AIR_MAX_DEGREE);
        return;
    }
    if (n->kind == ZKB_NODE_CONSTANT) {
        mistake(b, "chip %s: constraint '%s' is a constant", b->name, name);
        return;
    }
    b->chip->constraints[b->chip->constraint_count++] =
        (zkb_constraint){.name = name,
                         .node = zero.id - 1,
                         .subject = subject.id - 1,
                         .assertion = (uint8_t)assertion,
                         .degree = n->degree};
}

void zkb_assert_zero(zkb_chip_builder *b, const char *name, zkb_expr expression)
{
    add_constraint(b, name, ZKB_ASSERT_ZERO, expression, expression);
}

void zkb_assert_bool(zkb_chip_builder *b, const char *name, zkb_expr x)
{
    const zkb_expr zero = zkb_mul(b, x, zkb_sub(b, zkb_const(b, 1), x));
    add_constraint(b, name, ZKB_ASSERT_BOOL, zero, x);
}

static bool bus_ok(zkb_chip_builder *b, const zkb_bus *bus, unsigned arity)
{
    if (b->failed) {
        return false;
    }
    const uint32_t index = b->chip->interaction_count;
    if (bus == NULL || bus->name == NULL || bus->name[0] == 0) {
        mistake(b, "chip %s: interaction %u has no bus, or one without a name", b->name, index);
    } else if (bus->id == 0) {
        mistake(b, "chip %s: bus '%s' has id 0; ids are nonzero", b->name, bus->name);
    } else if (bus->arity == 0 || bus->arity > ZKB_AIR_MAX_ARITY) {
        mistake(b, "chip %s: bus '%s' has tuples of %u; 1 to %u are possible", b->name, bus->name,
                bus->arity, ZKB_AIR_MAX_ARITY);
    } else if (arity != bus->arity) {
        mistake(b, "chip %s: interaction %u puts a tuple of %u on bus '%s' of arity %u", b->name,
                index, arity, bus->name, bus->arity);
    } else if (bus->kind != ZKB_BUS_LOOKUP && bus->kind != ZKB_BUS_PERMUTATION) {
        mistake(b, "chip %s: bus '%s' is of no known kind", b->name, bus->name);
    }
    return !b->failed;
}

static void interact(zkb_chip_builder *b, const zkb_bus *bus, bool give, zkb_expr multiplicity,
                     const zkb_expr *tuple, unsigned arity)
{
    if (!bus_ok(b, bus, arity) || !valid(b, multiplicity, bus->name) ||
        !GROW(b, interaction, ZKB_AIR_MAX_INTERACTIONS, "interactions")) {
        return;
    }
    const uint32_t index = b->chip->interaction_count;
    zkb_interaction i = {.bus = *bus,
                         .give = give,
                         .kind = ZKB_MULTIPLICITY_EXPRESSION,
                         .multiplicity = multiplicity.id - 1,
                         .multiplicity_degree = node_of(b, multiplicity)->degree,
                         .arity = (uint8_t)arity};
    for (unsigned j = 0; j < arity; j++) {
        if (!valid(b, tuple[j], bus->name)) {
            return;
        }
        i.tuple[j] = tuple[j].id - 1;
        i.tuple_degree = larger(i.tuple_degree, node_of(b, tuple[j])->degree);
    }
    const unsigned degree = larger(i.tuple_degree, i.multiplicity_degree);
    if (degree >= ZKB_AIR_MAX_DEGREE) {
        mistake(b, "chip %s: interaction %u (bus '%s') has degree %u; the most is %u", b->name,
                index, bus->name, degree, ZKB_AIR_MAX_DEGREE - 1);
        return;
    }
    b->chip->interactions[b->chip->interaction_count++] = i;
}

void zkb_give(zkb_chip_builder *b, const zkb_bus *bus, zkb_expr multiplicity, const zkb_expr *tuple,
              unsigned arity)
{
    interact(b, bus, true, multiplicity, tuple, arity);
}

void zkb_take(zkb_chip_builder *b, const zkb_bus *bus, zkb_expr multiplicity, const zkb_expr *tuple,
              unsigned arity)
{
    interact(b, bus, false, multiplicity, tuple, arity);
}
