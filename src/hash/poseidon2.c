#include "hash/poseidon2.h"

#include "hash/poseidon2_kernels.h"

static const zkb_poseidon2_kernels *kernels(void) { ZKB_KERNELS_PICK(zkb_poseidon2_kernels); }

void zkb_poseidon2_permute(zkb_fr state[ZKB_POSEIDON2_WIDTH]) { kernels()->permute(state); }

void zkb_poseidon2_permute_blocks(zkb_fr_block *state0, zkb_fr_block *state1, zkb_fr_block *state2,
                                  size_t count)
{
    kernels()->permute_blocks(state0, state1, state2, count);
}

const char *zkb_poseidon2_backend(void) { return kernels()->backend; }
