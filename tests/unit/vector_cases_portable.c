/* vector_cases.h for the portable backend. */
#define ZKB_VECTOR_PORTABLE
#include "vector_cases_both.h"
