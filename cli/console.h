/* What a guest prints while it runs (examples/guest/stdio.h). */
#ifndef ZKB_CLI_CONSOLE_H
#define ZKB_CLI_CONSOLE_H

#include "vm/vm.h"

/* The machine's helpers, of which mulhi, called as mulhi(text, 0, mark, size), also writes the text
 * to standard error: for the machine it is the product of something and 0. */
typedef struct zkb_cli_console {
    zkb_helper *helpers; /* for zkb_vm_options */
    size_t count;
    zkb_helper mulhi; /* the machine's */
    const zkb_vm *vm; /* whose memory holds the text; NULL: nothing is written */
} zkb_cli_console;

/* *console must outlive the machines that use its helpers; end it with zkb_cli_console_clear. */
zkb_status zkb_cli_console_init(zkb_cli_console *console, zkb_error *error) ZKB_MUST_USE;
void zkb_cli_console_clear(zkb_cli_console *console);

#endif
