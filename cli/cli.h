/* What the commands of zkbpf share: exit statuses, messages, argument parsing, output. */
#ifndef ZKB_CLI_CLI_H
#define ZKB_CLI_CLI_H

#include "zkbpf.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

/* Exit statuses of every command. */
enum {
    ZKB_EXIT_OK = 0,
    ZKB_EXIT_REJECTED = 1, /* a proof that is not valid */
    ZKB_EXIT_USAGE = 2,    /* wrong options or arguments */
    ZKB_EXIT_FILE = 3,     /* a file that cannot be read, written or understood */
    ZKB_EXIT_FAULT = 4,    /* the program faulted */
    ZKB_EXIT_OTHER = 5     /* out of memory, cancelled, or a defect */
};

/* Prints "zkbpf: message" as one line on standard error. */
void zkb_cli_message(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a library call's failure; returns the exit status that belongs to it. */
int zkb_cli_report(const zkb_error *error);
/* The exit status that belongs to a library status. */
int zkb_cli_exit_status(zkb_status status);

/* At the end of a program: what was printed must have been taken. Returns the exit status, which is
 * `status` unless that was 0 and standard output failed. */
int zkb_cli_finish(int status);

/* One command's arguments. `parser` stores into `input` and refuses by zkb_cli_refuse. */
typedef struct zkb_cli_arguments {
    const char *command;               /* "run" */
    const char *operands;              /* "PROG..." */
    const char *description;           /* help text, without options */
    const struct argp_option *options; /* ended by {0}; --help is added */
    error_t (*parser)(int key, char *argument, struct argp_state *state);
} zkb_cli_arguments;

/* Parses a command's arguments (argv[0] is the command). Returns true to go on; false with
 * *exit_status set after --help, or after an error that it has reported. */
bool zkb_cli_parse(int *exit_status, const zkb_cli_arguments *arguments, int argc, char **argv,
                   void *input);
/* Reports a wrong argument as "zkbpf COMMAND: message"; the parser returns what it returns. */
error_t zkb_cli_refuse(const struct argp_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A whole decimal or 0x-hexadecimal number in [least, most]; false when text is not one. */
bool zkb_cli_number(uint64_t *value, const char *text, uint64_t least, uint64_t most);

/* A number of zkbpf.h as text. */
#define ZKB_CLI_DIGITS(number) ZKB_CLI_DIGITS_(number)
#define ZKB_CLI_DIGITS_(digits) #digits

/* What --threads, --k and --lookup-bits give; 0 from the start: the default. */
error_t zkb_cli_threads(unsigned *threads, const char *argument, const struct argp_state *state);
error_t zkb_cli_k(unsigned *k, const char *argument, const struct argp_state *state);
error_t zkb_cli_lookup_bits(unsigned *bits, const char *argument, const struct argp_state *state);
#define ZKB_CLI_K_RANGE                                                                            \
    ZKB_CLI_DIGITS(ZKB_CONFIG_LEAST_K)                                                             \
    " to " ZKB_CLI_DIGITS(ZKB_CONFIG_MOST_K) " (default " ZKB_CLI_DIGITS(ZKB_CONFIG_DEFAULT_K) ")"
/* A number above 0, with K, M or G for powers of 1024, as the value of an option. */
error_t zkb_cli_size(uint64_t *size, const char *option, const char *argument,
                     const struct argp_state *state);
#define ZKB_CLI_STACK_RANGE                                                                        \
    ZKB_CLI_DIGITS(ZKB_CONFIG_LEAST_STACK)                                                         \
    " to " ZKB_CLI_DIGITS(ZKB_CONFIG_MOST_STACK) " (default 16; 9 with 8 lookup bits)"
/* log2 of the length of stacks. */
error_t zkb_cli_stack(unsigned *log_stack, const char *argument, const struct argp_state *state);

/* Wall time in seconds, good for differences. */
double zkb_cli_seconds(void);

/* The file that an argument names for reading: "-" is standard input. */
const char *zkb_cli_input_path(const char *argument);
/* To be called before work that ends in a file (or in none: NULL): whether it could be written, and
 * is not "-", for standard output has the summary. Returns an exit status, after reporting if it is
 * not 0. */
int zkb_cli_output_check(const char *path);
/* Whether two paths name one file. */
bool zkb_cli_same_file(const char *a, const char *b);
/* Whether two paths to read from lead to one stream, whose content can be read once: standard
 * input, a pipe or a socket. */
bool zkb_cli_same_stream(const char *a, const char *b);
/* Reads a whole file of at most `most` bytes; *data is freed by the caller, also after a failure.
 * Writes one whole or not at all. Both return an exit status, after reporting if it is not 0. */
int zkb_cli_read(uint8_t **data, size_t *size, const char *path, size_t most);
int zkb_cli_write(const char *path, const uint8_t *data, size_t size);

/* A text file under construction: "-" is standard output, any other path is replaced whole by
 * zkb_cli_file_close or not at all. */
typedef struct zkb_cli_file {
    FILE *stream;
    char *buffer;
    size_t size;
    const char *path;
} zkb_cli_file;
bool zkb_cli_file_open(zkb_cli_file *file, const char *path);
/* Writes it out; returns an exit status, after reporting if it is not 0. */
int zkb_cli_file_close(zkb_cli_file *file);
/* Drops what was written. */
void zkb_cli_file_abort(zkb_cli_file *file);

#endif
