/* The setup as a file of its own; the layout is in docs/formats.md. */
#ifndef ZKB_KZG_SRS_FILE_H
#define ZKB_KZG_SRS_FILE_H

#include "kzg/srs.h"

#define ZKB_SRS_HEADER_SIZE 512u

/* Writes 2^k powers; whole or not at all. */
zkb_status zkb_srs_write(const char *path, const zkb_g1_affine *powers, unsigned k,
                         const zkb_g2_affine *tau_g2, zkb_error *error) ZKB_MUST_USE;

/* Checks the bytes of a file and fills everything of *srs but the map. The bytes, 64-byte
 * aligned, must outlive it. */
zkb_status zkb_srs_parse(zkb_srs *srs, const uint8_t *data, size_t size, const char *name,
                         zkb_error *error) ZKB_MUST_USE;

#endif
