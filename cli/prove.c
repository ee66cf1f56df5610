/* zkbpf prove: runs a program and writes a proof of the run. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/part.h"
#include "cli/progress.h"
#include "cli/proof.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    KEY_CHUNK_SIZE = ZKB_CLI_KEY_PROOF_FREE,
    KEY_MODE,
    KEY_MEMORY,
    KEY_RESUME,
    KEY_JSON,
    KEY_PROGRESS,
    KEY_SAVE_OUTPUT,
    KEY_STACK,
    KEY_NO_VERIFY,
    KEY_FORCE,
    KEY_PLAN,
    KEY_PART
};

typedef struct prove_arguments {
    zkb_cli_guest guest;
    zkb_cli_key_arguments key;
    const char *proof_path;
    const char *output_path; /* for the program's output, or NULL */
    const char *resume;
    zkb_cli_part part; /* of a plan, or all of the run */
    uint64_t chunk_size;
    zkb_mode mode;
    uint64_t memory; /* 0: what the machine has left */
    bool unchecked, force, quiet, json;
    zkb_cli_progress_style progress;
} prove_arguments;

static const struct argp_option prove_options[] = {
    ZKB_CLI_RUN_OPTIONS,
    {"output", 'o', "FILE", 0, "the proof file to write (required)", 2},
    {"chunk-size", KEY_CHUNK_SIZE, "N", 0,
     "most instructions in a chunk, also with K, M for 2^10, 2^20 (default 2 * 2^K)", 2},
    {"stack", KEY_STACK, "N", 0,
     "commit to columns in stacks of 2^N numbers, " ZKB_CLI_STACK_RANGE
     ": longer ones make a smaller proof; the setup needs 2^N powers",
     2},
    {"mode", KEY_MODE, "MODE", 0,
     "auto (default), sequential (all threads in one chunk) or parallel (chunks side by side)", 2},
    {"lookup-bits", ZKB_CLI_KEY_LOOKUP_BITS, "8|16", 0,
     "range tables of 2^8 rows (short runs) or 2^16 (long runs; default: by the run's length)", 2},
    {"memory", KEY_MEMORY, "SIZE", 0,
     "most memory for proving, in bytes or with K, M, G; fewer chunks go side by side when they "
     "would take more (default: what the machine and its control group have left)",
     2},
    {"resume", KEY_RESUME, "DIR", 0,
     "keep finished chunks there; the same command goes on where it was stopped", 2},
    {"plan", KEY_PLAN, "FILE", 0,
     "prove a part of what zkbpf plan planned, with its settings; zkbpf join joins the parts", 2},
    {"part", KEY_PART, "I/N", 0, "which part: number I of N, counted from 1 (with --plan)", 2},
    {"save-output", KEY_SAVE_OUTPUT, "FILE", 0,
     "also write the program's output, as zkbpf run --output does", 2},
    {"no-verify", KEY_NO_VERIFY, NULL, 0,
     "do not verify the proof before it is written (default: it is, in milliseconds)", 2},
    {"force", KEY_FORCE, NULL, 0, "write even over a setup, a key or a ceremony's file", 2},
    {"json", KEY_JSON, NULL, 0, "print the summary as one JSON object", 2},
    {"quiet", 'q', NULL, 0, "no progress and no notes on standard error, errors alone", 2},
    {"progress", KEY_PROGRESS, "STYLE", 0,
     "auto (default: a bar on a terminal, lines elsewhere), json (a line each), none", 2},
    ZKB_CLI_KEY_OPTIONS,
    ZKB_CLI_PROGRAM_OPTIONS,
    {0}};

