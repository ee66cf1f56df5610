/* False calls of the helper mulmod: of a modulus that is another number's words, of numbers read
 * elsewhere or at another time, of addresses that the machine refuses. A call of clock c reads a at
 * 4 c, b at 4 c + 1, c and m at 4 c + 2, and writes at 4 c + 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/mulmod_rows.h"

enum { DW = 0x18 };

static const zkb_chip_id calls = ZKB_CHIP_HELPER_MULMOD;
static const uint64_t heap = ZKB_REGION_HEAP / 8; /* number of its first word */

/* ---- c and m ------------------------------------------------------------------------------ */

/* Whether word k of m is one of c, where m is `place` words above. */
static bool is_of_c(int place, unsigned k) { return place + (int)k >= 0 && place + (int)k < WORDS; }

/* The modulus is said to be at a place of c, so that words of c are words of it. */
static void another_number_as_modulus(void **state)
{
    (void)state;
    for (int place = -ZKB_MULMOD_NEAR; place <= ZKB_MULMOD_NEAR; place++) {
        mulmod_attack x;
        char name[32];
        uint64_t q[QUOTIENT];
        uint64_t r[WORDS];
        uint64_t m[WORDS];
        mulmod_begin(&x, mulmod_large, mulmod_other, mulmod_bn254, mulmod_secp256k1);
        memcpy(m, mulmod_secp256k1, sizeof m);
        for (unsigned k = 0; k < WORDS; k++) {
            if (is_of_c(place, k)) {
                m[k] = mulmod_bn254[place + (int)k];
                mulmod_set(&x, "m %u", k, m[k]);
                mulmod_set(&x, "m %u: time difference", k, 0);
                /* the other call reads the word of the modulus first */
                (void)snprintf(name, sizeof name, "m %u: time difference", k);
                malicious_set(&x.m, calls, name, 1, 4 * OTHER + 2 - (4 * COPIED + 1) - 1);
            }
        }
        zkb_mulmod_divide(q, r, mulmod_large, mulmod_other, mulmod_bn254, m);
        (void)snprintf(name, sizeof name, "m is at c %+d", place);
        malicious_set(&x.m, calls, name, 0, 1);
        mulmod_set_quotient(&x, q);
        mulmod_set_result(&x, r, RESULT);
        mulmod_fit_carries(&x);
        malicious_refused_by(&x.m, "m is there", NULL);
        if (place == 0) {
            malicious_no_proof(&x.m);
        }
        malicious_end(&x.m);
    }
}

enum { SAME_PLACE = 12 }; /* slot */
static const zkb_instruction same[] = {
    /* 1 */ MOV_X(2, 1),
    LDDW(1, 8 * A, 3),
    MOV_K(3, 16),
    /* 4 */ HELPER(COPY),
    LDDW(2, 8 * A, 3),
    LDDW(3, 8 * B, 3),
    LDDW(4, 8 * C, 3),
    /* 8 */ MOV_X(5, 4),
    ALU64_K(0x00, 5, 0),
    HELPER(MULMOD), /* to A */
    EXIT(),
};

/* m is `place` words above c. */
static void begin_at(mulmod_attack *x, int place)
{
    zkb_instruction code[SLOTS(same)];
    memcpy(code, same, sizeof same);
    code[SAME_PLACE].imm = 8 * place;
    mulmod_put_input(x, mulmod_large, mulmod_other, mulmod_bn254, mulmod_none);
    zkb_mulmod_divide(x->q, x->r, mulmod_large, mulmod_other, mulmod_bn254, x->input + C + place);
    malicious_begin(&x->m, code, SLOTS(code), (const uint8_t *)x->input, sizeof x->input);
    malicious_consistent(&x->m);
}

static void begin_same(mulmod_attack *x) { begin_at(x, 0); }

static void fit_modulus(mulmod_attack *x, const uint64_t m[WORDS])
{
    uint64_t q[QUOTIENT];
    uint64_t r[WORDS];
    zkb_mulmod_divide(q, r, mulmod_large, mulmod_other, mulmod_bn254, m);
    for (unsigned j = 0; j < WORDS; j++) {
        mulmod_set(x, "m %u", j, m[j]);
    }
    mulmod_set_quotient(x, q);
    mulmod_set_result(x, r, A);
    mulmod_fit_carries(x);
}

