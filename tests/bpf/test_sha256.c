/* The helper sha256: known answers, the proof of each, ranges that overlap, refused arguments.
 *
 *     test_chips_sha256           changes cells of some rows of each chip
 *     test_chips_sha256 all       of all */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

enum { SHA256 = ZKB_HELPER_NUMBER_SHA256, COPY = ZKB_HELPER_NUMBER_COPY, BLOCK = 64, STATE = 32 };

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* Input: a state and two blocks. Output: the state after the first block, or after both. */
static const zkb_instruction one_block[] = {
    MOV_X(9, 1), MOV_X(1, 5),          MOV_X(2, 9),    MOV_K(3, 4), HELPER(COPY),
    MOV_X(2, 9), ALU64_K(0x00, 2, 32), HELPER(SHA256), EXIT(),
};
static const zkb_instruction two_blocks[] = {
    MOV_X(9, 1), MOV_X(1, 5),          MOV_X(2, 9),    MOV_K(3, 4),          HELPER(COPY),
    MOV_X(2, 9), ALU64_K(0x00, 2, 32), HELPER(SHA256), ALU64_K(0x00, 2, 64), HELPER(SHA256),
    EXIT(),
};

/* The message, padded. Returns the number of blocks. */
static unsigned pad(uint8_t blocks[2 * BLOCK], const char *message)
{
    const size_t bytes = strlen(message);
    const unsigned count = bytes < 56 ? 1 : 2;
    memset(blocks, 0, 2 * BLOCK);
    memcpy(blocks, message, bytes);
    blocks[bytes] = 0x80;
    blocks[BLOCK * count - 2] = (uint8_t)(bytes >> 5);
    blocks[BLOCK * count - 1] = (uint8_t)(bytes << 3);
    return count;
}

static void hash(machine_run *run, const char *message)
{
    uint8_t input[STATE + 2 * BLOCK];
    memcpy(input, initial, STATE);
    if (pad(input + STATE, message) == 1) {
        machine_run_create(run, one_block, SLOTS(one_block), NULL, input, sizeof input);
    } else {
        machine_run_create(run, two_blocks, SLOTS(two_blocks), NULL, input, sizeof input);
    }
    assert_int_equal(run->result.outcome, ZKB_OUTCOME_EXITED);
    assert_int_equal(run->result.r0, ZKB_REGION_OUTPUT);
}

static void assert_output(const machine_run *run, const uint32_t expected[8])
{
    size_t bytes;
    assert_memory_equal(zkb_vm_output(run->vm, &bytes), expected, STATE);
    assert_int_equal(bytes, STATE);
}

/* FIPS 180-4, as published with it. */
static void known_answers(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        uint32_t digest[8];
    } known[] = {
        {"abc",
         {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c, 0xb410ff61,
          0xf20015ad}},
        {"",
         {0xe3b0c442, 0x98fc1c14, 0x9afbf4c8, 0x996fb924, 0x27ae41e4, 0x649b934c, 0xa495991b,
          0x7852b855}},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         {0x248d6a61, 0xd20638b8, 0xe5c02693, 0x0c3e6039, 0xa33ce459, 0x64ff2167, 0xf6ecedd4,
          0x19db06c1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        machine_run run;
        zkb_error error;
        hash(&run, known[i].message);
        assert_output(&run, known[i].digest);
        if (machine_run_check(&run, &error) != ZKB_OK) {
            fail_msg("%s", error.message);
        }
        machine_run_destroy(&run);
    }
}

static void rows_of_a_call(void **state)
{
    (void)state;
    machine_run run;
    hash(&run, "abc");
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_HELPER_SHA256)->shape.active, 1);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_SHA256_BLOCK)->shape.active, 8);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_SHA256_FIRST)->shape.active, 16);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_SHA256_LATER)->shape.active, 48);
    assert_int_equal(machine_run_table(&run, ZKB_CHIP_SHA256_ROUND)->shape.active, 64);
    machine_run_destroy(&run);
}

enum { SOME_ROWS = 4, ALL_ROWS = 64 };
static uint64_t probed_rows = SOME_ROWS;

/* Every cell by itself, and what a row gives follows from what it takes. */
static void every_cell_is_bound(void **state)
{
    (void)state;
    machine_run run;
    hash(&run, "abc");
    machine_run_probe_rows(&run, probed_rows, NULL, 0);
    machine_run_destroy(&run);
}

