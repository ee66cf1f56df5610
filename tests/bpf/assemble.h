/* Instructions as initialisers, by the names of RFC 9669. */
#ifndef ZKB_TESTS_BPF_ASSEMBLE_H
#define ZKB_TESTS_BPF_ASSEMBLE_H

#include "vm/program.h"

/* op: ADD 0x00, SUB 0x10, MUL 0x20, DIV 0x30, OR 0x40, AND 0x50, LSH 0x60, RSH 0x70, NEG 0x80,
 * MOD 0x90, XOR 0xa0, MOV 0xb0, ARSH 0xc0 */
#define ALU64_K(op, dst, imm) {(op) | 0x07, dst, 0, 0, imm}
#define ALU64_X(op, dst, src) {(op) | 0x0f, dst, src, 0, 0}
#define ALU32_K(op, dst, imm) {(op) | 0x04, dst, 0, 0, imm}
#define ALU32_X(op, dst, src) {(op) | 0x0c, dst, src, 0, 0}
#define MOV_K(dst, imm) ALU64_K(0xb0, dst, imm)
#define MOV_X(dst, src) ALU64_X(0xb0, dst, src)
#define LDDW(dst, low, high)                                                                       \
    {0x18, dst, 0, 0, low}, { 0, 0, 0, 0, high }
/* op: JEQ 0x10, JGT 0x20, JGE 0x30, JSET 0x40, JNE 0x50, JSGT 0x60, JSGE 0x70, JLT 0xa0, JLE 0xb0,
 * JSLT 0xc0, JSLE 0xd0 */
#define JMP_K(op, dst, imm, offset) {(op) | 0x05, dst, 0, offset, imm}
#define JMP_X(op, dst, src, offset) {(op) | 0x0d, dst, src, offset, 0}
#define JMP32_K(op, dst, imm, offset) {(op) | 0x06, dst, 0, offset, imm}
#define JMP32_X(op, dst, src, offset) {(op) | 0x0e, dst, src, offset, 0}
#define JA(offset) {0x05, 0, 0, offset, 0}
/* size: W 0x00, H 0x08, B 0x10, DW 0x18 */
#define LOAD(size, dst, src, offset) {0x61 | (size), dst, src, offset, 0}
#define LOAD_SIGNED(size, dst, src, offset) {0x81 | (size), dst, src, offset, 0}
#define STORE_K(size, dst, offset, imm) {0x62 | (size), dst, 0, offset, imm}
#define STORE_X(size, dst, offset, src) {0x63 | (size), dst, src, offset, 0}
#define ATOMIC(size, dst, offset, src, kind) {0xc3 | (size), dst, src, offset, kind}
#define CALL(relative) {0x85, 0, 1, 0, relative}
#define CALLX(reg) {0x8d, reg, 0, 0, 0}
#define HELPER(number) {0x85, 0, 0, 0, number}
#define EXIT() {0x95, 0, 0, 0, 0}

#define SLOTS(code) ((uint32_t)(sizeof(code) / sizeof((code)[0])))

#endif
