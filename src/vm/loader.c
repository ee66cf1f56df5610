#include "vm/loader.h"

#include "base/os/file.h"
#include "vm/check.h"
#include "vm/frames.h"
#include "vm/dialect.h"
#include "vm/loader_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHERE "loader"
#define DEFAULT_ENTRY "entrypoint"

zkb_memory_layout zkb_layout_default(void)
{
    return (zkb_memory_layout){.frame_bytes = ZKB_DEFAULT_FRAME_BYTES,
                               .max_frames = ZKB_DEFAULT_MAX_FRAMES,
                               .heap_bytes = ZKB_DEFAULT_HEAP_BYTES,
                               .output_bytes = ZKB_DEFAULT_OUTPUT_BYTES};
}

zkb_load_options zkb_load_options_default(void)
{
    return (zkb_load_options){
        .entry = NULL, .layout = zkb_layout_default(), .format = ZKB_LOAD_ANY};
}

/* ---- The entry --------------------------------------------------------------------------- */

/* Whether a definition is a function where execution may begin, and its slot. */
static bool entry_slot(uint32_t *slot, const zkb_linker *linker, const zkb_definition *definition)
{
    const uint64_t code = definition->address - ZKB_CODE_BASE;
    if (!definition->is_function || code % 8 != 0 || code / 8 >= linker->program->slot_count ||
        linker->program->function_start[code / 8] == 0) {
        return false;
    }
    *slot = (uint32_t)(code / 8);
    return true;
}

/* "a, b, c" of all functions that could be the entry, cut where the buffer ends. */
static void list_candidates(char *text, size_t size, const zkb_linker *linker)
{
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < linker->definition_count && used + 1 < size; i++) {
        uint32_t slot = 0;
        if (entry_slot(&slot, linker, &linker->definitions[i]) &&
            !zkb_is_library_name(linker->definitions[i].name)) {
            const int n = snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ", ",
                                   zkb_show(linker->definitions[i].name).text);
            used += n > 0 ? (size_t)n : 0;
        }
    }
}

static zkb_status fail_entry(const zkb_linker *linker, const char *name)
{
    char candidates[160];
    list_candidates(candidates, sizeof candidates, linker);
    return zkb_fail(linker->error, ZKB_ERROR_MISMATCH, WHERE, ZKB_NO_INDEX,
                    "no global function %s; %s%s", zkb_show(name).text,
                    candidates[0] == 0 ? "the objects have no global functions"
                                       : "choose the entry among: ",
                    candidates);
}

static zkb_status choose_entry(const zkb_linker *linker, const char *wanted)
{
    const char *name = wanted == NULL ? DEFAULT_ENTRY : wanted;
    uint32_t *entry = &linker->program->entry;
    const zkb_definition *definition = zkb_linker_find(linker, name);
    if (definition != NULL && entry_slot(entry, linker, definition)) {
        return ZKB_OK;
    }
    size_t found = 0;
    const char *only = "";
    for (size_t i = 0; wanted == NULL && i < linker->definition_count; i++) {
        uint32_t slot = 0;
        if (!zkb_is_library_name(linker->definitions[i].name) &&
            entry_slot(&slot, linker, &linker->definitions[i])) {
            *entry = slot;
            only = linker->definitions[i].name;
            found++;
        }
    }
    if (found == 1 && strcmp(only, "main") == 0) {
        return zkb_fail(linker->error, ZKB_ERROR_MISMATCH, WHERE, ZKB_NO_INDEX,
                        "no global function %s; main would be given the input's address for argc: "
                        "name it entrypoint, or choose it with --entry main",
                        name);
    }
    return found == 1 ? ZKB_OK : fail_entry(linker, name);
}

/* ---- After linking ----------------------------------------------------------------------- */

/* Marks the targets of direct calls; where one is nonsense, the check will say so. */
static void mark_call_targets(zkb_program *program)
{
    for (uint32_t i = 0; i < program->slot_count; i++) {
        const zkb_instruction *code = &program->code[i];
        if (code->opcode == ZKB_OPCODE_LDDW) {
            i++;
            continue;
        }
        const int64_t target = (int64_t)i + 1 + code->imm;
        if (code->opcode == ZKB_OPCODE_CALL && code->src == ZKB_CALL_SRC_LOCAL && target >= 0 &&
            target < program->slot_count) {
            program->function_start[target] = 1;
        }
    }
}

/* A function that ends in the call of one that never returns has no EXIT. Where it is the last of
 * the program, one is added (there is room), so that no path leads out of the code. */
