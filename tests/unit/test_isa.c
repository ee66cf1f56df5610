/* The table of operations and the decode table against RFC 9669 read field by field: for every
 * opcode and selector which instructions there are, what they print, how a proof's program table
 * holds them and which chip proves them. And that a dialect is another decode table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "isa_reference.h"
#include "machine/program_key.h"
#include "machine/select.h"
#include "prover/proving_key.h"
#include "vm/check.h"
#include "vm/dialect.h"
#include "vm/trace.h"
#include "vm/vm.h"

/* Values of the selectors, and beside them. */
static const int16_t offsets[] = {0,  1,  2,   3,   7,   8,   9,         16,        24, 31, 32,
                                  33, 64, 255, 256, 257, 264, INT16_MAX, INT16_MIN, -1, -8, -32};
static const int32_t numbers[] = {256,  257,        0x110,     0x1e1,     0x140,          0xff40,
                                  1000, 65536 + 16, INT32_MAX, INT32_MIN, INT32_MIN + 16, -1,
                                  -16,  -63};
enum { BYTES = 256, IMMEDIATES = BYTES + sizeof numbers / sizeof numbers[0] };

static int32_t immediate(unsigned n) { return n < BYTES ? (int32_t)n : numbers[n - BYTES]; }

static void fail_at(const zkb_instruction *i, const char *what, const char *text)
{
    fail_msg("opcode 0x%02x dst %u src %u offset %d imm %d: %s %s", i->opcode, i->dst, i->src,
             i->offset, i->imm, what, text);
}

static void chip_matches(const zkb_instruction *i, const zkb_program_row *row)
{
    const zkb_form form = (zkb_form)(row->code >> ZKB_FORM_FLAG_BITS);
    for (unsigned n = 0; n < 16; n++) {
        const zkb_step step = {.address = 0x300000000 + n % 8, .depth = n / 8};
        const zkb_chip_id chip = zkb_machine_select(row, &step);
        if (chip != isa_reference_chip(row, step.address, step.depth)) {
            fail_at(i, "is given to chip",
                    chip < ZKB_CHIP_COUNT ? zkb_machine_chips[chip].name : "none");
        }
        if (chip != ZKB_CHIP_NONE && zkb_machine_chips[chip].form != form) {
            fail_at(i, "is given to a chip of another form:", zkb_machine_chips[chip].name);
        }
    }
}

/* Everything that is made of one instruction, which is the first of two slots. */
static void follows_from_the_bytes(const zkb_instruction code[2])
{
    const zkb_program program = {.code = (zkb_instruction *)code, .slot_count = 2};
    const bool exists = zkb_op_decode(NULL, code) != ZKB_OP_INVALID;
    zkb_program_row rows[2];
    zkb_program_row expected;
    char text[ZKB_DISASSEMBLY_BYTES];
    char reference[80];
    if (exists != isa_reference_exists(code)) {
        fail_at(code, exists ? "decodes" : "does not decode", "");
    }
    const uint32_t slots = zkb_instruction_text(text, sizeof text, &program, 0);
    zkb_program_rows_fill(rows, &program);
    if (!exists) {
        assert_int_equal(slots, 1);
        assert_int_equal(rows[0].code, 0);
        return;
    }
    isa_reference_text(reference, code);
    if (strcmp(text, reference) != 0) {
        fail_at(code, text, reference);
    }
    assert_int_equal(slots, code->opcode == 0x18 ? 2 : 1);
    isa_reference_row(&expected, code, 0);
    if (rows[0].code != expected.code || rows[0].dst != expected.dst ||
        rows[0].src != expected.src || rows[0].imm != expected.imm ||
        rows[0].target != expected.target) {
        fail_at(code, "has another row:", text);
    }
    assert_int_equal(rows[1].code != 0, code->opcode != 0x18);
    chip_matches(code, &rows[0]);
}

/* Whether the check at load leaves the field to the instruction: others are zero in every row. */
static bool uses(zkb_op op, uint32_t fields) { return (zkb_op_uses(op) & fields) != 0; }

