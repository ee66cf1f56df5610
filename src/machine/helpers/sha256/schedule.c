/* The message schedule of the helper sha256: a row for each W_t, with its bits.
 *
 * t comes from two one-hot numbers of 8 values each, which also choose K_t. The row gives W_t + K_t
 * to round t, and what W_(t + 16), W_(t + 7), W_(t + 15) and W_(t + 2) need of W_t, where there are
 * such words and they are sums. */
#include "machine/helpers/helpers.h"
#include "machine/helpers/sha256/sha256.h"

const uint32_t zkb_sha256_constants[ZKB_SHA256_ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

const zkb_sha256_sigma zkb_sha256_small[2] = {{"sigma0", {7, 18, 3}, true},
                                              {"sigma1", {17, 19, 10}, true}};

enum { EIGHT = 8, FIRST_EIGHTS = 2 }; /* t = 8 * eight + rest; of the first rows eight < 2 */

/* t = 8 * eight + rest. */
typedef struct place {
    zkb_expr eight[EIGHT]; /* one-hot; those of the chip's rows */
    zkb_expr rest[EIGHT];  /* one-hot */
    zkb_expr t;
    unsigned from, to; /* eights of the chip */
} place;

/* One of the bits is 1 on active rows, none on others. Returns the sum of j times bit j. */
static zkb_expr declare_one_hot(zkb_expr *bits, const zkb_instruction_block *i, const char *name,
                                unsigned from, unsigned to)
{
    zkb_chip_builder *b = i->b;
    zkb_expr number = zkb_const(b, 0);
    zkb_expr sum = zkb_const(b, 0);
    for (unsigned j = from; j < to; j++) {
        bits[j] = zkb_bit(i, zkb_name(b, "%s is %u", name, j));
        sum = zkb_add(b, sum, bits[j]);
        number = zkb_add(b, number, zkb_scale(b, bits[j], j));
    }
    zkb_assert_zero(b, zkb_name(b, "one %s", name), zkb_sub(b, sum, i->active));
    return number;
}

static void declare_place(place *p, const zkb_instruction_block *i, bool later)
{
    zkb_chip_builder *b = i->b;
    zkb_expr eight;
    p->from = later ? FIRST_EIGHTS : 0;
    p->to = later ? EIGHT : FIRST_EIGHTS;
    if (later) {
        eight = declare_one_hot(p->eight, i, "t / 8", p->from, p->to);
    } else {
        eight = zkb_bit(i, "t / 8");
        p->eight[0] = zkb_sub(b, i->active, eight);
        p->eight[1] = eight;
    }
    p->t = zkb_add(b, zkb_scale(b, eight, EIGHT), declare_one_hot(p->rest, i, "t mod 8", 0, EIGHT));
}

static zkb_expr declare_constant(const place *p, const zkb_instruction_block *i)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr constant = zkb_column(b, "K", 32);
    zkb_expr sum = zkb_const(b, 0);
    for (unsigned j = p->from; j < p->to; j++) {
        zkb_expr of_eight = zkb_const(b, 0);
        for (unsigned r = 0; r < EIGHT; r++) {
            of_eight =
                zkb_add(b, of_eight, zkb_scale(b, p->rest[r], zkb_sha256_constants[EIGHT * j + r]));
        }
        sum = zkb_add(b, sum, zkb_mul(b, p->eight[j], of_eight));
    }
    zkb_assert_zero(b, "K of round t", zkb_sub(b, constant, sum));
    return constant;
}

/* Gives (kind, clock, t + ahead, value) where the bit is 1, which it is as the condition says. */
static void give_if(const zkb_instruction_block *i, zkb_sha256_kind kind, const place *p,
                    unsigned ahead, zkb_expr value, zkb_expr condition)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr tuple[4] = {zkb_const(b, kind), i->clock,
                               zkb_add(b, p->t, zkb_const(b, (int64_t)ahead)), value};
    const zkb_expr needed = zkb_bit(i, zkb_name(b, "W of t + %u is a sum", ahead));
    zkb_assert_zero(b, zkb_name(b, "t + %u is one of 16 to 63", ahead),
                    zkb_sub(b, needed, condition));
    zkb_give(b, &zkb_bus_sha256_word, needed, tuple, 4);
}

