/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For sources that say #include <string.h>: what libc.c beside this file brings. */
#ifndef ZKBPF_GUEST_STRING_H
#define ZKBPF_GUEST_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
size_t strlen(const char *text);

#endif
