/* The table of block.h for both fields. */
#include "field/vector_inline.h"

#include <assert.h>
#include <string.h>

#define V(name) zkb_frv_##name
#define VT zkb_frv
#define W(name) zkb_frw_##name
#define WT zkb_frw
#define SF(name) zkb_fr_##name
#define ST zkb_fr
#define BT zkb_fr_block
#define K(name) ZKB_ISA(zkb_fr_##name)
#define KT zkb_fr_kernels
#include "field/block_field.inc.h"
#undef V
#undef VT
#undef W
#undef WT
#undef SF
#undef ST
#undef BT
#undef K
#undef KT

#define V(name) zkb_fqv_##name
#define VT zkb_fqv
#define W(name) zkb_fqw_##name
#define WT zkb_fqw
#define SF(name) zkb_fq_##name
#define ST zkb_fq
#define BT zkb_fq_block
#define K(name) ZKB_ISA(zkb_fq_##name)
#define KT zkb_fq_kernels
#include "field/block_field.inc.h"
#undef V
#undef VT
#undef W
#undef WT
#undef SF
#undef ST
#undef BT
#undef K
#undef KT
