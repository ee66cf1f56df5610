/* zkbpf setup: makes, imports and describes the powers of tau that proofs are made with. */
#include "base/parallel.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/proof.h"
#include "kzg/srs_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct setup_arguments {
    const char *action;
    const char *file; /* the operand after the action */
    const char *output;
    unsigned k; /* 0: not given */
    unsigned threads;
    bool force;
} setup_arguments;

enum { KEY_K = 256, KEY_THREADS, KEY_FORCE };

static const struct argp_option setup_options[] = {
    {"k", KEY_K, "K", 0,
     "2^K powers: K from " ZKB_CLI_DIGITS(ZKB_SRS_MIN_K) " to " ZKB_CLI_DIGITS(
         ZKB_SRS_MAX_K) " (default: generate: " ZKB_CLI_DIGITS(ZKB_CONFIG_DEFAULT_K) "; import: as "
                                                                                     "many as the "
                                                                                     "file has)",
     0},
    {"output", 'o', "FILE", 0,
     "the setup file to write (default: generate: where the other commands look for one, "
     "$ZKBPF_SETUP or zkbpf/setup.srs in the user's cache directory; import: setup-K.srs here)",
     0},
    {"force", KEY_FORCE, NULL, 0, "write over a file that is there", 0},
    {"threads", KEY_THREADS, "N", 0, "threads to use (default: all)", 0},
    {0}};

static error_t parse_number(unsigned *out, const struct argp_state *state, const char *option,
                            const char *argument, uint64_t least, uint64_t most)
{
    uint64_t value;
    if (!zkb_cli_number(&value, argument, least, most)) {
        return zkb_cli_refuse(state, "--%s %s: it must be a number from %llu to %llu", option,
                              argument, (unsigned long long)least, (unsigned long long)most);
    }
    *out = (unsigned)value;
    return 0;
}

static error_t parse_operand(setup_arguments *in, char *argument, const struct argp_state *state)
{
    if (state->arg_num == 0) {
        if (strcmp(argument, "generate") != 0 && strcmp(argument, "import") != 0 &&
            strcmp(argument, "info") != 0) {
            return zkb_cli_refuse(state, "'%s' is not an action: use generate, import or info",
                                  argument);
        }
        in->action = argument;
        return 0;
    }
    if (state->arg_num > 1 || strcmp(in->action, "generate") == 0) {
        return zkb_cli_refuse(state, "%s: one argument too many", argument);
    }
    in->file = argument;
    return 0;
}

static error_t check_together(const setup_arguments *in, const struct argp_state *state)
{
    if (in->action == NULL) {
        return zkb_cli_refuse(state, "say what to do: generate, import or info");
    }
    if (strcmp(in->action, "generate") != 0 && in->file == NULL) {
        return zkb_cli_refuse(state, "%s needs a file", in->action);
    }
    if (strcmp(in->action, "info") == 0 && (in->k != 0 || in->output != NULL || in->force)) {
        return zkb_cli_refuse(state, "info takes none of --k, --output and --force");
    }
    return 0;
}

static error_t parse_setup(int key, char *argument, struct argp_state *state)
{
    setup_arguments *const in = state->input;
    switch (key) {
    case KEY_K:
        return parse_number(&in->k, state, "k", argument, ZKB_SRS_MIN_K, ZKB_SRS_MAX_K);
    case KEY_THREADS:
        return parse_number(&in->threads, state, "threads", argument, 1, ZKB_MOST_THREADS);
    case KEY_FORCE:
        in->force = true;
        return 0;
    case 'o':
        in->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        return parse_operand(in, argument, state);
    case ARGP_KEY_END:
        return check_together(in, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int describe(const char *path)
{
    zkb_srs srs;
    zkb_error error = {0};
    if (zkb_srs_open(&srs, path, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    uint8_t digest[32];
    zkb_fr_to_bytes(digest, &srs.digest);
    printf("file    %s\npowers  2^%u (proofs with --k up to %u)\nbytes   %zu\ndigest  ", path,
           srs.k, srs.k, ZKB_SRS_HEADER_SIZE + srs.size * sizeof *srs.g1);
    for (int i = 31; i >= 0; i--) {
        printf("%02x", digest[i]);
    }
    printf("\n");
    zkb_srs_close(&srs);
    return ZKB_EXIT_OK;
}

/* The same of a file that was made, unless it went into a pipe. */
static int describe_made(const char *path)
{
    struct stat information;
    return stat(path, &information) == 0 && !S_ISREG(information.st_mode) ? ZKB_EXIT_OK
                                                                          : describe(path);
}

/* Makes the folders of a path; if that fails, writing the file says why. */
static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0777);
        *slash = '/';
    }
}

/* The path that is given, or the one where prove and verify look; NULL after a report. Freed by the
 * caller. */
static char *place_of(const setup_arguments *in)
{
    char *path = zkb_cli_setup_path(in->output);
    if (path != NULL && in->output == NULL) {
        make_folders(path);
    }
    return path;
}

/* Whether the output can be written to, and is no file that there is: with another setup in place
 * of the old one, every proof made with the old one is lost. */
static int check_output(const char *path, const setup_arguments *in)
{
    struct stat information;
    if (!in->force && stat(path, &information) == 0 && S_ISREG(information.st_mode)) {
        zkb_cli_message(
            "%s: there is such a file, and proofs made with a setup need that setup to be "
            "verified; --force writes over it",
            path);
        return ZKB_EXIT_FILE;
    }
    return zkb_cli_output_check(path);
}

static int generate(const setup_arguments *in)
{
    zkb_error error = {0};
    char *path = place_of(in);
    if (path == NULL) {
        return ZKB_EXIT_USAGE;
    }
    int status = check_output(path, in);
    if (status == ZKB_EXIT_OK && zkb_srs_generate(path, in->k != 0 ? in->k : ZKB_CONFIG_DEFAULT_K,
                                                  in->threads, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    }
    if (status == ZKB_EXIT_OK) {
        printf("For development only: whoever ran this command could have kept the secret and "
               "forge\nany proof. For proofs that others rely on, import a ceremony's file "
               "instead.\n");
        status = describe_made(path);
    }
    free(path);
    return status;
}

static int import(const setup_arguments *in)
{
    char name[32];
    zkb_error error = {0};
    unsigned k = in->k;
    if (in->output == NULL && k == 0 && zkb_srs_ptau_power(&k, in->file, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    (void)snprintf(name, sizeof name, "setup-%u.srs", k);
    const char *path = in->output != NULL ? in->output : name;
    const int status = check_output(path, in);
    if (status != ZKB_EXIT_OK) {
        return status;
    }
    if (zkb_srs_import_ptau(path, in->file, k, in->threads, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    return describe_made(path);
}

int zkb_command_setup(int argc, char **argv)
{
    static const zkb_cli_arguments arguments = {
        .command = "setup",
        .operands = "generate\nimport FILE.ptau\ninfo FILE",
        .description = "Makes the setup file that proofs need (generate: for development, its "
                       "maker could forge proofs), converts one from a powers-of-tau ceremony in "
                       "the snarkjs format after checking it (import), or checks and describes "
                       "one (info).",
        .options = setup_options,
        .parser = parse_setup,
    };
    setup_arguments in = {.threads = zkb_parallel_threads()};
    int status = 0;
    if (!zkb_cli_parse(&status, &arguments, argc, argv, &in)) {
        return status;
    }
    if (strcmp(in.action, "info") == 0) {
        return describe(in.file);
    }
    return strcmp(in.action, "generate") == 0 ? generate(&in) : import(&in);
}
