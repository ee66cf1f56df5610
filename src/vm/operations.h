/* The table of operations. One line says everything about an operation, except the bytes that
 * encode it, which a dialect gives (dialect.c), and the chips that prove its form (machine/list.h).
 * The check at load, the interpreter, the disassembler, statistics and the program's table in a
 * proof are made from these lines. */
#ifndef ZKB_VM_OPERATIONS_H
#define ZKB_VM_OPERATIONS_H

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

/* How the program's table holds the operands of an instruction: X(name). Of the fields that its
 * shape uses, dst and src are register numbers; imm is the operand mod 2^(8 bytes); target is the
 * slot that a jump or call names, or the offset of an address plus 2^15. Then: */
#define ZKB_OPERANDS_LIST(X)                                                                       \
    X(PLAIN)                                                                                       \
    X(NEGATED)   /* imm is -imm */                                                                 \
    X(FACTOR)    /* imm is 2^s (left) or 2^(w-s) (right) for a shift by s; by 0 it is a move */    \
    X(BIASED)    /* imm has its sign bit inverted */                                               \
    X(EXCHANGED) /* dst and src are exchanged */                                                   \
    X(BOTH)      /* src is dst */                                                                  \
    X(CALLEE)    /* src is the register that an indirect call reads, and dst 0 */

typedef enum zkb_operands {
#define ZKB_OPERANDS_ENUM(name) ZKB_OPERANDS_##name,
    ZKB_OPERANDS_LIST(ZKB_OPERANDS_ENUM)
#undef ZKB_OPERANDS_ENUM
} zkb_operands;

