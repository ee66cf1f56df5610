/* False contents of regions: the program's data, and inputs and outputs of several segments.
 * Classes 3, 4 and 17. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { DW = 0x18, SEGMENT = 65536 };

static const uint64_t read_only_data = ZKB_REGION_PROGRAM;
static const uint64_t writable_data = ZKB_REGION_PROGRAM + SEGMENT;

static uint64_t *content(malicious *m, zkb_space space, uint64_t address)
{
    return malicious_segment(m, space, address / 8)->init;
}

/* Stores where the input says, then loads the first word of read-only data. */
static const zkb_instruction store_and_load[] = {
    /* 0 */ LOAD(DW, 2, 1, 0),
    /* 1 */ LDDW(3, 0, 1),
    /* 3 */ STORE_K(DW, 2, 0, 9),
    /* 4 */ LOAD(DW, 0, 3, 0),
    /* 5 */ EXIT(),
};

static void begin(malicious *m, uint8_t input[8])
{
    static const uint64_t read_only[] = {5, 6};
    static const uint64_t writable[] = {7, 8};
    memcpy(input, &writable_data, 8);
    malicious_begin_data(m, store_and_load, SLOTS(store_and_load), input, 8, read_only, 2, writable,
                         2);
    assert_int_equal(m->run.boundary.after.r[0], 5);
    malicious_proof(m);
}

/* A store to read-only data, which the load then finds. */
static void store_to_read_only_data(void **state)
{
    (void)state;
    malicious m;
    uint8_t input[8];
    begin(&m, input);
    memcpy(input, &read_only_data, 8);
    content(&m, ZKB_SPACE_READ_ONLY, ZKB_REGION_PUBLIC_INPUT)[0] = read_only_data;
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, read_only_data);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "base value", 0, read_only_data);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before", 0, 5);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 1, 9);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word: time difference", 1, 4 - 1);
    m.run.boundary.after.r[2] = read_only_data;
    m.run.boundary.after.r[0] = 9;
    zkb_touched_segment *writable = malicious_segment(&m, ZKB_SPACE_READ_WRITE, writable_data / 8);
    writable->final[0] = writable->init[0];
    writable->time[0] = 0;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "read-only", 1, 0); /* the load is of the same space */
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Other data than the program's: the tables agree with each other, the record's commitments do
 * not. */
static void other_data(void **state)
{
    (void)state;
    malicious m;
    uint8_t input[8];
    begin(&m, input);
    uint64_t *words = content(&m, ZKB_SPACE_READ_ONLY, read_only_data);
    words[0] = 77;
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 1, 77);
    m.run.boundary.after.r[0] = 77;
    malicious_consistent(&m);
    malicious_no_proof(&m);
    words[0] = 5;
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 1, 5);
    m.run.boundary.after.r[0] = 5;
    malicious_proof(&m);
    words = content(&m, ZKB_SPACE_READ_WRITE, writable_data);
    words[0] = 77; /* overwritten, and read by nobody */
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before", 0, 77);
    malicious_consistent(&m);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Output in two segments, of which the prover tells other bytes, or keeps some back. Zeros at the
 * end are the prover's to state or not. */
static void output_of_two_segments(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {STORE_K(DW, 5, 0, 1), MOV_X(2, 5),
                                           ALU64_K(0x00, 2, SEGMENT), STORE_K(DW, 2, 0, 7), EXIT()};
    static const size_t kept_back[] = {SEGMENT, SEGMENT - 1, 8, 1};
    static const size_t zeros[] = {SEGMENT + 1, SEGMENT + 8, SEGMENT + 9, 2 * SEGMENT};
    static const char reason[] = "the output is not what the run wrote";
    static uint8_t output[2 * SEGMENT];
    malicious m;
    machine_use_output_bytes(sizeof output);
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    machine_use_output_bytes(SEGMENT);
    malicious_proof(&m);
    m.output = output;
    output[0] = 1;
    output[SEGMENT] = 7;
    for (unsigned i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        m.output_size = zeros[i];
        malicious_proof(&m);
    }
    for (size_t at = 0; at < sizeof output; at += SEGMENT - 1) { /* first, middle, last */
        output[at] ^= 1;
        malicious_no_statement(&m, reason);
        output[at] ^= 1;
    }
    for (unsigned i = 0; i < sizeof kept_back / sizeof kept_back[0]; i++) {
        m.output_size = kept_back[i];
        malicious_no_statement(&m, reason);
    }
    m.output_size = 0;
    malicious_no_statement(&m, reason);
    malicious_end(&m);
}

/* Output that the run never wrote, in a segment that it never touched. */
static void output_out_of_nothing(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {STORE_K(DW, 5, 0, 1), EXIT()};
    static uint8_t output[2 * SEGMENT] = {1};
    malicious m;
    machine_use_output_bytes(sizeof output);
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    machine_use_output_bytes(SEGMENT);
    m.output = output;
    m.output_size = sizeof output;
    malicious_proof(&m);
    output[SEGMENT] = 1;
    malicious_no_statement(&m, "the output is not what the run wrote");
    malicious_end(&m);
}

