#include "machine/writer.h"

#include "air/chip.h"
#include "base/bytes_inline.h"
#include "base/log2_inline.h"
#include "machine/segments.h"
#include "machine/select.h"

#include <string.h>

#define RANGE16_ROWS 65536u
#define POWER_ROWS 64u
#define COMPACT_ROWS 256u

/* ---- Allocation -------------------------------------------------------------------------- */

static size_t chip_bytes(const zkb_chip *chip, uint64_t rows)
{
    size_t total = zkb_arena_cost(chip->committed_count * sizeof(void *));
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        total += zkb_arena_cost(zkb_cell_bytes(chip->committed[c].bits) * rows);
    }
    return total;
}

/* Of the chip that has the most. */
static size_t most_columns(zkb_chip *const *chips)
{
    size_t most = 0;
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        most = chips[c]->committed_count > most ? chips[c]->committed_count : most;
    }
    return most;
}

/* Rows of a chip that there is room for. */
static uint64_t room_of(unsigned log_rows, const uint64_t *planned, unsigned id)
{
    if (id == ZKB_CHIP_REFRESH) {
        return zkb_chip_rows_most(log_rows);
    }
    return planned != NULL ? planned[id] : (uint64_t)1 << log_rows;
}

size_t zkb_chunk_writer_scratch(zkb_chip *const *chips, unsigned log_rows, const uint64_t *planned,
                                const zkb_program *program)
{
    size_t total =
        chip_bytes(chips[ZKB_CHIP_REFRESH], room_of(log_rows, planned, ZKB_CHIP_REFRESH));
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        total += zkb_chip_is_stepwise(c) ? chip_bytes(chips[c], room_of(log_rows, planned, c)) : 0;
    }
    total += 2 * zkb_arena_cost(RANGE16_ROWS * 4) + zkb_arena_cost(POWER_ROWS * 4);
    total += 2 * zkb_arena_cost((size_t)program->slot_count * 4);
    total += 2 * zkb_arena_cost(COMPACT_ROWS * 4);
    total += (chip_bytes(chips[ZKB_CHIP_RANGE16], RANGE16_ROWS >> 3) +
              chip_bytes(chips[ZKB_CHIP_BYTE_AND], RANGE16_ROWS >> 3))
             << 3;
    const size_t segment =
        2 * zkb_arena_cost(ZKB_SEGMENT_BYTES) + zkb_arena_cost(ZKB_SEGMENT_BYTES / 2) +
        4 * zkb_arena_cost(ZKB_SEGMENT_BYTES / 4) + 2 * zkb_arena_cost(ZKB_SEGMENT_BYTES / 8);
    total += ZKB_MAX_TOUCHED * segment;
    total += (size_t)ZKB_MAX_CHUNK_TABLES *
             zkb_arena_cost((most_columns(chips) + 1) * sizeof(zkb_column_data));
    return total;
}

/* Columns of `rows` cells each, or NULL. */
static void **allocate_columns(zkb_chunk_writer *w, const zkb_chip *chip, uint64_t rows)
{
    void **columns = zkb_arena_alloc(w->arena, chip->committed_count, sizeof *columns);
    for (uint32_t c = 0; columns != NULL && c < chip->committed_count; c++) {
        columns[c] = zkb_arena_alloc(w->arena, rows, zkb_cell_bytes(chip->committed[c].bits));
        if (columns[c] == NULL) {
            return NULL;
        }
    }
    return columns;
}

static bool allocate_chip(zkb_chunk_writer *w, zkb_chip_id id)
{
    const uint64_t rows = room_of(w->log_rows, w->planned, id);
    w->rows[id].columns = allocate_columns(w, w->chips[id], rows);
    w->rows[id].capacity = w->rows[id].columns != NULL ? rows : 0;
    return w->rows[id].capacity != 0;
}

/* Whether a chip has room for so many more rows. */
static bool has_room(zkb_chunk_writer *w, zkb_chip_id id, uint32_t rows)
{
    return (w->rows[id].capacity != 0 || allocate_chip(w, id)) &&
           rows <= w->rows[id].capacity - w->rows[id].count;
}

