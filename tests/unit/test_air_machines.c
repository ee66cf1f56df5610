/* The worked machines: honest runs are accepted, every changed cell is objected to or free for a
 * stated reason, and the debug checker's words name what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"
#include "chips/debug_check.h"
#include "air/evaluate.h"
#include "hash/poseidon2.h"
#include "machines/machine.h"

static zkb_air_witness witness_of(const machine *m)
{
    return (zkb_air_witness){.tables = m->tables,
                             .table_count = m->count,
                             .boundary = m->boundary,
                             .boundary_count = m->boundary_count,
                             .max_log_height = 20};
}

static void accepted(const machine *m)
{
    const zkb_air_witness w = witness_of(m);
    zkb_error error;
    if (zkb_air_check(&w, NULL, NULL, &error) != ZKB_OK) {
        fail_msg("%s: %s", m->name, error.message);
    }
    const zkb_chip *chips[MACHINE_CHIPS];
    for (unsigned i = 0; i < m->count; i++) {
        chips[i] = m->chips[i];
    }
    assert_int_equal(zkb_chips_check_buses(chips, m->count, &error), ZKB_OK);
}

static void rejected(const machine *m, const char *words)
{
    const zkb_air_witness w = witness_of(m);
    zkb_error error = {.message = "accepted"};
    const zkb_status status = zkb_air_check(&w, NULL, NULL, &error);
    if (status != ZKB_ERROR_REJECTED || strstr(error.message, words) == NULL) {
        fail_msg("%s: status %d, '%s', expected '%s'", m->name, (int)status, error.message, words);
    }
}

/* ---- Every cell ---------------------------------------------------------------------------- */

static uint64_t small_cell(const zkb_table *t, const char *column, uint64_t row)
{
    const zkb_chip *chip = t->shape.chip;
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        if (strcmp(chip->committed[i].name, column) == 0) {
            zkb_fr x;
            uint64_t limbs[4];
            zkb_column_cell(&x, &t->committed[i], chip->committed[i].bits, row);
            zkb_fr_to_limbs(limbs, &x);
            return limbs[0];
        }
    }
    fail_msg("no column %s", column);
    return 0;
}

/* The free cells of the register machine, each with its reason. */
static bool free_for_a_reason(const zkb_table *t, const zkb_air_free_cell *cell)
{
    if (strcmp(t->shape.chip->name, "cpu") != 0) {
        return false;
    }
    const bool access =
        small_cell(t, "is_read", cell->row) + small_cell(t, "is_write", cell->row) != 0;
    if (strcmp(cell->name, "inverse") == 0) { /* zero has no inverse; a·inverse is 0 anyway */
        return small_cell(t, "a", cell->row) == 0;
    }
    if (strcmp(cell->name, "carry") == 0) { /* only an addition reads it */
        return small_cell(t, "is_add", cell->row) == 0;
    }
    /* No memory is accessed, so nothing reads what it would find, leave or how old it is. */
    return !access && (strcmp(cell->name, "old") == 0 || strcmp(cell->name, "new") == 0 ||
                       strcmp(cell->name, "age") == 0);
}

static bool on_free_cell(void *context, const zkb_air_free_cell *cell)
{
    const zkb_table *t = context;
    if (!free_for_a_reason(t, cell)) {
        char honest[80], accepted_value[80];
        zkb_fr_describe(honest, sizeof honest, &cell->honest);
        zkb_fr_describe(accepted_value, sizeof accepted_value, &cell->accepted);
        fail_msg("chip %s row %llu: column %s may be %s instead of %s", t->shape.chip->name,
                 (unsigned long long)cell->row, cell->name, accepted_value, honest);
    }
    return true;
}

static void every_cell_is_bound(const machine *m)
{
    accepted(m);
    for (unsigned i = 0; i < m->count; i++) {
        const zkb_table *t = &m->tables[i];
        const uint64_t rows = t->shape.active < 300 ? t->shape.active : 300;
        zkb_error error;
        assert_int_equal(zkb_air_probe_cells(t, rows, on_free_cell, (void *)(uintptr_t)t, &error),
                         ZKB_OK);
    }
}

static void fibonacci(void **unused)
{
    (void)unused;
    machine m;
    machine_fibonacci(&m, 8, 27);
    every_cell_is_bound(&m);
    machine_destroy(&m);
    machine_fibonacci(&m, 16, 1000);
    accepted(&m);
    machine_destroy(&m);
}

static void registers(void **unused)
{
    (void)unused;
    machine m;
    machine_registers(&m, 8, 150);
    every_cell_is_bound(&m);
    machine_destroy(&m);
    machine_registers(&m, 16, 1000);
    accepted(&m);
    machine_destroy(&m);
}

