/* The tables that are not instructions: those that provide the lookup buses, memory segments, and
 * the refreshing of old memory cells. */
#ifndef ZKB_MACHINE_TABLES_H
#define ZKB_MACHINE_TABLES_H

#include "machine/bus.h"

/* Row = slot. Preprocessed: code, dst, src, imm, target, is_function. Committed: how often the
 * slot was executed, and how often an indirect call asked for it. */
void zkb_declare_program(zkb_chip_builder *b, unsigned variant);

/* Ranges and bytes have one of two providers; the variant is the number of lookup bits.
 *
 * ZKB_LOOKUP_WIDE: all 2^16 values, row = value or row = a + 256 b. Committed: multiplicity.
 *
 * ZKB_LOOKUP_COMPACT: the values that are used, in any order, in one table or several. Committed:
 * their bytes (nibbles), each looked up in a table of 256 rows, and the multiplicity. */
void zkb_declare_range16(zkb_chip_builder *b, unsigned variant);
void zkb_declare_byte_and(zkb_chip_builder *b, unsigned variant);
/* Row = value, and row = a + 16 b: 256 of them. Committed: multiplicity. */
void zkb_declare_byte(zkb_chip_builder *b, unsigned variant);
void zkb_declare_nibble_and(zkb_chip_builder *b, unsigned variant);
/* Row = s, 64 of them. Committed: multiplicity. */
void zkb_declare_power(zkb_chip_builder *b, unsigned variant);

/* The words of one segment: row = word. Instance constants: space, base (the first word's address
 * divided by 8; for frames 0). The rows up to the last word that is accessed or not zero are
 * active: the words beyond are on no bus and cannot change. Committed: the content before (init)
 * and after (final), which are the statement's commitments, and the time of the last access, 0 if
 * none.
 *
 * Variants. A read-only segment has no column for the content after: it is the content before. A
 * checked segment proves by limbs that the content before is u64, and that it is zero beyond the
 * input's end, given by the instance constants words (those that hold input) and weight 0 to 3 (of
 * the limbs of the last of them: 0 for a limb of input, 2^8 for one that is half input, 2^16 for
 * one that is not input). What chips write is u64, and public data is; private input is u64 only by
 * this check. */
enum { ZKB_SEGMENT_PLAIN, ZKB_SEGMENT_READ_ONLY, ZKB_SEGMENT_READ_ONLY_CHECKED };
void zkb_declare_segment(zkb_chip_builder *b, unsigned variant);

/* Moves a cell's time forward by more than the 2^16 slots that an access can see: takes (space,
 * address, value, time) and gives it with a later time, by a difference of at most 2^32. */
void zkb_declare_refresh(zkb_chip_builder *b, unsigned variant);

#endif
