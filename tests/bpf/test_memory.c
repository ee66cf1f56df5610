/* Loads and stores of every width at every alignment, across words, segments and permissions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

enum { MOST = 2000, W = 0x00, H = 0x08, B = 0x10, DW = 0x18 };
static const uint8_t sizes[] = {W, H, B, DW};

typedef struct assembly {
    zkb_instruction code[MOST];
    uint32_t count;
} assembly;

static void put(assembly *a, zkb_instruction one)
{
    assert_true(a->count < MOST);
    a->code[a->count++] = one;
}

static void put_constant(assembly *a, uint8_t dst, uint64_t value)
{
    put(a, (zkb_instruction){0x18, dst, 0, 0, (int32_t)(uint32_t)value});
    put(a, (zkb_instruction){0, 0, 0, 0, (int32_t)(uint32_t)(value >> 32)});
}

static void finish(assembly *a, bool probe)
{
    static uint8_t input[70000];
    machine_run run;
    zkb_error error;
    for (size_t i = 0; i < sizeof input; i++) {
        input[i] = (uint8_t)(i * 151 + 129);
    }
    put(a, (zkb_instruction)EXIT());
    machine_run_create_data(&run, a->code, a->count, NULL, input, sizeof input, input, 500, input,
                            300);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    if (machine_run_check(&run, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    if (probe) {
        /* The content of a read-only segment is the statement's commitment, not the table's. */
        static const char *const free_cells[] = {"content"};
        machine_run_probe(&run, free_cells, 1);
    }
    machine_run_destroy(&run);
    a->count = 0;
}

static void loads(void **state)
{
    (void)state;
    static assembly a;
    for (int16_t offset = 0; offset < 9; offset++) {
        for (unsigned n = 0; n < 4; n++) {
            put(&a, (zkb_instruction)LOAD(sizes[n], 2, 1, offset));
            if (sizes[n] != DW) {
                put(&a, (zkb_instruction)LOAD_SIGNED(sizes[n], 2, 1, offset));
            }
        }
    }
    /* From the stack, unwritten; with dst = base; across two segments of one region. */
    put(&a, (zkb_instruction)LOAD(DW, 3, 10, -8));
    put(&a, (zkb_instruction)LOAD(W, 3, 10, -3 - 4));
    put(&a, (zkb_instruction)MOV_X(4, 1));
    put(&a, (zkb_instruction)LOAD(W, 4, 4, 4));
    put(&a, (zkb_instruction)MOV_X(4, 1));
    put(&a, (zkb_instruction)LOAD_SIGNED(H, 4, 4, 3));
    put(&a, (zkb_instruction)ALU64_K(0x00, 1, 65532));
    put(&a, (zkb_instruction)LOAD(DW, 5, 1, 0));
    put(&a, (zkb_instruction)LOAD(DW, 5, 1, 4));
    put(&a, (zkb_instruction)LOAD(B, 5, 1, 3));
    /* Across the border of read-only and writable data. */
    put_constant(&a, 6, ZKB_REGION_PROGRAM + ZKB_SEGMENT_BYTES - 4);
    put(&a, (zkb_instruction)LOAD(DW, 7, 6, 0));
    put(&a, (zkb_instruction)LOAD(DW, 7, 6, 4));
    put(&a, (zkb_instruction)LOAD(DW, 7, 6, -4));
    finish(&a, true);
}

static void stores(void **state)
{
    (void)state;
    static assembly a;
    put_constant(&a, 2, 0x8182838485868788);
    put_constant(&a, 3, 0xf1e2d3c4b5a69788);
    for (int16_t offset = -24; offset < -14; offset++) {
        for (unsigned n = 0; n < 4; n++) {
            put(&a, (zkb_instruction)STORE_X(sizes[n], 10, offset, 2));
            put(&a, (zkb_instruction)STORE_K(sizes[n], 10, offset, -7));
            put(&a, (zkb_instruction)STORE_X(sizes[n], 10, offset, 3));
        }
    }
    put(&a, (zkb_instruction)STORE_X(DW, 10, -8, 10)); /* src = base */
    put(&a, (zkb_instruction)STORE_X(B, 10, -8, 10));
    put(&a, (zkb_instruction)STORE_X(H, 10, -9, 10));
    finish(&a, true);
}

/* A cell that is read again after more than 2^16 time slots is refreshed. */
static void old_cells_are_refreshed(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        STORE_K(DW, 10, -8, 5), MOV_K(1, 9000),      ALU64_K(0x00, 1, -1),
        JMP_K(0x50, 1, 0, -2),  LOAD(DW, 0, 10, -8), EXIT(),
    };
    machine_run run;
    zkb_error error;
    machine_run_create_rows(&run, code, SLOTS(code), 14);
    assert_int_equal(run.result.r0, 5);
    assert_true(run.writer->rows[ZKB_CHIP_REFRESH].count >= 2);
    if (machine_run_check(&run, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    machine_run_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads),
        cmocka_unit_test(stores),
        cmocka_unit_test(old_cells_are_refreshed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
