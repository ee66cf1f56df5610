/* False calls of the helper set: words left out, repeated, moved, filled with another value, at
 * another time, exchanged between calls; counts and addresses that the machine refuses. A call of
 * clock c writes at 4 c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { DW = 0x18, SET = ZKB_HELPER_NUMBER_SET, FOUR = ZKB_HELPER_FOUR };

static const zkb_chip_id words = ZKB_CHIP_SET_WORD;
static const zkb_chip_id fours = ZKB_CHIP_SET_FOUR;
static const zkb_chip_id calls = ZKB_CHIP_HELPER_SET;
static const uint64_t heap = ZKB_REGION_HEAP / 8; /* number of its first word */

/* What is left of a word of the heap at the end of the run. */
static void leave(malicious *m, uint64_t word, uint64_t value, uint32_t time)
{
    zkb_touched_segment *s = malicious_segment(m, ZKB_SPACE_READ_WRITE, heap);
    s->final[word] = value;
    s->time[word] = time;
}

static void refused(malicious *m, const char *expected)
{
    malicious_refused_by(m, expected, NULL);
    malicious_no_proof(m);
    malicious_end(m);
}

/* Words 0 to 13 become 9: three rows of four words, two of one. Word 1 held 7 since clock 2. */
enum { CALL = 5, COUNT = 14, VALUE = 9, STORED = 2, SLOT = 2 };
static const zkb_instruction many[] = {
    /* 1 */ LDDW(1, 0, 3),
    /* 2 */ STORE_K(DW, 1, 8, 7),
    /* 3 */ MOV_K(2, VALUE),
    /* 4 */ MOV_K(3, COUNT),
    /* 5 */ HELPER(SET),          EXIT(),
};

static void begin_many(malicious *m) { malicious_begin(m, many, SLOTS(many), NULL, 0); }

static void honest_calls_are_accepted(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    assert_int_equal(machine_run_table(&m.run, fours)->shape.active, 3);
    assert_int_equal(machine_run_table(&m.run, words)->shape.active, 2);
    malicious_proof(&m);
    malicious_end(&m);
}

static void a_word_left_out(void **state)
{
    (void)state;
    for (unsigned row = 0; row < 2; row++) {
        malicious m;
        begin_many(&m);
        malicious_drop_row(&m, words, row);
        leave(&m, 3 * FOUR + row, 0, 0);
        refused(&m, "set");
    }
}

static void four_words_left_out(void **state)
{
    (void)state;
    for (unsigned row = 0; row < 3; row++) {
        malicious m;
        begin_many(&m);
        malicious_drop_row(&m, fours, row);
        for (unsigned j = 0; j < FOUR; j++) {
            leave(&m, FOUR * row + j, row == 0 && j == 1 ? 7 : 0,
                  row == 0 && j == 1 ? 4 * STORED + SLOT : 0);
        }
        refused(&m, "set");
    }
}

/* One row of four words where two of one word were to be: two words too many. */
static void words_too_many(void **state)
{
    (void)state;
    char name[32];
    malicious m;
    begin_many(&m);
    malicious_drop_row(&m, words, 1);
    malicious_drop_row(&m, words, 0);
    malicious_add_row(&m, fours);
    malicious_set(&m, fours, "destination", 3, heap + (uint64_t)3 * FOUR);
    for (unsigned j = 0; j < FOUR; j++) {
        (void)snprintf(name, sizeof name, "before %u: time difference", j);
        malicious_set(&m, fours, name, 3, 4 * CALL - 1);
        leave(&m, 3 * FOUR + j, VALUE, 4 * CALL);
    }
    refused(&m, "set");
}

/* The last word once more, which no time allows: its second access is not later. */
static void a_word_repeated(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    malicious_set(&m, words, "destination", 0, heap + COUNT - 1);
    malicious_set(&m, words, "before", 0, VALUE);
    malicious_set_signed(&m, words, "before: time difference", 0, -1);
    leave(&m, COUNT - 2, 0, 0);
    malicious_refused_by(&m, "set", "range16");
    malicious_no_proof(&m);
    malicious_end(&m);
}

