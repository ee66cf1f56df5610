/* Openings of any content against a claim that is false: what decodes encodes back to the same
 * bytes, and no accumulator that comes of it holds. tau is known here, so no pairing is needed. */
#include "fuzz.h"

#include "kzg/mercury.h"

#include <string.h>

enum { VARIABLES = 5 };

/* L = 3 R: the setup's tau is 3, and the commitment [1]_1 is to f = 1 at index 0, whose value at
 * the point (2, 2, 2, 2, 2) is -1, not 7. */
static bool holds(const zkb_accumulator *accumulator)
{
    zkb_g1 left;
    zkb_g1 right;
    zkb_fr tau;
    zkb_fr_from_u64(&tau, 3);
    zkb_g1_from_affine(&left, &accumulator->left);
    zkb_g1_from_affine(&right, &accumulator->right);
    zkb_g1_mul(&right, &right, &tau);
    return zkb_g1_equal(&left, &right);
}

static void verify(const zkb_mercury_proof *proof)
{
    zkb_arena arena;
    zkb_transcript transcript;
    zkb_accumulator accumulator;
    zkb_fr point[VARIABLES];
    zkb_mercury_claim claim = {&zkb_g1_generator, &zkb_fr_one, 1, point, VARIABLES, ZKB_FR_ZERO};
    zkb_fr_from_u64(&claim.value, 7);
    for (size_t i = 0; i < VARIABLES; i++) {
        zkb_fr_from_u64(&point[i], 2);
    }
    FUZZ_REQUIRE(zkb_arena_create(&arena, zkb_mercury_verify_scratch(1), NULL) == ZKB_OK);
    zkb_transcript_init(&transcript, "zkbpf.fuzz");
    if (zkb_mercury_verify(&accumulator, &arena, &transcript, &claim, proof, NULL) == ZKB_OK) {
        FUZZ_REQUIRE(!holds(&accumulator));
    }
    zkb_arena_destroy(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t bytes[ZKB_MERCURY_PROOF_SIZE] = {0};
    uint8_t again[ZKB_MERCURY_PROOF_SIZE];
    zkb_mercury_proof proof;
    zkb_error error = {.status = ZKB_OK};
    if (size != 0) {
        memcpy(bytes, data, size < sizeof bytes ? size : sizeof bytes);
    }
    if (zkb_mercury_decode(&proof, bytes, &error) != ZKB_OK) {
        FUZZ_REQUIRE(error.status == ZKB_ERROR_REJECTED && error.message[0] != 0);
        return 0;
    }
    zkb_mercury_encode(again, &proof);
    FUZZ_REQUIRE(memcmp(again, bytes, sizeof again) == 0);
    verify(&proof);
    return 0;
}
