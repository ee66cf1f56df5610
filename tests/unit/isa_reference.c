#include "isa_reference.h"

#include "vm/isa.h"

/* Fields of an opcode. */
enum {
    CLASS_LD = 0,
    CLASS_LDX = 1,
    CLASS_ST = 2,
    CLASS_STX = 3,
    CLASS_ALU = 4,
    CLASS_JMP = 5,
    CLASS_JMP32 = 6,
    CLASS_ALU64 = 7,
    SOURCE_X = 0x08,
    SIZE_MASK = 0x18,
    MODE_MASK = 0xe0,
    MODE_MEMSX = 0x80,
    MODE_ATOMIC = 0xc0
};

/* ---- Which instructions there are ---------------------------------------------------------- */

static bool is_width(int32_t imm) { return imm == 16 || imm == 32 || imm == 64; }

static bool alu_exists(const zkb_instruction *i)
{
    const bool wide = (i->opcode & 7u) == CLASS_ALU64;
    const bool x = (i->opcode & SOURCE_X) != 0;
    const bool extends = i->offset == 8 || i->offset == 16 || (i->offset == 32 && wide);
    switch (i->opcode >> 4) {
    case 0x3: /* DIV, SDIV */
    case 0x9: /* MOD, SMOD */
        return i->offset == 0 || i->offset == 1;
    case 0x8: /* NEG */
        return !x;
    case 0xb: /* MOV, MOVSX */
        return !x || i->offset == 0 || extends;
    case 0xd: /* END: to little or big endian; of ALU64 unconditional */
        return !(wide && x) && is_width(i->imm);
    case 0xe:
    case 0xf:
        return false;
    default:
        return true;
    }
}

static bool jump_exists(const zkb_instruction *i)
{
    const bool wide = (i->opcode & 7u) == CLASS_JMP;
    const bool x = (i->opcode & SOURCE_X) != 0;
    switch (i->opcode >> 4) {
    case 0x0: /* JA */
        return !x;
    case 0x8: /* CALL: helper or local; with a register as compilers have it */
        return wide && (x || i->src <= 1);
    case 0x9: /* EXIT */
        return wide && !x;
    case 0xe:
    case 0xf:
        return false;
    default:
        return true;
    }
}

static bool atomic_exists(const zkb_instruction *i)
{
    const unsigned size = i->opcode & SIZE_MASK;
    if (size != 0x00 && size != 0x18) {
        return false;
    }
    switch (i->imm & ~1) {
    case 0x00:
    case 0x40:
    case 0x50:
    case 0xa0:
        return true;
    case 0xe0:
    case 0xf0:
        return (i->imm & 1) != 0;
    default:
        return false;
    }
}

bool isa_reference_exists(const zkb_instruction *i)
{
    const unsigned mode = i->opcode & MODE_MASK;
    switch (i->opcode & 7u) {
    case CLASS_LD:
        return i->opcode == 0x18 && i->src == 0;
    case CLASS_LDX:
        return mode == 0x60 || (mode == MODE_MEMSX && (i->opcode & SIZE_MASK) != 0x18);
    case CLASS_ST:
        return mode == 0x60;
    case CLASS_STX:
        return mode == 0x60 || (mode == MODE_ATOMIC && atomic_exists(i));
    case CLASS_ALU:
    case CLASS_ALU64:
        return alu_exists(i);
    default:
        return jump_exists(i);
    }
}

/* ---- Rows of the program's table ----------------------------------------------------------- */

enum { FLAG_0 = 1, FLAG_1 = 2, FLAG_2 = 4, FLAG_3 = 8, FLAG_4 = 16 };

static void set(zkb_program_row *out, zkb_form chip, unsigned flags)
{
    out->code = (uint16_t)ZKB_FORM_CODE(chip, flags);
}

static void decode_shift(zkb_program_row *out, const zkb_instruction *i, bool wide, bool x)
{
    const unsigned code = i->opcode & 0xf0u;
    const unsigned flags = code == 0x60 ? 0u : code == 0x70 ? FLAG_0 : FLAG_0 | FLAG_1;
    const unsigned bits = wide ? 64 : 32;
    if (x) {
        set(out, wide ? ZKB_FORM_SHIFT_X : ZKB_FORM_SHIFT32_X, flags);
        return;
    }
    const unsigned amount = (unsigned)i->imm & (bits - 1);
    if (amount == 0) {
        out->src = out->dst;
        set(out, wide ? ZKB_FORM_MOVE : ZKB_FORM_EXTEND, wide ? 0u : FLAG_2);
        return;
    }
    out->imm = (uint64_t)1 << (flags == 0 ? amount : bits - amount);
    set(out, wide ? ZKB_FORM_SHIFT_K : ZKB_FORM_SHIFT32_K, flags);
}

