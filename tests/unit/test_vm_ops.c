/* vm: every operation, both operand sources, edge values, against literal results and against a
 * second evaluator; random programs through both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/check.h"
#include "vm/dialect.h"
#include "vm_compare.h"

typedef struct builder {
    zkb_instruction *code;
    uint32_t count;
    uint32_t capacity;
} builder;

static void put(builder *b, zkb_instruction instruction)
{
    if (b->count == b->capacity) {
        b->capacity = 2 * b->capacity + 64;
        b->code = realloc(b->code, b->capacity * sizeof *b->code);
        assert_non_null(b->code);
    }
    b->code[b->count++] = instruction;
}

static void put_lddw(builder *b, uint8_t dst, uint64_t value)
{
    put(b, (zkb_instruction){.opcode = 0x18, .dst = dst, .imm = (int32_t)(uint32_t)value});
    put(b, (zkb_instruction){.imm = (int32_t)(uint32_t)(value >> 32)});
}

static const uint64_t edges[] = {
    0,
    1,
    2,
    5,
    8,
    16,
    31,
    32,
    33,
    63,
    64,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fffffff,
    0x80000000,
    0xfffffffe,
    0xffffffff,
    0x100000000,
    0x123456789abcdef0,
    0x7fffffffffffffff,
    0x8000000000000000,
    0x8000000000000001,
    0xffffffff7fffffff,
    0xffffffff80000000,
    0xfffffffffffffffb,
    0xffffffffffffffff,
};
#define EDGES (sizeof edges / sizeof edges[0])

/* The instruction of an operation with its selector in place. */
static zkb_instruction instruction_of(zkb_op op)
{
    const zkb_encoding *e = zkb_rfc9669.encodings;
    while (e->op != op) {
        e++;
    }
    zkb_instruction i = {.opcode = e->opcode};
    i.offset = e->selector == ZKB_SELECT_OFFSET ? (int16_t)e->value : 0;
    i.imm = e->selector == ZKB_SELECT_IMM ? e->value : 0;
    i.src = e->selector == ZKB_SELECT_SRC ? (uint8_t)e->value : 0;
    return i;
}

/* One use of `op`: dst holds a, src holds b (or imm is b's low half), r0 a value of its own. Memory
 * operations act on [r6 + offset] with a in memory. Alternates registers, so that dst = src and r0
 * occur too. */
static void put_case(builder *b, zkb_op op, uint64_t x, uint64_t y, unsigned variant)
{
    const zkb_op_info *info = zkb_op_get(op);
    const uint32_t uses = zkb_op_uses(op);
    zkb_instruction i = instruction_of(op);
    const uint8_t dst = variant % 3 == 2 ? 0 : 3;
    const uint8_t src = variant % 3 == 1 ? dst : 4;
    const bool memory = (uses & (ZKB_USE_MEMORY_READ | ZKB_USE_MEMORY_WRITE)) != 0;
    if (memory) {
        const int16_t offset =
            (int16_t)(info->kind == ZKB_KIND_ATOMIC ? 8 * (variant % 3) : variant % 9);
        put_lddw(b, 7, x);
        put(b, (zkb_instruction){.opcode = 0x7b, .dst = 6, .src = 7, .offset = 0});
        put(b, (zkb_instruction){.opcode = 0x7b, .dst = 6, .src = 7, .offset = 8});
        put(b, (zkb_instruction){.opcode = 0x7b, .dst = 6, .src = 7, .offset = 16});
        put_lddw(b, 0, variant % 2 == 0 ? x : y);
        put_lddw(b, 4, y);
        i.offset = offset;
        i.dst = info->kind == ZKB_KIND_LOAD ? dst : 6;
        i.src = info->kind == ZKB_KIND_LOAD ? 6 : 4;
        if (info->shape == ZKB_SHAPE_STORE_K) {
            i.src = 0;
            i.imm = (int32_t)(uint32_t)y;
        }
        put(b, i);
        put(b, (zkb_instruction){.opcode = 0x79, .dst = 8, .src = 6, .offset = offset});
        return;
    }
    put_lddw(b, dst, x);
    put_lddw(b, src, y);
    i.dst = dst;
    if ((uses & ZKB_USE_SRC_READ) != 0) {
        i.src = src;
    } else if ((uses & ZKB_USE_IMM) != 0) {
        i.imm = (int32_t)(uint32_t)y;
    }
    if ((uses & ZKB_USE_JUMP) != 0) {
        i.offset = 1;
    }
    put(b, i);
    put(b, (zkb_instruction){.opcode = 0x07, .dst = 5, .imm = 1}); /* skipped by taken branches */
}

