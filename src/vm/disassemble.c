/* Text of instructions in llvm-objdump's notation. */
#include "vm/isa.h"

#include <stdio.h>

/* By the high four bits of an ALU opcode. */
static const char *const alu_signs[16] = {
    "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "", "%=", "^=", "=", "s>>=", "", "", ""};
/* By the high four bits of a jump's opcode. */
static const char *const jump_signs[16] = {
    "", "==", ">", ">=", "&", "!=", "s>", "s>=", "", "", "<", "<=", "s<", "s<=", "", ""};

static uint32_t magnitude(int32_t value)
{
    return value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
}

static const char *sign_of(int32_t value) { return value < 0 ? "-" : "+"; }
static const char *minus_of(int32_t value) { return value < 0 ? "-" : ""; }

/* "(r1 + 0x8)", with `base` the register that holds the address. */
static void address_text(char text[32], unsigned base, int16_t offset)
{
    (void)snprintf(text, 32, "r%u %s 0x%x", base, sign_of(offset), magnitude(offset));
}

static int atomic_text(char *text, size_t size, zkb_op op, const zkb_instruction *i)
{
    const zkb_op_info *info = zkb_op_get(op);
    const unsigned bits = info->bytes * 8u;
    const char letter = bits == 64 ? 'r' : 'w';
    const char *middle = bits == 64 ? "" : "32";
    char address[32];
    address_text(address, i->dst, i->offset);
    if (info->shape == ZKB_SHAPE_ATOMIC) {
        return snprintf(text, size, "lock *(u%u *)(%s) %s %c%u", bits, address,
                        alu_signs[(uint32_t)i->imm >> 4 & 15u], letter, i->src);
    }
    if (info->shape == ZKB_SHAPE_CMPXCHG) {
        return snprintf(text, size, "%c0 = cmpxchg%s_%u(%s, %c0, %c%u)", letter, middle, bits,
                        address, letter, letter, i->src);
    }
    if (op == ZKB_OP_XCHG64 || op == ZKB_OP_XCHG32) {
        return snprintf(text, size, "%c%u = xchg%s_%u(%s, %c%u)", letter, i->src, middle, bits,
                        address, letter, i->src);
    }
    /* The mnemonic is "lock fetch_add" or "lock fetch_add32". */
    return snprintf(text, size, "%c%u = atomic_%.*s((u%u *)(%s), %c%u)", letter, i->src,
                    op == ZKB_OP_FETCH_OR64 || op == ZKB_OP_FETCH_OR32 ? 8 : 9, info->name + 5,
                    bits, address, letter, i->src);
}

static int memory_text(char *text, size_t size, zkb_op op, const zkb_instruction *i)
{
    const zkb_op_info *info = zkb_op_get(op);
    const unsigned bits = info->bytes * 8u;
    char address[32];
    if (info->shape == ZKB_SHAPE_LOAD) {
        const bool is_signed = op == ZKB_OP_LDXSB || op == ZKB_OP_LDXSH || op == ZKB_OP_LDXSW;
        address_text(address, i->src, i->offset);
        return snprintf(text, size, "r%u = *(%c%u *)(%s)", i->dst, is_signed ? 's' : 'u', bits,
                        address);
    }
    address_text(address, i->dst, i->offset);
    if (info->shape == ZKB_SHAPE_STORE_K) {
        return snprintf(text, size, "*(u%u *)(%s) = %s0x%x", bits, address, minus_of(i->imm),
                        magnitude(i->imm));
    }
    return snprintf(text, size, "*(u%u *)(%s) = r%u", bits, address, i->src);
}

static int unary_text(char *text, size_t size, zkb_op op, const zkb_instruction *i)
{
    const zkb_op_info *info = zkb_op_get(op);
    if (op == ZKB_OP_NEG64 || op == ZKB_OP_NEG32) {
        const char letter = op == ZKB_OP_NEG64 ? 'r' : 'w';
        return snprintf(text, size, "%c%u = -%c%u", letter, i->dst, letter, i->dst);
    }
    const char *order = "le";
    if (info->opcode == 0xdc) {
        order = "be";
    } else if (info->opcode == 0xd7) {
        order = "bswap";
    }
    return snprintf(text, size, "r%u = %s%u r%u", i->dst, order, info->bytes * 8u, i->dst);
}

static int alu_text(char *text, size_t size, zkb_op op, const zkb_instruction *i)
{
    const zkb_op_info *info = zkb_op_get(op);
    const char letter = (info->opcode & ZKB_CLASS_MASK) == ZKB_CLASS_ALU64 ? 'r' : 'w';
    const char *sign = alu_signs[info->opcode >> 4];
    /* SDIV and SMOD are told from DIV and MOD by the offset field; ARSH has its own sign. */
    const char *prefix = info->selector_value == 1 ? "s" : "";
    if (info->shape == ZKB_SHAPE_ALU_K || info->shape == ZKB_SHAPE_MOV_K) {
        return snprintf(text, size, "%c%u %s%s %s0x%x", letter, i->dst, prefix, sign,
                        minus_of(i->imm), magnitude(i->imm));
    }
    if (info->kind == ZKB_KIND_EXTEND) {
        return snprintf(text, size, "%c%u = (s%u)%c%u", letter, i->dst, info->bytes * 8u, letter,
                        i->src);
    }
    return snprintf(text, size, "%c%u %s%s %c%u", letter, i->dst, prefix, sign, letter, i->src);
}

static int jump_text(char *text, size_t size, zkb_op op, const zkb_instruction *i)
{
    const zkb_op_info *info = zkb_op_get(op);
    const char letter = (info->opcode & ZKB_CLASS_MASK) == ZKB_CLASS_JMP ? 'r' : 'w';
    const char *sign = jump_signs[info->opcode >> 4];
    if (info->shape == ZKB_SHAPE_JUMP_K) {
        return snprintf(text, size, "if %c%u %s %s0x%x goto %s0x%x", letter, i->dst, sign,
                        minus_of(i->imm), magnitude(i->imm), sign_of(i->offset),
                        magnitude(i->offset));
    }
    return snprintf(text, size, "if %c%u %s %c%u goto %s0x%x", letter, i->dst, sign, letter, i->src,
                    sign_of(i->offset), magnitude(i->offset));
}

static int control_text(char *text, size_t size, zkb_op op, const zkb_instruction *i)
{
    switch (op) {
    case ZKB_OP_JA:
        return snprintf(text, size, "goto %s0x%x", sign_of(i->offset), magnitude(i->offset));
    case ZKB_OP_JA32:
        return snprintf(text, size, "gotol %s0x%x", sign_of(i->imm), magnitude(i->imm));
    case ZKB_OP_CALL:
        return snprintf(text, size, "call %s0x%x", sign_of(i->imm), magnitude(i->imm));
    case ZKB_OP_CALL_HELPER:
        return snprintf(text, size, "call helper %u", (uint32_t)i->imm);
    case ZKB_OP_CALLX:
        return snprintf(text, size, "callx r%u", zkb_callx_register(i));
    case ZKB_OP_EXIT:
        return snprintf(text, size, "exit");
    default:
        return snprintf(text, size, "invalid opcode 0x%02x (dst %u, src %u, offset %d, imm %d)",
                        i->opcode, i->dst, i->src, i->offset, i->imm);
    }
}

uint32_t zkb_instruction_text(char *text, size_t size, const zkb_instruction *instruction,
                              size_t available)
{
    const zkb_op op = zkb_op_decode(instruction);
    switch (zkb_op_get(op)->shape) {
    case ZKB_SHAPE_ALU_K:
    case ZKB_SHAPE_ALU_X:
    case ZKB_SHAPE_MOV_K:
    case ZKB_SHAPE_MOV_X:
        (void)alu_text(text, size, op, instruction);
        return 1;
    case ZKB_SHAPE_UNARY:
        (void)unary_text(text, size, op, instruction);
        return 1;
    case ZKB_SHAPE_LDDW:
        if (available < 2) {
            (void)snprintf(text, size, "truncated lddw");
            return 1;
        }
        (void)snprintf(text, size, "r%u = 0x%llx ll", instruction->dst,
                       (unsigned long long)zkb_lddw_value(instruction));
        return 2;
    case ZKB_SHAPE_LOAD:
    case ZKB_SHAPE_STORE_K:
    case ZKB_SHAPE_STORE_X:
        (void)memory_text(text, size, op, instruction);
        return 1;
    case ZKB_SHAPE_ATOMIC:
    case ZKB_SHAPE_FETCH:
    case ZKB_SHAPE_CMPXCHG:
        (void)atomic_text(text, size, op, instruction);
        return 1;
    case ZKB_SHAPE_JUMP_K:
    case ZKB_SHAPE_JUMP_X:
        (void)jump_text(text, size, op, instruction);
        return 1;
    default:
        (void)control_text(text, size, op, instruction);
        return 1;
    }
}
