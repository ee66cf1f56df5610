/* Folds: claims about openings become one, in the tree that the number of chunks gives. Honest
 * trees; every element of their messages altered; claims that are false, exchanged, used twice or
 * folded elsewhere; and challenges that a prover foresees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/parallel.h"
#include "kzg/mercury.h"
#include "proof/naive_gather.h"
#include "proof/toy.h"
#include "prover/run_folds.h"
#include "verify/verify_folds.h"

enum { MOST_CLAIMS = 257, LEAST = 3, MOST = 6, LENGTH = 1 << MOST, WINDOW = 64 };

#define ARENA ((size_t)16 << 20)

static zkb_srs srs;

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

/* ---- Claims ---------------------------------------------------------------------------------- */

/* What a chunk ends with: a claim, for the prover its polynomial, and for the verifier its
 * commitment, as a sum of two terms. */
typedef struct chunk {
    zkb_open_claim open;
    zkb_fr f[LENGTH];
    size_t length;
    zkb_g1_affine points[2];
    zkb_fr scalars[2];
} chunk;

static chunk chunks[MOST_CLAIMS];

/* f(tau), in the exponent. */
static zkb_g1_affine commit(const zkb_fr *f, size_t length)
{
    zkb_g1 point, sum = ZKB_G1_IDENTITY;
    zkb_g1_affine out;
    for (size_t i = 0; i < length; i++) {
        zkb_g1_from_affine(&point, &srs.g1[i]);
        zkb_g1_mul(&point, &point, &f[i]);
        zkb_g1_add(&sum, &sum, &point);
    }
    zkb_g1_to_affine(&out, &sum);
    return out;
}

/* The digest is of all that the claim is, as a chunk's transcript has it. */
static void state_claim(chunk *c)
{
    zkb_transcript_init(&c->open.transcript, "test.fold.chunk");
    zkb_transcript_absorb_g1(&c->open.transcript, c->points, 2);
    zkb_transcript_absorb_fr(&c->open.transcript, c->scalars, 2);
    zkb_transcript_absorb_fr(&c->open.transcript, c->open.point, c->open.variables);
    zkb_transcript_absorb_fr(&c->open.transcript, &c->open.value, 1);
    zkb_transcript_challenge(&c->open.digest, &c->open.transcript);
}

static void make_chunk(chunk *c, unsigned variables, size_t length, uint64_t seed)
{
    zkb_fr half;
    c->open.variables = variables;
    c->length = length;
    for (size_t i = 0; i < length; i++) {
        c->f[i] = next_fr(&seed);
    }
    for (unsigned k = 0; k < variables; k++) {
        c->open.point[k] = next_fr(&seed);
    }
    c->open.value = naive_value(c->f, length, c->open.point, variables);
    zkb_fr_from_u64(&half, 2);
    c->points[0] = commit(c->f, length < 4 ? length : 4); /* few points are quick */
    c->points[1] = ZKB_G1_AFFINE_IDENTITY;
    c->scalars[0] = zkb_fr_one;
    c->scalars[1] = half;
    if (length > 4) {
        zkb_fr rest[LENGTH] = {0};
        zkb_fr_inv(&half, &half);
        for (size_t i = 4; i < length; i++) {
            zkb_fr_mul(&rest[i], &c->f[i], &half);
        }
        c->points[1] = commit(rest, length);
    }
    state_claim(c);
}

static unsigned variables_of(uint32_t i) { return LEAST + (i * 5 + 1) % (MOST - LEAST + 1); }

static int setup(void **state)
{
    (void)state;
    toy_srs(&srs);
    for (uint32_t i = 0; i < MOST_CLAIMS; i++) {
        const unsigned n = i < 40 ? variables_of(i) : LEAST;
        const size_t length = i < 40 ? ((size_t)1 << n) - i % 3 : 1 + i % 4;
        make_chunk(&chunks[i], n, length, 1000 + i);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    zkb_srs_close(&srs);
    return 0;
}

/* ---- Both sides of a tree -------------------------------------------------------------------- */

typedef struct folded {
    uint8_t *messages;
    size_t size;
    uint8_t opening[ZKB_MERCURY_PROOF_SIZE];
} folded;

/* Chunks arrive in the order first, first + step, .. modulo their number. */
static void fold(folded *out, const chunk *all, uint32_t count, uint32_t first, uint32_t step,
                 unsigned threads)
{
    zkb_run_folds *folds;
    zkb_error error;
    zkb_arena arena = {0};
    assert_int_equal(zkb_run_folds_create(&folds, &error), ZKB_OK);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t at = (first + i * step) % count;
        const chunk *c = &all[at];
        zkb_fr *f = malloc(c->length * sizeof *f);
        assert_non_null(f);
        memcpy(f, c->f, c->length * sizeof *f);
        assert_int_equal(
            zkb_run_folds_add(folds, at, &c->open, f, c->length, &arena, threads, &error), ZKB_OK);
    }
    assert_int_equal(zkb_run_folds_end(&out->messages, &out->size, out->opening, folds, count, &srs,
                                       NULL, &arena, threads, &error),
                     ZKB_OK);
    zkb_arena_destroy(&arena);
    zkb_run_folds_destroy(folds);
}

