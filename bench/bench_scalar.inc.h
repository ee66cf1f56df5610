#include "bench_scalar.h"

static void fr_mul(zkb_fr *inout, const zkb_fr *by, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        zkb_fr_mul(inout, inout, by);
    }
}

static void fr_sqr(zkb_fr *inout, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        zkb_fr_sqr(inout, inout);
    }
}

static void fr_add(zkb_fr *inout, const zkb_fr *by, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        zkb_fr_add(inout, inout, by);
    }
}

static void fq_mul(zkb_fq *inout, const zkb_fq *by, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        zkb_fq_mul(inout, inout, by);
    }
}

const zkb_bench_scalar ZKB_ISA(zkb_bench_scalar) = {fr_mul, fr_sqr, fr_add, fq_mul};
