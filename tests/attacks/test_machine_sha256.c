/* False calls of the helper sha256: rounds left out, repeated and exchanged between calls, other
 * constants and words of the schedule, bits and carries that are none, blocks read elsewhere or at
 * another time. What follows from a false cell is made to fit, up to the state that the call
 * leaves. A call of clock c reads its block at 4 c and its state at 4 c + 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/sha256_rows.h"

enum { DW = 0x18, SHA256 = ZKB_HELPER_NUMBER_SHA256, ROUNDS = ZKB_SHA256_ROUNDS, SLOT = 2 };

static const zkb_chip_id calls = ZKB_CHIP_HELPER_SHA256;
static const zkb_chip_id blocks = ZKB_CHIP_SHA256_BLOCK;
static const zkb_chip_id firsts = ZKB_CHIP_SHA256_FIRST;
static const zkb_chip_id laters = ZKB_CHIP_SHA256_LATER;
static const zkb_chip_id rounds = ZKB_CHIP_SHA256_ROUND;
static const uint64_t heap = ZKB_REGION_HEAP / 8; /* number of its first word */

/* ---- Runs -------------------------------------------------------------------------------- */

/* The states at heap words 0 and 8 are zero; the blocks at 16 and 24 begin with 5 and 6. */
enum { CALL = 7, OTHER = 10, STORED = 2, OTHER_STORED = 3, BLOCK = 16, OTHER_BLOCK = 24 };
static const zkb_instruction two[] = {
    /* 1 */ LDDW(6, 0, 3),
    /* 2 */ STORE_K(DW, 6, 128, 5),
    /* 3 */ STORE_K(DW, 6, 192, 6),
    /* 4 */ MOV_X(1, 6),
    /* 5 */ MOV_X(2, 6),
    /* 6 */ ALU64_K(0x00, 2, 128),
    /* 7 */ HELPER(SHA256),
    /* 8 */ ALU64_K(0x00, 1, 64),
    /* 9 */ ALU64_K(0x00, 2, 64),
    /* 10 */ HELPER(SHA256),
    EXIT(),
};

static void refused(malicious *m, const char *expected, const char *also)
{
    malicious_refused_by(m, expected, also);
    malicious_no_proof(m);
    malicious_end(m);
}

static void honest_calls_are_accepted(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, two, SLOTS(two), NULL, 0);
    assert_int_equal(machine_run_table(&m.run, rounds)->shape.active, 2 * ROUNDS);
    /* What the attacks make of cells is what the machine makes of them, where nothing is false. */
    for (unsigned row = 0; row < 2 * ROUNDS; row++) {
        const hash_state s = sha256_get_round(&m, row);
        const hash_state next =
            sha256_set_round(&m, row, row % ROUNDS, &s, sha256_summand_of(&m, row));
        if (row % ROUNDS == ROUNDS - 1) {
            sha256_set_result(&m, row / ROUNDS, &next, 8 * (row / ROUNDS),
                              row < ROUNDS ? CALL : OTHER);
        }
    }
    malicious_consistent(&m);
    malicious_proof(&m);
    malicious_end(&m);
}

static hash_state result_of(malicious *m, unsigned call)
{
    const uint64_t row = (uint64_t)call * ROUNDS + ROUNDS - 1;
    const hash_state s = sha256_get_round(m, row);
    return sha256_set_round(m, row, ROUNDS - 1, &s, sha256_summand_of(m, row));
}

static void exchange_results(malicious *m)
{
    const hash_state first = result_of(m, 0);
    const hash_state second = result_of(m, 1);
    sha256_set_result(m, 0, &second, 0, CALL);
    sha256_set_result(m, 1, &first, 8, OTHER);
}

static void exchange_clocks(malicious *m, zkb_chip_id chip, unsigned rows)
{
    for (unsigned row = 0; row < 2 * rows; row++) {
        malicious_set(m, chip, "clock", row, row < rows ? OTHER : CALL);
    }
}

