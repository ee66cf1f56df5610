/* What proving would take, of the public interface: the run is executed, cut into chunks and
 * written into tables as for a proof, and the tables are counted. */
#include "base/os/clock.h"
#include "base/log2_inline.h"
#include "machine/helpers/helpers.h"
#include "machine/run_proof.h"
#include "machine/segment_map.h"
#include "proof/fold.h"
#include "proof/gather.h"
#include "prover/config.h"
#include "prover/cost_time.h"
#include "prover/memory.h"
#include "prover/plan.h"
#include "prover/prove_run.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_STEPS = 1024, RUN_STEPS = 1 << 21 };

struct zkb_cost {
    zkb_cost_summary summary;
    zkb_cost_count tables[ZKB_CHIP_COUNT];
    size_t table_count;
    zkb_cost_count *functions; /* owned; names are the program's */
    size_t function_count;
};

static const zkb_config defaults = {.k = ZKB_CONFIG_DEFAULT_K, .lookup_bits = ZKB_LOOKUP_WIDE};

/* What goes through a run. */
typedef struct walk {
    const zkb_config *config;
    const zkb_program *program;
    unsigned log_stack;
    unsigned log_rows; /* of a chip's table, at most */
    zkb_chip *chips[ZKB_CHIP_COUNT];
    zkb_chip_key chip_keys[ZKB_CHIP_COUNT];
    zkb_program_columns columns;
    zkb_vm *origin;   /* in its initial state */
    zkb_vm *follower; /* stands at the start of the next chunk */
    zkb_plan plan;
    zkb_step_batch batch;
    zkb_chunk_writer *writer;
    zkb_arena arena;    /* the writer's */
    uint64_t *executed; /* how often, for each slot */
    uint64_t rows[ZKB_CHIP_COUNT];
    uint64_t most_bytes;     /* of a chunk's columns, with the machines' memory */
    uint64_t most_scratch;   /* of proving one */
    zkb_segment_map touched; /* segments that were written to, in any chunk */
    zkb_cost_work work;
    zkb_cost_claim *claims; /* of the chunks; owned */
    uint32_t claim_capacity;
    uint64_t longest_claim; /* coefficients */
    zkb_cost_summary *summary;
} walk;

/* ---- Through the run --------------------------------------------------------------------- */

static zkb_status open_machines(walk *w, const zkb_input *input, zkb_error *error)
{
    const zkb_vm_options options = {.max_instructions = input->max_instructions,
                                    .helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    ZKB_TRY(zkb_vm_create(&w->origin, w->program, input->public_input, input->public_bytes,
                          input->private_input, input->private_bytes, &options, error));
    return zkb_vm_clone(&w->follower, w->origin, error);
}

static zkb_status open_walk(walk *w, const zkb_input *input, zkb_error *error)
{
    const zkb_config *config = w->config;
    if (config->log_stack != 0 &&
        (config->log_stack < ZKB_CONFIG_LEAST_STACK || config->log_stack > ZKB_CONFIG_MOST_STACK)) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "cost", ZKB_NO_INDEX,
                        "stacks of 2^%u coefficients: 2^%u to 2^%u are possible", config->log_stack,
                        ZKB_CONFIG_LEAST_STACK, ZKB_CONFIG_MOST_STACK);
    }
    w->log_stack =
        config->log_stack != 0 ? config->log_stack : zkb_default_stack(config->lookup_bits);
    w->log_rows = zkb_table_log_rows(config->k, w->log_stack);
    ZKB_TRY(zkb_machine_build(w->chips, w->config->lookup_bits, error));
    ZKB_TRY(zkb_machine_multiply_out(w->chips, error));
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        w->chip_keys[c].chip = w->chips[c];
    }
    w->chip_keys[ZKB_CHIP_PROGRAM].log_height = zkb_log2_ceil(w->program->slot_count);
    ZKB_TRY(zkb_program_columns_init(&w->columns, w->program, error));
    ZKB_TRY(open_machines(w, input, error));
    zkb_plan_limits limits;
    zkb_plan_limits_init(&limits, w->log_rows,
                         zkb_run_chunk_size(w->config->chunk_size, w->config->k), w->chips);
    ZKB_TRY(zkb_plan_create(&w->plan, w->origin, &w->columns, &limits, error));
    ZKB_TRY(zkb_step_batch_create(&w->batch, BATCH_STEPS, error));
    w->writer = malloc(sizeof *w->writer);
    w->executed = calloc((size_t)w->program->slot_count + 1, sizeof *w->executed);
    return w->writer != NULL && w->executed != NULL
               ? ZKB_OK
               : zkb_fail(error, ZKB_ERROR_MEMORY, "cost", ZKB_NO_INDEX, "out of memory");
}

