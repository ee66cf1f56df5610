/* Proofs over tables: a table of 40 columns with constraints of degree 4, and eight interactions
 * on each row, which makes 2^20 leaves at 2^17 rows. */
#include "bench.h"

#include "air/chip.h"
#include "base/os/clock.h"
#include "kzg/mercury.h"
#include "kzg/mercury_open.h"
#include "proof/prove.h"
#include "verify/verify_tables.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS = 40, INTERACTIONS = 8, RUNS = 3 };

static const zkb_bus bus = {1, 3, ZKB_BUS_PERMUTATION, "pair"};

/* Columns come in tens: a, b, c 16-bit; their products ab, abc, and abca of degree 4 when written
 * out; a bit s that gates; a u64; two more limbs. What is given is taken back on the same row. */
static zkb_chip *make_chip(void)
{
    static const unsigned widths[10] = {16, 16, 16, 32, 64, 64, 1, 64, 16, 16};
    zkb_error error;
    zkb_chip *chip = NULL;
    zkb_chip_builder *b = zkb_chip_builder_create("wide");
    for (unsigned g = 0; b != NULL && g < COLUMNS / 10; g++) {
        zkb_expr x[10];
        for (unsigned i = 0; i < 10; i++) {
            x[i] = zkb_column(b, zkb_name(b, "c%u", 10 * g + i), widths[i]);
        }
        const zkb_expr product = zkb_mul(b, zkb_mul(b, x[0], x[1]), x[2]);
        zkb_assert_zero(b, zkb_name(b, "ab%u", g), zkb_sub(b, zkb_mul(b, x[0], x[1]), x[3]));
        zkb_assert_zero(b, zkb_name(b, "abc%u", g), zkb_sub(b, product, x[4]));
        zkb_assert_bool(b, zkb_name(b, "s%u", g), x[6]);
        zkb_assert_zero(b, zkb_name(b, "sabc%u", g), zkb_sub(b, zkb_mul(b, x[6], product), x[5]));
        zkb_assert_zero(b, zkb_name(b, "sum%u", g),
                        zkb_sub(b, zkb_add(b, zkb_scale(b, x[9], 65536), x[8]), x[7]));
        const zkb_expr tuple[3] = {zkb_row(b), x[7], x[0]};
        zkb_give(b, &bus, zkb_const(b, 1), tuple, 3);
        zkb_take(b, &bus, zkb_const(b, 1), tuple, 3);
    }
    if (b != NULL && (zkb_chip_build(&chip, b, &error) != ZKB_OK ||
                      zkb_chip_multiply_out(chip, &error) != ZKB_OK)) {
        (void)fprintf(stderr, "%s\n", error.message);
    }
    zkb_chip_builder_destroy(b);
    return chip;
}

static void fill_group(uint64_t *v, uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    v[0] = *seed >> 16 & 0xffff;
    v[1] = *seed >> 32 & 0xffff;
    v[2] = *seed >> 48;
    v[3] = v[0] * v[1];
    v[4] = v[3] * v[2];
    v[6] = *seed >> 15 & 1;
    v[5] = v[6] * v[4];
    v[8] = *seed & 0x7fff;
    v[9] = *seed >> 40 & 0xffff;
    v[7] = v[9] * 65536 + v[8];
}

static void put(void *cells, unsigned bits, size_t row, uint64_t value)
{
    switch (bits) {
    case 16:
        ((uint16_t *)cells)[row] = (uint16_t)value;
        break;
    case 32:
        ((uint32_t *)cells)[row] = (uint32_t)value;
        break;
    case 64:
        ((uint64_t *)cells)[row] = value;
        break;
    default:
        ((uint8_t *)cells)[row] = (uint8_t)value;
        break;
    }
}

static bool fill_table(zkb_column_data *columns, const zkb_chip *chip, size_t rows)
{
    uint64_t seed = 1;
    for (unsigned c = 0; c < COLUMNS; c++) {
        columns[c] = (zkb_column_data){calloc(rows, zkb_cell_bytes(chip->committed[c].bits)), rows};
        if (columns[c].cells == NULL) {
            return false;
        }
    }
    for (size_t row = 0; row < rows; row++) {
        for (unsigned g = 0; g < COLUMNS / 10; g++) {
            uint64_t v[10];
            fill_group(v, &seed);
            for (unsigned i = 0; i < 10; i++) {
                put((void *)(uintptr_t)columns[10 * g + i].cells, chip->committed[10 * g + i].bits,
                    row, v[i]);
            }
        }
    }
    return true;
}

