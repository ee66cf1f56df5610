#include "bpf/machine_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"

enum { LOG_ROWS = 12, BATCH = 256 };

static bool wide_lookups;
static uint32_t output_bytes = ZKB_SEGMENT_BYTES;

void machine_use_wide_lookups(bool wide) { wide_lookups = wide; }

void machine_use_output_bytes(uint32_t bytes) { output_bytes = bytes; }

zkb_chip *const *machine_chips(void)
{
    static zkb_chip *chips[2][ZKB_CHIP_COUNT];
    static bool built[2];
    zkb_error error;
    if (!built[wide_lookups]) {
        if (zkb_machine_build(chips[wide_lookups],
                              wide_lookups ? ZKB_LOOKUP_WIDE : ZKB_LOOKUP_COMPACT,
                              &error) != ZKB_OK ||
            zkb_machine_multiply_out(chips[wide_lookups], &error) != ZKB_OK) {
            fail_msg("%s", error.message);
        }
        built[wide_lookups] = true;
    }
    return chips[wide_lookups];
}

static void *copy(const void *data, size_t size)
{
    void *p = calloc(size + 1, 1);
    assert_non_null(p);
    if (size != 0) {
        memcpy(p, data, size);
    }
    return p;
}

static void make_program(zkb_program *program, const zkb_instruction *code, uint32_t slots,
                         const uint8_t *functions)
{
    *program = (zkb_program){.slot_count = slots, .layout = {4096, 8, 65536, output_bytes}};
    program->code = copy(code, slots * sizeof *code);
    program->function_start = calloc(slots, 1);
    assert_non_null(program->function_start);
    program->function_start[0] = 1;
    for (uint32_t s = 0; s < slots; s++) {
        if (functions != NULL && functions[s]) {
            program->function_start[s] = 1;
        }
        if (code[s].opcode == ZKB_OPCODE_CALL && code[s].src == ZKB_CALL_SRC_LOCAL) {
            program->function_start[(int64_t)s + 1 + code[s].imm] = 1;
        }
    }
}

static void take_state(zkb_machine_state *out, const zkb_vm *vm)
{
    zkb_vm_state state;
    zkb_vm_state_get(&state, vm);
    memcpy(out->r, state.r, sizeof out->r);
    out->pc = state.pc;
    out->depth = state.depth;
}

static void must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("%s", error->message);
    }
}

static void write_run(machine_run *run)
{
    zkb_error error;
    zkb_step_batch batch;
    must(zkb_step_batch_create(&batch, BATCH, &error), &error);
    for (;;) {
        uint32_t taken;
        zkb_vm_record(run->vm, &batch, run->pause_at == 0 ? ZKB_VM_NO_PAUSE : run->pause_at,
                      &run->result);
        if (batch.count == 0) {
            break;
        }
        must(zkb_chunk_writer_steps(run->writer, &taken, &batch, 0, &error), &error);
        assert_int_equal(taken, batch.count);
    }
    zkb_step_batch_destroy(&batch);
    must(zkb_chunk_writer_end(run->writer, run->vm, &error), &error);
}

/* The tables of what the machine does until it ends or pauses. */
static void make_tables(machine_run *run, uint64_t private_bytes)
{
    zkb_error error;
    zkb_chip *const *chips = machine_chips();
    const unsigned log_rows = run->log_rows == 0 ? LOG_ROWS : run->log_rows;
    const size_t scratch = zkb_chunk_writer_scratch(chips, log_rows, NULL, &run->program);
    must(zkb_program_columns_init(&run->columns, &run->program, &error), &error);
    must(zkb_arena_create(&run->arena, scratch, &error), &error);
    run->writer = malloc(sizeof *run->writer);
    assert_non_null(run->writer);
    must(zkb_chunk_writer_begin(run->writer, chips, &run->columns, &run->arena, log_rows, NULL,
                                &error),
         &error);
    run->writer->private_bytes = private_bytes;
    take_state(&run->boundary.before, run->vm);
    write_run(run);
    take_state(&run->boundary.after, run->vm);
    run->boundary.clock_end = run->writer->clock;
    memcpy(run->boundary.register_time, run->writer->register_time,
           sizeof run->boundary.register_time);
    zkb_chunk_terms_make(&run->terms, &run->boundary);
}

typedef struct inputs {
    const void *public_input, *private_input, *read_only, *writable;
    size_t public_bytes, private_bytes;
    uint32_t read_only_bytes, writable_bytes;
} inputs;