/* It is said to be there, with another word: at each place, each that is one of c. */
static void other_words_than_those_of_c(void **state)
{
    (void)state;
    for (int place = -ZKB_MULMOD_NEAR; place <= ZKB_MULMOD_NEAR; place++) {
        for (unsigned k = 0; k < WORDS; k++) {
            mulmod_attack x;
            char name[32];
            uint64_t m[WORDS];
            if (!is_of_c(place, k)) {
                continue;
            }
            begin_at(&x, place);
            memcpy(m, x.input + C + place, sizeof m);
            m[k]++;
            fit_modulus(&x, m);
            (void)snprintf(name, sizeof name, "m %u is c's", k);
            malicious_refused_by(&x.m, name, NULL);
            if (place == 0 && k == 0) {
                malicious_no_proof(&x.m);
            }
            malicious_end(&x.m);
        }
    }
}

/* It is read by accesses of its own, which take what they give. */
static void accesses_that_take_what_they_give(void **state)
{
    (void)state;
    mulmod_attack x;
    begin_same(&x);
    fit_modulus(&x, mulmod_secp256k1);
    malicious_set(&x.m, calls, "m is at c +0", 0, 0);
    for (unsigned j = 0; j < WORDS; j++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m %u: time difference", j);
        malicious_set_signed(&x.m, calls, name, 0, -1);
    }
    mulmod_refused(&x, "range16", NULL);
}

/* It is said to be in two places, two words above and two below: its halves are exchanged. */
static void two_places_of_c(void **state)
{
    (void)state;
    mulmod_attack x;
    const uint64_t exchanged[WORDS] = {mulmod_bn254[2], mulmod_bn254[3], mulmod_bn254[0],
                                       mulmod_bn254[1]};
    begin_same(&x);
    malicious_set(&x.m, calls, "m is at c +0", 0, 0);
    malicious_set(&x.m, calls, "m is at c +2", 0, 1);
    malicious_set(&x.m, calls, "m is at c -2", 0, 1);
    fit_modulus(&x, exchanged);
    mulmod_refused(&x, "m is at one place of c", NULL);
}

/* Three places, one of them minus once, make the distance of m from c: its lowest word is made of
 * words of c, and the others are read, two slots after they were read as those of a. */
static void a_place_that_is_no_bit(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        /* 1 */ MOV_X(2, 1),
        LDDW(1, 8 * A, 3),
        MOV_K(3, 16),
        /* 4 */ HELPER(COPY),
        LDDW(2, 8 * M, 3),
        LDDW(3, 8 * B, 3),
        LDDW(4, 8 * C, 3),
        LDDW(5, 8 * M, 3),
        LDDW(1, 8 * RESULT, 3),
        /* 10 */ HELPER(MULMOD),
        EXIT(),
    };
    static const uint64_t c[WORDS] = {1, 2, 30, 30};
    static const uint64_t m[WORDS] = {7, UINT64_MAX, 30, 4};
    static const uint64_t false_m[WORDS] = {58, UINT64_MAX, 30, 4};
    mulmod_attack x;
    uint64_t q[QUOTIENT];
    uint64_t r[WORDS];
    mulmod_put_input(&x, mulmod_none, mulmod_other, c, m);
    malicious_begin(&x.m, code, SLOTS(code), (const uint8_t *)x.input, sizeof x.input);
    zkb_mulmod_divide(q, r, m, mulmod_other, c, false_m);
    malicious_set(&x.m, calls, "m is at c +3", 0, 1);
    malicious_set(&x.m, calls, "m is at c +2", 0, 1);
    malicious_set_signed(&x.m, calls, "m is at c +1", 0, -1);
    mulmod_set(&x, "m %u", 0, false_m[0]);
    mulmod_set(&x, "m %u: time difference", 0, 0);
    mulmod_set(&x, "m %u: time difference", 2, 0);
    mulmod_leave(&x, M, m[0], 4 * CALL);
    mulmod_set_quotient(&x, q);
    mulmod_set_result(&x, r, RESULT);
    mulmod_fit_carries(&x);
    mulmod_refused(&x, "m is at c +1", NULL);
}

