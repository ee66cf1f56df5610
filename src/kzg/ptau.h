/* Powers-of-tau files of the iden3/snarkjs format: the sections that a KZG setup needs.
 * Source: the files that snarkjs writes; the layout as read here is in docs/formats.md. */
#ifndef ZKB_KZG_PTAU_H
#define ZKB_KZG_PTAU_H

#include "kzg/srs.h"

typedef struct zkb_ptau {
    unsigned power;        /* the file holds [tau^i]_1 for i < 2^(power+1) - 1 */
    const uint8_t *tau_g1; /* 64 bytes a point: x, y, Montgomery form, little-endian */
    const uint8_t *tau_g2; /* 128 bytes a point: x.c0, x.c1, y.c0, y.c1, likewise */
} zkb_ptau;

/* Finds the sections; the points are not looked at. Borrows `data`. ZKB_ERROR_FORMAT,
 * ZKB_ERROR_UNSUPPORTED for another curve; `name` is for messages. */
zkb_status zkb_ptau_parse(zkb_ptau *ptau, const uint8_t *data, size_t size, const char *name,
                          zkb_error *error) ZKB_MUST_USE;

/* Copies and checks the first 2^k powers and [tau]_2; powers holds 2^k points. */
zkb_status zkb_ptau_powers(zkb_g1_affine *powers, zkb_g2_affine *tau_g2, const zkb_ptau *ptau,
                           unsigned k, const char *name, unsigned threads,
                           zkb_error *error) ZKB_MUST_USE;

#endif
