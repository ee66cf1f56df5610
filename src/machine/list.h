/* All chips of the machine. A new instruction chip is one line here and a pair of functions under
 * chips/. The order is part of the verifying key. */
#ifndef ZKB_MACHINE_LIST_H
#define ZKB_MACHINE_LIST_H

#include "machine/chips/chips.h"
#include "machine/helpers/helpers.h"
#include "machine/tables.h"

/* X(ID, declare and fill suffix, form that it proves, variant). The chip's name is the ID. Forms
 * that several chips share are decided by zkb_machine_select; the chips that only it chooses say
 * NONE. */
#define ZKB_INSTRUCTION_CHIPS(X)                                                                   \
    X(CONSTANT, constant, CONSTANT, 0)                                                             \
    X(MOVE, move, MOVE, 0)                                                                         \
    X(ADD_K, add_k, ADD_K, 0)                                                                      \
    X(LINEAR_X, linear_x, LINEAR_X, 0)                                                             \
    X(LINEAR32_K, linear32_k, LINEAR32_K, 0)                                                       \
    X(LINEAR32_X, linear32_x, LINEAR32_X, 0)                                                       \
    X(NEGATE, negate, NEGATE, 0)                                                                   \
    X(CALL, call, CALL, 0)                                                                         \
    X(CALL_INDIRECT, call, CALL_INDIRECT, 1)                                                       \
    X(EXIT, exit, EXIT, 0)                                                                         \
    X(HALT, halt, NONE, 0)                                                                         \
    X(JUMP, jump, JUMP, 0)                                                                         \
    X(BRANCH_LESS_K, branch, BRANCH_LESS_K, 0)                                                     \
    X(BRANCH_LESS_X, branch, BRANCH_LESS_X, ZKB_BRANCH_X)                                          \
    X(BRANCH_LESS32_K, branch, BRANCH_LESS32_K, ZKB_BRANCH_NARROW)                                 \
    X(BRANCH_LESS32_X, branch, BRANCH_LESS32_X, ZKB_BRANCH_NARROW | ZKB_BRANCH_X)                  \
    X(BRANCH_SIGNED_K, branch, BRANCH_SIGNED_K, ZKB_BRANCH_SIGNED)                                 \
    X(BRANCH_SIGNED_X, branch, BRANCH_SIGNED_X, ZKB_BRANCH_SIGNED | ZKB_BRANCH_X)                  \
    X(BRANCH_SIGNED32_K, branch, BRANCH_SIGNED32_K, ZKB_BRANCH_SIGNED | ZKB_BRANCH_NARROW)         \
    X(BRANCH_SIGNED32_X, branch, BRANCH_SIGNED32_X,                                                \
      ZKB_BRANCH_SIGNED | ZKB_BRANCH_NARROW | ZKB_BRANCH_X)                                        \
    X(BRANCH_EQUAL_K, branch, BRANCH_EQUAL_K, ZKB_BRANCH_EQUAL)                                    \
    X(BRANCH_EQUAL_X, branch, BRANCH_EQUAL_X, ZKB_BRANCH_EQUAL | ZKB_BRANCH_X)                     \
    X(BRANCH_EQUAL32_K, branch, BRANCH_EQUAL32_K, ZKB_BRANCH_EQUAL | ZKB_BRANCH_NARROW)            \
    X(BRANCH_EQUAL32_X, branch, BRANCH_EQUAL32_X,                                                  \
      ZKB_BRANCH_EQUAL | ZKB_BRANCH_NARROW | ZKB_BRANCH_X)                                         \
    X(BITWISE_K, bitwise, BITWISE_K, 0)                                                            \
    X(BITWISE_X, bitwise, BITWISE_X, 1)                                                            \
    X(BRANCH_SET_K, branch_set, BRANCH_SET_K, 0)                                                   \
    X(BRANCH_SET_X, branch_set, BRANCH_SET_X, 1)                                                   \
    X(SHIFT_K, shift, SHIFT_K, 0)                                                                  \
    X(SHIFT_X, shift, SHIFT_X, ZKB_SHIFT_X)                                                        \
    X(SHIFT32_K, shift, SHIFT32_K, ZKB_SHIFT_NARROW)                                               \
    X(SHIFT32_X, shift, SHIFT32_X, ZKB_SHIFT_NARROW | ZKB_SHIFT_X)                                 \
    X(SHIFT_ARITHMETIC_K, shift, NONE, ZKB_SHIFT_ARITHMETIC)                                       \
    X(SHIFT_ARITHMETIC_X, shift, NONE, ZKB_SHIFT_ARITHMETIC | ZKB_SHIFT_X)                         \
    X(SHIFT32_ARITHMETIC_K, shift, NONE, ZKB_SHIFT_ARITHMETIC | ZKB_SHIFT_NARROW)                  \
    X(SHIFT32_ARITHMETIC_X, shift, NONE, ZKB_SHIFT_ARITHMETIC | ZKB_SHIFT_NARROW | ZKB_SHIFT_X)    \
    X(MULTIPLY_K, multiply, MULTIPLY_K, 0)                                                         \
    X(MULTIPLY_X, multiply, MULTIPLY_X, 1)                                                         \
    X(DIVIDE_K, divide, DIVIDE_K, 0)                                                               \
    X(DIVIDE_X, divide, DIVIDE_X, ZKB_DIVIDE_X)                                                    \
    X(SIGNED_DIVIDE_K, divide, SIGNED_DIVIDE_K, ZKB_DIVIDE_SIGNED)                                 \
    X(SIGNED_DIVIDE_X, divide, SIGNED_DIVIDE_X, ZKB_DIVIDE_SIGNED | ZKB_DIVIDE_X)                  \
    X(TRUNCATE, truncate, NONE, 0)                                                                 \
    X(EXTEND, extend, EXTEND, 0)                                                                   \
    X(SWAP, swap, SWAP, 0)                                                                         \
    X(LOAD_WORD, load_word, NONE, 0)                                                               \
    X(LOAD8, load_aligned, NONE, 0)                                                                \
    X(LOAD16, load_aligned, NONE, 1)                                                               \
    X(LOAD32, load_aligned, NONE, 2)                                                               \
    X(LOAD_ANY, load_any, LOAD, 0)                                                                 \
    X(STORE_WORD_X, store_word, NONE, ZKB_STORE_X)                                                 \
    X(STORE_WORD_K, store_word, NONE, 0)                                                           \
    X(STORE8, store_aligned, NONE, 0)                                                              \
    X(STORE16, store_aligned, NONE, 1)                                                             \
    X(STORE32, store_aligned, NONE, 2)                                                             \
    X(STORE_ANY_X, store_any, STORE_X, ZKB_STORE_X)                                                \
    X(STORE_ANY_K, store_any, STORE_K, 0)                                                          \
    X(ATOMIC, atomic, ATOMIC, 0)                                                                   \
    X(EXCHANGE, exchange, EXCHANGE, 0)                                                             \
    ZKB_HELPER_CHIPS(X)

