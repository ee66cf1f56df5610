/* scalar_cases.h for the portable backend. */
#define CASES zkb_scalar_cases_portable
#include "scalar_cases.inc.h"
