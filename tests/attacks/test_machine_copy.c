/* False calls of the helper copy: words left out, repeated, moved, read at another time, exchanged
 * between calls; counts and addresses that the machine refuses. A call of clock c reads at 4 c and
 * writes at 4 c + 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { DW = 0x18, COPY = ZKB_HELPER_NUMBER_COPY, FOUR = ZKB_HELPER_FOUR };

static const zkb_chip_id words = ZKB_CHIP_COPY_WORD;
static const zkb_chip_id fours = ZKB_CHIP_COPY_FOUR;
static const zkb_chip_id calls = ZKB_CHIP_HELPER_COPY;
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

/* Words 8 to 10 are copied from words 0 to 2, which hold 5, 6, 7 since clocks 2, 3, 4. */
enum { CALL = 9, FROM = 0, TO = 8, SLOT = 2 };
static const zkb_instruction three[] = {
    /* 1 */ LDDW(6, 0, 3),
    /* 2 */ STORE_K(DW, 6, 0, 5),
    STORE_K(DW, 6, 8, 6),
    STORE_K(DW, 6, 16, 7),
    /* 5 */ MOV_X(1, 6),
    ALU64_K(0x00, 1, 64),
    MOV_X(2, 6),
    /* 8 */ MOV_K(3, 3),
    /* 9 */ HELPER(COPY),
    EXIT(),
};

static void honest_calls_are_accepted(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, three, SLOTS(three), NULL, 0);
    assert_int_equal(machine_run_table(&m.run, words)->shape.active, 3);
    malicious_proof(&m);
    malicious_end(&m);
}

/* The last word is not copied. */
static void a_word_left_out(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, three, SLOTS(three), NULL, 0);
    malicious_drop_row(&m, words, 2);
    leave(&m, FROM + 2, 7, 4 * 4 + SLOT);
    leave(&m, TO + 2, 0, 0);
    refused(&m, "copy");
}

/* The first word is not copied. */
static void the_first_word_left_out(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, three, SLOTS(three), NULL, 0);
    malicious_drop_row(&m, words, 0);
    leave(&m, FROM, 5, 4 * 2 + SLOT);
    leave(&m, TO, 0, 0);
    refused(&m, "copy");
}

/* One more word is copied, behind the last. */
static void a_word_too_many(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, three, SLOTS(three), NULL, 0);
    malicious_add_row(&m, words);
    malicious_set(&m, words, "source", 3, heap + FROM + 3);
    malicious_set(&m, words, "destination", 3, heap + TO + 3);
    malicious_set(&m, words, "word", 3, 0);
    malicious_set(&m, words, "before", 3, 0);
    malicious_set(&m, words, "word: time difference", 3, 4 * CALL - 1);
    malicious_set(&m, words, "before: time difference", 3, 4 * CALL);
    leave(&m, FROM + 3, 0, 4 * CALL);
    leave(&m, TO + 3, 0, 4 * CALL + 1);
    refused(&m, "copy");
}

/* A word goes elsewhere. */
static void written_elsewhere(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, three, SLOTS(three), NULL, 0);
    malicious_set(&m, words, "destination", 1, heap + 20);
    leave(&m, TO + 1, 0, 0);
    leave(&m, 20, 6, 4 * CALL + 1);
    refused(&m, "copy");
}

/* A word comes from elsewhere: two words change places. */
static void read_elsewhere(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, three, SLOTS(three), NULL, 0);
    for (unsigned row = 0; row < 2; row++) {
        malicious_set(&m, words, "source", row, heap + FROM + 1 - row);
        malicious_set(&m, words, "word", row, 6 - row);
        malicious_set(&m, words, "word: time difference", row,
                      4 * CALL - (4 * (3 - row) + SLOT) - 1);
        leave(&m, TO + row, 6 - row, 4 * CALL + 1);
    }
    refused(&m, "copy");
}

