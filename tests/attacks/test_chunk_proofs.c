/* An honest run whose chunks' proofs are changed where the run's verifier alone can see it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kzg/mercury.h"
#include "proof/statement.h"
#include "run/run_fixture.h"

/* A decoded proof of several chunks, and the bytes that it points into. */
typedef struct proved {
    run_fixture *f;
    uint8_t *bytes;
    zkb_run_proof proof;
} proved;

static void prove(proved *p, run_fixture *f)
{
    zkb_error error;
    size_t size;
    p->f = f;
    (void)run_fixture_prove(&p->bytes, &size, f, 200, 1);
    run_must(zkb_run_proof_decode(&p->proof, p->bytes, size, "proof", &error), &error);
    assert_true(p->proof.header.chunk_count >= 2);
}

static void forget(proved *p)
{
    zkb_run_proof_clear(&p->proof);
    free(p->bytes);
}

static zkb_status verify(const proved *p, zkb_error *error)
{
    zkb_run_verdict verdict;
    const zkb_run_expectation expected = {.program_id = &p->f->key.id,
                                          .public_input = p->f->input,
                                          .public_bytes = sizeof p->f->input};
    *error = (zkb_error){.where = ""};
    return zkb_verify_run(&verdict, &p->proof, &expected, &p->f->srs, 1, error);
}

static uint8_t *proof_of(proved *p, uint32_t chunk)
{
    return p->bytes + (p->proof.chunks[chunk].proof - p->bytes);
}

/* The opening's last quotient W₃, another point of the curve: the pairings alone see it. */
static void another_last_quotient(void **state)
{
    proved p;
    zkb_error error;
    prove(&p, *state);
    for (uint32_t n = 0; n < p.proof.header.chunk_count; n++) {
        uint8_t saved[64];
        uint8_t *last = proof_of(&p, n) + p.proof.chunks[n].proof_size - ZKB_MERCURY_PROOF_SIZE +
                        sizeof saved * (ZKB_MERCURY_POINTS - 1);
        memcpy(saved, last, sizeof saved);
        memcpy(last, last - sizeof saved, sizeof saved); /* W₂ */
        assert_int_equal(verify(&p, &error), ZKB_ERROR_REJECTED);
        assert_string_equal(error.where, "accumulator");
        memcpy(last, saved, sizeof saved);
    }
    assert_int_equal(verify(&p, &error), ZKB_OK);
    forget(&p);
}

/* What another version of the protocol made is not read by this one. */
static void another_version(void **state)
{
    proved p;
    zkb_error error;
    prove(&p, *state);
    for (uint32_t n = 0; n < p.proof.header.chunk_count; n++) {
        for (unsigned byte = 0; byte < ZKB_PROOF_HEADER_SIZE; byte++) {
            proof_of(&p, n)[byte] ^= 1;
            assert_int_equal(verify(&p, &error), ZKB_ERROR_REJECTED);
            assert_string_equal(error.where, "proof.version");
            assert_int_equal(error.index, n);
            proof_of(&p, n)[byte] ^= 1;
        }
    }
    assert_int_equal(verify(&p, &error), ZKB_OK);
    forget(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_last_quotient),
        cmocka_unit_test(another_version),
    };
    return cmocka_run_group_tests(tests, run_fixture_setup, run_fixture_teardown);
}
