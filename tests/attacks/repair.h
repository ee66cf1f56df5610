/* Several cells of a row changed together. A walk changes one cell of an honest row, then repairs
 * what objects by changing another cell of it, a few times over. What a row takes on permutation
 * buses is its input and stays; each lookup must be of what its table can have. When nothing
 * objects any more, the row must give what it gave before: else its outputs do not follow from its
 * inputs, and the walk has found an attack. */
#ifndef ZKB_TESTS_ATTACKS_REPAIR_H
#define ZKB_TESTS_ATTACKS_REPAIR_H

#include "bpf/machine_run.h"

#define REPAIR_NOTHING UINT32_MAX

typedef struct repair_options {
    uint64_t seed;
    unsigned walks;
    /* A constraint or an interaction of the chip that is left out, or REPAIR_NOTHING. */
    uint32_t without_constraint, without_interaction;
    /* It is not left out but weakened: x (1 - x) to x (1 - x) (2 - x), a range by one bit. */
    bool weakened;
} repair_options;

/* Whether one of the walks from an active row of the table finds an attack; what then says which
 * cells it changed. */
/* Whether the constraint is one that can be weakened, or the interaction looks a range up. */
bool repair_can_weaken(const zkb_chip *chip, uint32_t constraint, uint32_t interaction);

bool repair_finds(char *what, size_t size, const machine_run *run, uint32_t table, uint64_t row,
                  const repair_options *options);

#endif
