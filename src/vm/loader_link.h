/* The linker's state, shared by its steps: place, resolve, relocate. */
#ifndef ZKB_VM_LOADER_LINK_H
#define ZKB_VM_LOADER_LINK_H

#include "vm/loader_object.h"

/* A global name and the symbol that defines it. */
typedef struct zkb_definition {
    const char *name;
    uint32_t object;
    uint32_t symbol; /* its number in the object */
    uint8_t strength;
    bool is_function;   /* lies in code */
    uint64_t address;   /* set by placing */
    uint64_t size;      /* of common storage */
    uint64_t alignment; /* of common storage */
} zkb_definition;

enum { ZKB_STRENGTH_WEAK = 1, ZKB_STRENGTH_COMMON = 2, ZKB_STRENGTH_STRONG = 3 };

/* Flags of a slot. ZKB_SLOT_POINTED: data hold its address. */
enum { ZKB_SLOT_SECOND = 1, ZKB_SLOT_RELOCATED = 2, ZKB_SLOT_POINTED = 4 };

/* An instruction that names a symbol which nothing defines. */
typedef struct zkb_undefined {
    const zkb_object *object;
    uint32_t section;
    uint64_t offset;
    const char *name;
    bool is_call;
} zkb_undefined;

typedef struct zkb_linker {
    zkb_object *objects;
    size_t object_count;
    zkb_definition *definitions; /* rising by name, one each */
    size_t definition_count;
    zkb_program *program;
    uint8_t *slot_flags; /* program->slot_count */
    zkb_undefined *undefined;
    size_t undefined_count;
    zkb_error *error;
} zkb_linker;

/* Where a symbol is. */
typedef struct zkb_location {
    uint64_t address; /* ZKB_CODE_BASE + 8*slot for code */
    bool is_code;
} zkb_location;

/* Places sections in the program and copies their bytes: code and LDDW halves, data, common
 * storage. Fills the table of definitions. */
zkb_status zkb_linker_place(zkb_linker *linker) ZKB_MUST_USE;

/* Marks the first slots of functions, and collects program->symbols. After placing. */
zkb_status zkb_linker_functions(zkb_linker *linker) ZKB_MUST_USE;

/* Applies all relocations. After zkb_linker_functions. What instructions name and nothing defines
 * goes into linker->undefined, and stands for no function and address 0. */
zkb_status zkb_linker_relocate(zkb_linker *linker) ZKB_MUST_USE;

/* Refuses undefined symbols that execution could come to: along jumps and calls from the entry, and
 * from functions whose address is taken in data or in such code. A library's function that is not
 * used may name what is not there. After the program has been checked. */
zkb_status zkb_linker_check_undefined(const zkb_linker *linker) ZKB_MUST_USE;

/* Fails with the place of the reference, the symbol's name and where it may be found. */
zkb_status zkb_linker_fail_undefined(const zkb_linker *linker, const zkb_undefined *undefined);

/* Whether a source of examples/guest brings a function of this name: what undefined-symbol messages
 * point to, and what nobody means as an entry. */
bool zkb_is_library_name(const char *name);

/* The definition of a global name, or NULL. */
const zkb_definition *zkb_linker_find(const zkb_linker *linker, const char *name);

/* Base address of the part of data that a section of this kind lies in. */
uint64_t zkb_linker_data_base(const zkb_linker *linker, zkb_section_kind kind);

/* Fails with "object: section+0xoffset (symbol): reason"; index is the offset. */
zkb_status zkb_linker_fail(const zkb_linker *linker, zkb_status status, const zkb_object *object,
                           uint32_t section, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Object and section of a slot; the section's name and the offset in it for messages. */
typedef struct zkb_origin {
    const zkb_object *object;
    uint32_t section;
    uint64_t offset;
} zkb_origin;
zkb_origin zkb_linker_origin(const zkb_linker *linker, uint32_t slot);

#endif