/* The index of `text` among names, or -1. */
static int choose(const char *text, const char *const *names, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(text, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static error_t parse_choice(prove_arguments *arguments, int key, const char *argument,
                            const struct argp_state *state)
{
    static const char *const modes[] = {"auto", "sequential", "parallel"};
    static const char *const styles[] = {"auto", "json", "none"};
    const int choice = choose(argument, key == KEY_MODE ? modes : styles, 3);
    if (choice < 0) {
        return key == KEY_MODE
                   ? zkb_cli_refuse(state, "--mode %s: use auto, sequential or parallel", argument)
                   : zkb_cli_refuse(state, "--progress %s: use auto, json or none", argument);
    }
    if (key == KEY_MODE) {
        arguments->mode = (zkb_mode)choice;
    } else {
        arguments->progress = (zkb_cli_progress_style)choice;
    }
    return 0;
}

static error_t parse_shared(prove_arguments *arguments, int key, char *argument,
                            struct argp_state *state)
{
    const error_t status = zkb_cli_key_parse(&arguments->key, key, argument, state);
    return status != ARGP_ERR_UNKNOWN
               ? status
               : zkb_cli_guest_parse(&arguments->guest, key, argument, state);
}

static error_t parse_flag(prove_arguments *arguments, int key)
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
    case 'q':
        arguments->quiet = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_end(prove_arguments *arguments, const struct argp_state *state)
{
    const zkb_cli_part *part = &arguments->part;
    if (arguments->proof_path == NULL) {
        return zkb_cli_refuse(state, "-o FILE is missing: where shall the proof go?");
    }
    if ((part->plan_path == NULL) != (part->parts == 0)) {
        return zkb_cli_refuse(state, "--plan FILE and --part I/N go together");
    }
    if (part->plan_path != NULL && (arguments->output_path != NULL || arguments->unchecked)) {
        return zkb_cli_refuse(state, "--save-output and --no-verify are of whole proofs: see "
                                     "zkbpf join");
    }
    arguments->guest.others[0] = part->plan_path;
    return 0;
}

static error_t parse_prove(int key, char *argument, struct argp_state *state)
{
    prove_arguments *arguments = state->input;
    error_t status;
    switch (key) {
    case 'o':
        arguments->proof_path = argument;
        return 0;
    case KEY_SAVE_OUTPUT:
        arguments->output_path = argument;
        return 0;
    case KEY_CHUNK_SIZE:
        return zkb_cli_size(&arguments->chunk_size, "--chunk-size", argument, state);
    case KEY_STACK:
        return zkb_cli_stack(&arguments->key.log_stack, argument, state);
    case KEY_MODE:
    case KEY_PROGRESS:
        return parse_choice(arguments, key, argument, state);
    case KEY_MEMORY:
        return zkb_cli_size(&arguments->memory, "--memory", argument, state);
    case KEY_RESUME:
        arguments->resume = argument;
        return 0;
    case KEY_PLAN:
        arguments->part.plan_path = zkb_cli_input_path(argument);
        return 0;
    case KEY_PART:
        return zkb_cli_part_parse(&arguments->part, argument, state);
    case ARGP_KEY_END:
        status = parse_end(arguments, state);
        return status != 0 ? status : zkb_cli_guest_parse(&arguments->guest, key, argument, state);
    default:
        return parse_flag(arguments, key) == 0 ? 0 : parse_shared(arguments, key, argument, state);
    }
}

static uint64_t peak_memory(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

/* Phases of the command: around those of the library. */
enum { SETUP, KEY, WRITE, OWN_PHASES };

typedef struct outcome {
    zkb_proof *proof;   /* of the whole run, */
    zkb_run_part *part; /* or of a part; the other is NULL */
    zkb_proof_summary summary;
    double own[OWN_PHASES]; /* seconds */
} outcome;

/* Calls visit for every phase in the order in which they come. */
static void visit_phases(const outcome *o, void (*visit)(void *context, const char *name, double s),
                         void *context)
{
    visit(context, "setup", o->own[SETUP]);
    visit(context, "key", o->own[KEY]);
    for (unsigned p = 0; p < ZKB_PHASE_COUNT; p++) {
        visit(context, zkb_phase_string((zkb_phase)p), o->summary.phase_seconds[p]);
    }
    visit(context, "write", o->own[WRITE]);
}

static void add_phase(void *object, const char *name, double seconds)
{
    (void)json_object_object_add(object, name, json_object_new_double(seconds));
}

static void print_json(const outcome *o)
{
    const zkb_proof_summary *s = &o->summary;
    json_object *object = json_object_new_object();
    json_object *phases = json_object_new_object();
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRIu64, s->r0);
    (void)json_object_object_add(object, "r0", json_object_new_string(text));
    (void)json_object_object_add(object, "instructions", json_object_new_uint64(s->instructions));
    (void)json_object_object_add(object, "chunks", json_object_new_uint64(s->chunks));
    (void)json_object_object_add(object, "seconds", json_object_new_double(s->seconds));
    (void)json_object_object_add(object, "instructions_per_second",
                                 json_object_new_double((double)s->instructions / s->seconds));
    (void)json_object_object_add(object, "peak_memory_bytes",
                                 json_object_new_uint64(peak_memory()));
    (void)json_object_object_add(object, o->part != NULL ? "part_bytes" : "proof_bytes",
                                 json_object_new_uint64(s->proof_bytes));
    if (o->part != NULL) {
        zkb_run_part_facts facts;
        zkb_run_part_describe(&facts, sizeof facts, o->part);
        (void)json_object_object_add(object, "first_chunk", json_object_new_uint64(facts.first));
    }
    visit_phases(o, add_phase, phases);
    (void)json_object_object_add(object, "phases", phases);
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

static void print_phase(void *context, const char *name, double seconds)
{
    (void)context;
    printf("  %-12s%.3f\n", name, seconds);
}

static void print_text(const outcome *o, const char *path)
{
    const zkb_proof_summary *s = &o->summary;
    printf("r0            %" PRIu64 " (0x%" PRIx64 ")\n", s->r0, s->r0);
    printf("instructions  %" PRIu64 " in %u chunk%s\n", s->instructions, s->chunks,
           s->chunks == 1 ? "" : "s");
    printf("seconds       %.2f (%.0f thousand instructions a second)\n", s->seconds,
           1e-3 * (double)s->instructions / s->seconds);
    visit_phases(o, print_phase, NULL);
    printf("peak memory   %.0f MiB\n", (double)peak_memory() / 1048576.0);
    printf("%s         %s, %" PRIu64 " bytes\n", o->part != NULL ? "part " : "proof", path,
           s->proof_bytes);
}

/* Something to know that is no error. */
static void note(const prove_arguments *arguments, const char *text)
{
    if (arguments->quiet) {
        return;
    }
    if (arguments->progress == ZKB_CLI_PROGRESS_JSON) {
        (void)fprintf(stderr, "{\"event\":\"note\",\"text\":\"%s\"}\n", text);
    } else {
        zkb_cli_message("%s", text);
    }
}

static void note_memory(const prove_arguments *arguments, const zkb_proof_summary *s)
{
    char text[160];
    if (s->workers < s->workers_wanted) {
        (void)snprintf(text, sizeof text,
                       "%u chunks side by side instead of %u: each takes up to %" PRIu64
                       " MiB; --memory says how much there is",
                       s->workers, s->workers_wanted, s->worker_estimate >> 20);
        note(arguments, text);
    }
}

/* ---- Proving ----------------------------------------------------------------------------- */

static int write_files(outcome *o, const prove_arguments *arguments)
{
    size_t size;
    const double start = zkb_cli_seconds();
    const uint8_t *bytes =
        o->part != NULL ? zkb_run_part_bytes(o->part, &size) : zkb_proof_bytes(o->proof, &size);
    int status = zkb_cli_write(arguments->proof_path, bytes, size);
    if (status == ZKB_EXIT_OK && arguments->output_path != NULL) {
        bytes = zkb_proof_output(o->proof, &size);
        status = zkb_cli_write(arguments->output_path, bytes, size);
    }
    o->own[WRITE] = zkb_cli_seconds() - start;
    return status;
}

static int report_failure(const zkb_error *error)
{
    const int status = zkb_cli_report(error);
    if (error->status == ZKB_ERROR_MISMATCH) {
        return ZKB_EXIT_FILE; /* the plan */
    }
    return error->status == ZKB_ERROR_LIMIT ? ZKB_EXIT_OTHER : status; /* of no file */
}

static zkb_status make_proof(outcome *o, const prove_arguments *arguments, const zkb_cli_keys *keys,
                             zkb_error *error)
{
    const zkb_input input = zkb_cli_guest_input(&arguments->guest);
    const zkb_cli_part *part = &arguments->part;
    return part->plan != NULL
               ? zkb_prove_part(&o->part, &o->summary, part->plan, part->part, part->parts,
                                keys->pair.proving, &input, keys->config, error)
               : zkb_prove(&o->proof, &o->summary, keys->pair.proving, &input, keys->config, error);
}

static int prove(const prove_arguments *arguments, const zkb_cli_keys *keys)
{
    zkb_cli_progress progress;
    zkb_error error = {0};
    outcome o = {.own = {[SETUP] = keys->setup_seconds, [KEY] = keys->key_seconds}};
    (void)zkb_config_with_chunk_size(keys->config, arguments->chunk_size);
    (void)zkb_config_with_mode(keys->config, arguments->mode);
    (void)zkb_config_with_memory(keys->config, arguments->memory);
    (void)zkb_config_with_resume(keys->config, arguments->resume);
    (void)zkb_config_with_check(keys->config, !arguments->unchecked);
    if (arguments->guest.private_bytes != 0) {
        note(arguments, "the proof does not hide the private input from somebody who studies it");
    }
    zkb_cli_progress_start(&progress,
                           arguments->quiet ? ZKB_CLI_PROGRESS_NONE : arguments->progress);
    (void)zkb_config_with_progress(keys->config, zkb_cli_progress_step, &progress);
    const zkb_status proved = make_proof(&o, arguments, keys, &error);
    zkb_cli_progress_end(&progress);
    if (proved != ZKB_OK) {
        return report_failure(&error);
    }
    const int status = write_files(&o, arguments);
    if (status == ZKB_EXIT_OK) {
        note_memory(arguments, &o.summary);
        if (arguments->json) {
            print_json(&o);
        } else {
            print_text(&o, arguments->proof_path);
        }
    }
    zkb_proof_destroy(o.proof);
    zkb_run_part_destroy(o.part);
    return status;
}

/* Both files can be written, and nothing is lost by it. */
static int check_outputs(const prove_arguments *arguments)
{
    const char *const paths[] = {arguments->proof_path, arguments->output_path};
    const char *plan = arguments->part.plan_path;
    if (plan != NULL && zkb_cli_same_file(paths[0], plan)) {
        zkb_cli_message("%s: this command reads it, and would write over it", paths[0]);
        return ZKB_EXIT_USAGE;
    }
    for (unsigned i = 0; i < 2; i++) {
        const int status = zkb_cli_proof_output_check(&arguments->guest, arguments->key.setup,
                                                      paths[i], arguments->force);
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

int zkb_command_prove(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "prove", "PROG...",
        "Runs a BPF program and writes a proof that it ran to its exit on this public input, with "
        "this output and result. zkbpf verify checks it. The proof does not hide the private "
        "input from somebody who studies it.",
        prove_options, parse_prove};
    prove_arguments arguments = {0};
    zkb_cli_keys keys = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = check_outputs(&arguments);
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_part_open(&arguments.part, &arguments.key, arguments.chunk_size);
        }
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_guest_load(&arguments.guest);
        }
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_keys_make(&keys, &arguments.guest, &arguments.key);
        }
        if (status == ZKB_EXIT_OK) {
            status = prove(&arguments, &keys);
        }
        zkb_cli_keys_clear(&keys);
    }
    zkb_run_plan_destroy(arguments.part.plan);
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
