#include "proof/reference.h"

#include "kzg/commit.h"
#include "poly/eq.h"
#include "proof/challenges.h"

/* The polynomial of a stack, 2^n coefficients: its columns as long as they are, each in its place.
 */
static zkb_status stack_polynomial(zkb_fr *out, zkb_prover *prover, const zkb_stacks *stacks,
                                   const zkb_stack *stack, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    void *memory;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, prover->layout->column_count, sizeof(zkb_column_view),
                             error));
    zkb_column_view *views = memory;
    zkb_view_columns(views, prover->statement, prover->layout);
    for (size_t i = 0; i < (size_t)1 << prover->layout->open_variables; i++) {
        out[i] = ZKB_FR_ZERO;
    }
    for (uint32_t y = 0; y < stack->count; y++) {
        const zkb_column_view *view = &views[stacks->columns[stack->first + y]];
        const zkb_column_data column = {view->cells, view->length};
        for (size_t i = 0; i < view->length; i++) {
            zkb_fr cell;
            zkb_column_cell(&cell, &column, view->bits, i);
            zkb_fr *at = &out[((size_t)y << stack->log_height) + i];
            zkb_fr_add(at, at, &cell);
        }
    }
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

zkb_status reference_commit(zkb_prover *prover, const zkb_stacks *stacks, const zkb_srs *srs,
                            zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const size_t size = (size_t)1 << prover->layout->open_variables;
    void *f, *points;
    uint32_t sent = 0;
    ZKB_TRY(zkb_prover_alloc(&f, prover, size, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_prover_alloc(&points, prover, prover->layout->sent_count, sizeof(zkb_g1_affine),
                             error));
    for (uint32_t i = 0; i < stacks->count; i++) {
        if (stacks->stacks[i].kind != ZKB_STACK_SENT) {
            continue;
        }
        const zkb_column_view view = {.cells = f, .length = size, .bits = 254};
        ZKB_TRY(stack_polynomial(f, prover, stacks, &stacks->stacks[i], error));
        ZKB_TRY(zkb_commit_column((zkb_g1_affine *)points + sent++, prover->arena, srs, &view, 1,
                                  error));
    }
    zkb_prover_send_points(prover, points, sent);
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

/* One height: F = sum of gamma_G G, its point, and what is left of F and of eq(point, x). */
typedef struct height {
    zkb_fr point[ZKB_MERCURY_MAX_VARIABLES];
    zkb_fr *whole, *f, *eq;
} height;

static zkb_status start_height(height *h, zkb_prover *prover, const zkb_stacks *stacks,
                               uint32_t first, const zkb_fr *s, const zkb_fr *z,
                               const zkb_fr *gammas, zkb_error *error)
{
    const unsigned n = prover->layout->open_variables;
    const size_t size = (size_t)1 << n;
    void *whole, *f, *eq;
    ZKB_TRY(zkb_prover_alloc(&whole, prover, size, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_prover_alloc(&f, prover, size, sizeof(zkb_fr), error));
    ZKB_TRY(zkb_prover_alloc(&eq, prover, size, sizeof(zkb_fr), error));
    *h = (height){.whole = whole, .f = f, .eq = eq};
    zkb_stack_point(h->point, s, z, stacks->stacks[first].log_height, n);
    zkb_eq_table(h->eq, h->point, n);
    for (size_t x = 0; x < size; x++) {
        h->whole[x] = ZKB_FR_ZERO;
    }
    for (uint32_t i = first; i < zkb_stacks_same_height(stacks, first); i++) {
        ZKB_TRY(stack_polynomial(h->f, prover, stacks, &stacks->stacks[i], error));
        for (size_t x = 0; x < size; x++) {
            zkb_fr term;
            zkb_fr_mul(&term, &h->f[x], &gammas[i]);
            zkb_fr_add(&h->whole[x], &h->whole[x], &term);
        }
    }
    for (size_t x = 0; x < size; x++) {
        h->f[x] = h->whole[x];
    }
    return ZKB_OK;
}

/* a + t (b - a) */
static void line(zkb_fr *out, const zkb_fr *a, const zkb_fr *b, const zkb_fr *t)
{
    zkb_fr difference;
    zkb_fr_sub(&difference, b, a);
    zkb_fr_mul(&difference, &difference, t);
    zkb_fr_add(out, a, &difference);
}

/* What the sum over variables 0 .. k - 1 is with variable k at t. */
static void add_sum(zkb_fr *sum, const height *h, unsigned k, const zkb_fr *t)
{
    const size_t half = (size_t)1 << k;
    for (size_t x = 0; x < half; x++) {
        zkb_fr f, eq;
        line(&f, &h->f[x], &h->f[half + x], t);
        line(&eq, &h->eq[x], &h->eq[half + x], t);
        zkb_fr_mul(&f, &f, &eq);
        zkb_fr_add(sum, sum, &f);
    }
}

static void prove_round(zkb_fr *u, zkb_prover *prover, height *heights, size_t count, unsigned k)
{
    zkb_fr g[3] = {ZKB_FR_ZERO, ZKB_FR_ZERO, ZKB_FR_ZERO};
    zkb_fr sent[2], half;
    for (uint64_t t = 0; t < 3; t++) {
        zkb_fr at;
        zkb_fr_from_u64(&at, t);
        for (size_t i = 0; i < count; i++) {
            add_sum(&g[t], &heights[i], k, &at);
        }
    }
    zkb_fr_from_u64(&half, 2);
    zkb_fr_inv(&half, &half);
    zkb_fr_sub(&sent[1], &g[2], &g[1]); /* (g(2) - 2 g(1) + g(0))/2 */
    zkb_fr_sub(&sent[1], &sent[1], &g[1]);
    zkb_fr_add(&sent[1], &sent[1], &g[0]);
    zkb_fr_mul(&sent[1], &sent[1], &half);
    sent[0] = g[0];
    zkb_prover_send(prover, sent, 2);
    zkb_transcript_challenge(u, &prover->transcript);
    for (size_t i = 0; i < count; i++) {
        for (size_t x = 0; x < (size_t)1 << k; x++) {
            line(&heights[i].f[x], &heights[i].f[x], &heights[i].f[((size_t)1 << k) + x], u);
            line(&heights[i].eq[x], &heights[i].eq[x], &heights[i].eq[((size_t)1 << k) + x], u);
        }
    }
}

zkb_status reference_gather(zkb_open_claim *claim, zkb_fr *f, zkb_prover *prover,
                            const zkb_stacks *stacks, const zkb_fr *s, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const unsigned n = prover->layout->open_variables;
    height heights[ZKB_MAX_LOG_HEIGHT + 1];
    zkb_fr z[ZKB_MERCURY_MAX_VARIABLES];
    void *gammas;
    size_t count = 0;
    ZKB_TRY(zkb_prover_alloc(&gammas, prover, stacks->count, sizeof(zkb_fr), error));
    zkb_squeeze_gather(z, gammas, &prover->transcript, prover->layout);
    for (uint32_t i = 0; i < stacks->count; i = zkb_stacks_same_height(stacks, i)) {
        ZKB_TRY(start_height(&heights[count++], prover, stacks, i, s, z, gammas, error));
    }
    claim->variables = n;
    for (unsigned k = n; k-- > 0;) {
        prove_round(&claim->point[k], prover, heights, count, k);
    }
    claim->value = ZKB_FR_ZERO;
    for (size_t x = 0; x < prover->layout->claim_length; x++) {
        f[x] = ZKB_FR_ZERO;
    }
    for (size_t i = 0; i < count; i++) { /* one coefficient each is left of F and of eq */
        zkb_fr term;
        zkb_fr_mul(&term, &heights[i].f[0], &heights[i].eq[0]);
        zkb_fr_add(&claim->value, &claim->value, &term);
        for (size_t x = 0; x < prover->layout->claim_length; x++) {
            zkb_fr_mul(&term, &heights[i].whole[x], &heights[i].eq[0]);
            zkb_fr_add(&f[x], &f[x], &term);
        }
    }
    zkb_transcript_challenge(&claim->digest, &prover->transcript);
    claim->transcript = prover->transcript;
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}
