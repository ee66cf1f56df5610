/* Cells of a row changed together, for every chip of the machine. No walk of repair.h may find an
 * attack. When one constraint or interaction of a chip is left out, one must be found, so that each
 * is known to be there for something and the search to see what it is for; or it is on the list of
 * not_missed.c.
 *
 *     test_cells_together             of parts whose names differ in the number at the end alone,
 *                                     such as the bits of a word, only the first not on the list
 *     test_cells_together WALKS       all, and walks for those on the list too, which must find
 *                                     nothing
 *     test_cells_together weakened    each bit and range is weakened instead: a bit may be 2, a
 *                                     range has twice as many numbers; with a list of its own
 *     test_cells_together print WALKS [CHIP...]     what is found when each part is left out
 *     test_cells_together print-weakened WALKS [CHIP...] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"
#include "air/evaluate.h"
#include "attacks/not_missed.h"
#include "attacks/repair.h"
#include "bpf/assemble.h"

enum { MOST_SLOTS = 24000, W = 0x00, H = 0x08, B = 0x10, DW = 0x18 };

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
        for (int16_t at = 0; at < 8; at++) {
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

/* Of both halves of x and of x, with y; r0 is what is compared. */
static void put_atomic(program *p, uint64_t x, uint64_t y, uint64_t r0, int32_t kind)
{
    for (int16_t at = 0; at <= 8; at = (int16_t)(at + 4)) {
        put_on(p, x, y, (zkb_instruction)STORE_X(DW, 10, -32, 1));
        put_constant(p, 0, r0);
        put(p, (zkb_instruction)ATOMIC(at == 8 ? DW : W, 10, (int16_t)(at % 8 - 32), 2, kind));
    }
}

static void put_atomics(program *p, uint64_t x, uint64_t y)
{
    static const int32_t kinds[] = {0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        put_atomic(p, x, y, x, kinds[k]);
    }
    put_atomic(p, x, y, y, 0xf1);
}

static void make_program(program *p)
{
    static const uint64_t pairs[][2] = {
        {7, 3},
        {UINT64_MAX - 4, UINT64_C(1) << 63},
        {UINT64_C(0x123480000000), UINT64_MAX},
        {99, 0},
        {5, 5},
        {UINT64_C(0xfedcba9876543210), UINT64_C(0x100000003)},
        {UINT64_C(0x2fffffff6), UINT64_C(0xfffffffefffffffd)},
        {UINT64_C(0x123456789abcdef), UINT64_C(0x100000000)},
        {UINT64_C(0x7654321089abcdef), 0x10000},
        {UINT64_C(0xabcdef0112345678), UINT64_C(0xabcdef0112345678)}};
    memset(p, 0, sizeof *p);
    put(p, (zkb_instruction)MOV_X(9, 1)); /* the input */
    put(p, (zkb_instruction)CALL(4));     /* the function at 6 */
    put(p, (zkb_instruction)JA(0));
    put(p, (zkb_instruction)EXIT());
    put(p, (zkb_instruction)MOV_K(6, 1)); /* the function at 4 */
    put(p, (zkb_instruction)EXIT());
    put(p, (zkb_instruction)CALL(-3));
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
    p->functions[6] = 1;
}

/* ---- Runs ---------------------------------------------------------------------------------- */

enum { PRIVATE_ROWS = 36, SEGMENT_ROWS = 48, MOST_ROWS = 96, RUNS = 11 };

/* What the runs are for, by names of chips: the first for all that it has. */
static bool is_for(unsigned run, const char *chip)
{
    const bool provider = strncmp(chip, "range16", 7) == 0 || strncmp(chip, "byte", 4) == 0 ||
                          strncmp(chip, "nibble", 6) == 0;
    return run == 0 || (run == 1 && provider) ||
           (run == 2 && strcmp(chip, "segment_checked") == 0) ||
           (run == 3 && strcmp(chip, "refresh") == 0) ||
           (run == 4 && (strcmp(chip, "HELPER_COPY") == 0 || strncmp(chip, "copy_", 5) == 0)) ||
           (run == 5 && (strcmp(chip, "HELPER_SHA256") == 0 || strncmp(chip, "sha256", 6) == 0)) ||
           (run == 6 && (strcmp(chip, "HELPER_SET") == 0 || strncmp(chip, "set_", 4) == 0)) ||
           (run == 7 &&
            (strcmp(chip, "HELPER_COMPARE") == 0 || strncmp(chip, "compare", 7) == 0)) ||
           (run == 8 && strcmp(chip, "HELPER_MULMOD") == 0) ||
           (run == 9 && (strcmp(chip, "HELPER_KECCAK") == 0 || strncmp(chip, "keccak", 6) == 0)) ||
           (run == 10 && strcmp(chip, "HELPER_INVERSE") == 0);
}

