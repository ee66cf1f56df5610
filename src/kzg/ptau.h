/* Powers-of-tau files of the iden3/snarkjs format: the sections that a KZG setup needs.
 * Source: the files that snarkjs writes; the layout as read here is in docs/formats.md. */
#ifndef ZKB_KZG_PTAU_H
#define ZKB_KZG_PTAU_H

#include "base/os/file.h"
#include "kzg/srs.h"

typedef struct zkb_ptau {
    unsigned power;  /* the file holds [tau^i]_1 for i < 2^(power+1) - 1 */
    uint64_t tau_g1; /* offset of the points, 64 bytes each: x, y, Montgomery form, little-endian */
    uint64_t tau_g2; /* likewise, 128 bytes each: x.c0, x.c1, y.c0, y.c1 */
} zkb_ptau;

/* Finds the sections; the points are not looked at. ZKB_ERROR_FORMAT, ZKB_ERROR_UNSUPPORTED for
 * another curve. */
zkb_status zkb_ptau_parse(zkb_ptau *ptau, const zkb_file_reader *file,
                          zkb_error *error) ZKB_MUST_USE;

/* Reads the first 2^k powers and [tau]_2 and checks what was read; powers holds 2^k points. */
zkb_status zkb_ptau_powers(zkb_g1_affine *powers, zkb_g2_affine *tau_g2, const zkb_ptau *ptau,
                           const zkb_file_reader *file, unsigned k, unsigned threads,
                           zkb_error *error) ZKB_MUST_USE;

#endif
