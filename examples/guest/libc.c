/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The five functions of the C library that guests ask for, by words where that is cheap. In this
 * machine an aligned 64-bit access costs least, an unaligned one is allowed and costs a little
 * more, and eight single bytes cost most; so long destinations are aligned and sources taken
 * as they come. */
#include "zkbpf.h"

typedef uint64_t __attribute__((may_alias)) zkbpf_word;

#define ZKBPF_WORD sizeof(zkbpf_word)
#define ZKBPF_ALIGN_FROM                                                                           \
    (4 * ZKBPF_WORD) /* fewer bytes are not worth the steps to an aligned address */
/* From so many bytes on, aligned words go to the machine's helpers, by the most that a call takes.
 * A call of fewer costs as much as the loop. */
#if defined __bpf__ && !defined ZKBPF_NO_HELPERS
#define ZKBPF_HELPERS_FROM (16 * ZKBPF_WORD)
#else
#define ZKBPF_HELPERS_FROM SIZE_MAX
#endif
#define ZKBPF_CALL_WORDS 256u
/* Without it the compiler would see that a loop copies memory, and call memcpy from memcpy. */
#define NO_CALLS_OF_ITSELF __attribute__((no_builtin))

static inline bool zkbpf_is_aligned(const void *p)
{
    return ((uintptr_t)p & (ZKBPF_WORD - 1)) == 0;
}

/* The words of the next call. */
static inline size_t zkbpf_call_words(size_t bytes)
{
    return bytes / ZKBPF_WORD < ZKBPF_CALL_WORDS ? bytes / ZKBPF_WORD : ZKBPF_CALL_WORDS;
}

/* Copies from the lowest byte up. Nothing is written before it is read if `to` is below `from`,
 * or if the two do not overlap. */
NO_CALLS_OF_ITSELF
static inline void zkbpf_copy_up(uint8_t *d, const uint8_t *s, size_t bytes)
{
    if (bytes >= ZKBPF_ALIGN_FROM) {
        for (; !zkbpf_is_aligned(d); bytes--) {
            *d++ = *s++;
        }
        if (bytes >= ZKBPF_HELPERS_FROM && zkbpf_is_aligned(s)) {
            while (bytes >= ZKBPF_WORD) {
                const size_t words = zkbpf_call_words(bytes);
                zkbpf_copy((uint64_t *)d, (const uint64_t *)s, words);
                d += ZKBPF_WORD * words;
                s += ZKBPF_WORD * words;
                bytes -= ZKBPF_WORD * words;
            }
        }
    }
    for (; bytes >= 4 * ZKBPF_WORD;
         bytes -= 4 * ZKBPF_WORD, d += 4 * ZKBPF_WORD, s += 4 * ZKBPF_WORD) {
        ((zkbpf_word *)d)[0] = ((const zkbpf_word *)s)[0];
        ((zkbpf_word *)d)[1] = ((const zkbpf_word *)s)[1];
        ((zkbpf_word *)d)[2] = ((const zkbpf_word *)s)[2];
        ((zkbpf_word *)d)[3] = ((const zkbpf_word *)s)[3];
    }
    for (; bytes >= ZKBPF_WORD; bytes -= ZKBPF_WORD, d += ZKBPF_WORD, s += ZKBPF_WORD) {
        *(zkbpf_word *)d = *(const zkbpf_word *)s;
    }
    for (; bytes > 0; bytes--) {
        *d++ = *s++;
    }
}

/* Copies from the highest byte down, for `to` above `from`. */
NO_CALLS_OF_ITSELF
static inline void zkbpf_copy_down(uint8_t *to, const uint8_t *from, size_t bytes)
{
    uint8_t *d = to + bytes;
    const uint8_t *s = from + bytes;
    if (bytes >= ZKBPF_ALIGN_FROM) {
        for (; !zkbpf_is_aligned(d); bytes--) {
            *--d = *--s;
        }
        if (bytes >= ZKBPF_HELPERS_FROM && zkbpf_is_aligned(s)) {
            while (bytes >= ZKBPF_WORD) {
                const size_t words = zkbpf_call_words(bytes);
                d -= ZKBPF_WORD * words;
                s -= ZKBPF_WORD * words;
                bytes -= ZKBPF_WORD * words;
                zkbpf_copy((uint64_t *)d, (const uint64_t *)s, words);
            }
        }
    }
    for (; bytes >= ZKBPF_WORD; bytes -= ZKBPF_WORD) {
        d -= ZKBPF_WORD;
        s -= ZKBPF_WORD;
        *(zkbpf_word *)d = *(const zkbpf_word *)s;
    }
    for (; bytes > 0; bytes--) {
        *--d = *--s;
    }
}

