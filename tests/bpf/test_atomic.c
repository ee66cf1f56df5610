/* Atomic operations of every kind and width, with every register being every other, at both halves
 * of a word: the interpreter's results are accepted and every cell is bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

enum { MOST = 4000, W = 0x00, DW = 0x18 };
static const int32_t kinds[] = {0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

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
    machine_run run;
    zkb_error error;
    put(a, (zkb_instruction)EXIT());
    machine_run_create(&run, a->code, a->count, NULL, NULL, 0);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    if (machine_run_check(&run, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    if (probe) {
        machine_run_probe(&run, NULL, 0);
    }
    machine_run_destroy(&run);
    a->count = 0;
}

/* word[r10 - 8] = content; r0 = comparand; then the operation with src, which holds value. */
static void put_case(assembly *a, uint8_t size, int32_t kind, int16_t offset, uint64_t content,
                     uint64_t value, uint64_t comparand)
{
    put_constant(a, 3, content);
    put(a, (zkb_instruction)STORE_X(DW, 10, -8, 3));
    put_constant(a, 0, comparand);
    put_constant(a, 2, value);
    put(a, (zkb_instruction)ATOMIC(size, 10, offset, 2, kind));
}

static void put_width(assembly *a, uint8_t size, int16_t offset)
{
    static const uint64_t values[] = {
        0, 1, 0x80000000, 0xffffffff, 0xffffffff00000000, 0xffffffffffffffff, 0x8182838485868788};
    for (unsigned k = 0; k < KINDS; k++) {
        for (unsigned x = 0; x < 7; x++) {
            const uint64_t y = values[(3 * x + k) % 7];
            put_case(a, size, kinds[k], offset, values[x], y, values[(x + 1) % 7]);
            if (kinds[k] == 0xf1) { /* equal; equal in the half that counts alone; nearly */
                put_case(a, size, kinds[k], offset, values[x], y, values[x]);
                put_case(a, size, kinds[k], offset, values[x], y,
                         offset == -4 ? values[x] >> 32 : values[x] ^ 0x500000000);
                put_case(a, size, kinds[k], offset, values[x], y, values[x] + 1);
            }
        }
    }
}

static void values_of_64_bits(void **state)
{
    (void)state;
    static assembly a;
    put_width(&a, DW, -8);
    finish(&a, true);
}

static void values_of_32_bits(void **state)
{
    (void)state;
    static assembly a;
    put_width(&a, W, -8);
    finish(&a, true);
    put_width(&a, W, -4);
    finish(&a, true);
}

/* src = base, src = r0, base = r0, all one. */
static void registers_that_are_one(void **state)
{
    (void)state;
    static assembly a;
    static const uint8_t pairs[][2] = {{1, 1}, {1, 0}, {0, 1}, {0, 0}, {10, 10}};
    for (unsigned k = 0; k < KINDS; k++) {
        for (unsigned p = 0; p < 5; p++) {
            for (unsigned narrow = 0; narrow < 2; narrow++) {
                const uint8_t base = pairs[p][0];
                const uint8_t src = pairs[p][1];
                const bool writes = (kinds[k] & 1) != 0 && kinds[k] != 0xf1;
                if (src == 10 && writes) {
                    continue; /* r10 cannot be written */
                }
                put(&a, (zkb_instruction)STORE_X(DW, 10, -16, 10));
                put_constant(&a, 0, 0x1234567890abcdef);
                put_constant(&a, 1, 0xfedcba9876543210);
                if (base != 10) {
                    put(&a, (zkb_instruction)MOV_X(base, 10));
                }
                put(&a, (zkb_instruction)ATOMIC(narrow ? W : DW, base, -16, src, kinds[k]));
                /* Once more where the comparand is the content. */
                put(&a, (zkb_instruction)LOAD(DW, 0, 10, -16));
                if (base == 1) {
                    put(&a, (zkb_instruction)MOV_X(1, 10));
                } else if (base == 0) {
                    continue;
                }
                put(&a, (zkb_instruction)ATOMIC(narrow ? W : DW, base, -16, src, kinds[k]));
            }
        }
    }
    finish(&a, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_64_bits),
        cmocka_unit_test(values_of_32_bits),
        cmocka_unit_test(registers_that_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