static void close_walk(walk *w)
{
    if (w->batch.steps != NULL) {
        zkb_step_batch_destroy(&w->batch);
    }
    zkb_plan_destroy(&w->plan);
    zkb_vm_destroy(w->follower);
    zkb_vm_destroy(w->origin);
    zkb_program_columns_clear(&w->columns);
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        zkb_chip_destroy(w->chips[c]);
    }
    zkb_arena_destroy(&w->arena);
    zkb_segment_map_clear(&w->touched);
    free(w->writer);
    free(w->executed);
    free(w->claims);
}

/* To the exit: what it leaves, or the fault. */
static zkb_status run_ahead(walk *w, uint64_t *output_bytes, zkb_error *error)
{
    zkb_vm *vm = NULL;
    zkb_vm_result result;
    uint64_t pause = 0;
    ZKB_TRY(zkb_vm_clone(&vm, w->origin, error));
    zkb_status status = ZKB_OK;
    do {
        pause += RUN_STEPS;
        status = zkb_cancel_check(&w->config->cancel, error);
        zkb_vm_run(vm, pause, &result);
    } while (status == ZKB_OK && result.outcome == ZKB_OUTCOME_PAUSED);
    zkb_vm_destroy(vm);
    ZKB_TRY(status);
    *output_bytes = result.output_bytes;
    w->summary->instructions = result.count;
    w->summary->r0 = result.r0;
    return result.outcome == ZKB_OUTCOME_EXITED ? ZKB_OK
                                                : zkb_vm_fault_error(w->program, &result, error);
}

/* Executes the next chunk into tables. */
static zkb_status write_chunk(walk *w, uint64_t end, uint64_t private_bytes, zkb_error *error)
{
    const unsigned log_rows = w->log_rows;
    const size_t bytes = zkb_chunk_writer_scratch(w->chips, log_rows, w->plan.rows, w->program);
    ZKB_TRY(zkb_arena_reserve(&w->arena, bytes, error));
    ZKB_TRY(zkb_chunk_writer_begin(w->writer, w->chips, &w->columns, &w->arena, log_rows,
                                   w->plan.rows, error));
    w->writer->private_bytes = private_bytes;
    for (;;) {
        zkb_vm_result result;
        uint32_t taken;
        ZKB_TRY(zkb_cancel_check(&w->config->cancel, error));
        zkb_vm_record(w->follower, &w->batch, end, &result);
        if (w->batch.count == 0) {
            return zkb_chunk_writer_end(w->writer, w->follower, error);
        }
        ZKB_TRY(zkb_chunk_writer_steps(w->writer, &taken, &w->batch, 0, error));
        if (taken != w->batch.count) {
            return zkb_fail(error, ZKB_ERROR_INTERNAL, "cost", w->summary->chunks,
                            "the chunk does not fit its tables");
        }
        for (uint32_t i = 0; i < w->batch.count; i++) {
            w->executed[w->batch.steps[i].pc]++;
        }
    }
}

/* Four copies of a segment that changes: those of the machine that plans, of the one at the next
 * chunk's start and of the worker's, and that of the checkpoint. */
static zkb_status count_memory(walk *w, const zkb_chunk_cost *chunk, zkb_error *error)
{
    enum { COPIES = 4 };
    for (uint32_t s = 0; s < w->writer->segment_count; s++) {
        const zkb_touched_segment *segment = &w->writer->segments[s];
        if (segment->info.space == ZKB_SPACE_READ_WRITE) {
            ZKB_TRY(
                zkb_segment_map_set(&w->touched, segment->base, &ZKB_G1_AFFINE_IDENTITY, error));
        }
    }
    const uint64_t bytes =
        chunk->column_bytes + (uint64_t)COPIES * ZKB_SEGMENT_BYTES * w->touched.count;
    w->most_bytes = bytes > w->most_bytes ? bytes : w->most_bytes;
    w->most_scratch =
        chunk->scratch_bytes > w->most_scratch ? chunk->scratch_bytes : w->most_scratch;
    return ZKB_OK;
}