static uint32_t *zeros(zkb_arena *arena, size_t count)
{
    uint32_t *p = zkb_arena_alloc(arena, count, sizeof *p);
    if (p != NULL) {
        memset(p, 0, count * sizeof *p);
    }
    return p;
}

zkb_status zkb_chunk_writer_begin(zkb_chunk_writer *w, zkb_chip *const *chips,
                                  const zkb_program_columns *columns, zkb_arena *arena,
                                  unsigned log_rows, const uint64_t *planned, zkb_error *error)
{
    memset(w, 0, sizeof *w);
    w->chips = chips;
    w->columns = columns;
    w->arena = arena;
    w->log_rows = log_rows;
    w->planned = planned;
    w->clock = 1;
    w->counts.range16 = zeros(arena, RANGE16_ROWS);
    w->counts.byte_and = zeros(arena, RANGE16_ROWS);
    w->counts.power = zeros(arena, POWER_ROWS);
    w->counts.program = zeros(arena, columns->program->slot_count);
    w->counts.function = zeros(arena, columns->program->slot_count);
    if (w->counts.range16 == NULL || w->counts.byte_and == NULL || w->counts.power == NULL ||
        w->counts.program == NULL || w->counts.function == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "machine", ZKB_NO_INDEX,
                        "the arena of a chunk is too small");
    }
    return ZKB_OK;
}

/* ---- Time -------------------------------------------------------------------------------- */

/* A row of the refresh table: the cell's time becomes `later`. */
static void refresh(zkb_chunk_writer *w, zkb_space space, uint64_t address, uint64_t value,
                    uint32_t time, uint32_t later)
{
    zkb_chip_rows *rows = &w->rows[ZKB_CHIP_REFRESH];
    if (!has_room(w, ZKB_CHIP_REFRESH, 1)) {
        w->full = true;
        return;
    }
    const uint32_t difference = later - time - 1;
    zkb_row_writer row = {.chip = w->chips[ZKB_CHIP_REFRESH],
                          .columns = rows->columns,
                          .index = rows->count++,
                          .counts = &w->counts};
    zkb_put8(&row, space);
    zkb_put64(&row, address);
    zkb_put64(&row, value);
    zkb_put32(&row, time);
    zkb_put_range16(&row, difference & 0xffffu);
    zkb_put_range16(&row, difference >> 16);
    zkb_row_end(&row);
}

/* The difference that an access at `now` shows for a cell last accessed at *time. 0 where that is
 * now, by another range of the same call (zkb_range_slot). */
static uint16_t touch(zkb_chunk_writer *w, uint32_t *time, uint32_t now, zkb_space space,
                      uint64_t address, uint64_t value)
{
    if (now == *time) {
        return 0;
    }
    if (now - *time > 65536) {
        refresh(w, space, address, value, *time, now - 1);
        *time = now - 1;
    }
    const uint16_t difference = (uint16_t)(now - *time - 1);
    *time = now;
    return difference;
}

static uint32_t time_of(const zkb_row_writer *row, unsigned slot)
{
    return ZKB_TIME_SLOTS * row->clock + slot;
}

uint16_t zkb_touch_register(zkb_row_writer *row, unsigned index, unsigned slot, uint64_t value)
{
    return touch(row->writer, &row->writer->register_time[index], time_of(row, slot),
                 ZKB_SPACE_REGISTER, index, value);
}

/* ---- Segments ---------------------------------------------------------------------------- */

/* What the segment of this name is. */
static zkb_segment_info describe(const zkb_chunk_writer *w, uint64_t base)
{
    const zkb_program *program = w->columns->program;
    zkb_segment_info info;
    zkb_segment_describe(&info, base, program->read_only_bytes, program->layout.max_frames);
    return info;
}

static zkb_touched_segment *add_segment(zkb_chunk_writer *w, uint64_t base)
{
    if (w->segment_count == ZKB_MAX_TOUCHED) {
        return NULL;
    }
    zkb_touched_segment *s = &w->segments[w->segment_count];
    s->info = describe(w, base);
    s->base = base;
    const size_t height = (size_t)1 << s->info.log_words;
    s->init = zkb_arena_alloc(w->arena, height, sizeof *s->init);
    s->final = zkb_arena_alloc(w->arena, height, sizeof *s->final);
    s->time = zeros(w->arena, height);
    if (s->init == NULL || s->final == NULL || s->time == NULL) {
        return NULL;
    }
    w->segment_count++;
    return s;
}

