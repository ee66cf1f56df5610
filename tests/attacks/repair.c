#include "attacks/repair_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/evaluate.h"

enum { MOST_REPAIRS = 16 };

uint64_t repair_draw(search *s)
{
    s->random ^= s->random << 13;
    s->random ^= s->random >> 7;
    s->random ^= s->random << 17;
    return s->random;
}

/* ---- The row ------------------------------------------------------------------------------- */

static void add_equation(search *s, uint32_t node, const zkb_fr *value, uint32_t cell)
{
    assert_true(s->equation_count < MOST_EQUATIONS);
    s->equations[s->equation_count++] = (equation){node, *value, cell};
}

static bool is_input(const zkb_interaction *t)
{
    return !t->give && t->bus.kind == ZKB_BUS_PERMUTATION;
}

/* Which cell an access asks for is the row's to say, and must follow from its inputs as what it
 * gives must; the value before is the cell's. So is the time before, but rows order themselves: all
 * that counts is that it lies before the row's own. */
static void add_taken(search *s, uint32_t interaction)
{
    const zkb_interaction *t = &s->chip.interactions[interaction];
    const bool memory = t->bus.id == zkb_bus_memory.id;
    if (!memory) {
        add_equation(s, t->multiplicity, &s->honest[t->multiplicity], REPAIR_NOTHING);
    }
    if (!zkb_fr_is_zero(&s->honest[t->multiplicity])) {
        for (unsigned j = memory ? CELL : 0; j < (memory ? TIME : t->arity); j++) {
            add_equation(s, t->tuple[j], &s->honest[t->tuple[j]],
                         memory ? interaction : REPAIR_NOTHING);
        }
    }
}

static void list_equations(search *s)
{
    s->equation_count = 0;
    for (uint32_t k = 0; k < s->chip.constraint_count; k++) {
        if (k != s->options->without_constraint) {
            add_equation(s, s->chip.constraints[k].node, &ZKB_FR_ZERO, REPAIR_NOTHING);
        }
    }
    for (uint32_t i = 0; !s->away && i < s->chip.interaction_count; i++) {
        const zkb_interaction *t = &s->chip.interactions[i];
        if (is_input(t) && i != s->options->without_interaction &&
            !((s->astray || repair_is_private(s)) && t->bus.id == zkb_bus_memory.id)) {
            add_taken(s, i);
        }
    }
}

static void find_supports(search *s)
{
    for (uint32_t n = 0; n < s->chip.node_count; n++) {
        const zkb_node *node = &s->chip.nodes[n];
        if (node->kind == ZKB_NODE_COMMITTED) {
            s->supports[n].bits[node->x / 64] |= UINT64_C(1) << (node->x % 64);
        } else if (node->kind == ZKB_NODE_ADD || node->kind == ZKB_NODE_SUB ||
                   node->kind == ZKB_NODE_MUL) {
            for (unsigned w = 0; w < MOST_COLUMNS / 64; w++) {
                s->supports[n].bits[w] =
                    s->supports[node->x].bits[w] | s->supports[node->y].bits[w];
            }
        }
    }
}

bool repair_has(const support *columns, uint32_t column)
{
    return ((columns->bits[column / 64] >> (column % 64)) & 1u) != 0;
}

/* The columns of what is left out. */
static void find_focus(search *s)
{
    const uint32_t constraint = s->options->without_constraint;
    const uint32_t interaction = s->options->without_interaction;
    if (constraint != REPAIR_NOTHING) {
        s->focus = s->supports[s->chip.constraints[constraint].node];
    }
    if (interaction != REPAIR_NOTHING) {
        const zkb_interaction *t = &s->chip.interactions[interaction];
        for (unsigned j = 0; j < t->arity; j++) {
            for (unsigned w = 0; w < MOST_COLUMNS / 64; w++) {
                s->focus.bits[w] |= s->supports[t->tuple[j]].bits[w];
            }
        }
    }
}

/* Columns that are not a row's to choose: contents that the statement commits to; of a refresh the
 * cell, since it may be of any. */
static bool is_given(const char *chip, const char *column)
{
    const bool content = strcmp(column, "init") == 0 || strcmp(column, "final") == 0 ||
                         strcmp(column, "content") == 0;
    const bool cell = strcmp(column, "space") == 0 || strcmp(column, "address") == 0;
    return (strncmp(chip, "segment", 7) == 0 && strcmp(chip, "segment_checked") != 0 && content) ||
           (strcmp(chip, "refresh") == 0 && cell);
}