static void decode_move(zkb_program_row *out, const zkb_instruction *i, bool wide, bool x)
{
    if (!x) {
        set(out, ZKB_FORM_CONSTANT, 0);
    } else if (i->offset != 0) {
        const unsigned bits = i->offset == 8 ? FLAG_0 : i->offset == 16 ? FLAG_1 : FLAG_2;
        set(out, ZKB_FORM_EXTEND, bits | FLAG_3 | (wide ? 0u : FLAG_4));
    } else {
        set(out, wide ? ZKB_FORM_MOVE : ZKB_FORM_EXTEND, wide ? 0u : FLAG_2);
    }
}

static void decode_swap(zkb_program_row *out, const zkb_instruction *i, bool wide, bool x)
{
    const bool swaps = wide || x; /* BSWAP or to big-endian; else to little-endian: truncation */
    out->imm = 0;
    out->src = out->dst;
    if (swaps) {
        set(out, ZKB_FORM_SWAP, i->imm == 16 ? FLAG_0 : i->imm == 32 ? FLAG_1 : 0u);
    } else if (i->imm == 64) {
        set(out, ZKB_FORM_MOVE, 0);
    } else {
        set(out, ZKB_FORM_EXTEND, i->imm == 16 ? FLAG_1 : FLAG_2);
    }
}

static void decode_linear(zkb_program_row *out, bool subtract, bool wide, bool x)
{
    if (x) {
        set(out, wide ? ZKB_FORM_LINEAR_X : ZKB_FORM_LINEAR32_X, subtract ? FLAG_0 : 0u);
        return;
    }
    if (subtract) {
        out->imm = wide ? 0 - out->imm : (uint32_t)(0 - out->imm);
    }
    set(out, wide ? ZKB_FORM_ADD_K : ZKB_FORM_LINEAR32_K, 0);
}

static void decode_divide(zkb_program_row *out, const zkb_instruction *i, unsigned narrow, bool x)
{
    const unsigned modulo = (i->opcode & 0xf0u) == 0x90 ? FLAG_0 : 0u;
    const bool is_signed = i->offset == 1;
    const zkb_form k = is_signed ? ZKB_FORM_SIGNED_DIVIDE_K : ZKB_FORM_DIVIDE_K;
    set(out, x ? (zkb_form)((int)k + 1) : k, modulo | (narrow << 1));
}

static void decode_alu(zkb_program_row *out, const zkb_instruction *i)
{
    const bool wide = (i->opcode & 7u) == CLASS_ALU64;
    const bool x = (i->opcode & SOURCE_X) != 0;
    const unsigned narrow = wide ? 0u : 1u;
    out->imm = x ? 0 : wide ? (uint64_t)(int64_t)i->imm : (uint32_t)i->imm;
    switch (i->opcode & 0xf0u) {
    case 0x00:
    case 0x10:
        decode_linear(out, (i->opcode & 0xf0u) == 0x10, wide, x);
        break;
    case 0x20:
        set(out, x ? ZKB_FORM_MULTIPLY_X : ZKB_FORM_MULTIPLY_K, narrow);
        break;
    case 0x30:
    case 0x90:
        decode_divide(out, i, narrow, x);
        break;
    case 0x40:
    case 0x50:
    case 0xa0: {
        const unsigned code = i->opcode & 0xf0u;
        const unsigned kind = code == 0x40 ? FLAG_0 : code == 0xa0 ? FLAG_1 : 0u;
        set(out, x ? ZKB_FORM_BITWISE_X : ZKB_FORM_BITWISE_K, kind | (narrow << 2));
        break;
    }
    case 0x60:
    case 0x70:
    case 0xc0:
        out->imm = 0;
        decode_shift(out, i, wide, x);
        break;
    case 0x80:
        out->imm = 0;
        set(out, ZKB_FORM_NEGATE, narrow);
        break;
    case 0xb0:
        decode_move(out, i, wide, x);
        break;
    case 0xd0:
        decode_swap(out, i, wide, x);
        break;
    default:
        break;
    }
}

static void exchange_registers(zkb_program_row *out)
{
    const uint8_t dst = out->dst;
    out->dst = out->src;
    out->src = dst;
}

