/* A fast checksum that detects damage of large files. It is not cryptographic. */
#ifndef ZKB_BASE_CHECKSUM_H
#define ZKB_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define ZKB_CHECKSUM_SIZE 32

/* Four polynomials modulo 2^61 - 1, evaluated at fixed points. Word i (64 bits, little-endian, the
 * last one filled up with zeros) is the next coefficient of polynomial i mod 4; the length in bytes
 * is the last of each. Any change inside one byte, and any change of the length by less than 2^60,
 * changes the checksum; others escape with probability about 2^-61. */
typedef struct zkb_checksum {
    uint64_t lane[4];
    uint64_t length;
} zkb_checksum;

void zkb_checksum_init(zkb_checksum *checksum);
/* In pieces; every piece but the last is a multiple of 32 bytes. */
void zkb_checksum_add(zkb_checksum *checksum, const void *data, size_t size);
/* Little-endian. */
void zkb_checksum_finish(uint8_t out[ZKB_CHECKSUM_SIZE], const zkb_checksum *checksum);

#endif
