/* The program that a command runs, its inputs and its limits: the options that several commands
 * have in common, and what they lead to. */
#ifndef ZKB_CLI_GUEST_H
#define ZKB_CLI_GUEST_H

#include "cli/cli.h"

/* Keys of options without a letter; a command's own begin at ZKB_CLI_KEY_FREE. */
enum {
    ZKB_CLI_KEY_MAX_INSTRUCTIONS = 0x100,
    ZKB_CLI_KEY_FRAME_BYTES,
    ZKB_CLI_KEY_MAX_FRAMES,
    ZKB_CLI_KEY_HEAP_BYTES,
    ZKB_CLI_KEY_OUTPUT_BYTES,
    ZKB_CLI_KEY_FREE
};

/* The most bytes of an input file; each is held in memory twice. */
#define ZKB_CLI_MAX_INPUT_BYTES ((size_t)1 << 30)
/* Enough for a name of the loader with its distance. */
#define ZKB_CLI_PLACE_BYTES 160u

/* Lines for a command's table of options: those that say what the program is, ... */
#define ZKB_CLI_PROGRAM_OPTIONS                                                                    \
    {"entry",                                                                                      \
     'e',                                                                                          \
     "SYMBOL",                                                                                     \
     0,                                                                                            \
     "function where execution begins (default: entrypoint, else the only global one)",            \
     3},                                                                                           \
        {"frame-bytes",                                                                            \
         ZKB_CLI_KEY_FRAME_BYTES,                                                                  \
         "N",                                                                                      \
         0,                                                                                        \
         "stack of one call (default " ZKB_CLI_DIGITS(ZKB_DEFAULT_FRAME_BYTES) ")",                \
         4},                                                                                       \
        {"max-frames",                                                                             \
         ZKB_CLI_KEY_MAX_FRAMES,                                                                   \
         "N",                                                                                      \
         0,                                                                                        \
         "depth of calls (default " ZKB_CLI_DIGITS(ZKB_DEFAULT_MAX_FRAMES) ")",                    \
         4},                                                                                       \
        {"heap-bytes",                                                                             \
         ZKB_CLI_KEY_HEAP_BYTES,                                                                   \
         "N",                                                                                      \
         0,                                                                                        \
         "size of the heap (default " ZKB_CLI_DIGITS(ZKB_DEFAULT_HEAP_BYTES) ")",                  \
         4},                                                                                       \
        {"output-bytes",                                                                           \
         ZKB_CLI_KEY_OUTPUT_BYTES,                                                                 \
         "N",                                                                                      \
         0,                                                                                        \
         "size of the output region (default " ZKB_CLI_DIGITS(ZKB_DEFAULT_OUTPUT_BYTES) ")",       \
         4}
/* ... and those that say how it is run. */
#define ZKB_CLI_RUN_OPTIONS                                                                        \
    {"input", 'i', "FILE", 0, "public input (default: empty)", 1},                                 \
        {"private",                                                                                \
         'p',                                                                                      \
         "FILE",                                                                                   \
         0,                                                                                        \
         "private input (default: empty); a proof does not hide it from somebody who studies the " \
         "proof",                                                                                  \
         1},                                                                                       \
        {"max-instructions",                                                                       \
         ZKB_CLI_KEY_MAX_INSTRUCTIONS,                                                             \
         "N",                                                                                      \
         0,                                                                                        \
         "end the run with a fault after N instructions (default " ZKB_CLI_DIGITS(                 \
             ZKB_DEFAULT_MAX_INSTRUCTIONS) ")",                                                    \
         3}

/* Starts zeroed; filled by zkb_cli_guest_parse, loaded by zkb_cli_guest_load and ended by
 * zkb_cli_guest_clear. */
typedef struct zkb_cli_guest {
    const char **paths; /* operands, point into argv */
    size_t path_count;
    zkb_program_options options;
    const char *input_path;
    const char *private_path;
    const char *others[2];     /* files that the command reads besides, or NULL */
    uint64_t max_instructions; /* 0: the default */

    zkb_program *program;
    uint8_t *input;
    size_t input_bytes;
    uint8_t *private_input;
    size_t private_bytes;
} zkb_cli_guest;

/* Takes an option or operand if it is one of the above, else returns ARGP_ERR_UNKNOWN; at
 * ARGP_KEY_END refuses a command line without a program. */
error_t zkb_cli_guest_parse(zkb_cli_guest *guest, int key, char *argument,
                            struct argp_state *state);
/* Refuses a command line on which two files to be read are one stream. For commands that do not
 * pass on ARGP_KEY_END. */
error_t zkb_cli_guest_check_streams(const zkb_cli_guest *guest, const struct argp_state *state);
/* zkb_cli_output_check, and that the file is none of those that are read. */
int zkb_cli_guest_output_check(const zkb_cli_guest *guest, const char *path);
/* Reads program and inputs. Returns an exit status, after reporting if it is not 0. */
int zkb_cli_guest_load(zkb_cli_guest *guest);
/* Its inputs and budget, for the functions that run or prove it; borrowed from the guest. */
zkb_input zkb_cli_guest_input(const zkb_cli_guest *guest);
void zkb_cli_guest_clear(zkb_cli_guest *guest);

/* A copy of `name`, cut at `size`, in which every byte that is not printable ASCII is a '?':
 * symbols come from files that anyone may have made, and end up in terminals and JSON. */
void zkb_cli_clean_name(char *text, size_t size, const char *name);

#endif
