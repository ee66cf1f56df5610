/* The instruction chips: declare and fill of each, listed in machine/list.c. */
#ifndef ZKB_MACHINE_CHIPS_H
#define ZKB_MACHINE_CHIPS_H

#include "machine/block.h"

/* linear.c */
void zkb_declare_constant(zkb_chip_builder *b, unsigned variant);
void zkb_fill_constant(zkb_row_writer *row, unsigned variant);
void zkb_declare_move(zkb_chip_builder *b, unsigned variant);
void zkb_fill_move(zkb_row_writer *row, unsigned variant);
void zkb_declare_add_k(zkb_chip_builder *b, unsigned variant);
void zkb_fill_add_k(zkb_row_writer *row, unsigned variant);
void zkb_declare_linear_x(zkb_chip_builder *b, unsigned variant);
void zkb_fill_linear_x(zkb_row_writer *row, unsigned variant);
void zkb_declare_linear32_k(zkb_chip_builder *b, unsigned variant);
void zkb_fill_linear32_k(zkb_row_writer *row, unsigned variant);
void zkb_declare_linear32_x(zkb_chip_builder *b, unsigned variant);
void zkb_fill_linear32_x(zkb_row_writer *row, unsigned variant);
void zkb_declare_negate(zkb_chip_builder *b, unsigned variant);
void zkb_fill_negate(zkb_row_writer *row, unsigned variant);

/* call.c; variant of call: 0 direct, 1 indirect */
void zkb_declare_call(zkb_chip_builder *b, unsigned variant);
void zkb_fill_call(zkb_row_writer *row, unsigned variant);
void zkb_declare_exit(zkb_chip_builder *b, unsigned variant);
void zkb_fill_exit(zkb_row_writer *row, unsigned variant);
void zkb_declare_halt(zkb_chip_builder *b, unsigned variant);
void zkb_fill_halt(zkb_row_writer *row, unsigned variant);

/* branch.c */
enum {
    ZKB_BRANCH_X = 1,      /* with a register, else with an immediate */
    ZKB_BRANCH_NARROW = 2, /* 32 bits */
    ZKB_BRANCH_SIGNED = 4,
    ZKB_BRANCH_EQUAL = 8 /* = and !=, else <, <=, >, >= */
};
void zkb_declare_jump(zkb_chip_builder *b, unsigned variant);
void zkb_fill_jump(zkb_row_writer *row, unsigned variant);
void zkb_declare_branch(zkb_chip_builder *b, unsigned variant);
void zkb_fill_branch(zkb_row_writer *row, unsigned variant);

/* bitwise.c; variant: 0 immediate, 1 register */
void zkb_declare_bitwise(zkb_chip_builder *b, unsigned variant);
void zkb_fill_bitwise(zkb_row_writer *row, unsigned variant);
void zkb_declare_branch_set(zkb_chip_builder *b, unsigned variant);
void zkb_fill_branch_set(zkb_row_writer *row, unsigned variant);

/* shift.c */
enum {
    ZKB_SHIFT_X = 1,      /* by a register, else by an immediate */
    ZKB_SHIFT_NARROW = 2, /* 32 bits */
    ZKB_SHIFT_ARITHMETIC = 4
};
void zkb_declare_shift(zkb_chip_builder *b, unsigned variant);
void zkb_fill_shift(zkb_row_writer *row, unsigned variant);

/* multiply.c; variant: 0 immediate, 1 register */
void zkb_declare_multiply(zkb_chip_builder *b, unsigned variant);
void zkb_fill_multiply(zkb_row_writer *row, unsigned variant);

/* divide.c */
enum { ZKB_DIVIDE_X = 1, ZKB_DIVIDE_SIGNED = 2 };
void zkb_declare_divide(zkb_chip_builder *b, unsigned variant);
void zkb_fill_divide(zkb_row_writer *row, unsigned variant);

/* extend.c */
void zkb_declare_truncate(zkb_chip_builder *b, unsigned variant);
void zkb_fill_truncate(zkb_row_writer *row, unsigned variant);
void zkb_declare_extend(zkb_chip_builder *b, unsigned variant);
void zkb_fill_extend(zkb_row_writer *row, unsigned variant);
void zkb_declare_swap(zkb_chip_builder *b, unsigned variant);
void zkb_fill_swap(zkb_row_writer *row, unsigned variant);

/* load.c; variant of load_aligned: ZKB_PART_8, _16, _32 */
void zkb_declare_load_word(zkb_chip_builder *b, unsigned variant);
void zkb_fill_load_word(zkb_row_writer *row, unsigned variant);
void zkb_declare_load_aligned(zkb_chip_builder *b, unsigned variant);
void zkb_fill_load_aligned(zkb_row_writer *row, unsigned variant);
void zkb_declare_load_any(zkb_chip_builder *b, unsigned variant);
void zkb_fill_load_any(zkb_row_writer *row, unsigned variant);

/* store.c; variant of store_aligned: ZKB_PART_8, _16, _32; of the others 0 or ZKB_STORE_X */
enum { ZKB_STORE_X = 1 };
void zkb_declare_store_word(zkb_chip_builder *b, unsigned variant);
void zkb_fill_store_word(zkb_row_writer *row, unsigned variant);
void zkb_declare_store_aligned(zkb_chip_builder *b, unsigned variant);
void zkb_fill_store_aligned(zkb_row_writer *row, unsigned variant);
void zkb_declare_store_any(zkb_chip_builder *b, unsigned variant);
void zkb_fill_store_any(zkb_row_writer *row, unsigned variant);

/* atomic.c */
void zkb_declare_atomic(zkb_chip_builder *b, unsigned variant);
void zkb_fill_atomic(zkb_row_writer *row, unsigned variant);
void zkb_declare_exchange(zkb_chip_builder *b, unsigned variant);
void zkb_fill_exchange(zkb_row_writer *row, unsigned variant);

#endif