static void every_opcode_and_selector(void **state)
{
    (void)state;
    unsigned count = 0;
    for (unsigned n = 0; n < 256 * 11; n++) {
        for (unsigned k = 0; k < sizeof offsets / sizeof offsets[0]; k++) {
            for (unsigned m = 0; m < IMMEDIATES; m++) {
                const zkb_instruction i = {.opcode = (uint8_t)(n % 256),
                                           .src = (uint8_t)(n / 256),
                                           .offset = offsets[k],
                                           .imm = immediate(m)};
                const bool exists = zkb_op_decode(NULL, &i) != ZKB_OP_INVALID;
                count += exists;
                if (exists != isa_reference_exists(&i)) {
                    fail_at(&i, exists ? "decodes" : "does not decode", "");
                }
            }
        }
    }
    assert_true(count > 100000);
}

/* An instruction of every encoding, with its fields as the check at load allows them. */
static zkb_instruction canonical(const zkb_encoding *e, unsigned dst, unsigned src, int16_t offset,
                                 int32_t imm)
{
    const zkb_op op = (zkb_op)e->op;
    zkb_instruction i = {.opcode = e->opcode};
    i.dst = uses(op, ZKB_USE_DST_READ | ZKB_USE_DST_WRITE) ? (uint8_t)dst : 0;
    i.src = uses(op, ZKB_USE_SRC_READ | ZKB_USE_SRC_WRITE) ? (uint8_t)src : 0;
    i.offset = uses(op, ZKB_USE_OFFSET) ? offset : 0;
    i.imm = uses(op, ZKB_USE_IMM) ? imm : 0;
    i.src = e->selector == ZKB_SELECT_SRC ? (uint8_t)e->value : i.src;
    i.offset = e->selector == ZKB_SELECT_OFFSET ? (int16_t)e->value : i.offset;
    i.imm = e->selector == ZKB_SELECT_IMM ? e->value : i.imm;
    return i;
}

static void every_operation(void **state)
{
    (void)state;
    bool seen[ZKB_OP_COUNT] = {[ZKB_OP_INVALID] = true};
    for (uint32_t n = 0; n < zkb_rfc9669.count; n++) {
        const zkb_encoding *e = &zkb_rfc9669.encodings[n];
        assert_false(seen[e->op]); /* one encoding for each operation */
        seen[e->op] = true;
        for (unsigned m = 0; m < IMMEDIATES; m++) {
            for (unsigned k = 0; k < sizeof offsets / sizeof offsets[0]; k++) {
                const zkb_instruction code[2] = {
                    canonical(e, (m + k) % 11, (3 * m + k) % 11, offsets[k], immediate(m)),
                    {.opcode = 0x95, .imm = immediate((m + k) % IMMEDIATES)}};
                follows_from_the_bytes(code);
            }
        }
    }
    for (unsigned op = 0; op < ZKB_OP_COUNT; op++) {
        assert_true(seen[op]);
    }
}

/* The register of an indirect call may stand in imm. */
static void indirect_calls(void **state)
{
    (void)state;
    for (unsigned r = 0; r <= ZKB_FRAME_POINTER; r++) {
        const zkb_instruction in_dst[2] = {{.opcode = 0x8d, .dst = (uint8_t)r}, {.opcode = 0x95}};
        const zkb_instruction in_imm[2] = {{.opcode = 0x8d, .imm = (int32_t)r}, {.opcode = 0x95}};
        follows_from_the_bytes(in_dst);
        follows_from_the_bytes(in_imm);
    }
}

/* The flags of every operation are ones that its form has names for. */
static void flags_have_names(void **state)
{
    (void)state;
    static const char *const names[64] = {
#define NAMES(name, number, flags) [number] = (flags),
        ZKB_FORM_LIST(NAMES)
#undef NAMES
    };
    for (unsigned op = ZKB_OP_INVALID + 1; op < ZKB_OP_COUNT; op++) {
        const zkb_op_info *info = zkb_op_get((zkb_op)op);
        const char *flags = names[info->form];
        assert_non_null(flags);
        unsigned bits = flags[0] != 0;
        for (; *flags != 0; flags++) {
            bits += *flags == ',';
        }
        bits = info->form == ZKB_FORM_ATOMIC ? 4 : bits; /* "and two bits of kind" */
        if (info->flags >> bits != 0) {
            fail_msg("%s: flags %u, of which %u have names", info->name, info->flags, bits);
        }
    }
}

