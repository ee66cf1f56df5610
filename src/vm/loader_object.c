/* Reading one ELF object. libelf does the reading; everything that it reports is checked here
 * before use, for it was made for files that a compiler wrote. */
#include "vm/loader_object.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "loader"

zkb_shown zkb_show(const char *text)
{
    zkb_shown shown;
    size_t n = 0;
    for (; n < sizeof shown.text - 1 && text[n] != 0; n++) {
        const unsigned char c = (unsigned char)text[n];
        shown.text[n] = (char)(c < 0x20 || c >= 0x7f ? '?' : c);
    }
    shown.text[n] = 0;
    return shown;
}

zkb_shown zkb_show_path(const char *path)
{
    const size_t size = strlen(path);
    const size_t room = sizeof(zkb_shown) - 1;
    if (size <= room) {
        return zkb_show(path);
    }
    zkb_shown shown = zkb_show(path + size - room);
    memcpy(shown.text, "...", 3);
    return shown;
}

static zkb_status malformed(const zkb_object *object, zkb_error *error, const char *what)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, ZKB_NO_INDEX, "%s: malformed ELF file: %s",
                    zkb_show_path(object->name).text, what);
}

static zkb_status malformed_section(const zkb_object *object, size_t index, const char *what,
                                    zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, index, "%s: malformed ELF file: section %zu %s",
                    zkb_show_path(object->name).text, index, what);
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Sections that are marked for loading and mean something to kernels and debuggers alone. */
static bool is_foreign(const char *name)
{
    static const char *const exact[] = {"license", "version", "maps", ".maps", ".eh_frame"};
    static const char *const prefixes[] = {".BTF",  ".ksyms", ".kconfig", ".struct_ops",
                                           ".note", ".debug", ".llvm"};
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++) {
        if (strcmp(name, exact[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (starts_with(name, prefixes[i])) {
            return true;
        }
    }
    return false;
}

/* What the header must say before libelf sees the file: it accepts much more than we do. */
static zkb_status check_header(const zkb_object *object, const zkb_object_bytes *bytes,
                               zkb_error *error)
{
    Elf64_Ehdr header;
    if (bytes->size < sizeof header || memcmp(bytes->bytes, ELFMAG, SELFMAG) != 0) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, ZKB_NO_INDEX, "%s: not an ELF object",
                        zkb_show_path(object->name).text);
    }
    memcpy(&header, bytes->bytes, sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
        header.e_machine != EM_BPF) {
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, WHERE, ZKB_NO_INDEX,
                        "%s: not a little-endian BPF object (ELF class %u, byte order %u, machine "
                        "%u); compile with clang -target bpf",
                        zkb_show_path(object->name).text, header.e_ident[EI_CLASS],
                        header.e_ident[EI_DATA], header.e_machine);
    }
    if (header.e_type != ET_REL) {
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, WHERE, ZKB_NO_INDEX,
                        "%s: ELF type %u is not a relocatable object; compile with -c",
                        zkb_show_path(object->name).text, header.e_type);
    }
    if (header.e_ident[EI_VERSION] != EV_CURRENT || header.e_version != EV_CURRENT) {
        return malformed(object, error, "unknown version");
    }
    const uint64_t table = (uint64_t)header.e_shnum * sizeof(Elf64_Shdr);
    if (header.e_shnum == 0 || header.e_shnum >= SHN_LORESERVE ||
        header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shoff > bytes->size ||
        table > bytes->size - header.e_shoff || header.e_shstrndx >= header.e_shnum) {
        return malformed(object, error, "section table missing or outside the file");
    }
    return ZKB_OK;
}

/* Checks that a section's bytes lie in the file, and that sections together claim no more bytes
 * than it has: so all later work is bounded by the file's size. */
static zkb_status claim(zkb_object *object, size_t index, const GElf_Shdr *header, zkb_error *error)
{
    if (header->sh_offset > object->size || header->sh_size > object->size - header->sh_offset) {
        return malformed_section(object, index, "reaches past the end of the file", error);
    }
    if (header->sh_size > object->size - object->bytes_claimed) {
        return malformed_section(object, index, "overlaps another", error);
    }
    object->bytes_claimed += header->sh_size;
    return ZKB_OK;
}

