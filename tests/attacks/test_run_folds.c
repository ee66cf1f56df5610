/* The folds of a whole run: what stands behind the chunks in a proof file, and chunks that are
 * moved, repeated or of other sizes than their folds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kzg/mercury.h"
#include "proof/fold.h"
#include "proof/gather.h"
#include "run/run_fixture.h"

/* More chunks than the verifier checks side by side, and a last group that is not whole. */
enum { CHUNK_INSTRUCTIONS = 6, LEAST_CHUNKS = 66, FOLD = ZKB_GATHER_BYTES(13) };

static run_fixture *f;
static uint8_t *bytes;
static size_t size;
static zkb_run_proof proof;
static zkb_arena_set arenas;

static int setup(void **state)
{
    zkb_error error;
    if (run_fixture_setup(state) != 0) {
        return 1;
    }
    f = *state;
    (void)run_fixture_prove(&bytes, &size, f, CHUNK_INSTRUCTIONS, 2);
    run_must(zkb_run_proof_decode(&proof, bytes, size, "proof", &error), &error);
    assert_true(proof.header.chunk_count >= LEAST_CHUNKS);
    assert_true(proof.header.chunk_count % ZKB_FOLD_MOST > 1);
    return 0;
}

static int teardown(void **state)
{
    zkb_run_proof_clear(&proof);
    zkb_arena_set_clear(&arenas);
    free(bytes);
    return run_fixture_teardown(state);
}

static zkb_status verify(zkb_error *error)
{
    zkb_run_verdict verdict;
    const zkb_run_expectation expected = {.program_id = &f->key.id,
                                          .public_input = f->input,
                                          .public_bytes = sizeof f->input,
                                          .key = &f->key,
                                          .arenas = &arenas};
    *error = (zkb_error){.where = ""};
    return zkb_verify_run(&verdict, &proof, &expected, &f->srs, 2, error);
}

static void refused(const char *where)
{
    zkb_error error;
    assert_int_equal(verify(&error), ZKB_ERROR_REJECTED);
    assert_string_equal(error.where, where);
}

static int accepted(void **state)
{
    zkb_error error;
    (void)state;
    run_must(verify(&error), &error);
    return 0;
}

static uint32_t groups(uint32_t count) { return (count + ZKB_FOLD_MOST - 1) / ZKB_FOLD_MOST; }

/* One message for each group of each level, and nothing else. */
static void sizes(void **state)
{
    (void)state;
    uint32_t folds = 0;
    for (uint32_t count = proof.header.chunk_count; count > 1; count = groups(count)) {
        folds += groups(count) - (count % ZKB_FOLD_MOST == 1);
    }
    assert_int_equal(proof.folds_size, (size_t)folds * FOLD);
}

/* An element of each fold, the first or the last, and of the opening. */
static void elements(void **state)
{
    (void)state;
    uint8_t *folds = bytes + (proof.folds - bytes);
    uint8_t *opening = bytes + (proof.opening - bytes);
    for (size_t offset = 0; offset < proof.folds_size; offset += FOLD) {
        uint8_t *at = folds + offset + (offset / FOLD % 2 == 0 ? FOLD - 32 : 0);
        *at ^= 1;
        refused("accumulator");
        *at ^= 1;
    }
    const uint8_t top = folds[proof.folds_size - 1];
    folds[proof.folds_size - 1] = 0xff;
    refused("run.fold");
    folds[proof.folds_size - 1] = top;
    opening[ZKB_MERCURY_PROOF_SIZE - 32] ^= 1;
    refused("accumulator");
    opening[ZKB_MERCURY_PROOF_SIZE - 32] ^= 1;
    opening[0] ^= 1;
    refused("opening");
    opening[0] ^= 1;
}

/* Fewer messages than there are folds, and more. */
static void lengths(void **state)
{
    (void)state;
    const size_t whole = proof.folds_size;
    const uint8_t *own = proof.folds;
    uint8_t *other = calloc(whole + FOLD, 1);
    assert_non_null(other);
    memcpy(other, own, whole);
    static const size_t less[] = {1, FOLD};
    for (size_t i = 0; i < sizeof less / sizeof less[0]; i++) {
        proof.folds_size = whole - less[i];
        refused("run.fold");
    }
    proof.folds_size = 0;
    refused("run.fold");
    proof.folds = other;
    static const size_t more[] = {1, FOLD};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        proof.folds_size = whole + more[i];
        refused("run");
    }
    proof.folds = own;
    proof.folds_size = whole;
    free(other);
}

/* Messages of two groups exchanged: within a window, across windows, and of two levels. */
static void exchanged(void **state)
{
    (void)state;
    const uint32_t count = (uint32_t)(proof.folds_size / FOLD);
    const uint32_t pairs[][2] = {{1, 3}, {0, count - 2}, {count - 2, count - 1}};
    const uint8_t *own = proof.folds;
    uint8_t *other = malloc(proof.folds_size);
    assert_non_null(other);
    proof.folds = other;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        memcpy(other, own, proof.folds_size);
        memcpy(other + (size_t)pairs[i][0] * FOLD, own + (size_t)pairs[i][1] * FOLD, FOLD);
        memcpy(other + (size_t)pairs[i][1] * FOLD, own + (size_t)pairs[i][0] * FOLD, FOLD);
        refused("accumulator");
    }
    proof.folds = own;
    free(other);
}

/* An element of a chunk's gathering changes its claim: in each group, seen at the end alone. */
static void claims_of_chunks(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < proof.header.chunk_count; n += 31) {
        const zkb_chunk_claim *c = &proof.chunks[n];
        uint8_t *last = bytes + (c->proof - bytes) + c->proof_size - 32;
        last[0] ^= 1;
        refused("accumulator");
        last[0] ^= 1;
    }
}

/* The largest block that calloc was asked for, which the linker leads here. */
static size_t largest;
void *__real_calloc(size_t count, size_t size_of_one);
void *__wrap_calloc(size_t count, size_t size_of_one);
void *__wrap_calloc(size_t count, size_t size_of_one)
{
    largest = count * size_of_one > largest ? count * size_of_one : largest;
    return __real_calloc(count, size_of_one);
}

/* Chunks that list a thousand tables, of which every column would be a commitment, with proofs of
 * a few kilobytes: refused before the tables size anything. */
static void many_tables_and_little_proof(void **state)
{
    (void)state;
    enum { TABLES = 1000, HEIGHT = 13, LIMIT = 1 << 18 };
    zkb_chunk_claim *c = &proof.chunks[0];
    const zkb_chunk_claim own = *c;
    zkb_chunk_table *tables = malloc(TABLES * sizeof *tables);
    assert_non_null(tables);
    assert_true(own.table_count < TABLES);
    const uint32_t more = TABLES - own.table_count;
    for (uint32_t i = 0; i < TABLES; i++) {
        tables[i] = own.tables[i < more ? 0 : i - more];
        if (i < more) {
            tables[i].log_height = HEIGHT;
            tables[i].active = 0;
        }
    }
    c->tables = tables;
    c->table_count = TABLES;
    largest = 0;
    refused("proof.length");
    assert_true(largest < LIMIT);
    *c = own;
    free(tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(elements),
        cmocka_unit_test(lengths),
        cmocka_unit_test(exchanged),
        cmocka_unit_test(many_tables_and_little_proof),
        cmocka_unit_test_teardown(claims_of_chunks, accepted),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
