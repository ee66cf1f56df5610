#include "proof/gkr_kernels.h"

const zkb_gkr_kernels *zkb_gkr_kernels_get(void) { ZKB_KERNELS_PICK(zkb_gkr_kernels); }
