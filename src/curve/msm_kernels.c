#include "curve/msm_kernels.h"

ZKB_KERNELS_DEFINE(zkb_msm_kernels)
