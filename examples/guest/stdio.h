/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* snprintf, and printf for looking into a run, from stdio.c beside this file. BPF has no functions
 * with a variable number of arguments, so these are macros: up to twelve integers or pointers.
 *
 * What printf, puts and putchar write, `zkbpf run` shows on standard error. It is no part of the
 * output and no proof says anything of it; the instructions that make the text are proved and paid
 * for like all others, so leave them out of what is proved. There are no files, no floating point
 * and no input. */
#ifndef __bpf__
#pragma GCC system_header
#include_next <stdio.h>
#elif !defined(ZKBPF_GUEST_STDIO_H)
#define ZKBPF_GUEST_STDIO_H

#include "zkbpf.h"

#define EOF (-1)

ZKBPF_C_BEGIN
/* The C library's snprintf, with the values of `format` in an array, as words. Conversions d i u o
 * x X c s p and %, with flags, width, precision and length. */
int zkbpf_format(char *text, size_t size, const char *format, const uint64_t *values, size_t count);
/* Formats and shows; a text of more than 255 characters is cut. */
int zkbpf_print(const char *format, const uint64_t *values, size_t count);
int puts(const char *text);
int putchar(int c);
ZKBPF_C_END

#ifdef __cplusplus
template <class... T> inline int snprintf(char *text, size_t size, const char *format, T... x)
{
    const uint64_t values[] = {0, (uint64_t)x...};
    return zkbpf_format(text, size, format, values + 1, sizeof...(x));
}
template <class... T> inline int printf(const char *format, T... x)
{
    const uint64_t values[] = {0, (uint64_t)x...};
    return zkbpf_print(format, values + 1, sizeof...(x));
}
#else
#define snprintf(text, size, ...) zkbpf_format(text, size, ZKBPF_VALUES(__VA_ARGS__))
#define printf(...) zkbpf_print(ZKBPF_VALUES(__VA_ARGS__))

/* "format, a, b" as "format, array of values, number of values". */
#define ZKBPF_VALUES(...)                                                                          \
    ZKBPF_PICK(__VA_ARGS__, ZKBPF_12, ZKBPF_11, ZKBPF_10, ZKBPF_9, ZKBPF_8, ZKBPF_7, ZKBPF_6,      \
               ZKBPF_5, ZKBPF_4, ZKBPF_3, ZKBPF_2, ZKBPF_1, ZKBPF_0, 0)                            \
    (__VA_ARGS__)
#define ZKBPF_PICK(f, a, b, c, d, e, g, h, i, j, k, l, m, name, ...) name
#define ZKBPF_U(x) (uint64_t)(x)
#define ZKBPF_ARRAY(n, ...) ((const uint64_t[]){__VA_ARGS__}), n
#define ZKBPF_0(f) f, (const uint64_t *)0, 0
#define ZKBPF_1(f, a) f, ZKBPF_ARRAY(1, ZKBPF_U(a))
#define ZKBPF_2(f, a, b) f, ZKBPF_ARRAY(2, ZKBPF_U(a), ZKBPF_U(b))
#define ZKBPF_3(f, a, b, c) f, ZKBPF_ARRAY(3, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c))
#define ZKBPF_4(f, a, b, c, d) f, ZKBPF_ARRAY(4, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d))
#define ZKBPF_5(f, a, b, c, d, e)                                                                  \
    f, ZKBPF_ARRAY(5, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d), ZKBPF_U(e))
#define ZKBPF_6(f, a, b, c, d, e, g)                                                               \
    f, ZKBPF_ARRAY(6, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d), ZKBPF_U(e), ZKBPF_U(g))
#define ZKBPF_7(f, a, b, c, d, e, g, h)                                                            \
    f, ZKBPF_ARRAY(7, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d), ZKBPF_U(e), ZKBPF_U(g),      \
                   ZKBPF_U(h))
#define ZKBPF_8(f, a, b, c, d, e, g, h, i)                                                         \
    f, ZKBPF_ARRAY(8, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d), ZKBPF_U(e), ZKBPF_U(g),      \
                   ZKBPF_U(h), ZKBPF_U(i))
#define ZKBPF_9(f, a, b, c, d, e, g, h, i, j)                                                      \
    f, ZKBPF_ARRAY(9, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d), ZKBPF_U(e), ZKBPF_U(g),      \
                   ZKBPF_U(h), ZKBPF_U(i), ZKBPF_U(j))
#define ZKBPF_10(f, a, b, c, d, e, g, h, i, j, k)                                                  \
    f, ZKBPF_ARRAY(10, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d), ZKBPF_U(e), ZKBPF_U(g),     \
                   ZKBPF_U(h), ZKBPF_U(i), ZKBPF_U(j), ZKBPF_U(k))
#define ZKBPF_11(f, a, b, c, d, e, g, h, i, j, k, l)                                               \
    f, ZKBPF_ARRAY(11, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d), ZKBPF_U(e), ZKBPF_U(g),     \
                   ZKBPF_U(h), ZKBPF_U(i), ZKBPF_U(j), ZKBPF_U(k), ZKBPF_U(l))
#define ZKBPF_12(f, a, b, c, d, e, g, h, i, j, k, l, m)                                            \
    f, ZKBPF_ARRAY(12, ZKBPF_U(a), ZKBPF_U(b), ZKBPF_U(c), ZKBPF_U(d), ZKBPF_U(e), ZKBPF_U(g),     \
                   ZKBPF_U(h), ZKBPF_U(i), ZKBPF_U(j), ZKBPF_U(k), ZKBPF_U(l), ZKBPF_U(m))
#endif

#endif
