#include "proof/prover.h"

#include <string.h>

void zkb_prover_send(zkb_prover *prover, const zkb_fr *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zkb_fr_to_bytes(prover->at, &values[i]);
        prover->at += 32;
    }
    zkb_transcript_absorb_fr(&prover->transcript, values, count);
}

void zkb_prover_send_points(zkb_prover *prover, const zkb_g1_affine *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zkb_g1_compress(prover->at, &points[i]);
        prover->at += 32;
    }
    zkb_transcript_absorb_g1(&prover->transcript, points, count);
}

zkb_status zkb_prover_alloc(void **out, zkb_prover *prover, size_t count, size_t size,
                            zkb_error *error)
{
    *out = zkb_arena_alloc(prover->arena, count, size);
    if (*out == NULL) {
        (void)zkb_fail(error, ZKB_ERROR_MEMORY, "proof", ZKB_NO_INDEX,
                       "the prover's arena of %zu bytes is too small: size it with "
                       "zkb_prove_tables_scratch",
                       prover->arena->size);
        return ZKB_ERROR_MEMORY;
    }
    return ZKB_OK;
}

void zkb_view_columns(zkb_column_view *views, const zkb_statement *statement,
                      const zkb_layout *layout)
{
    for (uint32_t t = 0; t < layout->table_count; t++) {
        const zkb_table *table = &statement->tables[layout->tables[t].table];
        const zkb_chip *chip = table->shape.chip;
        for (uint32_t c = 0; c < chip->committed_count; c++) {
            *views++ = (zkb_column_view){.cells = table->committed[c].cells,
                                         .length = table->committed[c].length,
                                         .bits = chip->committed[c].bits};
        }
        for (uint32_t c = 0; c < chip->preprocessed_count; c++) {
            *views++ = (zkb_column_view){.cells = table->preprocessed[c].cells,
                                         .length = table->preprocessed[c].length,
                                         .bits = chip->preprocessed[c].bits};
        }
    }
}
