/* zkbpf plan: runs a program and plans how several machines prove the run. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/part.h"

#include <inttypes.h>
#include <json-c/json.h>

enum { KEY_CHUNK_SIZE = ZKB_CLI_KEY_PROOF_FREE, KEY_STACK, KEY_JSON, KEY_FORCE };

typedef struct plan_arguments {
    zkb_cli_guest guest;
    zkb_cli_key_arguments key;
    const char *path; /* of the plan */
    uint64_t chunk_size;
    bool force, json;
} plan_arguments;

static const struct argp_option plan_options[] = {
    ZKB_CLI_RUN_OPTIONS,
    {"output", 'o', "FILE", 0, "the plan file to write (required)", 2},
    {"chunk-size", KEY_CHUNK_SIZE, "N", 0,
     "most instructions in a chunk, also with K, M for 2^10, 2^20 (default 2 * 2^K)", 2},
    {"stack", KEY_STACK, "N", 0, "stacks of 2^N numbers, as for prove: " ZKB_CLI_STACK_RANGE, 2},
    {"lookup-bits", ZKB_CLI_KEY_LOOKUP_BITS, "8|16", 0,
     "range tables of 2^8 rows (short runs) or 2^16 (long runs; default: by the run's length)", 2},
    {"force", KEY_FORCE, NULL, 0, "write even over a setup, a key or a ceremony's file", 2},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 2},
    ZKB_CLI_KEY_OPTIONS,
    ZKB_CLI_PROGRAM_OPTIONS,
    {0}};

static error_t parse_shared(plan_arguments *arguments, int key, char *argument,
                            struct argp_state *state)
{
    const error_t status = zkb_cli_key_parse(&arguments->key, key, argument, state);
    return status != ARGP_ERR_UNKNOWN
               ? status
               : zkb_cli_guest_parse(&arguments->guest, key, argument, state);
}

static error_t parse_plan(int key, char *argument, struct argp_state *state)
{
    plan_arguments *arguments = state->input;
    switch (key) {
    case 'o':
        arguments->path = argument;
        return 0;
    case KEY_CHUNK_SIZE:
        return zkb_cli_size(&arguments->chunk_size, "--chunk-size", argument, state);
    case KEY_STACK:
        return zkb_cli_stack(&arguments->key.log_stack, argument, state);
    case KEY_FORCE:
        arguments->force = true;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_END:
        if (arguments->path == NULL) {
            return zkb_cli_refuse(state, "-o FILE is missing: where shall the plan go?");
        }
        return parse_shared(arguments, key, argument, state);
    default:
        return parse_shared(arguments, key, argument, state);
    }
}

static void print_json(const zkb_run_plan_facts *facts, size_t size)
{
    char r0[32];
    json_object *object = json_object_new_object();
    (void)snprintf(r0, sizeof r0, "%" PRIu64, facts->r0);
    (void)json_object_object_add(object, "r0", json_object_new_string(r0));
    (void)json_object_object_add(object, "instructions",
                                 json_object_new_uint64(facts->instructions));
    (void)json_object_object_add(object, "chunks", json_object_new_uint64(facts->chunks));
    (void)json_object_object_add(object, "k", json_object_new_uint64(facts->k));
    (void)json_object_object_add(object, "lookup_bits", json_object_new_uint64(facts->lookup_bits));
    (void)json_object_object_add(object, "plan_bytes", json_object_new_uint64(size));
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

static void print_text(const zkb_run_plan_facts *facts, const char *path, size_t size)
{
    printf("r0            %" PRIu64 " (0x%" PRIx64 ")\n", facts->r0, facts->r0);
    printf("instructions  %" PRIu64 " in %u chunk%s: at most as many parts\n", facts->instructions,
           facts->chunks, facts->chunks == 1 ? "" : "s");
    printf("plan          %s, %zu bytes\n", path, size);
}

static int plan(const plan_arguments *arguments, const zkb_cli_keys *keys)
{
    const zkb_input input = zkb_cli_guest_input(&arguments->guest);
    zkb_run_plan *made;
    zkb_run_plan_facts facts;
    zkb_error error = {0};
    size_t size;
    (void)zkb_config_with_chunk_size(keys->config, arguments->chunk_size);
    if (zkb_run_plan_create(&made, keys->pair.proving, &input, keys->config, &error) != ZKB_OK) {
        const int status = zkb_cli_report(&error);
        return error.status == ZKB_ERROR_LIMIT ? ZKB_EXIT_OTHER : status;
    }
    const uint8_t *bytes = zkb_run_plan_bytes(made, &size);
    const int status = zkb_cli_write(arguments->path, bytes, size);
    zkb_run_plan_describe(&facts, sizeof facts, made);
    zkb_run_plan_destroy(made);
    if (status == ZKB_EXIT_OK && arguments->json) {
        print_json(&facts, size);
    } else if (status == ZKB_EXIT_OK) {
        print_text(&facts, arguments->path, size);
    }
    return status;
}

int zkb_command_plan(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "plan", "PROG...",
        "Runs a BPF program and plans the proof of the run, which several machines make: zkbpf "
        "prove --plan FILE --part I/N proves a part of it on each, zkbpf join joins the parts. The "
        "plan has the public input and the output in it, and of the private input what a proof "
        "has.",
        plan_options, parse_plan};
    plan_arguments arguments = {0};
    zkb_cli_keys keys = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = zkb_cli_proof_output_check(&arguments.guest, arguments.key.setup, arguments.path,
                                            arguments.force);
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_guest_load(&arguments.guest);
        }
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_keys_make(&keys, &arguments.guest, &arguments.key);
        }
        if (status == ZKB_EXIT_OK) {
            status = plan(&arguments, &keys);
        }
        zkb_cli_keys_clear(&keys);
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
