/* Runs put together from honest chunks in other ways, and every number and point of a proof outside
 * the chunks' own proofs changed, one at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes_inline.h"
#include "bpf/assemble.h"
#include "kzg/mercury.h"
#include "kzg/srs.h"
#include "prover/prove_run.h"
#include "verify/verify_run.h"

enum { DW = 0x18 };

/* Adds up the input's first word r2 / 8 times, with a call each time, into memory. */
static const zkb_instruction code[] = {
    /* 0 */ MOV_X(7, 1),
    /* 1 */ MOV_X(8, 2),
    /* 2 */ MOV_X(9, 5),
    /* 3 */ CALL(5),
    /* 4 */ ALU64_K(0x00, 8, -8),
    /* 5 */ JMP_K(0x50, 8, 0, -3),
    /* 6 */ LOAD(DW, 0, 9, 0),
    /* 7 */ EXIT(),
    /* 8 */ JA(0),
    /* 9 */ LOAD(DW, 1, 7, 0),
    /* 10 */ LOAD(DW, 2, 9, 0),
    /* 11 */ ALU64_X(0x00, 2, 1),
    /* 12 */ STORE_X(DW, 9, 0, 2),
    /* 13 */ EXIT(),
};

enum { INPUT = 64, CHUNK = 20 };
typedef struct proved {
    uint8_t *bytes;
    size_t size;
} proved;

static zkb_srs srs;
static zkb_program program;
static zkb_program_columns columns;
static zkb_machine_key key;
static uint8_t input[INPUT] = {3};
static uint8_t other_input[INPUT] = {5};
static proved honest, other;

static void must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("%s", error->message);
    }
}

static void prove(proved *out, const uint8_t *public_input)
{
    zkb_error error;
    zkb_proof_summary summary;
    const zkb_input given = {.public_input = public_input, .public_bytes = INPUT};
    const zkb_config config = {.chunk_size = CHUNK, .threads = 1, .memory = UINT64_MAX};
    const zkb_run_job job = {
        .key = &key, .columns = &columns, .srs = &srs, .k = 10, .input = &given, .config = &config};
    must(zkb_prove_run(&out->bytes, &out->size, &summary, &job, &error), &error);
    assert_true(summary.chunks >= 4);
}

static int setup(void **state)
{
    (void)state;
    zkb_error error;
    zkb_fr tau;
    zkb_arena arena;
    zkb_program_record record;
    zkb_fr_from_u64(&tau, 0x1234567890abcdef);
    must(zkb_srs_from_tau(&srs, &tau, 13, 2, &error), &error);
    program = (zkb_program){.slot_count = SLOTS(code), .layout = {4096, 8, 65536, 65536}};
    program.code = malloc(sizeof code);
    program.function_start = calloc(SLOTS(code), 1);
    assert_non_null(program.code);
    assert_non_null(program.function_start);
    memcpy(program.code, code, sizeof code);
    program.function_start[0] = 1;
    program.function_start[9] = 1;
    must(zkb_program_columns_init(&columns, &program, &error), &error);
    must(zkb_arena_create(&arena, zkb_program_record_scratch(&program, 1), &error), &error);
    must(zkb_program_record_make(&record, &columns, &srs, &arena, 1, &error), &error);
    zkb_arena_destroy(&arena);
    must(zkb_machine_key_init(&key, &record, ZKB_LOOKUP_COMPACT, &srs.digest, &error), &error);
    must(zkb_machine_multiply_out(key.chips, &error), &error);
    prove(&honest, input);
    prove(&other, other_input);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(honest.bytes);
    free(other.bytes);
    zkb_machine_key_clear(&key);
    zkb_program_columns_clear(&columns);
    zkb_program_clear(&program);
    zkb_srs_close(&srs);
    return 0;
}

static void open_proof(zkb_run_proof *out, const proved *p)
{
    zkb_error error;
    must(zkb_run_proof_decode(out, p->bytes, p->size, "proof", &error), &error);
}

