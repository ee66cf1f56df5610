/* Cells of a row changed together, for every chip of the machine: no walk of repair.h may find an
 * attack; and when one constraint or interaction of a chip is left out, one must be found, so that
 * the search is known to see what that one is for.
 *
 *     test_cells_together [WALKS [ROWS]]
 *     test_cells_together without WALKS ROWS [CHIP...]   prints what is not missed when left out */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"
#include "attacks/repair.h"
#include "bpf/assemble.h"

enum { MOST_SLOTS = 8000, W = 0x00, H = 0x08, B = 0x10, DW = 0x18 };

/* ---- A program of all instructions --------------------------------------------------------- */

typedef struct program {
    zkb_instruction code[MOST_SLOTS];
    uint8_t functions[MOST_SLOTS];
    uint32_t count;
} program;

static void put(program *p, zkb_instruction one)
{
    assert_true(p->count < MOST_SLOTS);
    p->code[p->count++] = one;
}

static void put_constant(program *p, uint8_t dst, uint64_t value)
{
    put(p, (zkb_instruction){0x18, dst, 0, 0, (int32_t)(uint32_t)value});
    put(p, (zkb_instruction){0, 0, 0, 0, (int32_t)(uint32_t)(value >> 32)});
}

/* r1 and r2 are x and y again, and then the instruction. */
static void put_on(program *p, uint64_t x, uint64_t y, zkb_instruction one)
{
    put_constant(p, 1, x);
    put_constant(p, 2, y);
    put(p, one);
}

/* An operation with a register and an immediate, of 64 bits (class | 3) and of 32. */
static void put_forms(program *p, uint64_t x, uint64_t y, uint8_t op, uint8_t class64,
                      uint8_t class32, int16_t offset)
{
    const int32_t imm = (int32_t)(uint32_t)y;
    put_on(p, x, y, (zkb_instruction){(uint8_t)(op | class64 | 8u), 1, 2, offset, 0});
    put_on(p, x, y, (zkb_instruction){(uint8_t)(op | class32 | 8u), 1, 2, offset, 0});
    put_on(p, x, y, (zkb_instruction){(uint8_t)(op | class64), 1, 0, offset, imm});
    put_on(p, x, y, (zkb_instruction){(uint8_t)(op | class32), 1, 0, offset, imm});
}

/* Over one instruction. */
static void put_branches(program *p, uint64_t x, uint64_t y, uint8_t op)
{
    static const uint8_t classes[] = {0x05, 0x06, 0x0d, 0x0e};
    for (unsigned c = 0; c < 4; c++) {
        const bool reg = c >= 2;
        put_on(p, x, y,
               (zkb_instruction){(uint8_t)(op | classes[c]), 1, reg ? 2 : 0, 1,
                                 reg ? 0 : (int32_t)(uint32_t)y});
        put(p, (zkb_instruction)JA(0));
    }
}

static void put_arithmetic(program *p, uint64_t x, uint64_t y)
{
    static const uint8_t plain[] = {0x00, 0x10, 0x20, 0x30, 0x40, 0x50,
                                    0x60, 0x70, 0x90, 0xa0, 0xb0, 0xc0};
    static const uint8_t branches[] = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60,
                                       0x70, 0xa0, 0xb0, 0xc0, 0xd0};
    for (size_t i = 0; i < sizeof plain; i++) {
        put_forms(p, x, y, plain[i], 7, 4, 0);
    }
    put_forms(p, x, y, 0x30, 7, 4, 1); /* signed */
    put_forms(p, x, y, 0x90, 7, 4, 1);
    for (size_t i = 0; i < sizeof branches; i++) {
        put_branches(p, x, y, branches[i]);
    }
    for (int16_t bits = 8; bits <= 32; bits = (int16_t)(2 * bits)) {
        put_on(p, x, y, (zkb_instruction){0xbf, 1, 2, bits, 0});
        if (bits != 32) {
            put_on(p, x, y, (zkb_instruction){0xbc, 1, 2, bits, 0});
        }
    }
    for (int32_t bits = 16; bits <= 64; bits *= 2) {
        put_on(p, x, y, (zkb_instruction){0xd7, 1, 0, 0, bits});
        put_on(p, x, y, (zkb_instruction){0xdc, 1, 0, 0, bits});
        put_on(p, x, y, (zkb_instruction){0xd4, 1, 0, 0, bits});
    }
    put_on(p, x, y, (zkb_instruction){0x87, 1, 0, 0, 0});
    put_on(p, x, y, (zkb_instruction){0x84, 1, 0, 0, 0});
    put_on(p, x, y, (zkb_instruction)HELPER(1000));
}

static void put_memory(program *p, uint64_t x, uint64_t y)
{
    static const uint8_t sizes[] = {B, H, W, DW};
    for (unsigned s = 0; s < 4; s++) {
        for (int16_t at = 0; at < 8; at = (int16_t)(at + 1 + (at % 2))) {
            const int16_t offset = (int16_t)(at - 64);
            put_on(p, x, y, (zkb_instruction)STORE_X(sizes[s], 10, offset, 2));
            put(p, (zkb_instruction)STORE_K(sizes[s], 10, offset, (int32_t)x));
            put(p, (zkb_instruction)LOAD(sizes[s], 3, 10, offset));
            if (sizes[s] != DW) {
                put(p, (zkb_instruction)LOAD_SIGNED(sizes[s], 4, 10, offset));
            }
        }
    }
}

