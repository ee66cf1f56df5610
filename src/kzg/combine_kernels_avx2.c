#define ZKB_VECTOR_AVX2
#include "kzg/combine_kernels.inc.h"