static void poseidon2(void **unused)
{
    (void)unused;
    machine m;
    machine_poseidon2(&m, 3);
    every_cell_is_bound(&m);
    zkb_fr want[3];
    for (unsigned i = 0; i < 3; i++) {
        zkb_fr_from_u64(&want[i], i + 1);
    }
    for (unsigned i = 0; i < 3; i++) {
        zkb_poseidon2_permute(want);
    }
    for (unsigned i = 0; i < 3; i++) {
        assert_true(zkb_fr_equal(&want[i], &m.boundary[1].tuple[1 + i]));
    }
    assert_int_equal(m.chips[0]->degree, 5);
    machine_destroy(&m);
}

/* ---- What the checker says ----------------------------------------------------------------- */

static uint8_t *bytes_of(const machine *m, unsigned table, const char *column)
{
    const zkb_chip *chip = m->chips[table];
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        if (strcmp(chip->committed[i].name, column) == 0) {
            return machine_cells(&m->tables[table], i);
        }
    }
    fail_msg("no column %s", column);
    return NULL;
}

static void constraints_are_named(void **unused)
{
    (void)unused;
    machine m;
    machine_fibonacci(&m, 8, 20);
    uint8_t *low = bytes_of(&m, 0, "low");
    low[5]++;
    rejected(&m, "chip fibonacci row 5: constraint 'addition' is -1 instead of 0");
    low[5]--;
    uint8_t *carry = bytes_of(&m, 0, "carry");
    carry[7] = 2;
    rejected(&m, "chip fibonacci row 7: column 'carry' holds more than its 1 bits");
    carry[7] = 0;
    accepted(&m);
    machine_destroy(&m);
}

static void buses_are_named(void **unused)
{
    (void)unused;
    machine m;
    machine_fibonacci(&m, 8, 20);
    uint32_t *times = machine_cells(&m.tables[1], 0);
    times[3]++;
    rejected(&m, "bus range: tuple (3) sums to 1: given by 1, first by chip range (table 1) row 3");
    times[3] -= 2;
    rejected(&m, "bus range: tuple (3) sums to -1: ");
    times[3]++;
    uint16_t *a = machine_cells(&m.tables[0], 0);
    uint16_t *b = machine_cells(&m.tables[0], 1);
    a[4]++;
    b[4]--;
    rejected(&m, "bus state: tuple (4, 3, 5) sums to 1: given by 1, first by chip fibonacci (table "
                 "0) row 3 interaction 1; never taken; compare (4, 4, 4) taken by chip fibonacci");
    a[4]--;
    b[4]++;
    m.boundary_count = 1;
    rejected(&m, "given by 1, first by chip fibonacci (table 0) row 19 interaction 1; never taken");
    m.boundary_count = 2;
    m.boundary[0].give = false;
    rejected(&m, "taken by 2, first by chip fibonacci (table 0) row 0 interaction 0");
    m.boundary[0].give = true;
    accepted(&m);
    machine_destroy(&m);
}

static bool count_failures(void *context, const zkb_air_failure *failure)
{
    unsigned *counts = context;
    counts[failure->kind]++;
    return true;
}

static void all_failures_are_collected(void **unused)
{
    (void)unused;
    machine m;
    zkb_error error;
    machine_fibonacci(&m, 8, 20);
    uint8_t *low = bytes_of(&m, 0, "low");
    low[5]++;
    low[9]--;
    const zkb_air_witness w = witness_of(&m);
    unsigned counts[ZKB_AIR_BUS + 1] = {0};
    assert_int_equal(zkb_air_check(&w, count_failures, counts, &error), ZKB_ERROR_REJECTED);
    assert_int_equal(counts[ZKB_AIR_CONSTRAINT], 2);
    /* Two states that are given wrong and two that nobody gives, and the limbs looked up. */
    assert_true(counts[ZKB_AIR_BUS] >= 6);
    assert_int_equal(counts[ZKB_AIR_SHAPE] + counts[ZKB_AIR_CELL] + counts[ZKB_AIR_TAIL], 0);
    machine_destroy(&m);
}

static void shapes_are_checked(void **unused)
{
    (void)unused;
    machine m;
    machine_registers(&m, 8, 100);
    m.tables[0].shape.active = 99; /* the last instruction becomes a padding row */
    rejected(&m, "chip cpu row 99: column 'clock' is not zero after the 99 active rows");
    m.tables[0].shape.active = 129;
    rejected(&m, "129 active rows in a table of 2^7");
    m.tables[0].shape.active = 100;
    m.tables[0].shape.log_height = 6;
    rejected(&m, "100 active rows in a table of 2^6");
    m.tables[0].shape.log_height = 7;
    m.tables[1].shape.log_height = 6;
    rejected(&m, "chip program: a table of log2 height 6; it must be 5");
    m.tables[1].shape.log_height = 5;
    accepted(&m);
    machine_destroy(&m);
}

