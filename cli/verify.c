/* zkbpf verify: whether a proof file proves a run of a program. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/proof.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_PROGRAM_ID = ZKB_CLI_KEY_FREE, KEY_JSON, KEY_THREADS, KEY_SAVE_OUTPUT, KEY_FORCE };

typedef struct verify_arguments {
    zkb_cli_guest guest; /* its paths: those of --program */
    const char *proof;
    const char *program_id;
    const char *setup;
    const char *expected_output; /* or NULL */
    const char *output_path;     /* for the output that was proved, or NULL */
    unsigned threads;
    bool json, force;
} verify_arguments;

static const struct argp_option verify_options[] = {
    {"program", 'P', "PROG", 0, "the program that must have run; may be given several times", 1},
    {"program-id", KEY_PROGRAM_ID, "HEX", 0, "its id instead, as zkbpf id prints it", 1},
    {"input", 'i', "FILE", 0, "its public input (default: empty)", 1},
    {"output", 'o', "FILE", 0, "the output must be this file's content", 2},
    {"save-output", KEY_SAVE_OUTPUT, "FILE", 0,
     "write the output that is proved, if the proof is valid", 2},
    {"force", KEY_FORCE, NULL, 0, "write even over a setup, a key or a ceremony's file", 2},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 2},
    {"threads", KEY_THREADS, "N", 0, "threads to use (default: all)", 3},
    ZKB_CLI_SETUP_OPTION,
    ZKB_CLI_PROGRAM_OPTIONS,
    {0}};

static error_t check_together(const verify_arguments *arguments, const struct argp_state *state)
{
    if (arguments->proof == NULL) {
        return zkb_cli_refuse(state, "which proof file?");
    }
    if ((arguments->program_id != NULL) == (arguments->guest.path_count != 0)) {
        return zkb_cli_refuse(state, "give either --program PROG or --program-id HEX");
    }
    return zkb_cli_guest_check_streams(&arguments->guest, state);
}

static error_t parse_verify(int key, char *argument, struct argp_state *state)
{
    verify_arguments *arguments = state->input;
    switch (key) {
    case 'P':
        return zkb_cli_guest_parse(&arguments->guest, ARGP_KEY_ARG, argument, state);
    case KEY_PROGRAM_ID:
        arguments->program_id = argument;
        return 0;
    case 's':
        arguments->setup = argument;
        return 0;
    case 'o':
        arguments->expected_output = zkb_cli_input_path(argument);
        arguments->guest.others[0] = arguments->expected_output;
        return 0;
    case KEY_SAVE_OUTPUT:
        arguments->output_path = argument;
        return 0;
    case KEY_FORCE:
        arguments->force = true;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case KEY_THREADS:
        return zkb_cli_threads(&arguments->threads, argument, state);
    case ARGP_KEY_ARG:
        if (arguments->proof != NULL) {
            return zkb_cli_refuse(state, "%s: one proof file at a time", argument);
        }
        arguments->proof = zkb_cli_input_path(argument);
        arguments->guest.others[1] = arguments->proof;
        return 0;
    case ARGP_KEY_END:
        return check_together(arguments, state);
    default:
        return zkb_cli_guest_parse(&arguments->guest, key, argument, state);
    }
}

/* ---- Verifying --------------------------------------------------------------------------- */

/* Everything read for one verification. */
typedef struct inputs {
    zkb_proof *proof;
    uint8_t *expected_output;
    size_t expected_bytes;
    zkb_srs *srs;
    zkb_verifying_key *key;
} inputs;

static void clear_inputs(inputs *in)
{
    zkb_proof_destroy(in->proof);
    free(in->expected_output);
    zkb_verifying_key_destroy(in->key);
    zkb_srs_destroy(in->srs);
}

