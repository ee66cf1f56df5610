/* Attacks on the chain of chunks: an honest proof whose chunks, statements or expectations are
 * changed in every way that a prover could choose. Each must be refused, and for the reason named.
 * Classes of docs/security.md: early stop, chunk boundary, shape chosen by the prover, wrong key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/run_fixture.h"

/* ---- Proofs taken apart ------------------------------------------------------------------ */

/* A decoded proof whose chunks may be rearranged: proof.chunks is a copy of the list. */
typedef struct parts {
    run_fixture *f;
    uint8_t *bytes;
    size_t size;
    zkb_run_proof proof;
    zkb_chunk_claim *chunks; /* the original list */
    uint32_t count;
} parts;

static void open_parts(parts *p, run_fixture *f, uint64_t chunk_size)
{
    zkb_error error;
    p->f = f;
    (void)run_fixture_prove(&p->bytes, &p->size, f, chunk_size, 1);
    run_must(zkb_run_proof_decode(&p->proof, p->bytes, p->size, "proof", &error), &error);
    p->count = p->proof.header.chunk_count;
    p->chunks = p->proof.chunks;
    p->proof.chunks = calloc(2 * (size_t)p->count, sizeof *p->proof.chunks);
    assert_non_null(p->proof.chunks);
    memcpy(p->proof.chunks, p->chunks, p->count * sizeof *p->chunks);
}

static void close_parts(parts *p)
{
    free(p->proof.chunks);
    p->proof.chunks = p->chunks;
    p->proof.header.chunk_count = p->count;
    zkb_run_proof_clear(&p->proof);
    free(p->bytes);
}

static zkb_status verify_parts(const parts *p, zkb_error *error)
{
    zkb_run_verdict verdict;
    const zkb_run_expectation expected = {&p->f->key.id, p->f->input, sizeof p->f->input, NULL,
                                          NULL};
    return zkb_verify_run(&verdict, &p->proof, &expected, &p->f->srs, 1, error);
}

static void accepted(const parts *p)
{
    zkb_error error;
    run_must(verify_parts(p, &error), &error);
}

/* Where the verifier stops, and a part of what it says. A changed statement or another key draws
 * other challenges, with which the honest proof's first check fails. */
typedef struct reason {
    const char *where; /* or several, of which one */
    const char *what;
} reason;

#define NO_CHUNK (-1) /* of the run as a whole */

static const reason another_statement = {"proof.gkr.root", "buses do not balance"};
static const reason another_shape = {"proof.gkr.root proof.length", ""};
static const reason another_program = {"run", "another program"};
static const reason wrong_clock = {"chunk statement", "clock is not the number of instructions"};
static const reason unknown_segment = {"run", "a segment that the run does not have"};
static const reason unordered_segments = {"chunk statement", "segments out of order"};
static const reason too_many_words = {"chunk statement", "more words than it has"};
static const reason wrong_height = {"chunk statement", "height is out of range"};
static const reason unknown_chip = {"chunk statement", "unknown chip"};
static const reason not_ended = {"run", "has not ended"};
static const reason wrong_output = {"run", "output is not what the run wrote"};

static void refused(const parts *p, int64_t chunk, reason r)
{
    zkb_error error = {0};
    assert_int_equal(verify_parts(p, &error), ZKB_ERROR_REJECTED);
    if (strstr(r.where, error.where) == NULL || strstr(error.message, r.what) == NULL ||
        error.index != (chunk == NO_CHUNK ? ZKB_NO_INDEX : (uint64_t)chunk)) {
        fail_msg("refused by %s, %lld: %s; was to be by %s, %lld: %s", error.where,
                 (long long)error.index, error.message, r.where, (long long)chunk, r.what);
    }
}

/* ---- Attacks ----------------------------------------------------------------------------- */

