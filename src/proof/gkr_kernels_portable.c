#define ZKB_VECTOR_PORTABLE
#include "proof/gkr_kernels.inc.h"
