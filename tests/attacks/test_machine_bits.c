/* Selectors that are 2 where a bit is meant. Two flags of an instruction's code are worth 2^j and
 * 2^(j+1), so that twice the first is the second: the program has the instruction, and only the
 * constraint that a flag is a bit refuses the row. Each attack is a whole run that nothing else
 * objects to, unless it says so. Classes 8 and 9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { W = 0x00, H = 0x08, B = 0x10, DW = 0x18 };

static const uint64_t top_word = (ZKB_REGION_STACK + 4096 - 8) / 8;

/* What the stack's word holds at the end. */
static void leave(malicious *m, uint64_t word, uint64_t value)
{
    zkb_touched_segment *stack = malicious_segment(m, ZKB_SPACE_READ_WRITE, word);
    stack->final[word - stack->base] = value;
}

static void refused_by(malicious *m, const char *flag)
{
    malicious_refused_by(m, flag, NULL);
    malicious_no_proof(m);
    malicious_end(m);
}

/* ---- Widths -------------------------------------------------------------------------------- */

static void begin_extension(malicious *m, zkb_instruction extension, uint64_t honest)
{
    const zkb_instruction code[] = {MOV_K(0, 0x55), extension, EXIT()};
    malicious_begin(m, code, SLOTS(code), NULL, 0);
    assert_int_equal(m->run.boundary.after.r[0], honest);
}

/* Twice the part of another width: 8 bits for 16, 16 for 32, or 32 for a sign. */
static void extension_of_another_width(void **state)
{
    (void)state;
    static const zkb_instruction low16 = {0xd4, 0, 0, 0, 16};
    static const zkb_instruction signed32 = {0xbf, 0, 0, 32, 0};
    static const zkb_instruction signed8 = {0xbf, 0, 0, 8, 0};
    malicious m;
    begin_extension(&m, low16, 0x55);
    malicious_set(&m, ZKB_CHIP_EXTEND, "bits8", 0, 2);
    malicious_set(&m, ZKB_CHIP_EXTEND, "bits16", 0, 0);
    malicious_set(&m, ZKB_CHIP_EXTEND, "sign", 0, 1); /* 4 * 0x5500 = 2^16 + 0x5400 */
    malicious_set(&m, ZKB_CHIP_EXTEND, "doubled 0", 0, 0x5400);
    m.run.boundary.after.r[0] = 0xaa;
    refused_by(&m, "bits8");
    begin_extension(&m, signed32, 0x55);
    malicious_set(&m, ZKB_CHIP_EXTEND, "bits16", 0, 2);
    malicious_set(&m, ZKB_CHIP_EXTEND, "bits32", 0, 0);
    malicious_set(&m, ZKB_CHIP_EXTEND, "doubled 0", 0, 4 * 0x55);
    m.run.boundary.after.r[0] = 0xaa;
    refused_by(&m, "bits16");
    begin_extension(&m, signed8, 0x55);
    malicious_set(&m, ZKB_CHIP_EXTEND, "bits32", 0, 2);
    malicious_set(&m, ZKB_CHIP_EXTEND, "signed", 0, 0);
    m.run.boundary.after.r[0] = 3 * 0x55;
    refused_by(&m, "bits32");
}

/* Twice the highest flag of an extension, 32, is one form more: the byte swap of 16 bits is proved
 * as an extension of 8. */
