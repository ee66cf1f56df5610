/* Random programs of all instructions: run, written into tables and held to every constraint and
 * bus; a few also proved and verified.
 *
 *     test_random [CHECKED [PROVED [FIRST SEED]]] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"
#include "prover/prove_run.h"
#include "verify/verify_run.h"

enum { MOST_SLOTS = 2000, MOST_UNITS = 24, FUNCTIONS = 4, INPUT_BYTES = 3000, DATA_BYTES = 900 };
enum { LOOP_COUNTER = 9 }; /* written by loops alone, so that all end */

static unsigned long checked_seeds = 25;
static unsigned long proved_seeds = 2;
static unsigned long first_seed = 1;

/* ---- A random program -------------------------------------------------------------------- */

typedef struct generator {
    uint64_t state;
    zkb_instruction code[MOST_SLOTS];
    uint8_t functions[MOST_SLOTS];
    uint32_t count;
    uint32_t start[FUNCTIONS]; /* slots of functions */
    uint32_t made;             /* functions so far; one calls those before it */
} generator;

static uint64_t random64(generator *g)
{
    g->state ^= g->state << 13;
    g->state ^= g->state >> 7;
    g->state ^= g->state << 17;
    return g->state * UINT64_C(0x2545f4914f6cdd1d);
}

static uint32_t below(generator *g, uint32_t n) { return (uint32_t)(random64(g) >> 33) % n; }

/* Often an edge. */
static uint64_t value(generator *g)
{
    static const uint64_t edges[] = {0,          1,          2,           UINT64_MAX,
                                     0x7fffffff, 0x80000000, 0xffffffff,  0x100000000,
                                     1ull << 63, 0xff,       ~0ull >> 1u, ~0ull << 32};
    switch (below(g, 3)) {
    case 0:
        return edges[below(g, sizeof edges / sizeof edges[0])];
    case 1:
        return random64(g);
    default:
        return random64(g) >> below(g, 64);
    }
}

static void put(generator *g, zkb_instruction one)
{
    assert_true(g->count < MOST_SLOTS);
    g->code[g->count++] = one;
}

static void put_constant(generator *g, uint8_t dst, uint64_t constant)
{
    put(g, (zkb_instruction){0x18, dst, 0, 0, (int32_t)(uint32_t)constant});
    put(g, (zkb_instruction){0, 0, 0, 0, (int32_t)(uint32_t)(constant >> 32)});
}

/* What may be written: r0 to r8. */
static uint8_t target(generator *g) { return (uint8_t)below(g, 9); }

static uint8_t source(generator *g) { return (uint8_t)below(g, 11); }

static void put_alu(generator *g)
{
    static const uint8_t ops[] = {0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60,
                                  0x70, 0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0};
    static const int16_t extensions[] = {0, 8, 16, 32};
    const uint8_t op = ops[below(g, sizeof ops)];
    const bool wide = below(g, 2) != 0;
    bool x = below(g, 2) != 0;
    zkb_instruction i = {op, target(g), 0, 0, (int32_t)(uint32_t)value(g)};
    if (op == 0x30 || op == 0x90) {
        i.offset = (int16_t)below(g, 2);
    } else if (op == 0x80) {
        x = false;
        i.imm = 0;
    } else if (op == 0xb0 && x) {
        i.offset = extensions[below(g, wide ? 4 : 3)];
    } else if ((op == 0x60 || op == 0x70 || op == 0xc0) && !x) {
        i.imm = (int32_t)below(g, wide ? 64 : 32);
    } else if (op == 0xd0) {
        x = !wide && x;
        i.imm = 16 << below(g, 3);
    }
    i.opcode = (uint8_t)(op | (wide ? 0x07 : 0x04) | (x ? 0x08 : 0x00));
    if (x && op != 0xd0) {
        i.src = source(g);
        i.imm = 0;
    }
    put(g, i);
}

/* base = an address, mostly of something there. */
static void put_address(generator *g, uint8_t base, bool writable)
{
    static const uint64_t regions[] = {ZKB_REGION_STACK + 4096,
                                       ZKB_REGION_HEAP,
                                       ZKB_REGION_OUTPUT,
                                       ZKB_REGION_PROGRAM + ZKB_SEGMENT_BYTES,
                                       ZKB_REGION_STACK + ZKB_SEGMENT_BYTES - 20,
                                       ZKB_REGION_PUBLIC_INPUT,
                                       ZKB_REGION_PROGRAM,
                                       ZKB_REGION_PROGRAM + ZKB_SEGMENT_BYTES - 40};
    put_constant(g, base, regions[below(g, writable ? 5 : 8)] + 16 + below(g, 40));
}