/* The rounds of each call are those of the other's block. */
static void rounds_of_two_calls(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, two, SLOTS(two), NULL, 0);
    exchange_results(&m);
    exchange_clocks(&m, rounds, ROUNDS);
    refused(&m, "sha256_word", NULL);
}

/* The last round of each call is the other's: it has the other's clock and summand. */
static void last_rounds_of_two_calls(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, two, SLOTS(two), NULL, 0);
    const uint64_t summands[2] = {sha256_summand_of(&m, 2 * ROUNDS - 1),
                                  sha256_summand_of(&m, ROUNDS - 1)};
    for (unsigned call = 0; call < 2; call++) {
        const uint64_t row = (uint64_t)call * ROUNDS + ROUNDS - 1;
        const hash_state before = sha256_get_round(&m, row);
        const hash_state last = sha256_set_round(&m, row, ROUNDS - 1, &before, summands[call]);
        malicious_set(&m, rounds, "clock", row, call == 0 ? OTHER : CALL);
        sha256_set_result(&m, call, &last, 8 * (uint64_t)call, call == 0 ? CALL : OTHER);
    }
    refused(&m, "sha256_round", NULL);
}

/* As rounds_of_two_calls, and the schedules too. */
static void schedules_of_two_calls(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, two, SLOTS(two), NULL, 0);
    exchange_results(&m);
    exchange_clocks(&m, rounds, ROUNDS);
    exchange_clocks(&m, laters, 48);
    exchange_clocks(&m, firsts, 16);
    refused(&m, "sha256_word", NULL);
}

/* The same, and each reads the other's block. */
static void blocks_of_two_calls(void **state)
{
    (void)state;
    malicious m;
    malicious_begin(&m, two, SLOTS(two), NULL, 0);
    exchange_results(&m);
    exchange_clocks(&m, rounds, ROUNDS);
    exchange_clocks(&m, laters, 48);
    exchange_clocks(&m, firsts, 16);
    exchange_clocks(&m, blocks, 8);
    for (unsigned row = 0; row < 16; row++) {
        const unsigned clock = row < 8 ? OTHER : CALL;
        const unsigned before = row == 0   ? 4 * STORED + SLOT
                                : row == 8 ? 4 * OTHER_STORED + SLOT
                                           : 0;
        malicious_set(&m, blocks, "block: time difference", row, 4 * clock - before - 1);
        sha256_leave(&m, BLOCK + row, row == 0 ? 5 : row == 8 ? 6 : 0, 4 * clock);
    }
    refused(&m, "sha256_word", NULL);
}

/* ---- Rounds ------------------------------------------------------------------------------ */

static void begin_one(malicious *m)
{
    static const zkb_instruction one[] = {
        /* 1 */ LDDW(6, 0, 3),  STORE_K(DW, 6, 128, 5),
        /* 3 */ MOV_X(1, 6),    MOV_X(2, 6),
        /* 5 */ MOV_K(3, 0),    ALU64_K(0x00, 2, 128),
        /* 7 */ HELPER(SHA256), EXIT(),
    };
    malicious_begin(m, one, SLOTS(one), NULL, 0);
}

static void the_last_round_left_out(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    const hash_state last = sha256_get_round(&m, ROUNDS - 1);
    malicious_drop_row(&m, rounds, ROUNDS - 1);
    sha256_set_result(&m, 0, &last, 0, CALL);
    refused(&m, "sha256_round", "sha256_word");
}

/* Round 62 is left out, and round 63 follows round 61. */
static void a_round_left_out(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    const hash_state before = sha256_get_round(&m, ROUNDS - 2);
    const uint64_t summand = sha256_summand_of(&m, ROUNDS - 1);
    malicious_drop_row(&m, rounds, ROUNDS - 1);
    const hash_state last = sha256_set_round(&m, ROUNDS - 2, ROUNDS - 1, &before, summand);
    sha256_set_result(&m, 0, &last, 0, CALL);
    refused(&m, "sha256_round", "sha256_word");
}

