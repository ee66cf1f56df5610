/* Theta of the helper keccak.
 *
 * A row of KECCAK_SHEET has the five lanes of one x. It gives the parity of its columns, takes what
 * theta adds to each lane of the sheet, and gives the lanes with that added. A row of KECCAK_PARITY
 * makes of the five parities what is added: D[x] = C[x - 1] XOR (C[x + 1] turned left by 1). */
#include "machine/helpers/helpers.h"
#include "machine/helpers/keccak/keccak.h"

enum { SIDE = ZKB_KECCAK_SIDE, BYTES = ZKB_KECCAK_BYTES };

/* x + 5 y. */
static zkb_expr index_of(const zkb_instruction_block *i, zkb_expr x, unsigned y)
{
    return zkb_add(i->b, x, zkb_const(i->b, (int64_t)SIDE * y));
}

void zkb_declare_keccak_sheet(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_expr lanes[SIDE][BYTES];
    zkb_expr parity[BYTES];
    zkb_expr flip[BYTES];
    zkb_auxiliary_begin(&i, b);
    const zkb_expr t = zkb_column(b, "round", 8);
    const zkb_expr x = zkb_column(b, "x", 8);
    for (unsigned y = 0; y < SIDE; y++) {
        zkb_keccak_bytes(&i, zkb_name(b, "lane %u", y), BYTES, lanes[y]);
        zkb_keccak_take(&i, ZKB_KECCAK_LANE, t, index_of(&i, x, y), zkb_keccak_lane(&i, lanes[y]));
    }
    for (unsigned y = 1; y < SIDE; y++) {
        zkb_keccak_xor(&i, zkb_name(b, "parity AND lane %u", y), BYTES, parity,
                       y == 1 ? lanes[0] : parity, lanes[y]);
    }
    zkb_keccak_give(&i, ZKB_KECCAK_PARITY, t, x, zkb_keccak_lane(&i, parity));
    zkb_keccak_bytes(&i, "flip", BYTES, flip);
    zkb_keccak_take(&i, ZKB_KECCAK_FLIP, t, x, zkb_keccak_lane(&i, flip));
    for (unsigned y = 0; y < SIDE; y++) {
        zkb_expr sum[BYTES];
        zkb_keccak_xor(&i, zkb_name(b, "lane %u AND flip", y), BYTES, sum, lanes[y], flip);
        zkb_keccak_give(&i, ZKB_KECCAK_FLIPPED, t, index_of(&i, x, y), zkb_keccak_lane(&i, sum));
    }
}

void zkb_declare_keccak_parity(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_expr parity[SIDE][BYTES];
    zkb_expr turned[SIDE][BYTES];
    zkb_auxiliary_begin(&i, b);
    const zkb_expr t = zkb_column(b, "round", 8);
    for (unsigned x = 0; x < SIDE; x++) {
        zkb_keccak_bytes(&i, zkb_name(b, "parity %u", x), BYTES, parity[x]);
        zkb_keccak_bytes(&i, zkb_name(b, "parity %u turned", x), BYTES, turned[x]);
        const zkb_expr whole = zkb_keccak_lane(&i, parity[x]);
        const zkb_expr high = zkb_bit(&i, zkb_name(b, "parity %u high bit", x));
        zkb_assert_zero(b, zkb_name(b, "parity %u turned left by 1", x),
                        zkb_sub(b, zkb_sub(b, zkb_scale(b, whole, 2), zkb_keccak_wrapped(&i, high)),
                                zkb_keccak_lane(&i, turned[x])));
        zkb_keccak_take(&i, ZKB_KECCAK_PARITY, t, zkb_const(b, (int64_t)x), whole);
    }
    for (unsigned x = 0; x < SIDE; x++) {
        zkb_expr flip[BYTES];
        zkb_keccak_xor(&i, zkb_name(b, "flip %u AND", x), BYTES, flip,
                       parity[(x + SIDE - 1) % SIDE], turned[(x + 1) % SIDE]);
        zkb_keccak_give(&i, ZKB_KECCAK_FLIP, t, zkb_const(b, (int64_t)x),
                        zkb_keccak_lane(&i, flip));
    }
}
