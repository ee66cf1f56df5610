/* zkbpf cost: what a proof of a run would take, without making it. Rows, cells and leaves are
 * counted; time is estimated from them and from how fast this machine multiplies. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/machine.h"

#include "air/chip.h"
#include "base/os/clock.h"
#include "base/parallel.h"
#include "field/block.h"
#include "prover/memory.h"
#include "prover/plan.h"
#include "prover/prove_run.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_K = ZKB_CLI_KEY_FREE, KEY_CHUNK_SIZE, KEY_JSON };
enum { DEFAULT_K = 17, TOP_FUNCTIONS = 5 };

typedef struct cost_arguments {
    zkb_cli_guest guest;
    unsigned k;
    uint64_t chunk_size;
    bool json;
} cost_arguments;

static const struct argp_option cost_options[] = {
    ZKB_CLI_RUN_OPTIONS,
    {"k", KEY_K, "K", 0, "size of chunks and of the setup: 8 to 22 (default 17)", 2},
    {"chunk-size", KEY_CHUNK_SIZE, "N", 0, "most instructions in a chunk (default 2 * 2^K)", 2},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 2},
    ZKB_CLI_PROGRAM_OPTIONS,
    {0}};

static error_t parse_cost(int key, char *argument, struct argp_state *state)
{
    cost_arguments *arguments = state->input;
    uint64_t number;
    switch (key) {
    case KEY_K:
        if (!zkb_cli_number(&number, argument, 8, 22)) {
            return zkb_cli_refuse(state, "--k wants a number from 8 to 22, not '%s'", argument);
        }
        arguments->k = (unsigned)number;
        return 0;
    case KEY_CHUNK_SIZE:
        if (!zkb_cli_number(&arguments->chunk_size, argument, 1, UINT64_MAX)) {
            return zkb_cli_refuse(state, "--chunk-size wants a positive number, not '%s'",
                                  argument);
        }
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    default:
        return zkb_cli_guest_parse(&arguments->guest, key, argument, state);
    }
}

/* ---- Counting ---------------------------------------------------------------------------- */

typedef struct cost {
    uint32_t chunks;
    uint64_t instructions;
    uint64_t rows[ZKB_CHIP_COUNT];
    uint64_t windows; /* committed cells, in windows of 16 bits */
    uint64_t cells;
    uint64_t leaves;
    double seconds; /* of one thread */
    uint64_t worker_bytes;
    uint64_t *executed; /* per slot; owned */
} cost;

static unsigned windows_of(const zkb_chip *chip)
{
    unsigned windows = 0;
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        windows += (chip->committed[c].bits + 15u) / 16u;
    }
    return windows;
}

static void add_rows(cost *c, zkb_chip *const *chips, const uint64_t *rows)
{
    for (unsigned id = 0; id < ZKB_CHIP_COUNT; id++) {
        if (rows[id] != 0) {
            c->rows[id] += rows[id];
            c->windows += rows[id] * windows_of(chips[id]);
            c->cells += rows[id] * chips[id]->committed_count;
            c->leaves += rows[id] * chips[id]->interaction_count;
        }
    }
}

/* Nanoseconds of one multiplication in blocks on this machine. */
static double multiplication_time(void)
{
    enum { COUNT = 1024, ROUNDS = 400 };
    static zkb_fr_block a[COUNT / 8];
    const zkb_fr_kernels *kernels = zkb_fr_kernels_get();
    const double start = zkb_seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < ROUNDS; i++) {
        kernels->mul(a, a, a, COUNT);
    }
    return (zkb_seconds(CLOCK_PROCESS_CPUTIME_ID) - start) * 1e9 / ((double)COUNT * (double)ROUNDS);
}

/* In multiplications, from the measured parts of proofs of sha256, sort and fibonacci: a window's
 * share of the commitment, a leaf of the fraction tree, a cell of the sumcheck, and what a chunk
 * costs whatever is in it, a row of its opening at a time. */
static void estimate(cost *c, unsigned k, double multiplication)
{
    const double windows = 10.0;
    const double leaves = 24.0;
    const double cells = 6.0;
    const double chunk_rows = 700.0;
    c->seconds =
        1e-9 * multiplication *
        (windows * (double)c->windows + leaves * (double)c->leaves + cells * (double)c->cells +
         chunk_rows * (double)c->chunks * (double)zkb_table_rows(k));
}

