#include "unit/scalar_cases.h"

/* The result is written over an operand, as callers do. */
#define SCALAR_RUN(F)                                                                              \
    static void run_##F(uint64_t out[4], zkb_scalar_op op, const uint64_t a[4],                    \
                        const uint64_t b[4])                                                       \
    {                                                                                              \
        zkb_##F x = {{a[0], a[1], a[2], a[3]}};                                                    \
        zkb_##F y = {{b[0], b[1], b[2], b[3]}};                                                    \
        switch (op) {                                                                              \
        case SCALAR_MUL:                                                                           \
            zkb_##F##_mul(&x, &x, &y);                                                             \
            break;                                                                                 \
        case SCALAR_SQR:                                                                           \
            zkb_##F##_sqr(&x, &x);                                                                 \
            break;                                                                                 \
        case SCALAR_ADD:                                                                           \
            zkb_##F##_add(&x, &x, &y);                                                             \
            break;                                                                                 \
        case SCALAR_SUB:                                                                           \
            zkb_##F##_sub(&x, &x, &y);                                                             \
            break;                                                                                 \
        case SCALAR_DOUBLE_ADD:                                                                    \
            zkb_##F##_double_add(&x, &x, &y);                                                      \
            break;                                                                                 \
        case SCALAR_MUL_LAZY:                                                                      \
            zkb_##F##_mul_lazy(&y, &x, &y);                                                        \
            x = y;                                                                                 \
            break;                                                                                 \
        case SCALAR_SQR_LAZY:                                                                      \
            zkb_##F##_sqr_lazy(&x, &x);                                                            \
            break;                                                                                 \
        case SCALAR_ADD_WORDS:                                                                     \
            zkb_##F##_add_words(&x, &x, &y);                                                       \
            break;                                                                                 \
        case SCALAR_SUB_WORDS:                                                                     \
            zkb_##F##_sub_words(&x, &x, &y);                                                       \
            break;                                                                                 \
        case SCALAR_CANONICAL:                                                                     \
        case SCALAR_COUNT:                                                                         \
            break;                                                                                 \
        }                                                                                          \
        for (int i = 0; i < 4; i++) {                                                              \
            out[i] = x.limb[i];                                                                    \
        }                                                                                          \
    }

SCALAR_RUN(fr)
SCALAR_RUN(fq)

const zkb_scalar_cases ZKB_ISA(zkb_scalar_cases) = {run_fr, run_fq};
