/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory, sorting and numbers as text. memcpy and memset are in libc.c. */
#include "stdlib.h"

#include <limits.h>

/* ---- Memory ------------------------------------------------------------------------------ */

/* Blocks have 16 << k bytes behind a header of 16 that holds k, so an aligned block stays so. Freed
 * ones wait in a list for each k, linked through their first bytes. */
#define ZKBPF_MALLOC_HEADER 16u
#define ZKBPF_MALLOC_CLASSES 28u

static void *zkbpf_free_blocks[ZKBPF_MALLOC_CLASSES];
static uint64_t zkbpf_heap_used;

static uint64_t *zkbpf_class_of(void *block)
{
    return (uint64_t *)((uintptr_t)block - ZKBPF_MALLOC_HEADER);
}

void *malloc(size_t bytes)
{
    uint64_t k = 0;
    while (k < ZKBPF_MALLOC_CLASSES && bytes > (size_t)16 << k) {
        k++;
    }
    if (k == ZKBPF_MALLOC_CLASSES) {
        return NULL;
    }
    void *block = zkbpf_free_blocks[k];
    if (block != NULL) {
        zkbpf_free_blocks[k] = *(void **)block;
        return block;
    }
    const uint64_t size = ZKBPF_MALLOC_HEADER + ((uint64_t)16 << k);
    if (size > ZKBPF_HEAP_BYTES - zkbpf_heap_used) {
        return NULL;
    }
    block = (void *)((uintptr_t)ZKBPF_HEAP_BASE + zkbpf_heap_used + ZKBPF_MALLOC_HEADER);
    zkbpf_heap_used += size;
    *zkbpf_class_of(block) = k;
    return block;
}

void free(void *block)
{
    if (block != NULL) {
        const uint64_t k = *zkbpf_class_of(block);
        *(void **)block = zkbpf_free_blocks[k];
        zkbpf_free_blocks[k] = block;
    }
}

void *calloc(size_t count, size_t bytes)
{
    if (zkbpf_mulhi(count, bytes) != 0) {
        return NULL;
    }
    const uint64_t before = zkbpf_heap_used;
    void *block = malloc(count * bytes);
    if (block != NULL && before == zkbpf_heap_used) { /* used before, so not zero */
        memset(block, 0, count * bytes);
    }
    return block;
}

void *realloc(void *block, size_t bytes)
{
    if (block == NULL) {
        return malloc(bytes);
    }
    const size_t had = (size_t)16 << *zkbpf_class_of(block);
    if (bytes <= had) {
        return block;
    }
    void *larger = malloc(bytes);
    if (larger != NULL) {
        memcpy(larger, block, had);
        free(block);
    }
    return larger;
}

/* ---- Sorting and searching --------------------------------------------------------------- */

static void zkbpf_swap(uint8_t *a, uint8_t *b, size_t bytes)
{
    for (; bytes >= 8; a += 8, b += 8, bytes -= 8) {
        uint64_t x;
        uint64_t y;
        __builtin_memcpy(&x, a, 8);
        __builtin_memcpy(&y, b, 8);
        __builtin_memcpy(a, &y, 8);
        __builtin_memcpy(b, &x, 8);
    }
    for (; bytes > 0; a++, b++, bytes--) {
        const uint8_t x = *a;
        *a = *b;
        *b = x;
    }
}

/* Heapsort: in place, without recursion, and never slow. */
void qsort(void *items, size_t count, size_t bytes, int (*compare)(const void *, const void *))
{
    uint8_t *base = (uint8_t *)items;
    size_t unsorted = count / 2; /* items before it are not yet part of the heap */
    size_t end = count;          /* items from it on are in their places */
    while (end > 1) {
        if (unsorted > 0) {
            unsorted--;
        } else {
            end--;
            zkbpf_swap(base, base + end * bytes, bytes);
        }
        for (size_t at = unsorted, child; (child = 2 * at + 1) < end; at = child) {
            if (child + 1 < end && compare(base + child * bytes, base + (child + 1) * bytes) < 0) {
                child++;
            }
            if (compare(base + at * bytes, base + child * bytes) >= 0) {
                break;
            }
            zkbpf_swap(base + at * bytes, base + child * bytes, bytes);
        }
    }
}

void *bsearch(const void *key, const void *items, size_t count, size_t bytes,
              int (*compare)(const void *, const void *))
{
    size_t low = 0;
    while (low < count) {
        const size_t middle = low + (count - low) / 2;
        const uint8_t *item = (const uint8_t *)items + middle * bytes;
        const int order = compare(key, item);
        if (order == 0) {
            return (void *)(uintptr_t)item;
        }
        if (order < 0) {
            count = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* ---- Numbers as text --------------------------------------------------------------------- */

static unsigned zkbpf_digit(char c)
{
    const unsigned number = (unsigned)c - '0';
    const unsigned letter = ((unsigned)c | 32) - 'a';
    return number < 10 ? number : letter < 26 ? letter + 10 : 36;
}

/* The digits at text; *end after them, or NULL where there are none. */
static uint64_t zkbpf_parse(const char *text, const char **end, unsigned base, bool *overflow)
{
    uint64_t value = 0;
    *end = NULL;
    for (; zkbpf_digit(*text) < base; *end = ++text) {
        const uint64_t digit = zkbpf_digit(*text);
        *overflow = *overflow || value > (UINT64_MAX - digit) / base;
        value = value * base + digit;
    }
    return value;
}

/* Magnitude and sign of the number at text. */
static uint64_t zkbpf_number(const char *text, char **end, int base, bool *negative, bool *overflow)
{
    const char *at = text;
    const char *after;
    while (*at == ' ' || (unsigned)*at - '\t' < 5) {
        at++;
    }
    *negative = *at == '-';
    at += *at == '-' || *at == '+';
    const bool hexadecimal = at[0] == '0' && (at[1] | 32) == 'x' && zkbpf_digit(at[2]) < 16;
    if ((base == 0 || base == 16) && hexadecimal) {
        at += 2;
        base = 16;
    } else if (base == 0) {
        base = *at == '0' ? 8 : 10;
    }
    *overflow = false;
    const uint64_t value = zkbpf_parse(at, &after, (unsigned)base, overflow);
    if (end != NULL) {
        *end = (char *)(uintptr_t)(after != NULL ? after : text);
    }
    return value;
}

unsigned long long strtoull(const char *ZKBPF_RESTRICT text, char **ZKBPF_RESTRICT end, int base)
{
    bool negative;
    bool overflow;
    const uint64_t value = zkbpf_number(text, end, base, &negative, &overflow);
    return overflow ? ULLONG_MAX : negative ? 0 - value : value;
}

long long strtoll(const char *ZKBPF_RESTRICT text, char **ZKBPF_RESTRICT end, int base)
{
    bool negative;
    bool overflow;
    const uint64_t value = zkbpf_number(text, end, base, &negative, &overflow);
    if (overflow || value > (uint64_t)LLONG_MAX + negative) {
        return negative ? LLONG_MIN : LLONG_MAX;
    }
    return (long long)(negative ? 0 - value : value);
}

long strtol(const char *ZKBPF_RESTRICT text, char **ZKBPF_RESTRICT end, int base)
{
    return strtoll(text, end, base);
}

unsigned long strtoul(const char *ZKBPF_RESTRICT text, char **ZKBPF_RESTRICT end, int base)
{
    return strtoull(text, end, base);
}

int atoi(const char *text) { return (int)strtoll(text, NULL, 10); }
long atol(const char *text) { return strtoll(text, NULL, 10); }
long long atoll(const char *text) { return strtoll(text, NULL, 10); }
