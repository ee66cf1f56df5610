/* zkbpf verify: whether a proof file proves a run of a program. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/proof.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/parallel.h"
#include "verify/verify_run.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_PROGRAM_ID = ZKB_CLI_KEY_FREE, KEY_JSON, KEY_THREADS };
enum { MOST_PROOF_BYTES = 1 << 30 };

typedef struct verify_arguments {
    zkb_cli_guest guest; /* its paths: those of --program */
    const char *proof;
    const char *program_id;
    const char *setup;
    const char *output;
    unsigned threads;
    bool json;
} verify_arguments;

static const struct argp_option verify_options[] = {
    {"program", 'P', "PROG", 0, "the program that must have run; may be given several times", 1},
    {"program-id", KEY_PROGRAM_ID, "HEX", 0, "its id instead, as zkbpf id prints it", 1},
    {"input", 'i', "FILE", 0, "its public input (default: empty)", 1},
    {"output", 'o', "FILE", 0, "the output must be this file's content", 2},
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
    uint64_t number;
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
        arguments->output = zkb_cli_input_path(argument);
        arguments->guest.others[0] = arguments->output;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case KEY_THREADS:
        if (!zkb_cli_number(&number, argument, 1, ZKB_MOST_THREADS)) {
            return zkb_cli_refuse(state, "--threads wants a number from 1 to %d, not '%s'",
                                  ZKB_MOST_THREADS, argument);
        }
        arguments->threads = (unsigned)number;
        return 0;
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
    uint8_t *proof;
    size_t proof_size;
    uint8_t *input;
    size_t input_size;
    uint8_t *output;
    size_t output_size;
    zkb_run_proof decoded; /* of the proof's bytes */
    zkb_fr id;
    zkb_cli_keys keys;          /* srs always, the rest with --program */
    const zkb_machine_key *key; /* of keys, or NULL */
} inputs;

static void clear_inputs(inputs *in)
{
    zkb_run_proof_clear(&in->decoded);
    free(in->proof);
    free(in->input);
    free(in->output);
    zkb_cli_keys_clear(&in->keys);
}