/* With the caller's key, which saves making one from the proof's record; the test of the record
 * does without. */
static const zkb_machine_key *given_key = &key;

static zkb_status verify_with(const zkb_run_proof *proof, zkb_error *error)
{
    zkb_run_verdict verdict;
    const zkb_run_expectation expected = {
        .program_id = &key.id, .public_input = input, .public_bytes = INPUT, .key = given_key};
    return zkb_verify_run(&verdict, proof, &expected, &srs, 1, error);
}

static zkb_status verify(const zkb_run_proof *proof)
{
    zkb_error error;
    return verify_with(proof, &error);
}

/* The checks of the statement itself, before any proof is looked at: each says what it saw. A proof
 * made for a statement that they let pass would hold. */
static void rejected_for(const zkb_run_proof *proof, const char *reason)
{
    zkb_error error = {.message = ""};
    assert_int_equal(verify_with(proof, &error), ZKB_ERROR_REJECTED);
    if (strstr(error.message, reason) == NULL) {
        fail_msg("'%s' was to be '%s'", error.message, reason);
    }
}

#define REJECTED(proof) assert_int_equal(verify(proof), ZKB_ERROR_REJECTED)

static void exchange(zkb_chunk_claim *x, zkb_chunk_claim *y)
{
    const zkb_chunk_claim t = *x;
    *x = *y;
    *y = t;
}

/* Classes 1 and 3: chunks in another order, dropped at either end and inside, repeated, and of a
 * run on another input. */
static void chunks_in_other_ways(void **state)
{
    (void)state;
    zkb_run_proof p, q;
    open_proof(&p, &honest);
    open_proof(&q, &other);
    const uint32_t count = p.header.chunk_count;
    assert_int_equal(verify(&p), ZKB_OK);
    REJECTED(&q); /* of another input */
    for (uint32_t n = 0; n + 1 < count; n++) {
        exchange(&p.chunks[n], &p.chunks[n + 1]);
        REJECTED(&p);
        exchange(&p.chunks[n], &p.chunks[n + 1]);
    }
    for (uint32_t n = 0; n < count && n < q.header.chunk_count; n++) {
        exchange(&p.chunks[n], &q.chunks[n]);
        REJECTED(&p);
        exchange(&p.chunks[n], &q.chunks[n]);
    }
    zkb_run_proof cut = p;
    cut.header.chunk_count = count - 1; /* the last dropped */
    REJECTED(&cut);
    cut.chunks++; /* the first dropped */
    REJECTED(&cut);
    cut.header.chunk_count = 0;
    REJECTED(&cut);
    zkb_chunk_claim *list = calloc(count + 1, sizeof *list);
    assert_non_null(list);
    cut.chunks = list;
    cut.header.chunk_count = count + 1;
    for (uint32_t twice = 0; twice < count; twice++) { /* one repeated, the last included */
        memcpy(list, p.chunks, (twice + 1) * sizeof *list);
        memcpy(list + twice + 1, p.chunks + twice, (count - twice) * sizeof *list);
        REJECTED(&cut);
    }
    cut.header.chunk_count = count - 1; /* one left out */
    memcpy(list, p.chunks, sizeof *list);
    memcpy(list + 1, p.chunks + 2, (count - 2) * sizeof *list);
    REJECTED(&cut);
    free(list);
    assert_int_equal(verify(&p), ZKB_OK);
    zkb_run_proof_clear(&p);
    zkb_run_proof_clear(&q);
}

#define CHANGED(proof, field, to)                                                                  \
    do {                                                                                           \
        const __typeof__(field) kept_ = (field);                                                   \
        (field) = (to);                                                                            \
        REJECTED(proof);                                                                           \
        (field) = kept_;                                                                           \
    } while (0)

