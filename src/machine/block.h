/* Building blocks that chips share, each as a pair: a declaration (columns, constraints, bus
 * interactions) and the filling of one row. Columns are filled in the order in which they are
 * declared, by a cursor, so a chip's fill function mirrors its declare function call by call;
 * builds with assertions check that every row has a cell of the declared width in every column.
 *
 * An instruction chip:
 *     declare:  zkb_instruction_begin, accesses and limbs, constraints, zkb_instruction_end
 *     fill:     zkb_put_instruction, the same puts in the same order
 * A helper may have more rows for a call, in auxiliary chips: helpers/copy/copy.c.
 *
 * Time: access to a memory cell takes (space, address, value, time_before) and gives (space,
 * address, new value, 4*clock + slot). The committed cell is the difference
 * 4*clock + slot - time_before - 1, one 16-bit limb; time_before is virtual. An instruction that
 * touches one cell twice uses rising slots; different cells may share a slot. By convention slot 0
 * reads src, 1 reads dst as a second source, 2 is memory, 3 writes the result. */
#ifndef ZKB_MACHINE_BLOCK_H
#define ZKB_MACHINE_BLOCK_H

#include "air/chip.h"
#include "machine/bus.h"
#include "machine/program_row.h"

#include <assert.h>

/* ---- Declaration ------------------------------------------------------------------------- */

typedef struct zkb_instruction_block {
    zkb_chip_builder *b;
    zkb_expr one;    /* the multiplicity of interactions: they count on active rows alone */
    zkb_expr active; /* [row is active], a constant 1 for constraints that padding rows satisfy */
    zkb_expr clock;  /* u32 */
    zkb_expr pc;     /* u32 */
    zkb_expr depth;  /* u16 */
} zkb_instruction_block;

/* Columns clock, pc, depth. */
void zkb_instruction_begin(zkb_instruction_block *i, zkb_chip_builder *b);
/* Of a row of an auxiliary chip, which belongs to the call of a helper: column clock, which a bus
 * of the helper's own must tie to the call's. There are no pc and depth. */
void zkb_auxiliary_begin(zkb_instruction_block *i, zkb_chip_builder *b);

/* What the program table says of this instruction; expressions of degree 1. */
typedef struct zkb_instruction_fields {
    zkb_expr code; /* ZKB_FORM_CODE(form, 0) plus the sum of flag_j * 2^j */
    zkb_expr dst, src, imm, target;
} zkb_instruction_fields;
/* All fields zero, code = ZKB_FORM_CODE(form, 0): set those that the instruction has. */
void zkb_instruction_fields_init(zkb_instruction_fields *fields, zkb_chip_builder *b,
                                 zkb_form form);
/* code += flag * 2^bit. */
void zkb_instruction_flag(zkb_instruction_fields *fields, zkb_chip_builder *b, unsigned bit,
                          zkb_expr flag);

/* Looks the fields up in the program, takes (clock, pc, depth) and gives
 * (clock + 1, next_pc, next_depth). */
void zkb_instruction_end(const zkb_instruction_block *i, const zkb_instruction_fields *fields,
                         zkb_expr next_pc, zkb_expr next_depth);
/* The same with next_pc = pc + 1 and next_depth = depth. */
void zkb_instruction_end_next(const zkb_instruction_block *i, const zkb_instruction_fields *fields);

/* One access to a memory cell. Columns: value before (u64), time difference (u16). The value after
 * is given to zkb_access_end, which declares the interactions. */
typedef struct zkb_access {
    zkb_expr space, address, value, time;
    zkb_expr difference;
} zkb_access;
void zkb_access_begin(zkb_access *access, const zkb_instruction_block *i, const char *name,
                      zkb_expr space, zkb_expr address, unsigned slot);
void zkb_access_end(const zkb_access *access, const zkb_instruction_block *i, zkb_expr after);
/* The same only where the committed selector `condition` is set; the difference is then free on
 * other rows, so the selector must decide it: it is range-checked and, when unset, zero. */
void zkb_access_end_if(const zkb_access *access, const zkb_instruction_block *i, zkb_expr after,
                       zkb_expr condition);
/* For a cell whose value before is an expression of other columns (bytes, limbs): no value
 * column. */
void zkb_access_begin_value(zkb_access *access, const zkb_instruction_block *i, const char *name,
                            zkb_expr space, zkb_expr address, unsigned slot, zkb_expr value);

