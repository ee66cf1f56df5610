#include "prover/assemble.h"

#include "base/bytes_inline.h"

#include <stdlib.h>
#include <string.h>

zkb_status zkb_run_assemble(uint8_t **out, size_t *size, const zkb_run_header *header,
                            const zkb_chunk_bytes *chunks, const zkb_run_ending *end,
                            zkb_error *error)
{
    const size_t before = zkb_run_header_size(header);
    *size = before;
    for (uint32_t c = 0; c < header->chunk_count; c++) {
        *size += 4 + chunks[c].size;
    }
    *size += 4 + end->folds_size + sizeof end->opening;
    *out = malloc(*size);
    if (*out == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
    }
    zkb_run_header_encode(*out, header);
    uint8_t *at = *out + before;
    for (uint32_t c = 0; c < header->chunk_count; c++) {
        zkb_store32(at, (uint32_t)chunks[c].size);
        memcpy(at + 4, chunks[c].bytes, chunks[c].size);
        at += 4 + chunks[c].size;
    }
    zkb_store32(at, (uint32_t)end->folds_size);
    if (end->folds_size != 0) {
        memcpy(at + 4, end->folds, end->folds_size);
    }
    memcpy(at + 4 + end->folds_size, end->opening, sizeof end->opening);
    return ZKB_OK;
}
