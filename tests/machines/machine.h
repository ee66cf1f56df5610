/* Worked machines: chips with an honest witness of any size, for tests and benchmarks, and to learn
 * from. Each is one file; fibonacci.c is the place to start. */
#ifndef ZKB_TESTS_MACHINE_H
#define ZKB_TESTS_MACHINE_H

#include "air/table.h"

enum { MACHINE_CHIPS = 8, MACHINE_TERMS = 2, MACHINE_OWNED = 256 };

typedef struct machine {
    const char *name;
    zkb_chip *chips[MACHINE_CHIPS];
    zkb_table tables[MACHINE_CHIPS]; /* table i is of chip i */
    unsigned count;
    zkb_boundary_term boundary[MACHINE_TERMS];
    unsigned boundary_count;
    void *owned[MACHINE_OWNED];
    unsigned owned_count;
} machine;

/* a, b = b, a + b (mod 2^(2·limb_bits)) for `steps` steps, the new value as two limbs that a range
 * table of 2^limb_bits rows checks; limb_bits 8 or 16. */
void machine_fibonacci(machine *m, unsigned limb_bits, uint64_t steps);

/* An accumulator machine of `bits`-bit words (8 or 16) with two registers: a program table, a
 * read-only memory, a read-write memory with timestamps, a state bus. Its program sums the
 * read-only memory into a cell, over and over, for `steps` instructions. */
void machine_registers(machine *m, unsigned bits, uint64_t steps);

/* A chain of Poseidon2 permutations from the state (1, 2, 3), one permutation a row. */
void machine_poseidon2(machine *m, uint64_t permutations);

void machine_destroy(machine *m);

/* ---- For the machines themselves ----------------------------------------------------------- */

/* Zeroed memory that machine_destroy frees; aborts when there is none. */
void *machine_alloc(machine *m, size_t count, size_t size);
/* Ends the builder; aborts with its message when the chip is refused. */
zkb_chip *machine_build(machine *m, zkb_chip_builder *b);
/* Adds a table of the chip built last, with columns of `active` zeroed cells. */
zkb_table *machine_table(machine *m, zkb_chip *chip, unsigned log_height, uint64_t active);
/* The cells of a column of the machine's tables, to be written. */
void *machine_cells(const zkb_table *table, uint32_t column);
void *machine_fixed_cells(const zkb_table *table, uint32_t column);
/* A boundary term of `arity` small integers. */
void machine_boundary(machine *m, const zkb_bus *bus, bool give, const uint64_t *tuple);
/* The least h with 2^h >= rows. */
unsigned machine_log2(uint64_t rows);

/* A table of the numbers below 2^bits and how often each is looked up. */
zkb_table *machine_range(machine *m, const zkb_bus *bus, unsigned bits);

#endif
