#include "prover/plan.h"

#include "air/product_form.h"
#include "machine/select.h"

#include <string.h>

enum { BATCH_STEPS = 1024, MOST_SEGMENTS = 256 };

/* Cells whose time a step may have to refresh: registers are refreshed at most once in 2^16 slots
 * and are counted by the clock. */
enum { REFRESH_CLOCKS = 65536 / ZKB_TIME_SLOTS };

/* The fraction tree with the sumcheck of its leaves takes LEAF_BYTES for each, and as much again
 * where numerators are not units: in a table's last piece of PIECE_ROWS, and where multiplicities
 * are committed. The joined sumcheck follows in the same memory, in field elements. */
enum { LEAF_BYTES = 56, ELEMENT_BYTES = 32, PIECE_ROWS = 512 };

/* A chunk has chunk_size instructions unless their rows take more than STEP_BYTES on average, which
 * is half as much again as usual; FREE_BYTES are for the rest. */
enum { STEP_BYTES = 1152, FREE_BYTES = 64 << 20 };

static uint32_t row_bytes(const zkb_chip *chip)
{
    uint32_t tree = 0;
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const bool unit = chip->interactions[i].kind == ZKB_MULTIPLICITY_CONSTANT;
        tree += unit ? LEAF_BYTES : 2 * LEAF_BYTES;
    }
    const uint32_t joined = ELEMENT_BYTES * chip->product->input_count;
    uint32_t bytes = tree > joined ? tree : joined;
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        bytes += (uint32_t)zkb_cell_bytes(chip->committed[c].bits);
    }
    return bytes;
}

void zkb_plan_limits_init(zkb_plan_limits *limits, unsigned log_rows, uint64_t chunk_size,
                          zkb_chip *const *chips)
{
    *limits = (zkb_plan_limits){.log_rows = log_rows,
                                .chunk_size = chunk_size,
                                .bytes = STEP_BYTES * chunk_size + FREE_BYTES};
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        limits->row_bytes[c] = row_bytes(chips[c]);
    }
}

typedef struct chunk_load {
    uint64_t instructions;
    uint64_t other_cells; /* memory words and frame words accessed */
    uint64_t bases[MOST_SEGMENTS + 2 * ZKB_HELPER_RANGES]; /* and those of a last call */
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
    plan->accesses = zkb_trace_accesses(trace);
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

/* A table of a segment, or of the frames, which is taken for one. */
static uint64_t segment_bytes(const zkb_plan *plan, uint64_t base)
{
    const zkb_chip_id chip =
        base >> 32 == ZKB_REGION_PRIVATE_INPUT >> 32 ? ZKB_CHIP_SEGMENT_CHECKED : ZKB_CHIP_SEGMENT;
    return (uint64_t)plan->limits.row_bytes[chip] * (ZKB_SEGMENT_BYTES / 8);
}

static void touch(zkb_plan *plan, chunk_load *load, uint64_t base)
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
    plan->bytes += segment_bytes(plan, base);
    load->last = load->segments;
    load->bases[load->segments++] = base;
}

/* Whether the chunk has room for one more step of this chip, with so many words of a helper's call
 * in addition. */
static bool has_room(const zkb_plan *plan, const chunk_load *load, zkb_chip_id chip, uint32_t words)
{
    const uint64_t rows = zkb_chip_rows_most(plan->limits.log_rows);
    const uint64_t registers = ZKB_REGISTER_COUNT * (load->instructions / REFRESH_CLOCKS);
    const uint64_t refreshed =
        load->instructions < REFRESH_CLOCKS - 1 ? 0 : registers + load->other_cells;
    return load->instructions < plan->limits.chunk_size && plan->rows[chip] < rows &&
           plan->bytes < plan->limits.bytes && refreshed + ZKB_STEP_MOST_ACCESSES + words <= rows &&
           load->segments < plan->limits.segments;
}

