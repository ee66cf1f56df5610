/* The rounds of the helper sha256, a row each.
 *
 * Round t takes (clock, t, a, b, c, d, e, f, g, h) and gives (clock, t + 1, T1 + T2, a, b, c,
 * d + T1, e, f, g). The sums are reduced mod 2^32 where they are taken: a and e are cut into bits
 * and carries there, so that whatever a row gives follows from what it takes. Sigma0 and Sigma1
 * come from bits; Maj and Ch from bytes, by the lookups of AND. */
#include "machine/helpers/helpers.h"
#include "machine/helpers/sha256/sha256.h"

const zkb_sha256_sigma zkb_sha256_big[2] = {{"Sigma0", {2, 13, 22}, false},
                                            {"Sigma1", {6, 11, 25}, false}};

enum { BYTES = 4, CARRIES = 3 };

/* A number of 32 bits as it is taken: value + 2^32 carries. */
typedef struct word {
    zkb_expr bits[32];
    zkb_expr bytes[BYTES];
    zkb_expr value;
    zkb_expr total;
} word;

static void declare_word(word *w, const zkb_instruction_block *i, const char *name)
{
    zkb_expr carry[CARRIES];
    w->value = zkb_sha256_bits(i, name, 32, w->bits);
    w->total = zkb_add(
        i->b, w->value,
        zkb_times_power(i->b, zkb_sha256_bits(i, zkb_name(i->b, "%s carry", name), CARRIES, carry),
                        32));
    for (unsigned j = 0; j < BYTES; j++) {
        w->bytes[j] = zkb_weighted_sum(i->b, 1, 8, &w->bits[8 * j]);
    }
}

static void declare_bytes(zkb_expr bytes[BYTES], const zkb_instruction_block *i, const char *name)
{
    for (unsigned j = 0; j < BYTES; j++) {
        bytes[j] = zkb_column(i->b, zkb_name(i->b, "%s byte %u", name, j), 8);
    }
}

/* x AND y; each byte of both is looked up, and so below 2^8. */
static void declare_and(zkb_expr bytes[BYTES], const zkb_instruction_block *i, const char *name,
                        const zkb_expr x[BYTES], const zkb_expr y[BYTES])
{
    declare_bytes(bytes, i, name);
    for (unsigned j = 0; j < BYTES; j++) {
        const zkb_expr tuple[3] = {x[j], y[j], bytes[j]};
        zkb_take(i->b, &zkb_bus_byte_and, i->one, tuple, 3);
    }
}

/* Maj(a, b, c) = (a AND b) + (c AND (a XOR b)). */
static zkb_expr declare_maj(const zkb_instruction_block *i, const word *a, const zkb_expr y[BYTES],
                            const zkb_expr z[BYTES])
{
    zkb_chip_builder *b = i->b;
    zkb_expr both[BYTES];
    zkb_expr one[BYTES];
    zkb_expr third[BYTES];
    declare_and(both, i, "a AND b", a->bytes, y);
    for (unsigned j = 0; j < BYTES; j++) {
        one[j] = zkb_sub(b, zkb_add(b, a->bytes[j], y[j]), zkb_scale(b, both[j], 2));
    }
    declare_and(third, i, "(a XOR b) AND c", one, z);
    return zkb_add(b, zkb_weighted_sum(b, 8, BYTES, both), zkb_weighted_sum(b, 8, BYTES, third));
}

/* Ch(e, f, g) = (e AND f) + g - (e AND g). */
static zkb_expr declare_ch(const zkb_instruction_block *i, const word *e, const zkb_expr f[BYTES],
                           const zkb_expr g[BYTES])
{
    zkb_chip_builder *b = i->b;
    zkb_expr first[BYTES];
    zkb_expr second[BYTES];
    declare_and(first, i, "e AND f", e->bytes, f);
    declare_and(second, i, "e AND g", e->bytes, g);
    return zkb_sub(
        b, zkb_add(b, zkb_weighted_sum(b, 8, BYTES, first), zkb_weighted_sum(b, 8, BYTES, g)),
        zkb_weighted_sum(b, 8, BYTES, second));
}

void zkb_declare_sha256_round(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    word a;
    word e;
    zkb_expr bytes[4][BYTES]; /* b, c, f, g */
    zkb_expr value[4];
    static const char *const names[4] = {"b", "c", "f", "g"};
    zkb_auxiliary_begin(&i, b);
    const zkb_expr t = zkb_column(b, "round", 8);
    const zkb_expr d = zkb_column(b, "d", 32);
    const zkb_expr h = zkb_column(b, "h", 32);
    const zkb_expr summand = zkb_column(b, "W + K", 64);
    declare_word(&a, &i, "a");
    declare_word(&e, &i, "e");
    for (unsigned j = 0; j < 4; j++) {
        declare_bytes(bytes[j], &i, names[j]);
        value[j] = zkb_weighted_sum(b, 8, BYTES, bytes[j]);
    }
    const zkb_expr maj = declare_maj(&i, &a, bytes[0], bytes[1]);
    const zkb_expr ch = declare_ch(&i, &e, bytes[2], bytes[3]);
    const zkb_expr big0 = zkb_sha256_declare_sigma(&i, &zkb_sha256_big[0], a.bits);
    const zkb_expr big1 = zkb_sha256_declare_sigma(&i, &zkb_sha256_big[1], e.bits);
    const zkb_expr t1 = zkb_column(b, "T1", 64);
    const zkb_expr t2 = zkb_column(b, "T2", 64);
    zkb_assert_zero(b, "T1 = h + Sigma1 + Ch + W + K",
                    zkb_sub(b, t1, zkb_add(b, zkb_add(b, h, big1), zkb_add(b, ch, summand))));
    zkb_assert_zero(b, "T2 = Sigma0 + Maj", zkb_sub(b, t2, zkb_add(b, big0, maj)));
    zkb_sha256_take(&i, ZKB_SHA256_SUMMAND, t, summand);
    const zkb_expr before[10] = {i.clock, t,       a.total,  value[0], value[1],
                                 d,       e.total, value[2], value[3], h};
    const zkb_expr after[10] = {i.clock,
                                zkb_add(b, t, i.one),
                                zkb_add(b, t1, t2),
                                a.value,
                                value[0],
                                value[1],
                                zkb_add(b, d, t1),
                                e.value,
                                value[2],
                                value[3]};
    zkb_take(b, &zkb_bus_sha256_round, i.one, before, 10);
    zkb_give(b, &zkb_bus_sha256_round, i.one, after, 10);
}
