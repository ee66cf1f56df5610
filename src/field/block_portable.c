/* The batch operations for the portable backend. */
#define ZKB_VECTOR_PORTABLE
#include "field/block_kernels.h"
