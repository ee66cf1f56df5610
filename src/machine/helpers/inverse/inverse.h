/* What the helper inverse shares between its chip (call.c), what fills it (fill.c) and what the
 * interpreter calls (euclid.c).
 *
 *     a x = q m + 1 and x < m, numbers of 64-bit words, least significant first. */
#ifndef ZKB_MACHINE_HELPERS_INVERSE_H
#define ZKB_MACHINE_HELPERS_INVERSE_H

#include "machine/helpers/mulmod/mulmod.h"

enum {
    ZKB_INVERSE_WORDS = ZKB_MULMOD_WORDS,            /* of a, m, x and q */
    ZKB_INVERSE_CARRIES = ZKB_MULMOD_CARRIES,        /* at 2^128, 2^256 and 2^384 */
    ZKB_INVERSE_CARRY_LIMBS = ZKB_MULMOD_CARRY_LIMBS /* of a carry + 2^79 */
};

/* x = 1 / a mod m, where m is above 1; whether there is such a number. a may be m or more. x may be
 * a or m, and stays if there is none. */
bool zkb_inverse(uint64_t x[ZKB_INVERSE_WORDS], const uint64_t a[ZKB_INVERSE_WORDS],
                 const uint64_t m[ZKB_INVERSE_WORDS]);

#endif
