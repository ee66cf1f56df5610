/* What the helper mulmod shares between its chip (call.c) and what fills it (fill.c, divide.c), and
 * with the helper inverse.
 *
 *     r = (a b + c) mod m, M = m or 2^256 where m is 0:
 *     a b + c = q M + r and r < M, numbers of 64-bit words, least significant first. */
#ifndef ZKB_MACHINE_HELPERS_MULMOD_H
#define ZKB_MACHINE_HELPERS_MULMOD_H

#include "machine/block.h"

enum {
    ZKB_MULMOD_WORDS = 4,          /* of a, b, c, m and r */
    ZKB_MULMOD_QUOTIENT_WORDS = 8, /* of q, which is a b + c itself where m is 1 */
    ZKB_MULMOD_CARRIES = 3,        /* at 2^128, 2^256 and 2^384 */
    ZKB_MULMOD_CARRY_LIMBS = 5,    /* of a carry + 2^79 */
    ZKB_MULMOD_NEAR = 3 /* c and m overlap where their addresses differ by so many words at most */
};

/* q and r of (a b + c) / M. All have ZKB_MULMOD_WORDS words, q has ZKB_MULMOD_QUOTIENT_WORDS; r may
 * be any of the others. */
void zkb_mulmod_divide(uint64_t *q, uint64_t *r, const uint64_t *a, const uint64_t *b,
                       const uint64_t *c, const uint64_t *m);

typedef struct zkb_mulmod_numbers {
    uint64_t a[ZKB_MULMOD_WORDS], b[ZKB_MULMOD_WORDS], c[ZKB_MULMOD_WORDS], r[ZKB_MULMOD_WORDS];
    uint64_t m[ZKB_MULMOD_WORDS + 1]; /* the last is [m = 0]: these are the words of M */
    uint64_t q[ZKB_MULMOD_QUOTIENT_WORDS];
} zkb_mulmod_numbers;

/* The limbs of the carries of a b + c = q M + r. */
void zkb_mulmod_put_carries(zkb_row_writer *row, const zkb_mulmod_numbers *numbers);

#endif