/* The four variants of an ALU operation: 64 or 32 bits, operand imm (K) or src (X). */
#define ZKB_ALU_OPS(X, name, sign, kind, form, form32, flags, flags32, operands_k, action,         \
                    action32)                                                                      \
    X(name##64_K, "r%d " sign " %k", kind, ALU_K, 8, form##_K, flags, operands_k, action)          \
    X(name##64_X, "r%d " sign " r%s", kind, ALU_X, 8, form##_X, flags, PLAIN, action)              \
    X(name##32_K, "w%d " sign " %k", kind, ALU_K, 4, form32##_K, flags32, operands_k, action32)    \
    X(name##32_X, "w%d " sign " w%s", kind, ALU_X, 4, form32##_X, flags32, PLAIN, action32)

#define ZKB_JUMP_OPS(X, name, sign, form, form32, flags_k, flags_x, operands_k, operands_x,        \
                     action, action32)                                                             \
    X(name##64_K, "if r%d " sign " %k goto %j", BRANCH, JUMP_K, 8, form##_K, flags_k, operands_k,  \
      action)                                                                                      \
    X(name##64_X, "if r%d " sign " r%s goto %j", BRANCH, JUMP_X, 8, form##_X, flags_x, operands_x, \
      action)                                                                                      \
    X(name##32_K, "if w%d " sign " %k goto %j", BRANCH, JUMP_K, 4, form32##_K, flags_k,            \
      operands_k, action32)                                                                        \
    X(name##32_X, "if w%d " sign " w%s goto %j", BRANCH, JUMP_X, 4, form32##_X, flags_x,           \
      operands_x, action32)

#define ZKB_ATOMIC_OPS(X, name, sign, flags, action)                                               \
    X(ATOMIC_##name##64, "lock *(u64 *)(r%d %o) " sign " r%s", ATOMIC, ATOMIC, 8, ATOMIC, flags,   \
      PLAIN, action)                                                                               \
    X(ATOMIC_##name##32, "lock *(u32 *)(r%d %o) " sign " w%s", ATOMIC, ATOMIC, 4, ATOMIC,          \
      (flags) | 2, PLAIN, action)

#define ZKB_FETCH_OPS(X, name, text, flags, action)                                                \
    X(FETCH_##name##64, "r%s = atomic_fetch_" text "((u64 *)(r%d %o), r%s)", ATOMIC, FETCH, 8,     \
      ATOMIC, (flags) | 1, PLAIN, action)                                                          \
    X(FETCH_##name##32, "w%s = atomic_fetch_" text "((u32 *)(r%d %o), w%s)", ATOMIC, FETCH, 4,     \
      ATOMIC, (flags) | 3, PLAIN, action)

/* Every operation: X(name, text, kind, shape, bytes, form, flags, operands, action).
 *
 * text: llvm-objdump's notation, with %d dst, %s src, %k imm, %o offset, %j the distance of a jump,
 * %l the constant of an LDDW, %u imm without sign, %c the register of an indirect call.
 * bytes: the operand's width; for memory the access's, for END and MOVSX the source's.
 * form, flags: form.h, where the bits of flags have names.
 * action: the result, the condition of a jump or what memory holds afterwards, in C: a is dst, or
 * what memory holds; b is src or imm; c is r0. Each is an unsigned number of `bytes` bytes, but of
 * 64 bits in moves and unary operations. */
#define ZKB_OP_LIST(X)                                                                             \
    X(INVALID, "invalid", INVALID, INVALID, 0, NONE, 0, PLAIN, 0)                                  \
    X(ADD64_K, "r%d += %k", LINEAR, ALU_K, 8, ADD_K, 0, PLAIN, a + b)                              \
    X(ADD64_X, "r%d += r%s", LINEAR, ALU_X, 8, LINEAR_X, 0, PLAIN, a + b)                          \
    X(ADD32_K, "w%d += %k", LINEAR, ALU_K, 4, LINEAR32_K, 0, PLAIN, a + b)                         \
    X(ADD32_X, "w%d += w%s", LINEAR, ALU_X, 4, LINEAR32_X, 0, PLAIN, a + b)                        \
    X(SUB64_K, "r%d -= %k", LINEAR, ALU_K, 8, ADD_K, 0, NEGATED, a - b)                            \
    X(SUB64_X, "r%d -= r%s", LINEAR, ALU_X, 8, LINEAR_X, 1, PLAIN, a - b)                          \
    X(SUB32_K, "w%d -= %k", LINEAR, ALU_K, 4, LINEAR32_K, 0, NEGATED, a - b)                       \
    X(SUB32_X, "w%d -= w%s", LINEAR, ALU_X, 4, LINEAR32_X, 1, PLAIN, a - b)                        \
    ZKB_ALU_OPS(X, MUL, "*=", MUL, MULTIPLY, MULTIPLY, 0, 1, PLAIN, (a * b), (a * b))              \
    ZKB_ALU_OPS(X, DIV, "/=", DIV, DIVIDE, DIVIDE, 0, 2, PLAIN, zkb_div64(a, b), zkb_div32(a, b))  \
    ZKB_ALU_OPS(X, SDIV, "s/=", DIV, SIGNED_DIVIDE, SIGNED_DIVIDE, 0, 2, PLAIN, zkb_sdiv64(a, b),  \
                zkb_sdiv32(a, b))                                                                  \
    ZKB_ALU_OPS(X, OR, "|=", BITWISE, BITWISE, BITWISE, 1, 5, PLAIN, a | b, a | b)                 \
    ZKB_ALU_OPS(X, AND, "&=", BITWISE, BITWISE, BITWISE, 0, 4, PLAIN, (a & b), (a & b))            \
    ZKB_ALU_OPS(X, LSH, "<<=", SHIFT, SHIFT, SHIFT32, 0, 0, FACTOR, a << (b & 63), a << (b & 31))  \
    ZKB_ALU_OPS(X, RSH, ">>=", SHIFT, SHIFT, SHIFT32, 1, 1, FACTOR, a >> (b & 63), a >> (b & 31))  \
    ZKB_ALU_OPS(X, MOD, "%=", DIV, DIVIDE, DIVIDE, 1, 3, PLAIN, zkb_mod64(a, b), zkb_mod32(a, b))  \
    ZKB_ALU_OPS(X, SMOD, "s%=", DIV, SIGNED_DIVIDE, SIGNED_DIVIDE, 1, 3, PLAIN, zkb_smod64(a, b),  \
                zkb_smod32(a, b))                                                                  \
    ZKB_ALU_OPS(X, XOR, "^=", BITWISE, BITWISE, BITWISE, 2, 6, PLAIN, a ^ b, a ^ b)                \
    ZKB_ALU_OPS(X, ARSH, "s>>=", SHIFT, SHIFT, SHIFT32, 3, 3, FACTOR, (int64_t)a >> (b & 63),      \
                (int32_t)a >> (b & 31))                                                            \
    X(NEG64, "r%d = -r%d", LINEAR, UNARY, 8, NEGATE, 0, PLAIN, 0 - a)                              \
    X(NEG32, "w%d = -w%d", LINEAR, UNARY, 4, NEGATE, 1, PLAIN, (uint32_t)(0 - a))                  \
    X(MOV64_K, "r%d = %k", LINEAR, MOV_K, 8, CONSTANT, 0, PLAIN, b)                                \
    X(MOV64_X, "r%d = r%s", LINEAR, MOV_X, 8, MOVE, 0, PLAIN, b)                                   \
    X(MOV32_K, "w%d = %k", LINEAR, MOV_K, 4, CONSTANT, 0, PLAIN, (uint32_t)b)                      \
    X(MOV32_X, "w%d = w%s", LINEAR, MOV_X, 4, EXTEND, 4, PLAIN, (uint32_t)b)                       \
    X(MOVSX64_8, "r%d = (s8)r%s", EXTEND, MOV_X, 1, EXTEND, 9, PLAIN, zkb_sign64_8(b))             \
    X(MOVSX64_16, "r%d = (s16)r%s", EXTEND, MOV_X, 2, EXTEND, 10, PLAIN, zkb_sign64_16(b))         \
    X(MOVSX64_32, "r%d = (s32)r%s", EXTEND, MOV_X, 4, EXTEND, 12, PLAIN, zkb_sign64_32(b))         \
    X(MOVSX32_8, "w%d = (s8)w%s", EXTEND, MOV_X, 1, EXTEND, 25, PLAIN, (uint32_t)zkb_sign64_8(b))  \
    X(MOVSX32_16, "w%d = (s16)w%s", EXTEND, MOV_X, 2, EXTEND, 26, PLAIN,                           \
      (uint32_t)zkb_sign64_16(b))                                                                  \
    X(LE16, "r%d = le16 r%d", EXTEND, UNARY, 2, EXTEND, 2, BOTH, (uint16_t)a)                      \
    X(LE32, "r%d = le32 r%d", EXTEND, UNARY, 4, EXTEND, 4, BOTH, (uint32_t)a)                      \
    X(LE64, "r%d = le64 r%d", EXTEND, UNARY, 8, MOVE, 0, BOTH, a)                                  \
    X(BE16, "r%d = be16 r%d", EXTEND, UNARY, 2, SWAP, 1, BOTH, __builtin_bswap16((uint16_t)a))     \
    X(BE32, "r%d = be32 r%d", EXTEND, UNARY, 4, SWAP, 2, BOTH, __builtin_bswap32((uint32_t)a))     \
    X(BE64, "r%d = be64 r%d", EXTEND, UNARY, 8, SWAP, 0, BOTH, __builtin_bswap64(a))               \
    X(SWAP16, "r%d = bswap16 r%d", EXTEND, UNARY, 2, SWAP, 1, BOTH,                                \
      __builtin_bswap16((uint16_t)a))                                                              \
    X(SWAP32, "r%d = bswap32 r%d", EXTEND, UNARY, 4, SWAP, 2, BOTH,                                \
      __builtin_bswap32((uint32_t)a))                                                              \
    X(SWAP64, "r%d = bswap64 r%d", EXTEND, UNARY, 8, SWAP, 0, BOTH, __builtin_bswap64(a))          \
    X(LDDW, "r%d = %l ll", LINEAR, LDDW, 8, CONSTANT, 1, PLAIN, b)                                 \
    X(LDXB, "r%d = *(u8 *)(r%s %o)", LOAD, LOAD, 1, LOAD, 1, PLAIN, a)                             \
    X(LDXH, "r%d = *(u16 *)(r%s %o)", LOAD, LOAD, 2, LOAD, 2, PLAIN, a)                            \
    X(LDXW, "r%d = *(u32 *)(r%s %o)", LOAD, LOAD, 4, LOAD, 4, PLAIN, a)                            \
    X(LDXDW, "r%d = *(u64 *)(r%s %o)", LOAD, LOAD, 8, LOAD, 0, PLAIN, a)                           \
    X(LDXSB, "r%d = *(s8 *)(r%s %o)", LOAD, LOAD, 1, LOAD, 9, PLAIN, zkb_sign64_8(a))              \
    X(LDXSH, "r%d = *(s16 *)(r%s %o)", LOAD, LOAD, 2, LOAD, 10, PLAIN, zkb_sign64_16(a))           \
    X(LDXSW, "r%d = *(s32 *)(r%s %o)", LOAD, LOAD, 4, LOAD, 12, PLAIN, zkb_sign64_32(a))           \
    X(STB, "*(u8 *)(r%d %o) = %k", STORE, STORE_K, 1, STORE_K, 1, PLAIN, b)                        \
    X(STH, "*(u16 *)(r%d %o) = %k", STORE, STORE_K, 2, STORE_K, 2, PLAIN, b)                       \
    X(STW, "*(u32 *)(r%d %o) = %k", STORE, STORE_K, 4, STORE_K, 4, PLAIN, b)                       \
    X(STDW, "*(u64 *)(r%d %o) = %k", STORE, STORE_K, 8, STORE_K, 0, PLAIN, b)                      \
    X(STXB, "*(u8 *)(r%d %o) = r%s", STORE, STORE_X, 1, STORE_X, 1, PLAIN, b)                      \
    X(STXH, "*(u16 *)(r%d %o) = r%s", STORE, STORE_X, 2, STORE_X, 2, PLAIN, b)                     \
    X(STXW, "*(u32 *)(r%d %o) = r%s", STORE, STORE_X, 4, STORE_X, 4, PLAIN, b)                     \
    X(STXDW, "*(u64 *)(r%d %o) = r%s", STORE, STORE_X, 8, STORE_X, 0, PLAIN, b)                    \
    ZKB_ATOMIC_OPS(X, ADD, "+=", 0, a + b)                                                         \
    ZKB_ATOMIC_OPS(X, OR, "|=", 4, a | b)                                                          \
    ZKB_ATOMIC_OPS(X, AND, "&=", 8, (a & b))                                                       \
    ZKB_ATOMIC_OPS(X, XOR, "^=", 12, a ^ b)                                                        \
    ZKB_FETCH_OPS(X, ADD, "add", 0, a + b)                                                         \
    ZKB_FETCH_OPS(X, OR, "or", 4, a | b)                                                           \
    ZKB_FETCH_OPS(X, AND, "and", 8, (a & b))                                                       \
    ZKB_FETCH_OPS(X, XOR, "xor", 12, a ^ b)                                                        \
    X(XCHG64, "r%s = xchg_64(r%d %o, r%s)", ATOMIC, FETCH, 8, EXCHANGE, 0, PLAIN, b)               \
    X(XCHG32, "w%s = xchg32_32(r%d %o, w%s)", ATOMIC, FETCH, 4, EXCHANGE, 2, PLAIN, b)             \
    X(CMPXCHG64, "r0 = cmpxchg_64(r%d %o, r0, r%s)", ATOMIC, CMPXCHG, 8, EXCHANGE, 1, PLAIN,       \
      a == c ? b : a)                                                                              \
    X(CMPXCHG32, "w0 = cmpxchg32_32(r%d %o, w0, w%s)", ATOMIC, CMPXCHG, 4, EXCHANGE, 3, PLAIN,     \
      a == c ? b : a)                                                                              \
    ZKB_JUMP_OPS(X, JEQ, "==", BRANCH_EQUAL, BRANCH_EQUAL32, 0, 0, PLAIN, PLAIN, a == b, a == b)   \
    ZKB_JUMP_OPS(X, JGT, ">", BRANCH_LESS, BRANCH_LESS32, 2, 0, PLAIN, EXCHANGED, a > b, a > b)    \
    ZKB_JUMP_OPS(X, JGE, ">=", BRANCH_LESS, BRANCH_LESS32, 1, 1, PLAIN, PLAIN, a >= b, a >= b)     \
    X(JSET64_K, "if r%d & %k goto %j", BRANCH, JUMP_K, 8, BRANCH_SET_K, 0, PLAIN, (a & b) != 0)    \
    X(JSET64_X, "if r%d & r%s goto %j", BRANCH, JUMP_X, 8, BRANCH_SET_X, 0, PLAIN, (a & b) != 0)   \
    X(JSET32_K, "if w%d & %k goto %j", BRANCH, JUMP_K, 4, BRANCH_SET_K, 1, PLAIN, (a & b) != 0)    \
    X(JSET32_X, "if w%d & w%s goto %j", BRANCH, JUMP_X, 4, BRANCH_SET_X, 1, PLAIN, (a & b) != 0)   \
    ZKB_JUMP_OPS(X, JNE, "!=", BRANCH_EQUAL, BRANCH_EQUAL32, 1, 1, PLAIN, PLAIN, a != b, a != b)   \
    ZKB_JUMP_OPS(X, JSGT, "s>", BRANCH_SIGNED, BRANCH_SIGNED32, 2, 0, BIASED, EXCHANGED,           \
                 (int64_t)a > (int64_t)b, (int32_t)a > (int32_t)b)                                 \
    ZKB_JUMP_OPS(X, JSGE, "s>=", BRANCH_SIGNED, BRANCH_SIGNED32, 1, 1, BIASED, PLAIN,              \
                 (int64_t)a >= (int64_t)b, (int32_t)a >= (int32_t)b)                               \
    ZKB_JUMP_OPS(X, JLT, "<", BRANCH_LESS, BRANCH_LESS32, 0, 0, PLAIN, PLAIN, a < b, a < b)        \
    ZKB_JUMP_OPS(X, JLE, "<=", BRANCH_LESS, BRANCH_LESS32, 3, 1, PLAIN, EXCHANGED, a <= b, a <= b) \
    ZKB_JUMP_OPS(X, JSLT, "s<", BRANCH_SIGNED, BRANCH_SIGNED32, 0, 0, BIASED, PLAIN,               \
                 (int64_t)a < (int64_t)b, (int32_t)a < (int32_t)b)                                 \
    ZKB_JUMP_OPS(X, JSLE, "s<=", BRANCH_SIGNED, BRANCH_SIGNED32, 3, 1, BIASED, EXCHANGED,          \
                 (int64_t)a <= (int64_t)b, (int32_t)a <= (int32_t)b)                               \
    X(JA, "goto %j", JUMP, JA, 8, JUMP, 0, PLAIN, 0)                                               \
    X(JA32, "gotol %j", JUMP, JA32, 8, JUMP, 0, PLAIN, 0)                                          \
    X(CALL_HELPER, "call helper %u", HELPER, HELPER, 4, HELPER, 0, PLAIN, 0)                       \
    X(CALL, "call %j", CALL, CALL, 8, CALL, 0, PLAIN, 0)                                           \
    X(CALLX, "callx r%c", CALL, CALLX, 8, CALL_INDIRECT, 0, CALLEE, 0)                             \
    X(EXIT, "exit", CALL, EXIT, 8, EXIT, 0, PLAIN, 0)

#endif