/* Another value is written than was read. */
static void another_value(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, three, SLOTS(three), NULL, 0);
    malicious_set(&m, words, "word", 1, 99);
    leave(&m, TO + 1, 99, 4 * CALL + 1);
    refused(&m, "memory");
}

/* r0 is not the destination. */
static void another_result(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, three, SLOTS(three), NULL, 0);
    m.run.boundary.after.r[0] = 0;
    refused(&m, "memory");
}

/* The word is copied after it was stored to again, as a row of the call at a later clock. */
static void read_at_another_time(void **state)
{
    (void)state;
    enum { STORED = 6, LATER = 8 };
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(6, 0, 3), MOV_X(2, 6),
        /* 3 */ MOV_K(3, 1),   LDDW(1, 64, 3),
        /* 5 */ HELPER(COPY),  STORE_K(DW, 6, 0, 9),
        /* 7 */ MOV_K(0, 0),   MOV_K(7, 0),
        /* 9 */ EXIT(),
    };
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, words, "clock", 0, LATER);
    malicious_set(&m, words, "word", 0, 9);
    malicious_set(&m, words, "word: time difference", 0, 4 * LATER - (4 * STORED + SLOT) - 1);
    malicious_set(&m, words, "before: time difference", 0, 4 * LATER);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 0,
                  4 * STORED + SLOT - 1);
    leave(&m, 0, 9, 4 * LATER);
    leave(&m, 8, 9, 4 * LATER + 1);
    refused(&m, "copy");
}

/* Of two calls each does what the other was to do. */
static void rows_of_two_calls(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(1, 64, 3), LDDW(2, 0, 3),
        /* 3 */ MOV_K(3, 1),    HELPER(COPY),
        /* 5 */ LDDW(1, 72, 3), LDDW(2, 16, 3),
        /* 7 */ HELPER(COPY),   EXIT(),
    };
    static const uint32_t clocks[2] = {4, 7};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    for (unsigned row = 0; row < 2; row++) {
        const uint32_t clock = clocks[1 - row];
        malicious_set(&m, words, "clock", row, clock);
        malicious_set(&m, words, "word: time difference", row, 4 * clock - 1);
        malicious_set(&m, words, "before: time difference", row, 4 * clock);
        leave(&m, 2 * row, 0, 4 * clock);
        leave(&m, 8 + row, 0, 4 * clock + 1);
    }
    refused(&m, "copy");
}

/* Ranges that overlap: the second word is read after the first was written over it. */
static void read_after_it_was_written(void **state)
{
    (void)state;
    enum { OVERLAPPING = 7 };
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(6, 0, 3), STORE_K(DW, 6, 0, 5),
        STORE_K(DW, 6, 8, 6),
        /* 4 */ LDDW(1, 8, 3), LDDW(2, 0, 3),
        MOV_K(3, 2),
        /* 7 */ HELPER(COPY),  EXIT(),
    };
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    assert_int_equal(malicious_get(&m, words, "word", 1), 6);
    malicious_set(&m, words, "word", 1, 5);
    malicious_set_signed(&m, words, "word: time difference", 1, -2);
    malicious_set(&m, words, "before: time difference", 0,
                  4 * OVERLAPPING + 1 - (4 * 3 + SLOT) - 1);
    leave(&m, 1, 5, 4 * OVERLAPPING);
    leave(&m, 2, 5, 4 * OVERLAPPING + 1);
    refused(&m, "range16");
}

/* ---- Arguments that the machine refuses: a chunk that begins with them in its registers. ---- */