static void fill_claim(zkb_checked_claim *out, const chunk *c)
{
    assert_int_equal(zkb_claim_reserve(out, 2, NULL), ZKB_OK);
    out->open = c->open;
    memcpy(out->points, c->points, sizeof c->points);
    memcpy(out->scalars, c->scalars, sizeof c->scalars);
    out->count = 2;
}

/* The first level by windows, as a run's verifier has it. */
static zkb_status first_level(zkb_claims *out, zkb_fold_messages *messages, const chunk *all,
                              uint32_t count, unsigned threads, zkb_error *error)
{
    uint32_t done = 0;
    for (uint32_t first = 0; first < count; first += WINDOW) {
        zkb_claims in;
        assert_int_equal(
            zkb_claims_create(&in, count - first < WINDOW ? count - first : WINDOW, error), ZKB_OK);
        for (uint32_t i = 0; i < in.count; i++) {
            fill_claim(&in.claims[i], &all[first + i]);
        }
        const zkb_status status = zkb_verify_fold_level(out, &done, messages, &in, 0, first,
                                                        count > ZKB_FOLD_MOST, threads, error);
        zkb_claims_clear(&in);
        ZKB_TRY(status);
    }
    assert_int_equal(done, out->count);
    return ZKB_OK;
}

static zkb_status other_levels(zkb_claims *claims, zkb_fold_messages *messages, zkb_error *error)
{
    for (unsigned level = 1; claims->count > 1; level++) {
        zkb_claims next;
        uint32_t done = 0;
        assert_int_equal(zkb_claims_create(&next, (claims->count + 15) / 16, error), ZKB_OK);
        const zkb_status status =
            zkb_verify_fold_level(&next, &done, messages, claims, level, 0, false, 1, error);
        zkb_claims_clear(claims);
        *claims = next;
        ZKB_TRY(status);
    }
    return ZKB_OK;
}

static bool opens(const zkb_checked_claim *claim, const uint8_t *opening)
{
    zkb_arena arena;
    zkb_accumulator a;
    zkb_error error;
    assert_int_equal(zkb_arena_create(&arena, zkb_mercury_verify_scratch(claim->count), NULL),
                     ZKB_OK);
    const zkb_status status = zkb_verify_opening(&a, &arena, claim, opening, &error);
    zkb_arena_destroy(&arena);
    return toy_accumulator_holds(&a) && status == ZKB_OK;
}

/* ZKB_OK, ZKB_ERROR_REJECTED by the folds, or ZKB_ERROR_MISMATCH by what is left to open. */
static zkb_status judge(const chunk *all, uint32_t count, const uint8_t *messages, size_t size,
                        const uint8_t *opening, unsigned threads, zkb_error *error)
{
    zkb_claims claims;
    zkb_fold_messages at = {messages, size};
    assert_int_equal(zkb_claims_create(&claims, (count + 15) / 16, error), ZKB_OK);
    zkb_status status = first_level(&claims, &at, all, count, threads, error);
    if (status == ZKB_OK) {
        status = other_levels(&claims, &at, error);
    }
    if (status == ZKB_OK && at.left != 0) {
        status = ZKB_ERROR_REJECTED;
    }
    if (status == ZKB_OK && !opens(&claims.claims[0], opening)) {
        status = ZKB_ERROR_MISMATCH;
    }
    zkb_claims_clear(&claims);
    return status;
}

static zkb_status judge_folded(const chunk *all, uint32_t count, const folded *f)
{
    zkb_error error;
    return judge(all, count, f->messages, f->size, f->opening, 1, &error);
}

/* ---- Honest trees ---------------------------------------------------------------------------- */

static size_t group_bytes(uint32_t first, uint32_t end)
{
    unsigned most = 0;
    for (uint32_t i = first; i < end; i++) {
        most = chunks[i].open.variables > most ? chunks[i].open.variables : most;
    }
    return end - first < 2 ? 0 : ZKB_GATHER_BYTES(most);
}

