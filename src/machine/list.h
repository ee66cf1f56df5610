/* All chips of the machine. A new instruction chip is one line here and a pair of functions under
 * chips/. The order is part of the verifying key. */
#ifndef ZKB_MACHINE_LIST_H
#define ZKB_MACHINE_LIST_H

#include "machine/chips/chips.h"
#include "machine/helpers/helpers.h"
#include "machine/tables.h"

/* X(ID, declare and fill suffix, form, which of its instructions, variant). The chip's name is the
 * ID; the form is what the chip asks the program table for. Every chip is right for any row that it
 * can fill, so the choice among the chips of a form is the prover's (zkb_machine_select):
 *     ONLY(flags)      takes instructions with these flags
 *     ALIGNED(flags)   with these flags, at an address that is a multiple of the access's width
 *     OUTERMOST        at depth 0
 *     NUMBER           a helper's call: with the variant as its immediate
 *     ALL              what no other chip of the form takes */
#define ZKB_INSTRUCTION_CHIPS(X)                                                                   \
    X(CONSTANT, constant, CONSTANT, ALL, 0)                                                        \
    X(MOVE, move, MOVE, ALL, 0)                                                                    \
    X(ADD_K, add_k, ADD_K, ALL, 0)                                                                 \
    X(LINEAR_X, linear_x, LINEAR_X, ALL, 0)                                                        \
    X(LINEAR32_K, linear32_k, LINEAR32_K, ALL, 0)                                                  \
    X(LINEAR32_X, linear32_x, LINEAR32_X, ALL, 0)                                                  \
    X(NEGATE, negate, NEGATE, ALL, 0)                                                              \
    X(CALL, call, CALL, ALL, 0)                                                                    \
    X(CALL_INDIRECT, call, CALL_INDIRECT, ALL, 1)                                                  \
    X(EXIT, exit, EXIT, ALL, 0)                                                                    \
    X(HALT, halt, EXIT, OUTERMOST, 0)                                                              \
    X(JUMP, jump, JUMP, ALL, 0)                                                                    \
    X(BRANCH_LESS_K, branch, BRANCH_LESS_K, ALL, 0)                                                \
    X(BRANCH_LESS_X, branch, BRANCH_LESS_X, ALL, ZKB_BRANCH_X)                                     \
    X(BRANCH_LESS32_K, branch, BRANCH_LESS32_K, ALL, ZKB_BRANCH_NARROW)                            \
    X(BRANCH_LESS32_X, branch, BRANCH_LESS32_X, ALL, ZKB_BRANCH_NARROW | ZKB_BRANCH_X)             \
    X(BRANCH_SIGNED_K, branch, BRANCH_SIGNED_K, ALL, ZKB_BRANCH_SIGNED)                            \
    X(BRANCH_SIGNED_X, branch, BRANCH_SIGNED_X, ALL, ZKB_BRANCH_SIGNED | ZKB_BRANCH_X)             \
    X(BRANCH_SIGNED32_K, branch, BRANCH_SIGNED32_K, ALL, ZKB_BRANCH_SIGNED | ZKB_BRANCH_NARROW)    \
    X(BRANCH_SIGNED32_X, branch, BRANCH_SIGNED32_X, ALL,                                           \
      ZKB_BRANCH_SIGNED | ZKB_BRANCH_NARROW | ZKB_BRANCH_X)                                        \
    X(BRANCH_EQUAL_K, branch, BRANCH_EQUAL_K, ALL, ZKB_BRANCH_EQUAL)                               \
    X(BRANCH_EQUAL_X, branch, BRANCH_EQUAL_X, ALL, ZKB_BRANCH_EQUAL | ZKB_BRANCH_X)                \
    X(BRANCH_EQUAL32_K, branch, BRANCH_EQUAL32_K, ALL, ZKB_BRANCH_EQUAL | ZKB_BRANCH_NARROW)       \
    X(BRANCH_EQUAL32_X, branch, BRANCH_EQUAL32_X, ALL,                                             \
      ZKB_BRANCH_EQUAL | ZKB_BRANCH_NARROW | ZKB_BRANCH_X)                                         \
    X(BITWISE_K, bitwise, BITWISE_K, ALL, 0)                                                       \
    X(BITWISE_X, bitwise, BITWISE_X, ALL, 1)                                                       \
    X(BRANCH_SET_K, branch_set, BRANCH_SET_K, ALL, 0)                                              \
    X(BRANCH_SET_X, branch_set, BRANCH_SET_X, ALL, 1)                                              \
    X(SHIFT_K, shift, SHIFT_K, ALL, 0)                                                             \
    X(SHIFT_X, shift, SHIFT_X, ALL, ZKB_SHIFT_X)                                                   \
    X(SHIFT32_K, shift, SHIFT32_K, ALL, ZKB_SHIFT_NARROW)                                          \
    X(SHIFT32_X, shift, SHIFT32_X, ALL, ZKB_SHIFT_NARROW | ZKB_SHIFT_X)                            \
    X(SHIFT_ARITHMETIC_K, shift, SHIFT_K, ONLY(3), ZKB_SHIFT_ARITHMETIC)                           \
    X(SHIFT_ARITHMETIC_X, shift, SHIFT_X, ONLY(3), ZKB_SHIFT_ARITHMETIC | ZKB_SHIFT_X)             \
    X(SHIFT32_ARITHMETIC_K, shift, SHIFT32_K, ONLY(3), ZKB_SHIFT_ARITHMETIC | ZKB_SHIFT_NARROW)    \
    X(SHIFT32_ARITHMETIC_X, shift, SHIFT32_X, ONLY(3),                                             \
      ZKB_SHIFT_ARITHMETIC | ZKB_SHIFT_NARROW | ZKB_SHIFT_X)                                       \
    X(MULTIPLY_K, multiply, MULTIPLY_K, ALL, 0)                                                    \
    X(MULTIPLY_X, multiply, MULTIPLY_X, ALL, 1)                                                    \
    X(DIVIDE_K, divide, DIVIDE_K, ALL, 0)                                                          \
    X(DIVIDE_X, divide, DIVIDE_X, ALL, ZKB_DIVIDE_X)                                               \
    X(SIGNED_DIVIDE_K, divide, SIGNED_DIVIDE_K, ALL, ZKB_DIVIDE_SIGNED)                            \
    X(SIGNED_DIVIDE_X, divide, SIGNED_DIVIDE_X, ALL, ZKB_DIVIDE_SIGNED | ZKB_DIVIDE_X)             \
    X(TRUNCATE, truncate, EXTEND, ONLY(4), 0)                                                      \
    X(EXTEND, extend, EXTEND, ALL, 0)                                                              \
    X(SWAP, swap, SWAP, ALL, 0)                                                                    \
    X(LOAD_WORD, load_word, LOAD, ALIGNED(0), 0)                                                   \
    X(LOAD8, load_aligned, LOAD, ALIGNED(1), 0)                                                    \
    X(LOAD16, load_aligned, LOAD, ALIGNED(2), 1)                                                   \
    X(LOAD32, load_aligned, LOAD, ALIGNED(4), 2)                                                   \
    X(LOAD_ANY, load_any, LOAD, ALL, 0)                                                            \
    X(STORE_WORD_X, store_word, STORE_X, ALIGNED(0), ZKB_STORE_X)                                  \
    X(STORE_WORD_K, store_word, STORE_K, ALIGNED(0), 0)                                            \
    X(STORE8, store_aligned, STORE_X, ALIGNED(1), 0)                                               \
    X(STORE16, store_aligned, STORE_X, ALIGNED(2), 1)                                              \
    X(STORE32, store_aligned, STORE_X, ALIGNED(4), 2)                                              \
    X(STORE_ANY_X, store_any, STORE_X, ALL, ZKB_STORE_X)                                           \
    X(STORE_ANY_K, store_any, STORE_K, ALL, 0)                                                     \
    X(ATOMIC, atomic, ATOMIC, ALL, 0)                                                              \
    X(EXCHANGE, exchange, EXCHANGE, ALL, 0)                                                        \
    X(HELPER_MULHI, mulhi, HELPER, NUMBER, ZKB_HELPER_NUMBER_MULHI)

