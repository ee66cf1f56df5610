/* zkbpf bench: measures parts of the library on this machine. */
#include "bench.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/guest.h"

#include <string.h>

typedef struct bench_arguments {
    bool json;
    const char *what;
    const char *prefix;
    const char *setup;
    const char *examples;
    bool long_runs;
    unsigned size;       /* 0: several */
    zkb_cli_guest guest; /* of prove, if it names a program */
} bench_arguments;

enum { KEY_JSON = ZKB_CLI_KEY_FREE, KEY_LONG, KEY_SIZE, KEY_EXAMPLES };

static const struct argp_option bench_options[] = {
    {"json", KEY_JSON, NULL, 0, "One JSON object a line", 0},
    {"long", KEY_LONG, NULL, 0, "prove: up to 2^23 instructions, not 2^20", 1},
    {"size", KEY_SIZE, "N", 0, "prove: runs of 2^N instructions alone, 8 to 26", 1},
    {"examples", KEY_EXAMPLES, "DIR", 0,
     "prove: also the example programs, whose objects are in DIR, at 2^17 instructions and more",
     1},
    {"input", 'i', "FILE", 0, "prove: the program's public input (default: empty)", 1},
    {"setup", 's', "FILE", 0, "prove: a setup of at least 2^17 powers (default: makes one)", 1},
    {0}};

static error_t parse_what(bench_arguments *in, const char *argument, const struct argp_state *state)
{
    static const char *const all[] = {"kernels", "proof", "prove", "vm"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(argument, all[i]) == 0) {
            in->what = all[i];
            return 0;
        }
    }
    return zkb_cli_refuse(state, "'%s' cannot be measured: use kernels, proof, prove or vm",
                          argument);
}

static error_t parse_operand(bench_arguments *in, char *argument, struct argp_state *state)
{
    if (state->arg_num == 0) {
        return parse_what(in, argument, state);
    }
    if (strcmp(in->what, "prove") == 0) {
        return zkb_cli_guest_parse(&in->guest, ARGP_KEY_ARG, argument, state);
    }
    if (state->arg_num == 1 && strcmp(in->what, "kernels") == 0) {
        in->prefix = argument;
        return 0;
    }
    return zkb_cli_refuse(state, "%s: one argument too many", argument);
}

/* Options of prove mean nothing to the others. */
static error_t check_options(const bench_arguments *in, const struct argp_state *state)
{
    const bool sizes = in->long_runs || in->size != 0 || in->examples != NULL;
    const bool set = sizes || in->setup != NULL || in->guest.input_path != NULL;
    if (set && strcmp(in->what, "prove") != 0) {
        return zkb_cli_refuse(state, "options other than --json are of bench prove alone");
    }
    if (in->long_runs && in->size != 0) {
        return zkb_cli_refuse(state, "give either --long or --size");
    }
    if (in->guest.input_path != NULL && in->guest.path_count == 0) {
        return zkb_cli_refuse(state, "--input goes with a program");
    }
    if (sizes && in->guest.path_count != 0) {
        return zkb_cli_refuse(state, "--long, --size and --examples go without a program");
    }
    return 0;
}

static error_t parse_bench(int key, char *argument, struct argp_state *state)
{
    bench_arguments *const in = state->input;
    uint64_t number;
    switch (key) {
    case KEY_JSON:
        in->json = true;
        return 0;
    case KEY_LONG:
        in->long_runs = true;
        return 0;
    case KEY_SIZE:
        if (!zkb_cli_number(&number, argument, 8, 26)) {
            return zkb_cli_refuse(state, "--size wants a number from 8 to 26, not '%s'", argument);
        }
        in->size = (unsigned)number;
        return 0;
    case KEY_EXAMPLES:
        in->examples = argument;
        return 0;
    case 's':
        in->setup = argument;
        return 0;
    case 'i':
        return zkb_cli_guest_parse(&in->guest, key, argument, state);
    case ARGP_KEY_ARG:
        return parse_operand(in, argument, state);
    case ARGP_KEY_NO_ARGS:
        return zkb_cli_refuse(state, "say what to measure: kernels, proof, prove or vm");
    case ARGP_KEY_END:
        return check_options(in, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int bench_prove(bench_arguments *in)
{
    zkb_error error = {0};
    zkb_bench_prove_options options = {.json = in->json,
                                       .long_runs = in->long_runs,
                                       .size = in->size,
                                       .setup = in->setup,
                                       .examples = in->examples};
    if (in->guest.path_count != 0) {
        const int status = zkb_cli_guest_load(&in->guest);
        if (status != ZKB_EXIT_OK) {
            return status;
        }
        const char *const slash = strrchr(in->guest.paths[0], '/');
        options.name = slash != NULL ? slash + 1 : in->guest.paths[0];
        options.program = in->guest.program;
        options.input = in->guest.input;
        options.input_bytes = in->guest.input_bytes;
    }
    return zkb_bench_prove(&options, &error) == ZKB_OK ? ZKB_EXIT_OK : zkb_cli_report(&error);
}

static int bench(bench_arguments *in)
{
    if (strcmp(in->what, "prove") == 0) {
        return bench_prove(in);
    }
    if (strcmp(in->what, "vm") == 0) {
        zkb_bench_vm(in->json);
    } else if (strcmp(in->what, "proof") == 0) {
        zkb_bench_proof(in->json);
    } else {
        zkb_bench_kernels(in->json, in->prefix);
    }
    return ZKB_EXIT_OK;
}

int zkb_command_bench(int argc, char **argv)
{
    static const zkb_cli_arguments arguments = {
        .command = "bench",
        .operands = "kernels [PREFIX]\nproof\nprove [PROG...]\nvm",
        .description = "Measures the arithmetic (kernels, or those whose name starts with PREFIX), "
                       "proofs over tables (proof), proofs of whole runs (prove: of PROG, or of "
                       "built-in loops) or the interpreter (vm). Figures mean something on an "
                       "idle machine only.",
        .options = bench_options,
        .parser = parse_bench,
    };
    bench_arguments in = {0};
    int status = 0;
    if (zkb_cli_parse(&status, &arguments, argc, argv, &in)) {
        status = bench(&in);
    }
    zkb_cli_guest_clear(&in.guest);
    return status;
}