static zkb_status section_data(Elf_Data **data, zkb_object *object, size_t index,
                               const GElf_Shdr *header, zkb_error *error)
{
    ZKB_TRY(claim(object, index, header, error));
    *data = elf_getdata(elf_getscn(object->elf, index), NULL);
    if (*data == NULL || (*data)->d_size != header->sh_size ||
        ((*data)->d_buf == NULL && header->sh_size != 0)) {
        return malformed_section(object, index, "cannot be read", error);
    }
    return ZKB_OK;
}

/* A string table whose every string ends inside it. */
static zkb_status string_table(const char **strings, size_t *size, zkb_object *object, size_t index,
                               zkb_error *error)
{
    GElf_Shdr header;
    if (index >= object->section_count ||
        gelf_getshdr(elf_getscn(object->elf, index), &header) == NULL ||
        header.sh_type != SHT_STRTAB) {
        return malformed(object, error, "string table missing");
    }
    /* One table may serve sections and symbols, so it is not counted against the file's size. */
    if (header.sh_offset > object->size || header.sh_size > object->size - header.sh_offset) {
        return malformed_section(object, index, "reaches past the end of the file", error);
    }
    if (header.sh_size == 0 || object->image[header.sh_offset + header.sh_size - 1] != 0) {
        return malformed_section(object, index, "is no string table", error);
    }
    *strings = object->image + header.sh_offset;
    *size = header.sh_size;
    return ZKB_OK;
}

static zkb_status string_at(const char **string, const zkb_object *object, const char *strings,
                            size_t size, uint64_t offset, zkb_error *error)
{
    *string = "";
    if (offset >= size) {
        return malformed(object, error, "a name lies outside the string table");
    }
    *string = strings + offset;
    if (strnlen(*string, ZKB_MAX_NAME + 1) > ZKB_MAX_NAME) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX,
                        "%s: a name of more than %d characters (%s...)",
                        zkb_show_path(object->name).text, ZKB_MAX_NAME, zkb_show(*string).text);
    }
    return ZKB_OK;
}

static zkb_status section_fail(const zkb_object *object, size_t index, const char *name,
                               zkb_status status, const char *what, zkb_error *error)
{
    return zkb_fail(error, status, WHERE, index, "%s: section %s: %s",
                    zkb_show_path(object->name).text, zkb_show(name).text, what);
}

/* Refuses what would be wrong if it were loaded as plain bytes. */
static zkb_status check_loadable(const zkb_object *object, size_t index, const char *name,
                                 const GElf_Shdr *header, zkb_error *error)
{
    const uint64_t alignment = header->sh_addralign;
    if (header->sh_type == SHT_INIT_ARRAY || header->sh_type == SHT_FINI_ARRAY ||
        header->sh_type == SHT_PREINIT_ARRAY) {
        return section_fail(object, index, name, ZKB_ERROR_UNSUPPORTED,
                            "constructors and destructors are not run; call them from the entry",
                            error);
    }
    if ((header->sh_flags & SHF_TLS) != 0) {
        return section_fail(object, index, name, ZKB_ERROR_UNSUPPORTED,
                            "thread-local variables are not supported; make them static", error);
    }
    if ((header->sh_flags & SHF_COMPRESSED) != 0) {
        return section_fail(object, index, name, ZKB_ERROR_UNSUPPORTED,
                            "compressed sections are not supported", error);
    }
    if (header->sh_type != SHT_PROGBITS && header->sh_type != SHT_NOBITS) {
        return section_fail(object, index, name, ZKB_ERROR_UNSUPPORTED,
                            "cannot load a section of this type", error);
    }
    if ((alignment & (alignment - (alignment != 0))) != 0 || alignment > ZKB_SEGMENT_BYTES) {
        return section_fail(object, index, name, ZKB_ERROR_UNSUPPORTED,
                            "alignment is not a power of two up to 65536", error);
    }
    return ZKB_OK;
}

