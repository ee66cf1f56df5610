/* The inner loops of the fraction tree and of its sumchecks, over chunks that stay in the first
 * cache. Indices, orders and the algebra behind the formulas: gkr.c. */
#ifndef ZKB_PROOF_GKR_KERNELS_H
#define ZKB_PROOF_GKR_KERNELS_H

#include "field/block.h"

#include <stdbool.h>

enum {
    ZKB_GKR_CHUNK = 512, /* fractions in a chunk of a level */
    ZKB_GKR_CHUNK_BLOCKS = ZKB_GKR_CHUNK / 8,
    ZKB_GKR_SLAB = ZKB_GKR_CHUNK / 4, /* nodes in a slab: what a chunk is after one round */
    ZKB_GKR_SLAB_BLOCKS = ZKB_GKR_SLAB / 8
};

/* One value of each of a slab's nodes for each child. */
typedef struct zkb_gkr_pair {
    zkb_fr_block at[2][ZKB_GKR_SLAB_BLOCKS];
} zkb_gkr_pair;

/* Nodes in the middle of a layer's sumcheck: children a0 = p0 + lambda q0, a1 = p1, q0, q1. a is
 * NULL when every p0 and p1 is +1 or -1, which binding does not change: `minus` then says which. */
typedef struct zkb_gkr_slab {
    zkb_gkr_pair *a;
    zkb_gkr_pair *q;
    bool minus;
} zkb_gkr_slab;

/* A chunk as read. p is NULL when every numerator is +1 or -1: `minus` then says which. */
typedef struct zkb_gkr_chunk {
    const zkb_fr_block *p;
    const zkb_fr_block *q;
    bool minus;
} zkb_gkr_chunk;

/* What a round needs besides the fractions. */
typedef struct zkb_gkr_round {
    zkb_fr lambda;
    zkb_fr constant; /* lambda A^2: the term of a node whose children are (0, A) */
    zkb_fr tau;      /* 1/lambda */
    zkb_fr unit;     /* 1/lambda^2 + A^2: the term of such a node over lambda, when the numerators
                        of a chunk are units and have been moved into the denominators */
} zkb_gkr_round;

typedef struct zkb_gkr_kernels {
    const char *backend;
    /* p[i], q[i] = the sum of children 2i and 2i + 1; half a chunk of parents. */
    void (*combine)(zkb_fr_block p[32], zkb_fr_block q[32], const zkb_gkr_chunk *children);
    /* sums[0] += weight·sum_x eq[x]·(term at X = 0, less the constant's), sums[1] likewise with the
     * coefficient of X^2, over the pairs x of nodes of a chunk of children; lane by lane. eq holds
     * a quarter of a chunk. */
    void (*first_round)(zkb_fr_block sums[2], const zkb_gkr_chunk *children,
                        const zkb_fr_block eq[16], const zkb_fr *weight,
                        const zkb_gkr_round *round);
    /* Binds the lowest variable of the nodes of a chunk of children; out->a is NULL when the
     * chunk's numerators are units. */
    void (*first_bind)(const zkb_gkr_slab *out, const zkb_gkr_chunk *children, const zkb_fr *s,
                       const zkb_fr *lambda);
    /* As first_round, over the pairs of nodes of a slab; eq holds half a slab. */
    void (*round)(zkb_fr_block sums[2], const zkb_gkr_slab *slab, const zkb_fr_block eq[8],
                  const zkb_fr *weight, const zkb_gkr_round *round);
    /* Binds the lowest variable of a slab into one half of another, which has its numerators
     * written out unless both of its halves have the same units. */
    void (*bind)(const zkb_gkr_slab *out, unsigned half, const zkb_gkr_slab *in, const zkb_fr *s,
                 const zkb_fr *lambda);
    /* count blocks of one value. */
    void (*fill)(zkb_fr_block *out, const zkb_fr *value, size_t count);
} zkb_gkr_kernels;

ZKB_KERNELS_DECLARE(zkb_gkr_kernels);

#endif