/* X(ID, declare suffix, variant, name) */
#define ZKB_TABLE_CHIPS(X)                                                                         \
    X(PROGRAM, program, 0, "program")                                                              \
    X(RANGE16, range16, 0, "range16")                                                              \
    X(BYTE_AND, byte_and, 0, "byte_and")                                                           \
    X(BYTE, byte, 0, "byte")                                                                       \
    X(NIBBLE_AND, nibble_and, 0, "nibble_and")                                                     \
    X(POWER, power, 0, "power")                                                                    \
    X(SEGMENT, segment, ZKB_SEGMENT_PLAIN, "segment")                                              \
    X(SEGMENT_READ_ONLY, segment, ZKB_SEGMENT_READ_ONLY, "segment_read_only")                      \
    X(SEGMENT_CHECKED, segment, ZKB_SEGMENT_READ_ONLY_CHECKED, "segment_checked")                  \
    X(REFRESH, refresh, 0, "refresh")

typedef enum zkb_chip_id {
#define ZKB_CHIP_ENUM(id, function, form, variant) ZKB_CHIP_##id,
    ZKB_INSTRUCTION_CHIPS(ZKB_CHIP_ENUM)
#undef ZKB_CHIP_ENUM
        ZKB_INSTRUCTION_CHIP_COUNT,
    ZKB_CHIP_BEFORE_TABLES = ZKB_INSTRUCTION_CHIP_COUNT - 1,
#define ZKB_CHIP_ENUM(id, function, variant, name) ZKB_CHIP_##id,
    ZKB_TABLE_CHIPS(ZKB_CHIP_ENUM)
#undef ZKB_CHIP_ENUM
        ZKB_CHIP_COUNT
} zkb_chip_id;

#define ZKB_CHIP_NONE ZKB_CHIP_COUNT

/* Indexed by zkb_chip_id. */
extern const zkb_machine_chip zkb_machine_chips[ZKB_CHIP_COUNT];

/* Builds all chips: chips[zkb_chip_id]. lookup_bits, 8 or 16, says which providers RANGE16 and
 * BYTE_AND are (tables.h); every other chip is the same for both. The caller ends each with
 * zkb_chip_destroy. */
zkb_status zkb_machine_build(zkb_chip *chips[ZKB_CHIP_COUNT], unsigned lookup_bits,
                             zkb_error *error) ZKB_MUST_USE;

#endif
