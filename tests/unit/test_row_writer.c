/* The row writer: as many columns as the chip has, and what holds a filling to its declaration
 * (compiled with assertions whatever the build). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "air/evaluate.h"
#include "machine/block.h"

enum { COLUMNS = 131, ROWS = 3 };

static const uint16_t bits_of[] = {8, 16, 32, 64, 1};

static unsigned bits_at(uint32_t column)
{
    return bits_of[column % (sizeof bits_of / sizeof bits_of[0])];
}

typedef struct fixture {
    zkb_chip *chip;
    void *columns[COLUMNS];
    uint8_t guard[COLUMNS][ROWS * 8];
} fixture;

static int make(void **state)
{
    static fixture f;
    zkb_error error;
    zkb_chip_builder *b = zkb_chip_builder_create("wide");
    assert_non_null(b);
    zkb_expr sum = zkb_const(b, 0);
    for (uint32_t c = 0; c < COLUMNS; c++) {
        sum = zkb_add(b, sum, zkb_column(b, zkb_name(b, "column %u", c), bits_at(c)));
        f.columns[c] = f.guard[c];
    }
    zkb_assert_zero(b, "sum", sum);
    assert_int_equal(zkb_chip_build(&f.chip, b, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    *state = &f;
    return 0;
}

static int end(void **state)
{
    fixture *f = *state;
    zkb_chip_destroy(f->chip);
    return 0;
}

static void put(zkb_row_writer *row, unsigned bits, uint64_t value)
{
    switch (bits) {
    case 64:
        zkb_put64(row, value);
        break;
    case 32:
        zkb_put32(row, value);
        break;
    case 16:
        zkb_put16(row, value);
        break;
    default:
        zkb_put8(row, value);
    }
}

/* A row of `count` cells, one of them of other bits than its column's. */
static void fill(fixture *f, uint64_t index, uint32_t count, uint32_t wrong, unsigned bits)
{
    zkb_row_writer row = {.chip = f->chip, .columns = f->columns, .index = index};
    for (uint32_t c = 0; c < count; c++) {
        put(&row, c == wrong ? bits : bits_at(c), index * COLUMNS + c);
    }
    zkb_row_end(&row);
}

static void every_column_has_its_cell(void **state)
{
    fixture *f = *state;
    for (uint64_t i = 0; i < ROWS; i++) {
        fill(f, i, COLUMNS, COLUMNS, 0);
    }
    for (uint64_t i = 0; i < ROWS; i++) {
        for (uint32_t c = 0; c < COLUMNS; c++) {
            const zkb_column_data data = {f->columns[c], ROWS};
            const unsigned bits = bits_at(c) == 1 ? 8 : bits_at(c);
            zkb_fr cell;
            zkb_fr expected;
            zkb_column_cell(&cell, &data, bits, i);
            zkb_fr_from_u64(&expected, bits == 8 ? (uint8_t)(i * COLUMNS + c) : i * COLUMNS + c);
            assert_true(zkb_fr_equal(&cell, &expected));
        }
    }
}

/* Whether filling so ends the process. */
static void refused(fixture *f, uint32_t count, uint32_t wrong, unsigned bits)
{
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)fclose(stderr);
        fill(f, 0, count, wrong, bits);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status)) {
        fail_msg("%u cells, column %u with %u bits: nothing objects", count, wrong, bits);
    }
}

static void other_fillings_are_refused(void **state)
{
    fixture *f = *state;
    refused(f, COLUMNS - 1, COLUMNS, 0);
    refused(f, COLUMNS + 1, COLUMNS, 0);
    refused(f, 0, COLUMNS, 0);
    for (uint32_t c = 0; c < 5; c++) {
        for (unsigned other = 8; other <= 64; other *= 2) {
            if (other != bits_at(c) && !(other == 8 && bits_at(c) == 1)) {
                refused(f, COLUMNS, c, other);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_column_has_its_cell, make, end),
        cmocka_unit_test_setup_teardown(other_fillings_are_refused, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
