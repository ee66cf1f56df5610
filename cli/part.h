/* Plans and parts of runs, for the commands that make and join them. */
#ifndef ZKB_CLI_PART_H
#define ZKB_CLI_PART_H

#include "cli/proof.h"

/* The largest plan, and the largest part, that is read. */
#define ZKB_CLI_MAX_PLAN_BYTES ((size_t)1 << 31)
#define ZKB_CLI_MAX_PART_BYTES ((size_t)1 << 36)

/* Which part of which plan; zeroed: none. */
typedef struct zkb_cli_part {
    const char *plan_path;
    uint32_t part; /* counted from 0 */
    uint32_t parts;
    zkb_run_plan *plan; /* by zkb_cli_part_open; destroyed by the caller */
} zkb_cli_part;

/* Takes the value of --part, "I/N". */
error_t zkb_cli_part_parse(zkb_cli_part *part, const char *argument,
                           const struct argp_state *state);

/* Reads a plan. Returns an exit status, after reporting if it is not 0. */
int zkb_cli_plan_read(zkb_run_plan **plan, const char *path);

/* Reads the plan, if there is one, and takes the settings that it fixes; those that were given must
 * be the same. Returns an exit status, after reporting if it is not 0. */
int zkb_cli_part_open(zkb_cli_part *part, zkb_cli_key_arguments *key, uint64_t chunk_size);

#endif
