#include "machine/program_columns.h"

#include "base/log2_inline.h"

#include <stdlib.h>

zkb_status zkb_program_columns_init(zkb_program_columns *out, const zkb_program *program,
                                    zkb_error *error)
{
    const size_t slots = program->slot_count;
    *out =
        (zkb_program_columns){.program = program, .log_slots = zkb_log2_ceil(program->slot_count)};
    out->decoded = calloc(slots + 1, sizeof *out->decoded);
    out->code = calloc(slots + 1, sizeof *out->code);
    out->dst = calloc(slots + 1, sizeof *out->dst);
    out->src = calloc(slots + 1, sizeof *out->src);
    out->imm = calloc(slots + 1, sizeof *out->imm);
    out->target = calloc(slots + 1, sizeof *out->target);
    if (out->decoded == NULL || out->code == NULL || out->dst == NULL || out->src == NULL ||
        out->imm == NULL || out->target == NULL) {
        zkb_program_columns_clear(out);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "machine", ZKB_NO_INDEX,
                        "no memory for a program of %zu slots", slots);
    }
    zkb_program_rows_fill(out->decoded, program);
    for (uint32_t slot = 0; slot < slots; slot++) {
        const zkb_program_row *d = &out->decoded[slot];
        out->code[slot] = d->code;
        out->dst[slot] = d->dst;
        out->src[slot] = d->src;
        out->imm[slot] = d->imm;
        out->target[slot] = d->target;
    }
    const zkb_column_data columns[ZKB_PROGRAM_COLUMNS] = {
        {out->code, slots}, {out->dst, slots},    {out->src, slots},
        {out->imm, slots},  {out->target, slots}, {program->function_start, slots}};
    for (unsigned c = 0; c < ZKB_PROGRAM_COLUMNS; c++) {
        out->preprocessed[c] = columns[c];
    }
    return ZKB_OK;
}

void zkb_program_columns_clear(zkb_program_columns *columns)
{
    free(columns->decoded);
    free(columns->code);
    free(columns->dst);
    free(columns->src);
    free(columns->imm);
    free(columns->target);
    *columns = (zkb_program_columns){0};
}
