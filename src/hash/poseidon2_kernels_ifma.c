#define ZKB_VECTOR_IFMA
#include "hash/poseidon2_kernels.inc.h"
