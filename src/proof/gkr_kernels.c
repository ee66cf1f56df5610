#include "proof/gkr_kernels.h"

ZKB_KERNELS_DEFINE(zkb_gkr_kernels)