/* Bytes are those of the groups, whatever the order in which claims come and the threads. */
static void honest(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1, 2, 3, 15, 16, 17, 18, 33, 257};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const uint32_t n = counts[i];
        folded f, g;
        zkb_error error;
        fold(&f, chunks, n, 0, 1, 1);
        assert_int_equal(judge_folded(chunks, n, &f), ZKB_OK);
        assert_int_equal(judge(chunks, n, f.messages, f.size, f.opening, 3, &error), ZKB_OK);
        if (n <= 16) {
            assert_int_equal(f.size, group_bytes(0, n));
        }
        fold(&g, chunks, n, n - 1, n - 1, 1); /* the last one first */
        assert_int_equal(g.size, f.size);
        assert_memory_equal(g.messages, f.messages, f.size);
        assert_memory_equal(g.opening, f.opening, sizeof f.opening);
        free(g.messages);
        fold(&g, chunks, n, n / 2, 1, 4);
        assert_int_equal(g.size, f.size);
        assert_memory_equal(g.messages, f.messages, f.size);
        assert_memory_equal(g.opening, f.opening, sizeof f.opening);
        free(g.messages);
        free(f.messages);
    }
}

/* Claims that come from several threads at once. */
typedef struct arrival {
    zkb_run_folds *folds;
    uint32_t count;
    zkb_arena arenas[4];
} arrival;

static void arrive(void *context, size_t index, unsigned thread)
{
    arrival *a = context;
    const chunk *c = &chunks[(index * 5) % a->count];
    zkb_error error;
    zkb_fr *f = malloc(c->length * sizeof *f);
    assert_non_null(f);
    memcpy(f, c->f, c->length * sizeof *f);
    assert_int_equal(zkb_run_folds_add(a->folds, (uint32_t)(c - chunks), &c->open, f, c->length,
                                       &a->arenas[thread], 1, &error),
                     ZKB_OK);
}

static void several_threads(void **state)
{
    (void)state;
    for (uint32_t n = 32; n < MOST_CLAIMS; n += 224) {
        folded f, g;
        zkb_error error;
        arrival a = {.count = n};
        fold(&f, chunks, n, 0, 1, 1);
        assert_int_equal(zkb_run_folds_create(&a.folds, &error), ZKB_OK);
        zkb_parallel_for(n, 4, arrive, &a);
        assert_int_equal(zkb_run_folds_end(&g.messages, &g.size, g.opening, a.folds, n, &srs, NULL,
                                           &a.arenas[0], 2, &error),
                         ZKB_OK);
        zkb_run_folds_destroy(a.folds);
        for (unsigned i = 0; i < 4; i++) {
            zkb_arena_destroy(&a.arenas[i]);
        }
        assert_int_equal(g.size, f.size);
        assert_memory_equal(g.messages, f.messages, f.size);
        assert_memory_equal(g.opening, f.opening, sizeof f.opening);
        free(f.messages);
        free(g.messages);
    }
}

/* A run that is given up: claims that wait are freed, in groups begun and whole. */
static void given_up(void **state)
{
    (void)state;
    zkb_run_folds *folds;
    zkb_error error;
    zkb_arena arena = {0};
    assert_int_equal(zkb_run_folds_create(&folds, &error), ZKB_OK);
    for (uint32_t i = 0; i < 20; i++) {
        zkb_fr *f = malloc(chunks[i].length * sizeof *f);
        assert_non_null(f);
        memcpy(f, chunks[i].f, chunks[i].length * sizeof *f);
        assert_int_equal(zkb_run_folds_add(folds, i == 19 ? 300 : i, &chunks[i].open, f,
                                           chunks[i].length, &arena, 1, &error),
                         ZKB_OK);
    }
    zkb_run_folds_destroy(folds);
    zkb_run_folds_destroy(NULL);
    zkb_arena_destroy(&arena);
}

/* ---- Messages altered ------------------------------------------------------------------------ */

