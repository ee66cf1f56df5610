/* Runs that fault, proved to go on as if they had not: the address or the callee comes from the
 * input, the honest input's is good, and the prover tells everywhere of another one, which is bad.
 * Nobody reads the access's result. Class 16. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { W = 0x00, H = 0x08, DW = 0x18, INPUT = 32 };

static const uint64_t stack_word = ZKB_REGION_STACK + 4096 - 16;

static uint8_t input[INPUT];

static void set_input(uint64_t address) { memcpy(input, &address, sizeof address); }

/* r6 = the input's first word, the instruction, which is to leave zero in r7 if anything, exit. */
static void begin(malicious *m, zkb_instruction one, uint64_t address)
{
    const zkb_instruction code[] = {LOAD(DW, 6, 1, 0), one, EXIT()};
    memset(input, 0, sizeof input);
    set_input(address);
    malicious_begin(m, code, SLOTS(code), input, sizeof input);
}

/* The same run with another first word of input; `row` of `chip` is the access. */
static void claim(malicious *m, zkb_chip_id chip, uint64_t row, uint64_t address)
{
    set_input(address);
    malicious_segment(m, ZKB_SPACE_READ_ONLY, ZKB_REGION_PUBLIC_INPUT / 8)->init[0] = address;
    malicious_set(m, ZKB_CHIP_LOAD_WORD, "word", 0, address);
    malicious_set(m, chip, "base value", row, address);
    m->run.boundary.after.r[6] = address;
}

static void refused(malicious *m)
{
    malicious_refused_by(m, "memory", NULL);
    malicious_no_proof(m);
}

static const uint64_t nowhere[] = {
    0,
    8 * 6,                           /* the frames' or registers' words, in a space of their own */
    ZKB_REGION_PRIVATE_INPUT,        /* empty here */
    ZKB_REGION_PUBLIC_INPUT + 65536, /* behind the only segment */
    ZKB_REGION_STACK - 8,            /* before the first */
    ZKB_REGION_HEAP + 65536,         /* behind the last */
    UINT64_C(0x700000000),           /* code has no memory */
    UINT64_MAX - 7,                  /* wraps */
};
enum { PLACES = sizeof nowhere / sizeof nowhere[0] };

static void load_whose_result_is_unused(void **state)
{
    (void)state;
    malicious m;
    begin(&m, (zkb_instruction)LOAD(DW, 7, 6, 0), stack_word);
    malicious_proof(&m);
    for (unsigned p = 0; p < PLACES; p++) {
        claim(&m, ZKB_CHIP_LOAD_WORD, 1, nowhere[p]);
        refused(&m);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "read-only", 1, 1);
        refused(&m);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "read-only", 1, 0);
    }
    malicious_end(&m);
}

/* The last half word of memory, and the one byte further on that is half outside. */
static void load_across_the_end(void **state)
{
    (void)state;
    malicious m;
    begin(&m, (zkb_instruction)LOAD_SIGNED(H, 7, 6, 0), ZKB_REGION_HEAP + 65536 - 2);
    malicious_proof(&m);
    claim(&m, ZKB_CHIP_LOAD_ANY, 0, ZKB_REGION_HEAP + 65536 - 1);
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "starts at byte 6", 0, 0);
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "starts at byte 7", 0, 1);
    malicious_set_signed(&m, ZKB_CHIP_LOAD_ANY, "margin 0", 0, -1);
    malicious_refused_by(&m, "range16", NULL);
    malicious_no_proof(&m);
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "margin 0", 0, 0);
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "crosses", 0, 1);
    malicious_set(&m, ZKB_CHIP_LOAD_ANY, "word 1: time difference", 0,
                  4 * 2 + 2 - 1); /* of a word never touched */
    refused(&m);
    malicious_end(&m);
}

static void misaligned_atomics(void **state)
{
    (void)state;
    malicious m;
    begin(&m, (zkb_instruction)ATOMIC(DW, 6, 0, 7, 0x00), stack_word);
    for (unsigned by = 1; by < 8; by++) {
        claim(&m, ZKB_CHIP_ATOMIC, 0, stack_word + by);
        refused(&m);
    }
    malicious_end(&m);
    begin(&m, (zkb_instruction)ATOMIC(W, 6, 0, 7, 0xe1), stack_word);
    claim(&m, ZKB_CHIP_EXCHANGE, 0,
          stack_word + 4); /* the other half is another access, no fault */
    malicious_set(&m, ZKB_CHIP_EXCHANGE, "upper half", 0, 1);
    malicious_consistent(&m);
    malicious_proof(&m);
    for (unsigned by = 1; by < 4; by++) {
        claim(&m, ZKB_CHIP_EXCHANGE, 0, stack_word + by);
        malicious_set(&m, ZKB_CHIP_EXCHANGE, "upper half", 0, by % 2);
        refused(&m);
    }
    malicious_end(&m);
}

