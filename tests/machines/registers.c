/* An accumulator machine with registers a and b. One chip, cpu, does all instructions, one a row,
 * chosen by selectors that the program table fixes. Four buses show the four ways to tie tables
 * together: state (a chain with public ends), program and rom (read-only tables), memory
 * (read-write: every access takes what is there, with its time, and gives it back later). */
#include "machines/machine.h"

#include <string.h>

enum { LOAD, ADD, SWAP, FETCH, READ, WRITE, JUMP, OPERATIONS };

static const zkb_bus state = {1, 4, ZKB_BUS_PERMUTATION, "state"};   /* clock, pc, a, b */
static const zkb_bus program = {2, 9, ZKB_BUS_LOOKUP, "program"};    /* pc, selectors, operand */
static const zkb_bus rom = {3, 2, ZKB_BUS_LOOKUP, "rom"};            /* address, value */
static const zkb_bus memory = {4, 3, ZKB_BUS_PERMUTATION, "memory"}; /* address, value, time */
static const zkb_bus range = {5, 1, ZKB_BUS_LOOKUP, "range"};

enum { PROGRAM_BITS = 5, ROM_BITS = 3, MEMORY_BITS = 2 };

/* Columns of cpu. */
enum {
    CLOCK,
    PC,
    REG_A,
    REG_B,
    OPERAND,
    SELECT,
    NEW_A = SELECT + OPERATIONS,
    CARRY,
    NONZERO,
    INVERSE,
    OLD,
    NEW,
    AGE
};

/* ---- Chips --------------------------------------------------------------------------------- */

typedef struct cpu {
    zkb_chip_builder *x;
    zkb_expr clock, pc, a, b, operand, is[OPERATIONS], new_a;
    zkb_expr carry, nonzero, inverse, old, new, age;
} cpu;

static void cpu_columns(cpu *c, unsigned bits)
{
    static const char *names[OPERATIONS] = {"is_load", "is_add",   "is_swap", "is_fetch",
                                            "is_read", "is_write", "is_jump"};
    zkb_chip_builder *x = c->x;
    c->clock = zkb_column(x, "clock", 32);
    c->pc = zkb_column(x, "pc", 16);
    c->a = zkb_column(x, "a", bits);
    c->b = zkb_column(x, "b", bits);
    c->operand = zkb_column(x, "operand", bits);
    for (unsigned i = 0; i < OPERATIONS; i++) {
        c->is[i] = zkb_column(x, names[i], 1);
    }
    c->new_a = zkb_column(x, "new_a", bits);
    c->carry = zkb_column(x, "carry", 1);
    c->nonzero = zkb_column(x, "nonzero", 1);
    c->inverse = zkb_column(x, "inverse", 254);
    c->old = zkb_column(x, "old", bits);
    c->new = zkb_column(x, "new", bits);
    c->age = zkb_column(x, "age", bits);
    zkb_note(x, c->nonzero, "whether a is not zero");
    zkb_note(x, c->inverse, "1/a, or anything when a is zero");
    zkb_note(x, c->old, "the memory cell before a read or write");
    zkb_note(x, c->new, "the memory cell after a read or write");
    zkb_note(x, c->age, "time since the cell's last access, less 1");
}

/* selector·x = 0 */
static void when(cpu *c, const char *name, zkb_expr selector, zkb_expr x)
{
    zkb_assert_zero(c->x, name, zkb_mul(c->x, selector, x));
}

