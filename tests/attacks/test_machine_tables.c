/* A prover that spreads rows over tables as it likes: rows of one chip in many tables, in two of
 * them or in none, and lookup tables that are listed twice. What is said stays the same, or is
 * refused. Classes 4, 9 and 12. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"
#include "air/evaluate.h"
#include "attacks/malicious.h"
#include "base/log2_inline.h"

/* Several rows of one chip, and every lookup bus of the wide tables. Returns 0. */
static const zkb_instruction code[] = {
    /*  0 */ MOV_K(1, 10),
    /*  1 */ ALU64_K(0x00, 1, 5),
    /*  2 */ ALU64_K(0x00, 1, 6),
    /*  3 */ ALU64_K(0x00, 1, 7),
    /*  4 */ ALU64_K(0x00, 1, 8),
    /*  5 */ MOV_K(2, 12),
    /*  6 */ ALU64_X(0x50, 2, 1),
    /*  7 */ ALU64_X(0x60, 2, 1),
    /*  8 */ CALL(2),
    /*  9 */ MOV_K(0, 0),
    /* 10 */ EXIT(),
    /* 11 */ ALU64_K(0x00, 2, 65539),
    /* 12 */ EXIT(),
};
enum { ADDITIONS = 5 };

static void begin(malicious *m) { malicious_begin(m, code, SLOTS(code), NULL, 0); }

static uint32_t index_of(malicious *m, zkb_chip_id chip)
{
    const zkb_table *table = machine_run_table(&m->run, chip);
    assert_non_null(table);
    return (uint32_t)(table - m->run.writer->tables);
}

static zkb_column_data *columns_of(malicious *m, uint32_t t)
{
    return (zkb_column_data *)(uintptr_t)m->run.writer->tables[t].committed;
}

/* Lists table t a second time, behind itself, with a list of columns of its own. */
static void list_again(malicious *m, uint32_t t)
{
    zkb_chunk_writer *w = m->run.writer;
    const size_t rest = w->table_count - t;
    assert_true(w->table_count < ZKB_MAX_CHUNK_TABLES);
    memmove(&w->tables[t + 1], &w->tables[t], rest * sizeof w->tables[0]);
    memmove(&w->table_chips[t + 1], &w->table_chips[t], rest * sizeof w->table_chips[0]);
    memmove(&w->table_segments[t + 1], &w->table_segments[t], rest * sizeof w->table_segments[0]);
    w->table_count++;
    const uint32_t count = w->tables[t].shape.chip->committed_count;
    zkb_column_data *columns = zkb_arena_alloc(&m->run.arena, count, sizeof *columns);
    assert_non_null(columns);
    memcpy(columns, w->tables[t].committed, count * sizeof *columns);
    w->tables[t + 1].committed = columns;
}

/* Table t keeps `count` rows from `first` on. */
static void keep_rows(malicious *m, uint32_t t, uint64_t first, uint64_t count)
{
    zkb_table *table = &m->run.writer->tables[t];
    const zkb_chip *chip = table->shape.chip;
    zkb_column_data *columns = columns_of(m, t);
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        const uint8_t *cells = columns[c].cells;
        columns[c].cells = cells + first * zkb_cell_bytes(chip->committed[c].bits);
        columns[c].length = count;
    }
    table->shape.active = count;
    if (!chip->fixed_height && table->preprocessed == NULL) {
        const unsigned height = zkb_log2_ceil(count);
        table->shape.log_height =
            height < chip->minimum_log_height ? chip->minimum_log_height : height;
    }
}

/* Rows from `first` on go to a table of their own. */
static void split(malicious *m, uint32_t t, uint64_t first)
{
    const uint64_t all = m->run.writer->tables[t].shape.active;
    list_again(m, t);
    keep_rows(m, t, 0, first);
    keep_rows(m, t + 1, first, all - first);
}

/* Every row of an instruction in a table of its own, with tables without rows between them, the
 * higher table now first and now last: an honest run still. */
