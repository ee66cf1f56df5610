#include "support/elf_builder.h"

#include <stdlib.h>
#include <string.h>

/* Holds in release builds too. */
#define REQUIRE(condition) ((condition) ? (void)0 : abort())

#define STRINGS 1
#define SYMBOLS 2

static uint32_t add_string(elf_builder *b, const char *text)
{
    return (uint32_t)builder_bytes(b, STRINGS, text, strlen(text) + 1);
}

uint16_t builder_section_add(elf_builder *b, const char *name, uint32_t type, uint64_t flags,
                             uint64_t alignment)
{
    REQUIRE(b->section_count < BUILDER_SECTIONS);
    builder_section *section = &b->sections[b->section_count];
    section->name = name;
    section->header.sh_type = type;
    section->header.sh_flags = flags;
    section->header.sh_addralign = alignment;
    if (type == SHT_REL) {
        section->header.sh_link = SYMBOLS;
        section->header.sh_entsize = sizeof(Elf64_Rel);
    }
    section->header.sh_name = b->section_count == 0 ? 0 : add_string(b, name);
    return b->section_count++;
}

void builder_init(elf_builder *b)
{
    memset(b, 0, sizeof *b);
    (void)builder_section_add(b, "", SHT_NULL, 0, 0);
    (void)builder_bytes(b, STRINGS, "", 1);
    (void)builder_section_add(b, ".strtab", SHT_STRTAB, 0, 1);
    (void)builder_section_add(b, ".symtab", SHT_SYMTAB, 0, 8);
    b->sections[SYMBOLS].header.sh_link = STRINGS;
    b->sections[SYMBOLS].header.sh_entsize = sizeof(Elf64_Sym);
    (void)builder_symbol(b, "", STB_LOCAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
}

size_t builder_bytes(elf_builder *b, uint16_t section, const void *bytes, size_t size)
{
    builder_section *s = &b->sections[section];
    const size_t offset = s->size;
    REQUIRE(size <= BUILDER_BYTES - offset);
    memcpy(s->bytes + offset, bytes, size);
    s->size += size;
    return offset;
}

size_t builder_instruction(elf_builder *b, uint16_t section, uint8_t opcode, uint8_t dst,
                           uint8_t src, int16_t offset, int32_t imm)
{
    uint8_t bytes[8] = {opcode, (uint8_t)(dst | src << 4)};
    memcpy(bytes + 2, &offset, sizeof offset);
    memcpy(bytes + 4, &imm, sizeof imm);
    return builder_bytes(b, section, bytes, sizeof bytes);
}

uint32_t builder_symbol(elf_builder *b, const char *name, uint8_t binding, uint8_t type,
                        uint16_t section, uint64_t value, uint64_t size)
{
    const Elf64_Sym symbol = {.st_name = name[0] == 0 ? 0 : add_string(b, name),
                              .st_info = (unsigned char)ELF64_ST_INFO(binding, type),
                              .st_shndx = section,
                              .st_value = value,
                              .st_size = size};
    (void)builder_bytes(b, SYMBOLS, &symbol, sizeof symbol);
    return b->symbol_count++;
}

void builder_relocation(elf_builder *b, uint16_t relocations, uint64_t offset, uint32_t symbol,
                        uint32_t type)
{
    const Elf64_Rel relocation = {.r_offset = offset,
                                  .r_info = ELF64_R_INFO((uint64_t)symbol, type)};
    (void)builder_bytes(b, relocations, &relocation, sizeof relocation);
}

void builder_finish(elf_builder *b)
{
    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_REL,
        .e_machine = EM_BPF,
        .e_version = EV_CURRENT,
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_shentsize = sizeof(Elf64_Shdr),
        .e_shnum = b->section_count,
        .e_shstrndx = STRINGS};
    size_t used = sizeof header;
    for (uint16_t i = 1; i < b->section_count; i++) {
        builder_section *s = &b->sections[i];
        s->header.sh_offset = used;
        if (s->header.sh_type != SHT_NOBITS) {
            s->header.sh_size = s->size;
            memcpy(b->image + used, s->bytes, s->size);
            used += (s->size + 7) & ~(size_t)7;
        }
    }
    header.e_shoff = used;
    for (uint16_t i = 0; i < b->section_count; i++) {
        memcpy(b->image + used, &b->sections[i].header, sizeof(Elf64_Shdr));
        used += sizeof(Elf64_Shdr);
    }
    memcpy(b->image, &header, sizeof header);
    b->size = used;
}

Elf64_Shdr *builder_header(elf_builder *b, uint16_t section)
{
    Elf64_Ehdr header;
    memcpy(&header, b->image, sizeof header);
    return (Elf64_Shdr *)(void *)(b->image + header.e_shoff + section * sizeof(Elf64_Shdr));
}
