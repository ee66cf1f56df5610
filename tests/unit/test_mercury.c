/* Mercury with a known tau: round trips for every small n, and every way to be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kzg/mercury_open.h"
#include "unit/kzg_fixture.h"

enum { MAX_N = 12, MAX_SIZE = 1 << MAX_N };

typedef struct fixture {
    zkb_fr tau;
    zkb_srs srs;
    zkb_arena arena;
    uint64_t counter;
    zkb_fr f[MAX_SIZE];
    zkb_fr point[MAX_N];
} fixture;

static fixture *shared;

static int set_up(void **state)
{
    (void)state;
    shared = calloc(1, sizeof *shared);
    assert_non_null(shared);
    fixture_element(&shared->tau, &shared->counter);
    assert_int_equal(zkb_srs_from_tau(&shared->srs, &shared->tau, MAX_N + 1, 2, NULL), ZKB_OK);
    size_t need = zkb_mercury_open_scratch(MAX_N, MAX_SIZE, 2);
    if (zkb_mercury_verify_scratch(16) > need) {
        need = zkb_mercury_verify_scratch(16);
    }
    assert_int_equal(zkb_arena_create(&shared->arena, need, NULL), ZKB_OK);
    for (size_t i = 0; i < MAX_SIZE; i++) {
        fixture_element(&shared->f[i], &shared->counter);
    }
    for (size_t i = 0; i < MAX_N; i++) {
        fixture_element(&shared->point[i], &shared->counter);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    zkb_srs_close(&shared->srs);
    zkb_arena_destroy(&shared->arena);
    free(shared);
    return 0;
}

static void start(zkb_transcript *t) { zkb_transcript_init(t, "zkbpf.test.mercury"); }

/* An opening as both sides see it. */
typedef struct scene {
    zkb_g1_affine commitment;
    zkb_fr point[MAX_N];
    unsigned variables;
    zkb_fr value;
    zkb_mercury_proof proof;
} scene;

static void open_scene(scene *s, const zkb_fr *f, size_t length, unsigned variables,
                       unsigned threads)
{
    zkb_transcript t;
    zkb_error error;
    memcpy(s->point, shared->point, sizeof s->point);
    s->variables = variables;
    fixture_commit(&s->commitment, f, length, &shared->tau);
    fixture_value(&s->value, f, length, s->point, variables);
    start(&t);
    assert_int_equal(zkb_mercury_open(&s->proof, &shared->arena, &t, &shared->srs, f, length,
                                      s->point, variables, threads, &error),
                     ZKB_OK);
    assert_int_equal(zkb_arena_mark(&shared->arena), 0);
}

static bool accepts(const scene *s)
{
    zkb_transcript t;
    zkb_accumulator accumulator;
    const zkb_mercury_claim claim = {&s->commitment, &zkb_fr_one,  1,
                                     s->point,       s->variables, s->value};
    start(&t);
    return zkb_mercury_verify(&accumulator, &shared->arena, &t, &claim, &s->proof, NULL) ==
               ZKB_OK &&
           fixture_holds(&accumulator, &shared->tau);
}

static void honest_openings_hold(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= MAX_N; n++) {
        const size_t size = (size_t)1 << n;
        const size_t lengths[] = {size, size - 1, size / 2 + 1, size / 2, 1, 0};
        for (size_t i = 0; i < (n < 9 ? 6 : 2); i++) {
            scene s;
            open_scene(&s, shared->f, lengths[i], n, 1);
            assert_true(accepts(&s));
        }
    }
}

static void points_of_the_cube_read_coefficients(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 7; n++) {
        const size_t index = (size_t)(0x5a >> (7 - n)) & (((size_t)1 << n) - 1);
        zkb_fr kept[MAX_N];
        scene s;
        memcpy(kept, shared->point, sizeof kept);
        for (unsigned k = 0; k < n; k++) {
            shared->point[k] = ((index >> k) & 1) != 0 ? zkb_fr_one : ZKB_FR_ZERO;
        }
        open_scene(&s, shared->f, (size_t)1 << n, n, 1);
        memcpy(shared->point, kept, sizeof kept);
        assert_true(zkb_fr_equal(&s.value, &shared->f[index]));
        assert_true(accepts(&s));
    }
}

