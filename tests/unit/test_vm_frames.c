/* vm: which code reaches below its frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/check.h"
#include "vm/frames.h"
#include "vm/loader.h"
#include "vm_compare.h"

#define EXIT {.opcode = 0x95}
#define MOV(d, s) {.opcode = 0xbf, .dst = (d), .src = (s)}
#define MOV_K(d, k) {.opcode = 0xb7, .dst = (d), .imm = (k)}
#define MOV32_K(d, k) {.opcode = 0xb4, .dst = (d), .imm = (k)}
#define ADD(d, s) {.opcode = 0x0f, .dst = (d), .src = (s)}
#define ADD_K(d, k) {.opcode = 0x07, .dst = (d), .imm = (k)}
#define SUB(d, s) {.opcode = 0x1f, .dst = (d), .src = (s)}
#define SUB_K(d, k) {.opcode = 0x17, .dst = (d), .imm = (k)}
#define LOAD(d, s, o) {.opcode = 0x79, .dst = (d), .src = (s), .offset = (o)}
#define STORE(d, o, s) {.opcode = 0x7b, .dst = (d), .src = (s), .offset = (o)}
#define STORE_K(d, o) {.opcode = 0x7a, .dst = (d), .offset = (o)}
#define FETCH_ADD(d, o, s) {.opcode = 0xdb, .dst = (d), .src = (s), .offset = (o), .imm = 1}
#define CMPXCHG(d, o, s) {.opcode = 0xdb, .dst = (d), .src = (s), .offset = (o), .imm = 0xf1}
#define JEQ(d, k, o) {.opcode = 0x15, .dst = (d), .imm = (k), .offset = (o)}
#define JA(o) {.opcode = 0x05, .offset = (o)}
#define CALL(o) {.opcode = 0x85, .src = 1, .imm = (o)}
#define LDDW(d, low, high)                                                                         \
    {.opcode = 0x18, .dst = (d), .imm = (low)}, { .imm = (high) }

enum { NONE = -1 };

static void reach_below_the_frame_is_found(void **state)
{
    (void)state;
    static const struct {
        zkb_instruction code[9];
        uint32_t slots;
        int64_t slot; /* that is refused, or NONE */
        const char *message;
    } cases[] = {
        /* Accesses at r10, each kind, at the edge and beyond it. */
        {{LOAD(0, 10, -64), STORE(10, -64, 0), STORE_K(10, -64), EXIT}, 4, NONE, ""},
        {{LOAD(0, 10, -65), EXIT}, 2, 0, "function at slot 0 needs 65 bytes"},
        {{STORE(10, -72, 0), EXIT}, 2, 0, "give --frame-bytes 72,"},
        {{STORE_K(10, -65), EXIT}, 2, 0, "give --frame-bytes 72,"},
        {{FETCH_ADD(10, -72, 1), EXIT}, 2, 0, "needs 72"},
        {{CMPXCHG(10, -72, 1), EXIT}, 2, 0, "needs 72"},
        /* Addresses: the sum that leaves the frame, in each way that compilers write it. */
        {{MOV(1, 10), ADD_K(1, -64), LOAD(0, 1, 0), EXIT}, 4, NONE, ""},
        {{MOV(1, 10), ADD_K(1, -65), EXIT}, 3, 1, "needs 65"},
        {{MOV(1, 10), SUB_K(1, 65), EXIT}, 3, 1, "needs 65"},
        {{MOV_K(1, -65), ADD(1, 10), EXIT}, 3, 1, "needs 65"},
        {{MOV(1, 10), MOV_K(2, -65), ADD(1, 2), EXIT}, 4, 2, "needs 65"},
        {{MOV(1, 10), MOV_K(2, 65), SUB(1, 2), EXIT}, 4, 2, "needs 65"},
        {{LDDW(1, -65, -1), ADD(1, 10), EXIT}, 4, 2, "needs 65"},
        {{MOV_K(1, -60), ADD_K(1, -5), ADD(1, 10), EXIT}, 4, 2, "needs 65"},
        {{MOV(1, 10), ADD_K(1, -60), MOV(2, 1), LOAD(0, 2, -5), EXIT}, 5, 3, "needs 65"},
        {{MOV(1, 10), ADD_K(1, -60), STORE(1, -5, 0), EXIT}, 4, 2, "needs 65"},
        /* Not known, or not below: nothing to refuse. */
        {{MOV(3, 10), ADD(3, 1), LOAD(0, 3, -65), EXIT}, 4, NONE, ""},
        {{LOAD(3, 1, 0), LOAD(0, 3, -65), EXIT}, 3, NONE, ""},
        {{MOV(3, 10), SUB(3, 10), LOAD(0, 3, -65), EXIT}, 4, NONE, ""},
        {{MOV_K(3, -65), SUB(3, 10), LOAD(0, 3, 0), EXIT}, 4, NONE, ""},
        {{MOV(3, 10), ADD(3, 10), ADD_K(3, -65), EXIT}, 4, NONE, ""},
        {{MOV32_K(3, -65), ADD(3, 10), EXIT}, 3, NONE, ""},
        {{LOAD(0, 10, 8), EXIT}, 2, NONE, ""},
        {{MOV(1, 10), LOAD(1, 10, -8), LOAD(0, 1, -65), EXIT}, 4, NONE, ""},
        {{MOV(1, 10), FETCH_ADD(10, -8, 1), LOAD(0, 1, -65), EXIT}, 4, NONE, ""},
        {{MOV(0, 10), CMPXCHG(10, -8, 1), LOAD(0, 0, -65), EXIT}, 4, NONE, ""},
        /* A call keeps r6 to r9 and loses r0 to r5. */
        {{MOV(6, 10), MOV(5, 10), CALL(2), LOAD(0, 5, -65), EXIT, EXIT}, 6, NONE, ""},
        {{MOV(6, 10), CALL(2), LOAD(0, 6, -65), EXIT, EXIT}, 5, 2, "needs 65"},
        {{MOV(6, 10), {.opcode = 0x85, .imm = 7}, LOAD(0, 6, -65), EXIT}, 4, 2, "needs 65"},
        {{MOV(5, 10), {.opcode = 0x85, .imm = 7}, LOAD(0, 5, -65), EXIT}, 4, NONE, ""},
        {{MOV(5, 10), {.opcode = 0x8d, .dst = 1}, LOAD(0, 5, -65), EXIT}, 4, NONE, ""},
        /* A function knows nothing of its caller's registers. */
        {{MOV(6, 10), CALL(1), EXIT, LOAD(0, 6, -65), EXIT}, 5, NONE, ""},
        {{CALL(1), EXIT, LOAD(0, 10, -72), EXIT}, 4, 2, "function at slot 2 needs 72"},
        /* Along jumps: kept where all paths agree, lost where they do not, in loops too. */
        {{MOV(2, 10), JEQ(1, 0, 1), JA(0), LOAD(0, 2, -65), EXIT}, 5, 3, "needs 65"},
        {{MOV(2, 10), JEQ(1, 0, 1), MOV(2, 1), LOAD(0, 2, -65), EXIT}, 5, NONE, ""},
        {{MOV(2, 10), JEQ(1, 0, 1), ADD_K(2, -8), LOAD(0, 2, -60), EXIT}, 5, NONE, ""},
        {{MOV(2, 10), ADD_K(2, -1), JEQ(1, 0, -2), EXIT}, 4, NONE, ""},
        {{MOV(2, 10), LOAD(0, 2, -65), ADD_K(2, -8), JEQ(1, 0, -3), EXIT}, 5, NONE, ""},
        {{JEQ(1, 0, 2), MOV(2, 10), JA(2), MOV(2, 10), JA(0), LOAD(0, 2, -65), EXIT},
         7,
         5,
         "needs 65"},
        {{MOV(2, 10), JA(2), LOAD(0, 2, -65), EXIT, JA(-3)}, 5, 2, "needs 65"},
        /* Code that nothing leads to is taken as it stands. */
        {{JA(2), LOAD(0, 10, -65), EXIT, EXIT}, 4, 1, "needs 65"},
        {{MOV(2, 10), EXIT, LOAD(0, 2, -65), EXIT}, 4, NONE, ""},
        {{JA(3), MOV(2, 10), LOAD(0, 2, -65), JA(-2), EXIT}, 5, NONE, ""},
        {{MOV(2, 10), JA(2), JA(0), LOAD(0, 2, -65), EXIT}, 5, NONE, ""},
        /* The one that reaches furthest is named. */
        {{CALL(2), LOAD(0, 10, -72), EXIT, LOAD(0, 10, -80), EXIT}, 5, 3, "slot 3 needs 80"},
        /* Too far for 32 bits: not known. */
        {{MOV(1, 10), ADD_K(1, INT32_MIN), EXIT}, 3, NONE, ""},
        {{MOV(1, 10), ADD_K(1, INT32_MIN + 1), EXIT}, 3, 1, "needs 2147483647"},
        {{LDDW(1, 0, 1), ADD(1, 10), LOAD(0, 1, -65), EXIT}, 5, NONE, ""},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        zkb_program program = vm_program_of(cases[k].code, cases[k].slots);
        zkb_error error = {.index = ZKB_NO_INDEX};
        program.layout.frame_bytes = 64;
        assert_int_equal(zkb_program_check(&program, &error), ZKB_OK);
        const zkb_status status = zkb_program_check_frames(&program, &error);
        const bool refused = cases[k].slot != NONE;
        if (status != (refused ? ZKB_ERROR_LIMIT : ZKB_OK) ||
            (refused && (error.index != (uint64_t)cases[k].slot ||
                         strstr(error.message, cases[k].message) == NULL))) {
            fail_msg("case %zu: status %d, slot %lld, \"%s\"", k, (int)status,
                     (long long)error.index, error.message);
        }
        free(program.function_start);
    }
}

