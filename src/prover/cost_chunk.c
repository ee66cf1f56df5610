#include "prover/cost_chunk.h"

#include "air/product_form.h"
#include "kzg/commit.h"
#include "kzg/mercury.h"
#include "machine/run_proof.h"
#include "proof/fold.h"
#include "proof/gather.h"
#include "proof/prover.h"

#include <stdlib.h>

static bool is_plain_segment(const zkb_chunk_writer *w, uint32_t table)
{
    return w->table_chips[table] == ZKB_CHIP_SEGMENT;
}

static bool is_segment(const zkb_chunk_writer *w, uint32_t table)
{
    return w->table_segments[table] != UINT32_MAX;
}

static uint64_t longest(const zkb_table *table)
{
    const zkb_chip *chip = table->shape.chip;
    uint64_t length = 0;
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        length = table->committed[c].length > length ? table->committed[c].length : length;
    }
    return length;
}

/* ---- Work -------------------------------------------------------------------------------- */

static void count_column(zkb_cost_work *work, const zkb_table *table, uint32_t column)
{
    const zkb_msm_scalars scalars = {.kind =
                                         zkb_column_kind(table->shape.chip->committed[column].bits),
                                     .data = table->committed[column].cells,
                                     .count = table->committed[column].length};
    zkb_msm_count(&work->commit, &scalars);
    work->sums++;
}

static void count_cells(zkb_cost_work *work, const zkb_table *table)
{
    const zkb_chip *chip = table->shape.chip;
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        work->cells += table->committed[c].length;
    }
    for (uint32_t c = 0; c < chip->preprocessed_count; c++) {
        work->cells += table->preprocessed[c].length;
    }
}

/* Rows from the first to the last whose cells matter. */
static uint64_t rows_of(const zkb_table *table)
{
    const uint64_t length = longest(table);
    return length > table->shape.active ? length : table->shape.active;
}

static void count_leaves(zkb_cost_work *work, const zkb_table *table)
{
    const zkb_chip *chip = table->shape.chip;
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const bool unit = chip->interactions[i].kind == ZKB_MULTIPLICITY_CONSTANT;
        *(unit ? &work->leaves : &work->other_leaves) += table->shape.active;
    }
}

static void count_sumcheck(zkb_cost_work *work, const zkb_table *table)
{
    const zkb_chip *chip = table->shape.chip;
    const zkb_product_form *form = chip->product;
    const uint64_t rows = rows_of(table);
    work->inputs += rows * form->input_count;
    for (uint32_t g = 0; g < form->group_count; g++) {
        const zkb_product_group *group = &form->groups[g];
        work->products += rows * form->degree * (uint64_t)(group->degree - group->reused);
    }
    work->evaluated += rows * (chip->committed_count + chip->preprocessed_count);
}

static void count_opening(zkb_cost_work *work, const zkb_cost_claim *claim)
{
    enum { LONG_SUMS = 2 }; /* the others have a root of the elements */
    const zkb_msm_scalars scalars = {.kind = ZKB_MSM_FR, .count = claim->length};
    for (unsigned i = 0; i < LONG_SUMS; i++) {
        zkb_msm_count(&work->open, &scalars);
    }
}

/* One group of the tree becomes one claim; bytes of its messages. */
static uint64_t fold_group(zkb_cost_work *work, zkb_cost_claim *out, const zkb_cost_claim *claims,
                           uint32_t count)
{
    zkb_cost_claim folded = claims[0];
    for (uint32_t i = 0; i < count && count > 1; i++) {
        work->gathered += claims[i].length;
        folded.variables =
            claims[i].variables > folded.variables ? claims[i].variables : folded.variables;
        folded.length = claims[i].length > folded.length ? claims[i].length : folded.length;
    }
    *out = folded;
    return count > 1 ? ZKB_GATHER_BYTES(folded.variables) : 0;
}

uint64_t zkb_cost_fold(zkb_cost_work *work, zkb_cost_claim *claims, uint32_t count)
{
    enum { LENGTH_BYTES = 4 };
    uint64_t bytes = LENGTH_BYTES + ZKB_MERCURY_PROOF_SIZE;
    while (count > 1) {
        uint32_t groups = 0;
        for (uint32_t first = 0; first < count; first += ZKB_FOLD_MOST) {
            const uint32_t left = count - first;
            bytes += fold_group(work, &claims[groups++], &claims[first],
                                left < ZKB_FOLD_MOST ? left : ZKB_FOLD_MOST);
        }
        count = groups;
    }
    count_opening(work, &claims[0]);
    return bytes;
}

