/* The prover's evaluators for the ifma backend. */
#define ZKB_VECTOR_IFMA
#include "air/evaluate_kernels.inc.h"
