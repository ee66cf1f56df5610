/* Rho, pi, chi and iota of the helper keccak.
 *
 * A row of KECCAK_PLANE has the five lanes of one y after rho and pi, in bytes. Which lane each of
 * them was, turned by how many places, is the chip's: there is one for each y. Turned lanes are
 * those that add up with the bits that were turned around the end, which are in range. */
#include "machine/helpers/helpers.h"
#include "machine/helpers/keccak/keccak.h"

enum { SIDE = ZKB_KECCAK_SIDE, BYTES = ZKB_KECCAK_BYTES, HALF = 32, WIDTH = 64 };

static const uint8_t turns_of[ZKB_KECCAK_LANES] = {
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14};

zkb_keccak_move zkb_keccak_move_to(unsigned x, unsigned y)
{
    const unsigned from = (x + 3 * y) % SIDE + SIDE * x;
    const unsigned turns = turns_of[from];
    const bool back = turns > HALF;
    return (zkb_keccak_move){
        .from = from, .turns = turns, .places = back ? WIDTH - turns : turns, .back = back};
}

/* 0 <= high < 2^places. What the scaled number has below its lowest bit is refused by the equation
 * of the turned lane: all else in it is an integer. */
static zkb_expr declare_high(const zkb_instruction_block *i, const char *name, unsigned places)
{
    zkb_chip_builder *b = i->b;
    const unsigned low_bits = places > 16 ? places - 16 : places;
    const zkb_expr low = zkb_column(b, zkb_name(b, "%s: high bits", name), 16);
    zkb_range16(i, zkb_times_power(b, low, 16 - low_bits));
    if (places <= 16) {
        return low;
    }
    const zkb_expr high = zkb_column(b, zkb_name(b, "%s: highest bits", name), 16);
    zkb_range16(i, high);
    return zkb_add(b, low, zkb_times_power(b, high, low_bits));
}

/* The lane that is `bytes` when turned as the move says. */
static zkb_expr declare_unturned(const zkb_instruction_block *i, const char *name,
                                 const zkb_keccak_move *move, const zkb_expr bytes[BYTES])
{
    zkb_chip_builder *b = i->b;
    const zkb_expr lane = zkb_keccak_lane(i, bytes);
    if (move->places == 0) {
        return lane;
    }
    const zkb_expr wrapped = zkb_keccak_wrapped(i, declare_high(i, name, move->places));
    if (move->back) {
        return zkb_sub(b, zkb_times_power(b, lane, move->places), wrapped);
    }
    zkb_fr fraction;
    zkb_fr_from_u64(&fraction, UINT64_C(1) << move->places);
    zkb_fr_inv(&fraction, &fraction);
    return zkb_mul(b, zkb_add(b, lane, wrapped), zkb_const_fr(b, &fraction));
}

/* Adds the round's constant to lane (0, 0), in the bytes where it has bits. */
static void declare_iota(zkb_expr lane[BYTES], const zkb_instruction_block *i, zkb_expr t)
{
    zkb_chip_builder *b = i->b;
    zkb_expr constant[ZKB_KECCAK_CONSTANT_BYTES];
    zkb_expr bytes[ZKB_KECCAK_CONSTANT_BYTES];
    zkb_expr sum = zkb_const(b, 0);
    zkb_keccak_bytes(i, "constant", ZKB_KECCAK_CONSTANT_BYTES, constant);
    for (unsigned j = 0; j < ZKB_KECCAK_CONSTANT_BYTES; j++) {
        const unsigned at = zkb_keccak_constant_bytes[j];
        bytes[j] = lane[at];
        sum = zkb_add(b, sum, zkb_times_power(b, constant[j], 8 * at));
    }
    zkb_keccak_take(i, ZKB_KECCAK_CONSTANT, t, zkb_const(b, 0), sum);
    zkb_keccak_xor(i, "lane 0 AND constant", ZKB_KECCAK_CONSTANT_BYTES, bytes, bytes, constant);
    for (unsigned j = 0; j < ZKB_KECCAK_CONSTANT_BYTES; j++) {
        lane[zkb_keccak_constant_bytes[j]] = bytes[j];
    }
}

/* after = b XOR (NOT c AND d). */
static void declare_chi(zkb_expr after[BYTES], const zkb_instruction_block *i, unsigned x,
                        zkb_expr lanes[SIDE][BYTES])
{
    zkb_chip_builder *b = i->b;
    const zkb_expr ones = zkb_const(b, 0xff);
    zkb_expr inverse[BYTES];
    zkb_expr and[BYTES];
    for (unsigned j = 0; j < BYTES; j++) {
        inverse[j] = zkb_sub(b, ones, lanes[(x + 1) % SIDE][j]);
    }
    zkb_keccak_and(i, zkb_name(b, "lane %u: NOT next AND third", x), BYTES, and, inverse,
                   lanes[(x + 2) % SIDE]);
    zkb_keccak_xor(i, zkb_name(b, "lane %u AND that", x), BYTES, after, lanes[x], and);
}

void zkb_declare_keccak_plane(zkb_chip_builder *b, unsigned y)
{
    zkb_instruction_block i;
    zkb_expr lanes[SIDE][BYTES];
    zkb_auxiliary_begin(&i, b);
    const zkb_expr t = zkb_column(b, "round", 8);
    for (unsigned x = 0; x < SIDE; x++) {
        const zkb_keccak_move move = zkb_keccak_move_to(x, y);
        const char *name = zkb_name(b, "lane %u", x);
        zkb_keccak_bytes(&i, name, BYTES, lanes[x]);
        zkb_keccak_take(&i, ZKB_KECCAK_FLIPPED, t, zkb_const(b, (int64_t)move.from),
                        declare_unturned(&i, name, &move, lanes[x]));
    }
    for (unsigned x = 0; x < SIDE; x++) {
        zkb_expr after[BYTES];
        declare_chi(after, &i, x, lanes);
        if (x + y == 0) {
            declare_iota(after, &i, t);
        }
        zkb_keccak_give(&i, ZKB_KECCAK_LANE, zkb_add(b, t, i.one),
                        zkb_const(b, (int64_t)SIDE * y + x), zkb_keccak_lane(&i, after));
    }
}