static void end_code(zkb_linker *linker)
{
    zkb_program *program = linker->program;
    const uint32_t count = program->slot_count;
    if (count == 0 || count >= ZKB_MAX_SLOTS ||
        (linker->slot_flags[count - 1] & ZKB_SLOT_SECOND) != 0) {
        return;
    }
    const zkb_op op = zkb_op_at(program, count - 1);
    if (op == ZKB_OP_CALL || op == ZKB_OP_CALLX) {
        program->code[count] = (zkb_instruction){.opcode = ZKB_OPCODE_EXIT};
        program->slot_count = count + 1;
    }
}

static zkb_status check_program(const zkb_program *program, zkb_error *error)
{
    ZKB_TRY(zkb_program_check(program, error));
    return zkb_program_check_frames(program, error);
}

/* Puts object, section and offset before the message of a check that names a slot. */
static zkb_status check_linked(const zkb_linker *linker)
{
    zkb_error found = {.index = ZKB_NO_INDEX};
    const zkb_status status = check_program(linker->program, &found);
    if (status == ZKB_OK) {
        return ZKB_OK;
    }
    const zkb_origin origin = found.index < linker->program->slot_count
                                  ? zkb_linker_origin(linker, (uint32_t)found.index)
                                  : (zkb_origin){0};
    if (origin.object == NULL) {
        if (linker->error != NULL) {
            *linker->error = found;
        }
        return status;
    }
    return zkb_fail(linker->error, status, WHERE, found.index, "%s: %s+0x%llx: %s",
                    zkb_show_path(origin.object->name).text,
                    zkb_show(origin.object->sections[origin.section].name).text,
                    (unsigned long long)origin.offset, found.message);
}

static zkb_status link_objects(zkb_linker *linker, const zkb_load_options *options,
                               const zkb_object_bytes *objects)
{
    for (size_t i = 0; i < linker->object_count; i++) {
        ZKB_TRY(zkb_object_open(&linker->objects[i], &objects[i], linker->error));
    }
    ZKB_TRY(zkb_linker_place(linker));
    if (linker->program->slot_count == 0) {
        return zkb_fail(linker->error, ZKB_ERROR_FORMAT, WHERE, ZKB_NO_INDEX,
                        "%s: no instructions: the file has no code section with content",
                        zkb_show_path(objects[0].name).text);
    }
    ZKB_TRY(zkb_linker_functions(linker));
    ZKB_TRY(zkb_linker_relocate(linker));
    ZKB_TRY(choose_entry(linker, options->entry));
    mark_call_targets(linker->program);
    end_code(linker);
    ZKB_TRY(check_linked(linker));
    return zkb_linker_check_undefined(linker);
}

static zkb_status load_elf(zkb_program *program, const zkb_load_options *options,
                           const zkb_object_bytes *objects, size_t object_count, zkb_error *error)
{
    zkb_linker linker = {.object_count = object_count, .program = program, .error = error};
    linker.objects = calloc(object_count, sizeof *linker.objects);
    if (linker.objects == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
    }
    const zkb_status status = link_objects(&linker, options, objects);
    for (size_t i = 0; i < object_count; i++) {
        zkb_object_close(&linker.objects[i]);
    }
    free(linker.objects);
    free(linker.definitions);
    free(linker.slot_flags);
    free(linker.undefined);
    return status;
}

/* ---- Bare instructions ------------------------------------------------------------------- */

static zkb_status load_raw(zkb_program *program, const zkb_load_options *options,
                           const zkb_object_bytes *object, zkb_error *error)
{
    const char *hint =
        options->format == ZKB_LOAD_ANY ? " (not an ELF object, so read as such)" : "";
    const zkb_shown name = zkb_show_path(object->name);
    if (options->entry != NULL) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, WHERE, ZKB_NO_INDEX,
                        "%s: bare instructions%s have no symbols to choose an entry by", name.text,
                        hint);
    }
    if (object->size == 0 || object->size % ZKB_INSTRUCTION_BYTES != 0) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, ZKB_NO_INDEX,
                        "%s: %zu bytes are not a whole number of 8-byte instructions%s", name.text,
                        object->size, hint);
    }
    const size_t count = object->size / ZKB_INSTRUCTION_BYTES;
    if (count > ZKB_MAX_SLOTS) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX,
                        "%s: more than %u instruction slots%s", name.text, ZKB_MAX_SLOTS, hint);
    }
    program->slot_count = (uint32_t)count;
    program->code = calloc(count, sizeof *program->code);
    program->function_start = calloc(count, 1);
    if (program->code == NULL || program->function_start == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "%s: out of memory",
                        name.text);
    }
    for (size_t i = 0; i < count; i++) {
        zkb_instruction_decode(&program->code[i], object->bytes + i * ZKB_INSTRUCTION_BYTES);
    }
    program->function_start[0] = 1;
    mark_call_targets(program);
    zkb_error found = {.index = ZKB_NO_INDEX};
    const zkb_status status = check_program(program, &found);
    return status == ZKB_OK ? ZKB_OK
                            : zkb_fail(error, status, WHERE, found.index, "%s%s: %s", name.text,
                                       hint, found.message);
}

