/* The number at r1 becomes the inverse of the one at r2 modulo the one at r3. r0 = r1.
 *
 * a x = q m + 1 and x < m. Both sides of the first are compared by two columns of 2^64 at a time,
 * with carries in limbs. Why this is enough: docs/machine.md, "inverse". */
#include "machine/chips/memory.h"
#include "machine/helpers/helpers.h"
#include "machine/helpers/inverse/inverse.h"

enum { WORDS = ZKB_INVERSE_WORDS };

typedef struct numbers {
    zkb_expr a[WORDS], m[WORDS], x[WORDS], q[WORDS];
} numbers;

static zkb_expr word_after(zkb_chip_builder *b, zkb_expr first, unsigned word)
{
    return zkb_add(b, first, zkb_const(b, (int64_t)word));
}

static void read_number(zkb_expr words[WORDS], const zkb_instruction_block *i, const char *name,
                        zkb_expr address, unsigned slot)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr first = zkb_word_address(b, address);
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_access access;
        const zkb_expr space = zkb_declare_load_space(i, zkb_name(b, "%s %u read-only", name, j));
        zkb_access_begin(&access, i, zkb_name(b, "%s %u", name, j), space, word_after(b, first, j),
                         slot);
        zkb_access_end(&access, i, access.value);
        words[j] = access.value;
    }
}

static void write_result(zkb_expr x[WORDS], const zkb_instruction_block *i, zkb_expr address)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr first = zkb_word_address(b, address);
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_access access;
        x[j] = zkb_limbs(i, zkb_name(b, "x %u limb", j), 4, NULL);
        zkb_access_begin(&access, i, zkb_name(b, "before %u", j),
                         zkb_const(b, ZKB_SPACE_READ_WRITE), word_after(b, first, j),
                         ZKB_INVERSE_RESULT);
        zkb_access_end(&access, i, x[j]);
    }
}

/* x < m: there is a word in which x is less and above which both are equal. */
static void declare_less(const zkb_instruction_block *i, const zkb_expr m[WORDS],
                         const zkb_expr x[WORDS])
{
    zkb_chip_builder *b = i->b;
    zkb_expr below = zkb_const(b, 0); /* x is less in a lower word */
    zkb_expr gap = zkb_const(b, 0);
    for (unsigned j = 0; j < WORDS; j++) {
        const zkb_expr difference = zkb_sub(b, m[j], x[j]);
        const zkb_expr less = zkb_bit(i, zkb_name(b, "x is less in word %u", j));
        if (j > 0) {
            zkb_assert_zero(b, zkb_name(b, "x is m in word %u", j), zkb_mul(b, below, difference));
        }
        below = zkb_add(b, below, less);
        gap = zkb_add(b, gap, zkb_mul(b, less, zkb_sub(b, difference, i->one)));
    }
    zkb_assert_zero(b, "x is less in one word", zkb_sub(b, below, i->active));
    zkb_assert_zero(b, "m - x - 1 in that word", zkb_sub(b, gap, zkb_limbs(i, "gap", 4, NULL)));
}

/* The coefficient of 2^(64 k) in a x - q m - 1. */
static zkb_expr column(const zkb_instruction_block *i, const numbers *n, unsigned k)
{
    zkb_chip_builder *b = i->b;
    zkb_expr sum = zkb_const(b, 0);
    for (unsigned j = 0; j < WORDS; j++) {
        if (k >= j && k - j < WORDS) {
            sum = zkb_add(b, sum, zkb_mul(b, n->a[j], n->x[k - j]));
            sum = zkb_sub(b, sum, zkb_mul(b, n->m[j], n->q[k - j]));
        }
    }
    return k == 0 ? zkb_sub(b, sum, i->active) : sum;
}

static void declare_identity(const zkb_instruction_block *i, numbers *n)
{
    zkb_chip_builder *b = i->b;
    zkb_expr carry = zkb_const(b, 0);
    for (unsigned j = 0; j < WORDS; j++) {
        n->q[j] = zkb_limbs(i, zkb_name(b, "q %u limb", j), 4, NULL);
    }
    for (unsigned t = 0; t < ZKB_INVERSE_CARRIES; t++) {
        zkb_expr sum =
            zkb_add(b, column(i, n, 2 * t), zkb_times_power(b, column(i, n, 2 * t + 1), 64));
        sum = zkb_add(b, sum, carry);
        carry =
            zkb_sub(b, zkb_limbs(i, zkb_name(b, "carry %u limb", t), ZKB_INVERSE_CARRY_LIMBS, NULL),
                    zkb_times_power(b, i->active, 16 * ZKB_INVERSE_CARRY_LIMBS - 1));
        zkb_assert_zero(b, zkb_name(b, "words %u and %u of a x = q m + 1", 2 * t, 2 * t + 1),
                        zkb_sub(b, sum, zkb_times_power(b, carry, 128)));
    }
    zkb_assert_zero(b, "word 6 of a x = q m + 1",
                    zkb_add(b, column(i, n, 2 * ZKB_INVERSE_CARRIES), carry));
}

void zkb_declare_inverse(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_access result;
    numbers n;
    zkb_expr r[4];
    zkb_instruction_begin(&i, b);
    for (unsigned j = 1; j <= 3; j++) {
        r[j] = zkb_register_read(&i, zkb_name(b, "r%u", j), zkb_const(b, (int64_t)j), 0);
    }
    read_number(n.a, &i, "a", r[2], ZKB_INVERSE_A);
    read_number(n.m, &i, "m", r[3], ZKB_INVERSE_M);
    write_result(n.x, &i, r[1]);
    declare_less(&i, n.m, n.x);
    declare_identity(&i, &n);
    zkb_register_begin(&result, &i, "r0 before", zkb_const(b, 0), 3);
    zkb_access_end(&result, &i, r[1]);
    zkb_helper_end(&i, form, variant);
}