static void count_work(zkb_chunk_cost *cost, const zkb_chunk_writer *w, const zkb_layout *layout)
{
    for (uint32_t t = 0; t < w->table_count; t++) {
        const zkb_table *table = &w->tables[t];
        count_cells(&cost->work, table);
        count_leaves(&cost->work, table);
        count_sumcheck(&cost->work, table);
        cost->cells += table->shape.chip->committed_count * table->shape.active;
    }
    cost->variables = layout->open_variables;
    cost->work.sent += layout->proof_size / 32;
    cost->work.rounds += (uint64_t)layout->log_leaves * (layout->log_leaves + 1) / 2;
    cost->work.tables += layout->table_count;
    cost->work.segments += w->segment_count;
    cost->work.instructions += w->clock - 1;
    cost->leaves += cost->work.leaves + cost->work.other_leaves;
}

static void add_sums(zkb_msm_work *sum, const zkb_msm_work *work)
{
    sum->additions += work->additions;
    sum->digits += work->digits;
    sum->windows += work->windows;
}

void zkb_cost_work_add(zkb_cost_work *sum, const zkb_cost_work *work)
{
    add_sums(&sum->commit, &work->commit);
    add_sums(&sum->open, &work->open);
    sum->sums += work->sums;
    sum->cells += work->cells;
    sum->gathered += work->gathered;
    sum->sent += work->sent;
    sum->leaves += work->leaves;
    sum->other_leaves += work->other_leaves;
    sum->rounds += work->rounds;
    sum->inputs += work->inputs;
    sum->products += work->products;
    sum->evaluated += work->evaluated;
    sum->tables += work->tables;
    sum->segments += work->segments;
    sum->instructions += work->instructions;
}

/* ---- Sizes ------------------------------------------------------------------------------- */

static size_t claim_bytes(const zkb_chunk_writer *w, size_t proof_bytes)
{
    const zkb_chunk_claim claim = {.table_count = w->table_count - w->segment_count,
                                   .segment_count = w->segment_count,
                                   .proof_size = proof_bytes};
    enum { LENGTH_BYTES = 4 }; /* before each chunk of a proof file */
    return LENGTH_BYTES + zkb_chunk_claim_size(&claim);
}

static size_t column_bytes(const zkb_chunk_writer *w)
{
    enum { WORD_BYTES = 8 + 8 + 4, CHECKED_BYTES = WORD_BYTES + 2 + 4 * 2 };
    size_t total = 0;
    for (uint32_t t = 0; t < w->table_count; t++) {
        const zkb_chip *chip = w->tables[t].shape.chip;
        if (is_segment(w, t)) { /* content before and after, and times, of every word */
            const bool checked = w->table_chips[t] == ZKB_CHIP_SEGMENT_CHECKED;
            total += (size_t)(checked ? CHECKED_BYTES : WORD_BYTES)
                     << w->tables[t].shape.log_height;
            continue;
        }
        for (uint32_t c = 0; c < chip->committed_count; c++) {
            total += w->tables[t].committed[c].length * zkb_cell_bytes(chip->committed[c].bits);
        }
    }
    return total;
}

/* Of what the tree of fractions reserves, the part that it writes to: it has room for a numerator
 * beside every denominator, and nodes over leaves of numerator 1 or -1 have none. */
static size_t written(size_t reserved, const zkb_cost_work *work)
{
    const double all = (double)(work->leaves + work->other_leaves);
    const double others = (double)work->other_leaves;
    return all == 0.0 ? reserved
                      : (size_t)((double)reserved * (7.0 * all + 8.0 * others) /
                                 (10.0 * all + 4.0 * others));
}

/* The content of segments is committed to before everything else. */
static size_t segment_scratch(const zkb_chunk_writer *w)
{
    zkb_column_view views[2 * ZKB_MAX_TOUCHED];
    size_t count = 0;
    for (uint32_t t = 0; t < w->table_count; t++) {
        const zkb_table *table = &w->tables[t];
        for (uint32_t c = 0; is_segment(w, t) && c < (is_plain_segment(w, t) ? 2 : 1); c++) {
            views[count++] = (zkb_column_view){.cells = table->committed[c].cells,
                                               .length = table->committed[c].length,
                                               .bits = table->shape.chip->committed[c].bits};
        }
    }
    return zkb_commit_columns_scratch(views, count, 1);
}

