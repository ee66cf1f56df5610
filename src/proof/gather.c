#include "proof/gather.h"

#include "base/log2_inline.h"
#include "base/parallel.h"
#include "field/block.h"
#include "poly/eq.h"

#include <string.h>

/* One claim in the sumcheck. While variables above log_size are bound, f is only scaled; then each
 * round halves it. */
typedef struct gather_state {
    const zkb_gather_term *term;
    unsigned log_size; /* f has 2^log_size coefficients, the last ones zero */
    zkb_fr_block *f;   /* what is left of it */
    /* eq(point_{<k}, x), k the variable of the next round that reads f, as a product of two: low of
     * the first LOW variables, high of those above. */
    zkb_fr_block *low;
    zkb_fr *high;
    zkb_fr at[2]; /* sum_x f(x, b) eq(x): the top variable at b = 0 and 1 */
    zkb_fr scale; /* weight times eq of the coordinates that are bound */
    zkb_fr fade;  /* what of f is left by variables above its size: prod (1 - u_k) */
} gather_state;

enum { LOW = 9 };

typedef struct gather {
    const zkb_fr_kernels *kernels;
    gather_state *states;
    unsigned k;    /* variable of the round */
    zkb_fr *bound; /* its challenge */
} gather;

static unsigned log_size_of(size_t length) { return zkb_log2_ceil(length == 0 ? 1 : length); }

/* Variables of eq at first, and of its low part. */
static unsigned eq_variables(unsigned log_size) { return log_size == 0 ? 0 : log_size - 1; }
static unsigned low_variables(unsigned variables) { return variables < LOW ? variables : LOW; }

static size_t eq_cost(unsigned variables)
{
    const unsigned low = low_variables(variables);
    return zkb_arena_cost(zkb_blocks((size_t)1 << low) * sizeof(zkb_fr_block)) +
           zkb_arena_cost(((size_t)1 << (variables - low)) * sizeof(zkb_fr));
}

size_t zkb_gather_scratch(const size_t *lengths, size_t count)
{
    size_t bytes = zkb_arena_cost(count * sizeof(gather_state));
    for (size_t i = 0; i < count; i++) {
        const unsigned log_size = log_size_of(lengths[i]);
        bytes += zkb_arena_cost(zkb_blocks((size_t)1 << log_size) * sizeof(zkb_fr_block)) +
                 eq_cost(eq_variables(log_size));
    }
    return bytes;
}

/* Both halves of f against eq; f has 2^(k + 1) coefficients, few of which lie in one block. */
static void evaluate_few(const zkb_fr_kernels *kernels, gather_state *s, size_t half)
{
    for (size_t x = 0; x < half; x++) {
        const zkb_fr weight = kernels->get(s->low, x);
        for (size_t b = 0; b < 2; b++) {
            zkb_fr product = kernels->get(s->f, b * half + x);
            zkb_fr_mul(&product, &product, &weight);
            zkb_fr_add(&s->at[b], &s->at[b], &product);
        }
    }
}

static void evaluate_halves(const zkb_fr_kernels *kernels, gather_state *s, unsigned k)
{
    const size_t half = (size_t)1 << k;
    const size_t low = (size_t)1 << low_variables(k);
    s->at[0] = s->at[1] = ZKB_FR_ZERO;
    if (half < 8) {
        evaluate_few(kernels, s, half);
        return;
    }
    for (size_t x = 0; x < 2 * half; x += low) {
        zkb_fr part = kernels->inner_product(s->f + x / 8, s->low, low);
        zkb_fr *sum = &s->at[x >= half];
        if (k > LOW) {
            zkb_fr_mul(&part, &part, &s->high[x % half / low]);
        }
        zkb_fr_add(sum, sum, &part);
    }
}

/* eq over k variables to eq over k - 1: the top one summed out. */
static void shorten_eq(const zkb_fr_kernels *kernels, gather_state *s, unsigned k)
{
    if (k > LOW) {
        const size_t half = (size_t)1 << (k - 1 - LOW);
        for (size_t x = 0; x < half; x++) {
            zkb_fr_add(&s->high[x], &s->high[x], &s->high[half + x]);
        }
        return;
    }
    const size_t half = (size_t)1 << (k - 1);
    if (half >= 8) {
        kernels->add(s->low, s->low, s->low + half / 8, half);
        return;
    }
    zkb_fr values[8];
    kernels->to_scalars(values, s->low, 2 * half);
    for (size_t x = 0; x < half; x++) {
        zkb_fr_add(&values[x], &values[x], &values[half + x]);
    }
    kernels->from_scalars(s->low, values, half);
}

