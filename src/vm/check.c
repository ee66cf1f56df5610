#include "vm/check.h"

#include "vm/dialect.h"

#include <stdio.h>

#define WHERE "program check"

uint64_t zkb_round_to_segments(uint64_t bytes)
{
    return (bytes + ZKB_SEGMENT_BYTES - 1) / ZKB_SEGMENT_BYTES * ZKB_SEGMENT_BYTES;
}

uint64_t zkb_program_writable_start(const zkb_program *program)
{
    return zkb_round_to_segments(program->read_only_bytes);
}

/* One failure: what is wrong with the instruction at slot, and where that is. */
static zkb_status refuse(const zkb_program *program, uint32_t slot, zkb_status status,
                         const char *what, zkb_error *error)
{
    const zkb_instruction *instruction = &program->code[slot];
    char text[ZKB_DISASSEMBLY_BYTES];
    char place[80] = "";
    uint32_t distance = 0;
    const char *symbol = zkb_program_symbol_at(program, slot, &distance);
    if (symbol != NULL) {
        (void)snprintf(place, sizeof place, " (%.60s+%u)", symbol, distance);
    }
    (void)zkb_instruction_text(text, sizeof text, program, slot);
    return zkb_fail(error, status, WHERE, slot, "slot %u%s, opcode 0x%02x, \"%s\": %s", slot, place,
                    instruction->opcode, text, what);
}

/* Why no operation has this opcode and selector. */
static zkb_status refuse_opcode(const zkb_program *program, uint32_t slot, zkb_error *error)
{
    const zkb_instruction *instruction = &program->code[slot];
    const unsigned opcode = instruction->opcode;
    const unsigned mode = opcode & 0xe0u;
    if ((opcode & ZKB_CLASS_MASK) == ZKB_CLASS_LD && (mode == 0x20u || mode == 0x40u)) {
        return refuse(program, slot, ZKB_ERROR_UNSUPPORTED,
                      "legacy packet access (ABS, IND) is not supported: read memory with LDX",
                      error);
    }
    if (opcode == ZKB_OPCODE_LDDW) {
        return refuse(program, slot, ZKB_ERROR_UNSUPPORTED,
                      "a reference to a map, a variable or code of a BPF platform (src is not 0): "
                      "this VM has none",
                      error);
    }
    if (opcode == ZKB_OPCODE_CALL) {
        return refuse(program, slot, ZKB_ERROR_UNSUPPORTED,
                      "a call with src above 1 names a function of a BPF platform: this VM "
                      "has none",
                      error);
    }
    const zkb_encoding *other = zkb_encoding_of_opcode(program->dialect, instruction->opcode);
    if (other != NULL) {
        return refuse(program, slot, ZKB_ERROR_FORMAT,
                      other->selector == ZKB_SELECT_IMM
                          ? "imm selects no operation of this opcode"
                          : "offset selects no operation of this opcode",
                      error);
    }
    return refuse(program, slot, ZKB_ERROR_FORMAT, "no instruction of RFC 9669", error);
}

/* The fields that an operation gives a meaning to, as four bits. */
enum { FIELD_DST = 1, FIELD_SRC = 2, FIELD_OFFSET = 4, FIELD_IMM = 8 };

static unsigned used_fields(const zkb_encoding *encoding)
{
    const zkb_op op = (zkb_op)encoding->op;
    const uint32_t uses = zkb_op_uses(op);
    const unsigned selector = encoding->selector;
    unsigned fields = 0;
    fields |= (uses & (ZKB_USE_DST_READ | ZKB_USE_DST_WRITE)) != 0 ? FIELD_DST : 0u;
    fields |= (uses & (ZKB_USE_SRC_READ | ZKB_USE_SRC_WRITE)) != 0 ? FIELD_SRC : 0u;
    fields |= (uses & ZKB_USE_OFFSET) != 0 ? FIELD_OFFSET : 0u;
    fields |= (uses & ZKB_USE_IMM) != 0 ? FIELD_IMM : 0u;
    fields |= selector == ZKB_SELECT_SRC ? FIELD_SRC : 0u;
    fields |= selector == ZKB_SELECT_OFFSET ? FIELD_OFFSET : 0u;
    fields |= selector == ZKB_SELECT_IMM ? FIELD_IMM : 0u;
    fields |= op == ZKB_OP_CALLX ? FIELD_IMM : 0u; /* where clang 14 puts the register */
    return fields;
}

