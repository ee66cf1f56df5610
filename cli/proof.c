#include "cli/proof.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
        zkb_cli_message("no setup: name one with --setup FILE (zkbpf setup generate makes one)");
        return NULL;
    }
    if (length < 0) {
        zkb_cli_message("out of memory");
        return NULL;
    }
    return path;
}

int zkb_cli_setup_open(zkb_srs **srs, const char *given, unsigned k, const zkb_program *program)
{
    zkb_error error = {0};
    int status = ZKB_EXIT_OK;
    char *path = zkb_cli_setup_path(given);
    if (path == NULL) {
        return ZKB_EXIT_USAGE;
    }
    while (program != NULL && zkb_program_slots(program) > 1u << k) {
        k++;
    }
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        zkb_cli_message("%s: there is no setup; for development, make one with: zkbpf setup "
                        "generate%s%s",
                        path, given != NULL ? " -o " : "", given != NULL ? given : "");
        status = ZKB_EXIT_FILE;
    } else if (zkb_srs_load_powers(srs, path, k, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    }
    free(path);
    return status;
}

/* What a file is by its first bytes, if it is one that is hard to make again; else NULL. */
static const char *precious(const char *path)
{
    static const struct {
        const char *magic;
        const char *what;
    } kinds[] = {{"zkb-srs", "a setup"}, {"zkb-key", "a key"}, {"ptau", "a ceremony's file"}};
    char start[8] = "";
    struct stat information;
    FILE *file =
        stat(path, &information) == 0 && S_ISREG(information.st_mode) ? fopen(path, "rb") : NULL;
    const size_t length = file != NULL ? fread(start, 1, sizeof start - 1, file) : 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const size_t n = strlen(kinds[i].magic);
        if (length >= n && memcmp(start, kinds[i].magic, n) == 0) {
            return kinds[i].what;
        }
    }
    return NULL;
}

int zkb_cli_proof_output_check(const zkb_cli_guest *guest, const char *setup, const char *path,
                               bool force)
{
    const int status = zkb_cli_guest_output_check(guest, path);
    if (path == NULL || status != ZKB_EXIT_OK || force) {
        return status;
    }
    const char *what = setup != NULL && zkb_cli_same_file(path, setup) ? "the setup of this command"
                                                                       : precious(path);
    if (what == NULL) {
        return ZKB_EXIT_OK;
    }
    zkb_cli_message("%s: this is %s; --force writes over it", path, what);
    return ZKB_EXIT_USAGE;
}

error_t zkb_cli_key_parse(zkb_cli_key_arguments *arguments, int key, char *argument,
                          const struct argp_state *state)
{
    switch (key) {
    case 's':
        arguments->setup = argument;
        return 0;
    case ZKB_CLI_KEY_CACHE_DIR:
        arguments->cache_dir = argument;
        return 0;
    case ZKB_CLI_KEY_K:
        return zkb_cli_k(&arguments->k, argument, state);
    case ZKB_CLI_KEY_THREADS:
        return zkb_cli_threads(&arguments->threads, argument, state);
    case ZKB_CLI_KEY_LOOKUP_BITS:
        return zkb_cli_lookup_bits(&arguments->lookup_bits, argument, state);
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

static void warn(void *context, const char *message)
{
    (void)context;
    zkb_cli_message("%s", message);
}

static zkb_status make_key(zkb_cli_keys *keys, const zkb_cli_guest *guest,
                           const zkb_cli_key_arguments *arguments, zkb_error *error)
{
    const zkb_input input = zkb_cli_guest_input(guest);
    unsigned lookup_bits = arguments->lookup_bits;
    zkb_status status = ZKB_OK;
    if (lookup_bits == 0) {
        status = zkb_lookup_bits_for(&lookup_bits, keys->srs, guest->program, &input, error);
    }
    if (status == ZKB_OK) {
        status = zkb_config_create(&keys->config, arguments->k, arguments->cache_dir, lookup_bits,
                                   error);
    }
    if (status != ZKB_OK) {
        return status;
    }
    (void)zkb_config_with_threads(zkb_config_with_warnings(keys->config, warn, NULL),
                                  arguments->threads);
    (void)zkb_config_with_stacks(keys->config, arguments->log_stack);
    return arguments->compared ? zkb_keypair_load_or_generate(&keys->pair, keys->config, keys->srs,
                                                              guest->program, error)
                               : zkb_proving_key_load_or_generate(&keys->pair.proving, keys->config,
                                                                  keys->srs, guest->program, error);
}

int zkb_cli_keys_make(zkb_cli_keys *keys, const zkb_cli_guest *guest,
                      const zkb_cli_key_arguments *arguments)
{
    const unsigned k = arguments->k != 0 ? arguments->k : ZKB_CONFIG_DEFAULT_K;
    unsigned most = k > ZKB_LOOKUP_WIDE ? k : ZKB_LOOKUP_WIDE;
    most = arguments->log_stack > most ? arguments->log_stack : most;
    zkb_error error = {0};
    const double start = zkb_cli_seconds();
    int status = zkb_cli_setup_open(&keys->srs, arguments->setup, most, guest->program);
    const double opened = zkb_cli_seconds();
    if (status == ZKB_EXIT_OK && make_key(keys, guest, arguments, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    }
    keys->setup_seconds = opened - start;
    keys->key_seconds = zkb_cli_seconds() - opened;
    return status;
}

void zkb_cli_keys_clear(zkb_cli_keys *keys)
{
    zkb_keypair_clear(&keys->pair);
    zkb_config_destroy(keys->config);
    zkb_srs_destroy(keys->srs);
    *keys = (zkb_cli_keys){0};
}

void zkb_cli_id_text(char text[ZKB_CLI_ID_TEXT], const uint8_t id[ZKB_CLI_ID_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < ZKB_CLI_ID_BYTES; i++) {
        const uint8_t byte = id[ZKB_CLI_ID_BYTES - 1 - i];
        text[2 * i] = digits[byte >> 4];
        text[2 * i + 1] = digits[byte & 15];
    }
    text[ZKB_CLI_ID_TEXT - 1] = '\0';
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

bool zkb_cli_id_parse(uint8_t id[ZKB_CLI_ID_BYTES], const char *text)
{
    if (strlen(text) != ZKB_CLI_ID_TEXT - 1) {
        return false;
    }
    for (int i = 0; i < ZKB_CLI_ID_BYTES; i++) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        id[ZKB_CLI_ID_BYTES - 1 - i] = (uint8_t)(16 * high + low);
    }
    return true;
}
