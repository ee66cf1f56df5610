/* Functions, symbols, and relocations.
 *
 * Source: the kernel's Documentation/bpf/llvm_reloc.rst. The addend is always in place:
 *   1  R_BPF_64_64        LDDW           imm of both slots = S + A
 *   2  R_BPF_64_ABS64     8 bytes of data              = S + A
 *   3  R_BPF_64_ABS32, 4  R_BPF_64_NODYLD32   4 bytes of data = S + A
 *   10 R_BPF_64_32        CALL           imm = (S + 8*(A + 1)) / 8 - slot - 1, A being imm */
#include "vm/loader_link.h"

#include "base/bytes_inline.h"
#include "vm/dialect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHERE "loader"

/* elf.h of older C libraries lacks some of them. */
enum {
    RELOCATION_NONE = 0,
    RELOCATION_64_64 = 1,
    RELOCATION_ABS64 = 2,
    RELOCATION_ABS32 = 3,
    RELOCATION_NODYLD32 = 4,
    RELOCATION_64_32 = 10
};

/* A helper number that no VM has. */
#define ABSENT_HELPER (-1)

/* ---- Failures ---------------------------------------------------------------------------- */

/* The named symbol that covers an offset of a section, or "". */
static const char *covering_symbol(const zkb_object *object, uint32_t section, uint64_t offset)
{
    for (uint32_t i = 1; i < object->symbol_count; i++) {
        zkb_object_symbol symbol;
        if (zkb_object_symbol_get(&symbol, object, i, NULL) == ZKB_OK &&
            symbol.section == section && symbol.name[0] != 0 &&
            (symbol.type == STT_FUNC || symbol.type == STT_OBJECT) && offset >= symbol.value &&
            offset - symbol.value < symbol.size) {
            return symbol.name;
        }
    }
    return "";
}