static bool is_straight(zkb_op op)
{
    const zkb_kind kind = zkb_op_get(op)->kind;
    return kind != ZKB_KIND_INVALID && kind != ZKB_KIND_CALL && kind != ZKB_KIND_HELPER &&
           kind != ZKB_KIND_JUMP && op != ZKB_OP_LDDW;
}

static void every_operation_on_edge_values(void **state)
{
    (void)state;
    vm_compare_result covered = {0};
    for (int op = ZKB_OP_INVALID + 1; op < ZKB_OP_COUNT; op++) {
        if (!is_straight((zkb_op)op)) {
            continue;
        }
        builder b = {0};
        put_lddw(&b, 6, 0x300000000);
        for (unsigned i = 0; i < EDGES * EDGES; i++) {
            put_case(&b, (zkb_op)op, edges[i / EDGES], edges[i % EDGES], i);
        }
        put(&b, (zkb_instruction){.opcode = 0x95});
        zkb_program program = vm_program_of(b.code, b.count);
        vm_compare(&covered, &program, NULL, 0, NULL, 0, 1000000);
        assert_int_equal(covered.stop, REF_EXITED);
        assert_true(covered.executed[op] >= EDGES * EDGES);
        free(program.function_start);
        free(b.code);
    }
}

/* Results that the RFC states or that follow from its tables by hand. */
static void literal_results(void **state)
{
    (void)state;
    static const struct {
        zkb_op op;
        uint64_t a, b, expected;
    } cases[] = {
        {ZKB_OP_ADD64_X, 0xffffffffffffffff, 2, 1},
        {ZKB_OP_ADD32_X, 0xffffffffffffffff, 2, 1},
        {ZKB_OP_ADD32_K, 0x1ffffffff, 0, 0xffffffff},
        {ZKB_OP_SUB64_X, 1, 2, 0xffffffffffffffff},
        {ZKB_OP_SUB32_X, 1, 2, 0xffffffff},
        {ZKB_OP_MUL64_X, 0x8000000000000000, 3, 0x8000000000000000},
        {ZKB_OP_MUL32_K, 0x80000001, 2, 2},
        {ZKB_OP_DIV64_X, 7, 0, 0},
        {ZKB_OP_DIV64_K, 10, 0xfffffffb, 0}, /* -5 as 64 bits is a huge divisor */
        {ZKB_OP_DIV32_K, 0xffffffff, 0xfffffffb, 1},
        {ZKB_OP_DIV32_X, 0x1000000ff, 0, 0},
        {ZKB_OP_MOD64_X, 7, 0, 7},
        {ZKB_OP_MOD32_X, 0x100000007, 0, 7},
        {ZKB_OP_MOD32_X, 0x100000007, 0x500000004, 3},
        {ZKB_OP_SDIV64_X, 0xfffffffffffffff3, 3, 0xfffffffffffffffc}, /* -13 / 3 = -4 */
        {ZKB_OP_SMOD64_X, 0xfffffffffffffff3, 3, 0xffffffffffffffff}, /* -13 % 3 = -1 */
        {ZKB_OP_SMOD64_X, 13, 0xfffffffffffffffd, 1},                 /* 13 % -3 = 1 */
        {ZKB_OP_SDIV64_X, 0x8000000000000000, 0xffffffffffffffff, 0x8000000000000000},
        {ZKB_OP_SMOD64_X, 0x8000000000000000, 0xffffffffffffffff, 0},
        {ZKB_OP_SDIV32_X, 0x80000000, 0xffffffff, 0x80000000},
        {ZKB_OP_SMOD32_X, 0x80000000, 0xffffffff, 0},
        {ZKB_OP_SDIV32_K, 0xfffffff3, 3, 0xfffffffc},
        {ZKB_OP_SDIV64_X, 5, 0, 0},
        {ZKB_OP_SMOD64_X, 0xfffffffffffffff3, 0, 0xfffffffffffffff3},
        {ZKB_OP_SMOD32_X, 0xfffffffffffffff3, 0, 0xfffffff3},
        {ZKB_OP_OR64_K, 0, 0x80000000, 0xffffffff80000000},
        {ZKB_OP_OR32_K, 0, 0x80000000, 0x80000000},
        {ZKB_OP_AND64_K, 0xffffffffffffffff, 0xfffffffe, 0xfffffffffffffffe},
        {ZKB_OP_AND32_X, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffff},
        {ZKB_OP_XOR64_K, 0xffffffffffffffff, 0xffffffff, 0},
        {ZKB_OP_LSH64_X, 1, 65, 2},
        {ZKB_OP_LSH32_X, 0x180000001, 1, 2},
        {ZKB_OP_LSH32_K, 1, 33, 2},
        {ZKB_OP_RSH64_K, 0x8000000000000000, 63, 1},
        {ZKB_OP_RSH32_X, 0xf80000000, 31, 1},
        {ZKB_OP_ARSH64_X, 0x8000000000000000, 63, 0xffffffffffffffff},
        {ZKB_OP_ARSH32_X, 0x180000000, 31, 0xffffffff},
        {ZKB_OP_ARSH32_K, 0x7fffffff, 32, 0x7fffffff},
        {ZKB_OP_NEG64, 1, 0, 0xffffffffffffffff},
        {ZKB_OP_NEG32, 1, 0, 0xffffffff},
        {ZKB_OP_MOV64_K, 9, 0xffffffff, 0xffffffffffffffff},
        {ZKB_OP_MOV32_K, 9, 0xffffffff, 0xffffffff},
        {ZKB_OP_MOV32_X, 9, 0x123456789abcdef0, 0x9abcdef0},
        {ZKB_OP_MOVSX64_8, 0, 0x180, 0xffffffffffffff80},
        {ZKB_OP_MOVSX64_16, 0, 0x18000, 0xffffffffffff8000},
        {ZKB_OP_MOVSX64_32, 0, 0x180000000, 0xffffffff80000000},
        {ZKB_OP_MOVSX32_8, 0, 0x180, 0xffffff80},
        {ZKB_OP_MOVSX32_16, 0, 0x18000, 0xffff8000},
        {ZKB_OP_LE16, 0x123456789abcdef0, 0, 0xdef0},
        {ZKB_OP_LE32, 0x123456789abcdef0, 0, 0x9abcdef0},
        {ZKB_OP_LE64, 0x123456789abcdef0, 0, 0x123456789abcdef0},
        {ZKB_OP_BE16, 0x123456789abcdef0, 0, 0xf0de},
        {ZKB_OP_BE32, 0x123456789abcdef0, 0, 0xf0debc9a},
        {ZKB_OP_BE64, 0x123456789abcdef0, 0, 0xf0debc9a78563412},
        {ZKB_OP_SWAP16, 0x123456789abcdef0, 0, 0xf0de},
        {ZKB_OP_SWAP32, 0x123456789abcdef0, 0, 0xf0debc9a},
        {ZKB_OP_SWAP64, 0x123456789abcdef0, 0, 0xf0debc9a78563412},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        builder b = {0};
        zkb_vm *vm;
        zkb_vm_result result;
        put_case(&b, cases[k].op, cases[k].a, cases[k].b, 0);
        put(&b, (zkb_instruction){.opcode = 0xbf, .dst = 0, .src = 3});
        put(&b, (zkb_instruction){.opcode = 0x95});
        zkb_program program = vm_program_of(b.code, b.count);
        assert_int_equal(zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, NULL, NULL), ZKB_OK);
        zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &result);
        assert_int_equal(result.outcome, ZKB_OUTCOME_EXITED);
        if (result.r0 != cases[k].expected) {
            fail_msg("case %zu (%s): 0x%llx, expected 0x%llx", k, zkb_op_get(cases[k].op)->name,
                     (unsigned long long)result.r0, (unsigned long long)cases[k].expected);
        }
        zkb_vm_destroy(vm);
        free(program.function_start);
        free(b.code);
    }
}

