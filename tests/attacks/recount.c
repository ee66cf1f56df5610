#include "attacks/recount.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"
#include "air/evaluate.h"

enum { MOST_TIMES = 1000 }; /* that one row looks something up */

static uint64_t small(const zkb_fr *x) /* UINT64_MAX for elements beyond 64 bits */
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, x);
    return (limbs[1] | limbs[2] | limbs[3]) == 0 ? limbs[0] : UINT64_MAX;
}

/* Counts a lookup at the row of its table that has the first entries of the tuple; a tuple that the
 * table does not have is thus left over on the bus. */
static void count(zkb_chunk_writer *w, const zkb_bus *bus, const zkb_fr *tuple[], uint32_t times)
{
    if (tuple[0] == NULL || (bus->arity > 1 && tuple[1] == NULL)) {
        return;
    }
    const uint64_t x = small(tuple[0]);
    const uint64_t y = bus->arity > 1 ? small(tuple[1]) : 0;
    if (bus->id == zkb_bus_range16.id && x < 65536) {
        w->counts.range16[x] += times;
    } else if (bus->id == zkb_bus_byte_and.id && x < 256 && y < 256) {
        w->counts.byte_and[x + 256 * y] += times;
    } else if (bus->id == zkb_bus_power.id && x < 64) {
        w->counts.power[x] += times;
    } else if (bus->id == zkb_bus_program.id && x < w->columns->program->slot_count) {
        w->counts.program[x] += times;
    } else if (bus->id == zkb_bus_function.id && x < w->columns->program->slot_count) {
        w->counts.function[x] += times;
    }
}

static void count_table(zkb_chunk_writer *w, const zkb_table *table, zkb_fr *values)
{
    const zkb_chip *chip = table->shape.chip;
    for (uint64_t row = 0; row < table->shape.active; row++) {
        zkb_chip_row_values(values, table, row);
        for (uint32_t i = 0; i < chip->interaction_count; i++) {
            const zkb_interaction *x = &chip->interactions[i];
            const zkb_fr *tuple[ZKB_AIR_MAX_ARITY] = {NULL};
            if (x->give || x->bus.kind != ZKB_BUS_LOOKUP) {
                continue;
            }
            const uint64_t times =
                x->kind == ZKB_MULTIPLICITY_EXPRESSION ? small(&values[x->multiplicity]) : 1;
            if (times > MOST_TIMES) {
                continue; /* no number of lookups: left over on the bus */
            }
            for (unsigned j = 0; j < x->arity; j++) {
                tuple[j] = &values[x->tuple[j]];
            }
            count(w, &x->bus, tuple, (uint32_t)times);
        }
    }
}

void recount_lookups(zkb_chunk_writer *w)
{
    const uint32_t slots = w->columns->program->slot_count;
    memset(w->counts.range16, 0, 65536 * sizeof(uint32_t));
    memset(w->counts.byte_and, 0, 65536 * sizeof(uint32_t));
    memset(w->counts.power, 0, 64 * sizeof(uint32_t));
    memset(w->counts.program, 0, slots * sizeof(uint32_t));
    memset(w->counts.function, 0, slots * sizeof(uint32_t));
    for (uint32_t t = 0; t < w->table_count; t++) {
        zkb_fr *values = malloc(w->tables[t].shape.chip->node_count * sizeof *values);
        assert_non_null(values);
        count_table(w, &w->tables[t], values);
        free(values);
        if (w->table_chips[t] == ZKB_CHIP_RANGE16 || w->table_chips[t] == ZKB_CHIP_BYTE_AND ||
            w->table_chips[t] == ZKB_CHIP_POWER) { /* their columns end at the last value used */
            ((zkb_column_data *)(uintptr_t)w->tables[t].committed)->length =
                w->tables[t].shape.active;
        }
    }
}