/* Class 3: each field of a chunk's claim. */
static void fields_of_claims(void **state)
{
    (void)state;
    zkb_run_proof p;
    open_proof(&p, &honest);
    for (uint32_t n = 0; n < p.header.chunk_count; n += p.header.chunk_count - 1) {
        zkb_chunk_claim *c = &p.chunks[n];
        for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
            CHANGED(&p, c->after.r[i], c->after.r[i] + 1);
            CHANGED(&p, c->register_time[i], c->register_time[i] + 1);
        }
        CHANGED(&p, c->after.pc, c->after.pc ^ 1u);
        CHANGED(&p, c->after.pc, ZKB_PC_HALT - c->after.pc);
        CHANGED(&p, c->after.depth, c->after.depth + 1);
        CHANGED(&p, c->clock_end, c->clock_end + 1);
        CHANGED(&p, c->clock_end, 1u);
        CHANGED(&p, c->clock_end, 0u);
        CHANGED(&p, c->proof_size, c->proof_size - 1);
    }
    assert_int_equal(verify(&p), ZKB_OK);
    zkb_run_proof_clear(&p);
}

/* Class 12: which tables and segments there are, in which order and of which size. */
static void shapes(void **state)
{
    (void)state;
    zkb_run_proof p;
    open_proof(&p, &honest);
    zkb_chunk_claim *c = &p.chunks[1];
    for (uint32_t t = 0; t < c->table_count; t++) {
        CHANGED(&p, c->tables[t].log_height, (uint8_t)(c->tables[t].log_height + 1));
        CHANGED(&p, c->tables[t].log_height, 255);
        CHANGED(&p, c->tables[t].active, c->tables[t].active - 1);
        CHANGED(&p, c->tables[t].active, UINT64_MAX);
        CHANGED(&p, c->tables[t].chip, ZKB_CHIP_SEGMENT);
        CHANGED(&p, c->tables[t].chip, ZKB_CHIP_COUNT);
        if (t > 0) {
            CHANGED(&p, c->tables[t], c->tables[t - 1]);
        }
    }
    CHANGED(&p, c->table_count, c->table_count - 1);
    CHANGED(&p, c->table_count, 0u);
    zkb_run_proof_clear(&p);
}

/* The same of segments. */
static void segments(void **state)
{
    (void)state;
    zkb_run_proof p;
    open_proof(&p, &honest);
    zkb_chunk_claim *c = &p.chunks[1];
    assert_true(c->segment_count >= 3); /* frames, input, output */
    for (uint32_t s = 0; s < c->segment_count; s++) {
        CHANGED(&p, c->segments[s].base, c->segments[s].base + 8192);
        CHANGED(&p, c->segments[s].base, c->segments[s].base + 1);
        CHANGED(&p, c->segments[s].base, UINT64_MAX);
        CHANGED(&p, c->segments[s].active, c->segments[s].active + 1);
        CHANGED(&p, c->segments[s].active, 0u);
        CHANGED(&p, c->segments[s].active, UINT32_MAX);
        CHANGED(&p, c->segments[s].after, zkb_g1_generator);
        if (s > 0) {
            CHANGED(&p, c->segments[s], c->segments[s - 1]); /* twice the same */
        }
    }
    CHANGED(&p, c->segment_count, c->segment_count - 1);
    assert_int_equal(verify(&p), ZKB_OK);
    zkb_run_proof_clear(&p);
}

#define CHANGED_SAYS(proof, field, to, reason)                                                     \
    do {                                                                                           \
        const __typeof__(field) kept_ = (field);                                                   \
        (field) = (to);                                                                            \
        rejected_for(proof, reason);                                                               \
        (field) = kept_;                                                                           \
    } while (0)