static void cpu_constraints(cpu *c, unsigned bits)
{
    static const char *names[OPERATIONS] = {"load is a bit",  "add is a bit",  "swap is a bit",
                                            "fetch is a bit", "read is a bit", "write is a bit",
                                            "jump is a bit"};
    zkb_chip_builder *x = c->x;
    zkb_expr any = c->is[0];
    zkb_assert_bool(x, names[0], c->is[0]);
    for (unsigned i = 1; i < OPERATIONS; i++) {
        zkb_assert_bool(x, names[i], c->is[i]);
        any = zkb_add(x, any, c->is[i]);
    }
    zkb_assert_zero(x, "one operation", zkb_sub(x, any, zkb_active(x)));
    when(c, "load", c->is[LOAD], zkb_sub(x, c->new_a, c->operand));
    const zkb_expr lost = zkb_scale(x, c->carry, (uint64_t)1 << bits);
    zkb_assert_bool(x, "carry is a bit", c->carry);
    when(c, "add", c->is[ADD], zkb_sub(x, zkb_add(x, c->a, c->b), zkb_add(x, c->new_a, lost)));
    when(c, "swap", c->is[SWAP], zkb_sub(x, c->new_a, c->b));
    when(c, "read keeps the cell", c->is[READ], zkb_sub(x, c->new, c->old));
    when(c, "read", c->is[READ], zkb_sub(x, c->new_a, c->old));
    when(c, "write", c->is[WRITE], zkb_sub(x, c->new, c->a));
    when(c, "a stays", zkb_add(x, c->is[WRITE], c->is[JUMP]), zkb_sub(x, c->new_a, c->a));
    zkb_assert_zero(x, "inverse", zkb_sub(x, zkb_mul(x, c->a, c->inverse), c->nonzero));
    zkb_assert_zero(x, "zero", zkb_mul(x, c->a, zkb_sub(x, zkb_const(x, 1), c->nonzero)));
}

static void cpu_interactions(cpu *c)
{
    zkb_chip_builder *x = c->x;
    const zkb_expr one = zkb_const(x, 1);
    const zkb_expr next = zkb_add(x, c->pc, one);
    const zkb_expr taken = zkb_mul(x, c->is[JUMP], c->nonzero);
    const zkb_expr next_pc = zkb_add(x, next, zkb_mul(x, taken, zkb_sub(x, c->operand, next)));
    const zkb_expr next_b = zkb_add(x, c->b, zkb_mul(x, c->is[SWAP], zkb_sub(x, c->a, c->b)));
    const zkb_expr next_clock = zkb_add(x, c->clock, one);
    zkb_take(x, &state, one, (zkb_expr[]){c->clock, c->pc, c->a, c->b}, 4);
    zkb_give(x, &state, one, (zkb_expr[]){next_clock, next_pc, c->new_a, next_b}, 4);
    zkb_take(x, &program, one,
             (zkb_expr[]){c->pc, c->is[0], c->is[1], c->is[2], c->is[3], c->is[4], c->is[5],
                          c->is[6], c->operand},
             9);
    zkb_take(x, &rom, c->is[FETCH], (zkb_expr[]){c->b, c->new_a}, 2);
    const zkb_expr access = zkb_add(x, c->is[READ], c->is[WRITE]);
    zkb_assert_bool(x, "access is a bit", access);
    const zkb_expr before = zkb_sub(x, c->clock, zkb_add(x, c->age, one));
    zkb_take(x, &memory, access, (zkb_expr[]){c->operand, c->old, before}, 3);
    zkb_give(x, &memory, access, (zkb_expr[]){c->operand, c->new, c->clock}, 3);
    zkb_take(x, &range, one, &c->new_a, 1);
    zkb_take(x, &range, access, &c->age, 1);
}

static zkb_chip *cpu_chip(machine *m, unsigned bits)
{
    cpu c = {.x = zkb_chip_builder_create("cpu")};
    zkb_chip_note(c.x, "One instruction of the accumulator machine.");
    cpu_columns(&c, bits);
    cpu_constraints(&c, bits);
    cpu_interactions(&c);
    return machine_build(m, c.x);
}

