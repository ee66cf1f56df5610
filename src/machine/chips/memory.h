/* Parts that loads and stores share: the address, a part of one aligned word, and a window of two
 * words for every other access. */
#ifndef ZKB_MACHINE_CHIPS_MEMORY_H
#define ZKB_MACHINE_CHIPS_MEMORY_H

#include "machine/block.h"

/* ---- Address ---- */

typedef struct zkb_memory_address {
    zkb_expr byte_address; /* base register + offset, as an integer: it never wraps */
} zkb_memory_address;

/* Columns: the base register's number (*index), offset + 2^15 (*offset), the base's value and time.
 * The sum needs no reduction mod 2^64: a sum that wraps would name no existing word, since all lie
 * above 2^32 and offsets are below 2^15. */
void zkb_declare_address(zkb_memory_address *a, const zkb_instruction_block *i, zkb_expr *index,
                         zkb_expr *offset);
void zkb_put_address(zkb_row_writer *row, unsigned index, uint64_t base);

/* An address divided by 8 in the field: an existing word's number only when it is a multiple. */
zkb_expr zkb_word_address(zkb_chip_builder *b, zkb_expr byte_address);

/* The space of a load's word: read-write, or read-only by a committed bit. The bus has each word in
 * one space alone. */
zkb_expr zkb_declare_load_space(const zkb_instruction_block *i, const char *name);

/* ---- An aligned part of one word ---- */

/* Widths as the decoded instruction's flag bits number them. */
enum { ZKB_PART_8, ZKB_PART_16, ZKB_PART_32 };

typedef struct zkb_memory_part {
    zkb_expr position; /* of the part's first byte in the word: a multiple of the width */
    zkb_expr word;     /* the word, from its range-checked limbs */
    zkb_expr limb[4];
    zkb_expr select[4]; /* one-hot: the limb that holds the part (first limb for 32 bits) */
    zkb_expr byte[2];   /* 8 bits: the bytes of that limb */
    zkb_expr odd;       /* 8 bits: the part is the upper byte */
    zkb_expr part;      /* its value */
} zkb_memory_part;

void zkb_declare_part(zkb_memory_part *p, const zkb_instruction_block *i, unsigned width);
/* The value of the word when the part is replaced; of degree 4 at most. */
zkb_expr zkb_part_replaced(const zkb_memory_part *p, zkb_chip_builder *b, unsigned width,
                           zkb_expr value);
void zkb_put_part(zkb_row_writer *row, uint64_t word, unsigned position, unsigned width);

/* ---- A window of two words ---- */

typedef struct zkb_memory_window {
    zkb_expr bits8, bits16, bits32, bits64; /* one-hot on active rows */
    zkb_expr inside[8];                     /* whether byte j is within the width */
    zkb_expr start[8];                      /* one-hot: the access begins at byte k of word 0 */
    zkb_expr byte[16];                      /* of both words; the second is zero if not crossed */
    zkb_expr before[2];
    zkb_expr crosses; /* whether the access reaches into word 1 */
    zkb_access access[2];
} zkb_memory_window;

/* The width's flag columns; adds them to the fields' code. */
void zkb_declare_width(zkb_memory_window *w, const zkb_instruction_block *i,
                       zkb_instruction_fields *f);
void zkb_put_width(zkb_row_writer *row, unsigned flags);
unsigned zkb_width_bytes(unsigned flags);

/* Position, bytes, and the accesses' beginnings. */
void zkb_declare_window(zkb_memory_window *w, const zkb_instruction_block *i, zkb_expr byte_address,
                        bool loads);
/* The accesses' ends, with the words' values after. */
void zkb_window_access(const zkb_memory_window *w, const zkb_instruction_block *i,
                       const zkb_expr after[2]);
/* Byte j of the access: sum_k start_k byte_(k+j). */
zkb_expr zkb_window_byte(const zkb_memory_window *w, const zkb_instruction_block *i, unsigned j);
void zkb_put_window(zkb_row_writer *row, unsigned bytes, bool loads);
/* The bytes at the step's address before it, zero-extended. */
uint64_t zkb_window_value(const zkb_row_writer *row, unsigned bytes);

#endif
