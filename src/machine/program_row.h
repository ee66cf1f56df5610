/* An instruction as the program's table holds it: its operands, and its code (vm/form.h), which
 * gives the form and the flags that a chip looks up.
 *
 * Fields that an instruction does not use are zero, and constants in its chip's tuple. A slot at
 * which no instruction begins (second half of LDDW, padding) has code 0, which no chip looks up. An
 * instruction that does not branch continues at pc + 1, CONSTANT with its flag wide at pc + 2.
 *
 * Everything here follows from the operation's line in vm/operations.h. */
#ifndef ZKB_MACHINE_PROGRAM_ROW_H
#define ZKB_MACHINE_PROGRAM_ROW_H

#include "vm/form.h"
#include "vm/program.h"

typedef struct zkb_program_row {
    uint16_t code;
    uint8_t dst;
    uint8_t src;
    uint32_t target; /* taken slot of a jump, callee of a call; of an access the offset + 2^15 */
    uint64_t imm;    /* operand mod 2^(8 bytes), or what zkb_operands says */
} zkb_program_row;

/* Fills rows[0 .. slot_count - 1] of a program that has passed the load-time check. */
void zkb_program_rows_fill(zkb_program_row *rows, const zkb_program *program);

#endif