/* ---- Random programs --------------------------------------------------------------------- */

#define FUNCTIONS 4
#define BODY 40

/* An operation, with jumps, calls and memory as often as arithmetic. */
static zkb_op random_op(uint64_t *seed)
{
    for (;;) {
        const zkb_op op = (zkb_op)(1 + vm_random(seed) % (ZKB_OP_COUNT - 1));
        const bool rare = op == ZKB_OP_EXIT || op == ZKB_OP_CALL_HELPER || op == ZKB_OP_CALL ||
                          op == ZKB_OP_CALLX;
        if (!rare || vm_random(seed) % (op == ZKB_OP_CALL_HELPER ? 40 : 3) == 0) {
            return op;
        }
    }
}

static int32_t random_imm(uint64_t *seed)
{
    return vm_random(seed) % 2 == 0 ? (int32_t)(vm_random(seed) % 70)
                                    : (int32_t)(uint32_t)vm_random(seed);
}

static int16_t random_address_offset(uint64_t *seed, bool atomic)
{
    const int16_t offset = (int16_t)(vm_random(seed) % 64);
    return (int16_t)(atomic && vm_random(seed) % 16 != 0 ? offset & ~7 : offset);
}

/* Registers: r0..r5 are data, r6 the heap, r7 near a segment's end, r8 an input or a constant, r9 a
 * function's address; each is overwritten now and then, which gives faults. */
