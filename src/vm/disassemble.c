/* Text of instructions in llvm-objdump's notation, from the patterns of operations.h. */
#include "vm/dialect.h"

#include <stdio.h>
#include <string.h>

static uint32_t magnitude(int32_t value)
{
    return value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
}

/* What a pattern's letter stands for. */
static void field_text(char text[32], char letter, zkb_op op, const zkb_instruction *i)
{
    int32_t distance = 0;
    switch (letter) {
    case 'd':
        (void)snprintf(text, 32, "%u", i->dst);
        break;
    case 's':
        (void)snprintf(text, 32, "%u", i->src);
        break;
    case 'k':
        (void)snprintf(text, 32, "%s0x%x", i->imm < 0 ? "-" : "", magnitude(i->imm));
        break;
    case 'u':
        (void)snprintf(text, 32, "%u", (uint32_t)i->imm);
        break;
    case 'o':
        (void)snprintf(text, 32, "%s 0x%x", i->offset < 0 ? "-" : "+", magnitude(i->offset));
        break;
    case 'j':
        (void)zkb_jump_distance(&distance, op, i);
        (void)snprintf(text, 32, "%s0x%x", distance < 0 ? "-" : "+", magnitude(distance));
        break;
    case 'c':
        (void)snprintf(text, 32, "%u", zkb_callx_register(i));
        break;
    default: /* 'l' */
        (void)snprintf(text, 32, "0x%llx", (unsigned long long)zkb_lddw_value(i));
        break;
    }
}

uint32_t zkb_instruction_text(char *text, size_t size, const zkb_program *program, uint32_t slot)
{
    const zkb_instruction *instruction = &program->code[slot];
    const zkb_op op = zkb_op_at(program, slot);
    char whole[ZKB_DISASSEMBLY_BYTES + 32]; /* a field is at most 32 */
    size_t length = 0;
    if (op == ZKB_OP_INVALID) {
        (void)snprintf(text, size, "invalid opcode 0x%02x (dst %u, src %u, offset %d, imm %d)",
                       instruction->opcode, instruction->dst, instruction->src, instruction->offset,
                       instruction->imm);
        return 1;
    }
    if (op == ZKB_OP_LDDW && slot + 1 >= program->slot_count) {
        (void)snprintf(text, size, "truncated lddw");
        return 1;
    }
    for (const char *p = zkb_op_get(op)->text; *p != 0 && length < ZKB_DISASSEMBLY_BYTES; p++) {
        if (*p == '%' && p[1] != '=') {
            field_text(whole + length, *++p, op, instruction);
            length += strlen(whole + length);
        } else {
            whole[length++] = *p;
        }
    }
    whole[length] = 0;
    (void)snprintf(text, size, "%s", whole);
    return op == ZKB_OP_LDDW ? 2 : 1;
}
