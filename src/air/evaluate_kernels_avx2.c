/* The prover's evaluators for the avx2 backend. */
#define ZKB_VECTOR_AVX2
#include "air/evaluate_kernels.inc.h"