/* Adds the prime: the same element, another string. */
static void uncanonical(uint8_t *at)
{
    static const uint64_t p[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
    unsigned carry = 0;
    for (unsigned i = 0; i < 32; i++) {
        const unsigned sum = at[i] + carry + (unsigned)(p[i / 8] >> (8 * (i % 8)) & 255);
        at[i] = (uint8_t)sum;
        carry = sum >> 8;
    }
}

/* Three groups, of which the last has one claim, and the fold above. */
static void every_element(void **state)
{
    (void)state;
    enum { COUNT = 33 };
    folded f;
    zkb_error error;
    fold(&f, chunks, COUNT, 0, 1, 1);
    assert_int_equal(f.size, 3 * ZKB_GATHER_BYTES(MOST));
    for (size_t offset = 0; offset < f.size; offset += 32) {
        uint8_t saved[32];
        memcpy(saved, f.messages + offset, sizeof saved);
        f.messages[offset] ^= 1;
        assert_int_equal(judge_folded(chunks, COUNT, &f), ZKB_ERROR_MISMATCH);
        memcpy(f.messages + offset, saved, sizeof saved);
        uncanonical(f.messages + offset);
        assert_int_equal(judge(chunks, COUNT, f.messages, f.size, f.opening, 1, &error),
                         ZKB_ERROR_REJECTED);
        assert_string_equal(error.where, "run.fold");
        memcpy(f.messages + offset, saved, sizeof saved);
    }
    for (size_t offset = 0; offset < sizeof f.opening; offset += 32) {
        f.opening[offset] ^= 1;
        assert_int_equal(judge_folded(chunks, COUNT, &f), ZKB_ERROR_MISMATCH);
        f.opening[offset] ^= 1;
    }
    assert_int_equal(judge_folded(chunks, COUNT, &f), ZKB_OK);
    free(f.messages);
}

/* Messages of groups exchanged, cut short at every byte, and with more behind them. */
static void other_lengths(void **state)
{
    (void)state;
    enum { COUNT = 33, FOLD = ZKB_GATHER_BYTES(MOST) };
    folded f;
    zkb_error error;
    fold(&f, chunks, COUNT, 0, 1, 1);
    uint8_t *other = malloc(f.size + 64);
    assert_non_null(other);
    for (uint32_t a = 0; a < 3; a++) {
        const uint32_t b = (a + 1) % 3;
        memcpy(other, f.messages, f.size);
        memcpy(other + (size_t)a * FOLD, f.messages + (size_t)b * FOLD, FOLD);
        memcpy(other + (size_t)b * FOLD, f.messages + (size_t)a * FOLD, FOLD);
        assert_int_equal(judge(chunks, COUNT, other, f.size, f.opening, 1, &error),
                         ZKB_ERROR_MISMATCH);
    }
    for (size_t size = 0; size < f.size; size += 13) {
        uint8_t *copy = malloc(size + 1); /* of the exact length, for the sanitizers */
        memcpy(copy, f.messages, size);
        assert_int_equal(judge(chunks, COUNT, copy, size, f.opening, 1, &error),
                         ZKB_ERROR_REJECTED);
        free(copy);
    }
    memcpy(other, f.messages, f.size);
    memset(other + f.size, 0, 64);
    assert_int_equal(judge(chunks, COUNT, other, f.size + 64, f.opening, 1, &error),
                     ZKB_ERROR_REJECTED);
    free(other);
    free(f.messages);
}

/* ---- Other claims ---------------------------------------------------------------------------- */

/* The claims of the first `count` chunks, one of them changed. */
static chunk *copied(uint32_t count)
{
    chunk *copy = malloc(count * sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, chunks, count * sizeof *copy);
    return copy;
}

/* One claim that is false, with the digest of what it says: its value, its point, its commitment.
 * The prover does all else honestly. */
static void one_false_claim(void **state)
{
    (void)state;
    enum { COUNT = 17, KINDS = 4 };
    for (uint32_t i = 0; i < COUNT; i++) {
        for (unsigned kind = 0; kind < KINDS; kind++) {
            chunk *copy = copied(COUNT);
            chunk *c = &copy[i];
            folded f;
            if (kind == 0) {
                zkb_fr_add(&c->open.value, &c->open.value, &zkb_fr_one);
            } else if (kind == 1) {
                zkb_fr_add(&c->open.point[i % LEAST], &c->open.point[i % LEAST], &zkb_fr_one);
            } else if (kind == 2) {
                c->points[0] = zkb_g1_generator;
            } else {
                zkb_fr_add(&c->scalars[0], &c->scalars[0], &zkb_fr_one);
            }
            state_claim(c);
            fold(&f, copy, COUNT, 0, 1, 1);
            assert_int_equal(judge_folded(copy, COUNT, &f), ZKB_ERROR_MISMATCH);
            free(f.messages);
            free(copy);
        }
    }
}

/* Two claims of a group are false, by amounts that cancel where both have one weight. */
static void two_false_claims(void **state)
{
    (void)state;
    static const uint32_t pairs[][2] = {{0, 1}, {1, 2}, {0, 2}, {1, 3}, {3, 11}, {14, 15}, {0, 15}};
    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++) {
        chunk *copy = copied(ZKB_FOLD_MOST);
        chunk *a = &copy[pairs[p][0]];
        chunk *b = &copy[pairs[p][1]];
        folded f;
        zkb_fr_add(&a->open.value, &a->open.value, &zkb_fr_one);
        zkb_fr_sub(&b->open.value, &b->open.value, &zkb_fr_one);
        state_claim(a);
        state_claim(b);
        fold(&f, copy, ZKB_FOLD_MOST, 0, 1, 1);
        assert_int_equal(judge_folded(copy, ZKB_FOLD_MOST, &f), ZKB_ERROR_MISMATCH);
        free(f.messages);
        free(copy);
    }
}

