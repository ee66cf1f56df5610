/* The Poseidon2 permutation over Fr with t = 3, R_F = 8, R_P = 56, S-box x^5, and the constants
 * that HorizenLabs published for BN254. Source: [GKS23], docs/protocol.md. */
#ifndef ZKB_HASH_POSEIDON2_H
#define ZKB_HASH_POSEIDON2_H

#include "field/block.h"
#include "field/fr.h"

#define ZKB_POSEIDON2_WIDTH 3
#define ZKB_POSEIDON2_HALF_FULL_ROUNDS 4
#define ZKB_POSEIDON2_PARTIAL_ROUNDS 56

/* Permutes in place. Variable time only in the sense of zkb_fr: no branch on values. */
void zkb_poseidon2_permute(zkb_fr state[ZKB_POSEIDON2_WIDTH]);

/* The same for `count` states at once, word j of state i being element i of the array statej.
 * Lanes past `count` stay zero. Sixteen at a time is fastest. */
void zkb_poseidon2_permute_blocks(zkb_fr_block *state0, zkb_fr_block *state1, zkb_fr_block *state2,
                                  size_t count);

#endif
