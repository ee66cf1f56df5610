/* False calls of the helper compare: equality of words that differ, a difference of words that are
 * equal, one that is not the first or is behind the last word; words skipped, repeated, taken from
 * another call, read elsewhere or at another time; counts and addresses that the machine refuses. A
 * call of clock c reads the left range at 4 c and the right one at 4 c + 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { DW = 0x18, COMPARE = ZKB_HELPER_NUMBER_COMPARE, FOUR = ZKB_HELPER_FOUR };

static const zkb_chip_id words = ZKB_CHIP_COMPARE_WORD;
static const zkb_chip_id fours = ZKB_CHIP_COMPARE_FOUR;
static const zkb_chip_id differences = ZKB_CHIP_COMPARE_DIFFERENT;
static const zkb_chip_id calls = ZKB_CHIP_HELPER_COMPARE;
static const uint64_t heap = ZKB_REGION_HEAP / 8; /* number of its first word */

/* What is left of a word of the heap at the end of the run. */
static void leave(malicious *m, uint64_t word, uint64_t value, uint32_t time)
{
    zkb_touched_segment *s = malicious_segment(m, ZKB_SPACE_READ_WRITE, heap);
    s->final[word] = value;
    s->time[word] = time;
}

static void refused(malicious *m, const char *expected, const char *also)
{
    malicious_refused_by(m, expected, also);
    malicious_no_proof(m);
    malicious_end(m);
}

/* Words 0 to 9 are compared with words 16 to 25. Word 7 is 3 since clock 2, word 23 is 7 since
 * clock 3, words 8 and 24 are as different; all others are 0. */
enum { CALL = 9, LEFT = 0, RIGHT = 16, COUNT = 10, FIRST = 7, LATER = 8, SLOT = 2 };

static uint32_t stored_at(uint64_t word)
{
    return word == 7 ? 2 : word == 23 ? 3 : word == 8 ? 4 : word == 24 ? 5 : 0;
}

static uint64_t held(uint64_t word)
{
    return word == 7 || word == 8 ? 3 : word == 23 || word == 24 ? 7 : 0;
}

static const zkb_instruction unequal[] = {
    /* 1 */ LDDW(1, 0, 3),
    /* 2 */ STORE_K(DW, 1, 8 * 7, 3),
    /* 3 */ STORE_K(DW, 1, 8 * 23, 7),
    /* 4 */ STORE_K(DW, 1, 8 * 8, 3),
    /* 5 */ STORE_K(DW, 1, 8 * 24, 7),
    /* 6 */ MOV_X(2, 1),
    /* 7 */ ALU64_K(0x00, 2, 8 * 16),
    /* 8 */ MOV_K(3, COUNT),
    /* 9 */ HELPER(COMPARE),
    EXIT(),
};

static void begin_unequal(malicious *m)
{
    malicious_begin(m, unequal, SLOTS(unequal), NULL, 0);
    assert_int_equal(m->run.result.r0, FIRST);
}

static uint64_t difference_at(uint64_t word, unsigned slot)
{
    const uint64_t before = stored_at(word) != 0 ? 4 * (uint64_t)stored_at(word) + SLOT : 0;
    return 4 * CALL + slot - before - 1;
}

/* The row says that words `word` of both ranges were read, in a column that holds `value`. */
static void set_word(malicious *m, uint64_t row, uint64_t word, uint64_t value)
{
    malicious_set(m, words, "left", row, heap + LEFT + word);
    malicious_set(m, words, "right", row, heap + RIGHT + word);
    malicious_set(m, words, "word", row, value);
    malicious_set(m, words, "word: time difference", row, difference_at(LEFT + word, 0));
    malicious_set(m, words, "right: time difference", row, difference_at(RIGHT + word, 1));
    leave(m, LEFT + word, held(LEFT + word), 4 * CALL);
    leave(m, RIGHT + word, held(RIGHT + word), 4 * CALL + 1);
}

