#include "kzg/mercury_open.h"

#include "base/parallel.h"
#include "kzg/commit.h"
#include "kzg/polynomial.h"
#include "poly/eq.h"

#include <string.h>

/* Elements worked on at a time: of a row when folding, of a row's columns when dividing. */
enum { FOLD_PIECE = 512, DIVIDE_PIECE = 128 };

/* f as a matrix: row j holds the coefficients b·j .. b·j + b - 1. */
typedef struct opening {
    const zkb_fr_kernels *kernels;
    zkb_arena *arena;
    zkb_transcript *transcript;
    const zkb_srs *srs;
    zkb_error *error;
    unsigned threads;
    const zkb_fr *f;
    size_t length;
    const zkb_fr *point;
    unsigned low, high; /* variables of a column index and of a row index */
    size_t columns;     /* b = 2^low */
    size_t all_rows;    /* 2^high */
    size_t rows;        /* those that `length` reaches */
    zkb_fr_block *eq;   /* eq(., u1) */
    zkb_fr *h;          /* all_rows coefficients */
    zkb_fr *g;          /* columns */
    zkb_fr *s;          /* columns; the last is zero */
    zkb_fr *d;          /* columns: g reversed */
    zkb_fr *product;    /* 2·columns: a Laurent product */
    zkb_fr *small;      /* columns: scratch */
    zkb_fr *q;          /* rows·columns, at least columns; the quotient, then f - (..)q - .. */
    size_t q_length;
    zkb_fr alpha, gamma, zeta, zeta_inverse, rho;
    zkb_fr factor; /* what the loop in progress scales by */
} opening;

static zkb_status commit(zkb_g1_affine *out, const opening *o, const zkb_fr *values, size_t count)
{
    const zkb_column_view column = {.cells = values, .length = count, .bits = 254};
    return zkb_commit_column(out, o->arena, o->srs, &column, o->threads, o->error);
}

/* h_j = sum_i eq(i, u1) f_(i + b j) */
static void fold_row(void *context, size_t row, unsigned thread)
{
    (void)thread;
    opening *o = context;
    zkb_fr_block piece[FOLD_PIECE / 8];
    zkb_fr sum = ZKB_FR_ZERO;
    for (size_t i = 0; i < o->columns; i += FOLD_PIECE) {
        const size_t m = o->columns - i < FOLD_PIECE ? o->columns - i : FOLD_PIECE;
        zkb_polynomial_load(o->kernels, piece, o->f, o->columns * row + i, m, o->length);
        const zkb_fr part = o->kernels->inner_product(piece, o->eq + i / 8, m);
        zkb_fr_add(&sum, &sum, &part);
    }
    o->h[row] = sum;
}

/* Horner's rule in X^b - alpha down some columns: q_(j-1) = f_j + alpha q_j, and last g. */
static void divide_columns(void *context, size_t index, unsigned thread)
{
    (void)thread;
    opening *o = context;
    zkb_fr_block buffer[2][DIVIDE_PIECE / 8];
    const size_t start = index * DIVIDE_PIECE;
    const size_t m = o->columns - start < DIVIDE_PIECE ? o->columns - start : DIVIDE_PIECE;
    memset(buffer, 0, sizeof buffer);
    for (size_t row = o->rows; row-- > 0;) {
        zkb_fr_block *next = buffer[row & 1];
        const zkb_fr_block *carry = buffer[(row & 1) ^ 1];
        zkb_polynomial_load(o->kernels, next, o->f, o->columns * row + start, m, o->length);
        o->kernels->add_scaled(next, carry, &o->alpha, m);
        o->kernels->to_scalars(row == 0 ? o->g + start : o->q + o->columns * (row - 1) + start,
                               next, m);
    }
}

