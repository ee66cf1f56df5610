#include "base/checksum.h"

#include "base/bytes_inline.h"
#include "base/wide_inline.h"

#include <assert.h>

static const uint64_t prime = ((uint64_t)1 << 61) - 1;

/* The golden ratio's, pi's, e's and the square root of two's first bits, below the prime. */
static const uint64_t points[4] = {0x1e3779b97f4a7c15u, 0x1243f6a8885a308du, 0x15bf0a8b14576953u,
                                   0x16a09e667f3bcc90u};

/* Below 2^62. */
static inline uint64_t step(uint64_t lane, uint64_t point, uint64_t word)
{
    const zkb_u128 product = (zkb_u128)lane * point + (word & prime) + (word >> 61);
    const uint64_t folded = ((uint64_t)product & prime) + (uint64_t)(product >> 61);
    return (folded & prime) + (folded >> 61);
}

void zkb_checksum_init(zkb_checksum *checksum) { *checksum = (zkb_checksum){{1, 1, 1, 1}, 0}; }

void zkb_checksum_add(zkb_checksum *checksum, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    assert(checksum->length % 32 == 0);
    checksum->length += size;
    for (; size >= 32; size -= 32, bytes += 32) {
        for (size_t i = 0; i < 4; i++) {
            checksum->lane[i] = step(checksum->lane[i], points[i], zkb_load64(bytes + 8 * i));
        }
    }
    if (size != 0) {
        uint8_t last[32] = {0};
        memcpy(last, bytes, size);
        for (size_t i = 0; i < 4; i++) {
            checksum->lane[i] = step(checksum->lane[i], points[i], zkb_load64(last + 8 * i));
        }
    }
}

void zkb_checksum_finish(uint8_t out[ZKB_CHECKSUM_SIZE], const zkb_checksum *checksum)
{
    for (size_t i = 0; i < 4; i++) {
        uint64_t value = step(checksum->lane[i], points[i], checksum->length);
        value = value >= prime ? value - prime : value;
        zkb_store64(out + 8 * i, value);
    }
}