static void wrong_claims_fail(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 6; n++) {
        scene good;
        open_scene(&good, shared->f, (size_t)1 << n, n, 1);
        scene s = good;
        zkb_fr_add(&s.value, &s.value, &zkb_fr_one);
        assert_false(accepts(&s));
        for (unsigned k = 0; k < n; k++) {
            s = good;
            zkb_fr_add(&s.point[k], &s.point[k], &zkb_fr_one);
            assert_false(accepts(&s));
        }
        s = good;
        s.commitment = zkb_g1_generator;
        assert_false(accepts(&s));
        s = good;
        s.commitment = ZKB_G1_AFFINE_IDENTITY;
        assert_false(accepts(&s));
        if (n > 1) {
            s = good;
            s.variables = n - 1;
            assert_false(accepts(&s));
        }
    }
}

/* A prover that runs the protocol honestly on a false value. */
static void false_values_fail_with_honest_messages(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 9; n++) {
        scene s;
        zkb_transcript t;
        open_scene(&s, shared->f, (size_t)1 << n, n, 1);
        zkb_fr_add(&s.value, &s.value, &zkb_fr_one);
        start(&t);
        assert_int_equal(zkb_mercury_open(&s.proof, &shared->arena, &t, &shared->srs, shared->f,
                                          (size_t)1 << n, s.point, n, 1, NULL),
                         ZKB_OK);
        assert_false(accepts(&s));
    }
}

/* Each of the 8 points and 6 scalars altered; through the encoding, so that its places are
 * covered too. */
static void altered_messages_fail(void **state)
{
    (void)state;
    for (unsigned n = 4; n <= 5; n++) {
        scene good;
        uint8_t bytes[ZKB_MERCURY_PROOF_SIZE];
        uint8_t again[ZKB_MERCURY_PROOF_SIZE];
        open_scene(&good, shared->f, (size_t)1 << n, n, 1);
        zkb_mercury_encode(bytes, &good.proof);
        for (size_t i = 0; i < ZKB_MERCURY_POINTS + ZKB_MERCURY_SCALARS; i++) {
            scene s = good;
            uint8_t altered[ZKB_MERCURY_PROOF_SIZE];
            memcpy(altered, bytes, sizeof bytes);
            if (i < ZKB_MERCURY_POINTS) {
                zkb_g1_affine p;
                zkb_g1 sum;
                assert_true(zkb_g1_decode(&p, bytes + 64 * i));
                zkb_g1_from_affine(&sum, &p);
                zkb_g1_add_affine(&sum, &sum, &zkb_g1_generator);
                zkb_g1_to_affine(&p, &sum);
                zkb_g1_encode(altered + 64 * i, &p);
            } else {
                zkb_fr a;
                uint8_t *at =
                    altered + (size_t)64 * ZKB_MERCURY_POINTS + 32 * (i - ZKB_MERCURY_POINTS);
                assert_true(zkb_fr_from_bytes(&a, at));
                zkb_fr_add(&a, &a, &zkb_fr_one);
                zkb_fr_to_bytes(at, &a);
            }
            assert_int_equal(zkb_mercury_decode(&s.proof, altered, NULL), ZKB_OK);
            zkb_mercury_encode(again, &s.proof);
            assert_memory_equal(again, altered, sizeof again);
            assert_false(accepts(&s));
        }
        /* And each point replaced by the identity, which decodes. */
        for (size_t i = 0; i < ZKB_MERCURY_POINTS; i++) {
            scene s = good;
            uint8_t altered[ZKB_MERCURY_PROOF_SIZE];
            memcpy(altered, bytes, sizeof bytes);
            memset(altered + 64 * i, 0, 64);
            assert_int_equal(zkb_mercury_decode(&s.proof, altered, NULL), ZKB_OK);
            assert_false(accepts(&s));
        }
    }
}