/* ---- Memory ------------------------------------------------------------------------------- */

/* The first call has the numbers of the second, and its result. */
static void numbers_of_another_call(void **state)
{
    (void)state;
    mulmod_attack x;
    uint64_t q[QUOTIENT];
    uint64_t r[WORDS];
    mulmod_begin(&x, mulmod_large, mulmod_other, mulmod_small, mulmod_bn254);
    for (unsigned j = 0; j < WORDS; j++) {
        mulmod_set(&x, "a %u", j, mulmod_other[j]);
    }
    zkb_mulmod_divide(q, r, mulmod_other, mulmod_other, mulmod_small, mulmod_bn254);
    mulmod_set_quotient(&x, q);
    mulmod_set_result(&x, r, RESULT);
    mulmod_fit_carries(&x);
    mulmod_refused(&x, "memory", NULL);
}

/* The result is written to another place than r1 says, and so is what r0 becomes. */
static void written_elsewhere(void **state)
{
    (void)state;
    mulmod_attack x;
    mulmod_begin(&x, mulmod_large, mulmod_other, mulmod_small, mulmod_bn254);
    for (unsigned j = 0; j < WORDS; j++) {
        mulmod_leave(&x, RESULT + j, 0, 0);
        mulmod_leave(&x, 40 + j, x.r[j], 4 * CALL + 3);
    }
    malicious_set(&x.m, calls, "r1", 0, ZKB_REGION_HEAP + UINT64_C(320));
    mulmod_refused(&x, "memory", NULL);
}

/* m is read at b, which holds the same number. */
static void read_elsewhere(void **state)
{
    (void)state;
    mulmod_attack x;
    mulmod_begin(&x, mulmod_large, mulmod_bn254, mulmod_small, mulmod_bn254);
    malicious_set(&x.m, calls, "r5", 0, ZKB_REGION_HEAP + UINT64_C(8) * B);
    for (unsigned j = 0; j < WORDS; j++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m %u: time difference", j);
        malicious_set(&x.m, calls, name, 0, 0); /* after b */
        malicious_set(&x.m, calls, name, 1, 4 * OTHER + 2 - (4 * COPIED + 1) - 1);
        (void)snprintf(name, sizeof name, "a %u: time difference", j);
        malicious_set(&x.m, calls, name, 1, 4 * OTHER - (4 * CALL + 2) - 1);
    }
    mulmod_refused(&x, "memory", NULL);
}

/* A word of a is read before it was stored to again, and after. */
static void read_at_another_time(void **state)
{
    (void)state;
    enum { FIRST = 2, SECOND = 3, READ = 8, THIRD = 9, SLOT = 2 };
    static const zkb_instruction code[] = {
        /* 1 */ LDDW(2, 0, 3),  STORE_K(DW, 2, 0, 5), STORE_K(DW, 2, 0, 6),
        /* 4 */ LDDW(3, 32, 3), LDDW(4, 64, 3),       LDDW(5, 96, 3),
        LDDW(1, 128, 3),
        /* 8 */ HELPER(MULMOD), STORE_K(DW, 2, 0, 7), EXIT(),
    };
    mulmod_attack x;
    memset(&x, 0, sizeof x);
    malicious_begin(&x.m, code, SLOTS(code), NULL, 0);
    malicious_set(&x.m, calls, "a 0", 0, 5);
    malicious_set(&x.m, calls, "a 0: time difference", 0, 4 * READ - (4 * FIRST + SLOT) - 1);
    mulmod_refused(&x, "memory", NULL);
    malicious_begin(&x.m, code, SLOTS(code), NULL, 0);
    malicious_set(&x.m, calls, "a 0", 0, 7);
    malicious_set_signed(&x.m, calls, "a 0: time difference", 0, 4 * READ - (4 * THIRD + SLOT) - 1);
    malicious_set(&x.m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 2,
                  4 * THIRD - 4 * SECOND - 1);
    mulmod_leave(&x, 0, 7, 4 * READ);
    mulmod_refused(&x, "range16", NULL);
}

