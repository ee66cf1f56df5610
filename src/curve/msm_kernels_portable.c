/* Batched affine additions for the portable backend. */
#define ZKB_VECTOR_PORTABLE
#include "curve/msm_kernels.inc.h"
