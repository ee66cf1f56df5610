/* Changing single cells of an honest witness: what objects? Part of debug_check.h. */
#include "chips/debug_check.h"
#include "chips/debug_ledger.h"
#include "air/evaluate.h"

#include <stdlib.h>

/* The first constraint that is not zero, or constraint_count. */
static uint32_t broken_constraint(const zkb_chip *chip, const zkb_fr *values)
{
    uint32_t k = 0;
    while (k < chip->constraint_count && zkb_fr_is_zero(&values[chip->constraints[k].node])) {
        k++;
    }
    return k;
}

/* ---- What a row does to the buses ---------------------------------------------------------- */

/* One signed contribution to a bus. */
typedef struct zkb_contribution {
    const zkb_interaction *interaction;
    const zkb_fr *values;
    zkb_fr amount;
} zkb_contribution;

static bool same_tuple(const zkb_contribution *x, const zkb_contribution *y)
{
    if (x->interaction->bus.id != y->interaction->bus.id) {
        return false;
    }
    for (unsigned j = 0; j < x->interaction->arity; j++) {
        if (!zkb_fr_equal(&x->values[x->interaction->tuple[j]],
                          &y->values[y->interaction->tuple[j]])) {
            return false;
        }
    }
    return true;
}

/* Which of a row's interactions are looked at. */
typedef bool (*zkb_interaction_filter)(const zkb_interaction *t);

static bool every_interaction(const zkb_interaction *t)
{
    (void)t;
    return true;
}

/* Appends the row's contributions, those of `values`, negated when they are taken back. */
static unsigned gather(zkb_contribution *list, unsigned count, const zkb_chip *chip,
                       const zkb_fr *values, bool negate, zkb_interaction_filter filter)
{
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const zkb_interaction *t = &chip->interactions[i];
        if (!filter(t)) {
            continue;
        }
        zkb_contribution *k = &list[count];
        *k = (zkb_contribution){.interaction = t, .values = values};
        k->amount = values[t->multiplicity];
        if (zkb_fr_is_zero(&k->amount)) {
            continue;
        }
        if (t->give == negate) {
            zkb_fr_neg(&k->amount, &k->amount);
        }
        count++;
    }
    return count;
}

/* The bus on which a row's contributions before and after differ, or NULL. */
static const char *bus_that_moves(const zkb_chip *chip, const zkb_fr *before, const zkb_fr *after,
                                  zkb_interaction_filter filter)
{
    zkb_contribution list[2 * ZKB_AIR_MAX_INTERACTIONS + 1];
    unsigned count = gather(list, 0, chip, before, true, filter);
    count = gather(list, count, chip, after, false, filter);
    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = i + 1; j < count; j++) {
            if (!zkb_fr_is_zero(&list[j].amount) && same_tuple(&list[i], &list[j])) {
                zkb_fr_add(&list[i].amount, &list[i].amount, &list[j].amount);
                list[j].amount = ZKB_FR_ZERO;
            }
        }
        if (!zkb_fr_is_zero(&list[i].amount)) {
            return list[i].interaction->bus.name;
        }
    }
    return NULL;
}

/* Whether something objects to one committed cell of an otherwise honest witness taking the value
 * *cell: a constraint of its row, or a bus. The promise of a column's width does not count as an
 * objection, since a prover need not keep it. scratch: 2 * node_count elements. */
static bool cell_is_bound(const zkb_table *table, zkb_fr *scratch, uint64_t row, uint32_t column,
                          const zkb_fr *cell)
{
    const zkb_chip *chip = table->shape.chip;
    zkb_fr *before = scratch;
    zkb_fr *after = scratch + chip->node_count;
    zkb_chip_row_values_with(after, table, row, column, cell);
    if (broken_constraint(chip, after) < chip->constraint_count) {
        return true;
    }
    if (row >= table->shape.active) {
        return false;
    }
    zkb_chip_row_values(before, table, row);
    return bus_that_moves(chip, before, after, every_interaction) != NULL;
}

#define PROBES 96u