static void chunks_rearranged(void **state)
{
    parts p;
    open_parts(&p, *state, 70);
    assert_true(p.count >= 4);
    accepted(&p);
    zkb_chunk_claim *c = p.proof.chunks;

    p.proof.header.chunk_count = p.count - 1; /* the last dropped */
    refused(&p, p.count - 2, not_ended);
    p.proof.header.chunk_count = 0;
    refused(&p, NO_CHUNK, (reason){"run", "number of chunks"});

    memmove(c, c + 1, (p.count - 1) * sizeof *c); /* the first dropped */
    p.proof.header.chunk_count = p.count - 1;
    refused(&p, 0, another_statement);
    memcpy(c, p.chunks, p.count * sizeof *c);

    memmove(c + 1, c + 2, (p.count - 2) * sizeof *c); /* one in the middle dropped */
    refused(&p, 1, another_statement);
    memcpy(c, p.chunks, p.count * sizeof *c);

    p.proof.header.chunk_count = p.count + 1; /* one repeated */
    memmove(c + 2, c + 1, (p.count - 1) * sizeof *c);
    refused(&p, 2, another_statement);
    memcpy(c, p.chunks, p.count * sizeof *c);
    c[p.count] = c[p.count - 1]; /* the last repeated */
    refused(&p, p.count, (reason){"run", "already ended"});
    p.proof.header.chunk_count = p.count;

    c[1] = p.chunks[2]; /* two exchanged */
    c[2] = p.chunks[1];
    refused(&p, 1, another_statement);
    memcpy(c, p.chunks, p.count * sizeof *c);
    accepted(&p);
    close_parts(&p);
}

static void change_state(parts *p, uint32_t n)
{
    zkb_chunk_claim *c = &p->proof.chunks[n];
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        c->after.r[i] ^= (uint64_t)1 << (5 * i);
        refused(p, n, another_statement);
        c->after.r[i] ^= (uint64_t)1 << (5 * i);
        c->register_time[i]++;
        refused(p, n, another_statement);
        c->register_time[i]--;
    }
    c->after.depth++;
    refused(p, n, another_statement);
    c->after.depth--;
    c->after.pc ^= 1;
    refused(p, n, n + 1 == p->count ? not_ended : another_statement);
    c->after.pc ^= 1;
    c->clock_end++; /* an instruction count that lies */
    refused(p, n, wrong_clock);
    c->clock_end -= 2;
    refused(p, n, wrong_clock);
    c->clock_end++;
}

static reason of_another_active(const zkb_chunk_table *table)
{
    if (table->active > (uint64_t)1 << table->log_height) {
        return wrong_height;
    }
    return (unsigned)table->chip < ZKB_INSTRUCTION_CHIP_COUNT ? wrong_clock : another_statement;
}

static reason of_another_height(const zkb_chunk_table *table)
{
    switch (table->chip) {
    case ZKB_CHIP_PROGRAM:
        return (reason){"statement.table", "its preprocessed columns have"};
    case ZKB_CHIP_BYTE:
    case ZKB_CHIP_NIBBLE_AND:
    case ZKB_CHIP_POWER:
        return (reason){"table", "it must be"};
    default:
        return another_shape;
    }
}

static void change_tables(parts *p, uint32_t n)
{
    zkb_chunk_claim *c = &p->proof.chunks[n];
    for (uint32_t t = 0; t < c->table_count; t++) {
        const zkb_chunk_table table = c->tables[t];
        c->tables[t].active ^= 1;
        refused(p, n, of_another_active(&c->tables[t]));
        c->tables[t] = table;
        c->tables[t].log_height++;
        refused(p, n, of_another_height(&table));
        c->tables[t].log_height = 200;
        refused(p, n, wrong_height);
        c->tables[t] = table;
        c->tables[t].chip = (zkb_chip_id)250;
        refused(p, n, unknown_chip);
        c->tables[t].chip = ZKB_CHIP_SEGMENT; /* a memory of the prover's own */
        refused(p, n, unknown_chip);
        c->tables[t] = table;
    }
}

