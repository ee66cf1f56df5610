/* Stores, of a register or an immediate. Every store names read-write space, so none reaches
 * read-only memory. */
#include "machine/chips/chips.h"
#include "machine/chips/memory.h"

static bool is_x(unsigned variant) { return (variant & ZKB_STORE_X) != 0; }

/* ---- 64 bits, aligned ---- */

void zkb_declare_store_word(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_memory_address a;
    zkb_access word;
    zkb_expr value;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    zkb_declare_address(&a, &i, &f.dst, &f.target);
    if (is_x(variant)) {
        f.src = zkb_column(b, "src", 8);
        value = zkb_register_read(&i, "src value", f.src, 1);
    } else {
        f.imm = zkb_column(b, "imm", 64);
        value = f.imm;
    }
    zkb_access_begin(&word, &i, "word before", zkb_const(b, ZKB_SPACE_READ_WRITE),
                     zkb_word_address(b, a.byte_address), 2);
    zkb_access_end(&word, &i, value);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_store_word(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put_address(row, row->decoded->dst, s->dst_value);
    if (is_x(variant)) {
        zkb_put8(row, row->decoded->src);
        zkb_put_register(row, row->decoded->src, 1, s->src_value);
    } else {
        zkb_put64(row, row->decoded->imm);
    }
    zkb_put_memory(row, s->address / 8, 2, row->memory[0].before);
}

/* ---- 32, 16 and 8 bits of a register, aligned ---- */

/* The low `width` of the src register, from range-checked limbs. */
static zkb_expr declare_low_part(const zkb_instruction_block *i, zkb_expr src, unsigned width)
{
    zkb_chip_builder *b = i->b;
    zkb_expr limb[4];
    zkb_assert_zero(b, "src = limbs", zkb_sub(b, src, zkb_limbs(i, "src limb", 4, limb)));
    if (width == ZKB_PART_32) {
        return zkb_weighted_sum(b, 16, 2, limb);
    }
    if (width == ZKB_PART_16) {
        return limb[0];
    }
    const zkb_expr triple[3] = {zkb_column(b, "src low byte", 8), zkb_column(b, "src high byte", 8),
                                zkb_column(b, "src bytes' and", 8)};
    zkb_take(b, &zkb_bus_byte_and, i->one, triple, 3);
    zkb_assert_zero(b, "src limb 0 = bytes",
                    zkb_sub(b, limb[0], zkb_add(b, triple[0], zkb_scale(b, triple[1], 256))));
    return triple[0];
}

static void put_low_part(zkb_row_writer *row, uint64_t src, unsigned width)
{
    zkb_put_limbs(row, 4, src);
    if (width == ZKB_PART_8) {
        const uint8_t low = (uint8_t)src;
        const uint8_t high = (uint8_t)(src >> 8);
        zkb_put8(row, low);
        zkb_put8(row, high);
        zkb_put8(row, low & high);
        row->counts->byte_and[low + 256u * high]++;
    }
}

void zkb_declare_store_aligned(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_memory_address a;
    zkb_memory_part p;
    zkb_access word;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    zkb_instruction_flag(&f, b, variant, zkb_const(b, 1));
    zkb_declare_address(&a, &i, &f.dst, &f.target);
    f.src = zkb_column(b, "src", 8);
    const zkb_expr src = zkb_register_read(&i, "src value", f.src, 1);
    const zkb_expr value = declare_low_part(&i, src, variant);
    zkb_declare_part(&p, &i, variant);
    const zkb_expr after = zkb_column(b, "word after", 64);
    zkb_assert_zero(b, "word after", zkb_sub(b, after, zkb_part_replaced(&p, b, variant, value)));
    zkb_access_begin_value(&word, &i, "word", zkb_const(b, ZKB_SPACE_READ_WRITE),
                           zkb_word_address(b, zkb_sub(b, a.byte_address, p.position)), 2, p.word);
    zkb_access_end(&word, &i, after);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_store_aligned(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put_address(row, row->decoded->dst, s->dst_value);
    zkb_put8(row, row->decoded->src);
    zkb_put_register(row, row->decoded->src, 1, s->src_value);
    put_low_part(row, s->src_value, variant);
    zkb_put_part(row, row->memory[0].before, (unsigned)(s->address % 8), variant);
    zkb_put64(row, row->memory[0].after);
    zkb_put_range16(row, zkb_touch_memory(row, s->address / 8, 2, row->memory[0].before));
}

/* ---- any width and alignment, of a register or an immediate ---- */

/* The stored bytes: columns made bytes in pairs, whose weighted sum is the operand. */
static zkb_expr declare_stored(const zkb_instruction_block *i, zkb_expr byte[8])
{
    zkb_chip_builder *b = i->b;
    for (unsigned j = 0; j < 8; j += 2) {
        byte[j] = zkb_column(b, zkb_name(b, "operand byte %u", j), 8);
        byte[j + 1] = zkb_column(b, zkb_name(b, "operand byte %u", j + 1), 8);
        const zkb_expr triple[3] = {byte[j], byte[j + 1],
                                    zkb_column(b, zkb_name(b, "operand bytes' and %u", j), 8)};
        zkb_take(b, &zkb_bus_byte_and, i->one, triple, 3);
    }
    return zkb_weighted_sum(b, 8, 8, byte);
}

/* Byte n of the two words after: replaced by operand byte j where the access starts at n - j and j
 * is inside the width. */
static zkb_expr byte_after(const zkb_memory_window *w, zkb_chip_builder *b, const zkb_expr *operand,
                           unsigned n)
{
    zkb_expr after = w->byte[n];
    for (unsigned k = 0; k < 8; k++) {
        if (n >= k && n - k < 8) {
            const zkb_expr replaced = zkb_mul(b, w->start[k], w->inside[n - k]);
            after = zkb_add(b, after, zkb_mul(b, replaced, zkb_sub(b, operand[n - k], w->byte[n])));
        }
    }
    return after;
}

static zkb_expr declare_word_after(const zkb_memory_window *w, const zkb_instruction_block *i,
                                   const zkb_expr *operand, unsigned word)
{
    zkb_chip_builder *b = i->b;
    zkb_expr byte[8];
    for (unsigned j = 0; j < 8; j++) {
        byte[j] = byte_after(w, b, operand, 8 * word + j);
    }
    const zkb_expr after = zkb_column(b, zkb_name(b, "word %u after", word), 64);
    zkb_assert_zero(b, zkb_name(b, "word %u after", word),
                    zkb_sub(b, after, zkb_weighted_sum(b, 8, 8, byte)));
    return after;
}

void zkb_declare_store_any(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_memory_address a;
    zkb_memory_window w;
    zkb_expr operand[8];
    zkb_expr after[2];
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    zkb_declare_width(&w, &i, &f);
    zkb_declare_address(&a, &i, &f.dst, &f.target);
    const zkb_expr value = declare_stored(&i, operand);
    if (is_x(variant)) {
        zkb_access src;
        f.src = zkb_column(b, "src", 8);
        zkb_access_begin_value(&src, &i, "src", zkb_const(b, ZKB_SPACE_REGISTER), f.src, 1, value);
        zkb_access_end(&src, &i, value);
    } else {
        f.imm = value;
    }
    zkb_declare_window(&w, &i, a.byte_address, false);
    after[0] = declare_word_after(&w, &i, operand, 0);
    after[1] = declare_word_after(&w, &i, operand, 1);
    zkb_window_access(&w, &i, after);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_store_any(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    const unsigned flags = row->decoded->code & 7u;
    const unsigned bytes = zkb_width_bytes(flags);
    const uint64_t value = is_x(variant) ? s->src_value : row->decoded->imm;
    zkb_put_instruction(row);
    zkb_put_width(row, flags);
    zkb_put_address(row, row->decoded->dst, s->dst_value);
    for (unsigned j = 0; j < 8; j += 2) {
        const uint8_t low = (uint8_t)(value >> (8 * j));
        const uint8_t high = (uint8_t)(value >> (8 * j + 8));
        zkb_put8(row, low);
        zkb_put8(row, high);
        zkb_put8(row, low & high);
        row->counts->byte_and[low + 256u * high]++;
    }
    if (is_x(variant)) {
        zkb_put8(row, row->decoded->src);
        zkb_put_range16(row, zkb_touch_register(row, row->decoded->src, 1, value));
    }
    zkb_put_window(row, bytes, false);
    zkb_put64(row, row->memory[0].after);
    zkb_put64(row, s->address % 8 + bytes > 8 ? row->memory[1].after : 0);
}
