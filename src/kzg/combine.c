#include "kzg/combine.h"

#include "base/parallel.h"
#include "field/block.h"
#include "kzg/combine_kernels.h"

#include <string.h>

/* Rows worked on at a time, so that the running sums stay in the first-level cache. */
enum { PIECE = 512 };

ZKB_KERNELS_DEFINE(zkb_combine_kernels)

typedef struct combination {
    const zkb_fr_kernels *kernels;
    const zkb_combine_kernels *cells;
    zkb_fr *out;
    size_t length;
    const zkb_column_view *columns;
    const zkb_fr *coefficients;
    size_t count;
} combination;

/* Terms of one kind waiting to be added, and the rows they are added to. */
typedef struct queue {
    const combination *owner;
    zkb_fr_block *sum;
    size_t rows; /* a multiple of 16 */
    size_t count;
    zkb_cell_kind kind;
    zkb_combine_term terms[ZKB_COMBINE_TERMS];
} queue;

static void flush(queue *q)
{
    if (q->count != 0) {
        q->owner->cells->add_cells(q->sum, q->rows / 16, q->kind, q->terms, q->count);
        q->count = 0;
    }
}

static size_t cell_size(zkb_cell_kind kind)
{
    return kind == ZKB_CELL_U8 ? 1 : kind == ZKB_CELL_U16 ? 2 : kind == ZKB_CELL_U32 ? 4 : 8;
}

/* A column that ends inside the piece: its cells are copied, zeros behind them, and added alone. */
static void add_partial(queue *q, const void *cells, size_t present, const zkb_fr *coefficient)
{
    union {
        uint8_t u8[PIECE];
        uint16_t u16[PIECE];
        uint32_t u32[PIECE];
        uint64_t u64[PIECE];
    } padded;
    const size_t rows = q->rows;
    flush(q);
    memset(&padded, 0, sizeof padded);
    memcpy(&padded, cells, present * cell_size(q->kind));
    q->terms[0] = (zkb_combine_term){&padded, *coefficient};
    q->rows = (present + 15) / 16 * 16;
    q->count = 1;
    flush(q);
    q->rows = rows;
}

static bool of_kind(unsigned bits, zkb_cell_kind kind)
{
    switch (kind) {
    case ZKB_CELL_U8:
        return bits == 1 || bits == 8;
    case ZKB_CELL_U16:
        return bits == 16;
    case ZKB_CELL_U32:
        return bits == 32;
    case ZKB_CELL_U64_LOW:
    case ZKB_CELL_U64_HIGH:
        return bits == 64;
    case ZKB_CELL_KINDS:
        break;
    }
    return false;
}

static void add_kind(queue *q, const combination *c, size_t start)
{
    for (size_t j = 0; j < c->count; j++) {
        const zkb_column_view *column = &c->columns[j];
        if (!of_kind(column->bits, q->kind) || column->length <= start) {
            continue;
        }
        zkb_fr coefficient = c->coefficients[j];
        if (q->kind == ZKB_CELL_U64_HIGH) {
            zkb_fr shift;
            zkb_fr_from_u64(&shift, (uint64_t)1 << 32);
            zkb_fr_mul(&coefficient, &coefficient, &shift);
        }
        const void *cells = (const uint8_t *)column->cells + start * cell_size(q->kind);
        if (column->length - start < q->rows) {
            add_partial(q, cells, column->length - start, &coefficient);
            continue;
        }
        q->terms[q->count++] = (zkb_combine_term){cells, coefficient};
        if (q->count == ZKB_COMBINE_TERMS) {
            flush(q);
        }
    }
    flush(q);
}

/* Columns of field elements, one after the other. */
static void add_elements(zkb_fr_block *sum, const combination *c, size_t start, size_t rows)
{
    zkb_fr_block cells[PIECE / 8];
    for (size_t j = 0; j < c->count; j++) {
        const zkb_column_view *column = &c->columns[j];
        if (column->bits == 254 && column->length > start) {
            const size_t left = column->length - start;
            const size_t present = left < rows ? left : rows;
            c->kernels->from_scalars(cells, (const zkb_fr *)column->cells + start, present);
            c->kernels->add_scaled(sum, cells, &c->coefficients[j], present);
        }
    }
}

static void combine_piece(void *context, size_t index, unsigned thread)
{
    (void)thread;
    const combination *c = context;
    zkb_fr_block sum[PIECE / 8];
    const size_t start = index * PIECE;
    const size_t rows = c->length - start < PIECE ? c->length - start : PIECE;
    queue q = {.owner = c, .sum = sum, .rows = (rows + 15) / 16 * 16};
    memset(sum, 0, sizeof sum);
    for (int kind = 0; kind < ZKB_CELL_KINDS; kind++) {
        q.kind = (zkb_cell_kind)kind;
        add_kind(&q, c, start);
    }
    add_elements(sum, c, start, rows);
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
    combination c = {
        zkb_fr_kernels_get(), zkb_combine_kernels_get(), out, length, columns, coefficients, count};
    zkb_parallel_for(length / PIECE + (length % PIECE != 0), threads, combine_piece, &c);
    return ZKB_OK;
}