static bool is_read_only(uint64_t base) /* the fixture's program has no data */
{
    const uint64_t region = base * 8 >> 32 << 32;
    return region == ZKB_REGION_PUBLIC_INPUT || region == ZKB_REGION_PRIVATE_INPUT;
}

/* Whether what this chunk says of the segment is what the run ends with. */
static bool is_final_output(const parts *p, uint32_t n, uint64_t base)
{
    for (uint32_t later = n + 1; later < p->count; later++) {
        for (uint32_t s = 0; s < p->proof.chunks[later].segment_count; s++) {
            if (p->proof.chunks[later].segments[s].base == base) {
                return false;
            }
        }
    }
    return base * 8 >> 32 << 32 == ZKB_REGION_OUTPUT;
}

static void change_segments(parts *p, uint32_t n)
{
    zkb_chunk_claim *c = &p->proof.chunks[n];
    for (uint32_t s = 0; s < c->segment_count; s++) {
        const zkb_chunk_segment segment = c->segments[s];
        c->segments[s].base = segment.base + 1;
        refused(p, n, unknown_segment);
        c->segments[s] = segment;
        c->segments[s].active = segment.active - 1;
        refused(p, n, another_statement);
        c->segments[s].active = 8193;
        refused(p, n, too_many_words);
        c->segments[s] = segment;
        c->segments[s].after =
            zkb_g1_affine_is_identity(&segment.after) ? zkb_g1_generator : ZKB_G1_AFFINE_IDENTITY;
        if (is_read_only(segment.base)) {
            refused(p, n, (reason){"run", "read-only segment with a content of its own"});
        } else if (is_final_output(p, n, segment.base)) {
            refused(p, NO_CHUNK, wrong_output);
        } else {
            refused(p, n, another_statement);
        }
        c->segments[s] = segment;
    }
}

static void every_number_of_a_chunk(void **state)
{
    parts p;
    open_parts(&p, *state, 200);
    for (uint32_t n = 0; n < p.count; n++) {
        change_state(&p, n);
        change_tables(&p, n);
        change_segments(&p, n);
    }
    accepted(&p);
    close_parts(&p);
}

static void segments_listed_twice_or_omitted(void **state)
{
    parts p;
    open_parts(&p, *state, 0);
    zkb_chunk_claim *c = &p.proof.chunks[0];
    const uint32_t count = c->segment_count;
    zkb_chunk_segment *segments = calloc(count + 1, sizeof *segments);
    assert_non_null(segments);
    c->segments = segments;
    for (uint32_t s = 0; s < count; s++) {
        memcpy(segments, p.chunks[0].segments, count * sizeof *segments);
        memmove(segments + s + 1, segments + s, (count - s) * sizeof *segments);
        c->segment_count = count + 1;
        refused(&p, 0, unordered_segments);
        const uint64_t omitted = p.chunks[0].segments[s].base;
        memcpy(segments, p.chunks[0].segments, count * sizeof *segments);
        memmove(segments + s, segments + s + 1, (count - s - 1) * sizeof *segments);
        c->segment_count = count - 1;
        if (is_final_output(&p, 0, omitted)) {
            refused(&p, NO_CHUNK, wrong_output);
        } else {
            refused(&p, 0, another_shape);
        }
    }
    c->segments = p.chunks[0].segments;
    c->segment_count = count;
    accepted(&p);
    free(segments);
    close_parts(&p);
}

static void the_header(void **state)
{
    parts p;
    open_parts(&p, *state, 0);
    zkb_run_header *h = &p.proof.header;
    h->output[3] ^= 1;
    refused(&p, NO_CHUNK, wrong_output);
    h->output[3] ^= 1;
    h->lengths.output_bytes--; /* a zero byte fewer: bound by every chunk's statement */
    refused(&p, 0, another_statement);
    h->lengths.output_bytes++;
    h->lengths.private_bytes++;
    refused(&p, 0, another_statement);
    h->lengths.private_bytes--;
    accepted(&p);

    p.f->input[5] ^= 1; /* another public input */
    refused(&p, 0, another_statement);
    p.f->input[5] ^= 1;
    h->lengths.public_bytes--;
    refused(&p, NO_CHUNK, (reason){"run", "a public input of another length"});
    h->lengths.public_bytes++;
    accepted(&p);
    close_parts(&p);
}