static void the_function_is_named(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {CALL(1), EXIT, LOAD(0, 10, -4104), EXIT};
    zkb_program program = vm_program_of(code, 4);
    zkb_symbol symbols[] = {{.name = "main", .slot = 0, .count = 2},
                            {.name = "callee", .slot = 2, .count = 2}};
    zkb_error error = {0};
    program.symbols = symbols;
    program.symbol_count = 2;
    program.layout.frame_bytes = 4096;
    assert_int_equal(zkb_program_check_frames(&program, &error), ZKB_ERROR_LIMIT);
    assert_string_equal(error.message,
                        "function callee needs 4104 bytes of stack; a frame has 4096, so it would "
                        "write over its caller's: give --frame-bytes 4104, or make large variables "
                        "static");
    program.layout.frame_bytes = 4104;
    assert_int_equal(zkb_program_check_frames(&program, &error), ZKB_OK);
    free(program.function_start);
}

/* Loading refuses such a program, as bare instructions too. */
static void loading_checks_frames(void **state)
{
    (void)state;
    static const uint8_t code[] = {
        0x79, 0xa0, 0xf8, 0xef, 0, 0, 0, 0, /* r0 = *(u64 *)(r10 - 4104) */
        0x95, 0,    0,    0,    0, 0, 0, 0, /* exit */
    };
    const zkb_object_bytes object = {.name = "raw", .bytes = code, .size = sizeof code};
    zkb_load_options options = zkb_load_options_default();
    zkb_program program;
    zkb_error error = {0};
    assert_int_equal(zkb_program_load(&program, &options, &object, 1, &error), ZKB_ERROR_LIMIT);
    assert_non_null(strstr(error.message, "needs 4104 bytes of stack"));
    options.layout.frame_bytes = 4104;
    assert_int_equal(zkb_program_load(&program, &options, &object, 1, &error), ZKB_OK);
    zkb_program_clear(&program);
}

