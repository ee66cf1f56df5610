#include "bench_scalar.h"

ZKB_KERNELS_DEFINE(zkb_bench_scalar)