static void set_difference(malicious *m, uint64_t word, int64_t distance)
{
    malicious_set(m, differences, "left", 0, heap + LEFT + word);
    malicious_set(m, differences, "right", 0, heap + RIGHT + word);
    malicious_set(m, differences, "left word", 0, held(LEFT + word));
    malicious_set(m, differences, "right word", 0, held(RIGHT + word));
    malicious_set(m, differences, "left word: time difference", 0, difference_at(LEFT + word, 0));
    malicious_set(m, differences, "right word: time difference", 0, difference_at(RIGHT + word, 1));
    malicious_set_signed(m, differences, "distance - 1 0", 0, distance - 1);
    leave(m, LEFT + word, held(LEFT + word), 4 * CALL);
    leave(m, RIGHT + word, held(RIGHT + word), 4 * CALL + 1);
}

/* The words are not read. */
static void unread(malicious *m, uint64_t word)
{
    const uint32_t left = stored_at(LEFT + word);
    const uint32_t right = stored_at(RIGHT + word);
    leave(m, LEFT + word, held(LEFT + word), left != 0 ? 4 * left + SLOT : 0);
    leave(m, RIGHT + word, held(RIGHT + word), right != 0 ? 4 * right + SLOT : 0);
}

static void set_result(malicious *m, uint64_t result, bool different)
{
    malicious_set(m, calls, "equal words", 0, result);
    malicious_set(m, calls, "different", 0, different);
    m->run.boundary.after.r[0] = result;
}

static void honest_calls_are_accepted(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    assert_int_equal(machine_run_table(&m.run, fours)->shape.active, 1);
    assert_int_equal(machine_run_table(&m.run, words)->shape.active, 3);
    assert_int_equal(machine_run_table(&m.run, differences)->shape.active, 1);
    set_word(&m, 1, FOUR + 1,
             0); /* what the attacks make of cells is what the machine makes of them */
    set_difference(&m, FIRST, 4);
    set_result(&m, FIRST, true);
    malicious_proof(&m);
    malicious_end(&m);
}

/* The first difference is skipped as if the words were equal, and the next is claimed: the words
 * of one row have one column, so one of them is not what memory holds. */
static void a_later_difference(void **state)
{
    (void)state;
    for (unsigned value = 3; value <= 7; value += 4) {
        malicious m;
        begin_unequal(&m);
        malicious_add_row(&m, words);
        set_word(&m, 3, FIRST, value);
        set_difference(&m, LATER, 4);
        set_result(&m, LATER, true);
        refused(&m, "memory", NULL);
    }
}

/* Of four words in one row one differs, and all are said to be equal: as the left range has them,
 * and as the right one does. Words LAST of both are 3 and 0. */
