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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_to_read_only_data),         cmocka_unit_test(other_data),
        cmocka_unit_test(output_of_two_segments),          cmocka_unit_test(output_out_of_nothing),
        cmocka_unit_test(another_input_of_three_segments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
