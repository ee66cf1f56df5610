/* Arrays of field elements in blocks of eight, and the batch operations on them.
 *
 * A block is limb-major: limb[j][i] is word j (64 bits, least significant first) of element i. The
 * value is below 2p, in Montgomery form of the radix of the backend in force (2^260 for IFMA,
 * 2^256 elsewhere): blocks are working storage, never a file format, and what they hold becomes
 * zkb_fr only through the operations below. Element i of an array is lane i % 8 of block i / 8.
 * An array of count elements has zkb_blocks(count) blocks; lanes at and past count are zero,
 * inputs and outputs alike.
 *
 * Batch operations: outputs may be the same array as an input of the same index range, else they
 * must not overlap. Preconditions are asserted in debug builds. Variable time. */
#ifndef ZKB_FIELD_BLOCK_H
#define ZKB_FIELD_BLOCK_H

#include "base/backend.h"
#include "field/fq.h"
#include "field/fr.h"

typedef struct zkb_fr_block {
    _Alignas(64) uint64_t limb[4][8];
} zkb_fr_block;
typedef struct zkb_fq_block {
    _Alignas(64) uint64_t limb[4][8];
} zkb_fq_block;

static inline size_t zkb_blocks(size_t count) { return count / 8 + (count % 8 != 0); }

/* The batch operations of one field and backend; SCALAR and BLOCK stand for zkb_fr, zkb_fr_block
 * or zkb_fq, zkb_fq_block. count is in elements throughout. */
#define ZKB_FIELD_KERNELS(NAME, SCALAR, BLOCK)                                                     \
    typedef struct NAME {                                                                          \
        const char *backend;                                                                       \
        void (*from_scalars)(BLOCK * out, const SCALAR *in, size_t count);                         \
        void (*to_scalars)(SCALAR * out, const BLOCK *in, size_t count);                           \
        SCALAR (*get)(const BLOCK *in, size_t index);                                              \
        void (*add)(BLOCK * out, const BLOCK *a, const BLOCK *b, size_t count);                    \
        void (*sub)(BLOCK * out, const BLOCK *a, const BLOCK *b, size_t count);                    \
        void (*mul)(BLOCK * out, const BLOCK *a, const BLOCK *b, size_t count);                    \
        void (*sqr)(BLOCK * out, const BLOCK *a, size_t count);                                    \
        void (*scale)(BLOCK * out, const BLOCK *a, const SCALAR *by, size_t count);                \
        /* inout += by * a */                                                                      \
        void (*add_scaled)(BLOCK * inout, const BLOCK *a, const SCALAR *by, size_t count);         \
        /* out[i] = a[i] + r (a[i + count/2] - a[i]), i < count / 2; count a power of two above 1. \
         * out may be a. */                                                                        \
        void (*fold_halves)(BLOCK * out, const BLOCK *a, const SCALAR *r, size_t count);           \
        SCALAR (*sum)(const BLOCK *a, size_t count);                                               \
        SCALAR (*inner_product)(const BLOCK *a, const BLOCK *b, size_t count);                     \
        void (*from_u64)(BLOCK * out, const uint64_t *in, size_t count);                           \
    } NAME;

ZKB_FIELD_KERNELS(zkb_fr_kernels, zkb_fr, zkb_fr_block)
ZKB_FIELD_KERNELS(zkb_fq_kernels, zkb_fq, zkb_fq_block)

/* The table of the backend in force (zkb_backend_get). */
ZKB_KERNELS_DECLARE(zkb_fr_kernels);
ZKB_KERNELS_DECLARE(zkb_fq_kernels);

#endif
