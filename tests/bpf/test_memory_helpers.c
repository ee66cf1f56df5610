/* The helpers that fill, copy and compare memory, against a model: calls of every length and
 * offset, ranges that overlap and reach to the ends of memory, results and faults; and the proof of
 * each call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

enum { MOST = 256, WORDS = 600, CALLS = 12, SLOTS_A_CALL = 12, HEAP_WORDS = 8192 };

typedef struct program {
    zkb_instruction code[CALLS * SLOTS_A_CALL + 8];
    uint32_t count;
} program;

static void put(program *p, zkb_instruction one) { p->code[p->count++] = one; }

static void put_constant(program *p, uint8_t dst, uint64_t value)
{
    put(p, (zkb_instruction){0x18, dst, 0, 0, (int32_t)(uint32_t)value});
    put(p, (zkb_instruction){0, 0, 0, 0, (int32_t)(uint32_t)(value >> 32)});
}

static void put_call(program *p, int32_t number, uint64_t r1, uint64_t r2, uint64_t r3)
{
    put_constant(p, 1, r1);
    put_constant(p, 2, r2);
    put_constant(p, 3, r3);
    put(p, (zkb_instruction)HELPER(number));
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static uint64_t heap_at(uint64_t word) { return ZKB_REGION_HEAP + 8 * word; }

/* The lengths that a test goes through: all remainders by four and the most, then any. */
static uint64_t length_of(unsigned call, uint64_t *seed)
{
    static const uint16_t first[] = {0, 1, 2, 3, 4, 5, 7, 8, MOST - 1, MOST};
    const unsigned count = sizeof first / sizeof first[0];
    return call < count ? first[call] : next(seed) % (MOST + 1);
}

/* The run's heap, by the tables: final values of its first segment. */
static void heap_is(machine_run *run, const uint64_t *expected)
{
    for (uint32_t s = 0; s < run->writer->segment_count; s++) {
        if (run->writer->segments[s].base == ZKB_REGION_HEAP / 8) {
            assert_memory_equal(run->writer->segments[s].final, expected, 8 * WORDS);
            return;
        }
    }
    fail_msg("the heap was not touched");
}

