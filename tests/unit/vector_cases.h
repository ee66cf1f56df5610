/* The vector vocabulary, each function by number, so that a test can call it on every backend. */
#ifndef ZKB_TESTS_VECTOR_CASES_H
#define ZKB_TESTS_VECTOR_CASES_H

#include "field/block.h"

typedef enum zkb_vector_op {
    OP_LOAD,
    OP_ADD,
    OP_SUB,
    OP_NEG,
    OP_DOUBLE,
    OP_MUL,
    OP_SQR,
    OP_MUL2_FIRST,
    OP_MUL2_SECOND,
    OP_MUL_ADD,
    OP_MUL_SUB,
    OP_SQR_SUB2,
    OP_SUB_LAZY,
    OP_NEG_LAZY,
    OP_EIGHT_BY_EIGHT, /* 4 a times 4 b, lazily: 8p by 8p */
    OP_WIDE_BY_TWO,    /* 18 a times b, lazily: 36p by 2p */
    OP_REDUCE,         /* a + b + c, the last canonical: 5p */
    OP_REDUCE_FAR,     /* 40 a: 80p */
    OP_TINY,           /* k a */
    OP_LIMB,           /* k a, k below 2^32 */
    OP_FROM_U64,       /* k */
    OP_FROM_LIMB,      /* k, below 2^32 */
    OP_SELECT,         /* a or b by the bits of k */
    OP_KEEP,
    OP_ROTATE,
    OP_EVEN,
    OP_ODD,
    OP_MERGE_FIRST,
    OP_MERGE_SECOND,
    OP_WIDE,      /* 128 a b */
    OP_WIDE_LIMB, /* 1024 k a, k below 2^32 */
    OP_GATHER,    /* a, through pairs in memory */
    OP_CANONICAL,
    OP_COUNT
} zkb_vector_op;

/* a, b, c and out of run: values in the backend's radix and in the scalar form. masks: bit i of
 * the low byte is whether a is zero, of the next whether a equals b. */
#define ZKB_VECTOR_CASES(NAME, ST)                                                                 \
    typedef struct NAME {                                                                          \
        const char *backend;                                                                       \
        unsigned radix; /* log2 */                                                                 \
        bool above_p;   /* whether values up to 2p are in order */                                 \
        void (*run)(ST out[8], zkb_vector_op op, const ST a[8], const ST b[8], const ST c[8],      \
                    uint64_t k);                                                                   \
        unsigned (*masks)(const ST a[8], const ST b[8]);                                           \
        void (*integers)(uint64_t out[8][4], const ST a[8]);                                       \
        void (*canonical)(ST out[8], const ST a[8]);                                               \
        ST (*sum_lanes)(const ST a[8]);                                                            \
    } NAME;

ZKB_VECTOR_CASES(zkb_fr_vector_cases, zkb_fr)
ZKB_VECTOR_CASES(zkb_fq_vector_cases, zkb_fq)

ZKB_KERNELS_DECLARE(zkb_fr_vector_cases);
ZKB_KERNELS_DECLARE(zkb_fq_vector_cases);

#endif
