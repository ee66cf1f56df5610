/* One ELF object, validated. The linker relies on this structure and does not read the file again.
 */
#ifndef ZKB_VM_LOADER_OBJECT_H
#define ZKB_VM_LOADER_OBJECT_H

#include "vm/loader.h"

#include <gelf.h>

#define ZKB_MAX_NAME 1023 /* bytes of a symbol's or section's name */

typedef enum zkb_section_kind {
    ZKB_SECTION_IGNORED,
    ZKB_SECTION_CODE,
    ZKB_SECTION_READ_ONLY,
    ZKB_SECTION_WRITABLE
} zkb_section_kind;

typedef struct zkb_object_section {
    const char *name;
    zkb_section_kind kind;
    const uint8_t *bytes; /* NULL for zero-filled sections */
    uint64_t size;        /* bytes; a multiple of 8 for code; 0 when ignored */
    uint64_t alignment;   /* a power of two, at most a segment */
    uint64_t place;       /* set by the linker: the first slot, or the offset in the data part */
} zkb_object_section;

typedef struct zkb_object_relocations {
    Elf_Data *data;
    uint32_t count;
    uint32_t section; /* that they patch; not an ignored one */
} zkb_object_relocations;

typedef struct zkb_object_symbol {
    const char *name; /* "" for none */
    uint64_t value;
    uint64_t size;
    uint32_t section; /* < section_count, or SHN_UNDEF, SHN_ABS, SHN_COMMON */
    uint8_t type;     /* STT_* */
    uint8_t binding;  /* STB_* */
} zkb_object_symbol;

typedef struct zkb_object {
    const char *name; /* the caller's */
    char *image;      /* private copy of the file: libelf may write to it */
    Elf *elf;
    zkb_object_section *sections;
    uint32_t section_count;
    zkb_object_relocations *relocations;
    uint32_t relocations_count;
    Elf_Data *symbols; /* NULL when there are none */
    uint32_t symbol_count;
    size_t symbols_section;
    const char *strings; /* of the symbols; NUL-terminated */
    size_t strings_size;
    uint64_t bytes_claimed; /* by the sections read so far; at most the file's size */
    size_t size;            /* of the file */
} zkb_object;

/* Reads *object from bytes. End it with zkb_object_close, after a failure too. */
zkb_status zkb_object_open(zkb_object *object, const zkb_object_bytes *bytes,
                           zkb_error *error) ZKB_MUST_USE;
void zkb_object_close(zkb_object *object);

/* Symbol number index; fails when it is malformed or there is no such symbol. */
zkb_status zkb_object_symbol_get(zkb_object_symbol *symbol, const zkb_object *object,
                                 uint64_t index, zkb_error *error) ZKB_MUST_USE;

/* A copy of text without control characters and of at most 63 bytes, for messages. */
typedef struct zkb_shown {
    char text[64];
} zkb_shown;
zkb_shown zkb_show(const char *text);
/* The same of a path, of which the end says more than the beginning. */
zkb_shown zkb_show_path(const char *path);

#endif
