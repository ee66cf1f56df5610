/* Atomic operations on aligned words and half words: read, modify, write, and a register that may
 * receive the old content. Misaligned ones fault, so a proof has none: an address that is no
 * multiple of the width names no word.
 *
 * The old content is `old`, below 2^32 where is32 is set; the other half of the word is then
 * `other`, and the bit `upper` says which half is meant. */
#include "machine/chips/chips.h"
#include "machine/chips/memory.h"

enum { BYTES = 8 };

/* ---- The half of a word ---- */

typedef struct half {
    zkb_expr is32, upper, other;
} half;

/* Columns: is32, upper, the other half's limbs. */
static void declare_half(half *h, const zkb_instruction_block *i)
{
    zkb_chip_builder *b = i->b;
    h->is32 = zkb_bit(i, "is32");
    h->upper = zkb_bit(i, "upper half");
    h->other = zkb_limbs(i, "other half", 2, NULL);
    const zkb_expr wide = zkb_sub(b, i->active, h->is32);
    zkb_assert_zero(b, "no half unless is32", zkb_mul(b, h->upper, wide));
    zkb_assert_zero(b, "no other half unless is32", zkb_mul(b, h->other, wide));
}

static void put_half(zkb_row_writer *row, bool is32, uint64_t word)
{
    const bool upper = is32 && (row->step->address & 4u) != 0;
    zkb_put8(row, is32);
    zkb_put8(row, upper);
    zkb_put_limbs(row, 2, !is32 ? 0 : upper ? (uint32_t)word : word >> 32);
}

/* The operand's value in the word: the whole of it, or its half beside the other one. */
static zkb_expr whole_word(const half *h, zkb_chip_builder *b, zkb_expr part)
{
    const zkb_expr up = zkb_mul(b, h->upper, part);
    const zkb_expr moved = zkb_sub(b, zkb_times_power(b, up, 32), up);
    const zkb_expr place =
        zkb_add(b, h->upper, zkb_times_power(b, zkb_sub(b, h->is32, h->upper), 32));
    return zkb_add(b, zkb_add(b, part, moved), zkb_mul(b, h->other, place));
}

/* low + 2^32 high, without `high` where is32 is set. */
static zkb_expr narrowed(const half *h, const zkb_instruction_block *i, zkb_expr low, zkb_expr high)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr wide = zkb_sub(b, i->active, h->is32);
    return zkb_add(b, low, zkb_times_power(b, zkb_mul(b, wide, high), 32));
}

static zkb_expr half_address(const half *h, zkb_chip_builder *b, const zkb_memory_address *a)
{
    return zkb_word_address(b, zkb_sub(b, a->byte_address, zkb_scale(b, h->upper, 4)));
}

/* What the operation sees of the word. */
static uint64_t old_value(const zkb_row_writer *row, bool is32)
{
    const uint64_t word = row->memory[0].before;
    return is32 ? (uint32_t)(word >> (8 * (row->step->address & 4u))) : word;
}

/* ---- add, or, and, xor ---- */

typedef struct bytes {
    zkb_expr low, high; /* the weighted sums of four bytes each */
} bytes;

static bytes sum_bytes(zkb_chip_builder *b, const zkb_expr byte[BYTES])
{
    return (bytes){zkb_weighted_sum(b, 8, BYTES / 2, byte),
                   zkb_weighted_sum(b, 8, BYTES / 2, byte + BYTES / 2)};
}

static zkb_expr whole(zkb_chip_builder *b, bytes x)
{
    return zkb_add(b, x.low, zkb_times_power(b, x.high, 32));
}

typedef struct operands {
    bytes old, src, both; /* both: old AND src */
} operands;

/* Columns: bytes of the old content, of src and of their AND, by looked-up triples. */
static void declare_operands(operands *o, const zkb_instruction_block *i)
{
    zkb_chip_builder *b = i->b;
    zkb_expr old[BYTES];
    zkb_expr src[BYTES];
    zkb_expr both[BYTES];
    for (unsigned j = 0; j < BYTES; j++) {
        old[j] = zkb_column(b, zkb_name(b, "old byte %u", j), 8);
        src[j] = zkb_column(b, zkb_name(b, "src byte %u", j), 8);
        both[j] = zkb_column(b, zkb_name(b, "and byte %u", j), 8);
        const zkb_expr triple[3] = {old[j], src[j], both[j]};
        zkb_take(b, &zkb_bus_byte_and, i->one, triple, 3);
    }
    o->old = sum_bytes(b, old);
    o->src = sum_bytes(b, src);
    o->both = sum_bytes(b, both);
}

static void put_operands(zkb_row_writer *row, uint64_t old, uint64_t src)
{
    for (unsigned j = 0; j < BYTES; j++) {
        const uint8_t x = (uint8_t)(old >> (8 * j));
        const uint8_t y = (uint8_t)(src >> (8 * j));
        zkb_put8(row, x);
        zkb_put8(row, y);
        zkb_put8(row, x & y);
        row->counts->byte_and[x + 256u * y]++;
    }
}

