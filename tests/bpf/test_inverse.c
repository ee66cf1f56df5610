/* The helper inverse: results and the proof of each, of numbers at their edges and of random ones;
 * ranges that overlap; arguments that have no inverse; refused arguments. Results are compared with
 * constants (from Python's pow), and a x mod m with 1 by doubling and adding;
 * tests/cli/test_examples.py compares with Python's integers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/assemble.h"
#include "bpf/machine_run.h"
#include "machine/helpers/inverse/inverse.h"

enum {
    INVERSE = ZKB_HELPER_NUMBER_INVERSE,
    COPY = ZKB_HELPER_NUMBER_COPY,
    WORDS = ZKB_INVERSE_WORDS,
    DW = 0x18
};

typedef struct case_of_two {
    uint64_t a[WORDS], m[WORDS];
} case_of_two;

/* ---- A reference ------------------------------------------------------------------------- */

static const uint64_t one[WORDS] = {1};

static bool is_less(const uint64_t x[WORDS], const uint64_t y[WORDS])
{
    unsigned i = WORDS - 1;
    while (i > 0 && x[i] == y[i]) {
        i--;
    }
    return x[i] < y[i];
}

static void subtract(uint64_t x[WORDS], const uint64_t y[WORDS])
{
    uint64_t borrow = 0;
    for (unsigned j = 0; j < WORDS; j++) {
        const uint64_t old = x[j];
        x[j] = old - y[j] - borrow;
        borrow = old < y[j] || (old == y[j] && borrow != 0);
    }
}

/* x = (x + y) mod m, of two that are below m. */
static void add_modulo(uint64_t x[WORDS], const uint64_t y[WORDS], const uint64_t m[WORDS])
{
    uint64_t rest[WORDS]; /* m - y */
    memcpy(rest, m, sizeof rest);
    subtract(rest, y);
    if (is_less(x, rest)) { /* x + y is below m */
        uint64_t negative[WORDS] = {0};
        subtract(negative, y);
        subtract(x, negative);
    } else {
        subtract(x, rest);
    }
}

/* r = a b mod m, b below m. */
static void multiply_modulo(uint64_t r[WORDS], const uint64_t a[WORDS], const uint64_t b[WORDS],
                            const uint64_t m[WORDS])
{
    uint64_t result[WORDS] = {0};
    for (unsigned i = 256; i-- > 0;) {
        uint64_t same[WORDS];
        memcpy(same, result, sizeof same);
        add_modulo(result, same, m);
        if ((a[i / 64] >> (i % 64) & 1u) != 0) {
            add_modulo(result, b, m);
        }
    }
    memcpy(r, result, sizeof result);
}

/* Whether x is the inverse of a modulo m, by what that is. */
static bool is_inverse(const uint64_t x[WORDS], const uint64_t a[WORDS], const uint64_t m[WORDS])
{
    uint64_t r[WORDS];
    if (!is_less(x, m)) {
        return false;
    }
    multiply_modulo(r, a, x, m);
    return memcmp(r, one, sizeof r) == 0;
}

static bool is_zero(const uint64_t x[WORDS]) { return (x[0] | x[1] | x[2] | x[3]) == 0; }

static void halve(uint64_t x[WORDS])
{
    for (unsigned j = 0; j < WORDS; j++) {
        x[j] = x[j] >> 1 | (j + 1 < WORDS ? x[j + 1] << 63 : 0);
    }
}

/* Whether there is one: m is above 1, and a and m have no common divisor. Only differences and
 * halves of numbers of which one is odd. */
static bool has_inverse(const uint64_t a[WORDS], const uint64_t m[WORDS])
{
    uint64_t x[WORDS];
    uint64_t y[WORDS];
    memcpy(x, a, sizeof x);
    memcpy(y, m, sizeof y);
    if (is_zero(a) || !is_less(one, m) || ((a[0] | m[0]) & 1u) == 0) {
        return false;
    }
    while (!is_zero(x) && !is_zero(y)) {
        if (x[0] % 2 == 0) {
            halve(x);
        } else if (y[0] % 2 == 0) {
            halve(y);
        } else if (is_less(x, y)) {
            subtract(y, x);
        } else {
            subtract(x, y);
        }
    }
    return memcmp(is_zero(x) ? y : x, one, sizeof x) == 0;
}

