#include "cli/machine.h"

#include "machine/helpers/helpers.h"
#include "vm/check.h"

#include <inttypes.h>
#include <string.h>

int zkb_cli_guest_machine_with(zkb_vm **vm, const zkb_cli_guest *guest, const zkb_helper *helpers,
                               size_t helper_count)
{
    zkb_error error = {0};
    const zkb_vm_options options = {.max_instructions = guest->max_instructions,
                                    .helpers = helpers,
                                    .helper_count = helper_count};
    const zkb_status status =
        zkb_vm_create(vm, guest->program, guest->input, guest->input_bytes, guest->private_input,
                      guest->private_bytes, &options, &error);
    return status == ZKB_OK ? ZKB_EXIT_OK : zkb_cli_report(&error);
}

int zkb_cli_guest_machine(zkb_vm **vm, const zkb_cli_guest *guest)
{
    return zkb_cli_guest_machine_with(vm, guest, zkb_machine_helpers, zkb_machine_helper_count);
}

void zkb_cli_place(char *text, size_t size, const zkb_program *program, uint32_t slot)
{
    uint32_t distance = 0;
    const char *name = zkb_program_symbol_at(program, slot, &distance);
    if (name == NULL) {
        (void)snprintf(text, size, "slot %" PRIu32, slot);
        return;
    }
    zkb_cli_clean_name(text, size, name);
    if (distance > 0) {
        const size_t length = strlen(text);
        (void)snprintf(text + length, size - length, "+%" PRIu32, distance);
    }
}

int zkb_cli_report_fault(const zkb_program *program, const zkb_vm_result *result)
{
    zkb_error error = {0};
    return zkb_vm_fault_error(program, result, &error) == ZKB_OK ? ZKB_EXIT_OK
                                                                 : zkb_cli_report(&error);
}
