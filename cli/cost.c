/* zkbpf cost: what a proof of a run would take, without making it. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/guest.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

enum { KEY_K = ZKB_CLI_KEY_FREE, KEY_CHUNK_SIZE, KEY_STACK, KEY_LOOKUP_BITS, KEY_JSON };
enum { TOP_FUNCTIONS = 5 };

typedef struct cost_arguments {
    zkb_cli_guest guest;
    unsigned k;
    unsigned lookup_bits; /* 0: as prove chooses */
    uint64_t chunk_size;
    unsigned log_stack; /* 0: the default */
    bool json;
} cost_arguments;

static const struct argp_option cost_options[] = {
    ZKB_CLI_RUN_OPTIONS,
    {"k", KEY_K, "K", 0, "size of chunks and of the setup: " ZKB_CLI_K_RANGE, 2},
    {"chunk-size", KEY_CHUNK_SIZE, "N", 0,
     "most instructions in a chunk, also with K, M for 2^10, 2^20 (default 2 * 2^K)", 2},
    {"stack", KEY_STACK, "N", 0, "stacks of 2^N numbers, as for prove: " ZKB_CLI_STACK_RANGE, 2},
    {"lookup-bits", KEY_LOOKUP_BITS, "8|16", 0,
     "range tables of 2^8 rows or 2^16 (default: as prove chooses with a setup of 2^16 powers or "
     "more)",
     2},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 2},
    ZKB_CLI_PROGRAM_OPTIONS,
    {0}};

static error_t parse_cost(int key, char *argument, struct argp_state *state)
{
    cost_arguments *arguments = state->input;
    switch (key) {
    case KEY_K:
        return zkb_cli_k(&arguments->k, argument, state);
    case KEY_CHUNK_SIZE:
        return zkb_cli_size(&arguments->chunk_size, "--chunk-size", argument, state);
    case KEY_STACK:
        return zkb_cli_stack(&arguments->log_stack, argument, state);
    case KEY_LOOKUP_BITS:
        return zkb_cli_lookup_bits(&arguments->lookup_bits, argument, state);
    case KEY_JSON:
        arguments->json = true;
        return 0;
    default:
        return zkb_cli_guest_parse(&arguments->guest, key, argument, state);
    }
}

/* ---- Printing ---------------------------------------------------------------------------- */

static double percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole;
}

static void print_count(const zkb_cost_count *count, uint64_t instructions)
{
    char name[ZKB_CLI_PLACE_BYTES];
    zkb_cli_clean_name(name, sizeof name, count->name);
    printf("  %-24s %12" PRIu64 "  %5.1f %%\n", name, count->count,
           percent(count->count, instructions));
}

static void print_text(const zkb_cost_summary *s, const zkb_cost *cost)
{
    size_t count;
    printf("instructions  %" PRIu64 "\nchunks        %" PRIu32 "\n", s->instructions, s->chunks);
    printf("cells         %" PRIu64 " (%.1f an instruction)\n", s->cells,
           (double)s->cells / (double)s->instructions);
    printf("leaves        %" PRIu64 " (%.1f an instruction)\n", s->leaves,
           (double)s->leaves / (double)s->instructions);
    printf("proof         %" PRIu64 " bytes\n", s->proof_bytes);
    printf("memory        about %" PRIu64 " MiB with one thread\n", s->memory_bytes >> 20);
    printf("time          about %.2f s of one thread\n", s->seconds);
    for (unsigned p = 0; p < ZKB_PHASE_COUNT; p++) {
        printf("  %-12s%.3f\n", zkb_phase_string((zkb_phase)p), s->phase_seconds[p]);
    }
    const zkb_cost_count *tables = zkb_cost_tables(cost, &count);
    printf("rows by chip\n");
    for (size_t i = 0; i < count; i++) {
        print_count(&tables[i], s->instructions);
    }
    const zkb_cost_count *functions = zkb_cost_functions(cost, &count);
    printf("%s", count != 0 ? "hottest functions\n" : "");
    for (size_t i = 0; i < count && i < TOP_FUNCTIONS; i++) {
        print_count(&functions[i], s->instructions);
    }
}

static void add_number(json_object *object, const char *name, uint64_t value)
{
    (void)json_object_object_add(object, name, json_object_new_uint64(value));
}

