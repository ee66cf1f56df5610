/* Helper functions of the machine: what CALL with a number reaches, each proved by a chip of its
 * own. A new helper is one folder beside this file, with the function that the interpreter calls
 * and the chip that proves it, and one line in the list.
 *
 * Arguments are r1..r5, the result goes to r0, the other registers are kept. */
#ifndef ZKB_MACHINE_HELPERS_H
#define ZKB_MACHINE_HELPERS_H

#include "machine/block.h"

/* X(ID, suffix of declare, fill and host function, HELPER, NUMBER, number). The number is the
 * chip's variant. Numbers begin at 1000, away from those of other platforms. */
#define ZKB_HELPER_CHIPS(X) X(HELPER_MULHI, mulhi, HELPER, NUMBER, 1000)

#define ZKB_HELPER_DECLARE(id, name, form, serves, number)                                         \
    void zkb_declare_##name(zkb_chip_builder *b, zkb_form form, unsigned variant);                 \
    ZKB_PROVER_ONLY void zkb_fill_##name(zkb_row_writer *row, unsigned variant);                   \
    ZKB_PROVER_ONLY uint64_t zkb_host_##name(void *context, zkb_helper_call *call);
ZKB_HELPER_CHIPS(ZKB_HELPER_DECLARE)
#undef ZKB_HELPER_DECLARE

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
