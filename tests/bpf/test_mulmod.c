/* The helper mulmod: results and the proof of each, of numbers at their edges and of random ones;
 * ranges that overlap in all ways; refused arguments. Results are compared with a reference that
 * doubles and adds; tests/cli/test_examples.py compares with Python's integers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

enum { MULMOD = ZKB_HELPER_NUMBER_MULMOD, COPY = ZKB_HELPER_NUMBER_COPY, WORDS = 4, DW = 0x18 };

typedef struct case_of_four {
    uint64_t a[WORDS], b[WORDS], c[WORDS], m[WORDS];
} case_of_four;

/* ---- A reference ------------------------------------------------------------------------- */

/* x = 2 x + bit; returns the bit that is lost. */
static uint64_t twice(uint64_t *x, unsigned words, uint64_t bit)
{
    for (unsigned i = 0; i < words; i++) {
        const uint64_t top = x[i] >> 63;
        x[i] = x[i] << 1 | bit;
        bit = top;
    }
    return bit;
}

static void add(uint64_t *x, unsigned words, const uint64_t y[WORDS])
{
    uint64_t carry = 0;
    for (unsigned i = 0; i < words; i++) {
        const uint64_t summand = i < WORDS ? y[i] : 0;
        const uint64_t sum = x[i] + summand;
        const uint64_t all = sum + carry;
        carry = (uint64_t)(sum < summand) | (uint64_t)(all < carry);
        x[i] = all;
    }
}

static bool is_less(const uint64_t x[WORDS], const uint64_t y[WORDS])
{
    unsigned i = WORDS - 1;
    while (i > 0 && x[i] == y[i]) {
        i--;
    }
    return x[i] < y[i];
}

static void reference(uint64_t r[WORDS], const case_of_four *x)
{
    uint64_t n[2 * WORDS] = {0};
    uint64_t result[WORDS] = {0};
    for (unsigned i = 256; i-- > 0;) {
        (void)twice(n, 2 * WORDS, 0);
        if ((x->a[i / 64] >> (i % 64) & 1u) != 0) {
            add(n, 2 * WORDS, x->b);
        }
    }
    add(n, 2 * WORDS, x->c);
    for (unsigned i = 512; i-- > 0;) {
        const uint64_t lost = twice(result, WORDS, n[i / 64] >> (i % 64) & 1u);
        if (lost != 0 || !is_less(result, x->m)) { /* of 2^256 nothing is left after the loss */
            uint64_t borrow = 0;
            for (unsigned j = 0; j < WORDS; j++) {
                const uint64_t old = result[j];
                result[j] = old - x->m[j] - borrow;
                borrow = old < x->m[j] || (old == x->m[j] && borrow != 0);
            }
        }
    }
    memcpy(r, result, sizeof result);
}

/* ---- Numbers ----------------------------------------------------------------------------- */

