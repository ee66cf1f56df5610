/* Source: [BY19] Bernstein, Yang, "Fast constant-time gcd computation and modular inversion",
 * sections 8 and 11: division steps in groups of 62, each group a 2 x 2 matrix of small integers.
 * Differs: variable time (runs of zeros of g are shifted out at once, and up to six bits of g are
 * cancelled by one multiple of f), and it stops as soon as g is zero. */
#include "field/inverse.h"

#include "base/wide_inline.h"

#include <stdbool.h>

enum { LIMBS = 5, BITS = 62 };
#define MASK (((uint64_t)1 << BITS) - 1)

/* sum of limb[i] 2^(62 i); all limbs but the last in [0, 2^62). */
typedef struct {
    int64_t limb[LIMBS];
} wide;

/* 2^62 times what 62 division steps do: (f, g) becomes (u f + v g, q f + r g) / 2^62. */
typedef struct {
    int64_t u, v, q, r;
} matrix;

static wide from_words(const uint64_t a[4])
{
    const wide r = {{(int64_t)(a[0] & MASK), (int64_t)((a[0] >> 62 | a[1] << 2) & MASK),
                     (int64_t)((a[1] >> 60 | a[2] << 4) & MASK),
                     (int64_t)((a[2] >> 58 | a[3] << 6) & MASK), (int64_t)(a[3] >> 56)}};
    return r;
}

static void to_words(uint64_t out[4], const wide *a)
{
    uint64_t l[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
        l[i] = (uint64_t)a->limb[i];
    }
    out[0] = l[0] | l[1] << 62;
    out[1] = l[1] >> 2 | l[2] << 60;
    out[2] = l[2] >> 4 | l[3] << 58;
    out[3] = l[3] >> 6 | l[4] << 56;
}

/* 62 division steps on the low words of f (odd) and g; returns the new delta. */
static int64_t steps(matrix *out, int64_t delta, uint64_t f, uint64_t g)
{
    uint64_t u = 1;
    uint64_t v = 0;
    uint64_t q = 0;
    uint64_t r = 1;
    int left = BITS;
    for (;;) {
        const int zeros = __builtin_ctzll(g | (uint64_t)1 << left);
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        delta += zeros;
        left -= zeros;
        if (left == 0) {
            break;
        }
        if (delta > 0) {
            uint64_t t = f;
            delta = -delta;
            f = g;
            g = (uint64_t)0 - t;
            t = u;
            u = q;
            q = (uint64_t)0 - t;
            t = v;
            v = r;
            r = (uint64_t)0 - t;
        }
        /* No swap comes before 1 - delta steps more, so that many bits of g (at most six) may go
         * at once: the multiple of f is -g/f, and f (2 - f^2) is 1/f modulo 64. */
        const int64_t run = 1 - delta < left ? 1 - delta : left;
        const uint64_t bits = run < 6 ? ((uint64_t)1 << run) - 1 : 63;
        const uint64_t w = (g * f * (f * f - 2)) & bits;
        g += f * w;
        q += u * w;
        r += v * w;
    }
    out->u = (int64_t)u;
    out->v = (int64_t)v;
    out->q = (int64_t)q;
    out->r = (int64_t)r;
    return delta;
}

/* (f, g) by the matrix, exactly divided. */
static void update_fg(wide *f, wide *g, const matrix *t)
{
    zkb_i128 cf = (zkb_i128)t->u * f->limb[0] + (zkb_i128)t->v * g->limb[0];
    zkb_i128 cg = (zkb_i128)t->q * f->limb[0] + (zkb_i128)t->r * g->limb[0];
    cf >>= BITS;
    cg >>= BITS;
    for (int i = 1; i < LIMBS; i++) {
        const int64_t fi = f->limb[i];
        const int64_t gi = g->limb[i];
        cf += (zkb_i128)t->u * fi + (zkb_i128)t->v * gi;
        cg += (zkb_i128)t->q * fi + (zkb_i128)t->r * gi;
        f->limb[i - 1] = (int64_t)((uint64_t)cf & MASK);
        g->limb[i - 1] = (int64_t)((uint64_t)cg & MASK);
        cf >>= BITS;
        cg >>= BITS;
    }
    f->limb[LIMBS - 1] = (int64_t)cf;
    g->limb[LIMBS - 1] = (int64_t)cg;
}

/* One row (a d + b e) / 2^62 modulo m: a multiple k m, 0 <= k < 2^62, makes the division exact.
 * For negative d or e a or b times m is added first. So with d and e in (-2m, m) and
 * |a| + |b| <= 2^62 the result is in (-2m, m) again. */
static void update_row(wide *out, int64_t a, int64_t b, const wide *d, const wide *e, const wide *m,
                       uint64_t inverse)
{
    int64_t k = (d->limb[LIMBS - 1] < 0 ? a : 0) + (e->limb[LIMBS - 1] < 0 ? b : 0);
    zkb_i128 c = (zkb_i128)a * d->limb[0] + (zkb_i128)b * e->limb[0];
    k -= (int64_t)((inverse * (uint64_t)c + (uint64_t)k) & MASK);
    c += (zkb_i128)m->limb[0] * k;
    c >>= BITS;
    for (int i = 1; i < LIMBS; i++) {
        c += (zkb_i128)a * d->limb[i] + (zkb_i128)b * e->limb[i] + (zkb_i128)m->limb[i] * k;
        out->limb[i - 1] = (int64_t)((uint64_t)c & MASK);
        c >>= BITS;
    }
    out->limb[LIMBS - 1] = (int64_t)c;
}

static bool is_zero(const wide *a)
{
    return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3] | a->limb[4]) == 0;
}

/* a + k b, k in {-1, 0, 1}, carried. */
static void add_multiple(wide *a, const wide *b, int64_t k)
{
    int64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        const int64_t s = a->limb[i] + k * b->limb[i] + carry;
        carry = s >> BITS;
        a->limb[i] = i < LIMBS - 1 ? (int64_t)((uint64_t)s & MASK) : s;
    }
}

/* d in (-2m, m), negated when f is -1, to [0, m). */
static void normalise(wide *d, const wide *m, bool negate)
{
    if (negate) {
        wide t = {{0, 0, 0, 0, 0}};
        add_multiple(&t, d, -1);
        *d = t; /* now in (-m, 2m) */
    }
    while (d->limb[LIMBS - 1] < 0) {
        add_multiple(d, m, 1);
    }
    wide less = *d;
    add_multiple(&less, m, -1);
    if (less.limb[LIMBS - 1] >= 0) {
        *d = less;
    }
}

void zkb_inverse_modulo(uint64_t out[4], const uint64_t a[4], const zkb_inverse_modulus *modulus)
{
    const wide m = from_words(modulus->limb);
    wide f = m;
    wide g = from_words(a);
    wide d = {{0, 0, 0, 0, 0}};
    wide e = {{1, 0, 0, 0, 0}};
    int64_t delta = 1;
    while (!is_zero(&g)) {
        matrix t;
        wide next;
        delta = steps(&t, delta, (uint64_t)f.limb[0], (uint64_t)g.limb[0]);
        update_row(&next, t.u, t.v, &d, &e, &m, modulus->inverse);
        update_row(&e, t.q, t.r, &d, &e, &m, modulus->inverse);
        d = next;
        update_fg(&f, &g, &t);
    }
    normalise(&d, &m, f.limb[LIMBS - 1] < 0);
    to_words(out, &d);
}
