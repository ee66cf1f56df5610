/* Placing sections and collecting global names. */
#include "vm/loader_link.h"

#include "vm/check.h"
#include "vm/isa.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "loader"

static zkb_status no_memory(const zkb_linker *linker)
{
    return zkb_fail(linker->error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
}

static uint64_t align_up(uint64_t offset, uint64_t alignment)
{
    return (offset + alignment - 1) & ~(alignment - 1);
}

uint64_t zkb_linker_data_base(const zkb_linker *linker, zkb_section_kind kind)
{
    return ZKB_REGION_PROGRAM +
           (kind == ZKB_SECTION_WRITABLE ? zkb_program_writable_start(linker->program) : 0);
}

/* ---- Global names ------------------------------------------------------------------------ */

/* By name; the strongest first, then in the order of the command line. */
static int compare_definitions(const void *a, const void *b)
{
    const zkb_definition *x = a;
    const zkb_definition *y = b;
    const int by_name = x->name == y->name ? 0 : strcmp(x->name, y->name);
    if (by_name != 0) {
        return by_name;
    }
    if (x->strength != y->strength) {
        return x->strength > y->strength ? -1 : 1;
    }
    if (x->object != y->object) {
        return x->object < y->object ? -1 : 1;
    }
    return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

const zkb_definition *zkb_linker_find(const zkb_linker *linker, const char *name)
{
    size_t low = 0;
    size_t high = linker->definition_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(name, linker->definitions[middle].name);
        if (order == 0) {
            return &linker->definitions[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* Whether a symbol defines a global name that others may use. */
static bool defines_global(const zkb_object *object, const zkb_object_symbol *symbol)
{
    if ((symbol->binding != STB_GLOBAL && symbol->binding != STB_WEAK) || symbol->name[0] == 0 ||
        symbol->section == SHN_UNDEF) {
        return false;
    }
    return symbol->section >= object->section_count ||
           object->sections[symbol->section].kind != ZKB_SECTION_IGNORED;
}

static zkb_status common_limits(const zkb_linker *linker, const zkb_object *object,
                                const zkb_object_symbol *symbol)
{
    const uint64_t alignment = symbol->value;
    if (symbol->size > ZKB_MAX_DATA_BYTES || alignment == 0 || alignment > ZKB_SEGMENT_BYTES ||
        (alignment & (alignment - 1)) != 0) {
        return zkb_fail(linker->error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX,
                        "%s: common symbol %s: more than 64 MiB, or alignment is not a power of "
                        "two up to 65536",
                        zkb_show_path(object->name).text, zkb_show(symbol->name).text);
    }
    return ZKB_OK;
}

static zkb_status collect_object(zkb_linker *linker, uint32_t index)
{
    const zkb_object *object = &linker->objects[index];
    for (uint32_t i = 1; i < object->symbol_count; i++) {
        zkb_object_symbol symbol;
        ZKB_TRY(zkb_object_symbol_get(&symbol, object, i, linker->error));
        if (!defines_global(object, &symbol)) {
            continue;
        }
        zkb_definition *definition = &linker->definitions[linker->definition_count++];
        *definition = (zkb_definition){.name = symbol.name, .object = index, .symbol = i};
        if (symbol.section == SHN_COMMON) {
            ZKB_TRY(common_limits(linker, object, &symbol));
            definition->strength = ZKB_STRENGTH_COMMON;
            definition->size = symbol.size;
            definition->alignment = symbol.value;
        } else {
            definition->strength =
                symbol.binding == STB_WEAK ? ZKB_STRENGTH_WEAK : ZKB_STRENGTH_STRONG;
        }
    }
    return ZKB_OK;
}

/* Of each name keeps the strongest definition; of several common ones the largest size. */
static zkb_status choose_definitions(zkb_linker *linker)
{
    zkb_definition *kept = linker->definitions;
    size_t count = 0;
    for (size_t i = 0; i < linker->definition_count; i++) {
        const zkb_definition *next = &linker->definitions[i];
        zkb_definition *last = count > 0 ? &kept[count - 1] : NULL;
        if (last == NULL || strcmp(last->name, next->name) != 0) {
            kept[count++] = *next;
            continue;
        }
        if (next->strength == ZKB_STRENGTH_STRONG) {
            return zkb_fail(linker->error, ZKB_ERROR_MISMATCH, WHERE, ZKB_NO_INDEX,
                            "symbol %s is defined in %s and again in %s", zkb_show(next->name).text,
                            zkb_show_path(linker->objects[last->object].name).text,
                            zkb_show_path(linker->objects[next->object].name).text);
        }
        if (last->strength == ZKB_STRENGTH_COMMON && next->strength == ZKB_STRENGTH_COMMON) {
            last->size = next->size > last->size ? next->size : last->size;
            last->alignment = next->alignment > last->alignment ? next->alignment : last->alignment;
        }
    }
    linker->definition_count = count;
    return ZKB_OK;
}

static zkb_status collect_definitions(zkb_linker *linker)
{
    size_t symbols = 1;
    for (size_t i = 0; i < linker->object_count; i++) {
        symbols += linker->objects[i].symbol_count;
    }
    linker->definitions = calloc(symbols, sizeof *linker->definitions);
    if (linker->definitions == NULL) {
        return no_memory(linker);
    }
    for (size_t i = 0; i < linker->object_count; i++) {
        ZKB_TRY(collect_object(linker, (uint32_t)i));
    }
    qsort(linker->definitions, linker->definition_count, sizeof *linker->definitions,
          compare_definitions);
    return choose_definitions(linker);
}

/* ---- Sections ---------------------------------------------------------------------------- */

typedef struct zkb_totals {
    uint64_t slots;
    uint64_t read_only;
    uint64_t writable;
} zkb_totals;

static zkb_status check_totals(const zkb_linker *linker, const zkb_totals *totals)
{
    if (totals->slots > ZKB_MAX_SLOTS) {
        return zkb_fail(linker->error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX,
                        "more than %u instruction slots", ZKB_MAX_SLOTS);
    }
    if (totals->read_only > ZKB_MAX_DATA_BYTES || totals->writable > ZKB_MAX_DATA_BYTES) {
        return zkb_fail(linker->error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX,
                        "more than %u MiB of %s data", ZKB_MAX_DATA_BYTES >> 20,
                        totals->read_only > ZKB_MAX_DATA_BYTES ? "read-only" : "writable");
    }
    return ZKB_OK;
}

static void place_section(zkb_totals *totals, zkb_object_section *section)
{
    uint64_t *end = section->kind == ZKB_SECTION_WRITABLE ? &totals->writable : &totals->read_only;
    if (section->kind == ZKB_SECTION_CODE) {
        section->place = totals->slots;
        totals->slots += section->size / 8;
    } else if (section->kind != ZKB_SECTION_IGNORED) {
        section->place = align_up(*end, section->alignment);
        *end = section->place + section->size;
    }
}

/* Gives each section its place: what the file holds bytes for first, zero-filled data after it. */
static zkb_status place_sections(zkb_linker *linker, zkb_totals *totals)
{
    for (int zero_filled = 0; zero_filled <= 1; zero_filled++) {
        for (size_t i = 0; i < linker->object_count; i++) {
            zkb_object *object = &linker->objects[i];
            for (uint32_t j = 1; j < object->section_count; j++) {
                if ((object->sections[j].bytes == NULL) == (zero_filled != 0)) {
                    place_section(totals, &object->sections[j]);
                    ZKB_TRY(check_totals(linker, totals));
                }
            }
        }
    }
    return ZKB_OK;
}

/* Common storage goes to the end of the writable part; the offset there becomes the address. */
static zkb_status place_commons(zkb_linker *linker, zkb_totals *totals)
{
    for (size_t i = 0; i < linker->definition_count; i++) {
        zkb_definition *definition = &linker->definitions[i];
        if (definition->strength == ZKB_STRENGTH_COMMON) {
            definition->address = align_up(totals->writable, definition->alignment);
            totals->writable = definition->address + definition->size;
            ZKB_TRY(check_totals(linker, totals));
        }
    }
    return ZKB_OK;
}

static zkb_status allocate(zkb_linker *linker, const zkb_totals *totals)
{
    zkb_program *program = linker->program;
    program->slot_count = (uint32_t)totals->slots;
    program->read_only_bytes = (uint32_t)totals->read_only;
    program->writable_bytes = (uint32_t)totals->writable;
    /* One more, so that nothing is an allocation of zero bytes, and code may be ended. */
    program->code = calloc(totals->slots + 1, sizeof *program->code);
    program->function_start = calloc(totals->slots + 1, 1);
    program->read_only = calloc(totals->read_only + 1, 1);
    program->writable = calloc(totals->writable + 1, 1);
    linker->slot_flags = calloc(totals->slots + 1, 1);
    if (program->code == NULL || program->function_start == NULL || program->read_only == NULL ||
        program->writable == NULL || linker->slot_flags == NULL) {
        return no_memory(linker);
    }
    return ZKB_OK;
}

static zkb_status copy_code(zkb_linker *linker, const zkb_object *object, uint32_t index)
{
    const zkb_object_section *section = &object->sections[index];
    const size_t count = section->size / 8;
    for (size_t i = 0; i < count; i++) {
        zkb_instruction *instruction = &linker->program->code[section->place + i];
        uint8_t *flags = &linker->slot_flags[section->place + i];
        zkb_instruction_decode(instruction, section->bytes + 8 * i);
        if (instruction->opcode == ZKB_OPCODE_LDDW && (*flags & ZKB_SLOT_SECOND) == 0) {
            if (i + 1 == count) {
                return zkb_linker_fail(linker, ZKB_ERROR_FORMAT, object, index, 8 * i,
                                       "LDDW without its second slot");
            }
            flags[1] |= ZKB_SLOT_SECOND;
        }
    }
    return ZKB_OK;
}

static zkb_status copy_sections(zkb_linker *linker)
{
    for (size_t i = 0; i < linker->object_count; i++) {
        const zkb_object *object = &linker->objects[i];
        for (uint32_t j = 1; j < object->section_count; j++) {
            const zkb_object_section *section = &object->sections[j];
            if (section->bytes == NULL || section->size == 0) {
                continue;
            }
            if (section->kind == ZKB_SECTION_CODE) {
                ZKB_TRY(copy_code(linker, object, j));
            } else if (section->kind == ZKB_SECTION_READ_ONLY) {
                memcpy(linker->program->read_only + section->place, section->bytes, section->size);
            } else {
                memcpy(linker->program->writable + section->place, section->bytes, section->size);
            }
        }
    }
    return ZKB_OK;
}

static uint64_t section_address(const zkb_linker *linker, const zkb_object_section *section)
{
    return section->kind == ZKB_SECTION_CODE
               ? ZKB_CODE_BASE + 8 * section->place
               : zkb_linker_data_base(linker, section->kind) + section->place;
}

/* Turns places into addresses: of the global names, now that the size of each part is known. */
static zkb_status address_definitions(zkb_linker *linker)
{
    for (size_t i = 0; i < linker->definition_count; i++) {
        zkb_definition *definition = &linker->definitions[i];
        const zkb_object *object = &linker->objects[definition->object];
        zkb_object_symbol symbol;
        ZKB_TRY(zkb_object_symbol_get(&symbol, object, definition->symbol, linker->error));
        if (definition->strength == ZKB_STRENGTH_COMMON) {
            definition->address += zkb_linker_data_base(linker, ZKB_SECTION_WRITABLE);
        } else if (symbol.section == SHN_ABS) {
            definition->address = symbol.value;
        } else {
            const zkb_object_section *section = &object->sections[symbol.section];
            definition->is_function = section->kind == ZKB_SECTION_CODE;
            definition->address = section_address(linker, section) + symbol.value;
        }
    }
    return ZKB_OK;
}

zkb_status zkb_linker_place(zkb_linker *linker)
{
    zkb_totals totals = {0};
    ZKB_TRY(collect_definitions(linker));
    ZKB_TRY(place_sections(linker, &totals));
    ZKB_TRY(place_commons(linker, &totals));
    ZKB_TRY(allocate(linker, &totals));
    ZKB_TRY(copy_sections(linker));
    return address_definitions(linker);
}
