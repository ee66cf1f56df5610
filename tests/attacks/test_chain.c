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
    const zkb_run_expectation expected = {&p->f->key.id, p->f->input, sizeof p->f->input, NULL};
    return zkb_verify_run(&verdict, &p->proof, &expected, &p->f->srs, 1, error);
}

static void accepted(const parts *p)
{
    zkb_error error;
    run_must(verify_parts(p, &error), &error);
}

/* `what` is a part of the reason. */
static void refused(const parts *p, const char *what)
{
    zkb_error error = {0};
    assert_int_equal(verify_parts(p, &error), ZKB_ERROR_REJECTED);
    if (strstr(error.message, what) == NULL) {
        fail_msg("refused for another reason: %s (not: %s)", error.message, what);
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
    refused(&p, "has not ended");
    p.proof.header.chunk_count = 0;
    refused(&p, "number of chunks");

    memmove(c, c + 1, (p.count - 1) * sizeof *c); /* the first dropped */
    p.proof.header.chunk_count = p.count - 1;
    refused(&p, "chunk 0");
    memcpy(c, p.chunks, p.count * sizeof *c);

    memmove(c + 1, c + 2, (p.count - 2) * sizeof *c); /* one in the middle dropped */
    refused(&p, "chunk 1");
    memcpy(c, p.chunks, p.count * sizeof *c);

    p.proof.header.chunk_count = p.count + 1; /* one repeated */
    memmove(c + 2, c + 1, (p.count - 1) * sizeof *c);
    refused(&p, "chunk 2");
    memcpy(c, p.chunks, p.count * sizeof *c);
    c[p.count] = c[p.count - 1]; /* the last repeated */
    refused(&p, "already ended");
    p.proof.header.chunk_count = p.count;

    c[1] = p.chunks[2]; /* two exchanged */
    c[2] = p.chunks[1];
    refused(&p, "chunk 1");
    memcpy(c, p.chunks, p.count * sizeof *c);
    accepted(&p);
    close_parts(&p);
}

static void change_state(parts *p, zkb_chunk_claim *c, bool last)
{
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        c->after.r[i] ^= (uint64_t)1 << (5 * i);
        refused(p, "chunk");
        c->after.r[i] ^= (uint64_t)1 << (5 * i);
        c->register_time[i]++;
        refused(p, "chunk");
        c->register_time[i]--;
    }
    c->after.depth++;
    refused(p, "chunk");
    c->after.depth--;
    c->after.pc ^= 1;
    refused(p, last ? "has not ended" : "chunk");
    c->after.pc ^= 1;
    c->clock_end++; /* an instruction count that lies */
    refused(p, "clock");
    c->clock_end -= 2;
    refused(p, "clock");
    c->clock_end++;
}

static void change_tables(parts *p, zkb_chunk_claim *c)
{
    for (uint32_t t = 0; t < c->table_count; t++) {
        const zkb_chunk_table table = c->tables[t];
        c->tables[t].active ^= 1;
        refused(p, "chunk");
        c->tables[t] = table;
        c->tables[t].log_height++;
        refused(p, "chunk");
        c->tables[t].log_height = 200;
        refused(p, "height");
        c->tables[t] = table;
        c->tables[t].chip = (zkb_chip_id)250;
        refused(p, "unknown chip");
        c->tables[t].chip = ZKB_CHIP_SEGMENT; /* a memory of the prover's own */
        refused(p, "unknown chip");
        c->tables[t] = table;
    }
}

static void change_segments(parts *p, zkb_chunk_claim *c)
{
    for (uint32_t s = 0; s < c->segment_count; s++) {
        const zkb_chunk_segment segment = c->segments[s];
        c->segments[s].base = segment.base + 1;
        refused(p, "chunk");
        c->segments[s] = segment;
        c->segments[s].active = segment.active - 1;
        refused(p, "chunk");
        c->segments[s].active = 8193;
        refused(p, "chunk");
        c->segments[s] = segment;
        c->segments[s].after =
            zkb_g1_affine_is_identity(&segment.after) ? zkb_g1_generator : ZKB_G1_AFFINE_IDENTITY;
        refused(p, "");
        c->segments[s] = segment;
    }
}

static void every_number_of_a_chunk(void **state)
{
    parts p;
    open_parts(&p, *state, 200);
    for (uint32_t n = 0; n < p.count; n++) {
        change_state(&p, &p.proof.chunks[n], n + 1 == p.count);
        change_tables(&p, &p.proof.chunks[n]);
        change_segments(&p, &p.proof.chunks[n]);
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
        refused(&p, "out of order");
        memcpy(segments, p.chunks[0].segments, count * sizeof *segments);
        memmove(segments + s, segments + s + 1, (count - s - 1) * sizeof *segments);
        c->segment_count = count - 1;
        refused(&p, "");
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
    refused(&p, "output is not what");
    h->output[3] ^= 1;
    h->lengths.output_bytes--; /* a zero byte fewer: bound by every chunk's statement */
    refused(&p, "chunk 0");
    h->lengths.output_bytes++;
    h->lengths.private_bytes++;
    refused(&p, "chunk 0");
    h->lengths.private_bytes--;
    accepted(&p);

    p.f->input[5] ^= 1; /* another public input */
    refused(&p, "chunk 0");
    p.f->input[5] ^= 1;
    h->lengths.public_bytes--;
    refused(&p, "another length");
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
    refused(&p, "");
    p.proof.header.lookup_bits = 9;
    refused(&p, "");
    p.proof.header.lookup_bits = ZKB_LOOKUP_COMPACT;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const uint32_t honest = *numbers[i];
        *numbers[i] += i == 2 ? 8 : 1;
        refused(&p, "another program");
        *numbers[i] = honest;
    }
    for (unsigned c = 0; c < ZKB_PROGRAM_COLUMNS; c++) {
        const zkb_g1_affine honest = r->columns[c];
        r->columns[c] = zkb_g1_generator;
        refused(&p, "another program");
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
    const zkb_run_expectation expected = {&p.f->key.id, p.f->input, sizeof p.f->input, NULL};
    assert_int_equal(zkb_verify_run(&verdict, &p.proof, &expected, &other, 1, &error),
                     ZKB_ERROR_REJECTED);
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