static void malformed_encodings_are_refused(void **state)
{
    (void)state;
    static const uint8_t prime_q[32] = {0x47, 0xfd, 0x7c, 0xd8, 0x16, 0x8c, 0x20, 0x3c,
                                        0x8d, 0xca, 0x71, 0x68, 0x91, 0x6a, 0x81, 0x97,
                                        0x5d, 0x58, 0x81, 0x81, 0xb6, 0x45, 0x50, 0xb8,
                                        0x29, 0xa0, 0x31, 0xe1, 0x72, 0x4e, 0x64, 0x30};
    scene s;
    uint8_t bytes[ZKB_MERCURY_PROOF_SIZE];
    open_scene(&s, shared->f, 16, 4, 1);
    zkb_mercury_encode(bytes, &s.proof);
    for (size_t i = 0; i < ZKB_MERCURY_POINTS + ZKB_MERCURY_SCALARS; i++) {
        uint8_t bad[ZKB_MERCURY_PROOF_SIZE];
        zkb_error error;
        zkb_mercury_proof proof;
        const size_t at = i < ZKB_MERCURY_POINTS ? 64 * i : 64 * 8 + 32 * (i - ZKB_MERCURY_POINTS);
        memcpy(bad, bytes, sizeof bad);
        memset(bad + at, 0xff, 32); /* above either prime */
        assert_int_equal(zkb_mercury_decode(&proof, bad, &error), ZKB_ERROR_REJECTED);
        assert_int_equal(error.index, i);
        if (i < ZKB_MERCURY_POINTS) {
            memcpy(bad, bytes, sizeof bad);
            bad[at + 40] ^= 1; /* off the curve */
            assert_int_equal(zkb_mercury_decode(&proof, bad, &error), ZKB_ERROR_REJECTED);
            memcpy(bad, bytes, sizeof bad);
            memset(bad + at, 0, 64);
            memcpy(bad + at, prime_q, 32); /* zero, not canonical */
            assert_int_equal(zkb_mercury_decode(&proof, bad, &error), ZKB_ERROR_REJECTED);
        }
    }
}

/* f with a coefficient beyond a claimed height of 2^h: opened as the zero extension of the short
 * column it fails. */
static void content_beyond_the_height(void **state)
{
    (void)state;
    enum { N = 6, H = 3 };
    zkb_fr f[1 << (N + 1)];
    memset(f, 0, sizeof f);
    memcpy(f, shared->f, sizeof(zkb_fr) << H);
    scene s;
    open_scene(&s, f, (size_t)1 << N, N, 1);
    zkb_fr short_value;
    zkb_fr zero_weight = zkb_fr_one;
    fixture_value(&short_value, f, (size_t)1 << H, s.point, H);
    for (unsigned k = H; k < N; k++) {
        zkb_fr factor;
        zkb_fr_sub(&factor, &zkb_fr_one, &s.point[k]);
        zkb_fr_mul(&zero_weight, &zero_weight, &factor);
    }
    zkb_fr_mul(&short_value, &short_value, &zero_weight);
    assert_true(zkb_fr_equal(&short_value, &s.value));
    assert_true(accepts(&s));
    for (size_t i = (size_t)1 << H; i < (size_t)1 << N; i++) {
        f[i] = zkb_fr_one;
        open_scene(&s, f, (size_t)1 << N, N, 1);
        f[i] = ZKB_FR_ZERO;
        assert_true(accepts(&s));
        s.value = short_value;
        assert_false(accepts(&s));
    }
}

/* Two claims about one polynomial, one true and one false, in one combination; and coefficients
 * that cancel them. */
