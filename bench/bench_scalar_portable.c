/* bench_scalar.h for the portable backend. */
#define SCALAR_TABLE zkb_bench_scalar_portable
#include "bench_scalar.inc.h"
