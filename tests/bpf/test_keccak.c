/* The helper keccak: known answers, the proof of each, states with lanes of zeros and ones, refused
 * arguments.
 *
 *     test_chips_keccak           changes cells of some rows of each chip
 *     test_chips_keccak all       of all */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

enum { KECCAK = ZKB_HELPER_NUMBER_KECCAK, COPY = ZKB_HELPER_NUMBER_COPY, LANES = 25, ROUNDS = 24 };

/* Input: a state. Output: it after one permutation, or after two. */
static const zkb_instruction once[] = {
    MOV_X(2, 1), MOV_X(1, 5), MOV_K(3, LANES), HELPER(COPY), HELPER(KECCAK), EXIT(),
};
static const zkb_instruction twice[] = {
    MOV_X(2, 1), MOV_X(1, 5), MOV_K(3, LANES), HELPER(COPY), HELPER(KECCAK), HELPER(KECCAK), EXIT(),
};

static void assert_proved(machine_run *run)
{
    zkb_error error;
    if (machine_run_check(run, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
}

static void assert_output(const machine_run *run, const uint64_t expected[LANES])
{
    size_t bytes;
    assert_memory_equal(zkb_vm_output(run->vm, &bytes), expected, sizeof(uint64_t) * LANES);
    assert_int_equal(bytes, sizeof(uint64_t) * LANES);
}

/* Keccak-f[1600] of the zero state, and of that again: KeccakF-1600-IntermediateValues.txt of the
 * Keccak team. */
static void known_answers(void **state)
{
    (void)state;
    static const uint64_t zeros[LANES];
    static const uint64_t first[LANES] = {
        0xf1258f7940e1dde7, 0x84d5ccf933c0478a, 0xd598261ea65aa9ee, 0xbd1547306f80494d,
        0x8b284e056253d057, 0xff97a42d7f8e6fd4, 0x90fee5a0a44647c4, 0x8c5bda0cd6192e76,
        0xad30a6f71b19059c, 0x30935ab7d08ffc64, 0xeb5aa93f2317d635, 0xa9a6e6260d712103,
        0x81a57c16dbcf555f, 0x43b831cd0347c826, 0x01f22f1a11a5569f, 0x05e5635a21d9ae61,
        0x64befef28cc970f2, 0x613670957bc46611, 0xb87c5a554fd00ecb, 0x8c3ee88a1ccf32c8,
        0x940c7922ae3a2614, 0x1841f924a2c509e4, 0x16f53526e70465c2, 0x75f644e97f30a13b,
        0xeaf1ff7b5ceca249};
    static const uint64_t second[LANES] = {
        0x2d5c954df96ecb3c, 0x6a332cd07057b56d, 0x093d8d1270d76b6c, 0x8a20d9b25569d094,
        0x4f9c4f99e5e7f156, 0xf957b9a2da65fb38, 0x85773dae1275af0d, 0xfaf4f247c3d810f7,
        0x1f1b9ee6f79a8759, 0xe4fecc0fee98b425, 0x68ce61b6b9ce68a1, 0xdeea66c4ba8f974f,
        0x33c43d836eafb1f5, 0xe00654042719dbd9, 0x7cf8a9f009831265, 0xfd5449a6bf174743,
        0x97ddad33d8994b40, 0x48ead5fc5d0be774, 0xe3b8c8ee55b7b03c, 0x91a0226e649e42e9,
        0x900e3129e7badd7b, 0x202a9ec5faa3cce8, 0x5b3402464e1c3db6, 0x609f4e62a44c1059,
        0x20d06cd26a8fbf5c};
    machine_run run;
    machine_run_create(&run, once, SLOTS(once), NULL, zeros, sizeof zeros);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(run.result.r0, ZKB_REGION_OUTPUT);
    assert_output(&run, first);
    assert_proved(&run);
    machine_run_destroy(&run);
    machine_run_create(&run, twice, SLOTS(twice), NULL, zeros, sizeof zeros);
    assert_output(&run, second);
    assert_proved(&run);
    machine_run_destroy(&run);
}

static void rows_of_a_call(void **state)
{
    (void)state;
    static const uint64_t zeros[LANES];
    machine_run run;
    machine_run_create(&run, once, SLOTS(once), NULL, zeros, sizeof zeros);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_HELPER_KECCAK)->shape.active, 1);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_KECCAK_WORD)->shape.active, LANES);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_KECCAK_SHEET)->shape.active, 5 * ROUNDS);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_KECCAK_PARITY)->shape.active, ROUNDS);
    for (unsigned y = 0; y < 5; y++) {
        const zkb_chip_id chip = (zkb_chip_id)(ZKB_CHIP_KECCAK_PLANE0 + y);
        assert_int_equal(machine_run_table(&run, chip)->shape.active, ROUNDS);
    }
    machine_run_destroy(&run);
}

