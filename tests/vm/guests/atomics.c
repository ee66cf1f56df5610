/* Atomic operations (from -mcpu=v3 on with results). */
#include "guest.h"

static uint64_t wide;
static uint32_t narrow;

uint64_t entrypoint(const uint8_t *input, uint64_t left, const uint8_t *secret, uint64_t unused,
                    uint8_t *output)
{
    uint64_t value = 0;
    (void)secret;
    (void)unused;
    wide = 1;
    narrow = 2;
    while (left > 0) {
        const uint64_t a = take(&input, &left, 8);
        value += __sync_fetch_and_add(&wide, a);
        value ^= __sync_fetch_and_or(&wide, a >> 5);
        value += __sync_fetch_and_and(&wide, ~(a << 7));
        value ^= __sync_fetch_and_xor(&wide, a);
        value += __sync_fetch_and_add(&narrow, (uint32_t)a);
        value ^= __sync_lock_test_and_set(&wide, value);
        value += __sync_val_compare_and_swap(&wide, value, a);
        value += __sync_val_compare_and_swap(&narrow, (uint32_t)a, 7);
        (void)__sync_fetch_and_add(&narrow, 3);
    }
    put64(output, wide);
    put64(output + 8, narrow);
    return value;
}