static zkb_touched_segment *find_segment(zkb_chunk_writer *w, uint64_t base)
{
    for (uint32_t i = 0; i < w->segment_count; i++) {
        /* The one found last first. */
        const uint32_t j = i == 0 ? w->segment_last : i <= w->segment_last ? i - 1 : i;
        if (w->segments[j].base == base) {
            w->segment_last = j;
            return &w->segments[j];
        }
    }
    zkb_touched_segment *s = add_segment(w, base);
    if (s == NULL) {
        w->full = true;
    } else {
        w->segment_last = w->segment_count - 1;
    }
    return s;
}

static uint16_t touch_word(zkb_row_writer *row, zkb_touched_segment *s, uint64_t word,
                           unsigned slot, uint64_t value)
{
    if (s == NULL) {
        return 0;
    }
    if (s->time[word] == 0) {
        s->init[word] = value;
    }
    return touch(row->writer, &s->time[word], time_of(row, slot), s->info.space, s->base + word,
                 value);
}

uint16_t zkb_touch_frame(zkb_row_writer *row, uint32_t word, unsigned slot, uint64_t value)
{
    return touch_word(row, find_segment(row->writer, ZKB_FRAME_SEGMENT), word, slot, value);
}

uint16_t zkb_touch_memory(zkb_row_writer *row, uint64_t word_address, unsigned slot, uint64_t value)
{
    const uint64_t word = word_address % (ZKB_SEGMENT_BYTES / 8);
    return touch_word(row, find_segment(row->writer, word_address - word), word, slot, value);
}

uint32_t zkb_max_frames(const zkb_row_writer *row)
{
    return row->writer->columns->program->layout.max_frames;
}

bool zkb_memory_is_read_only(const zkb_row_writer *row, uint64_t word_address)
{
    return describe(row->writer, word_address - word_address % (ZKB_SEGMENT_BYTES / 8)).space ==
           ZKB_SPACE_READ_ONLY;
}

/* ---- Steps ------------------------------------------------------------------------------- */

/* Whether the chunk has room for a step, with a helper's words and auxiliary rows. */
static bool has_room_for(zkb_chunk_writer *w, zkb_chip_id id, const zkb_step *step,
                         const zkb_machine_call *call)
{
    const uint32_t accesses = ZKB_STEP_MOST_ACCESSES + (call != NULL ? step->words : 0);
    bool room = has_room(w, id, 1) &&
                w->rows[ZKB_CHIP_REFRESH].count + accesses <= zkb_chip_rows_most(w->log_rows) &&
                w->segment_count + ZKB_STEP_MOST_ACCESSES <= ZKB_MAX_TOUCHED;
    for (unsigned i = 0; room && call != NULL && i < call->auxiliary_count; i++) {
        room = call->auxiliary[i].rows == 0 ||
               has_room(w, call->auxiliary[i].chip, call->auxiliary[i].rows);
    }
    return room;
}

/* Of a helper's call: its words are touched in the order of time, each range in its slot. */
static void touch_words(zkb_row_writer *row, const zkb_machine_call *call)
{
    uint32_t word = 0;
    for (unsigned range = 0; range < call->range_count; range++) {
        const unsigned slot = zkb_range_slot(range, call->range_count);
        for (uint32_t i = 0; i < call->words[range]; i++, word++) {
            const zkb_memory_operation *access = &row->memory[word];
            row->writer->differences[word] =
                zkb_touch_memory(row, access->address / 8, slot, access->before);
        }
    }
}

uint16_t zkb_word_difference(const zkb_row_writer *row, uint32_t word)
{
    return row->writer->differences[word];
}

void zkb_auxiliary_row(zkb_row_writer *row, const zkb_row_writer *call, unsigned chip)
{
    zkb_chunk_writer *w = call->writer;
    zkb_chip_rows *rows = &w->rows[chip];
    *row = *call;
    row->chip = w->chips[chip];
    row->columns = rows->columns;
    row->index = rows->count++;
    row->next = 0;
}

