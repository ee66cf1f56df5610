/* Tables of pointers to data and functions, constant and not; string literals; statics; bss. */
#include "guest.h"

typedef uint64_t (*operation)(uint64_t, uint64_t);

static uint64_t add(uint64_t a, uint64_t b) { return a + b; }
static uint64_t sub(uint64_t a, uint64_t b) { return a - b; }
static uint64_t mul(uint64_t a, uint64_t b) { return a * b; }
static uint64_t divide(uint64_t a, uint64_t b) { return b == 0 ? 1 : a / b; }
uint64_t tables_global(uint64_t a, uint64_t b) { return (a ^ b) + 1; }

static const operation constant[] = {add, sub, mul, divide, tables_global};
operation tables_variable[] = {sub, tables_global, divide, add, mul};

static const char *const words[] = {"zero", "one", "two", "three", "", "a longer string literal"};
static const char text[] = "an array of characters";

struct node {
    const struct node *next;
    const char *name;
    operation apply;
    uint32_t weight;
};
static struct node third = {0, "third", mul, 3};
static struct node second = {&third, "second", add, 20};
static struct node first = {&second, "first", tables_global, 100};
struct node *tables_head = &first;
/* Pointers into the middle of things. */
static const char *const middle = text + 9;
static const uint32_t *const weight = &second.weight;

static uint64_t counter;
static uint8_t histogram[256];
uint32_t tables_uninitialised[33];
static uint64_t initialised = 0x123456789abcdef0;

static uint64_t length(const char *s)
{
    uint64_t n = 0;
    while (s[n] != 0) {
        n++;
    }
    return n;
}

__attribute__((noinline)) static uint64_t count(uint64_t x)
{
    counter += x;
    histogram[x & 0xff]++;
    tables_uninitialised[x % 33] += (uint32_t)(x >> 7);
    return counter ^ initialised;
}

static uint64_t choose(uint64_t x)
{
    switch (x % 9) {
    case 0:
        return 17;
    case 1:
        return count(x) * 3;
    case 2:
        return x << 5;
    case 3:
        return (uint64_t)middle[x % 13];
    case 4:
        return *weight;
    case 5:
        initialised = initialised * 6364136223846793005u + x;
        return initialised;
    case 7:
        return length(words[x % 6]);
    default:
        return x;
    }
}

uint64_t entrypoint(const uint8_t *input, uint64_t left, const uint8_t *secret, uint64_t unused,
                    uint8_t *output)
{
    uint64_t value = 1;
    (void)secret;
    (void)unused;
    /* Static data starts anew in each run of a guest, but not on the host. */
    counter = 0;
    initialised = 0x123456789abcdef0;
    for (unsigned i = 0; i < 256; i++) {
        histogram[i] = 0;
    }
    for (unsigned i = 0; i < 33; i++) {
        tables_uninitialised[i] = 0;
    }
    while (left > 0) {
        const uint64_t a = take(&input, &left, 8);
        const uint64_t b = take(&input, &left, 3);
        value += constant[a % 5](value, b);
        value ^= tables_variable[b % 5](a, value);
        value += choose(a ^ b) + (uint64_t)words[b % 6][0];
        for (const struct node *n = tables_head; n != 0; n = n->next) {
            value = n->apply(value, n->weight) + length(n->name);
        }
        count(value);
    }
    for (unsigned i = 0; i < 33; i++) {
        put64(output + 8 * i, tables_uninitialised[i]);
    }
    for (unsigned i = 0; i < 256; i++) {
        output[300 + i] = histogram[i];
    }
    return value ^ counter;
}
