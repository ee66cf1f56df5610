/* Stacks: how columns share commitments. The columns of one height 2^h that a proof commits to are
 * cut, in the layout's order, into stacks of 2^(n_ask - h), or one by one when h is not below the
 * statement's n_ask = log_stack; column number y of a stack takes the coefficients y·2^h .. (y +
 * 1)·2^h
 * - 1 of the stack's polynomial. An external column is a stack of
 * its own. A chip's preprocessed columns are stacked alike, with 13 in the place of n_ask, so
 * that keys do not depend on n. docs/protocol.md, section "Stacks". */
#ifndef ZKB_PROOF_STACKS_H
#define ZKB_PROOF_STACKS_H

#include "proof/statement.h"

typedef enum zkb_stack_kind {
    ZKB_STACK_SENT,     /* the commitment is in the proof */
    ZKB_STACK_EXTERNAL, /* in the statement */
    ZKB_STACK_KEY       /* in the key */
} zkb_stack_kind;

/* One commitment that a proof makes a claim about. */
typedef struct zkb_stack {
    zkb_stack_kind kind;
    uint32_t index; /* SENT: in the proof's message; EXTERNAL: in statement.external; KEY: among
                       the chip's */
    uint32_t chip;  /* KEY: in the key */
    unsigned log_height;
    uint32_t first, count; /* its columns, in zkb_stacks.columns */
} zkb_stack;

/* All stacks of a proof, by falling height; within a height those sent, then table by table the
 * external ones and those of the key. Every column is in one of them. */
typedef struct zkb_stacks {
    const zkb_stack *stacks;
    uint32_t count;
    uint32_t most;           /* columns of a stack, at most */
    const uint32_t *columns; /* numbers of evaluations, layout.column_count in all */
} zkb_stacks;

size_t zkb_stacks_scratch(const zkb_layout *layout);

/* The arrays live in the arena. ZKB_ERROR_MEMORY when it is too small. */
zkb_status zkb_stacks_init(zkb_stacks *stacks, zkb_arena *arena, const zkb_layout *layout,
                           const zkb_statement *statement, zkb_error *error) ZKB_MUST_USE;

/* values[i] = sum_y eq((z_h, ..), y) v_y over the columns of stack i: what it is worth at
 * (s_0 .. s_(h-1), z_h .. z_(n-1)). scratch: stacks->most elements. */
void zkb_stack_values(zkb_fr *values, const zkb_stacks *stacks, const zkb_fr *evaluations,
                      const zkb_fr *z, unsigned variables, zkb_fr *scratch);

/* (s_0 .. s_(h-1), z_h .. z_(n-1)) */
void zkb_stack_point(zkb_fr *point, const zkb_fr *s, const zkb_fr *z, unsigned log_height,
                     unsigned variables);

/* The end of the stacks that have the height of stack `first`. */
uint32_t zkb_stacks_same_height(const zkb_stacks *stacks, uint32_t first);

#endif
