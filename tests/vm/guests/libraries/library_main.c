/* The functions of the guests' library on the bytes of the input, written to the output. */
#include "zkbpf.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const int x = *(const int16_t *)a;
    const int y = *(const int16_t *)b;
    return x - y;
}

static char *out;
static size_t used;

#define OUT(...) (used += (size_t)snprintf(out + used, 60000 - used, __VA_ARGS__))

static void numbers(const uint8_t *bytes, uint64_t n)
{
    static const char *const texts[] = {"0",
                                        " -12x",
                                        "0x7fg",
                                        "077",
                                        "99999999999999999999",
                                        "-9223372036854775809",
                                        "+zz1",
                                        "",
                                        "-",
                                        "0x",
                                        " \t\n42",
                                        "18446744073709551615",
                                        "-1"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *end;
        const int base = i % 4 == 0 ? 0 : i % 4 == 1 ? 10 : i % 4 == 2 ? 16 : 36;
        OUT("%ld ", strtol(texts[i], &end, base));
        OUT("%d ", (int)(end - texts[i]));
        OUT("%lu %lld\n", strtoul(texts[i], &end, 0), strtoll(texts[i], NULL, 8));
    }
    for (uint64_t i = 0; i + 8 <= n; i += 8) {
        int64_t x;
        memcpy(&x, bytes + i, 8);
        OUT("%" PRId64 " %" PRIx64 " %u %hd %hhu %ld|%#x|%#o|%X|%+d|% d\n", x, x, (unsigned)x,
            (short)x, (unsigned char)x, (long)x, (unsigned)x, (unsigned)x, (unsigned)x, (int)x,
            (int)x);
        OUT("%20d|%-20d|%020d|%.12d|%20.12d|%-20.12x|%*d|%.*u\n", (int)x, (int)x, (int)x, (int)x,
            (int)x, (unsigned)x, (int)(x & 31) - 16, (int)x, (int)(x & 15), (unsigned)x);
    }
    OUT("%s|%10s|%-10s|%.2s|%c|%5c|%%|%d|%.0d|%#x|%zu\n", "text", "right", "left", "cut", 'c', 'd',
        0, 0, 0, sizeof(int));
    OUT("%d %d %" PRId64 "\n", abs(-5), INT_MAX, INT64_MAX);
}

static void strings(void)
{
    static const char *const words[] = {"", "a", "abc", "abcabc", "b", "zebra", "abd"};
    char buffer[64];
    for (size_t i = 0; i < 7; i++) {
        for (size_t j = 0; j < 7; j++) {
            const int order = strcmp(words[i], words[j]);
            const int start = strncmp(words[i], words[j], 2);
            const char *found = strstr(words[i], words[j]);
            OUT("%d%d%d ", (order > 0) - (order < 0), (start > 0) - (start < 0),
                found == NULL ? -1 : (int)(found - words[i]));
            OUT("%d %d ", (int)strspn(words[i], words[j]), (int)strcspn(words[i], words[j]));
            OUT("%d\n", strpbrk(words[i], words[j]) != NULL);
            strcpy(buffer, words[i]);
            strcat(buffer, words[j]);
            strncat(buffer, "xyz", j);
            OUT("%s %d\n", buffer, (int)strlen(buffer));
            strncpy(buffer, words[i], 5);
            buffer[5] = 0;
            OUT("%s %d%d\n", buffer, strchr(words[i], 'b') != NULL,
                strrchr(words[i], 'b') == strchr(words[i], 'b'));
            OUT("%d\n", memchr("0123456789", '0' + (int)(i + j), 8) != NULL);
        }
    }
    for (int c = 0; c < 128; c++) {
        OUT("%d%d%d%d%d%d%d%c%c", isalpha(c) != 0, isdigit(c) != 0, isspace(c) != 0,
            isxdigit(c) != 0, ispunct(c) != 0, isprint(c) != 0, iscntrl(c) != 0,
            isalnum(c) ? tolower(c) : '.', isalnum(c) ? toupper(c) : '.');
    }
}

static void memory(const uint8_t *bytes, uint64_t n)
{
    void *blocks[16] = {0};
    size_t sizes[16] = {0};
    for (uint64_t i = 0; i + 1 < n; i += 2) {
        const unsigned k = bytes[i] & 15;
        const size_t size = (size_t)bytes[i + 1] * 7 + 1;
        if (bytes[i] & 16) {
            free(blocks[k]);
            blocks[k] = NULL;
            sizes[k] = 0;
        } else if (bytes[i] & 32) {
            free(blocks[k]);
            uint8_t *fresh = calloc(size, 3);
            for (size_t j = 0; j < 3 * size; j++) {
                assert(fresh[j] == 0);
            }
            memset(fresh, (int)k, 3 * size);
            blocks[k] = fresh;
            sizes[k] = 3 * size;
        } else {
            uint8_t *moved = realloc(blocks[k], size);
            for (size_t j = 0; j < (size < sizes[k] ? size : sizes[k]); j++) {
                assert(moved[j] == k);
            }
            memset(moved, (int)k, size);
            blocks[k] = moved;
            sizes[k] = size;
        }
    }
    assert(calloc(SIZE_MAX / 2, 3) == NULL);
    int16_t sorted[64];
    const size_t count = n / 2 < 64 ? n / 2 : 64;
    memcpy(sorted, bytes, 2 * count);
    qsort(sorted, count, 2, compare);
    for (size_t i = 0; i < count; i++) {
        OUT("%d,", sorted[i]);
        const int16_t *found = bsearch(&sorted[i], sorted, count, 2, compare);
        assert(found != NULL && *found == sorted[i]);
    }
    const int16_t other = (int16_t)(count > 0 ? sorted[count / 2] + 1 : 0);
    OUT("%d\n", bsearch(&other, sorted, count, 2, compare) != NULL);
}

uint64_t entrypoint(const uint8_t *input, uint64_t n, const uint8_t *secret, uint64_t m,
                    uint8_t *output)
{
    (void)secret;
    (void)m;
    out = (char *)output;
    used = 0;
    numbers(input, n);
    strings();
    memory(input, n);
    printf("%d bytes\n", (int)n);
    return used;
}
