/* zkbpf id: the name under which a program's proofs are verified. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/proof.h"

typedef struct id_arguments {
    zkb_cli_guest guest;
    const char *setup;
} id_arguments;

static const struct argp_option id_options[] = {ZKB_CLI_SETUP_OPTION, ZKB_CLI_PROGRAM_OPTIONS, {0}};

static error_t parse_id(int key, char *argument, struct argp_state *state)
{
    id_arguments *arguments = state->input;
    if (key == 's') {
        arguments->setup = argument;
        return 0;
    }
    return zkb_cli_guest_parse(&arguments->guest, key, argument, state);
}

static int print_id(const zkb_srs *srs, const zkb_program *program)
{
    zkb_verifying_key *key;
    zkb_error error = {0};
    uint8_t id[ZKB_CLI_ID_BYTES];
    char text[ZKB_CLI_ID_TEXT];
    if (zkb_verifying_key_create(&key, srs, program, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    zkb_verifying_key_program_id(id, key);
    zkb_verifying_key_destroy(key);
    zkb_cli_id_text(text, id);
    printf("%s\n", text);
    return ZKB_EXIT_OK;
}

int zkb_command_id(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "id", "PROG...",
        "Prints a program's id: 64 hexadecimal digits that depend on its code, data, entry and "
        "memory layout, and on the setup.",
        id_options, parse_id};
    id_arguments arguments = {0};
    zkb_srs *srs = NULL;
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = zkb_cli_guest_load(&arguments.guest);
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_setup_open(&srs, arguments.setup, ZKB_SRS_VERIFIER_K,
                                        arguments.guest.program);
        }
        if (status == ZKB_EXIT_OK) {
            status = print_id(srs, arguments.guest.program);
        }
        zkb_srs_destroy(srs);
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
