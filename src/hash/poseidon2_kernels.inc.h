/* The permutation, scalar and on vectors; compiled once for each backend. */
#include "field/vector_inline.h"
#include "hash/poseidon2_constants.h"
#include "hash/poseidon2_kernels.h"

/* The scalar permutation keeps its words unreduced. In units of p, where 2^256 is 5.29: products
 * are below a b / 5.29 + 1.8 (zkb_fr_mul_lazy), and `lower` takes from a value the multiple of p
 * next below what its top five bits say, which leaves less than 1 + 2^251 / p < 1.17. An S-box
 * takes x below 2.6 to x^2 < 3.1, x^4 < 3.7 and x^5 < 3.7. */
static inline void lower(zkb_fr *x)
{
    zkb_fr_sub_words(x, x, &poseidon2_multiples[x->limb[3] >> 59]);
}

/* circ(2, 1, 1): each word plus the sum of all. Each is below 1.17 after. */
static inline void external_matrix(zkb_fr s[3])
{
    zkb_fr sum;
    for (int i = 0; i < 3; i++) {
        lower(&s[i]);
    }
    zkb_fr_add_words(&sum, &s[1], &s[2]);
    zkb_fr_add_words(&sum, &sum, &s[0]);
    for (int i = 0; i < 3; i++) {
        zkb_fr_add_words(&s[i], &s[i], &sum); /* below 4.7 */
        lower(&s[i]);
    }
}

/* The three S-boxes side by side, since each waits for itself. */
static inline void full_round(zkb_fr s[3], const zkb_fr constants[3])
{
    zkb_fr y[3];
    for (int i = 0; i < 3; i++) {
        zkb_fr_add_words(&s[i], &s[i], &constants[i]);
        zkb_fr_sqr_lazy(&y[i], &s[i]);
    }
    for (int i = 0; i < 3; i++) {
        zkb_fr_sqr_lazy(&y[i], &y[i]);
    }
    for (int i = 0; i < 3; i++) {
        zkb_fr_mul_lazy(&s[i], &y[i], &s[i]);
    }
    external_matrix(s);
}

/* Matrix [[2,1,1],[1,2,1],[1,1,3]]. The round waits for the S-box of word 0 alone: the constant
 * after it is added to the other words' sum before it, and words 1 and 2 are made behind it, below
 * 1.17 p. Word 0 comes and leaves with its constant in: 2 x^5, less the multiple that the top bits
 * of x^5 say, is below 1 + 2^252 / p, and with the sum below 2.6. */
static inline void partial_round(zkb_fr s[3], const zkb_fr *next_constant)
{
    zkb_fr tail;
    zkb_fr add;
    zkb_fr y;
    zkb_fr_sqr_lazy(&y, &s[0]);
    zkb_fr_add_words(&tail, &s[1], &s[2]);
    lower(&tail);
    zkb_fr_add_words(&add, &tail, next_constant);
    lower(&add);
    zkb_fr_sqr_lazy(&y, &y);
    zkb_fr_mul_lazy(&y, &y, &s[0]);
    zkb_fr_add_words(&s[0], &y, &y);
    zkb_fr_add_words(&s[0], &s[0], &add);
    zkb_fr_sub_words(&s[0], &s[0], &poseidon2_multiples[2 * (y.limb[3] >> 59)]);
    lower(&y);
    zkb_fr_add_words(&tail, &tail, &y);
    zkb_fr_add_words(&s[1], &s[1], &tail);
    lower(&s[1]);
    zkb_fr_add_words(&s[2], &s[2], &s[2]);
    zkb_fr_add_words(&s[2], &s[2], &tail);
    lower(&s[2]);
}

static void ZKB_ISA(permute)(zkb_fr state[ZKB_POSEIDON2_WIDTH])
{
    const zkb_fr zero = ZKB_FR_ZERO;
    zkb_fr s[3] = {state[0], state[1], state[2]};
    external_matrix(s);
    for (int i = 0; i < ZKB_POSEIDON2_HALF_FULL_ROUNDS; i++) {
        full_round(s, poseidon2_first + ZKB_POSEIDON2_WIDTH * i);
    }
    zkb_fr_add_words(&s[0], &s[0], &poseidon2_partial[0]);
    for (int i = 1; i < ZKB_POSEIDON2_PARTIAL_ROUNDS; i++) {
        partial_round(s, &poseidon2_partial[i]);
    }
    partial_round(s, &zero);
    lower(&s[0]);
    for (int i = 0; i < ZKB_POSEIDON2_HALF_FULL_ROUNDS; i++) {
        full_round(s, poseidon2_last + ZKB_POSEIDON2_WIDTH * i);
    }
    for (int i = 0; i < 3; i++) {
        zkb_fr_reduce_once_(&state[i], &s[i], 0);
    }
}