/* less is the chip for K operands of the wanted width and signedness. */
static void decode_less(zkb_program_row *out, zkb_form less, bool greater, bool negate, bool x)
{
    if (x && greater) {
        exchange_registers(out);
    }
    const zkb_form chip = x ? (zkb_form)((int)less + 1) : less;
    if (chip == ZKB_FORM_BRANCH_SIGNED_K) { /* biased, as the chip compares */
        out->imm ^= (uint64_t)1 << 63;
    } else if (chip == ZKB_FORM_BRANCH_SIGNED32_K) {
        out->imm ^= (uint64_t)1 << 31;
    }
    set(out, chip, (negate ? FLAG_0 : 0u) | (!x && greater ? FLAG_1 : 0u));
}

static void decode_compare(zkb_program_row *out, const zkb_instruction *i)
{
    const bool wide = (i->opcode & 7u) == CLASS_JMP;
    const bool x = (i->opcode & SOURCE_X) != 0;
    const zkb_form less = wide ? ZKB_FORM_BRANCH_LESS_K : ZKB_FORM_BRANCH_LESS32_K;
    const zkb_form less_signed = wide ? ZKB_FORM_BRANCH_SIGNED_K : ZKB_FORM_BRANCH_SIGNED32_K;
    const int equal = wide ? ZKB_FORM_BRANCH_EQUAL_K : ZKB_FORM_BRANCH_EQUAL32_K;
    out->imm = x ? 0 : wide ? (uint64_t)(int64_t)i->imm : (uint32_t)i->imm;
    switch (i->opcode & 0xf0u) {
    case 0x10:
    case 0x50:
        set(out, (zkb_form)(equal + (x ? 1 : 0)), (i->opcode & 0xf0u) == 0x50 ? FLAG_0 : 0u);
        break;
    case 0x20:
        decode_less(out, less, true, false, x);
        break;
    case 0x30:
        decode_less(out, less, false, true, x);
        break;
    case 0x40:
        set(out, x ? ZKB_FORM_BRANCH_SET_X : ZKB_FORM_BRANCH_SET_K, wide ? 0u : FLAG_0);
        break;
    case 0x60:
        decode_less(out, less_signed, true, false, x);
        break;
    case 0x70:
        decode_less(out, less_signed, false, true, x);
        break;
    case 0xa0:
        decode_less(out, less, false, false, x);
        break;
    case 0xb0:
        decode_less(out, less, true, true, x);
        break;
    case 0xc0:
        decode_less(out, less_signed, false, false, x);
        break;
    case 0xd0:
        decode_less(out, less_signed, true, true, x);
        break;
    default:
        break;
    }
}

static void decode_call(zkb_program_row *out, const zkb_instruction *i, uint32_t slot)
{
    out->dst = 0;
    out->src = 0;
    if (i->opcode == 0x8d) { /* the register is in dst, or in imm as clang 14 has it */
        out->src = i->imm != 0 ? (uint8_t)i->imm : i->dst;
        set(out, ZKB_FORM_CALL_INDIRECT, 0);
    } else if (i->src == 1) {
        out->target = (uint32_t)((int64_t)slot + 1 + i->imm);
        set(out, ZKB_FORM_CALL, 0);
    } else {
        out->imm = (uint32_t)i->imm;
        set(out, ZKB_FORM_HELPER, 0);
    }
}

static void decode_jump(zkb_program_row *out, const zkb_instruction *i, uint32_t slot)
{
    switch (i->opcode & 0xf0u) {
    case 0x00:
        out->target =
            (uint32_t)((int64_t)slot + 1 + ((i->opcode & 7u) == CLASS_JMP32 ? i->imm : i->offset));
        set(out, ZKB_FORM_JUMP, 0);
        break;
    case 0x80:
        decode_call(out, i, slot);
        break;
    case 0x90:
        set(out, ZKB_FORM_EXIT, 0);
        break;
    default:
        out->target = (uint32_t)((int64_t)slot + 1 + i->offset);
        decode_compare(out, i);
        break;
    }
}

