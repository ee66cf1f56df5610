/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A failed assertion ends the run with a fault, so there is nothing to prove; see abort. */
#ifndef __bpf__
#pragma GCC system_header
#include_next <assert.h>
#else
#include "zkbpf.h"

#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : zkbpf_abort())
#endif
#if !defined(__cplusplus) && !defined(static_assert)
#define static_assert _Static_assert
#endif
#endif
