/* Compresses the block at r2 into the state at r1: SHA-256 without padding. r0 = r1.
 *
 * The row of the call reads and writes the state. It gives the state as that of round 0 and takes
 * that of round 64, and what it writes is their sum, word by word mod 2^32. It gives the address of
 * the block, which rows of SHA256_BLOCK read. */
#include "machine/chips/memory.h"
#include "machine/helpers/helpers.h"
#include "machine/helpers/sha256/sha256.h"

enum { MEMORY_WORDS = ZKB_SHA256_STATE_WORDS / 2, BLOCK_WORDS = ZKB_SHA256_BLOCK_WORDS / 2 };

static void on_word_bus(zkb_expr tuple[4], const zkb_instruction_block *i, zkb_sha256_kind kind,
                        zkb_expr index, zkb_expr value)
{
    tuple[0] = zkb_const(i->b, kind);
    tuple[1] = i->clock;
    tuple[2] = index;
    tuple[3] = value;
}

void zkb_sha256_give(const zkb_instruction_block *i, zkb_sha256_kind kind, zkb_expr index,
                     zkb_expr value)
{
    zkb_expr tuple[4];
    on_word_bus(tuple, i, kind, index, value);
    zkb_give(i->b, &zkb_bus_sha256_word, i->one, tuple, 4);
}

void zkb_sha256_take(const zkb_instruction_block *i, zkb_sha256_kind kind, zkb_expr index,
                     zkb_expr value)
{
    zkb_expr tuple[4];
    on_word_bus(tuple, i, kind, index, value);
    zkb_take(i->b, &zkb_bus_sha256_word, i->one, tuple, 4);
}

zkb_expr zkb_sha256_bits(const zkb_instruction_block *i, const char *name, unsigned count,
                         zkb_expr *bits)
{
    for (unsigned j = 0; j < count; j++) {
        bits[j] = zkb_bit(i, zkb_name(i->b, "%s bit %u", name, j));
    }
    return zkb_weighted_sum(i->b, 1, count, bits);
}

/* x XOR y of bits. */
static zkb_expr declare_xor(zkb_chip_builder *b, zkb_expr x, zkb_expr y)
{
    return zkb_sub(b, zkb_add(b, x, y), zkb_scale(b, zkb_mul(b, x, y), 2));
}

zkb_expr zkb_sha256_declare_sigma(const zkb_instruction_block *i, const zkb_sha256_sigma *sigma,
                                  const zkb_expr *bits)
{
    zkb_chip_builder *b = i->b;
    zkb_expr sum[32];
    for (unsigned j = 0; j < 32; j++) {
        const zkb_expr two =
            declare_xor(b, bits[(j + sigma->by[0]) % 32], bits[(j + sigma->by[1]) % 32]);
        if (sigma->shifts && j + sigma->by[2] >= 32) {
            sum[j] = two;
        } else {
            const char *name = zkb_name(b, "%s of two bit %u", sigma->name, j);
            const zkb_expr bit = zkb_column(b, name, 1);
            zkb_assert_zero(b, name, zkb_sub(b, bit, two));
            sum[j] = declare_xor(b, bit, bits[(j + sigma->by[2]) % 32]);
        }
    }
    return zkb_weighted_sum(b, 1, 32, sum);
}

/* Of word j of the state in memory: two words of the hash before, and of round 64. The high one
 * before has no range of its own: it is an integer since both others of its sum are, and so, with a
 * low one in range, the high half of what memory holds. */