static const uint64_t interesting[][WORDS] = {
    {0},
    {1},
    {2},
    {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
    {UINT64_MAX - 1, UINT64_MAX, UINT64_MAX, UINT64_MAX},
    /* the primes of secp256k1, ed25519 and BN254, and of the scalars of the first */
    {0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX},
    {0xffffffffffffffed, UINT64_MAX, UINT64_MAX, 0x7fffffffffffffff},
    {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029},
    {0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, UINT64_MAX},
    {0, 0, 0, 0x8000000000000000},
    {UINT64_MAX},
    {0, 1},
    {0, UINT64_MAX},
    {1, 0, 1},
    {UINT64_MAX, UINT64_MAX, 0x00000000ffffffff},
    {0, 0, 0, 1},
    {0x100000000},
    {0x80000000},
};
enum { INTERESTING = sizeof interesting / sizeof interesting[0] };

static uint64_t seed = 88172645463325252u;

static uint64_t random_word(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* An interesting number, or a random one of a random length. */
static void some_number(uint64_t x[WORDS])
{
    const uint64_t kind = random_word() % 3;
    const unsigned bits = (unsigned)(random_word() % 257);
    if (kind == 0) {
        memcpy(x, interesting[random_word() % INTERESTING], 8 * (size_t)WORDS);
        return;
    }
    for (unsigned i = 0; i < WORDS; i++) {
        x[i] = kind == 1 || random_word() % 4 != 0 ? random_word() : UINT64_MAX;
        if (bits < 64 * i + 64) {
            x[i] = bits > 64 * i ? x[i] >> (64 * i + 64 - bits) : 0;
        }
    }
}

/* ---- Runs of cases ----------------------------------------------------------------------- */

enum { MOST_CASES = 400 };

/* Input: cases. Output: the result of each. */
static const zkb_instruction each_case[] = {
    MOV_X(6, 1),
    MOV_X(7, 5),
    MOV_X(8, 2),
    ALU64_X(0x00, 8, 6),
    /* 4 */ MOV_X(1, 7),
    MOV_X(2, 6),
    MOV_X(3, 6),
    ALU64_K(0x00, 3, 32),
    MOV_X(4, 6),
    ALU64_K(0x00, 4, 64),
    MOV_X(5, 6),
    ALU64_K(0x00, 5, 96),
    HELPER(MULMOD),
    ALU64_K(0x00, 6, 128),
    ALU64_K(0x00, 7, 32),
    JMP_X(0x50, 6, 8, -12),
    EXIT(),
};

static void run_cases(machine_run *run, const case_of_four *cases, unsigned count)
{
    machine_run_create(run, each_case, SLOTS(each_case), NULL, cases, count * sizeof cases[0]);
    assert_int_equal(run->result.outcome, ZKB_OUTCOME_EXITED);
}

static void check_run(const machine_run *run)
{
    zkb_error error;
    if (machine_run_check(run, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
}

static void check_cases(const case_of_four *cases, unsigned count)
{
    machine_run run;
    size_t bytes;
    run_cases(&run, cases, count);
    const uint8_t *output = zkb_vm_output(run.vm, &bytes);
    for (unsigned i = 0; i < count; i++) {
        uint64_t r[WORDS];
        reference(r, &cases[i]);
        assert_memory_equal(output + 32 * (size_t)i, r, sizeof r);
    }
    check_run(&run);
    machine_run_destroy(&run);
}

static void numbers_at_their_edges(void **state)
{
    (void)state;
    static case_of_four cases[MOST_CASES];
    unsigned count = 0;
    for (unsigned m = 0; m < INTERESTING; m++) {
        for (unsigned k = 0; k < 18; k++) {
            case_of_four *x = &cases[count++];
            memcpy(x->a, interesting[k % 3 == 0 ? 3 : k], sizeof x->a);
            memcpy(x->b, interesting[k % 2 == 0 ? 3 : m], sizeof x->b);
            memcpy(x->c, interesting[k % 4 < 2 ? 3 : m], sizeof x->c);
            memcpy(x->m, interesting[m], sizeof x->m);
        }
    }
    check_cases(cases, count);
}

static void random_numbers(void **state)
{
    (void)state;
    static case_of_four cases[MOST_CASES];
    for (unsigned i = 0; i < MOST_CASES; i++) {
        some_number(cases[i].a);
        some_number(cases[i].b);
        some_number(cases[i].c);
        some_number(cases[i].m);
    }
    check_cases(cases, MOST_CASES);
}

/* c is what makes the result 0, and one more or less. */
static void results_about_zero(void **state)
{
    (void)state;
    static case_of_four cases[3 * INTERESTING];
    for (unsigned i = 0; i < INTERESTING; i++) {
        case_of_four x;
        uint64_t r[WORDS];
        const uint64_t one[WORDS] = {1};
        const uint64_t minus_one[WORDS] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
        some_number(x.a);
        some_number(x.b);
        memset(x.c, 0, sizeof x.c);
        memcpy(x.m, interesting[i], sizeof x.m);
        reference(r, &x);
        for (unsigned j = 0; j < WORDS; j++) { /* -r, and m */
            x.c[j] = ~r[j];
        }
        add(x.c, WORDS, one);
        add(x.c, WORDS, x.m);
        cases[3 * i] = x;
        reference(r, &x);
        assert_true((r[0] | r[1] | r[2] | r[3]) == 0);
        add(cases[3 * i].c, WORDS, one);
        cases[3 * i + 1] = x;
        cases[3 * i + 2] = x;
        add(cases[3 * i + 2].c, WORDS, minus_one);
    }
    check_cases(cases, 3 * INTERESTING);
}

/* a, b and c are each m - 1, m and m + 1. */
static void numbers_about_the_modulus(void **state)
{
    (void)state;
    enum { TRIPLES = 27 };
    static case_of_four cases[INTERESTING * TRIPLES];
    static const uint64_t distances[3][WORDS] = {
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, {0}, {1}};
    for (unsigned i = 0; i < INTERESTING * TRIPLES; i++) {
        case_of_four *x = &cases[i];
        uint64_t *const numbers[] = {x->a, x->b, x->c};
        unsigned which = i % TRIPLES;
        memcpy(x->m, interesting[i / TRIPLES], sizeof x->m);
        for (unsigned j = 0; j < 3; j++, which /= 3) {
            memcpy(numbers[j], x->m, sizeof x->m);
            add(numbers[j], WORDS, distances[which % 3]);
        }
    }
    check_cases(cases, INTERESTING * TRIPLES);
}

/* ---- Overlapping ranges ------------------------------------------------------------------ */

enum { MEMORY = 14, PLACES = MEMORY - WORDS + 1, CALLS = 100 };

static void put_call(zkb_instruction **code, const unsigned at[5])
{
    for (unsigned j = 0; j < 5; j++) {
        const zkb_instruction address[] = {LDDW((uint8_t)(1 + j), (int32_t)(8 * at[j]), 3)};
        memcpy(*code, address, sizeof address);
        *code += 2;
    }
    *(*code)++ = (zkb_instruction)HELPER(MULMOD);
}

/* at: where r, a, b, c and m are. */
static void apply_call(uint64_t memory[MEMORY], const unsigned at[5])
{
    case_of_four x;
    memcpy(x.a, memory + at[1], sizeof x.a);
    memcpy(x.b, memory + at[2], sizeof x.b);
    memcpy(x.c, memory + at[3], sizeof x.c);
    memcpy(x.m, memory + at[4], sizeof x.m);
    reference(memory + at[0], &x);
}

static void places_of(unsigned at[5], unsigned call)
{
    for (unsigned j = 0; j < 5; j++) {
        at[j] = (unsigned)(random_word() % PLACES);
    }
    if (call < PLACES) { /* all at one place */
        at[0] = at[1] = at[2] = at[3] = at[4] = call;
    } else if (call < PLACES + 10) { /* each pair at one place */
        static const uint8_t pairs[10][2] = {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 2},
                                             {1, 3}, {1, 4}, {2, 3}, {2, 4}, {3, 4}};
        at[pairs[call - PLACES][0]] = at[pairs[call - PLACES][1]];
    } else if (call < PLACES + 19) { /* m from 4 words below c to 4 above */
        at[3] = 4;
        at[4] = call - PLACES - 10;
    }
}

static void overlapping_ranges(void **state)
{
    (void)state;
    static zkb_instruction code[32 + 12 * CALLS];
    const zkb_instruction begin[] = {MOV_X(9, 5), MOV_X(2, 1), LDDW(1, 0, 3), MOV_K(3, MEMORY),
                                     HELPER(COPY)};
    const zkb_instruction end[] = {HELPER(MULMOD),   MOV_X(1, 9),  LDDW(2, 0, 3),
                                   MOV_K(3, MEMORY), HELPER(COPY), EXIT()};
    uint64_t memory[MEMORY];
    uint64_t input[MEMORY];
    unsigned at[5];
    machine_run run;
    size_t bytes;
    zkb_instruction *next = code;
    for (unsigned i = 0; i < MEMORY; i++) {
        input[i] = random_word();
    }
    memcpy(memory, input, sizeof memory);
    memcpy(next, begin, sizeof begin);
    next += SLOTS(begin);
    for (unsigned call = 0; call < CALLS; call++) {
        places_of(at, call);
        put_call(&next, at);
        apply_call(memory, at);
    }
    apply_call(memory, at); /* the same once more, by the next instruction */
    memcpy(next, end, sizeof end);
    next += SLOTS(end);
    machine_run_create(&run, code, (uint32_t)(next - code), NULL, input, sizeof input);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_memory_equal(zkb_vm_output(run.vm, &bytes), memory, sizeof memory);
    check_run(&run);
    machine_run_destroy(&run);
}

/* Of constants, whose last words are variables in the next segment, to the heap's last words. */
static void ranges_at_the_edges_of_segments(void **state)
{
    (void)state;
    enum { SEGMENT = 65536 / 8 };
    static uint64_t constants[SEGMENT];
    static const uint64_t variables[2] = {5, 6};
    static const zkb_instruction code[] = {
        LDDW(1, 65536 - 32, 3),
        LDDW(2, 65536 - 16, 1),
        LDDW(3, 65536 - 8, 1),
        LDDW(4, 65536 - 32, 1),
        LDDW(5, 65536 - 24, 1),
        HELPER(MULMOD),
        MOV_X(2, 1),
        MOV_X(1, 10),
        ALU64_K(0x00, 1, -32),
        HELPER(MULMOD),
        LOAD(DW, 0, 1, 0),
        EXIT(),
    };
    case_of_four x = {{7, 8, 5, 6}, {8, 5, 6, 0}, {3, 4, 7, 8}, {4, 7, 8, 5}};
    machine_run run;
    for (unsigned i = 0; i < 4; i++) {
        constants[SEGMENT - 4 + i] = x.c[i];
    }
    machine_run_create_data(&run, code, SLOTS(code), NULL, NULL, 0, constants, sizeof constants,
                            variables, sizeof variables);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    reference(x.a, &x);
    reference(x.a, &x);
    assert_int_equal(run.result.r0, x.a[0]);
    check_run(&run);
    machine_run_destroy(&run);
}

/* ---- Refused arguments ------------------------------------------------------------------- */

/* No multiple of 8, outside a region, across its end, across the end of memory; a result in what is
 * read-only. In the order of declaration: a, b, c, m, and the result. */
static void refused_arguments(void **state)
{
    (void)state;
    static const struct {
        unsigned argument;
        uint32_t offset;
        uint32_t region;
        zkb_fault fault;
    } cases[] = {
        {1, 4, 3, ZKB_FAULT_HELPER_MISALIGNED},
        {2, 1, 3, ZKB_FAULT_HELPER_MISALIGNED},
        {3, 2, 3, ZKB_FAULT_HELPER_MISALIGNED},
        {4, 4, 3, ZKB_FAULT_HELPER_MISALIGNED},
        {5, 7, 3, ZKB_FAULT_HELPER_MISALIGNED},
        {1, 0, 0, ZKB_FAULT_STORE_UNMAPPED},
        {2, 0, 0, ZKB_FAULT_LOAD_UNMAPPED},
        {3, 0, 9, ZKB_FAULT_LOAD_UNMAPPED},
        {4, 0, 0xffffffff, ZKB_FAULT_LOAD_UNMAPPED},
        {5, 0xfffffff8, 0xffffffff, ZKB_FAULT_LOAD_UNMAPPED},
        {1, 0xfffffff8, 0xffffffff, ZKB_FAULT_STORE_UNMAPPED},
        {1, 65536 - 24, 3, ZKB_FAULT_STORE_UNMAPPED},
        {2, 65536 - 24, 3, ZKB_FAULT_LOAD_UNMAPPED},
        {3, 65536 - 16, 3, ZKB_FAULT_LOAD_UNMAPPED},
        {4, 65536 - 8, 3, ZKB_FAULT_LOAD_UNMAPPED},
        {5, 65536, 3, ZKB_FAULT_LOAD_UNMAPPED},
        {1, 0, 4, ZKB_FAULT_STORE_READ_ONLY},
    };
    static const uint64_t input[WORDS] = {1, 2, 3, 4};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zkb_instruction code[] = {
            LDDW(1, 0, 3), LDDW(2, 0, 3), LDDW(3, 0, 3),  LDDW(4, 0, 3),
            LDDW(5, 0, 3), MOV_K(0, 7),   HELPER(MULMOD), EXIT(),
        };
        machine_run run;
        code[2 * (cases[i].argument - 1)].imm = (int32_t)cases[i].offset;
        code[2 * (cases[i].argument - 1) + 1].imm = (int32_t)cases[i].region;
        machine_run_create(&run, code, SLOTS(code), NULL, input, sizeof input);
        assert_int_equal(run.result.outcome, ZKB_OUTCOME_FAULTED);
        assert_int_equal(run.result.fault, cases[i].fault);
        assert_int_equal(run.result.argument, cases[i].argument);
        assert_string_equal(run.result.helper, "mulmod");
        assert_int_equal(run.result.pc, 11);
        machine_run_destroy(&run);
    }
}

/* ---- Cells ------------------------------------------------------------------------------- */

/* Every cell by itself, and what a row gives follows from what it takes. Moduli of four words, of
 * one, of none; a quotient of eight. */
static void every_cell_is_bound(void **state)
{
    (void)state;
    static const uint8_t moduli[] = {5, 2, 0, 12, 14};
    case_of_four cases[sizeof moduli];
    machine_run run;
    for (unsigned i = 0; i < sizeof moduli; i++) {
        for (unsigned j = 0; j < WORDS; j++) {
            cases[i].a[j] = random_word();
            cases[i].b[j] = random_word();
            cases[i].c[j] = random_word();
        }
        memcpy(cases[i].m, interesting[moduli[i]], sizeof cases[i].m);
    }
    run_cases(&run, cases, sizeof moduli);
    machine_run_probe_rows(&run, sizeof moduli, NULL, 0);
    machine_run_destroy(&run);
}

/* m is c, and then it is two words above. The space of a word that is not accessed is free. */
static void every_cell_is_bound_where_ranges_overlap(void **state)
{
    (void)state;
    static const char *const first[] = {"m 0 read-only", "m 1 read-only", "m 2 read-only",
                                        "m 3 read-only"};
    static const uint64_t input[6] = {3, 1, 4, 1, 5, 9};
    static const int32_t above[] = {0, 16};
    for (unsigned i = 0; i < 2; i++) {
        const zkb_instruction code[] = {
            MOV_X(2, 1),    MOV_X(3, 1), MOV_X(4, 1),
            MOV_X(1, 5),    MOV_X(5, 2), ALU64_K(0x00, 5, above[i]),
            HELPER(MULMOD), EXIT(),
        };
        machine_run run;
        machine_run_create(&run, code, SLOTS(code), NULL, input,
                           sizeof(uint64_t) * WORDS + (size_t)above[i]);
        assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
        machine_run_probe(&run, first, i == 0 ? 4 : 2);
        machine_run_destroy(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_at_their_edges),
        cmocka_unit_test(random_numbers),
        cmocka_unit_test(results_about_zero),
        cmocka_unit_test(numbers_about_the_modulus),
        cmocka_unit_test(overlapping_ranges),
        cmocka_unit_test(ranges_at_the_edges_of_segments),
        cmocka_unit_test(refused_arguments),
        cmocka_unit_test(every_cell_is_bound),
        cmocka_unit_test(every_cell_is_bound_where_ranges_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
