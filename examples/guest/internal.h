/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Functions from here to internal_end.h are as if static: what is not inlined or used disappears.
 * ZKBPF_SOURCES of zkbpf.mk puts sources between the two. */
#pragma clang attribute push(__attribute__((internal_linkage)), apply_to = function)
