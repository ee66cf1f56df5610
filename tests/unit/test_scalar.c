/* The scalar operations, as every backend compiles them, against GMP: random values and edges, for
 * the lazy products up to the largest that they take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gmp.h>

#include "unit/scalar_cases.h"

typedef struct numbers {
    gmp_randstate_t random;
    mpz_t p, limit, a, b, want, got, bound;
} numbers;

static void import_words(mpz_t out, const uint64_t in[4]) { mpz_import(out, 4, -1, 8, 0, 0, in); }

static void export_words(uint64_t out[4], const mpz_t in)
{
    for (int i = 0; i < 4; i++) {
        out[i] = 0;
    }
    mpz_export(out, NULL, -1, 8, 0, 0, in);
}

/* Below limit: random, small, just below a multiple of p or one, just below the limit, or of words
 * of zeros and ones. */
static void draw(numbers *n, mpz_t out)
{
    const unsigned long kind = gmp_urandomm_ui(n->random, 8);
    const unsigned long little = gmp_urandomm_ui(n->random, 3);
    if (kind == 0) {
        mpz_set_ui(out, little);
    } else if (kind == 1) {
        mpz_mul_ui(out, n->p, gmp_urandomm_ui(n->random, 5));
        mpz_add_ui(out, out, little);
        mpz_sub_ui(out, out, 1);
    } else if (kind == 2) {
        mpz_sub_ui(out, n->limit, little + 1);
    } else if (kind == 3) {
        mpz_rrandomb(out, n->random, 256);
    } else {
        mpz_urandomm(out, n->random, n->limit);
    }
    mpz_mod(out, out, n->limit);
}

/* A number whose square has words 5 and 6 of all ones and word 0 small, so that what takes the
 * lowest words away makes a carry run through both: random numbers have one in 2^-64 cases. */
static void draw_for_carry(numbers *n, mpz_t out)
{
    mpz_mul(out, n->limit, n->limit);
    mpz_tdiv_q_2exp(out, out, 448);
    mpz_urandomm(out, n->random, out); /* word 7 */
    mpz_add_ui(out, out, 1);
    mpz_mul_2exp(out, out, 448);
    mpz_sub_ui(out, out, 1);
    mpz_sqrt(out, out);
    mpz_tdiv_q_2exp(out, out, 64);
    mpz_mul_2exp(out, out, 64);
    mpz_add_ui(out, out, 1 + 2 * gmp_urandomm_ui(n->random, 3));
}

/* What the operation gives, mod p or, of whole words, mod 2^256; bound: what its result is below.
 */
static void expect(numbers *n, zkb_scalar_op op)
{
    mpz_set(n->bound, n->p);
    if (op == SCALAR_ADD || op == SCALAR_ADD_WORDS) {
        mpz_add(n->want, n->a, n->b);
    } else if (op == SCALAR_SUB || op == SCALAR_SUB_WORDS) {
        mpz_sub(n->want, n->a, n->b);
    } else if (op == SCALAR_DOUBLE_ADD) {
        mpz_add(n->want, n->a, n->a);
        mpz_add(n->want, n->want, n->b);
    } else {
        mpz_mul(n->want, n->a, op == SCALAR_SQR || op == SCALAR_SQR_LAZY ? n->a : n->b);
        if (op > SCALAR_CANONICAL) {
            mpz_mul_ui(n->bound, n->p, 9);
            mpz_tdiv_q_ui(n->bound, n->bound, 5);
            mpz_tdiv_q_2exp(n->got, n->want, 256);
            mpz_add(n->bound, n->bound, n->got);
        }
        mpz_ui_pow_ui(n->got, 2, 256);
        assert_int_not_equal(mpz_invert(n->got, n->got, n->p), 0);
        mpz_mul(n->want, n->want, n->got);
    }
    if (op == SCALAR_ADD_WORDS || op == SCALAR_SUB_WORDS) {
        mpz_ui_pow_ui(n->bound, 2, 256);
        mpz_fdiv_r_2exp(n->want, n->want, 256);
    } else {
        mpz_mod(n->want, n->want, n->p);
    }
}

static void set_limit(numbers *n, zkb_scalar_op op)
{
    mpz_set(n->limit, n->p);
    if (op > SCALAR_CANONICAL) {
        mpz_mul_ui(n->limit, n->p, 4);
        mpz_add_ui(n->limit, n->limit, 1);
    }
    if (op == SCALAR_ADD_WORDS || op == SCALAR_SUB_WORDS) {
        mpz_ui_pow_ui(n->limit, 2, 256);
    }
}

static void check(void (*run)(uint64_t *, zkb_scalar_op, const uint64_t *, const uint64_t *),
                  const char *prime)
{
    numbers n;
    gmp_randinit_default(n.random);
    mpz_inits(n.p, n.limit, n.a, n.b, n.want, n.got, n.bound, NULL);
    assert_int_equal(mpz_set_str(n.p, prime, 10), 0);
    for (int op = 0; op < SCALAR_COUNT; op++) {
        if (op == SCALAR_CANONICAL) {
            continue;
        }
        set_limit(&n, (zkb_scalar_op)op);
        for (int i = 0; i < 20000; i++) {
            uint64_t a[4];
            uint64_t b[4];
            uint64_t got[4];
            draw(&n, n.a);
            draw(&n, n.b);
            if (i % 100 == 0 && (op == SCALAR_SQR || op == SCALAR_SQR_LAZY)) {
                draw_for_carry(&n, n.a);
            }
            export_words(a, n.a);
            export_words(b, n.b);
            run(got, (zkb_scalar_op)op, a, b);
            expect(&n, (zkb_scalar_op)op);
            import_words(n.got, got);
            const int below = mpz_cmp(n.got, n.bound);
            mpz_sub(n.got, n.got, n.want);
            if (below >= 0 || !mpz_divisible_p(n.got, n.p)) {
                fail_msg("operation %d of draw %d", op, i);
            }
        }
    }
    mpz_clears(n.p, n.limit, n.a, n.b, n.want, n.got, n.bound, NULL);
    gmp_randclear(n.random);
}

static void both_fields(const zkb_scalar_cases *cases)
{
    check(cases->fr,
          "21888242871839275222246405745257275088548364400416034343698204186575808495617");
    check(cases->fq,
          "21888242871839275222246405745257275088696311157297823662689037894645226208583");
}

#define BACKEND_TEST(with, NAME, name, processor, flags)                                           \
    ZKB_ON_##processor(static void name(void **unused) {                                           \
        (void)unused;                                                                              \
        if (!zkb_backend_runs(ZKB_BACKEND_##NAME)) {                                               \
            skip();                                                                                \
        }                                                                                          \
        both_fields(&zkb_scalar_cases_##name);                                                     \
    })
ZKB_BACKEND_LIST(BACKEND_TEST, )

#define BACKEND_ENTRY(with, NAME, name, processor, flags)                                          \
    ZKB_ON_##processor(cmocka_unit_test(name), )

int main(void)
{
    const struct CMUnitTest tests[] = {ZKB_BACKEND_LIST(BACKEND_ENTRY, )};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