/* Coefficients of a stack, to the last cell that is there. */
static uint64_t stack_length(const zkb_stacks *stacks, const zkb_stack *stack,
                             const zkb_column_view *columns)
{
    uint64_t most = 1;
    for (uint32_t y = 0; y < stack->count; y++) {
        const uint64_t length = columns[stacks->columns[stack->first + y]].length;
        const uint64_t end = ((uint64_t)y << stack->log_height) + length;
        most = length != 0 && end > most ? end : most;
    }
    return most;
}

/* The sums of stacks, and the coefficients of the longest of each height. */
static zkb_status count_stacks(zkb_chunk_cost *cost, zkb_arena *arena,
                               const zkb_statement *statement, const zkb_layout *layout,
                               zkb_error *error)
{
    zkb_stacks stacks;
    const size_t mark = zkb_arena_mark(arena);
    ZKB_TRY(zkb_stacks_init(&stacks, arena, layout, statement, error));
    ZKB_TRY(zkb_commit_phase_count(&cost->work.commit, &cost->work.sums, arena, statement, layout,
                                   &stacks, error));
    zkb_column_view *columns = zkb_arena_alloc(arena, layout->column_count, sizeof *columns);
    if (columns == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "cost", ZKB_NO_INDEX, "out of memory");
    }
    zkb_view_columns(columns, statement, layout);
    for (uint32_t i = 0, end; i < stacks.count; i = end) {
        uint64_t most = 1;
        end = zkb_stacks_same_height(&stacks, i);
        for (uint32_t j = i; j < end; j++) {
            const uint64_t length = stack_length(&stacks, &stacks.stacks[j], columns);
            most = length > most ? length : most;
        }
        cost->work.gathered += most;
        cost->length = most > cost->length ? most : cost->length;
    }
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}

static zkb_status count_statement(zkb_chunk_cost *cost, const zkb_chunk_writer *w,
                                  const zkb_table_key *key, const zkb_statement *statement,
                                  zkb_error *error)
{
    zkb_arena arena;
    zkb_layout layout;
    ZKB_TRY(zkb_prove_tables_scratch(&cost->scratch_bytes, key, statement, 1, error));
    ZKB_TRY(zkb_arena_create(&arena, cost->scratch_bytes, error));
    zkb_status status = zkb_layout_init(&layout, &arena, key, statement, error);
    if (status == ZKB_OK) {
        cost->proof_bytes = claim_bytes(w, layout.proof_size);
        count_work(cost, w, &layout);
        status = count_stacks(cost, &arena, statement, &layout, error);
    }
    zkb_arena_destroy(&arena);
    return status;
}

zkb_status zkb_chunk_cost_count(zkb_chunk_cost *cost, const zkb_chunk_writer *writer,
                                unsigned log_stack, const zkb_table_key *key, zkb_error *error)
{
    *cost = (zkb_chunk_cost){0};
    zkb_external_column *external = calloc(2 * (size_t)writer->segment_count + 1, sizeof *external);
    if (external == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "cost", ZKB_NO_INDEX, "out of memory");
    }
    uint32_t count = 0;
    for (uint32_t t = 0; t < writer->table_count; t++) {
        for (uint32_t c = 0; is_segment(writer, t) && c < (is_plain_segment(writer, t) ? 2 : 1);
             c++) {
            external[count++] = (zkb_external_column){t, c, ZKB_G1_AFFINE_IDENTITY};
            count_column(&cost->work, &writer->tables[t], c);
        }
    }
    const zkb_statement statement = {.tables = writer->tables,
                                     .table_count = writer->table_count,
                                     .external = external,
                                     .external_count = count,
                                     .log_stack = log_stack};
    const zkb_status status = count_statement(cost, writer, key, &statement, error);
    free(external);
    const size_t segments = segment_scratch(writer);
    const size_t tables = written(cost->scratch_bytes, &cost->work);
    cost->scratch_bytes = segments > tables ? segments : tables;
    cost->column_bytes = column_bytes(writer);
    return status;
}