NO_CALLS_OF_ITSELF
void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    zkbpf_copy_up(to, from, bytes);
    return to;
}

NO_CALLS_OF_ITSELF
void *memmove(void *to, const void *from, size_t bytes)
{
    /* The difference wraps to a large one where `to` is below `from`. */
    if ((uintptr_t)to - (uintptr_t)from >= bytes) {
        zkbpf_copy_up(to, from, bytes);
    } else {
        zkbpf_copy_down(to, from, bytes);
    }
    return to;
}

NO_CALLS_OF_ITSELF
void *memset(void *to, int byte, size_t bytes)
{
    uint8_t *d = to;
    const zkbpf_word pattern = (uint64_t)(uint8_t)byte * 0x0101010101010101u;
    if (bytes >= ZKBPF_ALIGN_FROM) {
        for (; !zkbpf_is_aligned(d); bytes--) {
            *d++ = (uint8_t)byte;
        }
        if (bytes >= ZKBPF_HELPERS_FROM) {
            while (bytes >= ZKBPF_WORD) {
                const size_t words = zkbpf_call_words(bytes);
                zkbpf_set((uint64_t *)d, pattern, words);
                d += ZKBPF_WORD * words;
                bytes -= ZKBPF_WORD * words;
            }
        }
    }
    for (; bytes >= 4 * ZKBPF_WORD; bytes -= 4 * ZKBPF_WORD, d += 4 * ZKBPF_WORD) {
        ((zkbpf_word *)d)[0] = pattern;
        ((zkbpf_word *)d)[1] = pattern;
        ((zkbpf_word *)d)[2] = pattern;
        ((zkbpf_word *)d)[3] = pattern;
    }
    for (; bytes >= ZKBPF_WORD; bytes -= ZKBPF_WORD, d += ZKBPF_WORD) {
        *(zkbpf_word *)d = pattern;
    }
    for (; bytes > 0; bytes--) {
        *d++ = (uint8_t)byte;
    }
    return to;
}

/* The bytes that are the same by whole words of two aligned ranges. */
static inline size_t zkbpf_equal_bytes(const uint8_t *p, const uint8_t *q, size_t bytes)
{
    size_t at = 0;
    while (bytes - at >= ZKBPF_WORD) {
        const size_t words = zkbpf_call_words(bytes - at);
        const size_t equal =
            (size_t)zkbpf_compare((const uint64_t *)(p + at), (const uint64_t *)(q + at), words);
        at += ZKBPF_WORD * equal;
        if (equal < words) {
            break;
        }
    }
    return at;
}

static inline int zkbpf_compare_bytes(const uint8_t *p, const uint8_t *q, size_t bytes)
{
    for (; bytes > 0; bytes--, p++, q++) {
        if (*p != *q) {
            return *p < *q ? -1 : 1;
        }
    }
    return 0;
}

NO_CALLS_OF_ITSELF
int memcmp(const void *a, const void *b, size_t bytes)
{
    const uint8_t *p = a;
    const uint8_t *q = b;
    if (bytes >= ZKBPF_HELPERS_FROM) {
        if (*(const zkbpf_word *)p != *(const zkbpf_word *)q) { /* not worth a call */
            return zkbpf_compare_bytes(p, q, bytes);
        }
        if (zkbpf_is_aligned(p) && zkbpf_is_aligned(q)) {
            const size_t equal = zkbpf_equal_bytes(p, q, bytes);
            return zkbpf_compare_bytes(p + equal, q + equal, bytes - equal);
        }
    }
    for (; bytes >= ZKBPF_WORD && *(const zkbpf_word *)p == *(const zkbpf_word *)q;
         bytes -= ZKBPF_WORD) {
        p += ZKBPF_WORD;
        q += ZKBPF_WORD;
    }
    return zkbpf_compare_bytes(p, q, bytes);
}

NO_CALLS_OF_ITSELF
size_t strlen(const char *text)
{
    const char *p = text;
    for (; !zkbpf_is_aligned(p); p++) {
        if (*p == 0) {
            return (size_t)(p - text);
        }
    }
    /* A word has a zero byte where subtracting one from each byte sets a top bit that was clear.
     * An aligned word never leaves the region in which its first byte lies. */
    zkbpf_word w = *(const zkbpf_word *)p;
    while (((w - 0x0101010101010101u) & ~w & 0x8080808080808080u) == 0) {
        p += ZKBPF_WORD;
        w = *(const zkbpf_word *)p;
    }
    while (*p != 0) {
        p++;
    }
    return (size_t)(p - text);
}