static void decode_atomic(zkb_program_row *out, const zkb_instruction *i)
{
    const unsigned is32 = (i->opcode & SIZE_MASK) == 0x00 ? 1u : 0u;
    switch (i->imm & 0xf0) {
    case 0xe0:
        set(out, ZKB_FORM_EXCHANGE, is32 << 1);
        break;
    case 0xf0:
        set(out, ZKB_FORM_EXCHANGE, FLAG_0 | (is32 << 1));
        break;
    default: {
        const unsigned kind = (i->imm & 0xf0) == 0x00   ? 0u
                              : (i->imm & 0xf0) == 0x40 ? 1u
                              : (i->imm & 0xf0) == 0x50 ? 2u
                                                        : 3u;
        set(out, ZKB_FORM_ATOMIC, (unsigned)(i->imm & 1) | (is32 << 1) | (kind << 2));
        break;
    }
    }
}

/* Size bits of the opcode as flags bits8, bits16, bits32; none for 64. */
static unsigned size_flags(uint8_t opcode)
{
    switch (opcode & SIZE_MASK) {
    case 0x10:
        return FLAG_0;
    case 0x08:
        return FLAG_1;
    case 0x00:
        return FLAG_2;
    default:
        return 0;
    }
}

static void decode_memory(zkb_program_row *out, const zkb_instruction *i)
{
    const unsigned size = size_flags(i->opcode);
    out->target = (uint32_t)((int32_t)i->offset + 32768);
    switch (i->opcode & 7u) {
    case CLASS_LDX:
        set(out, ZKB_FORM_LOAD, size | ((i->opcode & MODE_MASK) == MODE_MEMSX ? FLAG_3 : 0u));
        break;
    case CLASS_ST:
        out->imm = (uint64_t)(int64_t)i->imm;
        if (size != 0) {
            const unsigned bits = size == FLAG_0 ? 8 : size == FLAG_1 ? 16 : 32;
            out->imm &= ((uint64_t)1 << bits) - 1;
        }
        set(out, ZKB_FORM_STORE_K, size);
        break;
    default:
        if ((i->opcode & MODE_MASK) == MODE_ATOMIC) {
            decode_atomic(out, i);
        } else {
            set(out, ZKB_FORM_STORE_X, size);
        }
        break;
    }
}

void isa_reference_row(zkb_program_row *out, const zkb_instruction *i, uint32_t slot)
{
    *out = (zkb_program_row){0};
    out->dst = i->dst;
    out->src = i->src;
    switch (i->opcode & 7u) {
    case CLASS_LD:
        *out = (zkb_program_row){0};
        if (i->opcode == 0x18) {
            out->dst = i->dst;
            out->imm = (uint32_t)i->imm | ((uint64_t)(uint32_t)i[1].imm << 32);
            set(out, ZKB_FORM_CONSTANT, FLAG_0);
        }
        break;
    case CLASS_ALU:
    case CLASS_ALU64:
        decode_alu(out, i);
        break;
    case CLASS_JMP:
    case CLASS_JMP32:
        decode_jump(out, i, slot);
        break;
    default:
        decode_memory(out, i);
        break;
    }
}

/* ---- Chips ----------------------------------------------------------------------------------- */

static zkb_chip_id memory_chip(zkb_form form, unsigned flags, bool aligned)
{
    const bool plain =
        aligned && (flags == 0 || flags == FLAG_0 || flags == FLAG_1 || flags == FLAG_2);
    const unsigned which = flags == 0 ? 0 : flags == FLAG_0 ? 1 : flags == FLAG_1 ? 2 : 3;
    static const zkb_chip_id loads[] = {ZKB_CHIP_LOAD_WORD, ZKB_CHIP_LOAD8, ZKB_CHIP_LOAD16,
                                        ZKB_CHIP_LOAD32};
    static const zkb_chip_id stores[] = {ZKB_CHIP_STORE_WORD_X, ZKB_CHIP_STORE8, ZKB_CHIP_STORE16,
                                         ZKB_CHIP_STORE32};
    switch (form) {
    case ZKB_FORM_LOAD:
        return plain ? loads[which] : ZKB_CHIP_LOAD_ANY;
    case ZKB_FORM_STORE_X:
        return plain ? stores[which] : ZKB_CHIP_STORE_ANY_X;
    default:
        return aligned && flags == 0 ? ZKB_CHIP_STORE_WORD_K : ZKB_CHIP_STORE_ANY_K;
    }
}

