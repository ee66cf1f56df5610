/* The pairing for the portable backend. */
#define PAIRING(name) name##_portable
#define PAIRING_BACKEND "portable"
#include "curve/pairing_kernels.inc.h"
