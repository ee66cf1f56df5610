/* The prover's evaluators for the portable backend. */
#define ZKB_VECTOR_PORTABLE
#include "air/evaluate_kernels.inc.h"
