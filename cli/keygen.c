/* zkbpf keygen: makes a program's proving key in a cache directory. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/proof.h"

#include <json-c/json.h>

enum { KEY_JSON = ZKB_CLI_KEY_PROOF_FREE };

typedef struct keygen_arguments {
    zkb_cli_guest guest;
    zkb_cli_key_arguments key;
    bool json;
} keygen_arguments;

static const struct argp_option keygen_options[] = {
    {"lookup-bits", ZKB_CLI_KEY_LOOKUP_BITS, "8|16", 0,
     "range tables of 2^8 rows (short runs) or 2^16 (long runs; default: 16)", 2},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 2},
    ZKB_CLI_KEY_OPTIONS,
    ZKB_CLI_PROGRAM_OPTIONS,
    {0}};

static error_t parse_keygen(int key, char *argument, struct argp_state *state)
{
    keygen_arguments *arguments = state->input;
    if (key == KEY_JSON) {
        arguments->json = true;
        return 0;
    }
    if (key == ARGP_KEY_END && arguments->key.cache_dir == NULL) {
        return zkb_cli_refuse(state, "--cache-dir DIR is missing: where shall the key be kept?");
    }
    const error_t status = zkb_cli_key_parse(&arguments->key, key, argument, state);
    return status != ARGP_ERR_UNKNOWN
               ? status
               : zkb_cli_guest_parse(&arguments->guest, key, argument, state);
}

typedef struct key_report {
    const char *file;
    zkb_key_facts facts;
    char digest[ZKB_CLI_ID_TEXT];
    char id[ZKB_CLI_ID_TEXT];
} key_report;

static void print_json(const key_report *r)
{
    json_object *object = json_object_new_object();
    (void)json_object_object_add(object, "file", json_object_new_string(r->file));
    (void)json_object_object_add(object, "made", json_object_new_boolean(r->facts.loaded == 0));
    (void)json_object_object_add(object, "k", json_object_new_uint64(r->facts.k));
    (void)json_object_object_add(object, "lookup_bits",
                                 json_object_new_uint64(r->facts.lookup_bits));
    (void)json_object_object_add(object, "key_digest", json_object_new_string(r->digest));
    (void)json_object_object_add(object, "program_id", json_object_new_string(r->id));
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

static int keygen(const keygen_arguments *arguments, const zkb_cli_keys *keys)
{
    const zkb_proving_key *key = keys->pair.proving;
    key_report r = {.file = zkb_proving_key_file(key)};
    uint8_t bytes[ZKB_CLI_ID_BYTES];
    if (r.file == NULL) {
        return ZKB_EXIT_FILE; /* not kept, which has been said */
    }
    zkb_proving_key_describe(&r.facts, sizeof r.facts, key);
    zkb_proving_key_digest(bytes, key);
    zkb_cli_id_text(r.digest, bytes);
    zkb_proving_key_program_id(bytes, key);
    zkb_cli_id_text(r.id, bytes);
    if (arguments->json) {
        print_json(&r);
    } else {
        printf("file        %s (%s)\nkey digest  %s\nprogram id  %s\n", r.file,
               r.facts.loaded != 0 ? "found" : "made", r.digest, r.id);
    }
    return ZKB_EXIT_OK;
}

int zkb_command_keygen(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "keygen", "PROG...",
        "Makes the proving key of a program in a cache directory, or finds it there and compares "
        "it "
        "with the program, for zkbpf prove --cache-dir with the same --k and --lookup-bits.",
        keygen_options, parse_keygen};
    keygen_arguments arguments = {.key = {.lookup_bits = ZKB_LOOKUP_WIDE, .compared = true}};
    zkb_cli_keys keys = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = zkb_cli_guest_load(&arguments.guest);
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_keys_make(&keys, &arguments.guest, &arguments.key);
        }
        if (status == ZKB_EXIT_OK) {
            status = keygen(&arguments, &keys);
        }
        zkb_cli_keys_clear(&keys);
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
