/* vm: the check at load, the decoder, the disassembler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/check.h"
#include "vm/dialect.h"
#include "vm_compare.h"

#define EXIT {.opcode = 0x95}

static void bad_programs_are_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        zkb_instruction code[5];
        uint32_t slots;
        uint64_t slot;
        zkb_status status;
        const char *message;
    } cases[] = {
        {{{.opcode = 0xff}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "no instruction"},
        {{{.opcode = 0x00}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "no instruction"},
        {{{.opcode = 0x8c}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "no instruction"}, /* NEG from src */
        {{{.opcode = 0xdf}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "no instruction"}, /* SWAP from src */
        {{{.opcode = 0x99}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "no instruction"}, /* MEMSX DW */
        {{{.opcode = 0x86}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "no instruction"}, /* CALL in JMP32 */
        {{{.opcode = 0x96}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "no instruction"}, /* EXIT in JMP32 */
        {{{.opcode = 0x20}, EXIT}, 2, 0, ZKB_ERROR_UNSUPPORTED, "legacy packet access"},
        {{{.opcode = 0x28}, EXIT}, 2, 0, ZKB_ERROR_UNSUPPORTED, "legacy packet access"},
        {{{.opcode = 0x30}, EXIT}, 2, 0, ZKB_ERROR_UNSUPPORTED, "legacy packet access"},
        {{{.opcode = 0x40}, EXIT}, 2, 0, ZKB_ERROR_UNSUPPORTED, "legacy packet access"},
        {{{.opcode = 0x48}, EXIT}, 2, 0, ZKB_ERROR_UNSUPPORTED, "legacy packet access"},
        {{{.opcode = 0x50}, EXIT}, 2, 0, ZKB_ERROR_UNSUPPORTED, "legacy packet access"},
        {{{.opcode = 0x3f, .offset = 2}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "offset selects no"},
        {{{.opcode = 0xbf, .offset = 7}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "offset selects no"},
        {{{.opcode = 0xbc, .offset = 32}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "offset selects no"},
        {{{.opcode = 0xb7, .offset = 8}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "offset must be 0"},
        {{{.opcode = 0xd4, .imm = 8}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "imm selects no"},
        {{{.opcode = 0xdb, .dst = 10, .imm = 0x10}, EXIT},
         2,
         0,
         ZKB_ERROR_FORMAT,
         "imm selects no"},
        {{{.opcode = 0xdb, .dst = 10, .imm = 0xe0}, EXIT},
         2,
         0,
         ZKB_ERROR_FORMAT,
         "imm selects no"},
        {{{.opcode = 0x18, .src = 1}, {.imm = 0}, EXIT}, 3, 0, ZKB_ERROR_UNSUPPORTED, "map"},
        {{{.opcode = 0x85, .src = 2}, EXIT}, 2, 0, ZKB_ERROR_UNSUPPORTED, "src above 1"},
        {{{.opcode = 0xb7, .dst = 11}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "dst is no register"},
        {{{.opcode = 0xbf, .src = 15}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "src is no register"},
        {{{.opcode = 0xb7, .dst = 12}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "there are r0..r10"},
        {{{.opcode = 0x7b, .dst = 11}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "dst is no register: r11 is"},
        {{{.opcode = 0x79, .src = 11}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "a sixth argument"},
        {{{.opcode = 0xb7, .dst = 10}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "read-only"},
        {{{.opcode = 0x79, .dst = 10, .src = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "read-only"},
        {{{.opcode = 0x18, .dst = 10}, {.imm = 0}, EXIT}, 3, 0, ZKB_ERROR_FORMAT, "read-only"},
        {{{.opcode = 0xdb, .dst = 1, .src = 10, .imm = 0xe1}, EXIT},
         2,
         0,
         ZKB_ERROR_FORMAT,
         "read-only"},
        {{{.opcode = 0x07, .src = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "src must be 0"},
        {{{.opcode = 0x0f, .imm = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "imm must be 0"},
        {{{.opcode = 0x0f, .offset = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "offset must be 0"},
        {{{.opcode = 0x87, .imm = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "imm must be 0"},
        {{{.opcode = 0x87, .src = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "src must be 0"},
        {{{.opcode = 0xdc, .imm = 16, .offset = 1}, EXIT},
         2,
         0,
         ZKB_ERROR_FORMAT,
         "offset must be 0"},
        {{{.opcode = 0x79, .src = 10, .imm = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "imm must be 0"},
        {{{.opcode = 0x7b, .dst = 10, .imm = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "imm must be 0"},
        {{{.opcode = 0x7a, .dst = 10, .src = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "src must be 0"},
        {{{.opcode = 0x15, .src = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "src must be 0"},
        {{{.opcode = 0x1d, .imm = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "imm must be 0"},
        {{{.opcode = 0x05, .dst = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "dst must be 0"},
        {{{.opcode = 0x05, .imm = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "imm must be 0"},
        {{{.opcode = 0x06, .offset = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "offset must be 0"},
        {{{.opcode = 0x85, .dst = 1, .imm = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "dst must be 0"},
        {{{.opcode = 0x85, .offset = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "offset must be 0"},
        {{{.opcode = 0x95, .imm = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "imm must be 0"},
        {{{.opcode = 0x95, .dst = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "dst must be 0"},
        {{{.opcode = 0x8d, .dst = 1, .imm = 2}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "indirect call"},
        {{{.opcode = 0x8d, .imm = 11}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "indirect call"},
        {{{.opcode = 0x8d, .imm = -1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "indirect call"},
        {{{.opcode = 0x8d, .dst = 1, .src = 2}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "src must be 0"},
        {{{.opcode = 0x05, .offset = 1}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "outside the program"},
        {{{.opcode = 0x05, .offset = -2}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "outside the program"},
        {{{.opcode = 0x06, .imm = INT32_MAX}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "outside the program"},
        {{{.opcode = 0x06, .imm = INT32_MIN}, EXIT}, 2, 0, ZKB_ERROR_FORMAT, "outside the program"},
        {{{.opcode = 0x85, .src = 1, .imm = 7}, EXIT},
         2,
         0,
         ZKB_ERROR_FORMAT,
         "call target outside"},
        {{{.opcode = 0x15, .offset = 1}, {.opcode = 0x18}, {.imm = 0}, EXIT},
         4,
         0,
         ZKB_ERROR_FORMAT,
         "second half"},
        {{{.opcode = 0x18}, {.imm = 0}, {.opcode = 0x15, .offset = -2}, EXIT},
         4,
         2,
         ZKB_ERROR_FORMAT,
         "second half"},
        {{EXIT, {.opcode = 0x18}}, 2, 1, ZKB_ERROR_FORMAT, "without its second slot"},
        {{{.opcode = 0x18}, {.opcode = 0x95}, EXIT}, 3, 1, ZKB_ERROR_FORMAT, "second slot"},
        {{{.opcode = 0x18}, {.dst = 1}, EXIT}, 3, 1, ZKB_ERROR_FORMAT, "second slot"},
        {{{.opcode = 0x18}, {.src = 1}, EXIT}, 3, 1, ZKB_ERROR_FORMAT, "second slot"},
        {{{.opcode = 0x18}, {.offset = 1}, EXIT}, 3, 1, ZKB_ERROR_FORMAT, "second slot"},
        {{{.opcode = 0x18, .offset = 1}, {.imm = 1}, EXIT},
         3,
         0,
         ZKB_ERROR_FORMAT,
         "offset must be 0"},
        {{EXIT, {.opcode = 0xb7}}, 2, 1, ZKB_ERROR_FORMAT, "last instruction"},
        {{EXIT, {.opcode = 0x18}, {.imm = 1}}, 3, 1, ZKB_ERROR_FORMAT, "last instruction"},
        {{EXIT, {.opcode = 0x15, .offset = -1}}, 2, 1, ZKB_ERROR_FORMAT, "last instruction"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        zkb_program program = vm_program_of(cases[k].code, cases[k].slots);
        zkb_error error = {0};
        const zkb_status status = zkb_program_check(&program, &error);
        if (status != cases[k].status || error.index != cases[k].slot ||
            strstr(error.message, cases[k].message) == NULL) {
            fail_msg("case %zu: status %d, slot %llu, \"%s\"", k, (int)status,
                     (unsigned long long)error.index, error.message);
        }
        free(program.function_start);
    }
}

static void functions_entry_and_layout_are_checked(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        {.opcode = 0x85, .src = 1, .imm = 1}, EXIT, EXIT, {.opcode = 0x18}, {.imm = 0}, EXIT,
    };
    zkb_program program = vm_program_of(code, 6);
    const zkb_memory_layout layout = program.layout;
    zkb_symbol symbols[] = {{.name = "main", .slot = 0, .count = 2},
                            {.name = "callee", .slot = 2, .count = 1}};
    zkb_error error = {0};
    program.symbols = symbols;
    program.symbol_count = 2;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_OK);
    program.function_start[2] = 0;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "not the first instruction of a function"));
    assert_non_null(strstr(error.message, "slot 0 (main+0), opcode 0x85"));
    program.function_start[2] = 1;
    program.entry = 1;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_FORMAT);
    program.entry = 6;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_FORMAT);
    program.entry = 4;
    program.function_start[4] = 1;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "second half"));
    program.function_start[4] = 0;
    program.entry = 0;
    program.layout.frame_bytes = 12;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_LIMIT);
    program.layout = layout;
    program.layout.frame_bytes = 0;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_LIMIT);
    program.layout = layout;
    program.layout.max_frames = 0;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_LIMIT);
    program.layout.max_frames = UINT32_MAX;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_LIMIT);
    program.layout = layout;
    program.layout.output_bytes = UINT32_MAX;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_LIMIT);
    program.layout = layout;
    program.read_only_bytes = UINT32_MAX;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_LIMIT);
    program.read_only_bytes = 0;
    program.slot_count = ZKB_MAX_SLOTS + 1;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_LIMIT);
    program.slot_count = 0;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_FORMAT);
    free(program.function_start);
}

/* Random bytes as code: the check decides, and what passes runs without harm. */
static void random_bytes_are_checked_and_run_safely(void **state)
{
    (void)state;
    uint64_t seed = 1;
    unsigned accepted = 0;
    for (unsigned round = 0; round < 20000; round++) {
        zkb_instruction code[4];
        for (unsigned k = 0; k < 3; k++) {
            uint8_t bytes[8];
            const uint64_t word = vm_random(&seed);
            memcpy(bytes, &word, 8);
            if (round % 2 == 0) { /* plausible fields */
                bytes[1] = (uint8_t)(word >> 8 & 0x77);
                memset(bytes + 2, 0, 6);
            }
            zkb_instruction_decode(&code[k], bytes);
        }
        code[3] = (zkb_instruction)EXIT;
        zkb_program program = vm_program_of(code, 4);
        const zkb_vm_options options = {.max_instructions = 100};
        zkb_vm *vm;
        zkb_vm_result result;
        if (zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, &options, NULL) == ZKB_OK) {
            accepted++;
            zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &result);
            assert_int_not_equal(result.outcome, ZKB_OUTCOME_PAUSED);
            assert_int_not_equal(result.fault, ZKB_FAULT_INVALID);
            zkb_vm_destroy(vm);
        }
        free(program.function_start);
    }
    assert_true(accepted > 50);
}

static void every_opcode_is_either_an_operation_or_refused(void **state)
{
    (void)state;
    unsigned opcodes = 0;
    for (unsigned opcode = 0; opcode < 256; opcode++) {
        bool known = false;
        for (int32_t selector = 0; selector < 256; selector++) {
            const zkb_instruction by_imm = {.opcode = (uint8_t)opcode, .imm = selector};
            const zkb_instruction by_offset = {.opcode = (uint8_t)opcode,
                                               .offset = (int16_t)selector};
            known = known || zkb_op_decode(NULL, &by_imm) != ZKB_OP_INVALID ||
                    zkb_op_decode(NULL, &by_offset) != ZKB_OP_INVALID;
        }
        opcodes += known;
    }
    /* RFC 9669: 12 binary ALU operations (MOV among them) x 2 sources x 2 classes, NEG x 2, END x 2
     * and SWAP; 11 conditions x 4; JA x 2, CALL, EXIT, and the indirect call; LDDW; 4 loads, 3
     * sign-extending ones, 4 + 4 stores, 2 atomics. */
    assert_int_equal(opcodes, 48 + 2 + 3 + 44 + 2 + 3 + 1 + 4 + 3 + 8 + 2);
}

static void bytes_decode_and_encode(void **state)
{
    (void)state;
    const uint8_t bytes[8] = {0x7b, 0x1a, 0xf8, 0xff, 0x04, 0x03, 0x02, 0x81};
    uint8_t again[8];
    zkb_instruction i;
    zkb_instruction_decode(&i, bytes);
    assert_int_equal(i.opcode, 0x7b);
    assert_int_equal(i.dst, 10);
    assert_int_equal(i.src, 1);
    assert_int_equal(i.offset, -8);
    assert_int_equal(i.imm, (int32_t)0x81020304);
    zkb_instruction_encode(again, &i);
    assert_memory_equal(bytes, again, 8);
}

static void text_is_that_of_llvm(void **state)
{
    (void)state;
    static const struct {
        zkb_instruction code[2];
        const char *text;
    } cases[] = {
        {{{.opcode = 0xb7, .dst = 1, .imm = 5}}, "r1 = 0x5"},
        {{{.opcode = 0xb4, .dst = 1, .imm = -5}}, "w1 = -0x5"},
        {{{.opcode = 0x0f, .dst = 1, .src = 2}}, "r1 += r2"},
        {{{.opcode = 0x04, .dst = 1, .imm = INT32_MIN}}, "w1 += -0x80000000"},
        {{{.opcode = 0xc7, .dst = 1, .imm = 3}}, "r1 s>>= 0x3"},
        {{{.opcode = 0x3f, .dst = 1, .src = 2, .offset = 1}}, "r1 s/= r2"},
        {{{.opcode = 0x9c, .dst = 1, .src = 2, .offset = 1}}, "w1 s%= w2"},
        {{{.opcode = 0x94, .dst = 1, .imm = 7}}, "w1 %= 0x7"},
        {{{.opcode = 0x84, .dst = 1}}, "w1 = -w1"},
        {{{.opcode = 0xbf, .dst = 1, .src = 2, .offset = 8}}, "r1 = (s8)r2"},
        {{{.opcode = 0xbc, .dst = 1, .src = 2, .offset = 16}}, "w1 = (s16)w2"},
        {{{.opcode = 0xd4, .dst = 1, .imm = 16}}, "r1 = le16 r1"},
        {{{.opcode = 0xdc, .dst = 1, .imm = 64}}, "r1 = be64 r1"},
        {{{.opcode = 0xd7, .dst = 1, .imm = 32}}, "r1 = bswap32 r1"},
        {{{.opcode = 0x18, .dst = 1, .imm = (int32_t)0x9abcdef0}, {.imm = 0x12345678}},
         "r1 = 0x123456789abcdef0 ll"},
        {{{.opcode = 0x79, .dst = 0, .src = 1, .offset = -8}}, "r0 = *(u64 *)(r1 - 0x8)"},
        {{{.opcode = 0x91, .dst = 0, .src = 1, .offset = INT16_MIN}}, "r0 = *(s8 *)(r1 - 0x8000)"},
        {{{.opcode = 0x62, .dst = 1, .imm = 9}}, "*(u32 *)(r1 + 0x0) = 0x9"},
        {{{.opcode = 0x6b, .dst = 1, .src = 3, .offset = 2}}, "*(u16 *)(r1 + 0x2) = r3"},
        {{{.opcode = 0xdb, .dst = 1, .src = 2, .offset = 8}}, "lock *(u64 *)(r1 + 0x8) += r2"},
        {{{.opcode = 0xc3, .dst = 1, .src = 2, .imm = 0x50}}, "lock *(u32 *)(r1 + 0x0) &= w2"},
        {{{.opcode = 0xdb, .dst = 1, .src = 2, .imm = 0x01}},
         "r2 = atomic_fetch_add((u64 *)(r1 + 0x0), r2)"},
        {{{.opcode = 0xc3, .dst = 1, .src = 2, .imm = 0x41}},
         "w2 = atomic_fetch_or((u32 *)(r1 + 0x0), w2)"},
        {{{.opcode = 0xdb, .dst = 1, .src = 2, .imm = 0xe1}}, "r2 = xchg_64(r1 + 0x0, r2)"},
        {{{.opcode = 0xc3, .dst = 1, .src = 2, .imm = 0xe1}}, "w2 = xchg32_32(r1 + 0x0, w2)"},
        {{{.opcode = 0xdb, .dst = 1, .src = 2, .imm = 0xf1}}, "r0 = cmpxchg_64(r1 + 0x0, r0, r2)"},
        {{{.opcode = 0xc3, .dst = 1, .src = 2, .imm = 0xf1}},
         "w0 = cmpxchg32_32(r1 + 0x0, w0, w2)"},
        {{{.opcode = 0x65, .dst = 1, .imm = -1, .offset = 3}}, "if r1 s> -0x1 goto +0x3"},
        {{{.opcode = 0x4e, .dst = 1, .src = 2, .offset = -3}}, "if w1 & w2 goto -0x3"},
        {{{.opcode = 0x05, .offset = -1}}, "goto -0x1"},
        {{{.opcode = 0x06, .imm = 70000}}, "gotol +0x11170"},
        {{{.opcode = 0x85, .src = 1, .imm = 4}}, "call +0x4"},
        {{{.opcode = 0x85, .imm = 4}}, "call helper 4"},
        {{{.opcode = 0x8d, .dst = 3}}, "callx r3"},
        {{{.opcode = 0x8d, .imm = 3}}, "callx r3"},
        {{{.opcode = 0x95}}, "exit"},
        {{{.opcode = 0xff}}, "invalid opcode 0xff (dst 0, src 0, offset 0, imm 0)"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char text[ZKB_DISASSEMBLY_BYTES];
        const zkb_program program = {.code = (zkb_instruction *)cases[k].code, .slot_count = 2};
        const uint32_t slots = zkb_instruction_text(text, sizeof text, &program, 0);
        assert_string_equal(text, cases[k].text);
        assert_int_equal(slots, cases[k].code[0].opcode == 0x18 ? 2 : 1);
    }
    char text[8];
    const zkb_program program = {.code = (zkb_instruction *)cases[14].code, .slot_count = 1};
    (void)zkb_instruction_text(text, sizeof text, &program, 0);
    assert_string_equal(text, "truncat");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_programs_are_refused_with_the_reason),
        cmocka_unit_test(functions_entry_and_layout_are_checked),
        cmocka_unit_test(random_bytes_are_checked_and_run_safely),
        cmocka_unit_test(every_opcode_is_either_an_operation_or_refused),
        cmocka_unit_test(bytes_decode_and_encode),
        cmocka_unit_test(text_is_that_of_llvm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