/* Values to try in place of `honest`; returns how many. */
static unsigned probe_values(zkb_fr *out, const zkb_fr *honest, unsigned bits)
{
    static const unsigned shifts[] = {0, 8, 16, 32, 63, 64, 128};
    unsigned count = 0;
    out[count++] = ZKB_FR_ZERO;
    out[count++] = zkb_fr_one;
    zkb_fr_neg(&out[count++], honest);
    zkb_fr_neg(&out[count++], &zkb_fr_one);
    zkb_fr_inv(&out[count++], honest);
    for (unsigned i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        uint64_t limbs[4] = {0, 0, 0, 0};
        zkb_fr step;
        limbs[shifts[i] / 64] = (uint64_t)1 << (shifts[i] % 64);
        zkb_fr_from_limbs(&step, limbs);
        zkb_fr_add(&out[count++], honest, &step);
        zkb_fr_sub(&out[count++], honest, &step);
    }
    uint64_t value[4];
    zkb_fr_to_limbs(value, honest);
    for (unsigned i = 0; i < (bits < 64 ? bits : 64); i++) {
        uint64_t flipped[4] = {value[0] ^ (uint64_t)1 << i, value[1], value[2], value[3]};
        zkb_fr_from_limbs(&out[count++], flipped);
    }
    zkb_fr_sqr(&out[count], &zkb_fr_r2);
    count++;
    return count;
}

/* Whether something objects to the value. */
typedef struct zkb_probe {
    const zkb_table *table;
    const zkb_ledger *provided; /* NULL: everything else stays as it is */
    zkb_fr *scratch;
} zkb_probe;

static bool takes_on_permutation(const zkb_interaction *t)
{
    return !t->give && t->bus.kind == ZKB_BUS_PERMUTATION;
}

/* A lookup, after the change, of what no table has; or a table that provides the same tuple another
 * number of times. */
static bool lookup_objects(const zkb_interaction *t, const zkb_ledger *provided,
                           const zkb_fr *before, const zkb_fr *after)
{
    zkb_fr tuple[ZKB_AIR_MAX_ARITY];
    bool same = true;
    for (unsigned j = 0; j < t->arity; j++) {
        tuple[j] = after[t->tuple[j]];
        same = same && zkb_fr_equal(&before[t->tuple[j]], &tuple[j]);
    }
    if (t->give) {
        return same && !zkb_fr_equal(&before[t->multiplicity], &after[t->multiplicity]);
    }
    return !zkb_fr_is_zero(&after[t->multiplicity]) && !zkb_ledger_has(provided, &t->bus, tuple);
}

static bool output_is_bound(const zkb_probe *p, uint64_t row, uint32_t column, const zkb_fr *cell)
{
    const zkb_chip *chip = p->table->shape.chip;
    zkb_fr *before = p->scratch;
    zkb_fr *after = p->scratch + chip->node_count;
    zkb_chip_row_values_with(after, p->table, row, column, cell);
    if (broken_constraint(chip, after) < chip->constraint_count) {
        return true;
    }
    zkb_chip_row_values(before, p->table, row);
    if (bus_that_moves(chip, before, after, takes_on_permutation) != NULL) {
        return true;
    }
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const zkb_interaction *t = &chip->interactions[i];
        if (t->bus.kind == ZKB_BUS_LOOKUP && lookup_objects(t, p->provided, before, after)) {
            return true;
        }
    }
    return false;
}

static bool is_bound(const zkb_probe *p, uint64_t row, uint32_t column, const zkb_fr *cell)
{
    return p->provided == NULL ? cell_is_bound(p->table, p->scratch, row, column, cell)
                               : output_is_bound(p, row, column, cell);
}

