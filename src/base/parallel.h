/* The one door to threads: parallel loops, OpenMP behind them (or pthreads for ThreadSanitizer,
 * or none). Bodies write to disjoint places, so that results do not depend on the number of
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
 * have one, up to as many as the loop says; without a loop they sleep. Returns when all bodies
 * have. Within a loop or another team all run in the caller's thread. */
void zkb_parallel_team(unsigned threads, unsigned count, zkb_parallel_body body, void *context);

/* The most threads of a loop or team. */
enum { ZKB_MOST_THREADS = 256 };

/* Threads that the machine and the user (OMP_NUM_THREADS) allow: 1 to ZKB_MOST_THREADS. */
unsigned zkb_parallel_threads(void);
/* As many as are wanted, within the same; 0 wants all. */
unsigned zkb_parallel_wanted(unsigned wanted);

#endif