static const zkb_instruction two_calls[] = {
    /* 1 */ LDDW(1, 4096, 3),
    LDDW(2, 0, 3),
    MOV_K(3, ZKB_COPY_MOST_WORDS),
    /* chunk of clock 1 */ HELPER(COPY),
    MOV_K(3, 3),
    /* 3 */ HELPER(COPY),
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
    enum { MORE = ZKB_COPY_MOST_WORDS + 1, ROW = 3 }; /* behind the rows of the next call */
    malicious chunks[2];
    begin_with_call(chunks);
    malicious *m = &chunks[1];
    malicious_add_row(m, words);
    malicious_set(m, words, "clock", ROW, 1);
    malicious_set(m, words, "source", ROW, heap + MORE - 1);
    malicious_set(m, words, "destination", ROW, heap + 512 + MORE - 1);
    malicious_set(m, words, "word: time difference", ROW, 3);
    malicious_set(m, words, "before: time difference", ROW, 4);
    leave(m, MORE - 1, 0, 4);
    leave(m, 512 + MORE - 1, 0, 5);
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
        for (unsigned row = 0; row < ZKB_COPY_MOST_WORDS / FOUR + 3; row++) {
            const bool four = row < ZKB_COPY_MOST_WORDS / FOUR;
            const unsigned of_next = row - ZKB_COPY_MOST_WORDS / FOUR;
            const uint64_t word = four ? FOUR * row : of_next;
            zkb_fr cell;
            malicious_fraction(&cell, (int64_t)(addresses[a] + 8 * word), 3);
            malicious_set_fr(m, four ? fours : words, "destination", four ? row : of_next, &cell);
        }
        malicious_refused_by(m, "memory", NULL);
        end_chunks(chunks);
    }
}

/* The source is registers: their space is that of read-write words plus 2. */
static void registers_are_no_source(void **state)
{
    (void)state;
    enum { FIRST = 6 };
    static const unsigned counts[] = {1, FOUR};
    for (unsigned c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        const zkb_instruction code[] = {
            LDDW(1, 64, 3), LDDW(2, 0, 3), MOV_K(3, (int32_t)counts[c]),
            MOV_K(6, 77),   MOV_K(7, 78),  MOV_K(8, 79),
            MOV_K(9, 80),   HELPER(COPY),  EXIT(),
        };
        const zkb_chip_id chip = counts[c] == 1 ? words : fours;
        malicious chunks[2];
        malicious_begin_chunks(chunks, code, SLOTS(code), 7);
        malicious *m = &chunks[1];
        m->run.boundary.before.r[2] = 8 * FIRST;
        m->run.boundary.after.r[2] = 8 * FIRST;
        malicious_set(m, calls, "r2", 0, 8 * FIRST);
        malicious_set(m, chip, "source", 0, FIRST);
        malicious_set(m, chip, "read-only", 0, 2);
        for (unsigned j = 0; j < counts[c]; j++) {
            char name[16];
            (void)snprintf(name, sizeof name, counts[c] == 1 ? "word" : "word %u", j);
            malicious_set(m, chip, name, 0, 77 + j);
            m->run.boundary.register_time[FIRST + j] = 4;
            leave(m, j, 0, 0);
            leave(m, 8 + j, 77 + j, 5);
        }
        malicious_refused_by(m, "read-only", NULL);
        end_chunks(chunks);
    }
}

/* ---- Rows of four words ------------------------------------------------------------------ */

/* Words 16 to 26 are copied from words 0 to 10, of which the first is 5: two rows of four words and
 * three of one. */
enum { MANY = 11, MANY_CALL = 7, MANY_TO = 16 };
static const zkb_instruction many[] = {
    /* 1 */ LDDW(6, 0, 3),
    /* 2 */ STORE_K(DW, 6, 0, 5),
    /* 3 */ MOV_X(1, 6),
    /* 4 */ ALU64_K(0x00, 1, 8 * MANY_TO),
    /* 5 */ MOV_X(2, 6),
    /* 6 */ MOV_K(3, MANY),
    /* 7 */ HELPER(COPY),
    EXIT(),
};

static void begin_many(malicious *m)
{
    malicious_begin(m, many, SLOTS(many), NULL, 0);
    assert_int_equal(machine_run_table(&m->run, fours)->shape.active, 2);
    assert_int_equal(machine_run_table(&m->run, words)->shape.active, 3);
}

static void honest_fours_are_accepted(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    malicious_proof(&m);
    malicious_end(&m);
}

