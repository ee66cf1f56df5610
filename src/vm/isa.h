/* Instructions and their operations. operations.h defines the operations; a dialect (dialect.h)
 * says which bytes encode them. */
#ifndef ZKB_VM_ISA_H
#define ZKB_VM_ISA_H

#include "vm/form.h"
#include "vm/operations.h"
#include "vm/program.h"

#include <stddef.h>

/* Instruction classes, RFC 9669 section 3.1: the low three bits of the opcode. */
#define ZKB_CLASS_LD 0x00u
#define ZKB_CLASS_LDX 0x01u
#define ZKB_CLASS_ST 0x02u
#define ZKB_CLASS_STX 0x03u
#define ZKB_CLASS_ALU 0x04u
#define ZKB_CLASS_JMP 0x05u
#define ZKB_CLASS_JMP32 0x06u
#define ZKB_CLASS_ALU64 0x07u
#define ZKB_CLASS_MASK 0x07u

#define ZKB_OPCODE_LDDW 0x18u
#define ZKB_OPCODE_JA 0x05u
#define ZKB_OPCODE_JA32 0x06u
#define ZKB_OPCODE_CALL 0x85u
#define ZKB_OPCODE_CALLX 0x8du
#define ZKB_OPCODE_EXIT 0x95u
#define ZKB_CALL_SRC_HELPER 0u
#define ZKB_CALL_SRC_LOCAL 1u

#define ZKB_REGISTER_COUNT 11u
#define ZKB_FRAME_POINTER 10u

/* ZKB_OP_ADD64_K, ZKB_OP_LDXDW, ... Fits in a byte. Values may change between versions. */
typedef enum zkb_op {
#define ZKB_OP_ENUM(name, text, kind, shape, bytes, form, flags, operands, action) ZKB_OP_##name,
    ZKB_OP_LIST(ZKB_OP_ENUM)
#undef ZKB_OP_ENUM
        ZKB_OP_COUNT
} zkb_op;

typedef struct zkb_op_info {
    const char *name; /* as in ZKB_OP_<name> */
    const char *text; /* pattern of its disassembly */
    zkb_kind kind;
    zkb_shape shape;
    uint8_t bytes; /* operand or access width */
    uint8_t flags; /* of the form */
    zkb_form form;
    zkb_operands operands;
} zkb_op_info;

/* Facts about an operation; those of ZKB_OP_INVALID for a value out of range. */
const zkb_op_info *zkb_op_get(zkb_op op);
/* Which fields and state it uses: ZKB_USE_*. */
uint32_t zkb_op_uses(zkb_op op);
const char *zkb_kind_name(zkb_kind kind);

/* Whether an operation goes to a slot that the instruction names, and how far that is from the next
 * slot. */
bool zkb_jump_distance(int32_t *distance, zkb_op op, const zkb_instruction *instruction);

/* The register that an indirect call reads: clang 19 puts it into dst, clang 14 into imm (dst then
 * is 0). 0..10, or ZKB_REGISTER_COUNT when both fields are set or the number is too large. */
uint32_t zkb_callx_register(const zkb_instruction *instruction);

/* The 64-bit constant of an LDDW, from its two slots. */
uint64_t zkb_lddw_value(const zkb_instruction instruction[2]);

/* Eight bytes of an object file (little-endian) and back. Encoding truncates dst and src to their
 * four bits. */
#define ZKB_INSTRUCTION_BYTES 8u
void zkb_instruction_decode(zkb_instruction *instruction,
                            const uint8_t bytes[ZKB_INSTRUCTION_BYTES]);
void zkb_instruction_encode(uint8_t bytes[ZKB_INSTRUCTION_BYTES],
                            const zkb_instruction *instruction);

/* The instruction at a slot as text in the notation of llvm-objdump ("r1 += r2", "if r1 > 7 goto
 * +3", "r0 = *(u64 *)(r1 + 0x8)"), NUL-terminated, cut at `size` bytes. The text names no absolute
 * position; a caller that knows the pc adds "<symbol+n>" itself. Returns the slots that the
 * instruction takes: 2 for LDDW, else 1. What does not decode prints as "invalid opcode 0x..". */
#define ZKB_DISASSEMBLY_BYTES 80u
uint32_t zkb_instruction_text(char *text, size_t size, const zkb_program *program, uint32_t slot);

/* The name of the symbol that covers `slot` and the distance from its start; NULL if none does. */
const char *zkb_program_symbol_at(const zkb_program *program, uint32_t slot, uint32_t *distance);

#endif
