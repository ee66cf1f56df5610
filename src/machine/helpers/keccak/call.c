/* Replaces the 25 words at r1 by keccak-f[1600] of them (FIPS 202). r0 = r1.
 *
 * The row of the call gives the address of the state, and what iota adds in each round. A row of
 * KECCAK_WORD for each word takes its address, gives the word before as the lane of round 0 and
 * writes that of round 24. */
#include "machine/chips/memory.h"
#include "machine/helpers/helpers.h"
#include "machine/helpers/keccak/keccak.h"

const uint64_t zkb_keccak_constants[ZKB_KECCAK_ROUNDS] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
const uint8_t zkb_keccak_constant_bytes[ZKB_KECCAK_CONSTANT_BYTES] = {0, 1, 3, 7};

static void on_bus(zkb_expr tuple[5], const zkb_instruction_block *i, zkb_keccak_kind kind,
                   zkb_expr round, zkb_expr index, zkb_expr value)
{
    tuple[0] = zkb_const(i->b, kind);
    tuple[1] = i->clock;
    tuple[2] = round;
    tuple[3] = index;
    tuple[4] = value;
}

void zkb_keccak_give(const zkb_instruction_block *i, zkb_keccak_kind kind, zkb_expr round,
                     zkb_expr index, zkb_expr value)
{
    zkb_expr tuple[5];
    on_bus(tuple, i, kind, round, index, value);
    zkb_give(i->b, &zkb_bus_keccak, i->one, tuple, 5);
}

void zkb_keccak_take(const zkb_instruction_block *i, zkb_keccak_kind kind, zkb_expr round,
                     zkb_expr index, zkb_expr value)
{
    zkb_expr tuple[5];
    on_bus(tuple, i, kind, round, index, value);
    zkb_take(i->b, &zkb_bus_keccak, i->one, tuple, 5);
}

void zkb_keccak_bytes(const zkb_instruction_block *i, const char *name, unsigned count,
                      zkb_expr *bytes)
{
    for (unsigned j = 0; j < count; j++) {
        bytes[j] = zkb_column(i->b, zkb_name(i->b, "%s byte %u", name, j), 8);
    }
}

void zkb_keccak_and(const zkb_instruction_block *i, const char *name, unsigned count, zkb_expr *and,
                    const zkb_expr *x, const zkb_expr *y)
{
    zkb_keccak_bytes(i, name, count, and);
    for (unsigned j = 0; j < count; j++) {
        const zkb_expr tuple[3] = {x[j], y[j], and[j]};
        zkb_take(i->b, &zkb_bus_byte_and, i->one, tuple, 3);
    }
}

void zkb_keccak_xor(const zkb_instruction_block *i, const char *name, unsigned count, zkb_expr *sum,
                    const zkb_expr *x, const zkb_expr *y)
{
    zkb_expr and[ZKB_KECCAK_BYTES];
    zkb_keccak_and(i, name, count, and, x, y);
    for (unsigned j = 0; j < count; j++) {
        sum[j] = zkb_sub(i->b, zkb_add(i->b, x[j], y[j]), zkb_scale(i->b, and[j], 2));
    }
}

zkb_expr zkb_keccak_lane(const zkb_instruction_block *i, const zkb_expr bytes[ZKB_KECCAK_BYTES])
{
    return zkb_weighted_sum(i->b, 8, ZKB_KECCAK_BYTES, bytes);
}

zkb_expr zkb_keccak_wrapped(const zkb_instruction_block *i, zkb_expr high)
{
    return zkb_sub(i->b, zkb_times_power(i->b, high, 64), high);
}

void zkb_declare_keccak(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_access result;
    zkb_instruction_begin(&i, b);
    const zkb_expr state = zkb_register_read(&i, "r1", zkb_const(b, 1), 0);
    const zkb_expr zero = zkb_const(b, 0);
    const zkb_expr address = zkb_word_address(b, state);
    const zkb_expr words = zkb_const(b, ZKB_KECCAK_LANES);
    zkb_keccak_give(&i, ZKB_KECCAK_ADDRESS, zero, zero, address);
    zkb_keccak_take(&i, ZKB_KECCAK_ADDRESS, zero, words, zkb_add(b, address, words));
    for (unsigned t = 0; t < ZKB_KECCAK_ROUNDS; t++) {
        zkb_fr constant;
        zkb_fr_from_u64(&constant, zkb_keccak_constants[t]);
        zkb_keccak_give(&i, ZKB_KECCAK_CONSTANT, zkb_const(b, (int64_t)t), zero,
                        zkb_const_fr(b, &constant));
    }
    zkb_register_begin(&result, &i, "r0 before", zero, 3);
    zkb_access_end(&result, &i, state);
    zkb_helper_end(&i, form, variant);
}

void zkb_declare_keccak_word(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_access access;
    zkb_auxiliary_begin(&i, b);
    const zkb_expr number = zkb_column(b, "word", 8);
    const zkb_expr address = zkb_column(b, "address", 64);
    const zkb_expr zero = zkb_const(b, 0);
    zkb_keccak_take(&i, ZKB_KECCAK_ADDRESS, zero, number, address);
    zkb_keccak_give(&i, ZKB_KECCAK_ADDRESS, zero, zkb_add(b, number, i.one),
                    zkb_add(b, address, i.one));
    zkb_access_begin(&access, &i, "before", zkb_const(b, ZKB_SPACE_READ_WRITE), address,
                     ZKB_KECCAK_STATE_RANGE);
    const zkb_expr after = zkb_column(b, "after", 64);
    zkb_access_end(&access, &i, after);
    zkb_keccak_give(&i, ZKB_KECCAK_LANE, zero, number, access.value);
    zkb_keccak_take(&i, ZKB_KECCAK_LANE, zkb_const(b, ZKB_KECCAK_ROUNDS), number, after);
}
