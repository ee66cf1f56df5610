#define ZKB_VECTOR_IFMA
#include "kzg/combine_kernels.inc.h"
