#include "vm/dialect.h"

#define ONE(opcode, name) {opcode, ZKB_SELECT_NONE, ZKB_OP_##name, 0}
#define BY(selector, value, opcode, name) {opcode, ZKB_SELECT_##selector, ZKB_OP_##name, value}
/* Variants of an ALU operation by class and source bit. */
#define ALU(code, name)                                                                            \
    ONE((code) | 0x07, name##64_K), ONE((code) | 0x0f, name##64_X),                                \
        ONE((code) | 0x04, name##32_K), ONE((code) | 0x0c, name##32_X)
#define ALU_BY_OFFSET(value, code, name)                                                           \
    BY(OFFSET, value, (code) | 0x07, name##64_K), BY(OFFSET, value, (code) | 0x0f, name##64_X),    \
        BY(OFFSET, value, (code) | 0x04, name##32_K), BY(OFFSET, value, (code) | 0x0c, name##32_X)
#define JUMP(code, name)                                                                           \
    ONE((code) | 0x05, name##64_K), ONE((code) | 0x0d, name##64_X),                                \
        ONE((code) | 0x06, name##32_K), ONE((code) | 0x0e, name##32_X)
#define ATOMIC(value, name) BY(IMM, value, 0xdb, name##64), BY(IMM, value, 0xc3, name##32)

static const zkb_encoding rfc9669[] = {
    ALU(0x00, ADD),
    ALU(0x10, SUB),
    ALU(0x20, MUL),
    ALU_BY_OFFSET(0, 0x30, DIV),
    ALU_BY_OFFSET(1, 0x30, SDIV),
    ALU(0x40, OR),
    ALU(0x50, AND),
    ALU(0x60, LSH),
    ALU(0x70, RSH),
    ONE(0x87, NEG64),
    ONE(0x84, NEG32),
    ALU_BY_OFFSET(0, 0x90, MOD),
    ALU_BY_OFFSET(1, 0x90, SMOD),
    ALU(0xa0, XOR),
    ONE(0xb7, MOV64_K),
    ONE(0xb4, MOV32_K),
    BY(OFFSET, 0, 0xbf, MOV64_X),
    BY(OFFSET, 8, 0xbf, MOVSX64_8),
    BY(OFFSET, 16, 0xbf, MOVSX64_16),
    BY(OFFSET, 32, 0xbf, MOVSX64_32),
    BY(OFFSET, 0, 0xbc, MOV32_X),
    BY(OFFSET, 8, 0xbc, MOVSX32_8),
    BY(OFFSET, 16, 0xbc, MOVSX32_16),
    ALU(0xc0, ARSH),
    BY(IMM, 16, 0xd4, LE16),
    BY(IMM, 32, 0xd4, LE32),
    BY(IMM, 64, 0xd4, LE64),
    BY(IMM, 16, 0xdc, BE16),
    BY(IMM, 32, 0xdc, BE32),
    BY(IMM, 64, 0xdc, BE64),
    BY(IMM, 16, 0xd7, SWAP16),
    BY(IMM, 32, 0xd7, SWAP32),
    BY(IMM, 64, 0xd7, SWAP64),
    BY(SRC, 0, ZKB_OPCODE_LDDW, LDDW),
    ONE(0x71, LDXB),
    ONE(0x69, LDXH),
    ONE(0x61, LDXW),
    ONE(0x79, LDXDW),
    ONE(0x91, LDXSB),
    ONE(0x89, LDXSH),
    ONE(0x81, LDXSW),
    ONE(0x72, STB),
    ONE(0x6a, STH),
    ONE(0x62, STW),
    ONE(0x7a, STDW),
    ONE(0x73, STXB),
    ONE(0x6b, STXH),
    ONE(0x63, STXW),
    ONE(0x7b, STXDW),
    ATOMIC(0x00, ATOMIC_ADD),
    ATOMIC(0x40, ATOMIC_OR),
    ATOMIC(0x50, ATOMIC_AND),
    ATOMIC(0xa0, ATOMIC_XOR),
    ATOMIC(0x01, FETCH_ADD),
    ATOMIC(0x41, FETCH_OR),
    ATOMIC(0x51, FETCH_AND),
    ATOMIC(0xa1, FETCH_XOR),
    ATOMIC(0xe1, XCHG),
    ATOMIC(0xf1, CMPXCHG),
    ONE(ZKB_OPCODE_JA, JA),
    ONE(ZKB_OPCODE_JA32, JA32),
    JUMP(0x10, JEQ),
    JUMP(0x20, JGT),
    JUMP(0x30, JGE),
    JUMP(0x40, JSET),
    JUMP(0x50, JNE),
    JUMP(0x60, JSGT),
    JUMP(0x70, JSGE),
    BY(SRC, ZKB_CALL_SRC_HELPER, ZKB_OPCODE_CALL, CALL_HELPER),
    BY(SRC, ZKB_CALL_SRC_LOCAL, ZKB_OPCODE_CALL, CALL),
    ONE(ZKB_OPCODE_CALLX, CALLX),
    ONE(ZKB_OPCODE_EXIT, EXIT),
    JUMP(0xa0, JLT),
    JUMP(0xb0, JLE),
    JUMP(0xc0, JSLT),
    JUMP(0xd0, JSLE),
};

const zkb_dialect zkb_rfc9669 = {
    .number = 0, .count = sizeof rfc9669 / sizeof rfc9669[0], .encodings = rfc9669};

static const zkb_dialect *or_default(const zkb_dialect *dialect)
{
    return dialect != NULL ? dialect : &zkb_rfc9669;
}

const zkb_encoding *zkb_encoding_find(const zkb_dialect *dialect,
                                      const zkb_instruction *instruction)
{
    const zkb_dialect *d = or_default(dialect);
    const int32_t selected[] = {
        [ZKB_SELECT_NONE] = 0,
        [ZKB_SELECT_OFFSET] = instruction->offset,
        [ZKB_SELECT_IMM] = instruction->imm,
        [ZKB_SELECT_SRC] = instruction->src,
    };
    for (uint32_t i = 0; i < d->count; i++) {
        const zkb_encoding *e = &d->encodings[i];
        if (e->opcode == instruction->opcode && e->value == selected[e->selector]) {
            return e;
        }
    }
    return NULL;
}

const zkb_encoding *zkb_encoding_of_opcode(const zkb_dialect *dialect, uint8_t opcode)
{
    const zkb_dialect *d = or_default(dialect);
    for (uint32_t i = 0; i < d->count; i++) {
        if (d->encodings[i].opcode == opcode) {
            return &d->encodings[i];
        }
    }
    return NULL;
}

zkb_op zkb_op_decode(const zkb_dialect *dialect, const zkb_instruction *instruction)
{
    const zkb_encoding *e = zkb_encoding_find(dialect, instruction);
    return e != NULL ? (zkb_op)e->op : ZKB_OP_INVALID;
}

zkb_op zkb_op_at(const zkb_program *program, uint32_t slot)
{
    return zkb_op_decode(program->dialect, &program->code[slot]);
}
