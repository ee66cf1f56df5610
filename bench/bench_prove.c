/* Proofs of whole runs: 50 instructions in 5 chunks, sequential and parallel, which is what provers
 * in chunks publish; then an arithmetic loop of rising length and example programs, or a program
 * that is given. */
#include "bench.h"
#include "bench_examples.h"

#include "base/os/clock.h"
#include "base/parallel.h"
#include "kzg/srs.h"
#include "machine/helpers/helpers.h"
#include "prover/prove_run.h"
#include "verify/verify_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SETUP_K = 17,
    ROUND = 9,        /* instructions of a round of the loop */
    AROUND = 3,       /* and around the rounds */
    SHORT = 20000,    /* up to here compact range tables are the better ones */
    SHORT_RUNS = 9,   /* the best of these many is taken, ... */
    LONG_RUNS = 2,    /* ... and of these many of longer runs, */
    LONGEST = 1 << 22 /* but one of those of more instructions than this */
};

/* A xorshift-multiply chain. */
static const zkb_instruction loop_round[ROUND] = {
    {0xbf, 2, 0, 0, 0},      /* r2 = r0 */
    {0x67, 2, 0, 0, 13},     /* r2 <<= 13 */
    {0xaf, 0, 2, 0, 0},      /* r0 ^= r2 */
    {0xbf, 3, 0, 0, 0},      /* r3 = r0 */
    {0x77, 3, 0, 0, 7},      /* r3 >>= 7 */
    {0x0f, 0, 3, 0, 0},      /* r0 += r3 */
    {0x2f, 0, 1, 0, 0},      /* r0 *= r1 */
    {0x17, 1, 0, 0, 1},      /* r1 -= 1 */
    {0x55, 1, 0, -ROUND, 0}, /* if r1 != 0 goto the first */
};

/* Code and function starts of a loop program, which point into it. */
typedef struct loop_program {
    zkb_instruction code[2 * ROUND + AROUND];
    uint8_t starts[2 * ROUND + AROUND];
    zkb_program program;
} loop_program;

/* A program that executes exactly `count` instructions, at least ROUND + AROUND: rounds, and before
 * them as many instructions as are missing. */
static void make_loop(loop_program *loop, uint64_t count)
{
    const uint64_t rounds = (count - AROUND) / ROUND;
    const uint64_t missing = (count - AROUND) % ROUND;
    uint32_t slots = 0;
    memset(loop, 0, sizeof *loop);
    for (uint64_t i = 0; i < missing; i++) {
        loop->code[slots++] = (zkb_instruction){0x07, 4, 0, 0, 1}; /* r4 += 1 */
    }
    loop->code[slots++] = (zkb_instruction){0xb7, 0, 0, 0, 1};
    loop->code[slots++] = (zkb_instruction){0xb7, 1, 0, 0, (int32_t)rounds};
    memcpy(loop->code + slots, loop_round, sizeof loop_round);
    slots += ROUND;
    loop->code[slots++] = (zkb_instruction){0x95, 0, 0, 0, 0};
    loop->starts[0] = 1;
    loop->program = (zkb_program){.code = loop->code,
                                  .slot_count = slots,
                                  .function_start = loop->starts,
                                  .layout = {4096, 8, 65536, 65536}};
}

/* A program with its keys. */
typedef struct subject {
    const char *name;
    zkb_input input;
    const zkb_srs *srs;
    zkb_program_columns columns;
    zkb_machine_key key;
} subject;

static zkb_status subject_init(subject *s, const zkb_program *program, unsigned lookup_bits,
                               zkb_error *error)
{
    zkb_arena arena;
    zkb_program_record record;
    ZKB_TRY(zkb_program_columns_init(&s->columns, program, error));
    ZKB_TRY(zkb_arena_create(&arena, zkb_program_record_scratch(program, 1), error));
    zkb_status status = zkb_program_record_make(&record, &s->columns, s->srs, &arena, 1, error);
    zkb_arena_destroy(&arena);
    if (status == ZKB_OK) {
        status = zkb_machine_key_init(&s->key, &record, lookup_bits, &s->srs->digest, error);
    }
    if (status == ZKB_OK) {
        status = zkb_machine_multiply_out(s->key.chips, error);
    }
    return status;
}

static void subject_clear(subject *s)
{
    zkb_machine_key_clear(&s->key);
    zkb_program_columns_clear(&s->columns);
}

/* When chunks were being proved. */
typedef struct chunk_marks {
    double first_start, last_end;
} chunk_marks;