/* Round 62 comes twice, in the place of round 63. */
static void a_round_repeated(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    const hash_state before = sha256_get_round(&m, ROUNDS - 1);
    const hash_state last =
        sha256_set_round(&m, ROUNDS - 1, ROUNDS - 2, &before, sha256_summand_of(&m, ROUNDS - 2));
    sha256_set_result(&m, 0, &last, 0, CALL);
    refused(&m, "sha256_round", "sha256_word");
}

/* Round 63 has the summand of round 62. */
static void the_summand_of_another_round(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    const hash_state before = sha256_get_round(&m, ROUNDS - 1);
    const hash_state last =
        sha256_set_round(&m, ROUNDS - 1, ROUNDS - 1, &before, sha256_summand_of(&m, ROUNDS - 2));
    sha256_set_result(&m, 0, &last, 0, CALL);
    refused(&m, "sha256_word", NULL);
}

/* The last two rounds, which add these, and the call leaves what follows. */
static void set_last_summands(malicious *m, const uint64_t summands[2])
{
    hash_state s = sha256_get_round(m, ROUNDS - 2);
    for (unsigned j = 0; j < 2; j++) {
        s = sha256_set_round(m, ROUNDS - 2 + j, ROUNDS - 2 + j, &s, summands[j]);
    }
    sha256_set_result(m, 0, &s, 0, CALL);
}

/* Rounds 62 and 63 have each other's summand. */
static void summands_of_two_rounds(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    const uint64_t summands[2] = {sha256_summand_of(&m, ROUNDS - 1),
                                  sha256_summand_of(&m, ROUNDS - 2)};
    set_last_summands(&m, summands);
    refused(&m, "sha256_word", NULL);
}

/* A bit of a or e is 2, and the one above it is 0 instead of 1. */
static void a_bit_of_two(void **state)
{
    (void)state;
    for (unsigned which = 0; which < 2; which++) {
        malicious m;
        int64_t bits[2][32];
        char expected[32];
        begin_one(&m);
        const hash_state before = sha256_get_round(&m, ROUNDS - 1);
        sha256_bits_of(bits[0], before.a);
        sha256_bits_of(bits[1], before.e);
        unsigned j = 0; /* both in one byte */
        while (j % 8 == 7 || bits[which][j] != 0 || bits[which][j + 1] != 1) {
            j++;
            assert_true(j < 31);
        }
        bits[which][j] = 2;
        bits[which][j + 1] = 0;
        const hash_state last = sha256_set_round_of(&m, ROUNDS - 1, ROUNDS - 1, &before, bits[0],
                                                    bits[1], sha256_summand_of(&m, ROUNDS - 1));
        sha256_set_result(&m, 0, &last, 0, CALL);
        (void)snprintf(expected, sizeof expected, "%c bit %u", which == 0 ? 'a' : 'e', j);
        refused(&m, expected, NULL);
    }
}

/* ---- The schedule ------------------------------------------------------------------------ */

enum { LAST_WORD = 47, WORD_61 = 45 }; /* rows */

/* Round 63 adds this, and the call leaves what follows. */
static void set_last_summand(malicious *m, uint64_t summand)
{
    const hash_state before = sha256_get_round(m, ROUNDS - 1);
    const hash_state last = sha256_set_round(m, ROUNDS - 1, ROUNDS - 1, &before, summand);
    sha256_set_result(m, 0, &last, 0, CALL);
}

static void the_constant_of_another_round(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    malicious_set(&m, laters, "K", LAST_WORD, zkb_sha256_constants[ROUNDS - 2]);
    set_last_summand(&m, sha256_get_bits(&m, laters, "W bit %u", LAST_WORD) +
                             zkb_sha256_constants[ROUNDS - 2]);
    refused(&m, "K of round t", NULL);
}

/* Fills what follows from the bits of a word of the schedule. Returns its sigma1. */
static int64_t set_bits_of_word(malicious *m, uint64_t row, const int64_t bits[32])
{
    int64_t sums[2];
    for (unsigned s = 0; s < 2; s++) {
        int64_t cells[32];
        sums[s] = sha256_apply(cells, &zkb_sha256_small[s], bits);
        sha256_set_sigma(m, laters, row, &zkb_sha256_small[s], cells);
        sha256_set_at(m, laters, zkb_sha256_small[s].name, 0, row, sums[s]);
    }
    for (unsigned j = 0; j < 32; j++) {
        sha256_set_at(m, laters, "W bit %u", j, row, bits[j]);
    }
    return sums[1];
}

