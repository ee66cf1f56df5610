/* The tree of fractions under a proof: level nu are the leaves, the two children of node i of level
 * k are nodes 2i and 2i + 1 of level k + 1.
 *
 * A level is kept in chunks of ZKB_GKR_CHUNK nodes. A chunk with no active row below it is not
 * kept: all its nodes are (0, A), A = alpha^(2^(nu - k)). Chunks of leaves whose numerators are all
 * +1 or all -1 keep denominators alone. Every other level is not kept at all: its chunks are summed
 * up from the level below whenever they are read, which takes three multiplications a node and less
 * memory than anything else in a proof. The top levels, up to ZKB_GKR_SCALAR, are plain arrays as
 * well. */
#ifndef ZKB_PROOF_GKR_TREE_H
#define ZKB_PROOF_GKR_TREE_H

#include "proof/gkr_kernels.h"
#include "proof/prover.h"

enum { ZKB_GKR_SCALAR = 9 }; /* a chunk is 2^9 nodes */

#define ZKB_GKR_ABSENT UINT32_MAX
#define ZKB_GKR_PLUS (UINT32_MAX - 1)
#define ZKB_GKR_MINUS (UINT32_MAX - 2)

/* Where a chunk is kept. q: slot or ABSENT. p: slot, PLUS or MINUS. */
typedef struct zkb_gkr_slot {
    uint32_t q, p;
} zkb_gkr_slot;

typedef struct zkb_gkr_level {
    zkb_gkr_slot *slots; /* of each chunk */
    size_t chunks;
    zkb_fr_block *q, *p; /* ZKB_GKR_CHUNK_BLOCKS for each slot; unused when it is not kept */
    uint32_t q_count, p_count;
    const struct zkb_gkr_level *below; /* the children's, when this level is not kept */
    zkb_fr constant;                   /* A */
} zkb_gkr_level;

/* Where a chunk of a level that is not kept is summed up. */
typedef struct zkb_gkr_room {
    zkb_fr_block p[ZKB_GKR_CHUNK_BLOCKS];
    zkb_fr_block q[ZKB_GKR_CHUNK_BLOCKS];
} zkb_gkr_room;

static inline bool zkb_gkr_is_unit(uint32_t p) { return p == ZKB_GKR_PLUS || p == ZKB_GKR_MINUS; }

typedef struct zkb_gkr_tree {
    unsigned log_leaves;
    zkb_gkr_level levels[ZKB_MAX_LOG_LEAVES + 1]; /* from min(nu, ZKB_GKR_SCALAR) up */
    size_t marks[ZKB_MAX_LOG_LEAVES + 1]; /* of the arena, after level k and those below it */
    zkb_fr *p[ZKB_GKR_SCALAR + 1];        /* up to min(nu, ZKB_GKR_SCALAR) */
    zkb_fr *q[ZKB_GKR_SCALAR + 1];
} zkb_gkr_tree;

/* Chunk c as the kernels read it; c is present. The room is used when the level is not kept. */
zkb_gkr_chunk zkb_gkr_level_chunk(const zkb_gkr_level *level, size_t c, zkb_gkr_room *room);

/* How many chunks of 2^log_chunk leaves have an active row below them. */
size_t zkb_gkr_present(const zkb_layout *layout, const zkb_statement *statement,
                       unsigned log_chunk);

/* Leaves and the levels above them, out of the prover's arena: leaves first, so that what stands
 * above a level can be given back once the proof has gone down to it. */
zkb_status zkb_gkr_tree_make(zkb_gkr_tree *tree, zkb_prover *prover, zkb_error *error) ZKB_MUST_USE;
/* Bytes of arena of levels nu down to `lowest`; 0 for the whole tree. */
size_t zkb_gkr_tree_scratch(const zkb_layout *layout, const zkb_statement *statement,
                            unsigned lowest);

/* Fills the leaves' level, whose slots are laid out. */
zkb_status zkb_gkr_leaves(const zkb_gkr_level *level, zkb_prover *prover,
                          zkb_error *error) ZKB_MUST_USE;

/* The tables' claims (P, Q) at a point of the leaves: see zkb_gkr_prove. */
zkb_status zkb_gkr_claims(zkb_fr *claims, zkb_prover *prover, const zkb_gkr_level *leaves,
                          const zkb_fr *point, zkb_error *error) ZKB_MUST_USE;

#endif
