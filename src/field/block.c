#include "field/block.h"

const zkb_fr_kernels *zkb_fr_kernels_get(void) { ZKB_KERNELS_PICK(zkb_fr_kernels); }
const zkb_fq_kernels *zkb_fq_kernels_get(void) { ZKB_KERNELS_PICK(zkb_fq_kernels); }
