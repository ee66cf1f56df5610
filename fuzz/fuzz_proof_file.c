/* Proof files of any content: decoded, looked at, and verified against the program that they name
 * themselves, with a setup of known tau. What is accepted is nothing but the corpus's honest proof,
 * of no public input. */
#include "fuzz.h"

#include "kzg/srs.h"
#include "machine/keys.h"

#include <string.h>

/* tau = 0x5eed; 2^13 powers. Made once: a fuzz target has no other place to keep it. */
static const zkb_srs *setup(void)
{
    static zkb_srs srs;
    if (srs.size == 0) {
        zkb_fr tau;
        zkb_fr_from_u64(&tau, 0x5eed);
        FUZZ_REQUIRE(zkb_srs_from_tau(&srs, &tau, 13, 1, NULL) == ZKB_OK);
    }
    return &srs;
}

static void look(const zkb_proof *proof)
{
    for (uint32_t i = 0; i < zkb_proof_chunk_count(proof); i++) {
        const zkb_chunk_proof *chunk = zkb_proof_chunk(proof, i);
        zkb_chunk_segment_info segment;
        size_t all;
        size_t size;
        const uint8_t *bytes = zkb_proof_bytes(proof, &all);
        const uint8_t *own = zkb_chunk_proof_bytes(chunk, &size);
        FUZZ_REQUIRE(own >= bytes && size <= all && own + size <= bytes + all);
        for (uint32_t s = 0; s < zkb_chunk_proof_segment_count(chunk); s++) {
            FUZZ_REQUIRE(zkb_chunk_proof_segment(&segment, chunk, s) == ZKB_OK);
        }
    }
}

static void verify(const zkb_proof *proof)
{
    zkb_verifying_key *key;
    zkb_verdict verdict;
    zkb_fr id;
    zkb_error error = {.status = ZKB_OK};
    zkb_program_id(&id, &proof->run.header.record, &setup()->digest);
    FUZZ_REQUIRE(zkb_verifying_key_new(&key, setup(), &id, &error) == ZKB_OK);
    const zkb_status status = zkb_verify_chunks(&verdict, key, proof, NULL, 0, 1, &error);
    FUZZ_REQUIRE(status == ZKB_OK ? verdict.r0 == 0 : error.message[0] != 0);
    zkb_verifying_key_destroy(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zkb_proof *proof;
    zkb_error error = {.status = ZKB_OK};
    if (zkb_proof_parse(&proof, data, size, "input", &error) != ZKB_OK) {
        FUZZ_REQUIRE(proof == NULL && error.message[0] != 0);
        return 0;
    }
    look(proof);
    verify(proof);
    zkb_proof_destroy(proof);
    return 0;
}
