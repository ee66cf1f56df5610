#include "prover/own_proof.h"

#include "base/os/clock.h"

zkb_status zkb_own_proof_check(zkb_proof_summary *summary, const zkb_proof *proof,
                               const zkb_srs *srs, const zkb_fr *program_id,
                               const uint8_t *public_input, size_t public_bytes, unsigned threads,
                               zkb_error *error)
{
    const double start = zkb_now();
    zkb_verifying_key *key;
    zkb_verdict verdict;
    zkb_error inner;
    zkb_status status = zkb_verifying_key_new(&key, srs, program_id, error);
    inner = *error;
    if (status == ZKB_OK) {
        status =
            zkb_verify_chunks(&verdict, key, proof, public_input, public_bytes, threads, &inner);
        zkb_verifying_key_destroy(key);
    }
    summary->phase_seconds[ZKB_PHASE_VERIFY] = zkb_now() - start;
    summary->seconds += summary->phase_seconds[ZKB_PHASE_VERIFY];
    if (status == ZKB_OK) {
        return ZKB_OK;
    }
    if (status != ZKB_ERROR_REJECTED && status != ZKB_ERROR_FORMAT) {
        *error = inner;
        return status;
    }
    return zkb_fail(error, ZKB_ERROR_INTERNAL, "prover", inner.index,
                    "the proof that was made is not valid (%.100s)", inner.message);
}