zkb_status zkb_linker_fail(const zkb_linker *linker, zkb_status status, const zkb_object *object,
                           uint32_t section, uint64_t offset, const char *format, ...)
{
    char reason[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    const char *symbol = covering_symbol(object, section, offset);
    const bool named = symbol[0] != 0;
    return zkb_fail(linker->error, status, WHERE, offset, "%s: %s+0x%llx%s%s%s: %s",
                    zkb_show_path(object->name).text, zkb_show(object->sections[section].name).text,
                    (unsigned long long)offset, named ? " (" : "", zkb_show(symbol).text,
                    named ? ")" : "", reason);
}

zkb_origin zkb_linker_origin(const zkb_linker *linker, uint32_t slot)
{
    for (size_t i = 0; i < linker->object_count; i++) {
        const zkb_object *object = &linker->objects[i];
        for (uint32_t j = 1; j < object->section_count; j++) {
            const zkb_object_section *section = &object->sections[j];
            if (section->kind == ZKB_SECTION_CODE && slot >= section->place &&
                slot - section->place < section->size / 8) {
                return (zkb_origin){object, j, 8 * (slot - section->place)};
            }
        }
    }
    return (zkb_origin){0};
}

/* ---- Functions --------------------------------------------------------------------------- */

typedef struct function_symbol {
    const char *name;
    uint32_t slot;
    uint32_t count; /* slots by the symbol's size, to the section's end when it has none */
    bool is_global;
} function_symbol;

/* By slot; of several names of one slot the global one first, then the first in the alphabet. */
static int compare_functions(const void *a, const void *b)
{
    const function_symbol *x = a;
    const function_symbol *y = b;
    if (x->slot != y->slot) {
        return x->slot < y->slot ? -1 : 1;
    }
    if (x->is_global != y->is_global) {
        return x->is_global ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

/* Hand-written assembly may leave a global label without a type. */
static bool names_function(const zkb_object *object, const zkb_object_symbol *symbol)
{
    if (symbol->section >= object->section_count ||
        object->sections[symbol->section].kind != ZKB_SECTION_CODE) {
        return false;
    }
    return symbol->type == STT_FUNC ||
           (symbol->type == STT_NOTYPE && symbol->binding != STB_LOCAL && symbol->name[0] != 0);
}

/* Marks the function's first slot, and adds it to the list. */
static zkb_status add_function(const zkb_linker *linker, const zkb_object *object,
                               const zkb_object_symbol *symbol, function_symbol *functions,
                               size_t *count)
{
    const zkb_object_section *section = &object->sections[symbol->section];
    if (symbol->value == section->size) {
        return ZKB_OK; /* clang leaves no code of a function that cannot be entered */
    }
    if (symbol->value % 8 != 0 || symbol->value > section->size ||
        (linker->slot_flags[section->place + symbol->value / 8] & ZKB_SLOT_SECOND) != 0) {
        return zkb_linker_fail(linker, ZKB_ERROR_FORMAT, object, symbol->section, symbol->value,
                               "function %s does not begin at an instruction",
                               zkb_show(symbol->name).text);
    }
    const uint64_t room = section->size - symbol->value;
    const uint64_t size = symbol->size == 0 || symbol->size > room ? room : symbol->size;
    function_symbol *function = &functions[(*count)++];
    *function = (function_symbol){.name = symbol->name,
                                  .slot = (uint32_t)(section->place + symbol->value / 8),
                                  .count = (uint32_t)((size + 7) / 8),
                                  .is_global = symbol->binding != STB_LOCAL};
    linker->program->function_start[function->slot] = 1;
    return ZKB_OK;
}

/* Publishes one name for each slot, with ranges that do not overlap. */
static zkb_status publish_symbols(const zkb_linker *linker, const function_symbol *functions,
                                  size_t count)
{
    zkb_program *program = linker->program;
    program->symbols = calloc(count + 1, sizeof *program->symbols);
    if (program->symbols == NULL) {
        return zkb_fail(linker->error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
    }
    zkb_symbol *last = NULL;
    for (size_t i = 0; i < count; i++) {
        if (last != NULL && last->slot == functions[i].slot) {
            continue;
        }
        if (last != NULL && last->count > functions[i].slot - last->slot) {
            last->count = functions[i].slot - last->slot;
        }
        last = &program->symbols[program->symbol_count];
        *last = (zkb_symbol){.slot = functions[i].slot, .count = functions[i].count};
        last->name = strndup(functions[i].name, ZKB_SYMBOL_NAME_MAX);
        if (last->name == NULL) {
            return zkb_fail(linker->error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
        }
        program->symbol_count++;
    }
    return ZKB_OK;
}

static zkb_status collect_functions(zkb_linker *linker, function_symbol *functions, size_t *count)
{
    for (size_t i = 0; i < linker->object_count; i++) {
        const zkb_object *object = &linker->objects[i];
        for (uint32_t j = 1; j < object->symbol_count; j++) {
            zkb_object_symbol symbol;
            ZKB_TRY(zkb_object_symbol_get(&symbol, object, j, linker->error));
            if (names_function(object, &symbol)) {
                ZKB_TRY(add_function(linker, object, &symbol, functions, count));
            }
        }
    }
    return ZKB_OK;
}

zkb_status zkb_linker_functions(zkb_linker *linker)
{
    size_t capacity = 1;
    for (size_t i = 0; i < linker->object_count; i++) {
        capacity += linker->objects[i].symbol_count;
    }
    function_symbol *functions = calloc(capacity, sizeof *functions);
    if (functions == NULL) {
        return zkb_fail(linker->error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
    }
    size_t count = 0;
    zkb_status status = collect_functions(linker, functions, &count);
    if (status == ZKB_OK) {
        qsort(functions, count, sizeof *functions, compare_functions);
        status = publish_symbols(linker, functions, count);
    }
    free(functions);
    return status;
}

/* ---- Relocations ------------------------------------------------------------------------- */

/* One relocation being applied. */
typedef struct patch {
    const zkb_object *object;
    uint32_t section;
    uint64_t offset;
    uint64_t symbol_index;
    uint32_t type;
    zkb_object_symbol symbol;
    const char *symbol_name; /* for messages; the section's name for a section symbol */
    zkb_location target;
    bool is_absent; /* a weak reference that nothing defines: address 0 */
} patch;

#define PATCH_FAIL(linker, p, status, ...)                                                         \
    zkb_linker_fail((linker), (status), (p)->object, (p)->section, (p)->offset, __VA_ARGS__)

/* A name that nothing defines: in data an error, in code only if the code is used. */
static zkb_status resolve_undefined(zkb_linker *linker, patch *p)
{
    const zkb_undefined undefined = {p->object, p->section, p->offset, p->symbol_name,
                                     p->type == RELOCATION_64_32};
    if (p->object->sections[p->section].kind != ZKB_SECTION_CODE) {
        return zkb_linker_fail_undefined(linker, &undefined);
    }
    if ((linker->undefined_count & (linker->undefined_count - (linker->undefined_count != 0))) ==
        0) { /* full: sizes are powers of two */
        const size_t room = linker->undefined_count == 0 ? 1 : 2 * linker->undefined_count;
        zkb_undefined *grown = realloc(linker->undefined, room * sizeof *grown);
        if (grown == NULL) {
            return zkb_fail(linker->error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
        }
        linker->undefined = grown;
    }
    linker->undefined[linker->undefined_count++] = undefined;
    p->is_absent = true;
    p->target = (zkb_location){0, false};
    return ZKB_OK;
}

/* A global name: the definition chosen among all objects. */
static zkb_status resolve_global(zkb_linker *linker, patch *p)
{
    const zkb_definition *definition = zkb_linker_find(linker, p->symbol.name);
    if (definition != NULL) {
        p->target = (zkb_location){definition->address, definition->is_function};
        return ZKB_OK;
    }
    if (p->symbol.section != SHN_UNDEF && p->symbol.section < p->object->section_count) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_UNSUPPORTED,
                          "reference to %s in section %s, which is not loaded",
                          zkb_show(p->symbol.name).text,
                          zkb_show(p->object->sections[p->symbol.section].name).text);
    }
    if (p->symbol.binding == STB_WEAK) {
        p->is_absent = true;
        p->target = (zkb_location){0, false};
        return ZKB_OK;
    }
    return resolve_undefined(linker, p);
}

static zkb_status resolve_local(zkb_linker *linker, patch *p)
{
    if (p->symbol.section == SHN_ABS) {
        p->target = (zkb_location){p->symbol.value, false};
        return ZKB_OK;
    }
    if (p->symbol.section == SHN_UNDEF || p->symbol.section >= p->object->section_count) {
        return resolve_undefined(linker, p);
    }
    const zkb_object_section *section = &p->object->sections[p->symbol.section];
    if (section->kind == ZKB_SECTION_IGNORED) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_UNSUPPORTED,
                          "reference to section %s, which is not loaded",
                          zkb_show(section->name).text);
    }
    p->target.is_code = section->kind == ZKB_SECTION_CODE;
    p->target.address =
        p->symbol.value + (p->target.is_code
                               ? ZKB_CODE_BASE + 8 * section->place
                               : zkb_linker_data_base(linker, section->kind) + section->place);
    return ZKB_OK;
}

static zkb_status resolve(zkb_linker *linker, patch *p)
{
    if (p->symbol.binding != STB_LOCAL && p->symbol.name[0] != 0) {
        return resolve_global(linker, p);
    }
    return resolve_local(linker, p);
}

/* S + A; what points at code must point at a function. */
static zkb_status pointer_value(const zkb_linker *linker, const patch *p, uint64_t addend,
                                uint64_t *value)
{
    *value = p->target.address + addend;
    const uint64_t code = *value - ZKB_CODE_BASE;
    if (p->target.is_code && (code % 8 != 0 || code / 8 >= linker->program->slot_count ||
                              linker->program->function_start[code / 8] == 0)) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_FORMAT,
                          "the address taken of %s is not the first instruction of a function",
                          zkb_show(p->symbol_name).text);
    }
    return ZKB_OK;
}

static zkb_status patch_lddw(const zkb_linker *linker, const patch *p, zkb_instruction *code)
{
    if (code->opcode != ZKB_OPCODE_LDDW) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_FORMAT,
                          "relocation R_BPF_64_64 for an instruction that is not LDDW");
    }
    /* Assemblers write 32 bits of addend; a negative one is then not extended to the other slot. */
    const uint64_t addend = code[1].imm == 0
                                ? (uint64_t)(int64_t)code->imm
                                : (uint32_t)code->imm | (uint64_t)(uint32_t)code[1].imm << 32;
    uint64_t value = 0;
    ZKB_TRY(pointer_value(linker, p, addend, &value));
    code[0].imm = (int32_t)(uint32_t)value;
    code[1].imm = (int32_t)(uint32_t)(value >> 32);
    return ZKB_OK;
}