/* The proof is of some claims, the verifier has others: one twice, two exchanged, one of a chunk
 * that is not there, with a digest that says so or one that does not. */
static void other_claims(void **state)
{
    (void)state;
    enum { COUNT = 17 };
    folded f;
    fold(&f, chunks, COUNT, 0, 1, 1);
    for (uint32_t i = 0; i < COUNT; i += 3) {
        const uint32_t j = (i + 7) % COUNT;
        chunk *copy = copied(COUNT);
        copy[i] = chunks[j];
        assert_int_equal(judge_folded(copy, COUNT, &f), ZKB_ERROR_MISMATCH);
        copy[j] = chunks[i];
        assert_int_equal(judge_folded(copy, COUNT, &f), ZKB_ERROR_MISMATCH);
        copy[j] = chunks[j];
        copy[i] = chunks[COUNT];
        assert_true(judge_folded(copy, COUNT, &f) != ZKB_OK);
        copy[i] = chunks[i];
        zkb_fr_add(&copy[i].open.digest, &copy[i].open.digest, &zkb_fr_one);
        assert_int_equal(judge_folded(copy, COUNT, &f), ZKB_ERROR_MISMATCH);
        free(copy);
    }
    chunk *copy = copied(COUNT); /* a claim twice is as good as once, when it was folded twice */
    copy[4] = copy[11];
    free(f.messages);
    fold(&f, copy, COUNT, 0, 1, 1);
    assert_int_equal(judge_folded(copy, COUNT, &f), ZKB_OK);
    free(copy);
    free(f.messages);
}

/* A commitment with content beyond the 2^n coefficients of its claim: it is worth nothing, in a
 * fold of more variables too. A claim that counts it is false. */
static void content_beyond_the_claim(void **state)
{
    (void)state;
    enum { COUNT = 7, AT = 2 };
    for (int counted = 0; counted < 2; counted++) {
        chunk *copy = copied(COUNT);
        chunk *c = &copy[AT];
        folded f;
        make_chunk(c, LEAST, LENGTH, 4321); /* the value is that of the first 2^LEAST */
        if (counted) {
            memset(c->open.point + LEAST, 0, (MOST - LEAST) * sizeof(zkb_fr));
            zkb_fr_from_u64(&c->open.point[MOST - 1], 7); /* no coordinate of the claim's */
            c->open.value = naive_value(c->f, LENGTH, c->open.point, MOST);
            state_claim(c);
        }
        fold(&f, copy, COUNT, 0, 1, 1);
        assert_int_equal(judge_folded(copy, COUNT, &f), counted ? ZKB_ERROR_MISMATCH : ZKB_OK);
        free(f.messages);
        free(copy);
    }
}

/* ---- Places ---------------------------------------------------------------------------------- */

enum { GROUP = 5 };

/* A fold of GROUP claims by the prover at one place; whether the verifier takes it at another. */
static bool taken(const zkb_fold_place *proved, const zkb_fold_place *checked)
{
    zkb_fold_member members[GROUP];
    const zkb_checked_claim *list[GROUP];
    zkb_checked_claim claims[GROUP] = {0}, out = {0};
    zkb_open_claim claim;
    zkb_fr f[LENGTH];
    zkb_arena arena;
    zkb_error error;
    uint8_t messages[ZKB_GATHER_BYTES(MOST)], opening[ZKB_MERCURY_PROOF_SIZE];
    for (uint32_t i = 0; i < GROUP; i++) {
        members[i] = (zkb_fold_member){&chunks[i].open, chunks[i].f, chunks[i].length};
        fill_claim(&claims[i], &chunks[i]);
        list[i] = &claims[i];
    }
    const size_t length = zkb_fold_length(members, GROUP);
    assert_int_equal(zkb_arena_create(&arena, ARENA, NULL), ZKB_OK);
    assert_int_equal(zkb_prove_fold(&claim, f, messages, &arena, proved, members, 1, NULL, &error),
                     ZKB_OK);
    assert_int_equal(zkb_prove_opening(opening, &claim, f, length, &srs, &arena, 1, &error),
                     ZKB_OK);
    zkb_arena_destroy(&arena);
    const uint8_t *at = messages;
    size_t left = ZKB_GATHER_BYTES(zkb_fold_variables(members, GROUP));
    assert_int_equal(zkb_claim_reserve(&out, 2 * (size_t)GROUP, &error), ZKB_OK);
    assert_int_equal(zkb_verify_fold(&out, &at, &left, checked, list, NULL, &error), ZKB_OK);
    assert_int_equal(left, 0);
    const bool good = opens(&out, opening);
    for (uint32_t i = 0; i < GROUP; i++) {
        free(claims[i].points);
        free(claims[i].scalars);
    }
    free(out.points);
    free(out.scalars);
    return good;
}

