/* zkbpf run: executes a program and prints what it returned. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/machine.h"
#include "cli/stats.h"

#include "base/os/clock.h"
#include "base/os/file.h"
#include "prover/memory.h"
#include "vm/trace.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

enum { KEY_STATS = ZKB_CLI_KEY_FREE, KEY_JSON, KEY_TRACE };

typedef struct run_arguments {
    zkb_cli_guest guest;
    const char *output_path;
    const char *trace_path;
    bool stats;
    bool json;
} run_arguments;

static const struct argp_option run_options[] = {
    ZKB_CLI_RUN_OPTIONS,
    {"output", 'o', "FILE", 0, "write the output region, up to the last byte stored", 2},
    {"trace", KEY_TRACE, "FILE", 0, "write every step (zkbpf trace prints it)", 2},
    {"stats", KEY_STATS, NULL, 0, "count instructions by class and memory touched", 2},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 2},
    ZKB_CLI_PROGRAM_OPTIONS,
    {0}};

static error_t parse_run(int key, char *argument, struct argp_state *state)
{
    run_arguments *arguments = state->input;
    switch (key) {
    case 'o':
        arguments->output_path = argument;
        return 0;
    case KEY_TRACE:
        arguments->trace_path = argument;
        return 0;
    case KEY_STATS:
        arguments->stats = true;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    default:
        return zkb_cli_guest_parse(&arguments->guest, key, argument, state);
    }
}

/* ---- Printing ---------------------------------------------------------------------------- */

/* What there is to say about a finished run. */
typedef struct report {
    const zkb_program *program;
    zkb_vm_result result;
    double seconds;
    const zkb_cli_stats *stats; /* NULL unless asked for */
} report;

static void print_stats(const zkb_cli_stats *stats, uint64_t count)
{
    printf("by class\n");
    for (unsigned kind = 0; kind < ZKB_KIND_COUNT; kind++) {
        if (stats->kinds[kind] > 0) {
            printf("  %-16s %12" PRIu64 "  %5.1f %%\n", zkb_kind_name((zkb_kind)kind),
                   stats->kinds[kind], 100.0 * (double)stats->kinds[kind] / (double)count);
        }
    }
    printf("memory (words of 8 bytes)\n"
           "  read             %12" PRIu64 "\n  written          %12" PRIu64
           "\n  touched          %12" PRIu64 "  in %" PRIu64 " segments\n",
           stats->words_read, stats->words_written, stats->words, stats->segments);
    printf("deepest call       %12" PRIu32 "\n", stats->depth);
}

static void print_text(const report *r)
{
    if (r->result.outcome == ZKB_OUTCOME_EXITED) {
        printf("r0            %" PRIu64 " (0x%" PRIx64 ")\n", r->result.r0, r->result.r0);
    }
    printf("instructions  %" PRIu64 "\n", r->result.count);
    printf("seconds       %.6f", r->seconds);
    if (r->seconds > 0) {
        printf(" (%.1f million instructions a second)",
               1e-6 * (double)r->result.count / r->seconds);
    }
    printf("\noutput        %" PRIu64 " bytes\n", r->result.output_bytes);
    if (r->stats != NULL) {
        print_stats(r->stats, r->result.count);
    }
}

static void add_u64(json_object *object, const char *key, uint64_t value)
{
    (void)json_object_object_add(object, key, json_object_new_uint64(value));
}

static void add_text(json_object *object, const char *key, const char *value)
{
    (void)json_object_object_add(object, key, json_object_new_string(value));
}

static json_object *json_fault(const report *r)
{
    json_object *fault = json_object_new_object();
    char place[ZKB_CLI_PLACE_BYTES] = "";
    char instruction[ZKB_DISASSEMBLY_BYTES] = "";
    char detail[ZKB_FAULT_DETAIL_BYTES];
    char address[32];
    if (r->result.pc < r->program->slot_count) {
        zkb_cli_place(place, sizeof place, r->program, r->result.pc);
        (void)zkb_instruction_text(instruction, sizeof instruction, r->program, r->result.pc);
    }
    (void)snprintf(address, sizeof address, "0x%" PRIx64, r->result.address);
    zkb_vm_fault_detail(detail, sizeof detail, r->program, &r->result);
    add_text(fault, "reason", zkb_fault_string(r->result.fault));
    add_u64(fault, "pc", r->result.pc);
    add_text(fault, "place", place);
    add_text(fault, "instruction", instruction);
    add_text(fault, "address", address);
    add_text(fault, "detail", detail);
    return fault;
}

static void json_stats(json_object *object, const zkb_cli_stats *stats)
{
    json_object *classes = json_object_new_object();
    for (unsigned kind = 0; kind < ZKB_KIND_COUNT; kind++) {
        if (stats->kinds[kind] > 0) {
            add_u64(classes, zkb_kind_name((zkb_kind)kind), stats->kinds[kind]);
        }
    }
    (void)json_object_object_add(object, "classes", classes);
    json_object *memory = json_object_new_object();
    add_u64(memory, "words_read", stats->words_read);
    add_u64(memory, "words_written", stats->words_written);
    add_u64(memory, "words", stats->words);
    add_u64(memory, "segments", stats->segments);
    (void)json_object_object_add(object, "memory", memory);
    add_u64(object, "max_depth", stats->depth);
}

