/* zkbpf id: the name under which a program's proofs are verified. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/proof.h"

typedef struct id_arguments {
    zkb_cli_guest guest;
    zkb_cli_key_arguments key;
} id_arguments;

static const struct argp_option id_options[] = {ZKB_CLI_SETUP_OPTION, ZKB_CLI_PROGRAM_OPTIONS, {0}};

static error_t parse_id(int key, char *argument, struct argp_state *state)
{
    id_arguments *arguments = state->input;
    if (key == 's') {
        arguments->key.setup = argument;
        return 0;
    }
    return zkb_cli_guest_parse(&arguments->guest, key, argument, state);
}

int zkb_command_id(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "id", "PROG...",
        "Prints a program's id: 64 hexadecimal digits that depend on its code, data, entry and "
        "memory layout, and on the setup.",
        id_options, parse_id};
    id_arguments arguments = {.key = {.lookup_bits = ZKB_LOOKUP_COMPACT}};
    zkb_cli_keys keys = {0};
    int status = ZKB_EXIT_OK;
    zkb_cli_guest_init(&arguments.guest);
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = zkb_cli_guest_load(&arguments.guest);
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_keys_make(&keys, &arguments.guest, &arguments.key);
        }
        if (status == ZKB_EXIT_OK) {
            char text[ZKB_CLI_ID_TEXT];
            zkb_cli_id_text(text, &keys.key->machine.id);
            printf("%s\n", text);
        }
        zkb_cli_keys_clear(&keys);
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
