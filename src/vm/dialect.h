/* Dialects: which bytes encode which operation.
 *
 * A dialect is a decode table. An opcode byte alone does not say what an instruction does: in RFC
 * 9669, DIV and SDIV differ in the offset field, the atomics in imm, the calls in src. This field
 * is the selector. An encoding is an opcode together with a value of the selector. */
#ifndef ZKB_VM_DIALECT_H
#define ZKB_VM_DIALECT_H

#include "vm/isa.h"

/* The field that distinguishes operations with the same opcode. */
typedef enum zkb_selector {
    ZKB_SELECT_NONE,
    ZKB_SELECT_OFFSET,
    ZKB_SELECT_IMM,
    ZKB_SELECT_SRC,
} zkb_selector;

typedef struct zkb_encoding {
    uint8_t opcode;
    uint8_t selector; /* zkb_selector, the same in all encodings of one opcode that have one */
    uint8_t op;       /* zkb_op */
    int32_t value;    /* of the selector; 0 if there is none */
} zkb_encoding;

/* A program names its dialect (zkb_program), and the program's id holds the number: no two dialects
 * have one number. */
struct zkb_dialect {
    uint32_t number;
    uint32_t count;
    const zkb_encoding *encodings;
};

/* Number 0: the instruction set of RFC 9669. */
extern const zkb_dialect zkb_rfc9669;

/* The encoding of an instruction, by opcode and selector; NULL if there is none. Looks at no other
 * field. Here and below, a dialect that is NULL is zkb_rfc9669, as in a program that names none. */
const zkb_encoding *zkb_encoding_find(const zkb_dialect *dialect,
                                      const zkb_instruction *instruction);
/* The first encoding with an opcode, whatever its selector's value; NULL if there is none. */
const zkb_encoding *zkb_encoding_of_opcode(const zkb_dialect *dialect, uint8_t opcode);
/* The operation of an instruction, or ZKB_OP_INVALID. */
zkb_op zkb_op_decode(const zkb_dialect *dialect, const zkb_instruction *instruction);
/* The operation at a slot of a program. */
zkb_op zkb_op_at(const zkb_program *program, uint32_t slot);
static inline uint32_t zkb_dialect_number(const zkb_dialect *dialect)
{
    return dialect != NULL ? dialect->number : 0;
}

#endif
