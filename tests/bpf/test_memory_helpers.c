/* The helpers that fill and copy memory, against a model: calls of every length and offset, ranges
 * that overlap and reach to the ends of memory, results and faults; and the proof of each call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

enum { MOST = 256, WORDS = 600, CALLS = 12, SLOTS_A_CALL = 8, HEAP_WORDS = 8192 };

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
        EXIT(),
    };
    machine_run run;
    machine_run_create(&run, code, SLOTS(code), NULL, NULL, 0);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_SET_FOUR)->shape.active, 1 + 2);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_SET_WORD)->shape.active, 3 + 1);
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
        cmocka_unit_test(every_cell_is_bound),
        cmocka_unit_test(ranges_reach_to_the_ends),
        cmocka_unit_test(refused_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
