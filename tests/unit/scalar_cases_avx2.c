/* scalar_cases.h for the avx2 backend. */
#define CASES zkb_scalar_cases_avx2
#include "scalar_cases.inc.h"
