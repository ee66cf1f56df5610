#include "cli/part.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

error_t zkb_cli_part_parse(zkb_cli_part *part, const char *argument, const struct argp_state *state)
{
    char first[16];
    uint64_t number = 0;
    uint64_t parts = 0;
    const char *slash = strchr(argument, '/');
    const size_t length = slash != NULL ? (size_t)(slash - argument) : sizeof first;
    if (length < sizeof first) {
        memcpy(first, argument, length);
        first[length] = '\0';
    }
    if (length >= sizeof first || !zkb_cli_number(&parts, slash + 1, 1, UINT32_MAX) ||
        !zkb_cli_number(&number, first, 1, parts)) {
        return zkb_cli_refuse(state, "--part wants I/N, I from 1 to N, not '%s'", argument);
    }
    part->part = (uint32_t)number - 1;
    part->parts = (uint32_t)parts;
    return 0;
}

int zkb_cli_plan_read(zkb_run_plan **plan, const char *path)
{
    uint8_t *bytes;
    size_t size;
    zkb_error error = {0};
    *plan = NULL;
    int status = zkb_cli_read(&bytes, &size, path, ZKB_CLI_MAX_PLAN_BYTES);
    if (status == ZKB_EXIT_OK && zkb_run_plan_parse(plan, bytes, size, path, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    }
    free(bytes);
    return status;
}

/* Takes the plan's number for an option that was left out (0). */
static bool agree(unsigned *given, const char *option, uint32_t planned)
{
    if (*given != 0 && *given != planned) {
        zkb_cli_message("%s %u: the plan has %" PRIu32 "; leave the option out, or make another "
                        "plan",
                        option, *given, planned);
        return false;
    }
    *given = planned;
    return true;
}

int zkb_cli_part_open(zkb_cli_part *part, zkb_cli_key_arguments *key, uint64_t chunk_size)
{
    zkb_run_plan_facts facts;
    if (part->plan_path == NULL) {
        return ZKB_EXIT_OK;
    }
    const int status = zkb_cli_plan_read(&part->plan, part->plan_path);
    if (status != ZKB_EXIT_OK) {
        return status;
    }
    zkb_run_plan_describe(&facts, sizeof facts, part->plan);
    if (chunk_size != 0 && chunk_size != facts.chunk_size) {
        zkb_cli_message("--chunk-size %" PRIu64 ": the plan has %" PRIu64 "; leave the option out, "
                        "or make another plan",
                        chunk_size, facts.chunk_size);
        return ZKB_EXIT_USAGE;
    }
    return agree(&key->k, "--k", facts.k) &&
                   agree(&key->lookup_bits, "--lookup-bits", facts.lookup_bits) &&
                   agree(&key->log_stack, "--stack", facts.log_stack)
               ? ZKB_EXIT_OK
               : ZKB_EXIT_USAGE;
}