/* Two vectors of eight side by side: one multiplication waits for itself longer than it takes. */
typedef struct pair {
    zkb_frv a, b;
} pair;

static inline void sbox_pair(pair *x)
{
    pair y;
    zkb_frv_mul2(&y.a, x->a, x->a, &y.b, x->b, x->b);
    zkb_frv_mul2(&y.a, y.a, y.a, &y.b, y.b, y.b);
    zkb_frv_mul2(&x->a, y.a, x->a, &x->b, y.b, x->b);
}

static inline pair add_pair(pair x, pair y)
{
    return (pair){zkb_frv_add(x.a, y.a), zkb_frv_add(x.b, y.b)};
}

static inline void add_constant(pair *x, const zkb_fr *constant)
{
    const zkb_frv c = zkb_frv_broadcast(constant);
    *x = (pair){zkb_frv_add(x->a, c), zkb_frv_add(x->b, c)};
}

static inline void external_matrix_pair(pair s[3])
{
    const pair sum = add_pair(add_pair(s[0], s[1]), s[2]);
    for (int i = 0; i < 3; i++) {
        s[i] = add_pair(s[i], sum);
    }
}

static void full_rounds_pair(pair s[3], const zkb_fr *constants)
{
    for (int r = 0; r < ZKB_POSEIDON2_HALF_FULL_ROUNDS; r++) {
        for (int i = 0; i < 3; i++) {
            add_constant(&s[i], &constants[ZKB_POSEIDON2_WIDTH * r + i]);
            sbox_pair(&s[i]);
        }
        external_matrix_pair(s);
    }
}

static void permute_pair(pair s[3])
{
    external_matrix_pair(s);
    full_rounds_pair(s, poseidon2_first);
    for (int i = 0; i < ZKB_POSEIDON2_PARTIAL_ROUNDS; i++) {
        add_constant(&s[0], &poseidon2_partial[i]);
        sbox_pair(&s[0]);
        const pair sum = add_pair(add_pair(s[1], s[2]), s[0]);
        s[0] = add_pair(s[0], sum);
        s[1] = add_pair(s[1], sum);
        s[2] = add_pair(add_pair(s[2], s[2]), sum);
    }
    full_rounds_pair(s, poseidon2_last);
}

static void ZKB_ISA(permute_blocks)(zkb_fr_block *state0, zkb_fr_block *state1,
                                    zkb_fr_block *state2, size_t count)
{
    zkb_fr_block *const words[3] = {state0, state1, state2};
    const size_t blocks = zkb_blocks(count);
    for (size_t i = 0; i < blocks; i += 2) {
        pair s[3];
        const bool both = i + 1 < blocks;
        for (int j = 0; j < 3; j++) {
            s[j].a = zkb_frv_load(&words[j][i]);
            s[j].b = both ? zkb_frv_load(&words[j][i + 1]) : zkb_frv_zero();
        }
        permute_pair(s);
        for (int j = 0; j < 3; j++) {
            const size_t left = count - 8 * i;
            zkb_frv_store(&words[j][i],
                          left >= 8 ? s[j].a
                                    : zkb_frv_keep_lanes(s[j].a, (zkb_vmask)((1u << left) - 1)));
            if (both) {
                zkb_frv_store(
                    &words[j][i + 1],
                    left >= 16 ? s[j].b
                               : zkb_frv_keep_lanes(s[j].b, (zkb_vmask)((1u << (left - 8)) - 1)));
            }
        }
    }
}

const zkb_poseidon2_kernels ZKB_ISA(zkb_poseidon2_kernels) = {ZKB_ISA_NAME, ZKB_ISA(permute),
                                                              ZKB_ISA(permute_blocks)};
