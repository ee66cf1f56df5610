/* Benchmarks, run by `zkbpf bench`. Each measures one operation and prints one line. */
#ifndef ZKB_BENCH_BENCH_H
#define ZKB_BENCH_BENCH_H

#include "vm/program.h"

#include <stdbool.h>
#include <stddef.h>

enum { ZKB_BENCH_NO_SIZE = -1 };

typedef struct zkb_bench_case {
    const char *name; /* e.g. "fr.mul.block" */
    int log2n;        /* ZKB_BENCH_NO_SIZE when it has none */
    int threads;
    const char *unit; /* ns, us or ms: of one operation, or of a call where log2n is given */
    /* Sets up, measures with zkb_bench_time, tears down; returns seconds. */
    double (*run)(const struct zkb_bench_case *self);
} zkb_bench_case;

/* Cases of one part of the library; the lists are put together in bench_kernels.c. */
typedef struct zkb_bench_list {
    const zkb_bench_case *cases;
    size_t count;
} zkb_bench_list;
zkb_bench_list zkb_bench_field(void);
zkb_bench_list zkb_bench_hash(void);
zkb_bench_list zkb_bench_msm(void);
zkb_bench_list zkb_bench_pairing(void);
zkb_bench_list zkb_bench_kzg(void);

/* Seconds that one call takes: the best of several runs, each of enough calls to be measured,
 * divided by `operations`, the operations that one call does. */
double zkb_bench_time(void (*call)(void *context), void *context, size_t operations);

/* The interpreter: instructions per second, cost of checkpoints, recording. */
void zkb_bench_vm(bool json);

/* Proofs over tables: each phase, verification, size, memory; a few seconds. */
void zkb_bench_proof(bool json);

typedef struct zkb_bench_prove_options {
    bool json;
    bool long_runs;    /* up to 2^23 instructions instead of 2^20 */
    unsigned size;     /* 2^size instructions alone; 0: several lengths */
    const char *setup; /* a file of at least 2^17 powers; NULL: one is made, and forgotten */
    /* The program to prove; NULL: 50 instructions in 5 chunks, and loops of rising length, ... */
    const zkb_program *program;
    const char *examples; /* ... and the examples whose objects are in this folder; NULL: none */
    const char *name;
    const uint8_t *input; /* public */
    size_t input_bytes;
} zkb_bench_prove_options;

/* Proofs of whole runs on 1, 2, 4, ... and all threads: seconds, memory, size, verification; a
 * minute. Fails also when another number of threads gives other bytes. */
zkb_status zkb_bench_prove(const zkb_bench_prove_options *options, zkb_error *error);

/* Runs all cases whose name starts with filter (NULL: all). With json one object a line:
 * {"name": .., "log2n": .., "threads": .., "value": .., "unit": ..}; log2n where it applies. */
void zkb_bench_kernels(bool json, const char *filter);

#endif
