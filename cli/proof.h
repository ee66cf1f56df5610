/* What the commands about proofs share: the setup, the key of a program, ids as text. */
#ifndef ZKB_CLI_PROOF_H
#define ZKB_CLI_PROOF_H

#include "cli/guest.h"

#define ZKB_CLI_SETUP_OPTION                                                                       \
    {"setup",                                                                                      \
     's',                                                                                          \
     "FILE",                                                                                       \
     0,                                                                                            \
     "setup file (default: $ZKBPF_SETUP, else zkbpf/setup.srs in the user's cache directory)",     \
     3}

/* The largest proof file that is read. */
#define ZKB_CLI_MAX_PROOF_BYTES ((size_t)1 << 30)

/* The setup's path: `given`, or the default; NULL and a report when there is none. Freed by the
 * caller. */
char *zkb_cli_setup_path(const char *given);
/* Reads the setup, of which so many powers are used: 2^k, or as many as the program has slots if
 * that is more. Returns an exit status, after a report that says what to do if it is not 0. */
int zkb_cli_setup_open(zkb_srs **srs, const char *given, unsigned k, const zkb_program *program);

/* zkb_cli_guest_output_check for a command that takes a setup (`setup`: as given, or NULL): also
 * refuses, unless forced, to write over that setup or over any file that is a setup, a key or a
 * ceremony's. */
int zkb_cli_proof_output_check(const zkb_cli_guest *guest, const char *setup, const char *path,
                               bool force);

/* What says which key of a program: lines for a command's table of options, ... */
#define ZKB_CLI_KEY_OPTIONS                                                                        \
    {"k", ZKB_CLI_KEY_K, "K", 0, "at most 2^K rows in a table of a chunk: " ZKB_CLI_K_RANGE, 2},   \
        {"cache-dir",                                                                              \
         ZKB_CLI_KEY_CACHE_DIR,                                                                    \
         "DIR",                                                                                    \
         0,                                                                                        \
         "where the program's key is kept from one run to the next (default: $ZKBPF_CACHE_DIR, "   \
         "else nowhere)",                                                                          \
         2},                                                                                       \
        {"threads", ZKB_CLI_KEY_THREADS, "N", 0, "threads to use (default: all)", 2},              \
        ZKB_CLI_SETUP_OPTION

enum {
    ZKB_CLI_KEY_K = ZKB_CLI_KEY_FREE,
    ZKB_CLI_KEY_CACHE_DIR,
    ZKB_CLI_KEY_THREADS,
    ZKB_CLI_KEY_LOOKUP_BITS, /* its help is the command's own */
    ZKB_CLI_KEY_PROOF_FREE   /* a command's own begin here */
};

/* ... and what they lead to. */
typedef struct zkb_cli_key_arguments {
    const char *setup;
    const char *cache_dir;
    unsigned k;           /* 0: the default */
    unsigned lookup_bits; /* 0: what suits the run's length */
    unsigned log_stack;   /* of proofs; 0: the default */
    unsigned threads;     /* 0: all */
    bool compared;        /* a key from the cache is compared with the program */
} zkb_cli_key_arguments;

/* Takes an option if it is one of these, else returns ARGP_ERR_UNKNOWN. At ARGP_KEY_INIT takes the
 * cache directory from the environment. */
error_t zkb_cli_key_parse(zkb_cli_key_arguments *arguments, int key, char *argument,
                          const struct argp_state *state);

/* The setup, settings with the key's part set, and the key of a loaded guest. */
typedef struct zkb_cli_keys {
    zkb_srs *srs;
    zkb_config *config;
    zkb_keypair pair;                  /* verifying: NULL unless compared */
    double setup_seconds, key_seconds; /* to open the one and to make or find the other */
} zkb_cli_keys;

/* Opens the setup and makes the guest's key, or finds it in the cache. Returns an exit status,
 * after reporting if it is not 0; the caller ends *keys in any case with zkb_cli_keys_clear. */
int zkb_cli_keys_make(zkb_cli_keys *keys, const zkb_cli_guest *guest,
                      const zkb_cli_key_arguments *arguments);
void zkb_cli_keys_clear(zkb_cli_keys *keys);

/* A program id as 64 hexadecimal digits, most significant first, and back. */
enum { ZKB_CLI_ID_BYTES = 32, ZKB_CLI_ID_TEXT = 65 };
void zkb_cli_id_text(char text[ZKB_CLI_ID_TEXT], const uint8_t id[ZKB_CLI_ID_BYTES]);
bool zkb_cli_id_parse(uint8_t id[ZKB_CLI_ID_BYTES], const char *text);

#endif