static zkb_status patch_call(const zkb_linker *linker, const patch *p, zkb_instruction *code)
{
    if (code->opcode != ZKB_OPCODE_CALL) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_FORMAT,
                          "relocation R_BPF_64_32 for an instruction that is not CALL");
    }
    if (p->is_absent) {
        /* `if (f != 0) f();`: never executed; if it is, the run faults. */
        code->src = ZKB_CALL_SRC_HELPER;
        code->imm = ABSENT_HELPER;
        return ZKB_OK;
    }
    const int64_t slot = code - linker->program->code;
    const int64_t symbol_slot = (int64_t)((p->target.address - ZKB_CODE_BASE) / 8);
    const int64_t target = symbol_slot + code->imm + 1;
    if (!p->target.is_code || (p->target.address - ZKB_CODE_BASE) % 8 != 0 ||
        symbol_slot >= linker->program->slot_count || target < 0 ||
        target >= linker->program->slot_count) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_FORMAT, "call of %s, which is not code",
                          zkb_show(p->symbol_name).text);
    }
    code->src = ZKB_CALL_SRC_LOCAL;
    code->imm = (int32_t)(target - slot - 1);
    return ZKB_OK;
}

static zkb_status patch_code(const zkb_linker *linker, const patch *p)
{
    const zkb_object_section *section = &p->object->sections[p->section];
    const uint64_t slot = section->place + p->offset / 8;
    if (p->offset % 8 != 0 || p->offset >= section->size ||
        (linker->slot_flags[slot] & ZKB_SLOT_SECOND) != 0) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_FORMAT,
                          "relocation at a place that is not an instruction");
    }
    if ((linker->slot_flags[slot] & ZKB_SLOT_RELOCATED) != 0) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_FORMAT, "two relocations for one instruction");
    }
    linker->slot_flags[slot] |= ZKB_SLOT_RELOCATED;
    zkb_instruction *code = &linker->program->code[slot];
    if (p->type == RELOCATION_64_64) {
        return patch_lddw(linker, p, code);
    }
    if (p->type == RELOCATION_64_32) {
        return patch_call(linker, p, code);
    }
    return PATCH_FAIL(linker, p, ZKB_ERROR_UNSUPPORTED, "relocation type %u in code", p->type);
}