static int mark(void *context, const zkb_progress *progress)
{
    chunk_marks *const marks = context;
    const double time = zkb_now();
    if (progress->event == ZKB_PROGRESS_CHUNK_STARTED && marks->first_start == 0) {
        marks->first_start = time;
    }
    marks->last_end = time;
    return 0;
}

typedef struct measured {
    double seconds, processor; /* of the run with the fewest seconds */
    double before, after; /* the chunks: finding the result and the first cut; putting together */
    double verify;
    zkb_proof_summary summary;
    uint8_t *proof;
    size_t bytes;
} measured;

/* How a subject is proved. */
typedef struct manner {
    unsigned k;
    zkb_mode mode;
    uint64_t chunk_size; /* 0: the default */
    unsigned threads;
} manner;

/* Keeps the proof and figures of the best run in *m. */
static zkb_status prove(measured *m, const subject *s, const manner *how, int runs,
                        zkb_error *error)
{
    for (int run = 0; run < (m->summary.instructions > LONGEST ? 1 : runs); run++) {
        chunk_marks marks = {0};
        const zkb_config config = {.chunk_size = how->chunk_size,
                                   .threads = how->threads,
                                   .memory = UINT64_MAX,
                                   .progress = mark,
                                   .progress_context = &marks};
        const zkb_run_job job = {.key = &s->key,
                                 .columns = &s->columns,
                                 .srs = s->srs,
                                 .k = how->k,
                                 .mode = how->mode,
                                 .input = &s->input,
                                 .config = &config};
        uint8_t *proof;
        size_t bytes;
        zkb_proof_summary summary;
        const double processor = zkb_seconds(CLOCK_PROCESS_CPUTIME_ID);
        const double start = zkb_now();
        ZKB_TRY(zkb_prove_run(&proof, &bytes, &summary, &job, error));
        const double end = zkb_now();
        if (run == 0 || end - start < m->seconds) {
            free(m->proof);
            *m = (measured){.seconds = end - start,
                            .processor = zkb_seconds(CLOCK_PROCESS_CPUTIME_ID) - processor,
                            .before = marks.first_start - start,
                            .after = end - marks.last_end,
                            .summary = summary,
                            .proof = proof,
                            .bytes = bytes};
        } else {
            free(proof);
        }
    }
    return ZKB_OK;
}

static zkb_status verify_often(measured *m, const subject *s, zkb_arena_set *arenas,
                               zkb_error *error)
{
    const zkb_run_expectation expected = {&s->key.id, s->input.public_input, s->input.public_bytes,
                                          &s->key, arenas};
    for (int run = 0; run < SHORT_RUNS; run++) {
        zkb_run_proof proof;
        zkb_run_verdict verdict;
        const double start = zkb_now();
        ZKB_TRY(zkb_run_proof_decode(&proof, m->proof, m->bytes, "proof", error));
        const zkb_status status = zkb_verify_run(&verdict, &proof, &expected, s->srs, 1, error);
        zkb_run_proof_clear(&proof);
        const double time = zkb_now() - start;
        m->verify = run == 0 || time < m->verify ? time : m->verify;
        ZKB_TRY(status);
    }
    return ZKB_OK;
}

/* With the key and memory at hand, one thread, from the file's bytes. */
static zkb_status verify(measured *m, const subject *s, zkb_error *error)
{
    zkb_arena_set arenas = {0};
    const zkb_status status = verify_often(m, s, &arenas, error);
    zkb_arena_set_clear(&arenas);
    return status;
}

static void report_json(const subject *s, const measured *m, double speedup)
{
    printf("{\"bench\":\"prove\",\"program\":\"");
    for (const char *c = s->name; *c != '\0'; c++) {
        const bool plain = *c >= ' ' && *c < 0x7f && *c != '"' && *c != '\\';
        (void)putchar(plain ? *c : '?');
    }
    const double chunks = m->seconds - m->before - m->after;
    printf("\",\"instructions\":%" PRIu64 ",\"chunks\":%u,\"lookup_bits\":%u,\"workers\":%u,"
           "\"threads\":%u,\"seconds\":%.6g,\"processor_seconds\":%.6g,",
           m->summary.instructions, m->summary.chunks, s->key.lookup_bits, m->summary.workers,
           m->summary.workers * m->summary.worker_threads, m->seconds, m->processor);
    printf("\"before_chunks_seconds\":%.6g,\"chunks_seconds\":%.6g,\"after_chunks_seconds\":%.6g,",
           m->before, chunks, m->after);
    printf("\"instructions_per_second\":%.6g,\"speedup\":%.4g,\"peak_worker_bytes\":%" PRIu64 ","
           "\"peak_bytes\":%" PRIu64 ","
           "\"proof_bytes\":%zu,\"verify_seconds\":%.6g}\n",
           (double)m->summary.instructions / m->seconds, speedup, m->summary.worker_peak,
           m->summary.total_peak, m->bytes, m->verify);
}

