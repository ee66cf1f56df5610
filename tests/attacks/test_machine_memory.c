/* False memory: stale, future and invented contents, other places, parts of words that are not
 * theirs. Slots: registers at 0, 1 and 3, the word at 2; time is 4 * clock + slot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { W = 0x00, B = 0x10, DW = 0x18 };

static const uint64_t top_word = (ZKB_REGION_STACK + 4096 - 8) / 8;

/* The row of the segment table that is a word of the stack. */
static uint64_t stack_row(malicious *m, uint64_t word)
{
    return word - malicious_segment(m, ZKB_SPACE_READ_WRITE, word)->base;
}

/* Class 4. */

/* 1, then 2 are stored; the load sees 1, with the first store's time. */
static void stale_read(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {STORE_K(DW, 10, -8, 1), STORE_K(DW, 10, -8, 2),
                                           LOAD(DW, 0, 10, -8), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 1);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word: time difference", 0, 7);
    m.run.boundary.after.r[0] = 1;
    malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word)->final[stack_row(&m, top_word)] = 1;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The load sees what is stored after it: a store that takes what the load leaves, or a load that
 * takes what the store leaves at a time that has not come. The bus balances; the difference is no
 * limb. */
static void future_read(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LOAD(DW, 0, 10, -8), STORE_K(DW, 10, -8, 2), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 2);
    malicious_set_signed(&m, ZKB_CHIP_LOAD_WORD, "word: time difference", 0, 6 - 10 - 1);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before", 0, 0);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 0, 9);
    m.run.boundary.after.r[0] = 2;
    zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word);
    stack->time[stack_row(&m, top_word)] = 6;
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* An access that takes what it gives: any value, out of nothing, were a difference of -1 a limb. */
static void read_of_itself(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LOAD(DW, 0, 10, -8), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 77);
    malicious_set_signed(&m, ZKB_CHIP_LOAD_WORD, "word: time difference", 0, -1);
    m.run.boundary.after.r[0] = 77;
    zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word);
    stack->time[stack_row(&m, top_word)] = 0;
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A word's time is brought forward by 2^16 and more; then it is loaded and stored to. The load sees
 * what the store leaves, by one more row that brings the word's time back: by a low limb, a high
 * one, or a fraction of 2^16. */
static void time_that_wraps(void **state)
{
    (void)state;
    enum { ROUNDS = 3300, CLOCK = 3 + 5 * ROUNDS, BACK = 4 + 2 };
    static const zkb_instruction code[] = {
        /* 0 */ MOV_K(1, ROUNDS),
        /* 1 */ ALU64_K(0x00, 1, -1),
        MOV_X(2, 1),
        ALU64_X(0x00, 2, 1),
        JA(0),
        /* 5 */ JMP_K(0x50, 1, 0, -5),
        /* 6 */ MOV_K(0, 1), /* r0 is brought forward before */
        /* 7 */ LOAD(DW, 0, 10, -8),
        /* 8 */ STORE_K(DW, 10, -8, 2),
        /* 9 */ EXIT(),
    };
    static const zkb_chip_id refresh = ZKB_CHIP_REFRESH;
    const uint64_t load = 4 * CLOCK + 2;
    malicious m;
    zkb_fr back;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    const zkb_table *table = machine_run_table(&m.run, refresh);
    const uint64_t row = table->shape.active;
    assert_int_equal(row, 3); /* of r0, r10 and the word */
    assert_int_equal(m.run.boundary.after.r[0], 0);
    malicious_add_row(&m, refresh);
    malicious_set(&m, refresh, "space", row, ZKB_SPACE_READ_WRITE);
    malicious_set(&m, refresh, "address", row, top_word);
    malicious_set(&m, refresh, "value", row, 2);
    malicious_set(&m, refresh, "time before", row, load + 4);
    malicious_set_signed(&m, refresh, "difference low", row, -BACK);
    malicious_set(&m, refresh, "difference high", row, 0);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 2);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before", 0, 0);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 0, 4);
    m.run.boundary.after.r[0] = 2;
    malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word)->time[stack_row(&m, top_word)] =
        (uint32_t)load;
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, refresh, "difference low", row, 65536 - BACK);
    malicious_set_signed(&m, refresh, "difference high", row, -1);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_fraction(&back, -BACK, 16);
    malicious_set(&m, refresh, "difference low", row, 0);
    malicious_set_fr(&m, refresh, "difference high", row, &back);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The content at the start is the statement's: a word never written that is not zero. */