static void written_elsewhere(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    malicious_set(&m, words, "destination", 1, heap + 20);
    leave(&m, COUNT - 1, 0, 0);
    leave(&m, 20, VALUE, 4 * CALL);
    refused(&m, "set");
}

static void another_value(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    malicious_set(&m, words, "value", 1, VALUE + 1);
    leave(&m, COUNT - 1, VALUE + 1, 4 * CALL);
    refused(&m, "set");
}

/* All words of the call, and what it gives and takes, but not the register. */
static void the_value_of_no_register(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    malicious_set(&m, calls, "r2", 0, VALUE + 1);
    for (unsigned row = 0; row < 2; row++) {
        malicious_set(&m, words, "value", row, VALUE + 1);
    }
    for (unsigned row = 0; row < 3; row++) {
        malicious_set(&m, fours, "value", row, VALUE + 1);
    }
    for (unsigned j = 0; j < COUNT; j++) {
        leave(&m, j, VALUE + 1, 4 * CALL);
    }
    refused(&m, "memory");
}

/* A word held something else before. */
static void another_value_before(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    malicious_set(&m, fours, "before 1", 0, 8);
    refused(&m, "memory");
}

static void another_result(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    m.run.boundary.after.r[0] = 0;
    refused(&m, "memory");
}

/* The word is written after it was stored to again, as a row of the call at a later clock. */
static void written_at_another_time(void **state)
{
    (void)state;
    enum { AGAIN = 5, LATER = 7 };
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(1, 0, 3),        MOV_K(2, VALUE),
        /* 3 */ MOV_K(3, 1),          HELPER(SET),
        /* 5 */ STORE_K(DW, 1, 0, 3), MOV_K(0, 0),
        /* 7 */ MOV_K(7, 0),          EXIT(),
    };
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, words, "clock", 0, LATER);
    malicious_set(&m, words, "before", 0, 3);
    malicious_set(&m, words, "before: time difference", 0, 4 * LATER - (4 * AGAIN + SLOT) - 1);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before", 0, 0);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 0,
                  4 * AGAIN + SLOT - 1);
    leave(&m, 0, VALUE, 4 * LATER);
    refused(&m, "set");
}

/* Of two calls each does what the other was to do. */
static void rows_of_two_calls(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(1, 0, 3),  MOV_K(2, VALUE),
        /* 3 */ MOV_K(3, 1),    HELPER(SET),
        /* 5 */ LDDW(1, 64, 3), MOV_K(2, VALUE + 1),
        /* 7 */ HELPER(SET),    EXIT(),
    };
    static const uint32_t clocks[2] = {4, 7};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    for (unsigned row = 0; row < 2; row++) {
        const uint32_t clock = clocks[1 - row];
        malicious_set(&m, words, "clock", row, clock);
        malicious_set(&m, words, "before: time difference", row, 4 * clock - 1);
        leave(&m, 8 * row, VALUE + row, 4 * clock);
    }
    refused(&m, "set");
}

/* Two calls without words, of compare and of set: each has the row of the other. Register r0 would
 * be 0 at the end, the result of compare. */
static void the_row_of_another_helper(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(1, 0, 3), MOV_K(2, VALUE),
        /* 3 */ MOV_K(3, 0),   HELPER(ZKB_HELPER_NUMBER_COMPARE),
        /* 5 */ HELPER(SET),   EXIT(),
    };
    static const char *const exchanged[] = {"clock",
                                            "pc",
                                            "r1: time difference",
                                            "r2: time difference",
                                            "r3: time difference",
                                            "r0 before: time difference"};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    for (size_t i = 0; i < sizeof exchanged / sizeof exchanged[0]; i++) {
        const uint64_t of_set = malicious_get(&m, calls, exchanged[i], 0);
        const uint64_t of_compare = malicious_get(&m, ZKB_CHIP_HELPER_COMPARE, exchanged[i], 0);
        malicious_set(&m, calls, exchanged[i], 0, of_compare);
        malicious_set(&m, ZKB_CHIP_HELPER_COMPARE, exchanged[i], 0, of_set);
    }
    malicious_set(&m, ZKB_CHIP_HELPER_COMPARE, "r0 before", 0, ZKB_REGION_HEAP);
    m.run.boundary.after.r[0] = 0;
    refused(&m, "program");
}

