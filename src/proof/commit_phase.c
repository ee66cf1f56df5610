/* The first phase: columns become commitments. */
#include "proof/prover.h"

#include "air/chip.h"
#include "kzg/commit.h"

/* The columns of the stacks that are sent, each at its place in its stack: views of them, and how
 * many each stack has. all: views of all columns. Returns the number of stacks. */
static uint32_t view_sent(zkb_column_view *views, uint32_t *counts, const zkb_stacks *stacks,
                          const zkb_column_view *all)
{
    uint32_t sent = 0;
    for (uint32_t i = 0; i < stacks->count; i++) {
        const zkb_stack *stack = &stacks->stacks[i];
        if (stack->kind != ZKB_STACK_SENT) {
            continue;
        }
        counts[sent++] = stack->count;
        for (uint32_t y = 0; y < stack->count; y++) {
            *views = all[stacks->columns[stack->first + y]];
            views->first = (size_t)y << stack->log_height;
            views++;
        }
    }
    return sent;
}

/* What committing reads: lists in an arena. */
typedef struct sent_columns {
    zkb_column_view *all, *views;
    uint32_t *counts;
} sent_columns;

static size_t lists_cost(const zkb_layout *layout)
{
    return 2 * zkb_arena_cost(layout->column_count * sizeof(zkb_column_view)) +
           zkb_arena_cost(layout->sent_count * sizeof(uint32_t));
}

static zkb_status list_sent(sent_columns *out, zkb_arena *arena, const zkb_statement *statement,
                            const zkb_layout *layout, const zkb_stacks *stacks, zkb_error *error)
{
    out->all = zkb_arena_alloc(arena, layout->column_count, sizeof *out->all);
    out->views = zkb_arena_alloc(arena, layout->column_count, sizeof *out->views);
    out->counts = zkb_arena_alloc(arena, layout->sent_count, sizeof *out->counts);
    if (out->all == NULL || out->views == NULL || out->counts == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "proof", ZKB_NO_INDEX,
                        "the scratch arena of %zu bytes is too small: size it with "
                        "zkb_prove_tables_scratch",
                        arena->size);
    }
    zkb_view_columns(out->all, statement, layout);
    (void)view_sent(out->views, out->counts, stacks, out->all);
    return ZKB_OK;
}

size_t zkb_commit_phase_plan(const zkb_layout *layout)
{
    return lists_cost(layout) + zkb_commit_stacks_plan(layout->column_count);
}

zkb_status zkb_commit_phase_scratch(size_t *bytes, const zkb_statement *statement,
                                    const zkb_layout *layout, const zkb_stacks *stacks,
                                    unsigned threads, zkb_arena *scratch, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(scratch);
    sent_columns sent;
    ZKB_TRY(list_sent(&sent, scratch, statement, layout, stacks, error));
    ZKB_TRY(zkb_commit_stacks_scratch(bytes, scratch, sent.views, sent.counts, layout->sent_count,
                                      threads, error));
    *bytes += lists_cost(layout) + zkb_arena_cost(layout->sent_count * sizeof(zkb_g1_affine));
    zkb_arena_release(scratch, mark);
    return ZKB_OK;
}

static zkb_status check_lengths(const zkb_table *table, uint32_t index, zkb_error *error)
{
    const zkb_chip *chip = table->shape.chip;
    const uint64_t rows = (uint64_t)1 << table->shape.log_height;
    for (uint32_t c = 0; c < chip->committed_count + chip->preprocessed_count; c++) {
        const uint64_t length = c < chip->committed_count
                                    ? table->committed[c].length
                                    : table->preprocessed[c - chip->committed_count].length;
        if (length > rows) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "proof.columns", index,
                            "table %u (%s): column %u holds %llu cells, the table %llu", index,
                            chip->name, c, (unsigned long long)length, (unsigned long long)rows);
        }
    }
    return ZKB_OK;
}

zkb_status zkb_commit_phase(zkb_prover *prover, const zkb_stacks *stacks, const zkb_srs *srs,
                            zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const uint32_t count = prover->layout->sent_count;
    sent_columns sent;
    void *points;
    for (uint32_t t = 0; t < prover->layout->table_count; t++) {
        const uint32_t index = prover->layout->tables[t].table;
        ZKB_TRY(check_lengths(&prover->statement->tables[index], index, error));
    }
    ZKB_TRY(zkb_prover_alloc(&points, prover, count, sizeof(zkb_g1_affine), error));
    ZKB_TRY(list_sent(&sent, prover->arena, prover->statement, prover->layout, stacks, error));
    ZKB_TRY(zkb_commit_stacks(points, prover->arena, srs, sent.views, sent.counts, count,
                              prover->threads, error));
    zkb_prover_send_points(prover, points, count);
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

zkb_status zkb_commit_phase_count(zkb_msm_work *work, uint64_t *sums, zkb_arena *arena,
                                  const zkb_statement *statement, const zkb_layout *layout,
                                  const zkb_stacks *stacks, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    sent_columns sent;
    ZKB_TRY(list_sent(&sent, arena, statement, layout, stacks, error));
    const zkb_status status = zkb_commit_stacks_count(work, sums, arena, sent.views, sent.counts,
                                                      layout->sent_count, error);
    zkb_arena_release(arena, mark);
    return status;
}
