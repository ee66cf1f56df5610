#include "machines/machine.h"

#include "air/chip.h"

#include <stdio.h>
#include <stdlib.h>

void *machine_alloc(machine *m, size_t count, size_t size)
{
    void *p = m->owned_count < MACHINE_OWNED ? calloc(count + 8, size) : NULL;
    if (p == NULL) {
        (void)fprintf(stderr, "machine %s: no memory\n", m->name);
        abort();
    }
    m->owned[m->owned_count++] = p;
    return p;
}

zkb_chip *machine_build(machine *m, zkb_chip_builder *b)
{
    zkb_chip *chip = NULL;
    zkb_error error = {.message = "?"};
    if (zkb_chip_build(&chip, b, &error) != ZKB_OK ||
        zkb_chip_multiply_out(chip, &error) != ZKB_OK) {
        (void)fprintf(stderr, "machine %s: %s\n", m->name, error.message);
        abort();
    }
    zkb_chip_builder_destroy(b);
    return chip;
}

static zkb_column_data *columns(machine *m, const zkb_column_info *info, uint32_t count,
                                uint64_t length)
{
    zkb_column_data *d = machine_alloc(m, count, sizeof *d);
    for (uint32_t i = 0; i < count; i++) {
        d[i].cells = machine_alloc(m, (size_t)length, zkb_cell_bytes(info[i].bits));
        d[i].length = length;
    }
    return d;
}

zkb_table *machine_table(machine *m, zkb_chip *chip, unsigned log_height, uint64_t active)
{
    zkb_table *t = &m->tables[m->count];
    m->chips[m->count++] = chip;
    t->shape = (zkb_table_shape){.chip = chip, .log_height = log_height, .active = active};
    t->committed = columns(m, chip->committed, chip->committed_count, active);
    t->preprocessed = columns(m, chip->preprocessed, chip->preprocessed_count, active);
    return t;
}

void *machine_cells(const zkb_table *table, uint32_t column)
{
    return (void *)(uintptr_t)table->committed[column].cells;
}

void *machine_fixed_cells(const zkb_table *table, uint32_t column)
{
    return (void *)(uintptr_t)table->preprocessed[column].cells;
}

void machine_boundary(machine *m, const zkb_bus *bus, bool give, const uint64_t *tuple)
{
    zkb_fr *t = machine_alloc(m, bus->arity, sizeof *t);
    for (uint32_t i = 0; i < bus->arity; i++) {
        zkb_fr_from_u64(&t[i], tuple[i]);
    }
    m->boundary[m->boundary_count++] = (zkb_boundary_term){.bus = bus, .give = give, .tuple = t};
}

unsigned machine_log2(uint64_t rows)
{
    unsigned h = 0;
    while ((uint64_t)1 << h < rows) {
        h++;
    }
    return h;
}

zkb_table *machine_range(machine *m, const zkb_bus *bus, unsigned bits)
{
    zkb_chip_builder *b = zkb_chip_builder_create("range");
    zkb_chip_note(b, "Every number below the height, as often as it is looked up.");
    const zkb_expr times = zkb_column(b, "times", 32);
    zkb_note(b, times, "how often the row's number is looked up");
    const zkb_expr number = zkb_row(b);
    zkb_give(b, bus, times, &number, 1);
    zkb_chip_height(b, bits, true);
    return machine_table(m, machine_build(m, b), bits, (uint64_t)1 << bits);
}

void machine_destroy(machine *m)
{
    for (unsigned i = 0; i < m->count; i++) {
        zkb_chip_destroy(m->chips[i]);
    }
    for (unsigned i = 0; i < m->owned_count; i++) {
        free(m->owned[i]);
    }
    *m = (machine){0};
}