static void put_atomics(program *p, uint64_t x, uint64_t y)
{
    static const int32_t kinds[] = {0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (int16_t at = 0; at <= 4; at = (int16_t)(at + 4)) {
            put_on(p, x, y, (zkb_instruction)STORE_X(DW, 10, -32, 1));
            put_constant(p, 0, k % 2 == 0 ? x : y); /* what is compared: matches or does not */
            put(p, (zkb_instruction)ATOMIC(W, 10, (int16_t)(at - 32), 2, kinds[k]));
            if (at == 0) {
                put_constant(p, 0, x);
                put(p, (zkb_instruction)STORE_X(DW, 10, -32, 1));
                put(p, (zkb_instruction)ATOMIC(DW, 10, -32, 2, kinds[k]));
            }
        }
    }
}

static void make_program(program *p)
{
    static const uint64_t pairs[][2] = {{7, 3},
                                        {UINT64_MAX - 4, UINT64_C(1) << 63},
                                        {UINT64_C(0x123480000000), UINT64_MAX},
                                        {99, 0},
                                        {5, 5}};
    memset(p, 0, sizeof *p);
    put(p, (zkb_instruction)MOV_X(9, 1)); /* the input */
    put(p, (zkb_instruction)CALL(2));     /* the function at 4 */
    put(p, (zkb_instruction)JA(3));
    put(p, (zkb_instruction)EXIT());
    put(p, (zkb_instruction)MOV_K(6, 1)); /* the function */
    put(p, (zkb_instruction)EXIT());
    put_constant(p, 3, ZKB_CODE_BASE + UINT64_C(8) * 4);
    put(p, (zkb_instruction)CALLX(3));
    put(p, (zkb_instruction)LOAD(DW, 3, 9, 0));
    put(p, (zkb_instruction)LOAD(DW, 3, 9, 3));
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        put_arithmetic(p, pairs[i][0], pairs[i][1]);
        put_memory(p, pairs[i][0], pairs[i][1]);
        put_atomics(p, pairs[i][0], pairs[i][1]);
    }
    put(p, (zkb_instruction)EXIT());
    p->functions[0] = 1;
    p->functions[4] = 1;
}

/* ---- The search ---------------------------------------------------------------------------- */

static unsigned walks = 300;
static unsigned most_rows = 12;

static void run_all(machine_run *run)
{
    static program p;
    static const uint8_t input[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    make_program(&p);
    machine_use_wide_lookups(true);
    machine_run_create(run, p.code, p.count, p.functions, input, sizeof input);
    assert_int_equal(run->result.outcome, ZKB_OUTCOME_EXITED);
    for (unsigned id = 0; id < ZKB_INSTRUCTION_CHIP_COUNT; id++) {
        if (machine_run_table(run, (zkb_chip_id)id) == NULL) {
            fail_msg("the program has no instruction of chip %s", machine_chips()[id]->name);
        }
    }
}

/* From rows that are spread over the table. */
static bool finds(char *what, size_t size, const machine_run *run, uint32_t table,
                  uint32_t constraint, uint32_t interaction)
{
    const uint64_t active = run->writer->tables[table].shape.active;
    const uint64_t end = active < 512 ? active : 512; /* segments are mostly zeros */
    const unsigned rows = end < most_rows ? (unsigned)end : most_rows;
    for (unsigned r = 0; r < rows; r++) {
        const repair_options options = {.seed = 1 + r,
                                        .walks = walks,
                                        .without_constraint = constraint,
                                        .without_interaction = interaction};
        if (repair_finds(what, size, run, table, end * r / rows, &options)) {
            return true;
        }
    }
    return false;
}

static void outputs_follow_from_inputs(void **state)
{
    (void)state;
    machine_run run;
    char what[1024];
    bool found = false;
    run_all(&run);
    for (uint32_t t = 0; t < run.writer->table_count; t++) {
        if (finds(what, sizeof what, &run, t, REPAIR_NOTHING, REPAIR_NOTHING)) {
            print_error("%s\n", what);
            found = true;
        }
    }
    assert_false(found);
    machine_run_destroy(&run);
}

/* Without a constraint or an interaction, of the chips that are named. */
static int print_what_is_not_missed(int count, char **names)
{
    machine_run run;
    char what[1024];
    unsigned parts = 0;
    unsigned seen = 0;
    run_all(&run);
    for (uint32_t t = 0; t < run.writer->table_count; t++) {
        const zkb_chip *chip = run.writer->tables[t].shape.chip;
        bool named = count == 0;
        for (int i = 0; i < count; i++) {
            named = named || strcmp(names[i], chip->name) == 0;
        }
        for (uint32_t i = 0; named && i < chip->constraint_count + chip->interaction_count; i++) {
            const bool constraint = i < chip->constraint_count;
            const uint32_t j = constraint ? i : i - chip->constraint_count;
            if (!constraint && chip->interactions[j].give) {
                continue;
            }
            parts++;
            if (finds(what, sizeof what, &run, t, constraint ? j : REPAIR_NOTHING,
                      constraint ? REPAIR_NOTHING : j)) {
                seen++;
            } else if (constraint) {
                print_message("%s: constraint %s\n", chip->name, chip->constraints[j].name);
            } else {
                print_message("%s: interaction %u, bus %s\n", chip->name, j,
                              chip->interactions[j].bus.name);
            }
        }
    }
    print_message("%u of %u constraints and interactions are missed when left out\n", seen, parts);
    machine_run_destroy(&run);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_follow_from_inputs),
    };
    const bool without = argc > 3 && strcmp(argv[1], "without") == 0;
    if (argc > 1) {
        walks = (unsigned)strtoul(argv[without ? 2 : 1], NULL, 10);
    }
    if (argc > 2) {
        most_rows = (unsigned)strtoul(argv[without ? 3 : 2], NULL, 10);
    }
    return without ? print_what_is_not_missed(argc - 4, argv + 4)
                   : cmocka_run_group_tests(tests, NULL, NULL);
}
