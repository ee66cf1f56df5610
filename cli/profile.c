/* zkbpf profile: counts a run's instructions by function and by place. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/machine.h"
#include "cli/profile_tree.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_FOLDED = ZKB_CLI_KEY_FREE, KEY_SVG, KEY_TOP, KEY_JSON };

#define DEFAULT_TOP 20

typedef struct profile_arguments {
    zkb_cli_guest guest;
    const char *folded_path;
    const char *svg_path;
    uint64_t top;
    bool json;
} profile_arguments;

static const struct argp_option profile_options[] = {
    ZKB_CLI_RUN_OPTIONS,
    {"folded", KEY_FOLDED, "FILE", 0, "write folded stacks, one chain of calls a line", 2},
    {"svg", KEY_SVG, "FILE", 0, "write a flame graph that a browser shows", 2},
    {"top", KEY_TOP, "N", 0, "most places to list (default 20)", 2},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 2},
    ZKB_CLI_PROGRAM_OPTIONS,
    {0}};

static error_t parse_profile(int key, char *argument, struct argp_state *state)
{
    profile_arguments *arguments = state->input;
    switch (key) {
    case KEY_FOLDED:
        arguments->folded_path = argument;
        return 0;
    case KEY_SVG:
        arguments->svg_path = argument;
        return 0;
    case KEY_TOP:
        return zkb_cli_number(&arguments->top, argument, 0, UINT32_MAX)
                   ? 0
                   : zkb_cli_refuse(state, "--top wants a number, not '%s'", argument);
    case KEY_JSON:
        arguments->json = true;
        return 0;
    default:
        return zkb_cli_guest_parse(&arguments->guest, key, argument, state);
    }
}

/* ---- Tables ------------------------------------------------------------------------------ */

/* A function over all chains of calls, or a slot (self alone is used). */
typedef struct row {
    uint32_t slot;
    uint64_t calls;
    uint64_t self;
    uint64_t total; /* a recursive call is counted once, with the outermost */
} row;

typedef struct table {
    row *rows;
    size_t count;
} table;

static int compare_rows(const void *a, const void *b)
{
    const row *x = a;
    const row *y = b;
    if (x->self != y->self) {
        return x->self < y->self ? 1 : -1;
    }
    return x->slot < y->slot ? -1 : x->slot > y->slot;
}

/* Keeps the rows that executed anything, most first. */
static void sort_table(table *t)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (t->rows[i].self > 0 || t->rows[i].calls > 0) {
            t->rows[kept++] = t->rows[i];
        }
    }
    t->count = kept;
    qsort(t->rows, kept, sizeof *t->rows, compare_rows);
}

static bool inside_itself(const zkb_cli_profile *profile, uint32_t index)
{
    const uint32_t function = profile->nodes[index].function;
    while (profile->nodes[index].depth > 0) {
        index = profile->nodes[index].parent;
        if (profile->nodes[index].function == function) {
            return true;
        }
    }
    return false;
}

static table make_functions(const zkb_cli_profile *profile)
{
    table t = {calloc(profile->program->slot_count, sizeof *t.rows), profile->program->slot_count};
    if (t.rows == NULL) {
        return t;
    }
    for (uint32_t i = 0; i < profile->node_count; i++) {
        const zkb_cli_profile_node *node = profile->nodes + i;
        row *r = t.rows + node->function;
        r->slot = node->function;
        r->self += node->self;
        r->calls += node->calls;
        r->total += inside_itself(profile, i) ? 0 : node->total;
    }
    sort_table(&t);
    return t;
}

static table make_places(const zkb_cli_profile *profile, uint64_t top)
{
    table t = {calloc(profile->program->slot_count, sizeof *t.rows), profile->program->slot_count};
    if (t.rows == NULL) {
        return t;
    }
    for (uint32_t slot = 0; slot < profile->program->slot_count; slot++) {
        t.rows[slot] = (row){.slot = slot, .self = profile->slots[slot]};
    }
    sort_table(&t);
    t.count = t.count < top ? t.count : (size_t)top;
    return t;
}

static double share(const zkb_cli_profile *profile, uint64_t count)
{
    return profile->count > 0 ? 100.0 * (double)count / (double)profile->count : 0;
}

static void print_tables(const zkb_cli_profile *profile, const table *functions,
                         const table *places)
{
    printf("%" PRIu64 " instructions\n\n        self      %%         total      %%       calls  "
           "function\n",
           profile->count);
    for (size_t i = 0; i < functions->count; i++) {
        const row *r = functions->rows + i;
        char name[128];
        zkb_cli_profile_name(name, sizeof name, profile->program, r->slot);
        printf("%12" PRIu64 "  %5.1f  %12" PRIu64 "  %5.1f  %10" PRIu64 "  %s\n", r->self,
               share(profile, r->self), r->total, share(profile, r->total), r->calls, name);
    }
    printf("\n        self      %%     pc  place                     instruction\n");
    for (size_t i = 0; i < places->count; i++) {
        const row *r = places->rows + i;
        char place[ZKB_CLI_PLACE_BYTES];
        char text[ZKB_DISASSEMBLY_BYTES];
        zkb_cli_place(place, sizeof place, profile->program, r->slot);
        (void)zkb_instruction_text(text, sizeof text, profile->program, r->slot);
        printf("%12" PRIu64 "  %5.1f  %5" PRIu32 "  %-24s  %s\n", r->self, share(profile, r->self),
               r->slot, place, text);
    }
}

