/* bench_scalar.h for the avx2 backend. */
#define SCALAR_TABLE zkb_bench_scalar_avx2
#include "bench_scalar.inc.h"
