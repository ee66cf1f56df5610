/* The instruction set of RFC 9669: one list of operations, from which the decoder, the check at
 * load, the interpreter and the disassembler are made.
 *
 * An opcode byte alone does not say what an instruction does: DIV and SDIV differ in the offset
 * field, the atomics in imm, the calls in src. An *operation* (zkb_op) is an opcode together with
 * that selector. */
#ifndef ZKB_VM_ISA_H
#define ZKB_VM_ISA_H

#include "vm/program.h"

#include <stddef.h>

/* Instruction classes, RFC 9669 section 3.1: the low three bits of the opcode. */
#define ZKB_CLASS_LD 0x00u
#define ZKB_CLASS_LDX 0x01u
#define ZKB_CLASS_ST 0x02u
#define ZKB_CLASS_STX 0x03u
#define ZKB_CLASS_ALU 0x04u
#define ZKB_CLASS_JMP 0x05u
#define ZKB_CLASS_JMP32 0x06u
#define ZKB_CLASS_ALU64 0x07u
#define ZKB_CLASS_MASK 0x07u

#define ZKB_OPCODE_LDDW 0x18u
#define ZKB_OPCODE_JA 0x05u
#define ZKB_OPCODE_JA32 0x06u
#define ZKB_OPCODE_CALL 0x85u
#define ZKB_OPCODE_CALLX 0x8du
#define ZKB_OPCODE_EXIT 0x95u
#define ZKB_CALL_SRC_HELPER 0u
#define ZKB_CALL_SRC_LOCAL 1u

#define ZKB_REGISTER_COUNT 11u
#define ZKB_FRAME_POINTER 10u

/* Which fields an instruction uses, and how. A field that it does not use must be zero. */
enum {
    ZKB_USE_DST_READ = 1u << 0,
    ZKB_USE_DST_WRITE = 1u << 1,
    ZKB_USE_SRC_READ = 1u << 2,
    ZKB_USE_SRC_WRITE = 1u << 3,
    ZKB_USE_OFFSET = 1u << 4, /* as a number: a jump or an address */
    ZKB_USE_IMM = 1u << 5,    /* as a number */
    ZKB_USE_R0_READ = 1u << 6,
    ZKB_USE_R0_WRITE = 1u << 7,
    ZKB_USE_MEMORY_READ = 1u << 8,
    ZKB_USE_MEMORY_WRITE = 1u << 9,
    ZKB_USE_JUMP = 1u << 10, /* the next pc is not always the next slot */
};

/* Shapes of instructions: X(name, uses). */
#define ZKB_SHAPE_LIST(X)                                                                          \
    X(INVALID, 0)                                                                                  \
    X(ALU_K, ZKB_USE_DST_READ | ZKB_USE_DST_WRITE | ZKB_USE_IMM)                                   \
    X(ALU_X, ZKB_USE_DST_READ | ZKB_USE_DST_WRITE | ZKB_USE_SRC_READ)                              \
    X(MOV_K, ZKB_USE_DST_WRITE | ZKB_USE_IMM)                                                      \
    X(MOV_X, ZKB_USE_DST_WRITE | ZKB_USE_SRC_READ)                                                 \
    X(UNARY, ZKB_USE_DST_READ | ZKB_USE_DST_WRITE)                                                 \
    X(LDDW, ZKB_USE_DST_WRITE | ZKB_USE_IMM)                                                       \
    X(LOAD, ZKB_USE_DST_WRITE | ZKB_USE_SRC_READ | ZKB_USE_OFFSET | ZKB_USE_MEMORY_READ)           \
    X(STORE_K, ZKB_USE_DST_READ | ZKB_USE_IMM | ZKB_USE_OFFSET | ZKB_USE_MEMORY_WRITE)             \
    X(STORE_X, ZKB_USE_DST_READ | ZKB_USE_SRC_READ | ZKB_USE_OFFSET | ZKB_USE_MEMORY_WRITE)        \
    X(ATOMIC, ZKB_USE_DST_READ | ZKB_USE_SRC_READ | ZKB_USE_OFFSET | ZKB_USE_MEMORY_READ |         \
                  ZKB_USE_MEMORY_WRITE)                                                            \
    X(FETCH, ZKB_USE_DST_READ | ZKB_USE_SRC_READ | ZKB_USE_SRC_WRITE | ZKB_USE_OFFSET |            \
                 ZKB_USE_MEMORY_READ | ZKB_USE_MEMORY_WRITE)                                       \
    X(CMPXCHG, ZKB_USE_DST_READ | ZKB_USE_SRC_READ | ZKB_USE_R0_READ | ZKB_USE_R0_WRITE |          \
                   ZKB_USE_OFFSET | ZKB_USE_MEMORY_READ | ZKB_USE_MEMORY_WRITE)                    \
    X(JUMP_K, ZKB_USE_DST_READ | ZKB_USE_IMM | ZKB_USE_OFFSET | ZKB_USE_JUMP)                      \
    X(JUMP_X, ZKB_USE_DST_READ | ZKB_USE_SRC_READ | ZKB_USE_OFFSET | ZKB_USE_JUMP)                 \
    X(JA, ZKB_USE_OFFSET | ZKB_USE_JUMP)                                                           \
    X(JA32, ZKB_USE_IMM | ZKB_USE_JUMP)                                                            \
    X(CALL, ZKB_USE_IMM | ZKB_USE_JUMP)                                                            \
    X(CALLX, ZKB_USE_DST_READ | ZKB_USE_JUMP)                                                      \
    X(HELPER, ZKB_USE_IMM | ZKB_USE_R0_WRITE)                                                      \
    X(EXIT, ZKB_USE_R0_READ | ZKB_USE_JUMP)

