/* Helper functions of the machine: what CALL with a number reaches, each proved by a chip of its
 * own, with rows of auxiliary chips where it has any. A new helper is one folder beside this file,
 * with the function that the interpreter calls and the chips that prove it, its declaration in
 * host.c, lines in ZKB_ADDED_CHIPS (list.h), and one in helper_rows (select.c) for each auxiliary
 * chip. Its ranges are accessed in the slots that zkb_range_slot says.
 *
 * Arguments are r1..r5, the result goes to r0, the other registers are kept. */
#ifndef ZKB_MACHINE_HELPERS_H
#define ZKB_MACHINE_HELPERS_H

#include "machine/block.h"

/* X(suffix of declare, fill and host function). */
#define ZKB_HELPERS(X)                                                                             \
    X(mulhi)                                                                                       \
    X(copy)                                                                                        \
    X(sha256)                                                                                      \
    X(mulmod)                                                                                      \
    X(keccak)                                                                                      \
    X(set)                                                                                         \
    X(compare)                                                                                     \
    X(inverse)

#define ZKB_HELPER_DECLARE(name)                                                                   \
    void zkb_declare_##name(zkb_chip_builder *b, zkb_form form, unsigned variant);                 \
    ZKB_PROVER_ONLY void zkb_fill_##name(zkb_row_writer *row, unsigned variant);                   \
    ZKB_PROVER_ONLY uint64_t zkb_host_##name(void *context, zkb_helper_call *call);
ZKB_HELPERS(ZKB_HELPER_DECLARE)
#undef ZKB_HELPER_DECLARE

/* The numbers by which they are called, which are the variants of their chips; away from those of
 * other platforms. */
enum {
    ZKB_HELPER_NUMBER_MULHI = 1000,
    ZKB_HELPER_NUMBER_COPY = 1001,
    ZKB_HELPER_NUMBER_SHA256 = 1002,
    ZKB_HELPER_NUMBER_MULMOD = 1003,
    ZKB_HELPER_NUMBER_KECCAK = 1004,
    ZKB_HELPER_NUMBER_SET = 1005,
    ZKB_HELPER_NUMBER_COMPARE = 1006,
    ZKB_HELPER_NUMBER_INVERSE = 1011
};

/* Words that a row of a chip "_four" has; their remainder by four has a row each. */
enum { ZKB_HELPER_FOUR = 4 };
/* Whether the words first to first + 3 of a range have a row of their own, of which `words` are
 * read from the word with the number `address` on: they are there, and in one segment, so that one
 * space has them all. `first` is a multiple of four. */
static inline bool zkb_is_four(uint32_t first, uint32_t words, uint64_t address)
{
    const uint64_t in_segment = (address + first) % (ZKB_SEGMENT_BYTES / 8);
    return words - first >= ZKB_HELPER_FOUR &&
           in_segment <= ZKB_SEGMENT_BYTES / 8 - ZKB_HELPER_FOUR;
}
/* The name of a column that a row has for each of its `words`: with a number if they are several.
 */
const char *zkb_word_name(zkb_chip_builder *b, const char *name, unsigned words, unsigned index);

/* copy: the most words of a call, and the slots of its ranges. */
enum { ZKB_COPY_MOST_WORDS = 256, ZKB_COPY_SOURCE = 0, ZKB_COPY_DESTINATION = 1 };
/* variant: words of a row. */
void zkb_declare_copy_words(zkb_chip_builder *b, unsigned variant);

/* set: the most words of a call, and the slot of its range. */
enum { ZKB_SET_MOST_WORDS = 256, ZKB_SET_DESTINATION = 0 };
/* variant: words of a row. */
void zkb_declare_set_words(zkb_chip_builder *b, unsigned variant);

/* compare: the most words of a call, and the slots of its ranges. */
enum { ZKB_COMPARE_MOST_WORDS = 256, ZKB_COMPARE_LEFT = 0, ZKB_COMPARE_RIGHT = 1 };
/* variant: words of a row. */
void zkb_declare_compare_words(zkb_chip_builder *b, unsigned variant);
void zkb_declare_compare_different(zkb_chip_builder *b, unsigned variant);

/* sha256: the slots of its ranges, and the variants of its schedule's chips. */
enum { ZKB_SHA256_BLOCK_RANGE = 0, ZKB_SHA256_STATE_RANGE = 1 };
enum { ZKB_SHA256_FIRST, ZKB_SHA256_LATER };
void zkb_declare_sha256_block(zkb_chip_builder *b, unsigned variant);
void zkb_declare_sha256_schedule(zkb_chip_builder *b, unsigned variant);
void zkb_declare_sha256_round(zkb_chip_builder *b, unsigned variant);

/* mulmod: its ranges. */
enum {
    ZKB_MULMOD_A,
    ZKB_MULMOD_B,
    ZKB_MULMOD_C,
    ZKB_MULMOD_M,
    ZKB_MULMOD_RESULT,
    ZKB_MULMOD_RANGES
};

/* inverse: the slots of its ranges. */
enum { ZKB_INVERSE_A, ZKB_INVERSE_M, ZKB_INVERSE_RESULT, ZKB_INVERSE_RANGES };

/* The slot in which a range is accessed, of a helper that has `count` of them: each has its own,
 * but of five the third and the fourth, which are both read, share one. A word that both have is
 * accessed once. */
static inline unsigned zkb_range_slot(unsigned range, unsigned count)
{
    return count > ZKB_TIME_SLOTS && range > 2 ? range - 1 : range;
}

/* keccak: the slot of its range. The variant of a plane is its y. */
enum { ZKB_KECCAK_STATE_RANGE = 0 };
void zkb_declare_keccak_word(zkb_chip_builder *b, unsigned variant);
void zkb_declare_keccak_sheet(zkb_chip_builder *b, unsigned variant);
void zkb_declare_keccak_parity(zkb_chip_builder *b, unsigned variant);
void zkb_declare_keccak_plane(zkb_chip_builder *b, unsigned y);

/* Argument r1 (index 1) to r5 of the call that the row is of. */
static inline uint64_t zkb_argument(const zkb_row_writer *row, unsigned index)
{
    return (row->memory - ZKB_HELPER_ARGUMENTS)[index - 1].before;
}

/* All of them, for zkb_vm_options. */
extern const zkb_helper zkb_machine_helpers[];
extern const size_t zkb_machine_helper_count;

/* The fields of a call of helper `number`, and its interactions with program and state. */
void zkb_helper_end(const zkb_instruction_block *i, zkb_form form, unsigned number);

#endif
