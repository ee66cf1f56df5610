/* A loaded guest on the interpreter, and where it is: for the commands that show a run from inside,
 * which the public interface does not. */
#ifndef ZKB_CLI_MACHINE_H
#define ZKB_CLI_MACHINE_H

#include "cli/guest.h"
#include "vm/vm.h"

/* A machine ready to run the loaded guest, to be ended by zkb_vm_destroy. Returns an exit status,
 * after reporting if it is not 0. */
int zkb_cli_guest_machine(zkb_vm **vm, const zkb_cli_guest *guest);
/* The same with other helper functions than the machine's. */
int zkb_cli_guest_machine_with(zkb_vm **vm, const zkb_cli_guest *guest, const zkb_helper *helpers,
                               size_t helper_count);

/* "name+distance" of a slot for messages, or "slot N" where no symbol covers it; cut at size. */
void zkb_cli_place(char *text, size_t size, const zkb_program *program, uint32_t slot);

/* Reports a fault as one line on standard error; returns ZKB_EXIT_FAULT. */
int zkb_cli_report_fault(const zkb_program *program, const zkb_vm_result *result);

#endif
