#include "kzg/srs_powers.h"

#include "base/arena.h"
#include "base/parallel.h"
#include "field/block.h"
#include "hash/transcript.h"

#include <string.h>

/* Fixed-base multiplication, one byte of the scalar at a time, for a thousand scalars side by side:
 * their affine additions share an inversion. Each window's table is shifted by a point of its own,
 * so that no entry is the identity and sums do not meet entries; where they do all the same (a
 * denominator of zero), the result is off the curve, and is computed again the slow way. */
enum { WINDOWS = 32, DIGITS = 256, CHUNK = 1024, BLOCKS = CHUNK / 8 };

typedef struct workspace {
    zkb_fq_block ax[BLOCKS], ay[BLOCKS]; /* sums */
    zkb_fq_block tx[BLOCKS], ty[BLOCKS]; /* what is added */
    zkb_fq_block dx[BLOCKS], t[BLOCKS];
    zkb_fq x[CHUNK], y[CHUNK];
    zkb_fr scalars[CHUNK];
    uint64_t digits[CHUNK][4];
} workspace;

typedef struct powers {
    const zkb_fq_kernels *kernels;
    zkb_g1_affine *out;
    size_t count;
    zkb_fr tau;
    zkb_g1_affine *table; /* table[256·w + d] = [d·256^w]_1 + shift_w */
    zkb_g1_affine shift;  /* minus the sum of all shifts */
    workspace *workspaces;
} powers;

static void generator_times(zkb_g1 *out, const zkb_fr *scalar)
{
    zkb_g1_from_affine(out, &zkb_g1_generator);
    zkb_g1_mul(out, out, scalar);
}

static void fill_table(powers *p, zkb_g1 *points, zkb_fq *scratch)
{
    zkb_g1 base;
    zkb_g1 shifts = ZKB_G1_IDENTITY;
    zkb_g1_from_affine(&base, &zkb_g1_generator);
    for (uint8_t w = 0; w < WINDOWS; w++) {
        zkb_g1 *row = points + (size_t)w * DIGITS;
        zkb_fr shift;
        zkb_digest_bytes(&shift, "zkbpf.window", &w, 1);
        generator_times(&row[0], &shift);
        zkb_g1_add(&shifts, &shifts, &row[0]);
        for (int d = 1; d < DIGITS; d++) {
            zkb_g1_add(&row[d], &row[d - 1], &base);
        }
        for (int i = 0; i < 8; i++) {
            zkb_g1_double(&base, &base);
        }
    }
    zkb_g1_neg(&shifts, &shifts);
    zkb_g1_to_affine(&p->shift, &shifts);
    zkb_g1_batch_to_affine(p->table, points, (size_t)WINDOWS * DIGITS, scratch);
}

/* a += t, m affine points with different x. */
static void add_points(const zkb_fq_kernels *k, workspace *w, size_t m)
{
    k->sub(w->dx, w->tx, w->ax, m);
    k->sub(w->ty, w->ty, w->ay, m);
    k->batch_inv(w->dx, w->t, m);
    k->mul(w->ty, w->ty, w->dx, m); /* the slope */
    k->sqr(w->t, w->ty, m);
    k->sub(w->t, w->t, w->ax, m);
    k->sub(w->t, w->t, w->tx, m); /* x of the sum */
    k->sub(w->ax, w->ax, w->t, m);
    k->mul(w->ax, w->ax, w->ty, m);
    k->sub(w->ay, w->ax, w->ay, m);
    memcpy(w->ax, w->t, zkb_blocks(m) * sizeof *w->t);
}

static void load_entries(const powers *p, workspace *w, zkb_fq_block *x, zkb_fq_block *y,
                         size_t window, size_t m)
{
    for (size_t i = 0; i < m; i++) {
        const zkb_g1_affine *entry = &p->shift;
        if (window < WINDOWS) {
            const size_t digit = (w->digits[i][window / 8] >> (8 * (window % 8))) & 255;
            entry = &p->table[window * DIGITS + digit];
        }
        w->x[i] = entry->x;
        w->y[i] = entry->y;
    }
    p->kernels->from_scalars(x, w->x, m);
    p->kernels->from_scalars(y, w->y, m);
}

static void fill_chunk(void *context, size_t index, unsigned thread)
{
    const powers *p = context;
    workspace *w = &p->workspaces[thread];
    const size_t start = index * CHUNK;
    const size_t m = p->count - start < CHUNK ? p->count - start : CHUNK;
    const uint64_t exponent[4] = {start, 0, 0, 0};
    zkb_fr_pow(&w->scalars[0], &p->tau, exponent);
    for (size_t i = 0; i < m; i++) {
        if (i > 0) {
            zkb_fr_mul(&w->scalars[i], &w->scalars[i - 1], &p->tau);
        }
        zkb_fr_to_limbs(w->digits[i], &w->scalars[i]);
    }
    load_entries(p, w, w->ax, w->ay, 0, m);
    for (size_t window = 1; window <= WINDOWS; window++) { /* the last takes the shifts away */
        load_entries(p, w, w->tx, w->ty, window, m);
        add_points(p->kernels, w, m);
    }
    p->kernels->to_scalars(w->x, w->ax, m);
    p->kernels->to_scalars(w->y, w->ay, m);
    for (size_t i = 0; i < m; i++) {
        zkb_g1_affine *out = &p->out[start + i];
        *out = (zkb_g1_affine){w->x[i], w->y[i]};
        if (!zkb_g1_affine_on_curve(out) || zkb_g1_affine_is_identity(out)) {
            zkb_g1 point;
            generator_times(&point, &w->scalars[i]);
            zkb_g1_to_affine(out, &point);
        }
    }
}

zkb_status zkb_srs_powers(zkb_g1_affine *out, const zkb_fr *tau, size_t count, unsigned threads,
                          zkb_error *error)
{
    const size_t entries = (size_t)WINDOWS * DIGITS;
    const size_t workers = threads > 1 ? threads : 1;
    zkb_arena arena;
    ZKB_TRY(zkb_arena_create(
        &arena,
        zkb_arena_cost(entries * sizeof(zkb_g1_affine)) + zkb_arena_cost(entries * sizeof(zkb_g1)) +
            zkb_arena_cost(entries * sizeof(zkb_fq)) + zkb_arena_cost(workers * sizeof(workspace)),
        error));
    powers p = {.kernels = zkb_fq_kernels_get(), .out = out, .count = count, .tau = *tau};
    p.table = zkb_arena_alloc(&arena, entries, sizeof *p.table);
    zkb_g1 *points = zkb_arena_alloc(&arena, entries, sizeof *points);
    zkb_fq *scratch = zkb_arena_alloc(&arena, entries, sizeof *scratch);
    p.workspaces = zkb_arena_alloc(&arena, workers, sizeof *p.workspaces);
    zkb_status status = ZKB_OK;
    if (p.table == NULL || points == NULL || scratch == NULL || p.workspaces == NULL) {
        status = zkb_fail(error, ZKB_ERROR_INTERNAL, "setup", ZKB_NO_INDEX,
                          "setup: the arena is too small for the tables");
    } else {
        fill_table(&p, points, scratch);
        zkb_parallel_for(count / CHUNK + (count % CHUNK != 0), threads, fill_chunk, &p);
        explicit_bzero(p.workspaces, workers * sizeof *p.workspaces);
    }
    explicit_bzero(&p, sizeof p);
    zkb_arena_destroy(&arena);
    return status;
}