zkb_status zkb_chunk_writer_steps(zkb_chunk_writer *w, uint32_t *taken, const zkb_step_batch *batch,
                                  uint32_t first, zkb_error *error)
{
    zkb_row_writer row = {.counts = &w->counts, .writer = w};
    zkb_machine_call call;
    *taken = 0;
    for (uint32_t n = first; n < batch->count; n++) {
        const zkb_step *step = &batch->steps[n];
        const zkb_program_row *decoded = &w->columns->decoded[step->pc];
        const zkb_chip_id id = zkb_machine_select(decoded, step);
        if (id == ZKB_CHIP_NONE) {
            return zkb_machine_unsupported(w->columns->program, step->pc, error);
        }
        const bool calls = step->op == ZKB_OP_CALL_HELPER;
        if (calls) {
            zkb_machine_call_init(&call, id, step, batch->accesses);
        }
        if (!has_room_for(w, id, step, calls ? &call : NULL)) {
            return ZKB_OK;
        }
        zkb_chip_rows *rows = &w->rows[id];
        row.chip = w->chips[id];
        row.columns = rows->columns;
        row.index = rows->count++;
        row.next = 0;
        row.clock = w->clock++;
        row.step = step;
        row.memory = batch->accesses + step->access;
        row.frame = step->frame == ZKB_NO_FRAME ? NULL : &batch->frames[step->frame];
        row.decoded = decoded;
        if (calls) {
            touch_words(&row, &call);
        }
        zkb_machine_fills[id](&row, zkb_machine_chips[id].variant);
        zkb_row_end(&row);
        if (w->full) {
            return zkb_fail(error, ZKB_ERROR_LIMIT, "machine", step->pc,
                            "a chunk touches too much memory; use a smaller chunk size");
        }
        (*taken)++;
    }
    return ZKB_OK;
}

/* ---- Tables ------------------------------------------------------------------------------ */

static zkb_column_data *add_table(zkb_chunk_writer *w, zkb_chip_id id, unsigned log_height,
                                  uint64_t active)
{
    const zkb_chip *chip = w->chips[id];
    zkb_column_data *columns =
        zkb_arena_alloc(w->arena, chip->committed_count + 1, sizeof *columns);
    if (columns == NULL || w->table_count == ZKB_MAX_CHUNK_TABLES) {
        return NULL;
    }
    w->table_chips[w->table_count] = id;
    w->table_segments[w->table_count] = UINT32_MAX;
    w->tables[w->table_count++] = (zkb_table){
        .shape = {.chip = chip, .log_height = log_height, .active = active},
        .committed = columns,
    };
    return columns;
}

/* Instance constants of instruction chips that have them: frame bytes, max frames. */
static bool add_instances(zkb_chunk_writer *w, zkb_chip_id id)
{
    if (w->chips[id]->instance_count == 0) {
        return true;
    }
    zkb_fr *instances = zkb_arena_alloc(w->arena, 2, sizeof *instances);
    if (instances == NULL) {
        return false;
    }
    zkb_fr_from_u64(&instances[0], w->columns->program->layout.frame_bytes);
    zkb_fr_from_u64(&instances[1], w->columns->program->layout.max_frames);
    w->tables[w->table_count - 1].shape.instances = instances;
    return true;
}

/* Rows first .. first + count of a chip as one table. */
static bool add_chip_table(zkb_chunk_writer *w, zkb_chip_id id, uint64_t first, uint64_t count)
{
    const zkb_chip *chip = w->chips[id];
    unsigned height = zkb_log2_ceil(count);
    if (height < chip->minimum_log_height) {
        height = chip->minimum_log_height;
    }
    zkb_column_data *columns = add_table(w, id, height, count);
    for (uint32_t c = 0; columns != NULL && c < chip->committed_count; c++) {
        const uint8_t *cells = w->rows[id].columns[c];
        columns[c] =
            (zkb_column_data){cells + first * zkb_cell_bytes(chip->committed[c].bits), count};
    }
    return columns != NULL && add_instances(w, id);
}

