#include "kzg/srs_powers.h"

#include "base/arena.h"
#include "base/parallel.h"

#include <string.h>

/* Fixed-base multiplication: for each byte of the scalar, a table of its 255 multiples; 32 mixed
 * additions a point. */
enum { WINDOWS = 32, DIGITS = 255, CHUNK = 256 };

typedef struct powers {
    zkb_g1_affine *out;
    size_t count;
    zkb_fr tau;
    const zkb_g1_affine *table; /* table[255·w + d - 1] = [d·256^w]_1 */
} powers;

static void fill_table(zkb_g1_affine *table, zkb_g1 *points, zkb_fq *scratch)
{
    zkb_g1 base;
    zkb_g1_from_affine(&base, &zkb_g1_generator);
    for (int w = 0; w < WINDOWS; w++) {
        zkb_g1 *row = points + (size_t)w * DIGITS;
        row[0] = base;
        for (int d = 1; d < DIGITS; d++) {
            zkb_g1_add(&row[d], &row[d - 1], &base);
        }
        zkb_g1_add(&base, &row[DIGITS - 1], &base);
    }
    zkb_g1_batch_to_affine(table, points, (size_t)WINDOWS * DIGITS, scratch);
}

static void multiply(zkb_g1 *out, const zkb_g1_affine *table, const zkb_fr *scalar)
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, scalar);
    *out = ZKB_G1_IDENTITY;
    for (size_t w = 0; w < WINDOWS; w++) {
        const size_t digit = (limbs[w / 8] >> (8 * (w % 8))) & 255;
        if (digit != 0) {
            zkb_g1_add_affine(out, out, &table[w * DIGITS + digit - 1]);
        }
    }
    explicit_bzero(limbs, sizeof limbs);
}

static void fill_chunk(void *context, size_t index, unsigned thread)
{
    (void)thread;
    const powers *p = context;
    zkb_g1 points[CHUNK];
    zkb_fq scratch[CHUNK];
    const size_t start = index * CHUNK;
    const size_t m = p->count - start < CHUNK ? p->count - start : CHUNK;
    const uint64_t exponent[4] = {start, 0, 0, 0};
    zkb_fr power;
    zkb_fr_pow(&power, &p->tau, exponent);
    for (size_t i = 0; i < m; i++) {
        multiply(&points[i], p->table, &power);
        zkb_fr_mul(&power, &power, &p->tau);
    }
    zkb_g1_batch_to_affine(p->out + start, points, m, scratch);
    explicit_bzero(&power, sizeof power);
}

zkb_status zkb_srs_powers(zkb_g1_affine *out, const zkb_fr *tau, size_t count, unsigned threads,
                          zkb_error *error)
{
    const size_t entries = (size_t)WINDOWS * DIGITS;
    zkb_arena arena;
    ZKB_TRY(zkb_arena_create(&arena,
                             zkb_arena_cost(entries * sizeof(zkb_g1_affine)) +
                                 zkb_arena_cost(entries * sizeof(zkb_g1)) +
                                 zkb_arena_cost(entries * sizeof(zkb_fq)),
                             error));
    zkb_g1_affine *table = zkb_arena_alloc(&arena, entries, sizeof *table);
    zkb_g1 *points = zkb_arena_alloc(&arena, entries, sizeof *points);
    zkb_fq *scratch = zkb_arena_alloc(&arena, entries, sizeof *scratch);
    zkb_status status = ZKB_OK;
    if (table == NULL || points == NULL || scratch == NULL) {
        status = zkb_fail(error, ZKB_ERROR_INTERNAL, "setup", ZKB_NO_INDEX,
                          "setup: the arena is too small for the tables");
    } else {
        fill_table(table, points, scratch);
        powers p = {out, count, *tau, table};
        zkb_parallel_for(count / CHUNK + (count % CHUNK != 0), threads, fill_chunk, &p);
        explicit_bzero(&p, sizeof p);
    }
    zkb_arena_destroy(&arena);
    return status;
}
