/* zkbpf: finds the command and runs it. */
#include "cli/cli.h"
#include "cli/commands.h"

#include "base/backend.h"
#include "base/parallel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
} command;

static const command commands[] = {
#define COMMAND_ENTRY(name, summary) {#name, summary, zkb_command_##name},
    ZKB_COMMAND_LIST(COMMAND_ENTRY)
#undef COMMAND_ENTRY
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void print_help(void)
{
    printf("Usage: zkbpf COMMAND [ARGUMENT...]\n"
           "Runs BPF programs compiled from C, and proves what they computed.\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        printf("  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    printf("\nzkbpf COMMAND --help explains a command; zkbpf --version prints the version.\n"
           "Exit status: 0 done, 1 a proof is not valid, 2 wrong usage, 3 an unusable file,\n"
           "4 the program faulted, 5 any other failure.\n");
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        zkb_cli_message("no command given; zkbpf --help lists them");
        return ZKB_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0) {
        printf("zkbpf %s\n", zkb_version());
        return ZKB_EXIT_OK;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help();
        return ZKB_EXIT_OK;
    }
    zkb_error error = {0};
    if (zkb_backend_check(&error) != ZKB_OK || /* what the environment sets */
        zkb_parallel_check(&error) != ZKB_OK) {
        (void)zkb_cli_report(&error);
        return ZKB_EXIT_USAGE;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    zkb_cli_message("no command '%s'; zkbpf --help lists them", name);
    return ZKB_EXIT_USAGE;
}

/* A closed standard stream must not be handed to the next file that is opened. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            /* Read-only for output, so that writing there fails and is reported. */
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        }
    }
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error like any other */
    const int status = dispatch(argc, argv);
    return zkb_cli_finish(status);
}