static void run_all(machine_run *run)
{
    static program p;
    static const uint8_t input[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    make_program(&p);
    machine_run_create(run, p.code, p.count, p.functions, input, sizeof input);
    assert_int_equal(run->result.outcome, ZKB_OUTCOME_EXITED);
    for (unsigned id = 0; id < ZKB_INSTRUCTION_CHIP_COUNT; id++) {
        if (machine_run_table(run, (zkb_chip_id)id) == NULL) {
            fail_msg("the program has no instruction of chip %s", machine_chips()[id]->name);
        }
    }
}

/* With moduli of four words, of three, of one, of none; and with moduli that begin in c, one of
 * them at its last word, and one that ends in it. */
static void run_products(machine_run *run)
{
    enum { SECOND = 32, THIRD = 64, MODULI = 96 };
    static const uint64_t input[] = {0xfedcba9876543210,
                                     0x0123456789abcdef,
                                     0xffffffff00000001,
                                     0x8000000000000003, /* a */
                                     0x1111111122222222,
                                     0xfffffffffffffffe,
                                     0x9876543210fedcba,
                                     0xc000000000000001, /* b */
                                     0x00000000ffffffff,
                                     0x7777777788888888,
                                     0x3333333344444444,
                                     0x5555555566666666, /* c */
                                     0xfffffffefffffc2f,
                                     UINT64_MAX,
                                     UINT64_MAX,
                                     UINT64_MAX,
                                     0x123456789abcdef1,
                                     0xabcdef0123456789,
                                     0x1000000000000000,
                                     0,
                                     1000000007,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0};
    static const int32_t moduli[] = {MODULI, MODULI + 32, MODULI + 64, MODULI + 96,
                                     THIRD,  THIRD + 24,  THIRD - 24};
    enum { CALLS = sizeof moduli / sizeof moduli[0] };
    static zkb_instruction code[8 + 4 * CALLS];
    const zkb_instruction begin[] = {MOV_X(9, 1),
                                     MOV_X(1, 5),
                                     MOV_X(2, 9),
                                     MOV_X(3, 9),
                                     ALU64_K(0x00, 3, SECOND),
                                     MOV_X(4, 9),
                                     ALU64_K(0x00, 4, THIRD)};
    uint32_t count = SLOTS(begin);
    memcpy(code, begin, sizeof begin);
    for (unsigned i = 0; i < CALLS; i++) {
        code[count++] = (zkb_instruction)MOV_X(5, 9);
        code[count++] = (zkb_instruction)ALU64_K(0x00, 5, moduli[i]);
        code[count++] = (zkb_instruction)HELPER(1003);
        code[count++] = (zkb_instruction)ALU64_K(0x00, 1, 32);
    }
    code[count++] = (zkb_instruction)EXIT();
    machine_run_create(run, code, count, NULL, input, sizeof input);
    assert_int_equal(run->result.outcome, ZKB_OUTCOME_EXITED);
}

/* Modulo numbers of four words, odd and even, of three, of one, and of a number above the modulus.
 */
static void run_inverses(machine_run *run)
{
    static const uint64_t input[] = {0xfedcba9876543211,
                                     0x0123456789abcdef,
                                     0xffffffff00000001,
                                     0x8000000000000003, /* a */
                                     0xfffffffefffffc2f,
                                     UINT64_MAX,
                                     UINT64_MAX,
                                     UINT64_MAX,
                                     0x123456789abcdef0,
                                     0xabcdef0123456789,
                                     0x1000000000000000,
                                     0,
                                     1000000007,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0xc000000000000000};
    enum { CALLS = sizeof input / 32 - 1 };
    static zkb_instruction code[4 + 4 * CALLS];
    const zkb_instruction begin[] = {MOV_X(3, 1), MOV_X(2, 1), MOV_X(1, 5)};
    uint32_t count = SLOTS(begin);
    memcpy(code, begin, sizeof begin);
    for (unsigned i = 0; i < CALLS; i++) {
        code[count++] = (zkb_instruction)ALU64_K(0x00, 3, 32);
        code[count++] = (zkb_instruction)HELPER(1011);
        code[count++] = (zkb_instruction)ALU64_K(0x00, 1, 32);
    }
    code[count++] = (zkb_instruction)EXIT();
    machine_run_create(run, code, count, NULL, input, sizeof input);
    assert_int_equal(run->result.outcome, ZKB_OUTCOME_EXITED);
}

/* With the wide providers of lookups, with the compact ones, with private input, with a cell that
 * is left alone for long, with words that are copied within the heap and from the input, with two
 * blocks that are hashed, from the input and from the heap, with words that are filled,
 * with words of the input and of the heap that are compared, equal ones and others,
 * with products of numbers of the input, with a state that is permuted, with inverses. */
static void run_each(machine_run runs[RUNS])
{
    static const zkb_instruction load[] = {LOAD(DW, 0, 3, 0), EXIT()};
    static const zkb_instruction loop[] = {STORE_K(DW, 10, -8, 5), MOV_K(1, 9000),
                                           ALU64_K(0x00, 1, -1),   JMP_K(0x50, 1, 0, -2),
                                           LOAD(DW, 0, 10, -8),    EXIT()};
    static const zkb_instruction copies[] = {MOV_X(9, 1), LDDW(1, 16, 3), LDDW(2, 0, 3),
                                             MOV_K(3, 4), HELPER(1001),   MOV_X(2, 9),
                                             MOV_K(3, 2), HELPER(1001),   EXIT()};
    static const zkb_instruction hashes[] = {MOV_X(2, 1),     LDDW(1, 16, 3), HELPER(1002),
                                             LDDW(2, 128, 3), HELPER(1002),   EXIT()};
    static const zkb_instruction fills[] = {LDDW(1, 16, 3), MOV_K(2, 99),   MOV_K(3, 6),
                                            HELPER(1005),   LDDW(1, 24, 3), MOV_K(2, -1),
                                            MOV_K(3, 9),    HELPER(1005),   EXIT()};
    static const zkb_instruction compares[] = {
        LDDW(2, 0, 3),         MOV_K(3, 7),  HELPER(1006),         LDDW(1, 8, 3), HELPER(1006),
        STORE_K(DW, 2, 48, 9), HELPER(1006), STORE_K(DW, 2, 8, 3), HELPER(1006),  EXIT()};
    static const zkb_instruction permutes[] = {LDDW(1, 16, 3), STORE_K(DW, 1, 0, 0x1234567),
                                               HELPER(1004), EXIT()};
    uint8_t input[8 * PRIVATE_ROWS + 3];
    memset(input, 0x5a, sizeof input);
    machine_use_wide_lookups(true);
    run_all(&runs[0]);
    machine_use_wide_lookups(false);
    run_all(&runs[1]);
    machine_run_create_private(&runs[2], load, 2, input, sizeof input);
    machine_run_create_rows(&runs[3], loop, 6, 14);
    machine_run_create(&runs[4], copies, SLOTS(copies), NULL, input, sizeof input);
    for (size_t i = 0; i < sizeof input; i++) {
        input[i] = (uint8_t)(i * i * 29 + 7);
    }
    machine_run_create(&runs[5], hashes, SLOTS(hashes), NULL, input, sizeof input);
    machine_run_create(&runs[6], fills, SLOTS(fills), NULL, NULL, 0);
    memset(input, 0, sizeof input);
    machine_run_create(&runs[7], compares, SLOTS(compares), NULL, input, sizeof input);
    run_products(&runs[8]);
    machine_run_create(&runs[9], permutes, SLOTS(permutes), NULL, NULL, 0);
    run_inverses(&runs[10]);
}

static void end_each(machine_run runs[RUNS])
{
    for (unsigned r = 0; r < RUNS; r++) {
        machine_run_destroy(&runs[r]);
    }
}

/* ---- The search ---------------------------------------------------------------------------- */

enum { ROUND = 50, FEW = 100 * MOST_ROWS, ENOUGH = 400000, ENOUGH_WEAKENED = 20000 };

static bool all_parts;
static unsigned walks_of_listed;

/* From rows that are spread over the table, some walks from each in turn. */
static bool finds(char *what, size_t size, const machine_run *run, uint32_t table,
                  const repair_options *how, unsigned walks)
{
    const zkb_table_shape *shape = &run->writer->tables[table].shape;
    const bool memory = strncmp(shape->chip->name, "segment", 7) == 0; /* mostly zeros */
    const uint64_t end = memory && shape->active > SEGMENT_ROWS ? SEGMENT_ROWS : shape->active;
    const unsigned rows = end < MOST_ROWS ? (unsigned)end : MOST_ROWS;
    for (unsigned n = 0; rows != 0 && n < walks; n += ROUND) {
        const unsigned r = n / ROUND % rows;
        repair_options options = *how;
        options.seed = 1 + n;
        options.walks = ROUND;
        if (repair_finds(what, size, run, table, end * r / rows, &options)) {
            return true;
        }
    }
    return false;
}

static void outputs_follow_from_inputs(void **state)
{
    (void)state;
    static const repair_options whole = {.without_constraint = REPAIR_NOTHING,
                                         .without_interaction = REPAIR_NOTHING};
    machine_run runs[RUNS];
    char what[1024];
    bool found = false;
    run_each(runs);
    for (unsigned r = 0; r < RUNS; r++) {
        for (uint32_t t = 0; t < runs[r].writer->table_count; t++) {
            if (is_for(r, runs[r].writer->tables[t].shape.chip->name) &&
                finds(what, sizeof what, &runs[r], t, &whole, FEW)) {
                print_error("%s\n", what);
                found = true;
            }
        }
    }
    end_each(runs);
    assert_false(found);
}

/* ---- Parts left out ------------------------------------------------------------------------ */

/* A constraint's name, or "bus of column", or "bus" with a number if it is of no column alone. */
static void part_name(char *name, size_t size, const zkb_chip *chip, uint32_t part)
{
    if (part < chip->constraint_count) {
        (void)snprintf(name, size, "%s", chip->constraints[part].name);
        return;
    }
    const zkb_interaction *t = &chip->interactions[part - chip->constraint_count];
    const zkb_node *entry = &chip->nodes[t->tuple[0]];
    if (entry->kind == ZKB_NODE_COMMITTED) {
        (void)snprintf(name, size, "%s of %s", t->bus.name, chip->committed[entry->x].name);
    } else {
        (void)snprintf(name, size, "%s %u", t->bus.name, part - chip->constraint_count);
    }
}

/* What is given or taken on a permutation bus cannot be left out: the buses of an honest run would
 * not balance, if only some row has it. */
static bool is_balanced(const zkb_chip *chip, uint32_t part)
{
    return part >= chip->constraint_count &&
           chip->interactions[part - chip->constraint_count].bus.kind == ZKB_BUS_PERMUTATION;
}

static bool is_provided(const zkb_chip *chip, uint32_t part)
{
    return part >= chip->constraint_count && chip->interactions[part - chip->constraint_count].give;
}

static bool some_row_has(const zkb_table *table, uint32_t interaction)
{
    zkb_fr *values = calloc(table->shape.chip->node_count, sizeof *values);
    bool has = false;
    assert_non_null(values);
    for (uint64_t row = 0; row < table->shape.active && !has; row++) {
        zkb_chip_row_values(values, table, row);
        has = !zkb_fr_is_zero(&values[table->shape.chip->interactions[interaction].multiplicity]);
    }
    free(values);
    return has;
}

static repair_options without(const zkb_chip *chip, uint32_t part)
{
    const bool constraint = part < chip->constraint_count;
    return (repair_options){.without_constraint = constraint ? part : REPAIR_NOTHING,
                            .without_interaction =
                                constraint ? REPAIR_NOTHING : part - chip->constraint_count};
}

/* Whether a table of the chip shows that the part is left out, or weakened. */
static bool is_missed(char *what, size_t size, const machine_run *run, const zkb_chip *chip,
                      uint32_t part, bool weakened, unsigned walks)
{
    repair_options options = without(chip, part);
    options.weakened = weakened;
    bool missed = false;
    for (uint32_t t = 0; t < run->writer->table_count && !missed; t++) {
        if (run->writer->tables[t].shape.chip == chip) {
            missed = is_balanced(chip, part)
                         ? some_row_has(&run->writer->tables[t], options.without_interaction)
                         : finds(what, size, run, t, &options, walks);
        }
    }
    return missed;
}

enum { MOST_LISTED = 128 };

typedef struct checks {
    const not_missed_list *list;
    bool weakened;
    bool used[MOST_LISTED];
    const char *seen[ZKB_CHIP_COUNT]; /* chips */
    unsigned seen_count;
    bool failed;
} checks;

static bool has_seen(const checks *c, const char *chip)
{
    unsigned i = 0;
    while (i < c->seen_count && strcmp(c->seen[i], chip) != 0) {
        i++;
    }
    return i < c->seen_count;
}

/* Whether the part is as the list says. */
static bool is_as_listed(checks *c, const machine_run *run, const zkb_chip *chip, uint32_t part)
{
    char name[128];
    char what[1024];
    part_name(name, sizeof name, chip, part);
    const not_missed *listed =
        is_balanced(chip, part) ? NULL : not_missed_find(c->list, chip->name, name);
    if (listed == NULL) {
        if (!is_missed(what, sizeof what, run, chip, part, c->weakened,
                       c->weakened ? ENOUGH_WEAKENED : ENOUGH)) {
            print_error("%s: nothing misses '%s'\n", chip->name, name);
            return false;
        }
        return true;
    }
    c->used[listed - c->list->entries] = true;
    if (is_missed(what, sizeof what, run, chip, part, c->weakened, walks_of_listed) &&
        !listed->by_hand) {
        print_error("%s: '%s' is missed, though %s: %s\n", chip->name, name, listed->reason, what);
        return false;
    }
    return true;
}

static bool is_first_table(const machine_run *run, uint32_t table)
{
    uint32_t t = 0;
    while (run->writer->tables[t].shape.chip != run->writer->tables[table].shape.chip) {
        t++;
    }
    return t == table;
}

typedef void (*part_fn)(void *context, const machine_run *run, const zkb_chip *chip, uint32_t part);

/* Calls for each part of each chip but what providers of lookups give. */
static void for_each_part(part_fn visit, void *context)
{
    machine_run runs[RUNS];
    run_each(runs);
    for (unsigned r = 0; r < RUNS; r++) {
        for (uint32_t t = 0; t < runs[r].writer->table_count; t++) {
            const zkb_chip *chip = runs[r].writer->tables[t].shape.chip;
            const uint32_t parts = chip->constraint_count + chip->interaction_count;
            for (uint32_t p = 0; is_for(r, chip->name) && is_first_table(&runs[r], t) && p < parts;
                 p++) {
                if (is_balanced(chip, p) || !is_provided(chip, p)) {
                    visit(context, &runs[r], chip, p);
                }
            }
        }
    }
    end_each(runs);
}

static bool can_weaken(const zkb_chip *chip, uint32_t part)
{
    const repair_options o = without(chip, part);
    return !is_balanced(chip, part) &&
           repair_can_weaken(chip, o.without_constraint, o.without_interaction);
}

/* Without the number at the name's end. */
static size_t kind_length(const char *name)
{
    size_t length = strlen(name);
    while (length != 0 && name[length - 1] >= '0' && name[length - 1] <= '9') {
        length--;
    }
    return length;
}

/* Whether the names differ in the number at the end alone, such as those of a word's bits. */
static bool is_same_kind(const char *x, const char *y)
{
    const size_t length = kind_length(x);
    return length == kind_length(y) && strncmp(x, y, length) == 0;
}

/* Of an interaction of no column alone the number says nothing but its place. */
static bool is_named(const zkb_chip *chip, uint32_t part)
{
    if (part < chip->constraint_count) {
        return true;
    }
    const zkb_interaction *t = &chip->interactions[part - chip->constraint_count];
    return chip->nodes[t->tuple[0]].kind == ZKB_NODE_COMMITTED;
}

/* Whether the search has looked at one of the same kind before. */
static bool is_left_to_another(const not_missed_list *list, const zkb_chip *chip, uint32_t part)
{
    char name[128];
    char other[128];
    bool left = false;
    part_name(name, sizeof name, chip, part);
    if (is_balanced(chip, part) || !is_named(chip, part) ||
        not_missed_find(list, chip->name, name) != NULL) {
        return false;
    }
    for (uint32_t p = 0; p < part && !left; p++) {
        part_name(other, sizeof other, chip, p);
        left = is_same_kind(name, other) && is_named(chip, p) && !is_balanced(chip, p) &&
               !is_provided(chip, p) && not_missed_find(list, chip->name, other) == NULL;
    }
    return left;
}

static void check_part(void *context, const machine_run *run, const zkb_chip *chip, uint32_t part)
{
    checks *c = context;
    if ((c->weakened && !can_weaken(chip, part)) ||
        (!all_parts && is_left_to_another(c->list, chip, part))) {
        return;
    }
    if (!has_seen(c, chip->name)) {
        assert_true(c->seen_count < ZKB_CHIP_COUNT);
        c->seen[c->seen_count++] = chip->name;
    }
    c->failed = !is_as_listed(c, run, chip, part) || c->failed;
}

static bool has_parts(const zkb_chip *chip)
{
    const uint32_t parts = chip->constraint_count + chip->interaction_count;
    uint32_t p = 0;
    while (p < parts && !is_balanced(chip, p) && is_provided(chip, p)) {
        p++;
    }
    return p < parts;
}

/* Entries of the list that no chip has. */
static void check_unused(checks *c)
{
    for (size_t i = 0; i < c->list->count; i++) {
        if (!c->used[i]) {
            print_error("no chip of %s has '%s'\n", c->list->entries[i].chips,
                        c->list->entries[i].part);
            c->failed = true;
        }
    }
}

static void every_part_is_missed(void **state)
{
    (void)state;
    checks c = {.list = &not_missed_left_out};
    assert_true(c.list->count <= MOST_LISTED);
    for_each_part(check_part, &c);
    for (unsigned id = 0; id < ZKB_CHIP_COUNT; id++) {
        const zkb_chip *chip = machine_chips()[id];
        if (has_parts(chip) && !has_seen(&c, chip->name)) {
            print_error("no run has chip %s\n", chip->name);
            c.failed = true;
        }
    }
    check_unused(&c);
    assert_false(c.failed);
}

/* A part that is weakened accepts rows that the real one refuses: with each of them some row is
 * wrong. */
static void every_weakened_part_is_missed(void **state)
{
    (void)state;
    checks c = {.list = &not_missed_weakened, .weakened = true};
    assert_true(c.list->count <= MOST_LISTED);
    for_each_part(check_part, &c);
    check_unused(&c);
    assert_false(c.failed);
}

/* ---- To look at ---------------------------------------------------------------------------- */

typedef struct looks {
    bool weakened;
    unsigned walks;
    int count;
    char **chips; /* all, if there are none */
} looks;

static void print_part(void *context, const machine_run *run, const zkb_chip *chip, uint32_t part)
{
    const looks *l = context;
    char name[128];
    char what[1024];
    bool named = l->count == 0;
    for (int i = 0; i < l->count; i++) {
        named = named || strcmp(l->chips[i], chip->name) == 0;
    }
    const bool can = !l->weakened || can_weaken(chip, part);
    if (named && can && !is_balanced(chip, part)) {
        part_name(name, sizeof name, chip, part);
        const bool missed = is_missed(what, sizeof what, run, chip, part, l->weakened, l->walks);
        print_message("%s: %s: %s\n", chip->name, name, missed ? what : "nothing");
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_follow_from_inputs),
        cmocka_unit_test(every_part_is_missed),
    };
    const struct CMUnitTest weakened[] = {cmocka_unit_test(every_weakened_part_is_missed)};
    if (argc > 2 && (strcmp(argv[1], "print") == 0 || strcmp(argv[1], "print-weakened") == 0)) {
        looks l = {argv[1][5] != 0, (unsigned)strtoul(argv[2], NULL, 10), argc - 3, argv + 3};
        for_each_part(print_part, &l);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "weakened") == 0) {
        all_parts = true;
        return cmocka_run_group_tests(weakened, NULL, NULL);
    }
    all_parts = argc > 1;
    walks_of_listed = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
