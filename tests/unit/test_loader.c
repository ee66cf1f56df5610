/* The loader: where things are placed, what relocations become, and what each defect of an object
 * is reported as. Objects are built by hand here, so that every number is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes_inline.h"
#include "support/sample_object.h"
#include "vm/isa.h"
#include "vm/loader.h"

#define WRITABLE 0x100010000u

static zkb_object_bytes bytes_of(const char *name, const elf_builder *b)
{
    return (zkb_object_bytes){.name = name, .bytes = b->image, .size = b->size};
}

static zkb_status load_sample(zkb_program *program, sample_object *s, zkb_error *error)
{
    builder_finish(&s->b);
    const zkb_object_bytes object = bytes_of("sample.o", &s->b);
    return zkb_program_load(program, NULL, &object, 1, error);
}

static void load_or_fail(zkb_program *program, const zkb_load_options *options,
                         const zkb_object_bytes *objects, size_t count)
{
    zkb_error error = {0};
    if (zkb_program_load(program, options, objects, count, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
}

static void assert_fails(const zkb_load_options *options, const zkb_object_bytes *objects,
                         size_t count, zkb_status status, const char *message)
{
    zkb_program program;
    zkb_error error = {0};
    const zkb_status got = zkb_program_load(&program, options, objects, count, &error);
    if (got != status || strstr(error.message, message) == NULL) {
        fail_msg("expected %d \"%s\", got %d \"%s\"", status, message, got, error.message);
    }
    assert_int_equal(error.status, status);
    assert_null(program.code);
    assert_int_equal(program.slot_count, 0);
}

static uint64_t lddw_at(const zkb_program *program, uint32_t slot)
{
    assert_int_equal(program->code[slot].opcode, ZKB_OPCODE_LDDW);
    return zkb_lddw_value(&program->code[slot]);
}

static void sections_are_placed_and_relocated(void **state)
{
    (void)state;
    sample_object s;
    zkb_program p;
    zkb_error error = {0};
    sample_init(&s);
    if (load_sample(&p, &s, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(p.slot_count, 15);
    assert_int_equal(p.entry, 0);
    assert_int_equal(lddw_at(&p, 0), 0x100000004);
    assert_int_equal(lddw_at(&p, 2), WRITABLE);
    assert_int_equal(lddw_at(&p, 4), WRITABLE + 32 + 8);
    assert_int_equal(lddw_at(&p, 6), ZKB_CODE_BASE + 8 * 11);
    assert_int_equal(p.code[8].imm, 13 - 9);
    assert_int_equal(p.code[8].src, 1);
    assert_int_equal(p.code[9].imm, 1);
    assert_int_equal(p.code[13].imm, 11 - 14);
    assert_int_equal(p.read_only_bytes, 32);
    assert_string_equal((char *)p.read_only, "abcd");
    assert_int_equal(zkb_load64(p.read_only + 16), ZKB_CODE_BASE + 8 * 11);
    assert_int_equal(zkb_load64(p.read_only + 24), 0x100000001);
    assert_int_equal(p.writable_bytes, 32 + 24);
    assert_int_equal(zkb_load64(p.writable), WRITABLE + 32 + 16);
    for (uint32_t i = 8; i < p.writable_bytes; i++) {
        assert_int_equal(p.writable[i], 0);
    }
    for (uint32_t i = 0; i < p.slot_count; i++) {
        assert_int_equal(p.function_start[i], i == 0 || i == 11 || i == 13);
    }
    const zkb_symbol expected[] = {{(char *)(uintptr_t)"entrypoint", 0, 11},
                                   {(char *)(uintptr_t)"local", 11, 2},
                                   {(char *)(uintptr_t)"other", 13, 2}};
    assert_int_equal(p.symbol_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_string_equal(p.symbols[i].name, expected[i].name);
        assert_int_equal(p.symbols[i].slot, expected[i].slot);
        assert_int_equal(p.symbols[i].count, expected[i].count);
    }
    const zkb_memory_layout layout = zkb_layout_default();
    assert_memory_equal(&p.layout, &layout, sizeof layout);
    zkb_program_clear(&p);
    assert_null(p.code);
    zkb_program_clear(&p); /* a cleared program may be cleared again */
}

