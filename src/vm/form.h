/* Forms: the classes of instructions that a proof distinguishes. For each slot, the program's table
 * holds a code, 32 * form + flags, and operands. A chip looks up its own form as a constant and its
 * flags as committed booleans, so a row's flags are exactly those of the instruction. operations.h
 * gives the form, flags and operands of each operation; machine/list.h gives the chips that prove a
 * form. */
#ifndef ZKB_VM_FORM_H
#define ZKB_VM_FORM_H

#include <stdint.h>

/* X(NAME, number, flag names from bit 0 upward). Numbers are part of program ids. What is said of
 * imm and of registers here, `operands` of operations.h brings about. */
#define ZKB_FORM_LIST(X)                                                                           \
    X(CONSTANT, 1, "wide: a double slot, next pc is pc + 2") /* dst = imm */                       \
    X(MOVE, 2, "")  /* dst = src; also 64-bit shifts by zero and LE64, with src = dst */           \
    X(ADD_K, 3, "") /* dst += imm; SUB by an immediate is ADD of its negation mod 2^64 */          \
    X(LINEAR_X, 4, "subtract")                                                                     \
    X(LINEAR32_K, 5, "")                                                                           \
    X(LINEAR32_X, 6, "subtract")                                                                   \
    X(NEGATE, 7, "is32")                                                                           \
    X(BITWISE_K, 8, "or, xor, is32") /* neither or nor xor: and */                                 \
    X(BITWISE_X, 9, "or, xor, is32")                                                               \
    X(SHIFT_K, 10, "right, arithmetic") /* imm = 2^s (left) or 2^(64-s) (right), 1 <= s <= 63 */   \
    X(SHIFT_X, 11, "right, arithmetic")                                                            \
    X(SHIFT32_K, 12, "right, arithmetic") /* imm = 2^s or 2^(32-s), 1 <= s <= 31 */                \
    X(SHIFT32_X, 13, "right, arithmetic")                                                          \
    X(MULTIPLY_K, 14, "is32") /* imm the operand; is32: any representative mod 2^32 */             \
    X(MULTIPLY_X, 15, "is32")                                                                      \
    X(DIVIDE_K, 16, "modulo, is32") /* unsigned */                                                 \
    X(DIVIDE_X, 17, "modulo, is32")                                                                \
    X(SIGNED_DIVIDE_K, 44, "modulo, is32")                                                         \
    X(SIGNED_DIVIDE_X, 45, "modulo, is32")                                                         \
    X(EXTEND, 18, "bits8, bits16, bits32, signed, is32") /* dst = low bits of src, extended */     \
    X(SWAP, 19, "bits16, bits32")                        /* neither: 64; src = dst */              \
    X(JUMP, 20, "")                                                                                \
    X(BRANCH_EQUAL_K, 21, "negate")                                                                \
    X(BRANCH_EQUAL_X, 22, "negate")                                                                \
    X(BRANCH_EQUAL32_K, 23, "negate")                                                              \
    X(BRANCH_EQUAL32_X, 24, "negate")                                                              \
    X(BRANCH_LESS_K, 25, "negate, swap") /* dst < imm; swap: imm < dst; then negate. SIGNED_K: imm \
                                            has its sign bit inverted */                           \
    X(BRANCH_LESS_X, 26, "negate")       /* dst < src, registers exchanged at decode for >, <= */  \
    X(BRANCH_LESS32_K, 27, "negate, swap")                                                         \
    X(BRANCH_LESS32_X, 28, "negate")                                                               \
    X(BRANCH_SIGNED_K, 29, "negate, swap")                                                         \
    X(BRANCH_SIGNED_X, 30, "negate")                                                               \
    X(BRANCH_SIGNED32_K, 31, "negate, swap")                                                       \
    X(BRANCH_SIGNED32_X, 32, "negate")                                                             \
    X(BRANCH_SET_K, 33, "is32") /* dst AND imm != 0 */                                             \
    X(BRANCH_SET_X, 34, "is32")                                                                    \
    X(CALL, 35, "")                                                                                \
    X(CALL_INDIRECT, 36, "") /* callee address in src */                                           \
    X(EXIT, 37, "")          /* proved by the chips exit (depth > 0) and halt (depth = 0) */       \
    X(LOAD, 38, "bits8, bits16, bits32, signed") /* none of bits: 64 */                            \
    X(STORE_X, 39, "bits8, bits16, bits32")                                                        \
    X(STORE_K, 40, "bits8, bits16, bits32")                                                        \
    X(ATOMIC, 41, "fetch, is32, and two bits of kind: 0 add, 1 or, 2 and, 3 xor")                  \
    X(EXCHANGE, 42, "compare, is32")                                                               \
    X(HELPER, 43, "") /* imm = helper number */

typedef enum zkb_form {
    ZKB_FORM_NONE = 0,
#define ZKB_FORM_ENUM(name, number, flags) ZKB_FORM_##name = number,
    ZKB_FORM_LIST(ZKB_FORM_ENUM)
#undef ZKB_FORM_ENUM
} zkb_form;

#define ZKB_FORM_FLAG_BITS 5u
#define ZKB_FORM_CODE(form, flags) (((uint32_t)(form) << ZKB_FORM_FLAG_BITS) | (uint32_t)(flags))

#endif
