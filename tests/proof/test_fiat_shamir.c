/* The transcript of a proof, walked through the recorder: everything that the verifier reads was
 * absorbed, in the order of docs/protocol.md, before the next challenge; and for each message a
 * verifier whose challenges are frozen shows that the message is used and bound by nothing but its
 * absorption. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kzg/mercury.h"
#include "proof/prove.h"
#include "proof/toy.h"
#include "verify/verify_tables.h"

enum { EVENTS = 8192 };

/* One message or challenge. */
typedef struct event {
    bool challenge;
    zkb_transcript_kind kind;
    size_t length;
    uint8_t *data; /* in the form of the proof: 32 bytes for each element or point */
} event;

typedef struct recorder {
    event events[EVENTS];
    size_t count;
    zkb_fr challenges[EVENTS];
    size_t challenge_count;
    bool frozen; /* gives out the challenges recorded before */
} recorder;

static uint8_t *in_proof_form(zkb_transcript_kind kind, const void *data, size_t length)
{
    uint8_t *bytes = malloc(32 * length + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < length; i++) {
        if (kind == ZKB_TRANSCRIPT_FR) {
            zkb_fr_to_bytes(bytes + 32 * i, &((const zkb_fr *)data)[i]);
        } else if (kind == ZKB_TRANSCRIPT_G1) {
            zkb_g1_compress(bytes + 32 * i, &((const zkb_g1_affine *)data)[i]);
        } else if (kind == ZKB_TRANSCRIPT_U64) {
            memcpy(bytes + 8 * i, &((const uint64_t *)data)[i], 8);
        } else {
            bytes[i] = ((const uint8_t *)data)[i];
        }
    }
    return bytes;
}

static void on_absorb(void *context, zkb_transcript_kind kind, const void *data, size_t length)
{
    recorder *r = context;
    if (r->frozen) {
        return;
    }
    assert_true(r->count < EVENTS);
    r->events[r->count++] = (event){false, kind, length, in_proof_form(kind, data, length)};
}

static void on_squeeze(void *context, zkb_fr *challenge)
{
    recorder *r = context;
    assert_true(r->challenge_count < EVENTS && r->count < EVENTS);
    if (r->frozen) {
        *challenge = r->challenges[r->challenge_count++];
        return;
    }
    r->challenges[r->challenge_count++] = *challenge;
    r->events[r->count++] = (event){.challenge = true};
}

static zkb_srs srs;
static toy t;
static uint8_t *proof;
static size_t size;
static zkb_layout layout;
static zkb_arena layout_arena;
static recorder prover_record;
static recorder verifier_record;

static zkb_status verify(recorder *r, zkb_accumulator *accumulator, zkb_error *error)
{
    const zkb_transcript_hook hook = {r, on_absorb, on_squeeze};
    return opened_verify(accumulator, &t.key, &t.statement, proof, size, &hook, error);
}

static int setup(void **state)
{
    (void)state;
    const toy_shape shape = {{5, 3}, {27, 8}, 7, true};
    zkb_error error;
    toy_srs(&srs);
    toy_create(&t, &srs, &shape);
    assert_int_equal(opened_size(&size, &t.key, &t.statement, &error), ZKB_OK);
    proof = malloc(size);
    const zkb_transcript_hook hook = {&prover_record, on_absorb, on_squeeze};
    const zkb_prove_options options = {.threads = 1, .hook = &hook};
    assert_int_equal(opened_prove(proof, size, &t.key, &srs, &t.statement, &options, NULL, &error),
                     ZKB_OK);
    assert_int_equal(zkb_arena_create(&layout_arena, zkb_layout_scratch(TOY_TABLES), NULL), ZKB_OK);
    assert_int_equal(zkb_layout_init(&layout, &layout_arena, &t.key, &t.statement, NULL), ZKB_OK);
    zkb_accumulator accumulator;
    assert_int_equal(verify(&verifier_record, &accumulator, &error), ZKB_OK);
    return 0;
}

static void forget(recorder *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->events[i].data);
    }
}