static void run_and_check(const program *p, const uint64_t *expected, uint64_t result)
{
    machine_run run;
    zkb_error error;
    machine_run_create(&run, p->code, p->count, NULL, NULL, 0);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(run.result.r0, result);
    heap_is(&run, expected);
    if (machine_run_check(&run, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    machine_run_destroy(&run);
}

static void filled_and_copied_as_the_model_has_it(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (unsigned n = 0; n < 40; n++) {
        program p = {.count = 0};
        uint64_t model[WORDS] = {0};
        uint64_t last = 0;
        for (unsigned call = 0; call < CALLS; call++) {
            const uint64_t words = length_of(n % 4 == 0 ? call : CALLS, &seed);
            const uint64_t to = next(&seed) % (WORDS - MOST + 1);
            if (call % 2 == 0) {
                const uint64_t value = next(&seed) * next(&seed) * 3;
                put_call(&p, ZKB_HELPER_NUMBER_SET, heap_at(to), value, words);
                for (uint64_t w = 0; w < words; w++) {
                    model[to + w] = value;
                }
            } else {
                const uint64_t from = next(&seed) % (WORDS - MOST + 1);
                put_call(&p, ZKB_HELPER_NUMBER_COPY, heap_at(to), heap_at(from), words);
                memmove(&model[to], &model[from], 8 * words);
            }
            last = heap_at(to);
        }
        put(&p, (zkb_instruction)EXIT());
        run_and_check(&p, model, last);
    }
}

static uint64_t equal_words(const uint64_t *left, const uint64_t *right, uint64_t words)
{
    uint64_t equal = 0;
    while (equal < words && left[equal] == right[equal]) {
        equal++;
    }
    return equal;
}

/* Ranges that are equal, or differ in one word or more: the first, the last, any; each compared
 * once, with the result stored behind them. */
static void compared_as_the_model_has_it(void **state)
{
    (void)state;
    enum { COMPARED = WORDS - 2 * CALLS };
    uint64_t seed = 2;
    for (unsigned n = 0; n < 60; n++) {
        program p = {.count = 0};
        uint64_t model[WORDS] = {0};
        put_constant(&p, 6, heap_at(0));
        for (unsigned call = 0; call < CALLS; call++) {
            const uint64_t words = length_of(n % 4 == 0 ? call : CALLS, &seed);
            const uint64_t left = next(&seed) % (COMPARED - MOST + 1);
            const uint64_t right = next(&seed) % (COMPARED - MOST + 1);
            const uint64_t at = n % 3 == 0 ? 0 : n % 3 == 1 ? words - 1 : next(&seed) % MOST;
            if (call % 3 != 2 && words != 0) { /* in every third call what is left of the others */
                const uint64_t value =
                    call % 2 != 0 ? next(&seed) : (uint64_t)1 << next(&seed) % 64;
                put_constant(&p, 7, value);
                put(&p, (zkb_instruction)STORE_X(0x18, 6, (int16_t)(8 * (left + at)), 7));
                model[left + at] = value;
            }
            const uint64_t equal = equal_words(&model[left], &model[right], words);
            put_call(&p, ZKB_HELPER_NUMBER_COMPARE, heap_at(left), heap_at(right), words);
            put(&p, (zkb_instruction)STORE_X(0x18, 6, (int16_t)(8 * (COMPARED + call)), 0));
            model[COMPARED + call] = equal;
        }
        put(&p, (zkb_instruction)MOV_K(0, 3));
        put(&p, (zkb_instruction)EXIT());
        run_and_check(&p, model, 3);
    }
}

/* A range of four words that are in two segments, of which one may be read-only: in rows of one
 * word. So the words of a call, and of its rows, are the same wherever the segments end. */
static void words_of_two_segments(void **state)
{
    (void)state;
    enum { DATA = ZKB_SEGMENT_BYTES };
    static const uint64_t constants[DATA / 8] = {[DATA / 8 - 1] = 5};
    static const uint64_t variables[64] = {7, 8, 9};
    for (unsigned before = 0; before <= 12; before++) {
        program p = {.count = 0};
        machine_run run;
        zkb_error error;
        const uint64_t from = ZKB_REGION_PROGRAM + DATA - 8 * (uint64_t)before;
        put_call(&p, ZKB_HELPER_NUMBER_COPY, heap_at(1), from, 14);
        put_call(&p, ZKB_HELPER_NUMBER_COMPARE, from, heap_at(1), 14);
        put(&p, (zkb_instruction)MOV_X(6, 0));
        put_call(&p, ZKB_HELPER_NUMBER_COMPARE, heap_at(1), from, 13);
        put(&p, (zkb_instruction)ALU64_X(0x00, 6, 0));
        put_call(&p, ZKB_HELPER_NUMBER_COMPARE, from + 8, from, 13); /* overlapping */
        put(&p, (zkb_instruction)ALU64_X(0x00, 0, 6));
        put(&p, (zkb_instruction)EXIT());
        machine_run_create_data(&run, p.code, p.count, NULL, NULL, 0, constants, sizeof constants,
                                variables, sizeof variables);
        assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
        assert_int_equal(run.result.r0, 27 + (before < 2 ? 0 : before - 2));
        if (machine_run_check(&run, &error) != ZKB_OK) {
            fail_msg("%s", error.message);
        }
        machine_run_destroy(&run);
    }
}

/* Only words up to the first that differ are read, so only those need be there. */
static void words_behind_a_difference_are_not_read(void **state)
{
    (void)state;
    const uint64_t last = ZKB_REGION_HEAP + 65536 - 16; /* two words */
    static const struct {
        unsigned different, words; /* the word that is; 9: none */
        bool swapped;
        unsigned argument; /* that the fault names, or 0 */
    } cases[] = {{0, MOST, false, 0}, {1, MOST, false, 0}, {1, 2, true, 0},     {9, 2, false, 0},
                 {9, 3, false, 1},    {9, 3, true, 2},     {2, MOST, false, 1}, {0, 1, true, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        program p = {.count = 0};
        machine_run run;
        zkb_error error;
        put_constant(&p, 6, heap_at(cases[i].different));
        put(&p, (zkb_instruction)STORE_K(0x18, 6, 0, 7));
        put_call(&p, ZKB_HELPER_NUMBER_COMPARE, cases[i].swapped ? heap_at(0) : last,
                 cases[i].swapped ? last : heap_at(0), cases[i].words);
        put(&p, (zkb_instruction)EXIT());
        machine_run_create(&run, p.code, p.count, NULL, NULL, 0);
        if (cases[i].argument != 0) {
            assert_int_equal(run.result.outcome, ZKB_OUTCOME_FAULTED);
            assert_int_equal(run.result.fault, ZKB_FAULT_LOAD_UNMAPPED);
            assert_int_equal(run.result.argument, cases[i].argument);
        } else {
            assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
            assert_int_equal(run.result.r0, cases[i].different < cases[i].words ? cases[i].different
                                                                                : cases[i].words);
            if (machine_run_check(&run, &error) != ZKB_OK) {
                fail_msg("%s", error.message);
            }
        }
        machine_run_destroy(&run);
    }
}

/* Every cell of the rows of calls of several lengths, of words that were accessed before. */
static void every_cell_is_bound(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        LDDW(1, 0, 3),
        STORE_K(0x18, 1, 8, 5),
        MOV_K(2, -1),
        MOV_K(3, 7),
        HELPER(ZKB_HELPER_NUMBER_SET),
        LDDW(1, 16, 3),
        MOV_K(2, 3),
        MOV_K(3, 9),
        HELPER(ZKB_HELPER_NUMBER_SET),
        LDDW(2, 800, 3),
        MOV_X(7, 1),
        LDDW(1, 808, 3),
        MOV_K(3, 6),
        HELPER(ZKB_HELPER_NUMBER_COPY),
        MOV_X(1, 7),
        LDDW(2, 24, 3),
        MOV_K(3, 10),
        HELPER(ZKB_HELPER_NUMBER_COMPARE), /* 3 to 9 are equal, 10 is not */
        LDDW(1, 88, 3),
        HELPER(ZKB_HELPER_NUMBER_COMPARE), /* 0 and 3 */
        LDDW(2, 160, 3),
        HELPER(ZKB_HELPER_NUMBER_COMPARE), /* ten zeros */
        EXIT(),
    };
    machine_run run;
    machine_run_create(&run, code, SLOTS(code), NULL, NULL, 0);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_SET_FOUR)->shape.active, 1 + 2);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_SET_WORD)->shape.active, 3 + 1);
    assert_int_equal(run.result.r0, 10);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_COPY_FOUR)->shape.active, 1);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_COPY_WORD)->shape.active, 2);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_COMPARE_FOUR)->shape.active, 2 + 2);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_COMPARE_WORD)->shape.active, 0 + 2);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_COMPARE_DIFFERENT)->shape.active, 2);
    machine_run_probe(&run, NULL, 0);
    machine_run_destroy(&run);
}

