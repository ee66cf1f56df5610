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