static int teardown(void **state)
{
    (void)state;
    forget(&prover_record);
    forget(&verifier_record);
    free(proof);
    toy_destroy(&t);
    zkb_arena_destroy(&layout_arena);
    zkb_srs_close(&srs);
    return 0;
}

/* Prover and verifier absorb the same messages and squeeze the same challenges. */
static void both_sides_agree(void **state)
{
    (void)state;
    assert_int_equal(prover_record.count, verifier_record.count);
    assert_int_equal(prover_record.challenge_count, verifier_record.challenge_count);
    for (size_t i = 0; i < prover_record.count; i++) {
        const event *a = &prover_record.events[i];
        const event *b = &verifier_record.events[i];
        assert_int_equal(a->challenge, b->challenge);
        if (!a->challenge) {
            assert_int_equal(a->kind, b->kind);
            assert_int_equal(a->length, b->length);
            const size_t bytes = a->kind == ZKB_TRANSCRIPT_U64     ? 8 * a->length
                                 : a->kind == ZKB_TRANSCRIPT_BYTES ? a->length
                                                                   : 32 * a->length;
            assert_memory_equal(a->data, b->data, bytes);
        }
    }
    for (size_t i = 0; i < prover_record.challenge_count; i++) {
        assert_true(zkb_fr_equal(&prover_record.challenges[i], &verifier_record.challenges[i]));
    }
}

/* ---- The walk ------------------------------------------------------------------------------ */

typedef struct walk {
    size_t event;  /* the next */
    size_t offset; /* of the proof; everything before it has been absorbed */
} walk;

/* The next event is a message of the proof's next `length` elements or points. */
static void message(walk *w, zkb_transcript_kind kind, size_t length)
{
    const event *e = &verifier_record.events[w->event++];
    assert_false(e->challenge);
    assert_int_equal(e->kind, kind);
    assert_int_equal(e->length, length);
    assert_memory_equal(e->data, proof + w->offset, 32 * length);
    w->offset += 32 * length;
}

static void challenges(walk *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(verifier_record.events[w->event++].challenge);
    }
}

/* Skips the messages of the statement; checks that its values are among them. */
static void statement(walk *w)
{
    bool header = false, publics = false, external = false, digests = false;
    const size_t first = w->event;
    while (!(verifier_record.events[w->event].kind == ZKB_TRANSCRIPT_G1 &&
             verifier_record.events[w->event].length == layout.sent_count)) {
        const event *e = &verifier_record.events[w->event++];
        assert_false(e->challenge);
        uint8_t bytes[96];
        if (e->kind == ZKB_TRANSCRIPT_BYTES) {
            header = e->length == t.statement.header_size &&
                     memcmp(e->data, t.statement.header, e->length) == 0;
        } else if (e->kind == ZKB_TRANSCRIPT_G1) {
            zkb_g1_compress(bytes, &t.external.commitment);
            external = e->length == 1 && memcmp(e->data, bytes, 32) == 0;
        } else if (e->kind == ZKB_TRANSCRIPT_FR && w->event == first + 1) {
            zkb_fr_to_bytes(bytes, &srs.digest);
            zkb_fr_to_bytes(bytes + 32, &t.key.digest);
            digests = e->length == 2 && memcmp(e->data, bytes, 64) == 0;
        } else if (e->kind == ZKB_TRANSCRIPT_FR && e->length == 3) {
            for (int i = 0; i < 3; i++) {
                zkb_fr_to_bytes(bytes + 32 * i, &t.public_values[i]);
            }
            publics = memcmp(e->data, bytes, 96) == 0;
        }
    }
    assert_true(header && publics && external && digests);
}

