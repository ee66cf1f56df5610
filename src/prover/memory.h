/* How much memory proving takes, and how much there is. */
#ifndef ZKB_PROVER_MEMORY_H
#define ZKB_PROVER_MEMORY_H

#include "prover/plan.h"

/* Bytes that a worker takes at most for its chunks of a run: machines of the program, columns, and
 * what proving with so many threads takes, in stacks of 2^log_stack coefficients. planned: of the
 * largest chunk (plan.bytes), or 0 when not all are planned and the limits' bound holds. */
uint64_t zkb_worker_memory(const zkb_plan_limits *limits, uint64_t planned, unsigned threads,
                           unsigned log_stack, const zkb_program *program);

/* Bytes of the polynomials of chunks that are proved and wait to be folded, at most, in a run of
 * about so many chunks. */
uint64_t zkb_waiting_memory(uint64_t chunks, unsigned log_stack);

/* Bytes that folding claims of 2^n coefficients, and opening what is left, takes at most. */
uint64_t zkb_fold_memory(unsigned n, unsigned threads);

/* Bytes that this process may still take: of the machine's available memory and of what its control
 * groups (version 1 or 2) allow, the least. UINT64_MAX when nothing says. */
uint64_t zkb_memory_available(void);

/* The same from files under `root` ("" for the system's), for tests. */
uint64_t zkb_memory_available_under(const char *root);

#endif
