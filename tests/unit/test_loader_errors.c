/* Each way in which an object can be wrong, and what the loader says about it; then every single
 * byte of an object altered, and every truncation: any answer will do, but an answer it must be.
 *
 * With the argument "all" each byte takes all 256 values, else ten of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/sample_object.h"
#include "vm/loader.h"

/* One defect: applied before the file is laid out, or to the finished image. */
typedef struct defect {
    const char *name;
    void (*before)(sample_object *s);
    void (*after)(sample_object *s);
    zkb_status status;
    const char *message;
} defect;

static Elf64_Ehdr *header_of(sample_object *s) { return (Elf64_Ehdr *)(void *)s->b.image; }

static Elf64_Sym *symbol_of(sample_object *s, uint32_t index)
{
    return &((Elf64_Sym *)(void *)s->b.sections[2].bytes)[index];
}

static Elf64_Rel *relocation_of(sample_object *s, uint16_t section, uint32_t index)
{
    return &((Elf64_Rel *)(void *)s->b.sections[section].bytes)[index];
}

static uint8_t *slot_of(sample_object *s, uint32_t slot)
{
    return &s->b.sections[s->text].bytes[(size_t)8 * slot];
}

static Elf64_Shdr *section_of(sample_object *s, uint16_t section)
{
    return &s->b.sections[section].header;
}

/* ---- The file's header --------------------------------------------------------------------- */

static void class_32(sample_object *s) { header_of(s)->e_ident[EI_CLASS] = ELFCLASS32; }
static void big_endian(sample_object *s) { header_of(s)->e_ident[EI_DATA] = ELFDATA2MSB; }
static void x86(sample_object *s) { header_of(s)->e_machine = EM_X86_64; }
static void executable(sample_object *s) { header_of(s)->e_type = ET_EXEC; }
static void version_2(sample_object *s) { header_of(s)->e_version = 2; }
static void no_sections(sample_object *s) { header_of(s)->e_shnum = 0; }
static void many_sections(sample_object *s) { header_of(s)->e_shnum = 0x7fff; }
static void far_sections(sample_object *s) { header_of(s)->e_shoff = UINT64_MAX - 8; }
static void odd_sections(sample_object *s) { header_of(s)->e_shentsize = 60; }
static void far_names(sample_object *s) { header_of(s)->e_shstrndx = 99; }
static void text_as_names(sample_object *s) { header_of(s)->e_shstrndx = s->text; }

/* ---- Section headers ----------------------------------------------------------------------- */

static void far_name(sample_object *s) { builder_header(&s->b, s->data)->sh_name = 0x7fffffff; }
static void far_text(sample_object *s) { builder_header(&s->b, s->text)->sh_offset = s->b.size; }
static void long_text(sample_object *s)
{
    builder_header(&s->b, s->text)->sh_size = UINT64_MAX - 7;
}
static void text_again(sample_object *s)
{
    /* Data that claims the bytes of the whole file, which others claim too. */
    builder_header(&s->b, s->rodata)->sh_offset = 0;
    builder_header(&s->b, s->rodata)->sh_size = s->b.size;
}
static void half_instruction(sample_object *s) { builder_header(&s->b, s->text)->sh_size -= 4; }
static void odd_alignment(sample_object *s) { section_of(s, s->data)->sh_addralign = 24; }
static void large_alignment(sample_object *s) { section_of(s, s->data)->sh_addralign = 1 << 17; }
static void constructors(sample_object *s) { section_of(s, s->data)->sh_type = SHT_INIT_ARRAY; }
static void thread_local_data(sample_object *s) { section_of(s, s->data)->sh_flags |= SHF_TLS; }
static void compressed(sample_object *s) { section_of(s, s->data)->sh_flags |= SHF_COMPRESSED; }
static void loaded_note(sample_object *s) { section_of(s, s->data)->sh_type = SHT_HASH; }
static void huge_bss(sample_object *s) { section_of(s, s->bss)->sh_size = UINT64_MAX; }
static void large_bss(sample_object *s) { section_of(s, s->bss)->sh_size = ZKB_MAX_DATA_BYTES; }
static void empty_code(sample_object *s) { section_of(s, s->text)->sh_type = SHT_NOBITS; }
static void no_code(sample_object *s)
{
    section_of(s, s->text)->sh_flags = 0;
    section_of(s, s->prog)->sh_flags = 0;
    section_of(s, s->constants)->sh_flags = 0; /* its relocation points at code */
}
static void strings_without_end(sample_object *s)
{
    const Elf64_Shdr *h = builder_header(&s->b, 1);
    s->b.image[h->sh_offset + h->sh_size - 1] = 'x';
}
static void symbols_of_20_bytes(sample_object *s) { section_of(s, 2)->sh_entsize = 20; }
static void symbols_without_strings(sample_object *s) { section_of(s, 2)->sh_link = 77; }
static void two_symbol_tables(sample_object *s)
{
    section_of(s, s->rel_data)->sh_type = SHT_SYMTAB;
    section_of(s, s->rel_data)->sh_entsize = sizeof(Elf64_Sym);
    s->b.sections[s->rel_data].size = 0;
    section_of(s, s->rel_data)->sh_link = 1;
}

