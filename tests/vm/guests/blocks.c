/* The functions of examples/guest/libc.c, against the host's own. */
#include "guest.h"

static uint8_t a[400];
static uint8_t b[400];
struct wide {
    uint64_t word[24];
};
static struct wide table[4];

uint64_t entrypoint(const uint8_t *input, uint64_t left, const uint8_t *secret, uint64_t unused,
                    uint8_t *output)
{
    uint64_t value = 0;
    (void)secret;
    (void)unused;
    memset(a, 0, sizeof a);
    memset(b, 0, sizeof b);
    memset(table, 0, sizeof table);
    while (left > 0) {
        const uint64_t x = take(&input, &left, 1) % 150;
        const uint64_t y = take(&input, &left, 1) % 150;
        const uint64_t n = take(&input, &left, 1) % 200;
        const uint64_t byte = take(&input, &left, 1);
        for (uint64_t i = 0; i < n / 2; i++) { /* which a compiler may take for a block copy */
            a[x + i] = (uint8_t)(byte + i * y);
        }
        const int order = memcmp(a + x, b + y, n);
        value = value * 3 + (order < 0 ? 1 : order > 0 ? 2 : 0);
        memcpy(b + x, a + y, n);
        memmove(b + y, b + x, n);
        memset(a + y, (int)byte, n / 3);
        b[399] = 0;
        value += strlen((const char *)b + x);
        table[byte % 4] = table[x % 4]; /* 192 bytes at once */
        table[y % 4].word[n % 24] = value;
        value += *zkbpf_set(table[y % 3].word + x % 24, value, byte % 25);
        value +=
            7 * zkbpf_compare(table[x % 3].word + y % 24, table[y % 3].word + n % 24, byte % 26);
        value += *zkbpf_copy(table[x % 3].word + y % 24, table[y % 3].word + n % 24, byte % 24);
    }
    memcpy(output + 1, a, sizeof a);
    memcpy(output + 500, b, sizeof b);
    memmove(output + 1000, table, sizeof table);
    return value;
}
