/* The number at r1 becomes (a b + c) mod m, a at r2, b at r3, c at r4, m at r5. r0 = r1.
 *
 * a b + c = q M + r and r < M, where M = m + 2^256 zero, and `zero` is the bit [m = 0]. Both sides
 * of the first are compared by two columns of 2^64 at a time, with carries in limbs. Why this is
 * enough: docs/machine.md, "mulmod". */
#include "machine/chips/memory.h"
#include "machine/helpers/helpers.h"
#include "machine/helpers/mulmod/mulmod.h"

enum { WORDS = ZKB_MULMOD_WORDS, QUOTIENT = ZKB_MULMOD_QUOTIENT_WORDS, NEAR = ZKB_MULMOD_NEAR };

typedef struct numbers {
    zkb_expr a[WORDS], b[WORDS], c[WORDS], r[WORDS];
    zkb_expr m[WORDS + 1]; /* the last is `zero`: these are the words of M */
    zkb_expr q[QUOTIENT];
} numbers;

static unsigned slot_of(unsigned range) { return zkb_range_slot(range, ZKB_MULMOD_RANGES); }

static void begin_read(zkb_access *access, const zkb_instruction_block *i, const char *name,
                       zkb_expr first, unsigned word, unsigned range)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr space = zkb_declare_load_space(i, zkb_name(b, "%s %u read-only", name, word));
    zkb_access_begin(access, i, zkb_name(b, "%s %u", name, word), space,
                     zkb_add(b, first, zkb_const(b, (int64_t)word)), slot_of(range));
}

static void read_number(zkb_expr words[WORDS], const zkb_instruction_block *i, const char *name,
                        zkb_expr address, unsigned range)
{
    const zkb_expr first = zkb_word_address(i->b, address);
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_access access;
        begin_read(&access, i, name, first, j, range);
        zkb_access_end(&access, i, access.value);
        words[j] = access.value;
    }
}

/* One-hot: how many words the address of m is above that of c, if they overlap. */
static void declare_overlap(zkb_expr shift[2 * NEAR + 1], const zkb_instruction_block *i,
                            zkb_expr distance)
{
    zkb_chip_builder *b = i->b;
    zkb_expr any = zkb_const(b, 0);
    zkb_expr words = zkb_const(b, 0);
    for (unsigned s = 0; s < 2 * NEAR + 1; s++) {
        const zkb_expr weight = zkb_const(b, (int64_t)s - NEAR);
        shift[s] = zkb_bit(i, zkb_name(b, "m is at c %+d", (int)s - NEAR));
        any = zkb_add(b, any, shift[s]);
        words = zkb_add(b, words, zkb_mul(b, shift[s], weight));
    }
    zkb_assert_bool(b, "m is at one place of c", any);
    zkb_assert_zero(b, "m is there", zkb_sub(b, zkb_mul(b, any, distance), words));
}

/* m is read in the slot of c. A word that both have is c's; there the access of m takes what it
 * gives. */
static void read_modulus(zkb_expr m[WORDS], const zkb_instruction_block *i, const zkb_expr c[WORDS],
                         zkb_expr c_address, zkb_expr address)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr first = zkb_word_address(b, address);
    zkb_expr shift[2 * NEAR + 1];
    declare_overlap(shift, i, zkb_sub(b, first, zkb_word_address(b, c_address)));
    for (unsigned k = 0; k < WORDS; k++) {
        zkb_access access;
        zkb_expr shared = zkb_const(b, 0);
        zkb_expr difference = zkb_const(b, 0);
        begin_read(&access, i, "m", first, k, ZKB_MULMOD_M);
        m[k] = access.value;
        for (unsigned j = 0; j < WORDS; j++) { /* m + k is c + j */
            const zkb_expr here = shift[NEAR + j - k];
            shared = zkb_add(b, shared, here);
            difference = zkb_add(b, difference, zkb_mul(b, here, zkb_sub(b, m[k], c[j])));
        }
        zkb_assert_zero(b, zkb_name(b, "m %u is c's", k), difference);
        const zkb_expr before =
            zkb_add(b, zkb_sub(b, zkb_sub(b, access.time, access.difference), i->one), shared);
        const zkb_expr take[4] = {access.space, access.address, m[k], before};
        const zkb_expr give[4] = {access.space, access.address, m[k], access.time};
        zkb_take(b, &zkb_bus_memory, i->one, take, 4);
        zkb_give(b, &zkb_bus_memory, i->one, give, 4);
        zkb_range16(i, access.difference);
    }
}

static void write_result(zkb_expr r[WORDS], const zkb_instruction_block *i, zkb_expr address)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr first = zkb_word_address(b, address);
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_access access;
        r[j] = zkb_limbs(i, zkb_name(b, "r %u limb", j), 4, NULL);
        zkb_access_begin(&access, i, zkb_name(b, "before %u", j),
                         zkb_const(b, ZKB_SPACE_READ_WRITE),
                         zkb_add(b, first, zkb_const(b, (int64_t)j)), slot_of(ZKB_MULMOD_RESULT));
        zkb_access_end(&access, i, r[j]);
    }
}

