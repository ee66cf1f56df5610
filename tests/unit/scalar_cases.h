/* The scalar operations of one element by number, compiled for each backend. */
#ifndef ZKB_TESTS_SCALAR_CASES_H
#define ZKB_TESTS_SCALAR_CASES_H

#include "base/backend.h"
#include "field/fq.h"
#include "field/fr.h"

typedef enum zkb_scalar_op {
    SCALAR_MUL,
    SCALAR_SQR,
    SCALAR_ADD,
    SCALAR_SUB,
    SCALAR_DOUBLE_ADD,
    SCALAR_CANONICAL, /* operations up to here take values below p and give one */
    SCALAR_MUL_LAZY,
    SCALAR_SQR_LAZY,
    SCALAR_ADD_WORDS,
    SCALAR_SUB_WORDS,
    SCALAR_COUNT
} zkb_scalar_op;

typedef struct zkb_scalar_cases {
    void (*fr)(uint64_t out[4], zkb_scalar_op op, const uint64_t a[4], const uint64_t b[4]);
    void (*fq)(uint64_t out[4], zkb_scalar_op op, const uint64_t a[4], const uint64_t b[4]);
} zkb_scalar_cases;

ZKB_KERNELS_DECLARE(zkb_scalar_cases);

#endif
