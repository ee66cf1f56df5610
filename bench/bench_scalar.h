/* Loops of scalar operations, compiled for each backend as the library's kernels are. Each result
 * is the next operation's operand. */
#ifndef ZKB_BENCH_SCALAR_H
#define ZKB_BENCH_SCALAR_H

#include "base/backend.h"
#include "field/fq.h"
#include "field/fr.h"

typedef struct zkb_bench_scalar {
    void (*fr_mul)(zkb_fr *inout, const zkb_fr *by, size_t times);
    void (*fr_sqr)(zkb_fr *inout, size_t times);
    void (*fr_add)(zkb_fr *inout, const zkb_fr *by, size_t times);
    void (*fq_mul)(zkb_fq *inout, const zkb_fq *by, size_t times);
} zkb_bench_scalar;

ZKB_KERNELS_DECLARE(zkb_bench_scalar);

#endif