static void rows_anywhere(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    zkb_chunk_writer *w = m.run.writer;
    const uint32_t tables = w->table_count;
    for (uint32_t t = 0; t < w->table_count; t++) {
        if ((unsigned)w->table_chips[t] < ZKB_INSTRUCTION_CHIP_COUNT) {
            if (w->tables[t].shape.active > 1) {
                split(&m, t, 1);
            } else if (t + 1 < w->table_count && w->table_chips[t + 1] != w->table_chips[t]) {
                split(&m, t, 0);
                t++;
            }
        }
    }
    assert_true(w->table_count > tables + ADDITIONS);
    malicious_consistent(&m);
    malicious_proof(&m);
    malicious_end(&m);
    begin(&m);
    split(&m, index_of(&m, ZKB_CHIP_ADD_K), ADDITIONS - 1);
    malicious_proof(&m);
    malicious_end(&m);
    begin(&m);
    split(&m, index_of(&m, ZKB_CHIP_ADD_K), 1);
    malicious_proof(&m);
    malicious_end(&m);
}

/* A false sum in each of the tables of additions, all others honest. */
static void false_row_of_any_table(void **state)
{
    (void)state;
    for (uint64_t row = 0; row < ADDITIONS; row++) {
        malicious m;
        begin(&m);
        malicious_set(&m, ZKB_CHIP_ADD_K, "carry", row, 2);
        const uint32_t t = index_of(&m, ZKB_CHIP_ADD_K);
        for (uint32_t i = 0; i + 1 < ADDITIONS; i++) {
            split(&m, t + i, 1);
        }
        malicious_refused_by(&m, "carry", "dst + imm = result + 2^64 carry");
        malicious_no_proof(&m);
        malicious_end(&m);
    }
}

/* An addition in two tables, and counted twice; in none, and not counted. */
static void row_of_two_tables(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    uint32_t t = index_of(&m, ZKB_CHIP_ADD_K);
    list_again(&m, t);
    keep_rows(&m, t, 0, 3);
    keep_rows(&m, t + 1, 2, ADDITIONS - 2);
    malicious_no_proof(&m); /* the clock */
    m.run.boundary.clock_end++;
    malicious_refused_by(&m, "state", "memory");
    malicious_no_proof(&m);
    malicious_end(&m);
    begin(&m);
    t = index_of(&m, ZKB_CHIP_ADD_K);
    list_again(&m, t);
    keep_rows(&m, t, 0, 2);
    keep_rows(&m, t + 1, 3, ADDITIONS - 3);
    m.run.boundary.clock_end--;
    malicious_refused_by(&m, "state", "memory");
    malicious_no_proof(&m);
    malicious_end(&m);
}

static const zkb_chip_id wide_tables[] = {ZKB_CHIP_PROGRAM, ZKB_CHIP_RANGE16, ZKB_CHIP_BYTE_AND,
                                          ZKB_CHIP_POWER};
enum { WIDE_TABLES = sizeof wide_tables / sizeof wide_tables[0] };

/* The first multiplicity of table t, its cells copied. */
static uint32_t *own_counts(malicious *m, uint32_t t)
{
    zkb_column_data *column = columns_of(m, t);
    uint32_t *counts = zkb_arena_alloc(&m->run.arena, column->length, sizeof *counts);
    assert_non_null(counts);
    memcpy(counts, column->cells, column->length * sizeof *counts);
    column->cells = counts;
    return counts;
}

/* A row whose tuple is asked for. */
static uint64_t row_in_use(const uint32_t *counts, uint64_t rows)
{
    uint64_t row = 0;
    while (row < rows && counts[row] == 0) {
        row++;
    }
    assert_true(row < rows);
    return row;
}

/* Each lookup table twice, with what is asked for shared out between the two, the second one active
 * up to some odd row: as good as one. Both together may not give more or less. */
static void lookup_tables_twice(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    uint32_t *first[WIDE_TABLES];
    uint32_t *second[WIDE_TABLES];
    uint64_t row[WIDE_TABLES];
    for (unsigned i = 0; i < WIDE_TABLES; i++) {
        const uint32_t t = index_of(&m, wide_tables[i]);
        const uint64_t rows = columns_of(&m, t)->length;
        list_again(&m, t);
        first[i] = own_counts(&m, t);
        second[i] = own_counts(&m, t + 1);
        row[i] = row_in_use(first[i], rows);
        memset(second[i], 0, rows * sizeof *second[i]);
        second[i][row[i]] = first[i][row[i]];
        first[i][row[i]] = 0;
        keep_rows(&m, t + 1, 0, row[i] + 1);
    }
    malicious_proof(&m);
    for (unsigned i = 0; i < WIDE_TABLES; i++) {
        second[i][row[i]]++;
        malicious_no_proof(&m);
        first[i][row[i]]--; /* 2^32 - 1, and 2^32 in all */
        malicious_no_proof(&m);
        first[i][row[i]]++;
        second[i][row[i]]--;
    }
    malicious_proof(&m);
    malicious_end(&m);
}

