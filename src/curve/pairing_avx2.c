/* The pairing for the avx2 backend and above. */
#define PAIRING(name) name##_avx2
#define PAIRING_BACKEND "avx2"
#include "curve/pairing_kernels.inc.h"
