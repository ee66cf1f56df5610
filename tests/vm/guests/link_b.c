/* The other half of link_a.c. */
#include "guest.h"

extern uint64_t link_common;
uint64_t link_a(uint64_t x);
uint64_t link_variable = 77;
const uint32_t link_constants[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
uint8_t link_bss[40];

static uint64_t state = 9;
__attribute__((noinline)) static uint64_t step(uint64_t x)
{
    state ^= x << 3;
    const uint64_t result = state;
    state = 9;
    return result;
}

/* In a section of its own: calls to and from .text carry relocations. */
__attribute__((section("linked"), noinline)) uint64_t link_section(uint64_t x)
{
    link_variable += x;
    return step(x) + (x > 3 ? link_a(x / 2) : 0);
}

uint64_t link_b(uint64_t x) { return x == 0 ? link_common : link_a(x) ^ step(x); }

uint64_t link_weak(uint64_t x) { return x * 5; }

__attribute__((section("linked"))) static uint64_t hidden(uint64_t x) { return x * x; }

uint64_t (*const link_table[3])(uint64_t) = {link_a, hidden, step};
