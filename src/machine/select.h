/* Selects the chip that proves a step, and gives what fills the chip's row. */
#ifndef ZKB_MACHINE_SELECT_H
#define ZKB_MACHINE_SELECT_H

#include "machine/list.h"

typedef void (*zkb_machine_fill)(zkb_row_writer *row, unsigned variant);
/* NULL for chips that prove no instructions. */
extern const zkb_machine_fill zkb_machine_fills[ZKB_CHIP_COUNT];

/* The chip that proves a step, or ZKB_CHIP_NONE when none does. */
zkb_chip_id zkb_machine_select(const zkb_program_row *decoded, const zkb_step *step);

/* What a helper's call declares: the words of each range, and its rows in auxiliary chips. */
enum { ZKB_MOST_AUXILIARY = 8 };
typedef struct zkb_machine_call {
    unsigned range_count;
    uint32_t words[ZKB_HELPER_RANGES];
    unsigned auxiliary_count;
    struct {
        zkb_chip_id chip;
        uint32_t rows;
    } auxiliary[ZKB_MOST_AUXILIARY];
} zkb_machine_call;

/* The step is a call of the helper that the chip proves; accesses are those that it points to. */
void zkb_machine_call_init(zkb_machine_call *call, zkb_chip_id chip, const zkb_step *step,
                           const zkb_memory_operation *accesses);

/* ZKB_ERROR_UNSUPPORTED, naming the instruction at a slot that no chip proves. */
zkb_status zkb_machine_unsupported(const zkb_program *program, uint32_t slot,
                                   zkb_error *error) ZKB_MUST_USE;

#endif
