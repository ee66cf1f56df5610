/* Commitments and openings. Setups are made once for each size and kept. */
#include "bench.h"

#include "base/os/clock.h"
#include "base/parallel.h"
#include "kzg/combine.h"
#include "kzg/mercury_open.h"

#include <stdlib.h>
#include <string.h>

/* Columns of one proof, and so the points of its verification; columns that are combined. */
enum { COLUMNS = 180, COMBINED = 32, MAX_LOG = 20, SLOW_RUNS = 3 };

static void must(zkb_status status)
{
    if (status != ZKB_OK) {
        abort();
    }
}

/* ---- Setup and columns ------------------------------------------------------------------- */

typedef struct bench {
    zkb_srs srs;
    zkb_arena arena;
    zkb_fr *elements; /* 2^log2n pseudo-random field elements */
    zkb_fr point[MAX_LOG];
    size_t count;
    unsigned log2n;
    unsigned threads;
    unsigned bits; /* of the column that is committed */
    zkb_g1_affine commitments[COLUMNS];
    zkb_fr coefficients[COLUMNS];
    zkb_mercury_proof proof;
    zkb_accumulator accumulator;
} bench;

static bench shared;

/* Pseudo-random bits, as elements or as cells of any width; a column of bits has bits. */
static void fill(bench *b, unsigned bits)
{
    zkb_fr x;
    zkb_fr_from_u64(&x, 0x9e3779b97f4a7c15u);
    zkb_fr_inv(&x, &x);
    zkb_fr power = x;
    uint8_t *const bytes = (uint8_t *)b->elements;
    for (size_t i = 0; i < b->count; i++) {
        b->elements[i] = power;
        zkb_fr_mul(&power, &power, &x);
    }
    for (size_t i = 0; bits == 1 && i < b->count; i++) {
        bytes[i] &= 1;
    }
}

static bench *prepare(const zkb_bench_case *self, unsigned log2n, unsigned bits)
{
    bench *const b = &shared;
    zkb_fr tau;
    if (b->log2n != log2n) {
        zkb_srs_close(&b->srs);
        zkb_arena_destroy(&b->arena);
        free(b->elements);
        b->log2n = log2n;
        b->count = (size_t)1 << log2n;
        zkb_fr_from_u64(&tau, 0x123456789abcdefu);
        must(zkb_srs_from_tau(&b->srs, &tau, log2n, zkb_parallel_threads(), NULL));
        b->elements = malloc(b->count * sizeof *b->elements);
        must(b->elements == NULL ? ZKB_ERROR_MEMORY : ZKB_OK);
        must(zkb_arena_create(&b->arena,
                              zkb_mercury_open_scratch(log2n, b->count, 64) +
                                  zkb_commit_scratch(b->count, 64, 64) +
                                  zkb_mercury_verify_scratch(COLUMNS),
                              NULL));
    }
    b->threads = (unsigned)self->threads;
    b->bits = bits;
    fill(b, bits);
    memcpy(b->point, b->elements,
           sizeof b->point < b->count * sizeof *b->elements ? sizeof b->point
                                                            : b->count * sizeof *b->elements);
    return b;
}

/* The best of a few runs: these take too long for zkb_bench_time. */
static double best_of(void (*call)(void *context), void *context)
{
    double best = 0;
    for (int i = 0; i < SLOW_RUNS; i++) {
        const double start = zkb_now();
        call(context);
        const double taken = zkb_now() - start;
        best = i == 0 || taken < best ? taken : best;
    }
    return best;
}

static void call_commit(void *context)
{
    bench *const b = context;
    const zkb_column_view column = {.cells = b->elements, .length = b->count, .bits = b->bits};
    must(zkb_commit_column(&b->commitments[0], &b->arena, &b->srs, &column, b->threads, NULL));
}

static double run_commit(const zkb_bench_case *self, unsigned bits)
{
    return best_of(call_commit, prepare(self, (unsigned)self->log2n, bits));
}

static double run_commit_bit(const zkb_bench_case *self) { return run_commit(self, 1); }
static double run_commit_u8(const zkb_bench_case *self) { return run_commit(self, 8); }
static double run_commit_u16(const zkb_bench_case *self) { return run_commit(self, 16); }
static double run_commit_u32(const zkb_bench_case *self) { return run_commit(self, 32); }
static double run_commit_u64(const zkb_bench_case *self) { return run_commit(self, 64); }
static double run_commit_full(const zkb_bench_case *self) { return run_commit(self, 254); }