static void everything_is_absorbed_in_order(void **state)
{
    (void)state;
    walk w = {.offset = 4};
    const unsigned nu = layout.log_leaves;
    statement(&w);
    message(&w, ZKB_TRANSCRIPT_G1, layout.sent_count);
    challenges(&w, 2); /* alpha, beta */
    message(&w, ZKB_TRANSCRIPT_FR, 4);
    challenges(&w, 1);
    for (unsigned k = 1; k < nu; k++) {
        challenges(&w, 1); /* lambda */
        for (unsigned j = 0; j < k; j++) {
            message(&w, ZKB_TRANSCRIPT_FR, 2);
            challenges(&w, 1);
        }
        message(&w, ZKB_TRANSCRIPT_FR, 4);
        challenges(&w, 1);
    }
    message(&w, ZKB_TRANSCRIPT_FR, 2 * (size_t)layout.interacting);
    challenges(&w, (layout.log_height > nu ? layout.log_height - nu : 0) + 4);
    for (unsigned k = layout.log_height; k-- > 0;) {
        message(&w, ZKB_TRANSCRIPT_FR, layout.degree);
        challenges(&w, 1);
    }
    message(&w, ZKB_TRANSCRIPT_FR, layout.column_count);
    challenges(&w, layout.open_variables + layout.stack_count); /* z, gammas */
    for (unsigned k = layout.open_variables; k-- > 0;) {
        message(&w, ZKB_TRANSCRIPT_FR, 2);
        challenges(&w, 1);
    }
    challenges(&w, 1); /* the claim's digest */
    assert_int_equal(w.offset + ZKB_MERCURY_PROOF_SIZE, size);
    /* Mercury: its messages are the proof's last points and scalars, in the order of its table. */
    static const struct {
        zkb_transcript_kind kind;
        size_t length;
    } mercury[] = {{ZKB_TRANSCRIPT_G1, 1},
                   {0, 0},
                   {ZKB_TRANSCRIPT_G1, 2},
                   {ZKB_TRANSCRIPT_FR, 1},
                   {0, 0},
                   {ZKB_TRANSCRIPT_G1, 2},
                   {0, 0},
                   {ZKB_TRANSCRIPT_FR, 5},
                   {0, 0},
                   {ZKB_TRANSCRIPT_G1, 3},
                   {0, 0}};
    size_t points = 0, scalars = 0;
    for (size_t i = 0; i < sizeof mercury / sizeof mercury[0]; i++) {
        const event *e = &verifier_record.events[w.event++];
        assert_int_equal(e->challenge, mercury[i].kind == 0);
        if (e->challenge) {
            continue;
        }
        assert_int_equal(e->kind, mercury[i].kind);
        assert_int_equal(e->length, mercury[i].length);
        points += e->kind == ZKB_TRANSCRIPT_G1 ? e->length : 0;
        scalars += e->kind == ZKB_TRANSCRIPT_FR ? e->length : 0;
    }
    assert_int_equal(points, ZKB_MERCURY_POINTS);
    assert_int_equal(scalars, ZKB_MERCURY_SCALARS);
    assert_int_equal(w.event, verifier_record.count); /* and nothing else */
}

/* ---- Frozen challenges --------------------------------------------------------------------- */

/* Any element altered changes every later challenge: so it was absorbed before them. */
static void every_element_moves_the_challenges(void **state)
{
    (void)state;
    static recorder other;
    zkb_accumulator accumulator;
    zkb_error error;
    const size_t end = size - ZKB_MERCURY_PROOF_SIZE;
    for (size_t offset = 4 + 32 * (size_t)layout.sent_count; offset < end; offset += 32) {
        uint8_t saved[32];
        zkb_fr x;
        memcpy(saved, proof + offset, 32);
        assert_true(zkb_fr_from_bytes(&x, saved));
        zkb_fr_add(&x, &x, &zkb_fr_one);
        zkb_fr_to_bytes(proof + offset, &x);
        other.count = 0;
        other.challenge_count = 0;
        (void)verify(&other, &accumulator, &error);
        memcpy(proof + offset, saved, 32);
        /* the verifier may stop before another challenge; if not, the challenge differs */
        size_t same = 0;
        while (same < other.challenge_count &&
               zkb_fr_equal(&other.challenges[same], &verifier_record.challenges[same])) {
            same++;
        }
        size_t before = 0; /* challenges squeezed before the element was absorbed */
        size_t read = 4;
        for (size_t i = 0; i < verifier_record.count && read <= offset; i++) {
            const event *e = &verifier_record.events[i];
            if (e->challenge) {
                before++;
            } else if (before > 0 || e->length == layout.sent_count) {
                read +=
                    e->kind == ZKB_TRANSCRIPT_G1 && before == 0 && e->length != layout.sent_count
                        ? 0
                        : 32 * e->length;
            }
        }
        assert_true(same <= before);
        forget(&other);
    }
}