/* ---- Dialects ------------------------------------------------------------------------------ */

/* The same bytes mean other operations: SUB for ADD, and imm instead of offset selects between
 * MUL and DIV. EXIT is as it was. */
static const zkb_encoding other_encodings[] = {
    {0x07, ZKB_SELECT_NONE, ZKB_OP_SUB64_K, 0}, {0xb7, ZKB_SELECT_NONE, ZKB_OP_MOV64_K, 0},
    {0x2f, ZKB_SELECT_IMM, ZKB_OP_MUL64_X, 0},  {0x2f, ZKB_SELECT_IMM, ZKB_OP_DIV64_X, 1},
    {0x95, ZKB_SELECT_NONE, ZKB_OP_EXIT, 0},
};
static const zkb_dialect other = {
    .number = 1,
    .count = sizeof other_encodings / sizeof other_encodings[0],
    .encodings = other_encodings,
};

static uint64_t result_of(const zkb_program *program)
{
    zkb_error error;
    zkb_vm *vm;
    zkb_vm_result result;
    if (zkb_vm_create(&vm, program, NULL, 0, NULL, 0, NULL, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &result);
    assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
    zkb_vm_destroy(vm);
    return result.r0;
}

static void a_dialect_is_another_table(void **state)
{
    (void)state;
    zkb_instruction code[] = {
        {.opcode = 0xb7, .imm = 40}, {.opcode = 0x07, .imm = 2}, {.opcode = 0x95}};
    uint8_t function_start[3] = {1, 0, 0};
    zkb_program program = {
        .code = code, .slot_count = 3, .function_start = function_start, .layout = {4096, 1, 0, 0}};
    char text[ZKB_DISASSEMBLY_BYTES];
    zkb_program_row rows[3];
    zkb_program_row others[3];
    assert_int_equal(result_of(&program), 42);
    zkb_program_rows_fill(rows, &program);
    program.dialect = &other;
    assert_int_equal(result_of(&program), 38);
    zkb_program_rows_fill(others, &program);
    assert_int_equal(rows[1].imm, 2);
    assert_int_equal(others[1].imm, (uint64_t)0 - 2);
    assert_int_equal(rows[1].code, others[1].code);
    (void)zkb_instruction_text(text, sizeof text, &program, 1);
    assert_string_equal(text, "r0 -= 0x2");
    /* What one selects by no field, the other selects by imm; and what it has not, it refuses. */
    const zkb_instruction divides = {.opcode = 0x2f, .imm = 1};
    assert_int_equal(zkb_op_decode(NULL, &divides), ZKB_OP_MUL64_X);
    assert_int_equal(zkb_op_decode(&other, &divides), ZKB_OP_DIV64_X);
    zkb_error error;
    code[1].opcode = 0x0f;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_FORMAT);
    program.dialect = &zkb_rfc9669;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_FORMAT);
    code[1].imm = 0;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_OK);
}

/* The id of a record that differs in the dialect alone is another one, and no number that a record
 * can have moves into the dialect's place. */
static void a_dialect_has_its_ids(void **state)
{
    (void)state;
    const zkb_fr digest = zkb_fr_one;
    const zkb_program program = {.dialect = &other};
    zkb_program_record record = {.slot_count = 2, .layout = {4096, 64, 1 << 20, 1 << 16}};
    zkb_fr ids[3];
    zkb_error error;
    assert_int_equal(zkb_program_record_check(&record, &error), ZKB_OK);
    zkb_program_id(&ids[0], &record, &digest);
    record.dialect = zkb_dialect_number(program.dialect);
    assert_int_equal(record.dialect, 1);
    zkb_program_id(&ids[1], &record, &digest);
    assert_int_equal(zkb_program_record_check(&record, &error), ZKB_ERROR_FORMAT);
    record.dialect = UINT32_MAX;
    zkb_program_id(&ids[2], &record, &digest);
    assert_memory_not_equal(&ids[0], &ids[1], sizeof ids[0]);
    assert_memory_not_equal(&ids[0], &ids[2], sizeof ids[0]);
    assert_memory_not_equal(&ids[1], &ids[2], sizeof ids[1]);
    /* Files have no place for the number yet: no record that they hold may have one. */
    assert_int_equal(zkb_program_record_check(&record, &error), ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "dialect"));
    assert_int_equal(zkb_dialect_number(NULL), 0);
}