/* Each number and commitment of the program's record makes another id. */
static void the_program(void **state)
{
    parts p;
    open_parts(&p, *state, 0);
    zkb_program_record *r = &p.proof.header.record;
    uint32_t *const numbers[] = {&r->slot_count,         &r->entry,
                                 &r->layout.frame_bytes, &r->layout.max_frames,
                                 &r->layout.heap_bytes,  &r->layout.output_bytes};
    p.proof.header.lookup_bits = ZKB_LOOKUP_WIDE; /* another key of the same program */
    refused(&p, 0, (reason){"table", "it must be 16"});
    p.proof.header.lookup_bits = 9;
    refused(&p, NO_CHUNK, (reason){"run", "lookup bits are neither 8 nor 16"});
    p.proof.header.lookup_bits = ZKB_LOOKUP_COMPACT;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const uint32_t honest = *numbers[i];
        *numbers[i] += i == 2 ? 8 : 1;
        refused(&p, NO_CHUNK, another_program);
        *numbers[i] = honest;
    }
    for (uint32_t c = 0; c < zkb_program_stacks(r); c++) {
        const zkb_g1_affine honest = r->columns[c];
        r->columns[c] = zkb_g1_generator;
        refused(&p, NO_CHUNK, another_program);
        r->columns[c] = honest;
    }
    accepted(&p);
    close_parts(&p);
}

/* A proof under one setup says nothing under another. */
static void another_setup(void **state)
{
    parts p;
    zkb_error error;
    zkb_srs other;
    zkb_fr tau;
    zkb_run_verdict verdict;
    open_parts(&p, *state, 0);
    zkb_fr_from_u64(&tau, 987654321);
    run_must(zkb_srs_from_tau(&other, &tau, 13, 1, &error), &error);
    const zkb_run_expectation expected = {&p.f->key.id, p.f->input, sizeof p.f->input, NULL, NULL};
    assert_int_equal(zkb_verify_run(&verdict, &p.proof, &expected, &other, 1, &error),
                     ZKB_ERROR_REJECTED);
    assert_non_null(strstr(error.message, "another program"));
    zkb_srs_close(&other);
    close_parts(&p);
}

/* The encoding: bytes changed all over the file, and truncations. */
static void bytes_of_the_file(void **state)
{
    run_fixture *f = *state;
    zkb_error error;
    uint8_t *bytes;
    size_t size;
    (void)run_fixture_prove(&bytes, &size, f, 0, 1);
    for (size_t i = 0; i < size; i += i < 700 ? 7 : 997) {
        bytes[i] ^= 0x10;
        const zkb_status status = run_fixture_verify(f, bytes, size, &error);
        if (status != ZKB_ERROR_REJECTED && status != ZKB_ERROR_FORMAT) {
            fail_msg("byte %zu changed: status %d", i, (int)status);
        }
        bytes[i] ^= 0x10;
    }
    for (size_t cut = 0; cut < size; cut += 1 + cut / 8) {
        assert_int_equal(run_fixture_verify(f, bytes, cut, &error), ZKB_ERROR_FORMAT);
    }
    run_must(run_fixture_verify(f, bytes, size, &error), &error);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_rearranged),
        cmocka_unit_test(every_number_of_a_chunk),
        cmocka_unit_test(segments_listed_twice_or_omitted),
        cmocka_unit_test(the_header),
        cmocka_unit_test(the_program),
        cmocka_unit_test(another_setup),
        cmocka_unit_test(bytes_of_the_file),
    };
    return cmocka_run_group_tests(tests, run_fixture_setup, run_fixture_teardown);
}
