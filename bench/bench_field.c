/* Field operations, over arrays that lie in the first-level cache unless a size is given. */
#include "bench.h"

#include "bench_scalar.h"
#include "field/block.h"

#include <stdlib.h>

enum { SMALL_BLOCKS = 32, SMALL = 8 * SMALL_BLOCKS };

typedef struct arrays {
    size_t count;
    zkb_fr scalar[4];
    zkb_fr_block *a, *b, *c;
    zkb_fq fq[2];
    zkb_fq_block fq_a[SMALL_BLOCKS], fq_b[SMALL_BLOCKS], fq_c[SMALL_BLOCKS];
    uint64_t *wide;
} arrays;

static void make(arrays *s, size_t count)
{
    s->count = count;
    const size_t bytes = zkb_blocks(count) * sizeof *s->a;
    s->a = aligned_alloc(64, bytes);
    s->b = aligned_alloc(64, bytes);
    s->c = aligned_alloc(64, bytes);
    s->wide = malloc(count * sizeof *s->wide);
    zkb_fr *const t = malloc(count * sizeof *t);
    if (s->a == NULL || s->b == NULL || s->c == NULL || s->wide == NULL || t == NULL) {
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        s->wide[i] = i * 0x9e3779b97f4a7c15u;
    }
    zkb_fr_from_u64(&t[0], 0x9e3779b97f4a7c15u);
    zkb_fr_inv(&t[0], &t[0]);
    for (size_t i = 1; i < count; i++) {
        zkb_fr_add(&t[i], &t[i - 1], &t[i / 2]);
    }
    for (int i = 0; i < 4; i++) {
        s->scalar[i] = t[(size_t)i % count];
    }
    const zkb_fr_kernels *const k = zkb_fr_kernels_get();
    k->from_scalars(s->a, t, count);
    k->mul(s->b, s->a, s->a, count);
    k->mul(s->c, s->a, s->b, count);
    free(t);
    zkb_fq e[SMALL];
    zkb_fq_from_u64(&e[0], 3);
    for (size_t i = 1; i < SMALL; i++) {
        zkb_fq_inv(&e[i], &e[i - 1]);
        zkb_fq_add(&e[i], &e[i], &zkb_fq_one);
    }
    s->fq[0] = e[1];
    s->fq[1] = e[2];
    zkb_fq_kernels_get()->from_scalars(s->fq_a, e, SMALL);
    zkb_fq_kernels_get()->sqr(s->fq_b, s->fq_a, SMALL);
}

static double measure(void (*call)(void *context), size_t count, size_t operations)
{
    arrays s;
    make(&s, count);
    const double seconds = zkb_bench_time(call, &s, operations);
    free(s.a);
    free(s.b);
    free(s.c);
    free(s.wide);
    return seconds;
}

/* call_NAME does the operation on the whole of an array. */
#define CALL(NAME, ...)                                                                            \
    static void call_##NAME(void *context)                                                         \
    {                                                                                              \
        arrays *const s = context;                                                                 \
        const zkb_fr_kernels *const k = zkb_fr_kernels_get();                                      \
        __VA_ARGS__;                                                                               \
    }                                                                                              \
    static double run_##NAME(const zkb_bench_case *self)                                           \
    {                                                                                              \
        const size_t count = self->log2n >= 0 ? (size_t)1 << self->log2n : SMALL;                  \
        return measure(call_##NAME, count, self->log2n >= 0 ? 1 : count);                          \
    }

CALL(add, k->add(s->c, s->a, s->b, s->count))
CALL(sub, k->sub(s->c, s->a, s->b, s->count))
CALL(mul, k->mul(s->c, s->a, s->b, s->count))
CALL(sqr, k->sqr(s->c, s->a, s->count))
CALL(scale, k->scale(s->c, s->a, &s->scalar[1], s->count))
CALL(inner_product, s->scalar[0] = k->inner_product(s->a, s->b, s->count))
CALL(from_u64, k->from_u64(s->c, s->wide, s->count))

CALL(scalar_mul, (void)k; zkb_bench_scalar_get()->fr_mul(&s->scalar[0], &s->scalar[1], s->count))
CALL(scalar_sqr, (void)k; zkb_bench_scalar_get()->fr_sqr(&s->scalar[0], s->count))
CALL(scalar_add, (void)k; zkb_bench_scalar_get()->fr_add(&s->scalar[0], &s->scalar[1], s->count))
CALL(
    scalar_inv, (void)k;
    for (size_t i = 0; i < s->count; i++) { zkb_fr_inv(&s->scalar[0], &s->scalar[0]); })
CALL(fq_scalar_mul, (void)k; zkb_bench_scalar_get()->fq_mul(&s->fq[0], &s->fq[1], s->count))

CALL(fq_mul, (void)k; zkb_fq_kernels_get()->mul(s->fq_c, s->fq_a, s->fq_b, s->count))
CALL(fq_sqr, (void)k; zkb_fq_kernels_get()->sqr(s->fq_c, s->fq_a, s->count))

static const zkb_bench_case cases[] = {
    {"fr.mul.scalar", ZKB_BENCH_NO_SIZE, 1, "ns", run_scalar_mul},
    {"fr.sqr.scalar", ZKB_BENCH_NO_SIZE, 1, "ns", run_scalar_sqr},
    {"fr.add.scalar", ZKB_BENCH_NO_SIZE, 1, "ns", run_scalar_add},
    {"fr.inv.scalar", ZKB_BENCH_NO_SIZE, 1, "ns", run_scalar_inv},
    {"fr.add.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_add},
    {"fr.sub.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_sub},
    {"fr.mul.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_mul},
    {"fr.sqr.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_sqr},
    {"fr.scale.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_scale},
    {"fr.inner_product.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_inner_product},
    {"fr.from_u64.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_from_u64},
    {"fr.inner_product", 20, 1, "ms", run_inner_product},
    {"fq.mul.scalar", ZKB_BENCH_NO_SIZE, 1, "ns", run_fq_scalar_mul},
    {"fq.mul.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_fq_mul},
    {"fq.sqr.block", ZKB_BENCH_NO_SIZE, 1, "ns", run_fq_sqr},
};

zkb_bench_list zkb_bench_field(void)
{
    return (zkb_bench_list){cases, sizeof cases / sizeof cases[0]};
}
