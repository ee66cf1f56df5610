#include "proof/opened.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kzg/mercury.h"
#include "kzg/mercury_open.h"
#include "proof/reference.h"
#include "verify/verify_tables.h"

zkb_status opened_size(size_t *size, const zkb_table_key *key, const zkb_statement *statement,
                       zkb_error *error)
{
    const zkb_status status = zkb_tables_proof_size(size, key, statement, error);
    *size += ZKB_MERCURY_PROOF_SIZE;
    return status;
}

static zkb_status open_claim(uint8_t *opening, const zkb_open_claim *claim, const zkb_fr *f,
                             size_t length, const zkb_srs *srs, unsigned threads, zkb_error *error)
{
    zkb_arena arena;
    assert_int_equal(
        zkb_arena_create(&arena, zkb_mercury_open_scratch(claim->variables, length, threads), NULL),
        ZKB_OK);
    const zkb_status status =
        zkb_prove_opening(opening, claim, f, length, srs, &arena, threads, error);
    zkb_arena_destroy(&arena);
    return status;
}

zkb_status opened_prove(uint8_t *proof, size_t size, const zkb_table_key *key, const zkb_srs *srs,
                        const zkb_statement *statement, const zkb_prove_options *options,
                        const zkb_prover_phases *phases, zkb_error *error)
{
    zkb_arena arena;
    zkb_open_claim claim;
    size_t bytes, length;
    const unsigned threads = options->threads;
    ZKB_TRY(zkb_prove_tables_scratch(&bytes, key, statement, threads, error));
    ZKB_TRY(zkb_tables_claim_length(&length, key, statement, error));
    bytes = phases != NULL && bytes < REFERENCE_ARENA ? REFERENCE_ARENA : bytes;
    assert_int_equal(zkb_arena_create(&arena, bytes, NULL), ZKB_OK);
    zkb_fr *f = malloc((length + 1) * sizeof *f);
    assert_non_null(f);
    size -= ZKB_MERCURY_PROOF_SIZE;
    zkb_prove_options with = *options;
    with.by = phases;
    zkb_status status =
        zkb_prove_tables(proof, size, &claim, f, key, srs, statement, &arena, &with, error);
    assert_int_equal(arena.used, 0);
    zkb_arena_destroy(&arena);
    if (status == ZKB_OK) {
        status = open_claim(proof + size, &claim, f, length, srs, threads, error);
    }
    free(f);
    return status;
}

static zkb_status verify(zkb_accumulator *out, zkb_checked_claim *claim, const zkb_table_key *key,
                         const zkb_statement *statement, const uint8_t *proof, size_t size,
                         zkb_arena *arena, const zkb_transcript_hook *hook, zkb_error *error)
{
    const uint8_t *opening = proof + size - ZKB_MERCURY_PROOF_SIZE;
    ZKB_TRY(zkb_verify_tables(claim, key, statement, proof, size - ZKB_MERCURY_PROOF_SIZE, arena,
                              hook, error));
    return zkb_verify_opening(out, arena, claim, opening, error);
}

zkb_status opened_verify(zkb_accumulator *out, const zkb_table_key *key,
                         const zkb_statement *statement, const uint8_t *proof, size_t size,
                         const zkb_transcript_hook *hook, zkb_error *error)
{
    zkb_arena arena;
    size_t bytes, terms;
    ZKB_TRY(zkb_verify_tables_scratch(&bytes, &terms, key, statement, error));
    if (size < ZKB_MERCURY_PROOF_SIZE) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.length", ZKB_NO_INDEX, "no opening");
    }
    const size_t opening = zkb_mercury_verify_scratch(terms);
    assert_int_equal(zkb_arena_create(&arena, bytes > opening ? bytes : opening, NULL), ZKB_OK);
    zkb_checked_claim claim = {.points = malloc((terms + 1) * sizeof *claim.points),
                               .scalars = malloc((terms + 1) * sizeof *claim.scalars)};
    assert_true(claim.points != NULL && claim.scalars != NULL);
    const zkb_status status = verify(out, &claim, key, statement, proof, size, &arena, hook, error);
    assert_int_equal(arena.used, 0);
    zkb_arena_destroy(&arena);
    free(claim.points);
    free(claim.scalars);
    return status;
}