static void combined_claims_are_bound(void **state)
{
    (void)state;
    enum { N = 5, SIZE = 1 << N };
    scene s;
    zkb_fr sum[SIZE];
    zkb_fr coefficients[3];
    zkb_g1_affine commitments[3];
    zkb_transcript t;
    zkb_accumulator accumulator;
    memset(sum, 0, sizeof sum);
    for (size_t j = 0; j < 3; j++) {
        fixture_element(&coefficients[j], &shared->counter);
        fixture_commit(&commitments[j], shared->f + 100 * j, SIZE, &shared->tau);
        for (size_t i = 0; i < SIZE; i++) {
            zkb_fr term;
            zkb_fr_mul(&term, &coefficients[j], &shared->f[100 * j + i]);
            zkb_fr_add(&sum[i], &sum[i], &term);
        }
    }
    open_scene(&s, sum, SIZE, N, 1);
    zkb_mercury_claim claim = {commitments, coefficients, 3, s.point, N, s.value};
    start(&t);
    assert_int_equal(zkb_mercury_verify(&accumulator, &shared->arena, &t, &claim, &s.proof, NULL),
                     ZKB_OK);
    assert_true(fixture_holds(&accumulator, &shared->tau));
    for (size_t j = 0; j < 3; j++) {
        const zkb_fr kept = coefficients[j];
        zkb_fr_add(&coefficients[j], &coefficients[j], &zkb_fr_one);
        start(&t);
        assert_int_equal(
            zkb_mercury_verify(&accumulator, &shared->arena, &t, &claim, &s.proof, NULL), ZKB_OK);
        assert_false(fixture_holds(&accumulator, &shared->tau));
        coefficients[j] = kept;
    }
}

static void threads_do_not_change_proofs(void **state)
{
    (void)state;
    scene one;
    scene two;
    uint8_t a[ZKB_MERCURY_PROOF_SIZE];
    uint8_t b[ZKB_MERCURY_PROOF_SIZE];
    open_scene(&one, shared->f, MAX_SIZE - 5, MAX_N, 1);
    open_scene(&two, shared->f, MAX_SIZE - 5, MAX_N, 2);
    zkb_mercury_encode(a, &one.proof);
    zkb_mercury_encode(b, &two.proof);
    assert_memory_equal(a, b, sizeof a);
}

/* Every field of the proof that the verifier reads is absorbed before the challenge after it. */
typedef struct record {
    zkb_fr challenges[5];
    size_t count;
} record;

static void keep_challenge(void *context, zkb_fr *challenge)
{
    record *r = context;
    assert_true(r->count < 5);
    r->challenges[r->count++] = *challenge;
}

static void challenges_of(record *r, const scene *s)
{
    const zkb_transcript_hook hook = {r, NULL, keep_challenge};
    const zkb_mercury_claim claim = {&s->commitment, &zkb_fr_one,  1,
                                     s->point,       s->variables, s->value};
    zkb_transcript t;
    zkb_accumulator accumulator;
    r->count = 0;
    start(&t);
    t.hook = &hook;
    assert_int_equal(zkb_mercury_verify(&accumulator, &shared->arena, &t, &claim, &s->proof, NULL),
                     ZKB_OK);
    assert_int_equal(r->count, 5);
}

static void every_message_moves_the_challenges(void **state)
{
    (void)state;
    scene good;
    record before;
    open_scene(&good, shared->f, 32, 5, 1);
    challenges_of(&before, &good);
    /* The first challenge that each element must move: alpha 0, gamma 1, zeta 2, rho 3, kappa 4. */
    static const size_t first[ZKB_MERCURY_POINTS + ZKB_MERCURY_SCALARS] = {0, 1, 1, 2, 2, 4, 4,
                                                                           4, 1, 3, 3, 3, 3, 3};
    for (size_t i = 0; i < ZKB_MERCURY_POINTS + ZKB_MERCURY_SCALARS; i++) {
        scene s = good;
        record after;
        zkb_mercury_proof *p = &s.proof;
        zkb_g1_affine *points[ZKB_MERCURY_POINTS] = {&p->h, &p->g,    &p->q,    &p->s,
                                                     &p->d, &p->w[0], &p->w[1], &p->w[2]};
        zkb_fr *scalars[ZKB_MERCURY_SCALARS] = {&p->h_alpha, &p->g_zeta,    &p->g_inverse,
                                                &p->h_zeta,  &p->h_inverse, &p->s_inverse};
        if (i < ZKB_MERCURY_POINTS) {
            zkb_g1_affine_neg(points[i], points[i]);
        } else {
            zkb_fr *a = scalars[i - ZKB_MERCURY_POINTS];
            zkb_fr_add(a, a, &zkb_fr_one);
        }
        challenges_of(&after, &s);
        for (size_t c = 0; c < 5; c++) {
            assert_int_equal(zkb_fr_equal(&before.challenges[c], &after.challenges[c]),
                             c < first[i]);
        }
    }
}