/* Multiplicities are elements of the field: one table may give what the other takes back, whether
 * somebody asks for it or not, and nothing comes of it. */
static void absurd_multiplicities(void **state)
{
    enum { ROWS = 64, WIDE_CELL = 254 };
    (void)state;
    malicious m;
    begin(&m);
    const uint32_t t = index_of(&m, ZKB_CHIP_POWER);
    malicious_set_signed(&m, ZKB_CHIP_POWER, "multiplicity", 0, 0); /* widened */
    list_again(&m, t);
    zkb_column_data *column[2] = {columns_of(&m, t), columns_of(&m, t + 1)};
    zkb_fr *cells = zkb_arena_alloc(&m.run.arena, 2 * ROWS, sizeof *cells);
    assert_non_null(cells);
    for (uint64_t row = 0; row < ROWS; row++) {
        zkb_fr count = ZKB_FR_ZERO;
        zkb_fr *give = &cells[row];
        zkb_fr *more = &cells[ROWS + row];
        if (row < column[0]->length) {
            zkb_column_cell(&count, column[0], WIDE_CELL, row);
        }
        malicious_fraction(give, 3 + (int64_t)row, 70);
        zkb_fr_sub(more, &count, give);
    }
    *column[0] = (zkb_column_data){cells, ROWS};
    *column[1] = (zkb_column_data){cells + ROWS, ROWS};
    malicious_proof(&m);
    for (uint64_t row = 0; row < ROWS; row += ROWS - 1) {
        zkb_fr_add(&cells[row], &cells[row], &zkb_fr_one);
        malicious_no_proof(&m);
        zkb_fr_sub(&cells[row], &cells[row], &zkb_fr_one);
    }
    malicious_end(&m);
}

/* A limb of 2^16 and more, with the sum right, and a second table of ranges, whose rows would go on
 * where the first one ends. */
