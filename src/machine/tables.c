#include "machine/tables.h"

void zkb_declare_program(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    const zkb_expr slot = zkb_row(b);
    const zkb_expr code = zkb_preprocessed(b, "code", 16);
    const zkb_expr dst = zkb_preprocessed(b, "dst", 8);
    const zkb_expr src = zkb_preprocessed(b, "src", 8);
    const zkb_expr imm = zkb_preprocessed(b, "imm", 64);
    const zkb_expr target = zkb_preprocessed(b, "target", 32);
    const zkb_expr is_function = zkb_preprocessed(b, "is function", 1);
    const zkb_expr executed = zkb_column(b, "times executed", 32);
    const zkb_expr called = zkb_column(b, "times called indirectly", 32);
    const zkb_expr instruction[6] = {slot, code, dst, src, imm, target};
    const zkb_expr function[2] = {slot, is_function};
    zkb_give(b, &zkb_bus_program, executed, instruction, 6);
    zkb_give(b, &zkb_bus_function, called, function, 2);
}

static void declare_compact_range16(zkb_chip_builder *b)
{
    const zkb_expr one = zkb_const(b, 1);
    const zkb_expr low = zkb_column(b, "low byte", 8);
    const zkb_expr high = zkb_column(b, "high byte", 8);
    const zkb_expr value = zkb_add(b, low, zkb_scale(b, high, 256));
    zkb_take(b, &zkb_bus_byte, one, &low, 1);
    zkb_take(b, &zkb_bus_byte, one, &high, 1);
    zkb_give(b, &zkb_bus_range16, zkb_column(b, "multiplicity", 32), &value, 1);
}

static void declare_compact_byte_and(zkb_chip_builder *b)
{
    static const char *const names[3] = {"a", "b", "a AND b"};
    const zkb_expr one = zkb_const(b, 1);
    zkb_expr low[3];
    zkb_expr high[3];
    zkb_expr byte[3];
    for (unsigned j = 0; j < 3; j++) {
        low[j] = zkb_column(b, zkb_name(b, "%s: low nibble", names[j]), 8);
        high[j] = zkb_column(b, zkb_name(b, "%s: high nibble", names[j]), 8);
        byte[j] = zkb_add(b, low[j], zkb_scale(b, high[j], 16));
    }
    zkb_take(b, &zkb_bus_nibble_and, one, low, 3);
    zkb_take(b, &zkb_bus_nibble_and, one, high, 3);
    zkb_give(b, &zkb_bus_byte_and, zkb_column(b, "multiplicity", 32), byte, 3);
}

void zkb_declare_byte(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    const zkb_expr value = zkb_row(b);
    zkb_chip_height(b, 8, true);
    zkb_give(b, &zkb_bus_byte, zkb_column(b, "multiplicity", 32), &value, 1);
}

void zkb_declare_nibble_and(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    const zkb_expr tuple[3] = {zkb_row_bits(b, 0, 4), zkb_row_bits(b, 4, 4),
                               zkb_row_and(b, 0, 4, 4)};
    zkb_chip_height(b, 8, true);
    zkb_give(b, &zkb_bus_nibble_and, zkb_column(b, "multiplicity", 32), tuple, 3);
}

void zkb_declare_range16(zkb_chip_builder *b, unsigned variant)
{
    if (variant == ZKB_LOOKUP_COMPACT) {
        declare_compact_range16(b);
        return;
    }
    const zkb_expr value = zkb_row(b);
    zkb_chip_height(b, 16, true);
    zkb_give(b, &zkb_bus_range16, zkb_column(b, "multiplicity", 32), &value, 1);
}

void zkb_declare_byte_and(zkb_chip_builder *b, unsigned variant)
{
    if (variant == ZKB_LOOKUP_COMPACT) {
        declare_compact_byte_and(b);
        return;
    }
    const zkb_expr tuple[3] = {zkb_row_bits(b, 0, 8), zkb_row_bits(b, 8, 8),
                               zkb_row_and(b, 0, 8, 8)};
    zkb_chip_height(b, 16, true);
    zkb_give(b, &zkb_bus_byte_and, zkb_column(b, "multiplicity", 32), tuple, 3);
}

void zkb_declare_power(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    const zkb_expr tuple[2] = {zkb_row(b), zkb_row_power(b, 0, 6)};
    zkb_chip_height(b, 6, true);
    zkb_give(b, &zkb_bus_power, zkb_column(b, "multiplicity", 32), tuple, 2);
}

