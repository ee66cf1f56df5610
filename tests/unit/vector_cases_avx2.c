/* vector_cases.h for the avx2 backend. */
#define ZKB_VECTOR_AVX2
#include "vector_cases_both.h"