/* Newer compilers pass the arguments beyond the fifth in memory that r11 points to. */
#define ARGUMENTS_IN_R11                                                                           \
    "r11 is for a sixth argument, and functions have at most five here: have it inlined by "       \
    "ZKBPF_SOURCES of examples/guest/zkbpf.mk"

static const char *register_error(uint8_t number, const char *text, const char *text_of_r11)
{
    return number == ZKB_REGISTER_COUNT ? text_of_r11 : text;
}

/* NULL if the fields of an instruction other than its jump target are in order, else what is
 * wrong. */
static const char *field_error(const zkb_instruction *i, const zkb_encoding *encoding)
{
    const zkb_op op = (zkb_op)encoding->op;
    const unsigned fields = used_fields(encoding);
    const uint32_t uses = zkb_op_uses(op);
    if (i->dst >= ZKB_REGISTER_COUNT) {
        return register_error(i->dst, "dst is no register: there are r0..r10",
                              "dst is no register: " ARGUMENTS_IN_R11);
    }
    if (i->src >= ZKB_REGISTER_COUNT) {
        return register_error(i->src, "src is no register: there are r0..r10",
                              "src is no register: " ARGUMENTS_IN_R11);
    }
    if ((fields & FIELD_DST) == 0 && i->dst != 0) {
        return "dst must be 0 in this instruction";
    }
    if ((fields & FIELD_SRC) == 0 && i->src != 0) {
        return "src must be 0 in this instruction";
    }
    if ((fields & FIELD_OFFSET) == 0 && i->offset != 0) {
        return "offset must be 0 in this instruction";
    }
    if ((fields & FIELD_IMM) == 0 && i->imm != 0) {
        return "imm must be 0 in this instruction";
    }
    if (((uses & ZKB_USE_DST_WRITE) != 0 && i->dst == ZKB_FRAME_POINTER) ||
        ((uses & ZKB_USE_SRC_WRITE) != 0 && i->src == ZKB_FRAME_POINTER)) {
        return "r10, the frame pointer, is read-only";
    }
    if (op == ZKB_OP_CALLX && zkb_callx_register(i) >= ZKB_REGISTER_COUNT) {
        return "an indirect call names its register in dst or in imm, the other being 0";
    }
    return NULL;
}

/* Slots are visited in order, so a slot that is not visited (the second of an LDDW) is told by the
 * operation before it, provided that one is itself visited. A second slot is no LDDW itself, by
 * check_lddw, so that this is exact. */
static bool starts_instruction(const zkb_program *program, uint32_t slot)
{
    return slot == 0 || zkb_op_at(program, slot - 1) != ZKB_OP_LDDW;
}

/* NULL if the target of a direct jump or call is in order. */
static const char *target_error(const zkb_program *program, uint32_t slot, zkb_op op)
{
    const zkb_instruction *i = &program->code[slot];
    int32_t distance;
    if (!zkb_jump_distance(&distance, op, i)) {
        return NULL;
    }
    const int64_t target = (int64_t)slot + 1 + distance;
    if (target < 0 || target >= (int64_t)program->slot_count) {
        return op == ZKB_OP_CALL ? "call target outside the program"
                                 : "jump target outside the program";
    }
    if (!starts_instruction(program, (uint32_t)target)) {
        return "target is the second half of an LDDW";
    }
    if (op == ZKB_OP_CALL && program->function_start[target] == 0) {
        return "call target is not the first instruction of a function";
    }
    return NULL;
}