static zkb_status start_state(gather_state *s, const gather *g, zkb_arena *arena, zkb_error *error)
{
    const size_t size = (size_t)1 << s->log_size;
    s->f = zkb_arena_alloc(arena, zkb_blocks(size), sizeof *s->f);
    const unsigned variables = eq_variables(s->log_size);
    const unsigned low = low_variables(variables);
    s->low = zkb_arena_alloc(arena, zkb_blocks((size_t)1 << low), sizeof *s->low);
    s->high = zkb_arena_alloc(arena, (size_t)1 << (variables - low), sizeof *s->high);
    if (s->f == NULL || s->low == NULL || s->high == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "gather", ZKB_NO_INDEX,
                        "the arena is smaller than zkb_gather_scratch says");
    }
    memset(s->f, 0, zkb_blocks(size) * sizeof *s->f);
    g->kernels->from_scalars(s->f, s->term->f, s->term->length);
    s->scale = s->term->weight;
    s->fade = zkb_fr_one;
    return ZKB_OK;
}

/* eq of the first round that reads f, and what f is worth against it. */
static void start_eq(gather_state *s, const gather *g)
{
    zkb_fr values[1 << LOW];
    const unsigned variables = eq_variables(s->log_size);
    const unsigned low = low_variables(variables);
    if (s->log_size == 0) { /* one coefficient: never halved */
        s->at[0] = g->kernels->get(s->f, 0);
        s->at[1] = ZKB_FR_ZERO;
        return;
    }
    zkb_eq_table(values, s->term->point, low);
    g->kernels->from_scalars(s->low, values, (size_t)1 << low);
    zkb_eq_table(s->high, s->term->point + low, variables - low);
    evaluate_halves(g->kernels, s, variables);
}

/* a + x (b - a) */
static void between(zkb_fr *out, const zkb_fr *a, const zkb_fr *b, const zkb_fr *x)
{
    zkb_fr d;
    zkb_fr_sub(&d, b, a);
    zkb_fr_mul(&d, &d, x);
    zkb_fr_add(out, a, &d);
}

/* T(X) = sum_x f(x, X) eq(x) at 0 and 1, X the round's variable. Above f's size f is worth
 * f(x)·(1 - X): f(x) against eq of all its coordinates is what `at` gives, and of the variables
 * between those and X only 0 counts. */
static void round_values(zkb_fr at[2], const gather_state *s, unsigned k)
{
    at[0] = s->at[0];
    at[1] = s->at[1];
    if (k >= s->log_size) {
        zkb_fr zeros;
        if (s->log_size != 0) {
            between(&at[0], &s->at[0], &s->at[1], &s->term->point[s->log_size - 1]);
        }
        zkb_eq_zero(&zeros, s->term->point + s->log_size, k - s->log_size);
        zkb_fr_mul(&at[0], &at[0], &zeros);
        at[1] = ZKB_FR_ZERO;
    }
    for (int b = 0; b < 2; b++) {
        zkb_fr_mul(&at[b], &at[b], &s->fade);
    }
}

/* Adds scale·((1 - p)(1 - X) + p X)·T(X): the coefficients of 1 and X^2. */
static void add_round(zkb_fr sent[2], const gather_state *s, unsigned k)
{
    zkb_fr at[2], slope, rise, t;
    const zkb_fr *p = &s->term->point[k];
    round_values(at, s, k);
    zkb_fr_sub(&slope, &at[1], &at[0]);
    zkb_fr_sub(&t, &zkb_fr_one, p);
    zkb_fr_sub(&rise, p, &t); /* 2p - 1 */
    zkb_fr_mul(&t, &t, &at[0]);
    zkb_fr_mul(&t, &t, &s->scale);
    zkb_fr_add(&sent[0], &sent[0], &t);
    zkb_fr_mul(&t, &rise, &slope);
    zkb_fr_mul(&t, &t, &s->scale);
    zkb_fr_add(&sent[1], &sent[1], &t);
}

