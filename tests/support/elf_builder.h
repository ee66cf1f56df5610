/* Builds small ELF objects in memory, right or wrong, for tests of the loader. */
#ifndef ZKB_TESTS_ELF_BUILDER_H
#define ZKB_TESTS_ELF_BUILDER_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#define BUILDER_SECTIONS 24
#define BUILDER_BYTES 4096

typedef struct builder_section {
    const char *name;
    uint8_t bytes[BUILDER_BYTES];
    size_t size;
    Elf64_Shdr header; /* sh_name, sh_offset and sh_size are filled in; sh_size only if it is 0 */
} builder_section;

/* Sections 0 (none), 1 (.strtab) and 2 (.symtab) are there from the start. */
typedef struct elf_builder {
    builder_section sections[BUILDER_SECTIONS];
    uint16_t section_count;
    uint32_t symbol_count;
    _Alignas(8) uint8_t image[BUILDER_SECTIONS * BUILDER_BYTES];
    size_t size;
} elf_builder;

void builder_init(elf_builder *b);

/* Adds a section and returns its number. */
uint16_t builder_section_add(elf_builder *b, const char *name, uint32_t type, uint64_t flags,
                             uint64_t alignment);

/* Appends bytes to a section and returns their offset. */
size_t builder_bytes(elf_builder *b, uint16_t section, const void *bytes, size_t size);

/* Appends one 8-byte instruction to a section and returns its offset. */
size_t builder_instruction(elf_builder *b, uint16_t section, uint8_t opcode, uint8_t dst,
                           uint8_t src, int16_t offset, int32_t imm);

/* Adds a symbol and returns its number. */
uint32_t builder_symbol(elf_builder *b, const char *name, uint8_t binding, uint8_t type,
                        uint16_t section, uint64_t value, uint64_t size);

/* Adds a relocation to the relocation section `relocations` (of type SHT_REL). */
void builder_relocation(elf_builder *b, uint16_t relocations, uint64_t offset, uint32_t symbol,
                        uint32_t type);

/* Lays the file out into b->image, b->size. May be called again after changes. */
void builder_finish(elf_builder *b);

/* The section header in the finished image, to be spoiled. */
Elf64_Shdr *builder_header(elf_builder *b, uint16_t section);

#endif
