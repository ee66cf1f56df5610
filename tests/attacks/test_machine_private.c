/* False private input: cells that are no u64, and content behind the end that the statement gives.
 * Each constraint of a checked segment has an attack that it alone refuses. The secret's last word
 * holds 3 bytes of input: its limbs 0 to 3 have the weights 0, 2^8, 2^16, 2^16. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { DW = 0x18, SECRET_BYTES = 19, LAST = 2, BEHIND = 3 };

static const uint8_t secret[SECRET_BYTES];

/* r0 = 2^32 times the last word, whose low half is zero whatever the input, plus the word behind,
 * which is zero. */
static const zkb_instruction code[] = {
    /* 0 */ LDDW(2, 0, 1),
    /* 2 */ LOAD(DW, 0, 3, 8 * LAST),
    /* 3 */ LOAD(DW, 1, 3, 8 * BEHIND),
    /* 4 */ ALU64_X(0x20, 0, 2),
    /* 5 */ ALU64_X(0x00, 0, 1),
    /* 6 */ EXIT(),
};

static void set_limbs(malicious *m, zkb_chip_id chip, const char *const names[], unsigned count,
                      uint64_t row, uint64_t value)
{
    for (unsigned j = 0; j < count; j++) {
        malicious_set(m, chip, names[j], row, (value >> (16 * j)) & 0xffff);
    }
}

static void set_content(malicious *m, uint64_t row, uint64_t value)
{
    static const char *const limbs[] = {"limb 0", "limb 1", "limb 2", "limb 3"};
    malicious_set(m, ZKB_CHIP_SEGMENT_CHECKED, "content", row, value);
    set_limbs(m, ZKB_CHIP_SEGMENT_CHECKED, limbs, 4, row, value);
}

/* The run with these two words of private input, in every table; inside and last stay. */
static void claim(malicious *m, uint64_t third, uint64_t fourth)
{
    static const char *const product[] = {
        "bits 0 to 31 0",   "bits 0 to 31 1",   "bits 32 to 63 0",  "bits 32 to 63 1",
        "bits 64 to 127 0", "bits 64 to 127 1", "bits 64 to 127 2", "bits 64 to 127 3"};
    static const char *const sum[] = {"result 0", "result 1", "result 2", "result 3"};
    const uint64_t low = third << 32;
    set_content(m, LAST, third);
    set_content(m, BEHIND, fourth);
    malicious_set(m, ZKB_CHIP_LOAD_WORD, "word", 0, third);
    malicious_set(m, ZKB_CHIP_LOAD_WORD, "word", 1, fourth);
    malicious_set(m, ZKB_CHIP_MULTIPLY_X, "dst before", 0, third);
    set_limbs(m, ZKB_CHIP_MULTIPLY_X, product, 4, 0, low);
    set_limbs(m, ZKB_CHIP_MULTIPLY_X, product + 4, 4, 0, third >> 32);
    malicious_set(m, ZKB_CHIP_LINEAR_X, "dst before", 0, low);
    malicious_set(m, ZKB_CHIP_LINEAR_X, "src value", 0, fourth);
    set_limbs(m, ZKB_CHIP_LINEAR_X, sum, 4, 0, low + fourth);
    malicious_set(m, ZKB_CHIP_LINEAR_X, "carry", 0, low + fourth < low);
    m->run.boundary.after.r[0] = low + fourth;
    m->run.boundary.after.r[1] = fourth;
}

static void set_bits(malicious *m, uint64_t row, uint64_t inside, uint64_t last)
{
    malicious_set(m, ZKB_CHIP_SEGMENT_CHECKED, "inside", row, inside);
    malicious_set(m, ZKB_CHIP_SEGMENT_CHECKED, "last", row, last);
}

static void refused(malicious *m, const char *by)
{
    malicious_refused_by(m, by, NULL);
    malicious_no_proof(m);
}

/* What the attacks start from, and that `claim` leaves nothing out: another input has a proof. The
 * bit `inside` is free where the content is zero: it allows content, and allows nothing else. */