/* Classes 1, 3 and 12: what a statement cannot be, whatever its proof. */
static void statements_that_cannot_be(void **state)
{
    (void)state;
    /* The first segment behind each region. */
    static const uint64_t behind[] = {ZKB_REGION_PROGRAM,
                                      ZKB_REGION_STACK + 65536,
                                      ZKB_REGION_HEAP + 65536,
                                      ZKB_REGION_PUBLIC_INPUT + 65536,
                                      ZKB_REGION_PRIVATE_INPUT,
                                      ZKB_REGION_OUTPUT + 65536,
                                      ZKB_REGION_OUTPUT + ((uint64_t)1 << 32)};
    zkb_run_proof p;
    open_proof(&p, &honest);
    const uint32_t count = p.header.chunk_count;
    zkb_chunk_claim *c = &p.chunks[0];
    CHANGED_SAYS(&p, c->segments[1], c->segments[0], "segments out of order");
    CHANGED_SAYS(&p, c->segments[0].base, 1, "does not have");
    for (unsigned i = 0; i < sizeof behind / sizeof behind[0]; i++) {
        CHANGED_SAYS(&p, c->segments[0].base, behind[i] / 8, "does not have");
    }
    CHANGED_SAYS(&p, c->segments[0].base, ((uint64_t)1 << 61) + ZKB_REGION_HEAP / 8,
                 "does not have"); /* another name of the same bytes, mod 2^64 */
    CHANGED_SAYS(&p, c->segments[0].active, 8193u, "more words");
    CHANGED_SAYS(&p, c->tables[1], c->tables[c->table_count - 1], "tables out of order");
    CHANGED_SAYS(&p, c->tables[0].chip, ZKB_CHIP_SEGMENT, "unknown chip");
    CHANGED_SAYS(&p, c->tables[0].active, c->tables[0].active - 1, "number of instructions");
    CHANGED_SAYS(&p, c->clock_end, 1u, "no instructions");
    CHANGED_SAYS(&p, p.header.chunk_count, ZKB_MAX_CHUNKS + 1, "number of chunks");
    CHANGED_SAYS(&p, c->after.pc, ZKB_PC_HALT, "already ended");
    CHANGED_SAYS(&p, p.chunks[count - 1].after.pc, 7u, "not ended");
    CHANGED_SAYS(&p, p.header.output[0], (uint8_t)(p.header.output[0] ^ 1),
                 "not what the run wrote");
    for (uint32_t s = 0; s < c->segment_count; s++) {
        if (c->segments[s].base == ZKB_REGION_PUBLIC_INPUT / 8) {
            CHANGED_SAYS(&p, c->segments[s].after, zkb_g1_generator, "content of its own");
        }
    }
    for (uint32_t t = 0; t < c->table_count; t++) {
        if (c->tables[t].chip == ZKB_CHIP_BYTE) {
            CHANGED_SAYS(&p, c->tables[t].log_height, 9, "log2 height");
        }
    }
    assert_int_equal(verify(&p), ZKB_OK);
    zkb_run_proof_clear(&p);
}

/* Class 13: each field of the program's record; and what the run is said to be of. */
static void fields_of_the_header(void **state)
{
    (void)state;
    zkb_run_proof p;
    open_proof(&p, &honest);
    zkb_run_header *h = &p.header;
    given_key = NULL;
    CHANGED(&p, h->record.slot_count, h->record.slot_count + 1);
    CHANGED(&p, h->record.entry, 9u);
    CHANGED(&p, h->record.layout.frame_bytes, 8192u);
    CHANGED(&p, h->record.layout.max_frames, 9u);
    CHANGED(&p, h->record.layout.heap_bytes, 131072u);
    CHANGED(&p, h->record.layout.heap_bytes, 65535u); /* of as many segments */
    CHANGED(&p, h->record.layout.output_bytes, 65535u);
    CHANGED(&p, h->record.read_only_bytes, 1u);
    CHANGED(&p, h->record.writable_bytes, 1u);
    for (unsigned c = 0; c < zkb_program_stacks(&h->record); c++) {
        CHANGED(&p, h->record.columns[c], zkb_g1_generator);
    }
    CHANGED(&p, h->lookup_bits, 16u);
    CHANGED(&p, h->log_stack, h->log_stack - 1);
    CHANGED(&p, h->log_stack, h->log_stack + 1);
    CHANGED(&p, h->log_stack, 0u);
    CHANGED(&p, h->log_stack, 29u);
    CHANGED(&p, h->log_stack, UINT32_MAX);
    CHANGED(&p, h->lengths.public_bytes, h->lengths.public_bytes - 1);
    CHANGED(&p, h->lengths.private_bytes, 1u);
    CHANGED(&p, h->lengths.output_bytes, UINT64_MAX);
    assert_true(h->lengths.output_bytes >= 1);
    CHANGED(&p, h->output[0], (uint8_t)(h->output[0] + 1));
    CHANGED(&p, h->lengths.output_bytes, 0u);
    given_key = &key;
    for (unsigned c = 0; c < zkb_program_stacks(&h->record); c++) {
        CHANGED(&p, h->record.columns[c], zkb_g1_generator);
    }
    CHANGED(&p, h->record.entry, 9u);
    assert_int_equal(verify(&p), ZKB_OK);
    zkb_run_proof_clear(&p);
}

