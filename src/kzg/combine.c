#include "kzg/combine.h"

#include "base/parallel.h"
#include "field/block.h"

#include <string.h>

/* Rows worked on at a time, so that the running sums stay in the first-level cache. */
enum { PIECE = 256 };

typedef struct combination {
    const zkb_fr_kernels *kernels;
    zkb_fr *out;
    size_t length;
    const zkb_column_view *columns;
    const zkb_fr *coefficients;
    size_t count;
} combination;

/* Cells [start, start + count) of a column, count of them present. */
static void load_cells(const zkb_fr_kernels *kernels, zkb_fr_block *out,
                       const zkb_column_view *column, size_t start, size_t count)
{
    switch (column->bits) {
    case 16:
        kernels->from_u16(out, (const uint16_t *)column->cells + start, count);
        return;
    case 32:
        kernels->from_u32(out, (const uint32_t *)column->cells + start, count);
        return;
    case 64:
        kernels->from_u64(out, (const uint64_t *)column->cells + start, count);
        return;
    case 254:
        kernels->from_scalars(out, (const zkb_fr *)column->cells + start, count);
        return;
    default: /* 1 and 8 */
        kernels->from_u8(out, (const uint8_t *)column->cells + start, count);
        return;
    }
}

static void combine_piece(void *context, size_t index, unsigned thread)
{
    (void)thread;
    const combination *c = context;
    zkb_fr_block sum[PIECE / 8];
    zkb_fr_block cells[PIECE / 8];
    const size_t start = index * PIECE;
    const size_t rows = c->length - start < PIECE ? c->length - start : PIECE;
    memset(sum, 0, sizeof sum);
    for (size_t j = 0; j < c->count; j++) {
        const zkb_column_view *column = &c->columns[j];
        if (column->length <= start) {
            continue;
        }
        const size_t left = column->length - start;
        const size_t present = left < rows ? left : rows;
        load_cells(c->kernels, cells, column, start, present);
        c->kernels->add_scaled(sum, cells, &c->coefficients[j], present);
    }
    c->kernels->to_scalars(c->out + start, sum, rows);
}

zkb_status zkb_opening_combine(zkb_fr *out, size_t length, const zkb_column_view *columns,
                               const zkb_fr *coefficients, size_t count, unsigned threads,
                               zkb_error *error)
{
    for (size_t j = 0; j < count; j++) {
        const unsigned bits = columns[j].bits;
        const bool known =
            bits == 1 || bits == 8 || bits == 16 || bits == 32 || bits == 64 || bits == 254;
        if (!known || columns[j].length > length) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "opening", j,
                            "opening: column %zu has %zu cells of %u bits; at most %zu cells of "
                            "1, 8, 16, 32, 64 or 254 bits are expected",
                            j, columns[j].length, bits, length);
        }
    }
    combination c = {zkb_fr_kernels_get(), out, length, columns, coefficients, count};
    zkb_parallel_for(length / PIECE + (length % PIECE != 0), threads, combine_piece, &c);
    return ZKB_OK;
}
