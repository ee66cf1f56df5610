/* How long the work of proving takes on this machine. */
#ifndef ZKB_PROVER_COST_TIME_H
#define ZKB_PROVER_COST_TIME_H

#include "prover/cost_chunk.h"

/* Seconds of one thread for one operation, as measured just now. */
typedef struct zkb_cost_speed {
    double addition;       /* of points, in a sum of many */
    double multiplication; /* of field elements, many of them in memory */
} zkb_cost_speed;

/* Measures for some ten milliseconds. */
zkb_status zkb_cost_speed_measure(zkb_cost_speed *speed, zkb_error *error) ZKB_MUST_USE;

/* Adds the time of the work to the phases' (ZKB_PHASE_COUNT sums). */
void zkb_cost_time_add(double *phases, const zkb_cost_work *work, const zkb_cost_speed *speed);

#endif