/* ---- Openings ---------------------------------------------------------------------------- */

static void call_combine(void *context)
{
    bench *const b = context;
    zkb_column_view columns[COMBINED];
    for (size_t j = 0; j < COMBINED; j++) { /* all the same cells: 2 bytes of 32 are read */
        columns[j] = (zkb_column_view){.cells = b->elements, .length = b->count, .bits = 16};
    }
    zkb_fr *const out = zkb_arena_alloc(&b->arena, b->count, sizeof *out);
    must(out == NULL ? ZKB_ERROR_MEMORY : ZKB_OK);
    must(zkb_opening_combine(out, b->count, columns, b->elements, COMBINED, b->threads, NULL));
    zkb_arena_release(&b->arena, 0);
}

static double run_combine(const zkb_bench_case *self)
{
    return best_of(call_combine, prepare(self, (unsigned)self->log2n, 254)) / (double)COMBINED;
}

static void call_open(void *context)
{
    bench *const b = context;
    zkb_transcript t;
    zkb_transcript_init(&t, "zkbpf.bench");
    must(zkb_mercury_open(&b->proof, &b->arena, &t, &b->srs, b->elements, b->count, b->point,
                          b->log2n, b->threads, NULL));
}

static double run_open(const zkb_bench_case *self)
{
    return best_of(call_open, prepare(self, (unsigned)self->log2n, 254));
}

static void call_verify(void *context)
{
    bench *const b = context;
    const zkb_mercury_claim claim = {b->commitments, b->coefficients, COLUMNS,
                                     b->point,       b->log2n,        b->point[0]};
    zkb_transcript t;
    zkb_transcript_init(&t, "zkbpf.bench");
    must(zkb_mercury_verify(&b->accumulator, &b->arena, &t, &claim, &b->proof, NULL));
}

/* Without the pairing, which many proofs share; COLUMNS commitments. */
static double run_verify(const zkb_bench_case *self)
{
    bench *const b = prepare(self, 13, 254);
    zkb_transcript t;
    call_open(b);
    zkb_transcript_init(&t, "zkbpf.bench");
    for (size_t i = 0; i < COLUMNS; i++) {
        b->commitments[i] = b->srs.g1[i + 1];
        zkb_transcript_challenge_128(&b->coefficients[i], &t);
    }
    return zkb_bench_time(call_verify, b, 1);
}

static const zkb_bench_case cases[] = {
    {"mercury.verify", ZKB_BENCH_NO_SIZE, 1, "ms", run_verify},
    {"mercury.open", 13, 1, "ms", run_open},
    {"kzg.commit.bit", 13, 1, "ms", run_commit_bit},
    {"kzg.commit.u16", 13, 1, "ms", run_commit_u16},
    {"kzg.commit.u64", 13, 1, "ms", run_commit_u64},
    {"kzg.commit.full", 13, 1, "ms", run_commit_full},
    {"kzg.commit.bit", 17, 1, "ms", run_commit_bit},
    {"kzg.commit.u8", 17, 1, "ms", run_commit_u8},
    {"kzg.commit.u16", 17, 1, "ms", run_commit_u16},
    {"kzg.commit.u32", 17, 1, "ms", run_commit_u32},
    {"kzg.commit.u64", 17, 1, "ms", run_commit_u64},
    {"kzg.commit.full", 17, 1, "ms", run_commit_full},
    {"kzg.commit.u16", 17, 2, "ms", run_commit_u16},
    {"kzg.commit.full", 17, 2, "ms", run_commit_full},
    {"kzg.combine.u16", 17, 1, "ms", run_combine},
    {"mercury.open", 17, 1, "ms", run_open},
    {"mercury.open", 17, 2, "ms", run_open},
    {"mercury.open", 20, 1, "ms", run_open},
    {"mercury.open", 20, 2, "ms", run_open},
};

zkb_bench_list zkb_bench_kzg(void)
{
    return (zkb_bench_list){cases, sizeof cases / sizeof cases[0]};
}