/* A jump from every slot to every other: registers are lost one at a time, as slowly as can be,
 * and the analysis ends all the same. */
static void many_jumps_end(void **state)
{
    (void)state;
    enum { SLOTS = 1 << 16 };
    zkb_instruction *code = calloc(SLOTS, sizeof *code);
    assert_non_null(code);
    for (uint32_t i = 0; i < SLOTS; i++) {
        const int32_t to = (int32_t)(i * 40503u % 32768) - 16384;
        const int64_t target = (int64_t)i + 1 + to;
        code[i] = i % 7 == 0 ? (zkb_instruction)ADD_K((uint8_t)(i % 10), -1)
                             : (zkb_instruction)JEQ(1, 0, (int16_t)to);
        if (i < 10) {
            code[i] = (zkb_instruction)MOV((uint8_t)i, 10);
        } else if (target < 10 || target >= SLOTS) {
            code[i].offset = 0;
        }
    }
    code[SLOTS - 1] = (zkb_instruction)EXIT;
    zkb_program program = vm_program_of(code, SLOTS);
    zkb_error error = {0};
    assert_int_equal(zkb_program_check(&program, &error), ZKB_OK);
    assert_int_equal(zkb_program_check_frames(&program, &error), ZKB_OK);
    free(program.function_start);
    free(code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reach_below_the_frame_is_found),
        cmocka_unit_test(the_function_is_named),
        cmocka_unit_test(loading_checks_frames),
        cmocka_unit_test(many_jumps_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
