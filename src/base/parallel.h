/* Parallel loops and teams; all threads of the library start here. One pool of POSIX threads serves
 * every caller of the process (os/pool.c). A build without threads runs everything in the caller
 * (serial.c). Bodies must write to disjoint places, so that results do not depend on the number of
 * threads. */
#ifndef ZKB_BASE_PARALLEL_H
#define ZKB_BASE_PARALLEL_H

#include "base/cancel.h"

#include <stddef.h>

/* body(context, index, thread) for every index in [0, count), thread in [0, threads). Indices are
 * handed out in rising order, one at a time. threads <= 1 runs in the caller. Returns when all are
 * done. Nested calls run in their caller's thread. */
typedef void (*zkb_parallel_body)(void *context, size_t index, unsigned thread);
void zkb_parallel_for(size_t count, unsigned threads, zkb_parallel_body body, void *context);

/* The same, but no body is begun once `cancel` is set: then ZKB_ERROR_CANCELLED, and some of what
 * the bodies write is not written. */
zkb_status zkb_parallel_for_unless(const zkb_cancel *cancel, size_t count, unsigned threads,
                                   zkb_parallel_body body, void *context,
                                   zkb_error *error) ZKB_MUST_USE;

/* A team of threads for a longer job: body(context, i, i) for i < count, each in a thread of its
 * own as far as there are any. Threads without a body take part in the parallel loops of those that
 * have one, up to as many as the loop says. Returns when all bodies have. Loops and teams
 * have at most ZKB_MOST_THREADS threads. Within a loop or another
 * team all run in the caller's thread. */
void zkb_parallel_team(unsigned threads, unsigned count, zkb_parallel_body body, void *context);

/* The stack of a thread of the pool, in bytes. */
#define ZKB_POOL_STACK ((size_t)1 << 20)

/* Threads that the user and the machine allow, 1 to ZKB_MOST_THREADS: ZKBPF_NUM_THREADS if it is
 * set, else OMP_NUM_THREADS (the first number of a list; ignored if not a number), else the
 * processors that this process may use. */
unsigned zkb_parallel_threads(void);
/* ZKB_ERROR_ARGUMENT if ZKBPF_NUM_THREADS is not a number from 1 to ZKB_MOST_THREADS. */
zkb_status zkb_parallel_check(zkb_error *error) ZKB_MUST_USE;
/* As many as are wanted, at most ZKB_MOST_THREADS; 0 wants zkb_parallel_threads, and
 * ZKBPF_NUM_THREADS is checked. */
zkb_status zkb_parallel_wanted(unsigned *threads, unsigned wanted, zkb_error *error) ZKB_MUST_USE;
/* The processors that this process may use, at least 1. */
unsigned zkb_parallel_processors(void);

#endif
