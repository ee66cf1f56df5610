/* zkbpf-plugin: the interface of the public BPF conformance suite's plug-ins. Not installed.
 *
 * Reads a program as hexadecimal bytes from standard input and memory as hexadecimal bytes from
 * its first argument, runs it with r1 = the memory's address and r2 = its length, and prints r0 in
 * hexadecimal. On a fault: a reason on standard error and a non-zero exit. With --prove the run is
 * also proved, the proof verified, and its r0 held to the run's. */
#include "cli/cli.h"
#include "cli/machine.h"
#include "cli/plugin_prove.h"
#include "vm/loader.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT_BYTES ((size_t)64 << 20)

enum { KEY_PROGRAM = ZKB_CLI_KEY_FREE, KEY_ELF, KEY_PROVE };

typedef struct plugin_arguments {
    const char *memory; /* hexadecimal, or NULL */
    const char *program;
    const char *setup; /* NULL unless the run is to be proved */
    bool elf;
} plugin_arguments;

static const struct argp_option plugin_options[] = {
    {"program", KEY_PROGRAM, "HEX", 0, "the program, instead of standard input", 0},
    {"elf", KEY_ELF, NULL, 0, "the bytes are an ELF object", 0},
    {"prove", KEY_PROVE, "SETUP", 0, "prove the run with this setup file, and verify the proof", 0},
    {0}};

static error_t parse_plugin(int key, char *argument, struct argp_state *state)
{
    plugin_arguments *arguments = state->input;
    switch (key) {
    case KEY_PROGRAM:
        arguments->program = argument;
        return 0;
    case KEY_ELF:
        arguments->elf = true;
        return 0;
    case KEY_PROVE:
        arguments->setup = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->memory != NULL) {
            return zkb_cli_refuse(state, "one argument, the memory, in quotes");
        }
        arguments->memory = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int digit_value(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Hexadecimal bytes, white space allowed between them. *bytes is malloc'd. */
static bool parse_hex(uint8_t **bytes, size_t *count, const char *text, const char *what)
{
    *count = 0;
    *bytes = malloc(strlen(text) / 2 + 1);
    if (*bytes == NULL) {
        zkb_cli_message("no memory for the %s", what);
        return false;
    }
    while (*text != '\0') {
        if (isspace((unsigned char)*text)) {
            text++;
        } else if (isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1])) {
            (*bytes)[(*count)++] = (uint8_t)(16 * digit_value(text[0]) + digit_value(text[1]));
            text += 2;
        } else {
            zkb_cli_message("the %s is not hexadecimal bytes at '%.16s'", what, text);
            return false;
        }
    }
    return true;
}

/* All of standard input as a string that the caller frees; NULL after reporting. */
static char *read_input(void)
{
    char *text = NULL;
    size_t size = 0;
    size_t total = 0;
    FILE *stream = open_memstream(&text, &size);
    bool whole = stream != NULL;
    while (whole && !feof(stdin)) {
        char piece[4096];
        const size_t got = fread(piece, 1, sizeof piece, stdin);
        total += got;
        whole =
            ferror(stdin) == 0 && total <= MAX_TEXT_BYTES && fwrite(piece, 1, got, stream) == got;
    }
    if (stream != NULL && fclose(stream) != 0) {
        whole = false;
    }
    if (!whole) {
        zkb_cli_message("standard input: cannot be read, or larger than 64 MiB");
        free(text);
        return NULL;
    }
    return text;
}

static uint64_t unwind(void *context, zkb_helper_call *call)
{
    (void)context;
    call->end = call->arguments[0] == 0;
    return call->arguments[0];
}

/* What the proof says of r0 must be what the run gave. */
static int prove(uint64_t r0, const zkb_program *program, const uint8_t *memory,
                 size_t memory_bytes, const char *setup)
{
    uint64_t proved = 0;
    const int status = zkb_plugin_prove(&proved, program, memory, memory_bytes, setup);
    if (status == ZKB_EXIT_OK && proved != r0) {
        zkb_cli_message("the run gave %" PRIx64 ", its proof says %" PRIx64, r0, proved);
        return ZKB_EXIT_REJECTED;
    }
    return status;
}

static int run_bytes(const uint8_t *code, size_t code_bytes, const uint8_t *memory,
                     size_t memory_bytes, const plugin_arguments *arguments)
{
    const zkb_helper helper = {.number = ZKB_PLUGIN_UNWIND, .call = unwind};
    const zkb_vm_options options = {.public_input_writable = true,
                                    .helpers = &helper,
                                    .helper_count = 1,
                                    .helpers_by_register = true};
    const zkb_object_bytes object = {"program", code, code_bytes};
    zkb_load_options load = zkb_load_options_default();
    load.format = arguments->elf ? ZKB_LOAD_ELF : ZKB_LOAD_RAW;
    zkb_program program = {0};
    zkb_vm *vm = NULL;
    zkb_error error = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_program_load(&program, &load, &object, 1, &error) != ZKB_OK ||
        zkb_vm_create(&vm, &program, memory, memory_bytes, NULL, 0, &options, &error) != ZKB_OK) {
        (void)zkb_cli_report(&error);
        status = ZKB_EXIT_FILE;
    } else {
        zkb_vm_result result;
        zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &result);
        if (result.outcome == ZKB_OUTCOME_EXITED && arguments->setup != NULL) {
            status = prove(result.r0, &program, memory, memory_bytes, arguments->setup);
        }
        if (result.outcome == ZKB_OUTCOME_EXITED && status == ZKB_EXIT_OK) {
            printf("%" PRIx64 "\n", result.r0);
        } else if (result.outcome != ZKB_OUTCOME_EXITED) {
            status = zkb_cli_report_fault(&program, &result);
        }
    }
    zkb_vm_destroy(vm);
    zkb_program_clear(&program);
    return status;
}

static int run_text(const plugin_arguments *arguments)
{
    char *input = NULL;
    if (arguments->program == NULL) {
        input = read_input();
        if (input == NULL) {
            return ZKB_EXIT_FILE;
        }
    }
    uint8_t *code = NULL;
    uint8_t *memory = NULL;
    size_t code_bytes = 0;
    size_t memory_bytes = 0;
    int status = ZKB_EXIT_USAGE;
    if (parse_hex(&code, &code_bytes, input != NULL ? input : arguments->program, "program") &&
        parse_hex(&memory, &memory_bytes, arguments->memory != NULL ? arguments->memory : "",
                  "memory")) {
        status = run_bytes(code, code_bytes, memory, memory_bytes, arguments);
    }
    free(input);
    free(code);
    free(memory);
    return status;
}

int main(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "plugin", "[MEMORY]",
        "Runs the program given as hexadecimal bytes on standard input, with r1 = address and r2 "
        "= length of MEMORY (hexadecimal bytes), and prints r0 in hexadecimal.",
        plugin_options, parse_plugin};
    plugin_arguments arguments = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = run_text(&arguments);
    }
    return zkb_cli_finish(status);
}