static void a_difference_within_four(void **state)
{
    (void)state;
    enum { LAST = 15, TO = 32, FOURS = 3, CLOCK = 7 };
    for (unsigned at = 0; at < FOUR; at++) { /* the word's number in the row */
        const unsigned first = LAST - at;    /* word of the row */
        const unsigned from = first - FOURS * FOUR;
        const zkb_instruction code[] = {
            /* 1 */ LDDW(1, 8 * (int32_t)from, 3),
            /* 2 */ LDDW(2, 8 * (int32_t)(TO + from), 3),
            /* 3 */ LDDW(6, 0, 3),
            /* 4 */ STORE_K(DW, 6, 8 * LAST, 3),
            /* 5 */ MOV_K(3, (FOURS + 1) * FOUR),
            /* 6 */ MOV_K(7, 0),
            /* 7 */ HELPER(COMPARE),
            EXIT(),
        };
        for (uint64_t value = 0; value <= 3; value += 3) {
            malicious m;
            malicious_begin(&m, code, SLOTS(code), NULL, 0);
            assert_int_equal(m.run.result.r0, LAST - from);
            assert_int_equal(machine_run_table(&m.run, fours)->shape.active, FOURS);
            malicious_drop_row(&m, differences, 0);
            for (unsigned row = at; row-- > 0;) {
                malicious_drop_row(&m, words, row);
            }
            malicious_add_row(&m, fours);
            malicious_set(&m, fours, "left", FOURS, heap + first);
            malicious_set(&m, fours, "right", FOURS, heap + TO + first);
            for (unsigned j = 0; j < FOUR; j++) {
                const uint64_t before = j == at ? 4 * 4 + SLOT : 0;
                char name[32];
                (void)snprintf(name, sizeof name, "word %u", j);
                malicious_set(&m, fours, name, FOURS, j == at ? value : 0);
                (void)snprintf(name, sizeof name, "word %u: time difference", j);
                malicious_set(&m, fours, name, FOURS, 4 * CLOCK - before - 1);
                (void)snprintf(name, sizeof name, "right %u: time difference", j);
                malicious_set(&m, fours, name, FOURS, 4 * CLOCK);
                leave(&m, first + j, j == at ? 3 : 0, 4 * CLOCK);
                leave(&m, TO + first + j, 0, 4 * CLOCK + 1);
            }
            set_result(&m, (FOURS + 1) * FOUR, false);
            refused(&m, "memory", NULL);
        }
    }
}

/* The words of the first difference are not read at all. */
static void a_later_difference_without_the_first(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    unread(&m, FIRST);
    set_difference(&m, LATER, 4);
    set_result(&m, LATER, true);
    refused(&m, "compare", NULL);
}

/* All words are said to be equal though no row shows that of the last four. */
static void equality_of_fewer_words(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    malicious_drop_row(&m, differences, 0);
    unread(&m, FIRST);
    set_result(&m, FIRST, false);
    refused(&m, "all words unless two are different", NULL);
}

/* The row of the difference is left out, but said to be there. */
static void a_difference_that_no_row_shows(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    malicious_drop_row(&m, differences, 0);
    unread(&m, FIRST);
    refused(&m, "compare", NULL);
}

/* Words 6 of both are 0: limbs that make the distance 0 with one that is none. */
static void a_difference_of_equal_words(void **state)
{
    (void)state;
    for (unsigned limb = 0; limb < 4; limb++) {
        malicious m;
        char name[32];
        zkb_fr cell;
        begin_unequal(&m);
        set_difference(&m, FIRST - 1, 1);
        (void)snprintf(name, sizeof name, "distance - 1 %u", limb);
        malicious_fraction(&cell, -1, 16 * limb);
        malicious_set_fr(&m, differences, name, 0, &cell);
        malicious_drop_row(&m, words, 2);
        unread(&m, FIRST);
        set_result(&m, FIRST - 1, true);
        refused(&m, "range16", NULL);
    }
}

/* The same, where the distance is not what it should be. */
static void a_distance_of_no_words(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    set_difference(&m, FIRST - 1, 1);
    malicious_drop_row(&m, words, 2);
    unread(&m, FIRST);
    set_result(&m, FIRST - 1, true);
    refused(&m, "|left - right| = distance", NULL);
}

/* Left and right change places where they differ: what is read is not what is there. */
static void another_order(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    malicious_set(&m, differences, "left word", 0, 7);
    malicious_set(&m, differences, "right word", 0, 3);
    malicious_set(&m, differences, "less", 0, 0);
    refused(&m, "memory", NULL);
}

/* The guest would read the words at r0: another number than that of the path. */
static void another_result(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    m.run.boundary.after.r[0] = FIRST + 1;
    refused(&m, "memory", NULL);
    begin_unequal(&m);
    set_result(&m, FIRST + 1, true);
    refused(&m, "compare", NULL);
}

/* A tuple of a kind that no row gives. */
static void neither_equal_nor_different(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    malicious_set(&m, calls, "different", 0, 2);
    refused(&m, "compare", "all words unless two are different");
}