static zkb_chip *program_chip(machine *m, unsigned bits)
{
    static const char *names[OPERATIONS] = {"load", "add",   "swap", "fetch",
                                            "read", "write", "jump"};
    zkb_chip_builder *x = zkb_chip_builder_create("program");
    zkb_expr tuple[OPERATIONS + 2];
    tuple[0] = zkb_row(x);
    for (unsigned i = 0; i < OPERATIONS; i++) {
        tuple[1 + i] = zkb_preprocessed(x, names[i], 1);
    }
    tuple[1 + OPERATIONS] = zkb_preprocessed(x, "operand", bits);
    zkb_give(x, &program, zkb_column(x, "times", 32), tuple, OPERATIONS + 2);
    zkb_chip_height(x, PROGRAM_BITS, true);
    return machine_build(m, x);
}

static zkb_chip *rom_chip(machine *m, unsigned bits)
{
    zkb_chip_builder *x = zkb_chip_builder_create("rom");
    const zkb_expr tuple[2] = {zkb_row(x), zkb_preprocessed(x, "value", bits)};
    zkb_give(x, &rom, zkb_column(x, "times", 32), tuple, 2);
    zkb_chip_height(x, ROM_BITS, true);
    return machine_build(m, x);
}

/* Cells start as zero at time 0 and end as `final`. */
static zkb_chip *memory_chip(machine *m, unsigned bits)
{
    zkb_chip_builder *x = zkb_chip_builder_create("memory");
    const zkb_expr final = zkb_column(x, "final", bits);
    const zkb_expr time = zkb_column(x, "time", 32);
    const zkb_expr address = zkb_row(x);
    const zkb_expr zero = zkb_const(x, 0);
    const zkb_expr one = zkb_const(x, 1);
    zkb_give(x, &memory, one, (zkb_expr[]){address, zero, zero}, 3);
    zkb_take(x, &memory, one, (zkb_expr[]){address, final, time}, 3);
    zkb_chip_height(x, MEMORY_BITS, true);
    return machine_build(m, x);
}

/* ---- Witness ------------------------------------------------------------------------------- */

typedef struct run {
    unsigned bits;
    const zkb_table *cpu;
    uint8_t *selectors[OPERATIONS]; /* of the program table */
    void *operands, *rom;
    uint32_t *program_times, *rom_times, *range_times, *memory_time;
    void *memory;
    uint64_t clock, pc, a, b, row;
} run;

static void put(void *cells, unsigned bits, uint64_t row, uint64_t value)
{
    if (bits <= 8) {
        ((uint8_t *)cells)[row] = (uint8_t)value;
    } else if (bits == 16) {
        ((uint16_t *)cells)[row] = (uint16_t)value;
    } else {
        ((uint32_t *)cells)[row] = (uint32_t)value;
    }
}

static uint64_t get(const void *cells, unsigned bits, uint64_t row)
{
    return bits <= 8 ? ((const uint8_t *)cells)[row] : ((const uint16_t *)cells)[row];
}

static void put_cell(const run *r, uint32_t column, uint64_t value)
{
    const bool bit = (column >= SELECT && column < NEW_A) || column == CARRY || column == NONZERO;
    const unsigned bits = column == CLOCK ? 32 : column == PC ? 16 : bit ? 1 : r->bits;
    put(machine_cells(r->cpu, column), bits, r->row, value);
}

/* A read or write of the operand's cell; returns the value before. */
static uint64_t access_memory(run *r, uint64_t address, bool write)
{
    const uint64_t old = get(r->memory, r->bits, address);
    const uint64_t age = r->clock - r->memory_time[address] - 1;
    put_cell(r, OLD, old);
    put_cell(r, NEW, write ? r->a : old);
    put_cell(r, AGE, age);
    r->range_times[age]++;
    put(r->memory, r->bits, address, write ? r->a : old);
    r->memory_time[address] = (uint32_t)r->clock;
    return old;
}

/* a after the operation; b and the carry change in place. */
static uint64_t operate(run *r, unsigned operation, uint64_t operand)
{
    const uint64_t word = (uint64_t)1 << r->bits;
    uint64_t new_a = r->a;
    if (operation == LOAD) {
        new_a = operand;
    } else if (operation == ADD) {
        new_a = (r->a + r->b) % word;
        put_cell(r, CARRY, (r->a + r->b) / word);
    } else if (operation == SWAP) {
        new_a = r->b;
        r->b = r->a;
    } else if (operation == FETCH) {
        new_a = get(r->rom, r->bits, r->b);
        r->rom_times[r->b]++;
    } else if (operation == READ || operation == WRITE) {
        const uint64_t old = access_memory(r, operand, operation == WRITE);
        new_a = operation == READ ? old : r->a;
    }
    return new_a;
}

