#include "machine/chips/memory.h"

/* ---- Address ---- */

void zkb_declare_address(zkb_memory_address *a, const zkb_instruction_block *i, zkb_expr *index,
                         zkb_expr *offset)
{
    zkb_chip_builder *b = i->b;
    *index = zkb_column(b, "base", 8);
    *offset = zkb_column(b, "offset + 2^15", 16);
    const zkb_expr base = zkb_register_read(i, "base value", *index, 0);
    a->byte_address = zkb_sub(b, zkb_add(b, base, *offset), zkb_const(b, 32768));
}

zkb_expr zkb_word_address(zkb_chip_builder *b, zkb_expr byte_address)
{
    zkb_fr eighth;
    zkb_fr_from_u64(&eighth, 8);
    zkb_fr_inv(&eighth, &eighth);
    return zkb_mul(b, byte_address, zkb_const_fr(b, &eighth));
}

zkb_expr zkb_declare_load_space(const zkb_instruction_block *i, const char *name)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr read_only = zkb_bit(i, name);
    return zkb_add(b, zkb_const(b, ZKB_SPACE_READ_WRITE),
                   zkb_scale(b, read_only, ZKB_SPACE_READ_ONLY - ZKB_SPACE_READ_WRITE));
}

/* ---- An aligned part of one word ---- */

/* Adds position bits of the limb that holds the part, and the limb's one-hot selection. */
static void declare_limb_position(zkb_memory_part *p, const zkb_instruction_block *i)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr low = zkb_bit(i, "position bit 1");
    const zkb_expr high = zkb_bit(i, "position bit 2");
    const zkb_expr both = zkb_mul(b, low, high);
    p->select[1] = zkb_sub(b, low, both);
    p->select[2] = zkb_sub(b, high, both);
    p->select[3] = both;
    p->select[0] = zkb_sub(b, zkb_sub(b, i->active, low), p->select[2]);
    p->position = zkb_add(b, zkb_scale(b, low, 2), zkb_scale(b, high, 4));
}

static zkb_expr selected_limb(const zkb_memory_part *p, zkb_chip_builder *b)
{
    zkb_expr sum = zkb_const(b, 0);
    for (unsigned j = 0; j < 4; j++) {
        sum = zkb_add(b, sum, zkb_mul(b, p->select[j], p->limb[j]));
    }
    return sum;
}

/* The bytes of the selected limb, by the looked-up triple that makes both bytes. */
static void declare_byte(zkb_memory_part *p, const zkb_instruction_block *i)
{
    zkb_chip_builder *b = i->b;
    p->odd = zkb_bit(i, "position bit 0");
    p->byte[0] = zkb_column(b, "low byte", 8);
    p->byte[1] = zkb_column(b, "high byte", 8);
    const zkb_expr triple[3] = {p->byte[0], p->byte[1], zkb_column(b, "bytes' and", 8)};
    zkb_take(b, &zkb_bus_byte_and, i->one, triple, 3);
    zkb_assert_zero(
        b, "limb = bytes",
        zkb_sub(b, selected_limb(p, b), zkb_add(b, p->byte[0], zkb_scale(b, p->byte[1], 256))));
    p->position = zkb_add(b, p->position, p->odd);
    p->part = zkb_add(b, p->byte[0], zkb_mul(b, p->odd, zkb_sub(b, p->byte[1], p->byte[0])));
}

void zkb_declare_part(zkb_memory_part *p, const zkb_instruction_block *i, unsigned width)
{
    zkb_chip_builder *b = i->b;
    p->word = zkb_limbs(i, "word limb", 4, p->limb);
    if (width == ZKB_PART_32) {
        const zkb_expr upper = zkb_bit(i, "position bit 2");
        const zkb_expr low = zkb_weighted_sum(b, 16, 2, p->limb);
        const zkb_expr high = zkb_weighted_sum(b, 16, 2, p->limb + 2);
        p->select[0] = zkb_sub(b, i->active, upper);
        p->select[2] = upper;
        p->position = zkb_scale(b, upper, 4);
        p->part = zkb_add(b, low, zkb_mul(b, upper, zkb_sub(b, high, low)));
        return;
    }
    declare_limb_position(p, i);
    if (width == ZKB_PART_16) {
        p->part = selected_limb(p, b);
    } else {
        declare_byte(p, i);
    }
}

zkb_expr zkb_part_replaced(const zkb_memory_part *p, zkb_chip_builder *b, unsigned width,
                           zkb_expr value)
{
    zkb_expr word = p->word;
    if (width == ZKB_PART_32) {
        const zkb_expr low = zkb_sub(b, value, zkb_weighted_sum(b, 16, 2, p->limb));
        const zkb_expr high = zkb_sub(b, value, zkb_weighted_sum(b, 16, 2, p->limb + 2));
        word = zkb_add(b, word, zkb_mul(b, p->select[0], low));
        return zkb_add(b, word, zkb_times_power(b, zkb_mul(b, p->select[2], high), 32));
    }
    zkb_expr limb = value;
    if (width == ZKB_PART_8) {
        const zkb_expr if_even = zkb_add(b, value, zkb_scale(b, p->byte[1], 256));
        const zkb_expr if_odd = zkb_add(b, p->byte[0], zkb_scale(b, value, 256));
        limb = zkb_add(b, if_even, zkb_mul(b, p->odd, zkb_sub(b, if_odd, if_even)));
    }
    for (unsigned j = 0; j < 4; j++) {
        const zkb_expr change = zkb_mul(b, p->select[j], zkb_sub(b, limb, p->limb[j]));
        word = zkb_add(b, word, zkb_times_power(b, change, 16 * j));
    }
    return word;
}

/* ---- A window of two words ---- */