/* ---- Arguments that the machine refuses: a chunk that begins with them in its registers. ---- */

static const zkb_instruction two_calls[] = {
    /* 1 */ LDDW(1, 4096, 3),
    MOV_K(2, 5),
    MOV_K(3, ZKB_SET_MOST_WORDS),
    /* chunk of clock 1 */ HELPER(SET),
    MOV_K(3, 3),
    /* 3 */ HELPER(SET),
    EXIT(),
};

static void begin_with_call(malicious chunks[2])
{
    malicious_begin_chunks(chunks, two_calls, SLOTS(two_calls), 3);
    assert_int_equal(malicious_get(&chunks[1], calls, "clock", 0), 1);
}

static void end_chunks(malicious chunks[2])
{
    malicious_end(&chunks[1]);
    malicious_end(&chunks[0]);
}

static void more_words_than_the_most(void **state)
{
    (void)state;
    enum { MORE = ZKB_SET_MOST_WORDS + 1, ROW = 3 }; /* behind the rows of the next call */
    malicious chunks[2];
    begin_with_call(chunks);
    malicious *m = &chunks[1];
    malicious_add_row(m, words);
    malicious_set(m, words, "clock", ROW, 1);
    malicious_set(m, words, "destination", ROW, heap + 512 + MORE - 1);
    malicious_set(m, words, "before", ROW, 0);
    malicious_set(m, words, "before: time difference", ROW, 3);
    leave(m, 512 + MORE - 1, 5, 4);
    malicious_set(m, calls, "r3", 0, MORE);
    m->run.boundary.before.r[3] = MORE;
    /* r3 is written by the next instruction, which sees what was there. */
    malicious_set(m, ZKB_CHIP_CONSTANT, "dst before", 0, MORE);
    malicious_refused_by(m, "range16", NULL);
    end_chunks(chunks);
}

/* A destination beside a word's beginning, and one that cannot be written. */
static void other_destinations(void **state)
{
    (void)state;
    static const uint64_t addresses[] = {ZKB_REGION_HEAP + 4100, ZKB_REGION_PUBLIC_INPUT};
    for (unsigned a = 0; a < sizeof addresses / sizeof addresses[0]; a++) {
        malicious chunks[2];
        begin_with_call(chunks);
        malicious *m = &chunks[1];
        m->run.boundary.before.r[1] = addresses[a];
        m->run.boundary.after.r[1] = addresses[a];
        m->run.boundary.after.r[0] = addresses[a];
        malicious_set(m, calls, "r1", 0, addresses[a]);
        malicious_set(m, calls, "r1", 1, addresses[a]);
        malicious_set(m, calls, "r0 before", 1, addresses[a]);
        for (unsigned row = 0; row < ZKB_SET_MOST_WORDS / FOUR + 3; row++) {
            const bool four = row < ZKB_SET_MOST_WORDS / FOUR;
            const unsigned of_next = row - ZKB_SET_MOST_WORDS / FOUR;
            const uint64_t word = four ? FOUR * row : of_next;
            zkb_fr cell;
            malicious_fraction(&cell, (int64_t)(addresses[a] + 8 * word), 3);
            malicious_set_fr(m, four ? fours : words, "destination", four ? row : of_next, &cell);
        }
        malicious_refused_by(m, "memory", NULL);
        end_chunks(chunks);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_calls_are_accepted),
        cmocka_unit_test(a_word_left_out),
        cmocka_unit_test(four_words_left_out),
        cmocka_unit_test(words_too_many),
        cmocka_unit_test(a_word_repeated),
        cmocka_unit_test(written_elsewhere),
        cmocka_unit_test(another_value),
        cmocka_unit_test(the_value_of_no_register),
        cmocka_unit_test(another_value_before),
        cmocka_unit_test(another_result),
        cmocka_unit_test(written_at_another_time),
        cmocka_unit_test(rows_of_two_calls),
        cmocka_unit_test(the_row_of_another_helper),
        cmocka_unit_test(more_words_than_the_most),
        cmocka_unit_test(other_destinations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