/* A key made for the same bytes in one dialect is not taken from its file for another. */
static void a_key_file_is_of_one_dialect(void **state)
{
    (void)state;
    const zkb_srs srs = {0};
    zkb_program program = {.layout = {4096, 64, 1 << 20, 1 << 16}};
    zkb_fr digests[3];
    zkb_key_digest(&digests[0], &program, &srs, ZKB_LOOKUP_COMPACT);
    program.dialect = &zkb_rfc9669;
    zkb_key_digest(&digests[1], &program, &srs, ZKB_LOOKUP_COMPACT);
    program.dialect = &other;
    zkb_key_digest(&digests[2], &program, &srs, ZKB_LOOKUP_COMPACT);
    assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
    assert_memory_not_equal(&digests[0], &digests[2], sizeof digests[0]);
}

/* A trace shows what ran; a trace file, which has no place for the number, is of RFC 9669. */
static void a_trace_is_of_its_programs_dialect(void **state)
{
    (void)state;
    zkb_instruction code[] = {
        {.opcode = 0xb7, .imm = 40}, {.opcode = 0x07, .imm = 2}, {.opcode = 0x95}};
    uint8_t function_start[3] = {1, 0, 0};
    const zkb_program program = {.dialect = &other,
                                 .code = code,
                                 .slot_count = 3,
                                 .function_start = function_start,
                                 .layout = {4096, 1, 0, 0}};
    char line[ZKB_TRACE_LINE_BYTES];
    uint8_t *data;
    size_t size;
    zkb_error error;
    zkb_vm *vm;
    zkb_vm_result result;
    zkb_trace *trace;
    assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, NULL, &error), ZKB_OK);
    assert_int_equal(zkb_trace_record(&trace, vm, ZKB_VM_NO_PAUSE, NULL, &result, &error), ZKB_OK);
    zkb_vm_destroy(vm);
    assert_int_equal(zkb_trace_line(line, sizeof line, trace, 1), ZKB_OK);
    assert_non_null(strstr(line, "r0 -= 0x2"));
    assert_ptr_equal(zkb_trace_program(trace)->dialect, &other);
    assert_int_equal(zkb_trace_serialize(&data, &size, trace, &error), ZKB_ERROR_UNSUPPORTED);
    assert_null(data);
    assert_non_null(strstr(error.message, "dialect 1"));
    zkb_trace_destroy(trace);
}

/* What the ids and key files of RFC 9669 stand for cannot be claimed by another table. */
static void no_other_dialect_has_its_number(void **state)
{
    (void)state;
    const zkb_dialect impostor = {.number = 0, .count = other.count, .encodings = other.encodings};
    zkb_instruction code[] = {{.opcode = 0xb7, .imm = 40}, {.opcode = 0x95}};
    uint8_t function_start[2] = {1, 0};
    zkb_program program = {.dialect = &impostor,
                           .code = code,
                           .slot_count = 2,
                           .function_start = function_start,
                           .layout = {4096, 1, 0, 0}};
    zkb_error error;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "dialect"));
    program.dialect = &other;
    assert_int_equal(zkb_program_check(&program, &error), ZKB_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_opcode_and_selector),
        cmocka_unit_test(every_operation),
        cmocka_unit_test(indirect_calls),
        cmocka_unit_test(flags_have_names),
        cmocka_unit_test(a_dialect_is_another_table),
        cmocka_unit_test(a_dialect_has_its_ids),
        cmocka_unit_test(a_key_file_is_of_one_dialect),
        cmocka_unit_test(a_trace_is_of_its_programs_dialect),
        cmocka_unit_test(no_other_dialect_has_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
