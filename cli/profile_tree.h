/* Where a run spent its instructions: by slot, and by chain of calls. */
#ifndef ZKB_CLI_PROFILE_TREE_H
#define ZKB_CLI_PROFILE_TREE_H

#include "vm/vm.h"

#include <stdio.h>

/* A function reached by one chain of calls. Parents stand before their children. */
typedef struct zkb_cli_profile_node {
    uint32_t function; /* its first slot */
    uint32_t parent;   /* index; the root's is its own */
    uint32_t first_child;
    uint32_t next_sibling;
    uint32_t depth;
    uint64_t calls;
    uint64_t self;  /* instructions executed in it */
    uint64_t total; /* and in what it called */
} zkb_cli_profile_node;

typedef struct zkb_cli_profile {
    const zkb_program *program;
    uint64_t count; /* instructions in all */
    uint64_t *slots;
    zkb_cli_profile_node *nodes;
    uint32_t node_count;
} zkb_cli_profile;

/* Beyond this many chains (a tangle of recursions) callees are counted with their callers. */
#define ZKB_CLI_MAX_PROFILE_NODES 65536u

/* Runs the program of `origin` again and counts. The caller ends it with zkb_cli_profile_clear,
 * after a failure too. */
zkb_status zkb_cli_profile_collect(zkb_cli_profile *profile, const zkb_vm *origin,
                                   zkb_error *error) ZKB_MUST_USE;
void zkb_cli_profile_clear(zkb_cli_profile *profile);

/* A function's name without characters that folded stacks and XML give a meaning to. */
void zkb_cli_profile_name(char *text, size_t size, const zkb_program *program, uint32_t function);

/* One line "caller;callee;... count" for each chain that executed anything. False when there is no
 * memory for it; whether the stream took it is for the caller to see. */
bool zkb_cli_profile_fold(FILE *stream, const zkb_cli_profile *profile);
/* A flame graph: a box's width is its share of the instructions, callees stand on callers. */
bool zkb_cli_profile_svg(FILE *stream, const zkb_cli_profile *profile);

#endif
