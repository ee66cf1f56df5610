/* vector_cases.h for the ifma backend. */
#define ZKB_VECTOR_IFMA
#include "vector_cases_both.h"
