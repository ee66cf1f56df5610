/* Time, and where it goes. */
#ifndef ZKB_BASE_OS_CLOCK_H
#define ZKB_BASE_OS_CLOCK_H

#include "zkbpf.h"

#include <time.h>

/* Seconds of a clock of the system, good for differences. */
static inline double zkb_seconds(clockid_t clock)
{
    struct timespec t = {0};
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Wall time. */
static inline double zkb_now(void) { return zkb_seconds(CLOCK_MONOTONIC); }

/* Adds the time since *since to a phase's, and moves *since to now. phases: ZKB_PHASE_COUNT sums,
 * or NULL. */
static inline void zkb_phase_end(double *phases, zkb_phase phase, double *since)
{
    if (phases != NULL) {
        const double now = zkb_now();
        phases[phase] += now - *since;
        *since = now;
    }
}

#endif