/* A register whose number is `index`. read: value unchanged. */
zkb_expr zkb_register_read(const zkb_instruction_block *i, const char *name, zkb_expr index,
                           unsigned slot);
void zkb_register_begin(zkb_access *access, const zkb_instruction_block *i, const char *name,
                        zkb_expr index, unsigned slot);

/* `count` columns of 16 bits, range-checked on active rows, least significant first. limbs may be
 * NULL. Returns their sum weighted by 2^(16j); below 2^(16 count) on every active row. */
zkb_expr zkb_limbs(const zkb_instruction_block *i, const char *name, unsigned count,
                   zkb_expr *limbs);
/* Range-checks an expression on active rows. */
void zkb_range16(const zkb_instruction_block *i, zkb_expr value);
/* A committed boolean. */
zkb_expr zkb_bit(const zkb_instruction_block *i, const char *name);
/* The bit [difference = 0], where |difference| < 2^(16 limbs); the difference has degree 3 at most.
 * Columns: equal, less, limbs: (1 - 2 less) difference = |difference| = limbs + 1 unless equal. */
zkb_expr zkb_equal(const zkb_instruction_block *i, zkb_expr difference, unsigned limbs);
/* The weighted sum of limbs: sum 2^(bits*j) parts[j]. */
zkb_expr zkb_weighted_sum(zkb_chip_builder *b, unsigned bits, unsigned count,
                          const zkb_expr *parts);
/* Powers of two as constants: value * 2^exponent, exponent < 250. */
zkb_expr zkb_times_power(zkb_chip_builder *b, zkb_expr x, unsigned exponent);

/* ---- Filling ----------------------------------------------------------------------------- */

/* Before what runs or fills, beside the declaration of the same chip. The verifier's library is
 * compiled without: there it is static, and as nothing uses it, the compiler leaves it out. */
#ifdef ZKB_DECLARATIONS_ONLY
#define ZKB_PROVER_ONLY static
#pragma GCC diagnostic ignored "-Wunused-function"
#else
#define ZKB_PROVER_ONLY
#endif

/* Multiplicities of the lookup tables, counted while rows are filled. */
typedef struct zkb_counts {
    uint32_t *range16;  /* 2^16 */
    uint32_t *byte_and; /* 2^16, index a + 256*b */
    uint32_t *power;    /* 64 */
    uint32_t *program;  /* per slot */
    uint32_t *function; /* per slot */
} zkb_counts;

typedef struct zkb_chunk_writer zkb_chunk_writer;

/* The place where one row is written. */
typedef struct zkb_row_writer {
    const zkb_chip *chip;
    void *const *columns; /* committed columns in order of declaration */
    uint64_t index;       /* the row */
    uint32_t next;        /* the column that the next put fills */
    uint32_t clock;       /* of this instruction */
    zkb_counts *counts;
    zkb_chunk_writer *writer; /* last access times and the refresh table */
    const zkb_step *step;
    const zkb_memory_operation *memory; /* the words that the step accesses */
    const zkb_frame_step *frame;        /* of calls and returns, else NULL */
    const zkb_program_row *decoded;
} zkb_row_writer;

/* The cell that the next put fills. Builds with assertions hold every put to the declaration: the
 * column is there and its cells have that many bytes. */
static inline void *zkb_next_cell(zkb_row_writer *row, size_t bytes)
{
    assert(row->next < row->chip->committed_count);
    assert(zkb_cell_bytes(row->chip->committed[row->next].bits) == bytes);
    return (uint8_t *)row->columns[row->next++] + row->index * bytes;
}

/* After the last put of a row: every column has its cell. */
static inline void zkb_row_end(const zkb_row_writer *row)
{
    assert(row->next == row->chip->committed_count);
    (void)row;
}

static inline void zkb_put8(zkb_row_writer *row, uint64_t value)
{
    *(uint8_t *)zkb_next_cell(row, 1) = (uint8_t)value;
}

static inline void zkb_put16(zkb_row_writer *row, uint64_t value)
{
    *(uint16_t *)zkb_next_cell(row, 2) = (uint16_t)value;
}

static inline void zkb_put32(zkb_row_writer *row, uint64_t value)
{
    *(uint32_t *)zkb_next_cell(row, 4) = (uint32_t)value;
}

static inline void zkb_put64(zkb_row_writer *row, uint64_t value)
{
    *(uint64_t *)zkb_next_cell(row, 8) = value;
}

