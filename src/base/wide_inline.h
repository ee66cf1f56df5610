/* A 128-bit integer type that compiles with -Wpedantic. */
#ifndef ZKB_BASE_WIDE_INLINE_H
#define ZKB_BASE_WIDE_INLINE_H

__extension__ typedef unsigned __int128 zkb_u128;
__extension__ typedef __int128 zkb_i128;

#endif
