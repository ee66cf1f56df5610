/* The instruction chips: declare and fill of each, listed in machine/list.c. */
#ifndef ZKB_MACHINE_CHIPS_H
#define ZKB_MACHINE_CHIPS_H

#include "machine/block.h"

#define ZKB_DECLARE_CHIP(name)                                                                     \
    void zkb_declare_##name(zkb_chip_builder *b, zkb_form form, unsigned variant);                 \
    ZKB_PROVER_ONLY void zkb_fill_##name(zkb_row_writer *row, unsigned variant);

/* linear.c */
ZKB_DECLARE_CHIP(constant)
ZKB_DECLARE_CHIP(move)
ZKB_DECLARE_CHIP(add_k)
ZKB_DECLARE_CHIP(linear_x)
ZKB_DECLARE_CHIP(linear32_k)
ZKB_DECLARE_CHIP(linear32_x)
ZKB_DECLARE_CHIP(negate)

/* call.c; variant of call: 0 direct, 1 indirect */
ZKB_DECLARE_CHIP(call)
ZKB_DECLARE_CHIP(exit)
ZKB_DECLARE_CHIP(halt)

/* branch.c */
enum {
    ZKB_BRANCH_X = 1,      /* with a register, else with an immediate */
    ZKB_BRANCH_NARROW = 2, /* 32 bits */
    ZKB_BRANCH_SIGNED = 4,
    ZKB_BRANCH_EQUAL = 8 /* = and !=, else <, <=, >, >= */
};
ZKB_DECLARE_CHIP(jump)
ZKB_DECLARE_CHIP(branch)

/* bitwise.c; variant: 0 immediate, 1 register */
ZKB_DECLARE_CHIP(bitwise)
ZKB_DECLARE_CHIP(branch_set)

/* shift.c */
enum {
    ZKB_SHIFT_X = 1,      /* by a register, else by an immediate */
    ZKB_SHIFT_NARROW = 2, /* 32 bits */
    ZKB_SHIFT_ARITHMETIC = 4
};
ZKB_DECLARE_CHIP(shift)

/* multiply.c; variant: 0 immediate, 1 register */
ZKB_DECLARE_CHIP(multiply)

/* divide.c */
enum { ZKB_DIVIDE_X = 1, ZKB_DIVIDE_SIGNED = 2 };
ZKB_DECLARE_CHIP(divide)

/* extend.c */
ZKB_DECLARE_CHIP(truncate)
ZKB_DECLARE_CHIP(extend)
ZKB_DECLARE_CHIP(swap)

/* load.c; variant of load_aligned: ZKB_PART_8, _16, _32 */
ZKB_DECLARE_CHIP(load_word)
ZKB_DECLARE_CHIP(load_aligned)
ZKB_DECLARE_CHIP(load_any)

/* store.c; variant of store_aligned: ZKB_PART_8, _16, _32; of the others 0 or ZKB_STORE_X */
enum { ZKB_STORE_X = 1 };
ZKB_DECLARE_CHIP(store_word)
ZKB_DECLARE_CHIP(store_aligned)
ZKB_DECLARE_CHIP(store_any)

/* atomic.c */
ZKB_DECLARE_CHIP(atomic)
ZKB_DECLARE_CHIP(exchange)

#endif
