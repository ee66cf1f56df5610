#include "attacks/repair_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/evaluate.h"
#include "machine/segments.h"

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
 * gives must; the value and time before are the cell's. */
static void list_equations(search *s)
{
    for (uint32_t k = 0; k < s->chip.constraint_count; k++) {
        if (k != s->options->without_constraint) {
            add_equation(s, s->chip.constraints[k].node, &ZKB_FR_ZERO, REPAIR_NOTHING);
        }
    }
    for (uint32_t i = 0; i < s->chip.interaction_count; i++) {
        const zkb_interaction *t = &s->chip.interactions[i];
        if (!is_input(t) || i == s->options->without_interaction) {
            continue;
        }
        const bool memory = t->bus.id == zkb_bus_memory.id;
        add_equation(s, t->multiplicity, &s->honest[t->multiplicity], REPAIR_NOTHING);
        if (zkb_fr_is_zero(&s->honest[t->multiplicity])) {
            continue;
        }
        for (unsigned j = memory ? CELL : 0; j < t->arity; j++) {
            add_equation(s, t->tuple[j], &s->honest[t->tuple[j]], memory ? i : REPAIR_NOTHING);
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

/* Columns that are not a row's to choose: contents that the statement commits to; all of a refresh
 * but the value, since it may be of any cell and move its time as far as it likes. */
static bool is_given(const char *chip, const char *column)
{
    const bool content = strcmp(column, "init") == 0 || strcmp(column, "final") == 0 ||
                         strcmp(column, "content") == 0;
    return (strncmp(chip, "segment", 7) == 0 && content) ||
           (strcmp(chip, "refresh") == 0 && strcmp(column, "value") != 0);
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
    list_equations(s);
}

static void close_row(search *s)
{
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        free((void *)(uintptr_t)s->data[c].cells);
    }
    free(s->supports);
    free(s->honest);
    free(s->values);
}

void repair_evaluate(search *s) { zkb_chip_row_values(s->values, &s->table, s->row); }

void repair_set(search *s, uint32_t column, const zkb_fr *value)
{
    *s->cells[column] = *value;
    s->changed[column] = true;
    repair_evaluate(s);
}

/* ---- What tables can have ------------------------------------------------------------------ */

bool repair_word(uint64_t *word, const zkb_fr *x)
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, x);
    *word = limbs[0];
    return (limbs[1] | limbs[2] | limbs[3]) == 0;
}

static bool in_program(const zkb_program_columns *p, const uint64_t x[6])
{
    const uint64_t slots = p->program->slot_count;
    return x[0] < slots && x[1] == p->code[x[0]] && x[2] == p->dst[x[0]] && x[3] == p->src[x[0]] &&
           x[4] == p->imm[x[0]] && x[5] == p->target[x[0]];
}

static bool in_table(const search *s, const zkb_bus *bus, const uint64_t x[])
{
    const zkb_program_columns *p = &s->run->columns;
    if (bus->id == zkb_bus_program.id) {
        return in_program(p, x);
    }
    if (bus->id == zkb_bus_function.id) {
        return x[0] < p->program->slot_count && x[1] == p->program->function_start[x[0]];
    }
    if (bus->id == zkb_bus_range16.id) {
        return x[0] < 65536;
    }
    if (bus->id == zkb_bus_byte.id) {
        return x[0] < 256;
    }
    if (bus->id == zkb_bus_power.id) {
        return x[0] < 64 && x[1] == UINT64_C(1) << x[0];
    }
    const unsigned range = bus->id == zkb_bus_byte_and.id ? 256 : 16;
    return x[0] < range && x[1] < range && x[2] == (x[0] & x[1]);
}

static bool tuple_is_in_table(const search *s, const zkb_interaction *t)
{
    uint64_t x[ZKB_AIR_MAX_ARITY];
    bool words = true;
    for (unsigned j = 0; j < t->arity; j++) {
        words = repair_word(&x[j], &s->values[t->tuple[j]]) && words;
    }
    return words && in_table(s, &t->bus, x);
}

bool repair_lookup_fails(const search *s, uint32_t i)
{
    const zkb_interaction *t = &s->chip.interactions[i];
    return !t->give && t->bus.kind == ZKB_BUS_LOOKUP && i != s->options->without_interaction &&
           !zkb_fr_is_zero(&s->values[t->multiplicity]) && !tuple_is_in_table(s, t);
}

