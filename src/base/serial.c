/* Loops and teams of a build without threads: everything runs in the caller. */
#include "base/parallel.h"

void zkb_parallel_team(unsigned threads, unsigned count, zkb_parallel_body body, void *context)
{
    (void)threads;
    for (unsigned i = 0; i < count; i++) {
        body(context, i, i);
    }
}

void zkb_parallel_for(size_t count, unsigned threads, zkb_parallel_body body, void *context)
{
    (void)threads;
    for (size_t i = 0; i < count; i++) {
        body(context, i, 0);
    }
}