/* ---- Public ------------------------------------------------------------------------------ */

static bool looks_like_elf(const zkb_object_bytes *object)
{
    return object->size >= SELFMAG && memcmp(object->bytes, ELFMAG, SELFMAG) == 0;
}

static zkb_status check_objects(const zkb_object_bytes *objects, size_t object_count,
                                zkb_error *error)
{
    if (objects == NULL || object_count == 0) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, WHERE, ZKB_NO_INDEX, "no object to load");
    }
    if (object_count > ZKB_MAX_OBJECTS) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, ZKB_NO_INDEX,
                        "%zu objects; at most %zu are linked together", object_count,
                        ZKB_MAX_OBJECTS);
    }
    for (size_t i = 0; i < object_count; i++) {
        if (objects[i].name == NULL || (objects[i].bytes == NULL && objects[i].size != 0)) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, WHERE, i,
                            "object %zu has no name or no bytes", i);
        }
        if (objects[i].size > ZKB_MAX_OBJECT_BYTES) {
            return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, i, "%s: larger than %zu MiB",
                            zkb_show_path(objects[i].name).text, ZKB_MAX_OBJECT_BYTES >> 20);
        }
    }
    return ZKB_OK;
}

static zkb_status load(zkb_program *program, const zkb_load_options *options,
                       const zkb_object_bytes *objects, size_t object_count, zkb_error *error)
{
    ZKB_TRY(check_objects(objects, object_count, error));
    program->layout = options->layout;
    const bool is_raw = options->format == ZKB_LOAD_RAW ||
                        (options->format == ZKB_LOAD_ANY && !looks_like_elf(&objects[0]));
    if (!is_raw) {
        return load_elf(program, options, objects, object_count, error);
    }
    if (object_count != 1) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, WHERE, ZKB_NO_INDEX,
                        "%s: not an ELF object; bare instructions cannot be linked with others",
                        zkb_show_path(objects[0].name).text);
    }
    return load_raw(program, options, &objects[0], error);
}

zkb_status zkb_program_load(zkb_program *program, const zkb_load_options *options,
                            const zkb_object_bytes *objects, size_t object_count, zkb_error *error)
{
    const zkb_load_options defaults = zkb_load_options_default();
    *program = (zkb_program){0};
    const zkb_status status =
        load(program, options != NULL ? options : &defaults, objects, object_count, error);
    if (status != ZKB_OK) {
        zkb_program_clear(program);
    }
    return status;
}

static zkb_status read_files(zkb_object_bytes *objects, uint8_t **contents,
                             const char *const *paths, size_t path_count, zkb_error *error)
{
    for (size_t i = 0; i < path_count; i++) {
        size_t size = 0;
        ZKB_TRY(zkb_file_read(&contents[i], &size, paths[i], ZKB_MAX_OBJECT_BYTES, error));
        objects[i] = (zkb_object_bytes){.name = paths[i], .bytes = contents[i], .size = size};
    }
    return ZKB_OK;
}

zkb_status zkb_program_load_files(zkb_program *program, const zkb_load_options *options,
                                  const char *const *paths, size_t path_count, zkb_error *error)
{
    *program = (zkb_program){0};
    if (path_count == 0 || path_count > ZKB_MAX_OBJECTS) {
        return zkb_fail(error, path_count == 0 ? ZKB_ERROR_ARGUMENT : ZKB_ERROR_LIMIT, WHERE,
                        ZKB_NO_INDEX, "%zu objects; 1 to %zu are linked together", path_count,
                        ZKB_MAX_OBJECTS);
    }
    zkb_object_bytes *objects = calloc(path_count, sizeof *objects);
    uint8_t **contents = calloc(path_count, sizeof *contents);
    if (objects == NULL || contents == NULL) {
        free(contents);
        free(objects);
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
    }
    zkb_status status = read_files(objects, contents, paths, path_count, error);
    if (status == ZKB_OK) {
        status = zkb_program_load(program, options, objects, path_count, error);
    }
    for (size_t i = 0; i < path_count; i++) {
        free(contents[i]);
    }
    free(contents);
    free(objects);
    return status;
}
