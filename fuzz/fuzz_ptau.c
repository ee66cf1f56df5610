/* Powers-of-tau files of any content. What parses lies inside the bytes; small ones go on to the
 * checks of their points, and what passes those is a sequence of powers. */
#include "fuzz.h"

#include "kzg/ptau.h"
#include "kzg/srs_check.h"
#include "support/memory_file.h"

enum { MOST_POWERS = 4 };

static void try(const zkb_file_reader *file)
{
    zkb_ptau ptau;
    zkb_error error = {.status = ZKB_OK};
    if (zkb_ptau_parse(&ptau, file, &error) != ZKB_OK) {
        FUZZ_REQUIRE(error.message[0] != 0);
        return;
    }
    const size_t count = (size_t)1 << ptau.power;
    FUZZ_REQUIRE(ptau.tau_g1 + 64 * (2 * count - 1) <= file->size);
    FUZZ_REQUIRE(ptau.tau_g2 + 128 * count <= file->size);
    if (ptau.power <= MOST_POWERS) {
        zkb_g1_affine powers[1 << MOST_POWERS];
        zkb_g2_affine tau_g2;
        if (zkb_ptau_powers(powers, &tau_g2, &ptau, file, ptau.power, 1, &error) == ZKB_OK) {
            FUZZ_REQUIRE(zkb_srs_start_problem(powers, &tau_g2) == NULL);
            for (size_t i = 0; i + 1 < count; i++) {
                FUZZ_REQUIRE(zkb_srs_same_ratio(&powers[i], &powers[i + 1], &tau_g2));
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zkb_file_reader file = {.fd = memory_file(data, size), .size = size, .name = "input"};
    try(&file);
    zkb_file_reader_close(&file);
    return 0;
}