static void find_dependents(search *s)
{
    uint32_t count = 0;
    s->dependents = calloc((size_t)s->chip.node_count * s->chip.committed_count + 1, 4);
    assert_non_null(s->dependents);
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        s->first_dependent[c] = count;
        for (uint32_t n = 0; n < s->chip.node_count; n++) {
            if (repair_has(&s->supports[n], c)) {
                s->dependents[count++] = n;
            }
        }
    }
    s->first_dependent[s->chip.committed_count] = count;
}

static void evaluate_node(search *s, uint32_t n)
{
    const zkb_node *node = &s->chip.nodes[n];
    switch ((zkb_node_kind)node->kind) {
    case ZKB_NODE_COMMITTED:
        s->values[n] = *s->cells[node->x];
        break;
    case ZKB_NODE_ADD:
        zkb_fr_add(&s->values[n], &s->values[node->x], &s->values[node->y]);
        break;
    case ZKB_NODE_SUB:
        zkb_fr_sub(&s->values[n], &s->values[node->x], &s->values[node->y]);
        break;
    case ZKB_NODE_MUL:
        zkb_fr_mul(&s->values[n], &s->values[node->x], &s->values[node->y]);
        break;
    default:
        fail_msg("node %u depends on no column", n);
    }
}

void repair_put(search *s, uint32_t column, const zkb_fr *value)
{
    *s->cells[column] = *value;
    for (uint32_t i = s->first_dependent[column]; i < s->first_dependent[column + 1]; i++) {
        evaluate_node(s, s->dependents[i]);
    }
}

static void open_row(search *s, const zkb_table *table)
{
    const zkb_chip *chip = table->shape.chip;
    assert_true(chip->committed_count <= MOST_COLUMNS);
    s->chip = *chip;
    s->chip.committed = s->columns;
    s->table = *table;
    s->table.shape.chip = &s->chip;
    s->table.committed = s->data;
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        zkb_fr *column = calloc(s->row + 1, sizeof *column);
        assert_non_null(column);
        s->columns[c] = chip->committed[c];
        s->columns[c].bits = 254;
        s->bits[c] = chip->committed[c].bits;
        s->fixed[c] = is_given(chip->name, chip->committed[c].name);
        s->data[c] = (zkb_column_data){column, s->row + 1};
        s->cells[c] = &column[s->row];
        zkb_column_cell(s->cells[c], &table->committed[c], s->bits[c], s->row);
        s->honest_cells[c] = *s->cells[c];
    }
    s->supports = calloc(chip->node_count, sizeof *s->supports);
    s->honest = calloc(chip->node_count, sizeof *s->honest);
    s->values = calloc(chip->node_count, sizeof *s->values);
    assert_true(s->supports != NULL && s->honest != NULL && s->values != NULL);
    zkb_chip_row_values(s->honest, &s->table, s->row);
    find_supports(s);
    find_dependents(s);
    find_focus(s);
}

static void close_row(search *s)
{
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        free((void *)(uintptr_t)s->data[c].cells);
    }
    free(s->supports);
    free(s->dependents);
    free(s->honest);
    free(s->values);
}

void repair_set(search *s, uint32_t column, const zkb_fr *value)
{
    repair_put(s, column, value);
    s->changed[column] = true;
}

/* ---- Places -------------------------------------------------------------------------------- */

static uint64_t cell_of(const zkb_table *table, uint32_t column, uint64_t row)
{
    zkb_fr cell;
    uint64_t word;
    zkb_column_cell(&cell, &table->committed[column], table->shape.chip->committed[column].bits,
                    row);
    assert_true(repair_word(&word, &cell));
    return word;
}

static const zkb_interaction *program_lookup(const zkb_chip *chip)
{
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        if (chip->interactions[i].bus.id == zkb_bus_program.id && !chip->interactions[i].give) {
            return &chip->interactions[i];
        }
    }
    return NULL;
}

/* Whether the chip never serves the instruction at pc, which the other one does: only loads, stores
 * and extensions have several chips for one instruction. */
static bool are_foreign(const search *s, const zkb_table *other, uint64_t pc)
{
    const uint32_t form = s->run->columns.code[pc] >> ZKB_FORM_FLAG_BITS;
    uint64_t code;
    assert_true(repair_word(&code, &s->honest[program_lookup(&s->chip)->tuple[1]]));
    const bool shared = form == ZKB_FORM_LOAD || form == ZKB_FORM_STORE_X ||
                        form == ZKB_FORM_STORE_K || form == ZKB_FORM_EXTEND;
    return code >> ZKB_FORM_FLAG_BITS != form ||
           (!shared && strcmp(s->chip.name, other->shape.chip->name) != 0);
}