static void add_functions(json_object *object, const zkb_cost *cost)
{
    size_t count;
    const zkb_cost_count *functions = zkb_cost_functions(cost, &count);
    json_object *list = json_object_new_array();
    for (size_t i = 0; i < count && i < TOP_FUNCTIONS; i++) {
        char name[ZKB_CLI_PLACE_BYTES];
        json_object *function = json_object_new_object();
        zkb_cli_clean_name(name, sizeof name, functions[i].name);
        (void)json_object_object_add(function, "name", json_object_new_string(name));
        add_number(function, "instructions", functions[i].count);
        (void)json_object_array_add(list, function);
    }
    (void)json_object_object_add(object, "functions", list);
}

static void print_json(const zkb_cost_summary *s, const zkb_cost *cost)
{
    json_object *object = json_object_new_object();
    json_object *phases = json_object_new_object();
    json_object *rows = json_object_new_object();
    size_t count;
    add_number(object, "instructions", s->instructions);
    add_number(object, "chunks", s->chunks);
    add_number(object, "cells", s->cells);
    add_number(object, "leaves", s->leaves);
    add_number(object, "proof_bytes", s->proof_bytes);
    add_number(object, "memory_bytes", s->memory_bytes);
    (void)json_object_object_add(object, "seconds", json_object_new_double(s->seconds));
    for (unsigned p = 0; p < ZKB_PHASE_COUNT; p++) {
        (void)json_object_object_add(phases, zkb_phase_string((zkb_phase)p),
                                     json_object_new_double(s->phase_seconds[p]));
    }
    (void)json_object_object_add(object, "phases", phases);
    const zkb_cost_count *tables = zkb_cost_tables(cost, &count);
    for (size_t i = 0; i < count; i++) {
        add_number(rows, tables[i].name, tables[i].count);
    }
    (void)json_object_object_add(object, "rows", rows);
    add_functions(object, cost);
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

/* ---- The command ------------------------------------------------------------------------- */

static zkb_status create_with(zkb_cost **cost, const cost_arguments *arguments,
                              unsigned lookup_bits, zkb_error *error)
{
    const zkb_input input = zkb_cli_guest_input(&arguments->guest);
    zkb_config *config;
    zkb_status status = zkb_config_create(&config, arguments->k, NULL, lookup_bits, error);
    if (status == ZKB_OK) {
        (void)zkb_config_with_chunk_size(config, arguments->chunk_size);
        (void)zkb_config_with_stacks(config, arguments->log_stack);
        status = zkb_cost_create(cost, arguments->guest.program, &input, config, error);
        zkb_config_destroy(config);
    }
    return status;
}

static zkb_status create(zkb_cost **cost, const cost_arguments *arguments, zkb_error *error)
{
    zkb_cost_summary summary;
    if (arguments->lookup_bits != 0) {
        return create_with(cost, arguments, arguments->lookup_bits, error);
    }
    const zkb_status status = create_with(cost, arguments, ZKB_LOOKUP_WIDE, error);
    if (status != ZKB_OK) {
        return status;
    }
    zkb_cost_get(&summary, *cost);
    if (summary.instructions > ZKB_SHORT_RUN) {
        return ZKB_OK;
    }
    zkb_cost_destroy(*cost);
    return create_with(cost, arguments, ZKB_LOOKUP_COMPACT, error);
}

static int run_cost(const cost_arguments *arguments)
{
    zkb_cost *cost = NULL;
    zkb_cost_summary summary;
    zkb_error error = {0};
    if (create(&cost, arguments, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    zkb_cost_get(&summary, cost);
    if (arguments->json) {
        print_json(&summary, cost);
    } else {
        print_text(&summary, cost);
    }
    zkb_cost_destroy(cost);
    return ZKB_EXIT_OK;
}

int zkb_command_cost(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "cost", "PROG...",
        "Says what a proof of a run would take, without making it: chunks, the size of the proof, "
        "memory and time on this machine, rows by chip, the hottest functions.",
        cost_options, parse_cost};
    cost_arguments arguments = {.k = ZKB_CONFIG_DEFAULT_K};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = zkb_cli_guest_load(&arguments.guest);
        if (status == ZKB_EXIT_OK) {
            status = run_cost(&arguments);
        }
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