static void declare_state_word(zkb_expr before[2], zkb_expr last[2], const zkb_instruction_block *i,
                               zkb_expr address, unsigned j)
{
    zkb_chip_builder *b = i->b;
    zkb_access access;
    zkb_expr after[2];
    before[0] = zkb_limbs(i, zkb_name(b, "word %u limb", 2 * j), 2, NULL);
    before[1] = zkb_column(b, zkb_name(b, "word %u", 2 * j + 1), 32);
    zkb_access_begin_value(&access, i, zkb_name(b, "state %u", j),
                           zkb_const(b, ZKB_SPACE_READ_WRITE),
                           zkb_add(b, address, zkb_const(b, (int64_t)j)), ZKB_SHA256_STATE_RANGE,
                           zkb_weighted_sum(b, 32, 2, before));
    for (unsigned half = 0; half < 2; half++) {
        const unsigned word = 2 * j + half;
        zkb_expr carry[3];
        after[half] = zkb_limbs(i, zkb_name(b, "word %u after limb", word), 2, NULL);
        const zkb_expr carries = zkb_sha256_bits(i, zkb_name(b, "word %u carry", word),
                                                 zkb_sha256_carry_bits(word), carry);
        last[half] =
            zkb_sub(b, zkb_add(b, after[half], zkb_times_power(b, carries, 32)), before[half]);
    }
    zkb_access_end(&access, i, zkb_weighted_sum(b, 32, 2, after));
}

void zkb_declare_sha256(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_access result;
    zkb_expr first[2 + ZKB_SHA256_STATE_WORDS];
    zkb_expr last[2 + ZKB_SHA256_STATE_WORDS];
    zkb_instruction_begin(&i, b);
    const zkb_expr state = zkb_register_read(&i, "r1", zkb_const(b, 1), 0);
    const zkb_expr block = zkb_register_read(&i, "r2", zkb_const(b, 2), 0);
    first[0] = i.clock;
    last[0] = i.clock;
    first[1] = zkb_const(b, 0);
    last[1] = zkb_const(b, ZKB_SHA256_ROUNDS);
    for (unsigned j = 0; j < MEMORY_WORDS; j++) {
        declare_state_word(&first[2 + 2 * j], &last[2 + 2 * j], &i, zkb_word_address(b, state), j);
    }
    zkb_give(b, &zkb_bus_sha256_round, i.one, first, 2 + ZKB_SHA256_STATE_WORDS);
    zkb_take(b, &zkb_bus_sha256_round, i.one, last, 2 + ZKB_SHA256_STATE_WORDS);
    const zkb_expr address = zkb_word_address(b, block);
    const zkb_expr words = zkb_const(b, BLOCK_WORDS);
    zkb_sha256_give(&i, ZKB_SHA256_ADDRESS, first[1], address);
    zkb_sha256_take(&i, ZKB_SHA256_ADDRESS, words, zkb_add(b, address, words));
    zkb_register_begin(&result, &i, "r0 before", zkb_const(b, 0), 3);
    zkb_access_end(&result, &i, state);
    zkb_helper_end(&i, form, variant);
}

void zkb_declare_sha256_block(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_access access;
    zkb_expr bytes[8];
    zkb_auxiliary_begin(&i, b);
    const zkb_expr number = zkb_column(b, "word", 8);
    const zkb_expr address = zkb_column(b, "address", 64);
    const zkb_expr zero = zkb_const(b, 0);
    zkb_sha256_take(&i, ZKB_SHA256_ADDRESS, number, address);
    zkb_sha256_give(&i, ZKB_SHA256_ADDRESS, zkb_add(b, number, i.one), zkb_add(b, address, i.one));
    for (unsigned j = 0; j < 8; j++) {
        bytes[j] = zkb_column(b, zkb_name(b, "byte %u", j), 8);
        const zkb_expr is_byte[3] = {bytes[j], zero, zero};
        zkb_take(b, &zkb_bus_byte_and, i.one, is_byte, 3);
    }
    const zkb_expr space = zkb_declare_load_space(&i, "read-only");
    zkb_access_begin_value(&access, &i, "block", space, address, ZKB_SHA256_BLOCK_RANGE,
                           zkb_weighted_sum(b, 8, 8, bytes));
    zkb_access_end(&access, &i, access.value);
    for (unsigned half = 0; half < 2; half++) {
        const zkb_expr *x = &bytes[4 * half];
        const zkb_expr swapped[4] = {x[3], x[2], x[1], x[0]};
        zkb_sha256_give(&i, ZKB_SHA256_INPUT,
                        zkb_add(b, zkb_scale(b, number, 2), zkb_const(b, (int64_t)half)),
                        zkb_weighted_sum(b, 8, 4, swapped));
    }
}