static void extension_of_another_form(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(1, 0x1234),    {0xbf, 2, 1, 8, 0},
                                           {0xbf, 2, 1, 8, 0},  {0xbf, 2, 1, 8, 0},
                                           {0xd7, 1, 0, 0, 16}, EXIT()};
    enum { CLOCK = 5, ROW = 3, READ_BEFORE = 4 * 4, READ = 4 * CLOCK, WRITTEN = READ + 3 };
    static const zkb_chip_id chip = ZKB_CHIP_EXTEND;
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    assert_int_equal(m.run.boundary.after.r[1], 0x3412);
    malicious_add_row(&m, chip);
    malicious_drop_row(&m, ZKB_CHIP_SWAP, 0);
    malicious_set(&m, chip, "clock", ROW, CLOCK);
    malicious_set(&m, chip, "pc", ROW, 4);
    malicious_set(&m, chip, "signed", ROW, 0);
    malicious_set(&m, chip, "is32", ROW, 2);
    malicious_set(&m, chip, "dst", ROW, 1);
    malicious_set(&m, chip, "src value: time difference", ROW, READ - READ_BEFORE - 1);
    malicious_set(&m, chip, "dst before", ROW, 0x1234);
    malicious_set(&m, chip, "dst before: time difference", ROW, WRITTEN - READ - 1);
    m.run.boundary.after.r[1] = 0x34;
    refused_by(&m, "is32");
}

/* Bytes 1 and 2 of the stack's last word, 2 and 3, are loaded as 2 - 3 * 2^8: "1 less 2 is within
 * the width" makes the second byte count negatively. */
static void load_of_another_width(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {STORE_K(DW, 10, -8, 0x030201), LOAD(H, 0, 10, -7),
                                           ALU64_K(0x00, 0, 1000), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    assert_int_equal(m.run.boundary.after.r[0], 0x0302 + 1000);
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "bits8", 0, 2);
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "bits16", 0, 0);
    malicious_set_signed(&m, ZKB_CHIP_LOAD_ANY, "byte 1 at address", 0, -3);
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "margin 0", 0, 13); /* 8 - (1 + 2 - 8) */
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "doubled", 0, 8);
    malicious_set_signed(&m, ZKB_CHIP_ADD_K, "dst before", 0, 2 - 3 * 256);
    malicious_set(&m, ZKB_CHIP_ADD_K, "result 0", 0, 234);
    m.run.boundary.after.r[0] = 234;
    refused_by(&m, "bits8");
}

/* A position bit that is 2 is the next one, and counts twice what is selected: 2 * 5 - 3. */
static void load_of_another_position(void **state)
{
    (void)state;
    static const zkb_instruction byte[] = {STORE_K(DW, 10, -8, 0x090503), LOAD(B, 0, 10, -6),
                                           EXIT()};
    static const zkb_instruction half[] = {LDDW(2, 0x00050003, 0x00000009), STORE_X(DW, 10, -8, 2),
                                           LOAD(H, 0, 10, -4), EXIT()};
    malicious m;
    malicious_begin(&m, byte, SLOTS(byte), NULL, 0);
    assert_int_equal(m.run.boundary.after.r[0], 9);
    malicious_set(&m, ZKB_CHIP_LOAD8, "position bit 0", 0, 2);
    malicious_set(&m, ZKB_CHIP_LOAD8, "position bit 1", 0, 0);
    malicious_set(&m, ZKB_CHIP_LOAD8, "low byte", 0, 3);
    malicious_set(&m, ZKB_CHIP_LOAD8, "high byte", 0, 5);
    malicious_set(&m, ZKB_CHIP_LOAD8, "bytes' and", 0, 3 & 5);
    m.run.boundary.after.r[0] = 7;
    refused_by(&m, "position bit 0");
    malicious_begin(&m, half, SLOTS(half), NULL, 0);
    assert_int_equal(m.run.boundary.after.r[0], 9);
    malicious_set(&m, ZKB_CHIP_LOAD16, "position bit 1", 0, 2);
    malicious_set(&m, ZKB_CHIP_LOAD16, "position bit 2", 0, 0);
    m.run.boundary.after.r[0] = 7;
    refused_by(&m, "position bit 1");
}

