/* zkbpf join: joins the parts of a planned run into its proof. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/part.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MEMORY = ZKB_CLI_KEY_PROOF_FREE, KEY_SAVE_OUTPUT, KEY_NO_VERIFY, KEY_FORCE, KEY_JSON };

typedef struct join_arguments {
    zkb_cli_guest files; /* the plan, and the parts, as its operands */
    const char *proof_path;
    const char *output_path; /* for the program's output, or NULL */
    const char *setup;
    uint64_t memory;
    unsigned threads;
    bool unchecked, force, json;
} join_arguments;

static const struct argp_option join_options[] = {
    {"output", 'o', "FILE", 0, "the proof file to write (required)", 2},
    {"memory", KEY_MEMORY, "SIZE", 0,
     "most memory for folding, in bytes or with K, M, G (default: what the machine and its control "
     "group have left)",
     2},
    {"save-output", KEY_SAVE_OUTPUT, "FILE", 0,
     "also write the program's output, as zkbpf run --output does", 2},
    {"no-verify", KEY_NO_VERIFY, NULL, 0,
     "do not verify the proof before it is written (default: it is, in milliseconds)", 2},
    {"force", KEY_FORCE, NULL, 0, "write even over a setup, a key or a ceremony's file", 2},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 2},
    {"threads", ZKB_CLI_KEY_THREADS, "N", 0, "threads to use (default: all)", 2},
    ZKB_CLI_SETUP_OPTION,
    {0}};

