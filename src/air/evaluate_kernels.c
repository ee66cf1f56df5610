#include "air/evaluate_kernels.h"

ZKB_KERNELS_DEFINE(zkb_air_kernels)
