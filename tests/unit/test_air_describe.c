/* The dump of chips against the golden text. ZKBPF_UPDATE_GOLDEN=1 writes it anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chips/describe.h"
#include "machines/machine.h"

#define GOLDEN ZKB_TEST_DATA "/golden/air_chips.md"
#define SIZE 65536

static char *dump(void)
{
    char *text = calloc(1, SIZE);
    size_t length = 0;
    machine m;
    assert_non_null(text);
    for (unsigned which = 0; which < 2; which++) {
        if (which == 0) {
            machine_fibonacci(&m, 16, 4);
        } else {
            machine_registers(&m, 16, 4);
        }
        for (unsigned i = 0; i < m.count; i++) {
            length += (size_t)snprintf(text + length, SIZE - length, "%s", length == 0 ? "" : "\n");
            length += zkb_chip_describe(text + length, SIZE - length, m.chips[i]);
            assert_true(length < SIZE);
        }
        machine_destroy(&m);
    }
    return text;
}

static void chips_read_as_before(void **state)
{
    (void)state;
    char *text = dump();
    if (getenv("ZKBPF_UPDATE_GOLDEN") != NULL) {
        FILE *f = fopen(GOLDEN, "w");
        assert_non_null(f);
        assert_true(fputs(text, f) >= 0);
        assert_int_equal(fclose(f), 0);
    }
    char *golden = calloc(1, SIZE);
    FILE *f = fopen(GOLDEN, "r");
    assert_non_null(golden);
    assert_non_null(f);
    assert_true(fread(golden, 1, SIZE - 1, f) > 0);
    assert_int_equal(fclose(f), 0);
    assert_string_equal(text, golden);
    free(text);
    free(golden);
}

static void a_short_buffer_is_cut(void **state)
{
    (void)state;
    machine m;
    machine_poseidon2(&m, 1);
    const size_t length = zkb_chip_describe(NULL, 0, m.chips[0]);
    char *all = calloc(1, length + 1);
    char part[100];
    assert_non_null(all);
    assert_int_equal(zkb_chip_describe(all, length + 1, m.chips[0]), length);
    assert_int_equal(strlen(all), length);
    assert_int_equal(zkb_chip_describe(part, sizeof part, m.chips[0]), length);
    assert_int_equal(strlen(part), sizeof part - 1);
    assert_memory_equal(part, all, sizeof part - 1);
    free(all);
    machine_destroy(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chips_read_as_before),
        cmocka_unit_test(a_short_buffer_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