static void preprocessed_columns_are_the_keys(void **unused)
{
    (void)unused;
    machine m, key;
    zkb_error error;
    machine_registers(&m, 8, 100);
    machine_registers(&key, 8, 100);
    const zkb_column_data *columns[MACHINE_CHIPS] = {NULL};
    columns[1] = key.tables[1].preprocessed;
    zkb_air_witness w = witness_of(&m);
    w.key_preprocessed = columns;
    assert_int_equal(zkb_air_check(&w, NULL, NULL, &error), ZKB_OK);
    ((uint8_t *)machine_fixed_cells(&key.tables[1], 7))[4]++;
    assert_int_equal(zkb_air_check(&w, NULL, NULL, &error), ZKB_ERROR_REJECTED);
    assert_non_null(strstr(error.message, "chip program row 4: preprocessed column 'operand' "
                                          "differs from the key's"));
    machine_destroy(&m);
    machine_destroy(&key);
}

/* ---- Selectors and padding ----------------------------------------------------------------- */

static void selectors_are_one_hot(void **unused)
{
    (void)unused;
    machine m;
    machine_registers(&m, 8, 100);
    uint8_t *is_read = bytes_of(&m, 0, "is_read");
    uint8_t *is_add = bytes_of(&m, 0, "is_add");
    uint8_t *is_jump = bytes_of(&m, 0, "is_jump");
    assert_int_equal(is_read[0], 1);
    is_add[0] = 1; /* two at once */
    rejected(&m, "constraint 'one operation' is 1 instead of 0");
    is_add[0] = 0;
    is_read[0] = 0; /* none */
    rejected(&m, "constraint 'one operation' is -1 instead of 0");
    is_jump[0] = 1; /* another one: all constraints of the row hold, the program objects */
    rejected(&m, "bus ");
    is_jump[0] = 0;
    is_read[0] = 1;
    accepted(&m);
    machine_destroy(&m);
}

static bool find_selector_failure(void *context, const zkb_air_failure *failure)
{
    bool *found = context;
    *found = *found ||
             (failure->kind == ZKB_AIR_CONSTRAINT && strcmp(failure->name, "read is a bit") == 0);
    return true;
}

static void selectors_are_bits(void **unused)
{
    (void)unused;
    machine m;
    zkb_error error;
    machine_registers(&m, 8, 100);
    bytes_of(&m, 0, "is_read")[0] = 2; /* with the others adjusted so that their sum is 1 */
    const zkb_air_witness w = witness_of(&m);
    bool found = false;
    assert_int_equal(zkb_air_check(&w, find_selector_failure, &found, &error), ZKB_ERROR_REJECTED);
    assert_true(found);
    machine_destroy(&m);
}

/* A padding row that is dressed up as live: its cells object, and even so it neither takes nor
 * gives anything. */
static void padding_rows_are_dead(void **unused)
{
    (void)unused;
    machine m;
    zkb_error error;
    machine_fibonacci(&m, 8, 20);
    const zkb_chip *chip = m.chips[0];
    zkb_column_data columns[8];
    uint16_t cells[5][32] = {{0}};
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        const size_t size = zkb_cell_bytes(chip->committed[i].bits);
        memcpy(cells[i], m.tables[0].committed[i].cells, 20 * size);
        memcpy((char *)cells[i] + 20 * size, cells[i], size); /* row 0 again, as row 20 */
        columns[i] = (zkb_column_data){cells[i], 21};
    }
    m.tables[0].committed = columns;
    rejected(&m, "column 'b' is not zero after the 20 active rows");
    unsigned counts[ZKB_AIR_BUS + 1] = {0};
    const zkb_air_witness w = witness_of(&m);
    assert_int_equal(zkb_air_check(&w, count_failures, counts, &error), ZKB_ERROR_REJECTED);
    assert_int_equal(counts[ZKB_AIR_BUS], 0);
    m.tables[0].shape.active = 21; /* now it is live, and the buses object */
    rejected(&m, "bus ");
    machine_destroy(&m);
}

/* ---- Attacks with two cells ---------------------------------------------------------------- */

