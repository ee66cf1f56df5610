/* Chunks in which one chip has several tables: honest ones, and statements that move rows between
 * them, list a table twice or leave one out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/run_fixture.h"

enum { K = 8, TABLE_ROWS = 1 << K, MOST_INPUT = 600 };

/* The program adds a constant twice for each byte. */
enum { ADDITIONS_A_BYTE = 2 };

typedef struct proved {
    run_fixture *f;
    uint8_t input[MOST_INPUT];
    size_t input_bytes;
    uint8_t *bytes;
    size_t size;
    zkb_run_proof proof;
} proved;

static void prove(proved *p, run_fixture *f, size_t input_bytes, zkb_mode mode, unsigned threads)
{
    zkb_error error;
    const zkb_config config = {.chunk_size = 100000, .threads = threads, .memory = UINT64_MAX};
    p->f = f;
    p->input_bytes = input_bytes;
    for (size_t i = 0; i < input_bytes; i++) {
        p->input[i] = (uint8_t)(i * 91 + 5);
    }
    const zkb_input input = {p->input, input_bytes, f->secret, sizeof f->secret, 0};
    (void)run_fixture_prove_input(&p->bytes, &p->size, f, &input, &config, K, mode);
    run_must(zkb_run_proof_decode(&p->proof, p->bytes, p->size, "proof", &error), &error);
}

static void clear(proved *p)
{
    zkb_run_proof_clear(&p->proof);
    free(p->bytes);
}

static zkb_status verify(const proved *p, zkb_error *error)
{
    zkb_run_verdict verdict;
    const zkb_run_expectation expected = {
        .program_id = &p->f->key.id, .public_input = p->input, .public_bytes = p->input_bytes};
    return zkb_verify_run(&verdict, &p->proof, &expected, &p->f->srs, 1, error);
}

static void accepted(const proved *p)
{
    zkb_error error;
    run_must(verify(p, &error), &error);
}

static void refused(const proved *p, const char *reason)
{
    zkb_error error = {0};
    assert_int_equal(verify(p, &error), ZKB_ERROR_REJECTED);
    if (strstr(error.message, reason) == NULL) {
        fail_msg("refused because: %s; was to be: %s", error.message, reason);
    }
}

/* The first of the chip's tables; *count of them. */
static uint32_t tables_of(uint32_t *count, const zkb_chunk_claim *chunk, zkb_chip_id chip)
{
    uint32_t first = chunk->table_count;
    *count = 0;
    for (uint32_t t = chunk->table_count; t-- > 0;) {
        if (chunk->tables[t].chip == chip) {
            first = t;
            ++*count;
        }
    }
    return first;
}

static void a_chip_has_several_tables(void **state)
{
    enum { BYTES = 400 };
    proved p;
    proved threaded;
    uint32_t count;
    prove(&p, *state, BYTES, ZKB_MODE_SEQUENTIAL, 1);
    accepted(&p);
    assert_int_equal(p.proof.header.chunk_count, 1);
    const zkb_chunk_claim *chunk = &p.proof.chunks[0];
    const uint32_t first = tables_of(&count, chunk, ZKB_CHIP_ADD_K);
    uint64_t left = (uint64_t)ADDITIONS_A_BYTE * BYTES;
    assert_int_equal(count, (left + TABLE_ROWS - 1) / TABLE_ROWS);
    for (uint32_t t = first; t < first + count; t++) {
        assert_int_equal(chunk->tables[t].active, left < TABLE_ROWS ? left : TABLE_ROWS);
        left -= chunk->tables[t].active;
    }
    prove(&threaded, *state, BYTES, ZKB_MODE_SEQUENTIAL, 3);
    assert_int_equal(threaded.size, p.size);
    assert_memory_equal(threaded.bytes, p.bytes, p.size);
    clear(&threaded);
    clear(&p);
}

/* A chunk ends where a chip has as many tables as it may. */
static void a_chip_is_full(void **state)
{
    enum { BYTES = ZKB_MAX_CHIP_TABLES * TABLE_ROWS / ADDITIONS_A_BYTE };
    proved p;
    uint32_t count;
    prove(&p, *state, BYTES, ZKB_MODE_PARALLEL, 2);
    accepted(&p);
    assert_int_equal(p.proof.header.chunk_count, 1);
    (void)tables_of(&count, &p.proof.chunks[0], ZKB_CHIP_ADD_K);
    assert_int_equal(count, ZKB_MAX_CHIP_TABLES);
    clear(&p);
    prove(&p, *state, BYTES + 1, ZKB_MODE_PARALLEL, 2);
    accepted(&p);
    assert_int_equal(p.proof.header.chunk_count, 2);
    clear(&p);
}

static void rows_elsewhere(void **state)
{
    static const char another_statement[] = "buses do not balance";
    proved p;
    uint32_t count;
    prove(&p, *state, 200, ZKB_MODE_SEQUENTIAL, 1);
    zkb_chunk_claim *chunk = &p.proof.chunks[0];
    const uint32_t first = tables_of(&count, chunk, ZKB_CHIP_ADD_K);
    assert_int_equal(count, 2);
    zkb_chunk_table *a = &chunk->tables[first];
    zkb_chunk_table *b = &chunk->tables[first + 1];
    const zkb_chunk_table was[2] = {*a, *b};

    a->active--; /* a row of the one is said to be the other's */
    b->active++;
    refused(&p, another_statement);
    b->active--; /* or nobody's */
    refused(&p, "clock is not the number of instructions");
    *a = was[1]; /* exchanged */
    *b = was[0];
    refused(&p, another_statement);
    *a = was[0]; /* one twice */
    chunk->clock_end += (uint32_t)(was[0].active - was[1].active);
    refused(&p, "");
    chunk->clock_end -= (uint32_t)(was[0].active - was[1].active);
    *b = was[1];
    accepted(&p);

    memmove(b, b + 1, (chunk->table_count - first - 2) * sizeof *b); /* one left out */
    chunk->table_count--;
    chunk->clock_end -= (uint32_t)was[1].active;
    refused(&p, "");
    chunk->clock_end += (uint32_t)was[1].active;
    chunk->table_count++;
    clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chip_has_several_tables),
        cmocka_unit_test(a_chip_is_full),
        cmocka_unit_test(rows_elsewhere),
    };
    return cmocka_run_group_tests(tests, run_fixture_setup, run_fixture_teardown);
}