/* q becomes f + factor·q. */
static void combine_piece(void *context, size_t index, unsigned thread)
{
    (void)thread;
    opening *o = context;
    zkb_fr_block sum[FOLD_PIECE / 8];
    zkb_fr_block part[FOLD_PIECE / 8];
    const size_t start = index * FOLD_PIECE;
    const size_t m = o->length - start < FOLD_PIECE ? o->length - start : FOLD_PIECE;
    zkb_polynomial_load(o->kernels, sum, o->f, start, m, o->length);
    zkb_polynomial_load(o->kernels, part, o->q, start, m, o->q_length);
    o->kernels->add_scaled(sum, part, &o->factor, m);
    o->kernels->to_scalars(o->q + start, sum, m);
}

static size_t pieces(size_t count, size_t piece) { return count / piece + (count % piece != 0); }

static zkb_status send_h(opening *o, zkb_mercury_proof *proof)
{
    zkb_eq_table(o->small, o->point, o->low);
    o->kernels->from_scalars(o->eq, o->small, o->columns);
    memset(o->h, 0, o->all_rows * sizeof *o->h);
    zkb_parallel_for(o->rows, o->threads, fold_row, o);
    ZKB_TRY(commit(&proof->h, o, o->h, o->rows));
    zkb_transcript_absorb_g1(o->transcript, &proof->h, 1);
    zkb_transcript_challenge(&o->alpha, o->transcript);
    return ZKB_OK;
}

static zkb_status send_division(opening *o, zkb_mercury_proof *proof)
{
    if (o->rows == 0) {
        memset(o->g, 0, o->columns * sizeof *o->g);
    }
    zkb_parallel_for(pieces(o->columns, DIVIDE_PIECE), o->threads, divide_columns, o);
    o->q_length = o->length > o->columns ? o->length - o->columns : 0;
    ZKB_TRY(commit(&proof->g, o, o->g, o->columns));
    ZKB_TRY(commit(&proof->q, o, o->q, o->q_length));
    zkb_polynomial_evaluate(&proof->h_alpha, o->h, o->rows, &o->alpha);
    const zkb_g1_affine message[2] = {proof->g, proof->q};
    zkb_transcript_absorb_g1(o->transcript, message, 2);
    zkb_transcript_absorb_fr(o->transcript, &proof->h_alpha, 1);
    zkb_transcript_challenge(&o->gamma, o->transcript);
    return ZKB_OK;
}

/* s_(k-1) += weight·(m_k + m_-k) for the product m = p(X)·P_w(1/X), p of 2^variables
 * coefficients. */
static void add_product(opening *o, const zkb_fr *p, const zkb_fr *w, unsigned variables,
                        const zkb_fr *weight)
{
    const size_t size = (size_t)1 << variables;
    const zkb_fr *middle = o->product + (size - 1);
    zkb_polynomial_times_eq_inverse(o->product, p, size, w, variables);
    for (size_t k = 1; k < size; k++) {
        zkb_fr t;
        zkb_fr_add(&t, middle + k, o->product + (size - 1 - k));
        zkb_fr_mul(&t, &t, weight);
        zkb_fr_add(&o->s[k - 1], &o->s[k - 1], &t);
    }
}

static zkb_status send_products(opening *o, zkb_mercury_proof *proof)
{
    memset(o->s, 0, o->columns * sizeof *o->s);
    add_product(o, o->g, o->point, o->low, &zkb_fr_one);
    add_product(o, o->h, o->point + o->low, o->high, &o->gamma);
    for (size_t i = 0; i < o->columns; i++) {
        o->d[i] = o->g[o->columns - 1 - i];
    }
    ZKB_TRY(commit(&proof->s, o, o->s, o->columns));
    ZKB_TRY(commit(&proof->d, o, o->d, o->columns));
    const zkb_g1_affine message[2] = {proof->s, proof->d};
    zkb_transcript_absorb_g1(o->transcript, message, 2);
    zkb_transcript_challenge(&o->zeta, o->transcript);
    if (zkb_fr_is_zero(&o->zeta)) {
        return zkb_fail(o->error, ZKB_ERROR_REJECTED, "opening", ZKB_NO_INDEX,
                        "opening: the evaluation point is zero");
    }
    zkb_fr_inv(&o->zeta_inverse, &o->zeta);
    return ZKB_OK;
}

