#include "cli/guest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The most bytes of a region of memory: 32 bits of address, less one segment of 64 KiB. */
#define MOST_REGION_BYTES UINT64_C(0xffff0000)

static error_t parse_u32(uint32_t *value, const char *option, const char *argument,
                         const struct argp_state *state)
{
    uint64_t wide = 0;
    if (!zkb_cli_number(&wide, argument, 1, UINT32_MAX)) {
        return zkb_cli_refuse(state, "%s wants a number from 1 to %" PRIu32 ", not '%s'", option,
                              UINT32_MAX, argument);
    }
    *value = (uint32_t)wide;
    return 0;
}

static error_t parse_path(const char **path, const char *option, const char *argument,
                          const struct argp_state *state)
{
    if (*path != NULL) {
        return zkb_cli_refuse(state, "%s is given twice", option);
    }
    *path = argument;
    return 0;
}

static error_t parse_program(zkb_cli_guest *guest, const char *argument,
                             const struct argp_state *state)
{
    if (guest->paths == NULL) {
        guest->paths = calloc((size_t)state->argc, sizeof *guest->paths);
        if (guest->paths == NULL) {
            return ENOMEM;
        }
    }
    guest->paths[guest->path_count++] = zkb_cli_input_path(argument);
    return 0;
}

/* File n of those that are read, NULL for one that is not given. */
static const char *file_to_read(const zkb_cli_guest *guest, size_t n)
{
    const char *const inputs[] = {guest->input_path, guest->private_path, guest->others[0],
                                  guest->others[1]};
    return n < guest->path_count ? guest->paths[n] : inputs[n - guest->path_count];
}

error_t zkb_cli_guest_check_streams(const zkb_cli_guest *guest, const struct argp_state *state)
{
    const size_t count = guest->path_count + 4;
    for (size_t i = 0; i < count; i++) {
        const char *path = file_to_read(guest, i);
        for (size_t j = 0; path != NULL && j < i; j++) {
            const char *earlier = file_to_read(guest, j);
            if (earlier != NULL && zkb_cli_same_stream(path, earlier)) {
                return zkb_cli_refuse(state, "%s is given twice, but can be read only once",
                                      strcmp(path, zkb_cli_input_path("-")) == 0 ? "standard input"
                                                                                 : path);
            }
        }
    }
    return 0;
}

static error_t check_layout(const zkb_program_options *options, const struct argp_state *state)
{
    const uint64_t frame_bytes =
        options->frame_bytes != 0 ? options->frame_bytes : ZKB_DEFAULT_FRAME_BYTES;
    const uint64_t frames = options->max_frames != 0 ? options->max_frames : ZKB_DEFAULT_MAX_FRAMES;
    if (frame_bytes % 8 != 0) {
        return zkb_cli_refuse(state, "--frame-bytes wants a multiple of 8");
    }
    if (frame_bytes * frames > MOST_REGION_BYTES || options->heap_bytes > MOST_REGION_BYTES ||
        options->output_bytes > MOST_REGION_BYTES) {
        return zkb_cli_refuse(state,
                              "stack (frames times their size), heap and output have at "
                              "most %" PRIu64 " bytes each",
                              MOST_REGION_BYTES);
    }
    return 0;
}

error_t zkb_cli_guest_parse(zkb_cli_guest *guest, int key, char *argument, struct argp_state *state)
{
    zkb_program_options *options = &guest->options;
    error_t status;
    switch (key) {
    case 'e':
        return parse_path(&options->entry, "--entry", argument, state);
    case 'i':
        return parse_path(&guest->input_path, "--input", zkb_cli_input_path(argument), state);
    case 'p':
        return parse_path(&guest->private_path, "--private", zkb_cli_input_path(argument), state);
    case ZKB_CLI_KEY_MAX_INSTRUCTIONS:
        if (!zkb_cli_number(&guest->max_instructions, argument, 1, UINT64_MAX)) {
            return zkb_cli_refuse(state, "--max-instructions wants a positive number, not '%s'",
                                  argument);
        }
        return 0;
    case ZKB_CLI_KEY_FRAME_BYTES:
        return parse_u32(&options->frame_bytes, "--frame-bytes", argument, state);
    case ZKB_CLI_KEY_MAX_FRAMES:
        return parse_u32(&options->max_frames, "--max-frames", argument, state);
    case ZKB_CLI_KEY_HEAP_BYTES:
        return parse_u32(&options->heap_bytes, "--heap-bytes", argument, state);
    case ZKB_CLI_KEY_OUTPUT_BYTES:
        return parse_u32(&options->output_bytes, "--output-bytes", argument, state);
    case ARGP_KEY_ARG:
        return parse_program(guest, argument, state);
    case ARGP_KEY_END:
        if (guest->path_count == 0) {
            return zkb_cli_refuse(state, "which program?");
        }
        status = zkb_cli_guest_check_streams(guest, state);
        return status != 0 ? status : check_layout(options, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool reads(const zkb_cli_guest *guest, const char *path)
{
    bool found = (guest->input_path != NULL && zkb_cli_same_file(path, guest->input_path)) ||
                 (guest->private_path != NULL && zkb_cli_same_file(path, guest->private_path));
    for (size_t i = 0; i < guest->path_count; i++) {
        found = found || zkb_cli_same_file(path, guest->paths[i]);
    }
    return found;
}

int zkb_cli_guest_output_check(const zkb_cli_guest *guest, const char *path)
{
    if (path != NULL && reads(guest, path)) {
        zkb_cli_message("%s: this command reads it, and would write over it", path);
        return ZKB_EXIT_USAGE;
    }
    return zkb_cli_output_check(path);
}

static int read_input(uint8_t **data, size_t *size, const char *path)
{
    return path == NULL ? ZKB_EXIT_OK : zkb_cli_read(data, size, path, ZKB_CLI_MAX_INPUT_BYTES);
}

int zkb_cli_guest_load(zkb_cli_guest *guest)
{
    zkb_error error = {0};
    if (guest->path_count != 0 && /* none for a verifier that has the program's id */
        zkb_program_open(&guest->program, guest->paths, guest->path_count, &guest->options,
                         &error) != ZKB_OK) {
        /* What is wrong with the user's files is status 3, whatever the library calls it. */
        const int status = zkb_cli_report(&error);
        return status == ZKB_EXIT_OTHER || status == ZKB_EXIT_USAGE ? status : ZKB_EXIT_FILE;
    }
    const int status = read_input(&guest->input, &guest->input_bytes, guest->input_path);
    return status != ZKB_EXIT_OK
               ? status
               : read_input(&guest->private_input, &guest->private_bytes, guest->private_path);
}

zkb_input zkb_cli_guest_input(const zkb_cli_guest *guest)
{
    return (zkb_input){.public_input = guest->input,
                       .public_bytes = guest->input_bytes,
                       .private_input = guest->private_input,
                       .private_bytes = guest->private_bytes,
                       .max_instructions = guest->max_instructions};
}

void zkb_cli_guest_clear(zkb_cli_guest *guest)
{
    zkb_program_destroy(guest->program);
    free(guest->paths);
    free(guest->input);
    free(guest->private_input);
    *guest = (zkb_cli_guest){0};
}

void zkb_cli_clean_name(char *text, size_t size, const char *name)
{
    (void)snprintf(text, size, "%s", name);
    for (char *c = text; *c != '\0'; c++) {
        if (*c < ' ' || *c > '~') {
            *c = '?';
        }
    }
}