/* The key of the expected program, from the program or the id that was given. */
static int make_key(inputs *in, const verify_arguments *arguments)
{
    zkb_error error = {0};
    uint8_t id[ZKB_CLI_ID_BYTES];
    if (arguments->program_id == NULL) {
        return zkb_verifying_key_create(&in->key, in->srs, arguments->guest.program, &error) ==
                       ZKB_OK
                   ? ZKB_EXIT_OK
                   : zkb_cli_report(&error);
    }
    const zkb_status status = zkb_cli_id_parse(id, arguments->program_id)
                                  ? zkb_verifying_key_from_id(&in->key, in->srs, id, &error)
                                  : ZKB_ERROR_FORMAT;
    if (status == ZKB_ERROR_FORMAT) {
        zkb_cli_message("--program-id wants 64 hexadecimal digits as zkbpf id prints them");
        return ZKB_EXIT_USAGE;
    }
    return status == ZKB_OK ? ZKB_EXIT_OK : zkb_cli_report(&error);
}

static int read_proof(inputs *in, const char *path)
{
    uint8_t *bytes;
    size_t size;
    zkb_error error = {0};
    int status = zkb_cli_read(&bytes, &size, path, ZKB_CLI_MAX_PROOF_BYTES);
    if (status == ZKB_EXIT_OK && zkb_proof_parse(&in->proof, bytes, size, path, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    }
    free(bytes);
    return status;
}

/* Each file is read once, so that it may be a pipe. */
static int read_inputs(inputs *in, verify_arguments *arguments)
{
    int status = read_proof(in, arguments->proof);
    if (status == ZKB_EXIT_OK && arguments->expected_output != NULL) {
        status = zkb_cli_read(&in->expected_output, &in->expected_bytes, arguments->expected_output,
                              ZKB_CLI_MAX_PROOF_BYTES);
    }
    if (status == ZKB_EXIT_OK) {
        status = zkb_cli_guest_load(&arguments->guest);
    }
    if (status == ZKB_EXIT_OK) {
        status = zkb_cli_setup_open(&in->srs, arguments->setup, ZKB_SRS_VERIFIER_K,
                                    arguments->guest.program);
    }
    return status == ZKB_EXIT_OK ? make_key(in, arguments) : status;
}

static zkb_status verify(zkb_verdict *verdict, const inputs *in, const verify_arguments *arguments,
                         zkb_error *error)
{
    const zkb_cli_guest *guest = &arguments->guest;
    const zkb_status status = zkb_verify_chunks(verdict, in->key, in->proof, guest->input,
                                                guest->input_bytes, arguments->threads, error);
    if (status == ZKB_OK && arguments->expected_output != NULL &&
        (verdict->output_bytes != in->expected_bytes ||
         (in->expected_bytes != 0 &&
          memcmp(verdict->output, in->expected_output, in->expected_bytes) != 0))) {
        (void)snprintf(error->message, sizeof error->message,
                       "the output that is proved, %" PRIu64 " bytes, is not that of %s",
                       verdict->output_bytes, arguments->expected_output);
        return error->status = ZKB_ERROR_REJECTED;
    }
    return status;
}

/* ---- Printing ---------------------------------------------------------------------------- */

static void add_text(json_object *object, const char *name, const char *text)
{
    (void)json_object_object_add(object, name, json_object_new_string(text));
}

/* Which program and input the proof was held against. */
static json_object *json_given(const verify_arguments *arguments)
{
    const zkb_cli_guest *guest = &arguments->guest;
    json_object *given = json_object_new_object();
    if (arguments->program_id != NULL) {
        add_text(given, "program_id", arguments->program_id);
    } else {
        json_object *programs = json_object_new_array();
        for (size_t i = 0; i < guest->path_count; i++) {
            (void)json_object_array_add(programs, json_object_new_string(guest->paths[i]));
        }
        (void)json_object_object_add(given, "programs", programs);
    }
    if (guest->input_path != NULL) {
        add_text(given, "public_input", guest->input_path);
    }
    (void)json_object_object_add(given, "public_bytes", json_object_new_uint64(guest->input_bytes));
    return given;
}

static void print_json(zkb_status status, const zkb_verdict *verdict, const zkb_error *error,
                       const verify_arguments *arguments, double seconds)
{
    json_object *o = json_object_new_object();
    char text[32];
    (void)json_object_object_add(o, "valid", json_object_new_boolean(status == ZKB_OK));
    if (status == ZKB_OK) {
        (void)snprintf(text, sizeof text, "%" PRIu64, verdict->r0);
        add_text(o, "r0", text);
        (void)json_object_object_add(o, "instructions",
                                     json_object_new_uint64(verdict->instructions));
        (void)json_object_object_add(o, "chunks", json_object_new_uint64(verdict->chunks));
        (void)json_object_object_add(o, "output_bytes",
                                     json_object_new_uint64(verdict->output_bytes));
    } else {
        add_text(o, "reason", error->message);
        (void)json_object_object_add(o, "given", json_given(arguments));
    }
    (void)json_object_object_add(o, "seconds", json_object_new_double(seconds));
    printf("%s\n", json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
                                                         JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(o);
}

/* The same as text. */
static void print_given(const verify_arguments *arguments)
{
    const zkb_cli_guest *guest = &arguments->guest;
    printf("  given: program");
    for (size_t i = 0; i < guest->path_count; i++) {
        printf(" %s", guest->paths[i]);
    }
    printf("%s, public input ", guest->path_count == 0 ? " id" : "");
    if (guest->input_path == NULL) {
        printf("none (--input FILE names one)\n");
    } else {
        printf("%s (%zu bytes)\n", guest->input_path, guest->input_bytes);
    }
}

static int save_output(const verify_arguments *arguments, const zkb_verdict *verdict)
{
    return arguments->output_path == NULL ? ZKB_EXIT_OK
                                          : zkb_cli_write(arguments->output_path, verdict->output,
                                                          (size_t)verdict->output_bytes);
}

static int verify_inputs(const inputs *in, const verify_arguments *arguments)
{
    zkb_verdict verdict = {0};
    zkb_error error = {0};
    const double start = zkb_cli_seconds();
    const zkb_status status = verify(&verdict, in, arguments, &error);
    const double seconds = zkb_cli_seconds() - start;
    if (status != ZKB_OK && status != ZKB_ERROR_REJECTED) {
        return zkb_cli_report(&error);
    }
    if (arguments->json) {
        print_json(status, &verdict, &error, arguments, seconds);
    } else if (status == ZKB_OK) {
        printf("valid: r0 = %" PRIu64 " after %" PRIu64 " instructions in %u chunk%s, verified in "
               "%.1f ms\n",
               verdict.r0, verdict.instructions, verdict.chunks, verdict.chunks == 1 ? "" : "s",
               1e3 * seconds);
    } else {
        printf("not valid: %s\n", error.message);
        print_given(arguments);
    }
    return status == ZKB_OK ? save_output(arguments, &verdict) : ZKB_EXIT_REJECTED;
}

/* The file for the output can be written, and is not the proof. */
static int check_output(const verify_arguments *arguments)
{
    const char *path = arguments->output_path;
    if (path != NULL && (zkb_cli_same_file(path, arguments->proof) ||
                         (arguments->expected_output != NULL &&
                          zkb_cli_same_file(path, arguments->expected_output)))) {
        zkb_cli_message("%s: this command reads it, and would write over it", path);
        return ZKB_EXIT_USAGE;
    }
    return zkb_cli_proof_output_check(&arguments->guest, arguments->setup, path, arguments->force);
}

int zkb_command_verify(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "verify", "FILE",
        "Checks that a proof file proves a run of the given program on the given public input, to "
        "its exit. Exit status 0 when it does, 1 when it does not.",
        verify_options, parse_verify};
    verify_arguments arguments = {0};
    inputs in = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = check_output(&arguments);
        if (status == ZKB_EXIT_OK) {
            status = read_inputs(&in, &arguments);
        }
        if (status == ZKB_EXIT_OK) {
            status = verify_inputs(&in, &arguments);
        }
        clear_inputs(&in);
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