static void put_memory(generator *g)
{
    static const int32_t atomics[] = {0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1};
    const uint8_t size = (uint8_t)(8 * below(g, 4));
    const int16_t offset = (int16_t)((int)below(g, 33) - 16);
    const uint8_t base = target(g);
    const uint32_t kind = below(g, 5);
    put_address(g, base, kind >= 2);
    switch (kind) {
    case 0:
        put(g, (zkb_instruction)LOAD(size, target(g), base, offset));
        break;
    case 1:
        put(g, (zkb_instruction)LOAD_SIGNED((uint8_t)(8 * below(g, 3)), target(g), base, offset));
        break;
    case 2:
        put(g, (zkb_instruction)STORE_X(size, base, offset, source(g)));
        break;
    case 3:
        put(g, (zkb_instruction)STORE_K(size, base, offset, (int32_t)(uint32_t)value(g)));
        break;
    default: /* aligned, or it would fault */
        put(g, (zkb_instruction)ALU64_K(0x50, base, -8));
        put(g, (zkb_instruction)ATOMIC(below(g, 2) != 0 ? 0x18 : 0x00, base,
                                       (int16_t)(8 * ((int)below(g, 5) - 2)), target(g),
                                       atomics[below(g, 10)]));
        break;
    }
}

static void put_branch(generator *g, int16_t offset)
{
    static const uint8_t ops[] = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0};
    const uint8_t op = ops[below(g, sizeof ops)];
    const uint8_t class = below(g, 2) != 0 ? 0x05 : 0x06;
    if (below(g, 2) != 0) {
        put(g, (zkb_instruction){(uint8_t)(op | class), source(g), 0, offset,
                                 (int32_t)(uint32_t)value(g)});
    } else {
        put(g, (zkb_instruction){(uint8_t)(op | class | 0x08), source(g), source(g), offset, 0});
    }
}

static void put_call(generator *g)
{
    const uint32_t callee = g->start[below(g, g->made)];
    if (below(g, 3) == 0) {
        const uint8_t reg = target(g);
        put_constant(g, reg, ZKB_CODE_BASE + 8 * (uint64_t)callee);
        put(g, (zkb_instruction)CALLX(reg));
    } else {
        put(g, (zkb_instruction)CALL((int32_t)callee - (int32_t)g->count - 1));
    }
}

/* Anything after which the next slot follows. */
static void put_simple(generator *g)
{
    const uint32_t choice = below(g, 20);
    if (choice < 10) {
        put_alu(g);
    } else if (choice < 15) {
        put_memory(g);
    } else if (choice < 17) {
        put_constant(g, target(g), value(g));
    } else if (choice == 17) {
        put(g, (zkb_instruction)HELPER(1000));
    } else if (g->made != 0 && choice == 18) {
        put_call(g);
    } else { /* perhaps over the next one */
        const uint32_t branch = g->count;
        put_branch(g, 0);
        put_alu(g);
        g->code[branch].offset = 1;
    }
}

static void put_loop(generator *g)
{
    put(g, (zkb_instruction)MOV_K(LOOP_COUNTER, (int32_t)below(g, 6) + 1));
    const uint32_t top = g->count;
    for (uint32_t n = below(g, 5) + 1; n > 0; n--) {
        put_simple(g);
    }
    put(g, (zkb_instruction)ALU64_K(0x00, LOOP_COUNTER, -1));
    const int16_t back = (int16_t)((int32_t)top - (int32_t)g->count - 1);
    put(g, (zkb_instruction)JMP_K(0x50, LOOP_COUNTER, 0, back));
}

/* Units after one another; some are jumps to later ones. */
static void put_function(generator *g)
{
    uint32_t starts[MOST_UNITS + 1];
    uint32_t jumps[MOST_UNITS];
    const uint32_t units = 6 + below(g, MOST_UNITS - 6);
    const uint32_t first = g->count;
    g->functions[first] = 1;
    for (uint32_t u = 0; u < units; u++) {
        starts[u] = g->count;
        jumps[u] = UINT32_MAX;
        const uint32_t choice = below(g, 8);
        if (choice == 0) {
            put_loop(g);
        } else if (choice == 1) {
            jumps[u] = g->count;
            put_branch(g, 0);
        } else if (choice == 2) {
            jumps[u] = g->count;
            if (below(g, 2) != 0) {
                put(g, (zkb_instruction)JA(0));
            } else {
                put(g, (zkb_instruction){0x06, 0, 0, 0, 0});
            }
        } else {
            put_simple(g);
        }
    }
    starts[units] = g->count;
    put(g, (zkb_instruction)EXIT());
    for (uint32_t u = 0; u < units; u++) {
        if (jumps[u] != UINT32_MAX) {
            const uint32_t to = starts[u + 1 + below(g, units - u)];
            zkb_instruction *jump = &g->code[jumps[u]];
            if (jump->opcode == 0x06) {
                jump->imm = (int32_t)(to - jumps[u] - 1);
            } else {
                jump->offset = (int16_t)(to - jumps[u] - 1);
            }
        }
    }
    g->start[g->made++] = first;
}

/* The entry is slot 0: it jumps to the last function, which may call the others. */
static void generate(generator *g, uint64_t seed)
{
    memset(g, 0, sizeof *g);
    g->state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    put(g, (zkb_instruction)JA(0));
    for (unsigned f = 0; f < FUNCTIONS - 1; f++) {
        put_function(g);
    }
    g->code[0].offset = (int16_t)(g->count - 1);
    for (uint8_t reg = 0; reg < 9; reg++) {
        put_constant(g, reg, value(g));
    }
    put_function(g);
}