void zkb_declare_width(zkb_memory_window *w, const zkb_instruction_block *i,
                       zkb_instruction_fields *f)
{
    zkb_chip_builder *b = i->b;
    w->bits8 = zkb_bit(i, "bits8");
    w->bits16 = zkb_bit(i, "bits16");
    w->bits32 = zkb_bit(i, "bits32");
    zkb_instruction_flag(f, b, 0, w->bits8);
    zkb_instruction_flag(f, b, 1, w->bits16);
    zkb_instruction_flag(f, b, 2, w->bits32);
    /* The program has at most one of the three. */
    w->bits64 = zkb_sub(b, zkb_sub(b, zkb_sub(b, i->active, w->bits8), w->bits16), w->bits32);
    const zkb_expr over8 = zkb_sub(b, i->active, w->bits8);
    const zkb_expr over16 = zkb_sub(b, over8, w->bits16);
    const zkb_expr inside[8] = {i->active, over8,     over16,    over16,
                                w->bits64, w->bits64, w->bits64, w->bits64};
    for (unsigned j = 0; j < 8; j++) {
        w->inside[j] = inside[j];
    }
}

/* The one-hot start; returns its number. */
static zkb_expr declare_start(zkb_memory_window *w, const zkb_instruction_block *i)
{
    zkb_chip_builder *b = i->b;
    zkb_expr sum = zkb_const(b, 0);
    zkb_expr number = zkb_const(b, 0);
    for (unsigned k = 0; k < 8; k++) {
        w->start[k] = zkb_bit(i, zkb_name(b, "starts at byte %u", k));
        sum = zkb_add(b, sum, w->start[k]);
        number = zkb_add(b, number, zkb_scale(b, w->start[k], k));
    }
    zkb_assert_zero(b, "starts at one byte", zkb_sub(b, sum, i->active));
    return number;
}

/* Bytes in pairs whose looked-up triple makes them bytes; the second word only where crossed. */
static void declare_bytes(zkb_memory_window *w, const zkb_instruction_block *i)
{
    zkb_chip_builder *b = i->b;
    for (unsigned j = 0; j < 16; j += 2) {
        w->byte[j] = zkb_column(b, zkb_name(b, "byte %u", j), 8);
        w->byte[j + 1] = zkb_column(b, zkb_name(b, "byte %u", j + 1), 8);
        const zkb_expr triple[3] = {
            w->byte[j], w->byte[j + 1],
            zkb_column(b, zkb_name(b, "and of bytes %u and %u", j, j + 1), 8)};
        zkb_take(b, &zkb_bus_byte_and, i->one, triple, 3);
    }
    w->before[0] = zkb_weighted_sum(b, 8, 8, w->byte);
    w->before[1] = zkb_weighted_sum(b, 8, 8, w->byte + 8);
}

void zkb_declare_window(zkb_memory_window *w, const zkb_instruction_block *i, zkb_expr byte_address,
                        bool loads)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr start = declare_start(w, i);
    declare_bytes(w, i);
    w->crosses = zkb_column(b, "crosses", 1);
    zkb_assert_bool(b, "crosses", w->crosses);
    zkb_assert_zero(b, "second word is zero unless crossed",
                    zkb_mul(b, w->before[1], zkb_sub(b, i->active, w->crosses)));
    /* start + bytes - 9 >= 0 if it crosses, 8 - start - bytes >= 0 if not. */
    const zkb_expr widths[4] = {w->bits8, zkb_scale(b, w->bits16, 2), zkb_scale(b, w->bits32, 4),
                                zkb_scale(b, w->bits64, 8)};
    const zkb_expr end = zkb_add(b, start, zkb_weighted_sum(b, 0, 4, widths));
    const zkb_expr margin = zkb_limbs(i, "margin", 1, NULL);
    const zkb_expr if_not = zkb_sub(b, zkb_scale(b, i->active, 8), end);
    const zkb_expr change = zkb_sub(b, zkb_scale(b, end, 2), zkb_scale(b, i->active, 17));
    zkb_assert_zero(b, "crosses if it ends beyond the word",
                    zkb_sub(b, margin, zkb_add(b, if_not, zkb_mul(b, w->crosses, change))));
    const zkb_expr address = zkb_word_address(b, zkb_sub(b, byte_address, start));
    const zkb_expr next = zkb_add(b, address, zkb_const(b, 1));
    const zkb_expr writable = zkb_const(b, ZKB_SPACE_READ_WRITE);
    const zkb_expr space0 = loads ? zkb_declare_load_space(i, "word 0 read-only") : writable;
    const zkb_expr space1 = loads ? zkb_declare_load_space(i, "word 1 read-only") : writable;
    if (loads) {
        zkb_assert_zero(
            b, "word 1 has no space unless crossed",
            zkb_mul(b, zkb_sub(b, space1, writable), zkb_sub(b, zkb_const(b, 1), w->crosses)));
    }
    zkb_access_begin_value(&w->access[0], i, "word 0", space0, address, 2, w->before[0]);
    zkb_access_begin_value(&w->access[1], i, "word 1", space1, next, 2, w->before[1]);
}

void zkb_window_access(const zkb_memory_window *w, const zkb_instruction_block *i,
                       const zkb_expr after[2])
{
    zkb_access_end(&w->access[0], i, after[0]);
    zkb_access_end_if(&w->access[1], i, after[1], w->crosses);
}

zkb_expr zkb_window_byte(const zkb_memory_window *w, const zkb_instruction_block *i, unsigned j)
{
    zkb_expr sum = zkb_const(i->b, 0);
    for (unsigned k = 0; k < 8; k++) {
        sum = zkb_add(i->b, sum, zkb_mul(i->b, w->start[k], w->byte[k + j]));
    }
    return sum;
}