/* The last word, which no other follows from, is another. */
static void another_word(void **state)
{
    (void)state;
    malicious m;
    int64_t bits[32];
    begin_one(&m);
    const uint64_t word = sha256_get_bits(&m, laters, "W bit %u", LAST_WORD) ^ 1u;
    sha256_bits_of(bits, word);
    (void)set_bits_of_word(&m, LAST_WORD, bits);
    set_last_summand(&m, word + zkb_sha256_constants[ROUNDS - 1]);
    refused(&m, "sha256_word", NULL);
}

enum { PARTS = 4 };
static const char *const part_columns[PARTS - 1] = {"W of t - 16", "W of t - 7",
                                                    "sigma0 of t - 15"};

/* What a word of the schedule is the sum of; the last part has no column. */
static void get_parts(malicious *m, uint64_t row, uint64_t parts[PARTS])
{
    const uint64_t carries = malicious_get(m, laters, "carry bit 0", row) +
                             2 * malicious_get(m, laters, "carry bit 1", row);
    parts[PARTS - 1] = sha256_get_bits(m, laters, "W bit %u", row) + (carries << 32);
    for (unsigned j = 0; j < PARTS - 1; j++) {
        parts[j] = malicious_get(m, laters, part_columns[j], row);
        parts[PARTS - 1] -= parts[j];
    }
}

/* Returns the word. */
static uint64_t set_parts(malicious *m, uint64_t row, const uint64_t parts[PARTS])
{
    uint64_t total = parts[PARTS - 1];
    int64_t bits[32];
    for (unsigned j = 0; j < PARTS - 1; j++) {
        malicious_set(m, laters, part_columns[j], row, parts[j]);
        total += parts[j];
    }
    sha256_bits_of(bits, total);
    (void)set_bits_of_word(m, row, bits);
    sha256_set_digits(m, laters, "carry bit %u", 2, 1, row, total >> 32);
    return total & UINT32_MAX;
}

/* W_62 and W_63, which no other words follow from, have each other's part. */
static void parts_of_two_words(void **state)
{
    (void)state;
    for (unsigned part = 0; part < PARTS; part++) {
        malicious m;
        uint64_t parts[2][PARTS];
        uint64_t summands[2];
        begin_one(&m);
        for (unsigned j = 0; j < 2; j++) {
            get_parts(&m, LAST_WORD - 1 + j, parts[j]);
        }
        const uint64_t first = parts[0][part];
        assert_true(first != parts[1][part]);
        parts[0][part] = parts[1][part];
        parts[1][part] = first;
        for (unsigned j = 0; j < 2; j++) {
            summands[j] =
                set_parts(&m, LAST_WORD - 1 + j, parts[j]) + zkb_sha256_constants[ROUNDS - 2 + j];
        }
        set_last_summands(&m, summands);
        refused(&m, "sha256_word", NULL);
    }
}

/* A word that is not reduced mod 2^32: the carry of another sum. */
static void another_carry(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    const uint64_t word = sha256_get_bits(&m, laters, "W bit %u", LAST_WORD);
    const uint64_t carry = malicious_get(&m, laters, "carry bit 0", LAST_WORD);
    zkb_fr fraction;
    int64_t bits[32];
    /* word + 2^j + 2^32 (carry - 2^(j - 32)), where bit j is 0 */
    unsigned j = 0;
    while ((word >> j & 1u) != 0) {
        j++;
    }
    sha256_bits_of(bits, word + (UINT64_C(1) << j));
    (void)set_bits_of_word(&m, LAST_WORD, bits);
    malicious_fraction(&fraction, -1, 32 - j);
    if (carry != 0) {
        zkb_fr_add(&fraction, &fraction, &zkb_fr_one);
    }
    malicious_set_fr(&m, laters, "carry bit 0", LAST_WORD, &fraction);
    set_last_summand(&m, word + (UINT64_C(1) << j) + zkb_sha256_constants[ROUNDS - 1]);
    refused(&m, "carry bit 0", NULL);
}