static zkb_status count_chunks(cost *c, const cost_arguments *arguments, const zkb_vm *origin,
                               const zkb_program_columns *columns, zkb_chip *const *chips,
                               zkb_error *error)
{
    const uint64_t chunk_size = zkb_run_chunk_size(arguments->chunk_size, arguments->k);
    zkb_plan_limits limits;
    zkb_plan plan;
    uint64_t most = 0; /* of any chunk */
    bool more = true;
    zkb_plan_limits_init(&limits, arguments->k, chunk_size, chips);
    ZKB_TRY(zkb_plan_create(&plan, origin, columns, &limits, error));
    zkb_status status = ZKB_OK;
    while (status == ZKB_OK && more) {
        uint64_t end;
        status = zkb_plan_next(&end, &more, &plan, error);
        if (status == ZKB_OK && more) {
            c->chunks++;
            c->instructions = end;
            most = plan.bytes > most ? plan.bytes : most;
            add_rows(c, chips, plan.rows);
        }
    }
    zkb_plan_destroy(&plan);
    c->worker_bytes = zkb_worker_memory(&limits, most, 1, columns->program);
    return status;
}

/* How often each slot is executed. */
static zkb_status count_slots(cost *c, const zkb_vm *origin, zkb_error *error)
{
    zkb_vm *vm = NULL;
    zkb_step_batch batch;
    zkb_vm_result result;
    c->executed = calloc(zkb_vm_program(origin)->slot_count, sizeof *c->executed);
    if (c->executed == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "cost", ZKB_NO_INDEX, "out of memory");
    }
    ZKB_TRY(zkb_vm_clone(&vm, origin, error));
    zkb_status status = zkb_step_batch_create(&batch, 1024, error);
    if (status == ZKB_OK) {
        do {
            zkb_vm_record(vm, &batch, ZKB_VM_NO_PAUSE, &result);
            for (uint32_t i = 0; i < batch.count; i++) {
                c->executed[batch.steps[i].pc]++;
            }
        } while (batch.count != 0);
        zkb_step_batch_destroy(&batch);
    }
    zkb_vm_destroy(vm);
    return status;
}

/* ---- Printing ---------------------------------------------------------------------------- */

/* A function, and how many of the instructions are in it. */
typedef struct hot {
    const char *name;
    uint64_t count;
} hot;

/* The hottest functions, hottest first. */
typedef struct hottest {
    hot functions[TOP_FUNCTIONS];
    unsigned count;
} hottest;

static hottest find_hottest(const cost *c, const zkb_program *program)
{
    hottest h = {0};
    for (uint32_t s = 0; s < program->symbol_count; s++) {
        const zkb_symbol *symbol = &program->symbols[s];
        hot here = {.name = symbol->name};
        for (uint32_t i = 0; i < symbol->count; i++) {
            here.count += c->executed[symbol->slot + i];
        }
        for (unsigned n = 0; n < TOP_FUNCTIONS && here.count != 0; n++) {
            if (n == h.count || here.count > h.functions[n].count) {
                const hot lower = h.functions[n];
                h.functions[n] = here;
                here = lower;
                h.count += n == h.count;
            }
        }
    }
    return h;
}

static void print_functions(const cost *c, const hottest *h)
{
    printf("%s", h->count != 0 ? "hottest functions\n" : "");
    for (unsigned n = 0; n < h->count; n++) {
        char name[ZKB_CLI_PLACE_BYTES];
        zkb_cli_clean_name(name, sizeof name, h->functions[n].name);
        printf("  %-24s %12" PRIu64 "  %5.1f %%\n", name, h->functions[n].count,
               100.0 * (double)h->functions[n].count / (double)c->instructions);
    }
}

static void print_text(const cost *c, const hottest *h)
{
    printf("instructions  %" PRIu64 "\nchunks        %" PRIu32 "\n", c->instructions, c->chunks);
    printf("cells         %" PRIu64 " (%.1f windows of 16 bits an instruction)\n", c->cells,
           (double)c->windows / (double)c->instructions);
    printf("leaves        %" PRIu64 " (%.1f an instruction)\n", c->leaves,
           (double)c->leaves / (double)c->instructions);
    printf("time          about %.2f s of one thread\n", c->seconds);
    printf("memory        up to %" PRIu64 " MiB for each chunk side by side\n",
           c->worker_bytes >> 20);
    printf("rows by chip\n");
    for (unsigned id = 0; id < ZKB_CHIP_COUNT; id++) {
        if (c->rows[id] != 0) {
            printf("  %-24s %12" PRIu64 "  %5.1f %%\n", zkb_machine_chips[id].name, c->rows[id],
                   100.0 * (double)c->rows[id] / (double)c->instructions);
        }
    }
    print_functions(c, h);
}