bool repair_entries_differ(const search *s, const zkb_interaction *t, unsigned count)
{
    for (unsigned j = 0; j < count; j++) {
        if (!zkb_fr_equal(&s->values[t->tuple[j]], &s->honest[t->tuple[j]])) {
            return true;
        }
    }
    return false;
}

static bool interaction_differs(const search *s, const zkb_interaction *t)
{
    const zkb_fr *m = &s->values[t->multiplicity];
    if (t->bus.kind == ZKB_BUS_LOOKUP) {
        return t->give && !tuple_is_in_table(s, t);
    }
    if (!t->give) {
        return t->bus.id == zkb_bus_memory.id && !zkb_fr_is_zero(m) &&
               repair_entries_differ(s, t, CELL);
    }
    return !zkb_fr_equal(m, &s->honest[t->multiplicity]) ||
           (!zkb_fr_is_zero(m) && repair_entries_differ(s, t, t->arity));
}

/* Whether some segment has the cell; those of the tests' programs have no data. */
static bool cell_exists(const search *s, uint64_t space, uint64_t address)
{
    zkb_segment_info info;
    const zkb_program_record record = {.layout = s->run->program.layout};
    const zkb_run_lengths lengths = {.public_bytes = 1};
    if (space == ZKB_SPACE_REGISTER) {
        return address < ZKB_REGISTER_COUNT;
    }
    if (space == ZKB_SPACE_FRAME) {
        return address < (uint64_t)ZKB_FRAME_WORDS * record.layout.max_frames;
    }
    return address >= 8192 && zkb_segment_find(&info, &record, &lengths, address / 8192 * 8192) &&
           info.space == space;
}

/* Whether the row asks for a cell that there is not: nothing gives it. */
static bool asks_for_nothing(const search *s)
{
    for (uint32_t i = 0; i < s->chip.interaction_count; i++) {
        const zkb_interaction *t = &s->chip.interactions[i];
        uint64_t space;
        uint64_t address;
        if (!t->give && t->bus.id == zkb_bus_memory.id &&
            !zkb_fr_is_zero(&s->values[t->multiplicity]) &&
            (!repair_word(&space, &s->values[t->tuple[0]]) ||
             !repair_word(&address, &s->values[t->tuple[1]]) || !cell_exists(s, space, address))) {
            return true;
        }
    }
    return false;
}

/* Whether the row gives or asks for what it should not. */
static bool output_differs(const search *s)
{
    bool differs = false;
    for (uint32_t i = 0; i < s->chip.interaction_count; i++) {
        differs = differs || (i != s->options->without_interaction &&
                              interaction_differs(s, &s->chip.interactions[i]));
    }
    return differs;
}

/* ---- Walks --------------------------------------------------------------------------------- */

/* Where a walk begins: near the honest value, at a boundary of some range, or anywhere. */
static void draw_start(zkb_fr *out, search *s, uint32_t column)
{
    static const unsigned shifts[] = {0, 1, 8, 15, 16, 31, 32, 63, 64};
    const uint64_t kind = repair_draw(s) % 8;
    uint64_t limbs[4] = {0, 0, 0, 0};
    if (s->bits[column] == 1 && kind < 5) {
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
    const unsigned shift = shifts[repair_draw(s) % (sizeof shifts / sizeof shifts[0])];
    limbs[shift / 64] = (uint64_t)1 << (shift % 64);
    zkb_fr_from_limbs(out, limbs);
    if (kind % 2 == 0) {
        zkb_fr_neg(out, out);
    }
    zkb_fr_add(out, out, s->cells[column]);
}

static bool walk(search *s)
{
    zkb_fr start;
    memset(s->changed, 0, sizeof s->changed);
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        *s->cells[c] = s->honest_cells[c];
    }
    const uint32_t column = (uint32_t)(repair_draw(s) % s->chip.committed_count);
    if (s->fixed[column]) {
        return false;
    }
    draw_start(&start, s, column);
    repair_set(s, column, &start);
    for (unsigned repairs = 0; repairs <= MOST_REPAIRS; repairs++) {
        const repair_outcome o = repair_one(s);
        if (o != REPAIRED) {
            return o == NOTHING_OBJECTS && output_differs(s) && !asks_for_nothing(s);
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
