#include "curve/msm_kernels.h"

#include "field/block.h"

const zkb_msm_kernels *zkb_msm_kernels_get(void) { ZKB_KERNELS_PICK(zkb_msm_kernels); }
