/* Fq, the base field of BN254.
 *
 * Form: Montgomery, radix 2^256, limbs least significant first, always below the prime. Outputs
 * may alias inputs. Variable time. Bytes are 32, little-endian, canonical. */
#ifndef ZKB_FIELD_FQ_H
#define ZKB_FIELD_FQ_H

#include "base/error.h"
#include "base/wide_inline.h"
#include "field/prime_x86_inline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zkb_fq {
    uint64_t limb[4];
} zkb_fq;

/* The prime q = 21888242871839275222246405745257275088696311157297823662689037894645226208583. */
#define ZKB_FQ_P0 0x3c208c16d87cfd47u
#define ZKB_FQ_P1 0x97816a916871ca8du
#define ZKB_FQ_P2 0xb85045b68181585du
#define ZKB_FQ_P3 0x30644e72e131a029u
/* -p^-1 mod 2^64 */
#define ZKB_FQ_INV 0x87d20782e4866389u
/* 2^-64 mod p, below 0.54 p */
#define ZKB_FQ_S0 0x327d7c1b18f7bd41u
#define ZKB_FQ_S1 0xdb8ed52f824ed32fu
#define ZKB_FQ_S2 0x29b67b05eb29a6a1u
#define ZKB_FQ_S3 0x19ac99126b459ddau
/* 2^-128 mod p, below 0.63 p */
#define ZKB_FQ_Q0 0x1da790e434ade680u
#define ZKB_FQ_Q1 0x27a2f342f9905883u
#define ZKB_FQ_Q2 0xb5ab34890dfa3d61u
#define ZKB_FQ_Q3 0x1e07f71b064ef9b1u

#define FIELD(name) zkb_fq_##name
#define FIELD_T zkb_fq
#define FIELD_P0 ZKB_FQ_P0
#define FIELD_P1 ZKB_FQ_P1
#define FIELD_P2 ZKB_FQ_P2
#define FIELD_P3 ZKB_FQ_P3
#define FIELD_INV ZKB_FQ_INV
#define FIELD_S0 ZKB_FQ_S0
#define FIELD_S1 ZKB_FQ_S1
#define FIELD_S2 ZKB_FQ_S2
#define FIELD_S3 ZKB_FQ_S3
#define FIELD_Q0 ZKB_FQ_Q0
#define FIELD_Q1 ZKB_FQ_Q1
#define FIELD_Q2 ZKB_FQ_Q2
#define FIELD_Q3 ZKB_FQ_Q3
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

/* 1 and 2^512 mod p, in limbs as stored (so ZKB_FQ_R2 is the Montgomery form of 2^256). */
#define ZKB_FQ_ZERO ((zkb_fq){{0, 0, 0, 0}})
extern const zkb_fq zkb_fq_one;
extern const zkb_fq zkb_fq_r2;

void zkb_fq_from_u64(zkb_fq *out, uint64_t value);
/* Canonical integer limbs, least significant first, from and to Montgomery form. from_limbs takes
 * any value below 2^256 and reduces it. */
void zkb_fq_from_limbs(zkb_fq *out, const uint64_t limbs[4]);
void zkb_fq_to_limbs(uint64_t limbs[4], const zkb_fq *a);
/* False when the bytes are not below the prime; *out is then zero. */
bool zkb_fq_from_bytes(zkb_fq *out, const uint8_t bytes[32]) ZKB_MUST_USE;
void zkb_fq_to_bytes(uint8_t bytes[32], const zkb_fq *a);

/* 1/a; zero for zero. */
void zkb_fq_inv(zkb_fq *out, const zkb_fq *a);

#endif