static void print_json(const report *r)
{
    json_object *object = json_object_new_object();
    if (r->result.outcome == ZKB_OUTCOME_EXITED) {
        char text[32];
        (void)snprintf(text, sizeof text, "%" PRIu64, r->result.r0);
        add_text(object, "r0", text);
        (void)snprintf(text, sizeof text, "0x%" PRIx64, r->result.r0);
        add_text(object, "r0_hex", text);
    } else {
        (void)json_object_object_add(object, "fault", json_fault(r));
    }
    add_u64(object, "instructions", r->result.count);
    (void)json_object_object_add(object, "seconds", json_object_new_double(r->seconds));
    add_u64(object, "output_bytes", r->result.output_bytes);
    if (r->stats != NULL) {
        json_stats(object, r->stats);
    }
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

/* ---- Running ----------------------------------------------------------------------------- */

/* The steps of a second, equal run. */
static zkb_status write_trace(const zkb_vm *origin, const char *path, zkb_error *error)
{
    const zkb_trace_limits limits = {.bytes = zkb_memory_available()};
    zkb_vm *vm = NULL;
    zkb_trace *trace = NULL;
    zkb_vm_result result;
    zkb_vm_result_get(&result, origin);
    if (result.count > ZKB_TRACE_MAX_STEPS) { /* known before they fill memory */
        return zkb_fail(error, ZKB_ERROR_LIMIT, "trace", ZKB_NO_INDEX,
                        "the run takes %" PRIu64
                        " steps, and a trace may have %d: bound it with --max-instructions",
                        result.count, ZKB_TRACE_MAX_STEPS);
    }
    zkb_status status = zkb_vm_clone(&vm, origin, error);
    if (status == ZKB_OK) {
        status = zkb_trace_record(&trace, vm, ZKB_VM_NO_PAUSE, &limits, &result, error);
    }
    if (status == ZKB_OK) {
        status = zkb_trace_save(trace, path, error);
    }
    zkb_trace_destroy(trace);
    zkb_vm_destroy(vm);
    return status;
}

/* Files and statistics that were asked for, of the run that vm has finished. */
static zkb_status write_results(const run_arguments *arguments, const zkb_vm *vm,
                                const zkb_vm_result *result, zkb_cli_stats *stats, zkb_error *error)
{
    if (arguments->output_path != NULL && result->outcome == ZKB_OUTCOME_EXITED) {
        size_t bytes = 0;
        const uint8_t *output = zkb_vm_output(vm, &bytes);
        ZKB_TRY(zkb_file_write_atomic(arguments->output_path, output, bytes, error));
    }
    if (arguments->trace_path != NULL) {
        ZKB_TRY(write_trace(vm, arguments->trace_path, error));
    }
    return arguments->stats ? zkb_cli_stats_collect(stats, vm, error) : ZKB_OK;
}

static int run_machine(const run_arguments *arguments, zkb_vm *vm, zkb_cli_console *console)
{
    report r = {.program = arguments->guest.program};
    const double start = zkb_now();
    console->vm = vm;
    zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &r.result);
    r.seconds = zkb_now() - start;
    console->vm = NULL; /* a second run, for trace or statistics, prints nothing again */

    zkb_cli_stats stats;
    zkb_error error = {0};
    if (write_results(arguments, vm, &r.result, &stats, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    r.stats = arguments->stats ? &stats : NULL;
    if (arguments->json) {
        print_json(&r);
    } else {
        print_text(&r);
    }
    return r.result.outcome == ZKB_OUTCOME_EXITED ? ZKB_EXIT_OK
                                                  : zkb_cli_report_fault(r.program, &r.result);
}

static int make_and_run(run_arguments *arguments)
{
    zkb_vm *vm = NULL;
    zkb_error error = {0};
    zkb_cli_console console;
    if (zkb_cli_console_init(&console, &error) != ZKB_OK) {
        return zkb_cli_report(&error);
    }
    int status = zkb_cli_guest_machine_with(&vm, &arguments->guest, console.helpers, console.count);
    if (status == ZKB_EXIT_OK) {
        status = run_machine(arguments, vm, &console);
    }
    zkb_vm_destroy(vm);
    zkb_cli_console_clear(&console);
    return status;
}

int zkb_command_run(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "run", "PROG...",
        "Runs a BPF program: ELF objects from clang, linked in the order given, or raw "
        "instructions. Prints r0 and the number of instructions.",
        run_options, parse_run};
    run_arguments arguments = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = zkb_cli_guest_output_check(&arguments.guest, arguments.output_path);
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_guest_output_check(&arguments.guest, arguments.trace_path);
        }
        if (status == ZKB_EXIT_OK) {
            status = zkb_cli_guest_load(&arguments.guest);
        }
        if (status == ZKB_EXIT_OK) {
            status = make_and_run(&arguments);
        }
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