static void ranges_of_symbols_do_not_overlap(void **state)
{
    (void)state;
    sample_object s;
    zkb_program p;
    sample_init(&s);
    Elf64_Sym *symbols = (Elf64_Sym *)(void *)s.b.sections[2].bytes;
    symbols[s.entrypoint].st_size = 1000; /* past `local`, and past the section's end */
    symbols[s.local].st_size = 0;         /* unknown: to the section's end */
    symbols[s.other].st_size = UINT64_MAX;
    /* Another name for `local`: the global one is shown. */
    (void)builder_symbol(&s.b, "a_local", STB_LOCAL, STT_FUNC, s.text, 88, 16);
    (void)builder_symbol(&s.b, "z_global", STB_GLOBAL, STT_FUNC, s.text, 88, 16);
    /* A long name is cut. */
    char name[301] = {0};
    memset(name, 'n', sizeof name - 1);
    symbols[s.other].st_name = (uint32_t)builder_bytes(&s.b, 1, name, sizeof name);
    assert_int_equal(load_sample(&p, &s, NULL), ZKB_OK);
    assert_int_equal(p.symbol_count, 3);
    assert_int_equal(strlen(p.symbols[2].name), ZKB_SYMBOL_NAME_MAX);
    assert_int_equal(p.symbols[0].count, 11);
    assert_string_equal(p.symbols[1].name, "z_global");
    assert_int_equal(p.symbols[1].count, 2);
    assert_int_equal(p.symbols[2].count, 2);
    zkb_program_clear(&p);
}

static void writable_data_begins_at_a_whole_segment(void **state)
{
    (void)state;
    sample_object s;
    zkb_program p;
    sample_init(&s);
    s.b.sections[s.rodata].header.sh_type = SHT_NOBITS; /* 2^16 + 1 bytes of read-only zeros */
    s.b.sections[s.rodata].header.sh_size = 65537;
    assert_int_equal(load_sample(&p, &s, NULL), ZKB_OK);
    assert_int_equal(p.read_only_bytes, 16 + 65537); /* zero-filled sections come last */
    assert_int_equal(lddw_at(&p, 0), ZKB_REGION_PROGRAM + 16 + 4);
    assert_int_equal(lddw_at(&p, 2), ZKB_REGION_PROGRAM + 2 * 65536);
    zkb_program_clear(&p);
}

