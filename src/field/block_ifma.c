/* The batch operations for the ifma backend. */
#define ZKB_VECTOR_IFMA
#include "field/block_kernels.h"