typedef enum zkb_shape {
#define ZKB_SHAPE_ENUM(name, uses) ZKB_SHAPE_##name,
    ZKB_SHAPE_LIST(ZKB_SHAPE_ENUM)
#undef ZKB_SHAPE_ENUM
} zkb_shape;

/* Kinds of work, as statistics group them and as the machine's tables divide it:
 * X(name, text). */
#define ZKB_KIND_LIST(X)                                                                           \
    X(INVALID, "invalid")                                                                          \
    X(LINEAR, "linear") /* add, sub, neg, mov, lddw */                                             \
    X(BITWISE, "bitwise")                                                                          \
    X(SHIFT, "shift")                                                                              \
    X(MUL, "multiply")                                                                             \
    X(DIV, "divide")                                                                               \
    X(EXTEND, "extend and swap")                                                                   \
    X(JUMP, "jump")     /* unconditional */                                                        \
    X(BRANCH, "branch") /* conditional */                                                          \
    X(CALL, "call and exit")                                                                       \
    X(HELPER, "helper")                                                                            \
    X(LOAD, "load")                                                                                \
    X(STORE, "store")                                                                              \
    X(ATOMIC, "atomic")

typedef enum zkb_kind {
#define ZKB_KIND_ENUM(name, text) ZKB_KIND_##name,
    ZKB_KIND_LIST(ZKB_KIND_ENUM)
#undef ZKB_KIND_ENUM
        ZKB_KIND_COUNT
} zkb_kind;

/* What tells apart the operations of one opcode. */
typedef enum zkb_selector {
    ZKB_SELECT_NONE,
    ZKB_SELECT_OFFSET,
    ZKB_SELECT_IMM,
    ZKB_SELECT_SRC,
} zkb_selector;