/* ---- Addresses: a chunk that begins with the call ---------------------------------------- */

enum { ADDRESSES = 9 }; /* steps before the call */
static const zkb_instruction addresses[] = {
    LDDW(1, 8 * RESULT, 3),
    LDDW(2, 8 * A, 3),
    LDDW(3, 8 * B, 3),
    LDDW(4, 8 * C, 3),
    LDDW(5, 8 * M, 3),
    MOV_K(6, 0),
    MOV_K(7, 0),
    MOV_K(8, 0),
    MOV_K(9, 0),
    /* chunk of clock 1 */ HELPER(MULMOD),
    EXIT(),
};

/* Register `argument` holds `address` when the chunk begins. */
static malicious *begin_with_address(malicious chunks[2], unsigned argument, uint64_t address)
{
    char name[16];
    malicious_begin_chunks(chunks, addresses, SLOTS(addresses), ADDRESSES);
    malicious *m = &chunks[1];
    (void)snprintf(name, sizeof name, "r%u", argument);
    malicious_set(m, calls, name, 0, address);
    m->run.boundary.before.r[argument] = address;
    m->run.boundary.after.r[argument] = address;
    if (argument == 1) {
        m->run.boundary.after.r[0] = address;
    }
    return m;
}

static void end_chunks(malicious chunks[2])
{
    malicious_end(&chunks[1]);
    malicious_end(&chunks[0]);
}

/* A number is registers r6 to r9, whose space is that of read-write words plus 2. The heap has the
 * same words, so that nothing else differs. */
static void registers_are_no_number(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned word, slot;
    } numbers[] = {{"a", A, 0}, {"b", B, 1}, {"c", C, 2}, {"m", M, 2}};
    for (unsigned n = 0; n < sizeof numbers / sizeof numbers[0]; n++) {
        malicious chunks[2];
        char name[32];
        malicious *m = begin_with_address(chunks, 2 + n, UINT64_C(8) * 6);
        for (unsigned j = 0; j < WORDS; j++) {
            (void)snprintf(name, sizeof name, "%s %u read-only", numbers[n].name, j);
            malicious_set(m, calls, name, 0, 2);
            m->run.boundary.register_time[6 + j] = 4 + numbers[n].slot;
            malicious_segment(m, ZKB_SPACE_READ_WRITE, heap)->time[numbers[n].word + j] = 0;
        }
        (void)snprintf(name, sizeof name, "%s * read-only", numbers[n].name);
        malicious_refused_by(m, name, NULL);
        end_chunks(chunks);
    }
}

/* Addresses beside a word's beginning, each of the five; and a result where nothing is written, in
 * a region that the run does not have. */
static void other_addresses(void **state)
{
    (void)state;
    static const uint64_t words[] = {RESULT, A, B, C, M};
    for (unsigned argument = 1; argument <= 5; argument++) {
        for (uint64_t beside = 1; beside < 8; beside++) {
            malicious chunks[2];
            malicious_refused_by(
                begin_with_address(chunks, argument,
                                   ZKB_REGION_HEAP + 8 * words[argument - 1] + beside),
                "memory", NULL);
            end_chunks(chunks);
        }
    }
    malicious chunks[2];
    malicious_refused_by(begin_with_address(chunks, 1, ZKB_REGION_PUBLIC_INPUT), "memory", NULL);
    end_chunks(chunks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_number_as_modulus),
        cmocka_unit_test(other_words_than_those_of_c),
        cmocka_unit_test(accesses_that_take_what_they_give),
        cmocka_unit_test(two_places_of_c),
        cmocka_unit_test(a_place_that_is_no_bit),
        cmocka_unit_test(numbers_of_another_call),
        cmocka_unit_test(written_elsewhere),
        cmocka_unit_test(read_elsewhere),
        cmocka_unit_test(read_at_another_time),
        cmocka_unit_test(registers_are_no_number),
        cmocka_unit_test(other_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