/* Chips of forms that have one, in the order of the forms' numbers. */
static zkb_chip_id only_chip(zkb_form form)
{
    static const zkb_chip_id chips[] = {ZKB_CHIP_COUNT,
                                        ZKB_CHIP_CONSTANT,
                                        ZKB_CHIP_MOVE,
                                        ZKB_CHIP_ADD_K,
                                        ZKB_CHIP_LINEAR_X,
                                        ZKB_CHIP_LINEAR32_K,
                                        ZKB_CHIP_LINEAR32_X,
                                        ZKB_CHIP_NEGATE,
                                        ZKB_CHIP_BITWISE_K,
                                        ZKB_CHIP_BITWISE_X,
                                        ZKB_CHIP_SHIFT_K,
                                        ZKB_CHIP_SHIFT_X,
                                        ZKB_CHIP_SHIFT32_K,
                                        ZKB_CHIP_SHIFT32_X,
                                        ZKB_CHIP_MULTIPLY_K,
                                        ZKB_CHIP_MULTIPLY_X,
                                        ZKB_CHIP_DIVIDE_K,
                                        ZKB_CHIP_DIVIDE_X,
                                        ZKB_CHIP_EXTEND,
                                        ZKB_CHIP_SWAP,
                                        ZKB_CHIP_JUMP,
                                        ZKB_CHIP_BRANCH_EQUAL_K,
                                        ZKB_CHIP_BRANCH_EQUAL_X,
                                        ZKB_CHIP_BRANCH_EQUAL32_K,
                                        ZKB_CHIP_BRANCH_EQUAL32_X,
                                        ZKB_CHIP_BRANCH_LESS_K,
                                        ZKB_CHIP_BRANCH_LESS_X,
                                        ZKB_CHIP_BRANCH_LESS32_K,
                                        ZKB_CHIP_BRANCH_LESS32_X,
                                        ZKB_CHIP_BRANCH_SIGNED_K,
                                        ZKB_CHIP_BRANCH_SIGNED_X,
                                        ZKB_CHIP_BRANCH_SIGNED32_K,
                                        ZKB_CHIP_BRANCH_SIGNED32_X,
                                        ZKB_CHIP_BRANCH_SET_K,
                                        ZKB_CHIP_BRANCH_SET_X,
                                        ZKB_CHIP_CALL,
                                        ZKB_CHIP_CALL_INDIRECT,
                                        ZKB_CHIP_EXIT,
                                        ZKB_CHIP_COUNT,
                                        ZKB_CHIP_COUNT,
                                        ZKB_CHIP_COUNT,
                                        ZKB_CHIP_ATOMIC,
                                        ZKB_CHIP_EXCHANGE,
                                        ZKB_CHIP_COUNT,
                                        ZKB_CHIP_SIGNED_DIVIDE_K,
                                        ZKB_CHIP_SIGNED_DIVIDE_X};
    return (unsigned)form < sizeof chips / sizeof chips[0] ? chips[form] : ZKB_CHIP_NONE;
}

zkb_chip_id isa_reference_chip(const zkb_program_row *row, uint64_t address, uint32_t depth)
{
    const zkb_form form = (zkb_form)(row->code >> 5);
    const unsigned flags = row->code & 31u;
    const unsigned width = flags & FLAG_0 ? 1 : flags & FLAG_1 ? 2 : flags & FLAG_2 ? 4 : 8;
    switch (form) {
    case ZKB_FORM_EXIT:
        return depth == 0 ? ZKB_CHIP_HALT : ZKB_CHIP_EXIT;
    case ZKB_FORM_LOAD:
    case ZKB_FORM_STORE_X:
    case ZKB_FORM_STORE_K:
        return memory_chip(form, flags, address % width == 0);
    case ZKB_FORM_HELPER:
        return row->imm == 1000 ? ZKB_CHIP_HELPER_MULHI : ZKB_CHIP_NONE;
    case ZKB_FORM_EXTEND:
        return flags == FLAG_2 ? ZKB_CHIP_TRUNCATE : ZKB_CHIP_EXTEND;
    case ZKB_FORM_SHIFT_K:
        return flags == 3 ? ZKB_CHIP_SHIFT_ARITHMETIC_K : ZKB_CHIP_SHIFT_K;
    case ZKB_FORM_SHIFT_X:
        return flags == 3 ? ZKB_CHIP_SHIFT_ARITHMETIC_X : ZKB_CHIP_SHIFT_X;
    case ZKB_FORM_SHIFT32_K:
        return flags == 3 ? ZKB_CHIP_SHIFT32_ARITHMETIC_K : ZKB_CHIP_SHIFT32_K;
    case ZKB_FORM_SHIFT32_X:
        return flags == 3 ? ZKB_CHIP_SHIFT32_ARITHMETIC_X : ZKB_CHIP_SHIFT32_X;
    default:
        return only_chip(form);
    }
}