typedef struct measured {
    double commit, gkr, joined, gathering, opening, total, verify; /* seconds */
    size_t bytes, arena;
} measured;

typedef struct workload {
    zkb_table_key key;
    zkb_statement statement;
    const zkb_srs *srs;
    unsigned threads;
} workload;

/* Where a proof, its opening, and what both take are. */
typedef struct room {
    uint8_t *proof;
    uint8_t opening[ZKB_MERCURY_PROOF_SIZE];
    zkb_fr *f;
    size_t length; /* coefficients of f */
    zkb_arena arena;
    zkb_checked_claim claim;
} room;

static zkb_status make_room(room *r, measured *m, const workload *w, zkb_error *error)
{
    size_t bytes[2], terms;
    ZKB_TRY(zkb_tables_proof_size(&m->bytes, &w->key, &w->statement, error));
    ZKB_TRY(zkb_tables_claim_length(&r->length, &w->key, &w->statement, error));
    ZKB_TRY(zkb_prove_tables_scratch(&bytes[0], &w->key, &w->statement, w->threads, error));
    ZKB_TRY(zkb_verify_tables_scratch(&bytes[1], &terms, &w->key, &w->statement, error));
    bytes[1] += zkb_mercury_verify_scratch(terms) + zkb_accumulator_scratch(1);
    ZKB_TRY(zkb_arena_create(&r->arena, bytes[0] > bytes[1] ? bytes[0] : bytes[1], error));
    r->proof = malloc(m->bytes);
    r->f = malloc((r->length + 1) * sizeof *r->f);
    r->claim.points = malloc((terms + 1) * sizeof *r->claim.points);
    r->claim.scalars = malloc((terms + 1) * sizeof *r->claim.scalars);
    return r->proof == NULL || r->f == NULL || r->claim.points == NULL || r->claim.scalars == NULL
               ? ZKB_ERROR_MEMORY
               : ZKB_OK;
}

static void clear_room(room *r)
{
    free(r->proof);
    free(r->f);
    free(r->claim.points);
    free(r->claim.scalars);
    zkb_arena_destroy(&r->arena);
}

static zkb_status measure_proof(measured *m, const workload *w, room *r, zkb_error *error)
{
    m->total = 1e9;
    for (int run = 0; run < RUNS; run++) {
        double phases[ZKB_PHASE_COUNT] = {0};
        zkb_open_claim claim;
        const zkb_prove_options options = {.threads = w->threads, .phases = phases};
        double since = zkb_now();
        const double start = since;
        ZKB_TRY(zkb_prove_tables(r->proof, m->bytes, &claim, r->f, &w->key, w->srs, &w->statement,
                                 &r->arena, &options, error));
        since = zkb_now();
        ZKB_TRY(zkb_prove_opening(r->opening, &claim, r->f, r->length, w->srs, &r->arena,
                                  w->threads, error));
        const double time = zkb_now() - start;
        if (time < m->total) {
            m->total = time;
            m->commit = phases[ZKB_PHASE_COMMIT];
            m->gkr = phases[ZKB_PHASE_GKR];
            m->joined = phases[ZKB_PHASE_SUMCHECK];
            m->gathering = phases[ZKB_PHASE_OPENING];
            m->opening = zkb_now() - since;
        }
    }
    m->arena = r->arena.high_water;
    return ZKB_OK;
}

static zkb_status verify(const measured *m, const workload *w, room *r, zkb_error *error)
{
    zkb_accumulator accumulator;
    ZKB_TRY(zkb_verify_tables(&r->claim, &w->key, &w->statement, r->proof, m->bytes, &r->arena,
                              NULL, error));
    ZKB_TRY(zkb_verify_opening(&accumulator, &r->arena, &r->claim, r->opening, error));
    return zkb_accumulator_check(&r->arena, &accumulator, 1, w->srs->pairing, error);
}

static zkb_status measure_verify(measured *m, const workload *w, room *r, zkb_error *error)
{
    m->verify = 1e9;
    for (int run = 0; run < 4 * RUNS; run++) {
        const double start = zkb_now();
        ZKB_TRY(verify(m, w, r, error));
        const double time = zkb_now() - start;
        m->verify = time < m->verify ? time : m->verify;
    }
    return ZKB_OK;
}