static void freeze_to_zero(void *context, zkb_fr *challenge)
{
    size_t *calls = context;
    if (++*calls == 3) {
        *challenge = ZKB_FR_ZERO;
    }
}

static void zeta_zero_is_rejected(void **state)
{
    (void)state;
    scene s;
    size_t calls = 0;
    const zkb_transcript_hook hook = {&calls, NULL, freeze_to_zero};
    open_scene(&s, shared->f, 32, 5, 1);
    const zkb_mercury_claim claim = {&s.commitment, &zkb_fr_one, 1, s.point, s.variables, s.value};
    zkb_transcript t;
    zkb_accumulator accumulator;
    start(&t);
    t.hook = &hook;
    assert_int_equal(zkb_mercury_verify(&accumulator, &shared->arena, &t, &claim, &s.proof, NULL),
                     ZKB_ERROR_REJECTED);
}

/* Challenges forced to collide: zeta = 1, -1 (its own inverse) and alpha. Openings stay complete,
 * and a false value still fails. */
typedef struct collision {
    int what;
    size_t calls;
    zkb_fr alpha;
} collision;

static void collide(void *context, zkb_fr *challenge)
{
    collision *c = context;
    c->calls++;
    if (c->calls == 1) {
        c->alpha = *challenge;
    }
    if (c->calls == 3) {
        *challenge = c->what == 2 ? c->alpha : zkb_fr_one;
        if (c->what == 1) {
            zkb_fr_neg(challenge, challenge);
        }
    }
}

static void colliding_challenges(void **state)
{
    (void)state;
    for (int what = 0; what < 3; what++) {
        for (int wrong = 0; wrong < 2; wrong++) {
            scene s;
            zkb_transcript t;
            zkb_accumulator accumulator;
            collision c = {what, 0, ZKB_FR_ZERO};
            const zkb_transcript_hook hook = {&c, NULL, collide};
            open_scene(&s, shared->f, 32, 5, 1);
            if (wrong) {
                zkb_fr_add(&s.value, &s.value, &zkb_fr_one);
            }
            start(&t);
            t.hook = &hook;
            assert_int_equal(zkb_mercury_open(&s.proof, &shared->arena, &t, &shared->srs, shared->f,
                                              32, s.point, 5, 1, NULL),
                             ZKB_OK);
            const zkb_mercury_claim claim = {&s.commitment, &zkb_fr_one, 1, s.point, 5, s.value};
            c.calls = 0;
            start(&t);
            t.hook = &hook;
            assert_int_equal(
                zkb_mercury_verify(&accumulator, &shared->arena, &t, &claim, &s.proof, NULL),
                ZKB_OK);
            assert_int_equal(fixture_holds(&accumulator, &shared->tau), !wrong);
        }
    }
}

static void arguments_out_of_range(void **state)
{
    (void)state;
    scene s;
    zkb_transcript t;
    zkb_accumulator accumulator;
    zkb_arena tiny;
    open_scene(&s, shared->f, 2, 1, 1);
    for (unsigned n = 0; n < 40; n += 29) {
        const zkb_mercury_claim claim = {&s.commitment, &zkb_fr_one, 1, s.point, n, s.value};
        start(&t);
        assert_int_equal(
            zkb_mercury_verify(&accumulator, &shared->arena, &t, &claim, &s.proof, NULL),
            ZKB_ERROR_ARGUMENT);
        assert_int_equal(zkb_mercury_open(&s.proof, &shared->arena, &t, &shared->srs, shared->f, 1,
                                          s.point, n, 1, NULL),
                         ZKB_ERROR_ARGUMENT);
    }
    assert_int_equal(zkb_arena_create(&tiny, 1000, NULL), ZKB_OK);
    assert_int_equal(
        zkb_mercury_open(&s.proof, &tiny, &t, &shared->srs, shared->f, 64, s.point, 6, 1, NULL),
        ZKB_ERROR_MEMORY);
    zkb_arena_destroy(&tiny);
}