static bool probe_cell(const zkb_probe *p, zkb_air_free_cell *cell, zkb_air_free_cell_fn report,
                       void *context)
{
    const zkb_column_info *info = &p->table->shape.chip->committed[cell->column];
    zkb_fr values[PROBES];
    cell->name = info->name;
    zkb_column_cell(&cell->honest, &p->table->committed[cell->column], info->bits, cell->row);
    const unsigned count = probe_values(values, &cell->honest, info->bits);
    bool go_on = true;
    for (unsigned i = 0; i < count && go_on; i++) {
        cell->accepted = values[i];
        if (!zkb_fr_equal(&values[i], &cell->honest) &&
            !is_bound(p, cell->row, cell->column, &values[i])) {
            go_on = report(context, cell);
        }
    }
    return go_on;
}

static zkb_status probe(const zkb_table *table, const zkb_ledger *provided, uint64_t row_end,
                        zkb_air_free_cell_fn report, void *context, zkb_error *error)
{
    const zkb_chip *chip = table->shape.chip;
    const zkb_probe p = {.table = table,
                         .provided = provided,
                         .scratch = malloc((2u * chip->node_count + 1u) * sizeof *p.scratch)};
    if (p.scratch == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "air probe", ZKB_NO_INDEX, "out of memory");
    }
    bool go_on = true;
    for (uint64_t row = 0; row < row_end && go_on; row++) {
        for (uint32_t column = 0; column < chip->committed_count && go_on; column++) {
            zkb_air_free_cell cell = {.row = row, .column = column};
            go_on = probe_cell(&p, &cell, report, context);
        }
    }
    free(p.scratch);
    return go_on ? ZKB_OK
                 : zkb_fail(error, ZKB_ERROR_CANCELLED, "air probe", ZKB_NO_INDEX,
                            "stopped by the callback");
}

zkb_status zkb_air_probe_cells(const zkb_table *table, uint64_t row_end,
                               zkb_air_free_cell_fn report, void *context, zkb_error *error)
{
    return probe(table, NULL, row_end, report, context, error);
}

/* Adds what a table provides on lookup buses, live or not. */
static bool add_provided(zkb_ledger *ledger, const zkb_table *table, zkb_fr *values)
{
    const zkb_chip *chip = table->shape.chip;
    const zkb_ledger_party who = {.present = true};
    for (uint64_t row = 0; row < table->shape.active; row++) {
        zkb_chip_row_values(values, table, row);
        for (uint32_t i = 0; i < chip->interaction_count; i++) {
            const zkb_interaction *t = &chip->interactions[i];
            zkb_fr tuple[ZKB_AIR_MAX_ARITY];
            for (unsigned j = 0; j < t->arity; j++) {
                tuple[j] = values[t->tuple[j]];
            }
            if (t->give && t->bus.kind == ZKB_BUS_LOOKUP &&
                !zkb_ledger_add(ledger, &t->bus, tuple, true, &zkb_fr_one, &who)) {
                return false;
            }
        }
    }
    return true;
}

static bool provides(const zkb_chip *chip)
{
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        if (chip->interactions[i].give && chip->interactions[i].bus.kind == ZKB_BUS_LOOKUP) {
            return true;
        }
    }
    return false;
}

static bool collect_provided(zkb_ledger *ledger, const zkb_air_witness *witness)
{
    bool ok = true;
    for (size_t i = 0; i < witness->table_count && ok; i++) {
        const zkb_table *t = &witness->tables[i];
        if (provides(t->shape.chip)) {
            zkb_fr *values = malloc((t->shape.chip->node_count + 1u) * sizeof *values);
            ok = values != NULL && add_provided(ledger, t, values);
            free(values);
        }
    }
    return ok;
}

zkb_status zkb_air_probe_outputs(const zkb_air_witness *witness, size_t table, uint64_t row_end,
                                 zkb_air_free_cell_fn report, void *context, zkb_error *error)
{
    zkb_ledger provided = {0};
    const zkb_table *t = &witness->tables[table];
    const uint64_t end = row_end < t->shape.active ? row_end : t->shape.active;
    const zkb_status status =
        collect_provided(&provided, witness)
            ? probe(t, &provided, end, report, context, error)
            : zkb_fail(error, ZKB_ERROR_MEMORY, "air probe", ZKB_NO_INDEX, "out of memory");
    zkb_ledger_destroy(&provided);
    return status;
}