static zkb_status read_loadable(zkb_object *object, size_t index, const GElf_Shdr *header,
                                zkb_error *error)
{
    zkb_object_section *section = &object->sections[index];
    ZKB_TRY(check_loadable(object, index, section->name, header, error));
    section->size = header->sh_size;
    section->alignment = header->sh_addralign == 0 ? 1 : header->sh_addralign;
    if ((header->sh_flags & SHF_EXECINSTR) != 0) {
        section->kind = ZKB_SECTION_CODE;
        if (header->sh_type == SHT_NOBITS || header->sh_size % 8 != 0) {
            return section_fail(object, index, section->name, ZKB_ERROR_FORMAT,
                                "code is not a whole number of 8-byte instructions", error);
        }
    } else if ((header->sh_flags & SHF_WRITE) != 0 && !starts_with(section->name, ".data.rel.ro")) {
        section->kind = ZKB_SECTION_WRITABLE;
    } else {
        section->kind = ZKB_SECTION_READ_ONLY;
    }
    if (header->sh_type == SHT_NOBITS) {
        if (section->size > ZKB_MAX_DATA_BYTES) {
            return section_fail(object, index, section->name, ZKB_ERROR_LIMIT,
                                "more than 64 MiB of zero-filled data", error);
        }
        return ZKB_OK;
    }
    Elf_Data *data = NULL;
    ZKB_TRY(section_data(&data, object, index, header, error));
    section->bytes = data->d_buf;
    return ZKB_OK;
}

static zkb_status read_symbol_table(zkb_object *object, size_t index, const GElf_Shdr *header,
                                    zkb_error *error)
{
    if (object->symbols != NULL) {
        return malformed_section(object, index, "is a second symbol table", error);
    }
    if (header->sh_entsize != sizeof(Elf64_Sym) || header->sh_size % sizeof(Elf64_Sym) != 0) {
        return malformed_section(object, index, "has symbols of a wrong size", error);
    }
    ZKB_TRY(section_data(&object->symbols, object, index, header, error));
    object->symbol_count = (uint32_t)(header->sh_size / sizeof(Elf64_Sym));
    object->symbols_section = index;
    return string_table(&object->strings, &object->strings_size, object, header->sh_link, error);
}

/* First pass: names, kinds, bytes, and the symbols. */
static zkb_status read_section(zkb_object *object, size_t index, const char *names,
                               size_t names_size, zkb_error *error)
{
    GElf_Shdr header;
    zkb_object_section *section = &object->sections[index];
    if (gelf_getshdr(elf_getscn(object->elf, index), &header) == NULL) {
        return malformed_section(object, index, "cannot be read", error);
    }
    ZKB_TRY(string_at(&section->name, object, names, names_size, header.sh_name, error));
    section->alignment = 1;
    if (header.sh_type == SHT_SYMTAB) {
        return read_symbol_table(object, index, &header, error);
    }
    if ((header.sh_flags & SHF_ALLOC) != 0 && !is_foreign(section->name)) {
        return read_loadable(object, index, &header, error);
    }
    return ZKB_OK;
}

/* Second pass: the relocations of sections that are loaded. */
static zkb_status read_relocations(zkb_object *object, size_t index, zkb_error *error)
{
    GElf_Shdr header;
    if (gelf_getshdr(elf_getscn(object->elf, index), &header) == NULL) {
        return malformed_section(object, index, "cannot be read", error);
    }
    if (header.sh_type != SHT_REL && header.sh_type != SHT_RELA) {
        return ZKB_OK;
    }
    if (header.sh_info >= object->section_count) {
        return malformed_section(object, index, "relocates a section that does not exist", error);
    }
    if (object->sections[header.sh_info].kind == ZKB_SECTION_IGNORED) {
        return ZKB_OK;
    }
    if (header.sh_type == SHT_RELA) {
        return section_fail(object, index, object->sections[index].name, ZKB_ERROR_UNSUPPORTED,
                            "relocations with addends of their own are not BPF's", error);
    }
    if (header.sh_entsize != sizeof(Elf64_Rel) || header.sh_size % sizeof(Elf64_Rel) != 0) {
        return malformed_section(object, index, "has relocations of a wrong size", error);
    }
    if (object->symbols == NULL || header.sh_link != object->symbols_section) {
        return malformed_section(object, index, "relocates without a symbol table", error);
    }
    zkb_object_relocations *table = &object->relocations[object->relocations_count];
    ZKB_TRY(section_data(&table->data, object, index, &header, error));
    table->count = (uint32_t)(header.sh_size / sizeof(Elf64_Rel));
    table->section = header.sh_info;
    object->relocations_count++;
    return ZKB_OK;
}

