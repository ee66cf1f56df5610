/* The pairing, of generators. */
#include "bench.h"

#include "curve/pairing.h"

typedef struct pairs {
    zkb_g1_affine p[2];
    zkb_g2_affine q[2];
    zkb_g2_prepared prepared[2];
    zkb_fq12 out;
} pairs;

static void call_pairing(void *context)
{
    pairs *const s = context;
    zkb_pairing_product(&s->out, &s->p[0], &s->q[0], 1);
}

static void call_check(void *context)
{
    pairs *const s = context;
    (void)zkb_pairing_check(s->p, s->q, 2);
}

static void call_check_prepared(void *context)
{
    pairs *const s = context;
    const zkb_g2_prepared *const q[2] = {&s->prepared[0], &s->prepared[1]};
    (void)zkb_pairing_check_prepared(s->p, q, 2);
}

static double measure(void (*call)(void *context))
{
    static pairs s;
    for (int i = 0; i < 2; i++) {
        s.p[i] = zkb_g1_generator;
        s.q[i] = zkb_g2_generator;
        zkb_g2_prepare(&s.prepared[i], &s.q[i]);
    }
    return zkb_bench_time(call, &s, 1);
}

static double run_pairing(const zkb_bench_case *self)
{
    (void)self;
    return measure(call_pairing);
}

static double run_check(const zkb_bench_case *self)
{
    (void)self;
    return measure(call_check);
}

static double run_check_prepared(const zkb_bench_case *self)
{
    (void)self;
    return measure(call_check_prepared);
}

static const zkb_bench_case cases[] = {
    {"pairing", ZKB_BENCH_NO_SIZE, 1, "ms", run_pairing},
    {"pairing.check2", ZKB_BENCH_NO_SIZE, 1, "ms", run_check},
    {"pairing.check2.prepared", ZKB_BENCH_NO_SIZE, 1, "ms", run_check_prepared},
};

zkb_bench_list zkb_bench_pairing(void)
{
    return (zkb_bench_list){cases, sizeof cases / sizeof cases[0]};
}