static bool add_chip_tables(zkb_chunk_writer *w, zkb_chip_id id)
{
    const uint64_t all = w->rows[id].count;
    const uint64_t most = (uint64_t)1 << w->log_rows;
    bool good = true;
    for (uint64_t first = 0; good && first < all; first += most) {
        good = add_chip_table(w, id, first, all - first < most ? all - first : most);
    }
    return good;
}

static bool add_count_table(zkb_chunk_writer *w, zkb_chip_id id, const uint32_t *counts,
                            unsigned log_height)
{
    const uint64_t rows = (uint64_t)1 << log_height;
    uint64_t length = rows;
    while (length > 0 && counts[length - 1] == 0) {
        length--;
    }
    if (length == 0) {
        return true; /* nothing was looked up: the table is left out */
    }
    zkb_column_data *columns = add_table(w, id, log_height, rows);
    if (columns != NULL) {
        columns[0] = (zkb_column_data){counts, length};
    }
    return columns != NULL;
}

/* ---- Compact providers -------------------------------------------------------------------- */

/* Writes the committed cells of one used value but for the multiplicity, and counts what they look
 * up. */
typedef void (*provider_fill)(zkb_row_writer *row, uint32_t value, uint32_t *looked_up);

static void fill_range16(zkb_row_writer *row, uint32_t value, uint32_t *bytes)
{
    zkb_put8(row, value & 255u);
    zkb_put8(row, value >> 8);
    bytes[value & 255u]++;
    bytes[value >> 8]++;
}

static void fill_byte_and(zkb_row_writer *row, uint32_t value, uint32_t *nibbles)
{
    const uint32_t a = value & 255u;
    const uint32_t b = value >> 8;
    const uint32_t bytes[3] = {a, b, a & b};
    for (unsigned j = 0; j < 3; j++) {
        zkb_put8(row, bytes[j] & 15u);
        zkb_put8(row, bytes[j] >> 4);
    }
    nibbles[(a & 15u) + 16 * (b & 15u)]++;
    nibbles[(a >> 4) + 16 * (b >> 4)]++;
}

/* One table of the used values from *next on, at most `most` of them. */
static bool add_provider_piece(zkb_chunk_writer *w, zkb_chip_id id, uint32_t *next, uint64_t rows,
                               const uint32_t *counts, provider_fill fill, uint32_t *looked_up)
{
    const zkb_chip *chip = w->chips[id];
    void **cells = allocate_columns(w, chip, rows);
    zkb_column_data *columns = add_table(w, id, zkb_log2_ceil(rows), rows);
    if (cells == NULL || columns == NULL) {
        return false;
    }
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        columns[c] = (zkb_column_data){cells[c], rows};
    }
    zkb_row_writer row = {.chip = chip, .columns = cells};
    while (row.index < rows) {
        const uint32_t value = (*next)++;
        if (counts[value] != 0) {
            row.next = 0;
            fill(&row, value, looked_up);
            zkb_put32(&row, counts[value]);
            zkb_row_end(&row);
            row.index++;
        }
    }
    return true;
}

/* counts has RANGE16_ROWS entries. */
static bool add_compact_tables(zkb_chunk_writer *w, zkb_chip_id id, const uint32_t *counts,
                               provider_fill fill, uint32_t *looked_up)
{
    const uint64_t most =
        (uint64_t)1 << (w->log_rows > ZKB_PROVIDER_LOG_ROWS ? w->log_rows : ZKB_PROVIDER_LOG_ROWS);
    uint64_t used = 0;
    uint32_t next = 0;
    for (uint32_t value = 0; value < RANGE16_ROWS; value++) {
        used += counts[value] != 0;
    }
    while (used != 0) {
        const uint64_t rows = used < most ? used : most;
        if (!add_provider_piece(w, id, &next, rows, counts, fill, looked_up)) {
            return false;
        }
        used -= rows;
    }
    return true;
}