static void four_words_skipped(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    malicious_drop_row(&m, fours, 0);
    for (unsigned j = 0; j < FOUR; j++) {
        unread(&m, j);
    }
    refused(&m, "compare", NULL);
}

static void read_elsewhere(void **state)
{
    (void)state;
    static const char *const sides[] = {"left", "right"};
    for (unsigned side = 0; side < 2; side++) {
        malicious m;
        begin_unequal(&m);
        malicious_set(&m, words, sides[side], 0, heap + 40);
        leave(&m, side == 0 ? LEFT + FOUR : RIGHT + FOUR, 0, 0);
        leave(&m, 40, 0, 4 * CALL + side);
        refused(&m, "compare", NULL);
    }
}

/* Left and right of one row change places. */
static void sides_exchanged(void **state)
{
    (void)state;
    malicious m;
    begin_unequal(&m);
    malicious_set(&m, words, "left", 0, heap + RIGHT + FOUR);
    malicious_set(&m, words, "right", 0, heap + LEFT + FOUR);
    leave(&m, LEFT + FOUR, 0, 4 * CALL + 1);
    leave(&m, RIGHT + FOUR, 0, 4 * CALL);
    refused(&m, "compare", NULL);
}

/* The words are compared after one was stored to again, as rows of the call at a later clock. */
static void read_at_another_time(void **state)
{
    (void)state;
    enum { AGAIN = 6, LATE = 8 };
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(1, 0, 3),
        MOV_X(2, 1),
        /* 3 */ ALU64_K(0x00, 2, 64),
        MOV_K(3, 1),
        /* 5 */ HELPER(COMPARE),
        STORE_K(DW, 1, 0, 0),
        /* 7 */ MOV_K(7, 0),
        MOV_K(7, 0),
        /* 9 */ EXIT(),
    };
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, words, "clock", 0, LATE);
    malicious_set(&m, words, "word: time difference", 0, 4 * LATE - (4 * AGAIN + SLOT) - 1);
    malicious_set(&m, words, "right: time difference", 0, 4 * LATE);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 0,
                  4 * AGAIN + SLOT - 1);
    leave(&m, 0, 0, 4 * LATE);
    leave(&m, 8, 0, 4 * LATE + 1);
    refused(&m, "compare", NULL);
}

/* Of two calls each compares what the other was to compare. */
static void rows_of_two_calls(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(1, 0, 3),   LDDW(2, 64, 3),
        /* 3 */ MOV_K(3, 1),     HELPER(COMPARE),
        /* 5 */ LDDW(1, 256, 3), HELPER(COMPARE),
        /* 7 */ EXIT(),
    };
    static const uint32_t clocks[2] = {4, 6};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    for (unsigned row = 0; row < 2; row++) {
        malicious_set(&m, words, "left", row, heap + (row == 0 ? 32 : 0));
        leave(&m, row == 0 ? 32 : 0, 0, 4 * clocks[row]);
        malicious_set(&m, words, "word: time difference", row, 4 * clocks[row] - 1);
    }
    refused(&m, "compare", NULL);
}

/* ---- Arguments that the machine refuses: a chunk that begins with them in its registers. ---- */