static void another_input_is_accepted(void **state)
{
    (void)state;
    static const char *const free_cells[] = {"inside"};
    malicious m;
    malicious_begin_private(&m, code, SLOTS(code), secret, SECRET_BYTES);
    machine_run_probe(&m.run, free_cells, 1);
    malicious_proof(&m);
    claim(&m, 0xffffff, 0);
    malicious_consistent(&m);
    malicious_proof(&m);
    malicious_end(&m);
}

/* The loaded word is 2^-32 in the field: multiplied by 2^32 it is 1. */
static void word_that_is_a_fraction(void **state)
{
    (void)state;
    malicious m;
    zkb_fr fraction;
    malicious_begin_private(&m, code, SLOTS(code), secret, SECRET_BYTES);
    malicious_fraction(&fraction, 1, 32);
    malicious_set_fr(&m, ZKB_CHIP_SEGMENT_CHECKED, "content", LAST, &fraction);
    malicious_set_fr(&m, ZKB_CHIP_LOAD_WORD, "word", 0, &fraction);
    malicious_set_fr(&m, ZKB_CHIP_MULTIPLY_X, "dst before", 0, &fraction);
    malicious_set(&m, ZKB_CHIP_MULTIPLY_X, "bits 0 to 31 0", 0, 1);
    malicious_set(&m, ZKB_CHIP_LINEAR_X, "dst before", 0, 1);
    malicious_set(&m, ZKB_CHIP_LINEAR_X, "result 0", 0, 1);
    m.run.boundary.after.r[0] = 1;
    refused(&m, "content = limbs");
    malicious_set_fr(&m, ZKB_CHIP_SEGMENT_CHECKED, "limb 0", LAST, &fraction);
    refused(&m, "range16");
    malicious_end(&m);
}

/* A bit too many in the word that is a part of input: of the half limb, of the limbs behind it. */
static void last_word_beyond_its_bytes(void **state)
{
    (void)state;
    static const unsigned bits[] = {24, 31, 32, 47, 48, 63};
    malicious m;
    zkb_fr escape;
    malicious_begin_private(&m, code, SLOTS(code), secret, SECRET_BYTES);
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        claim(&m, (uint64_t)1 << bits[i], 0);
        refused(&m, "range16");
    }
    /* Called inside, and not the last: one word less is left than that needs. */
    claim(&m, (uint64_t)1 << 32, 0);
    set_bits(&m, LAST, 1, 0);
    refused(&m, "range16");
    /* Called outside. */
    set_bits(&m, LAST, 0, 0);
    refused(&m, "no content outside");
    /* As much the last as makes the margin zero. */
    zkb_fr_from_u64(&escape, 1 + 65536);
    zkb_fr_inv(&escape, &escape);
    set_bits(&m, LAST, 1, 0);
    malicious_set_fr(&m, ZKB_CHIP_SEGMENT_CHECKED, "last", LAST, &escape);
    refused(&m, "last");
    malicious_end(&m);
}

/* A bit beyond the input's third byte, of limbs that have none there: 2^24 = 65536 + 255 * 2^16. */
static void limb_of_17_bits(void **state)
{
    (void)state;
    malicious m;
    malicious_begin_private(&m, code, SLOTS(code), secret, SECRET_BYTES);
    claim(&m, (uint64_t)1 << 24, 0);
    malicious_set(&m, ZKB_CHIP_SEGMENT_CHECKED, "limb 0", LAST, 65536);
    malicious_set(&m, ZKB_CHIP_SEGMENT_CHECKED, "limb 1", LAST, 255);
    refused(&m, "range16");
    malicious_end(&m);
}

static void words_behind_the_last(void **state)
{
    (void)state;
    malicious m;
    malicious_begin_private(&m, code, SLOTS(code), secret, SECRET_BYTES);
    claim(&m, 0, (uint64_t)1 << 32);
    refused(&m, "no content outside");
    set_bits(&m, BEHIND, 1, 0);
    refused(&m, "range16");
    /* Called the last, with a limb whose weight makes up for the words that are missing. */
    set_bits(&m, BEHIND, 1, 1);
    refused(&m, "last is the last");
    malicious_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_input_is_accepted),  cmocka_unit_test(word_that_is_a_fraction),
        cmocka_unit_test(last_word_beyond_its_bytes), cmocka_unit_test(limb_of_17_bits),
        cmocka_unit_test(words_behind_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
