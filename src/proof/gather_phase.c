/* The last phase: what the columns are worth becomes one claim. */
#include "proof/prover.h"

#include "kzg/combine.h"
#include "proof/challenges.h"
#include "proof/gather.h"

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* Of a height: coefficients of its longest stack, and the height's stacks. */
typedef struct height {
    uint32_t first, end; /* stacks */
    size_t length;
} height;

/* Heights differ, so there are few. */
enum { MOST_HEIGHTS = ZKB_MAX_LOG_HEIGHT + 1 };

static size_t list_heights(height out[MOST_HEIGHTS], const zkb_stacks *stacks)
{
    size_t count = 0;
    for (uint32_t first = 0, end; first < stacks->count; first = end) {
        size_t length = 0;
        end = zkb_stacks_same_height(stacks, first);
        for (uint32_t j = first; j < end; j++) {
            length =
                larger(length, (size_t)stacks->stacks[j].count << stacks->stacks[j].log_height);
        }
        out[count++] = (height){first, end, length};
    }
    return count;
}

/* To the last cell that is there: rows of a table that nothing fills cost nothing. */
static void shorten(height *h, const zkb_stacks *stacks, const zkb_column_view *columns)
{
    h->length = 1;
    for (uint32_t j = h->first; j < h->end; j++) {
        const zkb_stack *stack = &stacks->stacks[j];
        for (uint32_t y = 0; y < stack->count; y++) {
            const size_t length = columns[stacks->columns[stack->first + y]].length;
            if (length != 0) {
                h->length = larger(h->length, ((size_t)y << stack->log_height) + length);
            }
        }
    }
}

size_t zkb_gather_phase_scratch(const zkb_layout *layout, const zkb_stacks *stacks)
{
    height heights[MOST_HEIGHTS];
    size_t lengths[MOST_HEIGHTS];
    const size_t count = list_heights(heights, stacks);
    size_t bytes = zkb_arena_cost(layout->column_count * sizeof(zkb_column_view)) +
                   zkb_arena_cost(layout->stack_count * sizeof(zkb_fr)) +
                   zkb_arena_cost(layout->stack_count * sizeof(zkb_column_view)) +
                   zkb_arena_cost(layout->stack_count * sizeof(zkb_fr));
    for (size_t i = 0; i < count; i++) {
        lengths[i] = heights[i].length;
        bytes += zkb_arena_cost(lengths[i] * sizeof(zkb_fr));
    }
    return bytes + zkb_gather_scratch(lengths, count);
}

/* f = sum of gamma_G G over the stacks of a height. */
static zkb_status combine_height(zkb_fr *f, const height *h, zkb_prover *prover,
                                 const zkb_stacks *stacks, const zkb_column_view *columns,
                                 const zkb_fr *gammas, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const unsigned log_height = stacks->stacks[h->first].log_height;
    const size_t rows = (size_t)1 << log_height;
    void *memory, *coefficients;
    ZKB_TRY(zkb_prover_alloc(&memory, prover, h->end - h->first, sizeof(zkb_column_view), error));
    ZKB_TRY(zkb_prover_alloc(&coefficients, prover, h->end - h->first, sizeof(zkb_fr), error));
    zkb_column_view *views = memory;
    zkb_fr *weights = coefficients;
    for (uint32_t y = 0; (size_t)y << log_height < h->length; y++) { /* place y of every stack */
        uint32_t count = 0;
        for (uint32_t i = h->first; i < h->end; i++) {
            const zkb_stack *stack = &stacks->stacks[i];
            if (y < stack->count) {
                views[count] = columns[stacks->columns[stack->first + y]];
                weights[count++] = gammas[i];
            }
        }
        const size_t left = h->length - ((size_t)y << log_height);
        ZKB_TRY(zkb_opening_combine(f + ((size_t)y << log_height), left < rows ? left : rows, views,
                                    weights, count, zkb_prover_threads(prover->threads, rows / 512),
                                    error));
    }
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}

/* f = sum_i scales[i]·terms[i].f */
static zkb_status combine_terms(zkb_fr *f, size_t length, const zkb_gather_term *terms,
                                const zkb_fr *scales, size_t count, unsigned threads,
                                zkb_error *error)
{
    zkb_column_view views[MOST_HEIGHTS];
    for (size_t i = 0; i < count; i++) {
        views[i] = (zkb_column_view){.cells = terms[i].f, .length = terms[i].length, .bits = 254};
    }
    return zkb_opening_combine(f, length, views, scales, count, threads, error);
}

zkb_status zkb_gather_phase(zkb_open_claim *claim, zkb_fr *f, zkb_prover *prover,
                            const zkb_stacks *stacks, const zkb_fr *s, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(prover->arena);
    const zkb_layout *layout = prover->layout;
    const unsigned n = layout->open_variables;
    height heights[MOST_HEIGHTS];
    zkb_gather_term terms[MOST_HEIGHTS];
    zkb_fr points[MOST_HEIGHTS][ZKB_MERCURY_MAX_VARIABLES];
    zkb_fr scales[MOST_HEIGHTS];
    zkb_fr z[ZKB_MERCURY_MAX_VARIABLES];
    void *gammas, *columns;
    const size_t count = list_heights(heights, stacks);
    ZKB_TRY(
        zkb_prover_alloc(&columns, prover, layout->column_count, sizeof(zkb_column_view), error));
    ZKB_TRY(zkb_prover_alloc(&gammas, prover, layout->stack_count, sizeof(zkb_fr), error));
    zkb_view_columns(columns, prover->statement, layout);
    zkb_squeeze_gather(z, gammas, &prover->transcript, layout);
    for (size_t i = 0; i < count; i++) {
        void *combined;
        shorten(&heights[i], stacks, columns);
        ZKB_TRY(zkb_prover_alloc(&combined, prover, heights[i].length, sizeof(zkb_fr), error));
        ZKB_TRY(combine_height(combined, &heights[i], prover, stacks, columns, gammas, error));
        zkb_stack_point(points[i], s, z, stacks->stacks[heights[i].first].log_height, n);
        terms[i] = (zkb_gather_term){combined, heights[i].length, points[i], zkb_fr_one};
    }
    ZKB_TRY(zkb_gather_prove(claim->point, scales, &claim->value, prover->at, &prover->transcript,
                             prover->arena, terms, count, n, prover->threads, error));
    prover->at += ZKB_GATHER_BYTES(n);
    ZKB_TRY(combine_terms(f, layout->claim_length, terms, scales, count, prover->threads, error));
    claim->variables = n;
    zkb_transcript_challenge(&claim->digest, &prover->transcript);
    claim->transcript = prover->transcript;
    zkb_arena_release(prover->arena, mark);
    return ZKB_OK;
}