/* 3 is stored in a byte that was 5, which becomes 5 - (3 - 5) = 7. */
static void store_of_another_width(void **state)
{
    (void)state;
    static const zkb_instruction by_register[] = {STORE_K(DW, 10, -8, 0x050000), MOV_K(2, 0x0301),
                                                  STORE_X(H, 10, -7, 2), LOAD(DW, 0, 10, -8),
                                                  EXIT()};
    static const zkb_instruction by_immediate[] = {STORE_K(DW, 10, -8, 0x050000), MOV_K(2, 0x0301),
                                                   STORE_K(H, 10, -7, 0x0301), LOAD(DW, 0, 10, -8),
                                                   EXIT()};
    static const zkb_chip_id chips[] = {ZKB_CHIP_STORE_ANY_X, ZKB_CHIP_STORE_ANY_K};
    for (unsigned i = 0; i < 2; i++) {
        malicious m;
        malicious_begin(&m, i == 0 ? by_register : by_immediate, SLOTS(by_register), NULL, 0);
        assert_int_equal(m.run.boundary.after.r[0], 0x030100);
        malicious_set(&m, chips[i], "bits8", 0, 2);
        malicious_set(&m, chips[i], "bits16", 0, 0);
        malicious_set(&m, chips[i], "margin 0", 0, 13);
        malicious_set(&m, chips[i], "word 0 after", 0, 0x070100);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 0x070100);
        leave(&m, top_word, 0x070100);
        m.run.boundary.after.r[0] = 0x070100;
        refused_by(&m, "bits8");
    }
}

/* ---- Atomics ------------------------------------------------------------------------------- */

static void begin_atomic(malicious *m, zkb_instruction atomic, uint64_t honest)
{
    const zkb_instruction code[] = {MOV_K(2, 1), STORE_K(DW, 10, -8, 3), atomic,
                                    LOAD(DW, 0, 10, -8), EXIT()};
    malicious_begin(m, code, SLOTS(code), NULL, 0);
    assert_int_equal(m->run.boundary.after.r[0], honest);
}

static void atomic_leaves(malicious *m, uint64_t value)
{
    malicious_set(m, ZKB_CHIP_ATOMIC, "result low 0", 0, value);
    malicious_set(m, ZKB_CHIP_LOAD_WORD, "word", 0, value);
    leave(m, top_word, value);
    m->run.boundary.after.r[0] = value;
}

/* An operation as another one: OR adds, AND is XOR, and 32 bits without a fetch are 64 bits, of
 * which twice the difference is fetched. */
static void atomic_of_another_kind(void **state)
{
    (void)state;
    malicious m;
    begin_atomic(&m, (zkb_instruction)ATOMIC(DW, 10, -8, 2, 0x40), 3);
    malicious_set(&m, ZKB_CHIP_ATOMIC, "is32", 0, 2);
    malicious_set(&m, ZKB_CHIP_ATOMIC, "kind bit 0", 0, 0);
    atomic_leaves(&m, 4);
    refused_by(&m, "is32");
    begin_atomic(&m, (zkb_instruction)ATOMIC(DW, 10, -8, 2, 0x50), 1);
    malicious_set(&m, ZKB_CHIP_ATOMIC, "kind bit 0", 0, 2);
    malicious_set(&m, ZKB_CHIP_ATOMIC, "kind bit 1", 0, 0);
    atomic_leaves(&m, 2);
    refused_by(&m, "kind bit 0");
    begin_atomic(&m, (zkb_instruction)ATOMIC(W, 10, -8, 2, 0x00), 4);
    malicious_set(&m, ZKB_CHIP_ATOMIC, "fetch", 0, 2);
    malicious_set(&m, ZKB_CHIP_ATOMIC, "is32", 0, 0);
    m.run.boundary.after.r[2] = 2 * 3 - 1;
    refused_by(&m, "fetch");
}

/* An exchange of 32 bits as a comparison of 64 that counts twice: memory keeps its 3, and the
 * register gets 2 * 5 - 3. It reads r0 twice at a time of its own instruction, for which there is
 * nothing to give, so the bus of memory objects too. */