static void add_number(json_object *object, const char *name, uint64_t value)
{
    (void)json_object_object_add(object, name, json_object_new_uint64(value));
}

static json_object *json_functions(const hottest *h)
{
    json_object *list = json_object_new_array();
    for (unsigned n = 0; n < h->count; n++) {
        char name[ZKB_CLI_PLACE_BYTES];
        json_object *function = json_object_new_object();
        zkb_cli_clean_name(name, sizeof name, h->functions[n].name);
        (void)json_object_object_add(function, "name", json_object_new_string(name));
        add_number(function, "instructions", h->functions[n].count);
        (void)json_object_array_add(list, function);
    }
    return list;
}

static void print_json(const cost *c, const hottest *h)
{
    json_object *object = json_object_new_object();
    json_object *rows = json_object_new_object();
    add_number(object, "instructions", c->instructions);
    add_number(object, "chunks", c->chunks);
    add_number(object, "cells", c->cells);
    add_number(object, "windows", c->windows);
    add_number(object, "leaves", c->leaves);
    (void)json_object_object_add(object, "seconds", json_object_new_double(c->seconds));
    add_number(object, "worker_bytes", c->worker_bytes);
    for (unsigned id = 0; id < ZKB_CHIP_COUNT; id++) {
        if (c->rows[id] != 0) {
            add_number(rows, zkb_machine_chips[id].name, c->rows[id]);
        }
    }
    (void)json_object_object_add(object, "rows", rows);
    (void)json_object_object_add(object, "functions", json_functions(h));
    printf("%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
    (void)json_object_put(object);
}

/* ---- The command ------------------------------------------------------------------------- */

static zkb_status compute(cost *c, const cost_arguments *arguments, const zkb_vm *vm,
                          zkb_error *error)
{
    zkb_chip *chips[ZKB_CHIP_COUNT];
    zkb_program_columns columns;
    ZKB_TRY(zkb_machine_build(chips, ZKB_LOOKUP_WIDE, error));
    zkb_status status = zkb_machine_multiply_out(chips, error);
    if (status == ZKB_OK) {
        status = zkb_program_columns_init(&columns, arguments->guest.program, error);
    }
    if (status == ZKB_OK) {
        status = count_chunks(c, arguments, vm, &columns, chips, error);
        zkb_program_columns_clear(&columns);
    }
    if (status == ZKB_OK) {
        status = count_slots(c, vm, error);
    }
    for (unsigned id = 0; id < ZKB_CHIP_COUNT; id++) {
        zkb_chip_destroy(chips[id]);
    }
    estimate(c, arguments->k, multiplication_time());
    return status;
}

static int run_cost(const cost_arguments *arguments)
{
    cost c = {0};
    zkb_vm *vm = NULL;
    zkb_vm *ahead = NULL;
    zkb_vm_result result;
    zkb_error error = {0};
    int status = zkb_cli_guest_machine(&vm, &arguments->guest);
    if (status != ZKB_EXIT_OK) {
        return status;
    }
    if (zkb_vm_clone(&ahead, vm, &error) != ZKB_OK) {
        zkb_vm_destroy(vm);
        return zkb_cli_report(&error);
    }
    zkb_vm_run(ahead, ZKB_VM_NO_PAUSE, &result);
    zkb_vm_destroy(ahead);
    if (result.outcome != ZKB_OUTCOME_EXITED) {
        status = zkb_cli_report_fault(arguments->guest.program, &result);
    } else if (compute(&c, arguments, vm, &error) != ZKB_OK) {
        status = zkb_cli_report(&error);
    } else {
        const hottest h = find_hottest(&c, arguments->guest.program);
        if (arguments->json) {
            print_json(&c, &h);
        } else {
            print_text(&c, &h);
        }
    }
    free(c.executed);
    zkb_vm_destroy(vm);
    return status;
}

int zkb_command_cost(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "cost", "PROG...",
        "Says what a proof of a run would take, without making it: chunks, rows by chip, time and "
        "memory on this machine, the hottest functions.",
        cost_options, parse_cost};
    cost_arguments arguments = {.k = DEFAULT_K};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &arguments)) {
        status = zkb_cli_guest_load(&arguments.guest);
        if (status == ZKB_EXIT_OK) {
            status = run_cost(&arguments);
        }
    }
    zkb_cli_guest_clear(&arguments.guest);
    return status;
}