/* Claims are folded when all are there. */
static zkb_status keep_claim(walk *w, const zkb_chunk_cost *chunk, zkb_error *error)
{
    if (w->summary->chunks == w->claim_capacity) {
        const uint32_t capacity = 2 * w->claim_capacity + 16;
        zkb_cost_claim *more = realloc(w->claims, capacity * sizeof *more);
        if (more == NULL) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, "cost", ZKB_NO_INDEX, "out of memory");
        }
        w->claims = more;
        w->claim_capacity = capacity;
    }
    w->longest_claim = chunk->length > w->longest_claim ? chunk->length : w->longest_claim;
    w->claims[w->summary->chunks] = (zkb_cost_claim){chunk->variables, chunk->length};
    return ZKB_OK;
}

static zkb_status count_chunk(walk *w, zkb_error *error)
{
    const zkb_table_key key = {.chips = w->chip_keys, .chip_count = ZKB_CHIP_COUNT};
    zkb_chunk_cost chunk;
    ZKB_TRY(zkb_chunk_cost_count(&chunk, w->writer, w->log_stack, &key, error));
    ZKB_TRY(keep_claim(w, &chunk, error));
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        w->rows[c] += w->plan.rows[c];
    }
    ZKB_TRY(count_memory(w, &chunk, error));
    w->summary->chunks++;
    w->summary->cells += chunk.cells;
    w->summary->leaves += chunk.leaves;
    w->summary->proof_bytes += chunk.proof_bytes;
    zkb_cost_work_add(&w->work, &chunk.work);
    return ZKB_OK;
}

static zkb_status count_chunks(walk *w, uint64_t private_bytes, zkb_error *error)
{
    uint64_t end;
    bool more;
    for (;;) {
        ZKB_TRY(zkb_plan_next(&end, &more, &w->plan, error));
        if (!more) {
            return ZKB_OK;
        }
        ZKB_TRY(write_chunk(w, end, private_bytes, error));
        ZKB_TRY(count_chunk(w, error));
    }
}

static uint64_t header_bytes(const walk *w, const zkb_input *input, uint64_t output_bytes)
{
    zkb_run_header header = {.record = {.slot_count = w->program->slot_count,
                                        .read_only_bytes = w->program->read_only_bytes,
                                        .writable_bytes = w->program->writable_bytes},
                             .lengths = {input->public_bytes, input->private_bytes, output_bytes}};
    header.record.data_count =
        zkb_read_only_segments(&header.record) + zkb_writable_segments(&header.record);
    return zkb_run_header_size(&header);
}

/* What folding a whole group of claims takes. */
static uint64_t fold_scratch(const walk *w)
{
    size_t lengths[ZKB_FOLD_MOST];
    const uint32_t chunks = w->summary->chunks;
    const uint32_t members = chunks < ZKB_FOLD_MOST ? chunks : ZKB_FOLD_MOST;
    for (uint32_t i = 0; i < members; i++) {
        lengths[i] = w->longest_claim;
    }
    return members > 1 ? zkb_gather_scratch(lengths, members) : 0;
}

/* Of a process that proves: the largest chunk; the inputs, as read and as in the machines; the
 * proof, with the chunks that it is put together from; the powers of a setup that is no longer
 * than needed; and the program with its chips. */
static uint64_t process_bytes(const walk *w, const zkb_input *input)
{
    enum { OWN_BYTES = 5 << 20, POWER_BYTES = 64 };
    const unsigned least = zkb_run_least_setup(w->config->k, w->config->lookup_bits);
    const unsigned power = w->log_stack > least ? w->log_stack : least;
    const uint64_t folding = fold_scratch(w);
    return w->most_bytes + (folding > w->most_scratch ? folding : w->most_scratch) +
           zkb_waiting_memory(w->summary->chunks, w->log_stack) +
           2 * ((uint64_t)input->public_bytes + input->private_bytes) +
           2 * w->summary->proof_bytes + ((uint64_t)POWER_BYTES << power) + OWN_BYTES;
}