static uint8_t random_target(uint64_t *seed)
{
    return (uint8_t)(vm_random(seed) % 60 == 0 ? 6 + vm_random(seed) % 4 : vm_random(seed) % 6);
}

static zkb_instruction random_instruction(uint64_t *seed, zkb_op op)
{
    const uint32_t uses = zkb_op_uses(op);
    const bool memory = (uses & (ZKB_USE_MEMORY_READ | ZKB_USE_MEMORY_WRITE)) != 0;
    const bool load = zkb_op_get(op)->kind == ZKB_KIND_LOAD;
    zkb_instruction i = instruction_of(op);
    if ((uses & ZKB_USE_DST_WRITE) != 0) {
        i.dst = random_target(seed);
    } else if ((uses & ZKB_USE_DST_READ) != 0) {
        i.dst = (uint8_t)(vm_random(seed) % 11);
    }
    if ((uses & ZKB_USE_SRC_WRITE) != 0) {
        i.src = random_target(seed);
    } else if ((uses & ZKB_USE_SRC_READ) != 0) {
        i.src = (uint8_t)(vm_random(seed) % 11);
    }
    if ((uses & ZKB_USE_IMM) != 0) {
        i.imm = random_imm(seed);
    }
    if (memory) {
        const uint8_t base = (uint8_t)(vm_random(seed) % 40 == 0 ? 8 : 6 + vm_random(seed) % 2);
        *(load ? &i.src : &i.dst) = load && vm_random(seed) % 4 == 0 ? 8 : base;
        i.offset = random_address_offset(seed, zkb_op_get(op)->kind == ZKB_KIND_ATOMIC);
    }
    if (op == ZKB_OP_CALLX) {
        i.dst = 9;
    }
    return i;
}