/* The result by kind (0 add, 1 or, 2 and, 3 xor; bits k0, k1) as range-checked limbs:
 *     (1 - k1 + k0 k1)(old + operand) + (k1 - k0 - 2 k0 k1) both = result + 2^w carry
 * where result < 2^w, so that it is the left side mod 2^w. */
static zkb_expr declare_result(const zkb_instruction_block *i, const half *h, const operands *o,
                               zkb_expr k0, zkb_expr k1)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr k01 = zkb_mul(b, k0, k1);
    const zkb_expr of_sum = zkb_add(b, zkb_sub(b, zkb_const(b, 1), k1), k01);
    const zkb_expr of_both = zkb_sub(b, zkb_sub(b, k1, k0), zkb_scale(b, k01, 2));
    const zkb_expr sum = zkb_add(b, whole(b, o->old), narrowed(h, i, o->src.low, o->src.high));
    const zkb_expr total =
        zkb_add(b, zkb_mul(b, of_sum, sum), zkb_mul(b, of_both, whole(b, o->both)));
    const zkb_expr low = zkb_limbs(i, "result low", 2, NULL);
    const zkb_expr high = zkb_limbs(i, "result high", 2, NULL);
    const zkb_expr carry = zkb_bit(i, "carry");
    const zkb_expr narrow = zkb_mul(b, carry, h->is32);
    const zkb_expr carried = zkb_add(b, zkb_times_power(b, zkb_sub(b, carry, narrow), 64),
                                     zkb_times_power(b, narrow, 32));
    const zkb_expr result = zkb_add(b, low, zkb_times_power(b, high, 32));
    zkb_assert_zero(b, "result below 2^32 if is32", zkb_mul(b, h->is32, high));
    zkb_assert_zero(b, "total = result + 2^w carry",
                    zkb_sub(b, total, zkb_add(b, result, carried)));
    return result;
}

void zkb_declare_atomic(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_memory_address a;
    zkb_access word;
    zkb_access src;
    half h;
    operands o;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr fetch = zkb_bit(&i, "fetch");
    const zkb_expr k0 = zkb_bit(&i, "kind bit 0");
    const zkb_expr k1 = zkb_bit(&i, "kind bit 1");
    declare_half(&h, &i);
    zkb_instruction_flag(&f, b, 0, fetch);
    zkb_instruction_flag(&f, b, 1, h.is32);
    zkb_instruction_flag(&f, b, 2, k0);
    zkb_instruction_flag(&f, b, 3, k1);
    zkb_declare_address(&a, &i, &f.dst, &f.target);
    declare_operands(&o, &i);
    zkb_assert_zero(b, "old below 2^32 if is32", zkb_mul(b, h.is32, o.old.high));
    const zkb_expr result = declare_result(&i, &h, &o, k0, k1);
    const zkb_expr old = whole(b, o.old);
    const zkb_expr operand = whole(b, o.src);
    zkb_access_begin_value(&word, &i, "word", zkb_const(b, ZKB_SPACE_READ_WRITE),
                           half_address(&h, b, &a), 2, whole_word(&h, b, old));
    zkb_access_end(&word, &i, whole_word(&h, b, result));
    f.src = zkb_column(b, "src", 8);
    zkb_access_begin_value(&src, &i, "src", zkb_const(b, ZKB_SPACE_REGISTER), f.src, 3, operand);
    zkb_access_end(&src, &i, zkb_add(b, operand, zkb_mul(b, fetch, zkb_sub(b, old, operand))));
    zkb_instruction_end_next(&i, &f);
}

static uint64_t combined(unsigned kind, uint64_t old, uint64_t operand)
{
    switch (kind) {
    case 0:
        return old + operand;
    case 1:
        return old | operand;
    case 2:
        return old & operand;
    default:
        return old ^ operand;
    }
}

ZKB_PROVER_ONLY void zkb_fill_atomic(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    const unsigned flags = row->decoded->code & 15u;
    const unsigned kind = flags >> 2;
    const bool is32 = (flags & 2u) != 0;
    const uint64_t old = old_value(row, is32);
    const uint64_t operand = is32 ? (uint32_t)s->src_value : s->src_value;
    const uint64_t total = combined(kind, old, operand);
    zkb_put_instruction(row);
    zkb_put8(row, flags & 1u);
    zkb_put8(row, kind & 1u);
    zkb_put8(row, kind >> 1);
    put_half(row, is32, row->memory[0].before);
    zkb_put_address(row, row->decoded->dst, s->dst_value);
    put_operands(row, old, s->src_value);
    zkb_put_limbs(row, 4, is32 ? (uint32_t)total : total);
    zkb_put8(row, kind == 0 && (is32 ? total >> 32 != 0 : total < old));
    zkb_put_range16(row, zkb_touch_memory(row, s->address / 8, 2, row->memory[0].before));
    zkb_put8(row, row->decoded->src);
    zkb_put_range16(row, zkb_touch_register(row, row->decoded->src, 3, s->src_value));
}