static void send_evaluations(opening *o, zkb_mercury_proof *proof)
{
    zkb_polynomial_evaluate(&proof->g_zeta, o->g, o->columns, &o->zeta);
    zkb_polynomial_evaluate(&proof->g_inverse, o->g, o->columns, &o->zeta_inverse);
    zkb_polynomial_evaluate(&proof->h_zeta, o->h, o->rows, &o->zeta);
    zkb_polynomial_evaluate(&proof->h_inverse, o->h, o->rows, &o->zeta_inverse);
    zkb_polynomial_evaluate(&proof->s_inverse, o->s, o->columns, &o->zeta_inverse);
    const zkb_fr message[5] = {proof->g_zeta, proof->g_inverse, proof->h_zeta, proof->h_inverse,
                               proof->s_inverse};
    zkb_transcript_absorb_fr(o->transcript, message, 5);
    zkb_transcript_challenge(&o->rho, o->transcript);
}

/* inout = inout·rho + p, coefficient by coefficient. */
static void batch_in(zkb_fr *inout, size_t count, const zkb_fr *p, size_t p_count,
                     const zkb_fr *rho)
{
    for (size_t i = 0; i < count; i++) {
        zkb_fr_mul(&inout[i], &inout[i], rho);
        if (i < p_count) {
            zkb_fr_add(&inout[i], &inout[i], &p[i]);
        }
    }
}

/* W1 = (f - (zeta^b - alpha) q - g + rho g + rho^2 h + rho^3 S + rho^4 D - value) / (X - zeta) */
static zkb_status send_first_quotient(opening *o, zkb_mercury_proof *proof)
{
    const size_t count = o->length > o->columns ? o->length : o->columns;
    o->factor = o->zeta;
    for (unsigned k = 0; k < o->low; k++) {
        zkb_fr_sqr(&o->factor, &o->factor);
    }
    zkb_fr_sub(&o->factor, &o->alpha, &o->factor);
    zkb_parallel_for(pieces(o->length, FOLD_PIECE), o->threads, combine_piece, o);
    for (size_t i = o->length; i < count; i++) {
        o->q[i] = ZKB_FR_ZERO;
    }
    memcpy(o->small, o->d, o->columns * sizeof *o->small);
    batch_in(o->small, o->columns, o->s, o->columns, &o->rho);
    batch_in(o->small, o->columns, o->h, o->rows, &o->rho);
    batch_in(o->small, o->columns, o->g, o->columns, &o->rho);
    for (size_t i = 0; i < o->columns; i++) {
        zkb_fr_mul(&o->small[i], &o->small[i], &o->rho);
        zkb_fr_sub(&o->small[i], &o->small[i], &o->g[i]);
        zkb_fr_add(&o->q[i], &o->q[i], &o->small[i]);
    }
    ZKB_TRY(zkb_polynomial_divide_long(o->q, count, o->arena, &o->zeta, o->threads, o->error));
    return commit(&proof->w[0], o, o->q + 1, count - 1);
}

static zkb_status send_quotients(opening *o, zkb_mercury_proof *proof)
{
    ZKB_TRY(send_first_quotient(o, proof));
    /* W2 = (g + rho h + rho^2 S - value) / (X - 1/zeta) */
    memcpy(o->small, o->s, o->columns * sizeof *o->small);
    batch_in(o->small, o->columns, o->h, o->rows, &o->rho);
    batch_in(o->small, o->columns, o->g, o->columns, &o->rho);
    zkb_polynomial_divide(o->small, o->small, o->columns, &o->zeta_inverse);
    ZKB_TRY(commit(&proof->w[1], o, o->small, o->columns - 1));
    /* W3 = (h - h(alpha)) / (X - alpha) */
    zkb_polynomial_divide(o->small, o->h, o->rows, &o->alpha);
    ZKB_TRY(commit(&proof->w[2], o, o->small, o->rows > 0 ? o->rows - 1 : 0));
    zkb_transcript_absorb_g1(o->transcript, proof->w, 3);
    zkb_fr kappa; /* only the verifier uses it; squeezed so that both transcripts end alike */
    zkb_transcript_challenge(&kappa, o->transcript);
    return ZKB_OK;
}