static void exchange_that_compares_twice(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(2, 5), STORE_K(DW, 10, -8, 3),
                                           ATOMIC(W, 10, -8, 2, 0xe1), LOAD(DW, 0, 10, -8), EXIT()};
    static const zkb_chip_id chip = ZKB_CHIP_EXCHANGE;
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    assert_int_equal(m.run.boundary.after.r[0], 5);
    assert_int_equal(m.run.boundary.after.r[2], 3);
    malicious_set(&m, chip, "compare", 0, 2);
    malicious_set(&m, chip, "is32", 0, 0);
    malicious_set(&m, chip, "equal", 0, 0);
    malicious_set(&m, chip, "less", 0, 1);
    malicious_set(&m, chip, "distance - 1 0", 0, 2 * 3 - 1);
    malicious_set(&m, chip, "stored", 0, 3);
    malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 3);
    leave(&m, top_word, 3);
    m.run.boundary.after.r[0] = 3;
    m.run.boundary.after.r[2] = 7;
    malicious_refused_by(&m, "compare", "memory");
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* "Upper half" 2 moves the access to the word before, which holds zero too: it gets 2^33 - 1 times
 * the operand, and the word meant keeps its content. */
static void half_of_the_word_before(void **state)
{
    (void)state;
    static const int32_t kinds[] = {0x00, 0xe1}; /* add, exchange */
    static const zkb_chip_id chips[] = {ZKB_CHIP_ATOMIC, ZKB_CHIP_EXCHANGE};
    for (unsigned i = 0; i < 2; i++) {
        const zkb_instruction code[] = {MOV_K(2, 7),
                                        STORE_K(DW, 10, -8, 0),
                                        STORE_K(DW, 10, -16, 0),
                                        ATOMIC(W, 10, -8, 2, kinds[i]),
                                        LOAD(DW, 0, 10, -8),
                                        EXIT()};
        malicious m;
        malicious_begin(&m, code, SLOTS(code), NULL, 0);
        assert_int_equal(m.run.boundary.after.r[0], 7);
        malicious_set(&m, chips[i], "upper half", 0, 2);
        malicious_set(&m, chips[i], "word: time difference", 0, 4 * (4 - 3) - 1);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 0);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word: time difference", 0, 4 * (5 - 2) - 1);
        leave(&m, top_word, 0);
        leave(&m, top_word - 1, 7 * ((UINT64_C(1) << 33) - 1));
        zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, top_word - 1);
        stack->time[top_word - 1 - stack->base] = 4 * 4 + 2;
        m.run.boundary.after.r[0] = 0;
        refused_by(&m, "upper half");
    }
}

/* ---- Branches ------------------------------------------------------------------------------ */

/* A branch whose operands' AND is 2, taken twice: to pc + 1 + 2 * offset. */
static void branch_twice_as_far(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        /* 0 */ MOV_K(1, 2),
        /* 1 */ JMP_K(0x40, 1, 2, 2),
        /* 2 */ MOV_K(0, 9),
        /* 3 */ EXIT(),
        /* 4 */ MOV_K(0, 1),
        /* 5 */ EXIT(),
        /* 6 */ MOV_K(0, 2),
        /* 7 */ EXIT(),
    };
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    assert_int_equal(m.run.boundary.after.r[0], 1);
    malicious_set(&m, ZKB_CHIP_BRANCH_SET_K, "taken", 0, 2);
    malicious_set(&m, ZKB_CHIP_BRANCH_SET_K, "sum - 1 0", 0, 0);
    malicious_set(&m, ZKB_CHIP_CONSTANT, "pc", 1, 6);
    malicious_set(&m, ZKB_CHIP_CONSTANT, "imm", 1, 2);
    malicious_set(&m, ZKB_CHIP_HALT, "pc", 0, 7);
    m.run.boundary.after.r[0] = 2;
    refused_by(&m, "taken");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extension_of_another_width),   cmocka_unit_test(load_of_another_width),
        cmocka_unit_test(store_of_another_width),       cmocka_unit_test(atomic_of_another_kind),
        cmocka_unit_test(half_of_the_word_before),      cmocka_unit_test(extension_of_another_form),
        cmocka_unit_test(branch_twice_as_far),          cmocka_unit_test(load_of_another_position),
        cmocka_unit_test(exchange_that_compares_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