static const zkb_instruction two_calls[] = {
    /* 1 */ LDDW(1, 4096, 3),
    LDDW(2, 0, 3),
    MOV_K(3, ZKB_COMPARE_MOST_WORDS),
    /* chunk of clock 1 */ HELPER(COMPARE),
    MOV_K(3, 3),
    /* 3 */ HELPER(COMPARE),
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
    enum { MORE = ZKB_COMPARE_MOST_WORDS + 1, ROW = 3 }; /* behind the rows of the next call */
    malicious chunks[2];
    begin_with_call(chunks);
    malicious *m = &chunks[1];
    malicious_add_row(m, words);
    malicious_set(m, words, "clock", ROW, 1);
    malicious_set(m, words, "left", ROW, heap + 512 + MORE - 1);
    malicious_set(m, words, "right", ROW, heap + MORE - 1);
    malicious_set(m, words, "word: time difference", ROW, 3);
    malicious_set(m, words, "right: time difference", ROW, 4);
    leave(m, 512 + MORE - 1, 0, 4);
    leave(m, MORE - 1, 0, 5);
    malicious_set(m, calls, "r3", 0, MORE);
    malicious_set(m, calls, "equal words", 0, MORE);
    malicious_set(m, calls, "r0 before", 1, MORE);
    m->run.boundary.before.r[3] = MORE;
    /* r3 is written by the next instruction, which sees what was there. */
    malicious_set(m, ZKB_CHIP_CONSTANT, "dst before", 0, MORE);
    malicious_refused_by(m, "range16", NULL);
    end_chunks(chunks);
}

/* 256 words are equal where 255 were to be compared. */
static void more_equal_words_than_are_compared(void **state)
{
    (void)state;
    enum { FEWER = ZKB_COMPARE_MOST_WORDS - 1 };
    malicious chunks[2];
    begin_with_call(chunks);
    malicious *m = &chunks[1];
    malicious_set(m, calls, "r3", 0, FEWER);
    m->run.boundary.before.r[3] = FEWER;
    malicious_set(m, ZKB_CHIP_CONSTANT, "dst before", 0, FEWER);
    malicious_refused_by(m, "range16", "all words unless two are different");
    end_chunks(chunks);
}

/* All words are equal, and the difference is of words behind the last. */
static void a_difference_behind_the_last_word(void **state)
{
    (void)state;
    enum { ALL = 5 };
    static const zkb_instruction code[] = {
        LDDW(1, 0, 3),
        STORE_K(DW, 1, 8 * ALL, 3),
        LDDW(2, 128, 3),
        MOV_K(3, ALL + 1),
        /* chunk of clock 1 */ HELPER(COMPARE),
        MOV_K(3, 0),
        EXIT(),
    };
    malicious chunks[2];
    malicious_begin_chunks(chunks, code, SLOTS(code), 4);
    malicious *m = &chunks[1];
    assert_int_equal(malicious_get(m, calls, "equal words", 0), ALL);
    malicious_set(m, calls, "r3", 0, ALL);
    m->run.boundary.before.r[3] = ALL;
    malicious_set(m, ZKB_CHIP_CONSTANT, "dst before", 0, ALL);
    malicious_refused_by(m, "range16", NULL);
    end_chunks(chunks);
}

/* Addresses beside a word's beginning, on either side. */
static void misaligned_addresses(void **state)
{
    (void)state;
    for (unsigned side = 1; side <= 2; side++) {
        malicious chunks[2];
        begin_with_call(chunks);
        malicious *m = &chunks[1];
        const char *const column = side == 1 ? "left" : "right";
        const char *const argument = side == 1 ? "r1" : "r2";
        const uint64_t address = m->run.boundary.before.r[side] + 4;
        m->run.boundary.before.r[side] = address;
        m->run.boundary.after.r[side] = address;
        malicious_set(m, calls, argument, 0, address);
        malicious_set(m, calls, argument, 1, address);
        for (unsigned row = 0; row < ZKB_COMPARE_MOST_WORDS / FOUR + 3; row++) {
            const bool four = row < ZKB_COMPARE_MOST_WORDS / FOUR;
            const unsigned of_next = row - ZKB_COMPARE_MOST_WORDS / FOUR;
            const uint64_t word = four ? FOUR * row : of_next;
            zkb_fr cell;
            malicious_fraction(&cell, (int64_t)(address + 8 * word), 3);
            malicious_set_fr(m, four ? fours : words, column, four ? row : of_next, &cell);
        }
        malicious_refused_by(m, "memory", NULL);
        end_chunks(chunks);
    }
}

