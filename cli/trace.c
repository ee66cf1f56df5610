/* zkbpf trace: prints a recorded run. */
#include "cli/cli.h"
#include "cli/commands.h"

enum { KEY_FROM = 0x100, KEY_COUNT };

typedef struct trace_arguments {
    const char *path;
    uint64_t from;
    uint64_t count;
} trace_arguments;

static const struct argp_option trace_options[] = {
    {"from", KEY_FROM, "N", 0, "first step to print (default 0)", 0},
    {"count", KEY_COUNT, "N", 0, "number of steps (default: all)", 0},
    {0}};

static error_t parse_trace(int key, char *argument, struct argp_state *state)
{
    trace_arguments *arguments = state->input;
    switch (key) {
    case KEY_FROM:
        return zkb_cli_number(&arguments->from, argument, 0, UINT64_MAX)
                   ? 0
                   : zkb_cli_refuse(state, "--from wants a number, not '%s'", argument);
    case KEY_COUNT:
        return zkb_cli_number(&arguments->count, argument, 0, UINT64_MAX)
                   ? 0
                   : zkb_cli_refuse(state, "--count wants a number, not '%s'", argument);
    case ARGP_KEY_ARG:
        if (arguments->path != NULL) {
            return zkb_cli_refuse(state, "one trace file at a time");
        }
        arguments->path = zkb_cli_input_path(argument);
        return 0;
    case ARGP_KEY_END:
        return arguments->path != NULL ? 0 : zkb_cli_refuse(state, "which trace file?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static zkb_status print_steps(const zkb_trace *trace, uint64_t from, uint64_t count)
{
    const uint64_t length = zkb_trace_length(trace);
    for (uint64_t i = from; i < length && i - from < count && ferror(stdout) == 0; i++) {
        char line[ZKB_TRACE_LINE_BYTES];
        const zkb_status status = zkb_trace_line(line, sizeof line, trace, i);
        if (status != ZKB_OK) {
            return status;
        }
        printf("%s\n", line);
    }
    return ZKB_OK;
}

int zkb_command_trace(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "trace", "FILE",
        "Prints a trace that zkbpf run --trace wrote: number, pc, call depth and instruction of "
        "each "
        "step, with the registers and memory words that it changed.",
        trace_options, parse_trace};
    trace_arguments arguments = {.count = UINT64_MAX};
    int exit_status = ZKB_EXIT_OK;
    if (!zkb_cli_parse(&exit_status, &description, argc, argv, &arguments)) {
        return exit_status;
    }
    zkb_trace *trace = NULL;
    zkb_error error = {0};
    zkb_status status = zkb_trace_load(&trace, arguments.path, &error);
    if (status != ZKB_OK) {
        const int reported = zkb_cli_report(&error);
        return reported == ZKB_EXIT_OTHER ? reported : ZKB_EXIT_FILE;
    }
    status = print_steps(trace, arguments.from, arguments.count);
    zkb_trace_destroy(trace);
    return zkb_cli_exit_status(status);
}
