#include "machine/bus.h"

const zkb_bus zkb_bus_state = {1, 3, ZKB_BUS_PERMUTATION, "state"};
const zkb_bus zkb_bus_memory = {2, 4, ZKB_BUS_PERMUTATION, "memory"};
const zkb_bus zkb_bus_program = {3, 6, ZKB_BUS_LOOKUP, "program"};
const zkb_bus zkb_bus_function = {4, 2, ZKB_BUS_LOOKUP, "function"};
const zkb_bus zkb_bus_range16 = {5, 1, ZKB_BUS_LOOKUP, "range16"};
const zkb_bus zkb_bus_byte_and = {6, 3, ZKB_BUS_LOOKUP, "byte_and"};
const zkb_bus zkb_bus_power = {7, 2, ZKB_BUS_LOOKUP, "power"};
const zkb_bus zkb_bus_byte = {8, 1, ZKB_BUS_LOOKUP, "byte"};
const zkb_bus zkb_bus_nibble_and = {9, 3, ZKB_BUS_LOOKUP, "nibble_and"};
const zkb_bus zkb_bus_copy = {10, 3, ZKB_BUS_PERMUTATION, "copy"};
const zkb_bus zkb_bus_sha256_round = {11, 10, ZKB_BUS_PERMUTATION, "sha256_round"};
const zkb_bus zkb_bus_sha256_word = {12, 4, ZKB_BUS_PERMUTATION, "sha256_word"};
const zkb_bus zkb_bus_keccak = {14, 5, ZKB_BUS_PERMUTATION, "keccak"};
const zkb_bus zkb_bus_set = {15, 3, ZKB_BUS_PERMUTATION, "set"};
const zkb_bus zkb_bus_compare = {16, 4, ZKB_BUS_PERMUTATION, "compare"};
