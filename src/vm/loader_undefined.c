/* Undefined symbols: refused if execution could come to the code that names them. */
#include "vm/loader_link.h"

#include "vm/dialect.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "loader"

/* What the sources of examples/guest bring beside the compiler. */
typedef struct library_name {
    const char *name;
    const char *source;
} library_name;

static const char *library_source(const char *name)
{
    static const library_name names[] = {
        {"memcpy", "libc.c"},     {"memmove", "libc.c"},       {"memset", "libc.c"},
        {"memcmp", "libc.c"},     {"strlen", "libc.c"},        {"memchr", "string.c"},
        {"strcmp", "string.c"},   {"strncmp", "string.c"},     {"strcpy", "string.c"},
        {"strncpy", "string.c"},  {"strcat", "string.c"},      {"strncat", "string.c"},
        {"strchr", "string.c"},   {"strrchr", "string.c"},     {"strstr", "string.c"},
        {"strspn", "string.c"},   {"strcspn", "string.c"},     {"strpbrk", "string.c"},
        {"malloc", "stdlib.c"},   {"calloc", "stdlib.c"},      {"realloc", "stdlib.c"},
        {"free", "stdlib.c"},     {"qsort", "stdlib.c"},       {"bsearch", "stdlib.c"},
        {"strtol", "stdlib.c"},   {"strtoul", "stdlib.c"},     {"strtoll", "stdlib.c"},
        {"strtoull", "stdlib.c"}, {"atoi", "stdlib.c"},        {"atol", "stdlib.c"},
        {"atoll", "stdlib.c"},    {"zkbpf_format", "stdio.c"}, {"zkbpf_print", "stdio.c"},
        {"puts", "stdio.c"},      {"putchar", "stdio.c"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i].name) == 0) {
            return names[i].source;
        }
    }
    return NULL;
}

bool zkb_is_library_name(const char *name) { return library_source(name) != NULL; }

zkb_status zkb_linker_fail_undefined(const zkb_linker *linker, const zkb_undefined *undefined)
{
    const char *what = undefined->is_call ? "call of" : "reference to";
    const char *source = library_source(undefined->name);
    if (source == NULL) {
        return zkb_linker_fail(linker, ZKB_ERROR_MISMATCH, undefined->object, undefined->section,
                               undefined->offset,
                               "%s undefined symbol %s; give the object that defines it too", what,
                               zkb_show(undefined->name).text);
    }
    return zkb_linker_fail(linker, ZKB_ERROR_MISMATCH, undefined->object, undefined->section,
                           undefined->offset,
                           "%s undefined symbol %s; compile examples/guest/%s and give its object "
                           "too",
                           what, zkb_show(undefined->name).text, source);
}

/* Slots that execution can come to, and those of them that wait to be followed. */
typedef struct reach {
    const zkb_program *program;
    uint8_t *reached;
    uint32_t *waiting;
    uint32_t waiting_count;
} reach;

static void reach_slot(reach *r, uint64_t slot)
{
    if (slot < r->program->slot_count && r->reached[slot] == 0) {
        r->reached[slot] = 1;
        r->waiting[r->waiting_count++] = (uint32_t)slot;
    }
}

/* The slots that an instruction leads to, now or through an address that it makes. */
static void follow(reach *r, uint32_t slot)
{
    const zkb_instruction *i = &r->program->code[slot];
    const zkb_op op = zkb_op_at(r->program, slot);
    const int64_t next = (int64_t)slot + (op == ZKB_OP_LDDW ? 2 : 1);
    switch (zkb_op_get(op)->shape) {
    case ZKB_SHAPE_JA:
        reach_slot(r, (uint64_t)(next + i->offset));
        return;
    case ZKB_SHAPE_JA32:
        reach_slot(r, (uint64_t)(next + i->imm));
        return;
    case ZKB_SHAPE_EXIT:
        return;
    case ZKB_SHAPE_JUMP_K:
    case ZKB_SHAPE_JUMP_X:
        reach_slot(r, (uint64_t)(next + i->offset));
        break;
    case ZKB_SHAPE_CALL:
        reach_slot(r, (uint64_t)(next + i->imm));
        break;
    case ZKB_SHAPE_LDDW:
        reach_slot(r, (zkb_lddw_value(i) - ZKB_CODE_BASE) / 8);
        break;
    default:
        break;
    }
    reach_slot(r, (uint64_t)next);
}

static zkb_status check(const zkb_linker *linker, reach *r)
{
    const zkb_program *program = linker->program;
    reach_slot(r, program->entry);
    for (uint32_t i = 0; i < program->slot_count; i++) {
        if ((linker->slot_flags[i] & ZKB_SLOT_POINTED) != 0) {
            reach_slot(r, i);
        }
    }
    while (r->waiting_count > 0) {
        follow(r, r->waiting[--r->waiting_count]);
    }
    for (size_t i = 0; i < linker->undefined_count; i++) {
        const zkb_undefined *undefined = &linker->undefined[i];
        const uint64_t place = undefined->object->sections[undefined->section].place;
        if (r->reached[place + undefined->offset / 8] != 0) {
            return zkb_linker_fail_undefined(linker, undefined);
        }
    }
    return ZKB_OK;
}

zkb_status zkb_linker_check_undefined(const zkb_linker *linker)
{
    if (linker->undefined_count == 0) {
        return ZKB_OK;
    }
    const size_t count = linker->program->slot_count;
    reach r = {.program = linker->program,
               .reached = calloc(count, 1),
               .waiting = calloc(count, sizeof *r.waiting)};
    const zkb_status status =
        r.reached != NULL && r.waiting != NULL
            ? check(linker, &r)
            : zkb_fail(linker->error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
    free(r.reached);
    free(r.waiting);
    return status;
}