/* A fold is made for its place in the tree. */
static void other_places(void **state)
{
    (void)state;
    const zkb_fold_place here = {1, 3, GROUP};
    const zkb_fold_place others[] = {{0, 3, GROUP}, {2, 3, GROUP}, {1, 2, GROUP}, {1, 4, GROUP}};
    assert_true(taken(&here, &here));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(taken(&here, &others[i]));
    }
}

/* ---- Foreseen challenges --------------------------------------------------------------------- */

enum { PAIR = 3 }; /* claims in what follows */

/* The oracle, which gives out one challenge as foreseen; and what it saw. */
typedef struct oracle {
    size_t at; /* the challenge's number: 0 is eta, then the rounds */
    zkb_fr value;
    bool obey;
    size_t calls, messages, elements;
    uint64_t words[8];
    zkb_fr first[ZKB_FOLD_MOST]; /* the first message of elements: the digests */
    zkb_transcript_kind kinds[64];
} oracle;

static void squeezed(void *context, zkb_fr *challenge)
{
    oracle *o = context;
    if (o->calls++ == o->at && o->obey) {
        *challenge = o->value;
    }
    o->kinds[o->messages++] = ZKB_TRANSCRIPT_SQUEEZE;
}

static void absorbed(void *context, zkb_transcript_kind kind, const void *data, size_t length)
{
    oracle *o = context;
    o->kinds[o->messages++] = kind;
    if (kind == ZKB_TRANSCRIPT_U64) {
        assert_true(length <= 8);
        memcpy(o->words, data, length * sizeof(uint64_t));
    } else if (o->elements == 0) {
        assert_true(length <= ZKB_FOLD_MOST);
        memcpy(o->first, data, length * sizeof(zkb_fr));
        o->elements = length;
    }
}

/* The error that a prover hides: in round k it moves the constant, so that the claim that is left
 * is right if the round's challenge is what it foresees. */
typedef struct hiding {
    unsigned variables, k;
    zkb_fr error, foreseen;
} hiding;

static void hide(void *context, zkb_fr sent[2], const zkb_fr *u, unsigned k)
{
    const hiding *h = context;
    zkb_fr carried = h->error; /* after the rounds above: an error e of the claim becomes e·u */
    zkb_fr factor;
    if (k != h->k) {
        return;
    }
    for (unsigned j = k + 1; j < h->variables; j++) {
        zkb_fr_mul(&carried, &carried, &u[j]);
    }
    zkb_fr_double(&factor, &h->foreseen); /* a (1 - 2w) + w e = 0 */
    zkb_fr_sub(&factor, &factor, &zkb_fr_one);
    zkb_fr_inv(&factor, &factor);
    zkb_fr_mul(&factor, &factor, &h->foreseen);
    zkb_fr_mul(&factor, &factor, &carried);
    zkb_fr_add(&sent[0], &sent[0], &factor);
}

/* The prover of a fold, by the definition, over the true values of the polynomials. */
static void fold_by_hand(zkb_open_claim *out, zkb_fr f[LENGTH], uint8_t *messages,
                         const zkb_fold_place *place, const chunk *all, const naive_tamper *tamper,
                         const zkb_transcript_hook *hook)
{
    const zkb_open_claim *claims[ZKB_FOLD_MOST];
    zkb_fr weights[ZKB_FOLD_MOST], scales[ZKB_FOLD_MOST];
    zkb_fr points[ZKB_FOLD_MOST][ZKB_MERCURY_MAX_VARIABLES];
    zkb_gather_term terms[ZKB_FOLD_MOST];
    for (uint32_t i = 0; i < place->count; i++) {
        claims[i] = &all[i].open;
    }
    zkb_fold_start(out, weights, points, place, claims, hook);
    for (uint32_t i = 0; i < place->count; i++) {
        terms[i] = (zkb_gather_term){all[i].f, all[i].length, points[i], weights[i]};
    }
    naive_gather(out->point, scales, &out->value, messages, &out->transcript, terms, place->count,
                 out->variables, tamper);
    zkb_transcript_challenge(&out->digest, &out->transcript);
    for (size_t x = 0; x < LENGTH; x++) {
        f[x] = ZKB_FR_ZERO;
        for (uint32_t i = 0; i < place->count; i++) {
            zkb_fr term = x < all[i].length ? all[i].f[x] : ZKB_FR_ZERO;
            zkb_fr_mul(&term, &term, &scales[i]);
            zkb_fr_add(&f[x], &f[x], &term);
        }
    }
}