/* ---- exchange, compare and exchange ---- */

/* Four limbs; returns their sum, of which *low is the low half and *high the high one. */
static zkb_expr declare_halves(const zkb_instruction_block *i, const char *name, zkb_expr *low,
                               zkb_expr *high)
{
    zkb_expr limb[4];
    const zkb_expr value = zkb_limbs(i, name, 4, limb);
    *low = zkb_weighted_sum(i->b, 16, 2, limb);
    *high = zkb_weighted_sum(i->b, 16, 2, limb + 2);
    return value;
}

/* Base at slot 0, src at 1, the word at 2, r0 at 3: all registers may be one. A plain exchange
 * compares nothing, which counts as equal. */
void zkb_declare_exchange(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_memory_address a;
    zkb_access src;
    zkb_access word;
    zkb_access r0;
    half h;
    zkb_expr low;
    zkb_expr high;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr compare = zkb_bit(&i, "compare");
    declare_half(&h, &i);
    zkb_instruction_flag(&f, b, 0, compare);
    zkb_instruction_flag(&f, b, 1, h.is32);
    zkb_declare_address(&a, &i, &f.dst, &f.target);
    const zkb_expr old = declare_halves(&i, "old limb", &low, &high);
    zkb_assert_zero(b, "old below 2^32 if is32", zkb_mul(b, h.is32, high));

    f.src = zkb_column(b, "src", 8);
    const zkb_expr src_value = declare_halves(&i, "src limb", &low, &high);
    const zkb_expr operand = narrowed(&h, &i, low, high);
    zkb_access_begin_value(&src, &i, "src", zkb_const(b, ZKB_SPACE_REGISTER), f.src, 1, src_value);
    const zkb_expr change =
        zkb_mul(b, zkb_sub(b, zkb_const(b, 1), compare), zkb_sub(b, old, src_value));
    zkb_access_end(&src, &i, zkb_add(b, src_value, change));

    const zkb_expr r0_value = declare_halves(&i, "r0 limb", &low, &high);
    zkb_assert_zero(b, "no r0 unless compared",
                    zkb_mul(b, r0_value, zkb_sub(b, i.active, compare)));
    const zkb_expr difference = zkb_sub(b, narrowed(&h, &i, low, high), old);
    const zkb_expr equal = zkb_equal(&i, zkb_mul(b, compare, difference), 4);
    const zkb_expr stored = zkb_column(b, "stored", 64);
    zkb_assert_zero(
        b, "stored = equal ? operand : old",
        zkb_sub(b, stored, zkb_add(b, old, zkb_mul(b, equal, zkb_sub(b, operand, old)))));
    zkb_access_begin_value(&word, &i, "word", zkb_const(b, ZKB_SPACE_READ_WRITE),
                           half_address(&h, b, &a), 2, whole_word(&h, b, old));
    zkb_access_end(&word, &i, whole_word(&h, b, stored));
    zkb_access_begin_value(&r0, &i, "r0", zkb_const(b, ZKB_SPACE_REGISTER), zkb_const(b, 0), 3,
                           r0_value);
    zkb_access_end_if(&r0, &i, old, compare);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_exchange(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    const bool compare = (row->decoded->code & 1u) != 0;
    const bool is32 = (row->decoded->code & 2u) != 0;
    const uint64_t old = old_value(row, is32);
    const uint64_t operand = is32 ? (uint32_t)s->src_value : s->src_value;
    const uint64_t r0 = compare ? s->result_before : 0;
    zkb_put_instruction(row);
    zkb_put8(row, compare);
    put_half(row, is32, row->memory[0].before);
    zkb_put_address(row, row->decoded->dst, s->dst_value);
    zkb_put_limbs(row, 4, old);
    zkb_put8(row, row->decoded->src);
    zkb_put_limbs(row, 4, s->src_value);
    zkb_put_range16(row, zkb_touch_register(row, row->decoded->src, 1, s->src_value));
    zkb_put_limbs(row, 4, r0);
    const uint64_t compared = !compare ? old : is32 ? (uint32_t)r0 : r0;
    const bool equal = zkb_put_equal(row, compared, old, 4);
    zkb_put64(row, equal ? operand : old);
    zkb_put_range16(row, zkb_touch_memory(row, s->address / 8, 2, row->memory[0].before));
    if (compare) {
        zkb_put_range16(row, zkb_touch_register(row, 0, 3, r0));
    } else {
        zkb_put16(row, 0);
    }
}
