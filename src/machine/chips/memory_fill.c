/* What the parts of memory.c are filled by. */
#include "machine/chips/memory.h"

void zkb_put_address(zkb_row_writer *row, unsigned index, uint64_t base)
{
    zkb_put8(row, index);
    zkb_put16(row, row->decoded->target);
    zkb_put_register(row, index, 0, base);
}

void zkb_put_part(zkb_row_writer *row, uint64_t word, unsigned position, unsigned width)
{
    zkb_put_limbs(row, 4, word);
    if (width == ZKB_PART_32) {
        zkb_put8(row, position / 4);
        return;
    }
    zkb_put8(row, (position / 2) & 1u);
    zkb_put8(row, position / 4);
    if (width == ZKB_PART_8) {
        const uint16_t limb = (uint16_t)(word >> (16 * (position / 2)));
        const uint8_t low = (uint8_t)limb;
        const uint8_t high = (uint8_t)(limb >> 8);
        zkb_put8(row, position & 1u);
        zkb_put8(row, low);
        zkb_put8(row, high);
        zkb_put8(row, low & high);
        row->counts->byte_and[low + 256u * high]++;
    }
}

void zkb_put_width(zkb_row_writer *row, unsigned flags)
{
    for (unsigned j = 0; j < 3; j++) {
        zkb_put8(row, (flags >> j) & 1u);
    }
}

unsigned zkb_width_bytes(unsigned flags)
{
    return (flags & 1u) != 0 ? 1 : (flags & 2u) != 0 ? 2 : (flags & 4u) != 0 ? 4 : 8;
}

static bool crosses_of(const zkb_row_writer *row, unsigned bytes)
{
    return row->step->address % 8 + bytes > 8;
}

static void put_word_bytes(zkb_row_writer *row, uint64_t word)
{
    for (unsigned j = 0; j < 8; j += 2) {
        const uint8_t low = (uint8_t)(word >> (8 * j));
        const uint8_t high = (uint8_t)(word >> (8 * j + 8));
        zkb_put8(row, low);
        zkb_put8(row, high);
        zkb_put8(row, low & high);
        row->counts->byte_and[low + 256u * high]++;
    }
}

void zkb_put_window(zkb_row_writer *row, unsigned bytes, bool loads)
{
    const zkb_step *s = row->step;
    const unsigned start = (unsigned)(s->address % 8);
    const uint64_t word = s->address / 8;
    const bool crosses = crosses_of(row, bytes);
    for (unsigned k = 0; k < 8; k++) {
        zkb_put8(row, k == start);
    }
    put_word_bytes(row, row->memory[0].before);
    put_word_bytes(row, crosses ? row->memory[1].before : 0);
    zkb_put8(row, crosses);
    zkb_put_range16(row, crosses ? start + bytes - 9 : 8 - start - bytes);
    if (loads) {
        zkb_put8(row, zkb_memory_is_read_only(row, word));
        zkb_put8(row, crosses && zkb_memory_is_read_only(row, word + 1));
    }
    zkb_put_range16(row, zkb_touch_memory(row, word, 2, row->memory[0].before));
    if (crosses) {
        zkb_put_range16(row, zkb_touch_memory(row, word + 1, 2, row->memory[1].before));
    } else {
        zkb_put16(row, 0);
    }
}

uint64_t zkb_window_value(const zkb_row_writer *row, unsigned bytes)
{
    const zkb_step *s = row->step;
    const unsigned start = (unsigned)(s->address % 8);
    uint64_t value = row->memory[0].before >> (8 * start);
    if (crosses_of(row, bytes)) {
        value |= row->memory[1].before << (64 - 8 * start);
    }
    return bytes == 8 ? value : value & (((uint64_t)1 << (8 * bytes)) - 1);
}
