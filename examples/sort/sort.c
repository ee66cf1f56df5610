/* Sorts the public input, little-endian unsigned 64-bit numbers, into the output; returns how
 * many there are. Heapsort: in place, n log n whatever the input. */
#include "zkbpf.h"

#define MOST 131072 /* the default output region of 64 KiB holds 8192 of them */

/* Restores the heap below `parent`, whose value may be too small. */
static void sift_down(uint64_t *heap, uint64_t parent, uint64_t count)
{
    const uint64_t value = heap[parent];
    for (uint64_t child = 2 * parent + 1; child < count; child = 2 * parent + 1) {
        if (child + 1 < count && heap[child + 1] > heap[child]) {
            child++;
        }
        if (heap[child] <= value) {
            break;
        }
        heap[parent] = heap[child];
        parent = child;
    }
    heap[parent] = value;
}

uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output)
{
    (void)secret;
    (void)secret_bytes;
    const uint64_t count = input_bytes / 8;
    if (input_bytes % 8 != 0 || count > MOST) {
        return ~(uint64_t)0;
    }
    const uint64_t *numbers = (const uint64_t *)(const void *)input;
    uint64_t *sorted = (uint64_t *)(void *)output;
    for (uint64_t i = 0; i < count; i++) {
        sorted[i] = numbers[i];
    }
    for (uint64_t parent = count / 2; parent > 0; parent--) {
        sift_down(sorted, parent - 1, count);
    }
    for (uint64_t end = count; end > 1; end--) {
        const uint64_t largest = sorted[0];
        sorted[0] = sorted[end - 1];
        sorted[end - 1] = largest;
        sift_down(sorted, 0, end - 1);
    }
    return count;
}