/* Words at the end of the heap, and over the end of a segment. */
static void ranges_reach_to_the_ends(void **state)
{
    (void)state;
    static const struct {
        uint64_t address, words;
    } ranges[] = {
        {ZKB_REGION_OUTPUT, MOST},
        {ZKB_REGION_OUTPUT + 65536 - 8 * MOST, MOST},
        {ZKB_REGION_OUTPUT + 65536 - 8, 1},
        {ZKB_REGION_OUTPUT + 65536, 0},
        {UINT64_MAX, 0},
        {3, 0},
        {ZKB_REGION_OUTPUT + 65536 - 40, 11}, /* of an output of two segments */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        program p = {.count = 0};
        machine_run run;
        zkb_error error;
        size_t bytes;
        machine_use_output_bytes(ranges[i].words == 11 ? 131072 : 65536);
        put_call(&p, ZKB_HELPER_NUMBER_SET, ranges[i].address, UINT64_MAX, ranges[i].words);
        put(&p, (zkb_instruction)EXIT());
        machine_run_create(&run, p.code, p.count, NULL, NULL, 0);
        assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
        assert_int_equal(run.result.r0, ranges[i].address);
        const uint8_t *output = zkb_vm_output(run.vm, &bytes);
        for (uint64_t w = 0; w < ranges[i].words; w++) {
            uint64_t word;
            memcpy(&word, output + (ranges[i].address - ZKB_REGION_OUTPUT) + 8 * w, 8);
            assert_int_equal(word, UINT64_MAX);
        }
        if (machine_run_check(&run, &error) != ZKB_OK) {
            fail_msg("%s", error.message);
        }
        machine_run_destroy(&run);
    }
    machine_use_output_bytes(65536);
}

