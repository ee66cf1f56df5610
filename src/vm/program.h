/* A linked program. The loader makes it; the interpreter, the machine's tables and the program id
 * are derived from it. Immutable after creation. */
#ifndef ZKB_VM_PROGRAM_H
#define ZKB_VM_PROGRAM_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* The memory map (byte addresses). A region is a run of whole segments, zero-filled to its end. */
#define ZKB_SEGMENT_BYTES 65536u /* 2^13 words: the grain of bounds and permissions */
#define ZKB_REGION_PROGRAM UINT64_C(0x100000000) /* read-only data, then writable data */
#define ZKB_REGION_STACK UINT64_C(0x200000000)   /* frame i: [base + i*frame, base + (i+1)*frame) */
#define ZKB_REGION_HEAP UINT64_C(0x300000000)    /* zero at the start */
#define ZKB_REGION_PUBLIC_INPUT UINT64_C(0x400000000)  /* read-only */
#define ZKB_REGION_PRIVATE_INPUT UINT64_C(0x500000000) /* read-only */
#define ZKB_REGION_OUTPUT UINT64_C(0x600000000)        /* zero at the start */
/* The address of an instruction, as function pointers hold it: base + 8*slot. In no region. */
#define ZKB_CODE_BASE UINT64_C(0x700000000)

/* What besides code and data belongs to the program's identity. */
typedef struct zkb_memory_layout {
    uint32_t frame_bytes; /* stack bytes of one call frame, a multiple of 8 */
    uint32_t max_frames;  /* call depth limit, the entry's frame included */
    uint32_t heap_bytes;
    uint32_t output_bytes; /* least size of the output region */
} zkb_memory_layout;

/* The size of the output region, and so the most bytes of output: whole segments, to every byte of
 * which a program may store. Interpreter, prover and verifier take it from here. */
static inline uint64_t zkb_output_room(const zkb_memory_layout *layout)
{
    const uint64_t segments =
        ((uint64_t)layout->output_bytes + ZKB_SEGMENT_BYTES - 1) / ZKB_SEGMENT_BYTES;
    return segments * ZKB_SEGMENT_BYTES;
}

/* One 8-byte slot of code, fields as RFC 9669 names them. After linking no relocation is left:
 *  - CALL with src 1: imm is the target's slot relative to the next slot (as in the RFC);
 *  - LDDW: two slots, the first with opcode 0x18 and src 0, imm = low half; the second with
 *    opcode 0, imm = high half. Addresses are final. */
typedef struct zkb_instruction {
    uint8_t opcode;
    uint8_t dst;
    uint8_t src;
    int16_t offset;
    int32_t imm;
} zkb_instruction;

/* A name for diagnostics and profiles. */
typedef struct zkb_symbol {
    char *name;
    uint32_t slot;  /* first slot */
    uint32_t count; /* slots */
} zkb_symbol;

/* Which bytes stand for which operation: dialect.h. */
typedef struct zkb_dialect zkb_dialect;

typedef struct zkb_program {
    const zkb_dialect *dialect; /* of the code; NULL for RFC 9669. Borrowed */
    zkb_instruction *code;      /* slot_count slots; at most 2^22 */
    uint32_t slot_count;
    uint32_t entry;          /* slot where execution begins */
    uint8_t *function_start; /* slot_count flags: 1 at the first slot of a function (call targets,
                                entry, function symbols), the only valid targets of calls */
    uint8_t *read_only;      /* initial bytes of the read-only part of the program region */
    uint32_t read_only_bytes;
    uint8_t *writable;       /* initial bytes of the writable part, which begins at the first whole
                                segment after the read-only part */
    uint32_t writable_bytes; /* .bss included */
    zkb_memory_layout layout;
    zkb_symbol *symbols; /* rising by slot */
    uint32_t symbol_count;
} zkb_program;

/* Frees everything in *program (which may be zeroed) and zeroes it. */
void zkb_program_clear(zkb_program *program);

#endif
