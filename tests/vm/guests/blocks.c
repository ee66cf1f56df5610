/* The functions of examples/guest/libc.c, against the host's own. */
#include "guest.h"

static uint8_t a[400];
static uint8_t b[400];
struct wide {
    uint64_t word[24];
};
static struct wide table[4];
static uint64_t long_a[800];
static uint64_t long_b[800];

/* Ranges that are long enough for the machine's helpers, and for more than one call of them. */
static uint64_t long_ranges(uint64_t x, uint64_t y, uint64_t byte)
{
    static const uint16_t sizes[] = {127, 128, 136, 2047, 2048, 2049, 2056, 4100, 5000};
    uint8_t *p = (uint8_t *)long_a;
    uint8_t *q = (uint8_t *)long_b;
    uint64_t value = 0;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t n = sizes[i];
        const size_t from = 8 * (x % 20) + (i % 3 == 0 ? y % 8 : 0);
        const size_t to = 8 * (y % 20) + (i % 2 == 0 ? from % 8 : x % 8);
        memset(p + from, (int)(byte + i), n);
        long_a[(x * i) % 800] ^= byte << i;
        memmove(p + to, p + from, n);
        memmove(q, p, sizeof long_a);
        value = value * 5 + (uint64_t)(memcmp(p + to, q + to, n) == 0);
        q[to + (i % 2 == 0 ? n - 1 : (x * 40) % n)] ^= (uint8_t)(byte | 1);
        value = value * 5 + (memcmp(p + to, q + to, n) < 0 ? 1 : 2);
        value = value * 5 + (memcmp(q + from, p + to, n) < 0 ? 1 : 2);
        memcpy(q + to, p + from, n);
        value += long_b[(y * i) % 800] * 7;
    }
    return value;
}

uint64_t entrypoint(const uint8_t *input, uint64_t left, const uint8_t *secret, uint64_t unused,
                    uint8_t *output)
{
    uint64_t value = 0;
    (void)secret;
    (void)unused;
    memset(a, 0, sizeof a);
    memset(b, 0, sizeof b);
    memset(table, 0, sizeof table);
    memset(long_a, 0, sizeof long_a);
    memset(long_b, 0, sizeof long_b);
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
        value += left % 16 == 0 ? long_ranges(x, y, byte) : 0;
        value += *zkbpf_set(table[y % 3].word + x % 24, value, byte % 25);
        value +=
            7 * zkbpf_compare(table[x % 3].word + y % 24, table[y % 3].word + n % 24, byte % 26);
        value += *zkbpf_copy(table[x % 3].word + y % 24, table[y % 3].word + n % 24, byte % 24);
    }
    memcpy(output + 1, a, sizeof a);
    memcpy(output + 500, b, sizeof b);
    memmove(output + 1000, table, sizeof table);
    memcpy(output + 3000, long_a, sizeof long_a);
    memcpy(output + 10000, long_b, sizeof long_b);
    return value;
}