static void word_never_written(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LOAD(DW, 0, 10, -8), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 77);
    m.run.boundary.after.r[0] = 77;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word);
    stack->init[stack_row(&m, top_word)] = 77;
    stack->final[stack_row(&m, top_word)] = 77;
    malicious_consistent(&m);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A word that no instruction touches changes: a phantom write. */
static void phantom_write(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LOAD(DW, 0, 10, -8), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word);
    stack->final[8191] = 5; /* the last row */
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    stack->time[8191] = 9;
    malicious_refused_by(&m, "memory", NULL);
    malicious_end(&m);
}

/* The same beyond the rows that the table offers to accesses, where no bus would notice. */
static void phantom_write_beyond_the_active_rows(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LOAD(DW, 0, 10, -8), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word);
    zkb_table *table = machine_run_table(&m.run, ZKB_CHIP_SEGMENT);
    table->shape.active = stack_row(&m, top_word) + 1;
    malicious_consistent(&m);
    malicious_proof(&m);
    stack->final[8191] = 5;
    malicious_refused_by(&m, "no change beyond the active rows", "final"); /* a cell that is left */
    malicious_no_proof(&m);
    stack->final[8191] = 0;
    table->shape.active--; /* the word that is loaded */
    malicious_refused_by(&m, "memory", "final time");
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Class 17: a store whose address comes from the input. The honest input names the stack. */

enum { POINTED = 32 };
static const zkb_instruction store_anywhere[] = {LOAD(DW, 2, 1, 0), STORE_K(DW, 2, 0, 9),
                                                 MOV_K(2, 0), EXIT()};

/* The same run with another address in the input, told everywhere. */
static void point(malicious *m, uint8_t input[POINTED], uint64_t address)
{
    memcpy(input, &address, sizeof address);
    malicious_segment(m, ZKB_SPACE_READ_ONLY, ZKB_REGION_PUBLIC_INPUT / 8)->init[0] = address;
    malicious_set(m, ZKB_CHIP_LOAD_WORD, "word", 0, address);
    malicious_set(m, ZKB_CHIP_STORE_WORD_K, "base value", 0, address);
    malicious_set(m, ZKB_CHIP_CONSTANT, "dst before", 0, address);
}

static void begin_pointed(malicious *m, uint8_t input[POINTED])
{
    const uint64_t address = top_word * 8;
    memset(input, 0, POINTED);
    memcpy(input, &address, sizeof address);
    malicious_begin(m, store_anywhere, SLOTS(store_anywhere), input, POINTED);
}

static void stores_elsewhere(void **state)
{
    (void)state;
    static const uint64_t places[] = {
        ZKB_REGION_PUBLIC_INPUT + 8, /* read-only */
        ZKB_REGION_STACK + 65536,    /* beyond the stack's 8 frames of 4096 */
        ZKB_REGION_STACK - 8,        /* and below it */
        UINT64_C(0x700000000),       /* no region */
        0,                           /* the frames' name */
        8 * 3,                       /* a register's number */
        ZKB_REGION_STACK + 4096 - 4, /* no multiple of 8 */
        UINT64_MAX - 7,              /* an end that wraps */
    };
    malicious m;
    uint8_t input[POINTED];
    begin_pointed(&m, input);
    zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word);
    stack->final[stack_row(&m, top_word)] = 0;
    stack->time[stack_row(&m, top_word)] = 0;
    for (unsigned p = 0; p < sizeof places / sizeof places[0]; p++) {
        point(&m, input, places[p]);
        malicious_refused_by(&m, "memory", NULL);
        if (p == 0 || p == 4 || p == 6) {
            malicious_no_proof(&m);
        }
    }
    malicious_end(&m);
}