static void a_branch_cannot_be_refused(void **unused)
{
    (void)unused;
    machine m;
    machine_registers(&m, 8, 100);
    const unsigned row = 13; /* jumps, since a is not zero */
    uint8_t *nonzero = bytes_of(&m, 0, "nonzero");
    assert_true(bytes_of(&m, 0, "is_jump")[row] == 1 && nonzero[row] == 1);
    const zkb_chip *chip = m.chips[0];
    for (uint32_t i = 0; i < chip->committed_count; i++) {
        if (strcmp(chip->committed[i].name, "inverse") == 0) {
            ((zkb_fr *)machine_cells(&m.tables[0], i))[row] = ZKB_FR_ZERO;
        }
    }
    nonzero[row] = 0; /* the flag and the inverse agree that a is zero */
    rejected(&m, "chip cpu row 13: constraint 'zero' is ");
    machine_destroy(&m);
}

/* ---- A chip with a hole -------------------------------------------------------------------- */

static bool count_free(void *context, const zkb_air_free_cell *cell)
{
    unsigned *count = context;
    *count += strcmp(cell->name, "y") == 0;
    return true;
}

/* y should be twice x and is only looked up: no flip of a cell goes unnoticed while the other rows
 * stay as they are, but y is the prover's to choose. */
static void undetermined_outputs_are_found(void **unused)
{
    (void)unused;
    static const zkb_bus in = {1, 1, ZKB_BUS_PERMUTATION, "in"};
    static const zkb_bus out = {2, 1, ZKB_BUS_PERMUTATION, "out"};
    static const zkb_bus range = {3, 1, ZKB_BUS_LOOKUP, "range"};
    for (unsigned bound = 0; bound < 2; bound++) {
        machine m = {.name = "hole"};
        zkb_chip_builder *b = zkb_chip_builder_create("hole");
        const zkb_expr x = zkb_column(b, "x", 8);
        const zkb_expr y = zkb_column(b, "y", 8);
        const zkb_expr one = zkb_const(b, 1);
        zkb_take(b, &in, one, &x, 1);
        zkb_take(b, &range, one, &y, 1);
        zkb_give(b, &out, one, &y, 1);
        if (bound == 1) {
            zkb_assert_zero(b, "twice", zkb_sub(b, y, zkb_add(b, x, x)));
        }
        const zkb_table *t = machine_table(&m, machine_build(&m, b), 0, 1);
        *(uint8_t *)machine_cells(t, 0) = 3;
        *(uint8_t *)machine_cells(t, 1) = 6;
        ((uint32_t *)machine_cells(machine_range(&m, &range, 8), 0))[6] = 1;
        machine_boundary(&m, &in, true, (uint64_t[]){3});
        machine_boundary(&m, &out, false, (uint64_t[]){6});
        accepted(&m);
        unsigned count = 0;
        zkb_error error;
        const zkb_air_witness w = witness_of(&m);
        assert_int_equal(zkb_air_probe_cells(t, 1, count_free, &count, &error), ZKB_OK);
        assert_int_equal(count, 0);
        assert_int_equal(zkb_air_probe_outputs(&w, 0, 1, count_free, &count, &error), ZKB_OK);
        assert_true(bound == 1 ? count == 0 : count > 5);
        machine_destroy(&m);
    }
}

/* ---- Attacks on the memory ----------------------------------------------------------------- */

static void memory_is_honest(void **unused)
{
    (void)unused;
    machine m;
    machine_registers(&m, 8, 100);
    uint8_t *old = bytes_of(&m, 0, "old");
    uint8_t *new = bytes_of(&m, 0, "new");
    uint8_t *new_a = bytes_of(&m, 0, "new_a");
    uint8_t *age = bytes_of(&m, 0, "age");
    const unsigned read = 7; /* reads cell 2, which row 3 wrote */
    assert_true(bytes_of(&m, 0, "is_read")[read] == 1 && old[read] == 11);
    old[read] = new[read] = new_a[read] = 0; /* as if the write had never been */
    rejected(&m, "bus ");
    old[read] = new[read] = new_a[read] = 11;
    age[read] = (uint8_t)(age[read] + 3); /* the cell as it was before its last access */
    rejected(&m, "bus ");
    age[read] = (uint8_t)(age[read] - 3);
    accepted(&m);
    machine_destroy(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fibonacci),
        cmocka_unit_test(registers),
        cmocka_unit_test(poseidon2),
        cmocka_unit_test(constraints_are_named),
        cmocka_unit_test(buses_are_named),
        cmocka_unit_test(all_failures_are_collected),
        cmocka_unit_test(shapes_are_checked),
        cmocka_unit_test(preprocessed_columns_are_the_keys),
        cmocka_unit_test(selectors_are_one_hot),
        cmocka_unit_test(selectors_are_bits),
        cmocka_unit_test(padding_rows_are_dead),
        cmocka_unit_test(memory_is_honest),
        cmocka_unit_test(a_branch_cannot_be_refused),
        cmocka_unit_test(undetermined_outputs_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
