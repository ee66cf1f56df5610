#include "cli/console.h"

#include "machine/helpers/helpers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MULHI 1000u
#define MARK UINT64_C(0x7a6b6270662d7478) /* ZKBPF_SHOW_MARK of examples/guest/zkbpf.h */

/* Writes the part of [address, address + size) that lies in memory. What would move a terminal's
 * cursor is shown as '?'. */
static void show(const zkb_vm *vm, uint64_t address, uint64_t size)
{
    const uint64_t region = address >> 32;
    if (region < ZKB_REGION_INDEX_PROGRAM || region >= ZKB_REGION_INDEX_END) {
        return;
    }
    zkb_region_view view;
    zkb_vm_region(&view, vm, (zkb_region)region);
    for (uint64_t at = address - view.start; size > 0 && at < view.bytes; at++, size--) {
        const uint8_t c = view.data[at];
        (void)fputc(c >= ' ' || c == '\n' || c == '\t' ? c : '?', stderr);
    }
}

static uint64_t call(void *context, zkb_helper_call *c)
{
    const zkb_cli_console *console = context;
    if (console->vm != NULL && c->arguments[1] == 0 && c->arguments[2] == MARK) {
        show(console->vm, c->arguments[0], c->arguments[3]);
    }
    return console->mulhi.call(console->mulhi.context, c);
}

zkb_status zkb_cli_console_init(zkb_cli_console *console, zkb_error *error)
{
    *console = (zkb_cli_console){.count = zkb_machine_helper_count};
    console->helpers = calloc(console->count, sizeof *console->helpers);
    if (console->helpers == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "console", ZKB_NO_INDEX, "out of memory");
    }
    memcpy(console->helpers, zkb_machine_helpers, console->count * sizeof *console->helpers);
    for (size_t i = 0; i < console->count; i++) {
        if (console->helpers[i].number == MULHI) {
            console->mulhi = console->helpers[i];
            console->helpers[i].call = call;
            console->helpers[i].context = console;
        }
    }
    return ZKB_OK;
}

void zkb_cli_console_clear(zkb_cli_console *console)
{
    free(console->helpers);
    *console = (zkb_cli_console){0};
}
