/* How much memory proving takes, and how much there is. */
#ifndef ZKB_PROVER_MEMORY_H
#define ZKB_PROVER_MEMORY_H

#include "vm/program.h"

/* Bytes that a worker may take for its chunks: tables of at most 2^k rows, at most chunk_size
 * instructions of the `instructions` that there are, and machines of the program. An upper bound of
 * what was measured, not of what is conceivable. */
uint64_t zkb_worker_memory(unsigned k, uint64_t chunk_size, uint64_t instructions,
                           const zkb_program *program);

/* Bytes that this process may still take: of the machine's available memory and of what its control
 * groups (version 1 or 2) allow, the least. UINT64_MAX when nothing says. */
uint64_t zkb_memory_available(void);

/* The same from files under `root` ("" for the system's), for tests. */
uint64_t zkb_memory_available_under(const char *root);

#endif
