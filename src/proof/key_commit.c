#include "proof/key_commit.h"

#include "kzg/commit.h"

typedef struct key_stacks {
    zkb_column_view views[ZKB_KEY_COMMIT_COLUMNS];
    uint32_t counts[ZKB_KEY_COMMIT_COLUMNS];
    uint32_t stacks;
} key_stacks;

static zkb_status list(key_stacks *out, const zkb_column_data *columns, const unsigned *bits,
                       uint32_t count, unsigned log_height, zkb_error *error)
{
    const uint32_t most = zkb_key_stack_columns(log_height);
    if (count > ZKB_KEY_COMMIT_COLUMNS) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "key", ZKB_NO_INDEX,
                        "a chip of %u preprocessed columns; the most are %d", count,
                        ZKB_KEY_COMMIT_COLUMNS);
    }
    *out = (key_stacks){.stacks = zkb_key_stack_count(count, log_height)};
    for (uint32_t c = 0; c < count; c++) {
        out->counts[c / most]++;
        out->views[c] = (zkb_column_view){.cells = columns[c].cells,
                                          .length = (size_t)columns[c].length,
                                          .bits = bits[c],
                                          .first = (size_t)(c % most) << log_height};
    }
    return ZKB_OK;
}

zkb_status zkb_key_commit_scratch(size_t *bytes, const zkb_column_data *columns,
                                  const unsigned *bits, uint32_t count, unsigned log_height,
                                  unsigned threads, zkb_error *error)
{
    key_stacks k = {.stacks = 0};
    zkb_arena scratch;
    *bytes = 0;
    ZKB_TRY(list(&k, columns, bits, count, log_height, error));
    ZKB_TRY(zkb_arena_create(&scratch, zkb_commit_stacks_plan(count), error));
    const zkb_status status =
        zkb_commit_stacks_scratch(bytes, &scratch, k.views, k.counts, k.stacks, threads, error);
    zkb_arena_destroy(&scratch);
    return status;
}

zkb_status zkb_key_commit(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                          const zkb_column_data *columns, const unsigned *bits, uint32_t count,
                          unsigned log_height, unsigned threads, zkb_error *error)
{
    key_stacks k = {.stacks = 0};
    ZKB_TRY(list(&k, columns, bits, count, log_height, error));
    return zkb_commit_stacks(out, arena, srs, k.views, k.counts, k.stacks, threads, error);
}
