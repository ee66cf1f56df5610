#include "cli/stats.h"

#include <stdlib.h>

#define BATCH_STEPS 1024u

zkb_status zkb_cli_replay(const zkb_vm *origin, zkb_cli_step_visitor visit, void *context,
                          zkb_error *error)
{
    zkb_vm *vm = NULL;
    ZKB_TRY(zkb_vm_clone(&vm, origin, error));
    zkb_step_batch batch;
    const zkb_status status = zkb_step_batch_create(&batch, BATCH_STEPS, error);
    if (status == ZKB_OK) {
        zkb_vm_result result;
        do {
            zkb_vm_record(vm, &batch, ZKB_VM_NO_PAUSE, &result);
            for (uint32_t i = 0; i < batch.count; i++) {
                visit(context, batch.steps + i, batch.accesses + batch.steps[i].access);
            }
        } while (batch.count > 0 && result.outcome == ZKB_OUTCOME_PAUSED);
        zkb_step_batch_destroy(&batch);
    }
    zkb_vm_destroy(vm);
    return status;
}

/* ---- Words touched ----------------------------------------------------------------------- */

enum { TOUCH_READ = 1, TOUCH_WRITE = 2 };

typedef struct collector {
    zkb_cli_stats *stats;
    uint8_t *touched[ZKB_REGION_INDEX_END]; /* TOUCH_* of each word of a region */
    uint64_t words[ZKB_REGION_INDEX_END];
} collector;

/* A helper's words count as read, and as written where they change. */
static unsigned how_of(const zkb_step *step, const zkb_memory_operation *word)
{
    const uint32_t uses = zkb_op_uses((zkb_op)step->op);
    if (step->op == ZKB_OP_CALL_HELPER) {
        return word->after != word->before ? TOUCH_READ | TOUCH_WRITE : TOUCH_READ;
    }
    return ((uses & ZKB_USE_MEMORY_READ) != 0 ? TOUCH_READ : 0u) |
           ((uses & ZKB_USE_MEMORY_WRITE) != 0 ? TOUCH_WRITE : 0u);
}

static void touch(collector *c, const zkb_step *step, const zkb_memory_operation *memory)
{
    for (uint64_t i = 0; i < step->words; i++) {
        const uint64_t region = memory[i].address >> 32;
        const uint64_t word = (memory[i].address & UINT32_MAX) / 8;
        if (region < ZKB_REGION_INDEX_END && word < c->words[region]) {
            c->touched[region][word] |= (uint8_t)how_of(step, &memory[i]);
        }
    }
}

static void collect_step(void *context, const zkb_step *step, const zkb_memory_operation *memory)
{
    collector *c = context;
    c->stats->kinds[zkb_op_get((zkb_op)step->op)->kind]++;
    if (step->depth > c->stats->depth) {
        c->stats->depth = step->depth;
    }
    touch(c, step, memory);
}

static zkb_status collector_init(collector *c, const zkb_vm *vm, zkb_error *error)
{
    for (unsigned region = ZKB_REGION_INDEX_PROGRAM; region < ZKB_REGION_INDEX_END; region++) {
        zkb_region_view view;
        zkb_vm_region(&view, vm, (zkb_region)region);
        c->words[region] = view.bytes / 8;
        c->touched[region] = calloc(view.bytes / 8 + 1, 1);
        if (c->touched[region] == NULL) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, "stats", ZKB_NO_INDEX,
                            "no memory to count the words touched");
        }
    }
    return ZKB_OK;
}

static void count_region(zkb_cli_stats *stats, const uint8_t *touched, uint64_t words)
{
    const uint64_t segment_words = ZKB_SEGMENT_BYTES / 8;
    for (uint64_t start = 0; start < words; start += segment_words) {
        uint64_t here = 0;
        for (uint64_t i = start; i < start + segment_words && i < words; i++) {
            here += touched[i] != 0;
            stats->words_read += (touched[i] & TOUCH_READ) != 0;
            stats->words_written += (touched[i] & TOUCH_WRITE) != 0;
        }
        stats->words += here;
        stats->segments += here > 0;
    }
}

zkb_status zkb_cli_stats_collect(zkb_cli_stats *stats, const zkb_vm *origin, zkb_error *error)
{
    *stats = (zkb_cli_stats){0};
    collector c = {.stats = stats};
    zkb_status status = collector_init(&c, origin, error);
    if (status == ZKB_OK) {
        status = zkb_cli_replay(origin, collect_step, &c, error);
    }
    for (unsigned region = ZKB_REGION_INDEX_PROGRAM; region < ZKB_REGION_INDEX_END; region++) {
        if (status == ZKB_OK) {
            count_region(stats, c.touched[region], c.words[region]);
        }
        free(c.touched[region]);
    }
    return status;
}