/* Moves the row to the place of an instruction of another kind. Its first columns say where it
 * stands. */
static bool go_away(search *s)
{
    const zkb_chunk_writer *w = s->run->writer;
    const zkb_table *other = &w->tables[repair_draw(s) % w->table_count];
    const uint64_t row = repair_draw(s) % (other->shape.active + (other->shape.active == 0));
    if (program_lookup(other->shape.chip) == NULL || other->shape.active == 0) {
        return false;
    }
    const uint64_t at[3] = {cell_of(other, 0, row), cell_of(other, 1, row), cell_of(other, 2, row)};
    if (!are_foreign(s, other, at[1])) {
        return false;
    }
    for (uint32_t c = 0; c < 3; c++) {
        zkb_fr value;
        zkb_fr_from_u64(&value, at[c]);
        repair_set(s, c, &value);
    }
    s->away = true;
    list_equations(s);
    const zkb_program_columns *p = &s->run->columns;
    const uint64_t tuple[6] = {at[1],         p->code[at[1]], p->dst[at[1]],
                               p->src[at[1]], p->imm[at[1]],  p->target[at[1]]};
    const zkb_interaction *lookup = program_lookup(&s->chip);
    const bool left_out = lookup - s->chip.interactions == s->options->without_interaction;
    for (unsigned j = 0; j < 6 && !left_out; j++) {
        zkb_fr value;
        zkb_fr_from_u64(&value, tuple[j]);
        add_equation(s, lookup->tuple[j], &value, REPAIR_NOTHING);
    }
    return true;
}

/* Lets the row read its registers as it likes, to access the word of a small number. */
static bool go_astray(search *s)
{
    zkb_fr number;
    const zkb_interaction *access = repair_free_access(s);
    if (access == NULL) {
        return false;
    }
    s->astray = true;
    list_equations(s);
    zkb_fr_from_u64(&number, repair_draw(s) % ZKB_REGISTER_COUNT);
    add_equation(s, access->tuple[1], &number, REPAIR_NOTHING);
    return true;
}

/* ---- Walks --------------------------------------------------------------------------------- */

/* Another value for a cell: near the honest one, at a boundary of some range, small, or any. */
static void draw_value(zkb_fr *out, search *s, uint32_t column)
{
    static const unsigned shifts[] = {0, 1, 8, 15, 16, 31, 32, 48, 63, 64};
    const uint64_t kind = repair_draw(s) % 8;
    uint64_t limbs[4] = {0, 0, 0, 0};
    if (s->bits[column] == 1 && kind < 4) {
        zkb_fr_sub(out, &zkb_fr_one, s->cells[column]);
        return;
    }
    if (kind == 0) {
        zkb_fr_from_u64(out, repair_draw(s) % 65536);
        return;
    }
    if (kind == 1) {
        limbs[0] = repair_draw(s);
        limbs[1] = repair_draw(s);
        limbs[2] = repair_draw(s);
        zkb_fr_from_limbs(out, limbs);
        return;
    }
    unsigned shift = shifts[repair_draw(s) % (sizeof shifts / sizeof shifts[0])];
    if (repair_draw(s) % 2 == 0) {
        shift = (unsigned)(repair_draw(s) % (s->bits[column] < 72 ? s->bits[column] + 2u : 72));
    }
    limbs[shift / 64] = (uint64_t)1 << (shift % 64);
    zkb_fr_from_limbs(out, limbs);
    if (kind % 2 == 0) {
        zkb_fr_neg(out, out);
    }
    zkb_fr_add(out, out, s->cells[column]);
}

/* One of the columns, or of all where there are none, that is the row's to choose and has not been
 * changed; UINT32_MAX if none is. */
static uint32_t draw_of(search *s, const support *columns)
{
    static const support none;
    const bool all = memcmp(columns, &none, sizeof none) == 0;
    uint32_t list[MOST_COLUMNS];
    unsigned count = 0;
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        if (!s->changed[c] && !s->fixed[c] && (all || repair_has(columns, c))) {
            list[count++] = c;
        }
    }
    return count == 0 ? UINT32_MAX : list[repair_draw(s) % count];
}

static void change(search *s, uint32_t column)
{
    if (column != UINT32_MAX) {
        zkb_fr value;
        draw_value(&value, s, column);
        repair_set(s, column, &value);
    }
}

