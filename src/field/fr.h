/* Fr, the scalar field of BN254 (the order of G1).
 *
 * Form: Montgomery, radix 2^256, limbs least significant first, always below the prime. Outputs
 * may alias inputs. Variable time. Bytes are 32, little-endian, canonical. */
#ifndef ZKB_FIELD_FR_H
#define ZKB_FIELD_FR_H

#include "base/error.h"
#include "base/wide_inline.h"
#include "field/prime_x86_inline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zkb_fr {
    uint64_t limb[4];
} zkb_fr;

/* The prime r = 21888242871839275222246405745257275088548364400416034343698204186575808495617. */
#define ZKB_FR_P0 0x43e1f593f0000001u
#define ZKB_FR_P1 0x2833e84879b97091u
#define ZKB_FR_P2 0xb85045b68181585du
#define ZKB_FR_P3 0x30644e72e131a029u
/* -p^-1 mod 2^64 */
#define ZKB_FR_INV 0xc2e1f593efffffffu
/* 2^-64 mod p, below 0.77 p */
#define ZKB_FR_S0 0x2d3e8053e396ee4du
#define ZKB_FR_S1 0xca478dbeab3c92cdu
#define ZKB_FR_S2 0xb2d8f06f77f52a93u
#define ZKB_FR_S3 0x24d6ba07f7aa8f04u
/* 2^-128 mod p, below 0.40 p */
#define ZKB_FR_Q0 0x18ee753c76f9dc6fu
#define ZKB_FR_Q1 0x54ad7e14a329e70fu
#define ZKB_FR_Q2 0x2b16366f4f7684dfu
#define ZKB_FR_Q3 0x133100d71fdf3579u

#define FIELD(name) zkb_fr_##name
#define FIELD_T zkb_fr
#define FIELD_P0 ZKB_FR_P0
#define FIELD_P1 ZKB_FR_P1
#define FIELD_P2 ZKB_FR_P2
#define FIELD_P3 ZKB_FR_P3
#define FIELD_INV ZKB_FR_INV
#define FIELD_S0 ZKB_FR_S0
#define FIELD_S1 ZKB_FR_S1
#define FIELD_S2 ZKB_FR_S2
#define FIELD_S3 ZKB_FR_S3
#define FIELD_Q0 ZKB_FR_Q0
#define FIELD_Q1 ZKB_FR_Q1
#define FIELD_Q2 ZKB_FR_Q2
#define FIELD_Q3 ZKB_FR_Q3
#include "field/prime_template.h"
#undef FIELD
#undef FIELD_T
#undef FIELD_P0
#undef FIELD_P1
#undef FIELD_P2
#undef FIELD_P3
#undef FIELD_INV
#undef FIELD_S0
#undef FIELD_S1
#undef FIELD_S2
#undef FIELD_S3
#undef FIELD_Q0
#undef FIELD_Q1
#undef FIELD_Q2
#undef FIELD_Q3
#undef FIELD_LIMBS

/* 1 and 2^512 mod p, in limbs as stored (so ZKB_FR_R2 is the Montgomery form of 2^256). */
#define ZKB_FR_ZERO ((zkb_fr){{0, 0, 0, 0}})
extern const zkb_fr zkb_fr_one;
extern const zkb_fr zkb_fr_r2;

void zkb_fr_from_u64(zkb_fr *out, uint64_t value);
/* Canonical integer limbs, least significant first, from and to Montgomery form. from_limbs takes
 * any value below 2^256 and reduces it. */
void zkb_fr_from_limbs(zkb_fr *out, const uint64_t limbs[4]);
void zkb_fr_to_limbs(uint64_t limbs[4], const zkb_fr *a);
/* False when the bytes are not below the prime; *out is then zero. */
bool zkb_fr_from_bytes(zkb_fr *out, const uint8_t bytes[32]) ZKB_MUST_USE;
void zkb_fr_to_bytes(uint8_t bytes[32], const zkb_fr *a);

/* 1/a; zero for zero. */
void zkb_fr_inv(zkb_fr *out, const zkb_fr *a);
/* In place; zeros stay zero. scratch holds count elements. */
void zkb_fr_batch_inv(zkb_fr *values, size_t count, zkb_fr *scratch);

#endif