/* No challenge is another one, or a number that could be guessed. Both sides squeeze by the same
 * functions, and would agree on a constant; what it would cost: attacks/test_foreseen.c. */
static void all_challenges_differ(void **state)
{
    (void)state;
    const recorder *r = &verifier_record;
    for (size_t i = 0; i < r->challenge_count; i++) {
        uint64_t limbs[4];
        zkb_fr_to_limbs(limbs, &r->challenges[i]);
        assert_true((limbs[1] | limbs[2] | limbs[3]) != 0);
        for (size_t j = 0; j < i; j++) {
            assert_false(zkb_fr_equal(&r->challenges[i], &r->challenges[j]));
        }
    }
}

/* With the challenges of the honest proof frozen an element can sometimes be changed for another
 * that the equations accept: what refuses such a proof is the transcript alone. Two coefficients
 * of one round are such elements: the polynomial may change where its value at the challenge and
 * its sum do not. */
static void frozen_challenges_would_be_fooled(void **state)
{
    (void)state;
    zkb_accumulator accumulator;
    zkb_error error;
    const unsigned k = layout.log_height - 1; /* the first round of the joined sumcheck */
    const unsigned nu = layout.log_leaves;
    const size_t offset =
        4 + 32 * (layout.sent_count + nu * nu + 3 * (size_t)nu + 2 * (size_t)layout.interacting);
    size_t first = 2 + 1 + 4; /* challenges before the round: alpha, beta, mu_0, four */
    for (unsigned i = 1; i < nu; i++) {
        first += i + 2;
    }
    first += layout.log_height > nu ? layout.log_height - nu : 0;
    const zkb_fr s = verifier_record.challenges[first];
    zkb_fr r = verifier_record.challenges[2]; /* r_k: for k < nu - 1 a round of the last layer */
    size_t at = 3;
    for (unsigned i = 1; i < nu; i++) {
        if (i == nu - 1) {
            r = k == 0 ? verifier_record.challenges[at + i + 1]
                       : verifier_record.challenges[at + 1 + (k - 1)];
        }
        at += i + 2;
    }
    assert_true(k < nu);
    /* a x + b x^2 with value at s equal to r·(a + b): a (s - r) + b (s^2 - r) = 0 */
    zkb_fr a, b, t1;
    zkb_fr_sub(&b, &r, &s);
    zkb_fr_sqr(&a, &s);
    zkb_fr_sub(&a, &a, &r);
    uint8_t saved[64];
    memcpy(saved, proof + offset, 64);
    const zkb_fr *add[2] = {&a, &b};
    for (size_t i = 0; i < 2; i++) {
        assert_true(zkb_fr_from_bytes(&t1, proof + offset + 32 * i));
        zkb_fr_add(&t1, &t1, add[i]);
        zkb_fr_to_bytes(proof + offset + 32 * i, &t1);
    }
    verifier_record.frozen = true;
    verifier_record.challenge_count = 0;
    assert_int_equal(verify(&verifier_record, &accumulator, &error), ZKB_OK);
    verifier_record.frozen = false;
    static recorder free_run;
    assert_int_equal(verify(&free_run, &accumulator, &error), ZKB_ERROR_REJECTED);
    assert_string_equal(error.where, "proof.joined.end");
    forget(&free_run);
    memcpy(proof + offset, saved, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_agree),
        cmocka_unit_test(everything_is_absorbed_in_order),
        cmocka_unit_test(every_element_moves_the_challenges),
        cmocka_unit_test(all_challenges_differ),
        cmocka_unit_test(frozen_challenges_would_be_fooled),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
