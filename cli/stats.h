/* What a run did: instructions by kind, words of memory touched. */
#ifndef ZKB_CLI_STATS_H
#define ZKB_CLI_STATS_H

#include "vm/vm.h"

typedef struct zkb_cli_stats {
    uint64_t kinds[ZKB_KIND_COUNT];
    uint64_t words_read;    /* distinct aligned 8-byte words that a load or an atomic touched */
    uint64_t words_written; /* that a store or an atomic touched */
    uint64_t words;         /* touched in any way */
    uint64_t segments;      /* with at least one such word */
    uint32_t depth;         /* deepest call, 0 for the entry function alone */
} zkb_cli_stats;

/* Runs the program of `origin` again from its start, step by step. */
zkb_status zkb_cli_stats_collect(zkb_cli_stats *stats, const zkb_vm *origin,
                                 zkb_error *error) ZKB_MUST_USE;

/* Calls visit for every step of a fresh run of origin's program. */
typedef void (*zkb_cli_step_visitor)(void *context, const zkb_step *step,
                                     const zkb_memory_operation *memory);
zkb_status zkb_cli_replay(const zkb_vm *origin, zkb_cli_step_visitor visit, void *context,
                          zkb_error *error) ZKB_MUST_USE;

#endif
