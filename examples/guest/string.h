/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For sources that say #include <string.h>: what libc.c (the first five) and string.c bring. */
#ifndef __bpf__
#pragma GCC system_header
#include_next <string.h>
#elif !defined(ZKBPF_GUEST_STRING_H)
#define ZKBPF_GUEST_STRING_H

#include "zkbpf.h" /* memcpy, memmove, memset, memcmp, strlen */

ZKBPF_C_BEGIN
void *memchr(const void *bytes, int byte, size_t size);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
char *strcpy(char *ZKBPF_RESTRICT to, const char *ZKBPF_RESTRICT from);
char *strncpy(char *ZKBPF_RESTRICT to, const char *ZKBPF_RESTRICT from, size_t size);
char *strcat(char *ZKBPF_RESTRICT to, const char *ZKBPF_RESTRICT from);
char *strncat(char *ZKBPF_RESTRICT to, const char *ZKBPF_RESTRICT from, size_t size);
char *strchr(const char *text, int c);
char *strrchr(const char *text, int c);
char *strstr(const char *text, const char *part);
size_t strspn(const char *text, const char *of);
size_t strcspn(const char *text, const char *of);
char *strpbrk(const char *text, const char *of);
ZKBPF_C_END

#endif
