/* Batched affine additions for the ifma backend. */
#define ZKB_VECTOR_IFMA
#include "curve/msm_kernels.inc.h"
