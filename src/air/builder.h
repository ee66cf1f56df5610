/* The state behind zkb_chip_builder. Only builder.c and build.c use it. */
#ifndef ZKB_AIR_BUILDER_H
#define ZKB_AIR_BUILDER_H

#include "air/chip.h"

struct zkb_chip_builder {
    zkb_chip *chip; /* under construction; NULL once handed over or when memory ran out */
    const char *name;
    bool failed; /* `error` holds the first mistake */
    zkb_error error;

    uint32_t node_capacity, constant_capacity, committed_capacity, preprocessed_capacity;
    uint32_t instance_capacity, constraint_capacity, interaction_capacity;
    uint32_t *shared; /* hash table of node index + 1, 0 for empty */
    uint32_t shared_size;
};

#endif