static void step(run *r)
{
    const uint64_t operand = get(r->operands, r->bits, r->pc);
    unsigned operation = 0;
    while (r->selectors[operation][r->pc] == 0) {
        operation++;
    }
    put_cell(r, CLOCK, r->clock);
    put_cell(r, PC, r->pc);
    put_cell(r, REG_A, r->a);
    put_cell(r, REG_B, r->b);
    put_cell(r, OPERAND, operand);
    put_cell(r, SELECT + operation, 1);
    put_cell(r, NONZERO, r->a != 0);
    zkb_fr *inverse = (zkb_fr *)machine_cells(r->cpu, INVERSE) + r->row;
    zkb_fr_from_u64(inverse, r->a);
    zkb_fr_inv(inverse, inverse);
    const bool jumps = operation == JUMP && r->a != 0;
    r->program_times[r->pc]++;
    r->a = operate(r, operation, operand);
    put_cell(r, NEW_A, r->a);
    r->range_times[r->a]++;
    r->pc = jumps ? operand : r->pc + 1;
    r->clock++;
    r->row++;
}

/* Sums the read-only memory into cell 0; cell 1 is the index; starts again at its end, which a
 * zero in the read-only memory's last word marks. */
static void write_program(run *r)
{
    static const uint8_t code[][2] = {
        {READ, 1},  {SWAP, 0}, {FETCH, 0}, {WRITE, 2}, {LOAD, 1}, {ADD, 0},
        {WRITE, 1}, {READ, 2}, {SWAP, 0},  {READ, 0},  {ADD, 0},  {WRITE, 0},
        {READ, 2},  {JUMP, 0}, {WRITE, 1}, {LOAD, 1},  {JUMP, 0},
    };
    for (unsigned i = 0; i < sizeof code / sizeof code[0]; i++) {
        r->selectors[code[i][0]][i] = 1;
        put(r->operands, r->bits, i, code[i][1]);
    }
}

void machine_registers(machine *m, unsigned bits, uint64_t steps)
{
    *m = (machine){.name = "registers"};
    run r = {.bits = bits, .clock = 1};
    r.cpu = machine_table(m, cpu_chip(m, bits), machine_log2(steps), steps);
    const zkb_table *t = machine_table(m, program_chip(m, bits), PROGRAM_BITS, 1u << PROGRAM_BITS);
    for (unsigned i = 0; i < OPERATIONS; i++) {
        r.selectors[i] = machine_fixed_cells(t, i);
    }
    r.operands = machine_fixed_cells(t, OPERATIONS);
    r.program_times = machine_cells(t, 0);
    write_program(&r);
    t = machine_table(m, rom_chip(m, bits), ROM_BITS, 1u << ROM_BITS);
    r.rom = machine_fixed_cells(t, 0);
    r.rom_times = machine_cells(t, 0);
    for (unsigned i = 0; i + 1 < 1u << ROM_BITS; i++) {
        put(r.rom, bits, i, 37 * i + 11);
    }
    t = machine_table(m, memory_chip(m, bits), MEMORY_BITS, 1u << MEMORY_BITS);
    r.memory = machine_cells(t, 0);
    r.memory_time = machine_cells(t, 1);
    r.range_times = machine_cells(machine_range(m, &range, bits), 0);
    machine_boundary(m, &state, true, (uint64_t[]){r.clock, r.pc, r.a, r.b});
    for (uint64_t i = 0; i < steps; i++) {
        step(&r);
    }
    machine_boundary(m, &state, false, (uint64_t[]){r.clock, r.pc, r.a, r.b});
}