static zkb_status check_lddw(const zkb_program *program, uint32_t slot, zkb_error *error)
{
    if (slot + 1 >= program->slot_count) {
        return refuse(program, slot, ZKB_ERROR_FORMAT, "LDDW without its second slot", error);
    }
    const zkb_instruction *second = &program->code[slot + 1];
    if (second->opcode != 0 || second->dst != 0 || second->src != 0 || second->offset != 0) {
        return refuse(program, slot + 1, ZKB_ERROR_FORMAT,
                      "the second slot of an LDDW must be 0 but for imm", error);
    }
    if (program->function_start[slot + 1] != 0) {
        return refuse(program, slot + 1, ZKB_ERROR_FORMAT,
                      "a function begins at the second half of an LDDW", error);
    }
    return ZKB_OK;
}

static zkb_status check_code(const zkb_program *program, zkb_error *error)
{
    uint32_t slot = 0;
    uint32_t last = 0;
    while (slot < program->slot_count) {
        const zkb_instruction *instruction = &program->code[slot];
        const zkb_encoding *encoding = zkb_encoding_find(program->dialect, instruction);
        if (encoding == NULL) {
            return refuse_opcode(program, slot, error);
        }
        const zkb_op op = (zkb_op)encoding->op;
        const char *what = field_error(instruction, encoding);
        if (what == NULL) {
            what = target_error(program, slot, op);
        }
        if (what != NULL) {
            return refuse(program, slot, ZKB_ERROR_FORMAT, what, error);
        }
        if (op == ZKB_OP_LDDW) {
            ZKB_TRY(check_lddw(program, slot, error));
        }
        last = slot;
        slot += op == ZKB_OP_LDDW ? 2 : 1;
    }
    const zkb_shape end = zkb_op_get(zkb_op_at(program, last))->shape;
    if (end != ZKB_SHAPE_EXIT && end != ZKB_SHAPE_JA && end != ZKB_SHAPE_JA32) {
        return refuse(program, last, ZKB_ERROR_FORMAT,
                      "the last instruction must be EXIT or an unconditional jump", error);
    }
    return ZKB_OK;
}

static zkb_status layout_error(const char *what, uint64_t value, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX, "%s: %llu", what,
                    (unsigned long long)value);
}

static zkb_status check_layout(const zkb_program *program, zkb_error *error)
{
    const zkb_memory_layout *layout = &program->layout;
    const uint64_t stack = (uint64_t)layout->frame_bytes * layout->max_frames;
    const uint64_t data = zkb_program_writable_start(program) + program->writable_bytes;
    if (layout->frame_bytes == 0 || layout->frame_bytes % 8 != 0) {
        return layout_error("frame size must be a multiple of 8 above 0", layout->frame_bytes,
                            error);
    }
    if (layout->max_frames == 0) {
        return layout_error("there must be at least one call frame", 0, error);
    }
    if (stack > ZKB_MAX_REGION_BYTES) {
        return layout_error("call frames take more bytes than the stack region has", stack, error);
    }
    if (layout->heap_bytes > ZKB_MAX_REGION_BYTES) {
        return layout_error("heap larger than its region", layout->heap_bytes, error);
    }
    if (layout->output_bytes > ZKB_MAX_REGION_BYTES) {
        return layout_error("output larger than its region", layout->output_bytes, error);
    }
    if (data > ZKB_MAX_REGION_BYTES) {
        return layout_error("data larger than the program region", data, error);
    }
    return ZKB_OK;
}

zkb_status zkb_program_check(const zkb_program *program, zkb_error *error)
{
    if (program->dialect != NULL && program->dialect != &zkb_rfc9669 &&
        program->dialect->number == zkb_rfc9669.number) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, WHERE, ZKB_NO_INDEX,
                        "a dialect that is not RFC 9669 has its number, %u",
                        program->dialect->number);
    }
    if (program->slot_count == 0) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, ZKB_NO_INDEX,
                        "the program has no instructions");
    }
    if (program->slot_count > ZKB_MAX_SLOTS) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX,
                        "the program has %u instruction slots; at most %u are supported",
                        program->slot_count, ZKB_MAX_SLOTS);
    }
    if (program->entry >= program->slot_count || program->function_start[program->entry] == 0) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, program->entry,
                        "entry slot %u is not the first instruction of a function", program->entry);
    }
    ZKB_TRY(check_layout(program, error));
    return check_code(program, error);
}
