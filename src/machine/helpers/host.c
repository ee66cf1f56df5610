/* What the interpreter calls. */
#include "machine/helpers/helpers.h"

const zkb_helper zkb_machine_helpers[] = {
#define ENTRY(id, name, form, serves, helper_number)                                               \
    {.number = (helper_number), .call = zkb_host_##name},
    ZKB_HELPER_CHIPS(ENTRY)
#undef ENTRY
};
const size_t zkb_machine_helper_count = sizeof zkb_machine_helpers / sizeof zkb_machine_helpers[0];
