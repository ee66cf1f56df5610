#include "cli/proof.h"

#include <stdlib.h>
#include <string.h>

char *zkb_cli_setup_path(const char *given)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    const char *environment = getenv("ZKBPF_SETUP");
    char *path = NULL;
    int length = -1;
    if (given == NULL && environment != NULL && environment[0] != '\0') {
        given = environment;
    }
    if (given != NULL) {
        length = asprintf(&path, "%s", given);
    } else if (cache != NULL && cache[0] != '\0') {
        length = asprintf(&path, "%s/zkbpf/setup.srs", cache);
    } else if (home != NULL && home[0] != '\0') {
        length = asprintf(&path, "%s/.cache/zkbpf/setup.srs", home);
    } else {
        zkb_cli_message("no setup: give --setup FILE (zkbpf setup makes one)");
        return NULL;
    }
    if (length < 0) {
        zkb_cli_message("out of memory");
        return NULL;
    }
    return path;
}

/* 8 for a run that ends early, or a setup too small for 16. */
static unsigned suitable_lookup_bits(const zkb_cli_keys *keys, const zkb_cli_guest *guest)
{
    enum { SHORT_RUN = 20000 };
    zkb_vm *vm = NULL;
    zkb_vm_result result;
    if (keys->srs.k < 16) {
        return ZKB_LOOKUP_COMPACT;
    }
    if (zkb_cli_guest_machine(&vm, guest) != ZKB_EXIT_OK) {
        return ZKB_LOOKUP_WIDE;
    }
    zkb_vm_run(vm, SHORT_RUN, &result);
    zkb_vm_destroy(vm);
    return result.outcome == ZKB_OUTCOME_PAUSED ? ZKB_LOOKUP_WIDE : ZKB_LOOKUP_COMPACT;
}

static zkb_status make_keys(zkb_cli_keys *keys, const zkb_cli_guest *guest, unsigned lookup_bits,
                            unsigned threads, zkb_error *error)
{
    const zkb_program *program = &guest->program;
    zkb_arena arena;
    zkb_program_record record;
    ZKB_TRY(zkb_program_columns_init(&keys->columns, program, error));
    ZKB_TRY(zkb_arena_create(&arena, zkb_program_record_scratch(program, threads), error));
    zkb_status status =
        zkb_program_record_make(&record, &keys->columns, &keys->srs, &arena, threads, error);
    zkb_arena_destroy(&arena);
    if (status == ZKB_OK) {
        status = zkb_machine_key_init(
            &keys->key, &record, lookup_bits != 0 ? lookup_bits : suitable_lookup_bits(keys, guest),
            &keys->srs.digest, error);
    }
    return status;
}

int zkb_cli_keys_make(zkb_cli_keys *keys, const zkb_cli_guest *guest, const char *setup,
                      unsigned lookup_bits, unsigned threads)
{
    zkb_error error = {0};
    memset(keys, 0, sizeof *keys);
    char *path = zkb_cli_setup_path(setup);
    if (path == NULL) {
        return ZKB_EXIT_USAGE;
    }
    zkb_status status = zkb_srs_open(&keys->srs, path, &error);
    free(path);
    if (status == ZKB_OK) {
        status = make_keys(keys, guest, lookup_bits, threads, &error);
    }
    return status == ZKB_OK ? ZKB_EXIT_OK : zkb_cli_report(&error);
}

void zkb_cli_keys_clear(zkb_cli_keys *keys)
{
    zkb_machine_key_clear(&keys->key);
    zkb_program_columns_clear(&keys->columns);
    zkb_srs_close(&keys->srs);
}

void zkb_cli_id_text(char text[ZKB_CLI_ID_TEXT], const zkb_fr *id)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[32];
    zkb_fr_to_bytes(bytes, id);
    for (int i = 0; i < 32; i++) {
        text[2 * i] = digits[bytes[31 - i] >> 4];
        text[2 * i + 1] = digits[bytes[31 - i] & 15];
    }
    text[64] = '\0';
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool zkb_cli_id_parse(zkb_fr *id, const char *text)
{
    uint8_t bytes[32];
    if (strlen(text) != 64) {
        return false;
    }
    for (int i = 0; i < 32; i++) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[31 - i] = (uint8_t)(16 * high + low);
    }
    return zkb_fr_from_bytes(id, bytes);
}