static size_t matrix_size(unsigned variables, size_t length)
{
    const size_t columns = (size_t)1 << ((variables + 1) / 2);
    const size_t rows = length / columns + (length % columns != 0);
    return (rows > 1 ? rows : 1) * columns;
}

size_t zkb_mercury_open_scratch(unsigned variables, size_t length, unsigned threads)
{
    if (variables > ZKB_MERCURY_MAX_VARIABLES) {
        return 0;
    }
    const size_t columns = (size_t)1 << ((variables + 1) / 2);
    const size_t matrix = matrix_size(variables, length);
    const size_t long_division = zkb_polynomial_divide_long_scratch(matrix);
    const size_t commitment = zkb_commit_scratch(matrix, 254, threads);
    return zkb_arena_cost(zkb_blocks(columns) * sizeof(zkb_fr_block)) +
           5 * zkb_arena_cost(columns * sizeof(zkb_fr)) +
           zkb_arena_cost(2 * columns * sizeof(zkb_fr)) + zkb_arena_cost(matrix * sizeof(zkb_fr)) +
           (long_division > commitment ? long_division : commitment);
}

static bool allocate(opening *o, unsigned variables)
{
    o->eq = zkb_arena_alloc(o->arena, zkb_blocks(o->columns), sizeof *o->eq);
    zkb_fr **arrays[5] = {&o->h, &o->g, &o->s, &o->d, &o->small};
    for (int i = 0; i < 5; i++) {
        *arrays[i] = zkb_arena_alloc(o->arena, o->columns, sizeof(zkb_fr));
        if (*arrays[i] == NULL) {
            return false;
        }
    }
    o->product = zkb_arena_alloc(o->arena, 2 * o->columns, sizeof(zkb_fr));
    o->q = zkb_arena_alloc(o->arena, matrix_size(variables, o->length), sizeof(zkb_fr));
    return o->eq != NULL && o->product != NULL && o->q != NULL;
}

static zkb_status run(opening *o, zkb_mercury_proof *proof)
{
    ZKB_TRY(send_h(o, proof));
    ZKB_TRY(send_division(o, proof));
    ZKB_TRY(send_products(o, proof));
    send_evaluations(o, proof);
    return send_quotients(o, proof);
}

zkb_status zkb_mercury_open(zkb_mercury_proof *proof, zkb_arena *arena, zkb_transcript *transcript,
                            const zkb_srs *srs, const zkb_fr *f, size_t length, const zkb_fr *point,
                            unsigned variables, unsigned threads, zkb_error *error)
{
    if (variables < ZKB_MERCURY_MIN_VARIABLES || variables > ZKB_MERCURY_MAX_VARIABLES ||
        length > (size_t)1 << variables) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "opening", ZKB_NO_INDEX,
                        "opening: %zu coefficients in %u variables; the variables are %u to %u "
                        "and hold the coefficients",
                        length, variables, ZKB_MERCURY_MIN_VARIABLES, ZKB_MERCURY_MAX_VARIABLES);
    }
    const size_t mark = zkb_arena_mark(arena);
    opening o = {.kernels = zkb_fr_kernels_get(),
                 .arena = arena,
                 .transcript = transcript,
                 .srs = srs,
                 .error = error,
                 .threads = threads,
                 .f = f,
                 .length = length,
                 .point = point,
                 .low = (variables + 1) / 2,
                 .high = variables / 2};
    o.columns = (size_t)1 << o.low;
    o.all_rows = (size_t)1 << o.high;
    o.rows = pieces(length, o.columns);
    zkb_status status;
    if (!allocate(&o, variables)) {
        status = zkb_fail(error, ZKB_ERROR_MEMORY, "opening", ZKB_NO_INDEX,
                          "opening: the arena is smaller than zkb_mercury_open_scratch says");
    } else {
        status = run(&o, proof);
    }
    zkb_arena_release(arena, mark);
    return status;
}
