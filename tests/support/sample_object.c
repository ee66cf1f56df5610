#include "support/sample_object.h"

static void add_sections(sample_object *s)
{
    elf_builder *b = &s->b;
    const uint64_t code = SHF_ALLOC | SHF_EXECINSTR;
    s->text = builder_section_add(b, ".text", SHT_PROGBITS, code, 8);
    s->prog = builder_section_add(b, "prog", SHT_PROGBITS, code, 8);
    s->rodata = builder_section_add(b, ".rodata", SHT_PROGBITS, SHF_ALLOC, 1);
    s->constants = builder_section_add(b, ".rodata.cst", SHT_PROGBITS, SHF_ALLOC, 16);
    s->data = builder_section_add(b, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
    s->bss = builder_section_add(b, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 32);
    s->rel_text = builder_section_add(b, ".rel.text", SHT_REL, 0, 8);
    s->rel_prog = builder_section_add(b, ".relprog", SHT_REL, 0, 8);
    s->rel_constants = builder_section_add(b, ".rel.rodata.cst", SHT_REL, 0, 8);
    s->rel_data = builder_section_add(b, ".rel.data", SHT_REL, 0, 8);
    b->sections[s->bss].header.sh_size = 24;
    b->sections[s->rel_text].header.sh_info = s->text;
    b->sections[s->rel_prog].header.sh_info = s->prog;
    b->sections[s->rel_constants].header.sh_info = s->constants;
    b->sections[s->rel_data].header.sh_info = s->data;
}

static void add_symbols(sample_object *s)
{
    elf_builder *b = &s->b;
    s->text_symbol = builder_symbol(b, "", STB_LOCAL, STT_SECTION, s->text, 0, 0);
    s->rodata_symbol = builder_symbol(b, "", STB_LOCAL, STT_SECTION, s->rodata, 0, 0);
    s->bss_symbol = builder_symbol(b, "", STB_LOCAL, STT_SECTION, s->bss, 0, 0);
    s->local = builder_symbol(b, "local", STB_LOCAL, STT_FUNC, s->text, 88, 16);
    s->entrypoint = builder_symbol(b, "entrypoint", STB_GLOBAL, STT_FUNC, s->text, 0, 88);
    s->other = builder_symbol(b, "other", STB_GLOBAL, STT_FUNC, s->prog, 0, 16);
    s->variable = builder_symbol(b, "variable", STB_GLOBAL, STT_OBJECT, s->data, 0, 8);
}

/* LDDW with an addend in place, and its relocation. */
static void add_lddw(sample_object *s, uint8_t dst, int32_t addend, uint32_t symbol)
{
    const size_t offset = builder_instruction(&s->b, s->text, 0x18, dst, 0, 0, addend);
    (void)builder_instruction(&s->b, s->text, 0, 0, 0, 0, 0);
    builder_relocation(&s->b, s->rel_text, offset, symbol, 1);
}

static void add_content(sample_object *s)
{
    elf_builder *b = &s->b;
    const uint64_t zero_and_one[2] = {88, 1};
    const uint64_t sixteen = 16;
    add_lddw(s, 1, 4, s->rodata_symbol);
    add_lddw(s, 2, 0, s->variable);
    add_lddw(s, 3, 8, s->bss_symbol);
    add_lddw(s, 4, 88, s->text_symbol);
    builder_relocation(b, s->rel_text, builder_instruction(b, s->text, 0x85, 0, 1, 0, -1), s->other,
                       10);
    (void)builder_instruction(b, s->text, 0x85, 0, 1, 0, 1);
    (void)builder_instruction(b, s->text, 0x95, 0, 0, 0, 0);
    (void)builder_instruction(b, s->text, 0xb7, 0, 0, 0, 7);
    (void)builder_instruction(b, s->text, 0x95, 0, 0, 0, 0);
    builder_relocation(b, s->rel_prog, builder_instruction(b, s->prog, 0x85, 0, 1, 0, 10),
                       s->text_symbol, 10);
    (void)builder_instruction(b, s->prog, 0x95, 0, 0, 0, 0);
    (void)builder_bytes(b, s->rodata, "abcd", 5);
    (void)builder_bytes(b, s->constants, zero_and_one, sizeof zero_and_one);
    builder_relocation(b, s->rel_constants, 0, s->text_symbol, 2);
    builder_relocation(b, s->rel_constants, 8, s->rodata_symbol, 2);
    (void)builder_bytes(b, s->data, &sixteen, sizeof sixteen);
    builder_relocation(b, s->rel_data, 0, s->bss_symbol, 2);
}

void sample_init(sample_object *s)
{
    builder_init(&s->b);
    add_sections(s);
    add_symbols(s);
    add_content(s);
}