static void refused_arguments(void **state)
{
    (void)state;
    static const struct {
        int32_t number;
        uint64_t r1, r2, r3;
        zkb_fault fault;
        unsigned argument;
    } cases[] = {
        {1005, ZKB_REGION_HEAP + 4, 0, 1, ZKB_FAULT_HELPER_MISALIGNED, 1},
        {1005, ZKB_REGION_HEAP, 0, MOST + 1, ZKB_FAULT_HELPER_COUNT, 3},
        {1005, ZKB_REGION_HEAP, 0, UINT64_MAX, ZKB_FAULT_HELPER_COUNT, 3},
        {1005, ZKB_REGION_HEAP, 0, (UINT64_C(1) << 61) + 1, ZKB_FAULT_HELPER_COUNT, 3},
        {1005, 0, 0, 1, ZKB_FAULT_STORE_UNMAPPED, 1},
        {1005, UINT64_MAX - 7, 0, 1, ZKB_FAULT_STORE_UNMAPPED, 1},
        {1005, ZKB_REGION_OUTPUT + 65536 - 8, 0, 2, ZKB_FAULT_STORE_UNMAPPED, 1},
        {1005, ZKB_REGION_PUBLIC_INPUT, 0, 1, ZKB_FAULT_STORE_READ_ONLY, 1},
        {1006, ZKB_REGION_HEAP + 4, ZKB_REGION_HEAP, 1, ZKB_FAULT_HELPER_MISALIGNED, 1},
        {1006, ZKB_REGION_HEAP, ZKB_REGION_HEAP + 1, 1, ZKB_FAULT_HELPER_MISALIGNED, 2},
        {1006, ZKB_REGION_HEAP, ZKB_REGION_HEAP, MOST + 1, ZKB_FAULT_HELPER_COUNT, 3},
        {1006, ZKB_REGION_HEAP, ZKB_REGION_HEAP, UINT64_MAX, ZKB_FAULT_HELPER_COUNT, 3},
        {1006, 0, ZKB_REGION_HEAP, 1, ZKB_FAULT_LOAD_UNMAPPED, 1},
        {1006, ZKB_REGION_HEAP, UINT64_MAX - 7, 2, ZKB_FAULT_LOAD_UNMAPPED, 2},
        {1006, 0, 8, 1, ZKB_FAULT_LOAD_UNMAPPED, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const uint8_t input[64];
        program p = {.count = 0};
        machine_run run;
        put_call(&p, cases[i].number, cases[i].r1, cases[i].r2, cases[i].r3);
        put(&p, (zkb_instruction)EXIT());
        machine_run_create(&run, p.code, p.count, NULL, input, sizeof input);
        assert_int_equal(run.result.outcome, ZKB_OUTCOME_FAULTED);
        assert_int_equal(run.result.fault, cases[i].fault);
        assert_int_equal(run.result.argument, cases[i].argument);
        assert_int_equal(run.result.pc, 6);
        machine_run_destroy(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filled_and_copied_as_the_model_has_it),
        cmocka_unit_test(compared_as_the_model_has_it),
        cmocka_unit_test(words_of_two_segments),
        cmocka_unit_test(words_behind_a_difference_are_not_read),
        cmocka_unit_test(every_cell_is_bound),
        cmocka_unit_test(ranges_reach_to_the_ends),
        cmocka_unit_test(refused_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