static void report(bool json, const subject *s, const measured *m, double speedup)
{
    if (json) {
        report_json(s, m, speedup);
    } else {
        printf("%-14s %9" PRIu64 " instr %3u chunks %2u worker%s x %u thread%s %9.4f s "
               "(x%4.2f, processor %9.4f s) %9.0f instr/s %6.1f MiB/worker %8zu bytes "
               "verified in %.2f ms\n",
               s->name, m->summary.instructions, m->summary.chunks, m->summary.workers,
               m->summary.workers == 1 ? " " : "s", m->summary.worker_threads,
               m->summary.worker_threads == 1 ? " " : "s", m->seconds, speedup, m->processor,
               (double)m->summary.instructions / m->seconds,
               (double)m->summary.worker_peak / 1048576, m->bytes, 1e3 * m->verify);
    }
    (void)fflush(stdout);
}

/* One line, compared with the measurement on one thread when there is one. */
static zkb_status line(measured *m, bool json, const subject *s, const manner *how,
                       const measured *base, zkb_error *error)
{
    ZKB_TRY(
        prove(m, s, how, s->key.lookup_bits == ZKB_LOOKUP_COMPACT ? SHORT_RUNS : LONG_RUNS, error));
    if (base != NULL && (m->bytes != base->bytes || memcmp(m->proof, base->proof, m->bytes) != 0)) {
        (void)snprintf(error->message, sizeof error->message,
                       "%s: other bytes with %u workers of %u threads than with one", s->name,
                       m->summary.workers, m->summary.worker_threads);
        return ZKB_ERROR_INTERNAL;
    }
    ZKB_TRY(verify(m, s, error));
    report(json, s, m, base == NULL ? 1 : base->seconds / m->seconds);
    return ZKB_OK;
}

/* One thread, then 2, 4, ... and all of them. */
static zkb_status lines(bool json, const subject *s, const manner *common, zkb_error *error)
{
    const unsigned all = zkb_parallel_threads();
    measured one = {0};
    zkb_status status = ZKB_OK;
    for (unsigned threads = 1; status == ZKB_OK;) {
        measured more = {0};
        manner how = *common;
        how.threads = threads;
        status = threads == 1 ? line(&one, json, s, &how, NULL, error)
                              : line(&more, json, s, &how, &one, error);
        free(more.proof);
        if (threads >= all) {
            break;
        }
        threads = 2 * threads < all ? 2 * threads : all;
    }
    free(one.proof);
    return status;
}

static zkb_status bench_loop(bool json, const zkb_srs *srs, uint64_t count, const char *name,
                             const manner *how, zkb_error *error)
{
    loop_program loop;
    subject s = {.name = name, .srs = srs};
    make_loop(&loop, count);
    zkb_status status = subject_init(&s, &loop.program,
                                     count < SHORT ? ZKB_LOOKUP_COMPACT : ZKB_LOOKUP_WIDE, error);
    if (status == ZKB_OK) {
        status = lines(json, &s, how, error);
    }
    subject_clear(&s);
    return status;
}

/* Lengths of runs, as powers of two. */
typedef struct sizes {
    unsigned logs[8];
    size_t count;
} sizes;

static sizes sizes_of(const zkb_bench_prove_options *o, sizes all)
{
    if (o->size != 0) {
        return (sizes){{o->size}, 1};
    }
    all.count -= o->long_runs ? 0 : 1;
    return all;
}

static zkb_status bench_loops(const zkb_bench_prove_options *o, const zkb_srs *srs,
                              zkb_error *error)
{
    const sizes all = sizes_of(o, (sizes){{8, 11, 14, 17, 20, 23}, 6});
    const manner fifty = {.k = 10, .mode = ZKB_MODE_PARALLEL, .chunk_size = 10};
    const manner whole = {.k = SETUP_K};
    if (o->size == 0) {
        ZKB_TRY(bench_loop(o->json, srs, 50, "50-in-5", &fifty, error));
    }
    for (size_t i = 0; i < all.count; i++) {
        ZKB_TRY(bench_loop(o->json, srs, (uint64_t)1 << all.logs[i], "loop", &whole, error));
    }
    return ZKB_OK;
}

