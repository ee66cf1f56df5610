#include "isa_reference.h"

#include <stdio.h>

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

static void number(char text[16], int32_t value, const char *plus)
{
    const uint32_t magnitude = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
    (void)snprintf(text, 16, "%s0x%x", value < 0 ? "-" : plus, magnitude);
}

static void alu_text(char text[80], const zkb_instruction *i)
{
    static const char *const signs[16] = {
        "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "", "%=", "^=", "=", "s>>=", "", "", ""};
    const bool wide = (i->opcode & 7u) == CLASS_ALU64;
    const bool x = (i->opcode & SOURCE_X) != 0;
    const char letter = wide ? 'r' : 'w';
    const unsigned code = i->opcode >> 4;
    char imm[16];
    number(imm, i->imm, "");
    if (code == 8) {
        (void)snprintf(text, 80, "%c%u = -%c%u", letter, i->dst, letter, i->dst);
    } else if (code == 0xd) {
        (void)snprintf(text, 80, "r%u = %s%d r%u", i->dst,
                       wide ? "bswap"
                       : x  ? "be"
                            : "le",
                       i->imm, i->dst);
    } else if (code == 0xb && x && i->offset != 0) {
        (void)snprintf(text, 80, "%c%u = (s%d)%c%u", letter, i->dst, i->offset, letter, i->src);
    } else {
        const char *s = (code == 3 || code == 9) && i->offset == 1 ? "s" : "";
        if (x) {
            (void)snprintf(text, 80, "%c%u %s%s %c%u", letter, i->dst, s, signs[code], letter,
                           i->src);
        } else {
            (void)snprintf(text, 80, "%c%u %s%s %s", letter, i->dst, s, signs[code], imm);
        }
    }
}

static void jump_text(char text[80], const zkb_instruction *i)
{
    static const char *const signs[16] = {
        "", "==", ">", ">=", "&", "!=", "s>", "s>=", "", "", "<", "<=", "s<", "s<=", "", ""};
    const bool wide = (i->opcode & 7u) == CLASS_JMP;
    const char letter = wide ? 'r' : 'w';
    char imm[16];
    char signed_imm[16];
    char offset[16];
    number(imm, i->imm, "");
    number(signed_imm, i->imm, "+");
    number(offset, i->offset, "+");
    switch (i->opcode) {
    case 0x05:
        (void)snprintf(text, 80, "goto %s", offset);
        return;
    case 0x06:
        (void)snprintf(text, 80, "gotol %s", signed_imm);
        return;
    case 0x85:
        if (i->src == 1) {
            (void)snprintf(text, 80, "call %s", signed_imm);
        } else {
            (void)snprintf(text, 80, "call helper %u", (uint32_t)i->imm);
        }
        return;
    case 0x8d:
        (void)snprintf(text, 80, "callx r%u", i->imm != 0 ? (unsigned)i->imm : i->dst);
        return;
    case 0x95:
        (void)snprintf(text, 80, "exit");
        return;
    default:
        break;
    }
    if ((i->opcode & SOURCE_X) != 0) {
        (void)snprintf(text, 80, "if %c%u %s %c%u goto %s", letter, i->dst, signs[i->opcode >> 4],
                       letter, i->src, offset);
    } else {
        (void)snprintf(text, 80, "if %c%u %s %s goto %s", letter, i->dst, signs[i->opcode >> 4],
                       imm, offset);
    }
}

static void atomic_text(char text[80], const zkb_instruction *i, unsigned bits, const char *address)
{
    const char letter = bits == 64 ? 'r' : 'w';
    const char *narrow = bits == 64 ? "" : "32";
    const unsigned code = (unsigned)i->imm & 0xf0u;
    const char *sign = code == 0 ? "+=" : code == 0x40 ? "|=" : code == 0x50 ? "&=" : "^=";
    const char *name = code == 0 ? "add" : code == 0x40 ? "or" : code == 0x50 ? "and" : "xor";
    if (code == 0xf0) {
        (void)snprintf(text, 80, "%c0 = cmpxchg%s_%u(%s, %c0, %c%u)", letter, narrow, bits, address,
                       letter, letter, i->src);
    } else if (code == 0xe0) {
        (void)snprintf(text, 80, "%c%u = xchg%s_%u(%s, %c%u)", letter, i->src, narrow, bits,
                       address, letter, i->src);
    } else if ((i->imm & 1) != 0) {
        (void)snprintf(text, 80, "%c%u = atomic_fetch_%s((u%u *)(%s), %c%u)", letter, i->src, name,
                       bits, address, letter, i->src);
    } else {
        (void)snprintf(text, 80, "lock *(u%u *)(%s) %s %c%u", bits, address, sign, letter, i->src);
    }
}

static void memory_text(char text[80], const zkb_instruction *i)
{
    static const unsigned widths[] = {32, 16, 8, 64};
    const unsigned bits = widths[(i->opcode & SIZE_MASK) >> 3];
    const bool load = (i->opcode & 7u) == CLASS_LDX;
    const unsigned offset = i->offset < 0 ? 0u - (unsigned)i->offset : (unsigned)i->offset;
    char address[32];
    char imm[16];
    number(imm, i->imm, "");
    (void)snprintf(address, sizeof address, "r%u %s 0x%x", load ? i->src : i->dst,
                   i->offset < 0 ? "-" : "+", offset);
    if (load) {
        (void)snprintf(text, 80, "r%u = *(%c%u *)(%s)", i->dst,
                       (i->opcode & MODE_MASK) == MODE_MEMSX ? 's' : 'u', bits, address);
    } else if ((i->opcode & 7u) == CLASS_ST) {
        (void)snprintf(text, 80, "*(u%u *)(%s) = %s", bits, address, imm);
    } else if ((i->opcode & MODE_MASK) == MODE_ATOMIC) {
        atomic_text(text, i, bits, address);
    } else {
        (void)snprintf(text, 80, "*(u%u *)(%s) = r%u", bits, address, i->src);
    }
}

void isa_reference_text(char text[80], const zkb_instruction *i)
{
    switch (i->opcode & 7u) {
    case CLASS_LD:
        (void)snprintf(text, 80, "r%u = 0x%llx ll", i->dst,
                       (unsigned long long)(uint32_t)i[1].imm << 32 | (uint32_t)i[0].imm);
        break;
    case CLASS_ALU:
    case CLASS_ALU64:
        alu_text(text, i);
        break;
    case CLASS_JMP:
    case CLASS_JMP32:
        jump_text(text, i);
        break;
    default:
        memory_text(text, i);
        break;
    }
}