/* Public input of two segments and a byte, the last two of which are read. */
static void another_input_of_three_segments(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_X(3, 1),
                                           ALU64_K(0x00, 3, SEGMENT),
                                           LOAD(DW, 0, 3, 0),
                                           ALU64_K(0x00, 3, SEGMENT),
                                           LOAD(DW, 4, 3, 0),
                                           ALU64_X(0x00, 0, 4),
                                           EXIT()};
    static uint8_t input[2 * SEGMENT + 8];
    static const size_t places[] = {SEGMENT, 2 * SEGMENT - 1, 2 * SEGMENT};
    malicious m;
    input[SEGMENT] = 3;
    input[2 * SEGMENT] = 4;
    malicious_begin(&m, code, SLOTS(code), input, 2 * SEGMENT + 1);
    assert_int_equal(m.run.boundary.after.r[0], 7);
    malicious_proof(&m);
    for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
        input[places[i]] ^= 1;
        malicious_no_proof(&m);
        input[places[i]] ^= 1;
    }
    m.input_size++; /* a zero more: the program sees the length */
    malicious_no_proof(&m);
    m.input_size = 2 * SEGMENT; /* the third segment is none of the run's */
    malicious_no_statement(&m, "a segment that the run does not have");
    malicious_end(&m);
}

/* One more segment of memory that begins a word behind the one at `base`: its words have two
 * contents. Its first word, which holds zero, was accessed at `time`. */
static void add_overlapping(malicious *m, uint64_t base, uint32_t time)
{
    enum { WORDS = SEGMENT / 8, COLUMNS = 3 };
    zkb_chunk_writer *w = m->run.writer;
    uint32_t s = 0;
    uint32_t t = 0;
    while (w->segments[s].base != base) {
        s++;
    }
    while (w->table_segments[t] != s) {
        t++;
    }
    zkb_touched_segment added = w->segments[s];
    added.base = base + 1;
    added.init = zkb_arena_alloc(&m->run.arena, WORDS, sizeof *added.init);
    added.final = zkb_arena_alloc(&m->run.arena, WORDS, sizeof *added.final);
    added.time = zkb_arena_alloc(&m->run.arena, WORDS, sizeof *added.time);
    zkb_column_data *columns = zkb_arena_alloc(&m->run.arena, COLUMNS, sizeof *columns);
    zkb_fr *instances = zkb_arena_alloc(&m->run.arena, 2, sizeof *instances);
    assert_true(added.init != NULL && added.final != NULL && added.time != NULL &&
                columns != NULL && instances != NULL);
    memset(added.init, 0, WORDS * sizeof *added.init);
    memset(added.final, 0, WORDS * sizeof *added.final);
    memset(added.time, 0, WORDS * sizeof *added.time);
    added.time[0] = time;
    columns[0] = (zkb_column_data){added.init, 1};
    columns[1] = (zkb_column_data){added.final, 1};
    columns[2] = (zkb_column_data){added.time, 1};
    instances[0] = w->tables[t].shape.instances[0];
    zkb_fr_from_u64(&instances[1], added.base);
    zkb_table table = w->tables[t];
    table.shape.active = 1;
    table.shape.instances = instances;
    table.committed = columns;
    /* Segments stand by rising base, and their tables likewise. */
    for (uint32_t k = w->segment_count++; k > s + 1; k--) {
        w->segments[k] = w->segments[k - 1];
    }
    w->segments[s + 1] = added;
    for (uint32_t k = 0; k < w->table_count; k++) {
        w->table_segments[k] += w->table_segments[k] != UINT32_MAX && w->table_segments[k] > s;
    }
    for (uint32_t k = w->table_count++; k > t + 1; k--) {
        w->tables[k] = w->tables[k - 1];
        w->table_chips[k] = w->table_chips[k - 1];
        w->table_segments[k] = w->table_segments[k - 1];
    }
    w->tables[t + 1] = table;
    w->table_chips[t + 1] = ZKB_CHIP_SEGMENT;
    w->table_segments[t + 1] = s + 1;
}

/* The second word of the program's data, 8, is read from a segment of zeros that begins there. All
 * tables agree; the verifier knows no such segment. */
static void segments_that_overlap(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LDDW(1, 0, 1), LOAD(DW, 0, 1, 8), EXIT()};
    static const uint64_t data[] = {7, 8};
    malicious m;
    malicious_begin_data(&m, code, SLOTS(code), NULL, 0, NULL, 0, data, 2);
    assert_int_equal(m.run.boundary.after.r[0], 8);
    malicious_proof(&m);
    zkb_touched_segment *honest = malicious_segment(&m, ZKB_SPACE_READ_WRITE, read_only_data / 8);
    add_overlapping(&m, honest->base, honest->time[1]);
    honest->time[1] = 0;
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 0);
    m.run.boundary.after.r[0] = 0;
    malicious_consistent(&m);
    malicious_no_statement(&m, "a segment that the run does not have");
    malicious_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_to_read_only_data),         cmocka_unit_test(other_data),
        cmocka_unit_test(output_of_two_segments),          cmocka_unit_test(output_out_of_nothing),
        cmocka_unit_test(another_input_of_three_segments), cmocka_unit_test(segments_that_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