static zkb_status patch_data(const zkb_linker *linker, const patch *p)
{
    const zkb_object_section *section = &p->object->sections[p->section];
    const bool is_wide = p->type == RELOCATION_ABS64 || p->type == RELOCATION_64_64;
    const uint64_t bytes = is_wide ? 8 : 4;
    if (!is_wide && p->type != RELOCATION_ABS32 && p->type != RELOCATION_NODYLD32) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_UNSUPPORTED, "relocation type %u in data", p->type);
    }
    if (section->bytes == NULL || section->size < bytes || p->offset > section->size - bytes) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_FORMAT, "relocation outside the section's bytes");
    }
    uint8_t *place = (section->kind == ZKB_SECTION_WRITABLE ? linker->program->writable
                                                            : linker->program->read_only) +
                     section->place + p->offset;
    uint64_t value = 0;
    if (is_wide) {
        ZKB_TRY(pointer_value(linker, p, zkb_load64(place), &value));
        zkb_store64(place, value);
        if (p->target.is_code) {
            linker->slot_flags[(value - ZKB_CODE_BASE) / 8] |= ZKB_SLOT_POINTED;
        }
        return ZKB_OK;
    }
    ZKB_TRY(pointer_value(linker, p, (uint64_t)(int64_t)(int32_t)zkb_load32(place), &value));
    if (value > UINT32_MAX) {
        return PATCH_FAIL(linker, p, ZKB_ERROR_UNSUPPORTED,
                          "32 bits cannot hold the address of %s; use a 64-bit pointer",
                          zkb_show(p->symbol_name).text);
    }
    zkb_store32(place, (uint32_t)value);
    return ZKB_OK;
}

