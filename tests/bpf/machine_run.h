/* Runs a program on the virtual machine and turns the run into tables, for tests of chips. */
#ifndef ZKB_TESTS_BPF_MACHINE_RUN_H
#define ZKB_TESTS_BPF_MACHINE_RUN_H

#include "chips/debug_check.h"
#include "machine/chunk.h"
#include "machine/writer.h"

/* Which providers of ranges and bytes runs have from now on; compact at first. */
void machine_use_wide_lookups(bool wide);
/* How large their output regions are from now on; one segment at first. */
void machine_use_output_bytes(uint32_t bytes);

/* The machine's chips, built once per test program. Fails the test when they do not build. */
zkb_chip *const *machine_chips(void);

typedef struct machine_run {
    zkb_program program;
    zkb_program_columns columns;
    zkb_vm *vm;
    zkb_arena arena;
    zkb_chunk_writer *writer;
    zkb_chunk_boundary boundary;
    zkb_chunk_terms terms;
    zkb_vm_result result;
    unsigned log_rows; /* of the largest table; 0 for the default */
    uint64_t pause_at; /* instructions of the run; 0 for none */
} machine_run;

/* Runs `code` (slots; function starts are slot 0 and the targets of local calls; every slot that
 * `functions` marks too, when not NULL) to its exit as one chunk. Fails the test on any error. */
void machine_run_create(machine_run *run, const zkb_instruction *code, uint32_t slots,
                        const uint8_t *functions, const void *public_input, size_t public_bytes);
/* The same with read-only and writable data in the program region. */
void machine_run_create_data(machine_run *run, const zkb_instruction *code, uint32_t slots,
                             const uint8_t *functions, const void *public_input,
                             size_t public_bytes, const void *read_only, uint32_t read_only_bytes,
                             const void *writable, uint32_t writable_bytes);
/* Without data or input, tables of up to 2^log_rows rows. */
void machine_run_create_rows(machine_run *run, const zkb_instruction *code, uint32_t slots,
                             unsigned log_rows);
/* With private input. */
void machine_run_create_private(machine_run *run, const zkb_instruction *code, uint32_t slots,
                                const void *private_input, size_t private_bytes);
/* The first `steps` instructions of the run, as its first chunk; then its next chunk, of what is
 * left. The machine goes over to the last chunk. */
void machine_run_create_part(machine_run *run, const zkb_instruction *code, uint32_t slots,
                             uint64_t steps);
void machine_run_create_rest(machine_run *rest, machine_run *run);
void machine_run_destroy(machine_run *run);

/* What the debug checker says of the tables as they stand. */
zkb_status machine_run_check(const machine_run *run, zkb_error *error);

/* The table of a chip in the run, or NULL. Its cells may be changed through machine_cell. */
zkb_table *machine_run_table(machine_run *run, zkb_chip_id id);
/* The cells of a committed column, by name, of a chip's rows: cast to the column's storage. Fails
 * the test when there is no such column. */
void *machine_run_column(machine_run *run, zkb_chip_id id, const char *name);

/* Asserts that the honest tables are accepted, that every committed cell of every table is bound,
 * and that what a row gives follows from what it takes (zkb_air_probe_outputs), apart from
 * `free_cells`, names of columns that may take other values. */
void machine_run_probe(machine_run *run, const char *const *free_cells, size_t count);
/* The same of at most so many rows of each table. */
void machine_run_probe_rows(machine_run *run, uint64_t most, const char *const *free_cells,
                            size_t count);

#endif