/* ---- Symbols ------------------------------------------------------------------------------- */

static void symbol_nowhere(sample_object *s) { symbol_of(s, s->other)->st_shndx = 0x1234; }
static void symbol_far_name(sample_object *s) { symbol_of(s, s->other)->st_name = 0x10000; }
static void function_inside(sample_object *s) { symbol_of(s, s->local)->st_value = 86; }
static void function_far(sample_object *s) { symbol_of(s, s->local)->st_value = 8000; }
static void function_in_lddw(sample_object *s) { symbol_of(s, s->local)->st_value = 8; }
static void undefined_call(sample_object *s) { symbol_of(s, s->other)->st_shndx = SHN_UNDEF; }
static void undefined_memcpy(sample_object *s)
{
    undefined_call(s);
    symbol_of(s, s->other)->st_name = (uint32_t)builder_bytes(&s->b, 1, "memcpy", 7);
}
static void undefined_data(sample_object *s) { symbol_of(s, s->variable)->st_shndx = SHN_UNDEF; }
static void two_definitions(sample_object *s)
{
    (void)builder_symbol(&s->b, "other", STB_GLOBAL, STT_FUNC, s->text, 88, 16);
}
static void escape_in_name(sample_object *s)
{
    undefined_call(s);
    symbol_of(s, s->other)->st_name = (uint32_t)builder_bytes(&s->b, 1, "\033[2J\xff", 6);
}
static void long_name(sample_object *s)
{
    char name[2000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    (void)builder_symbol(&s->b, name, STB_GLOBAL, STT_FUNC, s->text, 88, 16);
}
static void huge_common(sample_object *s)
{
    (void)builder_symbol(&s->b, "c", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 8, UINT64_MAX);
}
static void odd_common(sample_object *s)
{
    (void)builder_symbol(&s->b, "c", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 3, 8);
}
static void large_common(sample_object *s)
{
    (void)builder_symbol(&s->b, "c", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 8, ZKB_MAX_DATA_BYTES);
}
static void not_loaded(sample_object *s) { s->b.sections[s->data].header.sh_flags = 0; }
static void bss_not_loaded(sample_object *s) { s->b.sections[s->bss].header.sh_flags = 0; }

/* ---- Relocations --------------------------------------------------------------------------- */

static void rela(sample_object *s) { section_of(s, s->rel_text)->sh_type = SHT_RELA; }
static void relocations_of_24(sample_object *s) { section_of(s, s->rel_text)->sh_entsize = 24; }
static void relocates_nothing(sample_object *s) { section_of(s, s->rel_text)->sh_info = 500; }
static void no_symbol_table(sample_object *s) { section_of(s, s->rel_text)->sh_link = 1; }
static void no_such_symbol(sample_object *s)
{
    relocation_of(s, s->rel_text, 0)->r_info = ELF64_R_INFO(UINT64_C(4000000000), 1);
}
static void symbol_0(sample_object *s)
{
    /* The reserved first symbol is undefined, even where the file makes it another. */
    relocation_of(s, s->rel_text, 0)->r_info = ELF64_R_INFO(0, 1);
    symbol_of(s, 0)->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
    symbol_of(s, 0)->st_shndx = SHN_ABS;
    symbol_of(s, 0)->st_name = symbol_of(s, s->other)->st_name;
}
static void type_99(sample_object *s)
{
    relocation_of(s, s->rel_text, 0)->r_info = ELF64_R_INFO((uint64_t)s->rodata_symbol, 99);
}
static void type_10_in_data(sample_object *s)
{
    relocation_of(s, s->rel_data, 0)->r_info = ELF64_R_INFO((uint64_t)s->bss_symbol, 10);
}
static void address_in_32_bits(sample_object *s)
{
    relocation_of(s, s->rel_data, 0)->r_info = ELF64_R_INFO((uint64_t)s->bss_symbol, 3);
}
static void lddw_for_call(sample_object *s)
{
    relocation_of(s, s->rel_text, 4)->r_info = ELF64_R_INFO((uint64_t)s->variable, 1);
}
static void call_for_lddw(sample_object *s)
{
    relocation_of(s, s->rel_text, 0)->r_info = ELF64_R_INFO((uint64_t)s->other, 10);
}
static void call_of_data(sample_object *s)
{
    relocation_of(s, s->rel_text, 4)->r_info = ELF64_R_INFO((uint64_t)s->variable, 10);
}
static void call_far(sample_object *s) { memset(slot_of(s, 8) + 4, 0x7f, 4); /* imm */ }
static void relocation_twice(sample_object *s) { relocation_of(s, s->rel_text, 1)->r_offset = 0; }
static void relocation_in_lddw(sample_object *s) { relocation_of(s, s->rel_text, 1)->r_offset = 8; }
static void relocation_odd(sample_object *s) { relocation_of(s, s->rel_text, 1)->r_offset = 17; }
static void relocation_far(sample_object *s)
{
    relocation_of(s, s->rel_text, 1)->r_offset = UINT64_MAX - 7;
}
static void data_relocation_far(sample_object *s)
{
    relocation_of(s, s->rel_data, 0)->r_offset = 1;
}
static void bss_relocation(sample_object *s) { section_of(s, s->rel_data)->sh_info = s->bss; }
static void address_inside_function(sample_object *s) { slot_of(s, 6)[4] = 96; }
static void pointer_inside_function(sample_object *s) { s->b.sections[s->constants].bytes[0] = 80; }

/* ---- Code ---------------------------------------------------------------------------------- */

static void lddw_at_end(sample_object *s)
{
    (void)builder_instruction(&s->b, s->prog, 0x18, 0, 0, 0, 0);
}
static void call_outside(sample_object *s) { slot_of(s, 9)[4] = 3; }
static void jump_outside(sample_object *s)
{
    const uint8_t jump[8] = {0x05, 0, 2, 0};
    memcpy(slot_of(s, 11), jump, sizeof jump);
}
static void jump_into_lddw(sample_object *s)
{
    const uint8_t jump[8] = {0x05, 0, 0xf5, 0xff};
    memcpy(slot_of(s, 11), jump, sizeof jump);
}
static void register_11(sample_object *s) { slot_of(s, 11)[1] = 11; }
static void map_reference(sample_object *s) { slot_of(s, 0)[1] |= 0x10; }

static const defect defects[] = {
    {"class", NULL, class_32, ZKB_ERROR_UNSUPPORTED, "not a little-endian BPF object (ELF class 1"},
    {"data", NULL, big_endian, ZKB_ERROR_UNSUPPORTED, "byte order 2"},
    {"machine", NULL, x86, ZKB_ERROR_UNSUPPORTED, "machine 62); compile with clang -target bpf"},
    {"type", NULL, executable, ZKB_ERROR_UNSUPPORTED, "not a relocatable object; compile with -c"},
    {"version", NULL, version_2, ZKB_ERROR_FORMAT, "unknown version"},
    {"shnum 0", NULL, no_sections, ZKB_ERROR_FORMAT, "section table missing"},
    {"shnum", NULL, many_sections, ZKB_ERROR_FORMAT, "or outside the file"},
    {"shoff", NULL, far_sections, ZKB_ERROR_FORMAT, "section table missing"},
    {"shentsize", NULL, odd_sections, ZKB_ERROR_FORMAT, "section table missing"},
    {"shstrndx", NULL, far_names, ZKB_ERROR_FORMAT, "section table missing"},
    {"shstrndx text", NULL, text_as_names, ZKB_ERROR_FORMAT, "string table missing"},
    {"sh_name", NULL, far_name, ZKB_ERROR_FORMAT, "a name lies outside the string table"},
    {"sh_offset", NULL, far_text, ZKB_ERROR_FORMAT, "section 3 reaches past the end of the file"},
    {"sh_size", NULL, long_text, ZKB_ERROR_FORMAT, "section 3 reaches past the end of the file"},
    {"overlap", NULL, text_again, ZKB_ERROR_FORMAT, "section 5 overlaps another"},
    {"half", NULL, half_instruction, ZKB_ERROR_FORMAT,
     "section .text: code is not a whole number of 8-byte instructions"},
    {"align", odd_alignment, NULL, ZKB_ERROR_UNSUPPORTED, "section .data: alignment is not a"},
    {"align", large_alignment, NULL, ZKB_ERROR_UNSUPPORTED, "power of two up to 65536"},
    {"init", constructors, NULL, ZKB_ERROR_UNSUPPORTED, "constructors and destructors"},
    {"tls", thread_local_data, NULL, ZKB_ERROR_UNSUPPORTED, "thread-local variables"},
    {"compressed", compressed, NULL, ZKB_ERROR_UNSUPPORTED, "compressed sections"},
    {"type", loaded_note, NULL, ZKB_ERROR_UNSUPPORTED, "cannot load a section of this type"},
    {"bss", huge_bss, NULL, ZKB_ERROR_LIMIT, "section .bss: more than 64 MiB of zero-filled"},
    {"bss", large_bss, NULL, ZKB_ERROR_LIMIT, "more than 64 MiB of writable data"},
    {"code without bytes", empty_code, NULL, ZKB_ERROR_FORMAT, "not a whole number"},
    {"no code", no_code, NULL, ZKB_ERROR_FORMAT, "no code section with content"},
    {"strings", NULL, strings_without_end, ZKB_ERROR_FORMAT, "section 1 is no string table"},
    {"symbols", symbols_of_20_bytes, NULL, ZKB_ERROR_FORMAT, "section 2 has symbols of a wrong"},
    {"symbols", symbols_without_strings, NULL, ZKB_ERROR_FORMAT, "string table missing"},
    {"symbols", two_symbol_tables, NULL, ZKB_ERROR_FORMAT, "is a second symbol table"},
    {"symbol", symbol_nowhere, NULL, ZKB_ERROR_FORMAT, "a symbol lies in a section that does not"},
    {"symbol", symbol_far_name, NULL, ZKB_ERROR_FORMAT, "a name lies outside the string table"},
    {"function", function_inside, NULL, ZKB_ERROR_FORMAT,
     ".text+0x56 (local): function local does not begin at an instruction"},
    {"function", function_far, NULL, ZKB_ERROR_FORMAT, "function local does not begin"},
    {"function", function_in_lddw, NULL, ZKB_ERROR_FORMAT, "function local does not begin"},
    {"call", undefined_call, NULL, ZKB_ERROR_MISMATCH,
     "sample.o: .text+0x40 (entrypoint): call of undefined symbol other; give the object that "
     "defines it too"},
    {"memcpy", undefined_memcpy, NULL, ZKB_ERROR_MISMATCH,
     "call of undefined symbol memcpy; compile examples/guest/libc.c and give its object too"},
    {"data", undefined_data, NULL, ZKB_ERROR_MISMATCH,
     ".text+0x10 (entrypoint): reference to undefined symbol variable"},
    {"twice", two_definitions, NULL, ZKB_ERROR_MISMATCH,
     "symbol other is defined in sample.o and again in sample.o"},
    {"escape", escape_in_name, NULL, ZKB_ERROR_MISMATCH, "undefined symbol ?[2J?;"},
    {"name", long_name, NULL, ZKB_ERROR_LIMIT, "a name of more than 1023 characters (nnn"},
    {"common", huge_common, NULL, ZKB_ERROR_LIMIT, "common symbol c: more than 64 MiB"},
    {"common", odd_common, NULL, ZKB_ERROR_LIMIT, "common symbol c: "},
    {"common", large_common, NULL, ZKB_ERROR_LIMIT, "more than 64 MiB of writable data"},
    {"not loaded", not_loaded, NULL, ZKB_ERROR_UNSUPPORTED,
     "reference to variable in section .data, which is not loaded"},
    {"not loaded", bss_not_loaded, NULL, ZKB_ERROR_UNSUPPORTED,
     "reference to section .bss, which is not loaded"},
    {"rela", rela, NULL, ZKB_ERROR_UNSUPPORTED, "section .rel.text: relocations with addends"},
    {"rel", relocations_of_24, NULL, ZKB_ERROR_FORMAT, "has relocations of a wrong size"},
    {"rel", relocates_nothing, NULL, ZKB_ERROR_FORMAT, "relocates a section that does not exist"},
    {"rel", no_symbol_table, NULL, ZKB_ERROR_FORMAT, "relocates without a symbol table"},
    {"rel", no_such_symbol, NULL, ZKB_ERROR_FORMAT, "names a symbol that does not exist"},
    {"rel", symbol_0, NULL, ZKB_ERROR_MISMATCH, "reference to undefined symbol"},
    {"rel", type_99, NULL, ZKB_ERROR_UNSUPPORTED,
     ".text+0x0 (entrypoint): relocation type 99 in code"},
    {"rel", type_10_in_data, NULL, ZKB_ERROR_UNSUPPORTED,
     ".data+0x0 (variable): relocation type 10 in data"},
    {"rel", address_in_32_bits, NULL, ZKB_ERROR_UNSUPPORTED,
     "32 bits cannot hold the address of .bss"},
    {"rel", lddw_for_call, NULL, ZKB_ERROR_FORMAT, "an instruction that is not LDDW"},
    {"rel", call_for_lddw, NULL, ZKB_ERROR_FORMAT, "an instruction that is not CALL"},
    {"rel", call_of_data, NULL, ZKB_ERROR_FORMAT, "call of variable, which is not code"},
    {"rel", call_far, NULL, ZKB_ERROR_FORMAT, "call of other, which is not code"},
    {"rel", relocation_twice, NULL, ZKB_ERROR_FORMAT, "two relocations for one instruction"},
    {"rel", relocation_in_lddw, NULL, ZKB_ERROR_FORMAT, "a place that is not an instruction"},
    {"rel", relocation_odd, NULL, ZKB_ERROR_FORMAT, "a place that is not an instruction"},
    {"rel", relocation_far, NULL, ZKB_ERROR_FORMAT, "a place that is not an instruction"},
    {"rel", data_relocation_far, NULL, ZKB_ERROR_FORMAT, "outside the section's bytes"},
    {"rel", bss_relocation, NULL, ZKB_ERROR_FORMAT, "outside the section's bytes"},
    {"address", address_inside_function, NULL, ZKB_ERROR_FORMAT,
     ".text+0x30 (entrypoint): the address taken of .text is not the first instruction of a "
     "function"},
    {"pointer", pointer_inside_function, NULL, ZKB_ERROR_FORMAT,
     ".rodata.cst+0x0: the address taken of .text is not the first instruction"},
    {"lddw", lddw_at_end, NULL, ZKB_ERROR_FORMAT, "prog+0x10: LDDW without its second slot"},
    {"call", call_outside, NULL, ZKB_ERROR_FORMAT,
     ".text+0x48 (entrypoint): call target outside the section"},
    {"jump", jump_outside, NULL, ZKB_ERROR_FORMAT,
     ".text+0x58 (local): jump target outside the section"},
    {"jump", jump_into_lddw, NULL, ZKB_ERROR_FORMAT, "sample.o: .text+0x58: slot 11 (local+0)"},
    {"register", register_11, NULL, ZKB_ERROR_FORMAT, "sample.o: .text+0x58: slot 11 (local+0)"},
    {"map", map_reference, NULL, ZKB_ERROR_UNSUPPORTED, "sample.o: .text+0x0: slot 0"},
};

static void each_defect_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        const defect *d = &defects[i];
        sample_object s;
        sample_init(&s);
        if (d->before != NULL) {
            d->before(&s);
        }
        builder_finish(&s.b);
        if (d->after != NULL) {
            d->after(&s);
        }
        const zkb_object_bytes object = {.name = "sample.o", .bytes = s.b.image, .size = s.b.size};
        zkb_program program;
        zkb_error error = {0};
        const zkb_status status = zkb_program_load(&program, NULL, &object, 1, &error);
        if (status != d->status || strstr(error.message, d->message) == NULL) {
            fail_msg("defect %zu (%s): expected %d \"%s\", got %d \"%s\"", i, d->name, d->status,
                     d->message, status, error.message);
        }
        assert_null(program.code);
        assert_null(program.symbols);
    }
}

