/* Which chip proves a step, and what fills its row. */
#ifndef ZKB_MACHINE_SELECT_H
#define ZKB_MACHINE_SELECT_H

#include "machine/list.h"

typedef void (*zkb_machine_fill)(zkb_row_writer *row, unsigned variant);
extern const zkb_machine_fill zkb_machine_fills[ZKB_INSTRUCTION_CHIP_COUNT];

/* The chip that proves a step, or ZKB_CHIP_NONE when none does. */
zkb_chip_id zkb_machine_select(const zkb_program_row *decoded, const zkb_step *step);

/* ZKB_ERROR_UNSUPPORTED, naming the instruction at a slot that no chip proves. */
zkb_status zkb_machine_unsupported(const zkb_program *program, uint32_t slot,
                                   zkb_error *error) ZKB_MUST_USE;

#endif