/* Another column of an equation or lookup that has the column. */
static uint32_t draw_beside(search *s, uint32_t column)
{
    const support *beside = NULL;
    uint64_t count = 0;
    for (uint32_t k = 0; column != UINT32_MAX && k < s->equation_count; k++) {
        const support *columns = &s->supports[s->equations[k].node];
        if (repair_has(columns, column) && repair_draw(s) % ++count == 0) {
            beside = columns;
        }
    }
    for (uint32_t i = 0; column != UINT32_MAX && i < s->chip.interaction_count; i++) {
        const support *columns = &s->supports[s->chip.interactions[i].tuple[0]];
        if (repair_has(columns, column) && repair_draw(s) % ++count == 0) {
            beside = columns;
        }
    }
    return beside == NULL ? column : draw_of(s, beside);
}

/* What the weakened part accepts and the real one does not: 2 for a bit; for an operand one bit too
 * many, by which a limb and the next one often stand for the same number. */
static void begin_weakened(search *s)
{
    zkb_fr value;
    const uint32_t constraint = s->options->without_constraint;
    if (constraint != REPAIR_NOTHING) {
        zkb_fr_from_u64(&value, 2);
        (void)repair_solve(s, s->chip.constraints[constraint].subject, &value);
        return;
    }
    const zkb_interaction *t = &s->chip.interactions[s->options->without_interaction];
    const uint32_t entry = t->tuple[t->arity == 1 ? 0 : repair_draw(s) % 2];
    const uint64_t range = t->bus.id == zkb_bus_range16.id      ? 65536
                           : t->bus.id == zkb_bus_nibble_and.id ? 16
                                                                : 256;
    uint64_t honest = 0;
    const bool near = repair_word(&honest, &s->values[entry]) && repair_draw(s) % 4 != 0;
    zkb_fr_from_u64(&value, range + (near ? honest : repair_draw(s)) % range);
    (void)repair_solve(s, entry, &value);
}

/* Changes a column of what is left out or one near it, and sometimes others beside. */
static void begin(search *s)
{
    uint32_t column = draw_of(s, &s->focus);
    for (uint64_t steps = repair_draw(s) % 4; steps < 2; steps++) {
        column = draw_beside(s, column);
    }
    change(s, column);
    for (uint64_t more = repair_draw(s) % 4; more < 2; more++) {
        change(s, draw_beside(s, column));
    }
}

static bool walk(search *s)
{
    memset(s->changed, 0, sizeof s->changed);
    memcpy(s->values, s->honest, s->chip.node_count * sizeof *s->values);
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        *s->cells[c] = s->honest_cells[c];
    }
    s->away = false;
    s->astray = false;
    s->usual = repair_draw(s) % 2 == 0;
    const uint64_t kind = program_lookup(&s->chip) == NULL ? 2 : repair_draw(s) % 8;
    if (kind != 0 || !go_away(s)) {
        if (kind != 1 || !go_astray(s)) {
            list_equations(s);
        }
        if (s->options->weakened) {
            begin_weakened(s);
        }
        if (!s->options->weakened || repair_draw(s) % 4 == 0) {
            begin(s);
        }
    }
    for (unsigned repairs = 0; repairs <= MOST_REPAIRS; repairs++) {
        const repair_outcome o = repair_one(s);
        if (o != REPAIRED) {
            return o == NOTHING_OBJECTS && repair_is_attack(s);
        }
    }
    return false;
}

static void describe(char *what, size_t size, const search *s)
{
    size_t used =
        (size_t)snprintf(what, size, "%s row %llu:", s->chip.name, (unsigned long long)s->row);
    for (uint32_t c = 0; c < s->chip.committed_count && used < size; c++) {
        char text[2][80];
        if (!zkb_fr_equal(s->cells[c], &s->honest_cells[c])) {
            zkb_fr_describe(text[0], sizeof text[0], &s->honest_cells[c]);
            zkb_fr_describe(text[1], sizeof text[1], s->cells[c]);
            used += (size_t)snprintf(what + used, size - used, " %s: %s -> %s;", s->columns[c].name,
                                     text[0], text[1]);
        }
    }
}

bool repair_finds(char *what, size_t size, const machine_run *run, uint32_t table, uint64_t row,
                  const repair_options *options)
{
    search *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->run = run;
    s->options = options;
    s->random = options->seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    s->row = row;
    open_row(s, &run->writer->tables[table]);
    bool found = false;
    for (unsigned w = 0; w < options->walks && !found; w++) {
        found = walk(s);
    }
    if (found) {
        describe(what, size, s);
    }
    close_row(s);
    free(s);
    return found;
}