static void fill(uint8_t *bytes, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)(((i + 3) * (seed | 1) * 0x9e3779b1) >> 13);
    }
}

/* ---- Tables held to constraints and buses ------------------------------------------------ */

static void programs_satisfy_every_constraint(void **state)
{
    (void)state;
    static generator g;
    static uint8_t input[INPUT_BYTES];
    static uint8_t data[DATA_BYTES];
    unsigned exited = 0;
    for (unsigned long seed = first_seed; seed < first_seed + checked_seeds; seed++) {
        machine_run run;
        zkb_error error;
        generate(&g, seed);
        fill(input, sizeof input, seed);
        fill(data, sizeof data, seed + 1);
        machine_use_wide_lookups(seed % 16 == 0);
        machine_run_create_data(&run, g.code, g.count, g.functions, input, sizeof input, data,
                                sizeof data, data, sizeof data);
        exited += run.result.outcome == ZKB_OUTCOME_EXITED;
        if (machine_run_check(&run, &error) != ZKB_OK) {
            fail_msg("seed %lu: %s", seed, error.message);
        }
        machine_run_destroy(&run);
    }
    /* Few fault: programs are mostly run to their end. */
    assert_true(2 * exited >= checked_seeds);
}

/* ---- Proofs ------------------------------------------------------------------------------ */

static void must(unsigned long seed, zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("seed %lu: %s", seed, error->message);
    }
}

static void prove_and_verify(const zkb_program *program, const uint8_t *input, const zkb_srs *srs,
                             unsigned long seed)
{
    zkb_error error;
    zkb_program_columns columns;
    zkb_program_record record;
    zkb_machine_key key;
    zkb_arena arena;
    zkb_proof_summary summary;
    zkb_run_proof proof;
    zkb_run_verdict verdict;
    uint8_t *bytes;
    size_t size;
    const zkb_input in = {input, INPUT_BYTES, NULL, 0, 0};
    const zkb_config config = {
        .chunk_size = 40 + 20 * (seed % 20), .threads = 1, .memory = UINT64_MAX};
    const zkb_run_job job = {
        .key = &key, .columns = &columns, .srs = srs, .k = 10, .input = &in, .config = &config};
    must(seed, zkb_program_columns_init(&columns, program, &error), &error);
    must(seed, zkb_arena_create(&arena, zkb_program_record_scratch(program, 1), &error), &error);
    must(seed, zkb_program_record_make(&record, &columns, srs, &arena, 1, &error), &error);
    zkb_arena_destroy(&arena);
    must(seed,
         zkb_machine_key_init(&key, &record, seed % 2 == 0 ? ZKB_LOOKUP_COMPACT : ZKB_LOOKUP_WIDE,
                              &srs->digest, &error),
         &error);
    must(seed, zkb_machine_multiply_out(key.chips, &error), &error);
    const zkb_status status = zkb_prove_run(&bytes, &size, &summary, &job, &error);
    if (status != ZKB_ERROR_FAULT) { /* a program that faults has no proof */
        const zkb_run_expectation expected = {&key.id, input, INPUT_BYTES, NULL, NULL};
        must(seed, status, &error);
        must(seed, zkb_run_proof_decode(&proof, bytes, size, "proof", &error), &error);
        must(seed, zkb_verify_run(&verdict, &proof, &expected, srs, 1, &error), &error);
        assert_int_equal(verdict.r0, summary.r0);
        assert_int_equal(verdict.instructions, summary.instructions);
        assert_int_equal(verdict.chunks, summary.chunks);
        zkb_run_proof_clear(&proof);
        free(bytes);
    }
    zkb_machine_key_clear(&key);
    zkb_program_columns_clear(&columns);
}

static void programs_are_proved(void **state)
{
    (void)state;
    static generator g;
    static uint8_t input[INPUT_BYTES];
    static uint8_t data[DATA_BYTES];
    zkb_srs srs;
    zkb_fr tau;
    zkb_error error;
    zkb_fr_from_u64(&tau, 0x1234567890abcdef);
    must(0, zkb_srs_from_tau(&srs, &tau, 16, 2, &error), &error);
    for (unsigned long seed = first_seed; seed < first_seed + proved_seeds; seed++) {
        generate(&g, seed);
        fill(input, sizeof input, seed);
        fill(data, sizeof data, seed + 1);
        const zkb_program program = {.code = g.code,
                                     .slot_count = g.count,
                                     .function_start = g.functions,
                                     .layout = {4096, 32, 65536, 65536},
                                     .read_only = data,
                                     .read_only_bytes = sizeof data,
                                     .writable = data,
                                     .writable_bytes = sizeof data};
        g.functions[0] = 1;
        prove_and_verify(&program, input, &srs, seed);
    }
    zkb_srs_close(&srs);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_satisfy_every_constraint),
        cmocka_unit_test(programs_are_proved),
    };
    checked_seeds = argc > 1 ? strtoul(argv[1], NULL, 10) : checked_seeds;
    proved_seeds = argc > 2 ? strtoul(argv[2], NULL, 10) : proved_seeds;
    first_seed = argc > 3 ? strtoul(argv[3], NULL, 10) : first_seed;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