/* What a last piece wastes is spread over the first rows. */
static void add_row(zkb_plan *plan, zkb_chip_id chip)
{
    const uint32_t pieces = plan->rows[chip] < PIECE_ROWS ? 3 : 1;
    plan->rows[chip]++;
    plan->bytes += pieces * plan->limits.row_bytes[chip];
}

/* Whether it has room for the auxiliary rows of a helper's call. */
static bool has_auxiliary_room(const zkb_plan *plan, const zkb_machine_call *call)
{
    const uint64_t most = zkb_chip_rows_most(plan->limits.log_rows);
    bool room = true;
    for (unsigned i = 0; room && i < call->auxiliary_count; i++) {
        room = plan->rows[call->auxiliary[i].chip] + call->auxiliary[i].rows <= most;
    }
    return room;
}

static void add_auxiliary_rows(zkb_plan *plan, const zkb_machine_call *call)
{
    for (unsigned i = 0; i < call->auxiliary_count; i++) {
        for (uint32_t row = 0; row < call->auxiliary[i].rows; row++) {
            add_row(plan, call->auxiliary[i].chip);
        }
    }
}

static void add_step(zkb_plan *plan, chunk_load *load, zkb_chip_id chip, const zkb_step *step)
{
    add_row(plan, chip);
    load->instructions++;
    load->other_cells += step->words;
    for (uint32_t w = 0; w < step->words; w++) {
        touch(plan, load,
              plan->accesses[step->access + w].address & ~(uint64_t)(ZKB_SEGMENT_BYTES - 1));
    }
    if (step->frame != ZKB_NO_FRAME) {
        load->other_cells += ZKB_FRAME_WORDS;
        touch(plan, load, 0);
    }
}

/* Whether two records of a step agree; where frames and accesses are kept is no part of it. */
static bool same_step(const zkb_step *a, const zkb_memory_operation *a_accesses, const zkb_step *b,
                      const zkb_memory_operation *b_accesses)
{
    bool same = a->pc == b->pc && a->next_pc == b->next_pc && a->depth == b->depth &&
                a->op == b->op && a->dst == b->dst && a->src == b->src && a->result == b->result &&
                a->dst_value == b->dst_value && a->src_value == b->src_value &&
                a->result_before == b->result_before && a->result_after == b->result_after &&
                a->address == b->address && a->words == b->words &&
                (a->frame == ZKB_NO_FRAME) == (b->frame == ZKB_NO_FRAME);
    for (uint32_t w = 0; same && w < a->words; w++) {
        const zkb_memory_operation *x = &a_accesses[a->access + w];
        const zkb_memory_operation *y = &b_accesses[b->access + w];
        same = x->address == y->address && x->before == y->before && x->after == y->after;
    }
    return same;
}

static zkb_status check_batch(zkb_plan *plan, zkb_error *error)
{
    const uint64_t length = zkb_trace_length(plan->expected);
    const zkb_step *steps = zkb_trace_steps(plan->expected);
    const zkb_memory_operation *accesses = zkb_trace_accesses(plan->expected);
    for (uint32_t i = 0; i < plan->batch.count; i++) {
        const uint64_t n = plan->recorded + i;
        if (n >= length ||
            !same_step(&plan->batch.steps[i], plan->batch.accesses, &steps[n], accesses)) {
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
    plan->accesses = plan->batch.accesses;
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
    plan->bytes = 0;
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
        const bool calls = step->op == ZKB_OP_CALL_HELPER;
        zkb_machine_call call;
        if (calls) {
            zkb_machine_call_init(&call, chip, step, plan->accesses);
        }
        if (!has_room(plan, &load, chip, calls ? step->words : 0) ||
            (calls && !has_auxiliary_room(plan, &call))) {
            break;
        }
        if (calls) {
            add_auxiliary_rows(plan, &call);
        }
        add_step(plan, &load, chip, step);
        plan->at++;
    }
    plan->count += load.instructions;
    *end = plan->count;
    *more = load.instructions != 0;
    return ZKB_OK;
}
