#include "field/block.h"

ZKB_KERNELS_DEFINE(zkb_fr_kernels)
ZKB_KERNELS_DEFINE(zkb_fq_kernels)
