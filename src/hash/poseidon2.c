#include "hash/poseidon2.h"

#include "hash/poseidon2_kernels.h"

ZKB_KERNELS_DEFINE(zkb_poseidon2_kernels)

void zkb_poseidon2_permute(zkb_fr state[ZKB_POSEIDON2_WIDTH])
{
    zkb_poseidon2_kernels_get()->permute(state);
}

void zkb_poseidon2_permute_blocks(zkb_fr_block *state0, zkb_fr_block *state1, zkb_fr_block *state2,
                                  size_t count)
{
    zkb_poseidon2_kernels_get()->permute_blocks(state0, state1, state2, count);
}