static zkb_status count_time(walk *w, double execute, zkb_error *error)
{
    zkb_cost_speed speed;
    ZKB_TRY(zkb_cost_speed_measure(&speed, error));
    zkb_cost_summary *s = w->summary;
    s->phase_seconds[ZKB_PHASE_EXECUTE] = execute;
    zkb_cost_time_add(s->phase_seconds, &w->work, &speed);
    for (unsigned p = 0; p < ZKB_PHASE_COUNT; p++) {
        s->seconds += s->phase_seconds[p];
    }
    return ZKB_OK;
}

static zkb_status walk_run(walk *w, const zkb_input *input, zkb_error *error)
{
    uint64_t output_bytes;
    ZKB_TRY(open_walk(w, input, error));
    const double start = zkb_seconds(CLOCK_THREAD_CPUTIME_ID);
    ZKB_TRY(run_ahead(w, &output_bytes, error));
    const double execute = zkb_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
    w->summary->proof_bytes = header_bytes(w, input, output_bytes);
    ZKB_TRY(count_chunks(w, input->private_bytes, error));
    w->summary->proof_bytes += zkb_cost_fold(&w->work, w->claims, w->summary->chunks);
    w->summary->memory_bytes = process_bytes(w, input);
    return count_time(w, execute, error);
}

/* ---- Lists ------------------------------------------------------------------------------- */

static void list_tables(zkb_cost *cost, const walk *w)
{
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        if (w->rows[c] != 0) {
            cost->tables[cost->table_count++] =
                (zkb_cost_count){zkb_machine_chips[c].name, w->rows[c]};
        }
    }
}

static int compare_counts(const void *a, const void *b)
{
    const zkb_cost_count *x = a;
    const zkb_cost_count *y = b;
    return (x->count < y->count) - (x->count > y->count);
}

static zkb_status list_functions(zkb_cost *cost, const walk *w, zkb_error *error)
{
    const zkb_program *program = w->program;
    cost->functions = calloc((size_t)program->symbol_count + 1, sizeof *cost->functions);
    if (cost->functions == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "cost", ZKB_NO_INDEX, "out of memory");
    }
    for (uint32_t s = 0; s < program->symbol_count; s++) {
        const zkb_symbol *symbol = &program->symbols[s];
        zkb_cost_count here = {.name = symbol->name};
        for (uint32_t i = 0; i < symbol->count; i++) {
            here.count += w->executed[symbol->slot + i];
        }
        if (here.count != 0) {
            cost->functions[cost->function_count++] = here;
        }
    }
    qsort(cost->functions, cost->function_count, sizeof *cost->functions, compare_counts);
    return ZKB_OK;
}

/* ---- The interface ----------------------------------------------------------------------- */

zkb_status zkb_cost_create(zkb_cost **cost, const zkb_program *program, const zkb_input *input,
                           const zkb_config *config, zkb_error *error)
{
    static const zkb_input nothing;
    *cost = NULL;
    zkb_cost *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "cost", ZKB_NO_INDEX, "out of memory");
    }
    walk w = {
        .config = config != NULL ? config : &defaults, .program = program, .summary = &c->summary};
    zkb_status status = walk_run(&w, input != NULL ? input : &nothing, error);
    if (status == ZKB_OK) {
        list_tables(c, &w);
        status = list_functions(c, &w, error);
    }
    close_walk(&w);
    if (status != ZKB_OK) {
        zkb_cost_destroy(c);
        return status;
    }
    *cost = c;
    return ZKB_OK;
}

void zkb_cost_destroy(zkb_cost *cost)
{
    if (cost != NULL) {
        free(cost->functions);
        free(cost);
    }
}

void zkb_cost_get(zkb_cost_summary *summary, const zkb_cost *cost) { *summary = cost->summary; }

const zkb_cost_count *zkb_cost_tables(const zkb_cost *cost, size_t *count)
{
    *count = cost->table_count;
    return cost->tables;
}

const zkb_cost_count *zkb_cost_functions(const zkb_cost *cost, size_t *count)
{
    *count = cost->function_count;
    return cost->functions;
}
