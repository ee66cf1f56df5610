/* Loads. The memory bus has cells only at the words of existing segments, so an address needs no
 * range check: base + offset must be 8 times a word that exists, plus the position in it. */
#include "machine/chips/chips.h"
#include "machine/chips/memory.h"

/* ---- 64 bits, aligned ---- */

void zkb_declare_load_word(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_memory_address a;
    zkb_access word;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    f.dst = zkb_column(b, "dst", 8);
    zkb_declare_address(&a, &i, &f.src, &f.target);
    zkb_access_begin(&word, &i, "word", zkb_declare_load_space(&i, "read-only"),
                     zkb_word_address(b, a.byte_address), 2);
    zkb_access_end(&word, &i, word.value);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, word.value);
    zkb_instruction_end_next(&i, &f);
}

/* The access to the destination register, which may be the base. */
static void put_loaded(zkb_row_writer *row)
{
    const zkb_step *s = row->step;
    const uint64_t before = s->result == s->src ? s->src_value : s->result_before;
    zkb_put_register(row, row->decoded->dst, 3, before);
}

ZKB_PROVER_ONLY void zkb_fill_load_word(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->dst);
    zkb_put_address(row, row->decoded->src, s->src_value);
    zkb_put8(row, zkb_memory_is_read_only(row, s->address / 8));
    zkb_put_memory(row, s->address / 8, 2, row->memory[0].before);
    put_loaded(row);
}

/* ---- 32, 16 and 8 bits, aligned, zero-extended ---- */

void zkb_declare_load_aligned(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_memory_address a;
    zkb_memory_part p;
    zkb_access word;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    zkb_instruction_flag(&f, b, variant, zkb_const(b, 1));
    f.dst = zkb_column(b, "dst", 8);
    zkb_declare_address(&a, &i, &f.src, &f.target);
    zkb_declare_part(&p, &i, variant);
    zkb_access_begin_value(&word, &i, "word", zkb_declare_load_space(&i, "read-only"),
                           zkb_word_address(b, zkb_sub(b, a.byte_address, p.position)), 2, p.word);
    zkb_access_end(&word, &i, p.word);
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, p.part);
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_load_aligned(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    zkb_put_instruction(row);
    zkb_put8(row, row->decoded->dst);
    zkb_put_address(row, row->decoded->src, s->src_value);
    zkb_put_part(row, row->memory[0].before, s->address % 8, variant);
    zkb_put8(row, zkb_memory_is_read_only(row, s->address / 8));
    zkb_put_range16(row, zkb_touch_memory(row, s->address / 8, 2, row->memory[0].before));
    put_loaded(row);
}

/* ---- any width, alignment and extension ---- */

void zkb_declare_load_any(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_memory_address a;
    zkb_memory_window w;
    zkb_access dst;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    zkb_declare_width(&w, &i, &f);
    const zkb_expr is_signed = zkb_bit(&i, "signed");
    zkb_instruction_flag(&f, b, 3, is_signed);
    f.dst = zkb_column(b, "dst", 8);
    zkb_declare_address(&a, &i, &f.src, &f.target);
    zkb_declare_window(&w, &i, a.byte_address, true);
    zkb_window_access(&w, &i, w.before);
    /* The bytes at the address, those beyond the width left out. */
    zkb_expr part = zkb_const(b, 0);
    zkb_expr value[8];
    for (unsigned j = 0; j < 8; j++) {
        value[j] = zkb_column(b, zkb_name(b, "byte %u at address", j), 8);
        zkb_assert_zero(b, zkb_name(b, "byte %u at address", j),
                        zkb_sub(b, value[j], zkb_mul(b, w.inside[j], zkb_window_byte(&w, &i, j))));
        part = zkb_add(b, part, zkb_scale(b, value[j], (uint64_t)1 << (8 * j)));
    }
    /* 2 top = 256 sign + rest, where top is the last byte of the width; rest is a byte. */
    const zkb_expr last[4] = {zkb_mul(b, w.bits8, value[0]), zkb_mul(b, w.bits16, value[1]),
                              zkb_mul(b, w.bits32, value[3]), zkb_mul(b, w.bits64, value[7])};
    const zkb_expr sign = zkb_bit(&i, "sign");
    const zkb_expr rest = zkb_column(b, "doubled", 8);
    const zkb_expr triple[3] = {rest, rest, rest};
    zkb_take(b, &zkb_bus_byte_and, i.one, triple, 3);
    zkb_assert_zero(b, "2 top = 256 sign + doubled",
                    zkb_sub(b, zkb_scale(b, zkb_weighted_sum(b, 0, 4, last), 2),
                            zkb_add(b, zkb_scale(b, sign, 256), rest)));
    const zkb_expr ones = zkb_bit(&i, "extends with ones");
    zkb_assert_zero(b, "extends = signed and sign", zkb_sub(b, ones, zkb_mul(b, is_signed, sign)));
    const zkb_expr above[3] = {zkb_scale(b, w.bits8, 256), zkb_scale(b, w.bits16, 65536),
                               zkb_times_power(b, w.bits32, 32)};
    const zkb_expr fill = zkb_sub(b, zkb_times_power(b, zkb_sub(b, i.active, w.bits64), 64),
                                  zkb_weighted_sum(b, 0, 3, above));
    zkb_register_begin(&dst, &i, "dst before", f.dst, 3);
    zkb_access_end(&dst, &i, zkb_add(b, part, zkb_mul(b, ones, fill)));
    zkb_instruction_end_next(&i, &f);
}

ZKB_PROVER_ONLY void zkb_fill_load_any(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_step *s = row->step;
    const unsigned flags = row->decoded->code & 15u;
    const unsigned bytes = zkb_width_bytes(flags);
    zkb_put_instruction(row);
    zkb_put_width(row, flags);
    zkb_put8(row, (flags >> 3) & 1u);
    zkb_put8(row, row->decoded->dst);
    zkb_put_address(row, row->decoded->src, s->src_value);
    zkb_put_window(row, bytes, true);
    const uint64_t value = zkb_window_value(row, bytes);
    for (unsigned j = 0; j < 8; j++) {
        zkb_put8(row, value >> (8 * j));
    }
    const uint8_t top = (uint8_t)(value >> (8 * (bytes - 1)));
    const uint8_t rest = (uint8_t)(top << 1);
    zkb_put8(row, top >> 7);
    zkb_put8(row, rest);
    row->counts->byte_and[rest + 256u * rest]++;
    zkb_put8(row, (flags & 8u) != 0 && top >= 128);
    put_loaded(row);
}
