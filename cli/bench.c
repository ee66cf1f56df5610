/* zkbpf bench: measures parts of the library on this machine. */
#include "bench.h"
#include "cli/cli.h"
#include "cli/commands.h"

#include <string.h>

typedef struct bench_arguments {
    bool json;
    const char *what;
    const char *prefix;
} bench_arguments;

enum { KEY_JSON = 256 };

static const struct argp_option bench_options[] = {
    {"json", KEY_JSON, NULL, 0, "One JSON object a line", 0}, {0}};

static error_t parse_bench(int key, char *argument, struct argp_state *state)
{
    bench_arguments *const in = state->input;
    switch (key) {
    case KEY_JSON:
        in->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num == 0) {
            if (strcmp(argument, "kernels") != 0 && strcmp(argument, "proof") != 0 &&
                strcmp(argument, "vm") != 0) {
                return zkb_cli_refuse(state, "%s: it is none of kernels, proof, vm", argument);
            }
            in->what = argument;
            return 0;
        }
        if (state->arg_num == 1 && strcmp(in->what, "kernels") == 0) {
            in->prefix = argument;
            return 0;
        }
        return zkb_cli_refuse(state, "%s: one argument too many", argument);
    case ARGP_KEY_NO_ARGS:
        return zkb_cli_refuse(state, "say what to measure: kernels, proof or vm");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int zkb_command_bench(int argc, char **argv)
{
    static const zkb_cli_arguments arguments = {
        .command = "bench",
        .operands = "kernels [PREFIX]\nproof\nvm",
        .description = "Measures the arithmetic (kernels, or those whose name starts with PREFIX), "
                       "proofs over tables (proof) or the interpreter (vm). Figures mean something "
                       "on an idle machine only.",
        .options = bench_options,
        .parser = parse_bench,
    };
    bench_arguments in = {0};
    int status = 0;
    if (!zkb_cli_parse(&status, &arguments, argc, argv, &in)) {
        return status;
    }
    if (strcmp(in.what, "vm") == 0) {
        zkb_bench_vm(in.json);
    } else if (strcmp(in.what, "proof") == 0) {
        zkb_bench_proof(in.json);
    } else {
        zkb_bench_kernels(in.json, in.prefix);
    }
    return ZKB_EXIT_OK;
}
