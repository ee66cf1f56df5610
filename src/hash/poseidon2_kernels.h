/* The permutation for each backend. */
#ifndef ZKB_HASH_POSEIDON2_KERNELS_H
#define ZKB_HASH_POSEIDON2_KERNELS_H

#include "field/block.h"
#include "hash/poseidon2.h"

typedef struct zkb_poseidon2_kernels {
    const char *backend;
    void (*permute)(zkb_fr state[ZKB_POSEIDON2_WIDTH]);
    /* zkb_poseidon2_permute_blocks */
    void (*permute_blocks)(zkb_fr_block *state0, zkb_fr_block *state1, zkb_fr_block *state2,
                           size_t count);
} zkb_poseidon2_kernels;

ZKB_KERNELS_DECLARE(zkb_poseidon2_kernels);

#endif