static error_t parse_flag(join_arguments *arguments, int key)
{
    switch (key) {
    case KEY_NO_VERIFY:
        arguments->unchecked = true;
        return 0;
    case KEY_FORCE:
        arguments->force = true;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_join(int key, char *argument, struct argp_state *state)
{
    join_arguments *arguments = state->input;
    switch (key) {
    case 'o':
        arguments->proof_path = argument;
        return 0;
    case 's':
        arguments->setup = argument;
        return 0;
    case KEY_SAVE_OUTPUT:
        arguments->output_path = argument;
        return 0;
    case KEY_MEMORY:
        return zkb_cli_size(&arguments->memory, "--memory", argument, state);
    case ZKB_CLI_KEY_THREADS:
        return zkb_cli_threads(&arguments->threads, argument, state);
    case ARGP_KEY_ARG:
        return zkb_cli_guest_parse(&arguments->files, key, argument, state);
    case ARGP_KEY_END:
        if (arguments->files.path_count < 2) {
            return zkb_cli_refuse(state, "which plan, and which parts?");
        }
        if (arguments->proof_path == NULL) {
            return zkb_cli_refuse(state, "-o FILE is missing: where shall the proof go?");
        }
        return zkb_cli_guest_check_streams(&arguments->files, state);
    default:
        return parse_flag(arguments, key);
    }
}

/* What is read and made; ended by clear. */
typedef struct work {
    zkb_run_plan *plan;
    zkb_run_part **parts;
    size_t count;
    zkb_srs *srs;
    zkb_config *config;
    zkb_proof *proof;
    zkb_proof_summary summary;
} work;

static void clear(work *w)
{
    for (size_t i = 0; w->parts != NULL && i < w->count; i++) {
        zkb_run_part_destroy(w->parts[i]);
    }
    free(w->parts);
    zkb_proof_destroy(w->proof);
    zkb_config_destroy(w->config);
    zkb_srs_destroy(w->srs);
    zkb_run_plan_destroy(w->plan);
}

static int read_part(zkb_run_part **part, const char *path)
{
    uint8_t *bytes;
    size_t size;
    zkb_error error = {0};
    int status = zkb_cli_read(&bytes, &size, path, ZKB_CLI_MAX_PART_BYTES);
    if (status == ZKB_EXIT_OK && zkb_run_part_parse(part, bytes, size, path, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    }
    free(bytes);
    return status;
}

static int read_files(work *w, const join_arguments *arguments)
{
    const zkb_cli_guest *files = &arguments->files;
    int status = zkb_cli_plan_read(&w->plan, files->paths[0]);
    w->count = files->path_count - 1;
    w->parts = calloc(w->count, sizeof(zkb_run_part *));
    if (w->parts == NULL) {
        zkb_cli_message("out of memory");
        return ZKB_EXIT_OTHER;
    }
    for (size_t i = 0; status == ZKB_EXIT_OK && i < w->count; i++) {
        status = read_part(&w->parts[i], files->paths[1 + i]);
    }
    return status;
}

/* The setup, of as many powers as proving took. */
static int open_setup(work *w, const join_arguments *arguments)
{
    zkb_run_plan_facts facts;
    zkb_run_plan_describe(&facts, sizeof facts, w->plan);
    unsigned k = facts.k > ZKB_LOOKUP_WIDE ? facts.k : ZKB_LOOKUP_WIDE;
    k = facts.log_stack > k ? facts.log_stack : k;
    while (facts.program_slots > 1u << k) {
        k++;
    }
    return zkb_cli_setup_open(&w->srs, arguments->setup, k, NULL);
}

static int join(work *w, const join_arguments *arguments)
{
    zkb_error error = {0};
    zkb_status status = zkb_config_create(&w->config, 0, NULL, 0, &error);
    if (status == ZKB_OK) {
        (void)zkb_config_with_threads(w->config, arguments->threads);
        (void)zkb_config_with_memory(w->config, arguments->memory);
        (void)zkb_config_with_check(w->config, !arguments->unchecked);
        status = zkb_join_parts(&w->proof, &w->summary, w->srs, w->plan,
                                (const zkb_run_part *const *)w->parts, w->count, w->config, &error);
    }
    if (status == ZKB_OK) {
        return ZKB_EXIT_OK;
    }
    const int exit_status = zkb_cli_report(&error);
    if (status == ZKB_ERROR_MISMATCH) {
        return ZKB_EXIT_FILE;
    }
    return status == ZKB_ERROR_LIMIT ? ZKB_EXIT_OTHER : exit_status;
}

static int write_files(const work *w, const join_arguments *arguments)
{
    size_t size;
    const uint8_t *bytes = zkb_proof_bytes(w->proof, &size);
    const int status = zkb_cli_write(arguments->proof_path, bytes, size);
    if (status != ZKB_EXIT_OK || arguments->output_path == NULL) {
        return status;
    }
    bytes = zkb_proof_output(w->proof, &size);
    return zkb_cli_write(arguments->output_path, bytes, size);
}

static void print_json(const work *w)
{
    const zkb_proof_summary *s = &w->summary;
    char r0[32];
    json_object *object = json_object_new_object();
    (void)snprintf(r0, sizeof r0, "%" PRIu64, s->r0);
    (void)json_object_object_add(object, "r0", json_object_new_string(r0));
    (void)json_object_object_add(object, "instructions", json_object_new_uint64(s->instructions));
    (void)json_object_object_add(object, "chunks", json_object_new_uint64(s->chunks));
    (void)json_object_object_add(object, "parts", json_object_new_uint64(w->count));
    (void)json_object_object_add(object, "seconds", json_object_new_double(s->seconds));
    (void)json_object_object_add(object, "proof_bytes", json_object_new_uint64(s->proof_bytes));
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

static void print_text(const work *w, const char *path)
{
    const zkb_proof_summary *s = &w->summary;
    printf("r0            %" PRIu64 " (0x%" PRIx64 ")\n", s->r0, s->r0);
    printf("instructions  %" PRIu64 " in %u chunk%s, %zu part%s\n", s->instructions, s->chunks,
           s->chunks == 1 ? "" : "s", w->count, w->count == 1 ? "" : "s");
    printf("seconds       %.2f\n", s->seconds);
    printf("proof         %s, %" PRIu64 " bytes\n", path, s->proof_bytes);
}

/* Both files can be written, and nothing is lost by it. */
static int check_outputs(const join_arguments *arguments)
{
    const char *const paths[] = {arguments->proof_path, arguments->output_path};
    for (unsigned i = 0; i < 2; i++) {
        const int status = zkb_cli_proof_output_check(&arguments->files, arguments->setup, paths[i],
                                                      arguments->force);
        if (status != ZKB_EXIT_OK) {
            return status;
        }
    }
    if (paths[1] != NULL &&
        (strcmp(paths[0], paths[1]) == 0 || zkb_cli_same_file(paths[0], paths[1]))) {
        zkb_cli_message("%s: it cannot hold both the proof and the output", paths[1]);
        return ZKB_EXIT_USAGE;
    }
    return ZKB_EXIT_OK;
}

int zkb_command_join(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "join", "PLAN PART...",
        "Joins the parts of a run, which zkbpf prove --plan PLAN --part I/N made, into the proof "
        "of "
        "the run: the same, byte for byte, as one that zkbpf prove makes of all of it. The parts "
        "may come in any order. Verifies the proof; says which part is missing or does not belong.",
        join_options, parse_join};
    join_arguments arguments = {0};
    work w = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = check_outputs(&arguments);
        if (status == ZKB_EXIT_OK) {
            status = read_files(&w, &arguments);
        }
        if (status == ZKB_EXIT_OK) {
            status = open_setup(&w, &arguments);
        }
        if (status == ZKB_EXIT_OK) {
            status = join(&w, &arguments);
        }
        if (status == ZKB_EXIT_OK) {
            status = write_files(&w, &arguments);
        }
        if (status == ZKB_EXIT_OK && arguments.json) {
            print_json(&w);
        } else if (status == ZKB_EXIT_OK) {
            print_text(&w, arguments.proof_path);
        }
        clear(&w);
    }
    zkb_cli_guest_clear(&arguments.files);
    return status;
}
