/* Gathering: the prover's rounds against sums over the hypercube, and the verifier's rounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proof/naive_gather.h"
#include "verify/verify_gather.h"

enum { MOST_VARIABLES = 10, SPARE = 64 }; /* bytes behind the messages */

static zkb_fr next_fr(uint64_t *seed)
{
    zkb_fr out;
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    zkb_fr_from_u64(&out, *seed >> 3);
    zkb_fr_sqr(&out, &out);
    zkb_fr_sqr(&out, &out);
    zkb_fr_sqr(&out, &out);
    return out;
}

static bool same(const zkb_fr *a, const zkb_fr *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!zkb_fr_equal(&a[i], &b[i])) {
            return false;
        }
    }
    return true;
}

/* Claims, and what they gather into. */
typedef struct gathering {
    unsigned variables;
    size_t count;
    zkb_gather_term terms[NAIVE_MOST_TERMS];
    zkb_fr f[NAIVE_MOST_TERMS][1 << MOST_VARIABLES];
    zkb_fr points[NAIVE_MOST_TERMS][MOST_VARIABLES];
    zkb_fr u[MOST_VARIABLES], scales[NAIVE_MOST_TERMS], claim, value;
    uint8_t messages[ZKB_GATHER_BYTES(MOST_VARIABLES) + SPARE];
    zkb_transcript transcript; /* at the end */
} gathering;

static void start_transcript(zkb_transcript *t)
{
    zkb_transcript_init(t, "test.gather");
    zkb_transcript_absorb_fr(t, &zkb_fr_one, 1);
}

/* A term of `length` coefficients, whose point ends in `zeros` zeros. */
static void add_term(gathering *g, size_t length, unsigned zeros, uint64_t seed)
{
    const size_t i = g->count++;
    assert_true(length <= (size_t)1 << g->variables);
    for (size_t x = 0; x < length; x++) {
        g->f[i][x] = next_fr(&seed);
    }
    for (unsigned k = 0; k < g->variables; k++) {
        g->points[i][k] = k + zeros < g->variables ? next_fr(&seed) : ZKB_FR_ZERO;
    }
    g->terms[i] = (zkb_gather_term){g->f[i], length, g->points[i], next_fr(&seed)};
}

static void gather_naively(gathering *g)
{
    start_transcript(&g->transcript);
    g->claim = naive_claim(g->terms, g->count, g->variables);
    naive_gather(g->u, g->scales, &g->value, g->messages, &g->transcript, g->terms, g->count,
                 g->variables, NULL);
}

/* The prover's own gives the same, with no byte written behind its messages. */
static void compare(const gathering *want, unsigned threads)
{
    static gathering got;
    size_t lengths[NAIVE_MOST_TERMS];
    zkb_arena arena;
    zkb_error error;
    for (size_t i = 0; i < want->count; i++) {
        lengths[i] = want->terms[i].length;
    }
    start_transcript(&got.transcript);
    memset(got.messages, 0xa5, sizeof got.messages);
    assert_int_equal(zkb_arena_create(&arena, zkb_gather_scratch(lengths, want->count), NULL),
                     ZKB_OK);
    assert_int_equal(zkb_gather_prove(got.u, got.scales, &got.value, got.messages, &got.transcript,
                                      &arena, want->terms, want->count, want->variables, threads,
                                      &error),
                     ZKB_OK);
    assert_int_equal(arena.used, 0);
    zkb_arena_destroy(&arena);
    assert_memory_equal(got.messages, want->messages, ZKB_GATHER_BYTES(want->variables));
    for (size_t i = 0; i < SPARE; i++) {
        assert_int_equal(got.messages[ZKB_GATHER_BYTES(want->variables) + i], 0xa5);
    }
    assert_true(same(got.u, want->u, want->variables));
    assert_true(same(got.scales, want->scales, want->count));
    assert_true(same(&got.value, &want->value, 1));
    assert_true(same(got.transcript.state, want->transcript.state, 3));
    assert_int_equal(got.transcript.available, want->transcript.available);
}

/* The verifier, over the first `size` bytes; the claim that is left. */
static zkb_status rounds(gathering *got, const gathering *g, const zkb_fr *claim, size_t size,
                         zkb_error *error)
{
    zkb_proof_reader reader = {.at = g->messages, .left = size};
    start_transcript(&reader.transcript);
    got->value = *claim;
    ZKB_TRY(zkb_verify_rounds(got->u, &got->value, &reader, g->variables, "rounds", error));
    assert_ptr_equal(reader.at, g->messages + ZKB_GATHER_BYTES(g->variables));
    assert_int_equal(reader.left, size - ZKB_GATHER_BYTES(g->variables));
    got->transcript = reader.transcript;
    return ZKB_OK;
}

static void check(gathering *g)
{
    static gathering got;
    zkb_error error;
    gather_naively(g);
    for (unsigned threads = 1; threads <= 3; threads++) {
        compare(g, threads);
    }
    assert_int_equal(rounds(&got, g, &g->claim, ZKB_GATHER_BYTES(g->variables), &error), ZKB_OK);
    assert_true(same(got.u, g->u, g->variables));
    assert_true(same(&got.value, &g->value, 1));
    assert_true(same(got.transcript.state, g->transcript.state, 3));
}

