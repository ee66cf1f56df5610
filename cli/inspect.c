/* zkbpf inspect: what a proof file says, without checking it. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/proof.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>

enum { KEY_JSON = 0x100 };

typedef struct inspect_arguments {
    const char *path;
    bool json;
} inspect_arguments;

static const struct argp_option inspect_options[] = {
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0}, {0}};

static error_t parse_inspect(int key, char *argument, struct argp_state *state)
{
    inspect_arguments *arguments = state->input;
    switch (key) {
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->path != NULL) {
            return zkb_cli_refuse(state, "%s: one proof file at a time", argument);
        }
        arguments->path = zkb_cli_input_path(argument);
        return 0;
    case ARGP_KEY_END:
        return arguments->path != NULL ? 0 : zkb_cli_refuse(state, "which proof file?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- Text -------------------------------------------------------------------------------- */

enum { SHOWN_BYTES = 32 };
#define HALTED UINT32_MAX

static void print_chunk(const zkb_chunk_proof *chunk)
{
    zkb_registers after;
    size_t size;
    const uint32_t tables = zkb_chunk_proof_table_count(chunk);
    (void)zkb_chunk_proof_bytes(chunk, &size);
    zkb_chunk_proof_final(&after, chunk);
    printf("chunk %" PRIu32 ": %" PRIu64 " instructions, %" PRIu32 " tables, %" PRIu32
           " segments, %zu bytes, then pc ",
           zkb_chunk_proof_index(chunk), zkb_chunk_proof_instructions(chunk), tables,
           zkb_chunk_proof_segment_count(chunk), size);
    if (after.pc == HALTED) {
        printf("halted, r0 = %" PRIu64 "\n", after.r[0]);
    } else {
        printf("%" PRIu64 "\n", after.pc);
    }
    for (uint32_t t = 0; t < tables; t++) {
        zkb_table_facts table;
        if (zkb_chunk_proof_table(&table, chunk, t) == ZKB_OK) {
            printf("  %-22s 2^%-2u rows, %" PRIu64 " active\n", table.name, table.log_rows,
                   table.active);
        }
    }
}

/* The output's first bytes, in hexadecimal. */
static void print_output(const zkb_proof *proof)
{
    size_t size;
    const uint8_t *output = zkb_proof_output(proof, &size);
    printf("output          %zu bytes%s", size, size != 0 ? ": " : "");
    for (size_t i = 0; i < size && i < SHOWN_BYTES; i++) {
        printf("%02x", output[i]);
    }
    printf("%s\n", size > SHOWN_BYTES ? "..." : "");
}

static void print_proof(const zkb_proof *proof)
{
    zkb_proof_facts facts;
    size_t size;
    (void)zkb_proof_bytes(proof, &size);
    zkb_proof_describe(&facts, sizeof facts, proof);
    printf("not checked; zkbpf verify does that\n");
    printf("bytes           %zu\nprogram slots   %" PRIu32 ", entry %" PRIu32 "\n", size,
           facts.program_slots, facts.program_entry);
    printf("public input    %" PRIu64 " bytes\nprivate input   %" PRIu64 " bytes\n",
           facts.public_bytes, facts.private_bytes);
    print_output(proof);
    printf("stacks          2^%" PRIu32 " numbers\n", facts.log_stack);
    printf("chunks          %" PRIu32 "\n", facts.chunks);
    for (uint32_t c = 0; c < facts.chunks; c++) {
        print_chunk(zkb_proof_chunk(proof, c));
    }
}

/* ---- JSON -------------------------------------------------------------------------------- */

static void add_number(json_object *object, const char *name, uint64_t value)
{
    (void)json_object_object_add(object, name, json_object_new_uint64(value));
}

static json_object *json_chunk(const zkb_chunk_proof *chunk)
{
    json_object *object = json_object_new_object();
    json_object *tables = json_object_new_object();
    zkb_registers after;
    size_t size;
    (void)zkb_chunk_proof_bytes(chunk, &size);
    zkb_chunk_proof_final(&after, chunk);
    add_number(object, "instructions", zkb_chunk_proof_instructions(chunk));
    add_number(object, "segments", zkb_chunk_proof_segment_count(chunk));
    add_number(object, "proof_bytes", size);
    (void)json_object_object_add(object, "halted", json_object_new_boolean(after.pc == HALTED));
    for (uint32_t t = 0; t < zkb_chunk_proof_table_count(chunk); t++) {
        zkb_table_facts table;
        json_object *rows = NULL;
        if (zkb_chunk_proof_table(&table, chunk, t) == ZKB_OK) {
            (void)json_object_object_get_ex(tables, table.name, &rows);
            add_number(tables, table.name, json_object_get_uint64(rows) + table.active);
        }
    }
    (void)json_object_object_add(object, "rows", tables);
    return object;
}

/* The whole output, in hexadecimal; false when there is no memory. */
static bool add_output(json_object *object, const zkb_proof *proof)
{
    static const char digits[] = "0123456789abcdef";
    size_t size;
    const uint8_t *output = zkb_proof_output(proof, &size);
    char *text = malloc(2 * size + 1);
    if (text == NULL) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[output[i] >> 4];
        text[2 * i + 1] = digits[output[i] & 15];
    }
    text[2 * size] = '\0';
    (void)json_object_object_add(object, "output", json_object_new_string(text));
    free(text);
    return true;
}

static int print_json(const zkb_proof *proof)
{
    json_object *object = json_object_new_object();
    json_object *chunks = json_object_new_array();
    zkb_proof_facts facts;
    size_t size;
    (void)zkb_proof_bytes(proof, &size);
    zkb_proof_describe(&facts, sizeof facts, proof);
    add_number(object, "bytes", size);
    add_number(object, "lookup_bits", facts.lookup_bits);
    add_number(object, "log_stack", facts.log_stack);
    add_number(object, "public_bytes", facts.public_bytes);
    add_number(object, "private_bytes", facts.private_bytes);
    add_number(object, "output_bytes", facts.output_bytes);
    const bool good = add_output(object, proof);
    for (uint32_t c = 0; c < facts.chunks; c++) {
        (void)json_object_array_add(chunks, json_chunk(zkb_proof_chunk(proof, c)));
    }
    (void)json_object_object_add(object, "chunks", chunks);
    if (good) {
        printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
    } else {
        zkb_cli_message("no memory for the output");
    }
    (void)json_object_put(object);
    return good ? ZKB_EXIT_OK : ZKB_EXIT_OTHER;
}

static int inspect(const inspect_arguments *arguments)
{
    uint8_t *bytes;
    size_t size;
    zkb_proof *proof;
    zkb_error error = {0};
    int status = zkb_cli_read(&bytes, &size, arguments->path, ZKB_CLI_MAX_PROOF_BYTES);
    if (status != ZKB_EXIT_OK) {
        return status;
    }
    if (zkb_proof_parse(&proof, bytes, size, arguments->path, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    } else if (arguments->json) {
        status = print_json(proof);
        zkb_proof_destroy(proof);
    } else {
        print_proof(proof);
        zkb_proof_destroy(proof);
    }
    free(bytes);
    return status;
}

int zkb_command_inspect(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "inspect", "FILE",
        "Prints what a proof file says: lengths, output, chunks, tables. Checks nothing.",
        inspect_options, parse_inspect};
    inspect_arguments arguments = {0};
    int status = ZKB_EXIT_OK;
    return zkb_cli_parse(&status, &description, argc, argv, &arguments) ? inspect(&arguments)
                                                                        : status;
}