/* ---- Numbers ----------------------------------------------------------------------------- */

static const uint64_t interesting[][WORDS] = {
    {0},
    {1},
    {2},
    {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
    {UINT64_MAX - 1, UINT64_MAX, UINT64_MAX, UINT64_MAX},
    /* the primes of secp256k1, ed25519 and BN254, and the orders of their groups */
    {0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX},
    {0xffffffffffffffed, UINT64_MAX, UINT64_MAX, 0x7fffffffffffffff},
    {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029},
    {0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, UINT64_MAX},
    {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000},
    {0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029},
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

/* ---- Known answers ----------------------------------------------------------------------- */

/* a, m and pow(a, -1, m) */
static const uint64_t known[][3][WORDS] = {
    {{0x40b2d002cc92d33d, 0x32833106536e95df, 0x3170fab23d90fbac, 0xf08db22fd293056a},
     {0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX},
     {0x677a19490ea7b228, 0x1fda3f9de0f25ed9, 0x33010485fbcbf5a1, 0x6ce194319cecede4}},
    {{2},
     {0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX},
     {0xffffffff7ffffe18, UINT64_MAX, UINT64_MAX, 0x7fffffffffffffff}},
    {{0x4ad5cfbc1d74bd1c, 0xf3faa8e879eaa723, 0xffec3fee8ed2305d, 0x3ce1268c9c8052e3},
     {0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, UINT64_MAX},
     {0xaea0c1e050c9c193, 0xefc07e2d325379f7, 0x8d9109083b8c59d3, 0x318b19878d7e0ac1}},
    {{2},
     {0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, UINT64_MAX},
     {0xdfe92f46681b20a1, 0x5d576e7357a4501d, UINT64_MAX, 0x7fffffffffffffff}},
    {{0x8e4edc90253d9e30, 0xa93f32a9a1725102, 0x009f001680289e32, 0x47aa2dbad9e2ec8d},
     {0xffffffffffffffed, UINT64_MAX, UINT64_MAX, 0x7fffffffffffffff},
     {0xf4e14c2beb711d0b, 0x15b856345adfc6ad, 0xb5f9525524b81700, 0x0cb50c9747197115}},
    {{2},
     {0xffffffffffffffed, UINT64_MAX, UINT64_MAX, 0x7fffffffffffffff},
     {0xfffffffffffffff7, UINT64_MAX, UINT64_MAX, 0x3fffffffffffffff}},
    {{0xd5de6e91074206e2, 0x7f453a0ef5097b4f, 0xcadd40e92c34bf1c, 0x30f47f35d0380cfb},
     {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000},
     {0x0a0ae488679cdc3c, 0x34e9be84b3106243, 0x5f00bd03eb83ac5e, 0x09bc81ee504fe2a9}},
    {{2},
     {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000},
     {0x2c09318d2e7ae9f7, 0x0a6f7cef517bce6b, 0, 0x0800000000000000}},
    {{0xff6af8af81df6383, 0x63783933d5f00510, 0x54dc77a72ed0d50a, 0x1e07ea63524ca98f},
     {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029},
     {0xa1f9c165c1fa4820, 0x3818e60118953235, 0xbfda19e5df7930a8, 0x1e116fd003bc1ea8}},
    {{2},
     {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029},
     {0x9e10460b6c3e7ea4, 0xcbc0b548b438e546, 0xdc2822db40c0ac2e, 0x183227397098d014}},
    {{0x8d0d866b16519537, 0x42a68fecc75a23c4, 0x783bea5c88b224f0, 0x39c0d03234795347},
     {0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029},
     {0x7003f901035db290, 0xed7ea31defc86175, 0x2265e0fb50c3d92d, 0x08604e773657dc11}},
    {{2},
     {0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029},
     {0xa1f0fac9f8000001, 0x9419f4243cdcb848, 0xdc2822db40c0ac2e, 0x183227397098d014}},
    {{3},
     {0, 0, 0, 0x8000000000000000},
     {0xaaaaaaaaaaaaaaab, 0xaaaaaaaaaaaaaaaa, 0xaaaaaaaaaaaaaaaa, 0x2aaaaaaaaaaaaaaa}},
    {{2}, {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, {0, 0, 0, 0x8000000000000000}},
    {{0xfffffffffffffffe, UINT64_MAX, UINT64_MAX, UINT64_MAX},
     {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
     {0xfffffffffffffffe, UINT64_MAX, UINT64_MAX, UINT64_MAX}},
    {{5},
     {0, 0, 0, 0x8000000000000000},
     {0xcccccccccccccccd, 0xcccccccccccccccc, 0xcccccccccccccccc, 0x4ccccccccccccccc}},
    {{1}, {2}, {1}},
    {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, {2}, {1}},
    {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, {4}, {3}},
    {{0xb9f5610000000009, 0x6329f1c35ca4bfab, 29},
     {0x4674edea40000000, 0x0000000c9f2c9cd0},
     {0x93f628d038e38e39, 0x0000000b3827a7d5}},
    {{0x000000003b9aca07}, {0, 1}, {0xbb5708ad7b4883b7}},
};
enum { KNOWN = sizeof known / sizeof known[0] };

/* ---- Runs of cases ----------------------------------------------------------------------- */

enum { MOST_CASES = 400 };

/* Input: cases. Output: the result of each. */
static const zkb_instruction each_case[] = {
    MOV_X(6, 1),          MOV_X(7, 5),           MOV_X(8, 2),
    ALU64_X(0x00, 8, 6),
    /* 4 */ MOV_X(1, 7),  MOV_X(2, 6),           MOV_X(3, 6),
    ALU64_K(0x00, 3, 32), HELPER(INVERSE),       ALU64_K(0x00, 6, 64),
    ALU64_K(0x00, 7, 32), JMP_X(0x50, 6, 8, -8), EXIT(),
};

static void run_cases(machine_run *run, const case_of_two *cases, unsigned count)
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

static void check_cases(const case_of_two *cases, unsigned count)
{
    machine_run run;
    size_t bytes;
    run_cases(&run, cases, count);
    const uint8_t *output = zkb_vm_output(run.vm, &bytes);
    for (unsigned i = 0; i < count; i++) {
        uint64_t x[WORDS];
        memcpy(x, output + sizeof x * i, sizeof x);
        assert_true(is_inverse(x, cases[i].a, cases[i].m));
    }
    check_run(&run);
    machine_run_destroy(&run);
}

static void known_answers(void **state)
{
    (void)state;
    case_of_two cases[KNOWN];
    machine_run run;
    size_t bytes;
    for (unsigned i = 0; i < KNOWN; i++) {
        memcpy(cases[i].a, known[i][0], sizeof cases[i].a);
        memcpy(cases[i].m, known[i][1], sizeof cases[i].m);
    }
    run_cases(&run, cases, KNOWN);
    const uint8_t *output = zkb_vm_output(run.vm, &bytes);
    for (unsigned i = 0; i < KNOWN; i++) {
        assert_memory_equal(output + sizeof known[i][2] * i, known[i][2], sizeof known[i][2]);
    }
    check_run(&run);
    machine_run_destroy(&run);
}

/* One case more, if there is an inverse; the function says that there is none exactly where there
 * is none. */
static unsigned add_case(case_of_two *cases, unsigned count, const uint64_t a[WORDS],
                         const uint64_t m[WORDS])
{
    uint64_t x[WORDS] = {0};
    if (!is_less(one, m)) {
        return count;
    }
    const bool has = has_inverse(a, m);
    assert_int_equal(zkb_inverse(x, a, m), has);
    assert_true(has ? is_inverse(x, a, m) : is_zero(x));
    assert_true(count < MOST_CASES);
    memcpy(cases[count].a, a, sizeof cases[count].a);
    memcpy(cases[count].m, m, sizeof cases[count].m);
    return has ? count + 1 : count;
}

/* Modulo each: each, and those next to the modulus. */
static void numbers_at_their_edges(void **state)
{
    (void)state;
    static case_of_two cases[MOST_CASES];
    unsigned count = 0;
    for (unsigned m = 0; m < INTERESTING; m++) {
        uint64_t a[WORDS];
        for (unsigned k = 0; k < INTERESTING; k++) {
            count = add_case(cases, count, interesting[k], interesting[m]);
        }
        memcpy(a, interesting[m], sizeof a);
        subtract(a, one); /* m - 1 */
        count = add_case(cases, count, a, interesting[m]);
        memcpy(a, interesting[m], sizeof a);
        for (unsigned j = 0; j < WORDS && ++a[j] == 0; j++) { /* m + 1 */
        }
        count = add_case(cases, count, a, interesting[m]);
    }
    assert_true(count > INTERESTING * INTERESTING / 2);
    check_cases(cases, count);
}

static void random_numbers(void **state)
{
    (void)state;
    static case_of_two cases[MOST_CASES];
    unsigned count = 0;
    while (count < MOST_CASES) {
        case_of_two x;
        some_number(x.a);
        some_number(x.m);
        count = add_case(cases, count, x.a, x.m);
    }
    check_cases(cases, MOST_CASES);
}

/* All pairs, against what a search finds. */
static void small_numbers(void **state)
{
    (void)state;
    for (uint64_t m = 2; m < 200; m++) {
        for (uint64_t a = 0; a < 420; a++) {
            const uint64_t wide_a[WORDS] = {a};
            const uint64_t wide_m[WORDS] = {m};
            uint64_t x[WORDS] = {0};
            uint64_t expected = 0;
            while (expected < m && a * expected % m != 1) {
                expected++;
            }
            assert_int_equal(zkb_inverse(x, wide_a, wide_m), expected < m);
            assert_int_equal(x[0], expected % m);
            assert_int_equal(x[1] | x[2] | x[3], 0);
        }
    }
}

/* ---- Overlapping ranges ------------------------------------------------------------------ */

enum { MEMORY = 14, PLACES = MEMORY - WORDS + 1, CALLS = 100, CHOSEN = 18 };

static void put_call(zkb_instruction **code, const unsigned at[3])
{
    for (unsigned j = 0; j < 3; j++) {
        const zkb_instruction address[] = {LDDW((uint8_t)(1 + j), (int32_t)(8 * at[j]), 3)};
        memcpy(*code, address, sizeof address);
        *code += 2;
    }
    *(*code)++ = (zkb_instruction)HELPER(INVERSE);
}

/* at: where x, a and m are. */
static bool apply_call(uint64_t memory[MEMORY], const unsigned at[3])
{
    case_of_two x;
    memcpy(x.a, memory + at[1], sizeof x.a);
    memcpy(x.m, memory + at[2], sizeof x.m);
    return is_less(one, x.m) && zkb_inverse(memory + at[0], x.a, x.m) &&
           is_inverse(memory + at[0], x.a, x.m);
}

/* One of those that are chosen, or random ones. */
static void places_of(unsigned at[3], unsigned chosen)
{
    for (unsigned j = 0; j < 3; j++) {
        at[j] = (unsigned)(random_word() % PLACES);
    }
    if (chosen < 10) { /* the result to a, or to m */
        at[0] = at[1 + chosen % 2];
    } else if (chosen < CHOSEN) { /* m from 4 words below a to 4 above */
        at[1] = 4;
        at[2] = chosen < 14 ? chosen - 10 : chosen - 9;
    }
}

static void overlapping_ranges(void **state)
{
    (void)state;
    static zkb_instruction code[32 + 7 * CALLS];
    const zkb_instruction begin[] = {MOV_X(9, 5), MOV_X(2, 1), LDDW(1, 0, 3), MOV_K(3, MEMORY),
                                     HELPER(COPY)};
    const zkb_instruction end[] = {MOV_X(1, 9), LDDW(2, 0, 3), MOV_K(3, MEMORY), HELPER(COPY),
                                   EXIT()};
    uint64_t memory[MEMORY];
    uint64_t input[MEMORY];
    unsigned at[3];
    unsigned calls = 0;
    unsigned chosen = 0;
    machine_run run;
    size_t bytes;
    zkb_instruction *next = code;
    for (unsigned i = 0; i < MEMORY; i++) {
        input[i] = random_word();
    }
    memcpy(memory, input, sizeof memory);
    memcpy(next, begin, sizeof begin);
    next += SLOTS(begin);
    for (unsigned tries = 0; calls < CALLS; tries++) {
        const bool chooses = tries % 2 == 0; /* between them, other calls make other numbers */
        places_of(at, chooses ? chosen : CHOSEN);
        if (apply_call(memory, at)) {
            put_call(&next, at);
            calls++;
            chosen += chooses && chosen < CHOSEN;
        }
    }
    assert_int_equal(chosen, CHOSEN);
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
        LDDW(3, 65536 - 24, 1),
        HELPER(INVERSE),
        MOV_X(2, 1),
        MOV_X(1, 10),
        ALU64_K(0x00, 1, -32),
        HELPER(INVERSE),
        LOAD(DW, 0, 1, 0),
        EXIT(),
    };
    const case_of_two x = {{7, 8, 5, 6}, {3, 7, 8, 5}};
    uint64_t inverse[WORDS];
    machine_run run;
    for (unsigned i = 0; i < 3; i++) {
        constants[SEGMENT - 3 + i] = x.m[i];
    }
    assert_true(zkb_inverse(inverse, x.a, x.m) && is_inverse(inverse, x.a, x.m));
    machine_run_create_data(&run, code, SLOTS(code), NULL, NULL, 0, constants, sizeof constants,
                            variables, sizeof variables);
    assert_int_equal(run.result.outcome, ZKB_OUTCOME_EXITED);
    assert_true(zkb_inverse(inverse, inverse, x.m)); /* a mod m */
    assert_int_equal(run.result.r0, inverse[0]);
    check_run(&run);
    machine_run_destroy(&run);
}

/* ---- Faults ------------------------------------------------------------------------------ */

static void check_fault(const machine_run *run, zkb_fault fault, unsigned argument)
{
    assert_int_equal(run->result.outcome, ZKB_OUTCOME_FAULTED);
    assert_int_equal(run->result.fault, fault);
    assert_int_equal(run->result.argument, argument);
    assert_string_equal(run->result.helper, "inverse");
}

/* No multiple of 8, outside a region, across its end, across the end of memory; a result in what is
 * read-only. In the order of declaration: a, m, and the result; and before there is an inverse or
 * none. */
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
        {1, 0, 0, ZKB_FAULT_STORE_UNMAPPED},
        {2, 0, 0, ZKB_FAULT_LOAD_UNMAPPED},
        {3, 0, 9, ZKB_FAULT_LOAD_UNMAPPED},
        {3, 0xfffffff8, 0xffffffff, ZKB_FAULT_LOAD_UNMAPPED},
        {1, 0xfffffff8, 0xffffffff, ZKB_FAULT_STORE_UNMAPPED},
        {1, 65536 - 24, 3, ZKB_FAULT_STORE_UNMAPPED},
        {2, 65536 - 24, 3, ZKB_FAULT_LOAD_UNMAPPED},
        {3, 65536 - 8, 3, ZKB_FAULT_LOAD_UNMAPPED},
        {1, 0, 4, ZKB_FAULT_STORE_READ_ONLY},
    };
    static const uint64_t input[WORDS] = {1, 2, 3, 4};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zkb_instruction code[] = {
            LDDW(1, 0, 3), LDDW(2, 0, 3), LDDW(3, 0, 3), MOV_K(0, 7), HELPER(INVERSE), EXIT(),
        };
        machine_run run;
        code[2 * (cases[i].argument - 1)].imm = (int32_t)cases[i].offset;
        code[2 * (cases[i].argument - 1) + 1].imm = (int32_t)cases[i].region;
        machine_run_create(&run, code, SLOTS(code), NULL, input, sizeof input);
        check_fault(&run, cases[i].fault, cases[i].argument);
        assert_int_equal(run.result.pc, 7);
        machine_run_destroy(&run);
    }
}

