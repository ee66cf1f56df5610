/* What RFC 9669 says of an instruction's bytes, read field by field as sections 3 to 5 name them,
 * without the project's table of operations: whether there is such an instruction, how it prints,
 * how the program's table holds it, and which chip proves it. */
#ifndef ZKB_TESTS_ISA_REFERENCE_H
#define ZKB_TESTS_ISA_REFERENCE_H

#include "machine/list.h"
#include "machine/program_row.h"

/* By opcode and selector; other fields are not looked at. */
bool isa_reference_exists(const zkb_instruction *i);
/* i[1] is read for LDDW. */
void isa_reference_text(char text[80], const zkb_instruction *i);
void isa_reference_row(zkb_program_row *out, const zkb_instruction *i, uint32_t slot);
zkb_chip_id isa_reference_chip(const zkb_program_row *row, uint64_t address, uint32_t depth);

#endif
