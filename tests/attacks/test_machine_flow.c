/* False control flow: branches, skipped and invented instructions, ends. Rows are dropped and the
 * clock is renumbered, so that nothing but the lie itself is out of order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

static void set_row(malicious *m, zkb_chip_id chip, uint64_t row, uint32_t clock, uint32_t pc)
{
    malicious_set(m, chip, "clock", row, clock);
    malicious_set(m, chip, "pc", row, pc);
}

/* Class 2. */

/* JEQ r0, 0 with r0 = 1, taken: the jump behind it is skipped. */
static void wrong_branch(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(0, 1), JMP_K(0x10, 0, 0, 1), JA(0), JA(0), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_drop_row(&m, ZKB_CHIP_JUMP, 0);
    set_row(&m, ZKB_CHIP_JUMP, 0, 3, 3);
    set_row(&m, ZKB_CHIP_HALT, 0, 4, 4);
    m.run.boundary.clock_end = 5;
    malicious_refused_by(&m, "state", NULL); /* the branch still says where it goes */
    malicious_set(&m, ZKB_CHIP_BRANCH_EQUAL_K, "taken", 0, 1);
    malicious_refused_by(&m, "taken = condition xor negate", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_BRANCH_EQUAL_K, "equal", 0, 1);
    malicious_set(&m, ZKB_CHIP_BRANCH_EQUAL_K, "distance - 1 0", 0, 1);
    malicious_refused_by(&m, "equal: no difference", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* JLT r1, r2 with 5 < 3: the comparison's result denied by a limb. */
static void wrong_comparison(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(1, 5),         MOV_K(2, 3), JMP_X(0xa0, 1, 2, 1),
                                           JA(0) /* skipped */, JA(0),       EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_drop_row(&m, ZKB_CHIP_JUMP, 0);
    set_row(&m, ZKB_CHIP_JUMP, 0, 4, 4);
    set_row(&m, ZKB_CHIP_HALT, 0, 5, 5);
    m.run.boundary.clock_end = 6;
    malicious_set(&m, ZKB_CHIP_BRANCH_LESS_X, "taken", 0, 1);
    malicious_set(&m, ZKB_CHIP_BRANCH_LESS_X, "less", 0, 1);
    malicious_set(&m, ZKB_CHIP_BRANCH_LESS_X, "difference mod 2^w 3", 0, 65536);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_BRANCH_LESS_X, "difference mod 2^w 3", 0, 0);
    malicious_refused_by(&m, "x - y + 2^w less = wrapped", NULL);
    malicious_end(&m);
}

/* JSET that is not taken although a bit is set. */
static void bits_that_are_not_seen(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(1, 6), JMP_K(0x40, 1, 2, 0), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, ZKB_CHIP_BRANCH_SET_K, "taken", 0, 0);
    malicious_set(&m, ZKB_CHIP_BRANCH_SET_K, "sum - 1 0", 0, 2);
    malicious_refused_by(&m, "no excess unless taken", NULL);
    malicious_end(&m);
}