/* The block is read before the state is written over it. */
static void overlapping_ranges(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        MOV_X(9, 1),          LDDW(6, 0, 3),  MOV_X(1, 6), MOV_X(2, 9),
        MOV_K(3, 12),         HELPER(COPY),   MOV_X(1, 6), MOV_X(2, 6),
        ALU64_K(0x00, 2, 32), HELPER(SHA256), /* the second state is the block's first half */
        ALU64_K(0x00, 1, 32), HELPER(SHA256), MOV_X(1, 5), MOV_X(2, 6),
        MOV_K(3, 8),          HELPER(COPY),   EXIT(),
    };
    uint8_t input[STATE + BLOCK];
    uint64_t first[8];
    machine_run run;
    zkb_error error;
    size_t bytes;
    memcpy(input, initial, STATE);
    for (unsigned i = 0; i < BLOCK; i++) {
        input[STATE + i] = (uint8_t)(3 * i);
    }
    machine_run_create(&run, code, SLOTS(code), NULL, input, sizeof input);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    memcpy(first, zkb_vm_output(run.vm, &bytes), sizeof first);
    if (machine_run_check(&run, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    machine_run_destroy(&run);
    /* The same with a copy of the block elsewhere: the state from the middle of the input. */
    static const zkb_instruction apart[] = {
        MOV_X(9, 1),  MOV_X(1, 5), MOV_X(2, 9),          ALU64_K(0x00, 2, 32), MOV_K(3, 4),
        HELPER(COPY), MOV_X(2, 9), ALU64_K(0x00, 2, 32), HELPER(SHA256),       EXIT(),
    };
    machine_run_create(&run, apart, SLOTS(apart), NULL, input, sizeof input);
    assert_memory_equal(zkb_vm_output(run.vm, &bytes), &first[4], STATE);
    machine_run_destroy(&run);
}

/* Addresses that are no multiple of 8, outside a region, across its end; a state that is read-only.
 */
static void refused_arguments(void **state)
{
    (void)state;
    static const struct {
        uint32_t state, block; /* offsets */
        uint8_t state_region, block_region;
        zkb_fault fault;
        unsigned argument;
    } cases[] = {
        {4, 64, 3, 3, ZKB_FAULT_HELPER_MISALIGNED, 1},
        {0, 63, 3, 3, ZKB_FAULT_HELPER_MISALIGNED, 2},
        {0, 0, 3, 9, ZKB_FAULT_LOAD_UNMAPPED, 2},
        {0, 0, 0, 3, ZKB_FAULT_STORE_UNMAPPED, 1},
        {0, 65536 - 56, 3, 3, ZKB_FAULT_LOAD_UNMAPPED, 2},
        {65536 - 24, 0, 3, 3, ZKB_FAULT_STORE_UNMAPPED, 1},
        {0, 0, 4, 3, ZKB_FAULT_STORE_READ_ONLY, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const zkb_instruction code[] = {
            LDDW(1, (int32_t)cases[i].state, cases[i].state_region),
            LDDW(2, (int32_t)cases[i].block, cases[i].block_region),
            HELPER(SHA256),
            EXIT(),
        };
        machine_run run;
        machine_run_create(&run, code, SLOTS(code), NULL, initial, sizeof initial);
        assert_int_equal(run.result.outcome, ZKB_OUTCOME_FAULTED);
        assert_int_equal(run.result.fault, cases[i].fault);
        assert_int_equal(run.result.argument, cases[i].argument);
        assert_int_equal(run.result.pc, 4);
        machine_run_destroy(&run);
    }
}

/* All sums as large as they get: state and block of ones, and of zeros. */
static void extreme_words(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x00, 0xff};
    for (unsigned i = 0; i < 4; i++) {
        uint8_t input[STATE + 2 * BLOCK];
        machine_run run;
        zkb_error error;
        memset(input, bytes[i % 2], STATE);
        memset(input + STATE, bytes[i / 2], 2 * BLOCK);
        machine_run_create(&run, two_blocks, SLOTS(two_blocks), NULL, input, sizeof input);
        if (machine_run_check(&run, &error) != ZKB_OK) {
            fail_msg("%s", error.message);
        }
        machine_run_destroy(&run);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "all") == 0) {
        probed_rows = ALL_ROWS;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),      cmocka_unit_test(rows_of_a_call),
        cmocka_unit_test(overlapping_ranges), cmocka_unit_test(refused_arguments),
        cmocka_unit_test(extreme_words),      cmocka_unit_test(every_cell_is_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