static void no_table_goes_on_from_another(void **state)
{
    enum { LAST = ADDITIONS - 1, LIMB = 1 << 16 };
    (void)state;
    malicious m;
    begin(&m);
    const uint64_t low = malicious_get(&m, ZKB_CHIP_ADD_K, "result 0", LAST);
    const uint64_t next = malicious_get(&m, ZKB_CHIP_ADD_K, "result 1", LAST);
    assert_true(next > 0);
    malicious_set(&m, ZKB_CHIP_ADD_K, "result 0", LAST, low + LIMB);
    malicious_set(&m, ZKB_CHIP_ADD_K, "result 1", LAST, next - 1);
    malicious_refused_by(&m, "range16", NULL);
    const uint32_t t = index_of(&m, ZKB_CHIP_RANGE16);
    list_again(&m, t);
    uint32_t *counts = own_counts(&m, t + 1);
    memset(counts, 0, LIMB * sizeof *counts);
    counts[low]++;
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The row of a compact table with these cells. */
static uint64_t find_row(malicious *m, zkb_chip_id chip, const char *const names[],
                         const uint64_t cells[], unsigned count)
{
    const uint64_t rows = machine_run_table(&m->run, chip)->shape.active;
    for (uint64_t row = 0; row < rows; row++) {
        unsigned same = 0;
        while (same < count && malicious_get(m, chip, names[same], row) == cells[same]) {
            same++;
        }
        if (same == count) {
            return row;
        }
    }
    fail_msg("the table has no such row");
    return 0;
}

static void add_to(malicious *m, zkb_chip_id chip, uint64_t row, int change)
{
    const uint64_t count = malicious_get(m, chip, "multiplicity", row);
    malicious_set(m, chip, "multiplicity", row, count + (uint64_t)(int64_t)change);
}

/* A compact table of ranges lists 2^16, as a low byte of 2^16 or a high one of 2^8, for a sum that
 * keeps its carry: 2^64 - 3 + 5. */
static void compact_range_too_large(void **state)
{
    (void)state;
    static const zkb_instruction sum[] = {LDDW(1, -3, -1), ALU64_K(0x00, 1, 5), MOV_X(2, 1),
                                          MOV_K(1, 0),     MOV_K(2, 0),         EXIT()};
    static const char *const bytes[] = {"low byte", "high byte"};
    static const uint64_t zeros[] = {0, 0};
    static const zkb_chip_id chip = ZKB_CHIP_RANGE16;
    zkb_fr large, two;
    malicious m;
    malicious_begin_compact(&m, sum, SLOTS(sum));
    malicious_proof(&m);
    malicious_set(&m, ZKB_CHIP_ADD_K, "carry", 0, 0);
    malicious_set(&m, ZKB_CHIP_ADD_K, "result 3", 0, 65536);
    zkb_fr_from_u64(&large, UINT64_C(1) << 63);
    zkb_fr_add(&large, &large, &large);
    zkb_fr_from_u64(&two, 2);
    zkb_fr_add(&large, &large, &two);
    malicious_set_fr(&m, ZKB_CHIP_MOVE, "src value", 0, &large);
    malicious_set_fr(&m, ZKB_CHIP_CONSTANT, "dst before", 1, &large);
    malicious_set_fr(&m, ZKB_CHIP_CONSTANT, "dst before", 2, &large);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    add_to(&m, chip, find_row(&m, chip, bytes, zeros, 2), -1);
    const uint64_t row = machine_run_table(&m.run, chip)->shape.active;
    malicious_add_row(&m, chip);
    malicious_set(&m, chip, "multiplicity", row, 1);
    malicious_set(&m, chip, "low byte", row, 65536);
    malicious_set(&m, chip, "high byte", row, 0);
    add_to(&m, ZKB_CHIP_BYTE, 0, 1);
    malicious_refused_by(&m, "byte", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, chip, "low byte", row, 0);
    malicious_set(&m, chip, "high byte", row, 256);
    malicious_refused_by(&m, "byte", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A compact table of bytes says that 12 AND 10 is 9, or that 0x80 AND 0x80 is 0x90. */
static void compact_bytes_and_to_others(void **state)
{
    (void)state;
    static const zkb_instruction nibbles[] = {MOV_K(1, 0x8c), MOV_K(2, 0x8a), ALU64_X(0x50, 1, 2),
                                              EXIT()};
    static const char *const names[] = {"a: low nibble",  "b: low nibble",  "a AND b: low nibble",
                                        "a: high nibble", "b: high nibble", "a AND b: high nibble"};
    static const uint64_t cells[] = {0xc, 0xa, 8, 8, 8, 8};
    static const uint64_t lies[] = {0x89, 0x98};
    static const zkb_chip_id chip = ZKB_CHIP_BYTE_AND;
    malicious m;
    malicious_begin_compact(&m, nibbles, SLOTS(nibbles));
    const uint64_t row = find_row(&m, chip, names, cells, 6);
    for (unsigned i = 0; i < 2; i++) {
        malicious_set(&m, ZKB_CHIP_BITWISE_X, "and byte 0", 0, lies[i]);
        malicious_set(&m, ZKB_CHIP_BITWISE_X, "result", 0, lies[i]);
        m.run.boundary.after.r[1] = lies[i];
        malicious_set(&m, chip, names[2], row, lies[i] & 15);
        malicious_set(&m, chip, names[5], row, lies[i] >> 4);
        malicious_refused_by(&m, "nibble_and", NULL);
        malicious_no_proof(&m);
    }
    malicious_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_anywhere),           cmocka_unit_test(false_row_of_any_table),
        cmocka_unit_test(row_of_two_tables),       cmocka_unit_test(lookup_tables_twice),
        cmocka_unit_test(absurd_multiplicities),   cmocka_unit_test(no_table_goes_on_from_another),
        cmocka_unit_test(compact_range_too_large), cmocka_unit_test(compact_bytes_and_to_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
