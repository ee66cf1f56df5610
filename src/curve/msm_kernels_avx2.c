/* Batched affine additions for the avx2 backend. */
#define ZKB_VECTOR_AVX2
#include "curve/msm_kernels.inc.h"