static void merging_keeps_truth_and_falsehood(void **state)
{
    (void)state;
    scene s;
    zkb_transcript t;
    zkb_accumulator all[5];
    zkb_accumulator sum;
    for (size_t i = 0; i < 5; i++) {
        open_scene(&s, shared->f + i, 16, 4, 1);
        const zkb_mercury_claim claim = {&s.commitment, &zkb_fr_one, 1, s.point, 4, s.value};
        start(&t);
        assert_int_equal(zkb_mercury_verify(&all[i], &shared->arena, &t, &claim, &s.proof, NULL),
                         ZKB_OK);
    }
    for (size_t count = 0; count <= 5; count++) {
        assert_int_equal(zkb_accumulator_merge(&sum, &shared->arena, all, count, NULL), ZKB_OK);
        assert_true(fixture_holds(&sum, &shared->tau));
    }
    for (size_t i = 0; i < 5; i++) {
        const zkb_accumulator kept = all[i];
        all[i].left = zkb_g1_generator;
        assert_int_equal(zkb_accumulator_merge(&sum, &shared->arena, all, 5, NULL), ZKB_OK);
        assert_false(fixture_holds(&sum, &shared->tau));
        all[i] = kept;
    }
    /* Two false ones that cancel in a plain sum. */
    zkb_g1 moved;
    zkb_g1_affine minus;
    zkb_g1_affine_neg(&minus, &zkb_g1_generator);
    zkb_g1_from_affine(&moved, &all[0].left);
    zkb_g1_add_affine(&moved, &moved, &zkb_g1_generator);
    zkb_g1_to_affine(&all[0].left, &moved);
    zkb_g1_from_affine(&moved, &all[1].left);
    zkb_g1_add_affine(&moved, &moved, &minus);
    zkb_g1_to_affine(&all[1].left, &moved);
    assert_int_equal(zkb_accumulator_merge(&sum, &shared->arena, all, 5, NULL), ZKB_OK);
    assert_false(fixture_holds(&sum, &shared->tau));
}

/* Either point of any pair changes the factors by which all of the other side are added: a prover
 * who could choose the last one afterwards would make the sum hold. */
static void every_accumulator_moves_the_factors(void **state)
{
    (void)state;
    static const size_t counts[] = {2, 5, 17, 130};
    enum { MOST = 130 };
    static zkb_accumulator all[MOST];
    zkb_g1 multiple = ZKB_G1_IDENTITY;
    for (size_t i = 0; i < MOST; i++) {
        zkb_g1_add_affine(&multiple, &multiple, &zkb_g1_generator);
        zkb_g1_to_affine(&all[i].left, &multiple);
        zkb_g1_affine_neg(&all[i].right, &all[i].left);
    }
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
        zkb_accumulator before, after;
        zkb_arena arena;
        assert_int_equal(zkb_arena_create(&arena, zkb_accumulator_scratch(counts[n]), NULL),
                         ZKB_OK);
        assert_int_equal(zkb_accumulator_merge(&before, &arena, all, counts[n], NULL), ZKB_OK);
        for (size_t i = 0; i < counts[n]; i += counts[n] > 17 && i + 8 < counts[n] ? 7 : 1) {
            const zkb_accumulator kept = all[i];
            zkb_g1_affine_neg(&all[i].left, &kept.left);
            assert_int_equal(zkb_accumulator_merge(&after, &arena, all, counts[n], NULL), ZKB_OK);
            assert_false(zkb_g1_affine_equal(&after.right, &before.right));
            all[i] = (zkb_accumulator){kept.left, kept.left};
            assert_int_equal(zkb_accumulator_merge(&after, &arena, all, counts[n], NULL), ZKB_OK);
            assert_false(zkb_g1_affine_equal(&after.left, &before.left));
            all[i] = kept;
        }
        zkb_arena_destroy(&arena);
    }
}

