#include "prover/plan.h"

#include "machine/select.h"

#include <string.h>

enum { BATCH_STEPS = 1024, MOST_SEGMENTS = 256 };

/* Cells whose time a step may have to refresh: registers are refreshed at most once in 2^16 slots
 * and are counted by the clock. */
enum { REFRESH_CLOCKS = 65536 / ZKB_TIME_SLOTS };

typedef struct chunk_load {
    uint64_t instructions;
    uint64_t other_cells; /* memory words and frame words accessed */
    uint64_t bases[MOST_SEGMENTS];
    uint32_t segments;
    uint32_t last;
} chunk_load;

static void set_limits(zkb_plan *plan, const zkb_program_columns *columns,
                       const zkb_plan_limits *limits)
{
    plan->columns = columns;
    plan->limits = *limits;
    if (plan->limits.segments == 0 || plan->limits.segments > MOST_SEGMENTS - 4) {
        plan->limits.segments = MOST_SEGMENTS - 4;
    }
}

void zkb_plan_over_trace(zkb_plan *plan, const zkb_trace *trace, const zkb_program_columns *columns,
                         const zkb_plan_limits *limits)
{
    memset(plan, 0, sizeof *plan);
    set_limits(plan, columns, limits);
    plan->steps = zkb_trace_steps(trace);
    plan->step_count = (uint32_t)zkb_trace_length(trace); /* at most ZKB_TRACE_MAX_STEPS */
}

zkb_status zkb_plan_create(zkb_plan *plan, const zkb_vm *origin, const zkb_program_columns *columns,
                           const zkb_plan_limits *limits, zkb_error *error)
{
    memset(plan, 0, sizeof *plan);
    set_limits(plan, columns, limits);
    ZKB_TRY(zkb_vm_clone(&plan->vm, origin, error));
    const zkb_status status = zkb_step_batch_create(&plan->batch, BATCH_STEPS, error);
    if (status != ZKB_OK) {
        zkb_vm_destroy(plan->vm);
        plan->vm = NULL;
    }
    return status;
}

void zkb_plan_destroy(zkb_plan *plan)
{
    if (plan->vm != NULL) {
        zkb_vm_destroy(plan->vm);
        zkb_step_batch_destroy(&plan->batch);
    }
    memset(plan, 0, sizeof *plan);
}

static void touch(chunk_load *load, uint64_t base)
{
    if (load->segments != 0 && load->bases[load->last] == base) {
        return;
    }
    for (uint32_t s = 0; s < load->segments; s++) {
        if (load->bases[s] == base) {
            load->last = s;
            return;
        }
    }
    load->last = load->segments;
    load->bases[load->segments++] = base;
}

/* Whether the chunk has room for one more step of this chip. */
static bool has_room(const zkb_plan *plan, const chunk_load *load, zkb_chip_id chip)
{
    const uint64_t rows = (uint64_t)1 << plan->limits.k;
    const uint64_t registers = ZKB_REGISTER_COUNT * (load->instructions / REFRESH_CLOCKS);
    const uint64_t refreshed =
        load->instructions < REFRESH_CLOCKS - 1 ? 0 : registers + load->other_cells;
    return load->instructions < plan->limits.chunk_size && plan->rows[chip] < rows &&
           refreshed + ZKB_STEP_MOST_ACCESSES <= rows && load->segments < plan->limits.segments;
}

static void add_step(zkb_plan *plan, chunk_load *load, zkb_chip_id chip, const zkb_step *step)
{
    plan->rows[chip]++;
    load->instructions++;
    load->other_cells += step->words;
    if (step->words != 0) {
        const uint64_t mask = ~(uint64_t)(ZKB_SEGMENT_BYTES - 1);
        touch(load, step->address & mask);
        if (step->words == 2) {
            touch(load, (step->address + 8) & mask);
        }
    }
    if (step->frame != ZKB_NO_FRAME) {
        load->other_cells += ZKB_FRAME_WORDS;
        touch(load, 0);
    }
}

/* Whether two records of a step agree; where their call frames are kept is no part of it. */
static bool same_step(const zkb_step *a, const zkb_step *b)
{
    bool same = a->pc == b->pc && a->next_pc == b->next_pc && a->depth == b->depth &&
                a->op == b->op && a->dst == b->dst && a->src == b->src && a->result == b->result &&
                a->dst_value == b->dst_value && a->src_value == b->src_value &&
                a->result_before == b->result_before && a->result_after == b->result_after &&
                a->address == b->address && a->words == b->words &&
                (a->frame == ZKB_NO_FRAME) == (b->frame == ZKB_NO_FRAME);
    for (uint32_t w = 0; same && w < a->words; w++) {
        same = a->before[w] == b->before[w] && a->after[w] == b->after[w];
    }
    return same;
}

static zkb_status check_batch(zkb_plan *plan, zkb_error *error)
{
    const uint64_t length = zkb_trace_length(plan->expected);
    const zkb_step *steps = zkb_trace_steps(plan->expected);
    for (uint32_t i = 0; i < plan->batch.count; i++) {
        const uint64_t n = plan->recorded + i;
        if (n >= length || !same_step(&plan->batch.steps[i], &steps[n])) {
            return zkb_fail(error, ZKB_ERROR_MISMATCH, "trace", n,
                            "step %llu of the trace is not what the program does with this input",
                            (unsigned long long)n);
        }
    }
    if (plan->batch.count == 0 && plan->recorded != length) {
        return zkb_fail(error, ZKB_ERROR_MISMATCH, "trace", plan->recorded,
                        "the trace has %llu steps, the program ends after %llu",
                        (unsigned long long)length, (unsigned long long)plan->recorded);
    }
    return ZKB_OK;
}

/* Makes batch[at] the next step; *more is false at the end of the run. */
static zkb_status next_step(bool *more, zkb_plan *plan, zkb_error *error)
{
    *more = true;
    if (plan->at < plan->step_count) {
        return ZKB_OK;
    }
    *more = false;
    if (plan->vm == NULL) {
        return ZKB_OK;
    }
    zkb_vm_result result;
    zkb_vm_record(plan->vm, &plan->batch, ZKB_VM_NO_PAUSE, &result);
    plan->steps = plan->batch.steps;
    plan->step_count = plan->batch.count;
    plan->at = 0;
    *more = plan->batch.count != 0;
    if (plan->expected != NULL) {
        ZKB_TRY(check_batch(plan, error));
    }
    plan->recorded += plan->batch.count;
    return ZKB_OK;
}

zkb_status zkb_plan_next(uint64_t *end, bool *more, zkb_plan *plan, zkb_error *error)
{
    chunk_load load = {0};
    memset(plan->rows, 0, sizeof plan->rows);
    for (;;) {
        ZKB_TRY(next_step(more, plan, error));
        if (!*more) {
            break;
        }
        const zkb_step *step = &plan->steps[plan->at];
        const zkb_chip_id chip = zkb_machine_select(&plan->columns->decoded[step->pc], step);
        if (chip == ZKB_CHIP_NONE) {
            return zkb_machine_unsupported(plan->columns->program, step->pc, error);
        }
        if (!has_room(plan, &load, chip)) {
            break;
        }
        add_step(plan, &load, chip, step);
        plan->at++;
    }
    plan->count += load.instructions;
    *end = plan->count;
    *more = load.instructions != 0;
    return ZKB_OK;
}