/* Of W_61 a bit is 2: its sigma1 is another, and so is W_63. */
static void a_bit_of_two_in_the_schedule(void **state)
{
    (void)state;
    malicious m;
    int64_t bits[32];
    char expected[32];
    begin_one(&m);
    const uint64_t old = malicious_get(&m, laters, "sigma1", WORD_61);
    const uint64_t carries = malicious_get(&m, laters, "carry bit 0", LAST_WORD) +
                             2 * malicious_get(&m, laters, "carry bit 1", LAST_WORD);
    const uint64_t word = sha256_get_bits(&m, laters, "W bit %u", WORD_61);
    const uint64_t sum = sha256_get_bits(&m, laters, "W bit %u", LAST_WORD) + (carries << 32) - old;
    unsigned j = 0;
    int64_t sigma = -1;
    for (;; j++) { /* one with a sum that fits */
        int64_t cells[32];
        assert_true(j < 31);
        sha256_bits_of(bits, word);
        if (bits[j] == 0 && bits[j + 1] == 1) {
            bits[j] = 2;
            bits[j + 1] = 0;
            sigma = sha256_apply(cells, &zkb_sha256_small[1], bits) + (int64_t)sum;
            if (sigma >= 0 && sigma >> 34 == 0) {
                break;
            }
        }
    }
    const uint64_t total = (uint64_t)(set_bits_of_word(&m, WORD_61, bits) + (int64_t)sum);
    sha256_bits_of(bits, total);
    (void)set_bits_of_word(&m, LAST_WORD, bits);
    sha256_set_digits(&m, laters, "carry bit %u", 2, 1, LAST_WORD, total >> 32);
    set_last_summand(&m, (total & UINT32_MAX) + zkb_sha256_constants[ROUNDS - 1]);
    (void)snprintf(expected, sizeof expected, "W bit %u", j);
    refused(&m, expected, NULL);
}

/* ---- The call ---------------------------------------------------------------------------- */

/* A word of the state is one more than the rounds make it, with a carry that is a fraction. */
static void a_fraction_as_carry(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    zkb_fr fraction;
    const uint64_t limb = malicious_get(&m, calls, "word 1 after limb 0", 0);
    zkb_touched_segment *s = malicious_segment(&m, ZKB_SPACE_READ_WRITE, heap);
    assert_true(limb < 65535 && malicious_get(&m, calls, "word 1 carry bit 0", 0) == 0);
    malicious_fraction(&fraction, -1, 32);
    malicious_set(&m, calls, "word 1 after limb 0", 0, limb + 1);
    malicious_set_fr(&m, calls, "word 1 carry bit 0", 0, &fraction);
    s->final[0] += UINT64_C(1) << 32;
    refused(&m, "word 1 carry bit 0", NULL);
}

static void another_state_after(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    const uint64_t limb = malicious_get(&m, calls, "word 2 after limb 0", 0);
    zkb_touched_segment *s = malicious_segment(&m, ZKB_SPACE_READ_WRITE, heap);
    malicious_set(&m, calls, "word 2 after limb 0", 0, limb ^ 1u);
    s->final[1] ^= 1u;
    refused(&m, "sha256_round", NULL);
}

/* The state is written to another place than r1 says. */
static void written_elsewhere(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    zkb_touched_segment *s = malicious_segment(&m, ZKB_SPACE_READ_WRITE, heap);
    for (unsigned j = 0; j < 4; j++) {
        sha256_leave(&m, 40 + j, s->final[j], 4 * CALL + 1);
        sha256_leave(&m, j, 0, 0);
    }
    malicious_set(&m, calls, "r1", 0, ZKB_REGION_HEAP + UINT64_C(320));
    refused(&m, "memory", NULL);
}

