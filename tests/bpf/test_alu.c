/* Every ALU operation, both widths and both sources, over pairs of edge values and src = dst: the
 * interpreter's results are accepted and every cell is bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

static const uint64_t values[] = {0,
                                  1,
                                  2,
                                  31,
                                  63,
                                  0x7fffffff,
                                  0x80000000,
                                  0xffffffff,
                                  0x100000000,
                                  0x7fffffffffffffff,
                                  0x8000000000000000,
                                  0xffffffffffffffff,
                                  0xfedcba9876543210};
enum { VALUES = sizeof values / sizeof values[0], MOST = 4000 };

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

/* opcode without source and class bits, offset field. */
typedef struct operation {
    uint8_t op;
    int16_t offset;
} operation;

static void put_operation(assembly *a, operation o, uint8_t class, uint64_t x, uint64_t y)
{
    put_constant(a, 1, x);
    put_constant(a, 2, y);
    put(a, (zkb_instruction){(uint8_t)(o.op | 0x08 | class), 1, 2, o.offset, 0});
    put_constant(a, 1, x);
    put(a, (zkb_instruction){(uint8_t)(o.op | 0x08 | class), 1, 1, o.offset, 0});
    if (o.op == 0xb0 && o.offset != 0) {
        return; /* MOVSX has no immediate form */
    }
    put_constant(a, 1, x);
    /* Shifts by an immediate are below the width. */
    const bool shift = o.op == 0x60 || o.op == 0x70 || o.op == 0xc0;
    const int32_t imm = (int32_t)(uint32_t)(shift ? y & (class == 0x07 ? 63 : 31) : y);
    put(a, (zkb_instruction){(uint8_t)(o.op | class), 1, 0, o.offset, imm});
}

static void finish(assembly *a, bool probe)
{
    machine_run run;
    zkb_error error;
    put(a, (zkb_instruction)EXIT());
    machine_run_create(&run, a->code, a->count, NULL, NULL, 0);
    if (machine_run_check(&run, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    if (probe) {
        machine_run_probe(&run, NULL, 0);
    }
    machine_run_destroy(&run);
    a->count = 0;
}

static void run_operations(const operation *operations, size_t count)
{
    static assembly a;
    for (size_t n = 0; n < count; n++) {
        for (uint8_t class = 0x04; class <= 0x07; class += 3) {
            for (unsigned i = 0; i < VALUES; i++) {
                for (unsigned j = 0; j < VALUES; j++) {
                    put_operation(&a, operations[n], class, values[i], values[j]);
                }
            }
            finish(&a, false);
            for (unsigned i = 0; i < VALUES; i++) {
                const uint64_t y = values[(i * 5 + 3) % VALUES];
                put_operation(&a, operations[n], class, values[i], y);
            }
            finish(&a, true);
        }
    }
}

static void linear(void **state)
{
    (void)state;
    static const operation o[] = {{0x00, 0}, {0x10, 0}, {0xb0, 0}};
    run_operations(o, 3);
}

static void bitwise(void **state)
{
    (void)state;
    static const operation o[] = {{0x40, 0}, {0x50, 0}, {0xa0, 0}};
    run_operations(o, 3);
}

static void shifts(void **state)
{
    (void)state;
    static const operation o[] = {{0x60, 0}, {0x70, 0}, {0xc0, 0}};
    run_operations(o, 3);
}

static void multiplication_and_division(void **state)
{
    (void)state;
    static const operation o[] = {{0x20, 0}, {0x30, 0}, {0x90, 0}, {0x30, 1}, {0x90, 1}};
    run_operations(o, 5);
}

static void sign_extension(void **state)
{
    (void)state;
    static const operation o[] = {{0xb0, 8}, {0xb0, 16}};
    run_operations(o, 2);
}

/* Opcodes without an operand: NEG, and END with its width in imm. */
static void unary(void **state)
{
    (void)state;
    static const zkb_instruction o[] = {
        {0x87, 1, 0, 0, 0},  {0x84, 1, 0, 0, 0},  {0xd4, 1, 0, 0, 16},
        {0xd4, 1, 0, 0, 32}, {0xd4, 1, 0, 0, 64},                      /* to little-endian */
        {0xdc, 1, 0, 0, 16}, {0xdc, 1, 0, 0, 32}, {0xdc, 1, 0, 0, 64}, /* to big-endian */
        {0xd7, 1, 0, 0, 16}, {0xd7, 1, 0, 0, 32}, {0xd7, 1, 0, 0, 64}, /* BSWAP */
        {0xbf, 1, 1, 32, 0},                                           /* MOVSX 32 */
        {0x67, 1, 0, 0, 0},  {0x74, 1, 0, 0, 0},  {0xc7, 1, 0, 0, 0},  /* shifts by 0 */
    };
    static assembly a;
    for (unsigned n = 0; n < sizeof o / sizeof o[0]; n++) {
        for (unsigned i = 0; i < VALUES; i++) {
            put_constant(&a, 1, values[i]);
            put(&a, o[n]);
        }
    }
    finish(&a, true);
}

static void branch_set(void **state)
{
    (void)state;
    static assembly a;
    for (uint8_t class = 0x05; class <= 0x06; class ++) {
        for (unsigned i = 0; i < VALUES; i++) {
            for (unsigned j = 0; j < VALUES; j++) {
                put_constant(&a, 1, values[i]);
                put_constant(&a, 2, values[j]);
                put(&a, (zkb_instruction){(uint8_t)(0x48 | class), 1, 2, 1, 0});
                put(&a, (zkb_instruction)ALU64_K(0x00, 0, 1));
                put(&a, (zkb_instruction){(uint8_t)(0x40 | class), 1, 0, 1,
                                          (int32_t)(uint32_t)values[j]});
                put(&a, (zkb_instruction)ALU64_K(0x00, 0, 1));
            }
        }
        finish(&a, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear),         cmocka_unit_test(bitwise),
        cmocka_unit_test(shifts),         cmocka_unit_test(multiplication_and_division),
        cmocka_unit_test(sign_extension), cmocka_unit_test(unary),
        cmocka_unit_test(branch_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