/* Folds by hand and verifies, each with the oracle; *digest is the verifier's. */
static bool taken_with(oracle *o, const chunk *all, const naive_tamper *tamper)
{
    const zkb_fold_place place = {0, 0, PAIR};
    const zkb_transcript_hook hook = {o, absorbed, squeezed};
    const zkb_checked_claim *list[PAIR];
    zkb_checked_claim claims[PAIR] = {0}, out = {0};
    zkb_open_claim claim;
    zkb_fr f[LENGTH];
    zkb_arena arena;
    zkb_error error;
    uint8_t messages[ZKB_GATHER_BYTES(MOST)], opening[ZKB_MERCURY_PROOF_SIZE];
    o->calls = o->messages = o->elements = 0;
    fold_by_hand(&claim, f, messages, &place, all, tamper, &hook);
    claim.transcript.hook = NULL;
    assert_int_equal(zkb_arena_create(&arena, ARENA, NULL), ZKB_OK);
    assert_int_equal(zkb_prove_opening(opening, &claim, f, (size_t)1 << claim.variables, &srs,
                                       &arena, 1, &error),
                     ZKB_OK);
    zkb_arena_destroy(&arena);
    for (uint32_t i = 0; i < PAIR; i++) {
        fill_claim(&claims[i], &all[i]);
        list[i] = &claims[i];
    }
    const uint8_t *at = messages;
    size_t left = ZKB_GATHER_BYTES(claim.variables);
    assert_int_equal(zkb_claim_reserve(&out, 2 * (size_t)PAIR, &error), ZKB_OK);
    o->calls = o->messages = o->elements = 0;
    assert_int_equal(zkb_verify_fold(&out, &at, &left, &place, list, &hook, &error), ZKB_OK);
    assert_true(zkb_fr_equal(&out.open.digest, &claim.digest));
    out.open.transcript.hook = NULL;
    const bool good = opens(&out, opening);
    for (uint32_t i = 0; i < PAIR; i++) {
        free(claims[i].points);
        free(claims[i].scalars);
    }
    free(out.points);
    free(out.scalars);
    return good;
}

/* Two false values whose errors cancel under the eta that the prover foresees. */
static void eta(void **state)
{
    (void)state;
    static const uint64_t guesses[] = {1, 2, 12345};
    for (size_t i = 0; i < sizeof guesses / sizeof guesses[0]; i++) {
        chunk *copy = copied(PAIR);
        oracle o = {.at = 0};
        zkb_fr e;
        zkb_fr_from_u64(&o.value, guesses[i]);
        zkb_fr_add(&copy[0].open.value, &copy[0].open.value, &zkb_fr_one);
        zkb_fr_inv(&e, &o.value);
        zkb_fr_sub(&copy[1].open.value, &copy[1].open.value, &e);
        assert_false(taken_with(&o, copy, NULL));
        o.obey = true;
        assert_true(taken_with(&o, copy, NULL));
        free(copy);
    }
}

/* One false value, hidden in each of the rounds. */
static void rounds(void **state)
{
    (void)state;
    chunk *copy = copied(PAIR);
    hiding h = {.error = zkb_fr_one};
    for (uint32_t i = 0; i < PAIR; i++) {
        h.variables = copy[i].open.variables > h.variables ? copy[i].open.variables : h.variables;
    }
    zkb_fr_add(&copy[0].open.value, &copy[0].open.value, &zkb_fr_one);
    zkb_fr_from_u64(&h.foreseen, 77);
    const naive_tamper tamper = {hide, &h};
    for (h.k = 0; h.k < h.variables; h.k++) {
        oracle o = {.at = h.variables - h.k, .value = h.foreseen};
        assert_false(taken_with(&o, copy, &tamper));
        o.obey = true;
        assert_true(taken_with(&o, copy, &tamper));
    }
    free(copy);
}