/* The two operand sources of an ALU operation: K (imm, opcode bit 3 clear) and X (src). */
#define ZKB_ALU_PAIR(X, name, text, kind, code, selector, value)                                   \
    X(name##64_K, text, kind, ALU_K, (code) | 0x07, selector, value, 8)                            \
    X(name##64_X, text, kind, ALU_X, (code) | 0x0f, selector, value, 8)                            \
    X(name##32_K, text "32", kind, ALU_K, (code) | 0x04, selector, value, 4)                       \
    X(name##32_X, text "32", kind, ALU_X, (code) | 0x0c, selector, value, 4)

#define ZKB_JUMP_PAIR(X, name, text, code)                                                         \
    X(name##64_K, text, BRANCH, JUMP_K, (code) | 0x05, NONE, 0, 8)                                 \
    X(name##64_X, text, BRANCH, JUMP_X, (code) | 0x0d, NONE, 0, 8)                                 \
    X(name##32_K, text "32", BRANCH, JUMP_K, (code) | 0x06, NONE, 0, 4)                            \
    X(name##32_X, text "32", BRANCH, JUMP_X, (code) | 0x0e, NONE, 0, 4)

#define ZKB_ATOMIC_PAIR(X, name, text, shape, value)                                               \
    X(name##64, text, ATOMIC, shape, 0xdb, IMM, value, 8)                                          \
    X(name##32, text "32", ATOMIC, shape, 0xc3, IMM, value, 4)

/* Every operation: X(name, mnemonic, kind, shape, opcode, selector, selector value, bytes), bytes
 * being the operand's width (8 or 4; for memory the access's; for END and MOVSX the source's). */
#define ZKB_OP_LIST(X)                                                                             \
    X(INVALID, "invalid", INVALID, INVALID, 0x00, NONE, 0, 0)                                      \
    ZKB_ALU_PAIR(X, ADD, "add", LINEAR, 0x00, NONE, 0)                                             \
    ZKB_ALU_PAIR(X, SUB, "sub", LINEAR, 0x10, NONE, 0)                                             \
    ZKB_ALU_PAIR(X, MUL, "mul", MUL, 0x20, NONE, 0)                                                \
    ZKB_ALU_PAIR(X, DIV, "div", DIV, 0x30, OFFSET, 0)                                              \
    ZKB_ALU_PAIR(X, SDIV, "sdiv", DIV, 0x30, OFFSET, 1)                                            \
    ZKB_ALU_PAIR(X, OR, "or", BITWISE, 0x40, NONE, 0)                                              \
    ZKB_ALU_PAIR(X, AND, "and", BITWISE, 0x50, NONE, 0)                                            \
    ZKB_ALU_PAIR(X, LSH, "lsh", SHIFT, 0x60, NONE, 0)                                              \
    ZKB_ALU_PAIR(X, RSH, "rsh", SHIFT, 0x70, NONE, 0)                                              \
    ZKB_ALU_PAIR(X, MOD, "mod", DIV, 0x90, OFFSET, 0)                                              \
    ZKB_ALU_PAIR(X, SMOD, "smod", DIV, 0x90, OFFSET, 1)                                            \
    ZKB_ALU_PAIR(X, XOR, "xor", BITWISE, 0xa0, NONE, 0)                                            \
    ZKB_ALU_PAIR(X, ARSH, "arsh", SHIFT, 0xc0, NONE, 0)                                            \
    X(NEG64, "neg", LINEAR, UNARY, 0x87, NONE, 0, 8)                                               \
    X(NEG32, "neg32", LINEAR, UNARY, 0x84, NONE, 0, 4)                                             \
    X(MOV64_K, "mov", LINEAR, MOV_K, 0xb7, NONE, 0, 8)                                             \
    X(MOV64_X, "mov", LINEAR, MOV_X, 0xbf, OFFSET, 0, 8)                                           \
    X(MOV32_K, "mov32", LINEAR, MOV_K, 0xb4, NONE, 0, 4)                                           \
    X(MOV32_X, "mov32", LINEAR, MOV_X, 0xbc, OFFSET, 0, 4)                                         \
    X(MOVSX64_8, "movsx864", EXTEND, MOV_X, 0xbf, OFFSET, 8, 1)                                    \
    X(MOVSX64_16, "movsx1664", EXTEND, MOV_X, 0xbf, OFFSET, 16, 2)                                 \
    X(MOVSX64_32, "movsx3264", EXTEND, MOV_X, 0xbf, OFFSET, 32, 4)                                 \
    X(MOVSX32_8, "movsx832", EXTEND, MOV_X, 0xbc, OFFSET, 8, 1)                                    \
    X(MOVSX32_16, "movsx1632", EXTEND, MOV_X, 0xbc, OFFSET, 16, 2)                                 \
    X(LE16, "le16", EXTEND, UNARY, 0xd4, IMM, 16, 2)                                               \
    X(LE32, "le32", EXTEND, UNARY, 0xd4, IMM, 32, 4)                                               \
    X(LE64, "le64", EXTEND, UNARY, 0xd4, IMM, 64, 8)                                               \
    X(BE16, "be16", EXTEND, UNARY, 0xdc, IMM, 16, 2)                                               \
    X(BE32, "be32", EXTEND, UNARY, 0xdc, IMM, 32, 4)                                               \
    X(BE64, "be64", EXTEND, UNARY, 0xdc, IMM, 64, 8)                                               \
    X(SWAP16, "swap16", EXTEND, UNARY, 0xd7, IMM, 16, 2)                                           \
    X(SWAP32, "swap32", EXTEND, UNARY, 0xd7, IMM, 32, 4)                                           \
    X(SWAP64, "swap64", EXTEND, UNARY, 0xd7, IMM, 64, 8)                                           \
    X(LDDW, "lddw", LINEAR, LDDW, 0x18, SRC, 0, 8)                                                 \
    X(LDXB, "ldxb", LOAD, LOAD, 0x71, NONE, 0, 1)                                                  \
    X(LDXH, "ldxh", LOAD, LOAD, 0x69, NONE, 0, 2)                                                  \
    X(LDXW, "ldxw", LOAD, LOAD, 0x61, NONE, 0, 4)                                                  \
    X(LDXDW, "ldxdw", LOAD, LOAD, 0x79, NONE, 0, 8)                                                \
    X(LDXSB, "ldxsb", LOAD, LOAD, 0x91, NONE, 0, 1)                                                \
    X(LDXSH, "ldxsh", LOAD, LOAD, 0x89, NONE, 0, 2)                                                \
    X(LDXSW, "ldxsw", LOAD, LOAD, 0x81, NONE, 0, 4)                                                \
    X(STB, "stb", STORE, STORE_K, 0x72, NONE, 0, 1)                                                \
    X(STH, "sth", STORE, STORE_K, 0x6a, NONE, 0, 2)                                                \
    X(STW, "stw", STORE, STORE_K, 0x62, NONE, 0, 4)                                                \
    X(STDW, "stdw", STORE, STORE_K, 0x7a, NONE, 0, 8)                                              \
    X(STXB, "stxb", STORE, STORE_X, 0x73, NONE, 0, 1)                                              \
    X(STXH, "stxh", STORE, STORE_X, 0x6b, NONE, 0, 2)                                              \
    X(STXW, "stxw", STORE, STORE_X, 0x63, NONE, 0, 4)                                              \
    X(STXDW, "stxdw", STORE, STORE_X, 0x7b, NONE, 0, 8)                                            \
    ZKB_ATOMIC_PAIR(X, ATOMIC_ADD, "lock add", ATOMIC, 0x00)                                       \
    ZKB_ATOMIC_PAIR(X, ATOMIC_OR, "lock or", ATOMIC, 0x40)                                         \
    ZKB_ATOMIC_PAIR(X, ATOMIC_AND, "lock and", ATOMIC, 0x50)                                       \
    ZKB_ATOMIC_PAIR(X, ATOMIC_XOR, "lock xor", ATOMIC, 0xa0)                                       \
    ZKB_ATOMIC_PAIR(X, FETCH_ADD, "lock fetch_add", FETCH, 0x01)                                   \
    ZKB_ATOMIC_PAIR(X, FETCH_OR, "lock fetch_or", FETCH, 0x41)                                     \
    ZKB_ATOMIC_PAIR(X, FETCH_AND, "lock fetch_and", FETCH, 0x51)                                   \
    ZKB_ATOMIC_PAIR(X, FETCH_XOR, "lock fetch_xor", FETCH, 0xa1)                                   \
    ZKB_ATOMIC_PAIR(X, XCHG, "lock xchg", FETCH, 0xe1)                                             \
    ZKB_ATOMIC_PAIR(X, CMPXCHG, "lock cmpxchg", CMPXCHG, 0xf1)                                     \
    ZKB_JUMP_PAIR(X, JEQ, "jeq", 0x10)                                                             \
    ZKB_JUMP_PAIR(X, JGT, "jgt", 0x20)                                                             \
    ZKB_JUMP_PAIR(X, JGE, "jge", 0x30)                                                             \
    ZKB_JUMP_PAIR(X, JSET, "jset", 0x40)                                                           \
    ZKB_JUMP_PAIR(X, JNE, "jne", 0x50)                                                             \
    ZKB_JUMP_PAIR(X, JSGT, "jsgt", 0x60)                                                           \
    ZKB_JUMP_PAIR(X, JSGE, "jsge", 0x70)                                                           \
    ZKB_JUMP_PAIR(X, JLT, "jlt", 0xa0)                                                             \
    ZKB_JUMP_PAIR(X, JLE, "jle", 0xb0)                                                             \
    ZKB_JUMP_PAIR(X, JSLT, "jslt", 0xc0)                                                           \
    ZKB_JUMP_PAIR(X, JSLE, "jsle", 0xd0)                                                           \
    X(JA, "ja", JUMP, JA, 0x05, NONE, 0, 8)                                                        \
    X(JA32, "ja32", JUMP, JA32, 0x06, NONE, 0, 8)                                                  \
    X(CALL_HELPER, "call", HELPER, HELPER, 0x85, SRC, 0, 8)                                        \
    X(CALL, "call local", CALL, CALL, 0x85, SRC, 1, 8)                                             \
    X(CALLX, "callx", CALL, CALLX, 0x8d, NONE, 0, 8)                                               \
    X(EXIT, "exit", CALL, EXIT, 0x95, NONE, 0, 8)

/* ZKB_OP_ADD64_K, ZKB_OP_LDXDW, ... Fits in a byte. Values may change between versions. */
typedef enum zkb_op {
#define ZKB_OP_ENUM(name, text, kind, shape, opcode, selector, value, bytes) ZKB_OP_##name,
    ZKB_OP_LIST(ZKB_OP_ENUM)
#undef ZKB_OP_ENUM
        ZKB_OP_COUNT
} zkb_op;

typedef struct zkb_op_info {
    const char *name; /* mnemonic */
    zkb_kind kind;
    zkb_shape shape;
    uint8_t opcode;
    uint8_t bytes; /* operand or access width */
    zkb_selector selector;
    int32_t selector_value;
} zkb_op_info;

/* Facts about an operation; those of ZKB_OP_INVALID for a value out of range. */
const zkb_op_info *zkb_op_get(zkb_op op);
/* Which fields and state it uses: ZKB_USE_*. */
uint32_t zkb_op_uses(zkb_op op);
const char *zkb_kind_name(zkb_kind kind);

/* The operation of an instruction, by opcode and selector; ZKB_OP_INVALID if there is none. Looks
 * at no other field. */
zkb_op zkb_op_decode(const zkb_instruction *instruction);

/* The register that an indirect call reads: clang 19 puts it into dst, clang 14 into imm (dst then
 * is 0). 0..10, or ZKB_REGISTER_COUNT when both fields are set or the number is too large. */
uint32_t zkb_callx_register(const zkb_instruction *instruction);

/* The 64-bit constant of an LDDW, from its two slots. */
uint64_t zkb_lddw_value(const zkb_instruction instruction[2]);

/* Eight bytes of an object file (little-endian) and back. Encoding truncates dst and src to their
 * four bits. */
#define ZKB_INSTRUCTION_BYTES 8u
void zkb_instruction_decode(zkb_instruction *instruction,
                            const uint8_t bytes[ZKB_INSTRUCTION_BYTES]);
void zkb_instruction_encode(uint8_t bytes[ZKB_INSTRUCTION_BYTES],
                            const zkb_instruction *instruction);

/* One instruction as text in the notation of llvm-objdump ("r1 += r2", "if r1 > 7 goto +3",
 * "r0 = *(u64 *)(r1 + 0x8)"), NUL-terminated, cut at `size` bytes. `available` says how many slots
 * may be read at `instruction` (an LDDW needs two). The text names no absolute position; a caller
 * that knows the pc adds "<symbol+n>" itself. Returns the slots that the instruction takes: 2 for
 * LDDW, else 1. What does not decode prints as "invalid opcode 0x..". */
#define ZKB_DISASSEMBLY_BYTES 80u
uint32_t zkb_instruction_text(char *text, size_t size, const zkb_instruction *instruction,
                              size_t available);

/* The name of the symbol that covers `slot` and the distance from its start; NULL if none does. */
const char *zkb_program_symbol_at(const zkb_program *program, uint32_t slot, uint32_t *distance);

#endif
