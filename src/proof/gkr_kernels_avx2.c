#define ZKB_VECTOR_AVX2
#include "proof/gkr_kernels.inc.h"
