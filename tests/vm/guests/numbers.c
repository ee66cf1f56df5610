/* Integer arithmetic of every width, with the conversions that compilers make of it. */
#include "guest.h"

struct packed {
    uint8_t tag;
    int16_t half;
    int8_t byte;
    int32_t word;
    uint32_t bits : 5;
    int32_t field : 11;
    uint64_t wide;
};
static struct packed record;

__attribute__((noinline)) static uint32_t narrow(uint32_t a, uint32_t b, uint8_t shift)
{
    uint32_t r = a * b + (a >> (shift & 31)) - (b << (shift % 31));
    r ^= (uint32_t)((int32_t)a >> (shift & 15));
    r += a / (b | 1) + a % (b | 3);
    return (int32_t)a < (int32_t)b ? r : ~r;
}

__attribute__((noinline)) static uint64_t wide(uint64_t a, uint64_t b, uint64_t shift)
{
    uint64_t r = a * b ^ (uint64_t)((int64_t)a >> (shift & 63));
    r += b == 0 ? 0 : a / b - a % b;
    r = r << (shift % 64) | r >> ((64 - shift) % 64);
    return (int64_t)r > (int64_t)a ? r - b : -r;
}

__attribute__((noinline)) static uint64_t mixed(uint64_t a)
{
    record.tag = (uint8_t)a;
    record.half = (int16_t)(a >> 3);
    record.byte = (int8_t)(a >> 9);
    record.word = (int32_t)(a >> 17);
    record.bits = (uint32_t)a & 31;
    record.field = (int32_t)(a >> 40) % 2 == 0 ? -5 : 9;
    record.wide =
        __builtin_bswap64(a) ^ __builtin_bswap32((uint32_t)a) ^ __builtin_bswap16((uint16_t)a);
    return record.tag + (uint64_t)record.half + (uint64_t)record.byte + (uint64_t)record.word +
           record.bits + (uint64_t)record.field + record.wide;
}

/* More registers than there are, and locals on the stack. */
static uint64_t spill(const uint64_t *v)
{
    uint64_t local[16];
    uint64_t sum = 0;
    for (unsigned i = 0; i < 16; i++) {
        local[(i * 7) % 16] = v[i % 4] + i;
    }
    for (unsigned i = 0; i < 16; i++) {
        sum = sum * 33 ^ local[i];
    }
    return sum;
}

static uint64_t fibonacci(uint64_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

uint64_t entrypoint(const uint8_t *input, uint64_t left, const uint8_t *secret, uint64_t unused,
                    uint8_t *output)
{
    uint64_t value = 0;
    uint64_t v[4] = {1, 2, 3, 4};
    (void)secret;
    (void)unused;
    for (unsigned i = 0; left > 0; i++) {
        const uint64_t a = take(&input, &left, 8);
        const uint64_t b = take(&input, &left, 1 + i % 8);
        const uint8_t shift = (uint8_t)take(&input, &left, 1);
        v[0] = narrow((uint32_t)a, (uint32_t)b, shift);
        v[1] = wide(a, b, shift);
        v[2] = mixed(a ^ b);
        v[3] += fibonacci(shift % 8);
        value ^= spill(v);
        put64(output + 8 * (i % 512), value);
    }
    return value;
}
