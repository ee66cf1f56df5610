/* Inversion modulo an odd number below 2^255, on plain integers. Variable time. */
#ifndef ZKB_FIELD_INVERSE_H
#define ZKB_FIELD_INVERSE_H

#include <stdint.h>

typedef struct zkb_inverse_modulus {
    uint64_t limb[4];
    uint64_t inverse; /* 1/modulus mod 2^62 */
} zkb_inverse_modulus;

/* out = 1/a mod m for a coprime to m, zero for a = 0; a below m, limbs least significant first. */
void zkb_inverse_modulo(uint64_t out[4], const uint64_t a[4], const zkb_inverse_modulus *m);

#endif