/* Four bytes behind a word, said to be its upper half, which 64 bits do not have. */
static void atomics_between_two_words(void **state)
{
    (void)state;
    static const int32_t kinds[] = {0x00, 0xe1};
    static const zkb_chip_id chips[] = {ZKB_CHIP_ATOMIC, ZKB_CHIP_EXCHANGE};
    for (unsigned i = 0; i < 2; i++) {
        malicious m;
        begin(&m, (zkb_instruction)ATOMIC(DW, 6, 0, 7, kinds[i]), stack_word);
        claim(&m, chips[i], 0, stack_word + 4);
        malicious_set(&m, chips[i], "upper half", 0, 1);
        malicious_refused_by(&m, "no half unless is32", NULL);
        malicious_no_proof(&m);
        malicious_end(&m);
    }
}

/* A compare-and-exchange that does not match writes nothing, and faults on read-only memory all the
 * same. */
static void exchange_in_read_only_memory(void **state)
{
    (void)state;
    const zkb_instruction code[] = {LOAD(DW, 6, 1, 0), MOV_K(0, 1), ATOMIC(DW, 6, 0, 7, 0xf1),
                                    EXIT()};
    malicious m;
    memset(input, 0, sizeof input);
    set_input(stack_word);
    malicious_begin(&m, code, SLOTS(code), input, sizeof input);
    claim(&m, ZKB_CHIP_EXCHANGE, 0, ZKB_REGION_PUBLIC_INPUT + 16);
    refused(&m);
    malicious_end(&m);
}

/* ---- Calls --------------------------------------------------------------------------------- */

static const zkb_instruction calls[] = {
    /* 0 */ LOAD(DW, 2, 1, 0),
    /* 1 */ CALLX(2),
    /* 2 */ EXIT(),
    /* 3 */ JA(0), /* the only function but the entry */
    /* 4 */ EXIT(),
    /* 5 */ JA(-2), /* as long a way to slot 4 */
};

static void claim_callee(malicious *m, uint64_t address, const zkb_fr *target)
{
    set_input(address);
    malicious_segment(m, ZKB_SPACE_READ_ONLY, ZKB_REGION_PUBLIC_INPUT / 8)->init[0] = address;
    malicious_set(m, ZKB_CHIP_LOAD_WORD, "word", 0, address);
    malicious_set(m, ZKB_CHIP_CALL_INDIRECT, "callee address", 0, address);
    malicious_set_fr(m, ZKB_CHIP_CALL_INDIRECT, "target", 0, target);
    malicious_set_fr(m, ZKB_CHIP_JUMP, "pc", 0, target);
    m->run.boundary.after.r[2] = address;
}

static void call_of_what_is_no_function(void **state)
{
    (void)state;
    static const uint8_t functions[SLOTS(calls)] = {[3] = 1};
    malicious m;
    zkb_fr target;
    memset(input, 0, sizeof input);
    set_input(ZKB_CODE_BASE + UINT64_C(8) * 3);
    malicious_begin_functions(&m, calls, SLOTS(calls), functions, input, sizeof input);
    malicious_proof(&m);
    zkb_fr_from_u64(&target, 5);
    malicious_set(&m, ZKB_CHIP_JUMP, "target", 0, 4);
    claim_callee(&m, ZKB_CODE_BASE + UINT64_C(8) * 5, &target); /* an instruction all the same */
    malicious_refused_by(&m, "function", NULL);
    malicious_no_proof(&m);
    zkb_fr_from_u64(&target, 3); /* the address of slot 5 calls slot 3 */
    claim_callee(&m, ZKB_CODE_BASE + UINT64_C(8) * 5, &target);
    malicious_refused_by(&m, "address = code base + 8 target", NULL);
    malicious_no_proof(&m);
    malicious_fraction(&target, 8 * 3 + 4, 3); /* between two slots */
    claim_callee(&m, ZKB_CODE_BASE + UINT64_C(8) * 3 + 4, &target);
    malicious_refused_by(&m, "function", "program");
    malicious_no_proof(&m);
    malicious_fraction(&target, -(int64_t)ZKB_CODE_BASE, 3); /* the null pointer */
    claim_callee(&m, 0, &target);
    malicious_refused_by(&m, "function", "program");
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* The verifier's program calls a helper that does not exist; the run is of one that does. */
static void helper_that_does_not_exist(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {HELPER(1000), EXIT()};
    static const uint32_t numbers[] = {0, 1, 999, 1001, 0x7fffffff, UINT32_MAX};
    malicious m;
    malicious_begin(&m, code, SLOTS(code), NULL, 0);
    malicious_proof(&m);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        m.run.program.code[0].imm = (int32_t)numbers[i];
        m.run.columns.imm[0] = numbers[i];
        malicious_refused_by(&m, "program", NULL);
        malicious_no_proof(&m);
    }
    malicious_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(load_whose_result_is_unused),
        cmocka_unit_test(load_across_the_end),
        cmocka_unit_test(misaligned_atomics),
        cmocka_unit_test(atomics_between_two_words),
        cmocka_unit_test(exchange_in_read_only_memory),
        cmocka_unit_test(call_of_what_is_no_function),
        cmocka_unit_test(helper_that_does_not_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