/* The check by pairings: what L = tau R says, and points that must not get so far. */
static void pairings_decide(void **state)
{
    (void)state;
    scene s;
    zkb_transcript t;
    zkb_accumulator all[3];
    zkb_error error;
    const zkb_g2_prepared *pairing = shared->srs.pairing;
    for (size_t i = 0; i < 3; i++) {
        open_scene(&s, shared->f + i, 16, 4, 1);
        const zkb_mercury_claim claim = {&s.commitment, &zkb_fr_one, 1, s.point, 4, s.value};
        start(&t);
        assert_int_equal(zkb_mercury_verify(&all[i], &shared->arena, &t, &claim, &s.proof, NULL),
                         ZKB_OK);
    }
    for (size_t count = 0; count <= 3; count++) {
        assert_int_equal(zkb_accumulator_check(&shared->arena, all, count, pairing, &error),
                         ZKB_OK);
    }
    /* Of another setup; the identity. */
    zkb_g2_prepared other[2] = {pairing[0], pairing[0]};
    assert_int_equal(zkb_accumulator_check(&shared->arena, all, 3, other, &error),
                     ZKB_ERROR_REJECTED);
    assert_non_null(strstr(error.message, "pairing equation"));
    zkb_g2_prepare(&other[1], &ZKB_G2_AFFINE_IDENTITY);
    assert_int_equal(zkb_accumulator_check(&shared->arena, all, 0, other, &error),
                     ZKB_ERROR_REJECTED);
    for (size_t i = 0; i < 3; i++) {
        const zkb_accumulator kept = all[i];
        all[i].left = kept.right;
        assert_int_equal(zkb_accumulator_check(&shared->arena, all, 3, pairing, &error),
                         ZKB_ERROR_REJECTED);
        all[i] = (zkb_accumulator){ZKB_G1_AFFINE_IDENTITY, kept.right};
        assert_int_equal(zkb_accumulator_check(&shared->arena, all, 3, pairing, &error),
                         ZKB_ERROR_REJECTED);
        all[i] = (zkb_accumulator){kept.left, ZKB_G1_AFFINE_IDENTITY};
        assert_int_equal(zkb_accumulator_check(&shared->arena, all, 3, pairing, &error),
                         ZKB_ERROR_REJECTED);
        all[i] = (zkb_accumulator){ZKB_G1_AFFINE_IDENTITY, ZKB_G1_AFFINE_IDENTITY};
        assert_int_equal(zkb_accumulator_check(&shared->arena, all, 3, pairing, &error), ZKB_OK);
        all[i] = kept;
        zkb_fq_double(&all[i].right.y, &all[i].right.y);
        assert_int_equal(zkb_accumulator_check(&shared->arena, all, 3, pairing, &error),
                         ZKB_ERROR_REJECTED);
        assert_int_equal(error.index, i);
        all[i] = kept;
        zkb_fq_double(&all[i].left.y, &all[i].left.y);
        assert_int_equal(zkb_accumulator_check(&shared->arena, all, 3, pairing, &error),
                         ZKB_ERROR_REJECTED);
        assert_int_equal(error.index, i);
        all[i] = kept;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_openings_hold),
        cmocka_unit_test(points_of_the_cube_read_coefficients),
        cmocka_unit_test(wrong_claims_fail),
        cmocka_unit_test(false_values_fail_with_honest_messages),
        cmocka_unit_test(altered_messages_fail),
        cmocka_unit_test(malformed_encodings_are_refused),
        cmocka_unit_test(content_beyond_the_height),
        cmocka_unit_test(combined_claims_are_bound),
        cmocka_unit_test(threads_do_not_change_proofs),
        cmocka_unit_test(every_message_moves_the_challenges),
        cmocka_unit_test(zeta_zero_is_rejected),
        cmocka_unit_test(colliding_challenges),
        cmocka_unit_test(arguments_out_of_range),
        cmocka_unit_test(merging_keeps_truth_and_falsehood),
        cmocka_unit_test(every_accumulator_moves_the_factors),
        cmocka_unit_test(pairings_decide),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
