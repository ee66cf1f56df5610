#include "hash/poseidon2.h"

#include "hash/poseidon2_constants.h"

static inline void sbox(zkb_fr *x)
{
    zkb_fr y;
    zkb_fr_sqr(&y, x);
    zkb_fr_sqr(&y, &y);
    zkb_fr_mul(x, &y, x);
}

/* circ(2, 1, 1): each word plus the sum of all. */
static inline void external_matrix(zkb_fr s[3])
{
    zkb_fr sum;
    zkb_fr_add(&sum, &s[1], &s[2]);
    zkb_fr_add(&sum, &sum, &s[0]);
    for (int i = 0; i < 3; i++) {
        zkb_fr_add(&s[i], &s[i], &sum);
    }
}

static inline void full_round(zkb_fr s[3], const zkb_fr constants[3])
{
    for (int i = 0; i < 3; i++) {
        zkb_fr_add(&s[i], &s[i], &constants[i]);
        sbox(&s[i]);
    }
    external_matrix(s);
}

/* Matrix [[2,1,1],[1,2,1],[1,1,3]]. What does not wait for the S-box is computed before it. */
static inline void partial_round(zkb_fr s[3], const zkb_fr *constant)
{
    zkb_fr tail;
    zkb_fr sum;
    zkb_fr_add(&s[0], &s[0], constant);
    zkb_fr_add(&tail, &s[1], &s[2]);
    zkb_fr_double(&s[2], &s[2]);
    sbox(&s[0]);
    zkb_fr_add(&sum, &s[0], &tail);
    zkb_fr_add(&s[0], &s[0], &sum);
    zkb_fr_add(&s[1], &s[1], &sum);
    zkb_fr_add(&s[2], &s[2], &sum);
}

void zkb_poseidon2_permute(zkb_fr state[ZKB_POSEIDON2_WIDTH])
{
    zkb_fr s[3] = {state[0], state[1], state[2]};
    external_matrix(s);
    for (int i = 0; i < ZKB_POSEIDON2_HALF_FULL_ROUNDS; i++) {
        full_round(s, poseidon2_first + ZKB_POSEIDON2_WIDTH * i);
    }
    for (int i = 0; i < ZKB_POSEIDON2_PARTIAL_ROUNDS; i++) {
        partial_round(s, &poseidon2_partial[i]);
    }
    for (int i = 0; i < ZKB_POSEIDON2_HALF_FULL_ROUNDS; i++) {
        full_round(s, poseidon2_last + ZKB_POSEIDON2_WIDTH * i);
    }
    for (int i = 0; i < 3; i++) {
        state[i] = s[i];
    }
}
