#define ZKB_VECTOR_AVX2
#include "hash/poseidon2_kernels.inc.h"
