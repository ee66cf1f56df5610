/* Chips of branch.c: every comparison, both widths and sources, over edge values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

enum { CONDITIONS = 10, MOST = 2048 };
static const uint8_t conditions[CONDITIONS] = {0x10, 0x20, 0x30, 0x50, 0x60,
                                               0x70, 0xa0, 0xb0, 0xc0, 0xd0};
static const uint64_t values[] = {0,
                                  1,
                                  0x7fffffff,
                                  0x80000000,
                                  0xffffffff,
                                  0x100000000,
                                  0x7fffffffffffffff,
                                  0x8000000000000000,
                                  0xffffffffffffffff,
                                  0xffffffff00000001};
enum { VALUES = sizeof values / sizeof values[0] };

static uint32_t put(zkb_instruction *code, uint32_t at, zkb_instruction one)
{
    code[at] = one;
    return at + 1;
}

static uint32_t put_constant(zkb_instruction *code, uint32_t at, uint8_t dst, uint64_t value)
{
    at = put(code, at, (zkb_instruction){0x18, dst, 0, 0, (int32_t)(uint32_t)value});
    return put(code, at, (zkb_instruction){0, 0, 0, 0, (int32_t)(uint32_t)(value >> 32)});
}

/* All conditions on one pair; a taken branch skips an instruction. */
static uint32_t put_pair(zkb_instruction *code, uint32_t at, uint64_t x, uint64_t y, uint8_t class)
{
    at = put_constant(code, at, 1, x);
    at = put_constant(code, at, 2, y);
    for (unsigned c = 0; c < CONDITIONS; c++) {
        const uint8_t op = conditions[c];
        at = put(code, at, (zkb_instruction){(uint8_t)(op | 0x08 | class), 1, 2, 1, 0});
        at = put(code, at, (zkb_instruction)ALU64_K(0x00, 0, 1));
        at = put(code, at, (zkb_instruction){(uint8_t)(op | class), 1, 0, 1, (int32_t)(uint32_t)y});
        at = put(code, at, (zkb_instruction)ALU64_K(0x00, 0, 1));
        at = put(code, at, (zkb_instruction){(uint8_t)(op | 0x08 | class), 1, 1, 1, 0});
        at = put(code, at, (zkb_instruction)ALU64_K(0x00, 0, 1));
    }
    return at;
}

static void run_pairs(uint8_t class)
{
    static zkb_instruction code[MOST];
    for (unsigned i = 0; i < VALUES; i++) {
        uint32_t at = 0;
        for (unsigned j = 0; j < VALUES; j++) {
            at = put_pair(code, at, values[i], values[j], class);
        }
        at = put(code, at, (zkb_instruction)EXIT());
        assert_true(at <= MOST);
        machine_run run;
        machine_run_create(&run, code, at, NULL, NULL, 0);
        zkb_error error;
        if (machine_run_check(&run, &error) != ZKB_OK) {
            fail_msg("%s", error.message);
        }
        if (i == 2) {
            machine_run_probe(&run, NULL, 0);
        }
        machine_run_destroy(&run);
    }
}

static void all_64_bit_comparisons(void **state)
{
    (void)state;
    run_pairs(0x05);
}

static void all_32_bit_comparisons(void **state)
{
    (void)state;
    run_pairs(0x06);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_64_bit_comparisons),
        cmocka_unit_test(all_32_bit_comparisons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