enum { SOME_ROWS = 3, ALL_ROWS = 120 };
static uint64_t probed_rows = SOME_ROWS;

/* Every cell by itself, and what a row gives follows from what it takes. */
static void every_cell_is_bound(void **state)
{
    (void)state;
    uint64_t input[LANES];
    machine_run run;
    for (unsigned i = 0; i < LANES; i++) {
        input[i] = UINT64_C(0x9e3779b97f4a7c15) * (i + 1);
    }
    machine_run_create(&run, once, SLOTS(once), NULL, input, sizeof input);
    machine_run_probe_rows(&run, probed_rows, NULL, 0);
    machine_run_destroy(&run);
}

/* Lanes of zeros and of ones, whose turned lanes are the least and the greatest there are, also
 * after theta: two of a sheet leave its parities as they are. */
static void lanes_of_ones(void **state)
{
    (void)state;
    for (unsigned x = 0; x < 5; x++) {
        for (unsigned y = 0; y < 5; y++) {
            uint64_t input[LANES] = {0};
            machine_run run;
            input[x + 5 * y] = UINT64_MAX;
            input[x + 5 * ((y + 1) % 5)] = y == 0 ? 0 : UINT64_MAX;
            machine_run_create(&run, once, SLOTS(once), NULL, input, sizeof input);
            assert_proved(&run);
            machine_run_destroy(&run);
        }
    }
    static const uint8_t bytes[] = {0xff, 0x80, 0x01, 0xaa};
    for (size_t i = 0; i < sizeof bytes; i++) {
        uint64_t input[LANES];
        machine_run run;
        memset(input, bytes[i], sizeof input);
        machine_run_create(&run, once, SLOTS(once), NULL, input, sizeof input);
        assert_proved(&run);
        machine_run_destroy(&run);
    }
}

/* At the end of a region, and across the border of two of its segments. */
static void states_at_borders(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset;
        uint8_t region;
    } places[] = {{65536 - 8 * LANES, 3}, {ZKB_SEGMENT_BYTES - 8 * 7, 6}};
    machine_use_output_bytes(2 * ZKB_SEGMENT_BYTES);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const zkb_instruction code[] = {LDDW(1, (int32_t)places[i].offset, places[i].region),
                                        HELPER(KECCAK), LOAD(0x18, 0, 1, 0), EXIT()};
        machine_run run;
        machine_run_create(&run, code, SLOTS(code), NULL, NULL, 0);
        assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
        assert_true(run.result.r0 == UINT64_C(0xf1258f7940e1dde7));
        assert_proved(&run);
        machine_run_destroy(&run);
    }
    machine_use_output_bytes(ZKB_SEGMENT_BYTES);
}

/* Addresses that are no multiple of 8, outside a region, across its end; read-only. */
static void refused_arguments(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset;
        uint8_t region;
        zkb_fault fault;
    } cases[] = {
        {4, 3, ZKB_FAULT_HELPER_MISALIGNED}, {0, 9, ZKB_FAULT_STORE_UNMAPPED},
        {0, 0, ZKB_FAULT_STORE_UNMAPPED},    {65536 - 8 * LANES + 8, 3, ZKB_FAULT_STORE_UNMAPPED},
        {0, 4, ZKB_FAULT_STORE_READ_ONLY},
    };
    static const uint64_t input[LANES];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const zkb_instruction code[] = {
            LDDW(1, (int32_t)cases[i].offset, cases[i].region),
            HELPER(KECCAK),
            EXIT(),
        };
        machine_run run;
        machine_run_create(&run, code, SLOTS(code), NULL, input, sizeof input);
        assert_int_equal(run.result.outcome, ZKB_OUTCOME_FAULTED);
        assert_int_equal(run.result.fault, cases[i].fault);
        assert_int_equal(run.result.argument, 1);
        assert_int_equal(run.result.pc, 2);
        machine_run_destroy(&run);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "all") == 0) {
        probed_rows = ALL_ROWS;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),     cmocka_unit_test(rows_of_a_call),
        cmocka_unit_test(lanes_of_ones),     cmocka_unit_test(states_at_borders),
        cmocka_unit_test(refused_arguments), cmocka_unit_test(every_cell_is_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
