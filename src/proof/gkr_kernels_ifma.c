#define ZKB_VECTOR_IFMA
#include "proof/gkr_kernels.inc.h"