/* A proof has one encoding: nothing may follow it, nor a chunk inside it. */
static void bytes_left_over(void **state)
{
    (void)state;
    zkb_error error = {.message = ""};
    zkb_run_proof p;
    uint8_t *bytes = calloc(1, honest.size + 1);
    assert_non_null(bytes);
    memcpy(bytes, honest.bytes, honest.size);
    open_proof(&p, &honest);
    const size_t last = zkb_chunk_claim_size(&p.chunks[p.header.chunk_count - 1]);
    const size_t end = 4 + p.folds_size + ZKB_MERCURY_PROOF_SIZE;
    uint8_t *size_of_last = bytes + honest.size - end - last - 4;
    assert_int_equal(zkb_load32(size_of_last), last);
    zkb_run_proof_clear(&p);
    assert_int_equal(zkb_run_proof_decode(&p, bytes, honest.size + 1, "proof", &error),
                     ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "proof: 1 bytes left over"));
    zkb_store32(size_of_last, (uint32_t)last + 1);
    assert_int_equal(zkb_run_proof_decode(&p, bytes, honest.size + 1, "proof", &error),
                     ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "chunk: 1 bytes left over"));
    free(bytes);
}

/* The header that a statement of chunk 0 has, with this key. */
static void make_header(uint8_t *out, size_t *size, const zkb_machine_key *k,
                        const zkb_chunk_statement *chunk)
{
    zkb_error error;
    zkb_arena arena;
    zkb_statement statement;
    zkb_table *tables;
    must(zkb_arena_create(
             &arena, zkb_chunk_statement_scratch(chunk->table_count, chunk->segment_count), &error),
         &error);
    must(zkb_chunk_statement_tables(&statement, &tables, &arena, k, chunk, &error), &error);
    *size = statement.header_size;
    assert_true(*size <= 1024);
    memcpy(out, statement.header, *size);
    zkb_arena_destroy(&arena);
}

static void differs(const zkb_machine_key *k, const zkb_chunk_statement *chunk,
                    const zkb_chunk_statement *from)
{
    uint8_t header[2][1024];
    size_t size[2];
    make_header(header[0], &size[0], k, chunk);
    make_header(header[1], &size[1], &key, from);
    assert_true(size[0] != size[1] || memcmp(header[0], header[1], size[0]) != 0);
}

