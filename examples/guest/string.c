/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The functions of <string.h> that libc.c does not have. strlen and memcpy are in libc.c. */
#include "string.h"

void *memchr(const void *bytes, int byte, size_t size)
{
    const uint8_t *p = (const uint8_t *)bytes;
    for (; size > 0; p++, size--) {
        if (*p == (uint8_t)byte) {
            return (void *)(uintptr_t)p;
        }
    }
    return NULL;
}

int strcmp(const char *a, const char *b) { return strncmp(a, b, SIZE_MAX); }

int strncmp(const char *a, const char *b, size_t size)
{
    for (; size > 0; a++, b++, size--) {
        if (*a != *b || *a == 0) {
            return (int)(uint8_t)*a - (int)(uint8_t)*b;
        }
    }
    return 0;
}

char *strcpy(char *ZKBPF_RESTRICT to, const char *ZKBPF_RESTRICT from)
{
    memcpy(to, from, strlen(from) + 1);
    return to;
}

char *strncpy(char *ZKBPF_RESTRICT to, const char *ZKBPF_RESTRICT from, size_t size)
{
    size_t i = 0;
    for (; i < size && from[i] != 0; i++) {
        to[i] = from[i];
    }
    memset(to + i, 0, size - i);
    return to;
}

char *strcat(char *ZKBPF_RESTRICT to, const char *ZKBPF_RESTRICT from)
{
    strcpy(to + strlen(to), from);
    return to;
}

char *strncat(char *ZKBPF_RESTRICT to, const char *ZKBPF_RESTRICT from, size_t size)
{
    char *end = to + strlen(to);
    for (; size > 0 && *from != 0; size--) {
        *end++ = *from++;
    }
    *end = 0;
    return to;
}

char *strchr(const char *text, int c)
{
    for (;; text++) {
        if (*text == (char)c) {
            return (char *)(uintptr_t)text;
        }
        if (*text == 0) {
            return NULL;
        }
    }
}

char *strrchr(const char *text, int c)
{
    const char *found = NULL;
    for (;; text++) {
        found = *text == (char)c ? text : found;
        if (*text == 0) {
            return (char *)(uintptr_t)found;
        }
    }
}

char *strstr(const char *text, const char *part)
{
    const size_t size = strlen(part);
    for (;; text++) {
        if (strncmp(text, part, size) == 0) {
            return (char *)(uintptr_t)text;
        }
        if (*text == 0) {
            return NULL;
        }
    }
}

size_t strspn(const char *text, const char *of)
{
    size_t n = 0;
    while (text[n] != 0 && strchr(of, text[n]) != NULL) {
        n++;
    }
    return n;
}

size_t strcspn(const char *text, const char *of)
{
    size_t n = 0;
    while (text[n] != 0 && strchr(of, text[n]) == NULL) {
        n++;
    }
    return n;
}

char *strpbrk(const char *text, const char *of)
{
    text += strcspn(text, of);
    return *text != 0 ? (char *)(uintptr_t)text : NULL;
}
