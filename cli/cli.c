#include "cli/cli.h"

#include "base/os/clock.h"
#include "base/os/file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One line on standard error, whatever the message holds. */
static void print_line(const char *prefix, const char *format, va_list arguments)
{
    char line[1024];
    (void)vsnprintf(line, sizeof line, format, arguments);
    for (char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            *c = '?';
        }
    }
    (void)fprintf(stderr, "%s: %s\n", prefix, line);
}

void zkb_cli_message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line("zkbpf", format, arguments);
    va_end(arguments);
}

int zkb_cli_exit_status(zkb_status status)
{
    switch (status) {
    case ZKB_OK:
        return ZKB_EXIT_OK;
    case ZKB_ERROR_ARGUMENT:
        return ZKB_EXIT_USAGE;
    case ZKB_ERROR_IO:
    case ZKB_ERROR_FORMAT:
    case ZKB_ERROR_UNSUPPORTED:
    case ZKB_ERROR_LIMIT:
        return ZKB_EXIT_FILE;
    case ZKB_ERROR_FAULT:
        return ZKB_EXIT_FAULT;
    case ZKB_ERROR_REJECTED:
    case ZKB_ERROR_MISMATCH:
        return ZKB_EXIT_REJECTED;
    default:
        return ZKB_EXIT_OTHER;
    }
}

int zkb_cli_report(const zkb_error *error)
{
    zkb_cli_message("%s",
                    error->message[0] != '\0' ? error->message : zkb_status_string(error->status));
    return zkb_cli_exit_status(error->status);
}

int zkb_cli_finish(int status)
{
    const bool unwritten = ferror(stdout) != 0;
    if (fflush(stdout) != 0) {
        zkb_cli_message("standard output: %s", strerror(errno));
    } else if (unwritten) {
        zkb_cli_message("standard output: cannot be written");
    } else {
        return status;
    }
    return status != ZKB_EXIT_OK ? status : ZKB_EXIT_FILE;
}

/* ---- Arguments --------------------------------------------------------------------------- */

enum { KEY_HELP = 'h' };

/* argp's own messages and exits are off: it prints two lines and chooses its own statuses. */
#define PARSE_FLAGS (ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT)

typedef struct parse_context {
    const zkb_cli_arguments *arguments;
    void *input;
    bool help;
    bool refused;
} parse_context;

static error_t parse_help(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    parse_context *context = state->input;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = context;
        return 0;
    }
    if (key != KEY_HELP) {
        return ARGP_ERR_UNKNOWN;
    }
    context->help = true;
    return ECANCELED;
}

static error_t parse_command(int key, char *argument, struct argp_state *state)
{
    parse_context *context = state->input;
    state->hook = context; /* for zkb_cli_refuse */
    state->input = context->input;
    const error_t status = context->arguments->parser(key, argument, state);
    state->input = context;
    return status;
}

error_t zkb_cli_refuse(const struct argp_state *state, const char *format, ...)
{
    parse_context *context = state->hook;
    context->refused = true;
    char prefix[64];
    (void)snprintf(prefix, sizeof prefix, "zkbpf %s", context->arguments->command);
    va_list arguments;
    va_start(arguments, format);
    print_line(prefix, format, arguments);
    va_end(arguments);
    return EINVAL;
}

/* The option that an argument names, or NULL when none or more than one fits. A long name may be
 * cut short. *fits says how many do. */
static const struct argp_option *find_option(const struct argp_option *options,
                                             const char *argument, unsigned *fits)
{
    const struct argp_option *found = NULL;
    *fits = 0;
    const size_t length = argument[1] == '-' ? strcspn(argument + 2, "=") : 0;
    for (const struct argp_option *o = options; o->name != NULL; o++) {
        if (length == 0 ? o->key == argument[1] : strncmp(o->name, argument + 2, length) == 0) {
            found = o;
            ++*fits;
            if (length == 0 || o->name[length] == '\0') {
                *fits = 1; /* exact */
                break;
            }
        }
    }
    return *fits == 1 ? found : NULL;
}

/* What argp refused on its own: an unknown option, or one whose value is missing or superfluous.
 * argp does not say which, so look for it. */