/* Every number that a chunk's statement has is in what its proof is made for. */
static void every_number_is_in_the_header(void **state)
{
    (void)state;
    zkb_run_proof p;
    open_proof(&p, &honest);
    const zkb_chunk_claim *c = &p.chunks[0];
    zkb_chunk_statement s = {.lengths = p.header.lengths,
                             .tables = c->tables,
                             .table_count = c->table_count,
                             .segments = c->segments,
                             .segment_count = c->segment_count};
    s.boundary.clock_end = c->clock_end;
    const zkb_chunk_statement kept = s;
    uint64_t *const lengths[] = {&s.lengths.public_bytes, &s.lengths.private_bytes,
                                 &s.lengths.output_bytes};
    for (unsigned i = 0; i < 3; i++) {
        ++*lengths[i];
        differs(&key, &s, &kept);
        s = kept;
    }
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        s.boundary.before.r[i] ^= UINT64_C(1) << 63;
        differs(&key, &s, &kept);
        s = kept;
        s.boundary.after.r[i] ^= UINT64_C(1) << 63;
        differs(&key, &s, &kept);
        s = kept;
        s.boundary.register_time[i]++;
        differs(&key, &s, &kept);
        s = kept;
    }
    uint32_t *const numbers[] = {&s.index, &s.boundary.before.pc, &s.boundary.before.depth,
                                 &s.boundary.after.pc, &s.boundary.after.depth};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        ++*numbers[i];
        differs(&key, &s, &kept);
        s = kept;
    }
    s.segment_count--;
    differs(&key, &s, &kept);
    s = kept;
    zkb_machine_key other_key = key;
    zkb_fr_add(&other_key.id, &other_key.id, &zkb_fr_one);
    differs(&other_key, &s, &kept);
    other_key.id = key.id;
    other_key.lookup_bits = ZKB_LOOKUP_WIDE;
    differs(&other_key, &s, &kept);
    zkb_run_proof_clear(&p);
}

/* Tables that a proof's sizes are not made for, in whose statement all else is right: more rows
 * than a clock counts, more leaves than a sum has. */
static void too_large(void **state)
{
    (void)state;
    enum { MOST = 16, LOG_ROWS = 24 };
    zkb_run_proof p;
    zkb_chunk_table tables[MOST];
    open_proof(&p, &honest);
    zkb_chunk_claim *c = &p.chunks[0];
    const zkb_chunk_claim kept = *c;
    c->tables = tables;
    for (unsigned t = 0; t < MOST; t++) {
        tables[t] = (zkb_chunk_table){ZKB_CHIP_CALL, LOG_ROWS, UINT64_C(1) << LOG_ROWS};
    }
    c->table_count = MOST;
    c->clock_end = (16u << LOG_ROWS) + 1;
    rejected_for(&p, "number of instructions");
    c->table_count = 8;
    c->clock_end = (8u << LOG_ROWS) + 1;
    rejected_for(&p, "leaves");
    *c = kept;
    zkb_run_proof_clear(&p);
}

/* A key of another program beside the right id: with it, a proof of the other program would hold.
 */
static void a_key_of_another_program(void **state)
{
    (void)state;
    zkb_error error;
    zkb_arena arena;
    zkb_program_record record;
    zkb_machine_key other_key;
    zkb_run_proof p;
    must(zkb_arena_create(&arena, zkb_program_record_scratch(&program, 1), &error), &error);
    must(zkb_program_record_make(&record, &columns, &srs, &arena, 1, &error), &error);
    zkb_arena_destroy(&arena);
    record.entry = 9;
    must(zkb_machine_key_init(&other_key, &record, ZKB_LOOKUP_COMPACT, &srs.digest, &error),
         &error);
    open_proof(&p, &honest);
    given_key = &other_key;
    rejected_for(&p, "another program");
    given_key = &key;
    assert_int_equal(verify(&p), ZKB_OK);
    zkb_run_proof_clear(&p);
    zkb_machine_key_clear(&other_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_in_other_ways),
        cmocka_unit_test(fields_of_claims),
        cmocka_unit_test(shapes),
        cmocka_unit_test(segments),
        cmocka_unit_test(statements_that_cannot_be),
        cmocka_unit_test(fields_of_the_header),
        cmocka_unit_test(bytes_left_over),
        cmocka_unit_test(every_number_is_in_the_header),
        cmocka_unit_test(too_large),
        cmocka_unit_test(a_key_of_another_program),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
