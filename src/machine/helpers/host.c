/* What the interpreter calls. */
#include "machine/helpers/helpers.h"

const zkb_helper zkb_machine_helpers[] = {
    {.number = 1000, .name = "mulhi", .arguments = 2, .call = zkb_host_mulhi},
};
const size_t zkb_machine_helper_count = sizeof zkb_machine_helpers / sizeof zkb_machine_helpers[0];