/* The second four are not copied; or the first. */
static void four_words_left_out(void **state)
{
    (void)state;
    for (unsigned row = 0; row < 2; row++) {
        malicious m;
        begin_many(&m);
        malicious_drop_row(&m, fours, row);
        for (unsigned j = FOUR * row; j < FOUR * row + FOUR; j++) {
            leave(&m, j, j == 0 ? 5 : 0, j == 0 ? 4 * 2 + SLOT : 0);
            leave(&m, MANY_TO + j, 0, 0);
        }
        refused(&m, "copy");
    }
}

/* Two rows say that they are of the other's place. */
static void fours_written_elsewhere(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    malicious_set(&m, fours, "destination", 0, heap + MANY_TO + FOUR);
    malicious_set(&m, fours, "destination", 1, heap + MANY_TO);
    leave(&m, MANY_TO, 0, 4 * MANY_CALL + 1);
    leave(&m, MANY_TO + FOUR, 5, 4 * MANY_CALL + 1);
    refused(&m, "copy");
}

/* Within a row, a word goes to another word's place: its cells say so, the addresses do not. */
static void words_of_a_row_exchanged(void **state)
{
    (void)state;
    malicious m;
    begin_many(&m);
    leave(&m, MANY_TO, 0, 4 * MANY_CALL + 1);
    leave(&m, MANY_TO + 1, 5, 4 * MANY_CALL + 1);
    refused(&m, "memory");
    begin_many(&m);
    malicious_set(&m, fours, "word 0", 0, 0);
    malicious_set(&m, fours, "word 1", 0, 5);
    leave(&m, MANY_TO, 0, 4 * MANY_CALL + 1);
    leave(&m, MANY_TO + 1, 5, 4 * MANY_CALL + 1);
    refused(&m, "memory");
}

/* A row of four words where one of one was to be: three words too many. */
static void a_four_for_a_word(void **state)
{
    (void)state;
    char name[40];
    malicious m;
    begin_many(&m);
    for (unsigned row = 3; row-- > 0;) {
        malicious_drop_row(&m, words, row);
    }
    /* The first row of four is moved behind the second, and those that it had are left. */
    malicious_set(&m, fours, "source", 0, heap + 2 * FOUR);
    malicious_set(&m, fours, "destination", 0, heap + MANY_TO + 2 * FOUR);
    malicious_set(&m, fours, "word 0", 0, 0);
    for (unsigned j = 0; j < FOUR; j++) {
        (void)snprintf(name, sizeof name, "word %u: time difference", j);
        malicious_set(&m, fours, name, 0, 4 * MANY_CALL - 1);
        leave(&m, j, j == 0 ? 5 : 0, j == 0 ? 4 * 2 + SLOT : 0);
        leave(&m, MANY_TO + j, 0, 0);
        leave(&m, 2 * FOUR + j, 0, 4 * MANY_CALL);
        leave(&m, MANY_TO + 2 * FOUR + j, 0, 4 * MANY_CALL + 1);
    }
    refused(&m, "copy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_calls_are_accepted),
        cmocka_unit_test(a_word_left_out),
        cmocka_unit_test(the_first_word_left_out),
        cmocka_unit_test(a_word_too_many),
        cmocka_unit_test(written_elsewhere),
        cmocka_unit_test(read_elsewhere),
        cmocka_unit_test(another_value),
        cmocka_unit_test(another_result),
        cmocka_unit_test(read_at_another_time),
        cmocka_unit_test(rows_of_two_calls),
        cmocka_unit_test(read_after_it_was_written),
        cmocka_unit_test(more_words_than_the_most),
        cmocka_unit_test(other_destinations),
        cmocka_unit_test(registers_are_no_source),
        cmocka_unit_test(honest_fours_are_accepted),
        cmocka_unit_test(four_words_left_out),
        cmocka_unit_test(fours_written_elsewhere),
        cmocka_unit_test(words_of_a_row_exchanged),
        cmocka_unit_test(a_four_for_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