#define ZKB_SERVES_ALL 0x20u /* no flags are 0x20 */
#define ZKB_SERVES_ONLY(flags) ((unsigned)(flags))
#define ZKB_SERVES_ALIGNED(flags) (ZKB_SERVES_IF_ALIGNED | (unsigned)(flags))
#define ZKB_SERVES_OUTERMOST ZKB_SERVES_IF_OUTERMOST
#define ZKB_SERVES_NUMBER (ZKB_SERVES_IF_NUMBER | ZKB_SERVES_ALL)
#define ZKB_SERVES_IF_ALIGNED 0x40u
#define ZKB_SERVES_IF_OUTERMOST 0x80u
#define ZKB_SERVES_IF_NUMBER 0x100u

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

/* Chips that were added when there were proofs already: instruction chips by I, as in the first
 * list, auxiliary ones by A, as in the second. They come in groups, which are only ever added at
 * the end: a statement's key has the chips up to the end of the last group that it has tables of
 * (ZKB_KEY_ENDS), so that what does not use a group is proved and verified as before it was
 * added. */
#define ZKB_ADDED_CHIPS(I, A)                                                                      \
    I(HELPER_COPY, copy, HELPER, NUMBER, ZKB_HELPER_NUMBER_COPY)                                   \
    A(COPY_WORD, copy_words, 1, "copy_word")                                                       \
    I(HELPER_SHA256, sha256, HELPER, NUMBER, ZKB_HELPER_NUMBER_SHA256)                             \
    A(SHA256_BLOCK, sha256_block, 0, "sha256_block")                                               \
    A(SHA256_FIRST, sha256_schedule, ZKB_SHA256_FIRST, "sha256_first")                             \
    A(SHA256_LATER, sha256_schedule, ZKB_SHA256_LATER, "sha256_later")                             \
    A(SHA256_ROUND, sha256_round, 0, "sha256_round")                                               \
    I(HELPER_SET, set, HELPER, NUMBER, ZKB_HELPER_NUMBER_SET)                                      \
    A(SET_WORD, set_words, 1, "set_word")                                                          \
    A(SET_FOUR, set_words, ZKB_HELPER_FOUR, "set_four")                                            \
    I(HELPER_COMPARE, compare, HELPER, NUMBER, ZKB_HELPER_NUMBER_COMPARE)                          \
    A(COMPARE_WORD, compare_words, 1, "compare_word")                                              \
    A(COMPARE_FOUR, compare_words, ZKB_HELPER_FOUR, "compare_four")                                \
    A(COMPARE_DIFFERENT, compare_different, 0, "compare_different")                                \
    A(COPY_FOUR, copy_words, ZKB_HELPER_FOUR, "copy_four")                                         \
    I(HELPER_MULMOD, mulmod, HELPER, NUMBER, ZKB_HELPER_NUMBER_MULMOD)                             \
    I(HELPER_KECCAK, keccak, HELPER, NUMBER, ZKB_HELPER_NUMBER_KECCAK)                             \
    A(KECCAK_WORD, keccak_word, 0, "keccak_word")                                                  \
    A(KECCAK_SHEET, keccak_sheet, 0, "keccak_sheet")                                               \
    A(KECCAK_PARITY, keccak_parity, 0, "keccak_parity")                                            \
    A(KECCAK_PLANE0, keccak_plane, 0, "keccak_plane0")                                             \
    A(KECCAK_PLANE1, keccak_plane, 1, "keccak_plane1")                                             \
    A(KECCAK_PLANE2, keccak_plane, 2, "keccak_plane2")                                             \
    A(KECCAK_PLANE3, keccak_plane, 3, "keccak_plane3")                                             \
    A(KECCAK_PLANE4, keccak_plane, 4, "keccak_plane4")                                             \
    I(HELPER_INVERSE, inverse, HELPER, NUMBER, ZKB_HELPER_NUMBER_INVERSE)

