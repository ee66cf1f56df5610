#define ZKB_VECTOR_PORTABLE
#include "hash/poseidon2_kernels.inc.h"
