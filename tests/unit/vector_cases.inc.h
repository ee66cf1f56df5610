/* vector_cases.h for a backend. */
#include "unit/vector_cases.h"

#include "field/vector_inline.h"

#ifdef ZKB_ISA_IFMA
#define CASES_RADIX 260
#define CASES_ABOVE_P true
#else
#define CASES_RADIX 256
#define CASES_ABOVE_P false
#endif

#define V(name) zkb_frv_##name
#define VT zkb_frv
#define W(name) zkb_frw_##name
#define WT zkb_frw
#define ST zkb_fr
#define K(name) ZKB_ISA(zkb_fr_##name)
#define KT zkb_fr_vector_cases
#include "unit/vector_cases_field.inc.h"
#undef V
#undef VT
#undef W
#undef WT
#undef ST
#undef K
#undef KT

#define V(name) zkb_fqv_##name
#define VT zkb_fqv
#define W(name) zkb_fqw_##name
#define WT zkb_fqw
#define ST zkb_fq
#define K(name) ZKB_ISA(zkb_fq_##name)
#define KT zkb_fq_vector_cases
#include "unit/vector_cases_field.inc.h"
#undef V
#undef VT
#undef W
#undef WT
#undef ST
#undef K
#undef KT