/* A 16-bit cell that is range-checked. */
static inline void zkb_put_range16(zkb_row_writer *row, uint64_t value)
{
    row->counts->range16[(uint16_t)value]++;
    zkb_put16(row, value);
}

/* zkb_limbs: the `count` lowest 16-bit limbs of value. */
static inline void zkb_put_limbs(zkb_row_writer *row, unsigned count, uint64_t value)
{
    for (unsigned j = 0; j < count; j++) {
        zkb_put_range16(row, value >> (16 * j));
    }
}

/* zkb_equal of the difference x - y. Returns x = y. */
static inline bool zkb_put_equal(zkb_row_writer *row, uint64_t x, uint64_t y, unsigned limbs)
{
    zkb_put8(row, x == y);
    zkb_put8(row, x < y);
    zkb_put_limbs(row, limbs, x == y ? 0 : (x < y ? y - x : x - y) - 1);
    return x == y;
}

/* zkb_instruction_begin (and the counts of zkb_instruction_end). */
static inline void zkb_put_instruction(zkb_row_writer *row)
{
    zkb_put32(row, row->clock);
    zkb_put32(row, row->step->pc);
    zkb_put16(row, row->step->depth);
    row->counts->program[row->step->pc]++;
}

/* The time difference that an access at `slot` of this instruction shows for a cell, whose last
 * access becomes this one. When 2^16 or more slots have passed, the cell (whose value is `value`)
 * is refreshed first. Differences are range-checked cells. */
uint16_t zkb_touch_register(zkb_row_writer *row, unsigned index, unsigned slot, uint64_t value);
uint16_t zkb_touch_frame(zkb_row_writer *row, uint32_t word, unsigned slot, uint64_t value);
uint16_t zkb_touch_memory(zkb_row_writer *row, uint64_t word_address, unsigned slot,
                          uint64_t value);

/* The same for word `word` of those that a helper's step accesses, in the slot of its range: the
 * writer touches all of them, in the order of time, before it has the step's rows filled. */
uint16_t zkb_word_difference(const zkb_row_writer *row, uint32_t word);

/* zkb_access_begin on such a word. */
static inline void zkb_put_word(zkb_row_writer *row, uint32_t word)
{
    zkb_put64(row, row->memory[word].before);
    zkb_put_range16(row, zkb_word_difference(row, word));
}

/* Begins the next row of an auxiliary chip (zkb_chip_id) for the call that `call` is the row of.
 * End it with zkb_row_end. */
void zkb_auxiliary_row(zkb_row_writer *row, const zkb_row_writer *call, unsigned chip);

/* zkb_access_begin on a register, zkb_register_read, zkb_register_begin. */
static inline void zkb_put_register(zkb_row_writer *row, unsigned index, unsigned slot,
                                    uint64_t value)
{
    zkb_put64(row, value);
    zkb_put_range16(row, zkb_touch_register(row, index, slot, value));
}

/* zkb_access_begin on a frame word 6*depth + i. */
static inline void zkb_put_frame(zkb_row_writer *row, uint32_t word, unsigned slot, uint64_t value)
{
    zkb_put64(row, value);
    zkb_put_range16(row, zkb_touch_frame(row, word, slot, value));
}

/* zkb_access_begin on a memory word; word_address is the byte address divided by 8. */
static inline void zkb_put_memory(zkb_row_writer *row, uint64_t word_address, unsigned slot,
                                  uint64_t value)
{
    zkb_put64(row, value);
    zkb_put_range16(row, zkb_touch_memory(row, word_address, slot, value));
}

/* The program's call depth limit. */
uint32_t zkb_max_frames(const zkb_row_writer *row);
/* Whether the word lies in read-only memory. */
bool zkb_memory_is_read_only(const zkb_row_writer *row, uint64_t word_address);

/* ---- The list of chips ------------------------------------------------------------------- */

/* A chip. `variant` lets one declaration, with one function that fills, serve several. */
typedef struct zkb_machine_chip {
    const char *name;
    zkb_form form; /* of the instructions that it proves; ZKB_FORM_NONE for the other tables */
    void (*declare)(zkb_chip_builder *b, zkb_form form, unsigned variant); /* of instructions */
    void (*declare_table)(zkb_chip_builder *b, unsigned variant);          /* of other tables */
    unsigned variant;
} zkb_machine_chip;

#endif