static zkb_status apply(zkb_linker *linker, const zkb_object *object,
                        const zkb_object_relocations *table, uint32_t index)
{
    GElf_Rel raw;
    patch p = {.object = object, .section = table->section};
    if (gelf_getrel(table->data, (int)index, &raw) == NULL) {
        return PATCH_FAIL(linker, &p, ZKB_ERROR_FORMAT, "relocation %u cannot be read", index);
    }
    p.offset = raw.r_offset;
    p.symbol_index = GELF_R_SYM(raw.r_info);
    p.type = (uint32_t)GELF_R_TYPE(raw.r_info);
    if (p.type == RELOCATION_NONE) {
        return ZKB_OK;
    }
    ZKB_TRY(zkb_object_symbol_get(&p.symbol, object, p.symbol_index, linker->error));
    p.symbol_name = p.symbol.type == STT_SECTION && p.symbol.section < object->section_count
                        ? object->sections[p.symbol.section].name
                        : p.symbol.name;
    ZKB_TRY(resolve(linker, &p));
    return object->sections[p.section].kind == ZKB_SECTION_CODE ? patch_code(linker, &p)
                                                                : patch_data(linker, &p);
}

/* Jumps, and calls that needed no relocation, stay in their section: nothing else can have been
 * meant, and linking put other code there. */
static zkb_status check_section_targets(const zkb_linker *linker, const zkb_object *object,
                                        uint32_t index)
{
    const zkb_object_section *section = &object->sections[index];
    const int64_t count = (int64_t)(section->size / 8);
    for (int64_t i = 0; i < count; i++) {
        const zkb_instruction *code = &linker->program->code[section->place + (uint64_t)i];
        const zkb_op op = zkb_op_decode(linker->program->dialect, code);
        int32_t distance;
        if ((linker->slot_flags[section->place + (uint64_t)i] &
             (ZKB_SLOT_SECOND | ZKB_SLOT_RELOCATED)) != 0 ||
            !zkb_jump_distance(&distance, op, code)) {
            continue;
        }
        const int64_t target = i + 1 + distance;
        if (target < 0 || target >= count) {
            return zkb_linker_fail(linker, ZKB_ERROR_FORMAT, object, index, 8 * (uint64_t)i,
                                   "%s target outside the section",
                                   op == ZKB_OP_CALL ? "call" : "jump");
        }
    }
    return ZKB_OK;
}

static zkb_status relocate_object(zkb_linker *linker, const zkb_object *object)
{
    for (uint32_t i = 0; i < object->relocations_count; i++) {
        for (uint32_t j = 0; j < object->relocations[i].count; j++) {
            ZKB_TRY(apply(linker, object, &object->relocations[i], j));
        }
    }
    for (uint32_t i = 1; i < object->section_count; i++) {
        if (object->sections[i].kind == ZKB_SECTION_CODE) {
            ZKB_TRY(check_section_targets(linker, object, i));
        }
    }
    return ZKB_OK;
}

zkb_status zkb_linker_relocate(zkb_linker *linker)
{
    for (size_t i = 0; i < linker->object_count; i++) {
        ZKB_TRY(relocate_object(linker, &linker->objects[i]));
    }
    return ZKB_OK;
}
