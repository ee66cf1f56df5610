/* Unpacks a raw deflate stream (RFC 1951); the result is its Adler-32. */
#include "zkbpf.h"

#include <assert.h>
#include <string.h>

typedef struct stream {
    const uint8_t *in;
    uint64_t left;
    uint64_t bits;
    unsigned bit_count;
    uint8_t *out;
    uint64_t written;
} stream;

/* Canonical codes: how many of each length, and the symbols in order. */
typedef struct code {
    uint16_t count[16];
    uint16_t symbol[288];
} code;

static unsigned take(stream *s, unsigned bits)
{
    while (s->bit_count < bits) {
        assert(s->left > 0);
        s->bits |= (uint64_t)*s->in++ << s->bit_count;
        s->bit_count += 8;
        s->left--;
    }
    const unsigned value = (unsigned)(s->bits & ((1u << bits) - 1));
    s->bits >>= bits;
    s->bit_count -= bits;
    return value;
}

static void build(code *c, const uint8_t *lengths, unsigned n)
{
    uint16_t offset[16] = {0};
    memset(c->count, 0, sizeof c->count);
    for (unsigned i = 0; i < n; i++) {
        c->count[lengths[i]]++;
    }
    c->count[0] = 0;
    for (unsigned i = 1; i < 15; i++) {
        offset[i + 1] = (uint16_t)(offset[i] + c->count[i]);
    }
    for (unsigned i = 0; i < n; i++) {
        if (lengths[i] != 0) {
            c->symbol[offset[lengths[i]]++] = (uint16_t)i;
        }
    }
}

static unsigned symbol(stream *s, const code *c)
{
    int value = 0;
    int first = 0;
    int index = 0;
    for (unsigned length = 1; length < 16; length++) {
        value |= (int)take(s, 1);
        if (value - first < c->count[length]) {
            return c->symbol[index + value - first];
        }
        index += c->count[length];
        first = (first + c->count[length]) << 1;
        value <<= 1;
    }
    assert(!"a code that does not exist");
    return 0;
}

static void unpack(stream *s, const code *literals, const code *distances)
{
    static const uint16_t bases[] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                     15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                     67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                    2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    for (;;) {
        const unsigned s1 = symbol(s, literals);
        if (s1 == 256) {
            return;
        }
        if (s1 < 256) {
            s->out[s->written++] = (uint8_t)s1;
            continue;
        }
        unsigned length = bases[s1 - 257] + take(s, extra[s1 - 257]);
        const unsigned s2 = symbol(s, distances);
        const unsigned bits = s2 < 2 ? 0 : s2 / 2 - 1;
        const unsigned distance = s2 < 2 ? s2 + 1 : ((2 + (s2 & 1)) << bits) + 1 + take(s, bits);
        assert(distance <= s->written);
        for (; length > 0; length--, s->written++) {
            s->out[s->written] = s->out[s->written - distance];
        }
    }
}

static void read_codes(stream *s, code *literals, code *distances)
{
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[320] = {0};
    const unsigned n = take(s, 5) + 257;
    const unsigned m = take(s, 5) + 1;
    const unsigned k = take(s, 4) + 4;
    code c;
    for (unsigned i = 0; i < k; i++) {
        lengths[order[i]] = (uint8_t)take(s, 3);
    }
    build(&c, lengths, 19);
    for (unsigned i = 0; i < n + m;) {
        const unsigned x = symbol(s, &c);
        unsigned times = 1;
        uint8_t length = (uint8_t)x;
        if (x == 16) {
            length = lengths[i - 1];
            times = 3 + take(s, 2);
        } else if (x > 16) {
            length = 0;
            times = x == 17 ? 3 + take(s, 3) : 11 + take(s, 7);
        }
        for (; times > 0; times--) {
            lengths[i++] = length;
        }
    }
    build(literals, lengths, n);
    build(distances, lengths + n, m);
}

static void fixed_codes(code *literals, code *distances)
{
    uint8_t lengths[288];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    build(literals, lengths, 288);
    memset(lengths, 5, 30);
    build(distances, lengths, 30);
}

static void stored(stream *s)
{
    s->bits = 0;
    s->bit_count = 0;
    const unsigned length = s->in[0] | (unsigned)s->in[1] << 8;
    memcpy(s->out + s->written, s->in + 4, length);
    s->in += 4 + length;
    s->left -= 4 + length;
    s->written += length;
}

uint64_t entrypoint(const uint8_t *input, uint64_t n, const uint8_t *secret, uint64_t m,
                    uint8_t *output)
{
    stream s = {.in = input, .left = n, .out = output};
    unsigned last;
    (void)secret;
    (void)m;
    do {
        code literals;
        code distances;
        last = take(&s, 1);
        const unsigned kind = take(&s, 2);
        if (kind == 0) {
            stored(&s);
            continue;
        }
        if (kind == 1) {
            fixed_codes(&literals, &distances);
        } else {
            read_codes(&s, &literals, &distances);
        }
        unpack(&s, &literals, &distances);
    } while (last == 0);
    uint32_t a = 1;
    uint32_t b = 0;
    for (uint64_t i = 0; i < s.written; i++) {
        a = (a + output[i]) % 65521;
        b = (b + a) % 65521;
    }
    return (uint64_t)b << 16 | a;
}
