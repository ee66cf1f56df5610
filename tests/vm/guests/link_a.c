/* One half of a program in two objects: symbols of every kind cross between them. */
#include "guest.h"

extern uint64_t link_variable;
extern const uint32_t link_constants[8];
extern uint64_t (*const link_table[3])(uint64_t);
extern uint8_t link_bss[];
uint64_t link_common __attribute__((common));
uint64_t link_b(uint64_t x);
uint64_t link_section(uint64_t x);
uint64_t link_weak(uint64_t x);
extern uint64_t link_absent(uint64_t x) __attribute__((weak));

/* The other object has statics of the same names. */
static uint64_t state = 5;
__attribute__((noinline)) static uint64_t step(uint64_t x)
{
    state = state * 31 + x;
    return state;
}

uint64_t link_a(uint64_t x) { return step(x) + link_variable; }

/* Replaced by the strong one of the other object. */
__attribute__((weak)) uint64_t link_weak(uint64_t x) { return x + 1; }
/* Stays, for nobody replaces it. */
__attribute__((weak, noinline)) uint64_t link_weak_kept(uint64_t x) { return x + 2; }

uint64_t entrypoint(const uint8_t *input, uint64_t left, const uint8_t *secret,
                    uint64_t secret_left, uint8_t *output)
{
    uint64_t value = link_absent == 0 ? 3 : link_absent(3);
    state = 5;
    link_variable = 77;
    link_common = 0;
    for (unsigned i = 0; i < 40; i++) {
        link_bss[i] = 0;
    }
    while (left > 0 || secret_left > 0) {
        const uint64_t a = take(&input, &left, 4);
        const uint64_t b = take(&secret, &secret_left, 2);
        value += link_b(a) + link_section(b) + link_weak(value) + link_weak_kept(b);
        value ^= link_table[a % 3](b) + link_constants[b % 8];
        link_bss[a % 40] += (uint8_t)b;
        link_common += value;
    }
    for (unsigned i = 0; i < 40; i++) {
        output[i] = link_bss[i];
    }
    put64(output + 40, link_common);
    return value + step(1);
}