static zkb_status measure(measured *m, const workload *w, zkb_error *error)
{
    room r = {0};
    zkb_status status = make_room(&r, m, w, error);
    if (status == ZKB_OK) {
        status = measure_proof(m, w, &r, error);
    }
    if (status == ZKB_OK) {
        status = measure_verify(m, w, &r, error);
    }
    m->bytes += ZKB_MERCURY_PROOF_SIZE;
    clear_room(&r);
    return status;
}

static void line(bool json, const char *name, int log2n, unsigned threads, double value,
                 const char *unit, double share)
{
    if (json) {
        printf("{\"name\":\"%s\",\"log2n\":%d,\"threads\":%u,\"value\":%.4g,\"unit\":\"%s\"}\n",
               name, log2n, threads, value, unit);
    } else if (share > 0) {
        printf("%-20s 2^%-3d %u thread%s %10.4g %-6s %5.1f %%\n", name, log2n, threads,
               threads == 1 ? " " : "s", value, unit, 100 * share);
    } else {
        printf("%-20s 2^%-3d %u thread%s %10.4g %s\n", name, log2n, threads,
               threads == 1 ? " " : "s", value, unit);
    }
}

static void report(bool json, const measured *m, int log2n, unsigned threads)
{
    const double rows = (double)((uint64_t)1 << log2n);
    line(json, "proof.commit", log2n, threads, 1e3 * m->commit, "ms", m->commit / m->total);
    line(json, "proof.gkr.leaf", log2n, threads, 1e9 * m->gkr / (rows * (double)INTERACTIONS), "ns",
         m->gkr / m->total);
    line(json, "proof.sumcheck.cell", log2n, threads, 1e9 * m->joined / (rows * (double)COLUMNS),
         "ns", m->joined / m->total);
    line(json, "proof.gathering", log2n, threads, 1e3 * m->gathering, "ms",
         m->gathering / m->total);
    line(json, "proof.opening", log2n, threads, 1e3 * m->opening, "ms", m->opening / m->total);
    line(json, "proof.total", log2n, threads, 1e3 * m->total, "ms", 1);
    line(json, "proof.verify", log2n, 1, 1e3 * m->verify, "ms", 0);
    line(json, "proof.bytes", log2n, threads, (double)m->bytes, "bytes", 0);
    line(json, "proof.memory", log2n, threads, (double)m->arena / 1048576, "MiB", 0);
}

static void bench_size(bool json, const zkb_srs *srs, const zkb_chip *chip, int log2n,
                       unsigned threads)
{
    zkb_error error = {.message = "out of memory"};
    zkb_column_data columns[COLUMNS] = {{NULL, 0}};
    const size_t rows = (size_t)1 << log2n;
    const zkb_chip_key chips[1] = {{.chip = chip}};
    const zkb_table table = {.shape = {chip, (unsigned)log2n, rows, NULL}, .committed = columns};
    workload w = {
        .statement = {.tables = &table, .table_count = 1}, .srs = srs, .threads = threads};
    measured m = {0};
    if (!fill_table(columns, chip, rows) ||
        zkb_table_key_init(&w.key, chips, 1, &srs->digest, &error) != ZKB_OK ||
        measure(&m, &w, &error) != ZKB_OK) {
        (void)fprintf(stderr, "bench proof: %s\n", error.message);
    } else {
        report(json, &m, log2n, threads);
    }
    for (unsigned c = 0; c < COLUMNS; c++) {
        free((void *)(uintptr_t)columns[c].cells);
    }
}

void zkb_bench_proof(bool json)
{
    const int sizes[] = {13, 17};
    zkb_error error;
    zkb_srs srs;
    zkb_fr tau;
    zkb_fr_from_u64(&tau, 0x1234567);
    zkb_chip *chip = make_chip();
    if (chip == NULL || zkb_srs_from_tau(&srs, &tau, 17, 2, &error) != ZKB_OK) {
        (void)fprintf(stderr, "bench proof: no setup\n");
        zkb_chip_destroy(chip);
        return;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (unsigned threads = 1; threads <= 2; threads++) {
            bench_size(json, &srs, chip, sizes[i], threads);
        }
    }
    zkb_srs_close(&srs);
    zkb_chip_destroy(chip);
}