#define ZKB_NO_INSTRUCTION_CHIP(id, function, form, serves, variant)
#define ZKB_NO_AUXILIARY_CHIP(id, function, variant, name)

typedef enum zkb_chip_id {
#define ZKB_CHIP_ENUM(id, function, form, serves, variant) ZKB_CHIP_##id,
    ZKB_INSTRUCTION_CHIPS(ZKB_CHIP_ENUM)
#undef ZKB_CHIP_ENUM
        ZKB_INSTRUCTION_CHIP_COUNT,
    ZKB_CHIP_BEFORE_TABLES = ZKB_INSTRUCTION_CHIP_COUNT - 1,
#define ZKB_CHIP_ENUM(id, function, variant, name) ZKB_CHIP_##id,
    ZKB_TABLE_CHIPS(ZKB_CHIP_ENUM)
#undef ZKB_CHIP_ENUM
        ZKB_CHIP_FIRST_ADDED,
    ZKB_CHIP_BEFORE_ADDED = ZKB_CHIP_FIRST_ADDED - 1,
#define ZKB_CHIP_ENUM_I(id, function, form, serves, variant) ZKB_CHIP_##id,
#define ZKB_CHIP_ENUM_A(id, function, variant, name) ZKB_CHIP_##id,
    ZKB_ADDED_CHIPS(ZKB_CHIP_ENUM_I, ZKB_CHIP_ENUM_A)
#undef ZKB_CHIP_ENUM_I
#undef ZKB_CHIP_ENUM_A
        ZKB_CHIP_COUNT
} zkb_chip_id;