static void explain_refusal(const zkb_cli_arguments *arguments, int argc, char **argv)
{
    const char *what = "the arguments are not understood";
    const char *option = "";
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (argv[i][0] != '-' || argv[i][1] == '\0' || strncmp(argv[i], "--help", 6) == 0) {
            continue;
        }
        unsigned fits = 0;
        const struct argp_option *found = find_option(arguments->options, argv[i], &fits);
        const bool inline_value = argv[i][1] == '-' && strchr(argv[i], '=') != NULL;
        option = argv[i];
        if (found == NULL) {
            what = fits == 0 ? "no such option:" : "ambiguous option:";
            break;
        }
        if (found->arg == NULL && inline_value) {
            what = "this option takes no value:";
            break;
        }
        const bool glued_value = argv[i][1] != '-' && argv[i][2] != '\0';
        if (found->arg != NULL && !inline_value && !glued_value) {
            if (i + 1 == argc) {
                what = "this option wants a value:";
                break;
            }
            i++;
        }
    }
    (void)fprintf(stderr, "zkbpf %s: %s %.80s; see zkbpf %s --help\n", arguments->command, what,
                  option, arguments->command);
}

bool zkb_cli_parse(int *exit_status, const zkb_cli_arguments *arguments, int argc, char **argv,
                   void *input)
{
    static const struct argp_option help_options[] = {
        {"help", KEY_HELP, NULL, 0, "print this help", -1}, {0}};
    const struct argp command = {arguments->options, parse_command, NULL, NULL, NULL, NULL, NULL};
    const struct argp_child children[] = {{&command, 0, NULL, 0}, {0}};
    const struct argp whole = {
        help_options, parse_help, arguments->operands, arguments->description, children,
        NULL,         NULL};
    parse_context context = {arguments, input, false, false};
    const error_t status = argp_parse(&whole, argc, argv, PARSE_FLAGS, NULL, &context);
    if (status == 0) {
        return true;
    }
    if (context.help) {
        char name[64];
        (void)snprintf(name, sizeof name, "zkbpf %s", arguments->command);
        argp_help(&whole, stdout, ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
        *exit_status = ZKB_EXIT_OK;
        return false;
    }
    if (!context.refused) {
        explain_refusal(arguments, argc, argv);
    }
    *exit_status = status == ENOMEM ? ZKB_EXIT_OTHER : ZKB_EXIT_USAGE;
    return false;
}

bool zkb_cli_number(uint64_t *value, const char *text, uint64_t least, uint64_t most)
{
    if (text[0] < '0' || text[0] > '9') {
        return false; /* strtoull takes signs and spaces */
    }
    const bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    char *end = NULL;
    errno = 0;
    const unsigned long long parsed = strtoull(text, &end, hexadecimal ? 16 : 10);
    *value = parsed;
    return errno == 0 && *end == '\0' && parsed >= least && parsed <= most;
}

error_t zkb_cli_threads(unsigned *threads, const char *argument, const struct argp_state *state)
{
    uint64_t number;
    if (!zkb_cli_number(&number, argument, 1, ZKB_MOST_THREADS)) {
        return zkb_cli_refuse(state, "--threads wants a number from 1 to %d, not '%s'",
                              ZKB_MOST_THREADS, argument);
    }
    *threads = (unsigned)number;
    return 0;
}

error_t zkb_cli_size(uint64_t *size, const char *option, const char *argument,
                     const struct argp_state *state)
{
    static const char units[] = "KMG";
    char digits[24];
    const size_t length = strlen(argument);
    const char *unit = length > 1 ? strchr(units, argument[length - 1]) : NULL;
    const size_t digit_count = unit != NULL && *unit != '\0' ? length - 1 : length;
    const unsigned shift = digit_count == length ? 0 : 10 * (unsigned)(unit - units + 1);
    if (digit_count < sizeof digits) {
        memcpy(digits, argument, digit_count);
        digits[digit_count] = '\0';
        if (zkb_cli_number(size, digits, 1, UINT64_MAX >> shift)) {
            *size <<= shift;
            return 0;
        }
    }
    return zkb_cli_refuse(state, "%s wants a number above 0, also with K, M or G, not '%s'", option,
                          argument);
}

error_t zkb_cli_stack(unsigned *log_stack, const char *argument, const struct argp_state *state)
{
    uint64_t number;
    if (!zkb_cli_number(&number, argument, ZKB_CONFIG_LEAST_STACK, ZKB_CONFIG_MOST_STACK)) {
        return zkb_cli_refuse(state, "--stack wants a number from %d to %d, not '%s'",
                              ZKB_CONFIG_LEAST_STACK, ZKB_CONFIG_MOST_STACK, argument);
    }
    *log_stack = (unsigned)number;
    return 0;
}

error_t zkb_cli_k(unsigned *k, const char *argument, const struct argp_state *state)
{
    uint64_t number;
    if (!zkb_cli_number(&number, argument, ZKB_CONFIG_LEAST_K, ZKB_CONFIG_MOST_K)) {
        return zkb_cli_refuse(state, "--k wants a number from %d to %d, not '%s'",
                              ZKB_CONFIG_LEAST_K, ZKB_CONFIG_MOST_K, argument);
    }
    *k = (unsigned)number;
    return 0;
}

error_t zkb_cli_lookup_bits(unsigned *bits, const char *argument, const struct argp_state *state)
{
    if (strcmp(argument, ZKB_CLI_DIGITS(ZKB_LOOKUP_COMPACT)) == 0) {
        *bits = ZKB_LOOKUP_COMPACT;
    } else if (strcmp(argument, ZKB_CLI_DIGITS(ZKB_LOOKUP_WIDE)) == 0) {
        *bits = ZKB_LOOKUP_WIDE;
    } else {
        return zkb_cli_refuse(state, "--lookup-bits %s: it is neither %d nor %d", argument,
                              ZKB_LOOKUP_COMPACT, ZKB_LOOKUP_WIDE);
    }
    return 0;
}

double zkb_cli_seconds(void) { return zkb_now(); }

/* ---- Files ------------------------------------------------------------------------------- */

static const char STANDARD_INPUT[] = "/dev/stdin";

const char *zkb_cli_input_path(const char *argument)
{
    return strcmp(argument, "-") == 0 ? STANDARD_INPUT : argument;
}

int zkb_cli_output_check(const char *path)
{
    zkb_error error = {0};
    if (path != NULL && strcmp(path, "-") == 0) {
        zkb_cli_message("-: standard output has the summary; name a file to write to");
        return ZKB_EXIT_USAGE;
    }
    return path == NULL || zkb_file_writable(path, &error) == ZKB_OK ? ZKB_EXIT_OK
                                                                     : zkb_cli_report(&error);
}

bool zkb_cli_same_file(const char *a, const char *b)
{
    struct stat first;
    struct stat second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool zkb_cli_same_stream(const char *a, const char *b)
{
    struct stat first;
    struct stat second;
    if (strcmp(a, STANDARD_INPUT) == 0 && strcmp(b, STANDARD_INPUT) == 0) {
        return true;
    }
    return stat(a, &first) == 0 && stat(b, &second) == 0 &&
           (S_ISFIFO(first.st_mode) || S_ISSOCK(first.st_mode)) && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

int zkb_cli_read(uint8_t **data, size_t *size, const char *path, size_t most)
{
    zkb_error error = {0};
    *data = NULL;
    return zkb_file_read(data, size, path, most, &error) == ZKB_OK ? ZKB_EXIT_OK
                                                                   : zkb_cli_report(&error);
}

int zkb_cli_write(const char *path, const uint8_t *data, size_t size)
{
    zkb_error error = {0};
    return zkb_file_write_atomic(path, data, size, &error) == ZKB_OK ? ZKB_EXIT_OK
                                                                     : zkb_cli_report(&error);
}

/* ---- Text files -------------------------------------------------------------------------- */

bool zkb_cli_file_open(zkb_cli_file *file, const char *path)
{
    *file = (zkb_cli_file){.path = path};
    file->stream = open_memstream(&file->buffer, &file->size);
    if (file->stream == NULL) {
        zkb_cli_message("%s: no memory to write it", path);
    }
    return file->stream != NULL;
}

int zkb_cli_file_close(zkb_cli_file *file)
{
    const bool failed = ferror(file->stream) != 0;
    int status = ZKB_EXIT_OK;
    if (fclose(file->stream) != 0 || failed) {
        zkb_cli_message("%s: no memory to write it", file->path);
        status = ZKB_EXIT_OTHER;
    } else if (strcmp(file->path, "-") == 0) {
        (void)fwrite(file->buffer, 1, file->size, stdout); /* main reports a failure */
    } else {
        zkb_error error;
        if (zkb_file_write_atomic(file->path, file->buffer, file->size, &error) != ZKB_OK) {
            status = zkb_cli_report(&error);
        }
    }
    free(file->buffer);
    *file = (zkb_cli_file){0};
    return status;
}

void zkb_cli_file_abort(zkb_cli_file *file)
{
    (void)fclose(file->stream);
    free(file->buffer);
    *file = (zkb_cli_file){0};
}