/* A load of read-only memory said to be of writable memory, and the reverse; neither exists. */
static void another_space(void **state)
{
    (void)state;
    malicious m;
    uint8_t input[POINTED];
    begin_pointed(&m, input);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "read-only", 0, 0);
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "read-only", 0, 2); /* the registers' space */
    malicious_refused_by(&m, "read-only", "memory");
    malicious_end(&m);
}

/* Other public input than the verifier's. */
static void another_input(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LOAD(DW, 0, 1, 0), EXIT()};
    static uint8_t input[16] = {1};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), input, sizeof input);
    malicious_proof(&m);
    input[0] = 2;
    malicious_no_proof(&m);
    input[0] = 1;
    input[15] = 1; /* not read */
    malicious_no_proof(&m);
    input[15] = 0;
    m.input_size = 15; /* a shorter one of the same segment */
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Parts of words. */

/* A byte with a bit of its neighbour's. */
static void dirty_byte(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LOAD(B, 0, 1, 0), EXIT()};
    static const uint8_t input[8] = {0x11, 0x22};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), input, sizeof input);
    malicious_set(&m, ZKB_CHIP_LOAD8, "low byte", 0, 0x2211);
    malicious_set(&m, ZKB_CHIP_LOAD8, "high byte", 0, 0);
    malicious_set(&m, ZKB_CHIP_LOAD8, "bytes' and", 0, 0);
    m.run.boundary.after.r[0] = 0x2211;
    malicious_refused_by(&m, "byte_and", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The byte beside the addressed one; the lower half with the upper half in its limb. */
static void another_part(void **state)
{
    (void)state;
    static const zkb_instruction byte[] = {LOAD(B, 0, 1, 0), EXIT()};
    static const zkb_instruction half[] = {LOAD(W, 0, 1, 0), EXIT()};
    static const uint8_t input[8] = {0x11, 0x22, 0, 0, 0x33};
    malicious m;
    malicious_begin(&m, byte, SLOTS(byte), input, sizeof input);
    malicious_set(&m, ZKB_CHIP_LOAD8, "position bit 0", 0, 1);
    m.run.boundary.after.r[0] = 0x22;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
    malicious_begin(&m, half, SLOTS(half), input, sizeof input);
    malicious_set(&m, ZKB_CHIP_LOAD32, "word limb 2", 0, 0);
    malicious_set(&m, ZKB_CHIP_LOAD32, "word limb 1", 0, UINT64_C(0x330000));
    m.run.boundary.after.r[0] = UINT64_C(0x3300002211);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* 0x81 loaded with its sign, said to have none; and without, said to have one. */
static void load_with_another_sign(void **state)
{
    (void)state;
    enum { H = 0x08 };
    static const zkb_instruction with[] = {LOAD_SIGNED(B, 0, 1, 0), EXIT()};
    static const zkb_instruction without[] = {LOAD(H, 0, 1, 1), EXIT()};
    static const uint8_t input[8] = {0x81, 0x22, 0x83};
    static const zkb_chip_id chip = ZKB_CHIP_LOAD_ANY;
    malicious m;
    malicious_begin(&m, with, SLOTS(with), input, sizeof input);
    assert_int_equal(m.run.boundary.after.r[0], (uint64_t)-127);
    m.run.boundary.after.r[0] = 0x81;
    malicious_set(&m, chip, "extends with ones", 0, 0);
    malicious_refused_by(&m, "extends = signed and sign", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, chip, "sign", 0, 0);
    malicious_set(&m, chip, "doubled", 0, 0x102);
    malicious_refused_by(&m, "byte_and", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
    malicious_begin(&m, without, SLOTS(without), input, sizeof input);
    assert_int_equal(m.run.boundary.after.r[0], 0x8322);
    m.run.boundary.after.r[0] |= ~(uint64_t)0xffff;
    malicious_set(&m, chip, "extends with ones", 0, 1);
    malicious_refused_by(&m, "extends = signed and sign", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, chip, "signed", 0, 1);
    malicious_refused_by(&m, "program", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A half store that changes the other half. */
static void store_beside(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(1, 5), STORE_X(W, 10, -8, 1), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    const uint64_t dirty = UINT64_C(0x700000005);
    malicious_set(&m, ZKB_CHIP_STORE32, "word after", 0, dirty);
    malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word)->final[stack_row(&m, top_word)] = dirty;
    malicious_refused_by(&m, "word after", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Class 10: an access to two words that leaves the second out. */
static void second_word_left_out(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {LOAD(DW, 0, 1, 4), EXIT()};
    static const uint8_t input[16] = {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4};
    static const zkb_chip_id chip = ZKB_CHIP_LOAD_ANY;
    static const char *const bytes[] = {"byte 8",  "byte 9",  "byte 10", "byte 11",
                                        "byte 12", "byte 13", "byte 14", "byte 15"};
    static const char *const ands[] = {"and of bytes 8 and 9", "and of bytes 10 and 11",
                                       "and of bytes 12 and 13", "and of bytes 14 and 15"};
    static const char *const loaded[] = {"byte 4 at address", "byte 5 at address",
                                         "byte 6 at address", "byte 7 at address"};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), input, sizeof input);
    for (unsigned j = 0; j < 8; j++) {
        malicious_set(&m, chip, bytes[j], 0, 0);
    }
    for (unsigned j = 0; j < 4; j++) {
        malicious_set(&m, chip, ands[j], 0, 0);
        malicious_set(&m, chip, loaded[j], 0, 0);
    }
    malicious_set(&m, chip, "doubled", 0, 0);
    malicious_set(&m, chip, "crosses", 0, 0);
    malicious_set(&m, chip, "word 1 read-only", 0, 0);
    malicious_set(&m, chip, "word 1: time difference", 0, 0);
    malicious_set_signed(&m, chip, "margin 0", 0, 8 - 4 - 8);
    malicious_segment(&m, ZKB_SPACE_READ_ONLY, ZKB_REGION_PUBLIC_INPUT / 8)->time[1] = 0;
    m.run.boundary.after.r[0] = 0x02020202;
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Atomics: a sum that carries into the other half, and an exchange that is not made. */
static void atomic_lies(void **state)
{
    (void)state;
    static const zkb_instruction add[] = {STORE_K(W, 10, -8, -1), MOV_K(1, 1),
                                          ATOMIC(W, 10, -8, 1, 0x00), EXIT()};
    static const zkb_instruction exchange[] = {STORE_K(DW, 10, -8, 4), MOV_K(0, 4), MOV_K(1, 6),
                                               ATOMIC(DW, 10, -8, 1, 0xf1), EXIT()};
    malicious m;
    malicious_begin(&m, add, SLOTS(add), NULL, 0);
    malicious_set(&m, ZKB_CHIP_ATOMIC, "carry", 0, 0);
    malicious_set(&m, ZKB_CHIP_ATOMIC, "result low 1", 0, 65536);
    malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word)->final[stack_row(&m, top_word)] =
        UINT64_C(1) << 32;
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
    malicious_begin(&m, exchange, SLOTS(exchange), NULL, 0);
    malicious_set(&m, ZKB_CHIP_EXCHANGE, "equal", 0, 0);
    malicious_set_signed(&m, ZKB_CHIP_EXCHANGE, "distance - 1 0", 0, -1);
    malicious_set(&m, ZKB_CHIP_EXCHANGE, "stored", 0, 4);
    malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word)->final[stack_row(&m, top_word)] = 4;
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stale_read),
        cmocka_unit_test(future_read),
        cmocka_unit_test(read_of_itself),
        cmocka_unit_test(time_that_wraps),
        cmocka_unit_test(word_never_written),
        cmocka_unit_test(phantom_write),
        cmocka_unit_test(phantom_write_beyond_the_active_rows),
        cmocka_unit_test(stores_elsewhere),
        cmocka_unit_test(another_space),
        cmocka_unit_test(another_input),
        cmocka_unit_test(dirty_byte),
        cmocka_unit_test(another_part),
        cmocka_unit_test(load_with_another_sign),
        cmocka_unit_test(store_beside),
        cmocka_unit_test(second_word_left_out),
        cmocka_unit_test(atomic_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