/* Gives jumps and calls targets at starts of instructions. */
static void resolve_targets(builder *b, const uint32_t *functions, uint64_t *seed)
{
    uint32_t *starts = calloc(b->count, sizeof *starts);
    uint32_t start_count = 0;
    assert_non_null(starts);
    for (uint32_t i = 0; i < b->count; i += b->code[i].opcode == 0x18 ? 2 : 1) {
        starts[start_count++] = i;
    }
    for (uint32_t k = 0; k < start_count; k++) {
        zkb_instruction *i = &b->code[starts[k]];
        const zkb_op op = zkb_op_decode(NULL, i);
        const uint32_t any = starts[vm_random(seed) % start_count];
        /* Mostly a little forward, so that runs get somewhere. */
        const uint32_t ahead = k + 1 + (uint32_t)(vm_random(seed) % 4);
        const uint32_t near = starts[ahead < start_count ? ahead : start_count - 1];
        const uint32_t to = vm_random(seed) % 8 == 0 ? any : near;
        const int32_t distance = (int32_t)to - (int32_t)starts[k] - 1;
        if (op == ZKB_OP_CALL) {
            i->imm = (int32_t)functions[vm_random(seed) % FUNCTIONS] - (int32_t)starts[k] - 1;
        } else if (op == ZKB_OP_JA32) {
            i->imm = distance;
        } else if (op != ZKB_OP_CALLX && op != ZKB_OP_EXIT &&
                   (zkb_op_uses(op) & ZKB_USE_JUMP) != 0) {
            i->offset = (int16_t)distance;
        }
    }
    free(starts);
}

static void put_function(builder *b, uint64_t *seed)
{
    static const uint64_t addresses[] = {0x100000000, 0x10000fff0, 0x10000ffd8, 0x400000000,
                                         0x500000010, 0x600000000, 0x600000400, 0x300000100};
    put_lddw(b, 6, vm_random(seed) % 2 == 0 ? 0x300000000 : 0x600000000);
    put_lddw(b, 7, 0x30000ffd8);
    put_lddw(b, 8, addresses[vm_random(seed) % 8]);
    for (unsigned k = 0; k < BODY; k++) {
        const zkb_op op = random_op(seed);
        if (op == ZKB_OP_LDDW) {
            put_lddw(b, random_target(seed), vm_random(seed));
        } else {
            put(b, random_instruction(seed, op));
        }
    }
    put(b, (zkb_instruction){.opcode = 0x95});
}

static void random_programs(void **state)
{
    (void)state;
    uint64_t seed = 2026;
    vm_compare_result covered = {0};
    unsigned stops[REF_HELPER + 1] = {0};
    uint8_t bytes[300];
    for (unsigned k = 0; k < sizeof bytes; k++) {
        bytes[k] = (uint8_t)vm_random(&seed);
    }
    for (unsigned round = 0; round < 3000; round++) {
        builder b = {0};
        uint32_t functions[FUNCTIONS];
        uint32_t address_slots[FUNCTIONS];
        for (unsigned f = 0; f < FUNCTIONS; f++) {
            functions[f] = b.count;
            address_slots[f] = b.count;
            put_lddw(&b, 9, 0);
            put_function(&b, &seed);
        }
        resolve_targets(&b, functions, &seed);
        for (unsigned f = 0; f < FUNCTIONS; f++) {
            const uint64_t address = 0x700000000 + 8 * (uint64_t)functions[vm_random(&seed) % 4];
            b.code[address_slots[f]].imm = (int32_t)(uint32_t)address;
            b.code[address_slots[f] + 1].imm = (int32_t)(uint32_t)(address >> 32);
        }
        zkb_program program = vm_program_of(b.code, b.count);
        for (unsigned f = 0; f < FUNCTIONS; f++) {
            program.function_start[functions[f]] = 1;
        }
        program.read_only = bytes;
        program.read_only_bytes = 100;
        program.writable = bytes + 100;
        program.writable_bytes = 150;
        program.entry = functions[round % FUNCTIONS];
        vm_compare(&covered, &program, bytes, round % 2 == 0 ? 0 : 64, bytes + 50, 33, 600);
        stops[covered.stop]++;
        free(program.function_start);
        free(b.code);
    }
    /* The generator must reach everything, or agreement means little. */
    for (int op = ZKB_OP_INVALID + 1; op < ZKB_OP_COUNT; op++) {
        if (op != ZKB_OP_CALL_HELPER && covered.executed[op] < 20) {
            fail_msg("%s executed only %llu times", zkb_op_get((zkb_op)op)->name,
                     (unsigned long long)covered.executed[op]);
        }
    }
    for (unsigned k = 0; k <= REF_HELPER; k++) {
        if (stops[k] == 0) {
            fail_msg("no program ended with reason %u", k);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literal_results),
        cmocka_unit_test(every_operation_on_edge_values),
        cmocka_unit_test(random_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
