#define ZKB_VECTOR_PORTABLE
#include "kzg/combine_kernels.inc.h"