/* The tables of ranges and bytes, in the order of zkb_chip_id. */
static bool add_providers(zkb_chunk_writer *w)
{
    if (w->chips[ZKB_CHIP_RANGE16]->fixed_height) { /* all values */
        return add_count_table(w, ZKB_CHIP_RANGE16, w->counts.range16, 16) &&
               add_count_table(w, ZKB_CHIP_BYTE_AND, w->counts.byte_and, 16);
    }
    uint32_t *bytes = zeros(w->arena, COMPACT_ROWS);
    uint32_t *nibbles = zeros(w->arena, COMPACT_ROWS);
    return bytes != NULL && nibbles != NULL &&
           add_compact_tables(w, ZKB_CHIP_RANGE16, w->counts.range16, fill_range16, bytes) &&
           add_compact_tables(w, ZKB_CHIP_BYTE_AND, w->counts.byte_and, fill_byte_and, nibbles) &&
           add_count_table(w, ZKB_CHIP_BYTE, bytes, 8) &&
           add_count_table(w, ZKB_CHIP_NIBBLE_AND, nibbles, 8);
}

static bool add_program_table(zkb_chunk_writer *w)
{
    const uint64_t slots = w->columns->program->slot_count;
    zkb_column_data *columns =
        add_table(w, ZKB_CHIP_PROGRAM, w->columns->log_slots, (uint64_t)1 << w->columns->log_slots);
    if (columns != NULL) {
        w->tables[w->table_count - 1].preprocessed = w->columns->preprocessed;
        columns[0] = (zkb_column_data){w->counts.program, slots};
        columns[1] = (zkb_column_data){w->counts.function, slots};
    }
    return columns != NULL;
}

/* The content at the chunk's end, and init where nothing was accessed. */
static void complete_segment(zkb_touched_segment *s, const zkb_vm *vm)
{
    const size_t height = (size_t)1 << s->info.log_words;
    memset(s->final, 0, height * sizeof *s->final);
    if (s->info.space == ZKB_SPACE_FRAME) {
        uint32_t count;
        const zkb_frame *frames = zkb_vm_frames(vm, &count);
        memcpy(s->final, frames, count * sizeof *frames);
    } else {
        zkb_region_view view;
        const uint64_t address = s->base * 8;
        zkb_vm_region(&view, vm, (zkb_region)(address >> 32));
        memcpy(s->final, view.data + (address & 0xffffffffu), ZKB_SEGMENT_BYTES);
    }
    for (size_t word = 0; word < height; word++) {
        if (s->time[word] == 0) {
            s->init[word] = s->final[word];
        }
    }
}

/* A column of a checked segment. */
static void *add_cells(zkb_chunk_writer *w, zkb_column_data *column, uint64_t height, size_t size)
{
    void *cells = zkb_arena_alloc(w->arena, height, size);
    *column = (zkb_column_data){cells, height};
    return cells;
}

/* Of a checked segment: the columns inside and last, and the limbs of the content; range lookups
 * are counted. */
static bool add_extent(zkb_chunk_writer *w, zkb_column_data *columns, const zkb_touched_segment *s,
                       uint64_t height)
{
    zkb_private_extent extent;
    uint8_t *inside = add_cells(w, &columns[0], height, 1);
    uint8_t *last = add_cells(w, &columns[1], height, 1);
    uint16_t *limbs[4];
    for (unsigned j = 0; j < 4; j++) {
        limbs[j] = add_cells(w, &columns[2 + j], height, sizeof *limbs[j]);
    }
    if (inside == NULL || last == NULL || limbs[0] == NULL || limbs[1] == NULL ||
        limbs[2] == NULL || limbs[3] == NULL) {
        return false;
    }
    zkb_private_extent_make(&extent, w->private_bytes, s->info.index);
    for (uint64_t word = 0; word < height; word++) {
        inside[word] = word < extent.words;
        last[word] = word + 1 == extent.words;
        uint64_t margin = word + 1 < extent.words ? extent.words - 2 - word : 0;
        for (unsigned j = 0; j < 4; j++) {
            limbs[j][word] = (uint16_t)(s->init[word] >> (16 * j));
            w->counts.range16[limbs[j][word]]++;
            margin += last[word] * extent.weights[j] * limbs[j][word];
        }
        w->counts.range16[(uint16_t)margin]++;
    }
    return true;
}

