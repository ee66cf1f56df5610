/* An object with one of everything that the loader places and relocates. */
#ifndef ZKB_TESTS_SAMPLE_OBJECT_H
#define ZKB_TESTS_SAMPLE_OBJECT_H

#include "support/elf_builder.h"

/* Numbers of sections and symbols, for tests that spoil them. */
typedef struct sample_object {
    elf_builder b;
    uint16_t text, prog, rodata, constants, data, bss;
    uint16_t rel_text, rel_prog, rel_constants, rel_data;
    uint32_t text_symbol, rodata_symbol, bss_symbol, local, entrypoint, other, variable;
} sample_object;

/* Fills in sections, symbols and relocations; the caller may change them, and then calls
 * builder_finish(&sample->b).
 *
 *   .text   slot 0  entrypoint: r1 = .rodata + 4 ll
 *                2  r2 = variable ll
 *                4  r3 = .bss + 8 ll
 *                6  r4 = .text + 0x58 ll (local)
 *                8  call other
 *                9  call local, without relocation
 *               10  exit
 *               11  local: r0 = 7
 *               12  exit
 *   prog    slot 0  other: call .text + 0x58
 *                1  exit
 *   .rodata         "abcd"
 *   .rodata.cst     align 16: &local, .rodata + 1
 *   .data           variable: .bss + 16
 *   .bss            align 32: 24 bytes */
void sample_init(sample_object *s);

#endif