/* The content is the weighted sum of the limbs, and beyond the input's end zero. Where it is not,
 * `inside` is 1, which it can be on rows below `words` alone, and on the row words - 1 only
 * together with the bit `last`. That weighs the limbs: by 2^16 what must be zero, by 2^8 what must
 * be a byte. */
static void declare_extent(zkb_chip_builder *b, zkb_expr content)
{
    const zkb_expr words = zkb_instance(b, "words");
    const zkb_expr one = zkb_const(b, 1);
    const zkb_expr inside = zkb_column(b, "inside", 1);
    const zkb_expr last = zkb_column(b, "last", 1);
    const zkb_expr after = zkb_sub(b, zkb_sub(b, words, one), zkb_row(b)); /* words after this */
    zkb_assert_bool(b, "last", last);
    zkb_assert_zero(b, "last is the last", zkb_mul(b, last, after));
    zkb_assert_zero(b, "no content outside", zkb_mul(b, content, zkb_sub(b, one, inside)));
    zkb_expr sum = zkb_const(b, 0);
    zkb_expr beyond = zkb_const(b, 0);
    for (unsigned j = 0; j < 4; j++) {
        const zkb_expr weight = zkb_instance(b, zkb_name(b, "weight %u", j));
        const zkb_expr limb = zkb_column(b, zkb_name(b, "limb %u", j), 16);
        zkb_take(b, &zkb_bus_range16, one, &limb, 1);
        sum = zkb_add(b, sum, zkb_scale(b, limb, (uint64_t)1 << (16 * j)));
        beyond = zkb_add(b, beyond, zkb_mul(b, weight, limb));
    }
    zkb_assert_zero(b, "content = limbs", zkb_sub(b, content, sum));
    /* inside: after - 1 is not negative, or the row is the last and nothing is beyond the end. */
    const zkb_expr margin = zkb_add(b, zkb_mul(b, inside, zkb_sub(b, after, one)),
                                    zkb_mul(b, last, zkb_add(b, one, beyond)));
    zkb_take(b, &zkb_bus_range16, one, &margin, 1);
}

void zkb_declare_segment(zkb_chip_builder *b, unsigned variant)
{
    const zkb_expr space = zkb_instance(b, "space");
    const zkb_expr base = zkb_instance(b, "base");
    const zkb_expr address = zkb_add(b, base, zkb_row(b));
    const zkb_expr one = zkb_const(b, 1);
    const zkb_expr init = zkb_column(b, variant == ZKB_SEGMENT_PLAIN ? "init" : "content", 64);
    const zkb_expr final = variant == ZKB_SEGMENT_PLAIN ? zkb_column(b, "final", 64) : init;
    const zkb_expr time = zkb_column(b, "final time", 32);
    const zkb_expr before[4] = {space, address, init, zkb_const(b, 0)};
    const zkb_expr after[4] = {space, address, final, time};
    zkb_give(b, &zkb_bus_memory, one, before, 4);
    zkb_take(b, &zkb_bus_memory, one, after, 4);
    if (variant == ZKB_SEGMENT_PLAIN) {
        zkb_assert_zero(b, "no change beyond the active rows",
                        zkb_mul(b, zkb_sub(b, one, zkb_active(b)), zkb_sub(b, final, init)));
    }
    if (variant == ZKB_SEGMENT_READ_ONLY_CHECKED) {
        declare_extent(b, init);
    }
}

void zkb_declare_refresh(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    const zkb_expr one = zkb_const(b, 1);
    const zkb_expr space = zkb_column(b, "space", 8);
    const zkb_expr address = zkb_column(b, "address", 64);
    const zkb_expr value = zkb_column(b, "value", 64);
    const zkb_expr time = zkb_column(b, "time before", 32);
    const zkb_expr low = zkb_column(b, "difference low", 16);
    const zkb_expr high = zkb_column(b, "difference high", 16);
    const zkb_expr difference = zkb_add(b, low, zkb_scale(b, high, 65536));
    const zkb_expr later = zkb_add(b, zkb_add(b, time, difference), zkb_const(b, 1));
    const zkb_expr before[4] = {space, address, value, time};
    const zkb_expr after[4] = {space, address, value, later};
    zkb_take(b, &zkb_bus_memory, one, before, 4);
    zkb_give(b, &zkb_bus_memory, one, after, 4);
    zkb_take(b, &zkb_bus_range16, one, &low, 1);
    zkb_take(b, &zkb_bus_range16, one, &high, 1);
}