/* A word of the block is read elsewhere, where there is the same. */
static void read_elsewhere(void **state)
{
    (void)state;
    malicious m;
    begin_one(&m);
    malicious_set(&m, blocks, "address", 3, heap + 40);
    sha256_leave(&m, BLOCK + 3, 0, 0);
    sha256_leave(&m, 40, 0, 4 * CALL);
    refused(&m, "sha256_word", NULL);
}

/* A word of the block is read after it was stored to again. */
static void read_at_another_time(void **state)
{
    (void)state;
    enum { AGAIN = 5, LATER = 6 };
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(6, 0, 3),
        MOV_X(1, 6),
        LDDW(2, 128, 3),
        /* 4 */ HELPER(SHA256),
        STORE_K(DW, 6, 128, 0),
        /* 6 */ MOV_K(7, 0),
        MOV_K(7, 0),
        EXIT(),
    };
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, blocks, "clock", 0, LATER);
    malicious_set(&m, blocks, "block: time difference", 0, 4 * LATER - (4 * AGAIN + SLOT) - 1);
    malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 0,
                  4 * AGAIN + SLOT - 1);
    sha256_leave(&m, BLOCK, 0, 4 * LATER);
    refused(&m, "sha256_word", NULL);
}

/* The block is registers r3 to r10, whose space is that of read-write words plus 2. The heap has
 * the same words, so that nothing else differs. */
static void registers_are_no_block(void **state)
{
    (void)state;
    enum { STEPS = 10 };
    static const zkb_instruction code[] = {
        LDDW(1, 64, 3),
        LDDW(2, 128, 3),
        STORE_X(DW, 2, 0, 3),
        STORE_X(DW, 2, 8, 4),
        STORE_X(DW, 2, 16, 5),
        STORE_X(DW, 2, 24, 6),
        STORE_X(DW, 2, 32, 7),
        STORE_X(DW, 2, 40, 8),
        STORE_X(DW, 2, 48, 9),
        STORE_X(DW, 2, 56, 10),
        /* chunk of clock 1 */ HELPER(SHA256),
        EXIT(),
    };
    malicious chunks[2];
    malicious_begin_chunks(chunks, code, SLOTS(code), STEPS);
    malicious *m = &chunks[1];
    m->run.boundary.before.r[2] = 24;
    m->run.boundary.after.r[2] = 24;
    malicious_set(m, calls, "r2", 0, 24);
    for (unsigned j = 0; j < 8; j++) {
        const uint64_t word = m->run.boundary.before.r[3 + j];
        malicious_set(m, blocks, "address", j, 3 + j);
        malicious_set(m, blocks, "read-only", j, 2);
        m->run.boundary.register_time[3 + j] = 4;
        sha256_leave(m, BLOCK + j, word, 0);
    }
    malicious_refused_by(m, "read-only", NULL);
    malicious_end(&chunks[1]);
    malicious_end(&chunks[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_calls_are_accepted),
        cmocka_unit_test(rounds_of_two_calls),
        cmocka_unit_test(last_rounds_of_two_calls),
        cmocka_unit_test(schedules_of_two_calls),
        cmocka_unit_test(blocks_of_two_calls),
        cmocka_unit_test(the_last_round_left_out),
        cmocka_unit_test(a_round_left_out),
        cmocka_unit_test(a_round_repeated),
        cmocka_unit_test(the_summand_of_another_round),
        cmocka_unit_test(summands_of_two_rounds),
        cmocka_unit_test(a_bit_of_two),
        cmocka_unit_test(the_constant_of_another_round),
        cmocka_unit_test(another_word),
        cmocka_unit_test(parts_of_two_words),
        cmocka_unit_test(another_carry),
        cmocka_unit_test(a_bit_of_two_in_the_schedule),
        cmocka_unit_test(a_fraction_as_carry),
        cmocka_unit_test(another_state_after),
        cmocka_unit_test(written_elsewhere),
        cmocka_unit_test(read_elsewhere),
        cmocka_unit_test(read_at_another_time),
        cmocka_unit_test(registers_are_no_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