/* The range on one side is `count` registers, whose space is that of read-write words plus 2; the
 * heap has the same words, so that nothing else differs. */
static void registers_as_range(const zkb_instruction *code, uint32_t slots, zkb_chip_id chip,
                               unsigned side, unsigned first, unsigned count)
{
    static const char *const columns[] = {"left", "right"};
    static const char *const spaces[] = {"left read-only", "right read-only"};
    static const char *const arguments[] = {"r1", "r2"};
    enum { STEPS = 8 };
    malicious chunks[2];
    malicious_begin_chunks(chunks, code, slots, STEPS);
    malicious *m = &chunks[1];
    m->run.boundary.before.r[side + 1] = 8 * (uint64_t)first;
    m->run.boundary.after.r[side + 1] = 8 * (uint64_t)first;
    malicious_set(m, calls, arguments[side], 0, 8 * (uint64_t)first);
    malicious_set(m, chip, columns[side], 0, first);
    malicious_set(m, chip, spaces[side], 0, 2);
    for (unsigned j = 0; j < count; j++) {
        m->run.boundary.register_time[first + j] = 4 + side;
        leave(m, 8 * side + j, m->run.boundary.before.r[first + j], 0);
    }
    malicious_refused_by(m, spaces[side], NULL);
    end_chunks(chunks);
}

static void registers_are_no_range(void **state)
{
    (void)state;
    static const zkb_instruction one[] = {
        LDDW(1, 0, 3), LDDW(2, 64, 3), MOV_K(3, 1), MOV_K(4, 0),     MOV_K(5, 0),
        MOV_K(6, 0),   MOV_K(7, 0),    MOV_K(8, 0), HELPER(COMPARE), EXIT(),
    };
    static const zkb_instruction four[] = {
        LDDW(1, 0, 3), LDDW(2, 64, 3), MOV_K(3, FOUR), MOV_K(4, 0),     MOV_K(5, 0),
        MOV_K(6, 0),   MOV_K(7, 0),    MOV_K(8, 0),    HELPER(COMPARE), EXIT(),
    };
    static const zkb_instruction different[] = {
        LDDW(1, 0, 3), LDDW(2, 64, 3), MOV_K(3, FOUR),       MOV_K(7, 0),     MOV_K(8, 5),
        MOV_K(9, 0),   MOV_K(9, 0),    STORE_K(DW, 2, 0, 5), HELPER(COMPARE), EXIT(),
    };
    for (unsigned side = 0; side < 2; side++) {
        registers_as_range(one, SLOTS(one), words, side, 7, 1);
        registers_as_range(four, SLOTS(four), fours, side, 4, FOUR);
        registers_as_range(different, SLOTS(different), differences, side, 7 + side, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_calls_are_accepted),
        cmocka_unit_test(a_later_difference),
        cmocka_unit_test(a_difference_within_four),
        cmocka_unit_test(a_later_difference_without_the_first),
        cmocka_unit_test(equality_of_fewer_words),
        cmocka_unit_test(a_difference_that_no_row_shows),
        cmocka_unit_test(a_difference_of_equal_words),
        cmocka_unit_test(a_distance_of_no_words),
        cmocka_unit_test(another_order),
        cmocka_unit_test(another_result),
        cmocka_unit_test(neither_equal_nor_different),
        cmocka_unit_test(four_words_skipped),
        cmocka_unit_test(read_elsewhere),
        cmocka_unit_test(sides_exchanged),
        cmocka_unit_test(read_at_another_time),
        cmocka_unit_test(rows_of_two_calls),
        cmocka_unit_test(more_words_than_the_most),
        cmocka_unit_test(more_equal_words_than_are_compared),
        cmocka_unit_test(a_difference_behind_the_last_word),
        cmocka_unit_test(misaligned_addresses),
        cmocka_unit_test(registers_are_no_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