/* Up to the last word that is accessed, or not zero before or after. */
static uint64_t words_in_use(const zkb_touched_segment *s)
{
    uint64_t words = (uint64_t)1 << s->info.log_words;
    while (words > 0 && (s->time[words - 1] | s->init[words - 1] | s->final[words - 1]) == 0) {
        words--;
    }
    return words;
}

static bool add_segment_table(zkb_chunk_writer *w, uint32_t index)
{
    const zkb_touched_segment *s = &w->segments[index];
    const uint64_t height = words_in_use(s);
    zkb_column_data *columns = add_table(w, s->info.chip, s->info.log_words, height);
    zkb_fr *instances = zkb_arena_alloc(w->arena, ZKB_SEGMENT_INSTANCES, sizeof *instances);
    if (columns == NULL || instances == NULL) {
        return false;
    }
    zkb_segment_instances(instances, &s->info, s->base, w->private_bytes);
    w->tables[w->table_count - 1].shape.instances = instances;
    w->table_segments[w->table_count - 1] = index;
    *columns++ = (zkb_column_data){s->init, height};
    if (s->info.chip == ZKB_CHIP_SEGMENT) {
        *columns++ = (zkb_column_data){s->final, height};
    }
    *columns++ = (zkb_column_data){s->time, height};
    return s->info.chip != ZKB_CHIP_SEGMENT_CHECKED || add_extent(w, columns, s, height);
}

/* Rising by name, as statements list them. */
static void sort_segments(zkb_chunk_writer *w)
{
    for (uint32_t i = 1; i < w->segment_count; i++) {
        const zkb_touched_segment s = w->segments[i];
        uint32_t j = i;
        for (; j > 0 && w->segments[j - 1].base > s.base; j--) {
            w->segments[j] = w->segments[j - 1];
        }
        w->segments[j] = s;
    }
}

/* Segments first, since a checked one looks up ranges; they are then moved behind the others. */
static bool add_segments(zkb_chunk_writer *w, const zkb_vm *vm)
{
    sort_segments(w);
    for (uint32_t i = 0; i < w->segment_count; i++) {
        complete_segment(&w->segments[i], vm);
        if (!add_segment_table(w, i)) {
            return false;
        }
    }
    return true;
}

static void move_to_end(zkb_chunk_writer *w, uint32_t count)
{
    zkb_table tables[ZKB_MAX_TOUCHED];
    memcpy(tables, w->tables, count * sizeof *tables);
    const uint32_t rest = w->table_count - count;
    memmove(w->tables, w->tables + count, rest * sizeof *w->tables);
    memcpy(w->tables + rest, tables, count * sizeof *tables);
    zkb_chip_id chips[ZKB_MAX_TOUCHED];
    memcpy(chips, w->table_chips, count * sizeof *chips);
    memmove(w->table_chips, w->table_chips + count, rest * sizeof *w->table_chips);
    memcpy(w->table_chips + rest, chips, count * sizeof *chips);
    for (uint32_t t = 0; t < w->table_count; t++) {
        w->table_segments[t] = t < rest ? UINT32_MAX : t - rest;
    }
}

zkb_status zkb_chunk_writer_end(zkb_chunk_writer *w, const zkb_vm *vm, zkb_error *error)
{
    bool good = add_segments(w, vm);
    for (unsigned id = 0; good && id < ZKB_INSTRUCTION_CHIP_COUNT; id++) {
        good = add_chip_tables(w, (zkb_chip_id)id);
    }
    /* In the order of zkb_chip_id. */
    good = good && add_program_table(w) && add_providers(w) &&
           add_count_table(w, ZKB_CHIP_POWER, w->counts.power, 6) &&
           add_chip_tables(w, ZKB_CHIP_REFRESH);
    for (unsigned id = ZKB_CHIP_FIRST_ADDED; good && id < ZKB_CHIP_COUNT; id++) {
        good = add_chip_tables(w, (zkb_chip_id)id);
    }
    if (!good) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "machine", ZKB_NO_INDEX,
                        "the arena of a chunk is too small");
    }
    move_to_end(w, w->segment_count);
    return ZKB_OK;
}