/* ---- Every byte ---------------------------------------------------------------------------- */

/* Loads bytes that may be anything, from an allocation of exactly their size, so that the
 * sanitizers see a step past the end. */
static bool load_any(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    const zkb_object_bytes object = {.name = "sample.o", .bytes = copy, .size = size};
    const zkb_load_options options = {.layout = zkb_layout_default(), .format = ZKB_LOAD_ELF};
    zkb_program program;
    zkb_error error = {0};
    const zkb_status status = zkb_program_load(&program, &options, &object, 1, &error);
    if (status != ZKB_OK) {
        assert_int_equal(error.status, status);
        assert_true(error.message[0] != 0);
        assert_null(program.code);
    }
    zkb_program_clear(&program);
    free(copy);
    return status == ZKB_OK;
}

static bool all_values;

static void any_altered_byte_gives_an_answer(void **state)
{
    (void)state;
    sample_object s;
    sample_init(&s);
    builder_finish(&s.b);
    size_t accepted = 0;
    size_t refused = 0;
    for (size_t i = 0; i < s.b.size; i++) {
        const uint8_t original = s.b.image[i];
        for (unsigned v = 0; v < 256; v++) {
            const uint8_t difference = (uint8_t)(v ^ original);
            const bool is_chosen = v == 0 || v == 255 || (difference & (difference - 1)) == 0;
            if (v == original || (!all_values && !is_chosen)) {
                continue;
            }
            s.b.image[i] = (uint8_t)v;
            *(load_any(s.b.image, s.b.size) ? &accepted : &refused) += 1;
        }
        s.b.image[i] = original;
    }
    assert_true(load_any(s.b.image, s.b.size));
    /* Both happen: padding and unused fields may be anything, headers may not. */
    assert_true(accepted > s.b.size);
    assert_true(refused > s.b.size);
}

static void any_truncation_is_refused(void **state)
{
    (void)state;
    sample_object s;
    sample_init(&s);
    builder_finish(&s.b);
    for (size_t size = 0; size < s.b.size; size++) {
        assert_false(load_any(s.b.image, size));
    }
}

int main(int argc, char **argv)
{
    all_values = argc > 1 && strcmp(argv[1], "all") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_defect_is_named),
        cmocka_unit_test(any_altered_byte_gives_an_answer),
        cmocka_unit_test(any_truncation_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