static void create(machine_run *run, const zkb_instruction *code, uint32_t slots,
                   const uint8_t *functions, const inputs *in)
{
    zkb_error error;
    make_program(&run->program, code, slots, functions);
    run->program.read_only = copy(in->read_only, in->read_only_bytes);
    run->program.read_only_bytes = in->read_only_bytes;
    run->program.writable = copy(in->writable, in->writable_bytes);
    run->program.writable_bytes = in->writable_bytes;
    const zkb_vm_options options = {.helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    must(zkb_vm_create(&run->vm, &run->program, in->public_input, in->public_bytes,
                       in->private_input, in->private_bytes, &options, &error),
         &error);
    make_tables(run, in->private_bytes);
}

void machine_run_create_data(machine_run *run, const zkb_instruction *code, uint32_t slots,
                             const uint8_t *functions, const void *public_input,
                             size_t public_bytes, const void *read_only, uint32_t read_only_bytes,
                             const void *writable, uint32_t writable_bytes)
{
    const inputs in = {.public_input = public_input,
                       .public_bytes = public_bytes,
                       .read_only = read_only,
                       .read_only_bytes = read_only_bytes,
                       .writable = writable,
                       .writable_bytes = writable_bytes};
    memset(run, 0, sizeof *run);
    create(run, code, slots, functions, &in);
}

void machine_run_create_rows(machine_run *run, const zkb_instruction *code, uint32_t slots,
                             unsigned log_rows)
{
    memset(run, 0, sizeof *run);
    run->log_rows = log_rows;
    create(run, code, slots, NULL, &(const inputs){0});
}

void machine_run_create_private(machine_run *run, const zkb_instruction *code, uint32_t slots,
                                const void *private_input, size_t private_bytes)
{
    const inputs in = {.private_input = private_input, .private_bytes = private_bytes};
    memset(run, 0, sizeof *run);
    create(run, code, slots, NULL, &in);
}

void machine_run_create(machine_run *run, const zkb_instruction *code, uint32_t slots,
                        const uint8_t *functions, const void *public_input, size_t public_bytes)
{
    machine_run_create_data(run, code, slots, functions, public_input, public_bytes, NULL, 0, NULL,
                            0);
}

void machine_run_create_part(machine_run *run, const zkb_instruction *code, uint32_t slots,
                             uint64_t steps)
{
    memset(run, 0, sizeof *run);
    run->pause_at = steps;
    create(run, code, slots, NULL, &(const inputs){0});
}

void machine_run_create_rest(machine_run *rest, machine_run *run)
{
    memset(rest, 0, sizeof *rest);
    make_program(&rest->program, run->program.code, run->program.slot_count,
                 run->program.function_start);
    rest->vm = run->vm;
    run->vm = NULL;
    make_tables(rest, 0);
}

void machine_run_destroy(machine_run *run)
{
    zkb_vm_destroy(run->vm);
    zkb_program_columns_clear(&run->columns);
    zkb_arena_destroy(&run->arena);
    free(run->writer);
    zkb_program_clear(&run->program);
}

zkb_status machine_run_check(const machine_run *run, zkb_error *error)
{
    const zkb_air_witness witness = {.tables = run->writer->tables,
                                     .table_count = run->writer->table_count,
                                     .boundary = run->terms.terms,
                                     .boundary_count = ZKB_CHUNK_TERMS,
                                     .max_log_height = 24};
    return zkb_air_check(&witness, NULL, NULL, error);
}

zkb_table *machine_run_table(machine_run *run, zkb_chip_id id)
{
    for (uint32_t t = 0; t < run->writer->table_count; t++) {
        if (run->writer->table_chips[t] == id) {
            return &run->writer->tables[t];
        }
    }
    return NULL;
}

void *machine_run_column(machine_run *run, zkb_chip_id id, const char *name)
{
    const zkb_chip *chip = machine_chips()[id];
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        if (strcmp(chip->committed[c].name, name) == 0) {
            assert_true(run->writer->rows[id].count > 0);
            return run->writer->rows[id].columns[c];
        }
    }
    fail_msg("chip %s has no column %s", chip->name, name);
    return NULL;
}

typedef struct probe {
    const char *chip;
    const char *const *free_cells;
    size_t count;
    unsigned found;
} probe;

static bool report_free(void *context, const zkb_air_free_cell *cell)
{
    probe *p = context;
    char honest[80];
    char accepted[80];
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->free_cells[i], cell->name) == 0) {
            return true;
        }
    }
    zkb_fr_describe(honest, sizeof honest, &cell->honest);
    zkb_fr_describe(accepted, sizeof accepted, &cell->accepted);
    print_error("free cell: chip %s, column %s, row %llu: %s may be %s\n", p->chip, cell->name,
                (unsigned long long)cell->row, honest, accepted);
    p->found++;
    return true;
}

/* What is given freely: a compact table lists whatever numbers it likes, and the content of a
 * segment is what its commitment says. */
static bool report_output(void *context, const zkb_air_free_cell *cell)
{
    const probe *p = context;
    const bool table = strcmp(p->chip, "range16") == 0 || strcmp(p->chip, "byte_and") == 0;
    const bool content = strcmp(p->chip, "segment") == 0 && strcmp(cell->name, "init") == 0;
    return table || content || report_free(context, cell);
}

void machine_run_probe(machine_run *run, const char *const *free_cells, size_t count)
{
    machine_run_probe_rows(run, 64, free_cells, count);
}

void machine_run_probe_rows(machine_run *run, uint64_t most, const char *const *free_cells,
                            size_t count)
{
    enum { MOST_OUTPUT_ROWS = 16 };
    zkb_error error;
    must(machine_run_check(run, &error), &error);
    for (uint32_t t = 0; t < run->writer->table_count; t++) {
        const zkb_table *table = &run->writer->tables[t];
        const uint64_t rows = table->shape.active < most ? table->shape.active : most;
        const uint64_t outputs = rows < MOST_OUTPUT_ROWS ? rows : MOST_OUTPUT_ROWS;
        probe p = {table->shape.chip->name, free_cells, count, 0};
        must(zkb_air_probe_cells(table, rows, report_free, &p, &error), &error);
        const zkb_air_witness witness = {.tables = run->writer->tables,
                                         .table_count = run->writer->table_count,
                                         .boundary = run->terms.terms,
                                         .boundary_count = ZKB_CHUNK_TERMS,
                                         .max_log_height = 24};
        must(zkb_air_probe_outputs(&witness, t, outputs, report_output, &p, &error), &error);
        assert_int_equal(p.found, 0);
    }
}