/* The round's polynomial at u from the claim c = g(0) + g(1): c1 = c - 2 c0 - c2. */
static void next_claim(zkb_fr *claim, const zkb_fr sent[2], const zkb_fr *u)
{
    zkb_fr c1;
    zkb_fr_sub(&c1, claim, &sent[0]);
    zkb_fr_sub(&c1, &c1, &sent[0]);
    zkb_fr_sub(&c1, &c1, &sent[1]);
    zkb_fr_mul(claim, &sent[1], u);
    zkb_fr_add(claim, claim, &c1);
    zkb_fr_mul(claim, claim, u);
    zkb_fr_add(claim, claim, &sent[0]);
}

/* f at the challenge of variable k, and what the next round reads. */
static void bind_state(void *context, size_t index, unsigned thread)
{
    (void)thread;
    gather *g = context;
    gather_state *s = &g->states[index];
    zkb_fr factor, t;
    zkb_fr_sub(&t, &zkb_fr_one, g->bound);
    between(&factor, &t, g->bound, &s->term->point[g->k]); /* eq(point_k, u_k) */
    zkb_fr_mul(&s->scale, &s->scale, &factor);
    if (g->k >= s->log_size) {
        zkb_fr_mul(&s->fade, &s->fade, &t);
        return;
    }
    if (g->k == 0) {
        return;
    }
    g->kernels->fold_halves(s->f, s->f, g->bound, (size_t)2 << g->k);
    shorten_eq(g->kernels, s, g->k);
    evaluate_halves(g->kernels, s, g->k - 1);
}

static void send(uint8_t *messages, zkb_transcript *transcript, const zkb_fr sent[2])
{
    zkb_fr_to_bytes(messages, &sent[0]);
    zkb_fr_to_bytes(messages + 32, &sent[1]);
    zkb_transcript_absorb_fr(transcript, sent, 2);
}

/* The value that the terms claim. */
static void total(zkb_fr *out, const gather_state *states, size_t count, unsigned variables)
{
    *out = ZKB_FR_ZERO;
    for (size_t i = 0; i < count; i++) {
        const gather_state *s = &states[i];
        zkb_fr at[2], value;
        round_values(at, s, variables - 1);
        between(&value, &at[0], &at[1], &s->term->point[variables - 1]);
        zkb_fr_mul(&value, &value, &s->scale);
        zkb_fr_add(out, out, &value);
    }
}

zkb_status zkb_gather_prove(zkb_fr *u, zkb_fr *scales, zkb_fr *value, uint8_t *messages,
                            zkb_transcript *transcript, zkb_arena *arena,
                            const zkb_gather_term *terms, size_t count, unsigned variables,
                            unsigned threads, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    gather g = {.kernels = zkb_fr_kernels_get()};
    g.states = zkb_arena_alloc(arena, count, sizeof *g.states);
    for (size_t i = 0; g.states != NULL && i < count; i++) {
        g.states[i] = (gather_state){.term = &terms[i], .log_size = log_size_of(terms[i].length)};
    }
    if (g.states == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "gather", ZKB_NO_INDEX,
                        "the arena is smaller than zkb_gather_scratch says");
    }
    for (size_t i = 0; i < count; i++) {
        ZKB_TRY(start_state(&g.states[i], &g, arena, error));
        start_eq(&g.states[i], &g);
    }
    total(value, g.states, count, variables);
    for (g.k = variables; g.k-- > 0;) {
        zkb_fr sent[2] = {ZKB_FR_ZERO, ZKB_FR_ZERO};
        for (size_t i = 0; i < count; i++) {
            add_round(sent, &g.states[i], g.k);
        }
        send(messages + ZKB_GATHER_BYTES(variables - 1 - g.k), transcript, sent);
        zkb_transcript_challenge(&u[g.k], transcript);
        next_claim(value, sent, &u[g.k]);
        g.bound = &u[g.k];
        zkb_parallel_for(count, threads, bind_state, &g);
    }
    for (size_t i = 0; i < count; i++) {
        scales[i] = g.states[i].scale;
    }
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}