/* Nothing is written: the fault is an instruction without effect. */
static void numbers_without_inverse(void **state)
{
    (void)state;
    static const struct {
        case_of_two x;
        unsigned argument;
    } cases[] = {
        {{{0}, {7}}, 2},
        {{{0}, {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}}, 2},
        {{{7}, {7}}, 2},
        {{{0, 0, 0, 7}, {7}}, 2},
        {{{6}, {9}}, 2},
        {{{10}, {6}}, 2},
        {{{0, 0, 0, 1}, {0, 1}}, 2},
        {{{0, 0, 0, 0x8000000000000000}, {0, 0, 0, 0xc000000000000000}}, 2},
        {{{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, {UINT64_MAX, UINT64_MAX}}, 2},
        {{{5}, {0}}, 3},
        {{{5}, {1}}, 3},
        {{{0}, {0}}, 3},
        {{{0}, {1}}, 3},
        {{{1}, {1}}, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        machine_run run;
        size_t bytes;
        assert_false(has_inverse(cases[i].x.a, cases[i].x.m));
        machine_run_create(&run, each_case, SLOTS(each_case), NULL, &cases[i].x, sizeof cases[i].x);
        check_fault(&run, ZKB_FAULT_HELPER_REFUSED, cases[i].argument);
        assert_int_equal(run.result.pc, 8);
        assert_int_equal(run.result.address,
                         ZKB_REGION_PUBLIC_INPUT + (cases[i].argument == 3 ? 32 : 0));
        const uint8_t *output = zkb_vm_output(run.vm, &bytes);
        for (size_t j = 0; j < bytes; j++) {
            assert_int_equal(output[j], 0);
        }
        machine_run_destroy(&run);
    }
}

/* ---- Cells ------------------------------------------------------------------------------- */

/* Every cell by itself, and what a row gives follows from what it takes. Of moduli of four words,
 * odd and even, of two, of one. */
static void every_cell_is_bound(void **state)
{
    (void)state;
    static const uint8_t moduli[] = {5, 3, 12, 2, 17};
    case_of_two cases[sizeof moduli];
    machine_run run;
    for (unsigned i = 0; i < sizeof moduli; i++) {
        memcpy(cases[i].m, interesting[moduli[i]], sizeof cases[i].m);
        do {
            for (unsigned j = 0; j < WORDS; j++) {
                cases[i].a[j] = random_word();
            }
        } while (!has_inverse(cases[i].a, cases[i].m));
    }
    run_cases(&run, cases, sizeof moduli);
    machine_run_probe_rows(&run, sizeof moduli, NULL, 0);
    machine_run_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),       cmocka_unit_test(numbers_at_their_edges),
        cmocka_unit_test(random_numbers),      cmocka_unit_test(small_numbers),
        cmocka_unit_test(overlapping_ranges),  cmocka_unit_test(ranges_at_the_edges_of_segments),
        cmocka_unit_test(refused_arguments),   cmocka_unit_test(numbers_without_inverse),
        cmocka_unit_test(every_cell_is_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