/* What a fold absorbs before it squeezes eta, in the order of docs/protocol.md; its rounds; and
 * last of all the digest. */
static void transcript(void **state)
{
    (void)state;
    oracle o = {0};
    assert_true(taken_with(&o, chunks, NULL));
    const unsigned n = chunks[1].open.variables > chunks[2].open.variables
                           ? chunks[1].open.variables
                           : chunks[2].open.variables;
    const unsigned most = n > chunks[0].open.variables ? n : chunks[0].open.variables;
    const uint64_t words[4] = {0, 0, PAIR, most};
    assert_memory_equal(o.words, words, sizeof words);
    assert_int_equal(o.elements, PAIR);
    for (uint32_t i = 0; i < PAIR; i++) {
        assert_true(zkb_fr_equal(&o.first[i], &chunks[i].open.digest));
    }
    size_t at = 0;
    assert_int_equal(o.kinds[at++], ZKB_TRANSCRIPT_U64);
    assert_int_equal(o.kinds[at++], ZKB_TRANSCRIPT_FR);
    assert_int_equal(o.kinds[at++], ZKB_TRANSCRIPT_SQUEEZE);
    for (unsigned k = 0; k < most; k++) {
        assert_int_equal(o.kinds[at++], ZKB_TRANSCRIPT_FR);
        assert_int_equal(o.kinds[at++], ZKB_TRANSCRIPT_SQUEEZE);
    }
    assert_int_equal(o.kinds[at++], ZKB_TRANSCRIPT_SQUEEZE);
    assert_int_equal(o.messages, at);
}

/* What a fold ends with: its digest, by which the next level knows it, and the transcript, from
 * which an opening goes on, change with every element of its messages and with its claims. */
static void end_of_a_fold(void **state)
{
    (void)state;
    const zkb_fold_place place = {0, 0, PAIR};
    const zkb_checked_claim *list[PAIR];
    zkb_checked_claim claims[PAIR] = {0}, first = {0}, other = {0};
    zkb_open_claim claim;
    zkb_fr f[LENGTH];
    zkb_error error;
    uint8_t messages[ZKB_GATHER_BYTES(MOST)];
    fold_by_hand(&claim, f, messages, &place, chunks, NULL, NULL);
    const size_t size = ZKB_GATHER_BYTES(claim.variables);
    for (uint32_t i = 0; i < PAIR; i++) {
        fill_claim(&claims[i], &chunks[i]);
        list[i] = &claims[i];
    }
    assert_int_equal(zkb_claim_reserve(&first, 2 * (size_t)PAIR, &error), ZKB_OK);
    assert_int_equal(zkb_claim_reserve(&other, 2 * (size_t)PAIR, &error), ZKB_OK);
    for (size_t offset = 0; offset <= size; offset += 32) { /* at `size`: nothing changed */
        for (int pass = offset != 0; pass < 2; pass++) {
            zkb_checked_claim *out = pass == 0 ? &first : &other;
            const uint8_t *at = messages;
            size_t left = size;
            if (pass == 1 && offset < size) {
                messages[offset] ^= 1;
            }
            assert_int_equal(zkb_verify_fold(out, &at, &left, &place, list, NULL, &error), ZKB_OK);
            assert_int_equal(left, 0);
            if (pass == 1 && offset < size) {
                messages[offset] ^= 1;
            }
        }
        const bool same = offset == size;
        assert_int_equal(zkb_fr_equal(&first.open.digest, &other.open.digest), same);
        for (unsigned w = 0; w < 3; w++) {
            assert_int_equal(
                zkb_fr_equal(&first.open.transcript.state[w], &other.open.transcript.state[w]),
                same);
        }
        assert_int_equal(zkb_fr_equal(&first.open.value, &other.open.value), same);
    }
    assert_true(zkb_fr_equal(&first.open.digest, &claim.digest));
    for (uint32_t i = 0; i < PAIR; i++) {
        free(claims[i].points);
        free(claims[i].scalars);
    }
    free(first.points);
    free(first.scalars);
    free(other.points);
    free(other.scalars);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest),
        cmocka_unit_test(several_threads),
        cmocka_unit_test(given_up),
        cmocka_unit_test(every_element),
        cmocka_unit_test(other_lengths),
        cmocka_unit_test(one_false_claim),
        cmocka_unit_test(two_false_claims),
        cmocka_unit_test(other_claims),
        cmocka_unit_test(content_beyond_the_claim),
        cmocka_unit_test(other_places),
        cmocka_unit_test(eta),
        cmocka_unit_test(rounds),
        cmocka_unit_test(transcript),
        cmocka_unit_test(end_of_a_fold),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
