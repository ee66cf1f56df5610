/* Makes a program from BPF objects: reads them, links them, relocates, and checks the result.
 *
 * It reads ELF64 little-endian EM_BPF relocatable objects as clang writes them, or bare
 * instructions. It places an object's sections that have SHF_ALLOC: executable ones as code, the
 * others as read-only or writable data. It ignores sections that only kernels and debuggers read
 * (license, maps, .BTF, .debug_*, .eh_frame, ...), and their relocations.
 *
 * Source: the kernel's "BPF LLVM Relocations" (Documentation/bpf/llvm_reloc.rst), RFC 9669. */
#ifndef ZKB_VM_LOADER_H
#define ZKB_VM_LOADER_H

#include "vm/program.h"

#include <stddef.h>

/* Limits besides ZKB_MAX_SLOTS of vm/check.h. */
#define ZKB_MAX_DATA_BYTES (UINT32_C(64) << 20) /* read-only and writable data, each */
#define ZKB_MAX_OBJECT_BYTES ((size_t)64 << 20) /* one object file */
#define ZKB_MAX_OBJECTS ((size_t)256)           /* objects linked together */

/* Names of symbols are kept to this many bytes: a file can give one long name to many functions. */
#define ZKB_SYMBOL_NAME_MAX 127

/* How the bytes are to be understood. */
typedef enum zkb_load_format {
    ZKB_LOAD_ANY, /* as ELF where they begin like it, else as instructions */
    ZKB_LOAD_ELF,
    ZKB_LOAD_RAW
} zkb_load_format;

typedef struct zkb_load_options {
    const char *entry; /* the function where execution begins; NULL for `entrypoint`, or else the
                          only global function unless that is `main`. Not for bare instructions,
                          which begin at 0 */
    zkb_memory_layout layout; /* see zkb_layout_default */
    zkb_load_format format;
} zkb_load_options;

/* The content of one file; nothing is kept of it after loading. */
typedef struct zkb_object_bytes {
    const char *name; /* for messages */
    const uint8_t *bytes;
    size_t size;
} zkb_object_bytes;

/* 4 KiB frames, 64 of them, 1 MiB of heap, 64 KiB of output. */
zkb_memory_layout zkb_layout_default(void);

/* zkb_layout_default, any format, default entry. */
zkb_load_options zkb_load_options_default(void);

/* Loads object_count objects, linked in that order, into *program, which the caller ends with
 * zkb_program_clear. On failure *program is zeroed, and the error's message names object, section,
 * offset and symbol; its index is the slot when the program's code was at fault, the offset in the
 * section otherwise. options may be NULL for the default.
 *   ZKB_ERROR_FORMAT       the objects are malformed, or the code is
 *   ZKB_ERROR_UNSUPPORTED  they want something that this VM does not have
 *   ZKB_ERROR_MISMATCH     they do not fit together: undefined or duplicate symbols, no entry
 *   ZKB_ERROR_LIMIT        one of the limits above, a layout that does not fit its regions, or a
 *                          function whose stack does not fit its frame (vm/frames.h)
 *   ZKB_ERROR_ARGUMENT, ZKB_ERROR_MEMORY */
zkb_status zkb_program_load(zkb_program *program, const zkb_load_options *options,
                            const zkb_object_bytes *objects, size_t object_count,
                            zkb_error *error) ZKB_MUST_USE;

/* The same from files; ZKB_ERROR_IO when one cannot be read. */
zkb_status zkb_program_load_files(zkb_program *program, const zkb_load_options *options,
                                  const char *const *paths, size_t path_count,
                                  zkb_error *error) ZKB_MUST_USE;

#endif