/* Whether a run ends early, or faults. */
static zkb_status is_short(bool *out, const zkb_program *program, const zkb_input *input,
                           zkb_error *error)
{
    const zkb_vm_options options = {.helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    zkb_vm *vm;
    zkb_vm_result result;
    ZKB_TRY(zkb_vm_create(&vm, program, input->public_input, input->public_bytes, NULL, 0, &options,
                          error));
    zkb_vm_run(vm, SHORT, &result);
    zkb_vm_destroy(vm);
    *out = result.outcome != ZKB_OUTCOME_PAUSED;
    return ZKB_OK;
}

static zkb_status bench_program(bool json, const zkb_srs *srs, const char *name,
                                const zkb_program *program, const uint8_t *input,
                                size_t input_bytes, zkb_error *error)
{
    const manner whole = {.k = SETUP_K};
    subject s = {
        .name = name, .srs = srs, .input = {.public_input = input, .public_bytes = input_bytes}};
    bool compact;
    ZKB_TRY(is_short(&compact, program, &s.input, error));
    zkb_status status =
        subject_init(&s, program, compact ? ZKB_LOOKUP_COMPACT : ZKB_LOOKUP_WIDE, error);
    if (status == ZKB_OK) {
        status = lines(json, &s, &whole, error);
    }
    subject_clear(&s);
    return status;
}

static zkb_status bench_examples(const zkb_bench_prove_options *o, const zkb_srs *srs,
                                 zkb_error *error)
{
    const sizes all = sizes_of(o, (sizes){{17, 20, 23}, 3});
    for (size_t i = 0; i < all.count * ZKB_BENCH_EXAMPLES; i++) {
        zkb_bench_example e;
        bool found;
        zkb_status status =
            zkb_bench_example_load(&e, &found, o->examples, (unsigned)(i % ZKB_BENCH_EXAMPLES),
                                   (uint64_t)1 << all.logs[i / ZKB_BENCH_EXAMPLES], error);
        if (status == ZKB_OK && found) {
            status = bench_program(o->json, srs, e.name, &e.program, e.input, e.input_bytes, error);
        }
        zkb_bench_example_clear(&e);
        ZKB_TRY(status);
    }
    return ZKB_OK;
}

static zkb_status bench_all(const zkb_bench_prove_options *o, const zkb_srs *srs, zkb_error *error)
{
    if (o->program != NULL) {
        return bench_program(o->json, srs, o->name, o->program, o->input, o->input_bytes, error);
    }
    ZKB_TRY(bench_loops(o, srs, error));
    return o->examples != NULL ? bench_examples(o, srs, error) : ZKB_OK;
}

/* A setup of this process alone, whose file is gone when this returns. */
static zkb_status make_setup(zkb_srs *srs, zkb_error *error)
{
    char folder[] = "/tmp/zkbpf-bench-XXXXXX";
    char path[sizeof folder + 8];
    if (mkdtemp(folder) == NULL) {
        (void)snprintf(error->message, sizeof error->message,
                       "/tmp: no folder can be made for a setup; give one with --setup FILE");
        return ZKB_ERROR_IO;
    }
    (void)snprintf(path, sizeof path, "%s/s.srs", folder);
    zkb_status status = zkb_srs_generate(path, SETUP_K, zkb_parallel_threads(), error);
    if (status == ZKB_OK) {
        status = zkb_srs_open(srs, path, error);
    }
    (void)unlink(path);
    (void)rmdir(folder);
    return status;
}

zkb_status zkb_bench_prove(const zkb_bench_prove_options *options, zkb_error *error)
{
    zkb_srs srs = {0};
    zkb_status status = options->setup != NULL ? zkb_srs_open(&srs, options->setup, error)
                                               : make_setup(&srs, error);
    if (status == ZKB_OK && srs.k < SETUP_K) {
        (void)snprintf(error->message, sizeof error->message,
                       "%s: 2^%u powers; 2^%d are needed (zkbpf setup generate --k %d)",
                       options->setup, srs.k, SETUP_K, SETUP_K);
        status = ZKB_ERROR_UNSUPPORTED;
    }
    if (status == ZKB_OK) {
        status = bench_all(options, &srs, error);
    }
    zkb_srs_close(&srs);
    error->status = status;
    return status;
}
