/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What stdlib.c beside this file brings. */
#ifndef __bpf__
#pragma GCC system_header
#include_next <stdlib.h>
#elif !defined(ZKBPF_GUEST_STDLIB_H)
#define ZKBPF_GUEST_STDLIB_H

#include "zkbpf.h"

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

ZKBPF_C_BEGIN
/* From the heap region, so not together with ZKBPF_HEAP. NULL where it is full:
 * -DZKBPF_HEAP_BYTES=N tells stdlib.c of another --heap-bytes. */
void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void *realloc(void *block, size_t bytes);
void free(void *block);

void qsort(void *items, size_t count, size_t bytes, int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *items, size_t count, size_t bytes,
              int (*compare)(const void *, const void *));

/* Values out of range become the nearest; there is no errno. */
long strtol(const char *ZKBPF_RESTRICT text, char **ZKBPF_RESTRICT end, int base);
unsigned long strtoul(const char *ZKBPF_RESTRICT text, char **ZKBPF_RESTRICT end, int base);
long long strtoll(const char *ZKBPF_RESTRICT text, char **ZKBPF_RESTRICT end, int base);
unsigned long long strtoull(const char *ZKBPF_RESTRICT text, char **ZKBPF_RESTRICT end, int base);
int atoi(const char *text);
long atol(const char *text);
long long atoll(const char *text);

static inline int abs(int x) { return x < 0 ? -x : x; }
static inline long labs(long x) { return x < 0 ? -x : x; }
static inline long long llabs(long long x) { return x < 0 ? -x : x; }
/* Ends the run with a fault, so there is nothing to prove. */
static inline void abort(void) { zkbpf_abort(); }
ZKBPF_C_END

#endif