/* Each number of variables, and each length about a power of two; a term alone. */
static void one_term(void **state)
{
    (void)state;
    static gathering g;
    for (unsigned n = 1; n <= 8; n++) {
        for (unsigned k = 0; k <= n; k++) {
            for (int d = -1; d <= 1; d++) {
                const size_t length = ((size_t)1 << k) + (size_t)(ptrdiff_t)d;
                if (length == 0 || length > (size_t)1 << n) {
                    continue;
                }
                g.variables = n;
                g.count = 0;
                add_term(&g, length, k % 3 < n ? k % 3 : 0, 17 * length + n);
                check(&g);
            }
        }
    }
}

/* Terms of several lengths together, points that are zero in their upper coordinates, as claims of
 * fewer variables are, also below the length, and a point that is a corner. */
static void several_terms(void **state)
{
    (void)state;
    static gathering g;
    g.variables = MOST_VARIABLES;
    g.count = 0;
    add_term(&g, 1024, 0, 1);
    add_term(&g, 1, 0, 2);
    add_term(&g, 2, 9, 3);
    add_term(&g, 8, 7, 4);
    add_term(&g, 9, 3, 5);
    add_term(&g, 600, 0, 6);
    add_term(&g, 100, 6, 7); /* content above what its point reads */
    add_term(&g, 1, 10, 8);
    add_term(&g, 16, 2, 9);
    add_term(&g, 33, 10, 10);
    for (unsigned k = 0; k < g.variables; k++) {
        g.points[9][k] = k % 2 == 0 ? zkb_fr_one : ZKB_FR_ZERO;
    }
    check(&g);
    g.terms[3].weight = ZKB_FR_ZERO;
    check(&g);
    g.count = NAIVE_MOST_TERMS;
    for (size_t i = 10; i < NAIVE_MOST_TERMS; i++) {
        g.count = i;
        add_term(&g, 64, 4, 20 + i);
    }
    check(&g);
}

static void small_gathering(gathering *g)
{
    g->variables = 5;
    g->count = 0;
    add_term(g, 32, 0, 1);
    add_term(g, 11, 1, 2);
    gather_naively(g);
}

/* Any element altered leads elsewhere; one that is not below the prime is refused, and so is an
 * end that comes early: at its round. */
static void altered_rounds(void **state)
{
    (void)state;
    static gathering g, got;
    zkb_error error;
    small_gathering(&g);
    const size_t size = ZKB_GATHER_BYTES(g.variables);
    for (size_t offset = 0; offset < size; offset += 32) {
        uint8_t saved[32];
        memcpy(saved, g.messages + offset, sizeof saved);
        g.messages[offset] ^= 1;
        assert_int_equal(rounds(&got, &g, &g.claim, size, &error), ZKB_OK);
        assert_false(same(&got.value, &g.value, 1));
        assert_false(same(got.u, g.u, 1));
        memset(g.messages + offset, 0xff, 32);
        assert_int_equal(rounds(&got, &g, &g.claim, size, &error), ZKB_ERROR_REJECTED);
        assert_string_equal(error.where, "rounds");
        assert_int_equal(error.index, g.variables - 1 - offset / 64);
        memcpy(g.messages + offset, saved, sizeof saved);
    }
    for (size_t length = 0; length < size; length++) {
        uint8_t *copy = malloc(length + 1);
        memcpy(copy, g.messages, length);
        zkb_proof_reader reader = {.at = copy, .left = length};
        start_transcript(&reader.transcript);
        got.value = g.claim;
        assert_int_equal(
            zkb_verify_rounds(got.u, &got.value, &reader, g.variables, "rounds", &error),
            ZKB_ERROR_REJECTED);
        assert_int_equal(error.index, g.variables - 1 - length / 64);
        free(copy);
    }
    assert_int_equal(rounds(&got, &g, &g.claim, size + SPARE, &error), ZKB_OK);
}

/* Another claim leaves another value, whatever the messages. */
static void another_claim(void **state)
{
    (void)state;
    static gathering g, got;
    zkb_error error;
    zkb_fr claim;
    small_gathering(&g);
    zkb_fr_add(&claim, &g.claim, &zkb_fr_one);
    assert_int_equal(rounds(&got, &g, &claim, ZKB_GATHER_BYTES(g.variables), &error), ZKB_OK);
    assert_true(same(got.u, g.u, g.variables));
    assert_false(same(&got.value, &g.value, 1));
}

/* An arena that is too small is refused, not written past. */
static void small_arena(void **state)
{
    (void)state;
    static gathering g, got;
    zkb_error error;
    zkb_arena arena;
    small_gathering(&g);
    const size_t lengths[2] = {g.terms[0].length, g.terms[1].length};
    const size_t need = zkb_gather_scratch(lengths, 2);
    assert_int_equal(zkb_arena_create(&arena, need, NULL), ZKB_OK);
    const size_t size = arena.size;
    for (arena.size = 0; arena.size < need; arena.size += 64) {
        start_transcript(&got.transcript);
        assert_int_equal(zkb_gather_prove(got.u, got.scales, &got.value, got.messages,
                                          &got.transcript, &arena, g.terms, g.count, g.variables, 1,
                                          &error),
                         ZKB_ERROR_MEMORY);
        zkb_arena_release(&arena, 0);
    }
    arena.size = size;
    zkb_arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_term),       cmocka_unit_test(several_terms),
        cmocka_unit_test(altered_rounds), cmocka_unit_test(another_claim),
        cmocka_unit_test(small_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