/* MOV r0, 2 left out, by a jump over nothing and by the statement alone. */
static void skipped_instruction(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {JA(0), JA(0), JA(0), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_drop_row(&m, ZKB_CHIP_JUMP, 1);
    set_row(&m, ZKB_CHIP_JUMP, 1, 2, 2);
    set_row(&m, ZKB_CHIP_HALT, 0, 3, 3);
    m.run.boundary.clock_end = 4;
    malicious_refused_by(&m, "state", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_JUMP, "target", 0, 2);
    malicious_refused_by(&m, "program", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A jump to the second half of an LDDW, whose slot says nothing. */
static void jump_into_data(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {JA(0), LDDW(0, 0xb7, 0xb7), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_set(&m, ZKB_CHIP_JUMP, "target", 0, 2);
    malicious_set(&m, ZKB_CHIP_CONSTANT, "pc", 0, 2);
    malicious_set(&m, ZKB_CHIP_CONSTANT, "wide", 0, 0);
    malicious_set(&m, ZKB_CHIP_CONSTANT, "imm", 0, 0xb7);
    m.run.boundary.after.r[0] = 0xb7;
    malicious_refused_by(&m, "program", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Two rows of one chip whose places in time are exchanged. */
static void permuted_rows(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(0, 1), MOV_K(0, 2), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    set_row(&m, ZKB_CHIP_CONSTANT, 0, 2, 0);
    set_row(&m, ZKB_CHIP_CONSTANT, 1, 1, 1);
    malicious_refused_by(&m, "state", "memory");
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Two jumps that lead to each other, beside the run: rows 1 and 2 of the honest run moved there.
 * Were the clock not part of the state, or did it not rise, they would balance. */
static void path_of_its_own(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {JA(0), JA(0), JA(0), EXIT(), JA(0), JA(-2)};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    set_row(&m, ZKB_CHIP_JUMP, 1, 2, 4);
    malicious_set(&m, ZKB_CHIP_JUMP, "target", 1, 5);
    set_row(&m, ZKB_CHIP_JUMP, 2, 3, 5);
    malicious_set(&m, ZKB_CHIP_JUMP, "target", 2, 4);
    malicious_refused_by(&m, "state", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A run that begins elsewhere or with other registers than the statement's lengths and the
 * program's entry give. Its proof holds for what it says was before; the verifier says that itself.
 */
static void another_beginning(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(0, 1), MOV_X(0, 2), EXIT()};
    static const unsigned unread[] = {0, 1, 3, 4, 5, 6, 7, 8, 9, 10};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    assert_int_equal(m.run.boundary.after.r[0], 0);
    malicious_proof(&m);
    m.run.boundary.before.r[2] = 77; /* more input than there is */
    m.run.boundary.after.r[2] = 77;
    m.run.boundary.after.r[0] = 77;
    malicious_set(&m, ZKB_CHIP_MOVE, "src value", 0, 77);
    malicious_consistent(&m);
    malicious_holds_alone(&m, 0);
    malicious_no_proof(&m);
    m.run.boundary.before.r[2] = 0;
    m.run.boundary.after.r[2] = 0;
    m.run.boundary.after.r[0] = 0;
    malicious_set(&m, ZKB_CHIP_MOVE, "src value", 0, 0);
    for (unsigned i = 0; i < sizeof unread / sizeof unread[0]; i++) {
        const unsigned r = unread[i];
        m.run.boundary.before.r[r]++;
        m.run.boundary.after.r[r] += r != 0;
        if (r == 0) {
            malicious_set(&m, ZKB_CHIP_CONSTANT, "dst before", 0, 1);
        }
        malicious_consistent(&m);
        malicious_no_proof(&m);
        m.run.boundary.before.r[r]--;
        m.run.boundary.after.r[r] -= r != 0;
        malicious_set(&m, ZKB_CHIP_CONSTANT, "dst before", 0, 0);
    }
    malicious_proof(&m);
    m.run.program.entry = 1; /* the verifier's program begins there */
    malicious_no_proof(&m);
    m.run.program.entry = 0;
    m.run.program.layout.frame_bytes *= 2; /* and has the frame pointer there */
    malicious_no_proof(&m);
    m.run.program.layout.frame_bytes /= 2;
    malicious_proof(&m);
    malicious_drop_row(&m, ZKB_CHIP_CONSTANT, 0); /* begins at slot 1 */
    set_row(&m, ZKB_CHIP_MOVE, 0, 1, 1);
    set_row(&m, ZKB_CHIP_HALT, 0, 2, 2);
    malicious_set(&m, ZKB_CHIP_MOVE, "src value: time difference", 0, 4 - 1);
    malicious_set(&m, ZKB_CHIP_MOVE, "dst before", 0, 0);
    malicious_set(&m, ZKB_CHIP_MOVE, "dst before: time difference", 0, 4 + 3 - 1);
    m.run.boundary.before.pc = 1;
    m.run.boundary.clock_end = 3;
    m.run.boundary.register_time[0] = 4 + 3;
    m.run.boundary.register_time[2] = 4;
    malicious_consistent(&m);
    malicious_holds_alone(&m, 0);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Class 1. */

/* The run cut before its end, with the end claimed: in the rows, and in the statement alone. */
static void early_stop(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(0, 1), MOV_K(0, 2), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_drop_row(&m, ZKB_CHIP_CONSTANT, 1);
    set_row(&m, ZKB_CHIP_HALT, 0, 2, 1);
    m.run.boundary.clock_end = 3;
    m.run.boundary.after.r[0] = 1;
    m.run.boundary.register_time[0] = 4 + 3;
    malicious_refused_by(&m, "program", NULL);
    malicious_no_proof(&m);
    set_row(&m, ZKB_CHIP_HALT, 0, 2, 2);
    malicious_refused_by(&m, "state", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* A run that stops where it stands is a chunk, and no run. */
static void fall_off_the_end(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(0, 1), MOV_K(0, 2), EXIT()};
    malicious m;
    zkb_error error;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_drop_row(&m, ZKB_CHIP_HALT, 0);
    m.run.boundary.clock_end = 3;
    m.run.boundary.after.pc = 2;
    malicious_consistent(&m);
    assert_int_equal(malicious_prove(&m, &error), ZKB_ERROR_REJECTED);
    assert_non_null(strstr(error.message, "not ended"));
    m.run.boundary.after.pc = ZKB_PC_HALT;
    malicious_refused_by(&m, "state", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* Another exit value. */
static void second_end(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {MOV_K(0, 1), EXIT()};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    m.run.boundary.after.r[0] = 0;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    m.run.boundary.after.r[0] = 1;
    m.run.boundary.register_time[0]++;
    malicious_refused_by(&m, "memory", NULL);
    malicious_no_proof(&m);
    m.run.boundary.register_time[0]--;
    m.run.boundary.after.depth = 1;
    malicious_refused_by(&m, "state", NULL);
    malicious_no_proof(&m);
    malicious_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_branch),
        cmocka_unit_test(wrong_comparison),
        cmocka_unit_test(bits_that_are_not_seen),
        cmocka_unit_test(skipped_instruction),
        cmocka_unit_test(jump_into_data),
        cmocka_unit_test(permuted_rows),
        cmocka_unit_test(path_of_its_own),
        cmocka_unit_test(another_beginning),
        cmocka_unit_test(early_stop),
        cmocka_unit_test(fall_off_the_end),
        cmocka_unit_test(second_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