static int read_file(uint8_t **data, size_t *size, const char *path)
{
    zkb_error error = {0};
    if (path != NULL && zkb_file_read(data, size, path, MOST_PROOF_BYTES, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    return ZKB_EXIT_OK;
}

/* The expected id, from the program or as given. */
static int find_id(inputs *in, verify_arguments *arguments)
{
    zkb_error error = {0};
    if (arguments->program_id == NULL) {
        int status = zkb_cli_guest_load(&arguments->guest);
        if (status == ZKB_EXIT_OK) {
            /* The key that the proof was made with, if it says one that there is. */
            const unsigned wide = in->decoded.header.lookup_bits == ZKB_LOOKUP_WIDE;
            const zkb_cli_key_arguments key = {.setup = arguments->setup,
                                               .lookup_bits =
                                                   wide ? ZKB_LOOKUP_WIDE : ZKB_LOOKUP_COMPACT,
                                               .threads = 1};
            status = zkb_cli_keys_make(&in->keys, &arguments->guest, &key);
        }
        if (status == ZKB_EXIT_OK) {
            in->key = &in->keys.key->machine;
            in->id = in->key->id;
        }
        return status;
    }
    if (!zkb_cli_id_parse(&in->id, arguments->program_id)) {
        zkb_cli_message("--program-id wants 64 hexadecimal digits as zkbpf id prints them");
        return ZKB_EXIT_USAGE;
    }
    char *path = zkb_cli_setup_path(arguments->setup);
    if (path == NULL) {
        return ZKB_EXIT_USAGE;
    }
    const zkb_status status = zkb_srs_open_powers(&in->keys.srs, path, ZKB_SRS_VERIFIER_K, &error);
    free(path);
    return status == ZKB_OK ? ZKB_EXIT_OK : zkb_cli_report(&error);
}

static int read_inputs(inputs *in, verify_arguments *arguments)
{
    int status = read_file(&in->proof, &in->proof_size, arguments->proof);
    if (status == ZKB_EXIT_OK) {
        status = read_file(&in->input, &in->input_size, arguments->guest.input_path);
    }
    if (status == ZKB_EXIT_OK) {
        status = read_file(&in->output, &in->output_size, arguments->output);
    }
    if (status == ZKB_EXIT_OK) {
        zkb_error error = {0};
        if (zkb_run_proof_decode(&in->decoded, in->proof, in->proof_size, arguments->proof,
                                 &error) != ZKB_OK) {
            return zkb_cli_report(&error);
        }
    }
    return status == ZKB_EXIT_OK ? find_id(in, arguments) : status;
}

static zkb_status verify(zkb_run_verdict *verdict, const inputs *in,
                         const verify_arguments *arguments, zkb_error *error)
{
    const zkb_run_proof *proof = &in->decoded;
    const zkb_run_expectation expected = {.program_id = &in->id,
                                          .public_input = in->input,
                                          .public_bytes = in->input_size,
                                          .key = in->key};
    ZKB_TRY(zkb_verify_run(verdict, proof, &expected, &in->keys.srs, arguments->threads, error));
    if (arguments->output != NULL &&
        (proof->header.lengths.output_bytes != in->output_size ||
         memcmp(proof->header.output, in->output, in->output_size) != 0)) {
        (void)snprintf(error->message, sizeof error->message, "the output is not that of %s",
                       arguments->output);
        error->status = ZKB_ERROR_REJECTED;
        return ZKB_ERROR_REJECTED;
    }
    return ZKB_OK;
}

static void print_json(zkb_status status, const zkb_run_verdict *verdict, const zkb_error *error,
                       double seconds)
{
    json_object *o = json_object_new_object();
    char text[32];
    (void)json_object_object_add(o, "valid", json_object_new_boolean(status == ZKB_OK));
    if (status == ZKB_OK) {
        (void)snprintf(text, sizeof text, "%" PRIu64, verdict->r0);
        (void)json_object_object_add(o, "r0", json_object_new_string(text));
        (void)json_object_object_add(o, "instructions",
                                     json_object_new_uint64(verdict->instructions));
        (void)json_object_object_add(o, "chunks", json_object_new_uint64(verdict->chunks));
    } else {
        (void)json_object_object_add(o, "reason", json_object_new_string(error->message));
    }
    (void)json_object_object_add(o, "seconds", json_object_new_double(seconds));
    printf("%s\n", json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
                                                         JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(o);
}

static int verify_inputs(const inputs *in, const verify_arguments *arguments)
{
    zkb_run_verdict verdict = {0};
    zkb_error error = {0};
    const double start = zkb_now();
    const zkb_status status = verify(&verdict, in, arguments, &error);
    const double seconds = zkb_now() - start;
    if (status != ZKB_OK && status != ZKB_ERROR_REJECTED) {
        return zkb_cli_report(&error);
    }
    if (arguments->json) {
        print_json(status, &verdict, &error, seconds);
    } else if (status == ZKB_OK) {
        printf("valid: r0 = %" PRIu64 " after %" PRIu64 " instructions in %u chunk%s, verified in "
               "%.1f ms\n",
               verdict.r0, verdict.instructions, verdict.chunks, verdict.chunks == 1 ? "" : "s",
               1e3 * seconds);
    } else {
        printf("not valid: %s\n", error.message);
    }
    return status == ZKB_OK ? ZKB_EXIT_OK : ZKB_EXIT_REJECTED;
}

int zkb_command_verify(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "verify", "FILE",
        "Checks that a proof file proves a run of the given program on the given public input, to "
        "its exit. Exit status 0 when it does, 1 when it does not.",
        verify_options, parse_verify};
    verify_arguments arguments = {.threads = zkb_parallel_threads()};
    inputs in = {0};
    int status = ZKB_EXIT_OK;
    zkb_cli_guest_init(&arguments.guest);
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = read_inputs(&in, &arguments);
        if (status == ZKB_EXIT_OK) {
            status = verify_inputs(&in, &arguments);
        }
        clear_inputs(&in);
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
