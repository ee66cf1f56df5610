/* The batch operations for the avx2 backend. */
#define ZKB_VECTOR_AVX2
#include "field/block_kernels.h"
