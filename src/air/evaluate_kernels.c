#include "air/evaluate_kernels.h"

const zkb_air_kernels *zkb_air_kernels_get(void) { ZKB_KERNELS_PICK(zkb_air_kernels); }