/* r < M: M is 2^256, or there is a word in which r is less and above which both are equal. */
static void declare_less(zkb_expr *zero, const zkb_instruction_block *i, const zkb_expr m[WORDS],
                         const zkb_expr r[WORDS])
{
    zkb_chip_builder *b = i->b;
    zkb_expr less[WORDS];
    zkb_expr below = zkb_const(b, 0); /* r is less in a lower word */
    zkb_expr m_words = zkb_const(b, 0);
    zkb_expr gap = zkb_const(b, 0);
    *zero = zkb_column(b, "m is zero", 1); /* 1 less bits of which one at most can be 1 */
    for (unsigned j = 0; j < WORDS; j++) {
        const zkb_expr difference = zkb_sub(b, m[j], r[j]);
        less[j] = zkb_bit(i, zkb_name(b, "r is less in word %u", j));
        if (j > 0) {
            zkb_assert_zero(b, zkb_name(b, "r is m in word %u", j), zkb_mul(b, below, difference));
        }
        below = zkb_add(b, below, less[j]);
        m_words = zkb_add(b, m_words, m[j]);
        gap = zkb_add(b, gap, zkb_mul(b, less[j], zkb_sub(b, difference, i->one)));
    }
    zkb_assert_zero(b, "zero: no word of m", zkb_mul(b, *zero, m_words));
    zkb_assert_zero(b, "m is zero or r is less", zkb_sub(b, zkb_add(b, below, *zero), i->active));
    zkb_assert_zero(b, "m - r - 1 in that word", zkb_sub(b, gap, zkb_limbs(i, "gap", 4, NULL)));
}

/* The coefficient of 2^(64 k) in q M. */
static zkb_expr column_of_multiple(zkb_chip_builder *b, const numbers *n, unsigned k)
{
    zkb_expr sum = zkb_const(b, 0);
    for (unsigned j = 0; j <= WORDS; j++) {
        if (k >= j && k - j < QUOTIENT) {
            sum = zkb_add(b, sum, zkb_mul(b, n->m[j], n->q[k - j]));
        }
    }
    return sum;
}

/* The coefficient of 2^(64 k) in a b + c - q M - r. */
static zkb_expr column(zkb_chip_builder *b, const numbers *n, unsigned k)
{
    zkb_expr sum = k < WORDS ? zkb_sub(b, n->c[k], n->r[k]) : zkb_const(b, 0);
    for (unsigned j = 0; j < WORDS; j++) {
        if (k >= j && k - j < WORDS) {
            sum = zkb_add(b, sum, zkb_mul(b, n->a[j], n->b[k - j]));
        }
    }
    return zkb_sub(b, sum, column_of_multiple(b, n, k));
}

static void declare_identity(const zkb_instruction_block *i, numbers *n)
{
    zkb_chip_builder *b = i->b;
    zkb_expr carry = zkb_const(b, 0);
    zkb_expr above = zkb_const(b, 0);
    for (unsigned j = 0; j < QUOTIENT; j++) {
        n->q[j] = zkb_limbs(i, zkb_name(b, "q %u limb", j), 4, NULL);
    }
    for (unsigned k = QUOTIENT; k < QUOTIENT + WORDS; k++) {
        above = zkb_add(b, above, column_of_multiple(b, n, k));
    }
    zkb_assert_zero(b, "q M has no more words", above);
    for (unsigned t = 0; t <= ZKB_MULMOD_CARRIES; t++) {
        zkb_expr sum =
            zkb_add(b, column(b, n, 2 * t), zkb_times_power(b, column(b, n, 2 * t + 1), 64));
        sum = zkb_add(b, sum, carry);
        if (t < ZKB_MULMOD_CARRIES) {
            carry = zkb_sub(
                b, zkb_limbs(i, zkb_name(b, "carry %u limb", t), ZKB_MULMOD_CARRY_LIMBS, NULL),
                zkb_times_power(b, i->active, 16 * ZKB_MULMOD_CARRY_LIMBS - 1));
            sum = zkb_sub(b, sum, zkb_times_power(b, carry, 128));
        }
        zkb_assert_zero(b, zkb_name(b, "words %u and %u of a b + c = q M + r", 2 * t, 2 * t + 1),
                        sum);
    }
}

void zkb_declare_mulmod(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_access result;
    numbers n;
    zkb_expr r[6];
    zkb_instruction_begin(&i, b);
    for (unsigned j = 1; j <= 5; j++) {
        r[j] = zkb_register_read(&i, zkb_name(b, "r%u", j), zkb_const(b, (int64_t)j), 0);
    }
    read_number(n.a, &i, "a", r[2], ZKB_MULMOD_A);
    read_number(n.b, &i, "b", r[3], ZKB_MULMOD_B);
    read_number(n.c, &i, "c", r[4], ZKB_MULMOD_C);
    read_modulus(n.m, &i, n.c, r[4], r[5]);
    write_result(n.r, &i, r[1]);
    declare_less(&n.m[WORDS], &i, n.m, n.r);
    declare_identity(&i, &n);
    zkb_register_begin(&result, &i, "r0 before", zkb_const(b, 0), 3);
    zkb_access_end(&result, &i, r[1]);
    zkb_helper_end(&i, form, variant);
}