/* Whether 16 <= t + ahead <= 63. */
static void give_ahead(const zkb_instruction_block *i, const place *p, bool later, zkb_expr w,
                       zkb_expr s0, zkb_expr s1)
{
    zkb_chip_builder *b = i->b;
    const unsigned last = EIGHT - 1;
    const zkb_expr six_or_seven = zkb_add(b, p->rest[6], p->rest[7]);
    if (later) {
        zkb_expr below48 = p->eight[2];
        for (unsigned j = 3; j < 6; j++) {
            below48 = zkb_add(b, below48, p->eight[j]);
        }
        const zkb_expr beyond56 =
            zkb_mul(b, p->eight[last], zkb_sub(b, i->active, p->rest[0])); /* 57 to 63 */
        give_if(i, ZKB_SHA256_W16, p, 16, w, below48);
        give_if(i, ZKB_SHA256_W7, p, 7, w, zkb_sub(b, i->active, beyond56));
        give_if(i, ZKB_SHA256_S15, p, 15, s0,
                zkb_add(b, below48, zkb_mul(b, p->eight[6], p->rest[0]))); /* 48 */
        give_if(i, ZKB_SHA256_S2, p, 2, s1,
                zkb_sub(b, i->active, zkb_mul(b, p->eight[last], six_or_seven)));
    } else {
        zkb_sha256_give(i, ZKB_SHA256_W16, zkb_add(b, p->t, zkb_const(b, 16)), w);
        give_if(i, ZKB_SHA256_W7, p, 7, w,
                zkb_sub(b, p->eight[1], zkb_mul(b, p->eight[1], p->rest[0])));
        give_if(i, ZKB_SHA256_S15, p, 15, s0,
                zkb_sub(b, i->active, zkb_mul(b, p->eight[0], p->rest[0])));
        give_if(i, ZKB_SHA256_S2, p, 2, s1, zkb_mul(b, p->eight[1], six_or_seven));
    }
}

/* W_t + 2^32 carry = sum of four, each of which its giver keeps below 2^32. */
static void declare_sum(const zkb_instruction_block *i, const place *p, zkb_expr w)
{
    zkb_chip_builder *b = i->b;
    zkb_expr carry[2];
    const zkb_expr carries = zkb_sha256_bits(i, "carry", 2, carry);
    const zkb_expr w16 = zkb_column(b, "W of t - 16", 32);
    const zkb_expr w7 = zkb_column(b, "W of t - 7", 32);
    const zkb_expr s15 = zkb_column(b, "sigma0 of t - 15", 32);
    const zkb_expr others = zkb_add(b, zkb_add(b, w16, w7), s15);
    zkb_sha256_take(i, ZKB_SHA256_W16, p->t, w16);
    zkb_sha256_take(i, ZKB_SHA256_W7, p->t, w7);
    zkb_sha256_take(i, ZKB_SHA256_S15, p->t, s15);
    zkb_sha256_take(i, ZKB_SHA256_S2, p->t,
                    zkb_sub(b, zkb_add(b, w, zkb_times_power(b, carries, 32)), others));
}

void zkb_declare_sha256_schedule(zkb_chip_builder *b, unsigned variant)
{
    const bool later = variant == ZKB_SHA256_LATER;
    zkb_instruction_block i;
    place p;
    zkb_expr bits[32];
    zkb_expr sigma[2];
    zkb_auxiliary_begin(&i, b);
    declare_place(&p, &i, later);
    const zkb_expr w = zkb_sha256_bits(&i, "W", 32, bits);
    if (later) {
        declare_sum(&i, &p, w);
    } else {
        zkb_sha256_take(&i, ZKB_SHA256_INPUT, p.t, w);
    }
    for (unsigned j = 0; j < 2; j++) {
        const zkb_expr value = zkb_sha256_declare_sigma(&i, &zkb_sha256_small[j], bits);
        sigma[j] = zkb_column(b, zkb_sha256_small[j].name, 32);
        zkb_assert_zero(b, zkb_sha256_small[j].name, zkb_sub(b, sigma[j], value));
    }
    zkb_sha256_give(&i, ZKB_SHA256_SUMMAND, p.t, zkb_add(b, w, declare_constant(&p, &i)));
    give_ahead(&i, &p, later, w, sigma[0], sigma[1]);
}