static void data_rel_ro_is_read_only(void **state)
{
    (void)state;
    sample_object s;
    zkb_program p;
    elf_builder *b = &s.b;
    sample_init(&s);
    const uint16_t section =
        builder_section_add(b, ".data.rel.ro", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
    (void)builder_bytes(b, section, "pointers", 8);
    assert_int_equal(load_sample(&p, &s, NULL), ZKB_OK);
    assert_int_equal(p.read_only_bytes, 40);
    assert_memory_equal(p.read_only + 32, "pointers", 8);
    zkb_program_clear(&p);
}

static void foreign_sections_are_ignored_with_their_relocations(void **state)
{
    (void)state;
    static const char *const names[] = {"license", ".maps", ".eh_frame"};
    sample_object s;
    zkb_program p;
    zkb_error error = {0};
    sample_init(&s);
    elf_builder *b = &s.b;
    for (size_t i = 0; i < 3; i++) {
        const uint16_t section =
            builder_section_add(b, names[i], SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1);
        (void)builder_bytes(b, section, "GPL", 4);
    }
    const uint16_t debug = builder_section_add(b, ".debug_info", SHT_PROGBITS, 0, 1);
    const uint16_t rel = builder_section_add(b, ".rel.debug_info", SHT_REL, 0, 8);
    b->sections[rel].header.sh_info = debug;
    builder_relocation(b, rel, 1234567, 4711, 99);
    if (load_sample(&p, &s, &error) != ZKB_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(p.read_only_bytes, 32);
    assert_int_equal(p.writable_bytes, 56);
    zkb_program_clear(&p);
}

/* An object with a function NAME that returns n, and an undefined reference or not. */
static void init_function(elf_builder *b, const char *name, uint8_t binding, int32_t n)
{
    builder_init(b);
    const uint16_t text =
        builder_section_add(b, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
    (void)builder_instruction(b, text, 0xb7, 0, 0, 0, n);
    (void)builder_instruction(b, text, 0x95, 0, 0, 0, 0);
    (void)builder_symbol(b, name, binding, STT_FUNC, text, 0, 16);
}

static void strong_definitions_replace_weak_ones(void **state)
{
    (void)state;
    sample_object s;
    elf_builder weak;
    elf_builder strong;
    zkb_program p;
    sample_init(&s);
    /* `other` becomes undefined in the sample. */
    ((Elf64_Sym *)(void *)s.b.sections[2].bytes)[s.other].st_shndx = SHN_UNDEF;
    init_function(&weak, "other", STB_WEAK, 1);
    init_function(&strong, "other", STB_GLOBAL, 2);
    builder_finish(&s.b);
    builder_finish(&weak);
    builder_finish(&strong);
    zkb_object_bytes objects[] = {bytes_of("s.o", &s.b), bytes_of("w.o", &weak),
                                  bytes_of("g.o", &strong)};
    load_or_fail(&p, NULL, objects, 3);
    assert_int_equal(p.code[8].imm, 17 - 9);
    zkb_program_clear(&p);
    load_or_fail(&p, NULL, objects, 2);
    assert_int_equal(p.code[8].imm, 15 - 9);
    zkb_program_clear(&p);
    /* The order of objects does not matter for who wins. */
    const zkb_object_bytes swapped[] = {objects[2], objects[1], objects[0]};
    load_or_fail(&p, NULL, swapped, 3);
    assert_int_equal(p.entry, 4);
    assert_int_equal(p.code[12].imm, 0 - 13);
    zkb_program_clear(&p);
    objects[1] = objects[2];
    assert_fails(NULL, objects, 3, ZKB_ERROR_MISMATCH,
                 "symbol other is defined in g.o and again in g.o");
}

static void weak_references_may_stay_undefined(void **state)
{
    (void)state;
    sample_object s;
    zkb_program p;
    sample_init(&s);
    Elf64_Sym *variable = &((Elf64_Sym *)(void *)s.b.sections[2].bytes)[s.variable];
    variable->st_shndx = SHN_UNDEF;
    variable->st_info = ELF64_ST_INFO(STB_WEAK, STT_NOTYPE);
    Elf64_Sym *other = &((Elf64_Sym *)(void *)s.b.sections[2].bytes)[s.other];
    other->st_shndx = SHN_UNDEF;
    other->st_info = ELF64_ST_INFO(STB_WEAK, STT_NOTYPE);
    assert_int_equal(load_sample(&p, &s, NULL), ZKB_OK);
    assert_int_equal(lddw_at(&p, 2), 0);
    assert_int_equal(p.code[8].src, 0); /* a call that faults if it is ever reached */
    assert_int_equal(p.code[8].imm, -1);
    zkb_program_clear(&p);
}

static void common_symbols_share_storage(void **state)
{
    (void)state;
    sample_object a;
    elf_builder b;
    zkb_program p;
    sample_init(&a);
    Elf64_Sym *variable = &((Elf64_Sym *)(void *)a.b.sections[2].bytes)[a.variable];
    variable->st_shndx = SHN_COMMON;
    variable->st_value = 8; /* alignment */
    builder_finish(&a.b);
    init_function(&b, "unused", STB_GLOBAL, 0);
    (void)builder_symbol(&b, "variable", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 64, 100);
    builder_finish(&b);
    const zkb_object_bytes objects[] = {bytes_of("a.o", &a.b), bytes_of("b.o", &b)};
    load_or_fail(&p, NULL, objects, 1);
    assert_int_equal(lddw_at(&p, 2), WRITABLE + 56);
    assert_int_equal(p.writable_bytes, 64);
    zkb_program_clear(&p);
    load_or_fail(&p, NULL, objects, 2); /* the larger size and alignment count */
    assert_int_equal(lddw_at(&p, 2), WRITABLE + 64);
    assert_int_equal(p.writable_bytes, 164);
    zkb_program_clear(&p);
}

static void helper_calls_are_kept(void **state)
{
    (void)state;
    elf_builder b;
    zkb_program p;
    builder_init(&b);
    const uint16_t text =
        builder_section_add(&b, "prog", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
    (void)builder_instruction(&b, text, 0x85, 0, 0, 0, 5);
    (void)builder_instruction(&b, text, 0x95, 0, 0, 0, 0);
    (void)builder_symbol(&b, "f", STB_GLOBAL, STT_FUNC, text, 0, 16);
    builder_finish(&b);
    const zkb_object_bytes object = bytes_of("b.o", &b);
    load_or_fail(&p, NULL, &object, 1);
    assert_int_equal(p.code[0].src, 0);
    assert_int_equal(p.code[0].imm, 5);
    zkb_program_clear(&p);
}

static void code_may_end_in_a_call_that_never_returns(void **state)
{
    (void)state;
    elf_builder b;
    zkb_program p;
    builder_init(&b);
    const uint16_t text =
        builder_section_add(&b, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
    (void)builder_instruction(&b, text, 0x05, 0, 0, -1, 0); /* loops for ever */
    (void)builder_instruction(&b, text, 0x85, 0, 1, 0, -2);
    (void)builder_symbol(&b, "f", STB_LOCAL, STT_FUNC, text, 0, 8);
    (void)builder_symbol(&b, "g", STB_GLOBAL, STT_FUNC, text, 8, 8);
    /* Of a function that cannot be entered clang leaves a symbol without code. */
    (void)builder_symbol(&b, "h", STB_LOCAL, STT_FUNC, text, 16, 0);
    builder_finish(&b);
    const zkb_object_bytes object = bytes_of("b.o", &b);
    load_or_fail(&p, NULL, &object, 1);
    assert_int_equal(p.slot_count, 3);
    assert_int_equal(p.code[2].opcode, ZKB_OPCODE_EXIT);
    assert_int_equal(p.entry, 1);
    assert_int_equal(p.symbol_count, 2);
    zkb_program_clear(&p);
}

static void entry_is_chosen_by_name_or_alone(void **state)
{
    (void)state;
    zkb_program p;
    zkb_load_options options = zkb_load_options_default();
    sample_object s;
    sample_init(&s);
    builder_finish(&s.b);
    const zkb_object_bytes sample = bytes_of("sample.o", &s.b);
    options.entry = "other";
    load_or_fail(&p, &options, &sample, 1);
    assert_int_equal(p.entry, 13);
    zkb_program_clear(&p);
    options.entry = "missing";
    assert_fails(&options, &sample, 1, ZKB_ERROR_MISMATCH,
                 "no global function missing; choose the entry among: entrypoint, other");
    options.entry = "local";
    assert_fails(&options, &sample, 1, ZKB_ERROR_MISMATCH, "no global function local");
    options.entry = "variable";
    assert_fails(&options, &sample, 1, ZKB_ERROR_MISMATCH, "no global function variable");

    elf_builder only;
    elf_builder library;
    elf_builder second;
    init_function(&library, "memset", STB_GLOBAL, 0);
    init_function(&only, "work", STB_GLOBAL, 0);
    init_function(&second, "play", STB_GLOBAL, 0);
    builder_finish(&library);
    builder_finish(&only);
    builder_finish(&second);
    const zkb_object_bytes objects[] = {bytes_of("libc.o", &library), bytes_of("w.o", &only),
                                        bytes_of("p.o", &second)};
    load_or_fail(&p, NULL, objects, 2);
    assert_int_equal(p.entry, 2);
    zkb_program_clear(&p);
    assert_fails(NULL, objects, 3, ZKB_ERROR_MISMATCH,
                 "no global function entrypoint; choose the entry among: play, work");
    assert_fails(NULL, objects, 1, ZKB_ERROR_MISMATCH, "the objects have no global functions");
    /* A main alone is refused unless it is asked for: it would expect argc and argv. */
    elf_builder hosted;
    init_function(&hosted, "main", STB_GLOBAL, 0);
    builder_finish(&hosted);
    const zkb_object_bytes foreign = bytes_of("m.o", &hosted);
    assert_fails(NULL, &foreign, 1, ZKB_ERROR_MISMATCH, "name it entrypoint, or choose it with");
    elf_builder other;
    init_function(&other, "begin", STB_GLOBAL, 0);
    builder_finish(&other);
    const zkb_object_bytes both[] = {foreign, bytes_of("b.o", &other)};
    assert_fails(NULL, both, 2, ZKB_ERROR_MISMATCH, "choose the entry among: begin, main");
    options.entry = "main";
    load_or_fail(&p, &options, &foreign, 1);
    assert_int_equal(p.entry, 0);
    zkb_program_clear(&p);
}

/* An object whose functions are: entrypoint, which does what the caller adds; unused, which calls
 * `absent` and takes its address. */
static void init_with_unused(elf_builder *b, uint16_t *text, uint16_t *relocations)
{
    builder_init(b);
    *text = builder_section_add(b, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
    *relocations = builder_section_add(b, ".rel.text", SHT_REL, 0, 8);
    b->sections[*relocations].header.sh_info = *text;
    const uint32_t absent = builder_symbol(b, "absent", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
    /* 0: unused */
    builder_relocation(b, *relocations, builder_instruction(b, *text, 0x18, 1, 0, 0, 0), absent, 1);
    (void)builder_instruction(b, *text, 0, 0, 0, 0, 0);
    builder_relocation(b, *relocations, builder_instruction(b, *text, 0x85, 0, 1, 0, -1), absent,
                       10);
    (void)builder_instruction(b, *text, 0x95, 0, 0, 0, 0);
    (void)builder_symbol(b, "unused", STB_GLOBAL, STT_FUNC, *text, 0, 32);
    (void)builder_symbol(b, "entrypoint", STB_GLOBAL, STT_FUNC, *text, 32, 0);
}

static void unused_functions_may_name_what_is_missing(void **state)
{
    (void)state;
    static const struct {
        const char *message; /* NULL: it loads */
        struct {
            uint8_t opcode, dst, src;
            int16_t offset;
            int32_t imm;
        } code[4]; /* of entrypoint, at slot 4 */
        unsigned count;
        bool by_address; /* relocate the LDDW at its slot 0 to `unused` */
    } cases[] = {
        {NULL, {{0x95, 0, 0, 0, 0}}, 1, false},
        {NULL, {{0x95, 0, 0, 0, 0}, {0x05, 0, 0, -6, 0}}, 2, false},
        {NULL, {{0x05, 0, 0, 1, 0}, {0x05, 0, 0, -6, 0}, {0x95, 0, 0, 0, 0}}, 3, false},
        {"unused", {{0x85, 0, 1, 0, -5}, {0x95, 0, 0, 0, 0}}, 2, false},
        {"unused", {{0x15, 0, 0, -5, 0}, {0x95, 0, 0, 0, 0}}, 2, false},
        {"unused", {{0x1d, 0, 0, -5, 0}, {0x95, 0, 0, 0, 0}}, 2, false},
        {"unused", {{0x05, 0, 0, -5, 0}}, 1, false},
        {"unused", {{0x06, 0, 0, 0, -5}}, 1, false},
        {"call of", {{0x05, 0, 0, -3, 0}}, 1, false},
        {"unused", {{0x18, 1, 0, 0, 0}, {0}, {0x95, 0, 0, 0, 0}}, 3, true},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        elf_builder b;
        uint16_t text;
        uint16_t relocations;
        zkb_program p;
        init_with_unused(&b, &text, &relocations);
        for (unsigned i = 0; i < cases[k].count; i++) {
            (void)builder_instruction(&b, text, cases[k].code[i].opcode, cases[k].code[i].dst,
                                      cases[k].code[i].src, cases[k].code[i].offset,
                                      cases[k].code[i].imm);
        }
        if (cases[k].by_address) {
            builder_relocation(&b, relocations, 32, 2, 1);
        }
        builder_finish(&b);
        const zkb_object_bytes object = bytes_of("u.o", &b);
        if (cases[k].message == NULL) {
            load_or_fail(&p, NULL, &object, 1);
            assert_int_equal(p.code[2].src, 0); /* a helper that no machine has */
            assert_int_equal(p.code[2].imm, -1);
            assert_int_equal(lddw_at(&p, 0), 0);
            zkb_program_clear(&p);
        } else {
            zkb_error error = {0};
            assert_int_equal(zkb_program_load(&p, NULL, &object, 1, &error), ZKB_ERROR_MISMATCH);
            if (strstr(error.message, cases[k].message) == NULL ||
                strstr(error.message, "undefined symbol absent; give the object") == NULL) {
                fail_msg("case %zu: %s", k, error.message);
            }
        }
    }
}

static void functions_that_data_point_to_are_used(void **state)
{
    (void)state;
    elf_builder b;
    uint16_t text;
    uint16_t relocations;
    init_with_unused(&b, &text, &relocations);
    (void)builder_instruction(&b, text, 0x95, 0, 0, 0, 0);
    const uint16_t data = builder_section_add(&b, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
    const uint16_t table = builder_section_add(&b, ".rel.data", SHT_REL, 0, 8);
    b.sections[table].header.sh_info = data;
    (void)builder_bytes(&b, data, "\0\0\0\0\0\0\0", 8);
    builder_relocation(&b, table, 0, 2, 2);
    builder_finish(&b);
    const zkb_object_bytes object = bytes_of("u.o", &b);
    assert_fails(NULL, &object, 1, ZKB_ERROR_MISMATCH, "undefined symbol absent");
}

static void bare_instructions_begin_at_zero(void **state)
{
    (void)state;
    static const uint8_t code[] = {
        0x85, 0x10, 0, 0, 1, 0, 0, 0, /* call +1 */
        0x95, 0,    0, 0, 0, 0, 0, 0, /* exit */
        0x95, 0,    0, 0, 0, 0, 0, 0, /* exit */
    };
    zkb_program p;
    zkb_object_bytes object = {.name = "raw", .bytes = code, .size = sizeof code};
    zkb_load_options options = zkb_load_options_default();
    load_or_fail(&p, NULL, &object, 1);
    assert_int_equal(p.slot_count, 3);
    assert_int_equal(p.entry, 0);
    assert_int_equal(p.function_start[0] + 2 * p.function_start[1] + 4 * p.function_start[2], 5);
    zkb_program_clear(&p);
    options.format = ZKB_LOAD_ELF;
    assert_fails(&options, &object, 1, ZKB_ERROR_FORMAT, "raw: not an ELF object");
    options.format = ZKB_LOAD_RAW;
    options.entry = "f";
    assert_fails(&options, &object, 1, ZKB_ERROR_ARGUMENT, "no symbols to choose an entry by");
    object.size = 23;
    assert_fails(NULL, &object, 1, ZKB_ERROR_FORMAT, "23 bytes are not a whole number");
    object.size = 0;
    assert_fails(NULL, &object, 1, ZKB_ERROR_FORMAT, "0 bytes are not a whole number");
    object.size = 8; /* the call's target is gone */
    assert_fails(NULL, &object, 1, ZKB_ERROR_FORMAT, "raw (not an ELF object, so read as such): ");
    const zkb_object_bytes two[] = {object, object};
    assert_fails(NULL, two, 2, ZKB_ERROR_ARGUMENT, "cannot be linked with others");
}

static void check_failures_name_section_and_offset(void **state)
{
    (void)state;
    sample_object s;
    sample_init(&s);
    s.b.sections[s.prog].bytes[8] = 0xff; /* the second instruction of `other` */
    builder_finish(&s.b);
    const zkb_object_bytes object = bytes_of("sample.o", &s.b);
    assert_fails(NULL, &object, 1, ZKB_ERROR_FORMAT, "sample.o: prog+0x8: slot 14 (other+1)");
}

static void arguments_are_checked(void **state)
{
    (void)state;
    static const uint8_t code[8] = {0x95};
    const zkb_object_bytes nameless = {.name = NULL, .bytes = code, .size = 8};
    const zkb_object_bytes empty = {.name = "e", .bytes = NULL, .size = 8};
    const zkb_object_bytes huge = {.name = "h", .bytes = code, .size = ZKB_MAX_OBJECT_BYTES + 1};
    assert_fails(NULL, NULL, 0, ZKB_ERROR_ARGUMENT, "no object");
    assert_fails(NULL, &nameless, 1, ZKB_ERROR_ARGUMENT, "no name");
    assert_fails(NULL, &empty, 1, ZKB_ERROR_ARGUMENT, "no bytes");
    assert_fails(NULL, &huge, 1, ZKB_ERROR_LIMIT, "larger than 64 MiB");
    assert_fails(NULL, &nameless, ZKB_MAX_OBJECTS + 1, ZKB_ERROR_LIMIT, "at most 256");
    zkb_load_options options = zkb_load_options_default();
    options.layout.frame_bytes = 12;
    const zkb_object_bytes good = {.name = "g", .bytes = code, .size = 8};
    assert_fails(&options, &good, 1, ZKB_ERROR_LIMIT, "multiple of 8");
}

static void files_are_read_and_named(void **state)
{
    (void)state;
    sample_object s;
    sample_init(&s);
    builder_finish(&s.b);
    char path[] = "/tmp/zkbpf-loader-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, s.b.image, s.b.size), (ssize_t)s.b.size);
    assert_int_equal(close(fd), 0);
    zkb_program p;
    zkb_error error = {0};
    const char *paths[] = {path, "/nonexistent/zkbpf.o"};
    assert_int_equal(zkb_program_load_files(&p, NULL, paths, 1, &error), ZKB_OK);
    assert_int_equal(p.slot_count, 15);
    zkb_program_clear(&p);
    assert_int_equal(zkb_program_load_files(&p, NULL, paths, 2, &error), ZKB_ERROR_IO);
    assert_non_null(strstr(error.message, "/nonexistent/zkbpf.o"));
    assert_null(p.code);
    assert_int_equal(zkb_program_load_files(&p, NULL, paths, 0, &error), ZKB_ERROR_ARGUMENT);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_are_placed_and_relocated),
        cmocka_unit_test(ranges_of_symbols_do_not_overlap),
        cmocka_unit_test(writable_data_begins_at_a_whole_segment),
        cmocka_unit_test(data_rel_ro_is_read_only),
        cmocka_unit_test(foreign_sections_are_ignored_with_their_relocations),
        cmocka_unit_test(strong_definitions_replace_weak_ones),
        cmocka_unit_test(weak_references_may_stay_undefined),
        cmocka_unit_test(common_symbols_share_storage),
        cmocka_unit_test(helper_calls_are_kept),
        cmocka_unit_test(code_may_end_in_a_call_that_never_returns),
        cmocka_unit_test(entry_is_chosen_by_name_or_alone),
        cmocka_unit_test(unused_functions_may_name_what_is_missing),
        cmocka_unit_test(functions_that_data_point_to_are_used),
        cmocka_unit_test(bare_instructions_begin_at_zero),
        cmocka_unit_test(check_failures_name_section_and_offset),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(files_are_read_and_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
