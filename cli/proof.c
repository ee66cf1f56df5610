#include "cli/proof.h"

#include "base/clock.h"
#include "base/log2_inline.h"
#include "base/parallel.h"
#include "prover/prove_run.h"

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
    } else if (cache != NULL && cache[0] == '/') { /* a relative one is to be ignored */
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

error_t zkb_cli_key_parse(zkb_cli_key_arguments *arguments, int key, const char *argument,
                          const struct argp_state *state)
{
    uint64_t number;
    switch (key) {
    case 's':
        arguments->setup = argument;
        return 0;
    case ZKB_CLI_KEY_CACHE_DIR:
        arguments->cache_dir = argument;
        return 0;
    case ZKB_CLI_KEY_K:
        if (!zkb_cli_number(&number, argument, 8, 22)) {
            return zkb_cli_refuse(state, "--k wants a number from 8 to 22, not '%s'", argument);
        }
        arguments->k = (unsigned)number;
        return 0;
    case ZKB_CLI_KEY_THREADS:
        if (!zkb_cli_number(&number, argument, 1, ZKB_MOST_THREADS)) {
            return zkb_cli_refuse(state, "--threads wants a number from 1 to %d, not '%s'",
                                  ZKB_MOST_THREADS, argument);
        }
        arguments->threads = (unsigned)number;
        return 0;
    case ZKB_CLI_KEY_LOOKUP_BITS:
        if (strcmp(argument, "8") != 0 && strcmp(argument, "16") != 0) {
            return zkb_cli_refuse(state, "--lookup-bits %s: it is neither 8 nor 16", argument);
        }
        arguments->lookup_bits = argument[0] == '8' ? ZKB_LOOKUP_COMPACT : ZKB_LOOKUP_WIDE;
        return 0;
    case ARGP_KEY_INIT:
        arguments->cache_dir = getenv("ZKBPF_CACHE_DIR");
        if (arguments->cache_dir != NULL && arguments->cache_dir[0] == '\0') {
            arguments->cache_dir = NULL;
        }
        return ARGP_ERR_UNKNOWN;
    default:
        return ARGP_ERR_UNKNOWN;
    }
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

static void warn(void *context, const char *message)
{
    (void)context;
    zkb_cli_message("%s", message);
}

static zkb_status make_key(zkb_cli_keys *keys, const zkb_cli_guest *guest,
                           const zkb_cli_key_arguments *arguments, zkb_error *error)
{
    zkb_config *config;
    const unsigned lookup_bits =
        arguments->lookup_bits != 0 ? arguments->lookup_bits : suitable_lookup_bits(keys, guest);
    ZKB_TRY(zkb_config_create(&config, arguments->k, arguments->cache_dir, lookup_bits, error));
    (void)zkb_config_with_threads(zkb_config_with_warnings(config, warn, NULL), arguments->threads);
    zkb_status status = arguments->proving
                            ? zkb_run_check_setup(&keys->srs, config->k, lookup_bits, error)
                            : ZKB_OK;
    if (status == ZKB_OK) {
        status = zkb_proving_key_load_or_generate(&keys->key, config, &keys->srs, &guest->program,
                                                  error);
    }
    zkb_config_destroy(config);
    return status;
}

/* log2 of the most powers that are used, so that no more are kept. */
static unsigned powers_used(const zkb_cli_guest *guest, const zkb_cli_key_arguments *arguments)
{
    const unsigned slots = zkb_log2_ceil(guest->program.slot_count);
    const unsigned tables = !arguments->proving ? 0 : arguments->k == 0 ? 17 : arguments->k;
    const unsigned most = slots > tables ? slots : tables;
    return most > ZKB_LOOKUP_WIDE ? most : ZKB_LOOKUP_WIDE;
}

int zkb_cli_keys_make(zkb_cli_keys *keys, const zkb_cli_guest *guest,
                      const zkb_cli_key_arguments *arguments)
{
    zkb_error error = {0};
    memset(keys, 0, sizeof *keys);
    char *path = zkb_cli_setup_path(arguments->setup);
    if (path == NULL) {
        return ZKB_EXIT_USAGE;
    }
    const double start = zkb_now();
    zkb_status status =
        zkb_srs_open_powers(&keys->srs, path, powers_used(guest, arguments), &error);
    free(path);
    const double opened = zkb_now();
    if (status == ZKB_OK) {
        status = make_key(keys, guest, arguments, &error);
    }
    keys->setup_seconds = opened - start;
    keys->key_seconds = zkb_now() - opened;
    return status == ZKB_OK ? ZKB_EXIT_OK : zkb_cli_report(&error);
}

void zkb_cli_keys_clear(zkb_cli_keys *keys)
{
    zkb_proving_key_destroy(keys->key);
    zkb_srs_close(&keys->srs);
    *keys = (zkb_cli_keys){0};
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
