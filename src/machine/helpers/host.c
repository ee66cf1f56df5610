/* What the interpreter calls. */
#include "machine/helpers/helpers.h"
#include "machine/helpers/inverse/inverse.h"
#include "machine/helpers/mulmod/mulmod.h"

const zkb_helper zkb_machine_helpers[] = {
    {.number = ZKB_HELPER_NUMBER_MULHI, .name = "mulhi", .arguments = 2, .call = zkb_host_mulhi},
    {.number = ZKB_HELPER_NUMBER_COPY,
     .name = "copy",
     .arguments = 3,
     .range_count = 2,
     .ranges = {[ZKB_COPY_SOURCE] = {.address = 2, .count = 3, .most = ZKB_COPY_MOST_WORDS},
                [ZKB_COPY_DESTINATION] =
                    {.writes = true, .address = 1, .count = 3, .most = ZKB_COPY_MOST_WORDS}},
     .call = zkb_host_copy},
    {.number = ZKB_HELPER_NUMBER_SHA256,
     .name = "sha256",
     .arguments = 2,
     .range_count = 2,
     .ranges = {[ZKB_SHA256_BLOCK_RANGE] = {.address = 2, .most = 8},
                [ZKB_SHA256_STATE_RANGE] = {.writes = true, .address = 1, .most = 4}},
     .call = zkb_host_sha256},
    {.number = ZKB_HELPER_NUMBER_MULMOD,
     .name = "mulmod",
     .arguments = 5,
     .range_count = ZKB_MULMOD_RANGES,
     .ranges = {[ZKB_MULMOD_A] = {.address = 2, .most = ZKB_MULMOD_WORDS},
                [ZKB_MULMOD_B] = {.address = 3, .most = ZKB_MULMOD_WORDS},
                [ZKB_MULMOD_C] = {.address = 4, .most = ZKB_MULMOD_WORDS},
                [ZKB_MULMOD_M] = {.address = 5, .most = ZKB_MULMOD_WORDS},
                [ZKB_MULMOD_RESULT] = {.writes = true, .address = 1, .most = ZKB_MULMOD_WORDS}},
     .call = zkb_host_mulmod},
    {.number = ZKB_HELPER_NUMBER_KECCAK,
     .name = "keccak",
     .arguments = 1,
     .range_count = 1,
     .ranges = {[ZKB_KECCAK_STATE_RANGE] = {.writes = true, .address = 1, .most = 25}},
     .call = zkb_host_keccak},
    {.number = ZKB_HELPER_NUMBER_SET,
     .name = "set",
     .arguments = 3,
     .range_count = 1,
     .ranges = {[ZKB_SET_DESTINATION] =
                    {.writes = true, .address = 1, .count = 3, .most = ZKB_SET_MOST_WORDS}},
     .call = zkb_host_set},
    {.number = ZKB_HELPER_NUMBER_COMPARE,
     .name = "compare",
     .arguments = 3,
     .range_count = 2,
     .ranges = {[ZKB_COMPARE_LEFT] =
                    {.address = 1, .count = 3, .most = ZKB_COMPARE_MOST_WORDS, .stops = true},
                [ZKB_COMPARE_RIGHT] =
                    {.address = 2, .count = 3, .most = ZKB_COMPARE_MOST_WORDS, .stops = true}},
     .call = zkb_host_compare},
    {.number = ZKB_HELPER_NUMBER_INVERSE,
     .name = "inverse",
     .arguments = 3,
     .range_count = ZKB_INVERSE_RANGES,
     .ranges = {[ZKB_INVERSE_A] = {.address = 2, .most = ZKB_INVERSE_WORDS},
                [ZKB_INVERSE_M] = {.address = 3, .most = ZKB_INVERSE_WORDS},
                [ZKB_INVERSE_RESULT] = {.writes = true, .address = 1, .most = ZKB_INVERSE_WORDS}},
     .call = zkb_host_inverse},
};
const size_t zkb_machine_helper_count = sizeof zkb_machine_helpers / sizeof zkb_machine_helpers[0];