static zkb_status open_image(zkb_object *object, const zkb_object_bytes *bytes, zkb_error *error)
{
    object->image = malloc(bytes->size);
    if (object->image == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "%s: out of memory",
                        zkb_show_path(object->name).text);
    }
    memcpy(object->image, bytes->bytes, bytes->size);
    object->size = bytes->size;
    if (elf_version(EV_CURRENT) == EV_NONE) {
        return zkb_fail(error, ZKB_ERROR_INTERNAL, WHERE, ZKB_NO_INDEX, "libelf is too old");
    }
    object->elf = elf_memory(object->image, object->size);
    if (object->elf == NULL || elf_kind(object->elf) != ELF_K_ELF) {
        return malformed(object, error, "libelf cannot read it");
    }
    return ZKB_OK;
}

zkb_status zkb_object_open(zkb_object *object, const zkb_object_bytes *bytes, zkb_error *error)
{
    *object = (zkb_object){.name = bytes->name};
    ZKB_TRY(check_header(object, bytes, error));
    ZKB_TRY(open_image(object, bytes, error));
    size_t count = 0;
    size_t names_index = 0;
    if (elf_getshdrnum(object->elf, &count) != 0 || count == 0 || count >= SHN_LORESERVE ||
        elf_getshdrstrndx(object->elf, &names_index) != 0) {
        return malformed(object, error, "section table cannot be read");
    }
    object->section_count = (uint32_t)count;
    object->sections = calloc(count, sizeof *object->sections);
    object->relocations = calloc(count, sizeof *object->relocations);
    if (object->sections == NULL || object->relocations == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "%s: out of memory",
                        zkb_show_path(object->name).text);
    }
    const char *names = NULL;
    size_t names_size = 0;
    ZKB_TRY(string_table(&names, &names_size, object, names_index, error));
    object->sections[0].name = "";
    for (size_t i = 1; i < count; i++) {
        ZKB_TRY(read_section(object, i, names, names_size, error));
    }
    for (size_t i = 1; i < count; i++) {
        ZKB_TRY(read_relocations(object, i, error));
    }
    return ZKB_OK;
}

void zkb_object_close(zkb_object *object)
{
    if (object->elf != NULL) {
        (void)elf_end(object->elf);
    }
    free(object->image);
    free(object->sections);
    free(object->relocations);
    *object = (zkb_object){0};
}

zkb_status zkb_object_symbol_get(zkb_object_symbol *symbol, const zkb_object *object,
                                 uint64_t index, zkb_error *error)
{
    GElf_Sym raw;
    if (index == 0) {
        *symbol = (zkb_object_symbol){.name = ""}; /* undefined, whatever the file says */
        return ZKB_OK;
    }
    if (index >= object->symbol_count || gelf_getsym(object->symbols, (int)index, &raw) == NULL) {
        return malformed(object, error, "a relocation names a symbol that does not exist");
    }
    if (raw.st_shndx >= object->section_count && raw.st_shndx != SHN_ABS &&
        raw.st_shndx != SHN_COMMON) {
        return malformed(object, error, "a symbol lies in a section that does not exist");
    }
    *symbol = (zkb_object_symbol){.value = raw.st_value,
                                  .size = raw.st_size,
                                  .section = raw.st_shndx,
                                  .type = GELF_ST_TYPE(raw.st_info),
                                  .binding = GELF_ST_BIND(raw.st_info)};
    return string_at(&symbol->name, object, object->strings, object->strings_size, raw.st_name,
                     error);
}