/* One more than the last chip of each key, rising. */
#define ZKB_KEY_ENDS                                                                               \
    {ZKB_CHIP_FIRST_ADDED,       ZKB_CHIP_COPY_WORD + 1,         ZKB_CHIP_SHA256_ROUND + 1,        \
     ZKB_CHIP_SET_FOUR + 1,      ZKB_CHIP_COMPARE_DIFFERENT + 1, ZKB_CHIP_COPY_FOUR + 1,           \
     ZKB_CHIP_HELPER_MULMOD + 1, ZKB_CHIP_KECCAK_PLANE4 + 1,     ZKB_CHIP_HELPER_INVERSE + 1}
enum { ZKB_KEYS = 9 };

#define ZKB_CHIP_NONE ZKB_CHIP_COUNT

/* Indexed by zkb_chip_id. */
extern const zkb_machine_chip zkb_machine_chips[ZKB_CHIP_COUNT];

/* Whether each active row is an instruction that was executed. */
static inline bool zkb_chip_is_instruction(unsigned id)
{
    return zkb_machine_chips[id].form != ZKB_FORM_NONE;
}

/* Whether the rows are written as steps are executed: of instructions and of what they own. */
static inline bool zkb_chip_is_stepwise(unsigned id)
{
    return id < ZKB_INSTRUCTION_CHIP_COUNT || id >= ZKB_CHIP_FIRST_ADDED;
}

/* Builds all chips: chips[zkb_chip_id]. lookup_bits, 8 or 16, says which providers RANGE16 and
 * BYTE_AND are (tables.h); every other chip is the same for both. The caller ends each with
 * zkb_chip_destroy. */
zkb_status zkb_machine_build(zkb_chip *chips[ZKB_CHIP_COUNT], unsigned lookup_bits,
                             zkb_error *error) ZKB_MUST_USE;

/* Gives all chips what proving takes, and verifying does not: their product forms. Once, before
 * the chips are shared. */
zkb_status zkb_machine_multiply_out(zkb_chip *const chips[ZKB_CHIP_COUNT],
                                    zkb_error *error) ZKB_MUST_USE;

#endif
