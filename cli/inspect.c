/* zkbpf inspect: what a proof file says, without checking it. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/proof.h"

#include "base/file.h"
#include "machine/run_proof.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>

enum { MOST_PROOF_BYTES = 1 << 30 };

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

static void print_chunk(uint32_t index, const zkb_chunk_claim *chunk)
{
    printf("chunk %" PRIu32 ": %" PRIu32 " instructions, %" PRIu32 " tables, %" PRIu32
           " segments, %zu bytes of proof, then pc ",
           index, chunk->clock_end - 1, chunk->table_count, chunk->segment_count,
           chunk->proof_size);
    if (chunk->after.pc == ZKB_PC_HALT) {
        printf("halted, r0 = %" PRIu64 "\n", chunk->after.r[0]);
    } else {
        printf("%" PRIu32 "\n", chunk->after.pc);
    }
    for (uint32_t t = 0; t < chunk->table_count; t++) {
        const unsigned chip = chunk->tables[t].chip;
        printf("  %-22s 2^%-2u rows, %" PRIu64 " active\n",
               chip < ZKB_CHIP_COUNT ? zkb_machine_chips[chip].name : "?",
               chunk->tables[t].log_height, chunk->tables[t].active);
    }
}

static void print_proof(const zkb_run_proof *proof, size_t size)
{
    const zkb_run_header *h = &proof->header;
    printf("not checked; zkbpf verify does that\n");
    printf("bytes           %zu\nprogram slots   %" PRIu32 ", entry %" PRIu32 "\n", size,
           h->record.slot_count, h->record.entry);
    printf("public input    %" PRIu64 " bytes\nprivate input   %" PRIu64
           " bytes\noutput          %" PRIu64 " bytes\nchunks          %" PRIu32 "\n",
           h->lengths.public_bytes, h->lengths.private_bytes, h->lengths.output_bytes,
           h->chunk_count);
    for (uint32_t c = 0; c < h->chunk_count; c++) {
        print_chunk(c, &proof->chunks[c]);
    }
}

static void add_number(json_object *object, const char *name, uint64_t value)
{
    (void)json_object_object_add(object, name, json_object_new_uint64(value));
}

static json_object *json_chunk(const zkb_chunk_claim *chunk)
{
    json_object *object = json_object_new_object();
    json_object *tables = json_object_new_object();
    add_number(object, "instructions", chunk->clock_end - 1);
    add_number(object, "segments", chunk->segment_count);
    add_number(object, "proof_bytes", chunk->proof_size);
    (void)json_object_object_add(object, "halted",
                                 json_object_new_boolean(chunk->after.pc == ZKB_PC_HALT));
    for (uint32_t t = 0; t < chunk->table_count; t++) {
        const unsigned chip = chunk->tables[t].chip;
        if (chip < ZKB_CHIP_COUNT) {
            add_number(tables, zkb_machine_chips[chip].name, chunk->tables[t].active);
        }
    }
    (void)json_object_object_add(object, "rows", tables);
    return object;
}

static void print_json(const zkb_run_proof *proof, size_t size)
{
    const zkb_run_header *h = &proof->header;
    json_object *object = json_object_new_object();
    json_object *chunks = json_object_new_array();
    add_number(object, "bytes", size);
    add_number(object, "lookup_bits", h->lookup_bits);
    add_number(object, "public_bytes", h->lengths.public_bytes);
    add_number(object, "private_bytes", h->lengths.private_bytes);
    add_number(object, "output_bytes", h->lengths.output_bytes);
    for (uint32_t c = 0; c < h->chunk_count; c++) {
        (void)json_object_array_add(chunks, json_chunk(&proof->chunks[c]));
    }
    (void)json_object_object_add(object, "chunks", chunks);
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

int zkb_command_inspect(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "inspect", "FILE",
        "Prints what a proof file says: lengths, chunks, tables. Checks nothing.", inspect_options,
        parse_inspect};
    inspect_arguments arguments = {0};
    int status = ZKB_EXIT_OK;
    if (!zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        return status;
    }
    uint8_t *bytes;
    size_t size;
    zkb_run_proof proof;
    zkb_error error = {0};
    if (zkb_file_read(&bytes, &size, arguments.path, MOST_PROOF_BYTES, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    if (zkb_run_proof_decode(&proof, bytes, size, arguments.path, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    } else {
        if (arguments.json) {
            print_json(&proof, size);
        } else {
            print_proof(&proof, size);
        }
        zkb_run_proof_clear(&proof);
    }
    free(bytes);
    return status;
}
