/* Benchmarks that the command line runs. Each prints a table of figures, or one JSON object a
 * line. Best of several runs, one core unless it says otherwise. */
#ifndef ZKB_BENCH_BENCH_H
#define ZKB_BENCH_BENCH_H

#include <stdbool.h>

/* The interpreter: instructions per second, cost of checkpoints, recording. */
void zkb_bench_vm(bool json);

#endif
