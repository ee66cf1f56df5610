/* Setup files of any content. The checksum is put right first, or nothing behind it would be
 * reached. */
#include "fuzz.h"

#include "base/checksum.h"
#include "kzg/srs_check.h"
#include "kzg/srs_file.h"

#include <stdlib.h>
#include <string.h>

#define OFFSET_CHECKSUM 32

static void seal(uint8_t *data, size_t size)
{
    zkb_checksum checksum;
    memset(data + OFFSET_CHECKSUM, 0, ZKB_CHECKSUM_SIZE);
    zkb_checksum_init(&checksum);
    zkb_checksum_add(&checksum, data, size);
    zkb_checksum_finish(data + OFFSET_CHECKSUM, &checksum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zkb_srs srs;
    zkb_error error = {.status = ZKB_OK};
    uint8_t *copy = malloc(size + 1);
    FUZZ_REQUIRE(copy != NULL);
    if (size != 0) {
        memcpy(copy, data, size);
    }
    if (size >= OFFSET_CHECKSUM + ZKB_CHECKSUM_SIZE) {
        seal(copy, size);
    }
    if (zkb_srs_parse(&srs, copy, size, ZKB_SRS_MAX_K, "input", &error) == ZKB_OK) {
        FUZZ_REQUIRE(size == ZKB_SRS_HEADER_SIZE + 64 * srs.size);
        FUZZ_REQUIRE(zkb_srs_same_ratio(&srs.g1[0], &srs.g1[1], &srs.tau_g2));
        zkb_srs_close(&srs);
    } else {
        FUZZ_REQUIRE(error.message[0] != 0);
    }
    free(copy);
    return 0;
}
