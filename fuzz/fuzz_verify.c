/* The verifier of proofs over tables on any bytes. Input: 0, then bytes that stand for a proof, cut
 * or filled up with zeros to the right length; or 1, then patches to an honest proof, each an
 * offset of two bytes and a byte to add; or anything else, bytes of any length.
 *
 * Nothing but the honest proof is accepted. */
#include "fuzz.h"

#include "base/bytes_inline.h"
#include "proof/toy.h"

#include <string.h>

static toy machine;
static uint8_t *honest;
static size_t honest_size;

static void start(void)
{
    static zkb_srs srs;
    const toy_shape shape = {{3, 2}, {5, 3}, 2, true};
    zkb_error error;
    toy_srs(&srs);
    toy_create(&machine, &srs, &shape);
    FUZZ_REQUIRE(toy_prove(&honest, &honest_size, &machine, &srs, 1, &error) == ZKB_OK);
    FUZZ_REQUIRE(toy_verify(&machine, honest, honest_size, &error) == ZKB_OK);
}

static void patch(uint8_t *proof, const uint8_t *data, size_t size)
{
    for (; size >= 3; data += 3, size -= 3) {
        proof[zkb_load16(data) % honest_size] =
            (uint8_t)(proof[zkb_load16(data) % honest_size] + data[2]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (honest == NULL) {
        start();
    }
    const int mode = size == 0 ? 2 : data[0];
    const size_t length = mode < 2 ? honest_size : size;
    uint8_t *proof = calloc(length + 1, 1);
    FUZZ_REQUIRE(proof != NULL);
    if (mode == 0) {
        memcpy(proof, data + 1, size - 1 < length ? size - 1 : length);
    } else if (mode == 1) {
        memcpy(proof, honest, length);
        patch(proof, data + 1, size - 1);
    } else if (size != 0) {
        memcpy(proof, data, size);
    }
    zkb_error error = {.status = ZKB_OK};
    const zkb_status status = toy_verify(&machine, proof, length, &error);
    const bool same = length == honest_size && memcmp(proof, honest, length) == 0;
    FUZZ_REQUIRE(status == (same ? ZKB_OK : ZKB_ERROR_REJECTED));
    FUZZ_REQUIRE(same || (error.status == status && error.message[0] != 0));
    free(proof);
    return 0;
}