static json_object *json_function(const zkb_cli_profile *profile, const row *r)
{
    char name[128];
    zkb_cli_profile_name(name, sizeof name, profile->program, r->slot);
    json_object *object = json_object_new_object();
    (void)json_object_object_add(object, "name", json_object_new_string(name));
    (void)json_object_object_add(object, "pc", json_object_new_uint64(r->slot));
    (void)json_object_object_add(object, "self", json_object_new_uint64(r->self));
    (void)json_object_object_add(object, "total", json_object_new_uint64(r->total));
    (void)json_object_object_add(object, "calls", json_object_new_uint64(r->calls));
    return object;
}

static json_object *json_place(const zkb_cli_profile *profile, const row *r)
{
    char place[ZKB_CLI_PLACE_BYTES];
    char text[ZKB_DISASSEMBLY_BYTES];
    zkb_cli_place(place, sizeof place, profile->program, r->slot);
    (void)zkb_instruction_text(text, sizeof text, profile->program, r->slot);
    json_object *object = json_object_new_object();
    (void)json_object_object_add(object, "pc", json_object_new_uint64(r->slot));
    (void)json_object_object_add(object, "place", json_object_new_string(place));
    (void)json_object_object_add(object, "count", json_object_new_uint64(r->self));
    (void)json_object_object_add(object, "instruction", json_object_new_string(text));
    return object;
}

static void print_json(const zkb_cli_profile *profile, const table *functions, const table *places)
{
    json_object *object = json_object_new_object();
    json_object *function_list = json_object_new_array();
    json_object *place_list = json_object_new_array();
    for (size_t i = 0; i < functions->count; i++) {
        (void)json_object_array_add(function_list, json_function(profile, functions->rows + i));
    }
    for (size_t i = 0; i < places->count; i++) {
        (void)json_object_array_add(place_list, json_place(profile, places->rows + i));
    }
    (void)json_object_object_add(object, "instructions", json_object_new_uint64(profile->count));
    (void)json_object_object_add(object, "functions", function_list);
    (void)json_object_object_add(object, "places", place_list);
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

/* ---- The command ------------------------------------------------------------------------- */

static int write_file(const char *path, bool (*write)(FILE *, const zkb_cli_profile *),
                      const zkb_cli_profile *profile)
{
    zkb_cli_file file;
    if (path == NULL) {
        return ZKB_EXIT_OK;
    }
    if (!zkb_cli_file_open(&file, path)) {
        return ZKB_EXIT_OTHER;
    }
    if (!write(file.stream, profile)) {
        zkb_cli_file_abort(&file);
        zkb_cli_message("%s: no memory to write it", path);
        return ZKB_EXIT_OTHER;
    }
    return zkb_cli_file_close(&file);
}

static int print_profile(const profile_arguments *arguments, const zkb_cli_profile *profile)
{
    int status = write_file(arguments->folded_path, zkb_cli_profile_fold, profile);
    if (status == ZKB_EXIT_OK) {
        status = write_file(arguments->svg_path, zkb_cli_profile_svg, profile);
    }
    if (status != ZKB_EXIT_OK) {
        return status;
    }
    const table functions = make_functions(profile);
    const table places = make_places(profile, arguments->top);
    if (functions.rows == NULL || places.rows == NULL) {
        zkb_cli_message("no memory for the tables");
        status = ZKB_EXIT_OTHER;
    } else if (arguments->json) {
        print_json(profile, &functions, &places);
    } else {
        print_tables(profile, &functions, &places);
    }
    free(functions.rows);
    free(places.rows);
    return status;
}

static int profile_machine(const profile_arguments *arguments, zkb_vm *vm)
{
    zkb_vm_result result;
    zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &result);
    zkb_cli_profile profile;
    zkb_error error = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_profile_collect(&profile, vm, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    } else {
        status = print_profile(arguments, &profile);
    }
    zkb_cli_profile_clear(&profile);
    if (status == ZKB_EXIT_OK && result.outcome != ZKB_OUTCOME_EXITED) {
        status = zkb_cli_report_fault(arguments->guest.program, &result);
    }
    return status;
}

/* Text may go to standard output. */
static int check_output(const zkb_cli_guest *guest, const char *path)
{
    return path != NULL && strcmp(path, "-") == 0 ? ZKB_EXIT_OK
                                                  : zkb_cli_guest_output_check(guest, path);
}

int zkb_command_profile(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "profile", "PROG...",
        "Runs a program and counts its instructions by function and by place. A proof's cost "
        "follows these counts, so this is where to look for savings.",
        profile_options, parse_profile};
    profile_arguments arguments = {.top = DEFAULT_TOP};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        zkb_vm *vm = NULL;
        status = check_output(&arguments.guest, arguments.folded_path);
        if (status == ZKB_EXIT_OK) {
            status = check_output(&arguments.guest, arguments.svg_path);
        }
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_guest_load(&arguments.guest);
        }
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_guest_machine(&vm, &arguments.guest);
        }
        if (status == ZKB_EXIT_OK) {
            status = profile_machine(&arguments, vm);
        }
        zkb_vm_destroy(vm);
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
