/* Powers of a known tau in G1: what making a setup needs, and nothing else does. */
#ifndef ZKB_KZG_SRS_POWERS_H
#define ZKB_KZG_SRS_POWERS_H

#include "curve/g1.h"

/* out[i] = [tau^i]_1, i < count. ZKB_ERROR_MEMORY when the tables cannot be had. */
zkb_status zkb_srs_powers(zkb_g1_affine *out, const zkb_fr *tau, size_t count, unsigned threads,
                          zkb_error *error) ZKB_MUST_USE;

#endif
