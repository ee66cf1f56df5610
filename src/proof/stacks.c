#include "proof/stacks.h"

#include "poly/eq.h"

#include <string.h>

size_t zkb_stacks_scratch(const zkb_layout *layout)
{
    return zkb_arena_cost(layout->stack_count * sizeof(zkb_stack)) +
           zkb_arena_cost(layout->column_count * sizeof(uint32_t));
}

/* The stacks as they are filled. */
typedef struct filling {
    zkb_stack *stacks;
    uint32_t *columns;
    uint32_t stack_count, column_count;
    uint32_t sent;
} filling;

static void open_stack(filling *f, zkb_stack_kind kind, uint32_t index,
                       const zkb_layout_table *place)
{
    f->stacks[f->stack_count++] = (zkb_stack){.kind = kind,
                                              .index = index,
                                              .chip = place->chip,
                                              .log_height = place->log_height,
                                              .first = f->column_count};
}

/* Adds a column to the stack opened last. */
static void add_column(filling *f, uint32_t column)
{
    f->columns[f->column_count++] = column;
    f->stacks[f->stack_count - 1].count++;
}

/* Adds a column to a stack of at most `most`, the last of `kind` since `first`, or to a new one. */
static void add_sent(filling *f, uint32_t first, uint64_t most, const zkb_layout_table *place,
                     uint32_t column)
{
    if (f->stack_count == first || f->stacks[f->stack_count - 1].count == most) {
        open_stack(f, ZKB_STACK_SENT, f->sent++, place);
    }
    add_column(f, column);
}

static bool is_external(const zkb_statement *statement, const zkb_layout_table *place,
                        uint32_t column)
{
    for (uint32_t i = 0; i < place->external_count; i++) {
        if (statement->external[place->first_external + i].column == column) {
            return true;
        }
    }
    return false;
}

static void add_external(filling *f, const zkb_statement *statement, const zkb_layout_table *place)
{
    for (uint32_t i = 0; i < place->external_count; i++) {
        const uint32_t index = place->first_external + i;
        open_stack(f, ZKB_STACK_EXTERNAL, index, place);
        add_column(f, place->first_column + statement->external[index].column);
    }
}

static void add_key(filling *f, const zkb_chip *chip, const zkb_layout_table *place)
{
    const uint32_t most = zkb_key_stack_columns(place->log_height);
    for (uint32_t c = 0; c < chip->preprocessed_count; c++) {
        if (c % most == 0) {
            open_stack(f, ZKB_STACK_KEY, c / most, place);
        }
        add_column(f, place->first_column + chip->committed_count + c);
    }
}

/* The tables first .. end, which have one height. */
static void add_height(filling *f, const zkb_layout *layout, const zkb_statement *statement,
                       uint32_t first, uint32_t end)
{
    const uint32_t begin = f->stack_count;
    const uint64_t most = zkb_stack_columns(statement->log_stack, layout->tables[first].log_height);
    for (uint32_t t = first; t < end; t++) {
        const zkb_layout_table *place = &layout->tables[t];
        const zkb_chip *chip = statement->tables[place->table].shape.chip;
        for (uint32_t c = 0; c < chip->committed_count; c++) {
            if (!is_external(statement, place, c)) {
                add_sent(f, begin, most, place, place->first_column + c);
            }
        }
    }
    for (uint32_t t = first; t < end; t++) {
        const zkb_layout_table *place = &layout->tables[t];
        add_external(f, statement, place);
        add_key(f, statement->tables[place->table].shape.chip, place);
    }
}

zkb_status zkb_stacks_init(zkb_stacks *stacks, zkb_arena *arena, const zkb_layout *layout,
                           const zkb_statement *statement, zkb_error *error)
{
    filling f = {.stacks = zkb_arena_alloc(arena, layout->stack_count, sizeof(zkb_stack)),
                 .columns = zkb_arena_alloc(arena, layout->column_count, sizeof(uint32_t))};
    if (f.stacks == NULL || f.columns == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "proof", ZKB_NO_INDEX,
                        "the arena of %zu bytes is too small for the stacks", arena->size);
    }
    for (uint32_t t = 0; t < layout->table_count;) {
        const uint32_t first = t;
        while (t < layout->table_count &&
               layout->tables[t].log_height == layout->tables[first].log_height) {
            t++;
        }
        add_height(&f, layout, statement, first, t);
    }
    *stacks = (zkb_stacks){.stacks = f.stacks, .count = f.stack_count, .columns = f.columns};
    for (uint32_t i = 0; i < f.stack_count; i++) {
        stacks->most = f.stacks[i].count > stacks->most ? f.stacks[i].count : stacks->most;
    }
    return ZKB_OK;
}

void zkb_stack_values(zkb_fr *values, const zkb_stacks *stacks, const zkb_fr *evaluations,
                      const zkb_fr *z, unsigned variables, zkb_fr *scratch)
{
    for (uint32_t i = 0; i < stacks->count; i++) {
        const zkb_stack *stack = &stacks->stacks[i];
        zkb_eq_range(scratch, stack->count, 0, z + stack->log_height,
                     variables - stack->log_height);
        values[i] = ZKB_FR_ZERO;
        for (uint32_t y = 0; y < stack->count; y++) {
            zkb_fr t;
            zkb_fr_mul(&t, &scratch[y], &evaluations[stacks->columns[stack->first + y]]);
            zkb_fr_add(&values[i], &values[i], &t);
        }
    }
}

void zkb_stack_point(zkb_fr *point, const zkb_fr *s, const zkb_fr *z, unsigned log_height,
                     unsigned variables)
{
    memcpy(point, s, log_height * sizeof *point);
    memcpy(point + log_height, z + log_height, (variables - log_height) * sizeof *point);
}

uint32_t zkb_stacks_same_height(const zkb_stacks *stacks, uint32_t first)
{
    uint32_t end = first;
    while (end < stacks->count &&
           stacks->stacks[end].log_height == stacks->stacks[first].log_height) {
        end++;
    }
    return end;
}
